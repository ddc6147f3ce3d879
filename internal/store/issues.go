package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// where turns the filter into a condition; issues of batches that are not part of the ledger
// never pass.
func (f IssueFilter) where() (cond string, args []any) {
	parts := []string{"b.state = 'committed'"}
	add := func(text string, arg any) {
		args = append(args, arg)
		parts = append(parts, fmt.Sprintf(text, len(args)))
	}
	if f.Batch != 0 {
		add("i.batch = $%d", f.Batch)
	}
	if f.Court != "" {
		add("i.court = $%d", f.Court)
	}
	if f.Rule != "" {
		add("i.rule = $%d", f.Rule)
	}
	if f.File != "" {
		add("f.name = $%d", f.File)
	}
	for _, b := range f.Without {
		add("i.batch <> $%d", b)
	}
	if f.OnlyReject {
		parts = append(parts, "i.rejected = 1")
	}
	if f.OnlyFlag {
		parts = append(parts, "i.rejected = 0")
	}
	return " FROM issue i JOIN batch b ON b.id = i.batch LEFT JOIN batch_file f ON f.batch = i.batch AND f.no = i.file_no WHERE " +
		strings.Join(parts, " AND "), args
}

// Issues streams the issues that pass a filter, in the order of batches and rows. An error
// ends the stream.
func (s *Store) Issues(ctx context.Context, f IssueFilter) iter.Seq2[Issue, error] {
	cond, args := f.where()
	query := "SELECT i.batch, i.court, COALESCE(f.name, ''), i.sheet, i.row_no, i.col, i.value, i.rule, i.remedy, i.rejected" +
		cond + " ORDER BY i.batch, i.seq"
	if f.Limit > 0 || f.Offset > 0 {
		limit := int64(f.Limit)
		if limit <= 0 {
			limit = 1 << 60
		}
		query += fmt.Sprintf(" LIMIT %d OFFSET %d", limit, max(f.Offset, 0))
	}
	return func(yield func(Issue, error) bool) {
		err := s.each(ctx, query, args, func(rows *sql.Rows) error {
			var is Issue
			var rejected int64
			err := rows.Scan(&is.Batch, &is.Court, &is.File, &is.Sheet, &is.Row, &is.Column, &is.Value, &is.Rule, &is.Remedy, &rejected)
			is.Reject = rejected == 1
			if err == nil && !yield(is, nil) {
				return errEnough
			}
			return err
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(Issue{}, err)
		}
	}
}

// errEnough ends a stream whose reader has seen enough.
var errEnough = fmt.Errorf("enough")

// CountIssues returns the number of issues that pass a filter, whatever its Offset and Limit.
func (s *Store) CountIssues(ctx context.Context, f IssueFilter) (n int64, err error) {
	cond, args := f.where()
	err = s.ledger.read.QueryRowContext(ctx, "SELECT COUNT(*)"+cond, args...).Scan(&n)
	return n, err
}

// IssueCounts counts the issues that pass a filter by rule and court, in the order of both.
func (s *Store) IssueCounts(ctx context.Context, f IssueFilter) ([]IssueCount, error) {
	cond, args := f.where()
	query := "SELECT i.rule, i.court, SUM(CASE WHEN i.rejected = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN i.rejected = 1 THEN 0 ELSE 1 END)" +
		cond + " GROUP BY i.rule, i.court ORDER BY i.rule, i.court"
	var out []IssueCount
	err := s.each(ctx, query, args, func(rows *sql.Rows) error {
		var c IssueCount
		err := rows.Scan(&c.Rule, &c.Court, &c.Rejected, &c.Flagged)
		out = append(out, c)
		return err
	})
	return out, err
}
