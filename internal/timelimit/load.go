package timelimit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

const folder = "limits"

// The rules files as they are written.
type (
	ruleFile struct {
		ID       statute.Placed             `yaml:"id"`
		Seq      int                        `yaml:"seq"`
		Name     statute.Text               `yaml:"name"`
		Line     statute.Placed             `yaml:"line"`
		Start    statute.Text               `yaml:"start"`
		MonthEnd statute.Placed             `yaml:"month_end"`
		DayOff   statute.Placed             `yaml:"day_off"`
		Note     statute.Text               `yaml:"note"`
		Deduct   []statute.Placed           `yaml:"deduct"`
		Notice   *statute.Source            `yaml:"notice"`
		Convert  *convertFile               `yaml:"convert"`
		Restart  []Restart                  `yaml:"restart"`
		Approval *Approval                  `yaml:"approval"`
		Versions statute.Dated[versionFile] `yaml:"versions"`
	}
	convertFile struct {
		Day0   statute.Placed   `yaml:"day0"`
		Usual  []statute.Placed `yaml:"usual"`
		Source statute.Source   `yaml:"source"`
	}
	versionFile struct {
		Base    statute.Placed `yaml:"base"`
		Source  statute.Source `yaml:"source"`
		Pending bool           `yaml:"pending"`
		Note    statute.Text   `yaml:"note"`
		When    []variantFile  `yaml:"when"`
		Extend  []grantFile    `yaml:"extend"`
	}
	variantFile struct {
		If   statute.Placed `yaml:"if"`
		Base statute.Placed `yaml:"base"`
	}
	grantFile struct {
		By      []statute.Placed `yaml:"by"`
		Max     statute.Placed   `yaml:"max"`
		Each    bool             `yaml:"each"`
		When    statute.Placed   `yaml:"when"`
		Consent string           `yaml:"consent"`
		Source  statute.Source   `yaml:"source"`
	}
	settingsFile struct {
		Settings    []Setting    `yaml:"settings"`
		Transitions []Transition `yaml:"transitions"`
		Findings    struct {
			LastDays        int  `yaml:"last_days"`
			LastMinuteTimes int  `yaml:"last_minute_times"`
			EnteredAfter    int  `yaml:"entered_after"`
			Papers          bool `yaml:"papers"`
		} `yaml:"findings"`
	}
)

// Load reads limits/** from a rules tree. Further trees are laid over it file by file, so that
// a court can point at a reviewed folder. Files ending in .test.yaml are examples and are left
// out. All faults are returned together, each with file and line.
func Load(fsys fs.FS, cal *calendar.Book, more ...fs.FS) (*Book, error) {
	trees := append([]fs.FS{fsys}, more...)
	national, err := cal.Calendar(calendar.National)
	if err != nil {
		return nil, err
	}
	l := &loader{book: &Book{Calendars: cal, national: national, rules: map[string]*Rule{}}, places: map[string]string{}}
	if err := l.shared(trees); err != nil {
		return nil, err
	}
	named := files(trees, &l.faults)
	for _, name := range slices.Sorted(maps.Keys(named)) {
		l.file(named[name], name)
	}
	slices.SortStableFunc(l.book.order, func(a, b *Rule) int { return cmp.Compare(a.Seq, b.Seq) })
	l.references()
	l.byType(&l.typed)
	if err := errors.Join(l.faults...); err != nil {
		return nil, err
	}
	return l.book, nil
}

// loader collects the faults of all files.
type loader struct {
	book   *Book
	faults []error
	places map[string]string // rule id: its file
	usual  []usual
	typed  typeFile
}

// usual is a conversion that a rule names, to be looked up when all rules are read.
type usual struct {
	file string
	from *Rule
	to   statute.Placed
}

func (l *loader) fault(file string, line int, text, remedy string) {
	l.faults = append(l.faults, fault.At(statute.Place(file, line, 0), text, remedy))
}

