package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"zhunsheng/internal/caselimit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// Assess computes the limit of a case from its record and its current events as of a
// reporting day, which ends what still runs. It must not keep what it is given.
type Assess func(c *docket.Case, events []docket.Event, day civil.Date) Assessed

// Assessed is a computed limit as the ledger keeps it.
type Assessed struct {
	docket.Limit
	Law          civil.Date        // first day of the version of the law
	Months, Days int32             // extensions in effect
	Problem      caselimit.Problem // not kept: the words to Limit.Problem
}

// LimitRun says how a batch computed limits.
type LimitRun struct {
	Batch             int64
	Rules             int64      // number of the accepted rules, see [Store.LimitRules]
	Day               civil.Date // the reporting day
	Settings          string     // the readings used, as JSON
	Reach             Reach
	Computed, Written int64 // cases looked at in the end, and limits that came out different
}

// Reach says which cases a batch computes besides those whose record it writes.
type Reach int

// The reaches. A batch that moves the reporting day takes those with it whose deduction still
// runs.
const (
	TouchedCases Reach = iota // cases of which it brings events
	OpenCases                 // also those whose deduction still runs
	AllCases                  // the whole ledger
)

// Limits makes the import compute the limit of every case that it touches, by its record or by
// its events, under the rules with a number. Give it before the first row; [Import.Assess]
// finishes the work.
func (im *Import) Limits(rules int64, settings string, assess Assess) {
	im.run = LimitRun{Batch: im.batch.ID, Rules: rules, Settings: settings}
	im.rows.assess = assess
}

// inputColumns are the columns of a case that decide about its limit, or name it.
var inputColumns = []string{"key", "court", "type_code", "procedure", "related_no", "case_no", "filed_on", "limit_start_on", "closed_on",
	"extended_on", "deducted_days", "suspended_on", "foreign_related"}

// limitColumns are the columns of table case_limit in the order of [limitRow.value].
var limitColumns = func() []string {
	cols := []string{"court", "case_id", "from_batch"}
	for _, f := range docket.Fields[len(docket.FileFields):] {
		cols = append(cols, f.Name)
	}
	return append(cols, "law_on", "months", "days")
}()

// limitRow is a computed limit on its way into the database.
type limitRow struct {
	court     string
	id, batch int64
	limitContent
}

// limitContent is what makes two limits of a case different.
type limitContent struct {
	fields       docket.Limit
	law          civil.Date
	months, days int32
}

func contentOf(l *Assessed) limitContent {
	return limitContent{l.Limit, l.Law, l.Months, l.Days}
}

// value returns column i of [limitColumns].
func (r *limitRow) value(i int) cell {
	computed := len(docket.Fields) - len(docket.FileFields)
	switch i {
	case 0:
		return str(r.court)
	case 1:
		return num(r.id)
	case 2:
		return num(r.batch)
	case 3 + computed:
		return date(r.law)
	case 4 + computed:
		return num(int64(r.months))
	case 5 + computed:
		return num(int64(r.days))
	}
	f := &docket.Fields[len(docket.FileFields)+i-3]
	c := docket.Case{Limit: r.fields}
	if f.Kind == docket.Text {
		return str(*f.Text(&c))
	}
	return maybe(fieldInt(f, &c))
}

// limit computes the limit of a case that is being written, from its record alone; one that
// needs the reporting day, or has events, is done in [Import.Assess].
func (x *sorter) limit(id int64, c *docket.Case) {
	if x.assess == nil || !c.SuspendedOn.IsZero() && c.ClosedOn.IsZero() {
		return
	}
	l := x.assess(c, nil, 0)
	x.work.limits = append(x.work.limits, limitRow{c.Court, id, x.batch, contentOf(&l)})
}

// Assess finishes the limits of the batch, with everything in it known: of the cases whose
// events it brought, of those it changed that have events, and of those whose deduction still
// runs, or more as the reach says. Call it after the last row, before Commit.
// progress, which may be nil, hears of the cases done and all.
func (im *Import) Assess(ctx context.Context, day civil.Date, reach Reach, progress func(done, all int64)) error {
	if im.failed != nil || im.rows.assess == nil {
		return im.failed
	}
	if err := im.flush(); err != nil {
		return err
	}
	if im.rehearsal() {
		return nil
	}
	im.run.Day, im.run.Reach = day, reach
	a := assessment{im: im, sink: im.writer.sink, day: day, progress: progress}
	if err := a.run(ctx, reach); err != nil {
		return im.fail(explain(fmt.Errorf("compute time limits: %w", err)))
	}
	return nil
}

