package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"

	"zhunsheng/internal/fault"
)

//go:embed migrations
var migrations embed.FS

// part is one of the two halves of the store, each with its own numbered migrations.
type part string

const (
	ledgerPart part = "ledger"
	officePart part = "office"
)

// Migrate brings the database at an address to the program's schema, one transaction for
// each step, forward only.
func Migrate(ctx context.Context, url string) error {
	return MigrateSplit(ctx, url, officeBeside(url))
}

// MigrateSplit is [Migrate] for a ledger and an office in two databases.
func MigrateSplit(ctx context.Context, ledgerURL, officeURL string) error {
	for p, url := range map[part]string{ledgerPart: ledgerURL, officePart: officeURL} {
		db, err := openDatabase(url)
		if err != nil {
			return err
		}
		err = db.migrate(ctx, p)
		if err := errors.Join(err, db.close()); err != nil {
			return err
		}
	}
	return nil
}

// Schema returns the version of the ledger's schema.
func (s *Store) Schema(ctx context.Context) (int64, error) {
	p, err := s.ledger.provider(ledgerPart)
	if err != nil {
		return 0, err
	}
	return p.GetDBVersion(ctx)
}

// provider reads the migrations of one part. Files named NNNN_what.sql serve both databases;
// NNNN_what.sqlite.sql and NNNN_what.postgres.sql lie side by side where one text cannot.
func (db *database) provider(p part) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations/"+string(p))
	if err != nil {
		return nil, err
	}
	foreign := "*." + string(liteSQL) + ".sql"
	if db.dialect == liteSQL {
		foreign = "*." + string(pgSQL) + ".sql"
	}
	skip, err := fs.Glob(dir, foreign)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(db.dialect.goose(), db.write, dir, goose.WithExcludeNames(skip),
		goose.WithTableName(string(p)+"_schema"), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
}

// ready sets a new database up and refuses one that does not fit the program.
func (db *database) ready(ctx context.Context, p part) error {
	provider, err := db.provider(p)
	if err != nil {
		return err
	}
	has, want, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema version of %s: %w", db.place(), err)
	}
	switch {
	case has == want:
		return nil
	case has == 0:
		return db.migrate(ctx, p)
	case has < want:
		return &fault.Error{Kind: fault.Conflict, Place: db.place(),
			Text:   fmt.Sprintf("the %s database has schema %d, this program needs %d", p, has, want),
			Remedy: "make a backup, then run `zhunsheng migrate`"}
	}
	return &fault.Error{Kind: fault.Conflict, Place: db.place(),
		Text:   fmt.Sprintf("the %s database has schema %d, this program knows only %d", p, has, want),
		Remedy: "use the newer program that wrote it"}
}

func (db *database) migrate(ctx context.Context, p part) error {
	provider, err := db.provider(p)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema of %s up to date: %w", db.place(), err)
	}
	return nil
}

// place names the database in messages, without a password.
func (db *database) place() string {
	if db.dialect == liteSQL {
		return db.path
	}
	url, _, _ := strings.Cut(db.url, "?")
	if at := strings.LastIndexByte(url, '@'); at >= 0 {
		return "postgres://" + url[at+1:]
	}
	return url
}
