package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/page/longpending"
)

// stockDesk answers the long-pending page.
type stockDesk struct{ *App }

// counted are the counts of several selections by the values of one field.
type counted struct {
	rows  map[string][]int64
	total []int64
}

// countBy counts selections by a field (empty: only the total) inside a scope. Each count has
// exactly as many cases as the list of its selection.
func (a *App) countBy(ctx context.Context, at access.Scope, picks []*selection, field string) (counted, error) {
	out := counted{rows: map[string][]int64{}, total: make([]int64, len(picks))}
	scope, err := confine(at)
	if err != nil {
		return out, err
	}
	n, err := a.ledgerNotes(ctx)
	if err != nil {
		return out, err
	}
	add := func(code string, i int, cases int64) {
		if field != "" && out.rows[code] == nil {
			out.rows[code] = make([]int64, len(picks))
		}
		if field != "" {
			out.rows[code][i] += cases
		}
		out.total[i] += cases
	}
	for i, s := range picks {
		if err := a.withFinding(ctx, s); err != nil {
			return out, err
		}
		if s.idle > 0 {
			refs, err := a.refs(ctx, s, scope)
			if err != nil {
				return out, err
			}
			for _, r := range refs {
				o := n.open[r.ID]
				add(map[string]string{"court": o.Court, "division": o.Division, "judge": o.Judge}[field], i, 1)
			}
			continue
		}
		ask := indicator.Ask{Measures: []indicator.Measure{{Kind: indicator.Cases, Where: s.where}}, Period: s.period, Filter: scope}
		if field != "" {
			ask.By = []string{field}
		}
		groups, err := a.columns.Tally(ctx, ask)
		if err != nil {
			return out, err
		}
		for _, g := range groups {
			code := ""
			if field != "" {
				code = g.By[0]
			}
			if g.Cells[0].N > 0 {
				add(code, i, g.Cells[0].N)
			}
		}
	}
	return out, nil
}

// inOrder lists the values with cases in the order of the office's lists.
func (c counted) inOrder(l *lists, field string) []string {
	seen := map[string]int64{}
	for code, counts := range c.rows {
		for _, n := range counts {
			seen[code] += n
		}
	}
	return l.inOrder(field, seen)
}

// ageBands are the selections of the stock by age on a day.
func (a *App) ageBands(period civil.Period, dataDay civil.Date) ([]*selection, error) {
	_, v, err := a.selections.rule("age", dataDay)
	if err != nil {
		return nil, err
	}
	var out []*selection
	for _, b := range bandsOf(v.Steps) {
		s, err := a.selection(b.pick(), period, dataDay)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Stock counts the open cases of the data day by age and inactivity.
func (a stockDesk) Stock(ctx context.Context, at access.Scope) (longpending.Stock, error) {
	day, err := a.DataDay(ctx)
	if err != nil {
		return longpending.Stock{}, err
	}
	out := longpending.Stock{Day: day, Field: below(at)}
	picks, err := a.ageBands(civil.Period{}, day)
	if err != nil {
		return out, err
	}
	long, err := a.selection("long_pending", civil.Period{}, day)
	if err != nil {
		return out, err
	}
	picks = append(picks, long)
	_, v, err := a.selections.rule("inactive", day)
	if err != nil {
		return out, err
	}
	out.Steps = v.Steps
	for _, n := range v.Steps {
		s, err := a.selection("inactive_"+strconv.Itoa(n), civil.Period{}, day)
		if err != nil {
			return out, err
		}
		picks = append(picks, s)
	}
	for i, s := range picks {
		kind := "age"
		if s.idle > 0 {
			kind = "idle"
		} else if s == long {
			kind = "long"
		}
		out.Columns = append(out.Columns, longpending.Column{Pick: picks[i].id, Name: s.name, Kind: kind})
	}
	c, err := a.countBy(ctx, at, picks, out.Field)
	if err != nil {
		return out, fmt.Errorf("stock: %w", err)
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return out, err
	}
	out.Total.Counts = c.total
	for _, code := range c.inOrder(l, out.Field) {
		out.Rows = append(out.Rows, longpending.Row{Code: code, Counts: c.rows[code]})
	}
	out.Stalls, err = a.stalls(ctx, at, picks[len(picks)-len(v.Steps):])
	return out, err
}

// stalls counts inactive cases by the kind of their last activity, kinds in the order of the
// vocabulary.
func (a *App) stalls(ctx context.Context, at access.Scope, steps []*selection) ([]longpending.Stall, error) {
	scope, err := confine(at)
	if err != nil {
		return nil, err
	}
	n, err := a.ledgerNotes(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string][]int64{}
	for i, s := range steps {
		refs, err := a.refs(ctx, s, scope)
		if err != nil {
			return nil, err
		}
		for _, r := range refs {
			kind := n.open[r.ID].Kind
			if found[kind] == nil {
				found[kind] = make([]int64, len(steps))
			}
			found[kind][i]++
		}
	}
	kinds := slices.Sorted(maps.Keys(found))
	place := map[string]int{}
	for i, t := range a.words.Terms("event") {
		place[t.Code] = i + 1
	}
	slices.SortStableFunc(kinds, func(x, y string) int { return place[x] - place[y] })
	var out []longpending.Stall
	for _, k := range kinds {
		out = append(out, longpending.Stall{Kind: k, Counts: found[k]})
	}
	return out, nil
}

// Idle lists one page of the inactive cases and writes it to the log.
func (a stockDesk) Idle(ctx context.Context, at access.Scope, days int, stall string, offset, limit int) ([]longpending.Idle, int, error) {
	if err := at.Need(access.ViewCases); err != nil {
		return nil, 0, err
	}
	day, err := a.DataDay(ctx)
	if err != nil {
		return nil, 0, err
	}
	name := "inactive_" + strconv.Itoa(days)
	if stall != "" {
		name += "." + stall
	}
	s, err := a.selection(name, civil.Period{}, day)
	if err != nil {
		return nil, 0, err
	}
	scope, err := confine(at)
	if err != nil {
		return nil, 0, err
	}
	refs, err := a.refs(ctx, s, scope)
	if err != nil {
		return nil, 0, err
	}
	total := len(refs)
	refs = refs[min(max(offset, 0), total):]
	refs = refs[:min(limit, len(refs))]
	rows, err := a.rows(ctx, refs)
	if err != nil {
		return nil, 0, err
	}
	n, err := a.ledgerNotes(ctx)
	if err != nil {
		return nil, 0, err
	}
	var out []longpending.Idle
	for _, r := range rows {
		o := n.open[r.ID]
		out = append(out, longpending.Idle{Case: r.Case, Day: o.Day, Kind: o.Kind, Holder: o.Holder, Days: day.Sub(o.Day)})
	}
	return out, total, a.note(ctx, at, "cases.list", name, strconv.Itoa(total))
}