// files names every rule file of the trees; of files with the same name the last tree's.
func files(trees []fs.FS, faults *[]error) map[string]fs.FS {
	out := map[string]fs.FS{}
	for _, tree := range trees {
		err := fs.WalkDir(tree, folder, func(name string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err == nil && !d.IsDir() && path.Dir(name) != folder && path.Ext(name) == ".yaml" && !strings.HasSuffix(name, ".test.yaml"):
				out[name] = tree
			}
			return err
		})
		if err != nil {
			*faults = append(*faults, fmt.Errorf("list rules files: %w", err))
		}
	}
	return out
}

// shared reads the lists that all limits use, each from the last tree that has it.
func (l *loader) shared(trees []fs.FS) error {
	var lines struct {
		Lines []Line `yaml:"lines"`
	}
	var authorities struct {
		Authorities []Authority `yaml:"authorities"`
	}
	var causes struct {
		Deductions []Cause `yaml:"deductions"`
	}
	var milestones struct {
		Milestones []Milestone `yaml:"milestones"`
	}
	var warnings struct {
		Warnings []warningFile `yaml:"warnings"`
	}
	var settings settingsFile
	var faults []error
	for name, out := range map[string]any{"lines": &lines, "authorities": &authorities, "deductions": &causes, "milestones": &milestones, "settings": &settings, "by-type": &l.typed, "warnings": &warnings} {
		faults = append(faults, decodeLast(trees, path.Join(folder, name+".yaml"), out))
	}
	b := l.book
	b.Lines, b.Authorities, b.Causes, b.Milestones = lines.Lines, authorities.Authorities, causes.Deductions, milestones.Milestones
	b.Settings, b.Transitions = settings.Settings, settings.Transitions
	l.warnings(warnings.Warnings)
	f := settings.Findings
	b.Defaults = Settings{Calendar: calendar.National, LastDays: f.LastDays, LastMinuteTimes: f.LastMinuteTimes, EnteredAfter: f.EnteredAfter, Papers: f.Papers}
	return errors.Join(append(faults, b.Defaults.read(b.Settings), readMax(b.Causes))...)
}

// decodeLast decodes a file of the last tree that has it.
func decodeLast(trees []fs.FS, name string, out any) error {
	for _, tree := range slices.Backward(trees) {
		if _, err := fs.Stat(tree, name); err == nil {
			return statute.Decode(tree, name, out)
		}
	}
	return statute.Decode(trees[0], name, out)
}

// read takes the defaults of the settings that the engine knows; all of them must be given.
func (s *Settings) read(list []Setting) error {
	known := map[string]*bool{"inclusive": &s.Inclusive, "chain_extensions": &s.ChainExtensions, "pending_follows_new_law": &s.PendingFollowsNew}
	for _, one := range list {
		p, ok := known[one.Key]
		if !ok {
			return fault.At(folder+"/settings.yaml", fmt.Sprintf("setting %q is unknown or stands twice", one.Key), "use inclusive, chain_extensions and pending_follows_new_law, once each")
		}
		*p = one.Default
		delete(known, one.Key)
	}
	if len(known) > 0 {
		return fault.At(folder+"/settings.yaml", "a setting is missing", "give inclusive, chain_extensions and pending_follows_new_law")
	}
	return nil
}

// readMax reads the longest length of the causes that have one.
func readMax(causes []Cause) error {
	var faults []error
	for i := range causes {
		c := &causes[i]
		if c.Max.IsZero() {
			continue
		}
		span, ok := parseSpan(c.Max.Text)
		if !ok {
			faults = append(faults, fault.At(statute.Place(folder+"/deductions.yaml", c.Max.Line, 0), fmt.Sprintf("max %q is no length", c.Max), "write 15d, 1m or 6m"))
		}
		c.max = span
	}
	return errors.Join(faults...)
}

