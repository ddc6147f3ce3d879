package forecast

import (
	"math"
	"slices"
)

// cleaned is a series made ready, with what was done to it. Positions count from the first
// point of the series as given.
type cleaned struct {
	series   Series
	offset   int // points left out at the front
	y        []float64
	filled   []int // missing points that were interpolated
	outliers []int // single points replaced by their surroundings
	breaks   []int // first points of a new level; what lay before was moved to it
	calendar []effect
}

// clean interpolates missing points, takes calendar effects out, replaces single outliers
// and moves what lies before a lasting step to the level after it.
func clean(s Series, calendar []Regressor) *cleaned {
	c := &cleaned{series: s}
	from, to := 0, len(s.Values)
	for math.IsNaN(s.Values[from]) {
		from++
	}
	for math.IsNaN(s.Values[to-1]) {
		to--
	}
	from = max(from, to-longest)
	for from < to && math.IsNaN(s.Values[from]) {
		from++
	}
	c.offset = from
	c.y = slices.Clone(s.Values[from:to])
	c.fill()
	c.takeCalendar(calendar)
	if len(c.y) >= minRobust && !intermittent(c.y) {
		c.robust()
	}
	return c
}

// minRobust is the shortest series in which outliers and breaks are looked for.
const minRobust = 16

// fill interpolates: between the neighbours in time, or between the same months of the years
// around where those are known.
func (c *cleaned) fill() {
	m := c.series.Season
	for i, v := range c.y {
		if !math.IsNaN(v) {
			continue
		}
		c.filled = append(c.filled, c.offset+i)
	}
	given := slices.Clone(c.y)
	for _, at := range c.filled {
		i := at - c.offset
		if m > 1 && i-m >= 0 && i+m < len(given) && !math.IsNaN(given[i-m]) && !math.IsNaN(given[i+m]) {
			c.y[i] = (given[i-m] + given[i+m]) / 2
			continue
		}
		l, r := i-1, i+1
		for math.IsNaN(given[l]) {
			l--
		}
		for math.IsNaN(given[r]) {
			r++
		}
		w := float64(i-l) / float64(r-l)
		c.y[i] = given[l]*(1-w) + given[r]*w
	}
}

// robust looks for lasting steps and then for single outliers, on the series without its
// season, in logarithms where it is positive.
func (c *cleaned) robust() {
	log := positive(c.y)
	s := findSeason(c.y, c.series.Season)
	x := make([]float64, len(c.y))
	for t, v := range c.y {
		x[t] = s.remove(v, t)
		if log {
			x[t] = math.Log(x[t])
		}
	}
	changed := c.steps(x)
	for _, i := range lonely(x) {
		c.outliers = append(c.outliers, c.offset+i)
		x[i] = median(around(x, i))
		changed = true
	}
	if !changed {
		return
	}
	for t, v := range x {
		if log {
			v = math.Exp(v)
		}
		c.y[t] = s.put(v, t)
	}
}

// stepNoise is how many robust standard deviations of the changes a step must measure, and
// lonelyNoise those that a single point must lie off its surroundings.
const (
	stepNoise   = 8
	lonelyNoise = 7
	stepWindow  = 6
)

// steps moves what lies before the last lasting step to the level after it. A step counts when
// one change is far larger than the changes usually are, the levels of the six points before
// and after differ by most of it, and the points on either side do not overlap.
func (c *cleaned) steps(x []float64) bool {
	d := lagged(x, 1)
	noise := robustSpread(d)
	if noise == 0 {
		return false
	}
	for t := len(x) - stepWindow; t >= stepWindow; t-- {
		jump := x[t] - x[t-1]
		if math.Abs(jump) < stepNoise*noise {
			continue
		}
		before, after := x[t-stepWindow:t], x[t:t+stepWindow]
		size := median(after) - median(before)
		apart := slices.Min(after) > slices.Max(before) || slices.Max(after) < slices.Min(before)
		if apart && size*jump > 0 && math.Abs(size) > 0.7*math.Abs(jump) {
			for i := range t {
				x[i] += size
			}
			c.breaks = append(c.breaks, c.offset+t)
			return true
		}
	}
	return false
}

// lonely lists single points far off their surroundings whose neighbours are not; the two
// last points are left alone, because nobody knows yet what they mean.
func lonely(x []float64) []int {
	r := make([]float64, len(x))
	for i := range x {
		r[i] = x[i] - median(around(x, i))
	}
	noise := robustSpread(r)
	if noise == 0 {
		return nil
	}
	var out []int
	for i := 2; i < len(x)-2; i++ {
		if math.Abs(r[i]) > lonelyNoise*noise && math.Abs(r[i-1]) < lonelyNoise*noise/2 && math.Abs(r[i+1]) < lonelyNoise*noise/2 {
			out = append(out, i)
		}
	}
	return out
}

// around is the two points before and after i, as far as they exist.
func around(x []float64, i int) []float64 {
	var out []float64
	for k := max(0, i-2); k <= min(len(x)-1, i+2); k++ {
		if k != i {
			out = append(out, x[k])
		}
	}
	return out
}

// robustSpread is 1.4826 times the median distance from the median.
func robustSpread(v []float64) float64 {
	mid := median(v)
	d := make([]float64, len(v))
	for i, x := range v {
		d[i] = math.Abs(x - mid)
	}
	return 1.4826 * median(d)
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	k := len(s)
	return (s[(k-1)/2] + s[k/2]) / 2
}

// prepare finds the season and hands the series to the models.
func (c *cleaned) prepare(horizon int) *prepared {
	p := &prepared{y: c.y, m: c.series.Season, horizon: horizon, positive: positive(c.y), nonNegative: true, intermittent: intermittent(c.y)}
	for _, v := range c.series.Values {
		p.nonNegative = p.nonNegative && !(v < 0)
	}
	if !p.intermittent {
		p.season = findSeason(c.y, p.m)
	}
	p.x = make([]float64, len(c.y))
	for t, v := range c.y {
		p.x[t] = p.season.remove(v, t)
	}
	return p
}
