package signal

import (
	"fmt"
	"math"
	"slices"

	"zhunsheng/internal/fault"
)

// Class says where a unit lies in a funnel.
type Class string

// The classes. There is deliberately none for "best" or "worst".
const (
	Inside     Class = "inside"     // within the 95 % limits
	Outside95  Class = "outside95"  // outside 95 %, within 99.8 %
	Outside998 Class = "outside998" // outside 99.8 %
	TooFew     Class = "too_few"    // denominator too small to judge
)

// Kind says how a numerator varies.
type Kind string

// The kinds of figures a funnel knows.
const (
	Auto       Kind = ""           // Proportion if no numerator exceeds its denominator, apart from denominators of 0, else PerUnit
	Proportion Kind = "proportion" // cases out of cases: binomial
	PerUnit    Kind = "per_unit"   // events per case, judge or inhabitant: Poisson
)

// Spread says what is done when units differ by more than chance.
type Spread string

// The corrections for over-dispersion (Spiegelhalter 2005). Additive: units truly differ a
// little, so limits stop narrowing for large units. Multiplicative: limits widen by one
// factor. Both apply only when the dispersion is beyond chance.
const (
	Additive       Spread = "additive"
	Multiplicative Spread = "multiplicative"
	None           Spread = "none"
)

// FunnelOptions steer a funnel; the zero value is the default.
type FunnelOptions struct {
	Kind   Kind
	Spread Spread  // default Additive
	TooFew float64 // denominators under it are too_few; default 20, negative: none
	Target float64 // centre line given from outside; default the overall rate of all units
}

// Unit is one court, or whatever is compared.
type Unit struct {
	Name string
	Ratio
}

// Placed is a unit with its limits. Rate, limits and Z are NaN where there is no denominator
// or no variation at all.
type Placed struct {
	Unit
	Rate, Low95, High95, Low998, High998 float64
	Z                                    float64 // standard deviations from the centre, corrected for over-dispersion
	Class                                Class
}

// FunnelPlot is the result for all units, in the order they came in.
type FunnelPlot struct {
	Kind   Kind
	Centre float64 // NaN without any denominator
	Phi    float64 // dispersion of the units; 1 is pure chance, NaN with fewer than 5 units
	Tau    float64 // standard deviation between units under Additive, in units of the rate; 0 when not corrected
	Widen  float64 // factor of the limits under Multiplicative; 1 when not corrected
	Units  []Placed
}

// fewestUnits is the number of judged units from which on dispersion is estimated.
const fewestUnits = 5

// Funnel places every unit against limits around the centre: exact binomial or Poisson limits
// for its own denominator, so that outside95 befalls a unit that differs by chance alone with
// at most 5 % and outside998 with at most 0.2 % probability. When the units are dispersed
// beyond chance the distance of the limits from the centre is scaled up. Units that are too
// few count towards the centre but neither towards the dispersion nor as outside.
func Funnel(units []Unit, opt FunnelOptions) (*FunnelPlot, error) {
	opt, err := opt.filled(units)
	if err != nil {
		return nil, err
	}
	f := &FunnelPlot{Kind: opt.Kind, Centre: opt.Target, Phi: math.NaN(), Widen: 1}
	if opt.Target == 0 {
		f.Centre = centre(units)
	}
	if f.Kind == Proportion && f.Centre > 1 {
		return nil, fault.Invalidf("the centre %v is no proportion", f.Centre)
	}
	if opt.Spread != None {
		f.disperse(units, opt)
	}
	for _, u := range units {
		f.Units = append(f.Units, f.place(u, opt.TooFew))
	}
	return f, nil
}

// filled checks the units and completes the options.
func (opt FunnelOptions) filled(units []Unit) (FunnelOptions, error) {
	exceeds := false
	for _, u := range units {
		switch {
		case !(u.Numerator >= 0) || u.Numerator != math.Trunc(u.Numerator) || math.IsInf(u.Numerator, 0):
			return opt, fault.At(u.Name, fmt.Sprintf("numerator %v is no count", u.Numerator), "write a whole number that is not negative")
		case !(u.Denominator >= 0) || math.IsInf(u.Denominator, 0):
			return opt, fault.At(u.Name, fmt.Sprintf("denominator %v", u.Denominator), "write a number that is not negative")
		}
		whole := u.Denominator == math.Trunc(u.Denominator)
		if opt.Kind == Proportion && u.Denominator > 0 && (u.Numerator > u.Denominator || !whole) {
			return opt, fault.At(u.Name, fmt.Sprintf("%v of %v is no proportion", u.Numerator, u.Denominator), "choose per_unit for events per case, judge or inhabitant")
		}
		exceeds = exceeds || u.Denominator > 0 && (u.Numerator > u.Denominator || !whole)
	}
	if !(opt.Target >= 0) || math.IsInf(opt.Target, 0) {
		return opt, fault.Invalidf("target %v; write a rate that is not negative", opt.Target)
	}
	switch opt.Kind {
	case Auto:
		opt.Kind = Proportion
		if exceeds {
			opt.Kind = PerUnit
		}
	case Proportion, PerUnit:
	default:
		return opt, fault.Invalidf("kind %q; use proportion or per_unit", opt.Kind)
	}
	switch opt.Spread {
	case "":
		opt.Spread = Additive
	case Additive, Multiplicative, None:
	default:
		return opt, fault.Invalidf("over-dispersion %q; use additive, multiplicative or none", opt.Spread)
	}
	if opt.TooFew == 0 {
		opt.TooFew = 20
	}
	return opt, nil
}

