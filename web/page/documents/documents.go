package documents

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/paper"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the screen.
type Pages struct {
	source Source
	papers Papers
}

// New builds the handlers.
func New(source Source, papers Papers) *Pages { return &Pages{source, papers} }

// listing is the view model of the board.
type listing struct {
	Groups   []group
	Loose    []edition
	Attempts []attempt
	CanBuild bool
	Kinds    []ui.Option
	Courts   []ui.Option // for the form; the first is the whole city where the user may see it
	Court    string
	Periods  []ui.Option
	Period   string
	Failures []string
}

// group is the documents of a few states under one heading.
type group struct {
	ID, Title string
	Lines     []cardLine
	Folded    bool
}

type cardLine struct {
	ID, Title, Kind, Court, Period, State, Shape, At, By, Link string
	Scheduled, Yours                                           bool
	Signed                                                     string // how many courts acknowledged
	Typed, Missing                                             int
}

type edition struct {
	ID, Title, Court, Period, Batch, Built, By string
	Files                                      []file
}

type file struct{ Name, Label, Size, Path string }

type attempt struct {
	Kind, Period, State, At, Note string
	Failed                        bool
}

// List shows every document by where it stands.
func (p *Pages) List(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.show(w, r, v, http.StatusOK, nil)
}

// groups are the headings of the board in the order of the work.
var groups = []struct {
	id     string
	states []paper.State
	folded bool
}{
	{"drafts", []paper.State{paper.Draft}, false},
	{"signing", []paper.State{paper.Checked, paper.Cosigned, paper.Approved}, false},
	{"issued", []paper.State{paper.Issued}, false},
	{"ended", []paper.State{paper.Recalled, paper.Restated, paper.Dropped}, true},
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, v *ui.View, status int, failures []string) error {
	board, err := p.papers.Board(r.Context(), v.Who)
	if err != nil {
		return err
	}
	m := listing{CanBuild: v.Who.Can(access.BuildBulletin), Failures: failures}
	for _, g := range groups {
		out := group{ID: g.id, Title: v.T("papers.group_" + g.id), Folded: g.folded}
		for _, c := range board.Papers {
			if slices.Contains(g.states, c.State) {
				out.Lines = append(out.Lines, cardOf(v, c))
			}
		}
		m.Groups = append(m.Groups, out)
	}
	for _, e := range board.Loose {
		m.Loose = append(m.Loose, loose(v, e))
	}
	for _, a := range board.Attempts {
		m.Attempts = append(m.Attempts, attempt{Kind: v.Code("kind", a.Kind), Period: v.PeriodName(a.Period), State: v.T("papers.attempt_" + a.State), At: ui.Clock(a.At), Note: a.Note, Failed: a.State == "failed"})
	}
	if m.CanBuild {
		for _, k := range board.Kinds {
			m.Kinds = append(m.Kinds, ui.Option{Value: k, Label: v.Code("kind", k)})
		}
		if v.Who.City {
			m.Courts = append(m.Courts, ui.Option{Value: "", Label: v.T("scope.city")})
		}
		m.Courts = append(m.Courts, v.Courts...)
		m.Court = v.At.Court
		m.Periods = periods(v)
		m.Period = preferred(v, m.Periods)
	}
	return ui.Render(w, r, status, page(v, m))
}

// shapes tell the states apart without colour.
var shapes = map[paper.State]string{
	paper.Draft: "○", paper.Checked: "◔", paper.Cosigned: "◑", paper.Approved: "◕", paper.Issued: "●",
	paper.Recalled: "⊘", paper.Restated: "↻", paper.Dropped: "×",
}

func cardOf(v *ui.View, c Card) cardLine {
	out := cardLine{
		ID: c.ID, Title: c.Title, Kind: v.Code("kind", c.Kind), Court: v.T("scope.city"), Period: v.PeriodName(c.Period), State: v.T("papers.state_" + string(c.State)), Shape: shapes[c.State],
		At: ui.Clock(c.At), By: c.By, Link: string(v.To(path(c.ID))), Scheduled: c.Scheduled, Typed: c.Typed, Missing: c.Missing, Yours: waitsFor(v.Who, c),
	}
	if c.Court != "" {
		out.Court = v.Names("court", c.Court)
	}
	switch {
	case c.State == paper.Issued && v.Who.Role == access.CourtOffice && c.Acknowledged.IsZero():
		out.Signed = v.T("papers.unsigned")
	case c.State == paper.Issued && v.Who.Role == access.CourtOffice:
		out.Signed = v.T("papers.signed_at", "At", ui.Clock(c.Acknowledged))
	case c.Sent > 0:
		out.Signed = v.T("papers.signed", "N", c.Signed, "All", c.Sent)
	}
	return out
}

