package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// valid is the condition for the versions that stand as of a batch; 0 is the current ledger.
// The batch is bound as parameter n.
func valid(prefix string, batch int64, n int) (cond string, args []any) {
	if batch == 0 {
		return prefix + "to_batch IS NULL", nil
	}
	return fmt.Sprintf("%[1]sfrom_batch <= $%[2]d AND (%[1]sto_batch IS NULL OR %[1]sto_batch > $%[2]d)", prefix, n), []any{batch}
}

// Scan calls fn for every case of a court, in no promised order, as of a batch (0: the
// current ledger). The case is valid during the call only and comes without its unknown
// columns; the texts in it may be kept.
func (s *Store) Scan(ctx context.Context, court string, batch int64, fn func(id int64, c *docket.Case) error) error {
	cond, args := valid("c.", batch, 2)
	query := "SELECT c.id, " + fieldList + " FROM case_version c" + limitsOf(batch) + " WHERE c.court = $1 AND " + cond
	var r caseReader
	dest := append([]any{&r.id}, r.fields()...)
	return s.each(ctx, query, append([]any{court}, args...), func(rows *sql.Rows) error {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		return fn(r.id, &r.c)
	})
}

// fieldList names the canonical columns in the order of docket.Fields; the tables are named c
// and, joined by [limitsOf], l.
var fieldList = func() string {
	var names []string
	for _, f := range docket.FileFields {
		names = append(names, "c."+f.Name)
	}
	return strings.Join(append(names, computedColumns...), ", ")
}()

// limitsOf joins the limits that stand as of a batch to the case versions c; 0 is the last
// one computed.
func limitsOf(batch int64) string {
	cond := "l.to_batch IS NULL"
	if batch != 0 {
		cond = fmt.Sprintf("l.from_batch <= %[1]d AND (l.to_batch IS NULL OR l.to_batch > %[1]d)", batch)
	}
	return " LEFT JOIN case_limit l ON l.court = c.court AND l.case_id = c.id AND " + cond
}

// caseReader is the target of a row of case columns.
type caseReader struct {
	id int64
	c  docket.Case
}

// fields returns scan targets for the canonical columns.
func (r *caseReader) fields() []any {
	out := make([]any, len(docket.Fields))
	for i := range docket.Fields {
		out[i] = r.target(&docket.Fields[i])
	}
	return out
}

// target returns the scan target for one canonical column.
func (r *caseReader) target(f *docket.Field) any {
	switch f.Kind {
	case docket.Text:
		return &textTarget{to: f.Text(&r.c), repeats: f.Group}
	case docket.Day:
		return &intTarget{set: func(n int64, known bool) { *f.Day(&r.c) = dayOf(n, known) }}
	case docket.Amount:
		return &intTarget{set: func(n int64, known bool) { *f.Money(&r.c) = docket.Money{Cents: n, Known: known} }}
	case docket.Number:
		return &intTarget{set: func(n int64, _ bool) { *f.Number(&r.c) = int32(n) }}
	}
	return &intTarget{set: func(n int64, known bool) { *f.Flag(&r.c) = flagOf(n, known) }}
}

func dayOf(n int64, known bool) civil.Date {
	if !known {
		return 0
	}
	return civil.FromUnix(int(n))
}

func flagOf(n int64, known bool) docket.Flag {
	switch {
	case !known:
		return docket.Unknown
	case n == 0:
		return docket.No
	}
	return docket.Yes
}

// textTarget receives a text; one that repeats from row to row is kept only once in memory.
type textTarget struct {
	to      *string
	repeats bool
	seen    map[string]string
}

// Scan implements sql.Scanner.
func (t *textTarget) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("store: %T where a text was expected", src)
	}
	if !t.repeats || s == *t.to {
		*t.to = s
		return nil
	}
	if old, ok := t.seen[s]; ok {
		*t.to = old
		return nil
	}
	if t.seen == nil {
		t.seen = map[string]string{}
	}
	t.seen[s] = s
	*t.to = s
	return nil
}

// intTarget receives a number or NULL.
type intTarget struct {
	set func(n int64, known bool)
}

// Scan implements sql.Scanner.
func (t *intTarget) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		t.set(0, false)
	case int64:
		t.set(v, true)
	default:
		return fmt.Errorf("store: %T where a number was expected", src)
	}
	return nil
}

// recordReader is the target of a row of [recordColumns].
type recordReader struct {
	caseReader
	to           sql.NullInt64
	file, sheet  string
	from, row    int64
	flags, extra string
}

// recordColumns are the columns of a [Record]; the table is named c, its file f, its limit l.
var recordColumns = "c.id, " + fieldList +
	", c.from_batch, c.to_batch, COALESCE(f.name, ''), c.sheet, c.row_no, c.flags, c.extra"

// recordSource joins the versions with the names of their files and, as of a batch, their limits.
func recordSource(batch int64) string {
	return " FROM case_version c LEFT JOIN batch_file f ON f.batch = c.from_batch AND f.no = c.file_no" + limitsOf(batch)
}

func (r *recordReader) targets() []any {
	return append(append([]any{&r.id}, r.fields()...), &r.from, &r.to, &r.file, &r.sheet, &r.row, &r.flags, &r.extra)
}

func (r *recordReader) record() (Record, error) {
	extra, err := decodeExtra(r.extra)
	if err != nil {
		return Record{}, fmt.Errorf("case version %d: unknown columns: %w", r.id, err)
	}
	rec := Record{ID: r.id, Case: r.c, FromBatch: r.from, ToBatch: r.to.Int64,
		File: r.file, Sheet: r.sheet, Row: int(r.row), Flags: strings.Fields(r.flags)}
	rec.Extra = extra
	return rec, nil
}

