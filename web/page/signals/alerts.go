package signals

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"zhunsheng/internal/alert"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// alertModel is the view model of the board of alerts.
type alertModel struct {
	Groups   []alertGroup
	Waiting  string // pending ones, as a number only: no storm
	Rules    []ruleLine
	Silences []silenceLine
	CanAct   bool
	Courts   []ui.Option
	Failures []string
	Quiet    silenceForm // as typed, when it could not stand
}

type silenceForm struct{ Rule, Court, End, Reason string }

// alertGroup is the alerts of one state.
type alertGroup struct {
	Title  string
	Open   bool // in sight without asking
	Alerts []alertLine
}

type alertLine struct {
	ID, Title, Rule, Ask, Link, Owner, Since string
	State, Shape, Word                       string
	Gone                                     bool
	Actions                                  []actionForm
	Steps                                    []string
	CanDocument, CanNotice, Free             bool        // Free: a notice passes the gate without a reason
	Courts                                   []ui.Option // to choose from, when the alert is of all of them
}

type actionForm struct {
	Do, Label string
	Words     bool
}

type ruleLine struct{ ID, Name, Source, Useful, State string }

type silenceLine struct{ ID, Text string }

// shapes are the marks of the states.
var shapes = map[alert.State]string{alert.Firing: "▲", alert.Acknowledged: "◐", alert.Found: "◉", alert.Closed: "○"}

// closedShown is the number of closed alerts on the page, the latest.
const closedShown = 30

// Alerts answers GET /signals/alerts.
func (p *Pages) Alerts(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	return p.showAlerts(w, r, v, http.StatusOK, nil, silenceForm{})
}

// showAlerts shows the board, with what was wrong with a silence that was typed.
func (p *Pages) showAlerts(w http.ResponseWriter, r *http.Request, v *ui.View, status int, failures []string, quiet silenceForm) error {
	v.OnDataDay()
	b, err := p.source.Alerts(r.Context(), v.At)
	if err != nil {
		return fmt.Errorf("alerts: %w", err)
	}
	m := alertsOf(v, b)
	m.Failures, m.Quiet = failures, quiet
	return ui.Render(w, r, status, alertPage(v, m))
}

func alertsOf(v *ui.View, b Alerts) alertModel {
	m := alertModel{CanAct: v.Who.Can("handle_alerts")}
	rules := map[string]AlertRule{}
	for _, x := range b.Rules {
		rules[x.ID] = x
		l := ruleLine{ID: x.ID, Name: v.Pick(x.Name), Source: x.Source.String(), Useful: v.T("alert.useful_of", "A", x.Useful, "B", x.Useless), State: v.T("alert.rule.on")}
		if x.Retired {
			l.State = v.T("alert.rule.retired")
		}
		m.Rules = append(m.Rules, l)
	}
	if v.Who.City {
		m.Courts = append([]ui.Option{{Value: "", Label: v.T("alert.all_courts")}}, v.Courts...)
	}
	waiting := 0
	by := map[alert.State][]alertLine{}
	for _, x := range b.List {
		if x.State == alert.Pending {
			waiting++
			continue
		}
		by[x.State] = append(by[x.State], alertLineOf(v, x, rules[x.Rule], m.CanAct))
	}
	if waiting > 0 {
		m.Waiting = v.N("alert.waiting", int64(waiting))
	}
	for _, s := range []alert.State{alert.Firing, alert.Acknowledged, alert.Found, alert.Closed} {
		list := by[s]
		if s == alert.Closed && len(list) > closedShown {
			list = list[len(list)-closedShown:]
		}
		if len(list) == 0 && s != alert.Firing {
			continue
		}
		m.Groups = append(m.Groups, alertGroup{Title: v.T("alert.group."+string(s), "N", len(list)), Open: s != alert.Closed, Alerts: list})
	}
	for _, s := range b.Silences {
		where := v.T("alert.all_courts")
		if s.Court != "" {
			where = v.Names("court", s.Court)
		}
		m.Silences = append(m.Silences, silenceLine{strconv.FormatInt(s.ID, 10), v.T("alert.silenced", "Rule", v.Pick(rules[s.Rule].Name), "Where", where, "Reason", s.Reason, "Who", s.Who, "End", ui.Clock(s.End))})
	}
	return m
}

