package signals

import (
	"fmt"
	"math"
	"math/big"
	"net/http"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/signal"
	"zhunsheng/web/ui"
)

// rebaseModel is the card of known changes.
type rebaseModel struct {
	ID, Month string
	CanRebase bool
	Months    []ui.Option
	Rebases   []Rebase
}

func (m seriesModel) rebase() rebaseModel {
	return rebaseModel{m.ID, m.Month, m.CanRebase, m.Months, m.Rebases}
}

// courseModel is the view model of the chart of an indicator.
type courseModel struct {
	Name       string
	Sets, Keys []ui.Option
	Set, Key   string
	Plot       ui.Drawing
	Rows       []courseRow // newest first
	Count      string      // of the signals
	Split      *courseSplit
	Rebase     rebaseModel
	Failures   []string
	Cannot     string
}

// courseRow is one month.
type courseRow struct {
	Month, Link, Value, Num, Den, NumLink, DenLink, Limits, Mark, Rules string
	On                                                                  bool
}

// courseSplit is what the units contribute to the change of one month.
type courseSplit struct {
	Title, Head string
	Plot        ui.Drawing
	Rows        []courseUnit
	Total       courseUnit
}

type courseUnit struct{ Name, Before, After, Within, Mix, All string }

// charted are the indicators of a set that have a value month by month.
func (p *Pages) charted(v *ui.View, set string) []ui.Option {
	var out []ui.Option
	for _, i := range p.source.Book().Set(set) {
		out = append(out, ui.Option{Value: i.ID, Label: v.Pick(i.Name)})
	}
	return out
}

// Course answers GET /signals/course.
func (p *Pages) Course(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	return p.showCourse(w, r, v, http.StatusOK, nil)
}

func (p *Pages) showCourse(w http.ResponseWriter, r *http.Request, v *ui.View, status int, failures []string) error {
	m := courseModel{Set: v.Query.Get("set"), Key: v.Query.Get("indicator"), Failures: failures}
	for _, s := range p.source.Book().Sets() {
		m.Sets = append(m.Sets, ui.Option{Value: s, Label: v.Pick(p.source.Book().SetName(s))})
	}
	if !has(m.Sets, m.Set) {
		m.Set = p.chosenSet(v)
	}
	if m.Keys = p.charted(v, m.Set); !has(m.Keys, m.Key) && len(m.Keys) > 0 {
		m.Key = m.Keys[0].Value
	}
	c, err := p.source.Course(r.Context(), v.At, m.Set, m.Key, v.Period)
	if err != nil {
		return fmt.Errorf("course: %w", err)
	}
	m.Name = v.Pick(c.Indicator.Name)
	if len(c.Months) == 0 {
		m.Cannot = v.T("course.none")
		return ui.Render(w, r, status, coursePage(v, m))
	}
	at, err := chosenMonth(v, c)
	if err != nil {
		return err
	}
	m.fill(v, c, at)
	parts, err := p.source.Parts(r.Context(), v.At, m.Set, m.Key, c.Months[at].Month)
	if err != nil {
		return fmt.Errorf("contributions: %w", err)
	}
	m.Split = splitCourse(v, c, at, parts)
	return ui.Render(w, r, status, coursePage(v, m))
}

func has(options []ui.Option, value string) bool {
	return slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == value })
}

// chosenMonth is the month of the address, else the newest that departs, else the newest.
func chosenMonth(v *ui.View, c Course) (int, error) {
	if asked := v.Query.Get("m"); asked != "" {
		k := slices.IndexFunc(c.Months, func(x CoursePoint) bool { return x.Month.String() == asked })
		if k < 0 {
			return 0, fault.NotFoundf("%s: %s", v.T("signals.no_month"), asked)
		}
		return k, nil
	}
	for k := len(c.Months) - 1; k >= 0; k-- {
		if c.Months[k].Judged.Signals() {
			return k, nil
		}
	}
	return len(c.Months) - 1, nil
}

