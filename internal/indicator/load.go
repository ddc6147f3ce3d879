package indicator

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"path"
	"regexp"
	"slices"
	"strings"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// The files of a catalogue inside the rules tree.
const (
	countsPath     = "indicators/counts.yaml"
	indicatorsGlob = "indicators/*/**/*.yaml"
)

// defaultTooFew is the denominator under which a rate is too small to judge.
const defaultTooFew = 20

// The words that a definition may use.
var (
	groups    = []string{"volume", "quality", "efficiency", "effect"}
	betters   = []string{"higher", "lower", "neutral", "range"}
	units     = []string{"count", "share", "ratio", "days", "money", "per_judge"}
	lines     = []string{"criminal", "civil", "administrative", "enforcement", "compensation", "other"}
	evidences = []string{"A", "B", "C", "D", "U"}
	compares  = []string{"", "year", "preceding"}
	levels    = []string{"all", "supreme", "high", "intermediate", "basic"} // position is the court level
	reserved  = []string{"from", "to", "cases", "mean", "median", "quantile"}
)

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// countsFile is counts.yaml.
type countsFile struct {
	Sets       []setFile                         `yaml:"sets"`
	Counts     statute.Entries[countFile]        `yaml:"counts"`
	Identities []statute.Entries[statute.Placed] `yaml:"identities"`
}

type setFile struct {
	ID   statute.Placed `yaml:"id"`
	Name statute.Text   `yaml:"name"`
}

type countFile struct {
	Name    statute.Text   `yaml:"name"`
	Eval    statute.Placed `yaml:"eval"`
	Where   statute.Placed `yaml:"where"`
	Days    statute.Placed `yaml:"days"`
	Money   statute.Placed `yaml:"money"`
	Roster  statute.Placed `yaml:"roster"`
	Exclude []excludeFile  `yaml:"exclude"`
	Why     statute.Text   `yaml:"why"`
}

type excludeFile struct {
	When statute.Placed `yaml:"when"`
	Why  statute.Text   `yaml:"why"`
}

// indicatorFile is one indicator.
type indicatorFile struct {
	ID       statute.Placed             `yaml:"id"`
	Name     statute.Text               `yaml:"name"`
	Sets     []statute.Placed           `yaml:"sets"`
	Seq      int                        `yaml:"seq"`
	Group    statute.Placed             `yaml:"group"`
	Better   statute.Placed             `yaml:"better"`
	Unit     statute.Placed             `yaml:"unit"`
	Lines    []statute.Placed           `yaml:"lines"`
	Counts   statute.Entries[countFile] `yaml:"counts"`
	Versions statute.Dated[versionFile] `yaml:"versions"`
}

type versionFile struct {
	Numerator   statute.Placed   `yaml:"numerator"`
	Denominator statute.Placed   `yaml:"denominator"`
	Value       statute.Placed   `yaml:"value"`
	Compare     statute.Placed   `yaml:"compare"`
	TooFew      *int             `yaml:"too_few"`
	Definition  statute.Text     `yaml:"definition"`
	Evidence    statute.Placed   `yaml:"evidence"`
	Source      statute.Source   `yaml:"source"`
	Note        statute.Text     `yaml:"note"`
	Intervals   []intervalFile   `yaml:"intervals"`
	NoInterval  bool             `yaml:"no_interval"`
	Drill       []statute.Placed `yaml:"drill"`
	Check       Check            `yaml:"check"`
}

type intervalFile = statute.Version[rangeFile]

type rangeFile struct {
	Level  statute.Placed `yaml:"level"`
	Line   statute.Placed `yaml:"line"`
	Low    statute.Placed `yaml:"low"`
	High   statute.Placed `yaml:"high"`
	Source statute.Source `yaml:"source"`
}

