package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// plan is a table mapping laid onto the column names of one table.
type plan struct {
	r       *Reader
	table   *Table
	mapping *TableMapping
	width   int

	columns  []columnPlan // of the case, in the order of docket.Fields
	event    []columnPlan // of the event, Field.Name as in eventFields
	ref      []int        // cells that identify the event
	refRow   bool
	key      []*docket.Field // columns of the case that make its key
	keyRow   bool
	extra    []int // cells kept as they came
	content  []int // cells that make two rows with one key differ
	days     []columnPlan
	earliest civil.Date
	latest   civil.Date
	headerOf map[string]string // column of a case → its header, or its own name

	known  int // headers that the mapping names
	absent []string
	notes  []string
}

// columnPlan is one column laid onto the cells.
type columnPlan struct {
	name     string // of the field
	header   string // in issues: the header, or the field's name
	cell     int    // -1: constant
	constant string
	field    *docket.Field // of a case, else nil
	kind     docket.Kind
	date     DateFormat
	latest   civil.Date // of a day, else zero
	detect   bool       // date is to be detected
	unit     string
	values   map[string]string
	codes    map[string]string // words of the vocabulary, nil for none
	free     bool              // words outside codes are right too
	when     []condPlan
}

// condPlan is one condition: the cell holds one of the words. A cell of -1 never does.
type condPlan struct {
	cell  int
	words []string
}

// newPlan lays a table mapping onto a table.
func (r *Reader) newPlan(t *Table, tm *TableMapping) *plan {
	bounds := r.mapping.plausible(tm)
	pl := &plan{r: r, table: t, mapping: tm, width: len(t.Header), keyRow: isRow(tm.Key), headerOf: map[string]string{},
		earliest: bounds.Earliest, latest: bounds.Latest}
	if pl.earliest.IsZero() {
		pl.earliest = r.rules.earliest
	}
	if pl.latest.IsZero() || !r.Today.IsZero() && r.Today < pl.latest {
		pl.latest = r.Today
	}
	if pl.latest.IsZero() {
		pl.latest = civil.MaxDate
	}
	used := make([]bool, pl.width)
	for i := range tm.Columns {
		c := &tm.Columns[i]
		f, _ := docket.FieldByName(c.Field)
		pl.headerOf[c.Field] = c.Field
		if cp, ok := pl.column(c, f.Kind, used); ok {
			cp.field = f
			cp.codes = r.codesFor(c.Field)
			pl.headerOf[c.Field] = cp.header
			pl.columns = append(pl.columns, cp)
		}
	}
	if !pl.keyRow {
		for _, name := range tm.Key {
			f, _ := docket.FieldByName(name)
			pl.key = append(pl.key, f)
		}
	}
	pl.planEvent(used)
	pl.planRest(used)
	return pl
}

// column lays one column onto the header; ok is false when the file has none of its headers.
func (pl *plan) column(c *Column, kind docket.Kind, used []bool) (columnPlan, bool) {
	cp := columnPlan{name: c.Field, header: c.Field, cell: -1, constant: c.Const, kind: kind, values: c.Values}
	if c.Const == "" {
		at, ok := c.source(pl.table.Header)
		if !ok {
			pl.absent = append(pl.absent, c.Field)
			return cp, false
		}
		cp.cell, cp.header, used[at] = at, pl.table.Header[at], true
		pl.known++
	}
	switch kind {
	case docket.Day:
		cp.date, _ = ParseDateFormat(c.Format)
		cp.latest = pl.latestOf(c.Field)
		cp.detect = c.Format == "" && cp.cell >= 0
	case docket.Amount:
		cp.unit = c.Format
	}
	for header, words := range c.When {
		cp.when = append(cp.when, condPlan{findHeaderName(pl.table.Header, header), words})
	}
	return cp, true
}

// latestOf is the last plausible day of a column. Days set beforehand may lie ahead.
func (pl *plan) latestOf(field string) civil.Date {
	if pl.latest < civil.MaxDate && slices.Contains(pl.r.rules.ahead, field) {
		return pl.latest.AddDays(pl.r.rules.aheadDays)
	}
	return pl.latest
}

// codesFor returns the vocabulary of a column of a case; the registry may have its own
// instances.
func (r *Reader) codesFor(field string) map[string]string {
	if field == "instance" && len(r.instances) > 0 {
		return r.instances
	}
	if r.words.Knows(field) {
		return r.words.Codes(field)
	}
	return nil
}

