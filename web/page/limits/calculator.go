package limits

import (
	"net/http"
	"slices"
	"strconv"

	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
	"zhunsheng/web/strip"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the screen.
type Pages struct {
	law    Law
	source Source
}

// New builds the handlers.
func New(law Law, source Source) *Pages { return &Pages{law, source} }

// calculatorPath is where the calculator lives; its address holds the whole question.
const calculatorPath = "/limits/calculator"

// calculatorModel is the view model of the calculator.
type calculatorModel struct {
	Limits    []limitGroup
	Values    map[string]string
	Calendars []ui.Option
	Start     string   // name of day 0
	Asks      asks     // which fields the limit needs
	Options   []string // facts of the case that change its base
	Readings  []reading
	Rows      []rowModel
	Adds      []ui.Option
	Problems  []problem
	Wrong     map[string]string // by field
	Answer    *strip.Model
	Versions  []versionModel
	Examples  []ui.Option
	Here      string
	TooLong   bool // the strip would be longer than it is drawn
	Ready     bool // a limit and a day are given
}

type asks struct{ Time, Election, Custody bool }

type limitGroup struct {
	Label string
	Limit []ui.Option
}

// reading is a setting that can differ between courts.
type reading struct{ Key, Name, Meaning, Evidence, EvidenceText string }

// rowModel is one event of the form.
type rowModel struct {
	N      int
	ID     string
	Kind   string
	Title  string
	Fields []fieldModel
	Proof  []fieldModel
	Proved bool // something is filled in there
}

type fieldModel struct {
	ID, Label, Shape, Value, Hint string
	Needed                        bool
	Options                       []ui.Option // of a choice, or proposals for a text
	List                          string      // id of the proposals
}

// versionModel is one wording of a limit.
type versionModel struct {
	Span, Base, Extend, Source, Note string
	Evidence, EvidenceText           string
	Used                             bool
}

// Calculator answers GET /limits/calculator for everybody, signed in or not.
func (p *Pages) Calculator(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.Pickers, v.Periods.Value = nil, "" // a question about the law has no scope and no period
	f, added := readForm(r.URL.Query())
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Push-Url", f.address())
	} else if f.query().Encode() != r.URL.Query().Encode() {
		to := f.address()
		if added > 0 {
			to += "#" + param(added, "")
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	v.Query = f.query() // what changes of language lead back to
	book, err := p.law.Limits(r.Context())
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, calculatorPage(v, calculate(v.Words, book, f)))
}

// calculate answers a form.
func calculate(w ui.Words, book *timelimit.Book, f form) calculatorModel {
	a := &asker{Words: w, book: book, f: f}
	c, set, ok := a.question()
	m := calculatorModel{Values: f.values, Limits: limitGroups(w, book), Here: f.address(), Start: w.T("calculator.start"), Examples: examples(w), Ready: f.values["procedure"] != "" && f.values["accepted"] != ""}
	for _, name := range book.Calendars.Names() {
		if cal, err := book.Calendars.Calendar(name); err == nil {
			m.Calendars = append(m.Calendars, ui.Option{Value: name, Label: w.Pick(cal.Name)})
		}
	}
	for _, s := range book.Settings {
		m.Readings = append(m.Readings, reading{s.Key, w.Pick(s.Name), w.Pick(s.Meaning), s.Source.Evidence, w.T("strip.evidence." + s.Source.Evidence)})
	}
	rule, err := book.Rule(f.values["procedure"])
	if err == nil {
		m.Start = w.T("calculator.start_of", "Name", w.Pick(rule.Start))
		m.Asks = asks{rule.Measure == timelimit.InHours, rule.Measure == timelimit.BeforeVote, rule.Custody}
		m.Options = optionsOf(rule)
		for _, kind := range kindsOf(rule) {
			m.Adds = append(m.Adds, ui.Option{Value: kind, Label: w.T("calculator.kind." + kind)})
		}
	}
	if ok {
		a.answer(c, set, &m)
	}
	if err == nil {
		m.Versions = versions(w, book, rule, m.Answer, c)
		for i, r := range f.events {
			m.Rows = append(m.Rows, rowOf(w, book, rule, i+1, r))
		}
	}
	m.Problems, m.Wrong = a.problems, map[string]string{}
	for _, x := range a.problems {
		m.Wrong[x.Field] = x.Text
	}
	return m
}

// answer computes the due date and, unless it would be too long, the days.
func (a *asker) answer(c *timelimit.Case, set timelimit.Settings, m *calculatorModel) {
	res, err := timelimit.Compute(a.book, c, set)
	if err != nil {
		a.refused(err)
		return
	}
	in := strip.Input{Book: a.book, Case: c, Result: res, Today: set.OpenUntil}
	if m.TooLong = res.Day.Sub(c.Accepted) > strip.MaxDays; !m.TooLong {
		if in.Days, in.Result, err = timelimit.Days(a.book, c, set); err != nil {
			a.refused(err)
			return
		}
	}
	found := strip.Of(a.Words, in)
	m.Answer = &found
}

// limitGroups lists the limits by line of work, each with its base in force and the evidence
// mark of its newest version.
func limitGroups(w ui.Words, book *timelimit.Book) []limitGroup {
	var out []limitGroup
	for _, line := range book.Lines {
		g := limitGroup{Label: w.Pick(line.Name)}
		for _, r := range book.Rules() {
			if r.Line.ID != line.ID {
				continue
			}
			last := r.Versions[len(r.Versions)-1]
			g.Limit = append(g.Limit, ui.Option{Value: r.ID, Label: w.T("calculator.option", "ID", r.ID, "Name", w.Pick(r.Name), "Base", strip.Amount(w, last.Base.String()), "Mark", last.Source.Evidence)})
		}
		if len(g.Limit) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// versions lists the wordings of a limit, the one in force on acceptance marked.
func versions(w ui.Words, book *timelimit.Book, rule *timelimit.Rule, found *strip.Model, c *timelimit.Case) []versionModel {
	var out []versionModel
	for i := range rule.Versions {
		x := &rule.Versions[i]
		m := versionModel{Span: x.Span(), Base: strip.Amount(w, x.Base.String()), Source: x.Source.String(), Note: w.Pick(x.Note), Evidence: x.Source.Evidence, EvidenceText: w.T("strip.evidence." + x.Source.Evidence)}
		for _, alt := range x.When {
			m.Base += w.T("calculator.or", "Base", strip.Amount(w, alt.Base.String()))
		}
		for j, g := range x.Extend {
			if j > 0 {
				m.Extend += w.T("strip.semicolon")
			}
			m.Extend += grantText(w, book, &g)
		}
		if m.Extend == "" {
			m.Extend = w.T("calculator.no_extension")
		}
		m.Used = found != nil && x.From <= c.Accepted && (x.To.IsZero() || c.Accepted <= x.To)
		out = append(out, m)
	}
	return out
}

// grantText says who may extend and by how much.
func grantText(w ui.Words, book *timelimit.Book, g *timelimit.Grant) string {
	who := ""
	for i, code := range g.By {
		if i > 0 {
			who += w.T("calculator.or_who")
		}
		who += w.Pick(authority(book, code))
	}
	if g.Max.IsZero() {
		return w.T("calculator.grant_open", "Who", who)
	}
	return w.T("calculator.grant", "Who", who, "Max", strip.Amount(w, g.Max.String()))
}

func authority(book *timelimit.Book, code string) statute.Text {
	for _, a := range book.Authorities {
		if a.Code == code {
			return a.Name
		}
	}
	return statute.Text{Zh: code, En: code}
}

// rowOf is the n-th event with the choices that its limit leaves.
func rowOf(w ui.Words, book *timelimit.Book, rule *timelimit.Rule, n int, r row) rowModel {
	out := rowModel{N: n, ID: param(n, ""), Kind: r.kind, Title: w.T("calculator.kind." + r.kind)}
	for _, in := range fieldsOf(r.kind) {
		f := fieldModel{ID: param(n, in.name), Label: w.T("calculator.field." + in.name), Shape: in.shape, Value: r.values[in.name], Needed: in.needed}
		if hint := "calculator.hint." + r.kind + "." + in.name; w.Has(hint) {
			f.Hint = w.T(hint)
		}
		f.Options = choices(w, book, rule, r.kind, in.name)
		if in.shape == "text" && len(f.Options) > 0 {
			f.List = f.ID + "-list"
		}
		if slices.Contains(proofFields, in) {
			out.Proof, out.Proved = append(out.Proof, f), out.Proved || f.Value != ""
			continue
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

// choices are what a field offers: who may extend, why days do not count, what a case is
// converted to.
func choices(w ui.Words, book *timelimit.Book, rule *timelimit.Rule, kind, field string) []ui.Option {
	var out []ui.Option
	add := func(value, label string) {
		if !slices.ContainsFunc(out, func(o ui.Option) bool { return o.Value == value }) {
			out = append(out, ui.Option{Value: value, Label: label})
		}
	}
	switch field {
	case "unit":
		add("months", w.T("calculator.unit.months"))
		add("days", w.T("calculator.unit.days"))
	case "target":
		for _, r := range book.Rules() {
			if r.Line == rule.Line && r.ID != rule.ID && r.Measure == timelimit.InDays && r.Convert != nil {
				add(r.ID, r.ID+" "+w.Pick(r.Name))
			}
		}
	case "by":
		for i := range rule.Versions {
			for _, g := range rule.Versions[i].Extend {
				for _, code := range g.By {
					add(w.Pick(authority(book, code)), "")
				}
			}
		}
	case "why":
		if kind == "restart" {
			for _, x := range rule.Restarts {
				if len(x.Words) > 0 {
					add(x.Words[0], "")
				}
			}
			break
		}
		for _, x := range book.Causes {
			if slices.Contains(rule.Deduct, x.Code) {
				add(w.Pick(x.Name), "")
			}
		}
	}
	return out
}

// examples are questions to begin with.
func examples(w ui.Words) []ui.Option {
	list := []form{
		{values: map[string]string{"procedure": "CV2J", "accepted": "2014-05-28"}},
		{values: map[string]string{"procedure": "CVS", "accepted": "2022-03-10"}, events: []row{{"extend", map[string]string{"on": "2022-06-01", "length": "1", "unit": "months", "by": "院长"}}}},
		{values: map[string]string{"procedure": "CV1", "accepted": "2024-01-02"}, events: []row{
			{"deduct", map[string]string{"from": "2024-01-20", "to": "2024-03-10", "why": "管辖异议"}}, {"deduct", map[string]string{"from": "2024-02-20", "to": "2024-03-21", "why": "公告"}}}},
	}
	var out []ui.Option
	for i, f := range list {
		out = append(out, ui.Option{Value: f.address(), Label: w.T("calculator.example." + strconv.Itoa(i+1))})
	}
	return out
}
