package signal_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/signal"
)

// at lists the positions at which a rule stands.
func at(points []signal.Point, rule signal.Rule) []int {
	var out []int
	for i, p := range points {
		if slices.Contains(p.Rules, rule) {
			out = append(out, i)
		}
	}
	return out
}

func TestRules(t *testing.T) {
	quiet := []float64{10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11}
	nan := math.NaN()
	for name, tc := range map[string]struct {
		tail []float64
		rule signal.Rule
		want []int
	}{
		"outside":                {[]float64{20}, signal.Outside, []int{12}},
		"seven rising":           {[]float64{8, 8.5, 9, 9.5, 10, 10.5, 11}, signal.Trend, []int{18}},
		"eight rising":           {[]float64{8, 8.5, 9, 9.5, 10, 10.5, 11, 11.5}, signal.Trend, []int{18, 19}},
		"seven falling":          {[]float64{12, 11.5, 11, 10.5, 10, 9.5, 9}, signal.Trend, []int{18}},
		"a gap breaks the trend": {[]float64{8, 8.5, 9, nan, 9.5, 10, 10.5, 11}, signal.Trend, nil},
		"equal breaks the trend": {[]float64{8, 8.5, 9, 9, 9.5, 10, 10.5, 11}, signal.Trend, nil},
		"two of three":           {[]float64{15, 15}, signal.TwoOfThree, []int{13}},
		"two far apart are not":  {[]float64{15, 10, 10, 15}, signal.TwoOfThree, nil},
		"two on either side":     {[]float64{15, 5.6}, signal.TwoOfThree, nil},
		"seven on one side":      {[]float64{9, 10.9, 11, 10.9, 11, 10.9, 11, 10.9, 11}, signal.OneSide, []int{19, 20}},
		"a gap breaks the run":   {[]float64{10.9, 11, 10.9, nan, 11, 10.9, 11, 10.9}, signal.OneSide, nil},
	} {
		t.Run(name, func(t *testing.T) {
			points, err := signal.XmR(append(slices.Clone(quiet), tc.tail...), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := at(points, tc.rule); !slices.Equal(got, tc.want) {
				t.Errorf("%s at %v, want %v; last %+v", tc.rule, got, tc.want, points[len(points)-1])
			}
		})
	}
}

func TestRebase(t *testing.T) {
	values := []float64{10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11, 30, 32, 29, 31, 30, 32, 29, 31, 30, 32, 29, 31}
	whole, err := signal.XmR(values, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(at(whole, signal.OneSide)) == 0 {
		t.Error("one level for two: no run on one side")
	}
	cut, err := signal.XmR(values, []int{12})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range cut {
		want := 10.5
		if i >= 12 {
			want = 30.5
		}
		if p.Centre != want || len(p.Rules) > 0 {
			t.Errorf("point %d: centre %v rules %v", i, p.Centre, p.Rules)
		}
	}
	if _, err := signal.XmR(values, []int{25}); err == nil {
		t.Error("re-based after the end")
	}
	short, err := signal.XmR(values, []int{13})
	if err != nil {
		t.Fatal(err)
	}
	if got := at(short, signal.Provisional); len(got) != 11 || got[0] != 13 {
		t.Errorf("provisional at %v; the second segment has 11 points", got)
	}
}

func TestChartsThatCannotJudge(t *testing.T) {
	for name, values := range map[string][]float64{
		"nothing": nil, "one point": {5}, "constant": {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, "zeros": make([]float64, 30),
		"all gaps": {math.NaN(), math.NaN()}, "gaps between": {1, math.NaN(), 900, math.NaN(), -5}, "huge": {1e9, 1e9, 1e9},
		"tenths": {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, "near the largest": {math.MaxFloat64, -math.MaxFloat64},
	} {
		points, err := signal.XmR(values, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, p := range points {
			if p.Signals() {
				t.Errorf("%s: %v", name, p.Rules)
			}
		}
	}
	if _, err := signal.XmR([]float64{1, math.Inf(1)}, nil); err == nil {
		t.Error("infinity is charted")
	}
}

// Adding a constant and scaling change the limits alike and no rule; reading the chart upside
// down neither. Powers of two keep the arithmetic exact.
func TestChartInvariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.SliceOfN(rapid.IntRange(-50, 50), 2, 40).Draw(t, "values")
		shift := float64(rapid.IntRange(-1000, 1000).Draw(t, "shift") * 4096)
		scale := math.Ldexp(1, rapid.IntRange(-8, 8).Draw(t, "scale"))
		a, b := make([]float64, len(whole)), make([]float64, len(whole))
		for i, v := range whole {
			a[i], b[i] = float64(v), -float64(v)*scale
		}
		pa, err := signal.XmR(a, nil)
		if err != nil {
			t.Fatal(err)
		}
		pb, err := signal.XmR(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range pa {
			if !slices.Equal(pa[i].Rules, pb[i].Rules) || pb[i].Upper != -pa[i].Lower*scale {
				t.Fatalf("point %d: %+v, mirrored and scaled %+v", i, pa[i], pb[i])
			}
			b[i] = a[i] + shift
		}
		pc, err := signal.XmR(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range pa {
			if math.Abs(pc[i].Upper-shift-pa[i].Upper) > 1e-6 {
				t.Fatalf("upper %v, shifted by %v: %v", pa[i].Upper, shift, pc[i].Upper)
			}
		}
	})
}

// Laney's correction leaves chance alone alone and widens what varies more.
func TestLaney(t *testing.T) {
	var calm, wild []signal.Ratio
	for i := range 24 {
		calm = append(calm, signal.Ratio{Numerator: 300, Denominator: 1000})
		wild = append(wild, signal.Ratio{Numerator: float64(30000 + 3000*(i%2*2-1)), Denominator: 100000})
	}
	plain, err := signal.P(wild, false)
	if err != nil {
		t.Fatal(err)
	}
	laney, err := signal.P(wild, true)
	if err != nil {
		t.Fatal(err)
	}
	still, err := signal.P(calm, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(at(plain, signal.Outside)) != 24 || len(at(laney, signal.Outside)) != 0 || len(at(still, signal.Outside)) != 0 {
		t.Errorf("outside: plain %v, Laney %v, calm %v", at(plain, signal.Outside), at(laney, signal.Outside), at(still, signal.Outside))
	}
	if _, err := signal.P([]signal.Ratio{{Numerator: 2, Denominator: 1}}, false); err == nil {
		t.Error("2 of 1 is a share")
	}
	gap, err := signal.U([]signal.Ratio{{1, 2}, {0, 0}, {3, 2}}, false)
	if err != nil || !math.IsNaN(gap[1].Value) || gap[1].Signals() {
		t.Errorf("empty base: %+v %v", gap[1], err)
	}
}
