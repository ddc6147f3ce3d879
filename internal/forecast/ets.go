package forecast

import "math"

// etsShape names one member of the exponential smoothing family: trend none, additive or
// damped; season none, additive or multiplicative. Likelihoods are of relative errors for
// positive series and of absolute errors otherwise; the recursions are the same for both
// (Hyndman, Koehler, Ord and Snyder 2008, chapter 2).
type etsShape struct {
	trend, damped bool
	season        byte // 'N', 'A', 'M'
	relative      bool
}

func (k etsShape) String() string {
	s := "ETS(A,"
	if k.relative {
		s = "ETS(M,"
	}
	switch {
	case k.damped:
		s += "Ad,"
	case k.trend:
		s += "A,"
	default:
		s += "N,"
	}
	return s + string(k.season) + ")"
}

// etsState is level, growth and the seasonal indices before the next observation; the index
// of observation t is s[t mod m].
type etsState struct {
	l, b float64
	s    []float64
}

// etsFit is one fitted member.
type etsFit struct {
	shape              etsShape
	alpha, beta, gamma float64
	phi                float64
	start              etsState
	aicc               float64
}

// paramCount counts smoothing parameters and starting values, as the criterion does.
func (k etsShape) paramCount(m int) int {
	n := 3 // alpha, level, variance
	if k.trend {
		n += 2
	}
	if k.damped {
		n++
	}
	if k.season != 'N' {
		n += m
	}
	return n
}

// fitETS estimates one member by maximum likelihood. Smoothing parameters, first level and
// first growth are searched; the first seasonal indices come from decomposition.
func fitETS(y []float64, shape etsShape, first *seasonal, evals int) etsFit {
	f := etsFit{shape: shape, phi: 1}
	m := 1
	adjusted := y
	if shape.season != 'N' {
		m = len(first.index)
		f.start.s = first.index
		adjusted = make([]float64, len(y))
		for t, v := range y {
			adjusted[t] = first.remove(v, t)
		}
	}
	l0, b0 := firstTrend(adjusted, shape.trend)
	scale := max(spread(adjusted), 1e-9*math.Abs(l0), 1e-12)
	start, bounds := etsSearch(shape, l0, b0, scale)
	work := make([]float64, m)
	p, best := minimise(func(p []float64) float64 {
		g := f.with(p)
		return g.criterion(y, work)
	}, start, bounds, evals)
	f = f.with(p)
	k := float64(shape.paramCount(m))
	n := float64(len(y))
	f.aicc = best + 2*k
	if n > k+1 {
		f.aicc += 2 * k * (k + 1) / (n - k - 1)
	} else {
		f.aicc = math.Inf(1)
	}
	return f
}

// etsSearch lists start and bounds of the searched values: alpha, level, then growth and its
// smoothing, damping, seasonal smoothing where the shape has them.
func etsSearch(k etsShape, l0, b0, scale float64) (start []float64, bounds []bound) {
	add := func(v, low, high float64) {
		start = append(start, min(max(v, low), high))
		bounds = append(bounds, bound{low, high})
	}
	add(0.3, 0.01, 0.99)
	add(l0, l0-2*scale, l0+2*scale)
	if k.trend {
		add(0.1, 0.0001, 0.9)
		add(b0, b0-scale, b0+scale)
	}
	if k.damped {
		add(0.95, 0.8, 0.98)
	}
	if k.season != 'N' {
		add(0.1, 0.0001, 0.9)
	}
	return start, bounds
}

// with reads the searched values; beta and gamma are searched as shares of their range.
func (f etsFit) with(p []float64) etsFit {
	f.alpha, f.start.l = p[0], p[1]
	i := 2
	if f.shape.trend {
		f.beta, f.start.b = p[2]*f.alpha, p[3]
		i = 4
	}
	if f.shape.damped {
		f.phi = p[i]
		i++
	}
	if f.shape.season != 'N' {
		f.gamma = p[i] * (1 - f.alpha)
	}
	return f
}

// criterion is minus twice the log likelihood up to a constant.
func (f *etsFit) criterion(y, work []float64) float64 {
	st := etsState{f.start.l, f.start.b, work}
	copy(work, f.start.s)
	sum, logs, product := 0.0, 0.0, 1.0
	i, m := 0, len(work)
	for _, v := range y {
		fc := f.next(&st, i)
		e := v - fc
		if f.shape.relative {
			if fc <= 0 {
				return math.Inf(1)
			}
			r := e / fc
			sum += r * r
			if product *= fc; product > 1e200 || product < 1e-200 {
				logs += math.Log(product)
				product = 1
			}
		} else {
			sum += e * e
		}
		f.update(&st, e, i)
		if i++; i == m {
			i = 0
		}
	}
	n := float64(len(y))
	return n*math.Log(max(sum, 1e-300)) + 2*(logs+math.Log(product))
}

// next is the forecast of the next observation, whose place in the season is i.
func (f *etsFit) next(st *etsState, i int) float64 {
	level := st.l + f.phi*st.b
	switch f.shape.season {
	case 'A':
		return level + st.s[i]
	case 'M':
		return level * st.s[i]
	}
	return level
}

// update carries the state over an observation at place i of the season, missed by e.
func (f *etsFit) update(st *etsState, e float64, i int) {
	level := st.l + f.phi*st.b
	growth := f.phi * st.b
	switch f.shape.season {
	case 'A':
		st.s[i] += f.gamma * e
	case 'M':
		old := st.s[i]
		if math.Abs(level) > 1e-9 {
			st.s[i] += f.gamma * e / level
		}
		if math.Abs(old) < 1e-6 {
			old = 1e-6
		}
		e /= old
	}
	st.l = level + f.alpha*e
	st.b = growth + f.beta*e
}

// ahead writes the forecasts of t, t+1, … into out.
func (f *etsFit) ahead(st *etsState, t int, out []float64) {
	level, growth := st.l, st.b
	for h := range out {
		growth *= f.phi
		level += growth
		out[h] = level
		switch f.shape.season {
		case 'A':
			out[h] += st.s[(t+h)%len(st.s)]
		case 'M':
			out[h] *= st.s[(t+h)%len(st.s)]
		}
	}
}

// run filters y and records the forecasts made at every origin.
func (f *etsFit) run(y []float64, rec *record) {
	st := etsState{f.start.l, f.start.b, append([]float64(nil), f.start.s...)}
	m := max(len(st.s), 1)
	for t, v := range y {
		f.ahead(&st, t, rec.at(t))
		f.update(&st, v-f.next(&st, t%m), t%m)
	}
	f.ahead(&st, len(y), rec.at(len(y)))
}

// firstTrend guesses level and growth before the first observation from the first ten.
func firstTrend(y []float64, trend bool) (level, growth float64) {
	n := min(len(y), 10)
	if !trend {
		return mean(y[:n]), 0
	}
	a, b := line(y[:n])
	return a - b, b
}

// line is the least squares line through y at 0, 1, …: value at 0 and slope.
func line(y []float64) (a, b float64) {
	n := float64(len(y))
	if n < 2 {
		return mean(y), 0
	}
	mu, mid, num := mean(y), (n-1)/2, 0.0
	for i, v := range y {
		num += (float64(i) - mid) * (v - mu)
	}
	b = num / (n * (n*n - 1) / 12)
	return mu - b*mid, b
}

// spread is the standard deviation, dividing by n.
func spread(y []float64) float64 {
	mu, s := mean(y), 0.0
	for _, v := range y {
		s += (v - mu) * (v - mu)
	}
	return math.Sqrt(s / float64(len(y)))
}
