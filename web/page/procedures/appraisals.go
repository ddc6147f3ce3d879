package procedures

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/http"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/appraisal"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/signal"
	"zhunsheng/web/ui"
)

// appraisalsModel is the view model of the register of appraisals.
type appraisalsModel struct {
	Kinds, States []link
	Institution   string
	Drop          string
	Rows          []appraisalRow
	Institutions  []institutionRow
	CityShare     string
	Export        string
	Few           string
	Source        string
}

type appraisalRow struct {
	ID, Link, No, Case, Court, Matter, Institution string
	Entrusted, Limit, Used, Due                    string
	Shape, State, StateKind, Explained             string
}

type institutionRow struct {
	Name, Link, Open, Over, Finished, Share, Range, Days string
	Few                                                  bool
}

func appraisalQuery(v *ui.View) (AppraisalQuery, error) {
	q := AppraisalQuery{State: appraisal.State(v.Query.Get("state")), Institution: v.Query.Get("institution"), Due: v.Query.Get("due") != "", Court: v.Query.Get("of"), Key: v.Query.Get("key")}
	if q.State != "" && !known(appraisal.States(), q.State) {
		return q, fault.At("state", v.T("procedure.bad_state", "Text", string(q.State)), "")
	}
	return q, nil
}

// Appraisals answers GET /limits/appraisals.
func (p *Pages) Appraisals(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	q, err := appraisalQuery(v)
	if err != nil {
		return err
	}
	reg, err := p.appraisers.Appraisals(r.Context(), v.At, q)
	if err != nil {
		return fmt.Errorf("appraisals: %w", err)
	}
	return ui.Render(w, r, http.StatusOK, appraisalsPage(v, appraisalsOf(v, q, reg)))
}

func appraisalsOf(v *ui.View, q AppraisalQuery, reg Appraisals) appraisalsModel {
	m := appraisalsModel{Kinds: kindTabs(v, "appraisal"), Institution: q.Institution, Drop: string(v.Here("institution", "")),
		Few: v.N("appraisal.few_rule", int64(reg.Rules.Few)), Source: sourceText(v, reg.Rules.Source), CityShare: share(reg.City)}
	m.States = append(m.States, link{v.T("procedure.state.any"), string(v.Here("state", "", "due", "")), q.State == "" && !q.Due},
		link{v.T("appraisal.due_now"), string(v.Here("state", "", "due", "1")), q.Due})
	for _, s := range appraisal.States() {
		m.States = append(m.States, link{v.Pick(s.Name()), string(v.Here("state", string(s), "due", "")), q.State == s})
	}
	if mayExport(v) && len(reg.Lines) > 0 {
		m.Export = strings.Replace(string(v.Here()), appraisalPath, appraisalPath+"/export", 1)
	}
	for _, l := range reg.Lines {
		m.Rows = append(m.Rows, appraisalRowOf(v, l))
	}
	for _, i := range reg.Institutions {
		x := institutionRow{Name: i.Name, Link: string(v.To(appraisalPath, "institution", i.Name)), Open: strconv.Itoa(i.Open), Over: strconv.Itoa(i.Over), Finished: strconv.Itoa(i.Finished), Few: i.Few, Share: ui.None, Days: ui.None}
		if !i.Few {
			x.Share = ui.Value("share", big.NewRat(int64(i.InTime), int64(i.Finished)))
			x.Range, x.Days = share(i.Share), strconv.FormatFloat(i.Days, 'f', 1, 64)
		}
		m.Institutions = append(m.Institutions, x)
	}
	return m
}

// share prints an interval of a share, "–" for none.
func share(i signal.Interval) string {
	if math.IsNaN(i.Low) || i.High == 0 {
		return ui.None
	}
	return fmt.Sprintf("%.2f%%–%.2f%%", 100*i.Low, 100*i.High)
}

func appraisalRowOf(v *ui.View, l Appraised) appraisalRow {
	shape, word, kind := standing(v, l)
	return appraisalRow{
		ID: l.ID, Link: string(v.To(appraisalPath+"/one", "id", l.ID)), No: l.CaseNo, Case: caseLink(v, l.Court, l.Key), Court: v.Names("court", l.Court),
		Matter: v.Pick(appraisal.MatterName(l.Matter)), Institution: l.Institution, Entrusted: ui.Day(l.Entrusted),
		Limit: strconv.Itoa(l.Clock.Limit), Used: strconv.Itoa(l.Clock.Used), Due: ui.Day(l.Clock.Due),
		Shape: shape, State: word, StateKind: kind, Explained: l.Explained,
	}
}

