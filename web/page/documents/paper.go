package documents

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/paper"
	"zhunsheng/web/ui"
)

// paperModel is the view model of one document.
type paperModel struct {
	Card                 cardLine
	Paper                Paper
	Chips                []ui.Chip
	Blocks               []block // for the editor
	HTML                 string  // for everybody else: identical in content to the letter
	Lacks                []lack
	Steps                []stepLine
	Acts                 []actForm
	Waits                string // who takes the next step, when it is not the reader
	Signs                []signLine
	Files                []file
	Failures             []string
	Base                 string
	CanTrace             bool
	Compares             string // link to the comparison of versions; empty: there is only one
	Restates             string
	ReplacedBy, Replaces string
}

// block is one part of the text: a heading, a paragraph or a table.
type block struct {
	Level int
	Lines []lineModel
	Table *tableModel
	Chart string // caption
}

type tableModel struct {
	Caption, Note string
	Head          []string
	Rows          [][]cellModel
	Numeric       []bool
}

type cellModel struct{ Text, Link string }

type lineModel struct {
	Line
	At       string
	Links    []figureLink
	Findings []findingLine
	Mark     string // the sentence's id as it stands in the page
	Clash    string // what the reader typed while somebody else wrote; empty: none
	Edits    bool
	To       string
	Rows     int
}

type figureLink struct{ Text, Name, Link string }

type findingLine struct{ Rule, Printed, Recomputed, Why string }

type lack struct {
	Text, Link string
}

type stepLine struct{ Seq, Action, State, Shape, At, Who, Note string }

type signLine struct {
	Court, At, By string
	Done          bool
}

// actForm is one step that the reader may take.
type actForm struct {
	Action, Label, Hint string
	Reason              bool
	Primary, Danger     bool
	Organs              []ui.Option
	Courts              []ui.Option
	Disabled            string // why it cannot be taken now
}

// Show is the page of one document: its text with an editor for those who may, its life, its
// recipients.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.showPaper(w, r, v, http.StatusOK, nil)
}

func (p *Pages) showPaper(w http.ResponseWriter, r *http.Request, v *ui.View, status int, failures []string) error {
	d, err := p.papers.Paper(r.Context(), v.Who, r.PathValue("id"))
	if err != nil {
		return err
	}
	m := modelOf(v, d)
	m.Failures = failures
	return ui.Render(w, r, status, paperPage(v, m))
}

func modelOf(v *ui.View, d Paper) paperModel {
	base := path(d.ID)
	m := paperModel{Card: cardOf(v, d.Card), Paper: d, Base: base, CanTrace: v.Who.City}
	m.Chips = []ui.Chip{
		{Mark: m.Card.Shape, Text: m.Card.State},
		{Text: v.T("papers.data", "Day", ui.Day(d.DataDay), "Batch", d.Batch)},
		{Text: v.T("papers.version", "N", d.Version)},
	}
	if m.CanTrace {
		m.Chips = append(m.Chips, ui.Chip{Text: v.T("papers.typed", "N", d.Typed), Hint: v.T("papers.typed_hint")})
	}
	if d.Edits {
		m.Blocks = blocksOf(v, d)
	} else {
		m.HTML = d.Doc.HTML(func(f bulletin.Printed) string { return casesOf(v, d.Card, f) })
	}
	for _, l := range d.Lacks {
		m.Lacks = append(m.Lacks, lackOf(v, l))
	}
	for _, s := range d.Steps {
		m.Steps = append(m.Steps, stepOf(v, s))
	}
	for _, x := range d.Recipients {
		m.Signs = append(m.Signs, signLine{Court: v.Names("court", x.Court), At: ui.Clock(x.Acknowledged), By: x.By, Done: !x.Acknowledged.IsZero()})
	}
	for _, f := range d.Files {
		size := ""
		if f.Bytes > 0 {
			size = ui.Bytes(f.Bytes)
		}
		m.Files = append(m.Files, file{f.Name, v.T("papers.file_" + kindOfFile(f.Name)), size, base + "/files/" + f.Name})
	}
	for _, move := range d.Moves {
		m.Acts = append(m.Acts, actOf(v, d, move))
	}
	if len(m.Acts) == 0 {
		m.Waits = waits(v, d.State)
	}
	if m.CanTrace && (d.Version > 1 || d.Replaces != "" || slices.ContainsFunc(d.Lines, Line.Rewritten)) {
		m.Compares = string(v.To(base + "/compare"))
	}
	if d.Edition != "" && v.Who.Can(access.BuildBulletin) {
		m.Restates = string(v.To(base + "/restatement"))
	}
	if d.ReplacedBy != "" {
		m.ReplacedBy = string(v.To(path(d.ReplacedBy)))
	}
	if d.Replaces != "" {
		m.Replaces = string(v.To(path(d.Replaces)))
	}
	return m
}

