package forecast

import (
	"cmp"
	"math"
	"slices"
)

// Quantiles of the two-sided 80 % and 95 % intervals in standard errors. Forecast errors have
// heavier tails than the normal distribution: these are close to Student's with six degrees of
// freedom, scaled to variance one. The first is drawn towards the quantile of the errors
// themselves, see misses.z80; past errors are too few to tell of the second.
const (
	z80 = 1.28
	z95 = 2.18
)

// halfLife is the number of origins after which an error counts half: how far forecasts miss
// changes with the years, after a shock most of all.
const halfLife = 24

// usualZ is how many origins' worth of belief the quantile z80 gets against that of the errors.
const usualZ = 10

// Errors at past origins are smaller than future ones, because the models had seen the whole
// series when their parameters were chosen. These two numbers, the same for every series, make
// up for it: a share for the choice among models, and points lost to estimation, to which
// half of the seasonal indices are added (they are drawn together, see findSeason). They were
// set once, on all of M3's development half together.
const (
	optimism  = 1.09
	estimated = 2.0
)

// intervals widens the mean into 80 and 95 % intervals, from the errors that the combined
// forecast made at past origins. Positive series are judged in logarithms.
func (p *prepared) intervals(rec *record, f *Forecast) {
	sigma, inner := p.errorGrowth(rec)
	at := func(z float64, h int) float64 {
		if p.positive && f.Mean[h] > 0 {
			return f.Mean[h] * math.Exp(min(z*sigma[h], 50))
		}
		return f.Mean[h] + z*sigma[h]
	}
	for h := range f.Mean {
		f.Lo80, f.Hi80 = append(f.Lo80, at(-inner, h)), append(f.Hi80, at(inner, h))
		f.Lo95, f.Hi95 = append(f.Lo95, at(-z95, h)), append(f.Hi95, at(z95, h))
	}
	if !p.nonNegative {
		return
	}
	for _, v := range [][]float64{f.Mean, f.Lo80, f.Hi80, f.Lo95, f.Hi95} {
		for h := range v {
			v[h] = max(v[h], 0)
		}
	}
}

// errorGrowth is the standard error by horizon: root mean squares at past origins, smoothed
// by a power of the horizon between none and one, which is drawn towards the square root
// while there are few origins; and how many of them make the 80 % interval.
func (p *prepared) errorGrowth(rec *record) (sigma []float64, inner float64) {
	e := p.pastErrors(rec)
	growth, some := e.growth(p.horizon)
	if !some {
		return p.noErrors(), z80
	}
	inner = e.z80(growth)
	lost := estimated
	if p.season != nil {
		lost += float64(p.m-1) / 2
	}
	seen := float64(rec.n)
	wide := optimism * math.Sqrt(seen/max(seen-lost, seen/4))
	for h := range growth {
		growth[h] *= wide
	}
	return growth, inner
}

// misses are what the forecasts of past origins missed.
type misses []pastError

type pastError struct {
	size, weight float64
	horizon      int // from 0
}

// pastErrors lists the errors of a record; the latest origin has weight one.
func (p *prepared) pastErrors(rec *record) misses {
	var out misses
	for t := rec.first; t < rec.n; t++ {
		w := math.Exp2(-float64(rec.n-1-t) / halfLife)
		for h, v := range rec.at(t) {
			out = append(out, pastError{math.Abs(p.miss(p.y[t+h], v)), w, h})
		}
	}
	return out
}

// growth fits the power of the horizon; false when no horizon has three errors.
func (list misses) growth(horizon int) ([]float64, bool) {
	square, weight, n := make([]float64, horizon), make([]float64, horizon), make([]int, horizon)
	for _, e := range list {
		h := e.horizon
		square[h] += e.weight * e.size * e.size
		weight[h] += e.weight
		n[h]++
	}
	var sw, sx, sy, sxx, sxy float64
	for h := range square {
		if n[h] < 3 || square[h] == 0 {
			continue
		}
		w, x, y := weight[h], math.Log(float64(h+1)), 0.5*math.Log(square[h]/weight[h])
		sw += w
		sx += w * x
		sy += w * y
		sxx += w * x * x
		sxy += w * x * y
	}
	if sw == 0 {
		return nil, false
	}
	mx, my := sx/sw, sy/sw
	const prior = 10.0 // origins' worth of belief in the square root
	power := (sxy - mx*sy + prior*0.5) / (sxx - mx*sx + prior)
	power = min(max(power, 0), 1)
	out := make([]float64, horizon)
	for h := range out {
		out[h] = math.Exp(my + power*(math.Log(float64(h+1))-mx))
	}
	return out, true
}

// z80 is how many standard errors of their horizon eight of ten past errors stayed within,
// drawn towards the usual number while there are few origins. After a shock the root mean
// square is large and most errors are small against it: the usual number would be too wide.
func (list misses) z80(growth []float64) float64 {
	total, origins := 0.0, 0.0
	for i, e := range list {
		list[i].size /= growth[e.horizon]
		total += e.weight
		if e.horizon == 0 {
			origins += e.weight
		}
	}
	slices.SortFunc(list, func(a, b pastError) int { return cmp.Compare(a.size, b.size) })
	sum, q := 0.0, 0.0
	for _, e := range list {
		if sum += e.weight; sum >= 0.8*total {
			q = e.size
			break
		}
	}
	trust := origins / (origins + usualZ)
	return min(math.Exp(trust*math.Log(max(q, 0.2))+(1-trust)*math.Log(z80)), z95)
}

// miss is the error of forecast v for the value y, in logarithms for positive series.
func (p *prepared) miss(y, v float64) float64 {
	if p.positive && v > 0 {
		return math.Log(y / v)
	}
	return y - v
}

// noErrors stands in where no past origin can be judged: a series too short or without
// change. Counts then vary at least as much as chance makes them (Poisson).
func (p *prepared) noErrors() []float64 {
	out := make([]float64, p.horizon)
	level := math.Abs(mean(p.y))
	s := max(spread(p.y), math.Sqrt(level))
	if p.positive && level > 0 {
		s /= level
	}
	for h := range out {
		out[h] = s
	}
	return out
}