// waitsFor reports whether the next step forward is this reader's.
func waitsFor(who access.Scope, c Card) bool {
	for _, m := range paper.Moves(c.State) {
		switch m.Action {
		case paper.Check, paper.Cosign, paper.Approve, paper.Issue:
			if who.Can(m.Need) {
				return true
			}
		case paper.Acknowledge:
			if who.Role == access.CourtOffice && c.Acknowledged.IsZero() {
				return true
			}
		}
	}
	return false
}

func path(id string) string { return "/documents/papers/" + id }

func loose(v *ui.View, e Edition) edition {
	out := edition{
		ID: e.ID, Title: e.Title, Court: v.T("scope.city"), Period: v.PeriodName(e.Period),
		Batch: strconv.FormatInt(e.Batch, 10), Built: ui.Clock(e.Built), By: e.By,
	}
	if e.Court != "" {
		out.Court = v.Names("court", e.Court)
	}
	for _, f := range e.Files {
		out.Files = append(out.Files, file{f.Name, v.T("papers.file_" + kindOfFile(f.Name)), ui.Bytes(f.Bytes), "/documents/" + e.ID + "/" + f.Name})
	}
	return out
}

// kindOfFile is the word for a file of a document.
func kindOfFile(name string) string {
	switch name {
	case "bulletin.docx":
		return "letter"
	case "appendix.xlsx":
		return "appendix"
	}
	return "figures"
}

// periods offers the last 24 months and 8 quarters that have data, newest first.
func periods(v *ui.View) []ui.Option {
	if v.AsOf.Day.IsZero() {
		return nil
	}
	y, m, _ := v.AsOf.Day.YMD()
	var out []ui.Option
	for p := civil.Month(y, m); len(out) < 24; p = p.Preceding() {
		out = append(out, ui.Option{Value: p.String(), Label: v.PeriodName(p)})
	}
	for p := civil.Quarter(y, (m+2)/3); len(out) < 32; p = p.Preceding() {
		out = append(out, ui.Option{Value: p.String(), Label: v.PeriodName(p)})
	}
	return out
}

// preferred is the last month of the chosen period where it is offered.
func preferred(v *ui.View, offered []ui.Option) string {
	y, m, _ := v.Period.To.YMD()
	want := civil.Month(y, m).String()
	if slices.ContainsFunc(offered, func(o ui.Option) bool { return o.Value == want }) || len(offered) == 0 {
		return want
	}
	return offered[0].Value
}

// Begin makes a new draft and opens it.
func (p *Pages) Begin(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	period, err := civil.ParsePeriod(r.PostFormValue("month"))
	if err != nil {
		return p.show(w, r, v, http.StatusUnprocessableEntity, []string{v.T("period.bad", "Text", r.PostFormValue("month"))})
	}
	court := r.PostFormValue("court")
	if court == "" && !v.Who.City {
		court = v.Who.Court
	}
	if court != "" && !slices.ContainsFunc(v.Courts, func(o ui.Option) bool { return o.Value == court }) {
		return fault.Forbiddenf("%s 不在您的数据范围内 / lies outside your scope", court)
	}
	kind := r.PostFormValue("kind")
	if kind == "" {
		kind = "monthly"
	}
	id, err := p.papers.Begin(r.Context(), v.Who, Order{Kind: kind, Court: court, Period: period})
	if err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To(path(id))), http.StatusSeeOther)
	return nil
}

// Download gives out one file of an edition.
func (p *Pages) Download(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	f, body, err := p.source.Open(r.Context(), v.Who, r.PathValue("id"), r.PathValue("file"))
	if err != nil {
		return err
	}
	return give(w, f, body)
}

// Take gives out one file of a document as its reader may see it.
func (p *Pages) Take(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	f, body, err := p.papers.Take(r.Context(), v.Who, r.PathValue("id"), r.PathValue("file"))
	if err != nil {
		return err
	}
	return give(w, f, body)
}

func give(w http.ResponseWriter, f File, body io.ReadCloser) (err error) {
	defer func() { err = closed(body, err) }()
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	if f.Bytes > 0 {
		h.Set("Content-Length", strconv.FormatInt(f.Bytes, 10))
	}
	if _, err := io.Copy(w, body); err != nil {
		panic(http.ErrAbortHandler) // half a document must not look like a whole one
	}
	return nil
}

// closed closes c; its error matters only when nothing else went wrong.
func closed(c io.Closer, err error) error {
	if e := c.Close(); err == nil {
		return e
	}
	return err
}
