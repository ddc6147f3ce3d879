package main

import (
	"context"

	"zhunsheng/bench/synth"
	"zhunsheng/internal/columns"
	"zhunsheng/internal/indicator"
)

// ours is the figure store under test.
type ours struct{ store *columns.Store }

func openOurs(l *synth.Ledger) (*ours, error) {
	s, err := columns.Open("", l)
	if err != nil {
		return nil, err
	}
	_, err = s.Refresh(context.Background())
	return &ours{s}, err
}

func (q *question) ask(measures []indicator.Measure, by []string) indicator.Ask {
	return indicator.Ask{Measures: measures, Period: q.period, By: by}
}

// table asks in the compact form.
func (o *ours) table(q *question, measures []indicator.Measure, by []string) (groups int, err error) {
	t, err := o.store.Table(context.Background(), q.ask(measures, by))
	if err != nil {
		return 0, err
	}
	return t.Len(), nil
}

// groups asks in the form that all engines share.
func (o *ours) groups(q *question, measures []indicator.Measure, by []string) (groups int, err error) {
	out, err := o.store.Tally(context.Background(), q.ask(measures, by))
	return len(out), err
}

// totals returns the measures over the whole ledger.
func (o *ours) totals(q *question, measures []indicator.Measure) ([]int64, error) {
	out, err := o.store.Tally(context.Background(), q.ask(measures, nil))
	if err != nil {
		return nil, err
	}
	n := make([]int64, len(measures))
	for i, c := range out[0].Cells {
		n[i] = c.N
	}
	return n, nil
}