// Load reads indicators/counts.yaml and every indicators/<family>/<key>.yaml, checks them as
// a whole and returns the catalogue. More trees add their own counts and indicators to the
// first (a court's local ones, a test's). All faults are reported together, one per line,
// each with file, line and, inside expressions, column.
func Load(fsys fs.FS, more ...fs.FS) (*Book, error) {
	l := &loader{book: &Book{counts: map[string]*Count{}}}
	for _, tree := range append([]fs.FS{fsys}, more...) {
		l.tree(tree)
	}
	l.loadCounts()
	l.loadIndicators()
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
	return l.book, nil
}

type loader struct {
	book   *Book
	counts []statute.Doc[countsFile]
	files  []statute.Doc[indicatorFile]
	faults []error
}

func faultAt(place, text, remedy string) error { return fault.At(place, text, remedy) }

// fail reports a fault at the place of a scalar, at the file when the scalar is absent.
func (l *loader) fail(file string, at statute.Placed, text, remedy string) {
	line, column := at.Line, at.Column
	l.faults = append(l.faults, faultAt(statute.Place(file, line, column), text, remedy))
}

func (l *loader) failAll(file string, at statute.Placed, faults []exprError) {
	l.faults = append(l.faults, place(file, at, faults)...)
}

// oneOf checks a word against its list.
func (l *loader) oneOf(file string, at, fallback statute.Placed, key string, words []string) string {
	if slices.Contains(words, at.Text) {
		return at.Text
	}
	if at.Line == 0 {
		at.Line, at.Column = fallback.Line, fallback.Column
	}
	l.fail(file, at, fmt.Sprintf("%s: %q is not known", key, at.Text), "write one of: "+strings.TrimSpace(strings.Join(words, " ")))
	return at.Text
}

// tree reads the files of one tree.
func (l *loader) tree(fsys fs.FS) {
	counts := statute.Doc[countsFile]{File: countsPath}
	err := statute.Decode(fsys, countsPath, &counts.Value)
	switch {
	case err == nil:
		l.counts = append(l.counts, counts)
	case !errors.Is(err, fault.NotFound):
		l.faults = append(l.faults, err)
	}
	files, err := statute.DecodeAll[indicatorFile](fsys, indicatorsGlob)
	if err != nil {
		l.faults = append(l.faults, err)
	}
	l.files = append(l.files, files...)
}

// loadCounts reads the shared counts, the sets and the identities.
func (l *loader) loadCounts() {
	for _, d := range l.counts {
		for _, s := range d.Value.Sets {
			l.addSet(d.File, s)
		}
		for _, e := range d.Value.Counts {
			if c := l.count(d.File, e); c != nil {
				l.book.counts[c.Name] = c
			}
		}
	}
	for _, d := range l.counts {
		for _, entries := range d.Value.Identities {
			for _, e := range entries {
				l.identity(d.File, e)
			}
		}
	}
}

func (l *loader) addSet(file string, s setFile) {
	if slices.Contains(l.book.Sets(), s.ID.Text) || s.ID.IsZero() {
		l.fail(file, s.ID, fmt.Sprintf("set %q is empty or declared twice", s.ID.Text), "give every set its own id")
		return
	}
	l.book.sets = append(l.book.sets, Set{s.ID.Text, s.Name})
}

// count compiles one count; nil when its name cannot be used.
func (l *loader) count(file string, e statute.Entry[countFile]) *Count {
	name, def := e.Key.Text, e.Value
	switch {
	case !identifier.MatchString(name) || strings.HasPrefix(name, earlier) || slices.Contains(reserved, name):
		l.fail(file, e.Key, fmt.Sprintf("a count cannot be named %q", name), "use small letters, digits and _; not prev_… nor "+strings.Join(reserved, " "))
		return nil
	case l.book.counts[name] != nil:
		l.fail(file, e.Key, fmt.Sprintf("count %q is already declared", name), "names must not shadow shared counts; choose another name")
		return nil
	}
	c := &Count{Name: name, Title: def.Name, Eval: name, Expression: def.Where.Text, Why: def.Why}
	if !def.Eval.IsZero() {
		c.Eval = def.Eval.Text
	}
	if c.Title.Zh == "" || c.Title.En == "" {
		l.fail(file, e.Key, fmt.Sprintf("count %q has no name in both languages", name), "add name: {zh: …, en: …}")
	}
	l.countKind(file, e, c)
	if c.Kind == CountJudges {
		return c
	}
	c.Where = l.condition(file, e.Key, def.Where, "where")
	l.template(file, e.Key, def.Why)
	for _, x := range def.Exclude {
		l.template(file, x.When, x.Why)
		c.Excludes = append(c.Excludes, Exclusion{l.condition(file, e.Key, x.When, "when"), x.Why})
	}
	c.requirePresent()
	return c
}

