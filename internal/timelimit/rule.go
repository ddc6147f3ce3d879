// Package timelimit computes when a case is due under the procedural laws of mainland China,
// and why: every step with its article and version. The law is data (rules/limits); the
// evaluation order is one fixed procedure. It knows no clock and opens nothing.
package timelimit

import (
	"fmt"
	"strings"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// Rule is one limit of the law with all its versions.
type Rule struct {
	ID       string
	Seq      int // order of the catalogue
	Name     statute.Text
	Line     *Line
	Start    statute.Text // the event whose date is day 0
	MonthEnd MonthEnd
	Custody  bool // no move from a day off while the defendant is in custody
	Shift    bool // moved from a day off at all
	Measure  Measure
	Deduct   []string // codes of the causes that the law deducts
	Notice   *statute.Source
	Convert  *Convert
	Restarts []Restart
	Approval []Approval // of the rule, else of the line
	Note     statute.Text
	Versions []Version // oldest first, without gap or overlap
	causes   []bool    // by index of Book.Causes: may be deducted here
}

// Version is the wording of a limit in force from From to To (zero: still).
type Version struct {
	From, To civil.Date
	Base     Amount
	When     []Variant
	Extend   []Grant
	Source   statute.Source
	Pending  bool // under the setting pending_follows_new_law it reaches back to pending cases
	Note     statute.Text
}

// Span prints the days of the version, open end as "…".
func (v *Version) Span() string {
	return statute.Version[struct{}]{From: v.From, To: v.To}.Span()
}

// base is the amount under the facts of a case.
func (v *Version) base(facts Facts) Amount {
	for _, w := range v.When {
		if facts&w.If != 0 {
			return w.Base
		}
	}
	return v.Base
}

// Variant is another base under a fact of the case.
type Variant struct {
	If   Facts
	Base Amount
}

// Grant is one way to extend a limit: who may grant it and how much.
type Grant struct {
	By      []string // codes of authorities
	Max     Span     // zero: the law gives no length
	Each    bool     // Max bounds each grant, their number is open
	Custody int8     // 1 only in custody, -1 only not in custody, 0 always
	Consent string   // whose consent is needed
	Source  statute.Source
}

// open reports whether the grant exists under the facts of a case.
func (g *Grant) open(facts Facts) bool {
	return g.Custody == 0 || (facts&InCustody != 0) == (g.Custody > 0)
}

// Convert says what a change of procedure does.
type Convert struct {
	Restarts bool     // day 0 becomes the day of the decision
	Usual    []string // procedures a case is usually converted to
	Source   statute.Source
}

// Restart is an event after which the limit is counted anew.
type Restart struct {
	Code   string         `yaml:"code"`
	Words  []string       `yaml:"words"` // by which a free text names it
	Source statute.Source `yaml:"source"`
}

// Approval says when an extension must be asked for and decided, in days before the end.
type Approval struct {
	From         civil.Date     `yaml:"from"`
	To           civil.Date     `yaml:"to"`
	AskBefore    int            `yaml:"ask_before"`    // asked at the latest so many days before
	AskWithin    int            `yaml:"ask_within"`    // asked only within so many last days; 0 any time
	DecideBefore int            `yaml:"decide_before"` // decided at the latest so many days before
	Source       statute.Source `yaml:"source"`
}

// Line is a line of work: what all its limits share.
type Line struct {
	ID       string         `yaml:"id"`
	Prefix   []string       `yaml:"prefix"`
	Name     statute.Text   `yaml:"name"`
	Counting statute.Source `yaml:"counting"` // first day, last day, month ends
	Approval []Approval     `yaml:"approval"`
}

// Authority is somebody who grants extensions, with the words it is known by.
type Authority struct {
	Code  string       `yaml:"code"`
	Name  statute.Text `yaml:"name"`
	Words []string     `yaml:"words"`
}

// Cause is a period that does not count, with the words it is known by.
type Cause struct {
	Code     string         `yaml:"code"`
	Name     statute.Text   `yaml:"name"`
	Words    []string       `yaml:"words"`
	Max      statute.Placed `yaml:"max"`
	Counts   bool           `yaml:"counts"`   // no text takes it out: it does count
	Suspends bool           `yaml:"suspends"` // 中止
	Source   statute.Source `yaml:"source"`
	Note     statute.Text   `yaml:"note"`
	max      Span
}

// Setting is a reading that can differ between courts.
type Setting struct {
	Key     string         `yaml:"key"`
	Default bool           `yaml:"default"`
	Name    statute.Text   `yaml:"name"`
	Meaning statute.Text   `yaml:"meaning"`
	Source  statute.Source `yaml:"source"`
}

// Transition says which day decides between an old and a new law.
type Transition struct {
	On        civil.Date     `yaml:"on"`
	Law       statute.Text   `yaml:"law"`
	Base      string         `yaml:"base"`      // accepted
	Extension string         `yaml:"extension"` // granted
	Setting   string         `yaml:"setting"`   // the setting that offers another reading
	Source    statute.Source `yaml:"source"`
}

// Milestone is a limit that is shown and not evaluated.
type Milestone struct {
	Key    string         `yaml:"key"`
	Line   string         `yaml:"line"`
	Name   statute.Text   `yaml:"name"`
	Period string         `yaml:"period"`
	Start  statute.Text   `yaml:"start"`
	Note   statute.Text   `yaml:"note"`
	Source statute.Source `yaml:"source"`
}

// Settings are the readings a computation used; it is recorded with every result. The zero
// value is not the default: take [Book.Defaults].
type Settings struct {
	Inclusive         bool       `json:"inclusive"`        // both ends of a deduction are deducted
	ChainExtensions   bool       `json:"chain_extensions"` // each extension counts from the date reached
	PendingFollowsNew bool       `json:"pending_follows_new_law"`
	Calendar          string     `json:"calendar"`          // used where no event names one
	OpenUntil         civil.Date `json:"-"`                 // reporting day: end of deductions that still run; zero: they are errors
	LastDays          int        `json:"last_days"`         // length of "the last days" of a limit
	LastMinuteTimes   int        `json:"last_minute_times"` // extensions in the last days before they are reported
	EnteredAfter      int        `json:"entered_after"`     // days after which an entry is late
	Papers            bool       `json:"papers"`            // the source records papers, so a missing one is reported
}

// Book holds every limit with what the limits share. It is safe for concurrent use.
type Book struct {
	Lines       []Line
	Authorities []Authority
	Causes      []Cause
	Settings    []Setting
	Transitions []Transition
	Milestones  []Milestone
	Warnings    []Warning
	Defaults    Settings
	Calendars   *calendar.Book
	rules       map[string]*Rule
	order       []*Rule
	national    *calendar.Calendar
	types       map[typed]Choice
	foreignFrom []string // limits that foreign-related cases do not have …
	foreignTo   string   // … and what they have instead
}

// Rules lists the limits in the order of the catalogue.
func (b *Book) Rules() []*Rule { return b.order }

// Rule returns a limit by id, or fault.NotFound with the ids of its family.
func (b *Book) Rule(id string) (*Rule, error) {
	if r, ok := b.rules[id]; ok {
		return r, nil
	}
	return nil, &fault.Error{Kind: fault.NotFound, Text: fmt.Sprintf("unknown procedure %q", id), Remedy: "use one of: " + strings.Join(b.like(id), ", ")}
}

// like lists the ids that begin as id does, else all.
func (b *Book) like(id string) []string {
	var near, all []string
	for _, r := range b.order {
		all = append(all, r.ID)
		if len(id) >= 2 && strings.HasPrefix(r.ID, strings.ToUpper(id[:2])) {
			near = append(near, r.ID)
		}
	}
	if near != nil {
		return near
	}
	return all
}

// at returns the version in force on a day; versions have no gaps.
func (r *Rule) at(day civil.Date) *Version {
	for i := len(r.Versions) - 1; i >= 0; i-- {
		if v := &r.Versions[i]; v.From <= day {
			if !v.To.IsZero() && day > v.To {
				return nil
			}
			return v
		}
	}
	return nil
}

// approval returns the deadlines for an extension granted on a day, nil when there are none.
func (r *Rule) approval(day civil.Date) *Approval {
	list := r.Approval
	if list == nil {
		list = r.Line.Approval
	}
	for i := range list {
		if a := &list[i]; a.From <= day && (a.To.IsZero() || day <= a.To) {
			return a
		}
	}
	return nil
}

// restart recognises a free text, nil when the law of the limit knows no such restart.
func (r *Rule) restart(why string) *Restart {
	why = strings.ToLower(why)
	for i := range r.Restarts {
		if contains(why, r.Restarts[i].Words) {
			return &r.Restarts[i]
		}
	}
	return nil
}

// cause recognises a free text; -1 when no cause has a word in it.
func (b *Book) cause(why string) int {
	if why == "" {
		return -1
	}
	why = strings.ToLower(why)
	for i := range b.Causes {
		if contains(why, b.Causes[i].Words) {
			return i
		}
	}
	return -1
}

// authority recognises a free text; "" when it names nobody we know.
func (b *Book) authority(by string) string {
	if by == "" {
		return ""
	}
	by = strings.ToLower(by)
	for i := range b.Authorities {
		if contains(by, b.Authorities[i].Words) {
			return b.Authorities[i].Code
		}
	}
	return ""
}

func contains(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
