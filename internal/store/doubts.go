package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"zhunsheng/internal/fault"
)

// Doubt is what somebody holds against a case or a figure of a period that is open for
// correction. Doubt and answers are kept for ever as they were written.
type Doubt struct {
	ID      int64
	Period  string
	Court   string // the court that doubts, empty: the city
	About   string // JSON of the caller's: the case, or the figure as it was shown
	Who     string // login
	At      time.Time
	Body    string
	Answers []DoubtAnswer // oldest first; none: still open
}

// DoubtAnswer is one answer to a doubt.
type DoubtAnswer struct {
	Outcome string // chosen by the caller, e.g. corrected or stands
	Who     string
	At      time.Time
	Body    string
}

// AddDoubt keeps a doubt and returns its number; time is the store's.
func (s *Store) AddDoubt(ctx context.Context, d Doubt) (id int64, err error) {
	if d.Period == "" || d.About == "" || d.Who == "" || strings.TrimSpace(d.Body) == "" {
		return 0, fault.Invalidf("a doubt needs a period, a subject, an author and a text")
	}
	err = s.office.update(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, s.stmts.get("doubt_next")).Scan(&id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, s.stmts.get("doubt_insert"), id, d.Period, d.Court, d.About, d.Who, millis(s.now()), d.Body)
		return err
	})
	return id, err
}

// AnswerDoubt adds an answer to a doubt, or returns fault.NotFound.
func (s *Store) AnswerDoubt(ctx context.Context, id int64, a DoubtAnswer) error {
	if a.Outcome == "" || a.Who == "" || strings.TrimSpace(a.Body) == "" {
		return fault.Invalidf("an answer needs an outcome, an author and a text")
	}
	if _, err := s.Doubt(ctx, id); err != nil {
		return err
	}
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("doubt_answer_insert"), id, a.Outcome, a.Who, millis(s.now()), a.Body)
		return err
	})
}

// Doubt returns one doubt with its answers, or fault.NotFound.
func (s *Store) Doubt(ctx context.Context, id int64) (Doubt, error) {
	if id > 0 {
		list, err := s.doubts(ctx, id, "")
		if err != nil || len(list) == 1 {
			return append(list, Doubt{})[0], err
		}
	}
	return Doubt{}, fault.NotFoundf("doubt %d does not exist", id)
}

// Doubts returns the doubts of a court, of everybody for "", newest first.
func (s *Store) Doubts(ctx context.Context, court string) ([]Doubt, error) {
	return s.doubts(ctx, 0, court)
}

func (s *Store) doubts(ctx context.Context, id int64, court string) (out []Doubt, err error) {
	place := map[int64]int{}
	err = s.office.each(ctx, s.stmts.get("doubts"), []any{id, court}, func(rows *sql.Rows) error {
		var d Doubt
		var at int64
		err := rows.Scan(&d.ID, &d.Period, &d.Court, &d.About, &d.Who, &at, &d.Body)
		d.At = instant(at)
		place[d.ID] = len(out)
		out = append(out, d)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.office.each(ctx, s.stmts.get("doubt_answers"), []any{id, court}, func(rows *sql.Rows) error {
		var of, at int64
		var a DoubtAnswer
		if err := rows.Scan(&of, &a.Outcome, &a.Who, &at, &a.Body); err != nil {
			return err
		}
		a.At = instant(at)
		if i, ok := place[of]; ok { // an answer may come in between the two questions
			out[i].Answers = append(out[i].Answers, a)
		}
		return nil
	})
	return out, err
}
