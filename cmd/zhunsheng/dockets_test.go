package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/indicator"
	"zhunsheng/internal/sharedtest"
)

// cli runs the program in this process and wants one status.
func cli(t *testing.T, status int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := run(context.Background(), args, streams{strings.NewReader(""), &out, &errs}); got != status {
		t.Fatalf("zhunsheng %s: status %d, want %d\n%s", strings.Join(args, " "), got, status, errs.String())
	}
	return out.String()
}

// importDocket imports the files of a real docket as they lie there; every row must be in the
// ledger or on the issue list.
func importDocket(t *testing.T, mapping string, files ...string) (data string, done importResult) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	args := []string{"import", "--data", data, "--mapping", mapping, "--format", "json"}
	for _, f := range files {
		args = append(args, sharedtest.Path(t, f))
	}
	out := cli(t, exitDone, args...)
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if done.Read != done.New+done.Changed+done.Unchanged+done.Rejected {
		t.Errorf("read %d is not new %d + changed %d + unchanged %d + rejected %d", done.Read, done.New, done.Changed, done.Unchanged, done.Rejected)
	}
	return data, done
}

// csvTable is a csv with a header: rows as maps would hide a column that is there twice.
type csvTable struct {
	head []string
	rows [][]string
}

func parseCSV(t *testing.T, text string) csvTable {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return csvTable{all[0], all[1:]}
}

func readCSV(t *testing.T, rel string) csvTable {
	t.Helper()
	b, err := os.ReadFile(sharedtest.Path(t, rel))
	if err != nil {
		t.Fatal(err)
	}
	return parseCSV(t, string(b))
}

// at is the position of a column.
func (c csvTable) at(t *testing.T, name string) int {
	t.Helper()
	i := slices.Index(c.head, name)
	if i < 0 {
		t.Fatalf("no column %q in %v", name, c.head)
	}
	return i
}

// byKey joins the columns key to a name and the columns value to a text; a name that is there
// twice fails.
func (c csvTable) byKey(t *testing.T, key, value []string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range c.rows {
		var k, v []string
		for _, n := range key {
			k = append(k, r[c.at(t, n)])
		}
		for _, n := range value {
			v = append(v, r[c.at(t, n)])
		}
		name := strings.Join(k, "|")
		if _, twice := out[name]; twice {
			t.Errorf("%s stands twice", name)
		}
		out[name] = strings.Join(v, "|")
	}
	return out
}

// same compares two tables row by row, both ways.
func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if g, ok := got[k]; !ok {
			t.Errorf("%q: missing, want %s", k, want[k])
		} else if g != want[k] {
			t.Errorf("%q: %s, want %s", k, g, want[k])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[k]; !ok {
			t.Errorf("%q: %s, not in the reference", k, got[k])
		}
	}
	t.Logf("%d rows compared both ways", len(want))
}

// query runs a committed query through `ledger query`.
func query(t *testing.T, data, name string) csvTable {
	t.Helper()
	return parseCSV(t, cli(t, exitDone, "ledger", "query", "--data", data, "--in", filepath.Join("testdata", "queries", name), "--format", "csv"))
}

// foundIssues counts the rows with an issue, by rule and column, in `issues`.
func foundIssues(t *testing.T, data string) map[string]string {
	t.Helper()
	c := parseCSV(t, cli(t, exitDone, "issues", "--data", data, "--format", "csv"))
	if head := strings.Join(c.head, ","); head != "batch,file,sheet,row,column,value,rule,remedy" {
		t.Errorf("columns of issues: %s", head)
	}
	n := map[string]int{}
	for _, r := range c.rows {
		n[r[c.at(t, "rule")]+" "+r[c.at(t, "column")]]++
	}
	out := map[string]string{}
	for k, v := range n {
		out[k] = fmt.Sprint(v)
	}
	return out
}

// TestRoraima reproduces the reference of docket-brazil-roraima and its documented defects.
func TestRoraima(t *testing.T) {
	data, done := importDocket(t, "brazil-roraima", "data/docket-brazil-roraima/judgments.csv.gz")
	if done.Read != 40562 || done.New != 40562 {
		t.Errorf("read %d, new %d; the file has 40,562 rows with as many keys", done.Read, done.New)
	}
	t.Run("defects", func(t *testing.T) {
		same(t, foundIssues(t, data), map[string]string{
			"case_no.year filing_date":       "6656", // README: year inside the number differs
			"date.order judgment_date":       "101",  // README: negative durations
			"case_no.early_year case_number": "1",    // not in the README: a number of the year 1000
		})
	})
	want := readCSV(t, "data/docket-brazil-roraima/reference-by-court-year.csv")
	t.Run("by court and year", func(t *testing.T) {
		same(t, courtYears(t, data), want.byKey(t, []string{"judgment_year", "degree", "court_code"},
			[]string{"judgments", "median_days", "p90_days", "negative_durations"}))
	})
	t.Run("by query", func(t *testing.T) {
		got := query(t, data, "roraima-by-court-year.sql")
		key := []string{"judgment_year", "degree", "court_code"}
		same(t, got.byKey(t, key, []string{"judgments", "negative_durations"}), want.byKey(t, key, []string{"judgments", "negative_durations"}))
		same(t, got.byKey(t, key, []string{"agreeing_days"}), want.byKey(t, key, []string{"judgments"}))
	})
	t.Run("twice", func(t *testing.T) {
		importAgain(t, data, "brazil-roraima", "data/docket-brazil-roraima/judgments.csv.gz")
	})
}

