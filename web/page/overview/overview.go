package overview

import (
	"context"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strconv"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/ui"
)

// set is the family of volume figures; it carries no targets (结案率 is shown as volume only).
const set = "volume"

// shown are the indicators of the page, in the order of the sum: stock + flow in = accepted,
// accepted − out = stock.
var shown = []string{"opening_pending", "filed", "accepted", "closed", "pending", "closing_rate", "closed_per_judge", "pending_over_12m"}

// signs stand before the figures above and show how they add up.
var signs = map[string]string{"filed": "+", "accepted": "=", "closed": "−", "pending": "="}

// lines are the parts of the work in their fixed order.
var lines = []string{"criminal", "civil", "administrative", "enforcement", "compensation", "other"}

// Pages are the handlers of the screen.
type Pages struct{ source Source }

// New builds the handlers.
func New(source Source) *Pages { return &Pages{source} }

// model is the view model of the page.
type model struct {
	Sentence string
	Tiles    []tile
	Units    table
	Lines    table
	Months   ui.Chart
	Trust    Trust
	Before   string // name of the same period last year
}

type tile struct {
	ID, Sign, Label, Text, Unit, Link string
	Before, Change                    string
}

// table is figures by unit or line; the last row is the total.
type table struct {
	Head   string
	Labels []string
	Rows   []row
	Total  row
}

type row struct {
	Name, Link string
	Cells      []cell
}

type cell struct{ Text, Link string }

// figures are the figures of one group by indicator.
type figures map[string]indicator.Figure

// Show answers GET /overview.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	m, err := p.model(r.Context(), v)
	if err != nil {
		return fmt.Errorf("overview: %w", err)
	}
	return ui.Render(w, r, http.StatusOK, page(v, m))
}

func (p *Pages) model(ctx context.Context, v *ui.View) (model, error) {
	before := v.Period.Shift(-12)
	now, err := p.one(ctx, v, v.Period)
	if err != nil {
		return model{}, err
	}
	then, err := p.one(ctx, v, before)
	if err != nil {
		return model{}, err
	}
	m := model{Sentence: sentence(v, now, then), Before: v.PeriodName(before)}
	for _, id := range shown {
		if v.At.Judge != "" && unit(id) == "per_judge" {
			continue
		}
		m.Tiles = append(m.Tiles, tileOf(v, id, now[id], then[id]))
	}
	if v.Units.Field != "" {
		if m.Units, err = p.table(ctx, v, v.Units.Field, v.Units.List, now, then); err != nil {
			return model{}, err
		}
	}
	var options []ui.Option
	for _, l := range lines {
		options = append(options, ui.Option{Value: l, Label: v.Names("line", l)})
	}
	if m.Lines, err = p.table(ctx, v, "line", options, now, then); err != nil {
		return model{}, err
	}
	if m.Months, err = p.months(ctx, v); err != nil {
		return model{}, err
	}
	m.Trust, err = p.source.Trust(ctx, v.At)
	return m, err
}

func (p *Pages) one(ctx context.Context, v *ui.View, period civil.Period) (figures, error) {
	all, err := p.source.Compute(ctx, v.At, indicator.Request{Set: set, Indicators: shown, Period: period})
	if err != nil {
		return nil, err
	}
	return byIndicator(all), nil
}

func byIndicator(all []indicator.Figure) figures {
	out := figures{}
	for _, f := range all {
		out[f.Indicator] = f
	}
	return out
}

// unit is how the values of an indicator of this page are printed.
func unit(id string) string {
	switch id {
	case "closing_rate":
		return "share"
	case "closed_per_judge":
		return "per_judge"
	}
	return "count"
}

func tileOf(v *ui.View, id string, now, then indicator.Figure) tile {
	u := unit(id)
	t := tile{
		ID: id, Sign: signs[id], Label: v.T("volume." + id), Text: ui.Value(u, now.Value), Unit: v.T("unit." + u),
		Before: ui.Value(u, then.Value), Change: v.Change(u, now.Value, then.Value), Link: list(v, id, v.Period),
	}
	if u == "share" {
		t.Unit = ""
	}
	return t
}

// list is the address of the cases behind an indicator of this page.
func list(v *ui.View, id string, period civil.Period, pairs ...string) string {
	pairs = append([]string{"set", set, "indicator", id, "side", "numerator", "period", period.String()}, pairs...)
	return string(v.To("/cases", pairs...))
}

// sentence is the lead as the monthly bulletin writes it (收结存).
func sentence(v *ui.View, now, then figures) string {
	value := func(id string) string { return ui.Number(now[id].Value) }
	return v.T("overview.sentence", "Period", v.Periods.Label, "Scope", v.Units.Whole,
		"Accepted", value("accepted"), "Opening", value("opening_pending"), "Filed", value("filed"),
		"Closed", value("closed"), "Pending", value("pending"),
		"Change", v.OnYear(now["accepted"].Value, then["accepted"].Value))
}