// file reads one limit.
func (l *loader) file(tree fs.FS, name string) {
	var f ruleFile
	if err := statute.Decode(tree, name, &f); err != nil {
		l.faults = append(l.faults, err)
		return
	}
	r := &Rule{ID: f.ID.Text, Seq: f.Seq, Name: f.Name, Start: f.Start, Notice: f.Notice, Restarts: f.Restart, Note: f.Note}
	l.head(name, &f, r)
	l.deductions(name, &f, r)
	l.versions(name, &f, r)
	if f.Approval != nil {
		r.Approval = []Approval{*f.Approval}
	}
	if f.Convert != nil {
		r.Convert = &Convert{Restarts: f.Convert.Day0.Text == "restart", Source: f.Convert.Source}
		if !oneOf(f.Convert.Day0.Text, "keep", "restart") {
			l.fault(name, f.Convert.Day0.Line, fmt.Sprintf("day0 %q is unknown", f.Convert.Day0), "write keep or restart")
		}
		for _, to := range f.Convert.Usual {
			r.Convert.Usual = append(r.Convert.Usual, to.Text)
			l.usual = append(l.usual, usual{name, r, to})
		}
	}
	if before, ok := l.places[r.ID]; ok {
		l.fault(name, f.ID.Line, fmt.Sprintf("id %s stands in %s too", r.ID, before), "ids are never reused")
		return
	}
	l.places[r.ID] = name
	l.book.rules[r.ID] = r
	l.book.order = append(l.book.order, r)
}

// head checks names, line and policies.
func (l *loader) head(name string, f *ruleFile, r *Rule) {
	if path.Base(name) != r.ID+".yaml" {
		l.fault(name, f.ID.Line, fmt.Sprintf("id %q is not the name of the file", r.ID), "give both the same name")
	}
	if r.Name.Zh == "" || r.Name.En == "" || r.Start.Zh == "" || r.Start.En == "" {
		l.fault(name, f.ID.Line, "name and start are needed in both languages", "write {zh: …, en: …}")
	}
	for i := range l.book.Lines {
		if l.book.Lines[i].ID == f.Line.Text {
			r.Line = &l.book.Lines[i]
		}
	}
	switch {
	case r.Line == nil:
		l.fault(name, f.Line.Line, fmt.Sprintf("line %q is unknown", f.Line), "use a line of lines.yaml")
	case !slices.ContainsFunc(r.Line.Prefix, func(p string) bool { return strings.HasPrefix(r.ID, p) }):
		l.fault(name, f.Line.Line, fmt.Sprintf("ids of line %s begin with %s", f.Line, strings.Join(r.Line.Prefix, " or ")), "correct id or line")
	}
	if !oneOf(f.MonthEnd.Text, "same_day", "last_to_last") {
		l.fault(name, f.MonthEnd.Line, fmt.Sprintf("month_end %q is unknown", f.MonthEnd), "write same_day or last_to_last")
	}
	if f.MonthEnd.Text == "last_to_last" {
		r.MonthEnd = LastToLast
	}
	if !oneOf(f.DayOff.Text, "next_working_day", "next_working_day_unless_custody", "none") {
		l.fault(name, f.DayOff.Line, fmt.Sprintf("day_off %q is unknown", f.DayOff), "write next_working_day, next_working_day_unless_custody or none")
	}
	r.Shift, r.Custody = f.DayOff.Text != "none", f.DayOff.Text == "next_working_day_unless_custody"
}

// deductions checks the causes that a limit deducts.
func (l *loader) deductions(name string, f *ruleFile, r *Rule) {
	r.causes = make([]bool, len(l.book.Causes))
	for _, code := range f.Deduct {
		i := slices.IndexFunc(l.book.Causes, func(c Cause) bool { return c.Code == code.Text })
		switch {
		case i < 0:
			l.fault(name, code.Line, fmt.Sprintf("deduction %q is unknown", code), "use a code of deductions.yaml")
			continue
		case l.book.Causes[i].Counts || r.causes[i]:
			l.fault(name, code.Line, fmt.Sprintf("deduction %q stands twice or does count", code), "remove it")
			continue
		}
		r.causes[i] = true
		r.Deduct = append(r.Deduct, code.Text)
	}
}