// standing says by shape and word where an appraisal stands; over only says that the working
// days are used up.
func standing(v *ui.View, l Appraised) (shape, word, kind string) {
	switch {
	case l.State == appraisal.Ended:
		return "–", v.Pick(appraisal.Ended.Name()), "case"
	case l.State == appraisal.Finished && l.Clock.Over():
		return "▲", v.T("appraisal.finished_late", "N", -l.Clock.Left), "above"
	case l.State == appraisal.Finished:
		return "●", v.Pick(appraisal.Finished.Name()), "case"
	case l.Clock.Over():
		return "▲", v.T("appraisal.over", "N", -l.Clock.Left), "above"
	case l.State == appraisal.Waiting:
		return "‖", v.Pick(appraisal.Waiting.Name()), "case"
	case l.Remind:
		return "△", v.T("appraisal.near", "N", l.Clock.Left), "above"
	}
	return "○", v.Pick(appraisal.Running.Name()), "case"
}

// AppraisalExport answers GET /limits/appraisals/export.
func (p *Pages) AppraisalExport(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	q, err := appraisalQuery(v)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := p.appraisers.AppraisalXlsx(r.Context(), v.At, q, v.Lang, &b); err != nil {
		return err
	}
	return download(w, "appraisals-"+v.AsOf.Day.String()+".xlsx", xlsxType, &b)
}

// appraisalModel is the view model of one appraisal.
type appraisalModel struct {
	OneAppraisal
	Title               string
	StateShape, State   string
	Facts, Clock        []fact
	Materials           []string
	Steps               []step
	Acts                []ui.Option
	To, Deduct          string
	Deductions          []link
	Failures            []string
	Act, DayText, NoteT string // typed before
}

// Appraisal answers GET /limits/appraisals/one.
func (p *Pages) Appraisal(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.appraisal(w, r, v, http.StatusOK, nil)
}

func (p *Pages) appraisal(w http.ResponseWriter, r *http.Request, v *ui.View, status int, failures []string) error {
	v.OnDataDay()
	one, err := p.appraisers.Appraisal(r.Context(), v.Who, v.Query.Get("id"))
	if err != nil {
		return err
	}
	m := appraisalOf(v, one)
	m.Failures, m.Act, m.DayText, m.NoteT = failures, r.PostFormValue("act"), r.PostFormValue("day"), r.PostFormValue("note")
	if m.DayText == "" {
		m.DayText = one.Day.String()
	}
	return ui.Render(w, r, status, appraisalPage(v, m))
}

func appraisalOf(v *ui.View, o OneAppraisal) appraisalModel {
	shape, word, _ := standing(v, o.Appraised)
	m := appraisalModel{OneAppraisal: o, Title: o.ID + " " + v.Pick(appraisal.MatterName(o.Matter)), StateShape: shape, State: word,
		Materials: strings.Split(strings.TrimSpace(o.Materials), "\n"), To: string(v.To(appraisalPath+"/one", "id", o.ID))}
	kind := v.T("appraisal.ordinary")
	if o.Complex {
		kind = v.T("appraisal.complex")
	}
	m.Facts = []fact{
		{v.T("field.case_no"), o.CaseNo, caseLink(v, o.Court, o.Key)}, {v.T("field.court"), v.Names("court", o.Court), ""},
		{v.T("appraisal.institution"), o.Institution, string(v.To(appraisalPath, "institution", o.Institution))},
		{v.T("appraisal.entrusted"), o.Entrusted.String(), ""}, {v.T("appraisal.question"), o.Question, ""},
	}
	due := ui.Day(o.Clock.Due)
	if o.Clock.Stands {
		due += v.T("appraisal.stands")
	}
	m.Clock = []fact{
		{v.T("appraisal.limit"), v.T("appraisal.limit_days", "N", o.Clock.Limit, "Kind", kind), ""}, {v.T("appraisal.used"), v.T("appraisal.days", "N", o.Clock.Used), ""},
		{v.T("appraisal.waited"), v.T("appraisal.days", "N", o.Clock.Waited), ""}, {v.T("appraisal.due"), due, ""}, {v.T("procedure.source"), sourceText(v, o.Clock.Source), ""},
	}
	for _, s := range o.Steps {
		m.Steps = append(m.Steps, step{Act: v.Pick(s.Act.Name()), Who: person(v, s.Name, s.Role), Day: s.Day.String(), At: ui.Clock(s.At), Note: s.Note})
	}
	for _, a := range []appraisal.Act{appraisal.Ask, appraisal.Supply, appraisal.Explain, appraisal.Report, appraisal.Stop} {
		if o.May && appraisal.May(o.Appraisal.State, a) {
			m.Acts = append(m.Acts, ui.Option{Value: string(a), Label: v.Pick(a.Name())})
		}
	}
	for _, d := range o.Deduction {
		m.Deductions = append(m.Deductions, link{d.ID + " " + stateWord(v, d.State), string(v.To(onePath, "id", d.ID)), false})
	}
	if v.Who.Can(access.PrepareProcedure) && o.State != appraisal.Ended {
		m.Deduct = deductLink(v, o)
	}
	return m
}