// eachRecord runs a query over recordColumns with the limits as of a batch; rest follows the
// FROM clause.
func (s *Store) eachRecord(ctx context.Context, batch int64, rest string, args []any, fn func(Record) error) error {
	var r recordReader
	dest := r.targets()
	return s.each(ctx, "SELECT "+recordColumns+recordSource(batch)+" "+rest, args, func(rows *sql.Rows) error {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		rec, err := r.record()
		if err != nil {
			return err
		}
		return fn(rec)
	})
}

func (s *Store) records(ctx context.Context, rest string, args ...any) ([]Record, error) {
	var out []Record
	err := s.eachRecord(ctx, 0, rest, args, func(r Record) error {
		out = append(out, r)
		return nil
	})
	return out, err
}

// Export calls fn for every case version that stands as of a batch (0: the current ledger),
// courts in administrative order, then by key.
func (s *Store) Export(ctx context.Context, batch int64, fn func(r *Record) error) error {
	cond, args := valid("c.", batch, 1)
	rest := "LEFT JOIN court k ON k.code = c.court WHERE " + cond +
		" ORDER BY CASE WHEN k.code IS NULL THEN 1 ELSE 0 END, k.seq, c.court, c.key"
	return s.eachRecord(ctx, batch, rest, args, func(r Record) error { return fn(&r) })
}

// Record returns one case version, or fault.NotFound.
func (s *Store) Record(ctx context.Context, id int64) (Record, error) {
	list, err := s.Records(ctx, []int64{id})
	if err != nil {
		return Record{}, err
	}
	return list[0], nil
}

// recordsAtOnce bounds the ids of one statement.
const recordsAtOnce = 500

// Records returns case versions in the order asked for, with the limits computed last; an unknown
// id is fault.NotFound.
func (s *Store) Records(ctx context.Context, ids []int64) ([]Record, error) {
	return s.RecordsAsOf(ctx, 0, ids)
}

// RecordsAsOf is [Store.Records] with the limits that stood as of a batch.
func (s *Store) RecordsAsOf(ctx context.Context, batch int64, ids []int64) ([]Record, error) {
	byID := make(map[int64]Record, len(ids))
	for part := range slices.Chunk(ids, recordsAtOnce) {
		list := make([]string, len(part))
		for i, id := range part {
			list[i] = fmt.Sprint(id)
		}
		err := s.eachRecord(ctx, batch, "WHERE c.id IN ("+strings.Join(list, ",")+")", nil, func(r Record) error {
			byID[r.ID] = r
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]Record, len(ids))
	for i, id := range ids {
		r, ok := byID[id]
		if !ok {
			return nil, fault.NotFoundf("case version %d does not exist", id)
		}
		out[i] = r
	}
	return out, nil
}

// RecordByKey returns the current version of a case, or fault.NotFound.
func (s *Store) RecordByKey(ctx context.Context, court, key string) (Record, error) {
	list, err := s.records(ctx, "WHERE c.court = $1 AND c.key = $2 AND c.to_batch IS NULL", court, key)
	if err != nil {
		return Record{}, err
	}
	if len(list) == 0 {
		return Record{}, fault.NotFoundf("court %s has no case with the key %s", court, key)
	}
	return list[0], nil
}

// Versions returns every version of a case, oldest first.
func (s *Store) Versions(ctx context.Context, court, key string) ([]Record, error) {
	return s.records(ctx, "WHERE c.court = $1 AND c.key = $2 ORDER BY c.from_batch", court, key)
}

// FindCaseNo returns current cases whose number is q, and where there is none, those whose
// number begins with q, or else contains it; at most limit, by case number.
func (s *Store) FindCaseNo(ctx context.Context, q string, limit int) ([]Record, error) {
	q = strings.TrimSpace(q)
	if q == "" || limit <= 0 {
		return nil, nil
	}
	tail := fmt.Sprintf(" AND c.to_batch IS NULL ORDER BY c.case_no, c.court, c.id LIMIT %d", limit)
	for _, try := range []struct {
		cond string
		args []any
	}{
		{"WHERE c.case_no = $1", []any{q}},
		{"WHERE c.case_no >= $1 AND c.case_no < $2", []any{q, q + "\U0010FFFF"}},
		{`WHERE c.case_no LIKE $1 ESCAPE '\'`, []any{"%" + likeEscapes.Replace(q) + "%"}},
	} {
		list, err := s.records(ctx, try.cond+tail, try.args...)
		if err != nil || len(list) > 0 {
			return list, err
		}
	}
	return nil, nil
}

// likeEscapes make a text stand for itself in a LIKE pattern.
var likeEscapes = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// Related returns the current cases at both ends of a relation: those whose number the case
// names, and those that name its number (first instance, appeal, retrial, enforcement).
func (s *Store) Related(ctx context.Context, r Record) ([]Record, error) {
	var out []Record
	for _, q := range []struct{ cond, no string }{
		{"WHERE c.case_no = $1", r.RelatedNo},
		{"WHERE c.related_no = $1 AND c.related_no <> ''", r.CaseNo}, // the second condition lets the index serve
	} {
		if q.no == "" {
			continue
		}
		list, err := s.records(ctx, q.cond+" AND c.to_batch IS NULL ORDER BY c.filed_on, c.id", q.no)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			known := slices.ContainsFunc(out, func(o Record) bool { return o.ID == x.ID })
			if !known && (x.Court != r.Court || x.Key != r.Key) {
				out = append(out, x)
			}
		}
	}
	return out, nil
}
