package signal

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// Counts with variance 1.5 × mean, with and without season, nothing planted: no more points
// with p ≤ 1 % than 1 %, and no more alarms than the report states.
func TestFalseAlarmsUnderTheNull(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	mix := func(i int) float64 { return []float64{30, 100, 300}[i%3] }
	for _, tc := range []struct {
		name         string
		size, rounds int
		season       float64
	}{
		{"single series", 1, 100, 1}, {"family of 54, no season", 54, 4, 0}, {"family of 54, season", 54, 4, 1},
	} {
		alarms, small, judged, stated := 0, 0, 0, 0.0
		for range tc.rounds {
			rep, err := Detect(family(r, tc.size, 60, mix, tc.season), Options{Season: 12})
			if err != nil {
				t.Fatal(err)
			}
			alarms, judged, stated = alarms+rep.Alarms, judged+rep.Judged, stated+rep.Expected
			for _, s := range rep.Series {
				for _, j := range s.Points {
					if j.P <= 0.01 {
						small++
					}
				}
			}
		}
		share := float64(small) / float64(judged)
		t.Logf("%s: %d alarms, at most %.1f stated; %.4f of %d points have p ≤ 0.01", tc.name, alarms, stated, share, judged)
		if limit := stated + 3*math.Sqrt(stated); float64(alarms) > limit {
			t.Errorf("%s: %d alarms, stated %.1f", tc.name, alarms, stated)
		}
		if share > 0.01+3*math.Sqrt(0.01/float64(judged)) {
			t.Errorf("%s: %.4f of the points have p ≤ 0.01", tc.name, share)
		}
	}
}

// Jumps planted into one series of a family of nine, told by the first and by the second
// month that has them. The goal: +50 % at 100 filings a month, nine in ten.
func TestPowerOnPlantedJumps(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	n := power()
	for _, level := range []float64{30, 100, 300} {
		for _, jump := range []float64{1.2, 1.5, 2} {
			first, second := 0.0, 0.0
			for range n {
				ss := family(r, 9, 50, func(int) float64 { return level }, 1)
				for k := 48; k < 50; k++ {
					ss[0].Values[k] = negative(r, level*jump*seasonal[k%12], 1.5)
				}
				rep, err := Detect(ss, Options{Season: 12})
				if err != nil {
					t.Fatal(err)
				}
				p := rep.Series[0].Points
				if p[48].Kind != NoChange {
					first++
				}
				if p[48].Kind != NoChange || p[49].Kind != NoChange {
					second++
				}
			}
			t.Logf("%3v filings, +%.0f %%: found by the first month %.2f, by the second %.2f", level, 100*(jump-1), first/float64(n), second/float64(n))
			if level >= 100 && jump >= 1.5 && first/float64(n) < 0.9-3*math.Sqrt(0.09/float64(n)) {
				t.Errorf("%v filings, +%.0f %%: %.2f", level, 100*(jump-1), first/float64(n))
			}
		}
	}
}

// plant makes one clean series of 72 months with 200 filings and changes it from month 48.
func plant(r *rand.Rand, change func(k int) float64) Series {
	s := family(r, 1, 72, func(int) float64 { return 200 }, 0)[0]
	for k := 48; k < 72; k++ {
		s.Values[k] = negative(r, 200*change(k-48), 1.5)
	}
	return s
}

// Each kind of change is called by its name at its place; a slope may be met as steps.
func TestKindsOfChange(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(k int) float64
		want   Change
		from   int // months after 48
		to     int
	}{
		"spike":      {func(k int) float64 { return pick(k == 0, 2, 1) }, Spike, 0, 0},
		"dip":        {func(k int) float64 { return pick(k == 0, 0.3, 1) }, Dip, 0, 0},
		"level up":   {func(int) float64 { return 1.8 }, LevelUp, 0, 1},
		"level down": {func(int) float64 { return 0.4 }, LevelDown, 0, 1},
		"slope":      {func(k int) float64 { return 1 + 0.03*float64(k+1) }, Slope, 2, 16},
	} {
		found, later := 0, 0
		const n = 20
		for i := range n {
			rep, err := Detect([]Series{plant(rand.New(rand.NewPCG(9, uint64(i))), tc.change)}, Options{Season: 12})
			if err != nil {
				t.Fatal(err)
			}
			hit := false
			for k, j := range rep.Series[0].Points[48:] {
				switch {
				case k >= tc.from && k <= tc.to:
					hit = hit || j.Kind == tc.want || tc.want == Slope && j.Kind == LevelUp
				case k > tc.to+1 && j.Kind != NoChange:
					later++
				}
			}
			if hit {
				found++
			}
		}
		t.Logf("%s: called so in %d of %d; alarms after it: %d", name, found, n, later)
		if found < n*7/10 {
			t.Errorf("%s: called so in %d of %d", name, found, n)
		}
		if name != "slope" && later > n/2 {
			t.Errorf("%s: %d alarms at the new level", name, later)
		}
	}
}

