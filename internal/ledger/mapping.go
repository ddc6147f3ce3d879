package ledger

import (
	"path"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/statute"
)

// Mapping says how the columns of an office's files become cases and events. It is data, kept
// in rules/mappings or saved by a clerk, with a version that every batch names.
type Mapping struct {
	Name      string
	Version   int
	Title     statute.Text
	Registry  string // grammar of the case numbers, a name of rules/registries
	Plausible Plausible
	Tables    []TableMapping
}

// Plausible bounds the days that a file may hold; a zero bound is none. Days outside are
// loaded and flagged.
type Plausible struct{ Earliest, Latest civil.Date }

// The kinds of records a table can hold.
const (
	CaseRecord  = "case"
	EventRecord = "event"
)

// RowKey stands where a table has no key columns: the record is the whole row, and its key a
// hash of all cells.
const RowKey = "row"

// TableMapping maps one kind of file or sheet.
type TableMapping struct {
	Match      []string // globs on the file name or the name of the sheet, letter case and .gz aside
	Record     string   // CaseRecord or EventRecord
	Key        []string // text columns of a case that together identify it; RowKey alone: the whole row
	Columns    []Column // of the case, in the order of docket.Fields
	Event      *EventMapping
	BringsCase bool     // an event row also tells enough of its case to create a missing one
	Days       []string // headers that are kept as extra but must hold plausible days
	Ignore     []string // headers that are known and dropped unless mapped
	DropExtra  bool     // drop unknown columns instead of keeping them
	Plausible  *Plausible
}

// Column fills one column of a case or an event.
type Column struct {
	Field  string              // canonical name; of an event: kind, day, until, court, judge, result, entered_on
	From   []string            // headers; the first that stands in the file is read
	Format string              // of days a DateFormat name, of amounts a unit of money; "": detected, 元
	Values map[string]string   // word of the file → value; "*" for every other word
	When   map[string][]string // header → cells with which the column is filled at all
	Const  string              // fixed value instead of From
}

// EventMapping fills the event of a row.
type EventMapping struct {
	Ref       []string // headers that identify the event inside its case; RowKey alone: the whole row
	RefPrefix string   // keeps events of different tables apart
	Columns   []Column // in the order of eventFields
}

// eventFields are the columns of an event that a mapping can fill.
var eventFields = []string{"kind", "day", "until", "court", "judge", "result", "entered_on"}

func isRow(key []string) bool { return len(key) == 1 && key[0] == RowKey }

// tableFor finds the mapping of a table: by the name of its sheet, then of its file.
func (m *Mapping) tableFor(file, sheet string) *TableMapping {
	names := []string{sheet, file}
	for _, name := range names {
		if name == "" {
			continue
		}
		base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
		for i := range m.Tables {
			if m.Tables[i].matches(base, len(m.Tables) == 1 || name == file) {
				return &m.Tables[i]
			}
		}
	}
	return nil
}

// matches reports whether a lower-case name fits; a bare "*" is left for file names, so that
// a sheet called 事件 is not taken by a table for everything.
func (t *TableMapping) matches(base string, open bool) bool {
	plain := strings.TrimSuffix(base, ".gz")
	return slices.ContainsFunc(t.Match, func(glob string) bool {
		if glob == "*" {
			return open
		}
		glob = strings.ToLower(glob)
		a, _ := path.Match(glob, base)
		b, _ := path.Match(glob, plain)
		return a || b
	})
}

// plausible returns the bounds of a table.
func (m *Mapping) plausible(t *TableMapping) Plausible {
	if t.Plausible != nil {
		return *t.Plausible
	}
	return m.Plausible
}

// source finds which of the column's headers a file has; ok is false when none.
func (c *Column) source(headers []string) (cell int, ok bool) {
	for _, name := range c.From {
		if i := findHeaderName(headers, name); i >= 0 {
			return i, true
		}
	}
	return 0, false
}

// findHeaderName finds a header by its exact name, then by its folded one; -1 when absent.
func findHeaderName(headers []string, name string) int {
	if i := slices.Index(headers, name); i >= 0 {
		return i
	}
	folded := docket.Fold(name)
	return slices.IndexFunc(headers, func(h string) bool { return docket.Fold(h) == folded })
}

// ColumnsOf shows how a file's headers are read: header → column of the case, columns of the
// event with "event." before them. Headers that are kept as extra or dropped are absent.
func (m *Mapping) ColumnsOf(file string, headers []string) map[string]string {
	out := map[string]string{}
	t := m.tableFor(file, "")
	if t == nil {
		return out
	}
	for i := range t.Columns {
		if at, ok := t.Columns[i].source(headers); ok {
			out[headers[at]] = t.Columns[i].Field
		}
	}
	if t.Event != nil {
		for i := range t.Event.Columns {
			if at, ok := t.Event.Columns[i].source(headers); ok && out[headers[at]] == "" {
				out[headers[at]] = "event." + t.Event.Columns[i].Field
			}
		}
	}
	return out
}

// SetColumns replaces the columns of the first table of cases by a clerk's choice: header →
// column. Headers without a column are kept as extra. What is known about a column (format,
// words, conditions, fixed value) stays where the header stays.
func (m *Mapping) SetColumns(chosen map[string]string) {
	t := m.caseTable()
	if t == nil {
		return
	}
	old := t.Columns
	t.Columns = nil
	for i := range docket.FileFields {
		field := docket.FileFields[i].Name
		var from []string
		for header, f := range chosen {
			if f == field {
				from = append(from, header)
			}
		}
		slices.Sort(from)
		at := slices.IndexFunc(old, func(c Column) bool { return c.Field == field })
		switch {
		case len(from) == 0 && at >= 0 && old[at].Const != "":
			t.Columns = append(t.Columns, old[at])
		case len(from) == 0:
		case at >= 0 && old[at].Const == "" && slices.Contains(old[at].From, from[0]):
			c := old[at]
			c.From = from
			t.Columns = append(t.Columns, c)
		default:
			t.Columns = append(t.Columns, Column{Field: field, From: from})
		}
	}
}

// caseTable is the first table that holds cases, nil when there is none.
func (m *Mapping) caseTable() *TableMapping {
	for i := range m.Tables {
		if m.Tables[i].Record == CaseRecord {
			return &m.Tables[i]
		}
	}
	return nil
}

// Missing lists columns without which no row of the mapping can be loaded: parts of the key
// that nothing fills. The court may come out of the case number.
func (m *Mapping) Missing() []string {
	var out []string
	for i := range m.Tables {
		for _, field := range m.Tables[i].missing() {
			if !slices.Contains(out, field) {
				out = append(out, field)
			}
		}
	}
	return out
}

func (t *TableMapping) missing() []string {
	var out []string
	if isRow(t.Key) {
		return nil
	}
	for _, field := range t.Key {
		if !t.fills(field) && !(field == "court" && t.fills("case_no")) {
			out = append(out, field)
		}
	}
	return out
}

func (t *TableMapping) fills(field string) bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Field == field })
}
