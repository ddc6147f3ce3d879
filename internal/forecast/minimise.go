package forecast

import (
	"math"
	"slices"
)

// bound is the range a parameter may take.
type bound struct{ low, high float64 }

// minimise looks for the smallest f near start by the Nelder–Mead simplex. Every point handed
// to f lies inside the bounds. It is deterministic: the first simplex is a fixed fraction of
// each range, and it stops after evals evaluations or when the simplex is flat to one part in
// a million.
func minimise(f func([]float64) float64, start []float64, bounds []bound, evals int) ([]float64, float64) {
	s := newSimplex(f, start, bounds)
	for s.evals < evals && !s.flat() {
		s.step()
	}
	return s.points[0], s.values[0]
}

// simplex is the state of one search; points are kept in order of their values.
type simplex struct {
	f       func([]float64) float64
	bounds  []bound
	points  [][]float64
	values  []float64
	centre  []float64
	tryA    []float64
	tryB    []float64
	evals   int
	dimsInv float64
}

func newSimplex(f func([]float64) float64, start []float64, bounds []bound) *simplex {
	k := len(start)
	s := &simplex{f: f, bounds: bounds, centre: make([]float64, k), tryA: make([]float64, k), tryB: make([]float64, k), dimsInv: 1 / float64(k)}
	for i := -1; i < k; i++ {
		p := slices.Clone(start)
		if i >= 0 {
			d := 0.15 * (bounds[i].high - bounds[i].low)
			if p[i]+d > bounds[i].high {
				d = -d
			}
			p[i] += d
		}
		s.clamp(p)
		s.points = append(s.points, p)
		s.values = append(s.values, s.value(p))
	}
	for i := range s.points {
		s.sink(i)
	}
	return s
}

func (s *simplex) clamp(p []float64) {
	for i, b := range s.bounds {
		p[i] = min(max(p[i], b.low), b.high)
	}
}

// value is f, with "no number" counted as worst.
func (s *simplex) value(p []float64) float64 {
	s.evals++
	if v := s.f(p); !math.IsNaN(v) {
		return v
	}
	return math.Inf(1)
}

// sink moves point i towards the front until the order holds.
func (s *simplex) sink(i int) {
	for ; i > 0 && s.values[i] < s.values[i-1]; i-- {
		s.values[i], s.values[i-1] = s.values[i-1], s.values[i]
		s.points[i], s.points[i-1] = s.points[i-1], s.points[i]
	}
}

// flat tells whether best and worst no longer differ.
func (s *simplex) flat() bool {
	best, worst := s.values[0], s.values[len(s.values)-1]
	return math.IsInf(best, 1) || worst-best <= 1e-6*(math.Abs(best)+1e-12)
}

// towards writes centre + t·(worst − centre) into p and returns its value.
func (s *simplex) towards(p []float64, t float64) float64 {
	worst := s.points[len(s.points)-1]
	for i := range p {
		p[i] = s.centre[i] + t*(worst[i]-s.centre[i])
	}
	s.clamp(p)
	return s.value(p)
}

// step replaces the worst point, or shrinks the simplex round the best.
func (s *simplex) step() {
	last := len(s.points) - 1
	for i := range s.centre {
		s.centre[i] = 0
		for _, p := range s.points[:last] {
			s.centre[i] += p[i] * s.dimsInv
		}
	}
	r := s.towards(s.tryA, -1)
	switch {
	case r < s.values[0]:
		if e := s.towards(s.tryB, -2); e < r {
			s.replace(s.tryB, e)
		} else {
			s.replace(s.tryA, r)
		}
		return
	case r < s.values[last-1] || last == 1 && r < s.values[last]:
		s.replace(s.tryA, r)
		return
	}
	t := 0.5
	if r < s.values[last] {
		t = -0.5
	}
	if c := s.towards(s.tryB, t); c < min(r, s.values[last]) {
		s.replace(s.tryB, c)
		return
	}
	s.shrink()
}

func (s *simplex) replace(p []float64, v float64) {
	last := len(s.points) - 1
	copy(s.points[last], p)
	s.values[last] = v
	s.sink(last)
}

func (s *simplex) shrink() {
	best := s.points[0]
	for i := 1; i < len(s.points); i++ {
		for j := range best {
			s.points[i][j] = best[j] + 0.5*(s.points[i][j]-best[j])
		}
		s.values[i] = s.value(s.points[i])
	}
	for i := range s.points {
		s.sink(i)
	}
}