// flush hands over everything that waits; nothing more can be put.
func (im *Import) flush() error {
	if im.flushed {
		return nil
	}
	if im.writer == nil {
		if err := im.open(); err != nil {
			return im.fail(err)
		}
	}
	im.flushed = true
	if err := im.writer.finish(im.rows.take()); err != nil {
		return im.fail(err)
	}
	return nil
}

// noteRun keeps how the batch computed limits, where it did.
func (im *Import) noteRun(ctx context.Context) error {
	r := &im.run
	if im.rows.assess == nil || r.Day.IsZero() {
		return nil
	}
	return im.writer.sink.exec(ctx, im.s.stmts.get("limit_run_insert"), r.Batch, r.Rules, r.Day.Unix(), r.Settings, int64(r.Reach), r.Computed, r.Written)
}

// assessment is the second pass over the cases of a batch.
type assessment struct {
	im       *Import
	sink     sink
	day      civil.Date
	progress func(done, all int64)
	work     *chunk
}

// assessAtOnce is how many cases one query of the second pass reads.
const assessAtOnce = 1000

// movingKinds is the condition on events e that may move a date.
var movingKinds = func() string {
	quoted := make([]string, 0, 24)
	for _, k := range caselimit.StillKinds() {
		quoted = append(quoted, "'"+k+"'")
	}
	return "e.kind NOT IN (" + strings.Join(quoted, ", ") + ")"
}()

func (a *assessment) run(ctx context.Context, reach Reach) error {
	if err := a.collect(ctx, reach); err != nil {
		return err
	}
	var all, last int64
	err := a.sink.each(ctx, "SELECT COUNT(*) FROM touched_case", nil, func(scan func(...any) error) error { return scan(&all) })
	if err != nil {
		return err
	}
	for a.im.run.Computed < all {
		done, until, err := a.page(ctx, last)
		if err != nil || done == 0 {
			return err
		}
		a.im.run.Computed, last = a.im.run.Computed+done, until
		if a.progress != nil {
			a.progress(a.im.run.Computed, all)
		}
	}
	return nil
}

// collect gathers the ids of the cases to be computed in the table touched_case.
func (a *assessment) collect(ctx context.Context, reach Reach) error {
	switch reach {
	case AllCases:
		return a.sink.exec(ctx, "INSERT INTO touched_case SELECT c.id FROM case_version c WHERE c.to_batch IS NULL")
	case OpenCases:
		err := a.sink.exec(ctx, `INSERT INTO touched_case SELECT l.case_id
FROM case_limit l JOIN case_version c ON c.court = l.court AND c.id = l.case_id AND c.to_batch IS NULL
WHERE l.to_batch IS NULL AND l.limit_open_on IS NOT NULL`)
		if err != nil {
			return err
		}
	case TouchedCases:
	}
	x := &a.im.rows
	err := a.sink.exec(ctx, `INSERT INTO touched_case SELECT DISTINCT c.id
FROM touched_key t JOIN case_version c ON c.court = t.court AND c.key = t.key AND c.to_batch IS NULL WHERE TRUE ON CONFLICT DO NOTHING`)
	if err != nil || x.firstCase == x.nextCase {
		return err
	}
	err = a.sink.exec(ctx, `INSERT INTO touched_case SELECT c.id FROM case_version c
WHERE c.id >= $1 AND c.to_batch IS NULL AND c.suspended_on IS NOT NULL AND c.closed_on IS NULL ON CONFLICT DO NOTHING`, x.firstCase)
	if err != nil || x.firstEvent == 1 {
		return err
	}
	return a.sink.exec(ctx, `INSERT INTO touched_case SELECT DISTINCT c.id
FROM case_version c JOIN event_version e ON e.court = c.court AND e.case_key = c.key AND e.to_batch IS NULL
WHERE c.id >= $1 AND c.to_batch IS NULL AND e.id < $2 AND `+movingKinds+` ON CONFLICT DO NOTHING`, x.firstCase, x.firstEvent)
}

// page computes the next cases after an id and writes the limits that are different.
func (a *assessment) page(ctx context.Context, after int64) (done, last int64, err error) {
	a.work = &chunk{batch: a.im.batch.ID}
	query := assessQuery(fmt.Sprintf("(SELECT id FROM touched_case WHERE id > %d ORDER BY id LIMIT %d) t JOIN case_version c ON c.id = t.id", after, assessAtOnce))
	r := newAssessReader()
	err = a.sink.each(ctx, query, nil, func(scan func(...any) error) error { return r.row(scan, a.assess) })
	if err != nil {
		return 0, 0, err
	}
	a.assessLast(r)
	a.im.run.Written += int64(len(a.work.limits))
	return r.cases, r.id, a.sink.write(ctx, a.work)
}

