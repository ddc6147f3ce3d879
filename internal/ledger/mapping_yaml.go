package ledger

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/fault"
)

// YAML writes the mapping in the form that [ParseMapping] reads. A mapping that could not be
// read back is an error, so that nothing unusable is saved.
func (m *Mapping) YAML() ([]byte, error) {
	out := m.Draft()
	if _, err := ParseMapping(m.Name, out); err != nil {
		return nil, fault.Invalidf("the mapping cannot be saved: %v", err)
	}
	return out, nil
}

// Draft writes the mapping as YAML even when it is not usable yet, for a clerk to complete.
func (m *Mapping) Draft() []byte {
	var w yamlWriter
	w.line(0, "name: %s", scalar(m.Name))
	w.line(0, "version: %d", m.Version)
	w.line(0, "title: {zh: %s, en: %s}", scalar(m.Title.Zh), scalar(m.Title.En))
	w.line(0, "registry: %s", scalar(m.Registry))
	if m.Plausible != (Plausible{}) {
		w.line(0, "plausible: %s", m.Plausible.flow())
	}
	w.line(0, "tables:")
	for i := range m.Tables {
		w.table(&m.Tables[i])
	}
	return []byte(w.b.String())
}

type yamlWriter struct{ b strings.Builder }

func (w *yamlWriter) line(indent int, format string, args ...any) {
	w.b.WriteString(strings.Repeat(" ", indent))
	fmt.Fprintf(&w.b, format, args...)
	w.b.WriteByte('\n')
}

func (w *yamlWriter) table(t *TableMapping) {
	w.line(2, "- match: %s", list(t.Match))
	w.line(4, "record: %s", scalar(t.Record))
	w.line(4, "key: %s", list(t.Key))
	if len(t.Columns) > 0 {
		w.line(4, "columns:")
		for i := range t.Columns {
			w.line(6, "%s: %s", t.Columns[i].Field, t.Columns[i].flow())
		}
	}
	if e := t.Event; e != nil {
		w.line(4, "event:")
		w.line(6, "ref: %s", list(e.Ref))
		if e.RefPrefix != "" {
			w.line(6, "ref_prefix: %s", scalar(e.RefPrefix))
		}
		for i := range e.Columns {
			w.line(6, "%s: %s", e.Columns[i].Field, e.Columns[i].flow())
		}
	}
	if t.BringsCase {
		w.line(4, "brings_case: true")
	}
	if len(t.Days) > 0 {
		w.line(4, "days: %s", list(t.Days))
	}
	if len(t.Ignore) > 0 {
		w.line(4, "ignore: %s", list(t.Ignore))
	}
	if t.Plausible != nil {
		w.line(4, "plausible: %s", t.Plausible.flow())
	}
	if t.DropExtra {
		w.line(4, "extra: drop")
	} else {
		w.line(4, "extra: keep")
	}
}

// flow writes the bounds in one line.
func (p Plausible) flow() string {
	return fmt.Sprintf("{earliest: %s, latest: %s}", scalar(p.Earliest.String()), scalar(p.Latest.String()))
}

// flow writes the column in one line.
func (c *Column) flow() string {
	var parts []string
	if len(c.From) > 0 {
		parts = append(parts, "from: "+list(c.From))
	}
	if c.Const != "" {
		parts = append(parts, "const: "+scalar(c.Const))
	}
	if c.Format != "" {
		parts = append(parts, "format: "+scalar(c.Format))
	}
	if len(c.Values) > 0 {
		var vs []string
		for _, k := range slices.Sorted(maps.Keys(c.Values)) {
			vs = append(vs, scalar(k)+": "+scalar(c.Values[k]))
		}
		parts = append(parts, "values: {"+strings.Join(vs, ", ")+"}")
	}
	if len(c.When) > 0 {
		var vs []string
		for _, k := range slices.Sorted(maps.Keys(c.When)) {
			vs = append(vs, scalar(k)+": "+list(c.When[k]))
		}
		parts = append(parts, "when: {"+strings.Join(vs, ", ")+"}")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func list(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = scalar(w)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// plain are texts that YAML reads as they stand, in lists and as keys too.
var plain = regexp.MustCompile(`^[\p{Han}A-Za-z_][\p{Han}A-Za-z0-9_-]*$`)

// scalar quotes a text where YAML might read it as something else.
func scalar(s string) string {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf":
		return strconv.Quote(s)
	}
	if plain.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}
