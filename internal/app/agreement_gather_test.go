package app_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// measureKey tells measures apart.
func measureKey(m indicator.Measure) string {
	return fmt.Sprintf("%d %d %d %s", m.Kind, m.Field, m.Field2, m.Where)
}

// questions finds what the figures of all sets want to be counted: one question for each
// period, months of comparison included, each measure in it once.
func questions(ctx context.Context, book *indicator.Book, months []civil.Period) ([]indicator.Ask, error) {
	r := &recorder{asks: map[civil.Period]*indicator.Ask{}, seen: map[string]bool{}}
	for _, set := range book.Sets() {
		for _, m := range months {
			if _, err := book.Compute(ctx, r, nil, nil, indicator.Request{Set: set, Period: m, By: indicatortest.CheckGrain}); err != nil {
				return nil, err
			}
		}
	}
	out := make([]indicator.Ask, len(r.order))
	for i, p := range r.order {
		out[i] = *r.asks[p]
	}
	return out, nil
}

// recorder is an engine that only notes what it is asked.
type recorder struct {
	indicator.Engine
	asks  map[civil.Period]*indicator.Ask
	seen  map[string]bool
	order []civil.Period
}

// Tally implements [indicator.Engine].
func (r *recorder) Tally(_ context.Context, ask indicator.Ask) ([]indicator.Group, error) {
	all := r.asks[ask.Period]
	if all == nil {
		all = &indicator.Ask{Period: ask.Period, By: ask.By}
		r.asks[ask.Period] = all
		r.order = append(r.order, ask.Period)
	}
	for _, m := range ask.Measures {
		if key := ask.Period.String() + measureKey(m); !r.seen[key] {
			r.seen[key] = true
			all.Measures = append(all.Measures, m)
		}
	}
	return nil, nil
}

// answered is an engine that repeats what was counted before.
type answered struct {
	indicator.Engine
	periods map[civil.Period]int // position of the question
	cells   []map[string]int     // by question: the place of each measure
	groups  [][]indicator.Group  // by question
}

func answers(asks []indicator.Ask, groups [][]indicator.Group) *answered {
	a := &answered{periods: map[civil.Period]int{}, groups: groups}
	for n, ask := range asks {
		a.periods[ask.Period] = n
		places := map[string]int{}
		for i, m := range ask.Measures {
			places[measureKey(m)] = i
		}
		a.cells = append(a.cells, places)
	}
	return a
}

// Tally implements [indicator.Engine].
func (a *answered) Tally(_ context.Context, ask indicator.Ask) ([]indicator.Group, error) {
	n, ok := a.periods[ask.Period]
	if !ok {
		return nil, fmt.Errorf("nobody counted %s", ask.Period)
	}
	from := make([]int, len(ask.Measures))
	for i, m := range ask.Measures {
		if from[i], ok = a.cells[n][measureKey(m)]; !ok {
			return nil, fmt.Errorf("nobody counted %s in %s", m.Where, ask.Period)
		}
	}
	out := make([]indicator.Group, len(a.groups[n]))
	for k, g := range a.groups[n] {
		cells := make([]indicator.Cell, len(from))
		for i, place := range from {
			cells[i] = g.Cells[place]
		}
		out[k] = indicator.Group{By: g.By, Cells: cells}
	}
	return out, nil
}

// The engines that answer besides the slow evaluation.
const (
	kernels      = "kernels"
	liteSQL      = "SQL on SQLite"
	serverSQL    = "SQL on PostgreSQL"
	liteChecks   = "checks on SQLite"
	serverChecks = "checks on PostgreSQL"
)

// evidence is everything that has to agree about one place.
type evidence struct {
	book     *indicator.Book
	months   []civil.Period
	asks     []indicator.Ask
	slow     [][]indicator.Group            // by question: every case looked at once
	engines  map[string][][]indicator.Group // by engine and question
	all      []asked
	opinions map[string]opinions // by database

	witnesses map[string]witness // that gave the opinions
}