// countKind reads what the count adds up.
func (l *loader) countKind(file string, e statute.Entry[countFile], c *Count) {
	def := e.Value
	n := 0
	for _, p := range []statute.Placed{def.Days, def.Money, def.Roster} {
		if !p.IsZero() {
			n++
		}
	}
	if n > 1 {
		l.fail(file, e.Key, "days, money and roster exclude each other", "declare one count for each")
		return
	}
	switch {
	case !def.Roster.IsZero():
		c.Kind, c.Post = CountJudges, def.Roster.Text
		if !def.Where.IsZero() || len(def.Exclude) > 0 {
			l.fail(file, e.Key, "a roster count has no conditions on cases", "remove where: and exclude:")
		}
	case !def.Money.IsZero():
		c.Kind = CountMoney
		c.Field = l.column(file, def.Money, docket.Amount)
	case !def.Days.IsZero():
		c.Kind = CountDays
		later, before, ok := strings.Cut(def.Days.Text, "-")
		if !ok {
			l.fail(file, def.Days, "days: is not a difference of two dates", "write e.g. closed_on - filed_on")
			return
		}
		at := func(s string) statute.Placed { p := def.Days; p.Text = strings.TrimSpace(s); return p }
		c.Field, c.Field2 = l.column(file, at(later), docket.Day), l.column(file, at(before), docket.Day)
	}
}

func (l *loader) column(file string, at statute.Placed, kind docket.Kind) int {
	i, ok := docket.FieldIndex(at.Text)
	if !ok || docket.Fields[i].Kind != kind {
		l.fail(file, at, fmt.Sprintf("%q is not a column of this kind", at.Text), "choose from: "+columnNames(kind))
	}
	return i
}

// anyKind asks columnNames for all columns.
const anyKind = docket.Kind(255)

// columnNames lists the columns of a kind.
func columnNames(kind docket.Kind) string {
	var names []string
	for _, f := range docket.Fields {
		if f.Kind == kind || kind == anyKind {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, " ")
}

// condition compiles a condition; an absent one is a fault at the key.
func (l *loader) condition(file string, key, at statute.Placed, name string) *Pred {
	if at.IsZero() {
		l.fail(file, key, fmt.Sprintf("%q has no %s:", key.Text, name), "write a condition, or true for all cases")
		return &Pred{Op: False}
	}
	p, faults := parseCondition(at.Text)
	if p == nil {
		l.failAll(file, at, faults)
		return &Pred{Op: False}
	}
	return p
}

// template checks the names in the braces of a reason.
func (l *loader) template(file string, at statute.Placed, t statute.Text) {
	for _, name := range append(placeholders(t.Zh), placeholders(t.En)...) {
		if _, ok := docket.FieldByName(name); !ok && name != "from" && name != "to" {
			l.fail(file, at, fmt.Sprintf("why: {%s} is not a column", name), "use {from}, {to} or the name of a case column in braces")
		}
	}
}

func (l *loader) loadIndicators() {
	for _, d := range l.files {
		l.indicator(d.File, d.Value)
	}
	slices.SortStableFunc(l.book.indicators, func(a, b *Indicator) int {
		return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.File, b.File))
	})
	l.checkSets()
}

