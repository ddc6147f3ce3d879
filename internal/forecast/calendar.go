package forecast

import (
	"math"
	"slices"

	"zhunsheng/internal/civil"
)

// Regressor is something that moves through the calendar and is known ahead: one value for
// each period of the series and of the horizon.
type Regressor struct {
	Name   string
	Values []float64
}

// effect is a regressor that was found to matter.
type effect struct {
	Regressor
	size  float64 // change for one unit, in logarithms for positive series
	t     float64 // size divided by its standard error
	log   bool
	since int // position of the first used point
}

// calendarT is the |t| from which a calendar effect is used.
const calendarT = 3

// MovingHoliday measures a holiday that wanders between months: the share of its days (from
// before days ahead of each date to after days past it) that falls in each of n months from
// the first day of start's month on.
func MovingHoliday(name string, dates []civil.Date, before, after int, start civil.Date, n int) Regressor {
	r := Regressor{Name: name, Values: make([]float64, n)}
	y, m, _ := start.YMD()
	first := y*12 + m - 1
	share := 1 / float64(before+after+1)
	for _, d := range dates {
		for day := d.AddDays(-before); day <= d.AddDays(after); day = day.AddDays(1) {
			y, m, _ := day.YMD()
			if i := y*12 + m - 1 - first; i >= 0 && i < n {
				r.Values[i] += share
			}
		}
	}
	return r
}

// takeCalendar estimates the effect of each regressor on what trend and season leave, and
// takes those out that are beyond doubt.
func (c *cleaned) takeCalendar(calendar []Regressor) {
	m := c.series.Season
	if len(c.y) < 3*m+3 || m < 2 {
		return
	}
	for _, r := range calendar {
		e := effect{Regressor: r, log: positive(c.y), since: c.offset}
		left := remainder(logs(c.y, e.log), m)
		right := remainder(r.Values[c.offset:c.offset+len(c.y)], m)
		e.size, e.t = through(right, left)
		if math.Abs(e.t) < calendarT {
			continue
		}
		c.calendar = append(c.calendar, e)
		for t, v := range c.y {
			c.y[t] = e.add(v, t, -1)
		}
	}
}

// add brings the effect into v (sign 1) or takes it out (sign −1); t counts from since.
func (e *effect) add(v float64, t int, sign float64) float64 {
	d := sign * e.size * e.Values[e.since+t]
	if e.log {
		return v * math.Exp(d)
	}
	return v + d
}

// putBack brings calendar effects into the forecast; where no value lay below zero, none takes it
// there.
func (c *cleaned) putBack(f *Forecast) {
	negative := slices.ContainsFunc(c.series.Values, func(v float64) bool { return v < 0 })
	for _, e := range c.calendar {
		for _, v := range [][]float64{f.Mean, f.Lo80, f.Hi80, f.Lo95, f.Hi95} {
			for h := range v {
				if v[h] = e.add(v[h], len(c.y)+h, 1); !negative {
					v[h] = max(v[h], 0)
				}
			}
		}
	}
}

// remainder is what a centred average and the means by position leave of y.
func remainder(y []float64, m int) []float64 {
	s := decompose(y, m, false)
	trend, from := centredAverage(y, m)
	out := make([]float64, len(trend))
	for i, v := range trend {
		out[i] = y[i+from] - v - s.at(i+from)
	}
	return out
}

// through regresses y on x through the origin: slope and its t value.
func through(x, y []float64) (slope, t float64) {
	var xx, xy, rest float64
	for i := range x {
		xx += x[i] * x[i]
		xy += x[i] * y[i]
	}
	if xx < 1e-9 {
		return 0, 0
	}
	slope = xy / xx
	for i := range x {
		e := y[i] - slope*x[i]
		rest += e * e
	}
	se := math.Sqrt(rest / float64(max(len(x)-2, 1)) / xx)
	return slope, slope / max(se, 1e-300)
}
