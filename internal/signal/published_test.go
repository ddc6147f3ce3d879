package signal_test

import (
	"math"
	"testing"

	"zhunsheng/internal/signal"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %v, published %v", what, got, want)
	}
}

// NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rates.
func TestIndividualsChartOfNIST(t *testing.T) {
	points, err := signal.XmR([]float64{49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range points {
		near(t, "centre", p.Centre, 50.81, 1e-9)
		near(t, "upper", p.Upper, 55.8041, 1e-4)
		near(t, "lower", p.Lower, 45.8159, 1e-4)
		if p.Signals() || len(p.Rules) != 1 || p.Rules[0] != signal.Provisional {
			t.Errorf("%v: rules %v; the handbook finds the process in control, ten points are provisional", p.Value, p.Rules)
		}
	}
}

// NIST/SEMATECH e-Handbook, 6.3.3.2: defective chips among 50 on each of 30 wafers.
func TestProportionChartOfNIST(t *testing.T) {
	var data []signal.Ratio
	for _, bad := range []float64{12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6} {
		data = append(data, signal.Ratio{Numerator: bad, Denominator: 50})
	}
	points, err := signal.P(data, false)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "centre", points[0].Centre, 0.2313, 5e-5)
	near(t, "upper", points[0].Upper, 0.4102, 5e-5)
	near(t, "lower", points[0].Lower, 0.0524, 5e-5)
	for i, p := range points { // the handbook: two wafers, 15 and 23, are outside
		outside := len(p.Rules) > 0 && p.Rules[0] == signal.Outside
		if outside != (i == 14 || i == 22) {
			t.Errorf("wafer %d: rules %v", i+1, p.Rules)
		}
	}
}

// NIST/SEMATECH e-Handbook, 6.3.3.1: a c-chart is a u-chart of one unit each; mean 16, limits
// 4 and 28.
func TestCountChartOfNIST(t *testing.T) {
	data := make([]signal.Ratio, 25)
	for i, c := range []float64{16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13} {
		data[i] = signal.Ratio{Numerator: c, Denominator: 1}
	}
	points, err := signal.U(data, false)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "centre", points[0].Centre, 16, 1e-9)
	near(t, "upper", points[0].Upper, 28, 1e-9)
	near(t, "lower", points[0].Lower, 4, 1e-9)
}

// Newcombe, Statistics in Medicine 17 (1998) 857–872, table I: methods 3 (score) and 5 (exact).
func TestIntervalsOfNewcombe(t *testing.T) {
	for _, tc := range []struct{ k, n, wilsonLow, wilsonHigh, exactLow, exactHigh float64 }{
		{81, 263, 0.2553, 0.3662, 0.2527, 0.3676},
		{15, 148, 0.0624, 0.1605, 0.0578, 0.1617},
		{0, 20, 0, 0.1611, 0, 0.1684},
		{1, 29, 0.0061, 0.1718, 0.0009, 0.1776},
	} {
		w, err := signal.Wilson(tc.k, tc.n, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		x, err := signal.ClopperPearson(tc.k, tc.n, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "Wilson low", w.Low, tc.wilsonLow, 5e-5)
		near(t, "Wilson high", w.High, tc.wilsonHigh, 5e-5)
		near(t, "exact low", x.Low, tc.exactLow, 5e-5)
		near(t, "exact high", x.High, tc.exactHigh, 5e-5)
	}
}

// Garwood's exact limits as tabulated in every textbook of epidemiology: 0 seen, 0 to 3.69;
// 10 seen, 4.80 to 18.39.
func TestPoissonIntervals(t *testing.T) {
	zero, err := signal.PoissonExact(0, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	ten, err := signal.PoissonExact(10, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "0 low", zero.Low, 0, 0)
	near(t, "0 high", zero.High, 3.689, 5e-4)
	near(t, "10 low", ten.Low, 4.795, 5e-4)
	near(t, "10 high", ten.High, 18.390, 5e-4)
}

// Benjamini and Hochberg (1995), section 3.2: 15 hypotheses, the four smallest are rejected at
// 5 %, where Bonferroni's method rejects three.
func TestDiscoveriesOfBenjaminiAndHochberg(t *testing.T) {
	p := []float64{.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1}
	for i, q := range signal.BenjaminiHochberg(p) {
		if (q <= 0.05) != (i < 4) {
			t.Errorf("hypothesis %d, p %v: q %v", i+1, p[i], q)
		}
	}
	q := signal.BenjaminiHochberg([]float64{math.NaN(), 0.01, 0.02})
	if !math.IsNaN(q[0]) || q[1] != 0.02 || q[2] != 0.02 {
		t.Errorf("with a missing p: %v", q)
	}
}
