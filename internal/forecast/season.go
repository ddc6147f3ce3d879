package forecast

// seasonal is the fixed pattern of a year: one index per position in the season, for the
// position of the first observation on. Multiplicative indices average one, additive ones zero.
type seasonal struct {
	index []float64
	times bool // multiplicative
}

// at is the index of observation t (0 is the first; beyond the last is the future).
func (s *seasonal) at(t int) float64 { return s.index[t%len(s.index)] }

// remove takes the pattern out of v, observed at t.
func (s *seasonal) remove(v float64, t int) float64 {
	switch {
	case s == nil:
		return v
	case s.times:
		return v / s.at(t)
	}
	return v - s.at(t)
}

// put brings the pattern back.
func (s *seasonal) put(v float64, t int) float64 {
	switch {
	case s == nil:
		return v
	case s.times:
		return v * s.at(t)
	}
	return v + s.at(t)
}

// findSeason estimates a yearly pattern from at least two whole seasons and three more
// points; nil without them. The indices are drawn towards "no pattern" by 1 − 1/F, where F is
// their variance over the variance that noise alone would give them (empirical Bayes), so that
// a pattern that cannot be told from noise vanishes by itself and no test decides all or
// nothing.
func findSeason(y []float64, m int) *seasonal {
	if m < 2 || len(y) < 2*m+3 {
		return nil
	}
	s := decompose(y, m, positive(y))
	f := s.strength(y)
	if f <= 1 {
		return nil
	}
	for i, v := range s.index {
		none := 0.0
		if s.times {
			none = 1
		}
		s.index[i] = none + (1-1/f)*(v-none)
	}
	return s
}

// strength is the F statistic of the indices: how much they differ, against how much they
// would if every year were noise.
func (s *seasonal) strength(y []float64) float64 {
	m := len(s.index)
	trend, from := centredAverage(y, m)
	rest := 0.0
	for i, v := range trend {
		e := y[i+from] - v
		if s.times {
			e = y[i+from] / v
		}
		e -= s.at(i + from)
		rest += e * e
	}
	n := float64(len(trend))
	noise := rest / max(n-float64(m), 1)
	sd := spread(s.index)
	return sd * sd * n / float64(m-1) / max(noise, 1e-12*sd*sd, 1e-300)
}

// positive tells whether every value is above zero, well away from it.
func positive(y []float64) bool {
	for _, v := range y {
		if v <= 0 {
			return false
		}
	}
	return true
}

// decompose is classical decomposition: ratios (or differences) to a centred moving average,
// averaged by position and scaled to mean one (or zero).
func decompose(y []float64, m int, times bool) *seasonal {
	trend, from := centredAverage(y, m)
	sum, count := make([]float64, m), make([]float64, m)
	for i, v := range trend {
		t := i + from
		if times {
			sum[t%m] += y[t] / v
		} else {
			sum[t%m] += y[t] - v
		}
		count[t%m]++
	}
	total := 0.0
	for i := range sum {
		sum[i] /= max(count[i], 1)
		total += sum[i]
	}
	for i := range sum {
		if times {
			sum[i] *= float64(m) / total
			sum[i] = max(sum[i], 0.01)
		} else {
			sum[i] -= total / float64(m)
		}
	}
	return &seasonal{index: sum, times: times}
}

// centredAverage is the moving average over one season, centred; the first value belongs to
// observation from.
func centredAverage(y []float64, m int) (avg []float64, from int) {
	half := m / 2
	even := m%2 == 0
	for t := half; t+half < len(y); t++ {
		s := 0.0
		for k := t - half; k <= t+half; k++ {
			s += y[k]
		}
		if even {
			s -= (y[t-half] + y[t+half]) / 2
		}
		avg = append(avg, s/float64(m))
	}
	return avg, half
}

func mean(y []float64) float64 {
	s := 0.0
	for _, v := range y {
		s += v
	}
	return s / float64(len(y))
}
