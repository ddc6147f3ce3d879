package procedures

import (
	"cmp"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/statute"
	"zhunsheng/web/ui"
)

// link is one choice of a row of tabs.
type link struct {
	Label, To string
	On        bool
}

// registerModel is the view model of the register.
type registerModel struct {
	Kinds, States []link
	CaseNo, Drop  string // one case only
	Rows          []row
	Page, Total   int
	Export        string
	Wait          string
}

type row struct {
	ID, Link, Kind, No, Case, Court, Judge string
	Asks, Shape, State, StateKind          string
	Next, Asked, Decided                   string
}

// shapes are the marks of the states; the word stands beside them.
var shapes = map[procedure.State]string{
	procedure.Draft: "◌", procedure.Applied: "▷", procedure.Approved: "◐", procedure.Entered: "●", procedure.Ending: "◐", procedure.Refused: "✕", procedure.Withdrawn: "–",
}

func stateWord(v *ui.View, s procedure.State) string { return v.Pick(s.Name()) }

func kindWord(v *ui.View, k procedure.Kind) string { return v.Pick(k.Name()) }

// kindTabs lead through the registers, the appraisals last.
func kindTabs(v *ui.View, on string) []link {
	out := []link{{v.T("procedure.kind.all"), string(v.To(listPath)), on == ""}}
	for _, k := range procedure.Kinds() {
		out = append(out, link{kindWord(v, k), string(v.To(listPath, "kind", string(k))), on == string(k)})
	}
	return append(out, link{v.T("appraisal.title"), string(v.To(appraisalPath)), on == "appraisal"})
}

func registerOf(v *ui.View, q Query, reg Register, page int) registerModel {
	m := registerModel{Kinds: kindTabs(v, string(q.Kind)), Page: page, Total: reg.Total, Wait: reg.Wait}
	all := v.T("procedure.state.any")
	if !q.Mine {
		sum := 0
		for _, n := range reg.Counts {
			sum += n
		}
		all += " " + strconv.Itoa(sum)
	}
	m.States = append(m.States, link{all, string(v.Here("state", "", "with", "")), q.State == "" && !q.Mine})
	m.States = append(m.States, link{v.T("procedure.mine"), string(v.Here("state", "", "with", "me")), q.Mine})
	for _, s := range procedure.States() {
		if n := reg.Counts[s]; (n > 0 || s == q.State) && !q.Mine {
			m.States = append(m.States, link{stateWord(v, s) + " " + strconv.Itoa(n), string(v.Here("state", string(s), "with", "")), s == q.State})
		}
	}
	if q.Key != "" {
		m.CaseNo, m.Drop = q.Key, string(v.Here("of", "", "key", ""))
		if len(reg.Lines) > 0 {
			m.CaseNo = reg.Lines[0].CaseNo
		}
	}
	if mayExport(v) && reg.Total > 0 {
		m.Export = strings.Replace(string(v.Here()), listPath, listPath+"/export", 1)
	}
	for _, l := range reg.Lines {
		m.Rows = append(m.Rows, rowOf(v, l))
	}
	return m
}

func rowOf(v *ui.View, l Line) row {
	r := row{
		ID: l.ID, Link: string(v.To(onePath, "id", l.ID)), Kind: kindWord(v, l.Kind), No: l.CaseNo, Case: caseLink(v, l.Court, l.Key),
		Court: v.Names("court", l.Court), Judge: v.Names("judge", l.Case.Judge), Asks: v.Pick(l.Asks),
		Shape: shapes[l.State], State: stateWord(v, l.State), StateKind: "case", Next: nextText(v, l), Asked: ui.Day(l.Asked), Decided: ui.Day(l.Decided),
	}
	if l.Mine {
		r.StateKind = "inside"
	}
	return r
}

// nextText says who decides next, and that the decision comes on paper where it does.
func nextText(v *ui.View, l Line) string {
	if l.Next.IsZero() {
		return ui.None
	}
	if l.Paper {
		return v.T("procedure.on_paper", "Who", v.Pick(l.Next))
	}
	return v.Pick(l.Next)
}

func caseLink(v *ui.View, court, key string) string {
	return string(v.To("/cases/one", "of", court, "key", key))
}

// formModel is the view model of the form of a draft.
type formModel struct {
	ID, Title, To, Case, CaseNo string
	Version                     int
	Kind                        procedure.Kind
	Kinds                       []link
	F                           map[string]string // as typed
	O                           Options
	Failures                    []string
	Kept                        []fact // what somebody else has saved meanwhile
	Limit, Problem, Remedy      string
}

type fact struct{ Label, Text, Link string }

