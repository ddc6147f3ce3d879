package indicators

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the section.
type Pages struct{ source Source }

// New builds the handlers.
func New(source Source) *Pages { return &Pages{source} }

// catalogueModel is the view model of the catalogue.
type catalogueModel struct {
	Sets   []link
	Set    string
	Groups []group
	Local  int // indicators of the set with an unverified definition
	Total  int
}

type link struct {
	Label, Link string
	On          bool
}

type group struct {
	Name string
	Rows []row
}

type row struct {
	Name, Key, Link string
	Definition      string
	Formula         string
	Better, Unit    string
	Evidence        string
	Local           bool
	Value           value
	Absent          bool // no version in force in the period
}

// value is a figure ready to print.
type value struct {
	Text, Unit     string
	Link           string
	Num, NumLink   string
	Den, DenLink   string
	Few            bool
	Kind           string // status
	Shape, Word    string
	Interval       string
	Before, Change string
}

// groupOrder is the order of the official sets: quality, efficiency, effect; volume first.
var groupOrder = []string{"volume", "quality", "efficiency", "effect"}

// Catalogue lists the indicators of a set with their value in the chosen scope and period.
func (p *Pages) Catalogue(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	book := p.source.Book()
	sets := book.Sets()
	if len(sets) == 0 {
		return ui.Render(w, r, http.StatusOK, cataloguePage(v, catalogueModel{}))
	}
	set := v.Query.Get("set")
	if set == "" {
		set = sets[0]
	}
	m := catalogueModel{Set: set}
	for _, s := range sets {
		m.Sets = append(m.Sets, link{setName(v, book, s), string(v.Here("set", s)), s == set})
	}
	members := book.Set(set)
	if len(members) == 0 {
		_, err := book.Find(set, "")
		return err
	}
	figures, err := p.figures(r.Context(), v, indicator.Request{Set: set, Period: v.Period})
	if err != nil {
		return fmt.Errorf("catalogue %s: %w", set, err)
	}
	rows := map[string][]row{}
	for _, i := range members {
		line := rowOf(v, set, i, figures[i.ID])
		if line.Local {
			m.Local++
		}
		m.Total++
		rows[i.Group] = append(rows[i.Group], line)
	}
	for _, name := range order(rows) {
		m.Groups = append(m.Groups, group{v.Code("group", name), rows[name]})
	}
	return ui.Render(w, r, http.StatusOK, cataloguePage(v, m))
}

// order puts the known groups first, in their order, and any other after them.
func order(rows map[string][]row) []string {
	var out []string
	for _, name := range groupOrder {
		if len(rows[name]) > 0 {
			out = append(out, name)
		}
	}
	for _, name := range ui.SortedKeys(rows) {
		if !slices.Contains(groupOrder, name) {
			out = append(out, name)
		}
	}
	return out
}

// day is the day whose definitions the page shows: the last of the period, without data the
// wording now in force.
func day(v *ui.View) civil.Date { return cmp.Or(v.Period.To, civil.MaxDate) }

func setName(v *ui.View, book *indicator.Book, set string) string {
	if t := book.SetName(set); !t.IsZero() {
		return v.Pick(t)
	}
	return set
}

// figures computes one group's figures by indicator.
func (p *Pages) figures(ctx context.Context, v *ui.View, req indicator.Request) (map[string]indicator.Figure, error) {
	if v.AsOf.Day.IsZero() {
		return nil, nil
	}
	all, err := p.source.Compute(ctx, v.At, req)
	if err != nil {
		return nil, err
	}
	out := map[string]indicator.Figure{}
	for _, f := range all {
		out[f.Indicator] = f
	}
	return out, nil
}

func rowOf(v *ui.View, set string, i *indicator.Indicator, f indicator.Figure) row {
	l := row{
		Name: v.Pick(i.Name), Key: i.ID, Link: string(v.To("/indicators/" + set + "/" + i.ID)),
		Better: v.Code("better", i.Better), Unit: i.Unit,
	}
	version, err := i.At(day(v))
	if err != nil {
		l.Absent = true
		return l
	}
	l.Definition, l.Formula = v.Pick(version.Definition), v.Pick(version.Formula())
	l.Evidence, l.Local = version.Evidence, version.Evidence == "U"
	l.Value = valueOf(v, set, i, version, f)
	return l
}

