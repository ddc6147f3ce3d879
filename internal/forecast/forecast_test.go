package forecast_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/forecast"
)

// wave is n months of level, growth and a fixed yearly pattern, with a small fixed wobble.
func wave(n int, level, growth, swing float64) []float64 {
	y := make([]float64, n)
	for t := range y {
		y[t] = (level + growth*float64(t)) * (1 + swing*math.Sin(2*math.Pi*float64(t)/12)) * (1 + 0.01*float64((t*7)%5-2))
	}
	return y
}

func one(t testing.TB, s forecast.Series, opt forecast.Options) forecast.Forecast {
	t.Helper()
	f, err := forecast.One(s, opt)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// near fails when got is farther from want than the given share.
func near(t *testing.T, what string, got, want, share float64) {
	t.Helper()
	if math.Abs(got-want) > share*math.Abs(want) {
		t.Errorf("%s: %.3f, want %.3f ± %.0f%%", what, got, want, 100*share)
	}
}

func TestSeasonAndGrowthGoOn(t *testing.T) {
	y := wave(72, 200, 1, 0.3)
	f := one(t, forecast.Series{ID: "a", Season: 12, Values: y[:60]}, forecast.Options{Horizon: 12})
	for h := range f.Mean {
		near(t, fmt.Sprint("month ", h+1), f.Mean[h], y[60+h], 0.06)
	}
}

// TestMending lists what may be wrong with a series and what must be said about it; the
// forecast stays near that of the sound series.
func TestMending(t *testing.T) {
	sound := wave(60, 200, 0, 0.2)
	want := one(t, forecast.Series{Season: 12, Values: sound}, forecast.Options{Horizon: 6})
	for name, tc := range map[string]struct {
		spoil func(y []float64)
		says  string
		share float64
	}{
		"missing":     {func(y []float64) { y[20], y[21], y[40] = math.NaN(), math.NaN(), math.NaN() }, "3 missing points were filled", 0.05},
		"outlier":     {func(y []float64) { y[45] *= 4 }, "Points 46 are far off", 0.05},
		"level break": {func(y []float64) { scale(y[:30], 0.3) }, "The level changed for good at point 31", 0.08},
	} {
		t.Run(name, func(t *testing.T) {
			y := slices.Clone(sound)
			tc.spoil(y)
			got := one(t, forecast.Series{Season: 12, Values: y}, forecast.Options{Horizon: 6})
			for h := range got.Mean {
				near(t, fmt.Sprint("month ", h+1), got.Mean[h], want.Mean[h], tc.share)
			}
			if all := english(&got); !strings.Contains(all, tc.says) {
				t.Errorf("explanation %q lacks %q", all, tc.says)
			}
			year, n := 0.0, 0.0 // the same six months a year before, as they were counted
			for _, v := range y[len(y)-12 : len(y)-6] {
				if !math.IsNaN(v) {
					year, n = year+v, n+1
				}
			}
			near(t, "a year before", got.Facts.Recent, year/n, 1e-9)
		})
	}
}

func scale(y []float64, by float64) {
	for i := range y {
		y[i] *= by
	}
}

func english(f *forecast.Forecast) string {
	var s []string
	for _, e := range f.Facts.Explain() {
		s = append(s, e.En)
	}
	return strings.Join(s, " ")
}

func TestShortSeries(t *testing.T) {
	for n := 1; n <= 30; n++ {
		for _, season := range []int{1, 4, 12} {
			y := wave(n, 50, 1, 0.1)
			f := one(t, forecast.Series{Season: season, Values: y}, forecast.Options{Horizon: 14, Full: true})
			for h, v := range f.Mean {
				if !(v > 10 && v < 300) || !(f.Lo95[h] <= f.Lo80[h] && f.Lo80[h] < v && v < f.Hi80[h] && f.Hi80[h] <= f.Hi95[h]) {
					t.Fatalf("%d points, season %d, period %d: %v in %v..%v, %v..%v", n, season, h+1, v, f.Lo80[h], f.Hi80[h], f.Lo95[h], f.Hi95[h])
				}
			}
		}
	}
}

func TestIntermittent(t *testing.T) {
	y := make([]float64, 60)
	for i := range y {
		if i%3 == 0 {
			y[i] = 2
		}
	}
	f := one(t, forecast.Series{Season: 12, Values: y}, forecast.Options{Horizon: 3})
	if f.Model != "Croston(SBA)+TSB+level" {
		t.Errorf("model %s", f.Model)
	}
	near(t, "mean", f.Mean[0], 2.0/3, 0.15)
	if f.Lo80[0] < 0 || f.Hi95[0] < 1 {
		t.Errorf("interval %.2f..%.2f", f.Lo95[0], f.Hi95[0])
	}
	faded := append(slices.Clone(y), make([]float64, 60)...)
	if g := one(t, forecast.Series{Season: 12, Values: faded}, forecast.Options{Horizon: 1}); g.Mean[0] > f.Mean[0]/2 {
		t.Errorf("after five years of nothing %.2f is expected, before %.2f", g.Mean[0], f.Mean[0])
	}
}

// TestMovingHoliday: months with the festival lose a third; it wanders between January and
// February, so that only the calendar can know the next one.
func TestMovingHoliday(t *testing.T) {
	var dates []civil.Date
	for _, d := range []string{"2012-01-23", "2013-02-10", "2014-01-31", "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12"} {
		day, err := civil.ParseDate(d)
		if err != nil {
			t.Fatal(err)
		}
		dates = append(dates, day)
	}
	start := civil.NewDate(2012, 1, 1)
	r := forecast.MovingHoliday("春节", dates, 1, 7, start, 120)
	sum := 0.0
	y := wave(108, 300, 0, 0.05)
	for i, v := range r.Values {
		sum += v
		if i < len(y) {
			y[i] *= math.Exp(-0.4 * v)
		}
	}
	near(t, "days of ten festivals", sum, 10, 1e-9)
	with := one(t, forecast.Series{Season: 12, First: 1, Start: start, Values: y}, forecast.Options{Horizon: 12, Calendar: []forecast.Regressor{r}})
	if got := with.Facts.Calendar; len(got) != 1 || math.Abs(got[0].Size-math.Expm1(-0.4)) > 0.04 {
		t.Fatalf("effects %+v", got)
	}
	if with.Mean[0] < 1.2*with.Mean[1] {
		t.Errorf("the festival of 2021 lies in February: January %.0f, February %.0f", with.Mean[0], with.Mean[1])
	}
}

func TestWrongQuestions(t *testing.T) {
	for name, tc := range map[string]struct {
		s    forecast.Series
		opt  forecast.Options
		want string
	}{
		"nothing":    {forecast.Series{ID: "a", Season: 1, Values: []float64{math.NaN()}}, forecast.Options{Horizon: 1}, "series a: it has no point with a value"},
		"horizon":    {forecast.Series{Season: 1, Values: []float64{1}}, forecast.Options{}, "horizon 0: give 1 to 1000"},
		"season":     {forecast.Series{Values: []float64{1}}, forecast.Options{Horizon: 1}, "season 0: give 12"},
		"calendar":   {forecast.Series{ID: "a", Season: 1, Values: []float64{1}}, forecast.Options{Horizon: 1, Calendar: []forecast.Regressor{{Name: "x"}}}, "does not cover"},
		"too large":  {forecast.Series{ID: "a", Season: 1, Values: []float64{1e300}}, forecast.Options{Horizon: 1}, "too large"},
		"no numbers": {forecast.Series{ID: "a", Season: 1, Values: []float64{1, math.Inf(1)}}, forecast.Options{Horizon: 1}, "too large"},
	} {
		if _, err := forecast.All([]forecast.Series{tc.s}, tc.opt, 1); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
}

// TestLaws: whatever the series, forecasts are numbers in order, not negative where the series
// is not, the same again, and twice as large for twice the series.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		season := rapid.SampledFrom([]int{1, 4, 12}).Draw(t, "season")
		kind := rapid.SampledFrom([]string{"counts", "few", "flat", "signed"}).Draw(t, "kind")
		n := rapid.IntRange(1, 60).Draw(t, "n")
		y, twice := make([]float64, n), make([]float64, n)
		for i := range y {
			switch kind {
			case "counts":
				y[i] = float64(rapid.IntRange(1, 500).Draw(t, "y"))
			case "few":
				y[i] = float64(rapid.IntRange(0, 3).Draw(t, "y"))
			case "flat":
				y[i] = 7
			case "signed":
				y[i] = float64(rapid.IntRange(-50, 50).Draw(t, "y"))
			}
			if i > 0 && i < n-1 && rapid.IntRange(0, 20).Draw(t, "missing") == 0 {
				y[i] = math.NaN()
			}
			twice[i] = 2 * y[i]
		}
		opt := forecast.Options{Horizon: 13, Full: rapid.Bool().Draw(t, "full")}
		f, err := forecast.One(forecast.Series{Season: season, Values: y}, opt)
		if err != nil {
			t.Fatal(err)
		}
		g, _ := forecast.One(forecast.Series{Season: season, Values: y}, opt)
		d, _ := forecast.One(forecast.Series{Season: season, Values: twice}, opt)
		for h, v := range f.Mean {
			if !(f.Lo95[h] <= f.Lo80[h] && f.Lo80[h] <= v && v <= f.Hi80[h] && f.Hi80[h] <= f.Hi95[h]) || math.IsInf(f.Hi95[h], 0) {
				t.Fatalf("period %d: %v %v %v %v %v", h+1, f.Lo95[h], f.Lo80[h], v, f.Hi80[h], f.Hi95[h])
			}
			if kind != "signed" && f.Lo95[h] < 0 {
				t.Fatalf("period %d: negative count %v", h+1, f.Lo95[h])
			}
			if v != g.Mean[h] || f.Hi95[h] != g.Hi95[h] {
				t.Fatalf("period %d: %v, then %v", h+1, v, g.Mean[h])
			}
			if kind != "signed" && math.Abs(d.Mean[h]-2*v) > 0.25*v+1 {
				t.Fatalf("period %d: %v for twice the series, %v for it", h+1, d.Mean[h], v)
			}
		}
		for _, e := range f.Facts.Explain() {
			if e.Zh == "" || e.En == "" || strings.Contains(e.En+e.Zh, "%!") || strings.Contains(e.En, "NaN") {
				t.Fatalf("sentence %q %q", e.Zh, e.En)
			}
		}
	})
}
