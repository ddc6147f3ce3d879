package store

import (
	"context"
	"database/sql"
	"fmt"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Batches returns all batches, newest first. A batch that is running although no process
// works on it is shown as [Interrupted].
func (s *Store) Batches(ctx context.Context) ([]Batch, error) { return s.batches(ctx, 0) }

// BatchStates is [Store.Batches] without files and courts, for every page's look at what stands.
func (s *Store) BatchStates(ctx context.Context) ([]Batch, error) { return s.bareBatches(ctx, 0) }

// Batch returns one batch, or fault.NotFound.
func (s *Store) Batch(ctx context.Context, id int64) (Batch, error) {
	if id > 0 {
		list, err := s.batches(ctx, id)
		if err != nil || len(list) == 1 {
			return append(list, Batch{})[0], err
		}
	}
	return Batch{}, fault.NotFoundf("batch %d does not exist; `zhunsheng ledger batches` lists them", id)
}

// batches reads one batch, or all for id 0.
func (s *Store) batches(ctx context.Context, id int64) ([]Batch, error) {
	list, err := s.bareBatches(ctx, id)
	if err != nil {
		return nil, err
	}
	return list, s.fillBatches(ctx, id, list)
}

func (s *Store) bareBatches(ctx context.Context, id int64) (list []Batch, err error) {
	busy, err := s.importing(ctx)
	if err != nil {
		return nil, err
	}
	err = s.each(ctx, s.stmts.get("batches"), []any{id}, func(rows *sql.Rows) error {
		var b Batch
		var sealed, started, committed, ms int64
		err := rows.Scan(&b.ID, &b.State, &sealed, &b.User, &b.Mapping, &b.MappingVersion, &started, &committed, &ms,
			&b.Read, &b.New, &b.Changed, &b.Unchanged, &b.Rejected, &b.Flagged)
		b.Started, b.Committed, b.Seconds, b.sealed = instant(started), instant(committed), float64(ms)/1000, sealed == 1
		if b.State == Running && !busy {
			b.State = Interrupted
		}
		list = append(list, b)
		return err
	})
	return list, err
}

// fillBatches adds files and courts.
func (s *Store) fillBatches(ctx context.Context, id int64, list []Batch) error {
	at := make(map[int64]*Batch, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	err := s.each(ctx, s.stmts.get("batch_files"), []any{id}, func(rows *sql.Rows) error {
		var f File
		err := rows.Scan(&f.Batch, &f.No, &f.Name, &f.SHA256, &f.Bytes, &f.Path)
		if b := at[f.Batch]; b != nil {
			b.Files = append(b.Files, f)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.each(ctx, s.stmts.get("batch_courts"), []any{id}, func(rows *sql.Rows) error {
		var batch int64
		var court string
		err := rows.Scan(&batch, &court)
		if b := at[batch]; b != nil {
			b.Courts = append(b.Courts, court)
		}
		return err
	})
}

// BatchAsOf returns the last batch committed on or before a day, 0 when there was none yet.
// The day is the office's own: that of the clock's zone at the commit.
func (s *Store) BatchAsOf(ctx context.Context, day civil.Date) (int64, error) {
	if day.IsZero() {
		return 0, fault.Invalidf("no day was given; write YYYY-MM-DD")
	}
	var id int64
	err := s.ledger.read.QueryRowContext(ctx, s.stmts.get("batch_as_of"), day.Unix()).Scan(&id)
	return id, err
}

// Interrupted returns the batches that a crash left in the middle; Resume or Discard each.
func (s *Store) Interrupted(ctx context.Context) ([]Batch, error) {
	list, err := s.Batches(ctx)
	if err != nil {
		return nil, err
	}
	var out []Batch
	for _, b := range list {
		if b.State == Interrupted {
			out = append(out, b)
		}
	}
	return out, nil
}

// Discard gives an interrupted batch up. The old state of the ledger stands as it was; the
// batch stays in the history, and its archived files stay where they are.
func (s *Store) Discard(ctx context.Context, batch int64) error {
	l, err := s.lockFor(ctx, batch)
	if err != nil {
		return err
	}
	defer func() { _ = l.release() }()
	return s.discard(ctx, batch)
}

func (s *Store) discard(ctx context.Context, batch int64) error {
	return s.ledger.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("batch_discard"), batch)
		return err
	})
}

// lockFor takes the import lock for work on an interrupted batch.
func (s *Store) lockFor(ctx context.Context, batch int64) (lock, error) {
	b, err := s.Batch(ctx, batch)
	if err != nil {
		return nil, err
	}
	if b.State != Interrupted {
		return nil, fault.Conflictf("batch %d is %s, not interrupted: it can be neither resumed nor discarded", batch, b.State)
	}
	l, ok, err := s.tryLock(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.Conflictf("batch %d is being worked on by another process; wait until it has finished", batch)
	}
	return l, nil
}

// refuseUnfinished says which batch stands in the way of a new one.
func (s *Store) refuseUnfinished(ctx context.Context) error {
	var id int64
	err := s.ledger.read.QueryRowContext(ctx, s.stmts.get("batch_running")).Scan(&id)
	switch {
	case err == sql.ErrNoRows:
		return nil
	case err != nil:
		return err
	}
	return &fault.Error{Kind: fault.Conflict, Place: "import", Text: fmt.Sprintf("batch %d was interrupted: resume or discard", id),
		Remedy: fmt.Sprintf("`zhunsheng import --resume %d` goes on with its archived files, `zhunsheng import --discard %d` gives it up", id, id)}
}

// Epochs gives for every court the last batch that wrote a case of it, as far as the given
// batch (0: current). A segment of figure columns is valid as long as its epoch stands.
func (s *Store) Epochs(ctx context.Context, batch int64) (map[string]int64, error) {
	out := map[string]int64{}
	err := s.each(ctx, s.stmts.get("epochs"), []any{batch}, func(rows *sql.Rows) error {
		var court string
		var epoch int64
		err := rows.Scan(&court, &epoch)
		out[court] = epoch
		return err
	})
	return out, err
}

// each runs a ledger query and calls fn for every row.
func (s *Store) each(ctx context.Context, query string, args []any, fn func(*sql.Rows) error) error {
	return s.ledger.each(ctx, query, args, fn)
}

func (db *database) each(ctx context.Context, query string, args []any, fn func(*sql.Rows) error) error {
	rows, err := db.read.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
