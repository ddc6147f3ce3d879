package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"zhunsheng/internal/fault"
)

// Backup copies an embedded store into an empty folder while it is in use, and returns the
// files it wrote, relative to the folder: the ledger as of one moment, then the office, which
// may be younger, then every archived input file that the copied ledger names. A batch that was
// running at that moment is interrupted in the copy.
func (s *Store) Backup(ctx context.Context, dir string) ([]string, error) {
	if s.ledger.dialect == pgSQL || s.office.dialect == pgSQL {
		return nil, &fault.Error{Kind: fault.Invalid, Place: "backup", Text: "the databases lie on a server", Remedy: "use the server's own backup, such as pg_dump or continuous archiving"}
	}
	var out []string
	for _, db := range []*database{s.ledger, s.office} {
		name := filepath.Base(db.path)
		if err := copyLite(ctx, db.path, filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("copy %s: %w", name, err)
		}
		out = append(out, name)
	}
	paths, err := archivedPaths(ctx, filepath.Join(dir, out[0]))
	if err != nil {
		return nil, fmt.Errorf("list the archive: %w", err)
	}
	for _, p := range paths {
		name := filepath.FromSlash(p)
		if err := copyFile(filepath.Join(filepath.Dir(s.ledger.path), name), filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("copy the archive: %w", err)
		}
		out = append(out, p)
	}
	return out, nil
}

// copyLite writes a compact copy of a database that others may be writing: readers see one
// moment of it, and the copy is of that moment.
func copyLite(ctx context.Context, from, to string) (err error) {
	db, err := sql.Open("sqlite", "file:"+escapePath(from)+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, "VACUUM INTO $1", to)
	return err
}

// archivedPaths lists the archived files that a copied ledger names.
func archivedPaths(ctx context.Context, ledger string) (out []string, err error) {
	db, err := sql.Open("sqlite", "file:"+escapePath(ledger)+"?mode=ro&immutable=1")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.QueryContext(ctx, "SELECT path FROM batch_file WHERE path <> '' ORDER BY batch, no")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p string
		if err := rows.Scan(&p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// copyFile copies a file and sees it on the disk; folders are made as needed.
func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return err
	}
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	w, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return errors.Join(err, r.Close())
	}
	_, err = io.Copy(w, r)
	if err == nil {
		err = w.Sync()
	}
	return errors.Join(err, w.Close(), r.Close())
}
