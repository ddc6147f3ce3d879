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
	"zhunsheng/internal/signal"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the screens.
type Pages struct{ source Source }

// paths are the pages of the section.
var paths = map[string]string{"board": "/signals", "course": "/signals/course", "funnel": "/signals/funnel", "lagging": "/signals/lagging", "distortion": "/signals/distortion", "alerts": "/signals/alerts"}

// New builds the handlers.
func New(source Source) *Pages { return &Pages{source} }

// line is one alarm in the table of the board.
type line struct {
	Depth                             int
	Month, Where, Kind, Mark, Link    string
	Value, Cases, Expected, Range, By string
}

// boardModel is the view model of the board.
type boardModel struct {
	Lead   string
	Months string
	Lines  []line
	Series string
	Thin   string
}

// Board answers GET /signals.
func (p *Pages) Board(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	b, err := p.source.Board(r.Context(), v.At, v.Period)
	if err != nil {
		return fmt.Errorf("signals: %w", err)
	}
	m := boardModel{
		Lead:   v.T("signals.stated", "Expected", fmt.Sprintf("%.1f", b.Expected), "N", b.Series),
		Months: v.N("signals.months", int64(len(b.Months))), Series: ui.Count(int64(b.Series)), Thin: v.N("signals.thin", int64(b.Thin)),
	}
	for _, a := range b.Alarms {
		m.Lines = append(m.Lines, lines(v, a, 0)...)
	}
	return ui.Render(w, r, http.StatusOK, boardPage(v, m))
}

// lines are an alarm and those inside it.
func lines(v *ui.View, a Alarm, depth int) []line {
	l := line{
		Depth: depth, Month: a.Month.String(), Where: name(v, a.By), Kind: v.T("signals.kind." + string(a.Kind)), Mark: "▲",
		Link:  string(v.To("/signals/series", "s", a.ID, "m", a.Month.String())),
		Value: ui.Count(a.Value), Cases: casesOf(v, a), Expected: whole(a.Expected), Range: whole(a.Low) + "—" + whole(a.High),
	}
	if float64(a.Value) < a.Expected {
		l.Mark = "▽"
	}
	l.By = ui.Signed(a.Value - int64(math.Round(a.Expected)))
	out := []line{l}
	for _, part := range a.Inside {
		out = append(out, lines(v, part, depth+1)...)
	}
	return out
}

// name is a series in words: court · line · cause.
func name(v *ui.View, by map[string]string) string {
	var parts []string
	for _, f := range []string{"court", "line", "cause"} {
		code, ok := by[f]
		switch {
		case !ok:
		case code == "":
			parts = append(parts, v.T("table.unstated"))
		default:
			parts = append(parts, v.Names(f, code))
		}
	}
	if _, ok := by["court"]; !ok {
		parts = append([]string{v.Units.Whole}, parts...)
	}
	return strings.Join(parts, " · ")
}

// casesOf is the list of the filings of a month of a series.
func casesOf(v *ui.View, a Alarm, more ...string) string {
	pairs := []string{"set", "volume", "indicator", "filed", "side", "numerator", "period", a.Month.String()}
	return string(v.To("/cases", append(append(pairs, filters(a.By)...), more...)...))
}

// filters limit a list to a series.
func filters(by map[string]string) []string {
	var out []string
	for _, f := range []string{"court", "line", "cause"} {
		if code, ok := by[f]; ok {
			if code == "" {
				code = "~"
			}
			out = append(out, "f-"+f, code)
		}
	}
	return out
}

// seriesModel is the view model of one series.
type seriesModel struct {
	ID, Title, Reason string
	Plot              ui.Drawing
	Points            []line
	Month             string
	Chosen            line
	Splits            []splitModel
	Notice            string
	CanRebase         bool
	Months            []ui.Option
	Rebases           []Rebase
	Failures          []string
	Said              string // reason typed before a failure
}

// splitModel is one way of cutting a month into parts.
type splitModel struct {
	Title, Note string
	Plot        ui.Drawing
	Rows        []splitRow
	Total       splitRow
}

type splitRow struct {
	Name, Expected, Value, Excess, Link string
	excess                              float64
}

// Series answers GET /signals/series.
func (p *Pages) Series(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	m, err := p.series(r, v)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, seriesPage(v, m))
}

func (p *Pages) series(r *http.Request, v *ui.View) (seriesModel, error) {
	s, err := p.source.Series(r.Context(), v.At, v.Query.Get("s"))
	if err != nil {
		return seriesModel{}, err
	}
	m := seriesModel{ID: s.ID, Title: name(v, s.By), Reason: s.Reason, Plot: course(v, s), Rebases: s.Rebases, CanRebase: v.Who.Can("handle_alerts") && v.At.City}
	m.Month = v.Query.Get("m")
	for i := len(s.Points) - 1; i >= 0; i-- {
		x := s.Points[i]
		m.Months = append(m.Months, ui.Option{Value: x.Month.String(), Label: x.Month.String()})
		l := lines(v, x.Alarm, 0)[0]
		if !x.Judged {
			l.Expected, l.Range, l.By = ui.None, ui.None, ui.None
		}
		if x.Kind == "" {
			l.Kind, l.Mark = "", ""
		}
		m.Points = append(m.Points, l)
		if m.Month == "" && (x.Kind != "" || i == 0) {
			m.Month = x.Month.String()
		}
	}
	k := slices.IndexFunc(s.Points, func(x Point) bool { return x.Month.String() == m.Month })
	if k < 0 {
		return m, fault.NotFoundf("%s: %s", v.T("signals.no_month"), m.Month)
	}
	m.Chosen = m.Points[len(s.Points)-1-k]
	if !s.Points[k].Judged {
		return m, nil
	}
	splits, err := p.source.Splits(r.Context(), v.At, s.ID, m.Month)
	if err != nil {
		return m, err
	}
	for _, split := range splits {
		m.Splits = append(m.Splits, splitOf(v, s.Points[k].Alarm, split))
	}
	return m, nil
}

