package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/caselimit"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
)

// The rules under which the store itself rejects a row.
const (
	RuleDuplicateCase  = "case.duplicate"
	RuleDuplicateEvent = "event.duplicate"
)

// chunkRows is how many rows travel to the writer at once.
const chunkRows = 512

// chunk is a piece of work for the writer: marks on old versions first, then new versions.
type chunk struct {
	batch                   int64
	closeCases, closeEvents []version // replaced by this batch
	dropCases               []version // partial cases of this batch that the full row replaces
	cases                   []caseRow
	events                  []eventRow
	issues                  []issueRow
	fields                  uint64 // positions of the canonical columns that some case fills

	limits                  []limitRow
	closeLimits, dropLimits []version // replaced by this batch; of this batch and computed again
	keys                    []keyRow  // cases whose events may have moved their dates
}

func (c *chunk) len() int { return len(c.cases) + len(c.events) + len(c.issues) }

// keyRow names a case by court and key, on its way into the database.
type keyRow struct{ court, key string }

// value returns column i of [keyColumns].
func (r *keyRow) value(i int) cell {
	if i == 0 {
		return str(r.court)
	}
	return str(r.key)
}

// keyColumns are the columns of the temporary table touched_key.
var keyColumns = []string{"court", "key"}

// version names one stored version; the court says where it lies when the ledger is spread
// over several machines.
type version struct {
	court string
	id    int64
}

// issueRow is an issue on its way into the database.
type issueRow struct {
	batch, seq, file int64
	court            string
	ledger.Issue
}

// touch counts the versions written for one court.
type touch struct{ cases, events, limits int64 }

// sorter decides for every row whether it is new, changed, unchanged or to be rejected, by
// the content of the current versions that it keeps in memory court by court.
type sorter struct {
	store                        *Store
	ctx                          context.Context // of the lookups while rows stream in
	batch                        int64
	cases, events                *index
	caseCourts, eventCourts      map[string]bool // courts already in the index
	knownCourts                  []string
	nextCase, nextEvent, nextSeq int64
	digest                       digest
	work                         *chunk
	touched                      map[string]*touch
	firstCase, firstEvent        int64  // ids from which on this batch writes
	assess                       Assess // nil: no limits are computed
}

func (x *sorter) open(ctx context.Context, s *Store, batch int64) error {
	x.store, x.ctx, x.batch = s, ctx, batch
	x.cases, x.events = newIndex(), newIndex()
	x.caseCourts, x.eventCourts = map[string]bool{}, map[string]bool{}
	x.touched = map[string]*touch{}
	x.work = x.newChunk()
	x.nextSeq = 1
	row := s.ledger.read.QueryRowContext(ctx, s.stmts.get("next_case_id"))
	if err := row.Scan(&x.nextCase); err != nil {
		return err
	}
	row = s.ledger.read.QueryRowContext(ctx, s.stmts.get("next_event_id"))
	if err := row.Scan(&x.nextEvent); err != nil {
		return err
	}
	x.firstCase, x.firstEvent = x.nextCase, x.nextEvent
	return s.each(ctx, s.stmts.get("ledger_courts"), nil, func(rows *sql.Rows) error {
		var court string
		err := rows.Scan(&court)
		x.knownCourts = append(x.knownCourts, court)
		return err
	})
}

// take hands the collected work over.
func (x *sorter) take() *chunk {
	c := x.work
	x.work = x.newChunk()
	return c
}

func (x *sorter) newChunk() *chunk { return &chunk{batch: x.batch} }

func (x *sorter) touchedCourts() []string {
	out := make([]string, 0, len(x.touched))
	for court := range x.touched {
		out = append(out, court)
	}
	slices.Sort(out)
	return out
}

func (x *sorter) touch(court string) *touch {
	t := x.touched[court]
	if t == nil {
		t = &touch{}
		x.touched[court] = t
	}
	return t
}

// Put takes one row, in file order. It decides what the row is and counts it; rows are
// written in the background. A row keeps nothing of the caller's: it may be reused. An error
// ends the import: Discard it.
func (im *Import) Put(row ledger.Row) error {
	if im.failed != nil {
		return im.failed
	}
	if im.writer == nil {
		if err := im.open(); err != nil {
			return im.fail(err)
		}
	}
	file, ok := im.fileNo[row.File]
	if !ok && !im.rehearsal() {
		return im.fail(fault.Invalidf("file %s was not archived before its rows were read", row.File))
	}
	if err := im.rows.sort(row, file, &im.batch); err != nil {
		return im.fail(err)
	}
	if im.rows.work.len() < chunkRows {
		return nil
	}
	if err := im.writer.send(im.rows.take()); err != nil {
		return im.fail(explain(err))
	}
	return nil
}