// waits names the roles that take the next step forward.
func waits(v *ui.View, s paper.State) string {
	for _, move := range paper.Moves(s) {
		switch move.Action {
		case paper.Check, paper.Cosign, paper.Approve, paper.Issue:
			var names []string
			for _, role := range access.RolesFor(move.Need) {
				names = append(names, v.Code("role", string(role)))
			}
			return v.T("papers.waits", "Roles", strings.Join(names, "、"), "Step", v.T("papers.act_"+string(move.Action)))
		}
	}
	return ""
}

func blocksOf(v *ui.View, d Paper) []block {
	lines := make(map[string]lineModel, len(d.Lines))
	for _, l := range d.Lines {
		lines[l.ID] = lineOf(v, d, l)
	}
	var out []block
	for _, part := range slices.Concat(d.Doc.Body, d.Doc.Annex) {
		b := block{Level: part.Level}
		for _, id := range part.Says {
			b.Lines = append(b.Lines, lines[id])
		}
		if part.Table != nil {
			b.Table = tableOf(v, d, part.Table)
		}
		if part.Chart != nil {
			b.Chart = part.Chart.Caption
		}
		out = append(out, b)
	}
	return out
}

func tableOf(v *ui.View, d Paper, t *bulletin.Table) *tableModel {
	out := &tableModel{Caption: t.Caption, Note: t.Note, Head: t.Head, Numeric: t.Numeric}
	for _, r := range t.Rows {
		row := make([]cellModel, len(r))
		for i, c := range r {
			row[i].Text = c.Text
			if f, err := d.Doc.Figure(c.Figure); err == nil {
				row[i].Link = casesOf(v, d.Card, f)
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func lineOf(v *ui.View, d Paper, l Line) lineModel {
	m := lineModel{Line: l, Mark: mark(l.ID), At: ui.Clock(l.At), Edits: d.Edits, To: path(d.ID) + "/sentences", Rows: max(2, len([]rune(l.Text))/30+1)}
	for _, f := range l.Figures {
		m.Links = append(m.Links, figureLink{Text: f.Text, Name: f.ID, Link: casesOf(v, d.Card, f)})
	}
	for _, f := range l.Findings {
		m.Findings = append(m.Findings, findingLine{Rule: v.T("papers.rule_" + f.Rule), Printed: f.Printed, Recomputed: f.Recomputed, Why: v.Pick(f.Why)})
	}
	return m
}

// mark is an id that selectors of the page can name: those of sentences have dots.
func mark(sentence string) string { return strings.NewReplacer(".", "_", "/", "_").Replace(sentence) }

// casesOf is the address of the cases behind a figure of a document, as the ledger stood when it
// was made; none where the figure reaches beyond what the reader may open.
func casesOf(v *ui.View, d Card, f bulletin.Printed) string {
	if f.Set == "" || f.Indicator == "" || !v.Who.Can(access.ViewCases) {
		return ""
	}
	pairs := []string{"set", f.Set, "indicator", f.Indicator, "side", "numerator", "period", f.Period,
		"division", "", "judge", "", "courts", strings.Join(f.Only, ",")}
	if d.Batch > 0 {
		pairs = append(pairs, "batch", strconv.FormatInt(d.Batch, 10))
	}
	court := d.Court
	for i, field := range f.By {
		switch field {
		case "court":
			court = f.Of[i]
		case "division", "judge":
			pairs = append(pairs, field, f.Of[i])
		default:
			pairs = append(pairs, "f-"+field, f.Of[i])
		}
	}
	if !v.Who.City && (court != v.Who.Court || v.Who.Division != "") {
		return ""
	}
	return string(v.To("/cases", append(pairs, "court", court)...))
}

func lackOf(v *ui.View, l Missing) lack {
	out := lack{Text: v.T("papers.lack_"+l.What, "N", l.Count)}
	if len(l.Courts) > 0 {
		names := make([]string, len(l.Courts))
		for i, c := range l.Courts {
			names[i] = v.Names("court", c)
		}
		out.Text += v.T("papers.lack_at", "Courts", strings.Join(names, "、"))
	}
	switch l.What {
	case "gaps":
		out.Link = string(v.To("/data/completeness"))
	case "rejected":
		out.Link = string(v.To("/data/issues", "reject", "1"))
	case "flagged":
		out.Link = string(v.To("/cases", "flag", "any"))
	case "intervals":
		out.Link = string(v.To("/indicators"))
	}
	return out
}

func stepOf(v *ui.View, s Step) stepLine {
	out := stepLine{Seq: strconv.FormatInt(s.Seq, 10), Action: v.T("papers.did_" + string(s.Action)), State: v.T("papers.state_" + string(s.State)), Shape: shapes[s.State], At: ui.Clock(s.At), Who: s.Who}
	var notes []string
	if s.Court != "" {
		notes = append(notes, v.Names("court", s.Court))
	}
	if s.Organ != "" {
		notes = append(notes, v.T("papers.organ_"+s.Organ))
	}
	if s.Reason != "" {
		notes = append(notes, s.Reason)
	}
	if s.Edition != "" {
		notes = append(notes, s.Edition)
	}
	out.Note = strings.Join(notes, " · ")
	return out
}

func actOf(v *ui.View, d Paper, m paper.Move) actForm {
	a := actForm{Action: string(m.Action), Label: v.T("papers.act_" + string(m.Action)), Hint: v.T("papers.hint_" + string(m.Action)), Reason: m.Reason}
	switch m.Action {
	case paper.Check:
		a.Primary = true
		if open := len(d.Doc.OpenSentences()); open > 0 {
			a.Disabled = v.T("papers.still_open", "N", open)
		} else if d.Findings > 0 {
			a.Disabled = v.T("papers.still_findings", "N", d.Findings)
		}
	case paper.Cosign, paper.Acknowledge:
		a.Primary = true
	case paper.Approve:
		a.Primary = true
		for _, o := range []string{"president", "party_group"} {
			a.Organs = append(a.Organs, ui.Option{Value: o, Label: v.T("papers.organ_" + o)})
		}
	case paper.Issue:
		a.Primary = true
		for _, c := range d.Courts {
			a.Courts = append(a.Courts, ui.Option{Value: c, Label: v.Names("court", c)})
		}
	case paper.Recall, paper.Drop:
		a.Danger = true
	case paper.Refresh:
		if d.Newer == 0 {
			a.Disabled = v.T("papers.no_newer")
		} else {
			a.Hint = v.T("papers.newer", "Batch", d.Newer)
		}
	}
	return a
}

// Act takes one kind of step. The route's permission is the least; whether the reader may take
// it from the state the document is in is asked below.
func (p *Pages) Act(action paper.Action) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request, v *ui.View) error { return p.act(w, r, v, action) }
}

func (p *Pages) act(w http.ResponseWriter, r *http.Request, v *ui.View, action paper.Action) error {
	seq, err := strconv.ParseInt(r.PostFormValue("seq"), 10, 64)
	if err != nil {
		return fault.At("seq", "the number of the step is missing", "open the document again")
	}
	a := Act{Action: action, Seq: seq, Reason: strings.TrimSpace(r.PostFormValue("reason")), Organ: r.PostFormValue("organ"), Courts: r.PostForm["to"]}
	err = p.papers.Act(r.Context(), v.Who, r.PathValue("id"), a)
	var f *fault.Error
	if errors.As(err, &f) && (errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict)) {
		status := http.StatusUnprocessableEntity
		if errors.Is(err, fault.Conflict) {
			status = http.StatusConflict
		}
		return p.showPaper(w, r, v, status, []string{f.Error()})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To(path(r.PathValue("id")))), http.StatusSeeOther)
	return nil
}

