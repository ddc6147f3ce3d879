package limits

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// maxNote is the number of characters of a note.
const maxNote = 500

// warningsModel is the view model of the warnings.
type warningsModel struct {
	Lead  string
	Tabs  []tab
	Lines []lineModel
	Page  int
	Total int
	To    string // address that takes an acknowledgement
	Acks  bool   // the list of those taken note of
}

// lineModel is one warned case, ready to print.
type lineModel struct {
	ID, No, Link, Court, Division, Judge string
	Of, Key, Stage, StageName, Due       string
	Kind, Shape, Left                    string
	Ack                                  string // who took note, when
	Note                                 string
}

// Warnings answers GET /limits/warnings: one line for every case that the role is warned of.
func (p *Pages) Warnings(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	stage := v.Query.Get("stage")
	if stage != "" && stage != "acked" && !v.Has("limits.stage."+stage) {
		return fault.At("stage", v.T("limits.bad_state", "Text", stage), "")
	}
	m := warningsModel{Page: pageNumber(v), Acks: stage == "acked"}
	found, err := p.source.Warnings(r.Context(), v.At, stage, (m.Page-1)*pageSize, pageSize)
	if err != nil {
		return fmt.Errorf("warnings: %w", err)
	}
	all := 0
	for _, c := range found.Counts {
		all += c.Cases
		m.Tabs = append(m.Tabs, tab{stageName(v, c.Stage) + " " + ui.Count(int64(c.Cases)), string(v.Here("stage", c.Stage)), c.Stage == stage})
	}
	m.Tabs = append([]tab{{v.T("limits.all_stages") + " " + ui.Count(int64(all)), string(v.Here("stage", "")), stage == ""}}, m.Tabs...)
	m.Tabs = append(m.Tabs, tab{v.T("limits.acked") + " " + ui.Count(int64(found.Acked)), string(v.Here("stage", "acked")), m.Acks})
	m.Lead, m.Total = v.T("limits.warnings_lead", "Day", found.Day.String(), "Role", v.T("role."+string(v.At.Role))), found.Total
	m.To = string(v.Here())
	for i := range found.Lines {
		m.Lines = append(m.Lines, lineOf(v, &found.Lines[i], i))
	}
	return ui.Render(w, r, http.StatusOK, warningsPage(v, m))
}

// stageName says a stage in words.
func stageName(v *ui.View, stage string) string { return v.Code("limits.stage", stage) }

func lineOf(v *ui.View, l *Line, i int) lineModel {
	c := &l.Case
	m := lineModel{ID: "w" + strconv.Itoa(i+1), No: c.CaseNo, Link: string(v.To("/cases/one", "of", c.Court, "key", c.Key)), Court: v.Names("court", c.Court),
		Division: v.Names("division", c.Division), Judge: v.Names("judge", c.Judge), Of: c.Court, Key: c.Key, Stage: l.Stage, StageName: stageName(v, l.Stage), Due: c.Limit.DueOn.String()}
	if m.No == "" {
		m.No = c.Key
	}
	m.Kind, m.Shape, m.Left = standing(v, l.Left)
	if l.Ack != nil {
		m.Ack, m.Note = v.T("limits.acked_by", "Who", l.Ack.Name, "At", ui.Clock(l.Ack.At)), l.Ack.Note
	}
	return m
}

// Acknowledge takes note of a warning and shows the list again.
func (p *Pages) Acknowledge(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	note := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("note"), "\r\n", "\n"))
	if note == "" || len([]rune(note)) > maxNote {
		return fault.At(v.T("limits.note"), v.T("limits.note_length", "N", maxNote), "")
	}
	due, err := civil.ParseDate(r.PostFormValue("due"))
	if err != nil {
		return fault.At("due", v.T("limits.stale"), "")
	}
	if err := p.source.Acknowledge(r.Context(), v.Who, r.PostFormValue("of"), r.PostFormValue("key"), r.PostFormValue("stage"), due, note); err != nil {
		return err
	}
	v.Path = "/limits/warnings"
	http.Redirect(w, r, string(v.Here()), http.StatusSeeOther)
	return nil
}

// digestModel is the view model of the digest.
type digestModel struct {
	Title, Lead string
	Days        []tab
	Groups      []digestGroup
}

// digestGroup is the lines of one stage.
type digestGroup struct {
	Stage string
	Lines []digestLine
}

type digestLine struct{ No, Link, Court, Judge, Due, Kind, Shape, Left, Mark string }

// Digest answers GET /limits/digest: what the person was told on a day.
func (p *Pages) Digest(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	v.Pickers = nil // a digest belongs to a person, not to a choice of scope
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	var day civil.Date
	if text := v.Query.Get("day"); text != "" {
		var err error
		if day, err = civil.ParseDate(text); err != nil {
			return fault.At("day", v.T("calculator.bad.date", "Text", text), "")
		}
	}
	d, days, err := p.source.Digest(r.Context(), v.Who, day)
	if err != nil {
		return fmt.Errorf("digest: %w", err)
	}
	return ui.Render(w, r, http.StatusOK, digestPage(v, digestOf(v, d, days)))
}

func digestOf(v *ui.View, d Digest, days []civil.Date) digestModel {
	fresh := 0
	m := digestModel{Title: v.T("limits.digest_of", "Day", d.Day.String(), "Name", v.Who.Name)}
	for _, day := range days {
		m.Days = append(m.Days, tab{day.String(), string(v.Here("day", day.String())), day == d.Day})
	}
	for _, l := range d.Lines {
		name := stageName(v, l.Stage)
		if k := len(m.Groups); k == 0 || m.Groups[k-1].Stage != name {
			m.Groups = append(m.Groups, digestGroup{Stage: name})
		}
		x := digestLine{No: l.No, Link: string(v.To("/cases/one", "of", l.Court, "key", l.Key)), Court: v.Names("court", l.Court), Judge: v.Names("judge", l.Judge), Due: l.Due.String()}
		x.Kind, x.Shape, x.Left = standing(v, l.Left)
		switch {
		case l.Acked:
			x.Mark = v.T("limits.acked")
		case l.Fresh:
			x.Mark, fresh = v.T("limits.fresh"), fresh+1
		}
		g := &m.Groups[len(m.Groups)-1]
		g.Lines = append(g.Lines, x)
	}
	m.Lead = v.T("limits.digest_lead", "N", len(d.Lines), "Fresh", fresh, "At", ui.Clock(d.At))
	return m
}
