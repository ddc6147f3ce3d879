package signal_test

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"zhunsheng/internal/sharedtest"
	"zhunsheng/internal/signal"
)

// csvRows reads a gzipped csv of the shared folder.
func csvRows(t *testing.T, rel string) (head map[string]int, rows [][]string) {
	t.Helper()
	f, err := os.Open(sharedtest.Path(t, rel))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // read-only
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head = map[string]int{}
	for i, h := range all[0] {
		head[h] = i
	}
	return head, all[1:]
}

// filings are all bankruptcy filings by district.
func filings(t *testing.T, file string) (signal.Step, []signal.Series, map[int]string) {
	head, rows := csvRows(t, "data/us-bankruptcy-filings/"+file)
	var obs []signal.Observation
	for _, r := range rows {
		v, err := strconv.ParseFloat(r[head["total_filings"]], 64)
		if err != nil {
			t.Fatal(err)
		}
		obs = append(obs, signal.Observation{Series: r[head["district"]], T: r[head["date"]], Value: v})
	}
	step, series, label, err := signal.Collect(obs)
	if err != nil {
		t.Fatal(err)
	}
	return step, series, label
}

func judgeFilings(t *testing.T, file string, want signal.Step) (*signal.Report, map[int]string) {
	step, series, label := filings(t, file)
	if step != want {
		t.Fatalf("dates taken for %s", step)
	}
	var at []int
	for k := range label {
		at = append(at, k)
	}
	rep, err := signal.Detect(series, signal.Options{Season: step.Season(), PerYear: step.PerYear(), Regressors: signal.Weekdays(step, at)})
	if err != nil {
		t.Fatal(err)
	}
	return rep, label
}

// between counts alarms, points and districts with a given direction in a span of times.
func between(rep *signal.Report, label map[int]string, from, to string, kinds ...signal.Change) (alarms, points, districts int) {
	for _, s := range rep.Series {
		hit := false
		for _, j := range s.Points {
			if l := label[j.At]; l < from || l > to || !j.Judged {
				continue
			}
			points++
			if j.Kind == signal.NoChange {
				continue
			}
			alarms++
			for _, k := range kinds {
				hit = hit || j.Kind == k
			}
		}
		if hit {
			districts++
		}
	}
	return alarms, points, districts
}

// Monthly filings 2013 to 2022: the collapse of 2020 is seen in four of five districts, and the
// quiet years before it have few alarms (not all of them false: months with a special
// number of court days are real).
func TestBankruptciesByMonth(t *testing.T) {
	rep, label := judgeFilings(t, "monthly-by-district.csv.gz", signal.Months)
	_, _, fell := between(rep, label, "2020-03-01", "2020-08-31", signal.Dip, signal.LevelDown)
	judged := 0
	for _, s := range rep.Series {
		if s.Reason == "" {
			judged++
		}
	}
	quiet, points, _ := between(rep, label, "2015-02-01", "2020-02-29")
	t.Logf("March to August 2020: a fall in %d of %d districts; January 2015 to February 2020: %d alarms in %d points (%.2f %%)", fell, judged, quiet, points, 100*float64(quiet)/float64(points))
	if fell < judged*8/10 {
		t.Errorf("the fall of 2020 is seen in %d of %d districts", fell, judged)
	}
	if quiet > points*2/100 {
		t.Errorf("%d alarms in %d quiet points", quiet, points)
	}
}

// Quarterly filings 2001 to 2022: the rush before the law of October 2005, the fall after it,
// the collapse of 2020.
func TestBankruptciesByQuarter(t *testing.T) {
	rep, label := judgeFilings(t, "quarterly-by-district.csv.gz", signal.Quarters)
	_, _, rush := between(rep, label, "2005-06-01", "2005-12-31", signal.Spike, signal.LevelUp)
	_, _, fall := between(rep, label, "2006-01-01", "2006-06-30", signal.Dip, signal.LevelDown)
	_, _, fell := between(rep, label, "2020-04-01", "2020-12-31", signal.Dip, signal.LevelDown)
	quiet, points, _ := between(rep, label, "2014-07-01", "2020-03-31")
	before, earlier, _ := between(rep, label, "2003-01-01", "2005-03-31")
	t.Logf("rush of 2005 in %d, fall of 2006 in %d, fall of 2020 in %d of %d series; 2003 to March 2005: %d alarms in %d points; July 2014 to March 2020: %d in %d", rush, fall, fell, len(rep.Series), before, earlier, quiet, points)
	if rush < 85 || fall < 85 || fell < 45 || quiet > points/100 {
		t.Errorf("rush %d, fall %d, 2020 %d, quiet alarms %d of %d", rush, fall, fell, quiet, points)
	}
}

// New Jersey's municipal courts by year, the total of filings alone: twelve points of which
// four are judged. Traffic tickets halve and double from one year to the next, which seven
// earlier years of one series do not tell; what whole returns tell, package returns tests with
// the goal of one alarm per 100 court-years. The bound here only keeps it from getting worse.
func TestMunicipalCourtsByYear(t *testing.T) {
	head, rows := csvRows(t, "data/court-statistics-published/nj-municipal-courts.csv.gz")
	seen := map[string]bool{}
	var obs []signal.Observation
	for _, r := range rows {
		if r[head["metric"]] != "filings" || r[head["grand_total"]] == "" {
			continue
		}
		label := r[head["label"]]
		name, year := r[head["county"]]+"/"+r[head["municipality"]], label[len(label)-4:]
		v, err := strconv.ParseFloat(r[head["grand_total"]], 64)
		if err != nil {
			t.Fatal(err)
		}
		if key := name + year; !seen[key] {
			seen[key] = true
			obs = append(obs, signal.Observation{Series: name, T: year, Value: v})
		}
	}
	step, series, _, err := signal.Collect(obs)
	if err != nil || step != signal.Years {
		t.Fatal(step, err)
	}
	rep, err := signal.Detect(series, signal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("untouched: %d alarms in %d court-years (%.2f per 100)", rep.Alarms, rep.Judged, 100*float64(rep.Alarms)/float64(rep.Judged))
	if rep.Alarms*100 > rep.Judged*7 {
		t.Errorf("%d alarms in %d court-years", rep.Alarms, rep.Judged)
	}
}