// planEvent lays the event part onto the header.
func (pl *plan) planEvent(used []bool) {
	e := pl.mapping.Event
	if e == nil {
		return
	}
	for i := range e.Columns {
		c := &e.Columns[i]
		cp, ok := pl.column(c, eventKind(c.Field), used)
		if !ok {
			pl.absent[len(pl.absent)-1] = "event." + c.Field
			continue
		}
		if c.Field == "kind" {
			cp.codes, cp.free = pl.r.words.Codes(docket.EventWords), true
		}
		pl.event = append(pl.event, cp)
	}
	pl.refRow = isRow(e.Ref)
	if !pl.refRow {
		for _, name := range e.Ref {
			pl.ref = append(pl.ref, findHeaderName(pl.table.Header, name))
		}
		if len(pl.ref) == 1 && pl.ref[0] >= 0 && e.RefPrefix == "" {
			used[pl.ref[0]] = true // the ref is the cell itself: no need to keep it twice
		}
	}
}

// planRest finds the columns that are kept as extra, and those among them that hold days.
func (pl *plan) planRest(used []bool) {
	ignored := map[int]bool{}
	for _, name := range pl.mapping.Ignore {
		ignored[findHeaderName(pl.table.Header, name)] = true
	}
	for i, name := range pl.table.Header {
		if !used[i] && !ignored[i] && !pl.mapping.DropExtra && name != "" {
			pl.extra = append(pl.extra, i)
		}
		if !ignored[i] || used[i] {
			pl.content = append(pl.content, i)
		}
	}
	for _, name := range pl.mapping.Days {
		if i := findHeaderName(pl.table.Header, name); i >= 0 {
			pl.days = append(pl.days, columnPlan{name: name, header: name, cell: i, kind: docket.Day, latest: pl.latest, detect: true})
		}
	}
}

// check reports a file that cannot give a single row: a part of its key is not there.
func (pl *plan) check() error {
	if !pl.keyRow {
		for _, f := range pl.key {
			if pl.has(f.Name) || pl.has("key") || f.Name == "court" && pl.r.registry.GivesCourt() && pl.has("case_no") {
				continue
			}
			return pl.noColumn(f.Name, pl.headersFor(f.Name))
		}
	}
	for i, cell := range pl.ref {
		if cell < 0 {
			return pl.noColumn("the event's ref", pl.mapping.Event.Ref[i:i+1])
		}
	}
	if pl.mapping.Event != nil {
		for _, name := range []string{"kind", "day"} {
			if !slices.ContainsFunc(pl.event, func(c columnPlan) bool { return c.name == name }) {
				i := slices.IndexFunc(pl.mapping.Event.Columns, func(c Column) bool { return c.Field == name })
				return pl.noColumn("event "+name, pl.mapping.Event.Columns[i].From)
			}
		}
	}
	if len(pl.absent) > 0 {
		pl.notes = append(pl.notes, "Not in the file: "+strings.Join(pl.absent, ", ")+".")
	}
	return nil
}

// header names a column of the case for an issue.
func (pl *plan) header(field string) string {
	if h, ok := pl.headerOf[field]; ok {
		return h
	}
	return field
}

func (pl *plan) has(field string) bool {
	return slices.ContainsFunc(pl.columns, func(c columnPlan) bool { return c.name == field })
}

func (pl *plan) headersFor(field string) []string {
	for i := range pl.mapping.Columns {
		if pl.mapping.Columns[i].Field == field {
			return pl.mapping.Columns[i].From
		}
	}
	return nil
}

func (pl *plan) noColumn(what string, headers []string) error {
	return fault.At(pl.table.title(), fmt.Sprintf("no column for %s (looked for %s; the file has %s)", what, strings.Join(headers, ", "), truncated(strings.Join(pl.table.Header, ", "))),
		"choose another mapping, or map the column")
}

// findDateFormats settles how the columns of days are written.
func (pl *plan) findDateFormats() error {
	var open []*columnPlan
	for _, set := range [][]columnPlan{pl.columns, pl.event, pl.days} {
		for i := range set {
			if set[i].detect {
				open = append(open, &set[i])
			}
		}
	}
	if len(open) == 0 {
		return nil
	}
	sample, err := pl.table.Sample(dateSample)
	if err != nil {
		return err
	}
	cells := make([]string, 0, len(sample))
	for _, c := range open {
		cells = cells[:0]
		for _, row := range sample {
			if c.cell < len(row) {
				cells = append(cells, row[c.cell])
			}
		}
		guess := DetectDates(cells, pl.table.Detected.Date1904)
		c.date = guess.Format
		if guess.Format != DateUnknown || guess.Note != "" {
			pl.notes = append(pl.notes, strings.TrimSpace(fmt.Sprintf("%s: %s. %s", c.header, cmpOr(guess.Format.String(), "no dates read"), guess.Note)))
		}
	}
	return nil
}

func cmpOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// rowHash is the key of a record that is the whole row: the same cells give the same key in
// every import.
func rowHash(cells []string, buf []byte) (key string, _ []byte) {
	buf = buf[:0]
	for _, c := range cells {
		buf = binary.AppendUvarint(buf, uint64(len(c)))
		buf = append(buf, c...)
	}
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:16]), buf
}
