package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

// TestMigrationsAreNumberedInSequence: 0001, 0002, … in each part, one file for both
// databases or one for each.
func TestMigrationsAreNumberedInSequence(t *testing.T) {
	for _, part := range []string{"ledger", "office"} {
		for _, db := range []string{"sqlite", "postgres"} {
			entries, err := os.ReadDir(path.Join("migrations", part))
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, e := range entries {
				if f := strings.Split(e.Name(), "."); len(f) == 3 && f[1] != db {
					continue
				}
				n++
				if want := fmt.Sprintf("%04d_", n); !strings.HasPrefix(e.Name(), want) {
					t.Errorf("%s on %s: %s: want prefix %s", part, db, e.Name(), want)
				}
				text, err := os.ReadFile(path.Join("migrations", part, e.Name()))
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(string(text), "+goose Down") {
					t.Errorf("%s goes backwards; migrations only go forward", e.Name())
				}
			}
			if n == 0 {
				t.Errorf("%s on %s: no migrations", part, db)
			}
		}
	}
}

// TestViewsShowTheCanonicalColumns compares v_case and, through it, case_version with
// docket.Fields: names, order and types.
func TestViewsShowTheCanonicalColumns(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		full := newCase("藏9801", 2)
		for i := range docket.FileFields {
			f := &docket.FileFields[i]
			switch f.Kind {
			case docket.Text:
				if *f.Text(full) == "" {
					*f.Text(full) = "x"
				}
			case docket.Day:
				*f.Day(full) = day("2024-02-29")
			case docket.Amount:
				*f.Money(full) = docket.Money{Cents: 12345, Known: true}
			case docket.Number:
				*f.Number(full) = 9
			case docket.YesNo:
				*f.Flag(full) = docket.Yes
			}
		}
		load(t, s, caseRow(2, full))
		want := []string{"id"}
		for i := range docket.Fields {
			want = append(want, docket.Fields[i].Name)
			if docket.Fields[i].Kind == docket.Day {
				want = append(want, docket.Fields[i].Name+"_n")
			}
		}
		want = append(want, "from_batch", "to_batch", "file", "sheet", "row", "flags", "extra")
		rows := query(t, s, "SELECT * FROM v_case")
		if got := strings.Split(rows[0], "|"); !slices.Equal(got, want) {
			t.Fatalf("columns of v_case\n%v\nwant\n%v", got, want)
		}
		byName := map[string]string{}
		for i, v := range strings.Split(rows[1], "|") {
			byName[want[i]] = v
		}
		for i := range docket.FileFields {
			f := &docket.FileFields[i]
			w := map[docket.Kind]string{docket.Day: "2024-02-29", docket.Amount: "12345", docket.Number: "9", docket.YesNo: "1"}[f.Kind]
			if f.Kind == docket.Text {
				w = *f.Text(full)
			}
			if byName[f.Name] != w {
				t.Errorf("%s is %q, want %q", f.Name, byName[f.Name], w)
			}
			if f.Kind == docket.Day && byName[f.Name+"_n"] != "19782" {
				t.Errorf("%s_n is %q", f.Name, byName[f.Name+"_n"])
			}
		}
		if byName["file"] != "in.csv" || byName["row"] != "2" || !strings.HasPrefix(byName["extra"], "{") {
			t.Errorf("provenance: %v", byName)
		}
	})
}

// TestFieldsFitTheMask: the writer keeps the filled columns of a chunk in 64 bits.
func TestFieldsFitTheMask(t *testing.T) {
	if len(docket.Fields) > 64 {
		t.Errorf("%d canonical columns; chunk.fields holds 64", len(docket.Fields))
	}
}

