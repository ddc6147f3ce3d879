package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// ChangeFilter chooses the case versions that a batch wrote; empty texts choose everything.
type ChangeFilter struct {
	Batch                  int64
	Court, Division, Judge string
	OnlyNew, OnlyChanged   bool
	Offset, Limit          int // Limit 0: no limit
}

// where is the condition on the new version n with the one it replaced, o. A case that moved
// between divisions or judges is found where it is now.
func (f ChangeFilter) where() (cond string, args []any) {
	args = []any{f.Batch}
	parts := []string{"n.from_batch = $1"}
	for _, x := range []struct{ column, value string }{{"court", f.Court}, {"division", f.Division}, {"judge", f.Judge}} {
		if x.value != "" {
			args = append(args, x.value)
			parts = append(parts, fmt.Sprintf("n.%s = $%d", x.column, len(args)))
		}
	}
	if f.OnlyNew {
		parts = append(parts, "o.id IS NULL")
	}
	if f.OnlyChanged {
		parts = append(parts, "o.id IS NOT NULL")
	}
	return " FROM case_version n LEFT JOIN case_version o ON o.court = n.court AND o.key = n.key AND o.to_batch = n.from_batch WHERE " +
		strings.Join(parts, " AND "), args
}

// ChangeCount is how many cases of a court a batch brought and changed.
type ChangeCount struct {
	Court        string
	New, Changed int64
}

// ChangeCounts counts the cases that a batch wrote, by court code.
func (s *Store) ChangeCounts(ctx context.Context, f ChangeFilter) (out []ChangeCount, err error) {
	cond, args := f.where()
	query := "SELECT n.court, SUM(CASE WHEN o.id IS NULL THEN 1 ELSE 0 END), SUM(CASE WHEN o.id IS NULL THEN 0 ELSE 1 END)" +
		cond + " GROUP BY n.court ORDER BY n.court"
	err = s.each(ctx, query, args, func(rows *sql.Rows) error {
		var c ChangeCount
		err := rows.Scan(&c.Court, &c.New, &c.Changed)
		out = append(out, c)
		return err
	})
	return out, err
}

// Change is a case version that a batch wrote, with the one it replaced.
type Change struct {
	Is  Record
	Was *Record // nil: a new case
}

// Changes returns the case versions that a batch wrote, by court and key.
func (s *Store) Changes(ctx context.Context, f ChangeFilter) ([]Change, error) {
	cond, args := f.where()
	query := "SELECT n.id, COALESCE(o.id, 0)" + cond + " ORDER BY n.court, n.key"
	if f.Limit > 0 {
		query += fmt.Sprintf(" LIMIT %d OFFSET %d", f.Limit, max(f.Offset, 0))
	}
	var is, was []int64
	err := s.each(ctx, query, args, func(rows *sql.Rows) error {
		var n, o int64
		err := rows.Scan(&n, &o)
		is, was = append(is, n), append(was, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.pairs(ctx, is, was)
}

// pairs fetches versions and those they replaced; 0 is none.
func (s *Store) pairs(ctx context.Context, is, was []int64) ([]Change, error) {
	records, err := s.Records(ctx, is)
	if err != nil {
		return nil, err
	}
	var older []int64
	for _, id := range was {
		if id != 0 {
			older = append(older, id)
		}
	}
	before, err := s.Records(ctx, older)
	if err != nil {
		return nil, err
	}
	out := make([]Change, len(records))
	for i, r := range records {
		out[i].Is = r
		if was[i] != 0 {
			out[i].Was, before = &before[0], before[1:]
		}
	}
	return out, nil
}
