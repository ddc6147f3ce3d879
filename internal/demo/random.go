package demo

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// stream is a source of chance for one named part of the city. Parts do not disturb each
// other: drawing once more for names moves no filing date.
type stream struct{ *rand.Rand }

func newStream(seed uint64, part string) stream {
	h := fnv.New64a()
	h.Write([]byte(part)) // never fails
	return stream{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// chance is true with probability p.
func (s stream) chance(p float64) bool { return s.Float64() < p }

// between draws a whole number from lo to hi, both included; hi below lo gives lo.
func (s stream) between(lo, hi int) int {
	if hi <= lo {
		return lo
	}
	return lo + s.IntN(hi-lo+1)
}

// lognormal draws a positive number with the given median and spread of its logarithm.
func (s stream) lognormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*s.NormFloat64())
}

// pick draws an index with the given weights, which must not all be zero.
func (s stream) pick(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := s.IntN(sum)
	for i, w := range weights {
		if n < w {
			return i
		}
		n -= w
	}
	return len(weights) - 1
}

// one draws an element of a list that is not empty.
func one[T any](s stream, list []T) T { return list[s.IntN(len(list))] }
