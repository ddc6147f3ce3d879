package signal

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
)

// negative draws a count with the given mean and variance phi·mean.
func negative(r *rand.Rand, mean, phi float64) float64 {
	if phi > 1 {
		size := mean / (phi - 1)
		mean = gammaDraw(r, size) * (phi - 1)
	}
	return poissonDraw(r, mean)
}

// gammaDraw is Marsaglia and Tsang's method (ACM TOMS 26, 2000).
func gammaDraw(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gammaDraw(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := math.Pow(1+c*x, 3)
		if v > 0 && math.Log(r.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func poissonDraw(r *rand.Rand, mean float64) float64 {
	n := 0.0
	for mean > 30 { // halve by a gamma waiting time
		k := math.Floor(mean * 7 / 8)
		x := gammaDraw(r, k)
		if x > mean {
			m, p := k-1, mean/x
			for range int(m) {
				if r.Float64() < p {
					n++
				}
			}
			return n
		}
		n, mean = n+k, mean-x
	}
	limit, prod := math.Exp(-mean), r.Float64()
	for prod > limit {
		n++
		prod *= r.Float64()
	}
	return n
}

var seasonal = []float64{.98, .8, 1.12, 1.05, 1, 1.04, 1.02, .97, 1.03, .93, 1.03, .85}

// family makes clean monthly series of counts with variance 1.5 × mean.
func family(r *rand.Rand, n, months int, level func(i int) float64, season float64) []Series {
	var out []Series
	for i := range n {
		s := Series{Name: fmt.Sprint("s", i)}
		for t := range months {
			f := 1 + season*(seasonal[t%12]-1)
			s.At = append(s.At, t)
			s.Values = append(s.Values, negative(r, level(i)*f, 1.5))
		}
		out = append(out, s)
	}
	return out
}

// power is the number of runs in a cell of a table of power: few in the tests, many where the
// table for the documents is made.
func power() int {
	if os.Getenv("ZHUNSHENG_POWER") != "" {
		return 400
	}
	return 40
}
