package forecast

import (
	"math"
	"slices"
)

// arimaOrder names a seasonal ARIMA model. A constant is estimated when at most one
// difference is taken.
type arimaOrder struct{ p, d, q, sp, sd, sq int }

// arimaFit is a fitted model:
// (1 − Σφ B)(1 − Φ B^m)(w − c) = (1 − Σθ B)(1 − Θ B^m) e.
type arimaFit struct {
	order    arimaOrder
	m        int
	ar, ma   polynomial
	constant float64
	aicc     float64
}

// maxOrder is the largest p and q that are tried.
const maxOrder = 3

// polynomial is (1 − Σ near B^i)(1 − far B^m).
type polynomial struct {
	near [maxOrder]float64
	far  float64
}

type lagTerm struct {
	lag  int
	coef float64
}

// fitARIMA chooses differences by the strength of the season and the KPSS test, and the other
// orders by a stepwise search on AICc, after Hyndman and Khandakar (2008), estimated by
// conditional least squares.
func fitARIMA(y []float64, m, evals int) arimaFit {
	d, sd := differences(y, m)
	w := differenced(y, d, sd, m)
	if len(w) < 5 {
		d, sd = 0, 0
		w = y
	}
	s := arimaSearch{w: w, m: m, d: d, sd: sd, evals: evals, seen: map[arimaOrder]bool{}, work: make([]float64, arimaWork(len(w), m))}
	s.best.aicc = math.Inf(1)
	season := 0
	if m > 1 && len(w) >= 3*m {
		season = 1
	}
	s.maxSeason = season
	s.try(2, 2, 0, season)
	s.try(0, 0, 0, 0)
	s.try(1, 0, season, 0)
	s.try(0, 1, 0, season)
	for s.improve() {
	}
	return s.best
}

// arimaSearch is the state of the stepwise search.
type arimaSearch struct {
	w                          []float64
	m, d, sd, evals, maxSeason int
	best                       arimaFit
	seen                       map[arimaOrder]bool
	work                       []float64
}

// try fits one more model and keeps it when it is better.
func (s *arimaSearch) try(p, q, sp, sq int) bool {
	o := arimaOrder{p, s.d, q, sp, s.sd, sq}
	free := p + q + sp + sq + 1
	if min(p, q, sp, sq) < 0 || max(p, q) > maxOrder || max(sp, sq) > s.maxSeason || s.seen[o] || len(s.w) < free+4 || len(s.seen) >= 14 {
		return false
	}
	s.seen[o] = true
	f := s.fit(o)
	if f.aicc < s.best.aicc-1e-9 {
		s.best = f
		return true
	}
	return false
}

// improve tries the neighbours of the best model.
func (s *arimaSearch) improve() bool {
	o := s.best.order
	for _, n := range [][4]int{{0, 0, 1, 0}, {0, 0, -1, 0}, {0, 0, 0, 1}, {0, 0, 0, -1}, {1, 0, 0, 0}, {-1, 0, 0, 0}, {0, 1, 0, 0}, {0, -1, 0, 0}, {1, 1, 0, 0}, {-1, -1, 0, 0}} {
		if s.try(o.p+n[0], o.q+n[1], o.sp+n[2], o.sq+n[3]) {
			return true
		}
	}
	return false
}

func (s *arimaSearch) fit(o arimaOrder) arimaFit {
	f := arimaFit{order: o, m: s.m}
	constant := o.d+o.sd <= 1
	free := o.p + o.q + o.sp + o.sq
	start, bounds := make([]float64, free), make([]bound, free)
	for i := range start {
		start[i], bounds[i] = 0.1, bound{-0.97, 0.97}
	}
	if constant {
		mu, sd := mean(s.w), max(spread(s.w), 1e-12)
		start, bounds = append(start, mu), append(bounds, bound{mu - sd, mu + sd})
	}
	best := 0.0
	if len(start) == 0 {
		best = f.squares(s.w, s.work, nil)
	} else {
		var p []float64
		p, best = minimise(func(p []float64) float64 {
			f.read(p, constant)
			return f.squares(s.w, s.work, nil)
		}, start, bounds, s.evals*len(start))
		f.read(p, constant)
	}
	n, k := float64(len(s.w)), float64(len(start)+1)
	f.aicc = n*math.Log(max(best/n, 1e-300)) + 2*k + 2*k*(k+1)/max(n-k-1, 0.1)
	return f
}

