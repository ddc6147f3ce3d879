package data

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
	"zhunsheng/web/ui"
)

// Window is the office's decision that the figures of a period stay open for correction
// (争议期) until a day, that day included.
type Window struct {
	Period    civil.Period
	Until     civil.Date
	Reason    string
	Who, Name string // login and name of who decided
	At        time.Time
	Version   int  // 1, 2, … of the period; a later one replaces the day, never the record
	Current   bool // the last decision on the period
	Open      bool // current, and the data day is not after Until
}

// Subject is what a doubt is about: a case, or a figure with the value that was shown.
type Subject struct {
	Court     string       `json:"court,omitempty"` // of the case or the figure; empty: the city
	Key       string       `json:"key,omitempty"`   // a case
	CaseNo    string       `json:"case_no,omitempty"`
	Set       string       `json:"set,omitempty"` // a figure
	Indicator string       `json:"indicator,omitempty"`
	Name      statute.Text `json:"name,omitzero"`
	Shown     string       `json:"shown,omitempty"`
	Batch     int64        `json:"batch,omitempty"` // the ledger that Shown stands on
}

// Doubt is an entry against a case or a figure, with its answers. Answered is by the last one.
type Doubt struct {
	ID        int64
	Period    civil.Period
	Court     string // who doubts, empty: the city
	About     Subject
	Who, Name string
	At        time.Time
	Body      string
	Answers   []Answer
}

// Answer is what the office answered.
type Answer struct {
	Outcome   string // of Outcomes
	Who, Name string
	At        time.Time
	Body      string
}

// Outcomes are the answers there are: the data were or will be corrected, or they stand.
var Outcomes = []string{"corrected", "stands"}

// Disputes keeps windows and doubts; every call checks what at may do, and writes go to the log.
type Disputes interface {
	// Windows lists all decisions, the latest period first, of one period the latest first.
	Windows(ctx context.Context, at access.Scope) ([]Window, error)
	SetWindow(ctx context.Context, at access.Scope, p civil.Period, until civil.Date, reason string) error
	// Doubts lists those of the scope's court, newest first.
	Doubts(ctx context.Context, at access.Scope) ([]Doubt, error)
	// Subject fills in what is shown of a case or figure, or says that there is none in at.
	Subject(ctx context.Context, at access.Scope, p civil.Period, s Subject) (Subject, error)
	// Raise keeps a doubt while the window of the period is open.
	Raise(ctx context.Context, at access.Scope, p civil.Period, s Subject, body string) (id int64, err error)
	Answer(ctx context.Context, at access.Scope, id int64, outcome, body string) error
}

// disputeModel is the view model of the page.
type disputeModel struct {
	Windows  []windowLine
	Doubts   []doubtLine
	State    []tab
	CanSet   bool
	Periods  []ui.Option
	Form     windowForm
	Failures []string
	Outcomes []ui.Option
	AnswerTo int64 // the doubt whose answer could not stand, with what was typed
	Typed    string
	Chosen   string
}

type windowForm struct{ Period, Until, Reason string }

type windowLine struct {
	Period, Until, State, Shape, Reason, By, At string
	Current                                     bool
	Raised, Waiting                             string
}

type doubtLine struct {
	ID                                       int64
	Period, About, Link, Shown, By, At, Body string
	Answers                                  []answerLine
	State, Shape                             string
	CanAnswer                                bool
}

type answerLine struct{ Outcome, By, At, Body string }

// Dispute shows which periods are open for correction and what is doubted.
func (p *Pages) Dispute(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.dispute(w, r, v, http.StatusOK, disputeModel{})
}

func (p *Pages) dispute(w http.ResponseWriter, r *http.Request, v *ui.View, status int, m disputeModel) error {
	windows, err := p.disputes.Windows(r.Context(), v.Who)
	if err != nil {
		return err
	}
	doubts, err := p.disputes.Doubts(r.Context(), v.At)
	if err != nil {
		return err
	}
	m.CanSet = v.Who.Can(access.SettleDoubts)
	for _, o := range Outcomes {
		m.Outcomes = append(m.Outcomes, ui.Option{Value: o, Label: v.T("dispute.outcome." + o)})
	}
	m.Periods = closedMonths(v)
	if m.Form.Period == "" && len(m.Periods) > 0 {
		m.Form.Period = m.Periods[0].Value
	}
	for _, x := range windows {
		m.Windows = append(m.Windows, windowOf(v, x, doubts))
	}
	state := cmp.Or(v.Query.Get("state"), "all")
	for _, s := range []string{"all", "open", "answered"} {
		m.State = append(m.State, tab{string(v.Here("state", s)), v.T("dispute.state." + s), s == state})
	}
	for _, d := range doubts {
		answered := len(d.Answers) > 0
		if state == "all" || answered == (state == "answered") {
			m.Doubts = append(m.Doubts, doubtOf(v, d))
		}
	}
	return ui.Render(w, r, status, disputePage(v, m))
}

