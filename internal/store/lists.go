package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

// Courts returns the office's courts in administrative order.
func (s *Store) Courts(ctx context.Context) (out []docket.Court, err error) {
	err = s.each(ctx, s.stmts.get("courts"), nil, func(rows *sql.Rows) error {
		var c docket.Court
		err := rows.Scan(&c.Code, &c.Name, &c.Level, &c.Parent, &c.Seq)
		out = append(out, c)
		return err
	})
	return out, err
}

// LoadCourts replaces the list of courts.
func (s *Store) LoadCourts(ctx context.Context, list []docket.Court) error {
	seen := map[string]bool{}
	return s.loadList(ctx, "court", "court_insert", len(list), func(i int) ([]any, error) {
		c := list[i]
		err := unique("court", i, c.Code, seen)
		return []any{c.Code, c.Name, c.Level, c.Parent, c.Seq}, err
	})
}

// Divisions returns the divisions of all courts, courts in administrative order.
func (s *Store) Divisions(ctx context.Context) (out []docket.Division, err error) {
	err = s.each(ctx, s.stmts.get("divisions"), nil, func(rows *sql.Rows) error {
		var d docket.Division
		err := rows.Scan(&d.ID, &d.Court, &d.Name, &d.Line, &d.Seq)
		out = append(out, d)
		return err
	})
	return out, err
}

// LoadDivisions replaces the list of divisions; an id is used once in a court.
func (s *Store) LoadDivisions(ctx context.Context, list []docket.Division) error {
	seen := map[string]bool{}
	return s.loadList(ctx, "division", "division_insert", len(list), func(i int) ([]any, error) {
		d := list[i]
		if d.ID == "" {
			return nil, unique("division", i, "", seen)
		}
		err := unique("division", i, d.Court+" "+d.ID, seen)
		return []any{d.ID, d.Court, d.Name, d.Line, d.Seq}, err
	})
}

// Causes returns the list of causes in the order in which it was loaded.
func (s *Store) Causes(ctx context.Context) (out []docket.Cause, err error) {
	err = s.each(ctx, s.stmts.get("causes"), nil, func(rows *sql.Rows) error {
		var c docket.Cause
		err := rows.Scan(&c.Code, &c.Name, &c.Parent, &c.Level, &c.Line)
		out = append(out, c)
		return err
	})
	return out, err
}

// LoadCauses replaces the list of causes.
func (s *Store) LoadCauses(ctx context.Context, list []docket.Cause) error {
	seen := map[string]bool{}
	return s.loadList(ctx, "cause", "cause_insert", len(list), func(i int) ([]any, error) {
		c := list[i]
		err := unique("cause", i, c.Code, seen)
		return []any{c.Code, c.Name, c.Parent, c.Level, c.Line, i + 1}, err
	})
}

// Roster returns the postings in the order in which they were loaded; empty: no roster.
func (s *Store) Roster(ctx context.Context) (out indicator.Roster, err error) {
	err = s.each(ctx, s.stmts.get("roster"), nil, func(rows *sql.Rows) error {
		var p docket.Posting
		var from, to sql.NullInt64
		var lines, languages, avoid string
		var stays int64
		err := rows.Scan(&p.Judge, &p.Name, &p.Court, &p.Division, &p.Post, &from, &to, &lines, &languages, &avoid, &stays)
		p.Lines, p.Languages, p.Avoid, p.Stays = codesOf(lines), codesOf(languages), codesOf(avoid), stays != 0
		p.From, p.To = dayOf(from.Int64, from.Valid), dayOf(to.Int64, to.Valid)
		out = append(out, p)
		return err
	})
	return out, err
}

