package app

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/forecast"
	"zhunsheng/web/page/foresight"
)

// judgeTally sums what a method missed.
type judgeTally struct {
	forecasts, scaled, points, inside80, inside95 int
	mase, mae, bias                               float64
}

func (t *judgeTally) add(known, came []float64, f *forecast.Forecast) {
	s := forecast.Judge(known, 12, f, came)
	t.forecasts++
	t.points += s.Points
	t.inside80, t.inside95 = t.inside80+s.Inside80, t.inside95+s.Inside95
	t.bias += s.Bias
	for i, y := range came {
		t.mae += math.Abs(y-f.Mean[i]) / float64(len(came))
	}
	if !math.IsNaN(s.MASE) && len(known) >= 24 {
		t.scaled++
		t.mase += s.MASE
	}
}

// TestJudgesBench forecasts the judges of the demo from rolling origins, half a year ahead, as the
// pages do, and holds that against the judge's forecast alone, the seasonal naive, the mean of the
// past twelve months, and the judge's share of them in the court's forecast. It runs with
// ZHUNSHENG_JUDGES=1, or a folder with a demo.
func TestJudgesBench(t *testing.T) {
	dir := os.Getenv("ZHUNSHENG_JUDGES")
	if dir == "" {
		t.Skip("set ZHUNSHENG_JUDGES to forecast judges from rolling origins")
	}
	ctx := context.Background()
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(t.TempDir(), "demo")
		if _, err := Demo(ctx, Config{Data: dir}, DemoOptions{Seed: 1}); err != nil {
			t.Fatal(err)
		}
	}
	installation, err := Open(ctx, Config{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = installation.Close() })
	if _, err := installation.columns.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	a := foresightDesk{installation}
	now, err := a.predict(ctx, civil.Date(0))
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	today, err := a.forecastParts(ctx, now)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(begun)
	came, judges := map[string][]int64{}, 0
	for _, list := range today {
		for i := range list {
			came[list[i].ID] = list[i].Counts
			if list[i].Field == "judge" && list[i].Line == "" && !list[i].Ended {
				judges++
			}
		}
	}
	t.Logf("%d judges of %d courts forecast in %v", judges, len(today), took.Round(time.Millisecond))
	for _, problem := range disagreements(now, today) {
		t.Error(problem)
	}
	tallies := map[string]*judgeTally{}
	const ahead = 6
	for origin := civil.NewDate(2021, 6, 30); origin <= now.Known[len(now.Known)-1-ahead].To; {
		o, err := a.predict(ctx, origin)
		if err != nil {
			t.Fatal(err)
		}
		parts, err := a.forecastParts(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		a.tally(t, o, parts, came, ahead, tallies)
		origin = civil.Month(year(origin.AddDays(1))).Shift(2).To
	}
	for _, history := range []string{"all", "under a year", "from a year on", "divisions"} {
		for _, method := range []string{"as shown", "alone", "share of the court", "mean of 12 months", "seasonal naive"} {
			if x := tallies[history+", "+method]; x != nil {
				n := float64(x.forecasts)
				t.Logf("%-15s %-20s %5d forecasts: MASE %.3f (%d), mean error %.3f, bias %+.3f, inside 80: %.1f %%, inside 95: %.1f %%", history, method, x.forecasts,
					x.mase/float64(max(1, x.scaled)), x.scaled, x.mae/n, x.bias/n, 100*float64(x.inside80)/float64(x.points), 100*float64(x.inside95)/float64(x.points))
			}
		}
	}
	all := func(method string) float64 {
		x := tallies["all, "+method]
		return x.mae / float64(x.forecasts)
	}
	for _, simple := range []string{"mean of 12 months", "seasonal naive"} {
		if all("as shown") >= all(simple) {
			t.Errorf("mean error %.3f, of the %s %.3f", all("as shown"), simple, all(simple))
		}
	}
}

func year(d civil.Date) (y, m int) {
	y, m, _ = d.YMD()
	return y, m
}

// tally judges the forecasts of one origin by what came.
func (a foresightDesk) tally(t *testing.T, o foresight.Outlook, parts map[string][]foresight.Series, came map[string][]int64, ahead int, into map[string]*judgeTally) {
	t.Helper()
	n := len(o.Known)
	court := map[string]*foresight.Series{}
	for i := range o.Series {
		if s := &o.Series[i]; s.Line == "" {
			court[s.ID] = s
		}
	}
	var list []foresight.Series
	var since []int
	for _, x := range parts {
		for i := range x {
			if !x[i].Ended && x[i].Line == "" {
				list, since = append(list, x[i]), append(since, firstCase(x[i].Counts))
			}
		}
	}
	alone, err := a.model(o.Known, list, since)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		s := &list[i]
		var known, next []float64
		for _, c := range s.Counts[since[i]:] {
			known = append(known, float64(c))
		}
		for _, c := range came[s.ID][n : n+ahead] {
			next = append(next, float64(c))
		}
		recent, all := sumOf(s.Counts[max(0, n-12):]), sumOf(court[s.Court].Counts[max(0, n-12):])
		months := float64(min(12, len(known)))
		share, mean, naive := flatly(ahead), flatly(ahead), flatly(ahead)
		for h := range ahead {
			share.Mean[h] = court[s.Court].Forecast.Mean[h] * recent / max(1, all)
			mean.Mean[h] = recent / months
			naive.Mean[h] = mean.Mean[h]
			if len(known) >= 12 {
				naive.Mean[h] = known[len(known)-12+h]
			}
		}
		history := "from a year on"
		switch {
		case s.Field == "division":
			history = "divisions"
		case len(known) < 12:
			history = "under a year"
		}
		groups := []string{history, "all"}
		if s.Field == "division" {
			groups = groups[:1]
		}
		for method, f := range map[string]*forecast.Forecast{"as shown": &s.Forecast, "alone": &alone[i], "share of the court": &share, "mean of 12 months": &mean, "seasonal naive": &naive} {
			for _, g := range groups {
				key := g + ", " + method
				if into[key] == nil {
					into[key] = &judgeTally{}
				}
				into[key].add(known, next, f)
			}
		}
	}
}

// flatly is a forecast without intervals.
func flatly(n int) forecast.Forecast {
	none := make([]float64, n)
	return forecast.Forecast{Mean: make([]float64, n), Lo80: none, Hi80: none, Lo95: none, Hi95: none}
}

func sumOf(counts []int64) (sum float64) {
	for _, c := range counts {
		sum += float64(c)
	}
	return sum
}
