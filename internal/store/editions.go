package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"zhunsheng/internal/fault"
)

// editionLock keeps others from freezing at the same time on a server; an embedded database
// has one writer.
const editionLock = "LOCK TABLE edition IN EXCLUSIVE MODE"

// SaveEdition freezes an edition as the next link of the chain; an id is used once for ever.
func (s *Store) SaveEdition(ctx context.Context, e Edition) error {
	return s.office.update(ctx, func(tx *sql.Tx) error { return s.freeze(ctx, tx, e) })
}

func (s *Store) freeze(ctx context.Context, tx *sql.Tx, e Edition) error {
	if e.ID == "" || len(e.Files) == 0 {
		return fault.Invalidf("an edition needs an id and at least one file")
	}
	if s.office.dialect == pgSQL {
		if _, err := tx.ExecContext(ctx, editionLock); err != nil {
			return err
		}
	}
	err := tx.QueryRowContext(ctx, s.stmts.get("edition_tail")).Scan(&e.Seq, &e.Prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	e.Seq++
	e.Created = instant(millis(e.Created))
	e.Link = e.sum()
	_, err = tx.ExecContext(ctx, s.stmts.get("edition_insert"), e.ID, e.Kind, e.Title, e.Court, e.Period, e.Batch,
		millis(e.Created), e.Who, e.Program, e.Hash, e.Seq, e.Paper, e.Recipe, e.Record, e.Prev, e.Link)
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
}

// sum hashes every field with its length in front, so that no two editions share an encoding.
// The files are in it by [Edition.Hash].
func (e Edition) sum() string {
	var b []byte
	for _, n := range []int64{e.Seq, e.Batch, millis(e.Created)} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range []string{e.ID, e.Kind, e.Title, e.Court, e.Period, e.Who, e.Program, e.Hash, e.Paper, e.Recipe, e.Record, e.Prev} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// VerifyEditions walks the chain of editions and returns the last good one, or which link is
// broken. Editions frozen before there was a chain are passed over.
func (s *Store) VerifyEditions(ctx context.Context) (last Edition, err error) {
	list, err := s.editions(ctx, "")
	if err != nil {
		return last, err
	}
	bySeq := make(map[int64]Edition, len(list))
	chained := 0
	for _, e := range list {
		if e.Seq > 0 {
			chained++
			bySeq[e.Seq] = e
		}
	}
	for n := range chained {
		e, ok := bySeq[int64(n+1)]
		switch {
		case !ok:
			return last, brokenChain(fmt.Sprintf("edition number %d", n+1), "is missing from the chain")
		case e.Prev != last.Link:
			return last, brokenChain("edition "+e.ID, "does not hold the link of the edition before it")
		case e.Link != e.sum():
			return last, brokenChain("edition "+e.ID, "was changed after it was frozen: its link does not fit its content")
		}
		last = e
	}
	return last, nil
}

func brokenChain(place, text string) error {
	return &fault.Error{Kind: fault.Conflict, Place: place, Text: text, Remedy: "restore the editions from a backup"}
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
		err := rows.Scan(&e.ID, &e.Kind, &e.Title, &e.Court, &e.Period, &e.Batch, &created, &e.Who, &e.Program, &e.Hash,
			&e.Seq, &e.Paper, &e.Recipe, &e.Record, &e.Prev, &e.Link)
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