// centre is the overall rate; NaN without denominators.
func centre(units []Unit) float64 {
	var sum, base float64
	for _, u := range units {
		if u.Denominator > 0 {
			sum, base = sum+u.Numerator, base+u.Denominator
		}
	}
	return sum / base
}

// chance is the standard deviation of a unit's rate by chance alone.
func (f *FunnelPlot) chance(u Unit) float64 {
	v := f.Centre
	if f.Kind == Proportion {
		v *= 1 - f.Centre
	}
	return math.Sqrt(v / u.Denominator)
}

// winsorised is the mean square of standard normal values of which the outer tenth on each
// side has been drawn in: 0.8 − 2·1.2816·φ(1.2816) + 0.2·1.2816². Dividing by it makes
// normal variation come out as 1, which the uncorrected estimate of Spiegelhalter does not.
const winsorised = 0.6787

// disperse estimates the dispersion from the standardised distances of the judged units, the
// outer tenth on each side drawn in to the next one so that the very units one looks for do
// not widen the limits, and around their mean, so that one of them cannot do so by moving the
// centre away from all others. It corrects when the estimate is above 1 by two standard deviations
// of its distribution under chance alone, √(2/I).
func (f *FunnelPlot) disperse(units []Unit, opt FunnelOptions) {
	var z, weights []float64
	for _, u := range units {
		if s := f.chance(u); u.Denominator >= opt.TooFew && s > 0 {
			z, weights = append(z, (u.Numerator/u.Denominator-f.Centre)/s), append(weights, 1/(s*s))
		}
	}
	n := float64(len(z))
	if len(z) < fewestUnits {
		return
	}
	slices.Sort(z)
	k := (len(z) + 9) / 10
	low, high := z[k], z[len(z)-1-k]
	var sum, squares float64
	for _, v := range z {
		v = min(max(v, low), high)
		sum, squares = sum+v, squares+v*v
	}
	f.Phi = (squares - sum*sum/n) / ((n - 1) * winsorised)
	if f.Phi <= 1+2*math.Sqrt(2/n) {
		return
	}
	if opt.Spread == Multiplicative {
		f.Widen = math.Sqrt(f.Phi)
		return
	}
	var w, ww float64
	for _, v := range weights {
		w, ww = w+v, ww+v*v
	}
	f.Tau = math.Sqrt(math.Max(0, (n*f.Phi-(n-1))/(w-ww/w)))
}

// place judges one unit.
func (f *FunnelPlot) place(u Unit, tooFew float64) Placed {
	nan := math.NaN()
	p := Placed{Unit: u, Rate: nan, Low95: nan, High95: nan, Low998: nan, High998: nan, Z: nan, Class: TooFew}
	if u.Denominator == 0 {
		return p
	}
	p.Rate = u.Numerator / u.Denominator
	s := f.chance(u)
	scale := f.Widen * math.Sqrt(1+f.Tau*f.Tau/(s*s))
	if s == 0 {
		scale = 1
	} else {
		p.Z = (p.Rate - f.Centre) / (s * scale)
	}
	p.Low95, p.High95 = f.limits(u.Denominator, tail95, scale)
	p.Low998, p.High998 = f.limits(u.Denominator, tail998, scale)
	if u.Denominator >= tooFew {
		p.Class = p.class()
	}
	return p
}

func (p Placed) class() Class {
	const rounding = 1e-12 // a limit and a rate that are the same count over the same base
	out := func(low, high float64) bool {
		return p.Rate < low*(1-rounding) || p.Rate > high*(1+rounding)
	}
	switch {
	case out(p.Low998, p.High998):
		return Outside998
	case out(p.Low95, p.High95):
		return Outside95
	}
	return Inside
}

// limits are the smallest and largest rate that is not in the tail of the exact
// distribution, moved away from the centre by scale.
func (f *FunnelPlot) limits(n, tail, scale float64) (low, high float64) {
	mean, most := f.Centre*n, math.Inf(1)
	sd := math.Sqrt(mean)
	cdf := func(k float64) float64 { return poissonCDF(k, mean) }
	if f.Kind == Proportion {
		most = n
		cdf = func(k float64) float64 { return binomialCDF(k, n, f.Centre) }
	}
	if mean >= largeCount {
		sd = f.chance(Unit{Ratio: Ratio{Denominator: n}}) * n
		z := normalQuantile(1 - tail)
		low, high = math.Ceil(mean-z*sd), math.Floor(mean+z*sd)
	} else {
		low = quantile(math.Nextafter(tail, 1), mean-2*sd, most, cdf)
		high = quantile(1-tail, mean+2*sd, most, cdf)
	}
	// A limit that a rare event puts on the other side of the centre (none of 20 where 0.1 are
	// expected) stays where it is.
	low, high = low/n, high/n
	low -= max(0, f.Centre-low) * (scale - 1)
	high += max(0, high-f.Centre) * (scale - 1)
	if f.Kind == Proportion {
		high = math.Min(1, high)
	}
	return math.Max(0, low), high
}

// Curve gives the limits at other denominators than those of the units, for drawing them.
func (f *FunnelPlot) Curve(denominators []float64) []Placed {
	out := make([]Placed, len(denominators))
	for i, n := range denominators {
		out[i] = f.place(Unit{Ratio: Ratio{Denominator: n}}, math.Inf(1))
	}
	return out
}
