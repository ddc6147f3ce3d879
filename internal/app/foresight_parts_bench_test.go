package app

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/forecast"
	"zhunsheng/internal/sharedtest"
	"zhunsheng/web/page/foresight"
)

// partsAhead is how many months of parts are held against what came.
const partsAhead = 6

// partMethods are what parts are forecast by; the first two have intervals.
var partMethods = []string{"as shown", "alone", "share of the court", "mean of 12 months", "seasonal naive"}

// partTally sums what a method missed.
type partTally struct {
	forecasts, scaled, points, inside80, inside95 int
	mase, mae, bias                               float64
}

func (t *partTally) add(known, came []float64, f *forecast.Forecast) {
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

// partTallies are tallies by group and method.
type partTallies map[[2]string]*partTally

// print logs a table.
func (all partTallies) print(t *testing.T, groups ...string) {
	t.Helper()
	for _, g := range groups {
		for i, method := range partMethods {
			x := all[[2]string{g, method}]
			if x == nil {
				continue
			}
			n, inside := float64(x.forecasts), ""
			if i < 2 {
				inside = strconv.FormatFloat(100*float64(x.inside80)/float64(x.points), 'f', 1, 64) + ", " + strconv.FormatFloat(100*float64(x.inside95)/float64(x.points), 'f', 1, 64)
			}
			t.Logf("%-15s %-19s %5d forecasts, MASE %.3f (of %d), mean error %.2f, bias %+.2f, inside %s", g, method, x.forecasts, x.mase/float64(max(1, x.scaled)), x.scaled, x.mae/n, x.bias/n, inside)
		}
	}
}

// want demands that what is shown misses less than what needs no model and than the own past alone,
// and that its intervals hold within 3 points what they say.
func (all partTallies) want(t *testing.T, groups ...string) {
	t.Helper()
	for _, g := range groups {
		shown := all[[2]string{g, partMethods[0]}]
		for _, k := range []int{1, 3, 4} {
			if other := all[[2]string{g, partMethods[k]}]; shown.mae >= other.mae || shown.mase > other.mase {
				t.Errorf("%s: mean error %.3f, of %s %.3f", g, shown.mae/float64(shown.forecasts), partMethods[k], other.mae/float64(other.forecasts))
			}
		}
		for inside, level := range map[int]float64{shown.inside80: 80, shown.inside95: 95} {
			if got := 100 * float64(inside) / float64(shown.points); math.Abs(got-level) > 3 {
				t.Errorf("%s: %.1f of %v %% inside", g, got, level)
			}
		}
	}
}

// judge holds the parts forecast from one origin against what came, each in the groups named for
// it and its known months.
func (all partTallies) judge(t *testing.T, a foresightDesk, o foresight.Outlook, parts map[string][]foresight.Series, came map[string][]int64, groups func(*foresight.Series, int) []string) {
	t.Helper()
	n := len(o.Known)
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
		court := o.Series[slices.IndexFunc(o.Series, func(c foresight.Series) bool { return c.Court == s.Court && c.Line == "" })]
		known, next := floats(s.Counts[since[i]:]), floats(came[s.ID][n:n+partsAhead])
		recent, whole := sumOf(s.Counts[max(0, n-12):]), sumOf(court.Counts[max(0, n-12):])
		simple := [3]forecast.Forecast{bare(), bare(), bare()}
		for h := range partsAhead {
			simple[0].Mean[h] = court.Forecast.Mean[h] * recent / max(1, whole)
			simple[1].Mean[h] = recent / float64(min(12, len(known)))
			if simple[2].Mean[h] = simple[1].Mean[h]; len(known) >= 12 {
				simple[2].Mean[h] = known[len(known)-12+h]
			}
		}
		for k, f := range []*forecast.Forecast{&s.Forecast, &alone[i], &simple[0], &simple[1], &simple[2]} {
			for _, g := range groups(s, len(known)) {
				key := [2]string{g, partMethods[k]}
				if all[key] == nil {
					all[key] = &partTally{}
				}
				all[key].add(known, next, f)
			}
		}
	}
}

// bare is a forecast without intervals.
func bare() forecast.Forecast {
	none := make([]float64, partsAhead)
	return forecast.Forecast{Mean: make([]float64, partsAhead), Lo80: none, Hi80: none, Lo95: none, Hi95: none}
}

func floats(counts []int64) (out []float64) {
	for _, c := range counts {
		out = append(out, float64(c))
	}
	return out
}

func sumOf(counts []int64) (sum float64) {
	for _, c := range floats(counts) {
		sum += c
	}
	return sum
}

// countsOf are the counts of all parts by id.
func countsOf(parts map[string][]foresight.Series) map[string][]int64 {
	out := map[string][]int64{}
	for _, list := range parts {
		for i := range list {
			out[list[i].ID] = list[i].Counts
		}
	}
	return out
}