func pick(yes bool, a, b float64) float64 {
	if yes {
		return a
	}
	return b
}

// A holiday that falls into January in some years and February in others is an alarm without
// its regressor and none with it.
func TestMovingHoliday(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	share := map[int]float64{} // of the holiday, by month
	january := []float64{0.9, 0, 0.7, 0.1, 1, 0, 0.8, 0}
	for year, x := range january {
		share[year*12], share[year*12+1] = x, 1-x
	}
	var ss []Series
	for i := range 6 {
		s := Series{Name: fmt.Sprint(i)}
		for k := range 96 {
			s.At = append(s.At, k)
			s.Values = append(s.Values, negative(r, 300*math.Exp(-0.5*share[k]), 1.5))
		}
		ss = append(ss, s)
	}
	regressors := map[int][]float64{}
	for k := range 96 {
		regressors[k] = []float64{share[k]}
	}
	blind, err := Detect(ss, Options{Season: 12})
	if err != nil {
		t.Fatal(err)
	}
	told, err := Detect(ss, Options{Season: 12, Regressors: regressors})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("alarms without the holiday %d, with it %d (at most %.1f stated)", blind.Alarms, told.Alarms, told.Expected)
	if blind.Alarms < 3*max(told.Alarms, 1) || float64(told.Alarms) > told.Expected+3*math.Sqrt(told.Expected) {
		t.Errorf("alarms without the holiday %d, with it %d", blind.Alarms, told.Alarms)
	}
}

// Hostile series are refused with a reason or judged without alarm; nothing panics.
func TestHostileSeries(t *testing.T) {
	line := func(f func(k int) float64) Series {
		var s Series
		for k := range 40 {
			s.At, s.Values = append(s.At, k), append(s.Values, f(k))
		}
		return s
	}
	series := map[string]Series{
		"constant":       line(func(int) float64 { return 7 }),
		"zeros":          line(func(int) float64 { return 0 }),
		"one point":      {At: []int{1}, Values: []float64{3}},
		"nothing":        {},
		"negative":       line(func(k int) float64 { return float64(k - 3) }),
		"infinite":       line(func(k int) float64 { return math.Inf(k%2*2 - 1) }),
		"not a number":   line(func(int) float64 { return math.NaN() }),
		"fractions":      line(func(k int) float64 { return 0.5 * float64(k) }),
		"gigantic":       line(func(k int) float64 { return 1e18 + float64(k)*1e15 }),
		"a billion":      line(func(k int) float64 { return 1e9 + float64(k%5) }),
		"every other":    line(func(k int) float64 { return pick(k%2 == 0, math.NaN(), 50+float64(k%7)) }),
		"mostly zero":    line(func(k int) float64 { return float64(k % 13 / 12) }),
		"far apart":      {At: []int{0, 1, 2, 1000000000, 1000000001}, Values: []float64{1, 2, 3, 4, 5}},
		"a hole":         {At: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 30, 31, 32}, Values: []float64{5, 6, 5, 6, 7, 5, 6, 4, 5, 6, 5, 6, 5}},
		"starts as none": line(func(k int) float64 { return pick(k < 20, 0, 4+float64(k%3)) }),
	}
	judgeable := map[string]bool{"a billion": true, "every other": true, "mostly zero": true, "a hole": true, "starts as none": true}
	for name, s := range series {
		for _, season := range []int{0, 4} {
			s.Name = name
			rep, err := Detect([]Series{s}, Options{Season: season})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got := rep.Series[0]
			if (got.Reason == "") != judgeable[name] || got.Reason != "" && rep.Judged > 0 || len(got.Points) != len(s.Values) {
				t.Errorf("%s: reason %q, %d judged, %d points", name, got.Reason, rep.Judged, len(got.Points))
			}
			if name != "starts as none" && rep.Alarms > 0 {
				t.Errorf("%s: %d alarms", name, rep.Alarms)
			}
		}
	}
	for name, bad := range map[string]Series{
		"lengths": {At: []int{1}, Values: nil}, "order": {At: []int{2, 1}, Values: []float64{1, 2}},
	} {
		if _, err := Detect([]Series{bad}, Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Whatever the counts: p and q are probabilities, q is not below p, intervals are in
// order, the result is the same twice, and the order of the series does
// not matter.
func TestDetectProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ss, back []Series
		n := rapid.IntRange(1, 5).Draw(t, "series")
		for i := range n {
			s := Series{Name: fmt.Sprint(i)}
			top := rapid.SampledFrom([]int{3, 200, 1_000_000_000}).Draw(t, "top")
			for k := range rapid.IntRange(0, 30).Draw(t, "points") {
				s.At = append(s.At, k*rapid.IntRange(1, 2).Draw(t, "step")+len(s.At)*2)
				s.Values = append(s.Values, float64(rapid.IntRange(0, top).Draw(t, "value")))
			}
			ss = append(ss, s)
		}
		for i := range ss {
			for k := 1; k < len(ss[i].At); k++ {
				ss[i].At[k] = max(ss[i].At[k], ss[i].At[k-1]+1)
			}
			back = append([]Series{ss[i]}, back...)
		}
		a, err := Detect(ss, Options{Season: 4})
		if err != nil {
			t.Fatal(err)
		}
		b, err := Detect(back, Options{Season: 4})
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range a.Series {
			if fmt.Sprint(s) != fmt.Sprint(b.Series[n-1-i]) || !reflect.DeepEqual(s.Reason, b.Series[n-1-i].Reason) {
				t.Fatalf("series %d differs in reverse order", i)
			}
			for _, j := range s.Points {
				if !j.Judged {
					continue
				}
				if in := j.Interval(0.95); !(j.P >= 0 && j.P <= 1 && j.Q >= j.P && j.Q <= 1 && j.Expected > 0 && in.Low >= 0 && in.Low <= in.High) {
					t.Fatalf("%+v %+v", j, in)
				}
			}
		}
	})
}