func formOf(v *ui.View, o Options, f map[string]string, id string, version int, failures []string, kept map[string]string) formModel {
	m := formModel{ID: id, Version: version, Kind: procedure.Kind(f["kind"]), F: f, O: o, Failures: failures, CaseNo: o.Case.CaseNo, Case: caseLink(v, o.Case.Court, o.Case.Key),
		Limit: v.Pick(o.Limit), Problem: v.Pick(o.Problem), Remedy: v.Pick(o.Remedy)}
	m.Title, m.To = v.T("procedure.new"), string(v.To(newPath, "of", o.Case.Court, "key", o.Case.Key))
	if id != "" {
		m.Title, m.To = v.T("procedure.edit", "ID", id), string(v.To(editPath, "id", id))
	} else {
		for _, k := range procedure.Kinds() {
			m.Kinds = append(m.Kinds, link{kindWord(v, k), string(v.To(newPath, "of", o.Case.Court, "key", o.Case.Key, "kind", string(k))), k == m.Kind})
		}
	}
	for _, name := range fieldNames {
		if kept[name] != "" && kept[name] != f[name] {
			m.Kept = append(m.Kept, fact{Label: v.T("procedure.field." + name), Text: choiceText(v, o, name, kept[name])})
		}
	}
	return m
}

// choiceText is the name of a choice, or the text itself.
func choiceText(v *ui.View, o Options, field, value string) string {
	var list []Choice
	switch field {
	case "by":
		list = o.Authorities
	case "cause":
		list = append(append(list, o.Causes...), o.Suspensions...)
	case "to":
		list = o.Conversions
	case "kind":
		return kindWord(v, procedure.Kind(value))
	}
	for _, c := range list {
		if c.Value == value {
			return v.Pick(c.Name)
		}
	}
	return value
}

// causes are the choices of the field cause for the kind.
func (m formModel) causes() []Choice {
	if m.Kind == procedure.Suspension {
		return m.O.Suspensions
	}
	return m.O.Causes
}

// oneModel is the view model of one application.
type oneModel struct {
	One
	Title             string
	StateShape, State string
	Facts             []fact
	Failures          []string
	Note              string // typed before, given back
	PreviewLine       string
	Days              []fact // the window
	Findings          []string
	Seats             []seat
	Source            string
	Steps             []step
	Form              string
	Mine              []act
	HolderText        string
}

type seat struct{ Shape, Name, State string }

type step struct{ Act, Who, Day, At, Note, Dates, Paper string }

// act is one thing the person may do, with what it asks for.
type act struct {
	ID, To, Label, Title, Sure string
	Reason                     bool // a note is asked for
	Paper                      bool // number and day of a document
	Until                      bool // the last day
	Verdicts                   bool // agree or refuse
	Primary                    bool
}

func oneOf(v *ui.View, o One) oneModel {
	m := oneModel{One: o, Title: o.ID + " " + kindWord(v, o.Kind),
		StateShape: shapes[o.State], State: stateWord(v, o.State), Form: string(v.To(listPath+"/form", "id", o.ID)), HolderText: nextText(v, o.Line)}
	m.Facts = factsOf(v, o)
	pre := o.Preview
	switch {
	case !pre.Problem.IsZero():
		m.PreviewLine = v.Pick(pre.Problem)
	case pre.After == "":
		m.PreviewLine = v.T("procedure.preview_missing", "Before", dueText(v, pre.Before))
	}
	if w := pre.Window; w != nil {
		ask := v.T("procedure.by_day", "Day", w.AskBy.String())
		if !w.AskFrom.IsZero() {
			ask = v.T("procedure.between_days", "A", w.AskFrom.String(), "B", w.AskBy.String())
		}
		m.Days = append(m.Days, fact{v.T("procedure.ask_by"), ask + lateMark(v, pre.AskLate, pre.AskEarly), ""},
			fact{v.T("procedure.decide_by"), v.T("procedure.by_day", "Day", w.DecideBy.String()) + lateMark(v, pre.DecideLate, false), ""},
			fact{v.T("procedure.source"), sourceText(v, w.Source), ""})
	}
	if !pre.Grant.IsZero() {
		m.Days = append(m.Days, fact{v.T("procedure.longest"), v.Pick(pre.Grant), ""})
	}
	for _, f := range pre.Findings {
		m.Findings = append(m.Findings, v.Pick(f))
	}
	for _, s := range pre.Chain {
		name := v.Pick(s.Name)
		if s.Paper {
			name = v.T("procedure.on_paper", "Who", name)
		}
		word := ""
		if s.State != "" {
			word = v.T("procedure.seat." + s.State)
		}
		m.Seats = append(m.Seats, seat{map[string]string{"done": "●", "next": "▷"}[s.State], name, word})
	}
	m.Source = sourceText(v, pre.ChainSource)
	for _, s := range o.Steps {
		m.Steps = append(m.Steps, stepOf(v, s))
	}
	m.Mine = actsOf(v, o)
	return m
}