// verdict is what became of a record or of a whole row.
type verdict int

const (
	unchanged verdict = iota
	changed
	created
	duplicate
)

// sort decides what one row is and puts the versions it makes into the work.
func (x *sorter) sort(row ledger.Row, file int64, b *Batch) error {
	b.Read++
	from := origin{batch: x.batch, file: file, row: int64(row.Line), sheet: row.Sheet}
	court, err := x.courtOf(row)
	if err != nil {
		return err
	}
	for i := range row.Issues {
		x.issue(row.Issues[i], court, file)
	}
	if row.Rejected() {
		b.Rejected++
		return nil
	}
	from.flags = flagText(row.Issues)
	c, e := plan{what: unchanged}, plan{what: unchanged}
	if row.Case != nil {
		if c, err = x.planCase(row); err != nil {
			return err
		}
	}
	if row.Event != nil {
		if e, err = x.planEvent(row, court); err != nil {
			return err
		}
	}
	if c.what == duplicate || e.what == duplicate {
		x.duplicate(row, court, file, c.what == duplicate)
		b.Rejected++
		return nil
	}
	x.writeCase(c, row, from)
	x.writeEvent(e, row, court, from)
	switch max(c.what, e.what) {
	case created:
		b.New++
	case changed:
		b.Changed++
	case unchanged:
		b.Unchanged++
	}
	if len(row.Issues) > 0 {
		b.Flagged++
	}
	return nil
}

// courtOf finds the court under which the row's record is kept: that of its case; for an
// event that comes alone, the court whose case it names; failing that, the court it names.
func (x *sorter) courtOf(row ledger.Row) (string, error) {
	if row.Case != nil {
		return row.Case.Court, nil
	}
	if row.Event == nil {
		return "", nil
	}
	for _, court := range slices.Clone(x.knownCourts) {
		if err := x.loadCases(court); err != nil {
			return "", err
		}
		if k1, k2 := x.cases.hash(court, row.Event.CaseKey); x.cases.find(k1, k2).version != 0 {
			return court, nil
		}
	}
	return row.Event.Court, nil
}

// plan is the decision on one record, before anything is written.
type plan struct {
	what    verdict
	k1, k2  uint64
	hash    int64
	extra   string
	fields  uint64 // positions of the canonical columns the case fills
	old     slot
	partial bool
}

func (x *sorter) planCase(row ledger.Row) (plan, error) {
	c := row.Case
	if c.Key == "" {
		return plan{}, fault.Invalidf("file %s row %d: the mapping gave the case no key", row.File, row.Line)
	}
	if err := x.loadCases(c.Court); err != nil {
		return plan{}, err
	}
	p := plan{extra: encodeExtra(c.Extra), partial: row.CasePartial}
	p.k1, p.k2 = x.cases.hash(c.Court, c.Key)
	p.old = *x.cases.find(p.k1, p.k2)
	if p.partial && p.old.version != 0 {
		return p, nil
	}
	p.hash, p.fields = x.digest.caseHash(c, p.extra)
	p.what = p.old.judge(p.hash)
	return p, nil
}

// judge compares a record's content with the version before it.
func (s *slot) judge(hash int64) verdict {
	switch {
	case s.version == 0:
		return created
	case s.now() && s.partial():
		return created // the record did not exist before this batch
	case s.content == hash:
		return unchanged
	case s.now():
		return duplicate
	}
	return changed
}

func (x *sorter) planEvent(row ledger.Row, court string) (plan, error) {
	e := row.Event
	if e.CaseKey == "" {
		return plan{}, fault.Invalidf("file %s row %d: the mapping gave the event no case key", row.File, row.Line)
	}
	if err := x.loadEvents(court); err != nil {
		return plan{}, err
	}
	p := plan{extra: encodeExtra(e.Extra)}
	p.k1, p.k2 = x.events.hash(court, e.CaseKey, e.Ref)
	p.old = *x.events.find(p.k1, p.k2)
	p.hash = x.digest.eventHash(e, p.extra)
	p.what = p.old.judge(p.hash)
	return p, nil
}

// writeCase puts the planned case version into the work.
func (x *sorter) writeCase(p plan, row ledger.Row, from origin) {
	if p.what == unchanged {
		return
	}
	id := x.nextCase
	switch {
	case p.old.now(): // the full row takes the place of a partial one of this batch
		id = p.old.id()
		x.dropPartial(version{row.Case.Court, id})
	default:
		x.nextCase++
		x.touch(row.Case.Court).cases++
		if p.old.version != 0 {
			x.work.closeCases = append(x.work.closeCases, version{row.Case.Court, p.old.id()})
		}
	}
	from.hash, from.extra = p.hash, p.extra
	x.work.fields |= p.fields
	x.work.cases = append(x.work.cases, caseRow{id: id, Case: *row.Case, origin: from})
	x.limit(id, row.Case)
	mark := id | markNow
	if p.partial {
		mark |= markPartial
	}
	x.cases.put(p.k1, p.k2, p.hash, mark)
}