// Write keeps what was written in place of a sentence and answers with what changed beside it:
// the state of the sentence and the findings of all.
func (p *Pages) Write(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	base, err := strconv.Atoi(r.PostFormValue("base"))
	if err != nil {
		return fault.At("base", "the version of the sentence is missing", "open the document again")
	}
	id, typed := r.PathValue("id"), r.PostFormValue("text")
	x := Writing{Sentence: r.PostFormValue("sentence"), Base: base, Text: strings.TrimSpace(typed)}
	if r.PostFormValue("reset") != "" {
		x.Text = ""
	}
	clash := false
	if err := p.papers.Write(r.Context(), v.Who, id, x); errors.Is(err, fault.Conflict) {
		clash = true
	} else if err != nil {
		return err
	}
	d, err := p.papers.Paper(r.Context(), v.Who, id)
	if err != nil {
		return err
	}
	m := modelOf(v, d)
	for i := range m.Blocks {
		for n := range m.Blocks[i].Lines {
			if l := &m.Blocks[i].Lines[n]; clash && l.ID == x.Sentence {
				l.Clash = x.Text
			}
		}
	}
	switch {
	case r.Header.Get("HX-Request") != "":
		whole := clash || r.PostFormValue("reset") != ""
		return ui.Render(w, r, http.StatusOK, written(v, m, x.Sentence, whole))
	case clash:
		m.Failures = []string{v.T("papers.clash")}
		return ui.Render(w, r, http.StatusConflict, paperPage(v, m))
	}
	http.Redirect(w, r, string(v.To(path(id)))+"#line-"+mark(x.Sentence), http.StatusSeeOther)
	return nil
}

// find returns the line of a sentence.
func (m paperModel) find(id string) lineModel {
	for _, b := range m.Blocks {
		for _, l := range b.Lines {
			if l.ID == id {
				return l
			}
		}
	}
	return lineModel{}
}

// lines lists all sentences of the text.
func (m paperModel) lines() []lineModel {
	var out []lineModel
	for _, b := range m.Blocks {
		out = append(out, b.Lines...)
	}
	return out
}
