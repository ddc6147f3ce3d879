package signals

import (
	"math"

	"zhunsheng/web/ui"
)

// course draws the months of a series: the range that was to be expected, the expectation, the
// counts, and a shape at each month that departs.
func course(v *ui.View, s Series) ui.Drawing {
	p := ui.Drawing{Title: v.T("signals.chart")}
	high := 0.0
	for _, x := range s.Points {
		high = max(high, float64(x.Value))
		if x.Judged {
			high = max(high, x.High)
		}
	}
	x, y := ui.Months(len(s.Points)), p.CountAxis(high)
	var upper, lower, counts, expected []float64
	flush := func(until int) {
		if len(upper) > 0 {
			p.Band("band", x, y, until-len(upper), lower, upper)
			p.Line("expected", x, y, until-len(upper), expected)
		}
		upper, lower, expected = nil, nil, nil
	}
	for i, m := range s.Points {
		at := x.At(float64(i))
		counts = append(counts, float64(m.Value))
		if !m.Judged {
			flush(i)
		} else {
			upper, lower, expected = append(upper, m.High), append(lower, m.Low), append(expected, m.Expected)
		}
		_, month, _ := m.Month.From.YMD()
		if month == 1 || len(s.Points) <= 14 {
			p.Below(at, m.Month.String())
		}
		d := mark(v, m, at, y.At(float64(m.Value)))
		if i > 0 && s.Points[i-1].Kind == m.Kind {
			d.Text = "" // said at the month before
		}
		p.Dots = append(p.Dots, d)
	}
	flush(len(s.Points))
	p.Line("counts", x, y, 0, counts)
	return p
}

// mark is the dot of a month; a month that departs has a triangle that points where it went.
func mark(v *ui.View, m Point, x, y float64) ui.Dot {
	d := ui.Dot{X: ui.Coordinate(x), Y: ui.Coordinate(y), Class: "usual", Link: casesOf(v, m.Alarm), Hint: m.Month.String() + " " + ui.Count(m.Value)}
	if m.Judged {
		d.Hint += " · " + v.T("signals.expected_range", "Low", whole(m.Low), "High", whole(m.High))
	}
	if m.Kind == "" {
		return d
	}
	d.Class, d.Text = "unusual", v.T("signals.kind."+string(m.Kind))
	d.Hint += " · " + d.Text
	d.Shape = ui.Triangle(x, y, float64(m.Value) > m.Expected)
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

// end is the first or the last step of a waterfall.
type end struct {
	Label, Text string
	value       float64
}

// waterfall draws a split from one value down its parts to another.
func waterfall(title string, from end, rows []splitRow, to end) ui.Drawing {
	p := ui.Drawing{Title: title, High: ui.Coordinate(float64(len(rows)+2)*rowHigh + 6)}
	low, high, sum := math.Min(from.value, to.value), math.Max(from.value, to.value), from.value
	for _, r := range rows {
		sum += r.excess
		low, high = math.Min(low, sum), math.Max(high, sum)
	}
	x := ui.Scale{From: floor(low, high), To: high + (high-floor(low, high))*0.02, Low: 330, High: ui.PlotWide - 90}
	step := func(i int, label, class string, from, to float64, text string) {
		a, b := x.Within(math.Min(from, to)), x.Within(math.Max(from, to))
		p.Bars = append(p.Bars, ui.PlotBar{X: ui.Coordinate(a), Width: ui.Coordinate(math.Max(1.5, b-a)), Y: ui.Coordinate(float64(i)*rowHigh + 4), Base: ui.Coordinate(float64(i)*rowHigh + 19),
			Class: class, Label: label, LabelX: "322", Text: text, TextX: ui.Coordinate(b + 6), Hint: label + " " + text})
	}
	step(0, from.Label, "base", x.From, from.value, from.Text)
	at := from.value
	for i, r := range rows {
		class := "more"
		if r.excess < 0 {
			class = "less"
		}
		step(i+1, r.Name, class, at, at+r.excess, r.Excess)
		at += r.excess
	}
	step(len(rows)+1, to.Label, "base", x.From, to.value, to.Text)
	return p
}

// floor is where the bars of a waterfall begin: at 0, unless all that happens lies far above it.
func floor(low, high float64) float64 {
	if room := high - low; low > 0 && room < low/4 {
		return low - room
	}
	return math.Min(0, low)
}