func (a *assessment) assessLast(r *assessReader) {
	if r.cases > 0 {
		a.assess(r)
	}
}

// assess computes the case that was read and notes its limit where it is another than before.
func (a *assessment) assess(r *assessReader) {
	l := a.im.rows.assess(&r.c, r.events, a.day)
	now := contentOf(&l)
	if r.has && now == r.was {
		return
	}
	v := version{r.c.Court, r.id}
	switch {
	case r.has && r.from == a.work.batch:
		a.work.dropLimits = append(a.work.dropLimits, v)
	case r.has:
		a.work.closeLimits = append(a.work.closeLimits, v)
	}
	a.work.limits = append(a.work.limits, limitRow{r.c.Court, r.id, a.work.batch, now})
	a.im.rows.touch(r.c.Court).limits++
}

// assessQuery reads cases with their limits as they stand and their events that may move a
// date, the events of a case one after the other.
func assessQuery(from string) string {
	cols := []string{"c.id", "c.extra", "COALESCE(l.from_batch, 0)", "l.law_on", "COALESCE(l.months, 0)", "COALESCE(l.days, 0)"}
	for _, name := range inputColumns {
		cols = append(cols, "c."+name)
	}
	cols = append(cols, computedColumns...)
	for _, name := range []string{"ref", "kind", "result", "extra"} {
		cols = append(cols, "COALESCE(e."+name+", '')")
	}
	cols = append(cols, "e.id", "e.day", "e.until_day", "e.entered_on")
	return "SELECT " + strings.Join(cols, ", ") + " FROM " + from +
		" LEFT JOIN case_limit l ON l.court = c.court AND l.case_id = c.id AND l.to_batch IS NULL" +
		" LEFT JOIN event_version e ON e.court = c.court AND e.case_key = c.key AND e.to_batch IS NULL AND " + movingKinds +
		" ORDER BY c.id, e.id"
}

// computedColumns are the computed columns of table case_limit, named l, as a case record has
// them: absent texts are empty, absent counts are 0.
var computedColumns = func() []string {
	var cols []string
	for _, f := range docket.Fields[len(docket.FileFields):] {
		switch f.Kind {
		case docket.Text:
			cols = append(cols, "COALESCE(l."+f.Name+", '')")
		case docket.Number:
			cols = append(cols, "COALESCE(l."+f.Name+", 0)")
		default:
			cols = append(cols, "l."+f.Name)
		}
	}
	return cols
}()

// assessReader joins the rows of [assessQuery] into cases.
type assessReader struct {
	cases, id int64
	c         docket.Case
	events    []docket.Event
	has       bool // there is a limit as it stands, from a batch on
	from      int64
	was       limitContent

	next    caseReader // the row being read
	dest    []any
	extra   string
	batch   int64
	law     sql.NullInt64
	span    [2]int64
	event   [4]string
	eventID sql.NullInt64
	days    [3]sql.NullInt64
}

func newAssessReader() *assessReader {
	r := &assessReader{}
	r.dest = []any{&r.next.id, &r.extra, &r.batch, &r.law, &r.span[0], &r.span[1]}
	for _, name := range inputColumns {
		f, _ := docket.FieldByName(name)
		r.dest = append(r.dest, r.next.target(f))
	}
	for i := range docket.Fields[len(docket.FileFields):] {
		r.dest = append(r.dest, r.next.target(&docket.Fields[len(docket.FileFields)+i]))
	}
	for i := range r.event {
		r.dest = append(r.dest, &r.event[i])
	}
	r.dest = append(r.dest, &r.eventID, &r.days[0], &r.days[1], &r.days[2])
	return r
}

// row takes one row; with the first row of the next case, the one before goes to done.
func (r *assessReader) row(scan func(...any) error, done func(*assessReader)) error {
	if err := scan(r.dest...); err != nil {
		return err
	}
	if r.next.id != r.id {
		if r.cases > 0 {
			done(r)
		}
		if err := r.begin(); err != nil {
			return err
		}
	}
	if !r.eventID.Valid {
		return nil
	}
	e := docket.Event{Ref: r.event[0], Kind: r.event[1], Result: r.event[2]}
	for i, d := range []*civil.Date{&e.Day, &e.Until, &e.EnteredOn} {
		*d = dayOf(r.days[i].Int64, r.days[i].Valid)
	}
	var err error
	if e.Extra, err = decodeExtra(r.event[3]); err != nil {
		return fmt.Errorf("event version %d: unknown columns: %w", r.eventID.Int64, err)
	}
	r.events = append(r.events, e)
	return nil
}

