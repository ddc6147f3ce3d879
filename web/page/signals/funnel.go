package signals

import (
	"fmt"
	"math"
	"math/big"
	"net/http"
	"slices"
	"strconv"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/signal"
	"zhunsheng/web/ui"
)

// funnelModel is the view model of a funnel.
type funnelModel struct {
	Title, Name, Head string
	Sets, Keys        []ui.Option
	Set, Key          string
	Plot              ui.Drawing
	Rows              []funnelRow
	Note, Cannot      string
}

type funnelRow struct {
	No, Name, Rate, Num, NumLink, Den, DenLink, Limits, State, Shape, Word string
}

// sets are the sets that hold at least one share.
func (p *Pages) sets(v *ui.View) []ui.Option {
	var out []ui.Option
	for _, s := range p.source.Book().Sets() {
		if len(p.shares(v, s)) > 0 {
			out = append(out, ui.Option{Value: s, Label: v.Pick(p.source.Book().SetName(s))})
		}
	}
	return out
}

// shares are the indicators of a set that a funnel can show.
func (p *Pages) shares(v *ui.View, set string) []ui.Option {
	var out []ui.Option
	for _, i := range p.source.Book().Set(set) {
		if i.Unit == "share" {
			out = append(out, ui.Option{Value: i.ID, Label: v.Pick(i.Name)})
		}
	}
	return out
}

// usualSet is the set shown when the address names none, where there is such a set.
const usualSet = "spc-2024-01"

// chosenSet reads the set from the address.
func (p *Pages) chosenSet(v *ui.View) string {
	set := v.Query.Get("set")
	if set == "" {
		set = usualSet
	}
	if options := p.sets(v); !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == set }) && len(options) > 0 {
		set = options[0].Value
	}
	return set
}

// Funnel answers GET /signals/funnel.
func (p *Pages) Funnel(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	m := funnelModel{Set: p.chosenSet(v), Key: v.Query.Get("indicator"), Sets: p.sets(v)}
	m.Keys = p.shares(v, m.Set)
	if !slices.ContainsFunc(m.Keys, func(o ui.Option) bool { return o.Value == m.Key }) && len(m.Keys) > 0 {
		m.Key = m.Keys[0].Value
	}
	f, err := p.source.Funnel(r.Context(), v.At, m.Set, m.Key, v.Period)
	if err != nil {
		return fmt.Errorf("funnel: %w", err)
	}
	m.Name = v.Pick(f.Indicator.Name)
	if f.Plot == nil {
		m.Cannot = v.T("funnel.no_units")
	} else {
		m.Head = v.T("field." + f.Field)
		m.fill(v, f)
	}
	return ui.Render(w, r, http.StatusOK, funnelPage(v, m))
}

// classWords say where a unit stands: the shape, and the word of the locale.
var classShapes = map[signal.Class]string{signal.Inside: "○", signal.Outside95: "◇", signal.Outside998: "◆", signal.TooFew: "·"}

// fill draws the funnel and writes its table, units in the order of the office's lists.
func (m *funnelModel) fill(v *ui.View, f Funnel) {
	plot := f.Plot
	switch {
	case plot.Tau > 0:
		m.Note = v.T("funnel.widened", "Phi", fmt.Sprintf("%.1f", plot.Phi))
	default:
		m.Note = v.T("funnel.pure")
	}
	for i, u := range plot.Units {
		row := funnelRow{No: strconv.Itoa(i + 1), Name: v.Names(f.Field, u.Name), Num: whole(u.Numerator), Den: whole(u.Denominator), Rate: percent(u.Rate),
			NumLink: string(v.To("/cases", "set", m.Set, "indicator", m.Key, "side", "numerator", f.Field, u.Name)),
			DenLink: string(v.To("/cases", "set", m.Set, "indicator", m.Key, "side", "denominator", f.Field, u.Name)),
			State:   "funnel-" + string(u.Class), Shape: classShapes[u.Class], Word: v.T("funnel.class." + string(u.Class))}
		row.Limits = ui.None
		if !math.IsNaN(u.Low95) {
			row.Limits = percent(u.Low95) + "—" + percent(u.High95)
		}
		m.Rows = append(m.Rows, row)
	}
	m.Plot = drawFunnel(v, f)
}

// percent prints a share; there is none without a denominator.
func percent(x float64) string {
	if math.IsNaN(x) {
		return ui.None
	}
	r := new(big.Rat)
	r.SetFloat64(math.Round(x*1e6) / 1e6)
	return ui.Value("share", r)
}

