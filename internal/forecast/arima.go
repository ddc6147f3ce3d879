package forecast

import "math"

// arimaOrder names a seasonal ARIMA model. A constant is estimated when at most one
// difference is taken.
type arimaOrder struct{ p, d, q, sp, sd, sq int }

// arimaFit is a fitted model, its polynomials written out as lists of lags.
type arimaFit struct {
	order    arimaOrder
	m        int
	ar, ma   []lagTerm // w[t] = c + sum ar·(w−c)[t−lag] + e[t] + sum ma·e[t−lag]
	constant float64
	aicc     float64
}

type lagTerm struct {
	lag  int
	coef float64
}

// maxOrder is the largest p and q that are tried.
const maxOrder = 3

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
	s := arimaSearch{w: w, m: m, d: d, sd: sd, evals: evals, seen: map[arimaOrder]bool{}, work: make([]float64, 2*(len(w)+m+maxOrder))}
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
		best = f.squares(s.w, s.work)
	} else {
		var p []float64
		p, best = minimise(func(p []float64) float64 {
			f.read(p, constant)
			return f.squares(s.w, s.work)
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
	f.ar = terms(f.ar[:0], p[:o.p], p[o.p+o.q:o.p+o.q+o.sp], f.m, 1)
	f.ma = terms(f.ma[:0], p[o.p:o.p+o.q], p[o.p+o.q+o.sp:o.p+o.q+o.sp+o.sq], f.m, -1)
	if constant {
		f.constant = p[len(p)-1]
	}
}

// terms multiplies out (1 − Σφ B)(1 − Φ B^m); sign −1 gives the moving average's signs.
func terms(out []lagTerm, partial, seasonal []float64, m int, sign float64) []lagTerm {
	var phi, old [maxOrder]float64
	for k, r := range partial {
		old = phi
		phi[k] = r
		for i := range k {
			phi[i] = old[i] - r*old[k-1-i]
		}
	}
	for i := range partial {
		out = append(out, lagTerm{i + 1, sign * phi[i]})
	}
	for _, s := range seasonal {
		out = append(out, lagTerm{m, sign * s})
		for i := range partial {
			out = append(out, lagTerm{m + i + 1, -sign * s * phi[i]})
		}
	}
	return out
}

// front is how many zeros stand before the first value, so that no lag reaches beyond.
func (f *arimaFit) front() int { return f.m + maxOrder }

// squares is the conditional sum of squares; values before the first are the mean, errors
// zero. It leaves centred values and errors in the halves of work.
func (f *arimaFit) squares(w, work []float64) float64 {
	front := f.front()
	half := len(w) + front
	z, e := work[:half], work[half:2*half]
	sum := 0.0
	for t, v := range w {
		i := t + front
		z[i] = v - f.constant
		d := z[i] - f.predict(z, e, i)
		e[i] = d
		sum += d * d
	}
	return sum
}

// predict is the expected z[i] given what lies before.
func (f *arimaFit) predict(z, e []float64, i int) float64 {
	s := 0.0
	for _, a := range f.ar {
		s += a.coef * z[i-a.lag]
	}
	for _, a := range f.ma {
		s += a.coef * e[i-a.lag]
	}
	return s
}

// run records the forecasts made at every origin.
func (f *arimaFit) run(y []float64, rec *record) {
	o := f.order
	w := differenced(y, o.d, o.sd, f.m)
	lost, front := len(y)-len(w), f.front()
	half := len(w) + front
	work := make([]float64, 2*half)
	f.squares(w, work)
	z, e := make([]float64, half+rec.horizon), make([]float64, half+rec.horizon)
	level := make([]float64, len(y)+rec.horizon)
	undo := undifference(o.d, o.sd, f.m)
	for t := max(rec.first, lost); t <= len(y); t++ {
		from := t - lost + front
		copy(z, work[:from])
		copy(e, work[half:half+from])
		copy(level, y[:t])
		for h, out := 0, rec.at(t); h < len(out); h++ {
			i := from + h
			e[i] = 0
			z[i] = f.predict(z, e, i)
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
