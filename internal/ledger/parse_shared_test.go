package ledger_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/sharedtest"
	"zhunsheng/rules"
)

// reader makes a reader for a committed mapping, without lists.
func reader(t testing.TB, mapping string, lists ledger.Lists) *ledger.Reader {
	t.Helper()
	ms, err := ledger.LoadMappings(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	m := ms[mapping]
	if m == nil {
		t.Fatalf("no mapping %s", mapping)
	}
	return readerOf(t, m, lists)
}

func readerOf(t testing.TB, m *ledger.Mapping, lists ledger.Lists) *ledger.Reader {
	t.Helper()
	reg, err := docket.LoadRegistry(rules.FS, m.Registry)
	if err != nil {
		t.Fatal(err)
	}
	words, err := docket.LoadVocabulary(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := ledger.LoadRules(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.NewReader(m, reg, words, rs, lists)
}

func input(name string, data []byte) ledger.Input {
	return ledger.Input{Name: name, R: bytes.NewReader(data), Size: int64(len(data))}
}

// parse reads a whole file.
func parse(t testing.TB, r *ledger.Reader, in ledger.Input) []ledger.Row {
	t.Helper()
	p, err := r.Parse(in, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range p.Detected() {
		t.Logf("%s: %+v", in.Name, d)
	}
	var out []ledger.Row
	for row, err := range p.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

func parseShared(t testing.TB, mapping, rel string) []ledger.Row {
	t.Helper()
	name := sharedtest.Path(t, rel)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, reader(t, mapping, ledger.Lists{}), input(filepath.Base(name), data))
}

// found counts rows: all, rejected, flagged, and by rule (rows, not issues).
func found(rows []ledger.Row) map[string]int {
	n := map[string]int{"rows": len(rows)}
	for _, r := range rows {
		switch {
		case r.Rejected():
			n["rejected"]++
		case len(r.Issues) > 0:
			n["flagged"]++
		}
		seen := map[string]bool{}
		for _, i := range r.Issues {
			if !seen[i.Rule] {
				n[i.Rule]++
			}
			seen[i.Rule] = true
		}
	}
	return n
}

func wantFound(t *testing.T, got, want map[string]int) {
	t.Helper()
	for k, n := range want {
		if got[k] != n {
			t.Errorf("%s: %d, want %d", k, got[k], n)
		}
	}
	for k, n := range got {
		if _, ok := want[k]; !ok {
			t.Errorf("%s: %d, not expected at all", k, n)
		}
	}
}

// The counts below are those of the sets' READMEs unless a remark says otherwise.

func TestRoraima(t *testing.T) {
	rows := parseShared(t, "brazil-roraima", "data/docket-brazil-roraima/judgments.csv.gz")
	wantFound(t, found(rows), map[string]int{
		"rows": 40562, "case_no.year": 6656, "date.order": 101,
		"case_no.early_year": 1,    // a number of the year 1000; not in the README
		"flagged":            6659, // a row may have several faults
	})
	cases, lines := map[string]bool{}, map[string]int{}
	for _, r := range rows {
		cases[r.Case.Key] = true
		lines[r.Case.Line]++
		if n := r.Case; n.Instance == "" || n.Court == "" || n.FiledOn == 0 || n.ClosedOn == 0 || n.Extra["days_to_judgment"] == "" {
			t.Fatalf("row %d lost something: %+v", r.Line, n)
		}
	}
	if len(cases) != 40562 || lines["criminal"]+lines["civil"]+lines["enforcement"] != 40562 {
		t.Errorf("%d keys, lines %v", len(cases), lines)
	}
}

func TestSantaCatarina(t *testing.T) {
	rows := parseShared(t, "brazil-santa-catarina", "data/docket-brazil-santa-catarina/tubarao-1-vara-civel.csv.gz")
	got := found(rows)
	if n := got["date.missing"] + got["date.implausible"]; n != 23 {
		t.Errorf("%d impossible filing dates, want 23", n)
	}
	wantFound(t, got, map[string]int{
		"rows": 13327, "date.missing": 4, "date.implausible": 19, "case_no.year": 718, "event.before_filing": 11,
		"date.order":    4,   // those of the eleven that are closed
		"flagged":       722, // the 718 and the 4 without a filing date; all other faults are among them
		"date.duration": 7,   // more than 50 years; not in the README
	})
	keys, numbers, cases := map[string]bool{}, map[string]bool{}, map[string]bool{}
	var filed, closed [2]int
	for _, r := range rows {
		c := r.Case
		keys[c.Key], numbers[c.CaseNo], cases[c.CaseNo+c.Instance] = true, true, true
		if c.FiledOn >= civil.NewDate(2015, 1, 1) && c.FiledOn <= civil.NewDate(2025, 6, 30) {
			filed[0]++
		}
		if c.ClosedOn != 0 {
			closed[0]++
			if len(r.Issues) > 0 {
				closed[1]++
			}
		}
		if r.Event == nil || r.Event.CaseKey != c.Key || r.Event.Day == 0 || r.CasePartial {
			t.Fatalf("row %d has no movement: %+v", r.Line, r.Event)
		}
	}
	if len(keys) != 13327 || len(numbers) != 12924 || len(cases) != 12930 {
		t.Errorf("%d keys, %d numbers, %d cases", len(keys), len(numbers), len(cases))
	}
	if filed[0] != 9725 || closed[0] != 6832 {
		t.Errorf("filed 2015-01 to 2025-06 %d, want 9725; closed %d, want 6832", filed[0], closed[0])
	}
}

func TestCook(t *testing.T) {
	for _, tc := range []struct {
		file string
		want map[string]int
		day  int // rows with a doubtful day of the event itself
	}{
		{"intake", map[string]int{"rows": 18050, "flagged": 1, "date.implausible": 1}, 0}, // the arrest of 1965
		{"initiation", map[string]int{"rows": 36673, "event.before_filing": 310, "event.day_missing": 3201,
			"date.implausible": 65}, 363}, // 53 days after 2019, one arrest of 1965, arraignments after 2019
		{"dispositions", map[string]int{"rows": 10140, "event.before_filing": 296, "date.implausible": 2}, 297}, // 2109 is not before
		{"sentencing", map[string]int{"rows": 2224, "event.before_filing": 3, "date.implausible": 1}, 4},
	} {
		t.Run(tc.file, func(t *testing.T) {
			rows := parseShared(t, "cook-county", "data/docket-cook-county-felony/"+tc.file+".csv.gz")
			got := found(rows)
			if _, ok := tc.want["flagged"]; !ok {
				delete(got, "flagged")
			}
			wantFound(t, got, tc.want)
			doubtful, y2109 := 0, 0
			refs := map[string]bool{}
			for _, r := range rows {
				if slices.ContainsFunc(r.Issues, func(i ledger.Issue) bool {
					return strings.HasSuffix(i.Column, "_date") && i.Column == dayHeader[tc.file] && i.Rule != "event.day_missing"
				}) {
					doubtful++
				}
				if r.Event.Day.Year() == 2109 {
					y2109++
				}
				refs[r.Event.CaseKey+" "+r.Event.Ref] = true
				if !r.CasePartial || r.Case == nil || r.Case.FiledOn == 0 || r.Case.Key != r.Event.CaseKey {
					t.Fatalf("row %d brings no case: %+v", r.Line, r.Case)
				}
			}
			if doubtful != tc.day {
				t.Errorf("%d events with a doubtful day, want %d", doubtful, tc.day)
			}
			if want := map[string]int{"initiation": 7, "dispositions": 1}[tc.file]; y2109 != want {
				t.Errorf("%d events in 2109, want %d", y2109, want)
			}
			if len(refs) != len(rows) {
				t.Errorf("%d events are told apart, want %d", len(refs), len(rows))
			}
		})
	}
}

// dayHeader is the column that gives the day of the event.
var dayHeader = map[string]string{"intake": "received_date", "initiation": "event_date", "dispositions": "disposition_date", "sentencing": "sentence_date"}

// TestCookReferences reproduces the reference files from the rows alone, so that a fault of
// the ledger above is told from one of the reader.
func TestCookReferences(t *testing.T) {
	judges, initiated := map[string]map[string]bool{}, map[string]map[string]bool{}
	note := func(m map[string]map[string]bool, key, id string) {
		if m[key] == nil {
			m[key] = map[string]bool{}
		}
		m[key][id] = true
	}
	for _, r := range parseShared(t, "cook-county", "data/docket-cook-county-felony/dispositions.csv.gz") {
		note(judges, r.Event.Judge, r.Case.CaseNo)
	}
	for _, r := range parseShared(t, "cook-county", "data/docket-cook-county-felony/initiation.csv.gz") {
		note(initiated, r.Case.FiledOn.String()[:7], r.Case.CaseNo)
	}
	compareReference(t, "data/docket-cook-county-felony/reference-disposed-cases-by-judge.csv", judges)
	compareReference(t, "data/docket-cook-county-felony/reference-initiated-cases-by-month.csv", initiated)
}

func compareReference(t *testing.T, rel string, got map[string]map[string]bool) {
	t.Helper()
	f, err := os.Open(sharedtest.Path(t, rel))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		if n := strconv.Itoa(len(got[row[0]])); n != row[1] {
			t.Errorf("%s %q: %s, want %s", rel, row[0], n, row[1])
		}
	}
	if len(got) != len(rows)-1 {
		t.Errorf("%s: %d groups, want %d", rel, len(got), len(rows)-1)
	}
}