// drawFunnel draws the limits over the number of cases and a numbered dot for each unit.
func drawFunnel(v *ui.View, f Funnel) ui.Drawing {
	out := ui.Drawing{Title: v.T("funnel.chart")}
	most, low, high := 0.0, f.Plot.Centre, f.Plot.Centre
	for _, u := range f.Plot.Units {
		most = max(most, u.Denominator)
		if u.Class != signal.TooFew {
			low, high = math.Min(low, math.Min(u.Rate, u.Low95)), math.Max(high, math.Max(u.Rate, u.High95))
		}
	}
	if most == 0 {
		return ui.Drawing{}
	}
	low, high = math.Max(0, low-0.02), math.Min(1, high+0.02)
	y := out.Axis(low*100, high*100, func(p float64) string { return strconv.FormatFloat(p, 'f', -1, 64) + "%" })
	x := ui.Scale{From: 0, To: most * 1.05, Low: ui.PlotLeft, High: ui.PlotWide - ui.PlotRight}
	for _, n := range ui.RoundTicks(0, most) {
		if n <= most*1.05 {
			out.Below(x.At(n), ui.Count(int64(n)))
		}
	}
	clamp := func(r float64) float64 { return y.Within(r * 100) }
	for _, band := range []string{"limit998", "limit95", "centre"} {
		lower, upper := "", ""
		for _, l := range f.Limits(most) {
			lo, hi := l.Low998, l.High998
			if band == "limit95" {
				lo, hi = l.Low95, l.High95
			}
			if band == "centre" {
				lo, hi = f.Plot.Centre, f.Plot.Centre
			}
			at := x.At(l.Denominator)
			lower += " " + ui.XY(at, clamp(lo))
			upper += " " + ui.XY(at, clamp(hi))
		}
		out.Lines = append(out.Lines, ui.Stroke{Class: band, Points: lower})
		if band != "centre" {
			out.Lines = append(out.Lines, ui.Stroke{Class: band, Points: upper})
		}
	}
	for i, u := range f.Plot.Units {
		if u.Denominator == 0 {
			continue
		}
		d := ui.Dot{X: ui.Coordinate(x.At(u.Denominator)), Y: ui.Coordinate(clamp(u.Rate)), Class: "usual", Text: strconv.Itoa(i + 1),
			Hint: v.Names(f.Field, u.Name) + " " + percent(u.Rate)}
		if u.Class == signal.Outside95 || u.Class == signal.Outside998 {
			d.Class = "unusual"
		}
		out.Dots = append(out.Dots, d)
	}
	apart(out.Dots)
	return out
}

// labelRoom is how far apart, in units of the drawing, numbers stand that can be told apart.
const labelRoom = 14.0

// apart drops the number of a dot that another number stands on: the table has it, and so does
// the dot's own hint.
func apart(dots []ui.Dot) {
	place := func(d ui.Dot) (x, y float64) {
		x, _ = strconv.ParseFloat(d.X, 64)
		y, _ = strconv.ParseFloat(d.Y, 64)
		return x, y
	}
	for i := range dots {
		x, y := place(dots[i])
		for _, other := range dots[:i] {
			if ox, oy := place(other); other.Text != "" && math.Abs(x-ox) < labelRoom && math.Abs(y-oy) < labelRoom {
				dots[i].Text = ""
			}
		}
	}
}

// Limits are the limits of the funnel at even steps of the denominator, for drawing.
func (f Funnel) Limits(most float64) []signal.Placed {
	var steps []float64
	for i := 1; i <= 60; i++ {
		steps = append(steps, math.Max(5, math.Round(most*1.05*float64(i)/60)))
	}
	return f.Plot.Curve(steps)
}

// lagModel is the view model of the units that lag.
type lagModel struct {
	Set        string
	Sets       []ui.Option
	Months     []string
	Head, Note string
	Rows       []lagRow
	Cannot     string
}

type lagRow struct {
	Indicator, Unit, Link, Text string
	Marks                       []lagMark
}

type lagMark struct{ Shape, Class, Hint, Link string }

// lagShapes are the marks of a month: outside the interval or the funnel, below or above.
var lagShapes = map[string]string{"below": "▽", "low": "▽", "above": "▲", "high": "▲", "inside": "○", "too_few": "·"}

// Lagging answers GET /signals/lagging.
func (p *Pages) Lagging(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	m := lagModel{Set: p.chosenSet(v), Sets: p.sets(v)}
	l, err := p.source.Lagging(r.Context(), v.At, m.Set, v.Period)
	if err != nil {
		return fmt.Errorf("long-lagging: %w", err)
	}
	m.Months = monthNames(l.Months)
	m.Note = v.T("lagging.note", "Need", l.Need, "N", len(l.Months))
	if l.Field != "court" && l.Field != "division" {
		m.Cannot = v.T("funnel.no_units")
		return ui.Render(w, r, http.StatusOK, lagPage(v, m))
	}
	m.Head = v.T("field." + l.Field)
	for _, lag := range l.Lags {
		row := lagRow{Indicator: v.Pick(lag.Indicator.Name), Unit: v.Names(l.Field, lag.Code), Text: v.T("lagging.of", "K", lag.Outside, "N", len(l.Months)),
			Link: string(v.To("/indicators/"+m.Set+"/"+lag.Indicator.ID, l.Field, lag.Code))}
		for i, mk := range lag.Marks {
			row.Marks = append(row.Marks, markOf(v, mk, l.Months[i], m.Set, lag, l.Field))
		}
		m.Rows = append(m.Rows, row)
	}
	return ui.Render(w, r, http.StatusOK, lagPage(v, m))
}

func markOf(v *ui.View, mk Mark, month civil.Period, set string, lag Lag, field string) lagMark {
	out := lagMark{Shape: lagShapes[mk.State], Class: "inside", Hint: month.String()}
	if mk.State == "" {
		out.Shape = ui.None
		return out
	}
	out.Hint += " " + v.T("lagging.state."+mk.State) + " " + strconv.FormatInt(mk.Num, 10) + "/" + strconv.FormatInt(mk.Den, 10)
	if out.Shape == "▽" || out.Shape == "▲" {
		out.Class = "outside"
	}
	out.Link = string(v.To("/cases", "set", set, "indicator", lag.Indicator.ID, "side", "denominator", "period", month.String(), field, lag.Code))
	return out
}
