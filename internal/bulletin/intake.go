package bulletin

import (
	"cmp"
	"math"
	"math/big"
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/signal"
)

// longBack is how many months models of intake and forecasts learn from.
const longBack = 61

// periodMonths are the months of the document's period, at most those of a year.
func (b *builder) periodMonths() []string {
	var out []string
	for _, p := range b.brief.Period.Months() {
		out = append(out, p.From.String()[:7])
	}
	return out[max(0, len(out)-12):]
}

// monthName prints a month of a series.
func (b *builder) monthName(m string) string {
	p, err := civil.ParsePeriod(m)
	if err != nil {
		return m
	}
	return periodName(b.lang, p)
}

// judged holds monthly series, all over the same months, against their own past, season and
// working days taken into account.
func (b *builder) judged(names []string, values [][]float64, months []string) *signal.Report {
	step, at, err := signal.Times(months)
	if err != nil {
		b.fail(err)
		return &signal.Report{}
	}
	var series []signal.Series
	for i, name := range names {
		series = append(series, signal.Series{Name: name, At: at, Values: values[i]})
	}
	opt := signal.Options{Season: 12}
	if b.brief.Calendar == nil {
		opt.Regressors = signal.Weekdays(step, at)
	} else if opt.Regressors, opt.Likely, err = b.brief.Calendar(step, at); err != nil {
		b.fail(err)
		return &signal.Report{}
	}
	r, err := signal.Detect(series, opt)
	if err != nil {
		b.fail(err)
		return &signal.Report{}
	}
	return r
}

// intakeTrend says for each month of the period what the same months of earlier years and the
// trend let expect, and whether the filings lie outside.
func (b *builder) intakeTrend() {
	months := b.monthsOf(b.subject, longBack)
	figures := b.monthlyLong(b.subject, "filed", months)
	if len(months) == 0 || b.err != nil {
		b.say("intake.short", nil)
		return
	}
	report := b.judged([]string{"filed"}, [][]float64{plainValues(figures)}, months)
	var ids []string
	for i, m := range months {
		if !slices.Contains(b.periodMonths(), m) || len(report.Series) == 0 || len(report.Series[0].Points) <= i {
			continue
		}
		j := report.Series[0].Points[i]
		if !j.Judged {
			continue
		}
		in := j.Interval(0.95)
		form := "intake.expected_inside"
		if j.Value < in.Low || j.Value > in.High {
			form = "intake.expected_outside"
		}
		about := "filed/" + m + "/" + b.subject
		ids = append(ids, b.sentence(form, words{"month": word(b.monthName(m)), "n": b.show(figures[i]), "expected": b.model("intake.expected", about, "count", j.Expected),
			"low": b.model("intake.low95", about, "count", in.Low), "high": b.model("intake.high95", about, "count", in.High)}))
	}
	if len(ids) == 0 {
		ids = append(ids, b.sentence("intake.short", nil))
	}
	b.paragraph(ids...)
}

func monthStart(m string) civil.Date {
	p, err := civil.ParsePeriod(m)
	if err != nil {
		return civil.MinDate
	}
	return p.From
}

// monthlyLong is monthly over the longer past of the models.
func (b *builder) monthlyLong(court, key string, months []string) []figure {
	g := b.byMonth(court, "volume", longBack, nil, key)
	out := make([]figure, len(months))
	for i, m := range months {
		out[i] = g[m].get("", key)
	}
	return out
}

// causesShown is how many causes get a line of the table of changes.
const causesShown = 10

// part is what one group contributes to the change of filings.
type part struct {
	of          string
	now, before figure
	change      int64
}

