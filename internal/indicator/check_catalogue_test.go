package indicator_test

import (
	"context"
	"database/sql"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the embedded database, as a witness only

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// TestCheckQueries runs the hand-written query of every indicator over random cases and
// compares it with the case-by-case evaluation of the definition, in one GROUP BY court ×
// division × judge × line × month.
func TestCheckQueries(t *testing.T) {
	cases := randomCases(rand.New(rand.NewPCG(20240101, 7)), 1_500)
	period := civil.Period{From: civil.NewDate(2023, 1, 1), To: civil.NewDate(2024, 3, 31)} // holds 29 February
	db := caseTable(t, cases)
	book := bookWith(t)
	compared, reached := 0, map[string]bool{}
	for _, set := range book.Sets() {
		got, err := book.Compute(context.Background(), indicatortest.Naive(cases), nil, nil,
			indicator.Request{Set: set, Period: period, By: append([]string{"month"}, indicatortest.CheckGrain...)})
		if err != nil {
			t.Fatal(err)
		}
		byIndicator := map[string][]indicator.Figure{}
		for _, f := range got {
			byIndicator[f.Indicator] = append(byIndicator[f.Indicator], f)
		}
		for _, i := range book.Set(set) {
			v, err := i.At(period.To)
			if err != nil {
				t.Fatal(err)
			}
			want := runCheck(t, db, period, v)
			if len(want) != len(byIndicator[i.ID]) {
				t.Errorf("%s/%s: %d groups, the check query gives %d", set, i.ID, len(byIndicator[i.ID]), len(want))
			}
			for _, f := range byIndicator[i.ID] {
				w, ok := want[strings.Join(f.By, "|")]
				if !ok {
					t.Fatalf("%s/%s: the check query has no group %v", set, i.ID, f.By)
				}
				if diff := w.Differs(v, &f); diff != "" {
					t.Fatalf("%s/%s %v: %s", set, i.ID, f.By, diff)
				}
				compared++
				for side, n := range map[string]*big.Rat{"numerator": f.Numerator, "denominator": f.Denominator} {
					if n != nil && n.Sign() != 0 {
						reached[set+"/"+i.ID+" "+side] = true
					}
				}
			}
			sides := map[string]bool{"numerator": v.Numerator != nil, "denominator": v.Denominator != nil && !indicatortest.OnRoster(v)}
			for side, wanted := range sides {
				if wanted && !reached[set+"/"+i.ID+" "+side] {
					t.Errorf("%s/%s: every %s is zero; the random cases do not reach it", set, i.ID, side)
				}
			}
		}
	}
	t.Logf("%d figures agree with their check queries, %d numerators and denominators reached", compared, len(reached))
}

func text(r *big.Rat) string { return indicator.FormatRat(r) }

// runCheck runs the check of one version over v_case and p, made for the period's months, and
// returns its answers by month and group.
func runCheck(t *testing.T, db *sql.DB, period civil.Period, v *indicator.Version) map[string]indicatortest.Answer {
	t.Helper()
	for _, q := range indicatortest.PeriodTable(period.Months(), v.Compare) {
		exec(t, db, q)
	}
	out := map[string]indicatortest.Answer{}
	err := indicatortest.ReadChecks(context.Background(), database{db}, []indicator.Check{v.Check}, func(month string, by []string, answers []indicatortest.Answer) error {
		out[month+"|"+strings.Join(by, "|")] = answers[0]
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// caseTable makes v_case as the store shows it: day columns as text beside <name>_n as days
// since 1970, money in cents, flags 0, 1 or NULL, text never NULL.
func caseTable(t *testing.T, cases []docket.Case) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1) // a second connection would see another, empty memory database
	var columns []string
	for _, f := range docket.Fields {
		switch f.Kind {
		case docket.Text:
			columns = append(columns, f.Name+" TEXT NOT NULL")
		case docket.Day:
			columns = append(columns, f.Name+" TEXT", f.Name+"_n INTEGER")
		default:
			columns = append(columns, f.Name+" INTEGER")
		}
	}
	exec(t, db, "CREATE TABLE v_case (id INTEGER PRIMARY KEY, "+strings.Join(columns, ", ")+")")
	insert := "INSERT INTO v_case VALUES (?" + strings.Repeat(", ?", len(columns)) + ")"
	exec(t, db, "BEGIN")
	for n := range cases {
		exec(t, db, insert, append([]any{n + 1}, rowOf(&cases[n])...)...)
	}
	exec(t, db, "COMMIT")
	return db
}

func rowOf(c *docket.Case) []any {
	var row []any
	for i := range docket.Fields {
		f := &docket.Fields[i]
		switch f.Kind {
		case docket.Text:
			row = append(row, *f.Text(c))
		case docket.Day:
			if d := *f.Day(c); d.IsZero() {
				row = append(row, nil, nil)
			} else {
				row = append(row, d.String(), d.Unix())
			}
		case docket.Amount:
			if m := *f.Money(c); m.Known {
				row = append(row, m.Cents)
			} else {
				row = append(row, nil)
			}
		case docket.Number:
			row = append(row, *f.Number(c))
		case docket.YesNo:
			row = append(row, map[docket.Flag]any{docket.Unknown: nil, docket.No: 0, docket.Yes: 1}[*f.Flag(c)])
		}
	}
	return row
}

func exec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
}

// choices are the values that conditions of the catalogue look for, with "" and others.
var choices = map[string][]string{
	"limit_problem": {"", "", "several"}, "limit_findings": {"", "", "late"}, "limit_rule": {"", "CVS"},
	"court":          {"藏98", "藏9801"},
	"division":       {"民一庭", ""},
	"judge":          {"j1", "j2"},
	"line":           {"criminal", "civil", "administrative", "enforcement", "other", ""},
	"instance":       {"first", "first", "second", "review", "retrial", "enforcement", ""},
	"type_code":      {"民初", "刑初", "行初", "民终", "民申", "民再", "执", "执", "执恢", "诉前调确", "诉前调", ""},
	"closing_way":    {"judgment", "mediation", "withdrawn", "deemed_withdrawn", "confirmed", "reversed", "remanded", "retrial_ordered", "completed", "terminated_for_now", ""},
	"appeal_result":  {"upheld", "reversed", "remanded", ""},
	"retrial_result": {"upheld", "reversed", "remanded", ""},
}

// randomCases makes cases whose dates follow no order and are often absent, with many on the
// first and last days of months, where bounds go wrong.
func randomCases(r *rand.Rand, n int) []docket.Case {
	cases := make([]docket.Case, n)
	fillCases(r, cases, docket.FileFields)
	fillCases(r, cases, docket.Fields[len(docket.FileFields):])
	return cases
}

// fillCases gives every case random values in some columns.
func fillCases(r *rand.Rand, cases []docket.Case, fields []docket.Field) {
	for k := range cases {
		c := &cases[k]
		for i := range fields {
			f := &fields[i]
			switch f.Kind {
			case docket.Text:
				if list := choices[f.Name]; list != nil {
					*f.Text(c) = list[r.IntN(len(list))]
				}
			case docket.Day:
				*f.Day(c) = randomDay(r)
			case docket.Amount:
				*f.Money(c) = docket.Money{Cents: r.Int64N(3) * r.Int64N(1_000_000), Known: r.IntN(4) > 0}
			case docket.Number:
				*f.Number(c) = int32(r.IntN(3) * r.IntN(30))
			case docket.YesNo:
				*f.Flag(c) = docket.Flag(r.IntN(3))
			}
		}
	}
}

func randomDay(r *rand.Rand) civil.Date {
	first := civil.NewDate(2019+r.IntN(6), 1+r.IntN(12), 1)
	switch r.IntN(6) {
	case 0, 1:
		return 0
	case 2:
		return first
	case 3:
		return first.AddDays(-1)
	}
	return first.AddDays(r.IntN(31))
}

// TestQuantilesBySorting is the second witness of median and 90th percentile, which no
// aggregate of plain SQL gives: it sorts the durations of every court and year.
func TestQuantilesBySorting(t *testing.T) {
	cases := randomCases(rand.New(rand.NewPCG(3, 14)), 2_000)
	got, err := bookWith(t).Compute(context.Background(), indicatortest.Naive(cases), nil, nil, indicator.Request{
		Set: "volume", Indicators: []string{"median_days_to_close", "p90_days_to_close"},
		Period: civil.Period{From: civil.NewDate(2020, 1, 1), To: civil.NewDate(2023, 12, 31)}, By: []string{"court", "year"},
	})
	if err != nil || len(got) == 0 {
		t.Fatalf("%d figures, error %v", len(got), err)
	}
	for _, f := range got {
		var days []int
		for i := range cases {
			c := &cases[i]
			if c.Court == f.By[0] && f.Period.Contains(c.ClosedOn) && !c.FiledOn.IsZero() {
				days = append(days, c.ClosedOn.Sub(c.FiledOn))
			}
		}
		slices.Sort(days)
		share := map[string]float64{"median_days_to_close": 0.5, "p90_days_to_close": 0.9}[f.Indicator]
		at := float64(len(days)-1) * share
		low, rest := int(at), at-math.Floor(at)
		want := float64(days[low])
		if rest > 0 {
			want += rest * float64(days[low+1]-days[low])
		}
		if x, _ := f.Value.Float64(); math.Abs(x-want) > 1e-9 {
			t.Errorf("%s %v: %s, sorting %d durations gives %v", f.Indicator, f.By, text(f.Value), len(days), want)
		}
	}
}