// closedMonths offers the months, quarters and years that the data have reached, newest first.
func closedMonths(v *ui.View) []ui.Option {
	if v.AsOf.Day.IsZero() {
		return nil
	}
	y, m, _ := v.AsOf.Day.YMD()
	var out []ui.Option
	for p := civil.Month(y, m); len(out) < 12; p = p.Preceding() {
		out = append(out, ui.Option{Value: p.String(), Label: v.PeriodName(p)})
	}
	for p := civil.Quarter(y, (m+2)/3); len(out) < 16; p = p.Preceding() {
		out = append(out, ui.Option{Value: p.String(), Label: v.PeriodName(p)})
	}
	return append(out, ui.Option{Value: civil.Year(y).String(), Label: v.PeriodName(civil.Year(y))}, ui.Option{Value: civil.Year(y - 1).String(), Label: v.PeriodName(civil.Year(y - 1))})
}

func windowOf(v *ui.View, x Window, doubts []Doubt) windowLine {
	l := windowLine{Period: v.PeriodName(x.Period), Until: x.Until.String(), Reason: x.Reason, By: x.Name, At: ui.Clock(x.At), Current: x.Current}
	switch {
	case x.Open:
		l.Shape, l.State = "○", v.T("dispute.open")
	case x.Current:
		l.Shape, l.State = "●", v.T("dispute.closed")
	default:
		l.Shape, l.State = "–", v.T("dispute.replaced")
	}
	if x.Current {
		raised, waiting := int64(0), int64(0)
		for _, d := range doubts {
			if d.Period == x.Period {
				raised++
				if len(d.Answers) == 0 {
					waiting++
				}
			}
		}
		l.Raised, l.Waiting = ui.Count(raised), ui.Count(waiting)
	}
	return l
}

func doubtOf(v *ui.View, d Doubt) doubtLine {
	l := doubtLine{ID: d.ID, Period: v.PeriodName(d.Period), By: d.Name, At: ui.Clock(d.At), Body: d.Body,
		State: v.T("dispute.waiting"), Shape: "○", CanAnswer: v.Who.Can(access.SettleDoubts)}
	l.About, l.Link, l.Shown = aboutOf(v, d.About, d.Period)
	for _, a := range d.Answers {
		l.Answers = append(l.Answers, answerLine{v.T("dispute.outcome." + a.Outcome), a.Name, ui.Clock(a.At), a.Body})
		l.State, l.Shape = v.T("dispute.outcome."+a.Outcome), "●"
	}
	return l
}

// aboutOf names the subject of a doubt and where it opens.
func aboutOf(v *ui.View, s Subject, period civil.Period) (text, link, shown string) {
	if s.Key != "" {
		return s.CaseNo, string(v.To("/cases/one", "of", s.Court, "key", s.Key)), v.Names("court", s.Court)
	}
	scope := v.T("scope.city")
	if s.Court != "" {
		scope = v.Names("court", s.Court)
	}
	text = v.T("dispute.figure", "Scope", scope, "Name", v.Pick(s.Name))
	return text, string(v.To("/indicators/"+s.Set+"/"+s.Indicator, "court", s.Court, "division", "", "judge", "", "period", period.String())), v.T("dispute.shown", "Value", s.Shown, "Batch", s.Batch)
}

// SetWindow keeps the office's decision on a period.
func (p *Pages) SetWindow(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	f := windowForm{r.PostFormValue("period"), r.PostFormValue("until"), strings.TrimSpace(r.PostFormValue("reason"))}
	var failures []string
	period, err := civil.ParsePeriod(f.Period)
	if err != nil {
		failures = append(failures, v.T("period.bad", "Text", f.Period))
	}
	until, err := civil.ParseDate(f.Until)
	if err != nil {
		failures = append(failures, v.T("dispute.bad_day", "Text", f.Until))
	}
	if f.Reason == "" {
		failures = append(failures, v.T("dispute.no_reason"))
	}
	if len(failures) == 0 {
		err = p.disputes.SetWindow(r.Context(), v.Who, period, until, f.Reason)
		if !errors.Is(err, fault.Invalid) {
			return seeDispute(w, r, v, err)
		}
		failures = append(failures, faultText(v, err))
	}
	return p.dispute(w, r, v, http.StatusUnprocessableEntity, disputeModel{Form: f, Failures: failures})
}

