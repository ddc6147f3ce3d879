package app

import (
	"cmp"
	"context"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
)

// shiftFields are the fields a change is split by, from the unit to the matter.
var shiftFields = []string{"court", "line", "cause"}

// shift is one cell of a change: a court's cases of one line and cause, now and a year before.
type shift struct {
	by          [3]string
	now, before int64
}

// shifts is a count against the same days of last year, with all its cells.
type shifts struct {
	now, before int64
	last        civil.Period
	cells       []shift
}

// shifts counts an indicator of the volume set in a period and in the same days of last year,
// by court, line and cause. The cells add up to both totals exactly.
func (a *App) shifts(ctx context.Context, at access.Scope, id string, period civil.Period) (shifts, error) {
	out := shifts{last: period.Shift(-12)}
	found := map[[3]string]*shift{}
	for _, p := range []civil.Period{period, out.last} {
		figures, err := a.Compute(ctx, at, indicator.Request{Set: "volume", Indicators: []string{id}, Period: p, By: shiftFields})
		if err != nil {
			return out, err
		}
		for _, f := range figures {
			if f.Value == nil || f.Value.Sign() == 0 {
				continue
			}
			by := [3]string(f.By)
			if found[by] == nil {
				found[by] = &shift{by: by}
			}
			n := f.Value.Num().Int64()
			if p == period {
				found[by].now += n
				out.now += n
			} else {
				found[by].before += n
				out.before += n
			}
		}
	}
	for _, s := range found {
		out.cells = append(out.cells, *s)
	}
	slices.SortFunc(out.cells, func(x, y shift) int {
		return cmp.Or(cmp.Compare(x.by[0], y.by[0]), cmp.Compare(x.by[1], y.by[1]), cmp.Compare(x.by[2], y.by[2]))
	})
	return out, nil
}

// largest picks the n cells that moved a count most and puts them in fixed order: courts
// administratively, then line and cause by code. Which ones are shown depends on their size,
// their order does not.
func (l *lists) largest(cells []shift, n int) []shift {
	size := func(s shift) int64 { return max(s.now-s.before, s.before-s.now) }
	out := slices.Clone(cells)
	slices.SortStableFunc(out, func(x, y shift) int { return cmp.Compare(size(y), size(x)) })
	out = out[:min(n, len(out))]
	out = slices.DeleteFunc(out, func(s shift) bool { return size(s) == 0 })
	slices.SortStableFunc(out, func(x, y shift) int {
		return cmp.Or(l.compare(x.by[0], y.by[0]), cmp.Compare(x.by[1], y.by[1]), cmp.Compare(x.by[2], y.by[2]))
	})
	return out
}
