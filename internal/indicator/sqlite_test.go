package indicator_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// database is the smallest querier: one connection to a database in memory.
type database struct{ *sql.DB }

func (d database) Query(ctx context.Context, text string, args []any, row func(func(...any) error) error) error {
	rows, err := d.DB.QueryContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, text)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// openSQLite loads cases into a table as the ledger stores them, among old versions that
// must not be counted.
func openSQLite(t testing.TB, cases []docket.Case) indicator.Engine {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	columns, marks := []string{"id INTEGER PRIMARY KEY", "to_batch INTEGER"}, []string{"?", "?"}
	for _, f := range docket.Fields {
		kind := " INTEGER"
		if f.Kind == docket.Text {
			kind = " TEXT NOT NULL DEFAULT ''"
		}
		columns, marks = append(columns, `"`+f.Name+`"`+kind), append(marks, "?")
	}
	if _, err := db.Exec("CREATE TABLE case_version (" + strings.Join(columns, ", ") + ")"); err != nil {
		t.Fatal(err)
	}
	insert, err := db.Prepare("INSERT INTO case_version VALUES (" + strings.Join(marks, ", ") + ")")
	if err != nil {
		t.Fatal(err)
	}
	defer insert.Close()
	for i := range cases {
		for _, old := range []bool{false, true} {
			if _, err := insert.Exec(record(i, &cases[i], old)...); err != nil {
				t.Fatal(err)
			}
		}
	}
	return indicator.SQLEngine{Dialect: indicator.SQLite("case_version", "c.to_batch IS NULL", "id"), DB: database{db}}
}

func record(i int, c *docket.Case, old bool) []any {
	row := []any{i + 1, nil}
	if old {
		row = []any{-i - 1, 7}
	}
	for k := range docket.Fields {
		f := &docket.Fields[k]
		var v any
		switch f.Kind {
		case docket.Text:
			v = *f.Text(c)
		case docket.Day:
			if d := *f.Day(c); !d.IsZero() {
				v = d.Unix()
			}
		case docket.Amount:
			if m := *f.Money(c); m.Known {
				v = m.Cents
			}
		case docket.Number:
			v = *f.Number(c)
		case docket.YesNo:
			if y := *f.Flag(c); y != docket.Unknown {
				v = y == docket.Yes
			}
		}
		row = append(row, v)
	}
	return row
}

func TestSQLite(t *testing.T) { indicatortest.Run(t, openSQLite) }

// The naive engine keeps the laws that need no second engine.
func TestNaive(t *testing.T) {
	indicatortest.Run(t, func(_ testing.TB, cases []docket.Case) indicator.Engine { return indicatortest.Naive(cases) })
}

// One statement for many periods counts what one statement per period counts.
func TestSQLPeriods(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	cases := indicatortest.RandomCases(r, 200)
	eng := openSQLite(t, cases).(indicator.SQLEngine)
	periods := civil.Period{From: civil.NewDate(2021, 11, 5), To: civil.NewDate(2023, 2, 10)}.Months()
	for range 20 {
		ask := indicator.Ask{By: []string{"court", "line"}, Filter: indicatortest.RandomScope(r)}
		for len(ask.Measures) < 6 {
			if m := indicatortest.RandomMeasure(r); m.Kind != indicator.Spread {
				ask.Measures = append(ask.Measures, m)
			}
		}
		s, err := indicator.SQLPeriods(ask, periods, eng.Dialect)
		if err != nil {
			t.Fatal(err)
		}
		got := map[int]map[string]indicator.Group{}
		err = s.Read(context.Background(), eng.DB, func(by []string, piece int, cells []indicator.Cell) error {
			if got[piece] == nil {
				got[piece] = map[string]indicator.Group{}
			}
			got[piece][fmt.Sprint(by)] = indicator.Group{By: by, Cells: cells}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for n, p := range periods {
			ask.Period = p
			want, _ := indicatortest.Naive(cases).Tally(context.Background(), ask)
			for _, w := range want {
				g, ok := got[n][fmt.Sprint(w.By)]
				if !ok {
					g = indicator.Group{By: w.By, Cells: make([]indicator.Cell, len(ask.Measures))}
				}
				if diff := indicatortest.DiffGroups(ask.Measures, []indicator.Group{g}, []indicator.Group{w}); diff != "" {
					t.Fatalf("%s: %s", p, diff)
				}
			}
		}
	}
}
