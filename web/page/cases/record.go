package cases

import (
	"strconv"
	"strings"

	"zhunsheng/internal/docket"
	"zhunsheng/web/ui"
)

// caseModel is the view model of the case page.
type caseModel struct {
	No, Court, StateShape, State string
	Chips                        []ui.Chip
	Groups                       []factGroup
	Extra                        []fact
	Events                       []event
	Related                      []related
	Versions                     []version
	Issues                       []issue
	Batch, File, Row             string
	Notes                        []noteLine
	NoteTo                       string // address that takes a new note
	Apply, Entrust               string // addresses of new papers about an open case
	Procedures                   string // address of the papers there are
	Limit                        limitModel
	Acks                         []noteLine // warnings taken note of
}

type factGroup struct {
	Title string
	Facts []fact
}

type fact struct{ Label, Field, Text string }

type event struct{ Day, Until, Kind, Detail, Entered string }

type related struct{ Relation, No, Link, Cause, Filed, Closed string }

type version struct {
	Batch, To, When, Place string
	Current                bool
	Changes                []change
}

type change struct{ Field, Was, Is string }

type issue struct {
	Column, Value, Rule, Remedy string
}

// groups puts the columns of a case where a reader looks for them; columns named nowhere
// here come last, so that none is ever missing.
var groups = []struct {
	title  string
	fields []string
}{
	{"case.group_case", []string{"case_no", "court", "type_code", "line", "instance", "procedure", "cause", "division", "judge", "clerk"}},
	{"case.group_course", []string{"filed_on", "limit_start_on", "due_on", "heard_on", "closed_on", "closing_way", "effective_on", "extended_on", "deducted_days", "suspended_on"}},
	{"case.group_after", []string{"related_no", "relation", "appealed_on", "transferred_on", "appeal_closed_on", "appeal_result", "retrial_applied_on", "retrial_ordered_on", "retrial_closed_on", "retrial_result"}},
	{"case.group_rest", nil},
}

func caseOf(v *ui.View, rec Record) caseModel {
	c := rec.Case
	m := caseModel{
		No: c.CaseNo, Court: v.Names("court", c.Court), Batch: strconv.FormatInt(rec.FromBatch, 10),
		File: place(rec.File, rec.Sheet), Row: strconv.Itoa(rec.Line),
	}
	if m.No == "" {
		m.No = c.Key
	}
	m.Procedures = string(v.To("/limits/procedures", "of", c.Court, "key", c.Key))
	if c.ClosedOn.IsZero() {
		m.Apply = string(v.To("/limits/procedures/new", "of", c.Court, "key", c.Key))
		m.Entrust = string(v.To("/limits/appraisals/new", "of", c.Court, "key", c.Key))
	}
	m.StateShape, m.State = state(v, &c)
	for _, f := range rec.Flags {
		m.Chips = append(m.Chips, ui.Chip{Mark: "▲", Text: v.Names("flags", f), Hint: v.T("case.flag_hint")})
	}
	m.Groups = facts(v, &c)
	for _, name := range ui.SortedKeys(c.Extra) {
		m.Extra = append(m.Extra, fact{Label: name, Text: c.Extra[name]})
	}
	for _, e := range rec.Events {
		m.Events = append(m.Events, eventOf(v, e))
	}
	for _, r := range rec.Related {
		l := related{Relation: v.Code("relation", r.Relation), No: r.Case.CaseNo, Cause: v.Names("cause", r.Case.Cause), Filed: ui.Day(r.Case.FiledOn), Closed: ui.Day(r.Case.ClosedOn)}
		if r.Case.Key != "" {
			l.Link = one(v, r.Case.Court, r.Case.Key)
		}
		m.Related = append(m.Related, l)
	}
	for i, ver := range rec.Versions {
		l := version{Batch: strconv.FormatInt(ver.FromBatch, 10), When: ui.Clock(ver.Committed), Place: place(ver.File, ver.Sheet) + " · " + v.T("data.row", "N", ver.Line), Current: ver.ToBatch == 0}
		if ver.ToBatch != 0 {
			l.To = strconv.FormatInt(ver.ToBatch, 10)
		}
		if i+1 < len(rec.Versions) {
			l.Changes = changes(v, &rec.Versions[i+1].Case, &ver.Case)
		}
		m.Versions = append(m.Versions, l)
	}
	for _, i := range rec.Issues {
		m.Issues = append(m.Issues, issue{i.Column, i.Value, i.Rule, i.Remedy})
	}
	return m
}