// partsDrawn is the number of parts with a bar of their own.
const partsDrawn = 12

// splitOf shows a split: the parts that weigh most in their fixed order, the rest as one.
func splitOf(v *ui.View, a Alarm, s Split) splitModel {
	m := splitModel{Title: v.T("signals.by." + s.By), Note: v.T("signals.split_note." + s.By)}
	var sizes []float64
	for _, p := range s.Parts {
		sizes = append(sizes, math.Abs(number(p.Excess)))
	}
	slices.Sort(sizes)
	least := 0.0
	if len(sizes) > partsDrawn {
		least = sizes[len(sizes)-partsDrawn+1]
	}
	rest := signal.Excess{Expected: new(big.Rat), Excess: new(big.Rat)}
	others := 0
	for _, p := range s.Parts {
		if len(sizes) > partsDrawn && (math.Abs(number(p.Excess)) < least || len(m.Rows) == partsDrawn-1) {
			rest.Expected.Add(rest.Expected, p.Expected)
			rest.Excess.Add(rest.Excess, p.Excess)
			rest.Value += p.Value
			others++
			continue
		}
		row := rowOf(partName(v, s.By, p.Name), p)
		row.Link = partLink(v, a, s.By, p.Name)
		m.Rows = append(m.Rows, row)
	}
	if others > 0 {
		m.Rows = append(m.Rows, rowOf(v.N("signals.other_parts", int64(others)), rest))
	}
	m.Total = rowOf(v.T("table.total"), s.Total)
	m.Total.Link = casesOf(v, a)
	expected, value := number(s.Total.Expected), s.Total.Value
	m.Plot = waterfall(v.T("signals.waterfall"), end{v.T("signals.expected"), whole(expected), expected}, m.Rows, end{v.T("signals.value"), ui.Count(value), float64(value)})
	return m
}

func rowOf(name string, p signal.Excess) splitRow {
	return splitRow{Name: name, Expected: decimal(p.Expected), Value: ui.Count(p.Value), Excess: signedDecimal(p.Excess), excess: number(p.Excess)}
}

func number(r *big.Rat) float64 { f, _ := r.Float64(); return f }

func decimal(r *big.Rat) string { return ui.Value("days", r) }

// signedDecimal prints a difference with one decimal and its sign.
func signedDecimal(r *big.Rat) string {
	text := ui.Value("days", r)
	if r.Sign() > 0 {
		return "+" + text
	}
	return text
}

// partName is a part in words.
func partName(v *ui.View, by, name string) string {
	switch {
	case by == "batch" || by == "party":
		if v.Has("signals.part." + name) {
			return v.T("signals.part." + name)
		}
		if by == "party" {
			return v.T("signals.part_party", "Key", short(name))
		}
		words := strings.SplitN(name, " ", 4)
		text := v.Names("court", words[0]) + " " + words[1]
		if len(words) > 2 {
			text += " " + v.Names("cause", words[2])
		}
		if len(words) > 3 {
			text += " " + v.T("signals.part_party", "Key", short(words[3]))
		}
		return text
	case name == "":
		return v.T("table.unstated")
	}
	return v.Names(by, name)
}

// short is the beginning of a hash, enough to tell parties of one list apart.
func short(key string) string {
	r := []rune(key)
	return string(r[:min(8, len(r))])
}

// partLink opens the filings of a part; parts that no filter can name have none.
func partLink(v *ui.View, a Alarm, by, name string) string {
	switch by {
	case "court", "line", "cause":
		if name == "" {
			name = "~"
		}
		return casesOf(v, a, "f-"+by, name)
	case "batch":
		words := strings.SplitN(name, " ", 4)
		if len(words) == 3 {
			return casesOf(v, a, "period", words[1]+".."+words[1], "f-court", words[0], "f-cause", words[2])
		}
	}
	return ""
}

// Rebase answers POST /signals/rebase.
func (p *Pages) Rebase(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id, month, reason := r.PostFormValue("s"), r.PostFormValue("m"), strings.TrimSpace(r.PostFormValue("reason"))
	if reason == "" {
		if set, key, ok := CourseOf(id); ok {
			v.Query.Set("set", set)
			v.Query.Set("indicator", key)
			v.Query.Set("m", month)
			return p.showCourse(w, r, v, http.StatusUnprocessableEntity, []string{v.T("signals.rebase_reason_missing")})
		}
		v.Query.Set("s", id)
		v.Query.Set("m", month)
		m, err := p.series(r, v)
		if err != nil {
			return err
		}
		m.Failures = []string{v.T("signals.rebase_reason_missing")}
		return ui.Render(w, r, http.StatusUnprocessableEntity, seriesPage(v, m))
	}
	if err := p.source.Rebase(r.Context(), v.At, id, month, reason); err != nil {
		return err
	}
	if set, key, ok := CourseOf(id); ok {
		http.Redirect(w, r, string(v.To(paths["course"], "set", set, "indicator", key, "m", month)), http.StatusSeeOther)
		return nil
	}
	http.Redirect(w, r, string(v.To("/signals/series", "s", id, "m", month)), http.StatusSeeOther)
	return nil
}

// monthNames are the heads of the columns of months.
func monthNames(months []civil.Period) []string {
	var out []string
	for _, m := range months {
		out = append(out, m.String())
	}
	return out
}