func seeDispute(w http.ResponseWriter, r *http.Request, v *ui.View, err error, pairs ...string) error {
	if err == nil {
		http.Redirect(w, r, string(v.To("/data/dispute", pairs...)), http.StatusSeeOther)
	}
	return err
}

// faultText is what is wrong and how to mend it.
func faultText(v *ui.View, err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err.Error()
	}
	if f.Remedy == "" {
		return f.Text
	}
	return f.Text + v.T("list.semicolon") + f.Remedy
}

// Answer keeps the office's answer to a doubt.
func (p *Pages) Answer(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return fault.NotFoundf("没有此条异议 / no such doubt: %s", r.PathValue("id"))
	}
	outcome, body := r.PostFormValue("outcome"), strings.TrimSpace(r.PostFormValue("answer"))
	if !slices.Contains(Outcomes, outcome) || body == "" {
		return p.dispute(w, r, v, http.StatusUnprocessableEntity, disputeModel{Failures: []string{v.T("dispute.answer_needs")}, AnswerTo: id, Typed: body, Chosen: outcome})
	}
	return seeDispute(w, r, v, p.disputes.Answer(r.Context(), v.Who, id, outcome, body))
}

// raiseModel is the form of a doubt.
type raiseModel struct {
	Periods            []ui.Option
	Period, Text       string
	About, Link, Shown string
	Subject            Subject
	Failures           []string
}

// RaiseForm shows the form of a doubt about the case or figure of the address.
func (p *Pages) RaiseForm(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	s := Subject{Court: v.Query.Get("of"), Key: v.Query.Get("key"), Set: v.Query.Get("set"), Indicator: v.Query.Get("indicator")}
	return p.raise(w, r, v, http.StatusOK, raiseModel{Subject: s, Period: v.Query.Get("window")})
}

func (p *Pages) raise(w http.ResponseWriter, r *http.Request, v *ui.View, status int, m raiseModel) error {
	windows, err := p.disputes.Windows(r.Context(), v.Who)
	if err != nil {
		return err
	}
	for _, x := range windows {
		if x.Open {
			m.Periods = append(m.Periods, ui.Option{Value: x.Period.String(), Label: v.T("dispute.until", "Period", v.PeriodName(x.Period), "Day", x.Until.String())})
		}
	}
	if len(m.Periods) == 0 {
		return ui.Render(w, r, status, raisePage(v, m))
	}
	if indexOf(m.Periods, m.Period) < 0 {
		m.Period = m.Periods[0].Value
		if i := indexOf(m.Periods, v.Period.String()); i >= 0 {
			m.Period = m.Periods[i].Value
		}
	}
	period, err := civil.ParsePeriod(m.Period)
	if err != nil {
		return err
	}
	if m.Subject, err = p.disputes.Subject(r.Context(), v.Who, period, m.Subject); err != nil {
		return err
	}
	m.About, m.Link, m.Shown = aboutOf(v, m.Subject, period)
	return ui.Render(w, r, status, raisePage(v, m))
}

// Raise keeps a doubt; what was typed comes back with what is wrong.
func (p *Pages) Raise(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	s := Subject{Court: r.PostFormValue("of"), Key: r.PostFormValue("key"), Set: r.PostFormValue("set"), Indicator: r.PostFormValue("indicator")}
	m := raiseModel{Subject: s, Period: r.PostFormValue("window"), Text: strings.TrimSpace(r.PostFormValue("text"))}
	period, err := civil.ParsePeriod(m.Period)
	switch {
	case err != nil:
		m.Failures = []string{v.T("period.bad", "Text", m.Period)}
	case m.Text == "":
		m.Failures = []string{v.T("dispute.no_text")}
	default:
		_, err := p.disputes.Raise(r.Context(), v.Who, period, s, m.Text)
		if !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.Conflict) {
			return seeDispute(w, r, v, err)
		}
		m.Failures = []string{faultText(v, err)}
	}
	return p.raise(w, r, v, http.StatusUnprocessableEntity, m)
}
