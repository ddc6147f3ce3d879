package foresight

import (
	"math"
	"strconv"
	"strings"

	"zhunsheng/internal/whatif"
	"zhunsheng/web/ui"
)

// The size of a drawing in its own units; the page scales it.
const (
	plotWide, plotHigh  = 1000.0, 300.0
	plotLeft, plotRight = 56.0, 12.0
	plotTop, plotBottom = 14.0, 26.0
	plotSteps           = 4
)

// plot is a drawing made on the server: bands, lines, dots with links, labels of both axes.
type plot struct {
	Title  string
	Bands  []stroke
	Lines  []stroke
	Ticks  []mark // of the value axis
	Labels []mark // of the months
	Dots   []mark
}

type stroke struct{ Class, Points string }

type mark struct{ X, Y, Text, Link string }

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// frame places months and values in a drawing.
type frame struct {
	months int
	high   float64
}

func (f frame) x(i int) float64 {
	return plotLeft + 8 + float64(i)/math.Max(1, float64(f.months-1))*(plotWide-plotLeft-plotRight-16)
}

func (f frame) y(v float64) float64 {
	return plotHigh - plotBottom - math.Max(0, v)/f.high*(plotHigh-plotBottom-plotTop)
}

// newFrame begins a drawing with round ticks from 0 to above the largest value.
func newFrame(p *plot, months int, high float64) frame {
	step := math.Pow(10, math.Floor(math.Log10(math.Max(high, 1)/plotSteps)))
	for _, k := range []float64{1, 2, 5, 10} {
		if high/(step*k) <= plotSteps+2 {
			step *= k
			break
		}
	}
	step = math.Max(1, step)
	f := frame{months, step * math.Max(1, math.Ceil(high/step))}
	for v := 0.0; v <= f.high+step/2; v += step {
		p.Ticks = append(p.Ticks, mark{Y: coordinate(f.y(v)), Text: ui.Count(int64(v))})
	}
	return f
}

// band draws the room between two courses that begin at month from.
func (f frame) band(class string, from int, low, high []float64) stroke {
	var points []string
	for i, v := range high {
		points = append(points, coordinate(f.x(from+i))+","+coordinate(f.y(v)))
	}
	for i := len(low) - 1; i >= 0; i-- {
		points = append(points, coordinate(f.x(from+i))+","+coordinate(f.y(low[i])))
	}
	return stroke{class, strings.Join(points, " ")}
}

func (f frame) line(class string, from int, values []float64) stroke {
	var points []string
	for i, v := range values {
		points = append(points, coordinate(f.x(from+i))+","+coordinate(f.y(v)))
	}
	return stroke{class, strings.Join(points, " ")}
}

// fan draws the past months of a series, its forecast with both intervals, and the newest of
// the forecasts kept before.
func fan(v *ui.View, o Outlook, s *Series, past []Past) plot {
	p := plot{Title: v.T("foresight.chart", "Name", name(v, s))}
	begin := max(0, len(o.Known)-shownMonths)
	known := make([]float64, 0, shownMonths)
	high := 0.0
	for _, n := range s.Counts[begin:] {
		known, high = append(known, float64(n)), math.Max(high, float64(n))
	}
	for _, x := range s.Forecast.Hi95 {
		high = math.Max(high, x)
	}
	n := len(known)
	f := newFrame(&p, n+len(o.Ahead), high)
	p.Bands = []stroke{f.band("band wide", n, s.Forecast.Lo95, s.Forecast.Hi95), f.band("band", n, s.Forecast.Lo80, s.Forecast.Hi80)}
	p.Lines = []stroke{f.line("counts", 0, known), f.line("expected", n, s.Forecast.Mean)}
	if old := latest(past, v.AsOf.Day); old != nil {
		for i := begin; i < len(o.Known); i++ {
			if o.Known[i] == old.Months[0] {
				p.Lines = append(p.Lines, f.line("earlier", i-begin, old.Forecast.Mean[:min(len(old.Forecast.Mean), f.months-(i-begin))]))
			}
		}
	}
	for i := range f.months {
		month := o.Known[min(begin+i, len(o.Known)-1)]
		if i >= n {
			month = o.Ahead[i-n]
		} else {
			p.Dots = append(p.Dots, mark{coordinate(f.x(i)), coordinate(f.y(known[i])), month.String() + " " + whole(known[i]), cases(v, s, "filed", month)})
		}
		if _, m, _ := month.From.YMD(); m%6 == 1 {
			p.Labels = append(p.Labels, mark{X: coordinate(f.x(i)), Text: month.String()})
		}
	}
	return p
}

// fates draws the pending cases of a court by month without and with a plan.
func fates(v *ui.View, b Board, f Fate) plot {
	p := plot{Title: v.T("foresight.fate_chart", "Name", v.Names("court", f.Code))}
	split := func(x []whatif.Band) (mean, low, high []float64) {
		start := float64(f.Pending)
		mean, low, high = []float64{start}, []float64{start}, []float64{start}
		for _, y := range x {
			mean, low, high = append(mean, y.Mean), append(low, y.Lo80), append(high, y.Hi80)
		}
		return mean, low, high
	}
	mean0, low0, high0 := split(f.Without.Pending)
	mean1, low1, high1 := split(f.With.Pending)
	top := 0.0
	for i := range high0 {
		top = math.Max(top, math.Max(high0[i], high1[i]))
	}
	fr := newFrame(&p, len(mean0), top)
	p.Bands = []stroke{fr.band("band wide", 0, low0, high0), fr.band("band", 0, low1, high1)}
	p.Lines = []stroke{fr.line("expected", 0, mean0), fr.line("counts", 0, mean1)}
	for i, m := range b.Ahead {
		p.Labels = append(p.Labels, mark{X: coordinate(fr.x(i + 1)), Text: m.String()})
	}
	return p
}
