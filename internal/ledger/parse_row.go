package ledger

import (
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// worker maps and validates the rows of one table, one after the other. It owns what it
// reuses between rows; nothing of that leaves it.
type worker struct {
	plan *plan
	seed maphash.Seed // of fingerprints

	cases  []docket.Case  // room for the next cases
	events []docket.Event // room for the next events
	buf    []byte

	// of the row being worked on
	cells  []string
	row    *Row
	c      *docket.Case
	number docket.CaseNumber // of CaseNo, if it parses
	parsed bool
	reject bool
}

// mapBatch fills b.rows and b.prints.
func (w *worker) mapBatch(b *batch) {
	b.rows = slices.Grow(b.rows[:0], len(b.lines))[:len(b.lines)]
	b.prints = slices.Grow(b.prints[:0], len(b.lines))[:len(b.lines)]
	from := 0
	for i, end := range b.ends {
		row := &b.rows[i]
		*row = Row{File: w.plan.table.Name, Sheet: w.plan.table.Sheet, Line: b.lines[i]}
		w.mapRow(row, b.cells[from:end])
		b.prints[i] = w.fingerprints()
		from = end
	}
}

// mapRow makes a row of cells.
func (w *worker) mapRow(row *Row, cells []string) {
	w.row, w.cells, w.reject, w.parsed, w.number = row, cells, false, false, docket.CaseNumber{}
	if !w.checkWidth() {
		return
	}
	w.c = w.newCase()
	for i := range w.plan.columns {
		w.fill(&w.plan.columns[i])
	}
	w.deriveFromNumber()
	if !w.makeKey() || w.reject {
		return
	}
	ev := w.event()
	if w.reject {
		return
	}
	if w.plan.mapping.Record == EventRecord {
		row.Event, row.CasePartial = ev, w.plan.mapping.BringsCase
		if row.CasePartial {
			row.Case = w.c
		}
		w.keepExtra(&ev.Extra)
	} else {
		row.Case, row.Event = w.c, ev
		w.keepExtra(&w.c.Extra)
	}
	if w.checkRow(ev); w.reject {
		row.drop()
	}
}

// drop takes a rejected row's records away; its issues stay.
func (r *Row) drop() { r.Case, r.Event, r.CasePartial = nil, nil, false }

// newCase returns an empty case out of a block; a block is never used twice.
func (w *worker) newCase() *docket.Case {
	if len(w.cases) == 0 {
		w.cases = make([]docket.Case, 64)
	}
	c := &w.cases[0]
	w.cases = w.cases[1:]
	return c
}

func (w *worker) newEvent() *docket.Event {
	if len(w.events) == 0 {
		w.events = make([]docket.Event, 64)
	}
	e := &w.events[0]
	w.events = w.events[1:]
	return e
}

// raise notes an issue of the row.
func (w *worker) raise(rule *Rule, column, value string) {
	if rule == nil {
		return
	}
	w.row.Issues = append(w.row.Issues, Issue{File: w.row.File, Sheet: w.row.Sheet, Row: w.row.Line,
		Column: column, Value: truncated(value), Rule: rule.ID, Remedy: rule.remedy, Reject: rule.Reject})
	w.reject = w.reject || rule.Reject
}

// raiseOne notes an issue under the rule of a check.
func (w *worker) raiseOne(check, column, value string) {
	w.raise(w.plan.r.rules.one[check], column, value)
}

// checkWidth compares the row with the header; false when the row is unusable.
func (w *worker) checkWidth() bool {
	width := w.plan.width
	for len(w.cells) > width && strings.TrimSpace(w.cells[len(w.cells)-1]) == "" {
		w.cells = w.cells[:len(w.cells)-1]
	}
	switch {
	case len(w.cells) > width:
		w.raiseOne("row_long", "", w.cells[width])
		return false
	case len(w.cells) < width:
		w.raiseOne("row_short", w.plan.table.Header[len(w.cells)], "")
	}
	return !w.reject
}

// raw returns what the file has for a column, blanks at the ends cut; "" when a condition
// does not hold.
func (w *worker) raw(cp *columnPlan) string {
	for i := range cp.when {
		cond := &cp.when[i]
		if cond.cell < 0 || cond.cell >= len(w.cells) || !slices.Contains(cond.words, trim(w.cells[cond.cell])) {
			return ""
		}
	}
	if cp.cell < 0 {
		return cp.constant
	}
	if cp.cell >= len(w.cells) {
		return ""
	}
	s := trim(w.cells[cp.cell])
	if cp.values != nil {
		if v, ok := cp.values[s]; ok {
			return v
		}
		if v, ok := cp.values["*"]; ok && s != "" {
			return v
		}
	}
	return s
}

// trim is strings.TrimSpace, quick for cells that begin and end with a visible ASCII letter or
// with a Chinese one (three bytes from U+4000 up, among which there are no blanks).
func trim(s string) string {
	if s == "" {
		return s
	}
	first, last := s[0], s[len(s)-1]
	if (first > ' ' && first < 0x7f || first >= 0xE4 && first < 0xF0) &&
		(last > ' ' && last < 0x7f || len(s) >= 3 && s[len(s)-3] >= 0xE4 && s[len(s)-3] < 0xF0) {
		return s
	}
	return strings.TrimSpace(s)
}

// fill sets one column of the case.
func (w *worker) fill(cp *columnPlan) {
	s := w.raw(cp)
	if s == "" {
		return
	}
	switch cp.kind {
	case docket.Text:
		*cp.field.Text(w.c) = w.text(cp, s)
	case docket.Day:
		if d, ok := w.day(cp, s); ok {
			*cp.field.Day(w.c) = d
		} else {
			w.keep(&w.c.Extra, cp.header, s)
		}
	case docket.Amount:
		m, err := ParseAmount(s, cp.unit)
		if err != nil {
			w.raiseOne("amount_format", cp.header, s)
			w.keep(&w.c.Extra, cp.header, s)
			return
		}
		if m.Cents < 0 {
			w.raiseOne("amount_negative", cp.header, s)
		}
		*cp.field.Money(w.c) = m
	case docket.Number:
		n, err := strconv.ParseInt(s, 10, 32)
		if err != nil || n < 0 {
			w.raiseOne("number_format", cp.header, s)
			w.keep(&w.c.Extra, cp.header, s)
			return
		}
		*cp.field.Number(w.c) = int32(n)
	case docket.YesNo:
		*cp.field.Flag(w.c) = w.yesNo(cp, s)
	}
}

// text turns a cell into the value of a text column.
func (w *worker) text(cp *columnPlan, s string) string {
	switch cp.name {
	case "case_no":
		return w.caseNo(cp, s)
	case "related_no":
		return w.relatedNo(cp, s)
	case "court":
		if code, ok := w.plan.r.courtCodes[s]; ok {
			return code
		}
		return s
	}
	return w.word(cp, s)
}

// word turns a cell into a code of the column's vocabulary; other words stay as they came.
func (w *worker) word(cp *columnPlan, s string) string {
	if cp.codes == nil {
		return s
	}
	if code, ok := cp.codes[s]; ok {
		return code
	}
	if code, ok := cp.codes[docket.Fold(s)]; ok {
		return code
	}
	if !cp.free {
		w.raiseOne("word_unknown", cp.header, s)
	}
	return s
}

func (w *worker) yesNo(cp *columnPlan, s string) docket.Flag {
	switch code, _ := w.plan.r.words.Code(docket.YesNoWords, s); code {
	case "yes":
		return docket.Yes
	case "no":
		return docket.No
	}
	w.raiseOne("word_unknown", cp.header, s)
	w.keep(&w.c.Extra, cp.header, s)
	return docket.Unknown
}

// caseNo reads the case number and says what is wrong with it.
func (w *worker) caseNo(cp *columnPlan, s string) string {
	reg, rules := w.plan.r.registry, w.plan.r.rules
	n, err := reg.Parse(s)
	if err != nil {
		w.raise(rules.number[reasonOf(err)], cp.header, s)
		return n.Text
	}
	w.number, w.parsed = n, true
	for _, reason := range reg.Check(n) {
		w.raise(rules.number[reason], cp.header, s)
	}
	return n.Text
}

// relatedNo reads the number of the related case; old numbers are right there.
func (w *worker) relatedNo(cp *columnPlan, s string) string {
	n, err := w.plan.r.registry.Parse(s)
	if err != nil && !w.plan.r.rules.linkAccepts[reasonOf(err)] {
		w.raiseOne("link_grammar", cp.header, s)
	}
	return n.Text
}

func reasonOf(err error) docket.Reason {
	if e, ok := err.(*docket.NumberError); ok { //nolint:errorlint // Parse documents the type
		return e.Reason
	}
	return docket.BadGrammar
}

// day reads a day; a faulty or impossible one is flagged.
func (w *worker) day(cp *columnPlan, s string) (civil.Date, bool) {
	d, err := cp.date.Parse(s)
	if err != nil {
		w.raiseOne("date_format", cp.header, s)
		return 0, false
	}
	if d != 0 && (d < w.plan.earliest || d > cp.latest) {
		w.raiseOne("date_range", cp.header, s)
	}
	return d, true
}

// deriveFromNumber fills what the file leaves open from the case number, and compares the rest.
func (w *worker) deriveFromNumber() {
	if !w.parsed {
		return
	}
	c, n, reg := w.c, &w.number, w.plan.r.registry
	if reg.GivesCourt() {
		if c.Court == "" {
			c.Court = n.Court
		} else if c.Court != n.Court {
			w.raiseOne("number_differs", w.plan.header("court"), c.Court)
		}
	}
	if n.TypeCode == "" {
		return
	}
	if c.TypeCode == "" {
		c.TypeCode = n.TypeCode
	} else if c.TypeCode != n.TypeCode {
		if _, known := reg.Type(c.TypeCode); known {
			w.raiseOne("number_differs", w.plan.header("type_code"), c.TypeCode)
		}
	}
	if c.Line == "" {
		c.Line = n.Line
	}
	if c.Instance == "" {
		c.Instance = n.Instance
	}
}

// makeKey sets the key of the case; false when a part of it is missing.
func (w *worker) makeKey() bool {
	if w.c.Key != "" {
		return true
	}
	if w.plan.keyRow {
		w.c.Key, w.buf = rowHash(w.cells, w.buf)
		return true
	}
	w.buf = w.buf[:0]
	for i, f := range w.plan.key {
		part := *f.Text(w.c)
		if part == "" {
			w.raiseOne("key_missing", w.plan.header(f.Name), "")
			return false
		}
		if i > 0 {
			w.buf = append(w.buf, '|')
		}
		w.buf = appendKeyPart(w.buf, part)
	}
	w.c.Key = string(w.buf)
	return true
}

// appendKeyPart appends a part of a key; the separator is escaped, so that no two lists of
// parts give the same key.
func appendKeyPart(buf []byte, part string) []byte {
	if strings.IndexByte(part, '|') < 0 && strings.IndexByte(part, '\\') < 0 {
		return append(buf, part...)
	}
	for i := range len(part) {
		if part[i] == '|' || part[i] == '\\' {
			buf = append(buf, '\\')
		}
		buf = append(buf, part[i])
	}
	return buf
}

// event makes the event of the row, nil where the table has none.
func (w *worker) event() *docket.Event {
	if w.plan.mapping.Event == nil {
		return nil
	}
	e := w.newEvent()
	e.CaseKey = w.c.Key
	for i := range w.plan.event {
		cp := &w.plan.event[i]
		s := w.raw(cp)
		if s == "" {
			continue
		}
		switch cp.name {
		case "kind":
			e.Kind = w.word(cp, s)
		case "day":
			e.Day = w.eventDay(e, cp, s)
		case "until":
			e.Until = w.eventDay(e, cp, s)
		case "entered_on":
			e.EnteredOn = w.eventDay(e, cp, s)
		case "court":
			e.Court = s
		case "judge":
			e.Judge = s
		case "result":
			e.Result = s
		}
	}
	w.makeRef(e)
	return e
}

func (w *worker) eventDay(e *docket.Event, cp *columnPlan, s string) civil.Date {
	d, ok := w.day(cp, s)
	if !ok {
		w.keep(&e.Extra, cp.header, s)
	}
	return d
}

// makeRef sets the identity of the event inside its case.
func (w *worker) makeRef(e *docket.Event) {
	prefix := w.plan.mapping.Event.RefPrefix
	if w.plan.refRow {
		e.Ref, w.buf = rowHash(w.cells, w.buf)
		if prefix != "" {
			e.Ref = prefix + "|" + e.Ref
		}
		return
	}
	w.buf = append(w.buf[:0], prefix...)
	filled := false
	for i, cell := range w.plan.ref {
		if i > 0 || prefix != "" {
			w.buf = append(w.buf, '|')
		}
		if cell < len(w.cells) {
			part := trim(w.cells[cell])
			filled = filled || part != ""
			w.buf = appendKeyPart(w.buf, part)
		}
	}
	if !filled {
		w.raiseOne("key_missing", w.plan.table.Header[w.plan.ref[0]], "")
	}
	e.Ref = string(w.buf)
}

// keepExtra keeps the cells of unknown columns as they came.
func (w *worker) keepExtra(extra *map[string]string) {
	for _, i := range w.plan.extra {
		if i < len(w.cells) && w.cells[i] != "" {
			w.keep(extra, w.plan.table.Header[i], w.cells[i])
		}
	}
}

func (w *worker) keep(extra *map[string]string, header, value string) {
	if *extra == nil {
		*extra = make(map[string]string, len(w.plan.extra))
	}
	(*extra)[header] = value
}