// fill draws the chart and writes its table.
func (m *courseModel) fill(v *ui.View, c Course, at int) {
	m.Plot = drawCourse(v, c)
	m.Rebase = rebaseModel{ID: CourseID(m.Set, m.Key), Month: c.Months[at].Month.String(), CanRebase: v.Who.Can("handle_alerts") && v.At.City, Rebases: c.Rebases}
	signals := 0
	for k := len(c.Months) - 1; k >= 0; k-- {
		x := c.Months[k]
		month := x.Month.String()
		m.Rebase.Months = append(m.Rebase.Months, ui.Option{Value: month, Label: month})
		row := courseRow{Month: month, Link: monthOf(v, m.Set, m.Key, x.Month), On: k == at, Value: ui.Value(c.Indicator.Unit, x.Value), Limits: ui.None, Rules: ruleWords(v, x)}
		row.Num, row.NumLink = sideOf(v, c, x, indicator.NumeratorSide, x.Numerator)
		row.Den, row.DenLink = sideOf(v, c, x, indicator.DenominatorSide, x.Denominator)
		if !math.IsNaN(x.Judged.Centre) {
			row.Limits = level(c, x.Judged.Lower) + "—" + level(c, x.Judged.Upper)
		}
		if x.Judged.Signals() {
			signals++
			row.Mark = "▽"
			if x.Judged.Value > x.Judged.Centre {
				row.Mark = "▲"
			}
		}
		m.Rows = append(m.Rows, row)
	}
	m.Count = v.N("course.signals", int64(signals))
}

// sideOf prints one side of a month's fraction, amounts in yuan, with the list of its cases.
func sideOf(v *ui.View, c Course, x CoursePoint, side indicator.Side, n *big.Rat) (text, link string) {
	version, err := c.Indicator.At(x.Month.To)
	if n == nil || err != nil {
		return ui.None, ""
	}
	return ui.Value(version.SideUnit(side), n), string(v.To("/cases", "set", c.Set, "indicator", c.Indicator.ID, "side", string(side), "period", x.Month.String()))
}

// ruleWords says why a month departs, that its limits are provisional, and that the definition
// or the level changed with it.
func ruleWords(v *ui.View, x CoursePoint) string {
	words := ""
	add := func(s string) {
		if words != "" {
			words += v.T("list.comma")
		}
		words += s
	}
	if x.Break {
		add(v.T("course.break"))
	}
	if x.Status == indicator.TooFew {
		add(v.Code("status", x.Status))
	}
	for _, rule := range x.Judged.Rules {
		add(v.T("course.rule." + string(rule)))
	}
	return words
}

// drawn is a value as the chart shows it: shares in percent.
func drawn(c Course, f float64) float64 {
	if c.Indicator.Unit == "share" {
		return f * 100
	}
	return f
}

// level prints a limit in the unit of the indicator.
func level(c Course, f float64) string {
	if f = possible(c, f); c.Indicator.Unit == "count" {
		return whole(f)
	}
	r := new(big.Rat)
	r.SetFloat64(math.Round(f*1e6) / 1e6)
	return ui.Value(c.Indicator.Unit, r)
}

// possible keeps a limit to values that the indicator can have: not below 0 while no month is,
// and a share that is never beyond 100 % not above it.
func possible(c Course, f float64) float64 {
	negative, beyond := false, c.Indicator.Unit != "share"
	for _, x := range c.Months {
		negative, beyond = negative || x.Judged.Value < 0, beyond || x.Judged.Value > 1
	}
	if !negative {
		f = math.Max(f, 0)
	}
	if !beyond {
		f = math.Min(f, 1)
	}
	return f
}

// drawCourse draws values, centre lines and limits, each segment on its own, a shape at each
// month that departs, and a line where the definition changed.
func drawCourse(v *ui.View, c Course) ui.Drawing {
	p := ui.Drawing{Title: v.T("course.chart")}
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range c.Months {
		for _, f := range []float64{x.Judged.Value, x.Judged.Lower, x.Judged.Upper} {
			if !math.IsNaN(f) {
				low, high = math.Min(low, possible(c, f)), math.Max(high, possible(c, f))
			}
		}
	}
	if low > high {
		return ui.Drawing{}
	}
	y := p.Axis(drawn(c, low), drawn(c, high), func(f float64) string { return axisText(c, f) })
	x := ui.Months(len(c.Months))
	begin := 0
	for k := range c.Months {
		if k+1 == len(c.Months) || c.Months[k+1].Judged.Centre != c.Months[k].Judged.Centre || c.Months[k+1].Judged.Upper != c.Months[k].Judged.Upper {
			limits(&p, c, x, y, begin, k+1)
			begin = k + 1
		}
	}
	values(v, &p, c, x, y)
	return p
}

// limits draws centre line and limits of the months from … to.
func limits(p *ui.Drawing, c Course, x, y ui.Scale, from, to int) {
	at := c.Months[from].Judged
	if math.IsNaN(at.Centre) {
		return
	}
	for class, f := range map[string]float64{"centre": at.Centre, "limit95": possible(c, at.Upper), "limit95 low": possible(c, at.Lower)} {
		p.Line(class, x, y, from, slices.Repeat([]float64{drawn(c, f)}, to-from))
	}
	slices.SortFunc(p.Lines, func(a, b ui.Stroke) int { return len(a.Class) - len(b.Class) })
}

