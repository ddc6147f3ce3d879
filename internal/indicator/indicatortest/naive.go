// Package indicatortest helps to test indicator engines: a slow engine that evaluates case
// by case, generators of cases, conditions and questions, and a conformance suite.
package indicatortest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

// Naive is the slow, obvious engine that others are compared with: it looks at every case
// for every question. The id of a case is its position plus one.
type Naive []docket.Case

var _ indicator.Engine = Naive(nil)

// Tally implements [indicator.Engine].
func (n Naive) Tally(_ context.Context, ask indicator.Ask) ([]indicator.Group, error) {
	groups := map[string]*indicator.Group{}
	if len(ask.By) == 0 {
		groups[""] = &indicator.Group{By: []string{}, Cells: make([]indicator.Cell, len(ask.Measures))}
	}
	for i := range n {
		c := &n[i]
		if ask.Filter != nil && !ask.Filter.Holds(c, ask.Period) {
			continue
		}
		by := valuesOf(c, ask.By)
		key := strings.Join(by, "\x00")
		g := groups[key]
		if g == nil {
			g = &indicator.Group{By: by, Cells: make([]indicator.Cell, len(ask.Measures))}
			groups[key] = g
		}
		for k, m := range ask.Measures {
			if m.Where == nil || m.Where.Holds(c, ask.Period) {
				g.Cells[k].Add(one(m, c))
			}
		}
	}
	out := make([]indicator.Group, 0, len(groups))
	for _, g := range groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b indicator.Group) int { return slices.Compare(a.By, b.By) })
	return out, nil
}

// one is the cell of a single case that the measure's condition holds for.
func one(m indicator.Measure, c *docket.Case) indicator.Cell {
	f := &docket.Fields[m.Field]
	switch m.Kind {
	case indicator.Sum:
		if v := *f.Money(c); v.Known {
			return indicator.Cell{N: 1, Sum: v.Cents}
		}
		return indicator.Cell{}
	case indicator.Days, indicator.Spread:
		a, b := *f.Day(c), *docket.Fields[m.Field2].Day(c)
		if a.IsZero() || b.IsZero() {
			return indicator.Cell{}
		}
		if m.Kind == indicator.Days {
			return indicator.Cell{N: 1, Sum: int64(a.Sub(b))}
		}
		return indicator.Cell{N: 1, Hist: map[int]int64{a.Sub(b): 1}}
	}
	return indicator.Cell{N: 1}
}

// List implements [indicator.Engine].
func (n Naive) List(_ context.Context, where, filter *indicator.Pred, period civil.Period, offset, limit int) ([]indicator.Ref, int, error) {
	var found []int
	for i := range n {
		if (where == nil || where.Holds(&n[i], period)) && (filter == nil || filter.Holds(&n[i], period)) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(i, j int) int {
		a, b := &n[i], &n[j]
		return cmp.Or(cmp.Compare(a.Court, b.Court), cmp.Compare(a.Division, b.Division), cmp.Compare(a.Judge, b.Judge),
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.FiledOn, b.FiledOn))
	})
	total := len(found)
	found = found[min(max(offset, 0), total):]
	if limit >= 0 && limit < len(found) {
		found = found[:limit]
	}
	refs := make([]indicator.Ref, len(found))
	for k, i := range found {
		refs[k] = indicator.Ref{ID: int64(i + 1), Court: n[i].Court}
	}
	return refs, total, nil
}

// Fetch returns the records of the given ids, as the case lists want them.
func (n Naive) Fetch(ids []int64) ([]docket.Case, error) {
	out := make([]docket.Case, len(ids))
	for i, id := range ids {
		out[i] = n[id-1]
	}
	return out, nil
}