func TestOldAndNewerSchemasAreRefused(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			url := place(t)
			if err := store.Migrate(ctx, url); err != nil {
				t.Fatal(err)
			}
			version := func(n int) {
				driver, dsn := "pgx", url
				if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
					driver, dsn = "sqlite", path
				}
				db, err := sql.Open(driver, dsn)
				if err != nil {
					t.Fatal(err)
				}
				for _, q := range []string{"DELETE FROM ledger_schema WHERE version_id > 3", "DELETE FROM ledger_schema WHERE version_id > 3 OR version_id = " + fmt.Sprint(n),
					fmt.Sprintf("INSERT INTO ledger_schema (version_id, is_applied) VALUES (%d, %s)", n, map[string]string{"pgx": "true", "sqlite": "1"}[driver])} {
					if _, err := db.Exec(q); err != nil {
						t.Fatal(err)
					}
				}
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
			for n, remedy := range map[int]string{3: "`zhunsheng migrate`", 9999: "newer program"} {
				version(n)
				_, err := store.Open(ctx, url, newClock().now)
				if !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), remedy) {
					t.Errorf("schema %d: %v", n, err)
				}
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	for _, url := range []string{"", "mysql://host/x"} {
		if _, err := store.Open(context.Background(), url, newClock().now); !errors.Is(err, fault.Invalid) {
			t.Errorf("address %q: %v", url, err)
		}
	}
	odd := t.TempDir() + "/100% 院?#.db"
	s := open(t, odd, newClock())
	load(t, s, caseRow(2, newCase("藏9801", 1)))
	if _, err := os.Stat(odd); err != nil {
		t.Error(err)
	}
}

// query runs SQL and returns header and rows, columns joined by "|".
func query(t testing.TB, s *store.Store, text string) []string {
	t.Helper()
	out, err := tryQuery(s, text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out
}

func tryQuery(s *store.Store, text string) (out []string, err error) {
	err = s.Query(context.Background(), text, func(cols []string) error {
		out = append(out, strings.Join(cols, "|"))
		return nil
	}, func(values []any) error {
		cells := make([]string, len(values))
		for i, v := range values {
			if v != nil {
				cells[i] = fmt.Sprint(v)
			}
		}
		out = append(out, strings.Join(cells, "|"))
		return nil
	})
	return out, err
}

func TestQueryReadsTheViewsOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		load(t, s, caseRow(2, newCase("藏9801", 1)), caseRow(3, newCase("藏9801", 2)))
		got := query(t, s, "WITH p AS (SELECT '2024-01-02' AS d) SELECT c.court, count(*) AS n, sum(claimed) AS s, min(c.filed_on) AS d FROM v_case c, p WHERE c.filed_on >= p.d GROUP BY c.court")
		if want := []string{"court|n|s|d", "藏9801|2|200|2024-01-02"}; !slices.Equal(got, want) {
			t.Errorf("got %q\nwant %q", got, want)
		}
		for _, view := range []string{"v_event", "v_case_version", "v_event_version", "v_batch", "v_issue", "v_court", "v_division", "v_cause", "v_roster"} {
			query(t, s, "SELECT * FROM "+view)
		}
		for text, kind := range map[string]error{
			"DELETE FROM case_version":             fault.Forbidden,
			"UPDATE v_case SET judge = ''":         nil,
			"SELECT * FROM account":                nil,
			"SELECT data FROM archive_part":        fault.Forbidden,
			"DROP VIEW v_case":                     fault.Forbidden,
			"SELECT nonsense FROM v_case":          fault.Invalid,
			"SELEC":                                fault.Invalid,
			"CREATE TABLE x (a text)":              fault.Forbidden,
			"INSERT INTO court (code) VALUES ('')": fault.Forbidden,
		} {
			out, err := tryQuery(s, text)
			if err == nil || kind != nil && !errors.Is(err, kind) {
				t.Errorf("%s: %v, %v; want %v", text, out, err, kind)
			}
		}
		if n := query(t, s, "SELECT count(*) FROM v_case")[1]; n != "2" {
			t.Errorf("%s cases after the attempts", n)
		}
	})
}

func TestQueryOnAServerClosesWords(t *testing.T) {
	s := open(t, places["postgres"](t), newClock())
	for _, text := range []string{
		"SELECT * FROM account", `SELECT * FROM "account"`, `SELECT * FROM public."session"`, `SELECT * FROM U&"\0061ccount"`,
		"SELECT pg_read_file('x')", "SELECT query_to_xml('select 1', true, true, '')", "SELECT * FROM pg_shadow", "SELECT 'it''s' FROM audit",
	} {
		if _, err := tryQuery(s, text); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if got := query(t, s, "SELECT 'account pg_x' AS a, 'it''s' AS b"); got[1] != "account pg_x|it's" {
		t.Errorf("texts are no words: %q", got)
	}
}
