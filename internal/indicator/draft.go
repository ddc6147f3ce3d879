package indicator

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// LocalSet is the set of the court's own indicators.
const LocalSet = "local"

// Draft is one wording of a local indicator as somebody fills it in; everything is still the
// text that was typed. The evidence mark of a local indicator is always U.
type Draft struct {
	ID          string       `json:"id"`
	Name        statute.Text `json:"name"`
	Group       string       `json:"group"`
	Better      string       `json:"better"`
	Unit        string       `json:"unit"`
	Counts      string       `json:"counts"` // YAML: counts of its own, added to those of earlier wordings
	From        string       `json:"from"`   // first day in force
	Numerator   string       `json:"numerator"`
	Denominator string       `json:"denominator"`
	TooFew      string       `json:"too_few"` // empty: the usual 20
	Definition  statute.Text `json:"definition"`
	Note        statute.Text `json:"note"`
}

// Finding is a fault of a draft: the field of the form, and the place in the composed file.
type Finding struct {
	Field  string // key of the form as in the JSON of [Draft]; empty: the draft as a whole
	Line   int    // in the composed file; 0: none
	Text   string
	Remedy string
}

// composed is the rule file of a local indicator with the field that each line came from.
type composed struct {
	file   string
	text   strings.Builder
	fields []string // of line n+1
}

// line adds one line that stands for a field.
func (c *composed) line(field, format string, args ...any) {
	fmt.Fprintf(&c.text, format+"\n", args...)
	c.fields = append(c.fields, field)
}

// yamlText writes a text so that YAML reads it back unchanged.
func yamlText(s string) string {
	b, err := json.Marshal(strings.TrimSpace(s)) // a JSON string is a YAML string
	if err != nil {
		return `""`
	}
	return string(b)
}

func pair(t statute.Text) string {
	return fmt.Sprintf("{zh: %s, en: %s}", yamlText(t.Zh), yamlText(t.En))
}

// Compose writes the rule file of an indicator from all its wordings, oldest first. Names are
// those of the newest wording.
func Compose(wordings []Draft) string { return compose(wordings).text.String() }

func compose(wordings []Draft) *composed {
	d := wordings[len(wordings)-1]
	c := &composed{file: "indicators/" + LocalSet + "/" + d.ID + ".yaml"}
	c.line("id", "id: %s", yamlText(d.ID))
	c.line("name", "name: %s", pair(d.Name))
	c.line("", "sets: [%s]", LocalSet)
	c.line("", "seq: 9000")
	c.line("group", "group: %s", yamlText(d.Group))
	c.line("better", "better: %s", yamlText(d.Better))
	c.line("unit", "unit: %s", yamlText(d.Unit))
	c.counts(wordings)
	c.line("", "versions:")
	for i, w := range wordings {
		to := ""
		if i+1 < len(wordings) {
			to = wordings[i+1].From
		}
		c.version(w, to)
	}
	return c
}

// counts puts the local counts of all wordings under one key.
func (c *composed) counts(wordings []Draft) {
	begun := false
	for _, w := range wordings {
		if strings.TrimSpace(w.Counts) == "" {
			continue
		}
		if !begun {
			c.line("counts", "counts:")
			begun = true
		}
		for line := range strings.Lines(w.Counts) {
			c.line("counts", "  %s", strings.TrimRight(line, "\r\n\t "))
		}
	}
}

// version writes one wording; next is the first day of the one after it.
func (c *composed) version(w Draft, next string) {
	c.line("from", "  - from: %s", plainOr(w.From, yamlText(w.From)))
	if last := dayBefore(next); last != "" {
		c.line("from", "    to: %s", last)
	}
	c.line("numerator", "    numerator: %s", yamlText(w.Numerator))
	if strings.TrimSpace(w.Denominator) != "" {
		c.line("denominator", "    denominator: %s", yamlText(w.Denominator))
	}
	if strings.TrimSpace(w.TooFew) != "" {
		c.line("too_few", "    too_few: %s", plainOr(w.TooFew, yamlText(w.TooFew)))
	}
	c.line("definition", "    definition: %s", pair(w.Definition))
	c.line("note", "    note: %s", pair(w.Note))
	c.line("", "    evidence: U")
}

