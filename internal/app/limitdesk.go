package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/page/limits"
)

// limitDesk answers the pages of the time limits.
type limitDesk struct{ *App }

// Overview counts the pending cases of the data day by state, and the doubts of the year.
func (a limitDesk) Overview(ctx context.Context, at access.Scope) (limits.Overview, error) {
	day, err := a.DataDay(ctx)
	if err != nil {
		return limits.Overview{}, err
	}
	out := limits.Overview{Day: day, Field: below(at), States: len(limitStates), Period: civil.Period{From: civil.NewDate(day.Year(), 1, 1), To: day}}
	var picks []*selection
	for _, state := range append(slices.Clone(limitStates), "extended") {
		s, err := a.selection("limit_"+string(state), civil.Period{}, day)
		if err != nil {
			return out, err
		}
		picks = append(picks, s)
		out.Columns = append(out.Columns, limits.Column{Pick: s.id, Name: s.name, Hint: s.definition})
	}
	c, err := a.countBy(ctx, at, picks, out.Field)
	if err != nil {
		return out, fmt.Errorf("states: %w", err)
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return out, err
	}
	out.Total.Counts = c.total
	for _, code := range c.inOrder(l, out.Field) {
		out.Rows = append(out.Rows, limits.Row{Code: code, Counts: c.rows[code]})
	}
	out.Findings, err = a.doubts(ctx, at, out.Period, day)
	return out, err
}

// doubts counts the cases behind every question.
func (a limitDesk) doubts(ctx context.Context, at access.Scope, period civil.Period, day civil.Date) ([]limits.Finding, error) {
	var picks []*selection
	var out []limits.Finding
	for _, f := range a.findings {
		s, err := a.selection("limit_finding."+f.Code, period, day)
		if err != nil {
			return nil, err
		}
		picks = append(picks, s)
		out = append(out, limits.Finding{Code: f.Code, Pick: s.id, Question: s.name, Evidence: f.Source.Evidence})
	}
	c, err := a.countBy(ctx, at, picks, "")
	if err != nil {
		return nil, fmt.Errorf("doubts: %w", err)
	}
	for i := range out {
		out[i].Count = c.total[i]
	}
	return out, nil
}

// Cases lists one page of a selection and writes it to the log.
func (a limitDesk) Cases(ctx context.Context, at access.Scope, pick string, offset, limit int) ([]docket.Case, int, error) {
	if err := at.Need(access.ViewCases); err != nil {
		return nil, 0, err
	}
	day, err := a.DataDay(ctx)
	if err != nil {
		return nil, 0, err
	}
	s, err := a.selection(pick, civil.Period{}, day)
	if err != nil {
		return nil, 0, err
	}
	scope, err := confine(at)
	if err != nil {
		return nil, 0, err
	}
	found, err := a.dueFirst(ctx, s.where, s.period, scope)
	if err != nil {
		return nil, 0, err
	}
	total := len(found)
	found = found[min(max(offset, 0), total):]
	found = found[:min(limit, len(found))]
	return found, total, a.note(ctx, at, "cases.list", pick, strconv.Itoa(total))
}

// dueFirst lists cases, courts in their order, the earliest due first within a court.
func (a *App) dueFirst(ctx context.Context, where *indicator.Pred, period civil.Period, scope *indicator.Pred) ([]docket.Case, error) {
	refs, _, err := a.columns.List(ctx, where, scope, period, 0, -1)
	if err != nil {
		return nil, err
	}
	rows, err := a.rows(ctx, refs)
	if err != nil {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]docket.Case, len(rows))
	for i := range rows {
		out[i] = rows[i].Case
	}
	slices.SortStableFunc(out, func(x, y docket.Case) int {
		return cmp.Or(l.compare(x.Court, y.Court), x.Limit.DueOn.Sub(y.Limit.DueOn), x.FiledOn.Sub(y.FiledOn), cmp.Compare(x.Key, y.Key))
	})
	return out, nil
}