// gather asks everybody at the same time.
func gather(t testing.TB, p *place, months []civil.Period) *evidence {
	t.Helper()
	ctx := t.Context()
	book := p.app.Book()
	asks, err := questions(ctx, book, months)
	if err != nil {
		t.Fatal(err)
	}
	e := &evidence{book: book, months: months, asks: asks, all: allAsked(book, months),
		engines: map[string][][]indicator.Group{}, opinions: map[string]opinions{},
		witnesses: map[string]witness{
			liteChecks:   liteWitness(t, filepath.Join(p.dir, "lite", "zhunsheng.db")),
			serverChecks: serverWitness(t, p.url),
		}}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	ask := func(name string, work func() (store func(), err error)) {
		wg.Go(func() {
			start := time.Now()
			store, err := work()
			mu.Lock()
			defer mu.Unlock()
			store()
			errs = append(errs, err)
			t.Logf("%s: %s took %.1f s", p.name, name, time.Since(start).Seconds())
		})
	}
	for name, w := range e.witnesses {
		ask(name, func() (func(), error) {
			o, err := w.opinion(ctx, e.all, months)
			return func() { e.opinions[name] = o }, err
		})
	}
	for name, eng := range map[string]indicator.Engine{kernels: p.columns, liteSQL: p.lite.Indicators(), serverSQL: p.server.Indicators()} {
		ask(name, func() (func(), error) {
			groups, err := tallies(ctx, eng, asks)
			return func() { e.engines[name] = groups }, err
		})
	}
	ask("case by case", func() (func(), error) {
		groups := indicatortest.Once(p.cases, asks)
		return func() { e.slow = groups }, nil
	})
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return e
}

func tallies(ctx context.Context, eng indicator.Engine, asks []indicator.Ask) ([][]indicator.Group, error) {
	out := make([][]indicator.Group, len(asks))
	for i, ask := range asks {
		var err error
		if out[i], err = eng.Tally(ctx, ask); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// verdict is the outcome of a comparison.
type verdict struct {
	differences   []string
	groups        int             // groups of the last month
	cells, full   int             // totals compared with one engine, and those that are not zero
	figures       int             // figures compared with one database's check queries
	numbers       int             // those of them with a numerator, denominator or value that is not zero
	reached       map[string]bool // set/indicator with a figure that is not zero
	perIndicators int             // versions of indicators asked
}

// differ notes a difference; the first few are enough to find the cause.
func (v *verdict) differ(format string, args ...any) {
	if len(v.differences) < 10 {
		v.differences = append(v.differences, fmt.Sprintf(format, args...))
	}
}

// judge compares everybody with the slow evaluation: engines total by total, which makes all
// their figures equal, and check queries figure by figure.
func (e *evidence) judge(ctx context.Context) (*verdict, error) {
	v := &verdict{reached: map[string]bool{}, perIndicators: len(e.all)}
	for n, ask := range e.asks {
		for name, groups := range e.engines {
			if diff := indicatortest.DiffGroups(ask.Measures, groups[n], e.slow[n]); diff != "" {
				v.differ("%s, %s: %s", name, ask.Period, diff)
			}
		}
		for _, g := range e.slow[n] {
			for _, c := range g.Cells {
				v.cells++
				if c.N != 0 {
					v.full++
				}
			}
		}
	}
	v.groups = len(e.slow[len(e.slow)-1])
	for _, month := range e.months {
		if err := e.judgeMonth(ctx, v, month); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// judgeMonth compares the figures of one month with the check queries.
func (e *evidence) judgeMonth(ctx context.Context, v *verdict, month civil.Period) error {
	eng := answers(e.asks, e.slow)
	position := map[string]int{}
	for n, a := range e.all {
		position[a.String()+a.version.ID()] = n
	}
	for _, set := range e.book.Sets() {
		figures, err := e.book.Compute(ctx, eng, nil, nil, indicator.Request{Set: set, Period: month, By: indicatortest.CheckGrain})
		if err != nil {
			return err
		}
		groups := map[string]bool{}
		for i := range figures {
			f := &figures[i]
			n, ok := position[set+"/"+f.Indicator+f.Version]
			if !ok {
				v.differ("%s/%s %s has a version that was not asked", set, f.Indicator, month)
				continue
			}
			key := opinionKey(month.From.String()[:7], f.By)
			groups[key] = true
			e.judgeFigure(v, n, key, f)
		}
		for name, o := range e.opinions {
			if here := o.groupsOf(month); here != len(groups) {
				v.differ("%s, %s %s: %d groups, figures have %d", name, set, month, here, len(groups))
			}
		}
	}
	return nil
}

func (e *evidence) judgeFigure(v *verdict, n int, key string, f *indicator.Figure) {
	a := e.all[n]
	for name, o := range e.opinions {
		w, ok := o[key]
		if !ok {
			v.differ("%s, %s: no group %s", name, a, key)
		} else if diff := w[n].Differs(a.version, f); diff != "" {
			v.differ("%s, %s, %s: %s", name, a, key, diff)
		}
	}
	v.figures++
	for _, x := range []*big.Rat{f.Numerator, f.Denominator, f.Value} {
		if x != nil && x.Sign() != 0 {
			v.numbers++
			v.reached[a.String()] = true
			break
		}
	}
}

// groupsOf counts the groups of a month.
func (o opinions) groupsOf(month civil.Period) int {
	n := 0
	prefix := opinionKey(month.From.String()[:7], nil)
	for key := range o {
		if strings.HasPrefix(key, prefix) {
			n++
		}
	}
	return n
}