// find puts a fault of the loader at the field it came from.
func (c *composed) find(err error) []Finding {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var out []Finding
		for _, e := range many.Unwrap() {
			out = append(out, c.find(e)...)
		}
		return out
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		return []Finding{{Text: err.Error()}}
	}
	out := Finding{Text: f.Text, Remedy: f.Remedy}
	if rest, ok := strings.CutPrefix(f.Place, c.file+":"); ok {
		number, _, _ := strings.Cut(rest, ":")
		if n, err := strconv.Atoi(number); err == nil && n >= 1 && n <= len(c.fields) {
			out.Line, out.Field = n, c.fields[n-1]
		}
	}
	return []Finding{out}
}

// Tree is the composed rule file of an indicator as a rules tree for [Load].
func Tree(wordings []Draft) (fs.FS, error) {
	c := compose(wordings)
	if !identifier.MatchString(wordings[len(wordings)-1].ID) {
		return nil, fault.At("id", "is no name for a file", "use small letters, digits and _, beginning with a letter")
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(c.file)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write([]byte(c.text.String())); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
}

// CheckDraft loads the catalogue with a new wording of a local indicator over everything
// before it. It returns the catalogue, or the faults at the fields of the draft.
func CheckDraft(rules fs.FS, adopted []fs.FS, earlier []Draft, d Draft) (*Book, []Finding) {
	wordings := append(append([]Draft{}, earlier...), d)
	if found := firstFaults(earlier, d); len(found) > 0 {
		return nil, found
	}
	tree, err := Tree(wordings)
	if err != nil {
		return nil, []Finding{{Field: "id", Text: err.Error()}}
	}
	book, err := Load(rules, append(append([]fs.FS{}, adopted...), tree)...)
	if err != nil {
		return nil, compose(wordings).find(err)
	}
	return book, nil
}

// firstFaults are the faults that would keep the file from being composed at all, and the
// changes that would rewrite what an adopted indicator has said so far.
func firstFaults(earlier []Draft, d Draft) []Finding {
	var out []Finding
	if !identifier.MatchString(d.ID) {
		out = append(out, Finding{Field: "id", Text: "the key is empty or holds other signs", Remedy: "use small letters, digits and _, beginning with a letter"})
	}
	if dayBefore(d.From) == "" {
		out = append(out, Finding{Field: "from", Text: fmt.Sprintf("%q is not a day", d.From), Remedy: "write it as 2025-01-01"})
	}
	if len(earlier) == 0 {
		return out
	}
	last := earlier[len(earlier)-1]
	if d.From <= last.From {
		out = append(out, Finding{Field: "from", Text: "the wording in force starts on " + last.From, Remedy: "let the new wording start later; the past stays as it was"})
	}
	for _, x := range []struct{ field, was, is string }{{"group", last.Group, d.Group}, {"better", last.Better, d.Better}, {"unit", last.Unit, d.Unit}} {
		if x.was != x.is {
			out = append(out, Finding{Field: x.field, Text: "the adopted indicator has " + x.was, Remedy: "keep it, or choose another key"})
		}
	}
	return out
}

// plainOr returns a day or a whole number as it is, and anything else as otherwise: only what
// cannot break out of its line stands in a file without quotation marks.
func plainOr(s, otherwise string) string {
	s = strings.TrimSpace(s)
	if s != "" && strings.Trim(s, "0123456789-") == "" {
		return s
	}
	return otherwise
}

// dayBefore is the day before a day as it is written, "" for anything else.
func dayBefore(s string) string {
	d, err := civil.ParseDate(strings.TrimSpace(s))
	if err != nil || d.IsZero() {
		return ""
	}
	return d.AddDays(-1).String()
}
