package bulletin

import (
	"math/big"

	"zhunsheng/internal/document"
)

// volumeKeys are the columns of the flow tables (收结存), in their order.
var volumeKeys = []string{"opening_pending", "filed", "accepted", "closed", "pending"}

// blocksByName are the parts that the program fills; a skeleton names them.
var blocksByName map[string]func(b *builder, of string)

func init() {
	blocksByName = map[string]func(b *builder, of string){
		"flow_by_line":         func(b *builder, _ string) { b.flowTable("line", b.skel.Lines) },
		"flow_gap":             func(b *builder, _ string) { b.flowGap() },
		"flow_by_court":        func(b *builder, _ string) { b.flowTable("court", b.courtCodes()) },
		"flow_chart":           func(b *builder, _ string) { b.flowChart() },
		"pending_chart":        func(b *builder, _ string) { b.pendingChart() },
		"indicators":           (*builder).indicatorTable,
		"indicators_by_court":  func(b *builder, _ string) { b.indicatorsByCourt() },
		"ages":                 func(b *builder, _ string) { b.ages() },
		"staff":                func(b *builder, _ string) { b.staff() },
		"intake_trend":         func(b *builder, _ string) { b.intakeTrend() },
		"intake_contributions": func(b *builder, _ string) { b.contributions() },
		"intake_patterns":      func(b *builder, _ string) { b.patterns() },
		"intake_anomalies":     func(b *builder, _ string) { b.anomalies() },
		"forecast_check":       func(b *builder, _ string) { b.forecastCheck() },
		"forecast_next":        func(b *builder, _ string) { b.forecastNext() },
		"summary":              func(b *builder, _ string) { b.summary() },
		"findings":             func(b *builder, _ string) { b.findings() },
		"facts":                func(b *builder, _ string) { b.facts() },
		"evidence":             func(b *builder, _ string) { b.evidence() },
		"compared":             func(b *builder, _ string) { b.compared() },
		"reasons":              func(b *builder, _ string) { b.reasons() },
		"suggestions":          func(b *builder, _ string) { b.suggestions() },
		"earlier":              func(b *builder, _ string) { b.earlier() },
		"opening":              func(b *builder, _ string) { b.opening() },
		"decisions":            func(b *builder, _ string) { b.decisions() },
		"attendance":           func(b *builder, _ string) { b.attendance() },
	}
}

// empty tells whether no case was before the court, and none closed, in the period.
func (b *builder) empty() bool {
	return b.err == nil && !positive(b.one("volume", "accepted", b.brief.Period)) && !positive(b.one("volume", "closed", b.brief.Period))
}

// gap is what accepted less closed exceeds pending by: cases whose closing lies before their
// filing. It is 0 in a sound ledger.
func (b *builder) gap() (*big.Rat, []figure) {
	p := b.brief.Period
	all := []figure{b.one("volume", "accepted", p), b.one("volume", "closed", p), b.one("volume", "pending", p)}
	for _, f := range all {
		if f.Value == nil {
			return nil, nil
		}
	}
	d := new(big.Rat).Sub(all[0].Value, all[1].Value)
	return d.Sub(d, all[2].Value), all
}

// flowGap says why accepted less closed is not pending, where it is not.
func (b *builder) flowGap() {
	d, all := b.gap()
	if d == nil || d.Sign() == 0 {
		return
	}
	var from []string
	for _, f := range all {
		from = append(from, b.bind(f))
	}
	form := "flow.gap_more"
	if d.Sign() < 0 {
		form = "flow.gap_less"
	}
	b.say(form, words{"n": b.derive("gap", "count", d.Abs(d), from...)})
}