// The two tails of a count with variance above its mean, against a sum of all terms.
func TestCountTailsAgainstSums(t *testing.T) {
	for _, mean := range []float64{0.3, 4, 60} {
		for _, phi := range []float64{1, 1.5, 6} {
			sum := 0.0
			for y := 0.0; y < 300; y++ {
				below, above := countTails(y, mean, phi)
				if math.Abs(above-(1-sum)) > 1e-9 {
					t.Fatalf("mean %v phi %v: P(Y ≥ %v) = %v, sum %v", mean, phi, y, above, 1-sum)
				}
				if phi == 1 {
					l, _ := math.Lgamma(y + 1)
					sum += math.Exp(y*math.Log(mean) - mean - l)
				} else {
					size := mean / (phi - 1)
					a, _ := math.Lgamma(y + size)
					b, _ := math.Lgamma(size)
					c, _ := math.Lgamma(y + 1)
					sum += math.Exp(a - b - c - size*math.Log(phi) + y*math.Log(1-1/phi))
				}
				if math.Abs(below-sum) > 1e-9 {
					t.Fatalf("mean %v phi %v: P(Y ≤ %v) = %v, sum %v", mean, phi, y, below, sum)
				}
			}
		}
	}
}

// A change that somebody knows of is no alarm, and the new level is what is expected after it.
func TestKnownChange(t *testing.T) {
	alarms := func(known []int) (n int, last Judgement) {
		for i := range 20 {
			s := plant(rand.New(rand.NewPCG(31, uint64(i))), func(int) float64 { return 1.8 })
			s.Known = known
			rep, err := Detect([]Series{s}, Options{Season: 12})
			if err != nil {
				t.Fatal(err)
			}
			for _, j := range rep.Series[0].Points[48:] {
				if j.Kind != NoChange {
					n++
				}
			}
			last = rep.Series[0].Points[60]
		}
		return n, last
	}
	blind, _ := alarms(nil)
	told, last := alarms([]int{48})
	t.Logf("alarms after the change: unknown %d, known %d; expectation a year later %.0f", blind, told, last.Expected)
	const stated = 20 * 24 * 0.01
	if float64(told) > stated+3*math.Sqrt(stated) || blind < told+15 || math.Abs(last.Expected/360-1) > 0.15 {
		t.Errorf("unknown %d, known %d, expectation %v", blind, told, last.Expected)
	}
}