// shapes mark the state of a figure before any colour does.
var shapes = map[string]string{"below": "▽", "inside": "○", "above": "△", "not_loaded": "·", "too_few": "·", "no_value": "·"}

// valueOf prints a figure; pairs narrow its links to the group.
func valueOf(v *ui.View, set string, i *indicator.Indicator, version *indicator.Version, f indicator.Figure, pairs ...string) value {
	out := value{
		Text: ui.Value(i.Unit, f.Value), Num: sideOf(version, indicator.NumeratorSide, f), Den: sideOf(version, indicator.DenominatorSide, f),
		Kind: f.Status, Few: f.Status == indicator.TooFew, Shape: shapes[f.Status], Word: v.Code("status", f.Status),
		Interval: interval(v, i.Unit, f),
	}
	if i.Unit == "count" || i.Unit == "days" || i.Unit == "money" || i.Unit == "per_judge" {
		out.Unit = v.T("unit." + i.Unit)
	}
	if f.Status == "" || f.Status == indicator.NotLoaded && stateless(i, version) {
		out.Kind, out.Shape, out.Word = "", "", ""
	}
	if stateless(i, version) {
		out.Interval = ui.None
	}
	open := func(side indicator.Side, n *big.Rat) string {
		if n == nil || n.Sign() == 0 {
			return ""
		}
		all := append([]string{"set", set, "indicator", i.ID, "side", string(side), "period", f.Period.String()}, pairs...)
		return string(v.To("/cases", all...))
	}
	out.NumLink, out.DenLink = open(indicator.NumeratorSide, f.Numerator), open(indicator.DenominatorSide, f.Denominator)
	out.Link = out.NumLink
	if f.Numerator == nil {
		out.Link = open(indicator.NumeratorSide, f.Value)
	}
	return out
}

// sideOf prints the numerator or denominator of a figure: amounts in yuan.
func sideOf(version *indicator.Version, side indicator.Side, f indicator.Figure) string {
	n := f.Numerator
	if side == indicator.DenominatorSide {
		n = f.Denominator
	}
	return ui.Value(version.SideUnit(side), n)
}

// stateless tells figures that are never judged: counts, and everything of the volume family,
// whose rates describe work and are no targets (结案率、结收比).
func stateless(i *indicator.Indicator, version *indicator.Version) bool {
	return version.NoInterval || i.Group == "volume" && len(version.Intervals) == 0
}

// interval prints the reasonable range that applies, "–" when none is loaded.
func interval(v *ui.View, unit string, f indicator.Figure) string {
	switch {
	case f.Low != nil && f.High != nil:
		return ui.Value(unit, f.Low) + v.T("period.dash") + ui.Value(unit, f.High)
	case f.Low != nil:
		return "≥ " + ui.Value(unit, f.Low)
	case f.High != nil:
		return "≤ " + ui.Value(unit, f.High)
	}
	return ui.None
}

// show is the view model of one indicator's page.
type show struct {
	Name, Other, Key, Set, SetName string
	Definition, Formula            string
	Versions                       []versionLine
	Source, Note, Evidence         string
	EvidenceText                   string
	Local                          bool
	Better                         string
	TooFew                         int
	Counts                         []count
	Period                         string // of the version in force
	Value                          value
	Before                         string // name of the period compared with
	Compare                        []link
	Excluded                       string // address of the excluded cases, empty when nothing is ever excluded
	Units                          []unitRow
	UnitHead                       string
	Total                          unitRow
	Trend                          ui.Chart
	Expression                     string // the formula as the rule file has it
	Line                           timeline
	With                           civil.Period // the freely chosen period of comparison; zero: none
	Audit                          *audit       // answers of the two engines; nil: not asked
	AuditLink                      string
	Adopted                        []adoptionLine
	Reword                         string // address of the form for a new wording; empty: not this reader's
	Empty                          bool
}

type versionLine struct {
	From, To, Formula, Evidence string
	On                          bool
}

type count struct{ Title, Where, Excludes string }