func alertLineOf(v *ui.View, x Alert, rule AlertRule, canAct bool) alertLine {
	path, query, _ := strings.Cut(x.Path, "?")
	l := alertLine{
		ID: strconv.FormatInt(x.ID, 10), Title: v.Pick(x.Title), Rule: v.Pick(rule.Name), Ask: v.Pick(rule.Ask), Owner: x.Owner, Since: ui.Clock(x.Opened),
		State: "alert-" + string(x.State), Shape: shapes[x.State], Word: v.T("alert.state." + string(x.State)), Gone: x.Gone, Link: string(v.To(path, pairs(query)...)),
	}
	for _, s := range x.Steps {
		l.Steps = append(l.Steps, ui.Clock(s.At)+" "+s.Who+" "+v.T("alert.did."+s.Action)+colon(s.Note))
	}
	if !canAct {
		return l
	}
	for _, a := range alert.Actions(x.State) {
		_, err := alert.Apply(x.State, a, "")
		l.Actions = append(l.Actions, actionForm{string(a), v.T("alert.do." + string(a)), err != nil})
	}
	_, err := alert.Gate(x.Alert, "")
	l.CanDocument = v.Who.Can("build_bulletin") && x.State != alert.Closed
	l.CanNotice, l.Free = l.CanDocument && x.Court != "", err == nil
	if x.Court == "" {
		l.Courts = v.Courts
	}
	return l
}

func colon(note string) string {
	if note == "" {
		return ""
	}
	return "：" + note
}

// pairs are the parameters of an address, in pairs.
func pairs(query string) []string {
	var out []string
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil
	}
	for _, name := range ui.SortedKeys(q) {
		out = append(out, name, q.Get(name))
	}
	return out
}

// MoveAlert answers POST /signals/alerts: a step of an alert's life, or whether it was useful.
func (p *Pages) MoveAlert(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id, err := alertID(v, r)
	if err != nil {
		return err
	}
	switch do := r.PostFormValue("do"); do {
	case "useful", "useless":
		err = p.source.AnswerAlert(r.Context(), v.At, id, do == "useful")
	default:
		err = p.source.MoveAlert(r.Context(), v.At, id, alert.Action(do), strings.TrimSpace(r.PostFormValue("note")))
	}
	return p.back(w, r, v, err)
}

// Silence answers POST /signals/alerts/silence: a new silence, or the end of one.
func (p *Pages) Silence(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if r.PostFormValue("id") != "" {
		id, err := alertID(v, r)
		if err != nil {
			return err
		}
		return p.back(w, r, v, p.source.EndSilence(r.Context(), v.At, id))
	}
	f := silenceForm{r.PostFormValue("rule"), r.PostFormValue("court"), r.PostFormValue("end"), strings.TrimSpace(r.PostFormValue("reason"))}
	end, err := civil.ParseDate(f.End)
	if err == nil {
		err = p.source.Silence(r.Context(), v.At, f.Rule, f.Court, f.Reason, end)
	} else {
		err = fault.Invalidf("%s", f.End)
	}
	if errors.Is(err, fault.Invalid) {
		return p.showAlerts(w, r, v, http.StatusUnprocessableEntity, []string{v.T("alert.bad_end")}, f)
	}
	return p.back(w, r, v, err)
}

// Document answers POST /signals/alerts/document.
func (p *Pages) Document(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id, err := alertID(v, r)
	if err != nil {
		return err
	}
	paper, err := p.source.Document(r.Context(), v.At, id, r.PostFormValue("kind"), r.PostFormValue("court"), strings.TrimSpace(r.PostFormValue("reason")))
	if err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To("/documents/papers/"+paper)), http.StatusSeeOther)
	return nil
}

// back returns to the board, or says what went wrong.
func (p *Pages) back(w http.ResponseWriter, r *http.Request, v *ui.View, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To("/signals/alerts")), http.StatusSeeOther)
	return nil
}

func alertID(v *ui.View, r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PostFormValue("id"), 10, 64)
	if err != nil {
		return 0, fault.At("id", v.T("alert.no_such"), "")
	}
	return id, nil
}