// read turns the searched values, which are partial autocorrelations, into polynomials; so
// every point of the search is stationary and invertible.
func (f *arimaFit) read(p []float64, constant bool) {
	o := f.order
	f.ar = expand(p[:o.p], p[o.p+o.q:o.p+o.q+o.sp])
	f.ma = expand(p[o.p:o.p+o.q], p[o.p+o.q+o.sp:o.p+o.q+o.sp+o.sq])
	if constant {
		f.constant = p[len(p)-1]
	}
}

// expand is the polynomial of partial autocorrelations; seasonal holds one or none.
func expand(partial, seasonal []float64) (out polynomial) {
	for k, r := range partial {
		old := out.near
		out.near[k] = r
		for i := range k {
			out.near[i] = old[i] - r*old[k-1-i]
		}
	}
	for _, s := range seasonal {
		out.far = s
	}
	return out
}

// terms multiplies the polynomial out: 1 − Σ coef·B^lag.
func (p *polynomial) terms(m int) (out []lagTerm) {
	for i, c := range p.near {
		out = append(out, lagTerm{i + 1, c})
	}
	out = append(out, lagTerm{m, p.far})
	for i, c := range p.near {
		out = append(out, lagTerm{m + i + 1, -p.far * c})
	}
	return slices.DeleteFunc(out, func(t lagTerm) bool { return t.coef == 0 })
}

// arimaWork is how long the slice is that squares works in: filtered values and errors, each
// behind as many zeros as the season is long.
func arimaWork(n, m int) int { return 2 * (n + m) }

// squares is the conditional sum of squares; values before the first are the mean, errors
// zero. One factor of the model is taken off after the other. errors, when given, gets the
// errors.
func (f *arimaFit) squares(w, work, errors []float64) float64 {
	n, m := len(w), f.m
	left, right := work[:n+m], work[n+m:2*(n+m)]
	clear(left[:m])
	clear(right[:m])
	leftPast, rightPast := left[:n], right[:n] // a season before
	left, right = left[m:m+n], right[m:m+n]
	// Single variables stay in registers, which arrays do not.
	a1, a2, a3, far := f.ar.near[0], f.ar.near[1], f.ar.near[2], f.ar.far
	m1, m2, m3, back := f.ma.near[0], f.ma.near[1], f.ma.near[2], f.ma.far
	var z1, z2, z3, e1, e2, e3, sum float64
	for t, v := range w {
		z := v - f.constant
		a := z - a3*z3 - a2*z2 - a1*z1
		z1, z2, z3 = z, z1, z2
		left[t] = a
		b := a - far*leftPast[t] + back*rightPast[t]
		right[t] = b
		e := b + m3*e3 + m2*e2 + m1*e1
		e1, e2, e3 = e, e1, e2
		sum += e * e
		if errors != nil {
			errors[t] = e
		}
	}
	return sum
}