// flowTable prints one row for each of order, one for every other group that has cases, and
// the total; parts add up to it. The appendix gets the same table with typed cells, and the
// check sheet adds it up again.
func (b *builder) flowTable(by string, order []string) {
	p := b.brief.Period
	now, before := b.ask("volume", p, []string{by}, volumeKeys...), b.ask("volume", p.Shift(-12), []string{by}, "filed")
	total, totalBefore := b.ask("volume", p, nil, volumeKeys...), b.ask("volume", p.Shift(-12), nil, "filed")
	if b.subject != "" && by == "court" {
		return // the one court is the total
	}
	head := b.label("by." + by)
	t := Table{
		Caption: b.phrase("caption.flow", words{"by": word(head)}).text,
		Head:    []string{head}, Numeric: []bool{false}, Widths: []int{8},
	}
	sheet := b.sheet(b.label("sheet.flow")+"-"+head, head)
	for _, k := range volumeKeys {
		name := b.label("flow." + k)
		t.Head, t.Numeric, t.Widths = append(t.Head, name), append(t.Numeric, true), append(t.Widths, 4)
		sheet.Columns = append(sheet.Columns, document.Column{Title: name, Width: 12})
	}
	t.Head, t.Numeric, t.Widths = append(t.Head, b.label("flow.change")), append(t.Numeric, true), append(t.Widths, 6)
	sheet.Columns = append(sheet.Columns, document.Column{Title: b.label("flow.before"), Width: 14})
	add := func(name string, of map[string]figure, prev figure) {
		row, cells := []Cell{{Text: name}}, []any{name}
		for _, k := range volumeKeys {
			row = append(row, b.cell(of[k]))
			cells = append(cells, number(of[k].Value))
		}
		t.Rows = append(t.Rows, append(row, b.changeCell(of["filed"], prev)))
		sheet.Rows = append(sheet.Rows, append(cells, number(prev.Value)))
	}
	idle := func(g string) bool {
		return !positive(now.get(g, "accepted")) && !positive(before.get(g, "filed"))
	}
	for _, g := range orderOf(order, now.groups, idle) {
		add(b.called(by, g), now.of[g], before.get(g, "filed"))
	}
	add(b.label("total"), total.of[""], totalBefore.get("", "filed"))
	b.checkFlow(sheet)
	b.addSheet(sheet)
	b.add(Part{Table: &t})
}

// changeCell prints a change in a table, where the head says against what.
func (b *builder) changeCell(now, before figure) Cell {
	s := b.change(now, before, "")
	c := Cell{Text: s.text}
	if len(s.figures) > 0 {
		c.Figure = s.figures[len(s.figures)-1]
	}
	return c
}

// orderOf gives the wanted groups that occur, then the groups nobody expected: a court that is
// on no list but has cases must not vanish from the sum. Idle ones are left out.
func orderOf(want, have []string, idle func(string) bool) []string {
	occurs := map[string]bool{}
	for _, h := range have {
		occurs[h] = true
	}
	var out []string
	for _, w := range want {
		if occurs[w] && !idle(w) {
			out = append(out, w)
		}
		delete(occurs, w)
	}
	for _, h := range have {
		if occurs[h] && !idle(h) {
			out = append(out, h)
		}
	}
	return out
}

func (b *builder) flowChart() {
	months := b.months()
	if len(months) < 2 {
		return
	}
	c := b.chart("caption.flow_chart", months)
	for _, k := range []string{"filed", "closed"} {
		b.series(c, b.label("flow."+k), b.monthly(b.subject, "volume", k, months))
	}
	b.add(Part{Chart: c})
}

func (b *builder) pendingChart() {
	months := b.months()
	if len(months) < 2 {
		return
	}
	c := b.chart("caption.pending_chart", months)
	c.Bars = true
	b.series(c, b.label("flow.pending"), b.monthly(b.subject, "volume", "pending", months))
	b.add(Part{Chart: c})
}

// chart begins a drawing by month.
func (b *builder) chart(caption string, months []string) *Chart {
	c := &Chart{Chart: document.Chart{Caption: b.phrase(caption, nil).text, Unit: b.label("unit.cases")}}
	c.Categories = months
	return c
}

// series adds a line whose values are figures.
func (b *builder) series(c *Chart, name string, figures []figure) {
	s := document.Series{Name: name}
	var ids []string
	for _, f := range figures {
		s.Values = append(s.Values, float(f.Value))
		ids = append(ids, b.bind(f))
	}
	c.Series, c.Figures = append(c.Series, s), append(c.Figures, ids)
}

func float(r *big.Rat) *float64 {
	if r == nil {
		return nil
	}
	f, _ := r.Float64()
	return &f
}
