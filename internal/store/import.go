package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"slices"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Import is one batch being written: Archive every input file, then Put every row, then
// Commit or Discard. Its methods are for one goroutine.
type Import struct {
	s       *Store
	batch   Batch
	lock    lock
	started time.Time
	fileNo  map[string]int64
	sealed  bool // all files are archived
	writer  *writer
	rows    sorter
	run     LimitRun
	flushed bool  // all rows are with the sink; nothing more can be put
	failed  error // the first failure; only Discard may follow
	done    bool
}

// Begin opens a batch, at once visible as running. While another batch is running, or was
// interrupted, that is a fault.Conflict which says what to do.
func (s *Store) Begin(ctx context.Context, info BatchInfo) (*Import, error) {
	l, ok, err := s.tryLock(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &fault.Error{Kind: fault.Conflict, Place: "import", Text: "another import is running",
			Remedy: "wait until it has finished; `zhunsheng ledger batches` shows it"}
	}
	im := s.newImport(Batch{BatchInfo: info, State: Running, Started: s.now()}, l)
	if err := errors.Join(s.refuseUnfinished(ctx), ctx.Err()); err != nil {
		return nil, errors.Join(err, l.release())
	}
	err = s.ledger.update(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, s.stmts.get("batch_next")).Scan(&im.batch.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, s.stmts.get("batch_insert"), im.batch.ID, info.User, info.Mapping, info.MappingVersion, millis(im.batch.Started))
		return err
	})
	if err != nil {
		return nil, errors.Join(err, l.release())
	}
	return im, nil
}

// Resume goes on with an interrupted batch under its old number. The caller reads the
// archived files again from the beginning ([Store.OpenArchived] on Batch().Files). Where the
// crash came before all files were archived, only Discard and a new import help.
func (s *Store) Resume(ctx context.Context, batch int64) (*Import, error) {
	l, err := s.lockFor(ctx, batch)
	if err != nil {
		return nil, err
	}
	b, err := s.Batch(ctx, batch)
	if err == nil && !b.sealed {
		err = &fault.Error{Kind: fault.Conflict, Place: "import", Text: "batch was interrupted before all of its files were archived",
			Remedy: "discard it and import the files again"}
	}
	if err != nil {
		return nil, errors.Join(err, l.release())
	}
	b.State = Running
	im := s.newImport(b, l)
	im.sealed = true
	for _, f := range b.Files {
		im.fileNo[f.Name] = int64(f.No)
	}
	return im, nil
}

// Rehearse opens an import that writes nothing, neither rows nor a batch nor an archive (so
// files need not be archived first), and still counts exactly what Begin … Commit would.
func (s *Store) Rehearse(ctx context.Context, info BatchInfo) (*Import, error) {
	im := s.newImport(Batch{BatchInfo: info, State: Running, Started: s.now()}, nil)
	return im, ctx.Err()
}

func (s *Store) newImport(b Batch, l lock) *Import {
	return &Import{s: s, batch: b, lock: l, started: s.now(), fileNo: map[string]int64{}}
}

func (im *Import) rehearsal() bool { return im.lock == nil }

// Batch returns the batch with the counts so far.
func (im *Import) Batch() Batch {
	b := im.batch
	b.Files = slices.Clone(im.batch.Files)
	return b
}

// Archive keeps an input file unchanged (inside gzip) with its SHA-256, before its rows are
// read. The rows name the file by the same name, which is used once in a batch.
func (im *Import) Archive(ctx context.Context, name string, r io.Reader) (File, error) {
	switch _, twice := im.fileNo[name]; {
	case im.failed != nil:
		return File{}, im.failed
	case im.sealed:
		return File{}, fault.Conflictf("file %s: rows of this batch are already being read; archive all files first", name)
	case twice:
		return File{}, fault.At(name, "this import has a file of that name already", "rename one of them")
	}
	f, err := im.archive(ctx, name, r)
	if err != nil {
		return File{}, im.fail(err)
	}
	im.fileNo[name] = int64(f.No)
	im.batch.Files = append(im.batch.Files, f)
	return f, nil
}