// values draws the course and the mark of every month; a gap parts the line.
func values(v *ui.View, p *ui.Drawing, c Course, x, y ui.Scale) {
	var run []float64
	flush := func(until int) {
		if len(run) > 0 {
			p.Line("counts", x, y, until-len(run), run)
		}
		run = nil
	}
	for k, m := range c.Months {
		if _, month, _ := m.Month.From.YMD(); month == 1 || month == 7 {
			p.Below(x.At(float64(k)), m.Month.String())
		}
		if math.IsNaN(m.Judged.Value) {
			flush(k)
			continue
		}
		f := drawn(c, m.Judged.Value)
		run = append(run, f)
		px, py := x.At(float64(k)), y.At(f)
		d := ui.Dot{X: ui.Coordinate(px), Y: ui.Coordinate(py), Class: "usual", Hint: m.Month.String() + " " + ui.Value(c.Indicator.Unit, m.Value),
			Link: monthOf(v, c.Set, c.Indicator.ID, m.Month)}
		if words := ruleWords(v, m); words != "" {
			d.Hint += " · " + words
		}
		if m.Judged.Signals() {
			d.Class, d.Shape = "unusual", ui.Triangle(px, py, m.Judged.Value > m.Judged.Centre)
		}
		p.Dots = append(p.Dots, d)
	}
	flush(len(c.Months))
}

// axisText prints a value of the axis, which holds shares in percent.
func axisText(c Course, f float64) string {
	text := fmt.Sprintf("%.4g", f)
	switch c.Indicator.Unit {
	case "share":
		return text + "%"
	case "count":
		return ui.Count(int64(f))
	}
	return text
}

// splitCourse shows the parts of the change from the month before; nil where there is none.
func splitCourse(v *ui.View, c Course, at int, parts Parts) *courseSplit {
	if parts.Change == nil || at == 0 || c.Months[at].Value == nil || c.Months[at-1].Value == nil {
		return nil
	}
	out := &courseSplit{Title: v.T("course.split", "Before", parts.Before.String(), "Month", c.Months[at].Month.String()), Head: v.T("field." + parts.Field)}
	var bars []splitRow
	within, mix := new(big.Rat), new(big.Rat)
	for _, u := range parts.Units {
		all := new(big.Rat).Add(u.Within, u.Mix)
		within.Add(within, u.Within)
		mix.Add(mix, u.Mix)
		name := v.T("table.unstated")
		if u.Name != "" {
			name = v.Names(parts.Field, u.Name)
		}
		out.Rows = append(out.Rows, courseUnit{name, share(c, u.Before), share(c, u.After), points(c, u.Within), points(c, u.Mix), points(c, all)})
		bars = append(bars, splitRow{Name: name, Excess: points(c, all), excess: drawn(c, number(all))})
	}
	out.Total = courseUnit{v.T("table.total"), ui.Value(c.Indicator.Unit, c.Months[at-1].Value), ui.Value(c.Indicator.Unit, c.Months[at].Value), points(c, within), points(c, mix), points(c, parts.Change)}
	first, last := c.Months[at-1], c.Months[at]
	out.Plot = waterfall(out.Title, end{first.Month.String(), ui.Value(c.Indicator.Unit, first.Value), drawn(c, number(first.Value))}, bars,
		end{last.Month.String(), ui.Value(c.Indicator.Unit, last.Value), drawn(c, number(last.Value))})
	return out
}

// share prints a unit's own fraction.
func share(c Course, f signal.Fraction) string {
	switch {
	case f.Denominator == 0 && c.Indicator.Unit == "count":
		return ui.Count(f.Numerator)
	case f.Denominator == 0:
		return ui.None
	}
	return ui.Value(c.Indicator.Unit, big.NewRat(f.Numerator, f.Denominator))
}

// points prints a contribution: percentage points of a share, else the indicator's own unit.
func points(c Course, r *big.Rat) string {
	digits, shown := 2, new(big.Rat).Set(r)
	switch c.Indicator.Unit {
	case "share":
		shown.Mul(shown, big.NewRat(100, 1))
	case "ratio":
		digits = 3
	case "count":
		digits = 0
	}
	text := strings.Replace(shown.FloatString(digits), "-", "−", 1)
	if strings.Trim(text, "−0.") == "" {
		return strings.TrimPrefix(text, "−")
	}
	if r.Sign() > 0 {
		return "+" + text
	}
	return text
}

// monthOf is the link from a month of an indicator to its chart.
func monthOf(v *ui.View, set, key string, month civil.Period) string {
	return string(v.To(paths["course"], "set", set, "indicator", key, "m", month.String()))
}
