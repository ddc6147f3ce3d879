package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
)

// Parse reads the rows of a batch from its archived files, which it must not close, and puts
// each, exactly as the import did.
type Parse func(ctx context.Context, b Batch, files []*Archived, put func(ledger.Row) error) error

// rebuildSchema is the schema in which a server's case tables are made again.
const rebuildSchema = "zhunsheng_rebuild"

// Rebuild makes the case tables again from the archive alone, in a fresh database file or
// schema: every committed batch in order, under its old number. Nothing of s changes. Compare
// the result with s, then Close it, which removes it.
//
// limits gives what computes the limits of a batch that computed some; it may be nil where
// none did.
func (s *Store) Rebuild(ctx context.Context, parse Parse, limits func(LimitRun) (Assess, error)) (*Store, error) {
	fresh, err := s.fresh(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare the rebuilding: %w", err)
	}
	list, err := s.Batches(ctx)
	if err != nil {
		return nil, errors.Join(err, fresh.Close())
	}
	runs, err := s.LimitRuns(ctx)
	if err != nil {
		return nil, errors.Join(err, fresh.Close())
	}
	slices.Reverse(list)
	for _, b := range list {
		if b.State != Committed {
			continue
		}
		r := replayed{Batch: b, parse: parse}
		if i := slices.IndexFunc(runs, func(r LimitRun) bool { return r.Batch == b.ID }); i >= 0 {
			if r.run = &runs[i]; limits == nil {
				return nil, errors.Join(fmt.Errorf("rebuild batch %d: nothing computes its limits", b.ID), fresh.Close())
			}
			if r.assess, err = limits(runs[i]); err != nil {
				return nil, errors.Join(fmt.Errorf("rebuild batch %d: %w", b.ID, err), fresh.Close())
			}
		}
		if err := s.replay(ctx, fresh, r); err != nil {
			return nil, errors.Join(fmt.Errorf("rebuild batch %d: %w", b.ID, err), fresh.Close())
		}
	}
	return fresh, nil
}

// fresh opens an empty ledger beside s, without an office.
func (s *Store) fresh(ctx context.Context) (*Store, error) {
	out := &Store{now: s.now, stmts: s.stmts, scratch: true}
	place := "sqlite:" + s.ledger.path + ".rebuild"
	if s.ledger.dialect == pgSQL {
		if err := s.dropRebuild(ctx); err != nil {
			return nil, err
		}
		if _, err := s.ledger.write.ExecContext(ctx, "CREATE SCHEMA "+rebuildSchema); err != nil {
			return nil, err
		}
		u, err := url.Parse(s.ledger.url)
		if err != nil {
			return nil, err
		}
		q := u.Query()
		q.Set("search_path", rebuildSchema)
		u.RawQuery = q.Encode()
		place = u.String()
	} else if err := removeLite(s.ledger.path + ".rebuild"); err != nil {
		return nil, err
	}
	var err error
	out.ledger, err = openPart(ctx, place, ledgerPart)
	return out, err
}

func (s *Store) dropRebuild(ctx context.Context) error {
	_, err := s.ledger.write.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+rebuildSchema+" CASCADE")
	return err
}

// replayed is a batch to be imported again.
type replayed struct {
	Batch
	parse  Parse
	run    *LimitRun // how it computed limits; nil: not at all
	assess Assess
}

// replay imports one batch again into fresh.
func (s *Store) replay(ctx context.Context, fresh *Store, b replayed) (err error) {
	var files []*Archived
	defer func() {
		for _, f := range files {
			err = errors.Join(err, f.Close())
		}
	}()
	for _, f := range b.Files {
		a, err := s.OpenArchived(ctx, f)
		if err != nil {
			return err
		}
		files = append(files, a)
	}
	im, err := fresh.reopen(ctx, b.Batch)
	if err != nil {
		return err
	}
	if b.run != nil {
		im.Limits(b.run.Rules, b.run.Settings, b.assess)
	}
	if err := b.parse(ctx, b.Batch, files, im.Put); err != nil {
		return errors.Join(err, im.Discard(ctx))
	}
	if b.run != nil {
		if err := im.Assess(ctx, b.run.Day, b.run.Reach, nil); err != nil {
			return errors.Join(err, im.Discard(ctx))
		}
	}
	_, err = im.Commit(ctx)
	return errors.Join(err, im.Discard(ctx))
}

