package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// ChangeKind is what a batch did to a case, seen from a court, division or judge.
type ChangeKind string

// The kinds of change; every case version that a batch wrote is of exactly one. Nothing is
// ever removed from the ledger: a case leaves a division or a judge only by moving.
const (
	ChangeNew      ChangeKind = "new"      // the ledger did not know the case
	ChangeClosed   ChangeKind = "closed"   // it was pending and has a closing date now
	ChangeReopened ChangeKind = "reopened" // it was closed and has no closing date any more
	ChangeOther    ChangeKind = "changed"  // other columns differ
	ChangeCame     ChangeKind = "came"     // it was with another division or judge
	ChangeGone     ChangeKind = "gone"     // it is with another division or judge now
)

// ChangeKinds lists the kinds in the order of the page.
func ChangeKinds() []ChangeKind {
	return []ChangeKind{ChangeNew, ChangeClosed, ChangeReopened, ChangeOther, ChangeCame, ChangeGone}
}

// ChangeFilter chooses the case versions that a batch wrote; empty texts choose everything.
type ChangeFilter struct {
	Batch                  int64
	Court, Division, Judge string
	Kind                   ChangeKind
	Field                  string // only cases known before whose value in this column differs
	Offset, Limit          int    // Limit 0: no limit
}

// changeQuery is a question about the new version n of a case and the one it replaced, o.
type changeQuery struct {
	kind, from string // expression of the kind; the tables with the condition
	args       []any
}

// arg adds a value and returns its place.
func (q *changeQuery) arg(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}

// query writes the filter as SQL.
func (f ChangeFilter) query() (changeQuery, error) {
	q := changeQuery{args: []any{f.Batch}}
	is, was := []string{"1 = 1"}, []string{"1 = 1"}
	for _, x := range []struct{ column, value string }{{"court", f.Court}, {"division", f.Division}, {"judge", f.Judge}} {
		if x.value != "" {
			p := q.arg(x.value)
			is, was = append(is, "n."+x.column+" = "+p), append(was, "o."+x.column+" = "+p)
		}
	}
	here, there := strings.Join(is, " AND "), strings.Join(was, " AND ")
	q.kind = "CASE WHEN NOT (" + here + ") THEN 'gone' WHEN o.id IS NULL THEN 'new' WHEN NOT (" + there + ") THEN 'came'" +
		" WHEN o.closed_on IS NULL AND n.closed_on IS NOT NULL THEN 'closed' WHEN o.closed_on IS NOT NULL AND n.closed_on IS NULL THEN 'reopened' ELSE 'changed' END"
	cond := []string{"n.from_batch = $1", "((" + here + ") OR o.id IS NOT NULL AND " + there + ")"}
	if f.Kind != "" {
		cond = append(cond, q.kind+" = "+q.arg(string(f.Kind)))
	}
	if f.Field != "" {
		if _, ok := docket.FieldByName(f.Field); !ok {
			return q, fault.Invalidf("a case has no column %q", f.Field)
		}
		cond = append(cond, "o.id IS NOT NULL", "n."+f.Field+" IS DISTINCT FROM o."+f.Field)
	}
	q.from = " FROM case_version n LEFT JOIN case_version o ON o.court = n.court AND o.key = n.key AND o.to_batch = n.from_batch WHERE " +
		strings.Join(cond, " AND ")
	return q, nil
}

// ChangeCount is how many cases of a court a batch changed in one way.
type ChangeCount struct {
	Court string
	Kind  ChangeKind
	Cases int64
}

// ChangeCounts counts the cases that a batch wrote, by court code and kind.
func (s *Store) ChangeCounts(ctx context.Context, f ChangeFilter) (out []ChangeCount, err error) {
	q, err := f.query()
	if err != nil {
		return nil, err
	}
	err = s.each(ctx, "SELECT n.court, "+q.kind+" AS kind, COUNT(*)"+q.from+" GROUP BY 1, 2 ORDER BY 1, 2", q.args, func(rows *sql.Rows) error {
		var c ChangeCount
		err := rows.Scan(&c.Court, &c.Kind, &c.Cases)
		out = append(out, c)
		return err
	})
	return out, err
}

// FieldCount is how many known cases got another value in one column.
type FieldCount struct {
	Field string
	Cases int64
}

// ChangedFields counts, for every column that files bring, the cases whose value a batch changed, in
// the order of the catalogue; columns that nothing changed are left out.
func (s *Store) ChangedFields(ctx context.Context, f ChangeFilter) ([]FieldCount, error) {
	q, err := f.query()
	if err != nil {
		return nil, err
	}
	sums := make([]string, len(docket.FileFields))
	counts, targets := make([]int64, len(docket.FileFields)), make([]any, len(docket.FileFields))
	for i := range docket.FileFields {
		name := docket.FileFields[i].Name
		sums[i] = "COALESCE(SUM(CASE WHEN n." + name + " IS DISTINCT FROM o." + name + " THEN 1 ELSE 0 END), 0)"
		targets[i] = &counts[i]
	}
	err = s.ledger.read.QueryRowContext(ctx, "SELECT "+strings.Join(sums, ", ")+q.from+" AND o.id IS NOT NULL", q.args...).Scan(targets...)
	if err != nil {
		return nil, err
	}
	var out []FieldCount
	for i, n := range counts {
		if n > 0 {
			out = append(out, FieldCount{docket.FileFields[i].Name, n})
		}
	}
	return out, nil
}

// Change is a case version that a batch wrote, with the one it replaced.
type Change struct {
	Kind ChangeKind
	Is   Record
	Was  *Record // nil: a new case
}

// ChangeRef names a case version that a batch wrote, and the one it replaced; 0 is none.
type ChangeRef struct {
	Kind    ChangeKind
	Is, Was int64
}

// Changes returns the case versions that a batch wrote, by court and key.
func (s *Store) Changes(ctx context.Context, f ChangeFilter) ([]Change, error) {
	refs, err := s.ChangeRefs(ctx, f)
	if err != nil {
		return nil, err
	}
	return s.ChangesOf(ctx, refs)
}

// ChangeRefs returns what [Store.Changes] returns, by its ids only.
func (s *Store) ChangeRefs(ctx context.Context, f ChangeFilter) (refs []ChangeRef, err error) {
	q, err := f.query()
	if err != nil {
		return nil, err
	}
	query := "SELECT n.id, COALESCE(o.id, 0), " + q.kind + q.from + " ORDER BY n.court, n.key"
	if f.Limit > 0 {
		query += fmt.Sprintf(" LIMIT %d OFFSET %d", f.Limit, max(f.Offset, 0))
	}
	err = s.each(ctx, query, q.args, func(rows *sql.Rows) error {
		var r ChangeRef
		err := rows.Scan(&r.Is, &r.Was, &r.Kind)
		refs = append(refs, r)
		return err
	})
	return refs, err
}

// ChangesOf fetches versions and those they replaced.
func (s *Store) ChangesOf(ctx context.Context, refs []ChangeRef) ([]Change, error) {
	var is, was []int64
	for _, r := range refs {
		is = append(is, r.Is)
		if r.Was != 0 {
			was = append(was, r.Was)
		}
	}
	records, err := s.Records(ctx, is)
	if err != nil {
		return nil, err
	}
	before, err := s.Records(ctx, was)
	if err != nil {
		return nil, err
	}
	out := make([]Change, len(refs))
	for i, r := range refs {
		out[i] = Change{Kind: r.Kind, Is: records[i]}
		if r.Was != 0 {
			out[i].Was, before = &before[0], before[1:]
		}
	}
	return out, nil
}
