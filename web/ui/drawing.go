package ui

import (
	"math"
	"strconv"
	"strings"
)

// Drawing is made on the server: bands, lines, dots and bars with the labels of both
// axes. It needs no script; every mark carries its words, and what has cases opens them.
type Drawing struct {
	Title        string
	Bands, Lines []Stroke
	Ticks        []PlotTick // of the value axis
	Labels       []PlotTick // of the other axis
	Dots         []Dot
	Bars         []PlotBar
	High         string // of the drawing, in its own units
}

// Stroke is a polygon or a line; Points are pairs of coordinates as [XY] writes them.
type Stroke struct{ Class, Points string }

// PlotTick is a value of an axis.
type PlotTick struct{ X, Y, Text string }

// Dot is one value: a circle, or the polygon Shape for what departs.
type Dot struct{ X, Y, Class, Shape, Link, Hint, Text string }

// PlotBar is one step of a waterfall.
type PlotBar struct {
	X, Y, Width, Class, Hint, Label, Text string
	LabelX, TextX, Base                   string
}

// The size of a drawing in its own units; the page scales it.
const (
	PlotWide   = 1000.0
	PlotHigh   = 300.0
	PlotLeft   = 56.0
	PlotRight  = 12.0
	plotTop    = 14.0
	plotBottom = 26.0
	plotEdge   = 8.0 // between the axis and the first mark
)

// Scale maps the values From … To to the coordinates Low … High.
type Scale struct{ From, To, Low, High float64 }

// At is the coordinate of a value.
func (s Scale) At(v float64) float64 {
	if s.To == s.From {
		return s.Low
	}
	return s.Low + (v-s.From)/(s.To-s.From)*(s.High-s.Low)
}

// Within is the coordinate of a value, or of the edge it lies beyond.
func (s Scale) Within(v float64) float64 { return s.At(math.Max(s.From, math.Min(s.To, v))) }

// XY writes a point of a [Stroke].
func XY(x, y float64) string { return Coordinate(x) + "," + Coordinate(y) }

// Coordinate writes a length in the units of the drawing.
func Coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// RoundTicks are round numbers from low or below to high or above.
func RoundTicks(low, high float64) []float64 {
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
	first := math.Floor(low / step)
	for n := first; ; n++ {
		if n*step >= high {
			out := make([]float64, 0, int(n-first)+1)
			for k := first; k <= n; k++ {
				out = append(out, k*step)
			}
			return out
		}
	}
}

// Axis draws the value axis from low to high and returns its scale.
func (p *Drawing) Axis(low, high float64, text func(float64) string) Scale {
	ticks := RoundTicks(low, high)
	y := Scale{ticks[0], ticks[len(ticks)-1], PlotHigh - plotBottom, plotTop}
	for _, v := range ticks {
		p.Ticks = append(p.Ticks, PlotTick{Y: Coordinate(y.At(v)), Text: text(v)})
	}
	p.High = Coordinate(PlotHigh)
	return y
}

// leastCount keeps the ticks of an axis of counts whole numbers.
const leastCount = 4

// CountAxis is an axis of counts from 0.
func (p *Drawing) CountAxis(high float64) Scale {
	return p.Axis(0, math.Max(leastCount, high), func(f float64) string { return Count(int64(f)) })
}

// Months is the scale of n months side by side.
func Months(n int) Scale {
	return Scale{0, float64(max(1, n-1)), PlotLeft + plotEdge, PlotWide - PlotRight - plotEdge}
}

// Below labels a place of the lower axis, in the middle under it unless the edge of the drawing
// would cut the text.
func (p *Drawing) Below(x float64, text string) {
	const half = 4.2 // of the width of a digit
	x = math.Min(x, PlotWide-half*float64(len(text)))
	p.Labels = append(p.Labels, PlotTick{X: Coordinate(x), Y: Coordinate(PlotHigh - 6), Text: text})
}

// Line draws values one month after the other, the first at month from.
func (p *Drawing) Line(class string, x, y Scale, from int, values []float64) {
	p.Lines = append(p.Lines, Stroke{class, strings.Join(course(x, y, from, values), " ")})
}

// Band draws the room between two courses that begin at month from.
func (p *Drawing) Band(class string, x, y Scale, from int, low, high []float64) {
	points := course(x, y, from, high)
	back := course(x, y, from, low)
	for i := len(back) - 1; i >= 0; i-- {
		points = append(points, back[i])
	}
	p.Bands = append(p.Bands, Stroke{class, strings.Join(points, " ")})
}

func course(x, y Scale, from int, values []float64) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = XY(x.At(float64(from+i)), y.At(v))
	}
	return out
}

// Triangle is the shape of a dot that departs, pointing where it went.
func Triangle(x, y float64, up bool) string {
	side := -1.0
	if up {
		side = 1
	}
	return XY(x, y-9*side) + " " + XY(x-7, y+5*side) + " " + XY(x+7, y+5*side)
}