// checkSets checks that keys are unique in their sets and that every set is declared; with
// no declaration at all, the sets are those in use, by name.
func (l *loader) checkSets() {
	declared := l.book.Sets()
	seen := map[string]string{}
	var used []string
	for _, i := range l.book.indicators {
		for _, s := range i.Sets {
			key := s + "/" + i.ID
			if other, twice := seen[key]; twice {
				l.fail(i.File, statute.Placed{}, fmt.Sprintf("set %s has %q already from %s", s, i.ID, other), "use another id or another set")
			}
			seen[key] = i.File
			if len(declared) > 0 && !slices.Contains(declared, s) {
				l.fail(i.File, statute.Placed{}, fmt.Sprintf("set %q is not declared", s), "write one of: "+strings.Join(declared, " "))
			}
			used = append(used, s)
		}
	}
	if len(declared) > 0 {
		return
	}
	slices.Sort(used)
	for _, s := range slices.Compact(used) {
		l.book.sets = append(l.book.sets, Set{ID: s})
	}
}

func (l *loader) indicator(file string, def indicatorFile) {
	i := &Indicator{
		ID: def.ID.Text, Name: def.Name, File: file, seq: def.Seq,
		Group:  l.oneOf(file, def.Group, def.ID, "group", groups),
		Better: l.oneOf(file, def.Better, def.ID, "better", betters),
		Unit:   l.oneOf(file, def.Unit, def.ID, "unit", units),
	}
	if want := strings.TrimSuffix(path.Base(file), ".yaml"); i.ID != want || !identifier.MatchString(i.ID) {
		l.fail(file, def.ID, fmt.Sprintf("id %q does not name the file", i.ID), "write id: "+want+" (small letters, digits and _)")
	}
	if i.Name.Zh == "" || i.Name.En == "" {
		l.fail(file, def.ID, "the indicator has no name in both languages", "add name: {zh: …, en: …}")
	}
	for _, s := range def.Sets {
		i.Sets = append(i.Sets, s.Text)
	}
	if len(i.Sets) == 0 {
		l.fail(file, def.ID, "the indicator belongs to no set", "add sets: [local]")
	}
	for _, s := range def.Lines {
		i.Lines = append(i.Lines, l.oneOf(file, s, s, "lines", lines))
	}
	local := l.localCounts(file, def)
	if err := def.Versions.Check(); err != nil || len(def.Versions) == 0 {
		text := "the indicator has no version"
		if err != nil {
			text = err.Error()
		}
		l.fail(file, def.ID, text, "list versions oldest first, each starting on the day after the one before")
	}
	used := map[string]bool{}
	for _, v := range def.Versions {
		i.Versions = append(i.Versions, l.version(file, def, v, local, used))
	}
	for _, e := range def.Counts {
		if !used[e.Key.Text] {
			l.fail(file, e.Key, fmt.Sprintf("count %q is never used", e.Key.Text), "use it in a formula or remove it")
		}
	}
	l.book.indicators = append(l.book.indicators, i)
}

func (l *loader) localCounts(file string, def indicatorFile) map[string]*Count {
	out := map[string]*Count{}
	for _, e := range def.Counts {
		if c := l.count(file, e); c != nil {
			out[c.Name] = c
		}
	}
	return out
}

