package forecast

import "math"

// thetaFit is the dynamic optimised Theta model (Fiorucci and others 2016): exponential
// smoothing of the series plus a straight line that is estimated again at every point, with
// the weight 1 − 1/theta. With theta = 2 and a fixed line it is the winner of the M3
// competition.
type thetaFit struct {
	alpha, theta, level float64
}

// fitTheta minimises the squared one-step errors. theta ranges from 1 (no line) to 6; with
// fixed set it stays 2.
func fitTheta(x []float64, fixed bool, evals int) thetaFit {
	l0 := x[0]
	scale := max(spread(x), 1e-9*math.Abs(l0), 1e-12)
	start := []float64{0.5, x[0] / 2}
	bounds := []bound{{0.1, 0.99}, {l0/2 - 3*scale, l0/2 + 3*scale}}
	if !fixed {
		start = append(start, 2)
		bounds = append(bounds, bound{1, 6})
	}
	read := func(p []float64) thetaFit {
		f := thetaFit{p[0], 2, p[1]}
		if !fixed {
			f.theta = p[2]
		}
		return f
	}
	p, _ := minimise(func(p []float64) float64 {
		f := read(p)
		return f.squares(x)
	}, start, bounds, evals)
	return read(p)
}

// thetaState is what the recursion carries.
type thetaState struct {
	l, a, b, mean float64
	decay         float64 // (1-alpha)^t
	t             int     // observations seen
}

func (f *thetaFit) begin() thetaState { return thetaState{l: f.level, decay: 1} }

// next is the forecast of the observation after st.
func (f *thetaFit) next(st *thetaState) float64 {
	w := 1 - 1/f.theta
	return st.l + w*(st.decay*st.a+(1-st.decay*(1-f.alpha))/f.alpha*st.b)
}

// update carries the state over the observation v.
func (f *thetaFit) update(st *thetaState, v float64) {
	st.l = f.alpha*v + (1-f.alpha)*st.l
	st.t++
	t := float64(st.t)
	old := st.mean
	st.mean = ((t-1)*st.mean + v) / t
	if st.t > 1 {
		st.b = ((t-2)*st.b + 6*(v-old)/t) / (t + 1)
	}
	st.a = st.mean - st.b*(t+1)/2
	st.decay *= 1 - f.alpha
}

// squares sums the squared one-step errors from the third observation on.
func (f *thetaFit) squares(x []float64) float64 {
	st, sum := f.begin(), 0.0
	for t, v := range x {
		e := v - f.next(&st)
		if t > 1 {
			sum += e * e
		}
		f.update(&st, v)
	}
	return sum
}

// run records the forecasts made at every origin; forecasts further ahead feed on nearer ones.
func (f *thetaFit) run(x []float64, rec *record) {
	st := f.begin()
	for t := 0; t <= len(x); t++ {
		ahead := st
		out := rec.at(t)
		for h := range out {
			out[h] = f.next(&ahead)
			f.update(&ahead, out[h])
		}
		if t < len(x) {
			f.update(&st, x[t])
		}
	}
}