func (im *Import) archive(ctx context.Context, name string, r io.Reader) (f File, err error) {
	s, no := im.s, len(im.batch.Files)+1
	if im.rehearsal() {
		a := archiver{}
		err := a.copy(io.Discard, r)
		return File{No: no, Name: name, SHA256: a.hex(), Bytes: a.size}, err
	}
	if s.ledger.dialect == liteSQL {
		if f, err = s.saveFile(im.batch.ID, no, r); err != nil {
			return f, err
		}
	}
	err = s.ledger.update(ctx, func(tx *sql.Tx) error {
		if s.ledger.dialect == pgSQL {
			if f, err = s.saveParts(ctx, tx, im.batch.ID, no, r); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, s.stmts.get("batch_file_insert"), im.batch.ID, no, name, f.SHA256, f.Bytes, f.Path)
		return err
	})
	f.Name = name
	return f, err
}

// open seals the archive and starts the one transaction of the rows.
func (im *Import) open() error {
	ctx := context.Background() // rows outlive the call that opened the batch; Discard ends them
	if !im.sealed && !im.rehearsal() {
		err := im.s.ledger.update(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, im.s.stmts.get("batch_seal"), im.batch.ID)
			return err
		})
		if err != nil {
			return err
		}
	}
	im.sealed = true
	if err := im.rows.open(ctx, im.s, im.batch.ID); err != nil {
		return err
	}
	if im.rehearsal() {
		im.writer = startWriter(ctx, nowhere{})
		return nil
	}
	sink, err := im.s.openSink(ctx)
	if err != nil {
		return explain(err)
	}
	im.writer = startWriter(ctx, sink)
	return nil
}

// fail remembers the first failure.
func (im *Import) fail(err error) error {
	if im.failed == nil {
		im.failed = err
	}
	return err
}

// Commit makes the batch part of the ledger, atomically, and returns it with its counts.
func (im *Import) Commit(ctx context.Context) (Batch, error) {
	if im.failed != nil {
		return Batch{}, im.failed
	}
	if im.done {
		return Batch{}, fault.Conflictf("batch %d is finished", im.batch.ID)
	}
	if err := im.flush(); err != nil {
		return Batch{}, err
	}
	b := &im.batch
	b.State, b.Committed = Committed, im.s.now()
	b.Seconds = float64(b.Committed.Sub(im.started).Milliseconds()) / 1000
	b.Courts = im.rows.touchedCourts()
	if err := im.noteRun(ctx); err != nil {
		return Batch{}, im.fail(explain(err))
	}
	if err := im.writer.sink.commit(ctx, b, im.rows.touched); err != nil {
		b.State = Running
		return Batch{}, im.fail(explain(err))
	}
	im.done = true
	if im.rehearsal() {
		return im.Batch(), nil
	}
	return im.Batch(), im.lock.release()
}

// Discard gives the batch up: the ledger stays as it was, the batch stays in the history.
// After Commit it does nothing.
func (im *Import) Discard(ctx context.Context) error {
	if im.done {
		return nil
	}
	im.done = true
	_ = im.fail(fault.Conflictf("batch %d was discarded", im.batch.ID))
	var err error
	if im.writer != nil {
		err = im.writer.abandon()
	}
	if im.rehearsal() {
		return err
	}
	im.batch.State = Discarded
	return errors.Join(err, im.s.discard(ctx, im.batch.ID), im.lock.release())
}

// commitBatch writes the batch row and the courts it touched.
func (s *Store) commitBatch(ctx context.Context, tx execer, b *Batch, touched map[string]*touch) error {
	_, err := tx.ExecContext(ctx, s.stmts.get("batch_commit"), b.ID, millis(b.Committed), civil.FromTime(b.Committed).Unix(),
		int64(b.Seconds*1000+0.5), b.Read, b.New, b.Changed, b.Unchanged, b.Rejected, b.Flagged)
	if err != nil {
		return err
	}
	for _, court := range b.Courts {
		t := touched[court]
		if _, err := tx.ExecContext(ctx, s.stmts.get("batch_court_insert"), court, b.ID, t.cases, t.events, t.limits); err != nil {
			return err
		}
	}
	return nil
}

// execer is what a transaction and a connection have in common.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}