// TestJudgesBench forecasts the judges of the demo from rolling origins, half a year ahead, as the
// pages do. It runs with ZHUNSHENG_JUDGES=1, or a folder with a demo of this version.
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
	took := time.Since(begun).Round(time.Millisecond)
	judges := 0
	for _, list := range today {
		for i := range list {
			if s := &list[i]; s.Field == "judge" && s.Judge != "" && s.Line == "" && !s.Ended {
				judges++
			}
		}
	}
	t.Logf("%d judges forecast in %v", judges, took)
	for _, problem := range disagreements(now, today) {
		t.Error(problem)
	}
	all, came := partTallies{}, countsOf(today)
	for n := 18; n+partsAhead <= len(now.Known); n += 3 {
		o, err := a.predict(ctx, now.Known[n-1].To)
		if err != nil {
			t.Fatal(err)
		}
		parts, err := a.forecastParts(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		all.judge(t, a, o, parts, came, func(s *foresight.Series, known int) []string {
			switch {
			case s.Field == "division":
				return []string{"divisions"}
			case known < 12:
				return []string{"judges", "under a year"}
			}
			return []string{"judges", "from a year on"}
		})
	}
	all.print(t, "judges", "from a year on", "under a year", "divisions")
	all.want(t, "judges", "from a year on", "under a year", "divisions")
}

// TestDistrictsBench does the same on real filings, where no assignment by lot keeps shares as they
// are: US districts stand for judges, circuits for divisions, the nation for the court.
func TestDistrictsBench(t *testing.T) {
	if os.Getenv("ZHUNSHENG_JUDGES") == "" {
		t.Skip("set ZHUNSHENG_JUDGES to forecast districts from rolling origins")
	}
	a := foresightDesk{nation(t, 1, 1)}
	const window = 72
	rows, months := districtRows(t)
	tree := func(from, n int) *partTree {
		tree := newPartTree(months[from : from+n])
		for _, r := range rows {
			if r.month >= from && r.month < from+n {
				tree.add(r.of, r.month-from, r.cases)
			}
		}
		return tree
	}
	all := partTallies{}
	for end := 36; end+partsAhead <= len(months); end += 3 {
		from := max(0, end-window)
		future, known := tree(from, end-from+partsAhead), tree(from, end-from)
		o := foresight.Outlook{Known: known.known, Ahead: civil.Period{From: months[end].From, To: months[end].Shift(foresightMonths - 1).To}.Months()}
		cells := map[[3]string][]int64{{"nation", "civil", ""}: make([]int64, end-from)}
		for p, s := range known.series {
			if p.field == "division" && p.line == "" {
				for i, c := range s.Counts {
					cells[[3]string{"nation", "civil", ""}][i] += c
				}
			}
		}
		l := &lists{}
		o.Series = l.filingSeries(cells, end-from)
		made, err := a.model(o.Known, o.Series, make([]int, len(o.Series)))
		if err != nil {
			t.Fatal(err)
		}
		if err := addUp(&o, made); err != nil {
			t.Fatal(err)
		}
		known.choose(l, o)
		known.sort(l)
		parts, err := a.shareAll(known, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range disagreements(o, parts) {
			t.Error(problem)
		}
		came := map[string][]int64{}
		for p, s := range future.series {
			came[p.id()] = s.Counts
		}
		all.judge(t, a, o, parts, came, func(s *foresight.Series, _ int) []string {
			when := "before the pandemic"
			if last := o.Known[len(o.Known)-1].To; last >= civil.NewDate(2020, 6, 30) {
				when = "after its beginning"
			} else if last >= civil.NewDate(2019, 9, 30) {
				when = "its beginning"
			}
			if s.Field == "division" {
				return []string{"circuits"}
			}
			return []string{"districts", when}
		})
	}
	all.print(t, "districts", "before the pandemic", "its beginning", "after its beginning", "circuits")
	all.want(t, "before the pandemic")
}

// districtRow is the filings of a district in a month.
type districtRow struct {
	of    part
	month int
	cases int64
}

// districtRows reads the filings of US districts by month.
func districtRows(t *testing.T) (rows []districtRow, months []civil.Period) {
	t.Helper()
	file, err := os.Open(sharedtest.Path(t, "data/us-bankruptcy-filings/monthly-by-district.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	in := csv.NewReader(z)
	if _, err := in.Read(); err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := in.Read()
		if err == io.EOF {
			return rows, months
		}
		if err != nil {
			t.Fatal(err)
		}
		day, err := civil.ParseDate(rec[0])
		if err != nil {
			t.Fatal(err)
		}
		cases, err := strconv.ParseInt(rec[4], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		y, m, _ := day.YMD()
		month := (y-2013)*12 + m - 1
		for len(months) <= month {
			months = append(months, civil.Month(2013, 1).Shift(len(months)))
		}
		rows = append(rows, districtRow{part{court: "nation", division: rec[3], judge: rec[1], line: "civil", field: "judge"}, month, cases})
	}
}
