package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"zhunsheng/internal/fault"
)

// dialect is one of the two databases.
type dialect string

const (
	liteSQL dialect = "sqlite"
	pgSQL   dialect = "postgres"
)

func (d dialect) goose() goose.Dialect {
	if d == pgSQL {
		return goose.DialectPostgres
	}
	return goose.DialectSQLite3
}

// database is one open database: a pool for reading and one for writing. On SQLite the
// writing pool holds a single connection and the reading pool cannot write; on PostgreSQL
// both are the same pool.
type database struct {
	dialect     dialect
	path        string // file of an embedded database
	url         string
	read, write *sql.DB
}

// location splits a database address into its dialect and its file or URL.
func location(url string) (dialect, string, error) {
	switch {
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return pgSQL, url, nil
	case strings.HasPrefix(url, "sqlite:"):
		return liteSQL, strings.TrimPrefix(url, "sqlite:"), nil
	case url == "" || strings.Contains(url, "://"):
		return "", "", fault.At("database", fmt.Sprintf("%q is no database address", url),
			"write sqlite:PATH or postgres://USER@HOST/NAME")
	}
	return liteSQL, url, nil
}

// officeBeside names the embedded office database that goes with a ledger database.
func officeBeside(url string) string {
	d, path, err := location(url)
	if err != nil || d == pgSQL {
		return url
	}
	ext := filepath.Ext(path)
	return "sqlite:" + strings.TrimSuffix(path, ext) + "-office" + ext
}

// litePragmas make every acknowledged transaction durable and let readers work beside the
// one writer. Pages of 8 KiB import a twentieth faster than SQLite's 4 KiB; the write-ahead
// log is cut back to 64 MiB after a large import.
const litePragmas = "?_pragma=page_size(8192)&_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)" +
	"&_pragma=foreign_keys(1)&_pragma=cache_size(-65536)&_pragma=journal_size_limit(67108864)" +
	"&_pragma=temp_store(memory)"

// openDatabase opens one database without looking at its schema.
func openDatabase(url string) (*database, error) {
	d, place, err := location(url)
	if err != nil {
		return nil, err
	}
	if d == pgSQL {
		db, err := sql.Open("pgx", place)
		if err != nil {
			return nil, fault.At("database", err.Error(), "write postgres://USER@HOST/NAME")
		}
		return &database{dialect: d, url: url, read: db, write: db}, nil
	}
	dsn := "file:" + escapePath(place) + litePragmas
	write, err := sql.Open("sqlite", dsn+"&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", place, err)
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", dsn+"&_query_only=1")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", place, err), write.Close())
	}
	return &database{dialect: d, path: place, url: url, read: read, write: write}, nil
}

// escapePath writes a file name so that a question mark or percent sign in it stays part of it.
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

func (db *database) close() error {
	if db == nil {
		return nil
	}
	err := db.write.Close()
	if db.read != db.write {
		err = errors.Join(db.read.Close(), err)
	}
	return err
}

// update runs fn in one write transaction. A database that stays busy is a conflict.
func (db *database) update(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return explain(err)
	}
	if err := fn(tx); err != nil {
		return errors.Join(explain(err), ignoreDone(tx.Rollback()))
	}
	return explain(tx.Commit())
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// explain turns the two failures that a person can mend, a busy database and a row that is
// there already, into faults, and leaves the rest alone.
func explain(err error) error {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	busy, twice := false, false
	switch {
	case errors.As(err, &lite):
		busy = lite.Code()&0xff == sqlite3.SQLITE_BUSY
		twice = lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	case errors.As(err, &pg):
		busy, twice = pg.Code == "55P03", pg.Code == "23505"
	}
	switch {
	case busy:
		return &fault.Error{Kind: fault.Conflict, Place: "database", Text: "another writer, such as an import, is at work",
			Remedy: "try again when it has finished"}
	case twice:
		return &fault.Error{Kind: fault.Conflict, Place: "database", Text: "an entry with this name exists already: " + err.Error(),
			Remedy: "choose another name or change the existing entry"}
	}
	return err
}
