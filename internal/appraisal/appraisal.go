// Package appraisal keeps the clock of outside appraisals and valuations (对外委托鉴定、评估):
// what was entrusted to whom, which materials are missing, when the report is due, and how the
// institutions keep their time. It keeps nothing and knows no clock.
package appraisal

import (
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// Kind is the word under which appraisals are kept.
const Kind = "appraisal"

// State is where an appraisal stands.
type State string

// The states.
const (
	Running  State = "running"
	Waiting  State = "waiting" // for further materials; the clock stands
	Finished State = "finished"
	Ended    State = "ended" // taken back without a report
)

// States lists the states in the order of the register.
func States() []State { return []State{Running, Waiting, Finished, Ended} }

// Act is an entry of the register.
type Act string

// The entries.
const (
	Entrust Act = "entrust" // 委托
	Ask     Act = "ask"     // the institution asks for further materials
	Supply  Act = "supply"  // they are handed over
	Explain Act = "explain" // why it is overdue
	Report  Act = "report"  // the report is here
	Stop    Act = "stop"    // taken back, or the institution returns the file
)

var moves = map[State]map[Act]State{
	"":      {Entrust: Running},
	Running: {Ask: Waiting, Explain: Running, Report: Finished, Stop: Ended},
	Waiting: {Supply: Running, Explain: Waiting, Stop: Ended},
}

// May reports whether an entry is possible in a state.
func May(s State, a Act) bool { _, ok := moves[s][a]; return ok }

// Entrustment is what was entrusted.
type Entrustment struct {
	Court       string `json:"court"`
	Key         string `json:"key"`
	CaseNo      string `json:"case_no"`
	Matter      string `json:"matter"` // one of Matters
	Question    string `json:"question"`
	Institution string `json:"institution"`
	Complex     bool   `json:"complex,omitempty"`
	Materials   string `json:"materials"` // one per line
}

// Step is one entry of the register.
type Step struct {
	Act  Act
	Who  string
	Name string
	Role access.Role
	At   time.Time
	Day  civil.Date
	Detail
}

// Detail is what an entry carries.
type Detail struct {
	*Entrustment
	Note string `json:"note,omitempty"` // materials asked for or supplied, explanation, result
}

// Appraisal is one line of the register with its entries.
type Appraisal struct {
	ID string
	Entrustment
	State     State
	Entrusted civil.Date
	Closed    civil.Date // report or end
	Result    string
	Explained string
	Gaps      []Gap
	Steps     []Step
}

// Gap is a time of waiting for materials: the day of asking counts, the day they come does not.
type Gap struct {
	Asked, Supplied civil.Date // zero: still waiting
	What            string
}

// Replay makes an appraisal of its entries.
func Replay(id string, steps []Step) (*Appraisal, error) {
	a := &Appraisal{ID: id}
	for _, s := range steps {
		if err := a.Take(s); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Take adds an entry; days never go back.
func (a *Appraisal) Take(s Step) error {
	to, ok := moves[a.State][s.Act]
	switch {
	case !ok:
		return fault.Conflictf("%s: %s is not possible while it is %s", a.ID, s.Act, a.State)
	case s.Day.IsZero():
		return fault.At("day", "请填日期 / state the day", "")
	case len(a.Steps) > 0 && s.Day < a.Steps[len(a.Steps)-1].Day:
		return fault.At("day", "早于上一条记录 "+a.Steps[len(a.Steps)-1].Day.String()+" / before the last entry", "")
	case s.Act != Entrust && strings.TrimSpace(s.Note) == "":
		return fault.At("note", "请写明内容 / say what", "")
	}
	switch s.Act {
	case Entrust:
		if s.Entrustment == nil {
			return fault.Invalidf("%s: nothing is entrusted", a.ID)
		}
		if err := s.Check(); err != nil {
			return err
		}
		a.Entrustment, a.Entrusted = *s.Entrustment, s.Day
	case Ask:
		a.Gaps = append(a.Gaps, Gap{Asked: s.Day, What: s.Note})
	case Supply:
		a.Gaps[len(a.Gaps)-1].Supplied = s.Day
	case Explain:
		a.Explained = s.Note
	case Report, Stop:
		a.Closed, a.Result = s.Day, s.Note
	}
	a.State, a.Steps = to, append(a.Steps, s)
	return nil
}

// Check says what is missing of an entrustment.
func (e *Entrustment) Check() error {
	switch {
	case !slices.Contains(Matters(), e.Matter):
		return fault.At("matter", "请选委托事项 / choose the matter", "")
	case strings.TrimSpace(e.Institution) == "":
		return fault.At("institution", "请填受托机构 / name the institution", "")
	case strings.TrimSpace(e.Materials) == "":
		return fault.At("materials", "请列移送的材料，每行一项 / list the materials, one a line", "")
	}
	return nil
}

// Body and ParseDetail write and read what an entry carries.
func (d Detail) Body() (string, error) {
	b, err := json.Marshal(d)
	return string(b), err
}

// ParseDetail reads what [Detail.Body] writes.
func ParseDetail(body string) (Detail, error) {
	var d Detail
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		return d, fault.Invalidf("entry of an appraisal cannot be read: %v", err)
	}
	return d, nil
}

// Rules are the limits of appraisals: rules/appraisal/clock.yaml.
type Rules struct{ versions []Version }

// Version is one wording of the rules; all lengths are working days.
type Version struct {
	From     civil.Date     `yaml:"from"`
	To       civil.Date     `yaml:"to"`
	Ordinary int            `yaml:"ordinary"`
	Complex  int            `yaml:"complex"`
	Remind   []int          `yaml:"remind"` // days before the end, the longest first
	Few      int            `yaml:"few"`    // finished appraisals below which an institution is not judged
	Source   statute.Source `yaml:"source"`
}

// Load reads rules/appraisal/clock.yaml.
func Load(fsys fs.FS) (*Rules, error) {
	const file = "appraisal/clock.yaml"
	var f struct {
		Versions []Version `yaml:"versions"`
	}
	if err := statute.Decode(fsys, file, &f); err != nil {
		return nil, err
	}
	var faults []error
	dated := statute.Dated[int]{}
	slices.SortFunc(f.Versions, func(a, b Version) int { return a.From.Sub(b.From) })
	for _, v := range f.Versions {
		dated = append(dated, statute.Version[int]{From: v.From, To: v.To})
		if v.Ordinary < 1 || v.Complex < v.Ordinary || v.Few < 1 {
			faults = append(faults, fault.At(file, "version "+v.From.String()+": a length is missing", "give ordinary, complex and few"))
		}
	}
	if err := dated.Check(); err != nil {
		faults = append(faults, fault.At(file, err.Error(), "mend the days of the versions"))
	}
	return &Rules{f.Versions}, errors.Join(faults...)
}

// At is the wording in force on a day, the oldest one before all.
func (r *Rules) At(day civil.Date) Version {
	for _, v := range slices.Backward(r.versions) {
		if v.From <= day {
			return v
		}
	}
	return r.versions[0]
}

// Clock is where an appraisal stands on a day.
type Clock struct {
	Limit  int        // working days
	Used   int        // counted working days until the day, or until it was closed
	Waited int        // working days of waiting for materials
	Due    civil.Date // last day; while materials are missing, as if they came on the day
	Left   int        // working days left, negative: over
	Stands bool       // the clock stands
	Source statute.Source
}

// Over reports whether the limit was exceeded.
func (c Clock) Over() bool { return c.Left < 0 }

// longest bounds the search for the last day: about ten years.
const longest = 3660

// Clock counts the working days of an appraisal until a day. The day of entrusting does not
// count; neither do the days after the institution asked for materials up to the day they came.
func (a *Appraisal) Clock(r *Rules, cal *calendar.Calendar, day civil.Date) Clock {
	v := r.At(a.Entrusted)
	c := Clock{Limit: v.Ordinary, Stands: a.State == Waiting, Source: v.Source}
	if a.Complex {
		c.Limit = v.Complex
	}
	until := day
	if !a.Closed.IsZero() {
		until = min(day, a.Closed)
	}
	counted := 0
	for d := a.Entrusted.AddDays(1); d < a.Entrusted.AddDays(longest); d = d.AddDays(1) {
		if c.Due != 0 && d > until {
			break
		}
		switch {
		case cal.Off(d):
			continue
		case a.waits(d, day):
			if d <= until {
				c.Waited++
			}
			continue
		}
		counted++
		if d <= until {
			c.Used++
		}
		if counted == c.Limit {
			c.Due = d
		}
	}
	c.Left = c.Limit - c.Used
	return c
}

// waits reports whether materials are missing on d; an open gap is taken to end on the day
// asked about.
func (a *Appraisal) waits(d, day civil.Date) bool {
	for _, g := range a.Gaps {
		end := g.Supplied
		if end.IsZero() {
			end = max(day, g.Asked)
		}
		if d > g.Asked && d <= end {
			return true
		}
	}
	return false
}

// Reminder is the stage of reminding on a day: the smallest number of days before the end that
// is reached, 0 on the last day and after; ok is false before the first stage and once closed.
func (c Clock) Reminder(v Version, s State) (stage int, ok bool) {
	if s != Running {
		return 0, false
	}
	if c.Left <= 0 {
		return 0, true
	}
	for _, n := range slices.Backward(slices.Sorted(slices.Values(v.Remind))) {
		if c.Left <= n {
			stage, ok = n, true
		}
	}
	return stage, ok
}
