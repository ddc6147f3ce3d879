package forecast_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/forecast"
)

// TestRead lists the forms of t: what is read, per season.
func TestRead(t *testing.T) {
	none := math.NaN()
	for name, tc := range map[string]struct {
		season int
		rows   string
		want   []float64
		first  int
	}{
		"months":             {12, "a,2023-11,1\na,2024-02,4\na,2023-12,2", []float64{1, 2, none, 4}, 11},
		"dates as months":    {12, "a,2023-11-30,1\na,2023-12-01,2", []float64{1, 2}, 11},
		"quarters":           {4, "a,2023Q4,1\na,2024q1,2", []float64{1, 2}, 4},
		"dates as quarters":  {4, "a,2023-12-31,1\na,2024-03-31,2", []float64{1, 2}, 4},
		"years":              {1, "a,2023,1\na,2021,2", []float64{2, none, 1}, 0},
		"dates as years":     {1, "a,2023-12-31,1\na,2024-12-31,2", []float64{1, 2}, 0},
		"numbers":            {12, "a,2,1\na,4,3\na,1,0", []float64{0, 1, none, 3}, 0},
		"value left empty":   {1, "a,1,1\na,2,\na,3,3", []float64{1, none, 3}, 0},
		"spaces, quotations": {1, "\"a\", 1 ,\" 5\"", []float64{5}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := forecast.Read("in.csv", strings.NewReader("\ufeffSeries,t,value\n"+tc.rows+"\n"), tc.season)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || fmt.Sprint(got[0].Values) != fmt.Sprint(tc.want) || got[0].First != tc.first {
				t.Errorf("%+v, want %v first %d", got, tc.want, tc.first)
			}
		})
	}
}

// TestReadOrder: series stand in order of first appearance; columns may stand in any order.
func TestReadOrder(t *testing.T) {
	got, err := forecast.Read("in.csv", strings.NewReader("value,note,series,t\n1,x,藏02,1\n2,,藏01,1\n3,,藏02,2\n"), 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].ID != "藏02" || got[1].ID != "藏01" || !slices.Equal(got[0].Values, []float64{1, 3}) {
		t.Errorf("%+v", got)
	}
}

// FuzzRead: whatever the file, it is refused with its place, or every given value is in the
// series and the series can be forecast.
func FuzzRead(f *testing.F) {
	f.Add("series,t,value\na,2023-01,5\na,2023-03,6\n", 12)
	f.Add("series,t,value\na,2023Q1,5\n", 4)
	f.Add("series,t,value\na,1,5\nb,9999999,1\n", 1)
	f.Add("series,t\n", 1)
	f.Add("series,t,value\n\"a,1,5\n", 1)
	f.Fuzz(func(t *testing.T, text string, season int) {
		season = []int{1, 4, 12}[uint(season)%3]
		series, err := forecast.Read("in.csv", strings.NewReader(text), season)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "in.csv") {
				t.Fatalf("no place: %v", err)
			}
			return
		}
		for _, s := range series {
			if len(s.Values) == 0 || len(s.Values) > 20000 || s.Missing() > len(s.Values) {
				t.Fatalf("%+v", s)
			}
			if len(s.Values) > 40 || s.Missing() == len(s.Values) {
				continue
			}
			if got, err := forecast.One(s, forecast.Options{Horizon: 2}); err == nil && (math.IsNaN(got.Mean[1]) || math.IsInf(got.Hi95[1], 0)) {
				t.Fatalf("%+v from %+v", got, s)
			}
		}
	})
}

// TestScores works the measures out by hand.
func TestScores(t *testing.T) {
	known, came := []float64{10, 12, 11, 13}, []float64{14, 0}
	f := forecast.Forecast{Mean: []float64{12, 0, 99}, Lo80: []float64{10, 1, 0}, Hi80: []float64{13, 2, 0}, Lo95: []float64{9, 0, 0}, Hi95: []float64{15, 3, 0}}
	s := forecast.Judge(known, 1, &f, came)
	for what, v := range map[string][2]float64{
		"sMAPE":      {s.SMAPE, (200*2.0/26 + 0) / 2},
		"MASE":       {s.MASE, 1 / (5.0 / 3)},
		"pinball 10": {s.Pinball10, (0.1*4 + 0.9*1) / 2},
		"pinball 90": {s.Pinball90, (0.9*1 + 0.1*2) / 2},
		"bias":       {s.Bias, -1},
		"MAPE":       {forecast.MAPE(came, f.Mean[:2]), 100 * 2.0 / 14},
		"OWA":        {forecast.OWA(9, 2, 10, 4), 0.7},
	} {
		if math.Abs(v[0]-v[1]) > 1e-12 {
			t.Errorf("%s: %v, by hand %v", what, v[0], v[1])
		}
	}
	if s.Points != 2 || s.Inside80 != 0 || s.Inside95 != 2 {
		t.Errorf("%+v", s)
	}
	if s := forecast.Judge(known, 1, &f, nil); s.Points != 0 || !math.IsNaN(s.SMAPE) {
		t.Errorf("nothing came: %+v", s)
	}
	if v := forecast.MASE([]float64{3, 3}, came, f.Mean, 1); !math.IsNaN(v) {
		t.Errorf("scale of a series that never changes: %v", v)
	}
}

// TestPublished recomputes the published accuracies of all methods from their forecasts, so
// that our measures are those of the competitions.
func TestPublished(t *testing.T) {
	m3 := every(benchmark(t, "m3-series.csv.gz"), 1)
	got := given(t, m3, "m3-forecasts.csv.gz")
	n := 0
	for _, r := range table(t, benchmarks+"m3-accuracy.csv") {
		a := got[r["method"]][r["period"]]
		if a == nil {
			continue
		}
		n++
		if math.Abs(a.SMAPE()-number(t, r["smape_here"])) > 0.00051 || math.Abs(a.MASE()-number(t, r["mase_here"])) > 0.00051 {
			t.Errorf("%s %s: sMAPE %.4f MASE %.4f, published %s %s", r["method"], r["period"], a.SMAPE(), a.MASE(), r["smape_here"], r["mase_here"])
		}
	}
	if n != 116 {
		t.Errorf("%d figures compared", n)
	}
}