// versions checks that the versions answer every day once, and reads them.
func (l *loader) versions(name string, f *ruleFile, r *Rule) {
	if len(f.Versions) == 0 || f.Versions[0].From.IsZero() {
		l.fault(name, f.ID.Line, "the first version has no day from which it is in force", "write versions: [{from: YYYY-MM-DD, base: …}]")
		return
	}
	for i, v := range f.Versions {
		if err := f.Versions[:i+1].Check(); err != nil {
			l.fault(name, v.Value.Base.Line, err.Error(), "")
			break
		}
	}
	for i, v := range f.Versions {
		if v.Value.Source.Doc == "" {
			l.fault(name, v.Value.Base.Line, fmt.Sprintf("version %d has no source", i+1), "cite the provision")
		}
		out := Version{From: v.From, To: v.To, Base: l.amount(name, v.Value.Base), Source: v.Value.Source, Pending: v.Value.Pending, Note: v.Value.Note}
		if i == 0 {
			r.Measure = out.Base.Measure
		}
		for _, w := range v.Value.When {
			fact, ok := factByName[w.If.Text]
			if !ok {
				l.fault(name, w.If.Line, fmt.Sprintf("fact %q is unknown", w.If), "use custody, over_three_years, over_one_year or urgent")
			}
			out.When = append(out.When, Variant{If: fact, Base: l.amount(name, w.Base)})
		}
		for _, a := range append([]Amount{out.Base}, bases(out.When)...) {
			if a.Measure != r.Measure {
				l.fault(name, v.Value.Base.Line, fmt.Sprintf("%s is not measured as the rule's first base is", a), "make it a rule of its own")
			}
		}
		for _, g := range v.Value.Extend {
			out.Extend = append(out.Extend, l.grant(name, g))
		}
		if len(out.Extend) > maxGrants {
			l.fault(name, v.Value.Base.Line, fmt.Sprintf("a version has %d ways to extend", len(out.Extend)), fmt.Sprintf("use at most %d", maxGrants))
		}
		r.Versions = append(r.Versions, out)
	}
}

func bases(list []Variant) []Amount {
	var out []Amount
	for _, v := range list {
		out = append(out, v.Base)
	}
	return out
}

func (l *loader) amount(name string, p statute.Placed) Amount {
	a, ok := parseAmount(p.Text)
	if !ok {
		l.fault(name, p.Line, fmt.Sprintf("%q is no length of time", p), "write 6m, 30d, 1m+15d, 72h, 7wd, election or none")
	}
	return a
}

// grant reads one way to extend.
func (l *loader) grant(name string, f grantFile) Grant {
	g := Grant{Each: f.Each, Consent: f.Consent, Source: f.Source}
	for _, by := range f.By {
		if !slices.ContainsFunc(l.book.Authorities, func(a Authority) bool { return a.Code == by.Text }) {
			l.fault(name, by.Line, fmt.Sprintf("authority %q is unknown", by), "use a code of authorities.yaml")
		}
		g.By = append(g.By, by.Text)
	}
	if !f.Max.IsZero() {
		span, ok := parseSpan(f.Max.Text)
		if !ok {
			l.fault(name, f.Max.Line, fmt.Sprintf("max %q is no length", f.Max), "write 1m or 30d, or leave it out where the law gives no length")
		}
		g.Max = span
	}
	switch f.When.Text {
	case "":
	case "custody":
		g.Custody = 1
	case "no_custody":
		g.Custody = -1
	default:
		l.fault(name, f.When.Line, fmt.Sprintf("when %q is unknown", f.When), "write custody or no_custody")
	}
	return g
}

// references checks that conversions lead to limits of the same line in days or months.
func (l *loader) references() {
	for _, u := range l.usual {
		if to, ok := l.book.rules[u.to.Text]; !ok || !u.from.convertible(to) {
			l.fault(u.file, u.to.Line, fmt.Sprintf("cannot be converted to %q", u.to), "name a limit of the same line that can be converted")
		}
	}
}

// convertible reports whether a case can go from one procedure to another.
func (r *Rule) convertible(to *Rule) bool {
	return r.Convert != nil && to.Convert != nil && r.Line == to.Line && to.Measure == InDays
}

func oneOf(s string, list ...string) bool { return slices.Contains(list, s) }
