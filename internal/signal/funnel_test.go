package signal_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/signal"
)

func unit(k, n float64) signal.Unit {
	return signal.Unit{Name: fmt.Sprintf("%v of %v", k, n), Ratio: signal.Ratio{Numerator: k, Denominator: n}}
}

// binomialSum is P(Y ≤ k) by adding exact rational terms.
func binomialSum(k, n int64, p *big.Rat) float64 {
	sum, q := new(big.Rat), new(big.Rat).Sub(big.NewRat(1, 1), p)
	for i := int64(0); i <= k; i++ {
		term := new(big.Rat).SetInt(new(big.Int).Binomial(n, i))
		for range i {
			term.Mul(term, p)
		}
		for range n - i {
			term.Mul(term, q)
		}
		sum.Add(sum, term)
	}
	f, _ := sum.Float64()
	return f
}

// The limits are the outermost counts whose tail, themselves included, is larger than 2.5 %
// and 0.1 %: found here by adding up every term as a fraction.
func TestFunnelLimitsAgainstSums(t *testing.T) {
	for _, n := range []int64{1, 5, 20, 37, 60} {
		for _, num := range []int64{1, 3, 10, 19} {
			p := big.NewRat(num, 20)
			target, _ := p.Float64()
			f, err := signal.Funnel([]signal.Unit{unit(0, float64(n))}, signal.FunnelOptions{Target: target, Kind: signal.Proportion, Spread: signal.None, TooFew: -1})
			if err != nil {
				t.Fatal(err)
			}
			for _, band := range []struct{ tail, low, high float64 }{{0.025, f.Units[0].Low95, f.Units[0].High95}, {0.001, f.Units[0].Low998, f.Units[0].High998}} {
				low, high := int64(-1), n
				for k := n; k >= 0; k-- {
					if binomialSum(k, n, p) > band.tail {
						low = k
					}
					if 1-binomialSum(k-1, n, p) <= band.tail {
						high = k - 1
					}
				}
				near(t, fmt.Sprintf("n %d p %v low %v", n, p, band.tail), band.low*float64(n), float64(low), 1e-6)
				near(t, fmt.Sprintf("n %d p %v high %v", n, p, band.tail), band.high*float64(n), float64(high), 1e-6)
			}
		}
	}
}

func TestFunnelLimitsPoisson(t *testing.T) {
	for _, mean := range []float64{0.5, 3, 12, 90} {
		f, err := signal.Funnel([]signal.Unit{unit(1, 40)}, signal.FunnelOptions{Target: mean / 40, Kind: signal.PerUnit, Spread: signal.None})
		if err != nil {
			t.Fatal(err)
		}
		term, sum := math.Exp(-mean), 0.0
		low, high := -1.0, -1.0
		for k := 0.0; k < 400; k++ {
			sum += term
			if low < 0 && sum > 0.025 {
				low = k
			}
			if high < 0 && sum >= 0.975 {
				high = k
			}
			term *= mean / (k + 1)
		}
		near(t, "low", f.Units[0].Low95*40, low, 1e-9)
		near(t, "high", f.Units[0].High95*40, high, 1e-9)
	}
}

