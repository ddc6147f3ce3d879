package forecast

import (
	"math"
	"testing"
)

// TestMinimise: the bottom of a narrow bent valley (Rosenbrock), and a bottom outside the
// bounds, which is looked for on their edge; no point outside is ever asked for.
func TestMinimise(t *testing.T) {
	asked := func(p []float64, bounds []bound) {
		for i, b := range bounds {
			if p[i] < b.low || p[i] > b.high {
				t.Fatalf("asked for %v outside %v", p, bounds)
			}
		}
	}
	wide := []bound{{-5, 5}, {-5, 5}}
	p, v := minimise(func(p []float64) float64 {
		asked(p, wide)
		a, b := 1-p[0], p[1]-p[0]*p[0]
		return a*a + 100*b*b
	}, []float64{-1.2, 1}, wide, 600)
	if math.Hypot(p[0]-1, p[1]-1) > 0.02 {
		t.Errorf("valley: %v at %v", v, p)
	}
	edge := []bound{{0, 1}}
	p, _ = minimise(func(p []float64) float64 {
		asked(p, edge)
		return (p[0] - 3) * (p[0] - 3)
	}, []float64{0.2}, edge, 100)
	if p[0] != 1 {
		t.Errorf("edge: %v", p)
	}
}

// TestDifferences: a random walk wants one difference, a level none, a strong season a
// seasonal one.
func TestDifferences(t *testing.T) {
	level, walk, season := make([]float64, 120), make([]float64, 120), make([]float64, 120)
	sum := 0.0
	for i := range level {
		noise := math.Mod(float64(i*i*7919%1013), 17) - 8
		sum += noise + 2
		level[i], walk[i] = 100+noise, 100+sum
		season[i] = 100 + 50*math.Sin(2*math.Pi*float64(i)/12) + noise
	}
	for name, tc := range map[string]struct {
		y     []float64
		d, sd int
	}{"level": {level, 0, 0}, "walk": {walk, 1, 0}, "season": {season, 0, 1}} {
		if d, sd := differences(tc.y, 12); d != tc.d || sd != tc.sd {
			t.Errorf("%s: %d ordinary and %d seasonal differences, want %d and %d", name, d, sd, tc.d, tc.sd)
		}
	}
}

// TestARIMARecoversOrderOne: the coefficient of a long first-order autoregression is found.
func TestARIMARecoversOrderOne(t *testing.T) {
	y, state := make([]float64, 400), uint32(1)
	for i := 1; i < len(y); i++ {
		state = state*1664525 + 1013904223
		y[i] = 0.7*y[i-1] + float64(state>>8)/float64(1<<24) - 0.5
	}
	s := arimaSearch{w: y, m: 1, evals: 50, seen: map[arimaOrder]bool{}, work: make([]float64, arimaWork(len(y), 1))}
	f := s.fit(arimaOrder{p: 1})
	if math.Abs(f.ar.near[0]-0.7) > 0.1 {
		t.Errorf("coefficient %v, want 0.7", f.ar.near[0])
	}
}

// TestARIMAFactors: taking off one factor after the other gives the errors of the polynomials
// multiplied out.
func TestARIMAFactors(t *testing.T) {
	w, state := make([]float64, 90), uint32(3)
	for i := range w {
		state = state*1664525 + 1013904223
		w[i] = float64(state>>8)/float64(1<<24) + 2
	}
	f := arimaFit{m: 12, ar: expand([]float64{0.5, -0.3, 0.2}, []float64{0.4}), ma: expand([]float64{-0.6, 0.1}, []float64{0.7}), constant: 2.5}
	errors, want := make([]float64, len(w)), make([]float64, len(w))
	got, sum := f.squares(w, make([]float64, arimaWork(len(w), f.m)), errors), 0.0
	for i, v := range w {
		want[i] = v - f.constant
		for _, a := range f.ar.terms(f.m) {
			if i >= a.lag {
				want[i] -= a.coef * (w[i-a.lag] - f.constant)
			}
		}
		for _, a := range f.ma.terms(f.m) {
			if i >= a.lag {
				want[i] += a.coef * want[i-a.lag]
			}
		}
		sum += want[i] * want[i]
		if math.Abs(errors[i]-want[i]) > 1e-9 {
			t.Fatalf("error %d: %v, multiplied out %v", i, errors[i], want[i])
		}
	}
	if math.Abs(got-sum) > 1e-9*sum {
		t.Errorf("sum %v, multiplied out %v", got, sum)
	}
}
