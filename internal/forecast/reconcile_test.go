package forecast_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"zhunsheng/internal/forecast"
)

// flat is a forecast of one period with the given mean and standard error.
func flat(mean, sd float64) forecast.Forecast {
	low, high := mean-1.28*sd, mean+1.28*sd
	return forecast.Forecast{Mean: []float64{mean}, Lo80: []float64{low}, Hi80: []float64{high}, Lo95: []float64{mean - 2*sd}, Hi95: []float64{mean + 2*sd}}
}

// tree draws a hierarchy: node 0 is the top, each other one hangs under an earlier one.
func tree(t *rapid.T) (nodes []forecast.Node, parent []int) {
	n := rapid.IntRange(1, 12).Draw(t, "n")
	for i := range n {
		p, name := -1, ""
		if i > 0 {
			p = rapid.IntRange(0, i-1).Draw(t, "parent")
			name = fmt.Sprint("n", p)
		}
		nodes, parent = append(nodes, forecast.Node{ID: fmt.Sprint("n", i), Parent: name}), append(parent, p)
	}
	return nodes, parent
}

// TestReconcileIsLeastSquares compares with the textbook formula on dense matrices.
func TestReconcileIsLeastSquares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes, parent := tree(t)
		made := make([]forecast.Forecast, len(nodes))
		y, w := mat.NewVecDense(len(nodes), nil), make([]float64, len(nodes))
		for i := range nodes {
			m, sd := float64(rapid.IntRange(500, 900).Draw(t, "mean")), float64(rapid.IntRange(1, 9).Draw(t, "sd"))
			made[i] = flat(m, sd)
			y.SetVec(i, m)
			w[i] = 1 / (sd * sd)
		}
		got, err := forecast.Reconcile(nodes, made, forecast.Weighted)
		if err != nil {
			t.Fatal(err)
		}
		want := dense(parent, y, w)
		for i := range nodes {
			if v := want.AtVec(i); v < 0 {
				return // the formula knows no "not below zero"
			}
		}
		for i := range nodes {
			if v := want.AtVec(i); math.Abs(got[i].Mean[0]-v) > 1e-6*(1+v) {
				t.Fatalf("node %d of %v: %v, least squares %v", i, nodes, got[i].Mean[0], v)
			}
		}
	})
}

// TestHeldIsLeastSquares compares with the textbook formula, in which the topmost forecast weighs
// ten thousand times as much: it stands to the last bit, and what lies below shares the rest.
func TestHeldIsLeastSquares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes, parent := tree(t)
		made := make([]forecast.Forecast, len(nodes))
		y, w := mat.NewVecDense(len(nodes), nil), make([]float64, len(nodes))
		for i := range nodes {
			m, sd := float64(rapid.IntRange(500, 900).Draw(t, "mean")), float64(rapid.IntRange(1, 9).Draw(t, "sd"))
			made[i] = flat(m, sd)
			y.SetVec(i, m)
			w[i] = 1 / (sd * sd)
		}
		w[0] *= 1e8
		got, err := forecast.Reconcile(nodes, made, forecast.Held)
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Mean[0] != made[0].Mean[0] || got[0].Lo80[0] != made[0].Lo80[0] || got[0].Hi95[0] != made[0].Hi95[0] {
			t.Fatalf("the topmost forecast moved: %v, given %v", got[0], made[0])
		}
		want := dense(parent, y, w)
		for i := range nodes {
			if v := want.AtVec(i); v < 0 {
				return // the formula knows no "not below zero"
			}
		}
		for i := range nodes {
			if v := want.AtVec(i); math.Abs(got[i].Mean[0]-v) > 1e-3 {
				t.Fatalf("node %d of %v: %v, least squares %v", i, nodes, got[i].Mean[0], v)
			}
		}
	})
}

// dense is S (SᵀWS)⁻¹ SᵀW y, with a column of S for each leaf.
func dense(parent []int, y *mat.VecDense, w []float64) *mat.VecDense {
	n := len(parent)
	inner := make([]bool, n)
	for _, p := range parent {
		if p >= 0 {
			inner[p] = true
		}
	}
	var leaves []int
	for i := range n {
		if !inner[i] {
			leaves = append(leaves, i)
		}
	}
	s := mat.NewDense(n, len(leaves), nil)
	for k, l := range leaves {
		for i := l; i >= 0; i = parent[i] {
			s.Set(i, k, 1)
		}
	}
	var sw, a, b, x, out mat.Dense
	sw.Mul(s.T(), mat.NewDiagDense(n, w))
	a.Mul(&sw, s)
	b.Mul(&sw, y)
	if err := x.Solve(&a, &b); err != nil {
		panic(err)
	}
	out.Mul(s, &x)
	return mat.VecDenseCopyOf(out.ColView(0))
}

