package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Store is the one truth. It is safe for concurrent use.
type Store struct {
	ledger, office *database
	now            func() time.Time
	stmts          catalogue
	scratch        bool // made by Rebuild: has no office, is removed on Close
}

// Open opens the ledger and the office at one address: "sqlite:PATH", a plain path, or
// "postgres://…". An embedded store keeps the office in a second file beside PATH, so that
// nobody waits for an import to sign in. A new database is set up; one with an old schema is
// refused with the remedy (see [Migrate]). now is the clock, used for the instants that the
// store writes.
func Open(ctx context.Context, url string, now func() time.Time) (*Store, error) {
	return OpenSplit(ctx, url, officeBeside(url), now)
}

// OpenSplit opens a store whose ledger and office lie in two databases.
func OpenSplit(ctx context.Context, ledgerURL, officeURL string, now func() time.Time) (*Store, error) {
	s := &Store{now: now}
	var err error
	if s.ledger, err = openPart(ctx, ledgerURL, ledgerPart); err != nil {
		return nil, err
	}
	if s.office, err = openPart(ctx, officeURL, officePart); err != nil {
		return nil, errors.Join(err, s.ledger.close())
	}
	if s.stmts, err = loadQueries(s.ledger.dialect); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// openPart opens one database and sees that its schema is the program's.
func openPart(ctx context.Context, url string, p part) (*database, error) {
	if d, path, err := location(url); err == nil && d == liteSQL {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return nil, fmt.Errorf("make the data folder: %w", err)
		}
	}
	db, err := openDatabase(url)
	if err != nil {
		return nil, err
	}
	if err := db.ready(ctx, p); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return db, nil
}

// Close releases the databases.
func (s *Store) Close() error {
	var err error
	if s.scratch && s.ledger.dialect == pgSQL {
		err = s.dropRebuild(context.Background())
	}
	err = errors.Join(err, s.ledger.close(), s.office.close())
	if s.scratch && s.ledger.dialect == liteSQL {
		err = errors.Join(err, removeLite(s.ledger.path))
	}
	return err
}

// removeLite deletes an embedded database with its log files.
func removeLite(path string) error {
	var errs []error
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		if err := os.Remove(path + end); err != nil && !os.IsNotExist(err) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// millis and instant convert between instants and how the tables keep them.
func millis(t time.Time) int64 { return t.UnixMilli() }

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
