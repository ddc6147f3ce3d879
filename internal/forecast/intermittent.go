package forecast

// intermittents are the models for series with many zeros: the level of the size divided by
// the interval (Croston 1972, corrected by Syntetos and Boylan 2005), the level of the
// probability times the size (Teunter, Syntetos and Babai 2011), and the plain level. Their
// forecasts are the same for every period ahead.
var intermittents = []member{
	{"Croston(SBA)", false, func(p *prepared) *record { return p.constant(croston(p.y, 0.1)) }},
	{"TSB", false, func(p *prepared) *record { return p.constant(tsb(p.y, 0.1, 0.1)) }},
	{"level", false, func(p *prepared) *record { return p.constant(levels(p.y, 0.1)) }},
}

// manyZeros is the share of zeros from which a series counts as intermittent.
const manyZeros = 0.3

// intermittent tells whether zeros are a habit of the series.
func intermittent(y []float64) bool {
	zeros, some := 0, false
	for _, v := range y {
		if v < 0 {
			return false
		}
		if v == 0 {
			zeros++
		} else {
			some = true
		}
	}
	return some && float64(zeros) >= manyZeros*float64(len(y))
}

// constant records a forecast per origin; level[t] is the forecast after t observations.
func (p *prepared) constant(level []float64) *record {
	rec := p.record()
	for t := rec.first; t <= len(p.y); t++ {
		for h := range rec.at(t) {
			rec.at(t)[h] = level[t]
		}
	}
	return rec
}

// croston is the corrected ratio of size to interval after each observation.
func croston(y []float64, a float64) []float64 {
	size, gap, since := firstSize(y)
	out := []float64{(1 - a/2) * size / gap}
	for _, v := range y {
		since++
		if v > 0 {
			size += a * (v - size)
			gap += a * (since - gap)
			since = 0
		}
		out = append(out, (1-a/2)*size/gap)
	}
	return out
}

// tsb is probability times size after each observation; unlike Croston's it fades when
// nothing comes any more.
func tsb(y []float64, a, b float64) []float64 {
	size, gap, _ := firstSize(y)
	prob := 1 / gap
	out := []float64{prob * size}
	for _, v := range y {
		if v > 0 {
			prob += b * (1 - prob)
			size += a * (v - size)
		} else {
			prob -= b * prob
		}
		out = append(out, prob*size)
	}
	return out
}

// levels is simple exponential smoothing, started at the mean.
func levels(y []float64, a float64) []float64 {
	l := mean(y)
	out := []float64{l}
	for _, v := range y {
		l += a * (v - l)
		out = append(out, l)
	}
	return out
}

// firstSize starts the methods at the mean size of what came and the mean interval.
func firstSize(y []float64) (size, gap, since float64) {
	n := 0.0
	for _, v := range y {
		if v > 0 {
			size += v
			n++
		}
	}
	return size / max(n, 1), float64(len(y)) / max(n, 1), 0
}
