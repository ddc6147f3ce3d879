package signals

import (
	"math"
	"strconv"
	"strings"

	"zhunsheng/web/ui"
)

// The size of a drawing in its own units; the page scales it.
const (
	plotWide   = 1000.0
	plotHigh   = 300.0
	plotLeft   = 56.0
	plotRight  = 12.0
	plotTop    = 14.0
	plotBottom = 26.0
)

// plot is a drawing made on the server: bands, lines, dots with links, and the labels of both
// axes.
type plot struct {
	Title  string
	Bands  []string // points of polygons
	Lines  []stroke
	Ticks  []tick // of the value axis
	Labels []tick // of the other axis
	Dots   []dot
	Bars   []bar
	High   string // of the drawing
}

type stroke struct{ Class, Points string }

type tick struct{ X, Y, X2, Text string }

// dot is one value; Shape is a circle, or a triangle up or down for what departs.
type dot struct {
	X, Y, Class, Shape, Link, Hint, Text string
}

// bar is one step of a waterfall.
type bar struct {
	X, Y, Width, Class, Hint, Link, Label, Text string
	LabelX, TextX, Base                         string
}

// scale maps a range of values to a range of the drawing.
type scale struct{ from, to, low, high float64 }

func (s scale) at(v float64) float64 {
	if s.to == s.from {
		return s.low
	}
	return s.low + (v-s.from)/(s.to-s.from)*(s.high-s.low)
}

func xy(x, y float64) string { return coordinate(x) + "," + coordinate(y) }

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// niceTicks are round numbers from 0 or below the smallest value to above the largest.
func niceTicks(low, high float64) []float64 {
	if !(high > low) {
		high = low + 1
	}
	step := math.Pow(10, math.Floor(math.Log10((high-low)/4)))
	for _, f := range []float64{1, 2, 5, 10} {
		if (high-low)/(step*f) <= 6 {
			step *= f
			break
		}
	}
	var out []float64
	for v := math.Floor(low/step) * step; ; v += step {
		out = append(out, v)
		if v >= high {
			return out
		}
	}
}

// axis draws the value axis and returns its scale.
func (p *plot) axis(low, high float64, text func(float64) string) scale {
	ticks := niceTicks(low, high)
	y := scale{ticks[0], ticks[len(ticks)-1], plotHigh - plotBottom, plotTop}
	for _, v := range ticks {
		p.Ticks = append(p.Ticks, tick{X: coordinate(plotLeft), X2: coordinate(plotWide - plotRight), Y: coordinate(y.at(v)), Text: text(v)})
	}
	p.High = coordinate(plotHigh)
	return y
}

// course draws the months of a series: the range that was to be expected, the expectation, the
// counts, and a shape at each month that departs.
func course(v *ui.View, s Series) plot {
	p := plot{Title: v.T("signals.chart")}
	high := 0.0
	for _, x := range s.Points {
		high = max(high, float64(x.Value))
		if x.Judged {
			high = max(high, x.High)
		}
	}
	y := p.axis(0, high, func(f float64) string { return ui.Count(int64(f)) })
	x := scale{0, float64(max(1, len(s.Points)-1)), plotLeft + 8, plotWide - plotRight - 8}
	var upper, lower, counts, expected []string
	flush := func() {
		if len(upper) > 0 {
			for i := len(lower) - 1; i >= 0; i-- {
				upper = append(upper, lower[i])
			}
			p.Bands = append(p.Bands, strings.Join(upper, " "))
			p.Lines = append(p.Lines, stroke{"expected", strings.Join(expected, " ")})
		}
		upper, lower, expected = nil, nil, nil
	}
	for i, m := range s.Points {
		at := x.at(float64(i))
		counts = append(counts, xy(at, y.at(float64(m.Value))))
		if !m.Judged {
			flush()
		} else {
			upper, lower = append(upper, xy(at, y.at(m.High))), append(lower, xy(at, y.at(m.Low)))
			expected = append(expected, xy(at, y.at(m.Expected)))
		}
		_, month, _ := m.Month.From.YMD()
		if month == 1 || len(s.Points) <= 14 {
			p.Labels = append(p.Labels, tick{X: coordinate(at), Y: coordinate(plotHigh - 6), Text: m.Month.String()})
		}
		d := mark(v, m, at, y.at(float64(m.Value)))
		if i > 0 && s.Points[i-1].Kind == m.Kind {
			d.Text = "" // said at the month before
		}
		p.Dots = append(p.Dots, d)
	}
	flush()
	p.Lines = append(p.Lines, stroke{"counts", strings.Join(counts, " ")})
	return p
}

// mark is the dot of a month; a month that departs has a triangle that points where it went.
func mark(v *ui.View, m Point, x, y float64) dot {
	d := dot{X: coordinate(x), Y: coordinate(y), Class: "usual", Link: casesOf(v, m.Alarm), Hint: m.Month.String() + " " + ui.Count(m.Value)}
	if m.Judged {
		d.Hint += " · " + v.T("signals.expected_range", "Low", whole(m.Low), "High", whole(m.High))
	}
	if m.Kind == "" {
		return d
	}
	d.Class, d.Text = "unusual", v.T("signals.kind."+string(m.Kind))
	d.Hint += " · " + d.Text
	up := float64(m.Value) > m.Expected
	side := -1.0
	if up {
		side = 1
	}
	d.Shape = xy(x, y-9*side) + " " + xy(x-7, y+5*side) + " " + xy(x+7, y+5*side)
	return d
}

func whole(v float64) string {
	if math.IsNaN(v) {
		return ui.None
	}
	return ui.Count(int64(math.Round(v)))
}

// rowHigh is the height of one step of a waterfall.
const rowHigh = 26.0

// waterfall draws a split from the expectation down its parts to the count.
func waterfall(v *ui.View, rows []splitRow, expected, value float64) plot {
	p := plot{Title: v.T("signals.waterfall"), High: coordinate(float64(len(rows)+2)*rowHigh + 6)}
	low, high, sum := math.Min(expected, value), math.Max(expected, value), expected
	for _, r := range rows {
		sum += r.excess
		low, high = math.Min(low, sum), math.Max(high, sum)
	}
	x := scale{math.Min(0, low), high * 1.02, 330, plotWide - 90}
	step := func(i int, label, class string, from, to float64, text, link string) {
		a, b := x.at(math.Min(from, to)), x.at(math.Max(from, to))
		p.Bars = append(p.Bars, bar{X: coordinate(a), Width: coordinate(math.Max(1.5, b-a)), Y: coordinate(float64(i)*rowHigh + 4), Base: coordinate(float64(i)*rowHigh + 19),
			Class: class, Label: label, LabelX: "322", Text: text, TextX: coordinate(b + 6), Link: link, Hint: label + " " + text})
	}
	step(0, v.T("signals.expected"), "base", 0, expected, ui.Count(int64(math.Round(expected))), "")
	at := expected
	for i, r := range rows {
		class := "more"
		if r.excess < 0 {
			class = "less"
		}
		step(i+1, r.Name, class, at, at+r.excess, r.Excess, r.Link)
		at += r.excess
	}
	step(len(rows)+1, v.T("signals.value"), "base", 0, value, ui.Count(int64(math.Round(value))), "")
	return p
}
