package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// mappingFile is the shape of rules/mappings/*.yaml.
type mappingFile struct {
	Name      string         `yaml:"name"`
	Version   int            `yaml:"version"`
	Title     statute.Text   `yaml:"title"`
	Registry  string         `yaml:"registry"`
	Plausible *plausibleFile `yaml:"plausible"`
	Tables    []tableFile    `yaml:"tables"`
}

type plausibleFile struct {
	Earliest civil.Date `yaml:"earliest"`
	Latest   civil.Date `yaml:"latest"`
}

type tableFile struct {
	Match      oneOrMany                   `yaml:"match"`
	Record     string                      `yaml:"record"`
	Key        oneOrMany                   `yaml:"key"`
	Columns    statute.Entries[columnFile] `yaml:"columns"`
	Event      *eventFile                  `yaml:"event"`
	BringsCase bool                        `yaml:"brings_case"`
	Days       []string                    `yaml:"days"`
	Ignore     []string                    `yaml:"ignore"`
	Extra      string                      `yaml:"extra"`
	Plausible  *plausibleFile              `yaml:"plausible"`
}

type columnFile struct {
	From   oneOrMany            `yaml:"from"`
	Format string               `yaml:"format"`
	Values map[string]string    `yaml:"values"`
	When   map[string]oneOrMany `yaml:"when"`
	Const  string               `yaml:"const"`
}

type eventFile struct {
	Ref       oneOrMany   `yaml:"ref"`
	RefPrefix string      `yaml:"ref_prefix"`
	Kind      *columnFile `yaml:"kind"`
	Day       *columnFile `yaml:"day"`
	Until     *columnFile `yaml:"until"`
	Court     *columnFile `yaml:"court"`
	Judge     *columnFile `yaml:"judge"`
	Result    *columnFile `yaml:"result"`
	EnteredOn *columnFile `yaml:"entered_on"`
}

// oneOrMany is a text or a list of texts.
type oneOrMany []string

// UnmarshalYAML reads either form.
func (l *oneOrMany) UnmarshalYAML(decode func(any) error) error {
	var many []string
	if err := decode(&many); err == nil {
		*l = many
		return nil
	}
	var one string
	if err := decode(&one); err != nil {
		return err
	}
	*l = oneOrMany{one}
	return nil
}

