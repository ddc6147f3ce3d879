package foresight

import (
	"math"

	"zhunsheng/internal/whatif"
	"zhunsheng/web/ui"
)

// fan draws the past months of a series, its forecast with both intervals, and the newest of
// the forecasts kept before.
func fan(v *ui.View, o Outlook, s *Series, past []Past) ui.Drawing {
	p := ui.Drawing{Title: v.T("foresight.chart", "Name", name(v, s))}
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
	months := n + len(o.Ahead)
	x, y := ui.Months(months), p.CountAxis(high)
	p.Band("band wide", x, y, n, s.Forecast.Lo95, s.Forecast.Hi95)
	p.Band("band", x, y, n, s.Forecast.Lo80, s.Forecast.Hi80)
	p.Line("counts", x, y, 0, known)
	p.Line("expected", x, y, n, s.Forecast.Mean)
	if old := latest(past, v.AsOf.Day); old != nil {
		for i := begin; i < len(o.Known); i++ {
			if o.Known[i] == old.Months[0] {
				p.Line("earlier", x, y, i-begin, old.Forecast.Mean[:min(len(old.Forecast.Mean), months-(i-begin))])
			}
		}
	}
	for i := range months {
		month := o.Known[min(begin+i, len(o.Known)-1)]
		if i >= n {
			month = o.Ahead[i-n]
		} else {
			p.Dots = append(p.Dots, ui.Dot{X: ui.Coordinate(x.At(float64(i))), Y: ui.Coordinate(y.At(known[i])), Class: "usual", Hint: month.String() + " " + whole(known[i]), Link: cases(v, s, "filed", month)})
		}
		if _, m, _ := month.From.YMD(); m%6 == 1 {
			p.Below(x.At(float64(i)), month.String())
		}
	}
	return p
}

// fates draws the pending cases of a court by month without and with a plan.
func fates(v *ui.View, b Board, f Fate) ui.Drawing {
	p := ui.Drawing{Title: v.T("foresight.fate_chart", "Name", v.Names("court", f.Code))}
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
	x, y := ui.Months(len(mean0)), p.CountAxis(top)
	p.Band("band wide", x, y, 0, low0, high0)
	p.Band("band", x, y, 0, low1, high1)
	p.Line("expected", x, y, 0, mean0)
	p.Line("counts", x, y, 0, mean1)
	for i, m := range b.Ahead {
		p.Below(x.At(float64(i+1)), m.String())
	}
	return p
}
