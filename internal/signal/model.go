package signal

import "math"

// The constants of the intake model, the same for every series.
const (
	yearForget = 0.785 // weight of the past from one year to the next, for season and trend
	trendSD    = 0.1   // prior standard deviation of the log trend over a year
	extraSD    = 0.5   // prior standard deviation of a regressor's effect per unit
	pooledSD   = 0.1   // the same around the effect found in all series together
	seasonVar0 = 0.15 * 0.15
	seasonLow  = 0.01 * 0.01
	seasonHigh = 1.0
	etaMax     = 36.0 // bound of the log mean, so that exp stays finite
)

// model is the log-linear mean of one series: intercept, trend, season, regressors. The
// seasonal effects are drawn from a normal distribution around 0, or around the season of all
// series together, whose variance is estimated from the series itself, so that a series
// without season of its own is not given one by chance.
type model struct {
	season, extras int
	forget         float64
	beta           []float64
	seasonVar      float64
	phi            float64   // dispersion used for weighting against the priors
	centre         []float64 // prior means of season and regressors: the effects in all series together, or 0
	pooled         bool
	h, l           []float64
	grad           []float64
}

// trendAt is the column of the trend, in years.
const trendAt = 1

// newModel starts from the mean of the first points and the likely effects of the regressors.
func newModel(season int, l laid, mean float64) *model {
	if season < 2 {
		season = 0
	}
	extras := l.extras
	p := 2 + season + extras
	m := &model{season: season, extras: extras, forget: l.forget, beta: make([]float64, p), seasonVar: seasonVar0, phi: 1,
		centre: make([]float64, season+extras),
		h:      make([]float64, p*p), l: make([]float64, p*p), grad: make([]float64, p)}
	m.beta[0] = math.Log(mean + 0.1)
	copy(m.centre[season:], l.likely)
	copy(m.beta[2+season:], l.likely)
	return m
}

// row is the regression row of one point.
type row struct {
	years  float64   // from the point in question, negative in the past
	phase  int       // position in the season
	extras []float64 // regressors of the caller and the calendar
}

// eta is the log mean at a point.
func (m *model) eta(r row) float64 {
	e := m.beta[0] + m.beta[trendAt]*r.years
	if m.season > 0 {
		e += m.beta[2+r.phase]
	}
	for i, x := range r.extras {
		e += m.beta[2+m.season+i] * x
	}
	return min(max(e, -etaMax), etaMax)
}

// fit takes rounds of Newton steps on the penalised quasi-likelihood of the points, oldest
// first; NaN is a gap. Offsets carry the log of known level changes. It starts from the last
// fit, which is why one or two rounds are enough when a point is added.
func (m *model) fit(y, offset []float64, rows []row, rounds int) {
	for range rounds {
		m.derivatives(y, offset, rows)
		if !m.factor() {
			return
		}
		if m.step() < 1e-6 {
			break
		}
	}
	m.updateSeasonVar()
}

// derivatives fills gradient and Hessian.
func (m *model) derivatives(y, offset []float64, rows []row) {
	p := len(m.beta)
	clear(m.h)
	clear(m.grad)
	weight := 1 / m.phi
	for s := len(y) - 1; s >= 0; s-- {
		if !math.IsNaN(y[s]) {
			mu := math.Exp(min(m.eta(rows[s])+offset[s], etaMax))
			m.accumulate(rows[s], weight*(y[s]-mu), weight*mu)
		}
		weight *= m.forget
	}
	for i := range p {
		prior := m.precision(i)
		m.h[i*p+i] += prior
		if i > 0 {
			m.grad[i] -= prior * (m.beta[i] - m.mean(i))
		}
	}
}