// courtYears puts the figures of `indicators compute` side by side as the reference does:
// groups in which nothing was closed are not in it; days have one decimal, without rounding.
func courtYears(t *testing.T, data string) map[string]string {
	t.Helper()
	keys := []string{"closed", "median_days_to_close", "p90_days_to_close", "negative_durations"}
	c := parseCSV(t, cli(t, exitDone, "indicators", "compute", "--data", data, "--set", "volume", "--by", "court,instance,year",
		"--period", "2002..2024", "--indicator", strings.Join(keys, ","), "--format", "csv"))
	values := c.byKey(t, []string{"year", "instance", "court", "indicator"}, []string{"value"})
	out := map[string]string{}
	for _, r := range c.rows {
		group := r[c.at(t, "year")] + "|" + r[c.at(t, "instance")] + "|" + r[c.at(t, "court")]
		if values[group+"|closed"] == "0" {
			continue
		}
		out[group] = strings.Join([]string{values[group+"|closed"], oneDecimal(t, values[group+"|median_days_to_close"]),
			oneDecimal(t, values[group+"|p90_days_to_close"]), values[group+"|negative_durations"]}, "|")
	}
	return out
}

// oneDecimal writes a value with one decimal and fails when that would round it.
func oneDecimal(t *testing.T, s string) string {
	t.Helper()
	v, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Errorf("%q is no number", s)
		return s
	}
	rounded := v.FloatString(1)
	if back, _ := new(big.Rat).SetString(rounded); back.Cmp(v) != 0 {
		t.Errorf("%s has more than one decimal", s)
	}
	return rounded
}

// importAgain wants nothing to change when the same file comes once more.
func importAgain(t *testing.T, data, mapping string, files ...string) {
	t.Helper()
	before := cli(t, exitDone, "ledger", "export", "--data", data, "--format", "csv")
	args := []string{"import", "--data", data, "--mapping", mapping, "--format", "json"}
	for _, f := range files {
		args = append(args, sharedtest.Path(t, f))
	}
	var done importResult
	if err := json.Unmarshal([]byte(cli(t, exitDone, args...)), &done); err != nil {
		t.Fatal(err)
	}
	if done.Read == 0 || done.Unchanged != done.Read {
		t.Errorf("again: read %d, unchanged %d", done.Read, done.Unchanged)
	}
	if after := cli(t, exitDone, "ledger", "export", "--data", data, "--format", "csv"); after != before {
		t.Error("the ledger changed")
	}
	if out := cli(t, exitDone, "ledger", "verify", "--data", data); !strings.Contains(out, "identical") {
		t.Errorf("verify: %s", out)
	}
}

// TestSantaCatarina reproduces the monthly reference of docket-brazil-santa-catarina.
func TestSantaCatarina(t *testing.T) {
	const file = "data/docket-brazil-santa-catarina/tubarao-1-vara-civel.csv.gz"
	data, done := importDocket(t, "brazil-santa-catarina", file)
	if done.Read != 13327 || done.New != 13327 {
		t.Errorf("read %d, new %d; the file has 13,327 different rows", done.Read, done.New)
	}
	t.Run("defects", func(t *testing.T) {
		same(t, foundIssues(t, data), map[string]string{
			"date.missing filing_date":             "4",   // README: 23 impossible filing dates, 4 blank,
			"date.implausible filing_date":         "19",  // 11 before 1970 and 8 after the last movement
			"case_no.year filing_date":             "718", // README: another year than the number's
			"event.before_filing last_motion_date": "11",  // README: last movement precedes filing
			"date.order last_motion_date":          "4",   // those of the eleven that are closed
			"date.duration last_motion_date":       "7",   // not in the README: closed after more than 50 years
		})
	})
	want := readCSV(t, "data/docket-brazil-santa-catarina/reference-monthly-tubarao-1-vara-civel.csv")
	counts := []string{"rows_filed", "rows_with_last_motion_definitive_closing"}
	t.Run("by month", func(t *testing.T) {
		c := parseCSV(t, cli(t, exitDone, "indicators", "compute", "--data", data, "--set", "volume", "--by", "month",
			"--period", "2015-01..2025-06", "--indicator", "filed,closed", "--format", "csv"))
		values := c.byKey(t, []string{"month", "indicator"}, []string{"value"})
		got := map[string]string{}
		for _, r := range c.rows {
			m := r[c.at(t, "month")]
			got[m] = values[m+"|filed"] + "|" + values[m+"|closed"]
		}
		same(t, got, want.byKey(t, []string{"month"}, counts))
	})
	t.Run("by query", func(t *testing.T) {
		same(t, query(t, data, "santa-catarina-monthly.sql").byKey(t, []string{"month"}, counts), want.byKey(t, []string{"month"}, counts))
	})
	t.Run("twice", func(t *testing.T) { importAgain(t, data, "brazil-santa-catarina", file) })
}