func lateMark(v *ui.View, late, early bool) string {
	switch {
	case late:
		return " " + v.T("procedure.late")
	case early:
		return " " + v.T("procedure.early")
	}
	return ""
}

func dueText(v *ui.View, due string) string {
	if due == "none" {
		return v.T("procedure.no_limit")
	}
	return cmp.Or(due, ui.None)
}

func factsOf(v *ui.View, o One) []fact {
	out := []fact{
		{v.T("field.case_no"), o.CaseNo, caseLink(v, o.Court, o.Key)}, {v.T("field.court"), v.Names("court", o.Court), ""},
		{v.T("field.judge"), v.Names("judge", o.Case.Judge), ""}, {v.T("procedure.limit"), v.Pick(o.Options.Limit), ""},
		{v.T("procedure.asks"), v.Pick(o.Asks), ""},
	}
	add := func(field, text, link string) {
		if text != "" {
			out = append(out, fact{v.T("procedure.field." + field), text, link})
		}
	}
	if o.Kind == procedure.Extension {
		add("by", choiceText(v, o.Options, "by", o.By), "")
	}
	add("reason", o.Reason, "")
	add("paper", o.Request.Paper, "")
	if o.Appraisal != "" {
		add("appraisal", o.Appraisal, string(v.To(appraisalPath+"/one", "id", o.Appraisal)))
	}
	return out
}

// person names somebody with the role, unless the name says it already.
func person(v *ui.View, name string, role access.Role) string {
	word := v.T("role." + string(role))
	if role == "" || strings.Contains(name, word) || strings.HasSuffix(name, "）") {
		return name
	}
	return name + "（" + word + "）"
}

func stepOf(v *ui.View, s procedure.Step) step {
	who := person(v, cmp.Or(s.Name, s.Who), s.Role)
	if s.Act == procedure.Enter {
		who = v.T("procedure.by_program")
	}
	out := step{Act: v.Pick(s.Act.Name()), Who: who, Day: ui.Day(s.Day), At: ui.Clock(s.At), Note: s.Note, Paper: s.Paper}
	if s.Paper != "" {
		out.Paper = v.T("procedure.paper_no", "No", s.Paper)
	}
	switch {
	case s.Act == procedure.Enter:
		out.Note = v.T("procedure.in_batch", "N", s.Batch)
	case s.Act == procedure.End:
		out.Note = v.T("procedure.until", "Day", s.Until)
	case s.After != "":
		out.Dates = dueText(v, s.Before) + " → " + dueText(v, s.After)
	}
	return out
}

// sourceText names a source with its evidence mark.
func sourceText(v *ui.View, s statute.Source) string {
	text := s.String()
	if s.Evidence != "" && text != "" {
		text += " · " + v.T("strip.evidence", "Mark", s.Evidence) + " " + v.T("strip.evidence."+s.Evidence)
	}
	return text
}

// actsOf are the things the person may do now, each with a sentence of what will happen.
func actsOf(v *ui.View, o One) []act {
	var out []act
	to := func(what string) string { return string(v.To(listPath+"/"+what, "id", o.ID)) }
	dates := v.T("procedure.sure_plain")
	if o.Preview.After != "" {
		dates = v.T("procedure.sure_dates", "Before", dueText(v, o.Preview.Before), "After", dueText(v, o.Preview.After))
	}
	if o.May[procedure.Apply] {
		out = append(out, act{ID: "apply", To: to("apply"), Title: v.T("procedure.do_apply"), Label: v.T("procedure.do_apply"), Sure: v.T("procedure.sure_apply", "What", dates), Reason: true, Primary: true})
	}
	if o.May[procedure.Agree] {
		title := v.T("procedure.do_agree")
		if o.Last() {
			title = v.T("procedure.do_approve")
		}
		out = append(out, act{ID: "decide", To: to("decide"), Title: title, Sure: dates, Reason: true, Verdicts: true, Label: v.T("procedure.submit"), Primary: true})
	}
	if o.Record {
		out = append(out, act{ID: "record", To: to("record"), Title: v.T("procedure.do_record", "Who", v.Pick(o.Next)), Sure: dates, Reason: true, Paper: true, Verdicts: true, Label: v.T("procedure.submit"), Primary: true})
	}
	if o.May[procedure.End] {
		out = append(out, act{ID: "end", To: to("end"), Title: v.T("procedure.do_end"), Label: v.T("procedure.submit"), Sure: v.T("procedure.sure_end"), Until: true, Primary: true})
	}
	if o.May[procedure.Withdraw] {
		out = append(out, act{ID: "withdraw", To: to("withdraw"), Title: v.T("procedure.do_withdraw"), Label: v.T("procedure.do_withdraw"), Sure: v.T("procedure.sure_withdraw"), Reason: true})
	}
	return out
}