// dropPartial takes a case of this batch out again, from the work or from the database.
func (x *sorter) dropPartial(v version) {
	for i := range x.work.cases {
		if x.work.cases[i].id == v.id {
			x.work.cases = slices.Delete(x.work.cases, i, i+1)
			x.work.limits = slices.DeleteFunc(x.work.limits, func(l limitRow) bool { return l.id == v.id })
			return
		}
	}
	x.work.dropLimits = append(x.work.dropLimits, v)
	x.work.dropCases = append(x.work.dropCases, v)
}

// writeEvent puts the planned event version into the work.
func (x *sorter) writeEvent(p plan, row ledger.Row, court string, from origin) {
	if p.what == unchanged {
		return
	}
	id := x.nextEvent
	x.nextEvent++
	x.touch(court).events++
	if p.old.version != 0 {
		x.work.closeEvents = append(x.work.closeEvents, version{court, p.old.id()})
	}
	from.hash, from.extra = p.hash, p.extra
	x.work.events = append(x.work.events, eventRow{id: id, court: court, Event: *row.Event, origin: from})
	if x.assess != nil && (p.old.version != 0 || caselimit.Moves(row.Event.Kind)) {
		x.work.keys = append(x.work.keys, keyRow{court, row.Event.CaseKey})
	}
	x.events.put(p.k1, p.k2, p.hash, id|markNow)
}

// duplicate adds the issue of a row that contradicts an earlier row of the batch.
func (x *sorter) duplicate(row ledger.Row, court string, file int64, ofCase bool) {
	is := ledger.Issue{File: row.File, Sheet: row.Sheet, Row: row.Line, Reject: true}
	if ofCase {
		is.Rule, is.Column, is.Value = RuleDuplicateCase, "case_no", row.Case.CaseNo
		is.Remedy = "本批次中同一案件已有内容不同的一行，请核对后只保留一行 / another row of this import gives the same case with other content: keep the right one"
	} else {
		is.Rule, is.Column, is.Value = RuleDuplicateEvent, "ref", row.Event.Ref
		is.Remedy = "本批次中同一事件已有内容不同的一行，请核对后只保留一行 / another row of this import gives the same event with other content: keep the right one"
	}
	x.issue(is, court, file)
}

func (x *sorter) issue(is ledger.Issue, court string, file int64) {
	x.work.issues = append(x.work.issues, issueRow{batch: x.batch, seq: x.nextSeq, file: file, court: court, Issue: is})
	x.nextSeq++
}

// flagText joins the rules under which a row is doubtful, each once, in order.
func flagText(issues []ledger.Issue) string {
	var rules []string
	for i := range issues {
		if !slices.Contains(rules, issues[i].Rule) {
			rules = append(rules, issues[i].Rule)
		}
	}
	return strings.Join(rules, " ")
}

// loadCases brings the current cases of a court into the index, once.
func (x *sorter) loadCases(court string) error {
	if x.caseCourts[court] {
		return nil
	}
	x.caseCourts[court] = true
	if !slices.Contains(x.knownCourts, court) {
		x.knownCourts = append(x.knownCourts, court)
	}
	err := x.store.each(x.ctx, x.store.stmts.get("current_cases"), []any{court}, func(rows *sql.Rows) error {
		var id, hash int64
		var key sql.RawBytes
		if err := rows.Scan(&id, &key, &hash); err != nil {
			return err
		}
		k1, k2 := x.cases.hash(court, string(key))
		x.cases.put(k1, k2, hash, id)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the current cases of court %s: %w", court, err)
	}
	return nil
}

// loadEvents brings the current events of a court into the index, once.
func (x *sorter) loadEvents(court string) error {
	if x.eventCourts[court] {
		return nil
	}
	x.eventCourts[court] = true
	err := x.store.each(x.ctx, x.store.stmts.get("current_events"), []any{court}, func(rows *sql.Rows) error {
		var id, hash int64
		var key, ref sql.RawBytes
		if err := rows.Scan(&id, &key, &ref, &hash); err != nil {
			return err
		}
		k1, k2 := x.events.hash(court, string(key), string(ref))
		x.events.put(k1, k2, hash, id)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the current events of court %s: %w", court, err)
	}
	return nil
}
