package main

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"zhunsheng/bench/synth"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

// flat is a ledger as plain arrays, one value a row, in the same order as the figure columns:
// what a hand-written loop runs over, and what the databases are filled from. Days are days
// since 1970-01-01, 0 for none; texts are codes, 0 for none.
type flat struct {
	rows     int
	courts   []int // first row of each court, then rows
	court    []uint16
	division []uint32 // numbered over all courts
	judge    []uint32
	days     map[string][]int16
	texts    map[string][]uint8
	money    map[string][]int64 // -1: none
	values   map[string][]string
}

// fields lists what the measures look at.
func (q *question) fields() (days, texts, money []string) {
	seen := map[int]bool{}
	var walk func(p *indicator.Pred)
	walk = func(p *indicator.Pred) {
		switch p.Op {
		case indicator.And, indicator.Or, indicator.Not:
		case indicator.DayPair, indicator.DaySpan:
			seen[p.Field], seen[p.Field2] = true, true
		case indicator.True, indicator.False:
		default:
			seen[p.Field] = true
		}
		for _, a := range p.Args {
			walk(a)
		}
	}
	for _, set := range [][]indicator.Measure{q.measures, q.days, q.money} {
		for _, m := range set {
			walk(m.Where)
			if m.Kind != indicator.Cases {
				seen[m.Field], seen[m.Field2] = true, m.Kind != indicator.Sum || seen[m.Field2]
			}
		}
	}
	for i, f := range docket.Fields {
		switch {
		case !seen[i] || f.Name == "court" || f.Name == "division" || f.Name == "judge":
		case f.Kind == docket.Day:
			days = append(days, f.Name)
		case f.Kind == docket.Text:
			texts = append(texts, f.Name)
		case f.Kind == docket.Amount:
			money = append(money, f.Name)
		}
	}
	return days, texts, money
}

// newFlat lays out a ledger, court by court on all processors.
func newFlat(l *synth.Ledger, q *question) (*flat, error) {
	days, texts, money := q.fields()
	f := &flat{rows: l.Cases, days: map[string][]int16{}, texts: map[string][]uint8{}, money: map[string][]int64{}, values: synth.Values(texts)}
	f.court, f.division, f.judge = make([]uint16, l.Cases), make([]uint32, l.Cases), make([]uint32, l.Cases)
	for _, name := range days {
		f.days[name] = make([]int16, l.Cases)
	}
	for _, name := range texts {
		f.texts[name] = make([]uint8, l.Cases)
	}
	for _, name := range money {
		f.money[name] = make([]int64, l.Cases)
	}
	at := 0
	for i := range l.Courts {
		f.courts = append(f.courts, at)
		at += l.Size(i)
	}
	f.courts = append(f.courts, at)
	var wg sync.WaitGroup
	errs := make([]error, runtime.GOMAXPROCS(0))
	for w := range errs {
		wg.Go(func() {
			var cases []docket.Case
			for i := w; i < len(l.Courts) && errs[w] == nil; i += len(errs) {
				cases = cases[:0]
				errs[w] = l.Scan(context.Background(), l.Courts[i], 0, func(_ int64, c *docket.Case) error {
					cases = append(cases, *c)
					return nil
				})
				f.fill(i, cases)
			}
		})
	}
	wg.Wait()
	return f, slices.MaxFunc(errs, func(a, b error) int {
		if a != nil {
			return 1
		}
		return -1
	})
}

func (f *flat) fill(court int, cases []docket.Case) {
	slices.SortStableFunc(cases, func(a, b docket.Case) int {
		return cmpCase(&a, &b)
	})
	from := f.courts[court]
	judge, division := uint32(court)<<12, uint32(court)<<12
	for i := range cases {
		c := &cases[i]
		if i > 0 && c.Judge != cases[i-1].Judge {
			judge++
		}
		if i > 0 && c.Division != cases[i-1].Division {
			division++
		}
		row := from + i
		f.court[row], f.division[row], f.judge[row] = uint16(court), division, judge
		for name, col := range f.days {
			if d := *field(name).Day(c); !d.IsZero() {
				col[row] = int16(d.Unix())
			}
		}
		for name, col := range f.texts {
			col[row] = uint8(slices.Index(f.values[name], *field(name).Text(c)))
		}
		for name, col := range f.money {
			if col[row] = -1; field(name).Money(c).Known {
				col[row] = field(name).Money(c).Cents
			}
		}
	}
}

func cmpCase(a, b *docket.Case) int {
	switch {
	case a.Judge != b.Judge: // judges are numbered inside divisions
		if a.Judge < b.Judge {
			return -1
		}
		return 1
	case a.Line != b.Line:
		if a.Line < b.Line {
			return -1
		}
		return 1
	}
	return int(a.FiledOn) - int(b.FiledOn)
}

func field(name string) *docket.Field {
	f, ok := docket.FieldByName(name)
	if !ok {
		panic("no ledger column " + name)
	}
	return f
}

// code returns the number of a text value, -1 when no case has it.
func (f *flat) code(name, value string) int { return slices.Index(f.values[name], value) }

// day converts a day for the arrays.
func day(d civil.Date) int16 { return int16(d.Unix()) }

// bytes returns the memory of the arrays.
func (f *flat) bytes() int64 {
	return int64(f.rows) * int64(2+4+4+2*len(f.days)+len(f.texts))
}
