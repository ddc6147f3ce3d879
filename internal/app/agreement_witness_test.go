package app_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the server's driver, for the witnesses
	_ "modernc.org/sqlite"             // the embedded database, for the witnesses

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// witness is a database in which the hand-written check queries run: its v_case is a copy of
// the ledger's view of that name, so that the days are printed once and not for every month.
type witness struct{ db *sql.DB }

// Query implements [indicator.Querier].
func (w witness) Query(ctx context.Context, text string, args []any, row func(scan func(...any) error) error) error {
	rows, err := w.db.QueryContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, text)
	}
	defer func() { _ = rows.Close() }() // Err below has told
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (w witness) exec(ctx context.Context, queries ...string) error {
	for _, q := range queries {
		if _, err := w.db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%w\n%s", err, q)
		}
	}
	return nil
}

// viewColumns are the columns of v_case that check queries may name, as a table declares them.
func viewColumns() (names, declared []string) {
	for _, f := range docket.Fields {
		names = append(names, f.Name)
		switch f.Kind {
		case docket.Text:
			declared = append(declared, f.Name+" TEXT NOT NULL")
		case docket.Day:
			names = append(names, f.Name+"_n")
			declared = append(declared, f.Name+" TEXT", f.Name+"_n BIGINT")
		default:
			declared = append(declared, f.Name+" BIGINT")
		}
	}
	return names, declared
}

// liteWitness copies the view of an embedded ledger into a file of its own, in the order of
// the groups.
func liteWitness(t testing.TB, ledger string) witness {
	t.Helper()
	file := filepath.Join(t.TempDir(), "witness.db")
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1) // an attached database belongs to its connection
	w := witness{db}
	names, declared := viewColumns()
	key := strings.Join(indicatortest.CheckGrain, ", ")
	err = w.exec(t.Context(), "ATTACH '"+strings.ReplaceAll(ledger, "'", "''")+"' AS ledger",
		"CREATE TABLE v_case (id BIGINT NOT NULL, "+strings.Join(declared, ", ")+", PRIMARY KEY ("+key+", id)) WITHOUT ROWID",
		"INSERT INTO v_case SELECT id, "+strings.Join(names, ", ")+" FROM ledger.v_case ORDER BY "+key+", id",
		"DETACH ledger")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// serverWitness copies the view of a server's ledger into a schema beside it.
func serverWitness(t testing.TB, url string) witness {
	t.Helper()
	db, err := sql.Open("pgx", url+"&search_path=witness,public")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	w := witness{db}
	names, _ := viewColumns()
	err = w.exec(t.Context(), "DROP SCHEMA IF EXISTS witness CASCADE", "CREATE SCHEMA witness",
		"CREATE TABLE witness.v_case AS SELECT id, "+strings.Join(names, ", ")+" FROM public.v_case", "ANALYZE witness.v_case")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// asked is one version of an indicator in a set, with the place of its check in a statement.
type asked struct {
	set       string
	indicator *indicator.Indicator
	version   *indicator.Version
}

func (a asked) String() string { return a.set + "/" + a.indicator.ID }

// allAsked lists every indicator of every set in the versions in force in the months.
func allAsked(book *indicator.Book, months []civil.Period) []asked {
	var out []asked
	for _, set := range book.Sets() {
		for _, i := range book.Set(set) {
			for _, v := range i.Versions {
				for _, m := range months {
					if now, err := i.At(m.To); err == nil && now == v {
						out = append(out, asked{set, i, v})
						break
					}
				}
			}
		}
	}
	return out
}

// opinions are the answers of check queries by month and group, one for each asked.
type opinions map[string][]indicatortest.Answer

func opinionKey(month string, by []string) string { return month + "|" + strings.Join(by, "|") }

// opinion asks all check queries in two statements, because a month is compared either with
// the year before or with the month before.
func (w witness) opinion(ctx context.Context, all []asked, months []civil.Period) (opinions, error) {
	out := opinions{}
	for _, compare := range []string{"year", "preceding"} {
		var checks []indicator.Check
		var at []int
		for n, a := range all {
			if (a.version.Compare == "preceding") == (compare == "preceding") {
				checks, at = append(checks, a.version.Check), append(at, n)
			}
		}
		if err := w.exec(ctx, indicatortest.PeriodTable(months, compare)...); err != nil {
			return nil, err
		}
		err := indicatortest.ReadChecks(ctx, w, checks, func(month string, by []string, answers []indicatortest.Answer) error {
			key := opinionKey(month, by)
			if out[key] == nil {
				out[key] = make([]indicatortest.Answer, len(all))
			}
			for i, n := range at {
				out[key][n] = answers[i]
			}
			return nil
		})
		if err != nil {
			return nil, errors.Join(fmt.Errorf("check queries compared with %s", compare), err)
		}
	}
	return out, nil
}