func (l *loader) version(file string, def indicatorFile, v statute.Version[versionFile], local map[string]*Count, used map[string]bool) *Version {
	d := v.Value
	out := &Version{
		From: v.From, To: v.To, TooFew: defaultTooFew, Definition: d.Definition, Note: d.Note, Source: d.Source,
		NoInterval: d.NoInterval, Check: d.Check, counts: map[string]*Count{},
		Evidence: l.oneOf(file, d.Evidence, def.ID, "evidence", evidences),
		Compare:  l.oneOf(file, d.Compare, def.ID, "compare", compares),
	}
	if d.TooFew != nil {
		out.TooFew = *d.TooFew
	}
	onLines := make([]string, len(def.Lines))
	for i, s := range def.Lines {
		onLines[i] = s.Text
	}
	lookup := func(name string) *Count {
		c := local[name]
		if c == nil {
			c = l.book.counts[name]
		}
		if c != nil {
			used[name] = true
			out.counts[name] = c.onLines(onLines)
		}
		return c
	}
	l.formulas(file, def, d, out, lookup)
	out.prepare()
	for _, s := range d.Drill {
		if _, ok := docket.FieldByName(s.Text); !ok {
			l.fail(file, s, fmt.Sprintf("drill: %q is not a column of a case", s.Text), "choose from: "+columnNames(anyKind))
		}
		out.Drill = append(out.Drill, s.Text)
	}
	out.Intervals = l.intervals(file, def.ID, d)
	return out
}

// formulas reads numerator, denominator and value, and fills in the usual value.
func (l *loader) formulas(file string, def indicatorFile, d versionFile, out *Version, lookup func(string) *Count) {
	read := func(at statute.Placed) *Formula {
		if at.IsZero() {
			return nil
		}
		f, faults := parseFormula(at.Text, lookup)
		l.failAll(file, at, faults)
		return f
	}
	out.Numerator, out.Denominator, out.Value = read(d.Numerator), read(d.Denominator), read(d.Value)
	if d.Value.IsZero() {
		if d.Numerator.IsZero() {
			l.fail(file, def.ID, "a version has neither numerator nor value", "write numerator: and denominator:, or value:")
		}
		out.Value = out.Numerator
		if out.Numerator != nil && out.Denominator != nil {
			out.Value = &Formula{op: opDiv, args: []*Formula{out.Numerator, out.Denominator}}
		}
	}
	compared := slices.ContainsFunc(out.uses(), func(u use) bool { return u.prev })
	if compared != (out.Compare != "") {
		l.fail(file, def.ID, "compare: and prev_ counts belong together", "write compare: year or compare: preceding exactly where a formula uses prev_…")
	}
}

func (l *loader) intervals(file string, id statute.Placed, d versionFile) []Interval {
	var out []Interval
	if d.NoInterval && len(d.Intervals) > 0 {
		l.fail(file, id, "no_interval is set and intervals are listed", "remove one of the two")
	}
	for _, v := range d.Intervals {
		r := v.Value
		i := Interval{From: v.From, To: v.To, Line: r.Line.Text, Low: l.decimal(file, r.Low), High: l.decimal(file, r.High), Source: r.Source}
		i.Level = slices.Index(levels, l.oneOf(file, r.Level, id, "level", levels))
		if r.Line.Text != "" {
			l.oneOf(file, r.Line, id, "line", lines)
		}
		switch {
		case i.Low == nil && i.High == nil:
			l.fail(file, r.Level, "the interval has no bound", "write low: or high: or both")
		case i.Low != nil && i.High != nil && i.Low.Cmp(i.High) > 0:
			l.fail(file, r.Low, "low is above high", "exchange the two")
		case !i.To.IsZero() && i.To < i.From:
			l.fail(file, r.Level, "the interval ends before it starts", "correct from: and to:")
		}
		for _, o := range out {
			if o.Level == i.Level && o.Line == i.Line && (o.To.IsZero() || i.From <= o.To) && (i.To.IsZero() || o.From <= i.To) {
				l.fail(file, r.Level, "two intervals for the same level and line overlap in time", "end the older one on the day before")
			}
		}
		out = append(out, i)
	}
	return out
}

// decimal reads an exact decimal number; nil when absent.
func (l *loader) decimal(file string, at statute.Placed) *big.Rat {
	if at.IsZero() {
		return nil
	}
	r, ok := new(big.Rat).SetString(at.Text)
	if !ok || strings.ContainsAny(at.Text, "eExX_") {
		l.fail(file, at, fmt.Sprintf("%q is not a number", at.Text), "write a decimal such as 0.95")
		return nil
	}
	return r
}