// accumulate adds one point: its columns are 1, years, one season dummy and the regressors.
func (m *model) accumulate(r row, g, w float64) {
	p := len(m.beta)
	add := func(i int, x float64) {
		m.grad[i] += g * x
		wx := w * x
		line := m.h[i*p:]
		line[0] += wx
		if i >= trendAt {
			line[trendAt] += wx * r.years
		}
		if j := 2 + r.phase; m.season > 0 && i >= j {
			line[j] += wx
		}
		for k, v := range r.extras {
			if j := 2 + m.season + k; i >= j {
				line[j] += wx * v
			}
		}
	}
	add(0, 1)
	add(trendAt, r.years)
	if m.season > 0 {
		add(2+r.phase, 1)
	}
	for k, v := range r.extras {
		add(2+m.season+k, v)
	}
}

// mean is the prior mean of a coefficient.
func (m *model) mean(i int) float64 {
	if i < 2 {
		return 0
	}
	return m.centre[i-2]
}

// precision is the inverse prior variance of a coefficient.
func (m *model) precision(i int) float64 {
	switch {
	case i == 0:
		return 1e-3
	case i == trendAt:
		return 1 / (trendSD * trendSD)
	case i < 2+m.season:
		return 1 / m.seasonVar
	}
	if m.pooled {
		return 1 / (pooledSD * pooledSD)
	}
	return 1 / (extraSD * extraSD)
}

// factor writes the Cholesky factor of the Hessian.
func (m *model) factor() bool {
	p := len(m.beta)
	for i := range p {
		for j := 0; j <= i; j++ {
			sum := m.h[i*p+j]
			for k := range j {
				sum -= m.l[i*p+k] * m.l[j*p+k]
			}
			if i != j {
				m.l[i*p+j] = sum / m.l[j*p+j]
				continue
			}
			if !(sum > 0) || math.IsInf(sum, 0) {
				return false
			}
			m.l[i*p+i] = math.Sqrt(sum)
		}
	}
	return true
}

// step moves the coefficients by one damped Newton step and returns its largest part.
func (m *model) step() float64 {
	p := len(m.beta)
	d := m.grad
	for i := range p {
		for k := range i {
			d[i] -= m.l[i*p+k] * d[k]
		}
		d[i] /= m.l[i*p+i]
	}
	for i := p - 1; i >= 0; i-- {
		for k := i + 1; k < p; k++ {
			d[i] -= m.l[k*p+i] * d[k]
		}
		d[i] /= m.l[i*p+i]
	}
	largest := 0.0
	for i := range p {
		move := min(max(d[i], -2), 2)
		m.beta[i] += move
		largest = max(largest, math.Abs(move))
	}
	return largest
}

// etaVariance is the variance of the estimated log mean at a point.
func (m *model) etaVariance(r row) float64 {
	p := len(m.beta)
	x := m.grad // free after step
	clear(x)
	x[0], x[trendAt] = 1, r.years
	if m.season > 0 {
		x[2+r.phase] = 1
	}
	copy(x[2+m.season:], r.extras)
	sum := 0.0
	for i := range p {
		for k := range i {
			x[i] -= m.l[i*p+k] * x[k]
		}
		x[i] /= m.l[i*p+i]
		sum += x[i] * x[i]
	}
	return sum
}

// updateSeasonVar takes one step of the EM algorithm for the variance of the seasonal effects:
// the mean of squared effect plus its remaining uncertainty.
func (m *model) updateSeasonVar() {
	if m.season == 0 {
		return
	}
	sum := 0.0
	for i := 2; i < 2+m.season; i++ {
		d := m.beta[i] - m.mean(i)
		sum += d*d + m.inverseDiagonal(i)
	}
	m.seasonVar = min(max(sum/float64(m.season), seasonLow), seasonHigh)
}

// inverseDiagonal is one diagonal element of the inverse Hessian, from its factor.
func (m *model) inverseDiagonal(i int) float64 {
	p := len(m.beta)
	x := m.grad // free after step
	clear(x)
	x[i] = 1 / m.l[i*p+i]
	sum := x[i] * x[i]
	for r := i + 1; r < p; r++ {
		acc := 0.0
		for k := i; k < r; k++ {
			acc -= m.l[r*p+k] * x[k]
		}
		x[r] = acc / m.l[r*p+r]
		sum += x[r] * x[r]
	}
	return sum
}