// begin makes the row the current case.
func (r *assessReader) begin() (err error) {
	r.cases++
	r.id, r.c, r.events = r.next.id, r.next.c, r.events[:0]
	r.has, r.from = r.batch > 0, r.batch
	r.was = limitContent{r.c.Limit, dayOf(r.law.Int64, r.law.Valid), int32(r.span[0]), int32(r.span[1])}
	r.c.Limit = docket.Limit{}
	if r.c.Extra, err = decodeExtra(r.extra); err != nil {
		return fmt.Errorf("case version %d: unknown columns: %w", r.id, err)
	}
	return nil
}

// LimitMove is a case whose computed limit comes out different.
type LimitMove struct {
	ID          int64
	Court, Key  string
	CaseNo      string
	Was, Is     docket.Limit
	WasLaw, Law civil.Date
	Why         caselimit.Problem // why nothing could be computed now
}

// Due reports whether the last day itself moves, and not only what stands beside it.
func (m *LimitMove) Due() bool { return m.Was.DueOn != m.Is.DueOn || m.Was.Rule != m.Is.Rule }

// PreviewLimits computes every current case anew and tells fn those that come out different
// from what the ledger has; nothing is written. It returns how many cases it computed.
func (s *Store) PreviewLimits(ctx context.Context, assess Assess, day civil.Date, progress func(done int64), fn func(LimitMove) error) (int64, error) {
	r := newAssessReader()
	var failed error
	judge := func(r *assessReader) {
		if progress != nil && r.cases%assessAtOnce == 0 {
			progress(r.cases)
		}
		l := assess(&r.c, r.events, day)
		if now := contentOf(&l); failed == nil && now != r.was {
			failed = fn(LimitMove{ID: r.id, Court: r.c.Court, Key: r.c.Key, CaseNo: r.c.CaseNo, Was: r.was.fields, Is: now.fields, WasLaw: r.was.law, Law: now.law, Why: l.Problem})
		}
	}
	query := assessQuery("case_version c")
	query = strings.Replace(query, " ORDER BY", " WHERE c.to_batch IS NULL ORDER BY", 1)
	err := s.each(ctx, query, nil, func(rows *sql.Rows) error {
		return errors.Join(r.row(rows.Scan, judge), failed)
	})
	if err == nil && r.cases > 0 {
		judge(r)
	}
	return r.cases, errors.Join(err, failed)
}

// LimitRuns returns how the committed batches computed limits, oldest first.
func (s *Store) LimitRuns(ctx context.Context) ([]LimitRun, error) {
	var out []LimitRun
	err := s.each(ctx, s.stmts.get("limit_runs"), nil, func(rows *sql.Rows) error {
		var r LimitRun
		var day int64
		err := rows.Scan(&r.Batch, &r.Rules, &day, &r.Settings, &r.Reach, &r.Computed, &r.Written)
		r.Day = dayOf(day, true)
		out = append(out, r)
		return err
	})
	return out, err
}

// LimitRules are rules of time limits that the office has accepted.
type LimitRules struct {
	Seq    int64
	SHA256 string
	Body   []byte // zip of the files; nil in listings
	On     civil.Date
	Who    string
	Reason string
	Moved  int64 // cases whose last day moved
}

// LimitRules returns accepted rules by number, 0 for the ones in force, or fault.NotFound
// where none were accepted yet.
func (s *Store) LimitRules(ctx context.Context, seq int64) (LimitRules, error) {
	var r LimitRules
	var on int64
	err := s.ledger.read.QueryRowContext(ctx, s.stmts.get("limit_rules"), seq).Scan(&r.Seq, &r.SHA256, &r.Body, &on, &r.Who, &r.Reason, &r.Moved)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.NotFoundf("no rules of time limits with number %d were accepted", seq)
	}
	r.On = dayOf(on, true)
	return r, err
}

// AcceptLimitRules keeps rules of time limits as those in force from now on and returns their
// number.
func (s *Store) AcceptLimitRules(ctx context.Context, r LimitRules) (seq int64, err error) {
	now := s.now()
	err = s.ledger.update(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, s.stmts.get("limit_rules_next")).Scan(&seq); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, s.stmts.get("limit_rules_insert"), seq, r.SHA256, r.Body, millis(now), civil.FromTime(now).Unix(), r.Who, r.Reason, r.Moved)
		return err
	})
	return seq, err
}

// OpenLimits counts the current cases whose last day is provisional because a deduction still
// runs, and says which reporting day the newest computation used.
func (s *Store) OpenLimits(ctx context.Context) (cases int64, day civil.Date, err error) {
	var n sql.NullInt64
	err = s.ledger.read.QueryRowContext(ctx, s.stmts.get("open_limits")).Scan(&cases, &n)
	return cases, dayOf(n.Int64, n.Valid), err
}
