package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Proceeding is one of the office's own papers about a case. State and Next are what its steps
// come to; the caller who adds a step says them.
type Proceeding struct {
	ID         string
	Kind       string
	Court, Key string // the case
	CaseNo     string
	State      string
	Next       string // who has to act next, empty: nobody
	Version    int    // number of steps
	Created    time.Time
	Steps      []ProceedingStep // nil in listings
}

// ProceedingStep is one step, kept for ever as it was taken.
type ProceedingStep struct {
	Act  string
	Who  string // login
	Name string // display name at the time
	Role string
	At   time.Time  // set by the store
	Day  civil.Date // the day it holds for
	Body string     // JSON
}

// Post is an event that waits for its entry in the ledger.
type Post struct {
	Proceeding string
	No         int    // the step that made it
	Body       string // JSON
	Created    time.Time
}

// ProceedingFilter chooses proceedings; empty texts choose everything.
type ProceedingFilter struct{ Court, Key, Kind, State string }

// AddProceeding keeps a new proceeding with its first step and returns its id: the series with
// the next number, P2024-0001.
func (s *Store) AddProceeding(ctx context.Context, series string, p Proceeding, first ProceedingStep) (string, error) {
	if p.Court == "" || p.Key == "" || p.Kind == "" || series == "" || first.Act == "" {
		return "", fault.Invalidf("a proceeding needs a series, a kind, a case and a first step")
	}
	var id string
	err := s.office.update(ctx, func(tx *sql.Tx) error {
		var number int64
		if err := tx.QueryRowContext(ctx, s.stmts.get("proceeding_number"), series).Scan(&number); err != nil {
			return err
		}
		id = fmt.Sprintf("%s-%04d", series, number)
		_, err := tx.ExecContext(ctx, s.stmts.get("proceeding_insert"), id, series, number, p.Kind, p.Court, p.Key, p.CaseNo, p.State, p.Next, millis(s.now()))
		if err != nil {
			return err
		}
		return s.putStep(ctx, tx, id, 1, first)
	})
	return id, err
}

func (s *Store) putStep(ctx context.Context, tx *sql.Tx, id string, no int, st ProceedingStep) error {
	_, err := tx.ExecContext(ctx, s.stmts.get("proceeding_step_insert"), id, no, st.Act, st.Who, st.Name, st.Role, millis(s.now()), st.Day.Unix(), st.Body)
	return err
}

// Advance adds a step to the version that the caller has seen; p carries id, version, new state
// and next. When somebody was faster that is fault.Conflict. A post, unless empty, is kept in
// the same transaction.
func (s *Store) Advance(ctx context.Context, p Proceeding, st ProceedingStep, post string) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		if err := s.advance(ctx, tx, p, st); err != nil || post == "" {
			return err
		}
		_, err := tx.ExecContext(ctx, s.stmts.get("proceeding_post_insert"), p.ID, p.Version+1, post, millis(s.now()))
		return err
	})
}

func (s *Store) advance(ctx context.Context, tx *sql.Tx, p Proceeding, st ProceedingStep) error {
	res, err := tx.ExecContext(ctx, s.stmts.get("proceeding_advance"), p.ID, p.Version, p.State, p.Next)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil {
		return err
	} else if n != 1 {
		return &fault.Error{Kind: fault.Conflict, Place: p.ID, Text: "somebody else has just taken a step", Remedy: "look at the present state and decide again"}
	}
	return s.putStep(ctx, tx, p.ID, p.Version+1, st)
}

// Posted notes that the ledger has the event of a post, and adds the step that says so.
// Doing it twice changes nothing: the second time is fault.Conflict.
func (s *Store) Posted(ctx context.Context, post Post, batch int64, p Proceeding, st ProceedingStep) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, s.stmts.get("proceeding_posted"), post.Proceeding, post.No, millis(s.now()), batch)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil {
			return err
		} else if n != 1 {
			return fault.Conflictf("%s: step %d is in the ledger already", post.Proceeding, post.No)
		}
		return s.advance(ctx, tx, p, st)
	})
}

// Posts returns what waits for its entry in the ledger, oldest first.
func (s *Store) Posts(ctx context.Context) (out []Post, err error) {
	err = s.office.each(ctx, s.stmts.get("proceeding_waiting"), nil, func(rows *sql.Rows) error {
		var p Post
		var at int64
		err := rows.Scan(&p.Proceeding, &p.No, &p.Body, &at)
		p.Created = instant(at)
		out = append(out, p)
		return err
	})
	return out, err
}

// Proceedings lists proceedings without their steps, by court and number.
func (s *Store) Proceedings(ctx context.Context, f ProceedingFilter) (out []Proceeding, err error) {
	err = s.office.each(ctx, s.stmts.get("proceedings"), []any{f.Court, f.Key, f.Kind, f.State}, func(rows *sql.Rows) error {
		p, err := scanProceeding(rows)
		out = append(out, p)
		return err
	})
	return out, err
}

// Proceeding returns one with its steps, or fault.NotFound.
func (s *Store) Proceeding(ctx context.Context, id string) (Proceeding, error) {
	p, err := scanProceeding(s.office.read.QueryRowContext(ctx, s.stmts.get("proceeding"), id))
	if errors.Is(err, sql.ErrNoRows) {
		return p, fault.NotFoundf("no proceeding %q", id)
	}
	if err != nil {
		return p, err
	}
	err = s.office.each(ctx, s.stmts.get("proceeding_steps"), []any{id}, func(rows *sql.Rows) error {
		var st ProceedingStep
		var at, day int64
		err := rows.Scan(&st.Act, &st.Who, &st.Name, &st.Role, &at, &day, &st.Body)
		st.At, st.Day = instant(at), civil.FromUnix(int(day))
		p.Steps = append(p.Steps, st)
		return err
	})
	p.Version = len(p.Steps) // steps added since the first look belong to the version read
	return p, err
}

func scanProceeding(row scanner) (p Proceeding, err error) {
	var at int64
	err = row.Scan(&p.ID, &p.Kind, &p.Court, &p.Key, &p.CaseNo, &p.State, &p.Next, &p.Version, &at)
	p.Created = instant(at)
	return p, err
}
