package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
	_ "modernc.org/sqlite" // the pure-Go SQLite of the product
)

// database is a SQL peer filled from the flat columns.
type database struct {
	db    *sql.DB
	text  sqlWriter
	close func()
}

// run asks all statements and returns the sum of every aggregate over all groups, in the
// order of statements, and the number of groups of the largest answer.
func (d *database) run(queries []string, keys int) (groups int, totals []int64, err error) {
	for _, q := range queries {
		n, sums, err := d.one(q, keys)
		if err != nil {
			return 0, nil, fmt.Errorf("%s: %w", q, err)
		}
		groups = max(groups, n)
		totals = append(totals, sums...)
	}
	return groups, totals, nil
}

func (d *database) one(q string, keys int) (groups int, sums []int64, err error) {
	rows, err := d.db.Query(sumAll(q, keys))
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, nil, err
	}
	vals, dest := make([]int64, len(columns)), make([]any, len(columns))
	for i := range vals {
		dest[i] = &vals[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return 0, nil, err
		}
	}
	return int(vals[0]), vals[1:], rows.Err()
}

// sumAll wraps a grouped query so that the database adds its groups up: the time of moving
// hundreds of thousands of rows through database/sql is not the engine's and is left out.
func sumAll(q string, keys int) string {
	n := strings.Count(q[:strings.Index(q, " FROM c")], "sum(CASE")
	var names, sums []string
	for i := range keys {
		names = append(names, fmt.Sprintf("k%d", i))
	}
	for i := range n {
		names = append(names, fmt.Sprintf("s%d", i))
		sums = append(sums, fmt.Sprintf(", CAST(coalesce(sum(s%d), 0) AS BIGINT)", i))
	}
	return "WITH g(" + strings.Join(names, ", ") + ") AS (" + q + ") SELECT count(*)" + strings.Join(sums, "") + " FROM g"
}

// columnsOf lists the columns of the flat table, in a fixed order, with their DuckDB types.
func columnsOf(f *flat) (names, types []string) {
	names, types = []string{"court", "division", "judge"}, []string{"USMALLINT", "UINTEGER", "UINTEGER"}
	for _, name := range sortedKeys(f.days) {
		names, types = append(names, name), append(types, "SMALLINT")
	}
	for _, name := range sortedKeys(f.texts) {
		names, types = append(names, name), append(types, "UTINYINT")
	}
	for _, name := range sortedKeys(f.money) {
		names, types = append(names, name), append(types, "BIGINT")
	}
	return names, types
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// row reads one row as driver values.
func (f *flat) row(i int, names []string, out []driver.Value) {
	out[0], out[1], out[2] = f.court[i], f.division[i], f.judge[i]
	for k, name := range names[3:] {
		var v driver.Value
		if col, ok := f.days[name]; ok {
			if col[i] != 0 {
				v = col[i]
			}
		} else if col, ok := f.texts[name]; ok {
			v = col[i]
		} else if c := f.money[name][i]; c >= 0 {
			v = c
		}
		out[3+k] = v
	}
}

// openDuckDB loads an in-memory DuckDB.
func openDuckDB(f *flat, q *question, threads int) (*database, error) {
	names, types := columnsOf(f)
	c, err := duckdb.NewConnector(fmt.Sprintf("?threads=%d&memory_limit=5GB", threads), nil)
	if err != nil {
		return nil, err
	}
	d := &database{db: sql.OpenDB(c), text: sqlWriter{q, f}}
	d.close = func() { d.db.Close(); c.Close() }
	if _, err := d.db.Exec("CREATE TABLE c (" + declare(names, types) + ")"); err != nil {
		return nil, err
	}
	conn, err := c.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	a, err := duckdb.NewAppenderFromConn(conn, "", "c")
	if err != nil {
		return nil, err
	}
	vals := make([]driver.Value, len(names))
	for i := range f.rows {
		f.row(i, names, vals)
		if err := a.AppendRow(vals...); err != nil {
			return nil, err
		}
	}
	if err := a.Close(); err != nil {
		return nil, err
	}
	return d, conn.Close()
}

func declare(names, types []string) string {
	var out []string
	for i, n := range names {
		out = append(out, n+" "+types[i])
	}
	return strings.Join(out, ", ")
}

// openSQLite loads a SQLite file in a temporary folder, removed on close.
func openSQLite(f *flat, q *question) (*database, error) {
	names, types := columnsOf(f)
	dir, err := os.MkdirTemp("", "zhunsheng-bench-")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "c.sqlite")+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-1000000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	d := &database{db: db, text: sqlWriter{q, f}, close: func() { db.Close(); os.RemoveAll(dir) }}
	for i := range types {
		types[i] = "INTEGER"
	}
	if _, err := db.Exec("CREATE TABLE c (" + declare(names, types) + ")"); err != nil {
		return nil, err
	}
	tx, err := db.Begin()
	if err != nil {
		return nil, err
	}
	insert, err := tx.Prepare("INSERT INTO c VALUES (?" + strings.Repeat(", ?", len(names)-1) + ")")
	if err != nil {
		return nil, err
	}
	vals, args := make([]driver.Value, len(names)), make([]any, len(names))
	for i := range f.rows {
		f.row(i, names, vals)
		for k, v := range vals {
			args[k] = v
		}
		if _, err := insert.Exec(args...); err != nil {
			return nil, err
		}
	}
	return d, tx.Commit()
}
