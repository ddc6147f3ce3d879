package timelimit_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"testing"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/sharedtest"
	"zhunsheng/internal/timelimit"
	"zhunsheng/rules"
)

// book loads the shipped law once for all tests.
var book = func() *timelimit.Book {
	cal, err := calendar.Load(rules.FS)
	if err != nil {
		panic(err)
	}
	b, err := timelimit.Load(rules.FS, cal)
	if err != nil {
		panic(err)
	}
	return b
}()

func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// parse makes a case from the columns of limits eval.
func parse(t testing.TB, procedure, accepted, events string) *timelimit.Case {
	t.Helper()
	d, clock, err := timelimit.ParseMoment(accepted)
	if err != nil {
		t.Fatal(err)
	}
	list, err := timelimit.ParseEvents(events)
	if err != nil {
		t.Fatal(err)
	}
	return &timelimit.Case{Procedure: procedure, Accepted: d, Clock: clock, Events: list}
}

// examples reads testdata/examples.csv: id, procedure, accepted, events, expected_due, reasoning, source.
func examples(t testing.TB) [][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/examples.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func TestExamples(t *testing.T) {
	rows := examples(t)
	if len(rows) != 49 {
		t.Errorf("%d examples, want 49", len(rows))
	}
	for _, row := range rows {
		t.Run(row[0], func(t *testing.T) {
			c := parse(t, row[1], row[2], row[3])
			r, err := timelimit.Compute(book, c, book.Defaults)
			if err != nil {
				t.Fatal(err)
			}
			if r.String() != row[4] {
				t.Errorf("due %s, want %s: %s", r, row[4], row[5])
				for _, s := range r.Steps {
					t.Logf("%s %s", s.Text.En, s.Source)
				}
			}
			due, flags, err := timelimit.Due(book, c, &book.Defaults)
			if err != nil || due != r.Deadline || flags != r.Flags {
				t.Errorf("bulk path: %s %s %v", due, flags, err)
			}
		})
	}
}

func TestExamplesAreTheSharedOnes(t *testing.T) {
	want, err := os.ReadFile(sharedtest.Path(t, "domain/time-limit-examples.csv"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("testdata/examples.csv")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("testdata/examples.csv is not the shared file")
	}
}