type unitRow struct {
	Name, Link string
	Value      value
	Before     string
	Change     string
}

// Show answers GET /indicators/{set}/{key}.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	set := r.PathValue("set")
	book := p.source.Book()
	i, err := book.Find(set, r.PathValue("key"))
	if err != nil {
		return err
	}
	version, err := i.At(day(v))
	if err != nil {
		return err
	}
	m := describe(v, book, set, i, version)
	if err := p.local(r.Context(), v, set, i.ID, &m); err != nil {
		return err
	}
	if v.AsOf.Day.IsZero() {
		m.Empty = true
		return ui.Render(w, r, http.StatusOK, indicatorPage(v, m))
	}
	if err := p.fill(r.Context(), v, set, i, version, &m); err != nil {
		return fmt.Errorf("indicator %s of %s: %w", i.ID, set, err)
	}
	if v.Query.Get("check") != "" {
		if m.Audit, err = p.reconcile(r.Context(), v, set, i); err != nil {
			return fmt.Errorf("reconcile %s of %s: %w", i.ID, set, err)
		}
	}
	return ui.Render(w, r, http.StatusOK, indicatorPage(v, m))
}

// describe fills what the definition says.
func describe(v *ui.View, book *indicator.Book, set string, i *indicator.Indicator, version *indicator.Version) show {
	m := show{
		Name: v.Pick(i.Name), Key: i.ID, Set: set, SetName: setName(v, book, set),
		Definition: v.Pick(version.Definition), Formula: v.Pick(version.Formula()), Note: v.Pick(version.Note),
		Source: version.Source.String(), Evidence: version.Evidence, EvidenceText: v.Code("evidence", version.Evidence),
		Local: version.Evidence == "U", Better: v.Code("better", i.Better),
		Period: span(v, version), Expression: expression(version), Line: lineOf(v, i, version),
		AuditLink: string(v.Here("check", "1")) + "#audit",
	}
	if version.Denominator != nil {
		m.TooFew = version.TooFew
	}
	m.Other = i.Name.En
	if v.Lang == ui.English {
		m.Other = i.Name.Zh
	}
	for _, ver := range i.Versions {
		m.Versions = append(m.Versions, versionLine{dayOr(ver.From, v.T("version.ever")), dayOr(ver.To, v.T("version.open")), v.Pick(ver.Formula()), ver.Evidence, ver == version})
	}
	for _, c := range version.Counts() {
		line := count{Title: v.Pick(c.Title), Where: c.Expression}
		var why []string
		for _, x := range c.Excludes {
			why = append(why, v.Pick(x.Why))
		}
		line.Excludes = strings.Join(why, v.T("list.semicolon"))
		m.Counts = append(m.Counts, line)
		if len(c.Excludes) > 0 {
			m.Excluded = string(v.To("/cases", "set", set, "indicator", i.ID, "side", string(indicator.ExcludedSide), "period", v.Period.String()))
		}
	}
	return m
}

func span(v *ui.View, version *indicator.Version) string {
	return dayOr(version.From, v.T("version.ever")) + v.T("period.dash") + dayOr(version.To, v.T("version.open"))
}

func dayOr(d civil.Date, other string) string {
	if d.IsZero() {
		return other
	}
	return d.String()
}

// fill computes the value, the table and the trend.
func (p *Pages) fill(ctx context.Context, v *ui.View, set string, i *indicator.Indicator, version *indicator.Version, m *show) error {
	before, err := m.compared(v)
	if err != nil {
		return err
	}
	m.Before = v.PeriodName(before)
	req := indicator.Request{Set: set, Indicators: []string{i.ID}, Period: v.Period}
	now, err := p.figures(ctx, v, req)
	if err != nil {
		return err
	}
	req.Period = before
	then, err := p.figures(ctx, v, req)
	if err != nil {
		return err
	}
	m.Value = valueOf(v, set, i, version, now[i.ID])
	m.Value.Before, m.Value.Change = ui.Value(i.Unit, then[i.ID].Value), v.Change(i.Unit, now[i.ID].Value, then[i.ID].Value)
	m.Total = unitRow{Name: v.Units.Whole, Value: m.Value, Before: m.Value.Before, Change: m.Value.Change}
	if v.Units.Field != "" {
		if err := p.units(ctx, v, set, i, version, before, m); err != nil {
			return err
		}
	}
	return p.trend(ctx, v, set, i, now[i.ID], m)
}

