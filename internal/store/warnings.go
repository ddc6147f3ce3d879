package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// WarningAck says that somebody took note of a warning about a case. It holds for one stage
// and one due day: the next stage, and the same stage of another due day, warn again.
type WarningAck struct {
	Who        string // login
	Court, Key string // the case
	Stage      string
	Due        civil.Date
	At         time.Time
	Note       string
}

// AcknowledgeWarning keeps an acknowledgement; the time is the store's. A second one of the
// same person, case, stage and due day is fault.Conflict.
func (s *Store) AcknowledgeWarning(ctx context.Context, a WarningAck) error {
	if a.Who == "" || a.Key == "" || a.Stage == "" || a.Due.IsZero() || strings.TrimSpace(a.Note) == "" {
		return fault.Invalidf("taking note of a warning needs a person, a case, a stage, a due day and a note")
	}
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("ack_insert"), a.Who, a.Court, a.Key, a.Stage, a.Due.Unix(), millis(s.now()), a.Note)
		return err
	})
}

// WarningAcksOf returns what a person took note of, oldest first.
func (s *Store) WarningAcksOf(ctx context.Context, who string) ([]WarningAck, error) {
	return s.warningAcks(ctx, "acks_of", who)
}

// WarningAcksOn returns who took note of the warnings about a case, oldest first.
func (s *Store) WarningAcksOn(ctx context.Context, court, key string) ([]WarningAck, error) {
	return s.warningAcks(ctx, "acks_on", court, key)
}

func (s *Store) warningAcks(ctx context.Context, query string, args ...any) (out []WarningAck, err error) {
	err = s.office.each(ctx, s.stmts.get(query), args, func(rows *sql.Rows) error {
		var a WarningAck
		var due, at int64
		err := rows.Scan(&a.Who, &a.Court, &a.Key, &a.Stage, &due, &at, &a.Note)
		a.Due, a.At = dayOf(due, true), instant(at)
		out = append(out, a)
		return err
	})
	return out, err
}

// Digest is the list of warnings that a person got on a day, as it stood then.
type Digest struct {
	Who   string
	Day   civil.Date
	At    time.Time
	Cases int
	Body  []byte // JSON of the caller's
}

// KeepDigest keeps the digest of a person and a day and returns the one that stands: the first
// one is never replaced.
func (s *Store) KeepDigest(ctx context.Context, d Digest) (Digest, error) {
	if d.Who == "" || d.Day.IsZero() {
		return Digest{}, fault.Invalidf("a digest needs a person and a day")
	}
	err := s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("digest_insert"), d.Who, d.Day.Unix(), millis(s.now()), d.Cases, string(d.Body))
		return err
	})
	if err != nil {
		return Digest{}, err
	}
	list, err := s.Digests(ctx, d.Who, d.Day)
	if err != nil || len(list) == 0 {
		return Digest{}, err
	}
	return list[0], nil
}

// Digests returns the digests of a person, newest first; of one day only, unless it is zero.
func (s *Store) Digests(ctx context.Context, who string, day civil.Date) (out []Digest, err error) {
	on := int64(0)
	if !day.IsZero() {
		on = int64(day.Unix())
	}
	err = s.office.each(ctx, s.stmts.get("digests"), []any{who, on}, func(rows *sql.Rows) error {
		var d Digest
		var on, at int64
		var body string
		err := rows.Scan(&d.Who, &on, &at, &d.Cases, &body)
		d.Day, d.At, d.Body = dayOf(on, true), instant(at), []byte(body)
		out = append(out, d)
		return err
	})
	return out, err
}