// run records the forecasts made at every origin.
func (f *arimaFit) run(y []float64, rec *record) {
	o := f.order
	w := differenced(y, o.d, o.sd, f.m)
	lost, front := len(y)-len(w), f.m+maxOrder // zeros before the first value, so that no lag reaches beyond
	known, errors := make([]float64, front+len(w)), make([]float64, front+len(w))
	f.squares(w, make([]float64, arimaWork(len(w), f.m)), errors[front:])
	for t, v := range w {
		known[front+t] = v - f.constant
	}
	ar, ma := f.ar.terms(f.m), f.ma.terms(f.m)
	z, e := make([]float64, len(known)+rec.horizon), make([]float64, len(known)+rec.horizon)
	level := make([]float64, len(y)+rec.horizon)
	undo := undifference(o.d, o.sd, f.m)
	for t := max(rec.first, lost); t <= len(y); t++ {
		from := t - lost + front
		copy(z, known[:from])
		copy(e, errors[:from])
		copy(level, y[:t])
		for h, out := 0, rec.at(t); h < len(out); h++ {
			i := from + h
			e[i], z[i] = 0, 0
			for _, a := range ar {
				z[i] += a.coef * z[i-a.lag]
			}
			for _, a := range ma {
				z[i] -= a.coef * e[i-a.lag]
			}
			v := z[i] + f.constant
			for _, u := range undo {
				v += u.coef * level[t+h-u.lag]
			}
			level[t+h], out[h] = v, v
		}
	}
	for t := rec.first; t < min(lost, len(y)); t++ {
		copy(rec.at(t), y[t:]) // too early to forecast: no error counted
	}
}

// undifference gives y[t] = w[t] + Σ coef·y[t−lag].
func undifference(d, sd, m int) []lagTerm {
	poly := map[int]float64{0: 1}
	times := func(lag int) {
		next := map[int]float64{}
		for l, c := range poly {
			next[l] += c
			next[l+lag] -= c
		}
		poly = next
	}
	for range d {
		times(1)
	}
	for range sd {
		times(m)
	}
	var out []lagTerm
	for lag := 1; lag <= d+sd*m; lag++ {
		if c := poly[lag]; c != 0 {
			out = append(out, lagTerm{lag, -c})
		}
	}
	return out
}

// differenced takes d ordinary and sd seasonal differences.
func differenced(y []float64, d, sd, m int) []float64 {
	w := y
	for range sd {
		w = lagged(w, m)
	}
	for range d {
		w = lagged(w, 1)
	}
	return w
}

func lagged(y []float64, lag int) []float64 {
	if len(y) <= lag {
		return nil
	}
	w := make([]float64, len(y)-lag)
	for i := range w {
		w[i] = y[i+lag] - y[i]
	}
	return w
}

// differences decides how many differences to take: a seasonal one when the season explains
// most of what the trend leaves, ordinary ones while the KPSS test rejects a level at 5 %.
func differences(y []float64, m int) (d, sd int) {
	if m > 1 && len(y) >= 3*m && seasonalStrength(y, m) > 0.64 {
		sd = 1
		y = lagged(y, m)
	}
	for d < 2-sd && len(y) > 6 && kpss(y) > 0.463 {
		d++
		y = lagged(y, 1)
	}
	return d, sd
}

// seasonalStrength is 1 − Var(rest) ⁄ Var(season + rest), not below zero.
func seasonalStrength(y []float64, m int) float64 {
	s := decompose(y, m, false)
	trend, from := centredAverage(y, m)
	both, rest := make([]float64, len(trend)), make([]float64, len(trend))
	for i, v := range trend {
		both[i] = y[i+from] - v
		rest[i] = both[i] - s.at(i+from)
	}
	b := spread(both)
	if b == 0 {
		return 0
	}
	r := spread(rest)
	return max(0, 1-r*r/(b*b))
}

// kpss is the statistic for stationarity round a level (Kwiatkowski and others 1992).
func kpss(y []float64) float64 {
	n := len(y)
	mu, s, num := mean(y), 0.0, 0.0
	e := make([]float64, n)
	for i, v := range y {
		e[i] = v - mu
		s += e[i]
		num += s * s
	}
	lags := int(3 * math.Sqrt(float64(n)) / 13)
	long := 0.0
	for lag := 0; lag <= lags; lag++ {
		c := 0.0
		for i := lag; i < n; i++ {
			c += e[i] * e[i-lag]
		}
		if lag > 0 {
			c *= 2 * (1 - float64(lag)/float64(lags+1))
		}
		long += c
	}
	if long <= 0 {
		return 0
	}
	return num / (float64(n) * long)
}
