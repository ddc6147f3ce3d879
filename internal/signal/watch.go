package signal

import (
	"math"

	"zhunsheng/internal/fault"
)

// WatchOptions steer Watch; the zero value is the default.
type WatchOptions struct {
	Window int // points the present is compared with; default 200
	Short  int // points whose mean error is judged; default 10
	Day    int // points a day, for streams that have a daily shape; default 0, none
}

// Watch goes along a stream of measurements at even steps (not counts) and gives
// each point a small number where the last few points do not look like the Window before
// them: twice the smaller of two normal tail probabilities. One is of their mean absolute
// error when each is predicted by the exponentially weighted mean of those before it (the
// anomaly likelihood of Lavin and Ahmad, ICMLA 2015, with the plainest of predictors), the
// other, two-sided, of their mean itself. It is a score, not an error rate: such streams are
// neither normal nor independent. NaN: too little past, or a gap. A stream that has never
// varied is judged by a step of 2⁻⁴⁰ of its size, so that the first change shows. With Day set
// the exponentially weighted mean of the same time of earlier days is taken away first.
func Watch(values []float64, opt WatchOptions) ([]float64, error) {
	if opt.Window == 0 {
		opt.Window = 200
	}
	if opt.Short == 0 {
		opt.Short = 10
	}
	values, err := withoutShape(values, opt.Day)
	if err != nil {
		return nil, err
	}
	if opt.Short < 1 || opt.Window < 2*opt.Short {
		return nil, fault.Invalidf("window of %d points for means of %d; the window must be at least twice as long", opt.Window, opt.Short)
	}
	const follow = 0.3 // weight of the newest point in the prediction
	out := make([]float64, len(values))
	var errors, seen []float64
	level := math.NaN()
	for i, v := range values {
		out[i] = math.NaN()
		switch {
		case math.IsInf(v, 0):
			return nil, fault.Invalidf("value %d is infinite; leave out what is not known", i+1)
		case math.IsNaN(v):
			continue
		case math.IsNaN(level):
			level = v
			continue
		}
		errors, seen = append(errors, math.Abs(v-level)), append(seen, v)
		level += follow * (v - level)
		if n := len(errors); n >= opt.Window+opt.Short {
			from, to := n-opt.Window-opt.Short, n-opt.Short
			byError := surpriseOfMean(errors[to:], errors[from:to], math.Abs(v))
			byLevel := surpriseOfMean(seen[to:], seen[from:to], math.Abs(v))
			out[i] = min(1, 2*min(byError, 2*min(byLevel, 1-byLevel)))
		}
	}
	return out, nil
}

// surpriseOfMean is P(mean at least as large) of recent values, given past ones.
func surpriseOfMean(recent, past []float64, size float64) float64 {
	m := mean(past)
	square := 0.0
	for _, e := range past {
		square += (e - m) * (e - m)
	}
	sd := math.Sqrt(square/float64(len(past))) + size*0x1p-40
	if sd == 0 {
		return 0.5 // all zeros, past and present
	}
	return normalTail((mean(recent) - m) / sd)
}

// shapeFollow is the weight of the newest day in the shape of a day.
const shapeFollow = 0.2

// withoutShape takes from each value what the same time of the days before led to expect; the
// first two days say nothing yet. Day 0: nothing is taken.
func withoutShape(values []float64, day int) ([]float64, error) {
	if day == 0 {
		return values, nil
	}
	if day < 2 || 2*day > len(values) {
		return nil, fault.Invalidf("%d points a day in a stream of %d; at least two days are needed", day, len(values))
	}
	out, shape := make([]float64, len(values)), make([]float64, day)
	for k := range shape {
		shape[k] = math.NaN()
	}
	for i, v := range values {
		was, follow := shape[i%day], shapeFollow
		out[i] = v - was
		if i < 2*day {
			out[i], follow = math.NaN(), 0.5
		}
		switch {
		case math.IsNaN(was):
			shape[i%day] = v
		case !math.IsNaN(v):
			shape[i%day] += follow * (v - was)
		}
	}
	return out, nil
}