// parts splits the change of filings by a field; groups without a case in both years are left
// out. The order is that of the ids.
func (b *builder) parts(field, court, only string) []part {
	by := []string{field}
	if only != "" {
		by = []string{"cause", field}
	}
	p := b.brief.Period
	now, before := b.askAbout(court, "volume", p, by, "filed"), b.askAbout(court, "volume", p.Shift(-12), by, "filed")
	var out []part
	for _, g := range now.groups {
		x := part{of: g, now: now.get(g, "filed"), before: before.get(g, "filed")}
		if only != "" {
			of := x.now.By
			if len(of) < 2 || of[len(of)-2] != only {
				continue
			}
			x.of = of[len(of)-1]
		}
		if x.now.Value == nil || x.before.Value == nil || x.now.Value.Sign() == 0 && x.before.Value.Sign() == 0 {
			continue
		}
		x.change = new(big.Rat).Sub(x.now.Value, x.before.Value).Num().Int64()
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(x, y part) int { return cmp.Compare(x.of, y.of) })
	return out
}

func size(n int64) int64 { return max(n, -n) }

// largest keeps the n parts that moved most, in their fixed order.
func largest(all []part, n int) []part {
	bySize := slices.Clone(all)
	slices.SortStableFunc(bySize, func(x, y part) int { return cmp.Compare(size(y.change), size(x.change)) })
	bySize = bySize[:min(n, len(bySize))]
	slices.SortStableFunc(bySize, func(x, y part) int { return cmp.Compare(x.of, y.of) })
	return slices.DeleteFunc(bySize, func(x part) bool { return x.change == 0 })
}

// contributions says which causes moved the filings, where, and tables the largest changes.
func (b *builder) contributions() {
	p := b.brief.Period
	now, before := b.one("volume", "filed", p), b.one("volume", "filed", p.Shift(-12))
	if now.Value == nil || before.Value == nil {
		return
	}
	total := new(big.Rat).Sub(now.Value, before.Value).Num().Int64()
	causes := b.parts("cause", b.subject, "")
	from := []string{b.bind(now), b.bind(before)}
	whole := b.derive("difference", "count", big.NewRat(size(total), 1), from...)
	way := func(n int64) string {
		if n < 0 {
			return "down"
		}
		return "up"
	}
	if total == 0 {
		b.say("contribution.none", nil)
	} else {
		ids := []string{b.sentence("contribution.total_"+way(total), words{"n": whole})}
		var same []part
		for _, c := range causes {
			if c.change != 0 && way(c.change) == way(total) {
				same = append(same, c)
			}
		}
		for _, c := range largest(same, 3) {
			moved := b.derive("difference", "count", big.NewRat(size(c.change), 1), b.bind(c.now), b.bind(c.before))
			w := words{"cause": word(b.cause(c.of)), "m": moved, "q": b.derive("share", "share", big.NewRat(size(c.change), size(total)), moved.figures[0], whole.figures[0])}
			form := "contribution.cause_" + way(total)
			if b.subject == "" && len(b.brief.Courts) > 1 {
				if courts := largest(b.parts("court", "", c.of), 1); len(courts) == 1 && way(courts[0].change) == way(total) {
					form = "contribution.cause_court_" + way(total)
					w["court"] = word(b.called("court", courts[0].of))
					w["k"] = b.derive("difference", "count", big.NewRat(size(courts[0].change), 1), b.bind(courts[0].now), b.bind(courts[0].before))
				}
			}
			ids = append(ids, b.sentence(form, w))
		}
		b.paragraph(ids...)
	}
	b.partTable("cause", largest(causes, causesShown))
}

// cause names a cause; an empty one says so.
func (b *builder) cause(id string) string {
	if id == "" {
		return b.label("cause.none")
	}
	return b.called("cause", id)
}

// partTable prints the changes of a field, this period against the same of last year.
func (b *builder) partTable(field string, rows []part) {
	if len(rows) == 0 {
		return
	}
	t := Table{Caption: b.phrase("caption.parts", words{"by": word(b.label("by." + field))}).text, Note: b.label("note.parts"),
		Head: []string{b.label("by." + field), b.label("parts.now"), b.label("parts.before"), b.label("parts.change")}, Widths: []int{10, 4, 4, 6}, Numeric: []bool{false, true, true, true}}
	for _, r := range rows {
		name := b.called(field, r.of)
		if field == "cause" {
			name = b.cause(r.of)
		}
		t.Rows = append(t.Rows, []Cell{{Text: name}, b.cell(r.now), b.cell(r.before), b.changeCell(r.now, r.before)})
	}
	b.add(Part{Table: &t})
}