// table computes the figures by one field. Units come in the order of the office's list;
// values that are on no list follow, so that the rows add up to the total.
func (p *Pages) table(ctx context.Context, v *ui.View, field string, order []ui.Option, total, before figures) (table, error) {
	now, err := p.groups(ctx, v, field, v.Period, shown)
	if err != nil {
		return table{}, err
	}
	then, err := p.groups(ctx, v, field, v.Period.Shift(-12), []string{"filed"})
	if err != nil {
		return table{}, err
	}
	ids := shown
	if field == "line" { // judges hold posts in courts and divisions, not in lines
		ids = slices.DeleteFunc(slices.Clone(shown), func(id string) bool { return unit(id) == "per_judge" })
	}
	t := table{Head: v.T("field." + field)}
	for _, id := range ids {
		t.Labels = append(t.Labels, v.T("volume."+id))
	}
	t.Labels = append(t.Labels, v.T("overview.filed_change"))
	for _, o := range withUnlisted(v, field, order, now, then) {
		if v.At.Division != "" && field == "line" && none(now[o.Value]["accepted"]) && none(then[o.Value]["filed"]) {
			continue // a division works in one or two lines
		}
		var pairs []string
		r := row{Name: o.Label}
		if field == "line" || o.Value == "" {
			pairs = []string{"f-" + field, o.Value}
			if o.Value == "" {
				pairs[1] = "~"
			}
		} else {
			pairs = []string{field, o.Value}
			r.Link = string(v.To("/overview", pairs...))
		}
		r.Cells = cells(v, ids, now[o.Value], then[o.Value], pairs)
		t.Rows = append(t.Rows, r)
	}
	t.Total = row{Name: v.T("table.total"), Cells: cells(v, ids, total, before, nil)}
	return t, nil
}

// withUnlisted adds the values that stand on no list but have cases in this period or filings
// in the one before.
func withUnlisted(v *ui.View, field string, order []ui.Option, now, then map[string]figures) []ui.Option {
	out := slices.Clone(order)
	var rest []string
	for value := range now {
		if none(now[value]["accepted"]) && none(then[value]["filed"]) {
			continue
		}
		if !slices.ContainsFunc(order, func(o ui.Option) bool { return o.Value == value }) {
			rest = append(rest, value)
		}
	}
	slices.Sort(rest)
	for _, value := range rest {
		label := v.Names(field, value)
		if value == "" {
			label = v.T("table.unstated")
		}
		out = append(out, ui.Option{Value: value, Label: label})
	}
	return out
}

func none(f indicator.Figure) bool { return f.Value == nil || f.Value.Sign() == 0 }

func cells(v *ui.View, ids []string, now, then figures, pairs []string) []cell {
	var out []cell
	for _, id := range ids {
		value := now[id].Value
		if value == nil && unit(id) == "count" {
			value = new(big.Rat) // a unit without any case
		}
		c := cell{Text: ui.Value(unit(id), value), Link: list(v, id, v.Period, pairs...)}
		if value == nil || value.Sign() == 0 {
			c.Link = ""
		}
		out = append(out, c)
	}
	zero := new(big.Rat)
	filed, before := now["filed"].Value, then["filed"].Value
	if filed == nil {
		filed = zero
	}
	if before == nil {
		before = zero
	}
	return append(out, cell{Text: v.Change("count", filed, before)})
}

func (p *Pages) groups(ctx context.Context, v *ui.View, field string, period civil.Period, ids []string) (map[string]figures, error) {
	all, err := p.source.Compute(ctx, v.At, indicator.Request{Set: set, Indicators: ids, Period: period, By: []string{field}})
	if err != nil {
		return nil, err
	}
	out := map[string]figures{}
	for _, f := range all {
		if out[f.By[0]] == nil {
			out[f.By[0]] = figures{}
		}
		out[f.By[0]][f.Indicator] = f
	}
	return out, nil
}

// trendMonths is the length of the chart.
const trendMonths = 18

// months draws filed, closed and pending of the last months up to the period's end.
func (p *Pages) months(ctx context.Context, v *ui.View) (ui.Chart, error) {
	y, m, _ := min(v.Period.To, civil.Month(v.AsOf.Day.Year(), monthOf(v.AsOf.Day)).To).YMD()
	last := civil.Month(y, m)
	span := civil.Period{From: last.Shift(1 - trendMonths).From, To: last.To}
	ids := []string{"filed", "closed", "pending"}
	all, err := p.source.Compute(ctx, v.At, indicator.Request{Set: set, Indicators: ids, Period: span, By: []string{"month"}})
	if err != nil {
		return ui.Chart{}, err
	}
	c := ui.Chart{Title: v.T("overview.months"), Axis: v.T("field.month")}
	pieces := span.Months()
	for _, month := range pieces {
		c.Labels = append(c.Labels, month.String())
	}
	for _, id := range ids {
		s := ui.Series{Name: v.T("volume." + id), Kind: "bar", Points: make([]ui.Point, len(pieces))}
		if id == "pending" {
			s.Kind = "line"
		}
		for i := range s.Points {
			s.Points[i].Text = ui.None
		}
		for _, f := range all {
			at := slices.Index(pieces, f.Period)
			if f.Indicator != id || at < 0 {
				continue
			}
			s.Points[at] = ui.Point{Value: ui.Plot("count", f.Value), Text: ui.Number(f.Value), Link: list(v, id, f.Period)}
		}
		c.Series = append(c.Series, s)
	}
	return c, nil
}

func monthOf(d civil.Date) int { _, m, _ := d.YMD(); return m }

func number(n int64) string { return strconv.FormatInt(n, 10) }