func place(file, sheet string) string {
	if sheet == "" {
		return file
	}
	return file + " · " + sheet
}

// facts prints every column of the record that has a value, group by group.
func facts(v *ui.View, c *docket.Case) []factGroup {
	placed := map[string]bool{"key": true}
	for _, g := range groups {
		for _, f := range g.fields {
			placed[f] = true
		}
	}
	var out []factGroup
	for _, g := range groups {
		names := g.fields
		if names == nil {
			for i := range docket.Fields {
				if !placed[docket.Fields[i].Name] {
					names = append(names, docket.Fields[i].Name)
				}
			}
		}
		group := factGroup{Title: v.T(g.title)}
		for _, name := range names {
			if f, ok := docket.FieldByName(name); ok {
				if text := said(v, f, c); text != "" {
					group.Facts = append(group.Facts, fact{fieldName(v, f), name, text})
				}
			}
		}
		if len(group.Facts) > 0 {
			out = append(out, group)
		}
	}
	return out
}

// said is the value of a column as people read it, "" when it is absent.
func said(v *ui.View, f *docket.Field, c *docket.Case) string {
	switch f.Kind {
	case docket.Text:
		text := *f.Text(c)
		if name := v.Names(f.Name, text); name != text && (f.Name == "court" || f.Name == "division" || f.Name == "judge" || f.Name == "cause" || f.Name == "clerk") {
			return name + "（" + text + "）"
		}
		return v.Names(f.Name, text)
	case docket.Day:
		return f.Day(c).String()
	case docket.Amount:
		if m := f.Money(c); m.Known {
			return ui.Cents(m.Cents) + v.T("unit.yuan")
		}
	case docket.Number:
		if n := *f.Number(c); n != 0 {
			return ui.Count(int64(n))
		}
	case docket.YesNo:
		switch *f.Flag(c) {
		case docket.Yes:
			return v.T("case.yes")
		case docket.No:
			return v.T("case.no")
		}
	}
	return ""
}

// changes lists the columns that differ between two versions of a record.
func changes(v *ui.View, was, is *docket.Case) []change {
	var out []change
	for i := range docket.Fields {
		f := &docket.Fields[i]
		a, b := said(v, f, was), said(v, f, is)
		if a != b {
			out = append(out, change{fieldName(v, f), dash(a), dash(b)})
		}
	}
	names := map[string]bool{}
	for name := range was.Extra {
		names[name] = true
	}
	for name := range is.Extra {
		names[name] = true
	}
	for _, name := range ui.SortedKeys(names) {
		if was.Extra[name] != is.Extra[name] {
			out = append(out, change{name, dash(was.Extra[name]), dash(is.Extra[name])})
		}
	}
	return out
}

func dash(s string) string {
	if s == "" {
		return ui.None
	}
	return s
}

func eventOf(v *ui.View, e docket.Event) event {
	out := event{Day: ui.Day(e.Day), Kind: v.Code("event", e.Kind)}
	if !e.Until.IsZero() {
		out.Until = e.Until.String()
	}
	var detail []string
	for _, text := range []string{v.Names("court", e.Court), v.Names("judge", e.Judge), e.Result} {
		if text != "" {
			detail = append(detail, text)
		}
	}
	out.Detail = strings.Join(detail, " · ")
	if !e.EnteredOn.IsZero() && e.EnteredOn != e.Day {
		out.Entered = e.EnteredOn.String()
	}
	return out
}