// The sizes from which a cause counts as new or gone.
const (
	newFrom  = 5  // cases in the period, none in the twelve months before
	goneFrom = 20 // cases in the twelve months before, none in the period
)

// patterns names causes that are new or gone against the twelve months before the period.
func (b *builder) patterns() {
	p := b.brief.Period
	year := civil.Period{From: p.From.AddMonths(-12), To: p.From.AddDays(-1)}
	now, before := b.ask("volume", p, []string{"cause"}, "filed"), b.ask("volume", year, []string{"cause"}, "filed")
	var ids []string
	for _, g := range now.groups {
		n, was := now.get(g, "filed"), before.get(g, "filed")
		if n.Value == nil || was.Value == nil || g == "" {
			continue
		}
		switch {
		case was.Value.Sign() == 0 && n.Value.Cmp(big.NewRat(newFrom, 1)) >= 0:
			ids = append(ids, b.sentence("pattern.new", words{"cause": word(b.cause(g)), "n": b.show(n)}))
		case n.Value.Sign() == 0 && was.Value.Cmp(big.NewRat(goneFrom, 1)) >= 0:
			ids = append(ids, b.sentence("pattern.gone", words{"cause": word(b.cause(g)), "n": b.show(was)}))
		}
	}
	if len(ids) == 0 {
		ids = append(ids, b.sentence("pattern.none", nil))
	}
	b.paragraph(ids...)
}

// anomalies lists courts and lines whose filings in a month of the period lie far from what
// their own past lets expect, with the number of false alarms to be expected.
func (b *builder) anomalies() {
	months := b.monthsOf("", longBack)
	g := b.byMonth(b.subject, "volume", longBack, []string{"court", "line"}, "filed")
	if b.subject != "" {
		g = b.byMonth(b.subject, "volume", longBack, []string{"line"}, "filed")
	}
	if len(months) == 0 || b.err != nil {
		return
	}
	type key struct{ series, month int }
	names := g[months[len(months)-1]].groups
	var values [][]float64
	figures := map[key]figure{}
	for si, name := range names {
		line := make([]float64, len(months))
		for i, m := range months {
			f := g[m].get(name, "filed")
			figures[key{si, i}], line[i] = f, value(f)
		}
		values = append(values, line)
	}
	report := b.judged(names, values, months)
	var ids []string
	asked := b.periodMonths()
	for si, s := range report.Series {
		for i, j := range s.Points {
			if j.Kind == signal.NoChange || i >= len(months) || !slices.Contains(asked, months[i]) {
				continue
			}
			f := figures[key{si, i}]
			of := f.By
			form := "anomaly.up"
			if j.Value < j.Expected {
				form = "anomaly.down"
			}
			ids = append(ids, b.sentence(form, words{"month": word(b.monthName(months[i])), "court": word(b.called("court", of[0])), "line": word(b.name("line", of[1])),
				"n": b.show(f), "expected": b.model("intake.expected", "filed/"+months[i]+"/"+group(of...), "count", j.Expected)}))
		}
	}
	if len(ids) == 0 {
		ids = append(ids, b.sentence("anomaly.none", nil))
	}
	if report.Times > 0 {
		expected := report.Expected / float64(report.Times) * float64(min(len(asked), report.Times))
		ids = append(ids, b.sentence("anomaly.rate", words{"x": b.model("false_alarms", "intake/"+b.brief.Period.String()+"/"+b.subject, "alarms", math.Ceil(expected*100)/100)}))
	}
	b.paragraph(ids...)
}