// TestReconcileAddsUp: exact sums, nothing negative, whatever the forecasts.
func TestReconcileAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes, parent := tree(t)
		made := make([]forecast.Forecast, len(nodes))
		for i := range nodes {
			made[i] = flat(rapid.Float64Range(0, 50).Draw(t, "mean"), rapid.Float64Range(0, 20).Draw(t, "sd"))
		}
		method := rapid.SampledFrom([]forecast.Method{forecast.Weighted, forecast.BottomUp, forecast.Held}).Draw(t, "method")
		got, err := forecast.Reconcile(nodes, made, method)
		if err != nil {
			t.Fatal(err)
		}
		for i := range nodes {
			sum, kids := 0.0, 0
			for j, p := range parent {
				if p == i {
					sum += got[j].Mean[0]
					kids++
				}
			}
			v, rounding := got[i].Mean[0], 0.0
			if method == forecast.Held && i == 0 {
				rounding = 1e-12 * (1 + v)
			}
			if kids > 0 && math.Abs(v-sum) > rounding || v < 0 {
				t.Fatalf("node %d: %v, sum of its children %v", i, v, sum)
			}
			if got[i].Lo95[0] < 0 && made[i].Lo95[0] >= 0 {
				t.Fatalf("node %d: from %v on", i, got[i].Lo95[0])
			}
			if !(got[i].Lo95[0] <= got[i].Mean[0] && got[i].Mean[0] <= got[i].Hi95[0]) {
				t.Fatalf("node %d: %v outside %v..%v", i, got[i].Mean[0], got[i].Lo95[0], got[i].Hi95[0])
			}
		}
	})
}

// TestGrown: bounds stand in order around the new mean and not below zero, at least as wide as
// chance makes them, and grow with the mean.
func TestGrown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		was, mean := rapid.Float64Range(0, 50).Draw(t, "was"), rapid.Float64Range(0, 200).Draw(t, "mean")
		f := flat(was, rapid.Float64Range(0, 30).Draw(t, "sd"))
		f.Lo80[0], f.Lo95[0] = max(0, f.Lo80[0]), max(0, f.Lo95[0])
		got := f.Grown([]float64{mean})
		order := []float64{0, got.Lo95[0], got.Lo80[0], got.Mean[0], got.Hi80[0], got.Hi95[0]}
		if !slices.IsSorted(order) || got.Mean[0] != mean {
			t.Fatalf("%v for mean %v", order, mean)
		}
		if wide, own := got.Hi80[0]-mean, f.Hi80[0]-was; wide < max(own, 1.28*math.Sqrt(mean))-1e-9 || wide > max(2*own, 1.28*math.Sqrt(mean))+1e-9 {
			t.Fatalf("%v above mean %v", wide, mean)
		}
	})
}

// TestHolidayTakesNoCountBelowZero: an effect larger than what is left of a month leaves nothing of
// it, not less.
func TestHolidayTakesNoCountBelowZero(t *testing.T) {
	r := forecast.Regressor{Name: "holiday"}
	var y []float64
	for i := range 84 {
		hit := 0.0
		if i%12 == (i/12*5)%7 {
			hit = 1
		}
		r.Values = append(r.Values, hit)
		if i < 72 {
			y = append(y, max(0, float64(14-i/6+i%2)-10*hit))
		}
	}
	f, err := forecast.One(forecast.Series{Season: 12, First: 1, Values: y}, forecast.Options{Horizon: 12, Calendar: []forecast.Regressor{r}})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Facts.Calendar) == 0 {
		t.Fatal("the holiday is not seen")
	}
	for h := range f.Mean {
		if f.Mean[h] < 0 || f.Lo80[h] < 0 || f.Lo95[h] < 0 {
			t.Errorf("month %d: %v from %v and %v", h+1, f.Mean[h], f.Lo80[h], f.Lo95[h])
		}
	}
}