// Units that differ by chance alone are outside with at most the stated probability; units
// with a true spread are after correction.
func TestFunnelErrorRates(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	for _, tc := range []struct {
		name           string
		tau            float64
		spread         signal.Spread
		most95, most98 float64
	}{
		{"chance alone, exact", 0, signal.None, 0.05, 0.002},
		{"chance alone, correction on", 0, signal.Additive, 0.05, 0.002},
		{"true spread, additive", 0.05, signal.Additive, 0.06, 0.004},
		{"true spread, multiplicative", 0.05, signal.Multiplicative, 0.07, 0.006},
	} {
		out95, out998, n := 0.0, 0.0, 0.0
		for range 150 {
			var units []signal.Unit
			for range 40 {
				size := float64(50 + r.IntN(400))
				p := math.Min(1, math.Max(0, 0.3+tc.tau*r.NormFloat64()))
				k := 0.0
				for range int(size) {
					if r.Float64() < p {
						k++
					}
				}
				units = append(units, unit(k, size))
			}
			f, err := signal.Funnel(units, signal.FunnelOptions{Spread: tc.spread})
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range f.Units {
				n++
				if u.Class == signal.Outside95 || u.Class == signal.Outside998 {
					out95++
				}
				if u.Class == signal.Outside998 {
					out998++
				}
			}
		}
		error95, error998 := 3*math.Sqrt(0.05*0.95/n), 3*math.Sqrt(0.002/n)
		t.Logf("%s: %.4f outside 95 %%, %.5f outside 99.8 %%, of %v units", tc.name, out95/n, out998/n, n)
		if out95/n > tc.most95+error95 || out998/n > tc.most98+error998 {
			t.Errorf("%s: %.4f outside 95 %%, %.5f outside 99.8 %%", tc.name, out95/n, out998/n)
		}
	}
}

func TestFunnelSeesOneUnit(t *testing.T) {
	units := []signal.Unit{unit(70, 200), unit(5, 0), unit(3, 4)}
	for i := range 12 {
		units = append(units, unit(float64(18+i%5), 200))
	}
	f, err := signal.Funnel(units, signal.FunnelOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Units[0].Class != signal.Outside998 || f.Units[1].Class != signal.TooFew || f.Units[2].Class != signal.TooFew || f.Tau != 0 || f.Kind != signal.Proportion {
		t.Errorf("classes %v %v %v, tau %v", f.Units[0].Class, f.Units[1].Class, f.Units[2].Class, f.Tau)
	}
	for _, u := range f.Units[3:] {
		if u.Class != signal.Inside {
			t.Errorf("%s is %s", u.Name, u.Class)
		}
	}
}

func TestFunnelRefuses(t *testing.T) {
	for name, u := range map[string]signal.Unit{
		"negative": unit(-1, 5), "fraction": unit(1.5, 5), "NaN": unit(math.NaN(), 5),
		"infinite": unit(1, math.Inf(1)), "negative base": unit(1, -5),
	} {
		if _, err := signal.Funnel([]signal.Unit{u}, signal.FunnelOptions{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := signal.Funnel([]signal.Unit{unit(6, 5)}, signal.FunnelOptions{Kind: signal.Proportion}); err == nil {
		t.Error("6 of 5 taken for a proportion")
	}
}

// Whatever the counts: limits enclose the centre and one another, the order of the units does
// not matter, and no input panics.
func TestFunnelProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "units")
		var units, back []signal.Unit
		for range n {
			d := rapid.OneOf(rapid.IntRange(0, 40), rapid.IntRange(0, 1_000_000_000)).Draw(t, "denominator")
			k := rapid.IntRange(0, d).Draw(t, "numerator")
			units = append(units, unit(float64(k), float64(d)))
		}
		for i := range units {
			back = append(back, units[n-1-i])
		}
		f, err := signal.Funnel(units, signal.FunnelOptions{})
		if err != nil {
			t.Fatal(err)
		}
		g, err := signal.Funnel(back, signal.FunnelOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i, u := range f.Units {
			if u.Class != g.Units[n-1-i].Class {
				t.Fatalf("%s is %s, in reverse order %s", u.Name, u.Class, g.Units[n-1-i].Class)
			}
			if u.Denominator == 0 {
				continue
			}
			if step := 1.0/u.Denominator + 1e-9; u.Low998 > u.Low95 || u.Low95 > f.Centre+step || f.Centre > u.High95+step || u.High95 > u.High998 {
				t.Fatalf("%s: %v %v %v %v %v", u.Name, u.Low998, u.Low95, f.Centre, u.High95, u.High998)
			}
		}
	})
}
