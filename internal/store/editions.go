package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"

	"zhunsheng/internal/fault"
)

// SaveEdition freezes an edition; an id is used once for ever.
func (s *Store) SaveEdition(ctx context.Context, e Edition) error {
	if e.ID == "" || len(e.Files) == 0 {
		return fault.Invalidf("an edition needs an id and at least one file")
	}
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("edition_insert"), e.ID, e.Kind, e.Title, e.Court, e.Period, e.Batch,
			millis(e.Created), e.Who, e.Program, e.Hash)
		if err != nil {
			return err
		}
		for i, f := range e.Files {
			sum := sha256.Sum256(f.Data)
			_, err := tx.ExecContext(ctx, s.stmts.get("edition_file_insert"), e.ID, i+1, f.Name, f.Media,
				hex.EncodeToString(sum[:]), len(f.Data), f.Data)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Editions returns all editions, newest first, without the data of their files.
func (s *Store) Editions(ctx context.Context) ([]Edition, error) {
	list, err := s.editions(ctx, "")
	if err != nil {
		return nil, err
	}
	at := make(map[string]*Edition, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	err = s.office.each(ctx, s.stmts.get("edition_files"), nil, func(rows *sql.Rows) error {
		var id string
		var f EditionFile
		err := rows.Scan(&id, &f.Name, &f.Media, &f.SHA256, &f.Bytes)
		if e := at[id]; e != nil {
			e.Files = append(e.Files, f)
		}
		return err
	})
	return list, err
}

func (s *Store) editions(ctx context.Context, id string) (out []Edition, err error) {
	err = s.office.each(ctx, s.stmts.get("editions"), []any{id}, func(rows *sql.Rows) error {
		var e Edition
		var created int64
		err := rows.Scan(&e.ID, &e.Kind, &e.Title, &e.Court, &e.Period, &e.Batch, &created, &e.Who, &e.Program, &e.Hash)
		e.Created = instant(created)
		out = append(out, e)
		return err
	})
	return out, err
}

// Edition returns one edition with its files, or fault.NotFound. A file whose content is not
// what was saved is an error.
func (s *Store) Edition(ctx context.Context, id string) (Edition, error) {
	var list []Edition
	if id != "" {
		var err error
		if list, err = s.editions(ctx, id); err != nil {
			return Edition{}, err
		}
	}
	if len(list) == 0 {
		return Edition{}, fault.NotFoundf("edition %q does not exist", id)
	}
	e := list[0]
	err := s.office.each(ctx, s.stmts.get("edition_data"), []any{id}, func(rows *sql.Rows) error {
		var owner string
		var f EditionFile
		if err := rows.Scan(&owner, &f.Name, &f.Media, &f.SHA256, &f.Bytes, &f.Data); err != nil {
			return err
		}
		if sum := sha256.Sum256(f.Data); hex.EncodeToString(sum[:]) != f.SHA256 {
			return &fault.Error{Kind: fault.Conflict, Place: "edition " + id + ", file " + f.Name,
				Text: "the content is not what was issued", Remedy: "restore the edition from a backup"}
		}
		e.Files = append(e.Files, f)
		return nil
	})
	return e, err
}