func TestReconcileRefuses(t *testing.T) {
	f := flat(1, 1)
	long := flat(1, 1)
	long.Mean = []float64{1, 2}
	for want, tc := range map[string]struct {
		nodes []forecast.Node
		made  []forecast.Forecast
	}{
		"one forecast for each node": {[]forecast.Node{{ID: "a"}}, nil},
		"node a: it is given twice":  {[]forecast.Node{{ID: "a"}, {ID: "a"}}, []forecast.Forecast{f, f}},
		"its parent x is not there":  {[]forecast.Node{{ID: "a", Parent: "x"}}, []forecast.Forecast{f}},
		"run in a circle":            {[]forecast.Node{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}}, []forecast.Forecast{f, f}},
		"its horizon is another":     {[]forecast.Node{{ID: "a"}, {ID: "b", Parent: "a"}}, []forecast.Forecast{f, long}},
	} {
		if _, err := forecast.Reconcile(tc.nodes, tc.made, forecast.Weighted); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// court is one district of the bankruptcy data.
type court struct {
	name, circuit string
	months        []float64
}

// districts reads the districts that report in every month.
func districts(t testing.TB) (out []court) {
	t.Helper()
	at := map[string]int{}
	for _, r := range table(t, "data/us-bankruptcy-filings/monthly-by-district.csv.gz") {
		i, known := at[r["district"]]
		if !known {
			i = len(out)
			at[r["district"]] = i
			out = append(out, court{name: r["district"], circuit: "circuit " + r["circuit"]})
		}
		out[i].months = append(out[i].months, number(t, r["total_filings"]))
	}
	return slices.DeleteFunc(out, func(c court) bool { return len(c.months) < 120 })
}

// hierarchy adds circuits and the nation on top of the districts; the first is the nation.
func hierarchy(in []court) (nodes []forecast.Node, series [][]float64) {
	nodes, series = []forecast.Node{{ID: "nation"}}, [][]float64{make([]float64, 120)}
	at := map[string]int{}
	for _, c := range in {
		k, known := at[c.circuit]
		if !known {
			k = len(nodes)
			at[c.circuit] = k
			nodes, series = append(nodes, forecast.Node{ID: c.circuit, Parent: "nation"}), append(series, make([]float64, 120))
		}
		nodes, series = append(nodes, forecast.Node{ID: c.name, Parent: c.circuit}), append(series, c.months[:120])
		for i, v := range c.months[:120] {
			series[0][i] += v
			series[k][i] += v
		}
	}
	return nodes, series
}

// when tells what a forecast of the half year from a month on (0: January 2013) could know: months
// before the pandemic, its beginning (March to June 2020), which no court's past could show, or
// what came after.
func when(origin int) string {
	switch {
	case origin+courtsAhead <= 86:
		return "before"
	case origin < 90:
		return "beginning"
	}
	return "after"
}

// courtsAhead is how many months of court series are forecast.
const courtsAhead = 6

// courtTally sums over courts and origins.
type courtTally struct {
	forecast.Tally
	base, naive float64 // MASE before reconciling, and of the seasonal naive
}

// TestCourtSeries forecasts filings of real courts from rolling origins, half a year ahead, and
// wants to be better than the seasonal naive before, with and after the pandemic. With
// ZHUNSHENG_FORECAST_BENCH=1 there is an origin in every quarter, and intervals must hold before
// and after.
func TestCourtSeries(t *testing.T) {
	nodes, series := hierarchy(districts(t))
	origins := []int{48, 60, 72, 84, 96, 108}
	if os.Getenv("ZHUNSHENG_FORECAST_BENCH") != "" {
		origins = nil
		for o := 36; o+courtsAhead <= 120; o += 3 {
			origins = append(origins, o)
		}
	}
	total := map[string]*courtTally{}
	for _, origin := range origins {
		rollOn(t, nodes, series, origin, total, func(i int) []string {
			level := "district"
			if i == 0 {
				level = "nation"
			} else if nodes[i].Parent == "nation" {
				level = "circuit"
			}
			return []string{level, when(origin), "all"}
		})
	}
	for _, w := range []string{"nation", "circuit", "district", "before", "beginning", "after", "all"} {
		total[w].log(t, w)
	}
	for _, w := range []string{"all", "before"} {
		if s := total[w]; s.MASE() >= s.naive/float64(s.Series) {
			t.Errorf("%s: MASE %.3f, seasonal naive %.3f", w, s.MASE(), s.naive/float64(s.Series))
		}
	}
	if len(origins) > 6 {
		wantCoverage(t, "courts before the pandemic", &total["before"].Tally, 3)
		wantCoverage(t, "courts after its beginning", &total["after"].Tally, 3)
	}
}

// rollOn forecasts a tree of monthly series, some months of them known, and adds each to the
// tallies that kinds names.
func rollOn(t *testing.T, nodes []forecast.Node, series [][]float64, known int, total map[string]*courtTally, kinds func(i int) []string) {
	t.Helper()
	var in []forecast.Series
	for i, n := range nodes {
		in = append(in, forecast.Series{ID: n.ID, Season: 12, First: 1, Values: series[i][:known]})
	}
	made, err := forecast.All(in, forecast.Options{Horizon: courtsAhead}, 2)
	if err != nil {
		t.Fatal(err)
	}
	agreed, err := forecast.Reconcile(nodes, made, forecast.Weighted)
	if err != nil {
		t.Fatal(err)
	}
	for i := range nodes {
		k := forecast.Known{Series: in[i], Came: series[i][known : known+courtsAhead]}
		for _, w := range kinds(i) {
			if total[w] == nil {
				total[w] = &courtTally{}
			}
			total[w].court(&k, &made[i], &agreed[i])
		}
	}
}

func (a *courtTally) log(t *testing.T, name string) {
	t.Helper()
	n := float64(a.Series)
	t.Logf("%-14s %d forecasts: MASE %.3f, reconciled %.3f, seasonal naive %.3f, inside 80: %.1f %%, inside 95: %.1f %%", name, a.Series, a.base/n, a.MASE(), a.naive/n, a.Cover80(), a.Cover95())
}

// court adds one forecast and what it became by reconciling.
func (a *courtTally) court(k *forecast.Known, made, agreed *forecast.Forecast) {
	a.Add(k, agreed.Mean)
	a.Cover(k, agreed)
	a.base += forecast.MASE(k.Values, k.Came, made.Mean, 12)
	a.naive += forecast.MASE(k.Values, k.Came, k.SeasonalNaive(), 12)
}
