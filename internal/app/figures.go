package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/columns"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

// confine turns a scope into the condition that every figure, list, export and document is
// asked under. This is the only place that does.
func confine(at access.Scope) (*indicator.Pred, error) {
	limits, ok := at.Limits()
	if !ok {
		return nil, fault.Forbiddenf("role %s sees no cases; ask one of: %v", at.Role, access.RolesFor(access.ViewCases))
	}
	return indicator.Match(limits), nil
}

// rosterIn keeps the postings that lie in a scope, so that per-judge figures divide by the
// judges of the same scope.
func rosterIn(all indicator.Roster, at access.Scope) indicator.Roster {
	limits, _ := at.Limits()
	var out indicator.Roster
	for _, p := range all {
		if within(limits, "court", p.Court) && within(limits, "division", p.Division) && within(limits, "judge", p.Judge) {
			out = append(out, p)
		}
	}
	return out
}

// posted are the postings that lie in a scope; of one court without a look at the others.
func (l *lists) posted(at access.Scope) indicator.Roster {
	all := l.roster
	if limits, _ := at.Limits(); limits["court"] != "" {
		all = l.bench[limits["court"]]
	}
	return rosterIn(all, at)
}

func within(limits map[string]string, field, value string) bool {
	want, bound := limits[field]
	return !bound || want == value
}

// Compute evaluates a request inside a scope, courts in administrative order.
func (a *App) Compute(ctx context.Context, at access.Scope, req indicator.Request) ([]indicator.Figure, error) {
	return a.compute(ctx, at, a.columns, req)
}

// compute evaluates a request with the given engine: the columns in use, or those of an
// earlier batch.
func (a *App) compute(ctx context.Context, at access.Scope, eng indicator.Engine, req indicator.Request) ([]indicator.Figure, error) {
	return a.computeBy(ctx, at, a.Book(), eng, req)
}

// computeBy evaluates a request by the definitions of a catalogue: the one in force, or one
// that tries a draft.
func (a *App) computeBy(ctx context.Context, at access.Scope, book *indicator.Book, eng indicator.Engine, req indicator.Request) ([]indicator.Figure, error) {
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	return a.computeOn(ctx, at, book, eng, l, req)
}

// computeOn evaluates a request with the lists of any moment, as documents do.
func (a *App) computeOn(ctx context.Context, at access.Scope, book *indicator.Book, eng indicator.Engine, l *lists, req indicator.Request) ([]indicator.Figure, error) {
	if err := at.Need(access.ViewFigures); err != nil {
		return nil, err
	}
	scope, err := confine(at)
	if err != nil {
		return nil, err
	}
	req.Filter = indicator.All(scope, req.Filter)
	figures, err := book.Compute(ctx, eng, l.posted(at), l.level, req)
	if err != nil {
		return nil, err
	}
	l.sort(figures, req.By)
	return figures, nil
}

// sort puts figures by period, then by the grouping fields: courts administratively, all else
// by id; the order of indicators within a group stays.
func (l *lists) sort(figures []indicator.Figure, by []string) {
	slices.SortStableFunc(figures, func(x, y indicator.Figure) int {
		if c := cmp.Or(cmp.Compare(x.Period.From, y.Period.From), cmp.Compare(x.Period.To, y.Period.To)); c != 0 {
			return c
		}
		for i := range min(len(x.By), len(y.By)) {
			c := cmp.Compare(x.By[i], y.By[i])
			if i < len(by) && by[i] == "court" {
				c = l.compare(x.By[i], y.By[i])
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
}

// asOf gives an engine over the ledger as it stood after the last batch committed on or before
// day, and that batch; the zero day is the ledger in use, batch 0.
func (a *App) asOf(ctx context.Context, day civil.Date) (indicator.Engine, int64, error) {
	if day.IsZero() {
		return a.columns, 0, nil
	}
	batch, err := a.batchAsOf(ctx, day)
	if err != nil {
		return nil, 0, err
	}
	past, err := columns.OpenAt("", a.store, batch)
	if err == nil {
		_, err = past.Refresh(ctx)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("ledger as of batch %d: %w", batch, err)
	}
	return past, batch, nil
}
