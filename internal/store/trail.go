package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"zhunsheng/internal/audit"
)

// auditLock keeps other appenders on a server waiting; an embedded database has one writer.
const auditLock = "LOCK TABLE audit IN EXCLUSIVE MODE"

// AppendAudit links an entry to the audit chain and returns its record. Appends are
// serialised by the database, so the chain never forks.
func (s *Store) AppendAudit(ctx context.Context, e audit.Entry) (audit.Record, error) {
	var r audit.Record
	err := s.office.update(ctx, func(tx *sql.Tx) error {
		if s.office.dialect == pgSQL {
			if _, err := tx.ExecContext(ctx, auditLock); err != nil {
				return err
			}
		}
		last, err := scanAudit(tx.QueryRowContext(ctx, s.stmts.get("audit_last")))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		r = audit.Next(last, s.now(), e)
		_, err = tx.ExecContext(ctx, s.stmts.get("audit_insert"), r.Seq, millis(r.At), r.Who, r.Action, r.Object, r.Detail, r.Prev, r.Hash)
		return err
	})
	return r, err
}

func scanAudit(row scanner) (r audit.Record, err error) {
	var at int64
	err = row.Scan(&r.Seq, &at, &r.Who, &r.Action, &r.Object, &r.Detail, &r.Prev, &r.Hash)
	if err != nil {
		return audit.Record{}, err
	}
	r.At = instant(at)
	return r, nil
}

// AuditTrail returns up to limit records with a number below before, newest first; before 0
// starts at the end.
func (s *Store) AuditTrail(ctx context.Context, before int64, limit int) ([]audit.Record, error) {
	if before <= 0 {
		before = 1 << 60
	}
	return s.auditRecords(ctx, "audit_before", before, limit)
}

// AuditOf returns the records of one action since an instant, newest first.
func (s *Store) AuditOf(ctx context.Context, action string, since time.Time) (out []audit.Record, err error) {
	err = s.office.each(ctx, s.stmts.get("audit_of"), []any{action, millis(since)}, func(rows *sql.Rows) error {
		r, err := scanAudit(rows)
		out = append(out, r)
		return err
	})
	return out, err
}

func (s *Store) auditRecords(ctx context.Context, query string, bound int64, limit int) (out []audit.Record, err error) {
	err = s.office.each(ctx, s.stmts.get(query), []any{bound, limit}, func(rows *sql.Rows) error {
		r, err := scanAudit(rows)
		out = append(out, r)
		return err
	})
	return out, err
}

// auditPage is how many records VerifyAudit reads at once.
const auditPage = 1000

// VerifyAudit walks the whole chain and returns its last record, or which link is broken.
// Records cut off at the end show when the last record is compared with one noted elsewhere,
// such as in a backup.
func (s *Store) VerifyAudit(ctx context.Context) (last audit.Record, err error) {
	return audit.Verify(func(yield func(audit.Record, error) bool) {
		var after int64 = -1 << 60
		for {
			page, err := s.auditRecords(ctx, "audit_after", after, auditPage)
			if err != nil {
				yield(audit.Record{}, err)
				return
			}
			for _, r := range page {
				if !yield(r, nil) {
					return
				}
				after = r.Seq
			}
			if len(page) < auditPage {
				return
			}
		}
	})
}
