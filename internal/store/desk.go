package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"zhunsheng/internal/fault"
)

// Token lets a program act for a user. Only its hash is kept.
type Token struct {
	Hash    string // made by the caller
	Login   string
	Name    string // what the user calls it
	Created time.Time
	Ended   time.Time // zero: in force
}

// AddToken keeps a new token.
func (s *Store) AddToken(ctx context.Context, t Token) error {
	if t.Hash == "" || t.Login == "" {
		return fault.Invalidf("a token needs a hash and an owner")
	}
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("token_insert"), t.Hash, t.Login, t.Name, millis(s.now()))
		return err
	})
}

// TokenLogin returns whose token in force has a hash, or fault.NotFound.
func (s *Store) TokenLogin(ctx context.Context, hash string) (login string, err error) {
	err = s.office.read.QueryRowContext(ctx, s.stmts.get("token_login"), hash).Scan(&login)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fault.NotFoundf("no token in force has this hash")
	}
	return login, err
}

// Tokens returns the tokens of a user, of everybody for "", oldest first.
func (s *Store) Tokens(ctx context.Context, login string) (out []Token, err error) {
	err = s.office.each(ctx, s.stmts.get("tokens"), []any{login}, func(rows *sql.Rows) error {
		var t Token
		var created, ended int64
		err := rows.Scan(&t.Hash, &t.Login, &t.Name, &created, &ended)
		t.Created = instant(created)
		if ended >= 0 {
			t.Ended = instant(ended)
		}
		out = append(out, t)
		return err
	})
	return out, err
}

// EndToken takes a token of a user out of force, or returns fault.NotFound.
func (s *Store) EndToken(ctx context.Context, login, hash string) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, s.stmts.get("token_end"), login, hash, millis(s.now()))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return fault.NotFoundf("user %s has no such token in force", login)
	})
}

// Note is what somebody wrote down about a case. It is kept for ever as it was written.
type Note struct {
	ID         int64
	Court, Key string // the case
	Who        string // login
	At         time.Time
	Body       string
}

// AddNote keeps a note; id and time are the store's.
func (s *Store) AddNote(ctx context.Context, n Note) error {
	if strings.TrimSpace(n.Body) == "" || n.Who == "" || n.Key == "" {
		return fault.Invalidf("a note needs a case, an author and a text")
	}
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("note_insert"), n.Court, n.Key, n.Who, millis(s.now()), n.Body)
		return err
	})
}

// Notes returns the notes on a case, oldest first.
func (s *Store) Notes(ctx context.Context, court, key string) (out []Note, err error) {
	err = s.office.each(ctx, s.stmts.get("notes"), []any{court, key}, func(rows *sql.Rows) error {
		var n Note
		var at int64
		err := rows.Scan(&n.ID, &n.Court, &n.Key, &n.Who, &at, &n.Body)
		n.At = instant(at)
		out = append(out, n)
		return err
	})
	return out, err
}

// Decision is something the office decided, with reason, author and time; a later one of the
// same kind and name follows it and never replaces it.
type Decision struct {
	Kind, Name string
	Version    int // 1, 2, … of the kind and name
	Body       string
	Reason     string
	Who        string // login
	At         time.Time
}

// Decide keeps a decision as the next version of its kind and name.
func (s *Store) Decide(ctx context.Context, d Decision) error {
	if d.Kind == "" || d.Name == "" || strings.TrimSpace(d.Reason) == "" || d.Who == "" {
		return fault.Invalidf("a decision needs a kind, a name, a reason and an author")
	}
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("decision_insert"), d.Kind, d.Name, d.Body, d.Reason, d.Who, millis(s.now()))
		return err
	})
}

// Decisions returns all decisions of a kind, by name, oldest first.
func (s *Store) Decisions(ctx context.Context, kind string) (out []Decision, err error) {
	err = s.office.each(ctx, s.stmts.get("decisions"), []any{kind}, func(rows *sql.Rows) error {
		var d Decision
		var at int64
		err := rows.Scan(&d.Kind, &d.Name, &d.Version, &d.Body, &d.Reason, &d.Who, &at)
		d.At = instant(at)
		out = append(out, d)
		return err
	})
	return out, err
}