// LoadRoster replaces the roster. A posting needs a judge, a court and a first day.
func (s *Store) LoadRoster(ctx context.Context, list []docket.Posting) error {
	return s.loadList(ctx, "roster", "roster_insert", len(list), func(i int) ([]any, error) {
		p := list[i]
		var err error
		switch place := fmt.Sprintf("roster line %d", i+1); {
		case p.Judge == "" || p.Court == "" || p.From.IsZero():
			err = fault.At(place, "judge, court or first day is missing", "fill in all three")
		case !p.To.IsZero() && p.To < p.From:
			err = fault.At(place, fmt.Sprintf("the posting ends on %v, before it begins on %v", p.To, p.From), "correct the days")
		}
		stays := 0
		if p.Stays {
			stays = 1
		}
		return []any{i + 1, p.Judge, p.Name, p.Court, p.Division, p.Post, dayValue(p.From), dayValue(p.To),
			strings.Join(p.Lines, " "), strings.Join(p.Languages, " "), strings.Join(p.Avoid, " "), stays}, err
	})
}

// codesOf reads codes written with blanks between them; nil: none.
func codesOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Fields(text)
}

// loadList replaces a table in one transaction.
func (s *Store) loadList(ctx context.Context, table, insert string, n int, row func(i int) ([]any, error)) error {
	return s.ledger.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return err
		}
		st, err := tx.PrepareContext(ctx, s.stmts.get(insert))
		if err != nil {
			return err
		}
		defer func() { _ = st.Close() }()
		for i := range n {
			args, err := row(i)
			if err != nil {
				return err
			}
			if _, err := st.ExecContext(ctx, args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// unique checks the code of list line i.
func unique(list string, i int, code string, seen map[string]bool) error {
	place := fmt.Sprintf("%s list, line %d", list, i+1)
	if code == "" {
		return fault.At(place, "the code is empty", "give every line a code")
	}
	if seen[code] {
		return fault.At(place, fmt.Sprintf("the code %s stands on the list twice", code), "delete one of the lines")
	}
	seen[code] = true
	return nil
}

// SaveMapping keeps a mapping as the next version of its name and returns it numbered; the
// same text as the newest version is that version again. With Version set, exactly that
// version is kept, and another text under the same number is a conflict.
func (s *Store) SaveMapping(ctx context.Context, m Mapping) (Mapping, error) {
	if m.Name == "" || m.Body == "" {
		return m, fault.Invalidf("a mapping needs a name and a text")
	}
	old, err := s.Mapping(ctx, m.Name, m.Version)
	switch {
	case err == nil && old.Body == m.Body:
		return old, nil
	case err == nil && m.Version != 0:
		return m, fault.Conflictf("mapping %s version %d exists with another text; raise its version", m.Name, m.Version)
	case err == nil:
		m.Version = old.Version + 1
	case !errors.Is(err, fault.NotFound):
		return m, err
	case m.Version == 0:
		m.Version = 1
	}
	m.At = s.now()
	return m, s.ledger.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("mapping_insert"), m.Name, m.Version, m.Body, m.User, millis(m.At))
		return err
	})
}

// Mappings returns every saved version, by name, newest first.
func (s *Store) Mappings(ctx context.Context) (out []Mapping, err error) {
	err = s.each(ctx, s.stmts.get("mappings"), nil, func(rows *sql.Rows) error {
		m, err := scanMapping(rows)
		out = append(out, m)
		return err
	})
	return out, err
}

// Mapping returns one saved version, the newest for version 0, or fault.NotFound.
func (s *Store) Mapping(ctx context.Context, name string, version int) (Mapping, error) {
	m, err := scanMapping(s.ledger.read.QueryRowContext(ctx, s.stmts.get("mapping"), name, version))
	if errors.Is(err, sql.ErrNoRows) {
		return m, fault.NotFoundf("no mapping %s version %d is saved", name, version)
	}
	return m, err
}

// scanner is a row or rows.
type scanner interface{ Scan(dest ...any) error }

func scanMapping(row scanner) (m Mapping, err error) {
	var at int64
	err = row.Scan(&m.Name, &m.Version, &m.Body, &m.User, &at)
	m.At = instant(at)
	return m, err
}