// reopen begins an import under the number, user, mapping and files of a batch elsewhere.
func (s *Store) reopen(ctx context.Context, b Batch) (*Import, error) {
	l, ok, err := s.tryLock(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.Conflictf("an import or another rebuilding is running; wait until it has finished")
	}
	im := s.newImport(Batch{ID: b.ID, BatchInfo: b.BatchInfo, State: Running, Started: s.now(), Files: b.Files}, l)
	err = s.ledger.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("batch_insert"), b.ID, b.User, b.Mapping, b.MappingVersion, millis(im.batch.Started))
		if err != nil {
			return err
		}
		for _, f := range b.Files {
			im.fileNo[f.Name] = int64(f.No)
			_, err := tx.ExecContext(ctx, s.stmts.get("batch_file_insert"), b.ID, f.No, f.Name, f.SHA256, f.Bytes, f.Path)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, l.release())
	}
	return im, nil
}

// checked are the tables that the archive determines, with the columns and the order of
// their rows, by numbers only, which every database sorts alike; small tables without such an
// order are sorted here. Instants and durations of a batch are its history, not its content.
var checked = []struct{ table, columns, order string }{
	{"batch", "id, user_name, mapping, mapping_version, rows_read, rows_new, rows_changed, rows_unchanged, rows_rejected, rows_flagged", "id"},
	{"batch_file", "batch, no, name, sha256, bytes", "batch, no"},
	{"batch_court", "court, batch, cases, events, limits", ""},
	{"case_version", strings.Join(caseColumns, ", ") + ", to_batch", "id"},
	{"event_version", strings.Join(eventColumns, ", ") + ", to_batch", "id"},
	{"case_limit", strings.Join(limitColumns, ", ") + ", to_batch", "case_id, from_batch"},
	{"limit_run", "batch, rules, day, settings, reach, computed, written", "batch"},
	{"issue", strings.Join(issueColumns, ", "), "batch, seq"},
}

// Checksums returns number of rows and a checksum of the content of every table that the
// archive determines. Batches that are not part of the ledger do not count. Both databases
// give the same checksums for the same imports.
func (s *Store) Checksums(ctx context.Context) (map[string]Checksum, error) {
	out := make(map[string]Checksum, len(checked))
	for _, t := range checked {
		query := "SELECT " + t.columns + " FROM " + t.table
		switch t.table {
		case "batch":
			query += " WHERE state = 'committed'"
		case "batch_file":
			query += " WHERE batch IN (SELECT id FROM batch WHERE state = 'committed')"
		}
		if t.order != "" {
			query += " ORDER BY " + t.order
		}
		sum, err := s.checksum(ctx, query, t.order == "")
		if err != nil {
			return nil, fmt.Errorf("checksum of %s: %w", t.table, err)
		}
		out[t.table] = sum
	}
	return out, nil
}

func (s *Store) checksum(ctx context.Context, query string, sortHere bool) (Checksum, error) {
	rows, err := s.ledger.read.QueryContext(ctx, query)
	if err != nil {
		return Checksum{}, err
	}
	h := sha256.New()
	var n int64
	var lines []string
	var line []byte
	err = relay(rows, func([]string) error { return nil }, func(values []any) error {
		n++
		line = appendRow(line[:0], values)
		if sortHere {
			lines = append(lines, string(line))
			return nil
		}
		_, err := h.Write(line)
		return err
	})
	slices.Sort(lines)
	for _, l := range lines {
		_, _ = io.WriteString(h, l)
	}
	return Checksum{n, hex.EncodeToString(h.Sum(nil))}, err
}

// appendRow writes a row so that every value says what it is and where it ends.
func appendRow(b []byte, values []any) []byte {
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			b = append(b, 0)
		case string:
			b = append(strconv.AppendInt(append(b, 't'), int64(len(v)), 10), ':')
			b = append(b, v...)
		default:
			b = fmt.Appendf(b, "n%v;", v)
		}
	}
	return append(b, '\n')
}

// Compare lists the tables in which two stores differ; none means identical.
func (s *Store) Compare(ctx context.Context, other *Store) ([]Difference, error) {
	mine, err := s.Checksums(ctx)
	if err != nil {
		return nil, err
	}
	others, err := other.Checksums(ctx)
	if err != nil {
		return nil, err
	}
	var out []Difference
	for _, t := range checked {
		if a, b := mine[t.table], others[t.table]; a != b {
			out = append(out, Difference{t.table, a, b})
		}
	}
	return out, nil
}
