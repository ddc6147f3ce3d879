package signal

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Tail probabilities of the two bands of a funnel, one side each: 95 % and 99.8 %.
const (
	tail95  = 0.025
	tail998 = 0.001
)

// normalTail is P(Z ≥ z) of a standard normal variable.
func normalTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// normalQuantile is the z with P(Z ≤ z) = p.
func normalQuantile(p float64) float64 { return mathext.NormalQuantile(p) }

// studentTail is P(T ≥ t) of Student's distribution with df degrees of freedom.
func studentTail(t, df float64) float64 {
	half := mathext.RegIncBeta(df/2, 0.5, df/(df+t*t)) / 2
	if t < 0 {
		return 1 - half
	}
	return half
}

// binomialCDF is P(Y ≤ k) for n trials with probability p.
func binomialCDF(k, n, p float64) float64 {
	switch {
	case k < 0:
		return 0
	case k >= n, p <= 0:
		return 1
	case p >= 1:
		return 0
	}
	return mathext.RegIncBeta(n-k, k+1, 1-p)
}

// poissonCDF is P(Y ≤ k) for mean mu.
func poissonCDF(k, mu float64) float64 {
	switch {
	case k < 0:
		return 0
	case mu <= 0:
		return 1
	}
	return mathext.GammaIncRegComp(k+1, mu)
}

// largeCount is where the incomplete beta and gamma functions give way to the normal
// distribution: the skewness of a count of this mean is 0.001.
const largeCount = 1e6

// countTails are P(Y ≤ y) and P(Y ≥ y) of a count with mean mu and variance phi·mu: Poisson
// for phi = 1, negative binomial above. Both include y itself.
func countTails(y, mu, phi float64) (below, above float64) {
	if mu >= largeCount {
		sd := math.Sqrt(phi * mu)
		return normalTail((mu - y - 0.5) / sd), normalTail((y - 0.5 - mu) / sd)
	}
	above = 1
	if phi <= 1+1e-9 {
		if y >= 1 {
			above = mathext.GammaIncReg(y, mu)
		}
		return poissonCDF(y, mu), above
	}
	size, p := mu/(phi-1), 1/phi
	if y >= 1 {
		above = mathext.RegIncBeta(y, size, 1-p)
	}
	return mathext.RegIncBeta(size, y+1, p), above
}

// quantile is the smallest count k with cdf(k) ≥ p, found by doubling and halving from a
// first guess; cdf must not fall and must reach p before most.
func quantile(p, guess, most float64, cdf func(float64) float64) float64 {
	low, high := -1.0, math.Max(1, math.Ceil(guess))
	for high < most && cdf(high) < p {
		low, high = high, high*2
	}
	high = math.Min(high, most)
	for high-low > 1 {
		mid := math.Floor((low + high) / 2)
		if cdf(mid) >= p {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
