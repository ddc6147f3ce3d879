package forecast

import "math"

// Quantiles of the two-sided 80 % and 95 % intervals in standard errors. Forecast errors have
// heavier tails than the normal distribution: these are close to Student's with six degrees of
// freedom, scaled to variance one.
const (
	z80 = 1.28
	z95 = 2.18
)

// Errors at past origins are smaller than future ones, because the models had seen the whole
// series when their parameters were chosen. These two numbers, the same for every series, make
// up for it: a share for the choice among models, and points lost to estimation, to which
// half of the seasonal indices are added (they are drawn together, see findSeason). They were
// set once, on all of M3's development half together.
const (
	optimism  = 1.06
	estimated = 3.0
)

// intervals widens the mean into 80 and 95 % intervals, from the errors that the combined
// forecast made at past origins. Positive series are judged in logarithms.
func (p *prepared) intervals(rec *record, f *Forecast) {
	sigma := p.errorGrowth(rec)
	at := func(z float64, h int) float64 {
		if p.positive && f.Mean[h] > 0 {
			return f.Mean[h] * math.Exp(min(z*sigma[h], 50))
		}
		return f.Mean[h] + z*sigma[h]
	}
	for h := range f.Mean {
		f.Lo80, f.Hi80 = append(f.Lo80, at(-z80, h)), append(f.Hi80, at(z80, h))
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
// while there are few origins.
func (p *prepared) errorGrowth(rec *record) []float64 {
	sq, n := make([]float64, p.horizon), make([]float64, p.horizon)
	for t := rec.first; t < rec.n; t++ {
		for h, v := range rec.at(t) {
			e := p.miss(p.y[t+h], v)
			sq[h] += e * e
			n[h]++
		}
	}
	var sw, sx, sy, sxx, sxy float64
	for h := range sq {
		if n[h] < 3 || sq[h] == 0 {
			continue
		}
		w, x, y := n[h], math.Log(float64(h+1)), 0.5*math.Log(sq[h]/n[h])
		sw += w
		sx += w * x
		sy += w * y
		sxx += w * x * x
		sxy += w * x * y
	}
	if sw == 0 {
		return p.noErrors()
	}
	mx, my := sx/sw, sy/sw
	const prior = 10.0 // origins' worth of belief in the square root
	power := (sxy - mx*sy + prior*0.5) / (sxx - mx*sx + prior)
	power = min(max(power, 0), 1)
	lost := estimated
	if p.season != nil {
		lost += float64(p.m-1) / 2
	}
	seen := float64(rec.n)
	wide := optimism * math.Sqrt(seen/max(seen-lost, seen/4))
	out := make([]float64, p.horizon)
	for h := range out {
		out[h] = wide * math.Exp(my+power*(math.Log(float64(h+1))-mx))
	}
	return out
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