// LoadMappings reads every mapping of rules/mappings, by name. All faults of all files are
// reported together.
func LoadMappings(fsys fs.FS) (map[string]*Mapping, error) {
	docs, err := statute.DecodeAll[mappingFile](fsys, "mappings/*.yaml")
	faults := []error{err}
	out := make(map[string]*Mapping, len(docs))
	for _, d := range docs {
		m, err := d.Value.build(d.File)
		if err == nil && out[m.Name] != nil {
			err = fault.At(d.File, fmt.Sprintf("second mapping named %q", m.Name), "give it another name")
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out[m.Name] = m
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return out, nil
}

// LoadMapping reads one mapping from a file.
func LoadMapping(fsys fs.FS, file string) (*Mapping, error) {
	var f mappingFile
	if err := statute.Decode(fsys, file, &f); err != nil {
		return nil, err
	}
	return f.build(file)
}

// ParseMapping reads a mapping from the text that [Mapping.YAML] writes; file names it in errors.
func ParseMapping(file string, text []byte) (*Mapping, error) {
	return LoadMapping(oneFile{file, text}, file)
}

// oneFile is a file system with one file, for texts that lie in memory.
type oneFile struct {
	name string
	text []byte
}

// Open finds nothing: the file is read whole.
func (oneFile) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile returns the text.
func (f oneFile) ReadFile(string) ([]byte, error) { return f.text, nil }

// build checks a decoded file and makes the mapping of it.
func (f *mappingFile) build(file string) (*Mapping, error) {
	m := &Mapping{Name: f.Name, Version: f.Version, Title: f.Title, Registry: f.Registry}
	var faults []error
	bad := func(line int, text, remedy string) {
		faults = append(faults, fault.At(statute.Place(file, line, 0), text, remedy))
	}
	if f.Name == "" {
		bad(1, "the mapping has no name", "add name")
	}
	if f.Version < 1 {
		bad(1, "version is missing", "start with version: 1")
	}
	if f.Registry == "" {
		bad(1, "registry is missing", "name one of rules/registries, or none")
	}
	if len(f.Tables) == 0 {
		bad(1, "there are no tables", "add tables with match, record, key and columns")
	}
	if f.Plausible != nil {
		m.Plausible = Plausible(*f.Plausible)
	}
	for i := range f.Tables {
		t, err := f.Tables[i].build(file, i+1)
		if err != nil {
			faults = append(faults, err)
		}
		m.Tables = append(m.Tables, t)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return m, nil
}

// build checks one table.
func (f *tableFile) build(file string, no int) (TableMapping, error) {
	t := TableMapping{Match: f.Match, Record: f.Record, Key: f.Key, BringsCase: f.BringsCase, Days: f.Days, Ignore: f.Ignore}
	var faults []error
	bad := func(text, remedy string) {
		faults = append(faults, fault.At(fmt.Sprintf("%s: table %d", file, no), text, remedy))
	}
	for _, glob := range f.Match {
		if _, err := path.Match(glob, ""); err != nil || glob == "" {
			bad(fmt.Sprintf("match %q is no file-name pattern", glob), `write e.g. "*.csv"`)
		}
	}
	if len(f.Match) == 0 {
		bad("match is missing", `write e.g. match: ["*"]`)
	}
	if f.Record != CaseRecord && f.Record != EventRecord {
		bad(fmt.Sprintf("record %q is not known", f.Record), "write case or event")
	}
	switch f.Extra {
	case "", "keep":
	case "drop":
		t.DropExtra = true
	default:
		bad(fmt.Sprintf("extra %q is not known", f.Extra), "write keep or drop")
	}
	if f.Plausible != nil {
		p := Plausible(*f.Plausible)
		t.Plausible = &p
	}
	columns, err := buildColumns(file, f.Columns)
	if err != nil {
		faults = append(faults, err)
	}
	t.Columns = columns
	if err := f.buildEvent(&t, file, no); err != nil {
		faults = append(faults, err)
	}
	if err := t.checkKey(file, no); err != nil {
		faults = append(faults, err)
	}
	return t, errors.Join(faults...)
}

// buildColumns checks the columns of a case and puts them into the order of docket.Fields.
func buildColumns(file string, entries statute.Entries[columnFile]) ([]Column, error) {
	var out []Column
	var faults []error
	for _, e := range entries {
		place := statute.Place(file, e.Key.Line, 0)
		f, ok := docket.FieldByName(e.Key.Text)
		if !ok || f.Computed {
			faults = append(faults, fault.At(place, fmt.Sprintf("%q is no column of a case", e.Key.Text), "use a name of docs/data-dictionary.md"))
			continue
		}
		if slices.ContainsFunc(out, func(c Column) bool { return c.Field == f.Name }) {
			faults = append(faults, fault.At(place, fmt.Sprintf("%s is mapped twice", f.Name), "keep one of them"))
			continue
		}
		c, err := e.Value.build(f.Name, f.Kind)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", place, err))
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Column) int {
		i, _ := docket.FieldIndex(a.Field)
		j, _ := docket.FieldIndex(b.Field)
		return i - j
	})
	return out, errors.Join(faults...)
}

// build checks one column of the given kind.
func (f *columnFile) build(field string, kind docket.Kind) (Column, error) {
	c := Column{Field: field, From: f.From, Format: f.Format, Const: f.Const}
	if len(f.Values) > 0 {
		c.Values = f.Values
	}
	for header, cells := range f.When {
		if len(cells) == 0 {
			return c, fault.Invalidf("%s: when %q has no values", field, header)
		}
		if c.When == nil {
			c.When = map[string][]string{}
		}
		c.When[header] = cells
	}
	if (len(f.From) == 0) == (f.Const == "") || slices.Contains(f.From, "") {
		return c, fault.Invalidf("%s: give either from or const", field)
	}
	switch kind {
	case docket.Day:
		if _, err := ParseDateFormat(f.Format); err != nil {
			return c, fmt.Errorf("%s: %w", field, err)
		}
		if f.Const != "" {
			if _, err := civil.ParseDate(f.Const); err != nil {
				return c, fault.Invalidf("%s: const %q: write YYYY-MM-DD", field, f.Const)
			}
		}
	case docket.Amount:
		if _, ok := units[f.Format]; !ok {
			return c, fault.Invalidf("%s: %q is not a unit of money; write one of %s", field, f.Format, strings.Join(slices.Sorted(maps.Keys(units))[1:], ", "))
		}
	default:
		if f.Format != "" {
			return c, fault.Invalidf("%s: only days and amounts have a format", field)
		}
	}
	return c, nil
}

// buildEvent checks the event part of a table.
func (f *tableFile) buildEvent(t *TableMapping, file string, no int) error {
	place := fmt.Sprintf("%s: table %d", file, no)
	if f.Event == nil {
		if f.Record == EventRecord {
			return fault.At(place, "a table of events needs event", "add event with ref, kind and day")
		}
		if f.BringsCase {
			return fault.At(place, "brings_case is for tables of events", "remove it")
		}
		return nil
	}
	e := &EventMapping{Ref: f.Event.Ref, RefPrefix: f.Event.RefPrefix}
	if len(e.Ref) == 0 || slices.Contains(e.Ref, "") {
		return fault.At(place, "event has no ref", "name the headers that identify the event, or row")
	}
	for i, c := range []*columnFile{f.Event.Kind, f.Event.Day, f.Event.Until, f.Event.Court, f.Event.Judge, f.Event.Result, f.Event.EnteredOn} {
		if c == nil {
			continue
		}
		built, err := c.build(eventFields[i], eventKind(eventFields[i]))
		if err != nil {
			return fmt.Errorf("%s: event: %w", place, err)
		}
		e.Columns = append(e.Columns, built)
	}
	if f.Event.Kind == nil || f.Event.Day == nil {
		return fault.At(place, "event needs kind and day", "add both")
	}
	t.Event = e
	return nil
}

func eventKind(field string) docket.Kind {
	switch field {
	case "day", "until", "entered_on":
		return docket.Day
	}
	return docket.Text
}

// checkKey reports a key that no row could have.
func (t *TableMapping) checkKey(file string, no int) error {
	place := fmt.Sprintf("%s: table %d", file, no)
	if isRow(t.Key) {
		if t.Record == EventRecord {
			return fault.At(place, "a table of events names the case by columns, not by the whole row", "set key to columns of the case")
		}
		return nil
	}
	if len(t.Key) == 0 {
		return fault.At(place, "key is missing", "write e.g. key: [court, case_no], or key: row")
	}
	for _, name := range t.Key {
		f, ok := docket.FieldByName(name)
		if !ok || f.Kind != docket.Text || f.Computed || name == "key" {
			return fault.At(place, fmt.Sprintf("key %q is no text column of a case", name), "use columns such as court, case_no, instance")
		}
	}
	if missing := t.missing(); len(missing) > 0 {
		return fault.At(place, fmt.Sprintf("nothing fills %s, a part of the key", strings.Join(missing, ", ")), "map a column to it")
	}
	return nil
}