// TestCookCounty reproduces the three references of docket-cook-county-felony.
func TestCookCounty(t *testing.T) {
	const dir = "data/docket-cook-county-felony/"
	files := []string{dir + "intake.csv.gz", dir + "initiation.csv.gz", dir + "dispositions.csv.gz", dir + "sentencing.csv.gz"}
	data, done := importDocket(t, "cook-county", files...)
	if done.Read != 18050+36673+10140+2224 || done.New != done.Read {
		t.Errorf("read %d, new %d; the four files have 67,087 rows, all of them records of their own", done.Read, done.New)
	}
	t.Run("cases", func(t *testing.T) {
		c := parseCSV(t, cli(t, exitDone, "indicators", "compute", "--data", data, "--set", "volume", "--period", "2019", "--indicator", "filed", "--format", "csv"))
		if got := c.rows[0][c.at(t, "value")]; got != "16682" {
			t.Errorf("%s cases received in 2019, want 16682", got)
		}
	})
	t.Run("defects", func(t *testing.T) {
		same(t, foundIssues(t, data), cookDefects)
	})
	for _, ref := range []struct {
		file, query string
		key, value  []string
	}{
		{"reference-disposed-cases-by-judge.csv", "cook-by-judge.sql", []string{"judge"}, []string{"distinct_cases_with_a_disposition"}},
		{"reference-disposed-cases-by-month.csv", "cook-by-month.sql", []string{"month", "court_name"}, []string{"distinct_cases_with_a_disposition"}},
		{"reference-initiated-cases-by-month.csv", "cook-initiated.sql", []string{"received_month"}, []string{"cases"}},
	} {
		t.Run(ref.file, func(t *testing.T) {
			same(t, query(t, data, ref.query).byKey(t, ref.key, ref.value), readCSV(t, dir+ref.file).byKey(t, ref.key, ref.value))
		})
	}
	t.Run("twice", func(t *testing.T) { importAgain(t, data, "cook-county", files...) })
}

// cookDefects are the doubtful dates of the four files by rule and column.
var cookDefects = map[string]string{
	"event.before_filing event_date":       "310", // README: 363 initiation events before receipt,
	"date.implausible event_date":          "53",  // or dated 2020 or later, as 2109
	"event.day_missing event_date":         "3201",
	"event.before_filing disposition_date": "296", // README: 296 dispositions before receipt
	"date.implausible disposition_date":    "1",   // README: one in 2109
	"date.implausible arrest_date":         "3",   // README: arrests in 1965, one case in three files
	"date.implausible arraignment_date":    "15",  // the rest is not in the README: arraignments and
	"date.implausible sentence_date":       "1",   // a sentence after 2019,
	"event.before_filing sentence_date":    "3",   // sentences before receipt
}

// TestAreasAgree: court by court adds up to the whole, on a real ledger and for every count.
func TestAreasAgree(t *testing.T) {
	data, _ := importDocket(t, "brazil-roraima", "data/docket-brazil-roraima/judgments.csv.gz")
	ask := func(by string) map[string]*big.Rat {
		args := []string{"indicators", "compute", "--data", data, "--set", "volume", "--period", "2015..2020", "--format", "csv"}
		if by != "" {
			args = append(args, "--by", by)
		}
		c := parseCSV(t, cli(t, exitDone, args...))
		sums := map[string]*big.Rat{}
		for _, r := range c.rows {
			if r[c.at(t, "denominator")] != "" || r[c.at(t, "numerator")] == "" {
				continue // a rate: only counts add up
			}
			v, _ := new(big.Rat).SetString(r[c.at(t, "numerator")])
			key := r[c.at(t, "indicator")]
			if sums[key] == nil {
				sums[key] = new(big.Rat)
			}
			sums[key].Add(sums[key], v)
		}
		return sums
	}
	whole := ask("")
	if len(whole) < 5 {
		t.Fatalf("only %d counts", len(whole))
	}
	for _, by := range []string{"court", "court,instance,line", "line"} {
		parts := ask(by)
		for key, want := range whole {
			if parts[key] == nil || parts[key].Cmp(want) != 0 {
				t.Errorf("%s by %s: the parts give %v, the whole %s", key, by, parts[key], indicator.FormatRat(want))
			}
		}
	}
}
