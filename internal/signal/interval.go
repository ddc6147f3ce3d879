package signal

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"zhunsheng/internal/fault"
)

// Interval is a confidence interval; NaN bounds say that there is none.
type Interval struct{ Low, High float64 }

// share checks k of n and the level of confidence.
func share(k, n, level float64) error {
	switch {
	case !(n > 0) || math.IsInf(n, 0):
		return fault.Invalidf("an interval for a share needs at least one case, there are %v", n)
	case !(k >= 0 && k <= n):
		return fault.Invalidf("%v of %v is no share; the part lies between 0 and the whole", k, n)
	}
	return confidence(level)
}

func confidence(level float64) error {
	if !(level > 0 && level < 1) {
		return fault.Invalidf("level of confidence %v; write a number between 0 and 1, for example 0.95", level)
	}
	return nil
}

// Wilson is the score interval of the share k of n (Wilson 1927): short, and right on average
// also for small n.
func Wilson(k, n, level float64) (Interval, error) {
	if err := share(k, n, level); err != nil {
		return Interval{math.NaN(), math.NaN()}, err
	}
	z := normalQuantile((1 + level) / 2)
	p, zz := k/n, z*z
	mid := (p + zz/(2*n)) / (1 + zz/n)
	half := z / (1 + zz/n) * math.Sqrt(p*(1-p)/n+zz/(4*n*n))
	return Interval{math.Max(0, mid-half), math.Min(1, mid+half)}, nil
}

// ClopperPearson is the exact interval of the share k of n: it covers the truth with at least
// the stated probability, whatever the truth is (Clopper and Pearson 1934).
func ClopperPearson(k, n, level float64) (Interval, error) {
	if err := share(k, n, level); err != nil {
		return Interval{math.NaN(), math.NaN()}, err
	}
	tail := (1 - level) / 2
	out := Interval{0, 1}
	if k > 0 {
		out.Low = mathext.InvRegIncBeta(k, n-k+1, tail)
	}
	if k < n {
		out.High = mathext.InvRegIncBeta(k+1, n-k, 1-tail)
	}
	return out, nil
}

// PoissonExact is the exact interval of the mean of a count of which k was seen (Garwood 1936).
func PoissonExact(k, level float64) (Interval, error) {
	if !(k >= 0) || math.IsInf(k, 0) {
		return Interval{math.NaN(), math.NaN()}, fault.Invalidf("a count is not negative, this one is %v", k)
	}
	if err := confidence(level); err != nil {
		return Interval{math.NaN(), math.NaN()}, err
	}
	tail := (1 - level) / 2
	out := Interval{High: mathext.GammaIncRegInv(k+1, 1-tail)}
	if k > 0 {
		out.Low = mathext.GammaIncRegInv(k, tail)
	}
	return out, nil
}
