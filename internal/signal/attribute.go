package signal

import (
	"math"

	"zhunsheng/internal/fault"
)

// Ratio is a count over its base: closed within the limit of closed, filings per judge.
type Ratio struct{ Numerator, Denominator float64 }

// P makes a chart of shares: limits at three binomial standard deviations, wider where the
// denominator is small, cut at 0 and 1. With laney they are widened by the variation between
// points that is more than binomial (Laney's p′). A denominator of 0 is a gap.
func P(points []Ratio, laney bool) ([]Point, error) {
	for i, r := range points {
		if r.Numerator > r.Denominator {
			return nil, fault.Invalidf("point %d: %v of %v is no share; use a u-chart for counts per unit", i+1, r.Numerator, r.Denominator)
		}
	}
	return attribute(points, laney, 1, func(centre float64) float64 { return centre * (1 - centre) })
}

// U makes a chart of counts per unit, with Poisson limits cut at 0; laney as in P.
func U(points []Ratio, laney bool) ([]Point, error) {
	return attribute(points, laney, math.Inf(1), func(centre float64) float64 { return centre })
}

// attribute charts ratios; variance is that of one unit of the denominator at the centre.
func attribute(points []Ratio, laney bool, most float64, variance func(float64) float64) ([]Point, error) {
	var sum, base float64
	n := 0
	for i, r := range points {
		if !(r.Numerator >= 0) || !(r.Denominator >= 0) || math.IsInf(r.Numerator+r.Denominator, 0) {
			return nil, fault.Invalidf("point %d: %v over %v; counts and their base are finite and not negative", i+1, r.Numerator, r.Denominator)
		}
		if r.Denominator > 0 {
			sum, base, n = sum+r.Numerator, base+r.Denominator, n+1
		}
	}
	centre := sum / base
	out, sigmas, z := make([]Point, len(points)), make([]float64, len(points)), make([]float64, len(points))
	for i, r := range points {
		sigmas[i] = math.Sqrt(variance(centre) / r.Denominator)
		out[i] = Point{Value: math.NaN(), Centre: centre}
		z[i] = math.NaN()
		if r.Denominator > 0 {
			out[i].Value = r.Numerator / r.Denominator
			z[i] = (out[i].Value - centre) / sigmas[i]
		}
	}
	widen := 1.0
	if _, between, _ := movingRange(z); laney && between > 1 {
		widen = between
	}
	for i := range out {
		sigmas[i] *= widen
		out[i].Lower, out[i].Upper = math.Max(0, centre-3*sigmas[i]), math.Min(most, centre+3*sigmas[i])
		if math.IsNaN(out[i].Value) {
			out[i].Lower, out[i].Upper = math.NaN(), math.NaN()
		}
	}
	mark(out, sigmas, n)
	return out, nil
}