// units fills the table by court, division or judge, always in the order of the office's
// list; units that stand on no list follow it.
func (p *Pages) units(ctx context.Context, v *ui.View, set string, i *indicator.Indicator, version *indicator.Version, before civil.Period, m *show) error {
	field := v.Units.Field
	m.UnitHead = v.T("field." + field)
	now, err := p.byUnit(ctx, v, set, i, v.Period)
	if err != nil {
		return err
	}
	then, err := p.byUnit(ctx, v, set, i, before)
	if err != nil {
		return err
	}
	options := slices.Clone(v.Units.List)
	for _, code := range ui.SortedKeys(now) {
		if f := now[code]; f.Value == nil && (f.Denominator == nil || f.Denominator.Sign() == 0) {
			continue
		}
		if !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == code }) {
			options = append(options, ui.Option{Value: code, Label: v.Names(field, code)})
		}
	}
	for _, o := range options {
		pairs := []string{field, o.Value}
		r := unitRow{Name: o.Label, Link: string(v.Here(pairs...))}
		if o.Value == "" {
			pairs = []string{"f-" + field, "~"}
			r.Name, r.Link = v.T("table.unstated"), ""
		}
		f, ok := now[o.Value]
		if !ok {
			f = indicator.Figure{Period: v.Period, Status: indicator.NoValue}
		}
		r.Value = valueOf(v, set, i, version, f, pairs...)
		r.Before, r.Change = ui.Value(i.Unit, then[o.Value].Value), v.Change(i.Unit, f.Value, then[o.Value].Value)
		m.Units = append(m.Units, r)
	}
	return nil
}

func (p *Pages) byUnit(ctx context.Context, v *ui.View, set string, i *indicator.Indicator, period civil.Period) (map[string]indicator.Figure, error) {
	all, err := p.source.Compute(ctx, v.At, indicator.Request{Set: set, Indicators: []string{i.ID}, Period: period, By: []string{v.Units.Field}})
	if err != nil {
		return nil, err
	}
	out := map[string]indicator.Figure{}
	for _, f := range all {
		out[f.By[0]] = f
	}
	return out, nil
}

// trendMonths is the length of the chart.
const trendMonths = 18

// trend draws the value by month up to the end of the period, with the interval as a band.
func (p *Pages) trend(ctx context.Context, v *ui.View, set string, i *indicator.Indicator, now indicator.Figure, m *show) error {
	end := min(v.Period.To, v.AsOf.Day)
	y, mo, _ := end.YMD()
	last := civil.Month(y, mo)
	whole := civil.Period{From: last.Shift(1 - trendMonths).From, To: last.To}
	all, err := p.source.Compute(ctx, v.At, indicator.Request{Set: set, Indicators: []string{i.ID}, Period: whole, By: []string{"month"}})
	if err != nil {
		return err
	}
	c := ui.Chart{Title: v.T("indicator.trend", "Name", m.Name), Axis: v.T("field.month"), Low: ui.Plot(i.Unit, now.Low), High: ui.Plot(i.Unit, now.High), Band: v.T("indicator.interval")}
	if i.Unit == "share" {
		c.Suffix = "%"
	}
	s := ui.Series{Name: m.Name, Kind: "line"}
	for _, month := range whole.Months() {
		c.Labels = append(c.Labels, month.String())
		point := ui.Point{Text: ui.None}
		for _, f := range all {
			if f.Period == month {
				point = ui.Point{Value: ui.Plot(i.Unit, f.Value), Text: ui.Value(i.Unit, f.Value)}
				if f.Value != nil {
					point.Link = string(v.To("/cases", "set", set, "indicator", i.ID, "side", string(indicator.NumeratorSide), "period", month.String()))
				}
			}
		}
		s.Points = append(s.Points, point)
	}
	c.Series = []ui.Series{s}
	m.Trend = c
	return nil
}