// deductLink opens an application for the deduction that the appraisal causes, filled in.
func deductLink(v *ui.View, o OneAppraisal) string {
	cause := "appraisal"
	if o.Matter == "psychiatric" {
		cause = "psychiatric_examination"
	}
	until := ""
	if !o.Closed.IsZero() {
		until = o.Closed.String()
	}
	return string(v.To(newPath, "of", o.Court, "key", o.Key, "kind", string(procedure.Deduction), "cause", cause, "from", o.Entrusted.String(), "until", until,
		"appraisal", o.ID, "paper", v.T("appraisal.paper", "ID", o.ID), "reason", v.T("appraisal.reason", "Who", o.Institution, "What", v.Pick(appraisal.MatterName(o.Matter)))))
}

// AppraisalEnter answers POST /limits/appraisals/one: one more entry.
func (p *Pages) AppraisalEnter(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id := v.Query.Get("id")
	version, _ := strconv.Atoi(r.PostFormValue("version"))
	day, err := civil.ParseDate(strings.TrimSpace(r.PostFormValue("day")))
	if err != nil {
		err = fault.At("day", v.T("procedure.bad_day"), "")
	} else {
		err = p.appraisers.Enter(r.Context(), v.Who, id, version, appraisal.Act(r.PostFormValue("act")), day, r.PostFormValue("note"))
	}
	var wrong *fault.Error
	if errors.As(err, &wrong) && (errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict)) {
		return p.appraisal(w, r, v, http.StatusUnprocessableEntity, []string{wrongText(v, wrong)})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To(appraisalPath+"/one", "id", id)), http.StatusSeeOther)
	return nil
}

// entrustModel is the view model of a new entrustment.
type entrustModel struct {
	Case         docket.Case
	CaseLink, To string
	E            appraisal.Entrustment
	DayText      string
	Matters      []ui.Option
	Institutions []string
	Failures     []string
}

// Entrust answers GET /limits/appraisals/new.
func (p *Pages) Entrust(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.entrust(w, r, v, http.StatusOK, appraisal.Entrustment{}, "", nil)
}

func (p *Pages) entrust(w http.ResponseWriter, r *http.Request, v *ui.View, status int, e appraisal.Entrustment, day string, failures []string) error {
	v.OnDataDay()
	o, err := p.source.Options(r.Context(), v.Who, v.Query.Get("of"), v.Query.Get("key"))
	if err != nil {
		return err
	}
	reg, err := p.appraisers.Appraisals(r.Context(), v.Who, AppraisalQuery{})
	if err != nil {
		return err
	}
	m := entrustModel{Case: o.Case, CaseLink: caseLink(v, o.Case.Court, o.Case.Key), To: string(v.To(appraisalPath+"/new", "of", o.Case.Court, "key", o.Case.Key)), E: e, DayText: day, Failures: failures}
	if m.DayText == "" {
		m.DayText = o.Day.String()
	}
	for _, x := range appraisal.Matters() {
		m.Matters = append(m.Matters, ui.Option{Value: x, Label: v.Pick(appraisal.MatterName(x))})
	}
	for _, i := range reg.Institutions {
		m.Institutions = append(m.Institutions, i.Name)
	}
	return ui.Render(w, r, status, entrustPage(v, m))
}

// EntrustSend answers POST /limits/appraisals/new.
func (p *Pages) EntrustSend(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	get := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n"))
	}
	e := appraisal.Entrustment{Court: v.Query.Get("of"), Key: v.Query.Get("key"), Matter: get("matter"), Question: get("question"), Institution: get("institution"), Complex: get("complex") != "", Materials: get("materials")}
	day, err := civil.ParseDate(get("day"))
	if err != nil {
		err = fault.At("day", v.T("procedure.bad_day"), "")
	}
	id := ""
	if err == nil {
		id, err = p.appraisers.Entrust(r.Context(), v.Who, day, e)
	}
	var wrong *fault.Error
	if errors.As(err, &wrong) && errors.Is(err, fault.Invalid) {
		return p.entrust(w, r, v, http.StatusUnprocessableEntity, e, get("day"), []string{wrongText(v, wrong)})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To(appraisalPath+"/one", "id", id)), http.StatusSeeOther)
	return nil
}
