// Package strip shows when a limit ends and why: the head with start, basis and due date, the
// chain of steps with their articles, the findings, and one cell for every calendar day. The
// calculator and the page of a case share it.
package strip

import (
	"strconv"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
)

// Words speaks the language of a page.
type Words interface {
	T(id string, pairs ...any) string
	N(id string, n int64, pairs ...any) string
	Pick(t statute.Text) string
	Has(id string) bool
}

// Input is what a limit is shown from.
type Input struct {
	Book   *timelimit.Book
	Case   *timelimit.Case
	Result *timelimit.Result
	Days   []timelimit.Day // from [timelimit.Days]; empty: no strip
	Today  civil.Date      // the reporting day; zero: none, then nothing is said of days left
	Closed civil.Date      // zero: still pending

	// Standing is near or suspended where the ledger knows the case to be; else the days tell.
	Standing string
}

// Model is everything shown about one limit, ready to print.
type Model struct {
	Due, Weekday string // Due is "" where the law sets no limit
	State        State
	Chips        []Chip
	Facts        []Fact
	Steps        []Step
	Findings     []Finding
	Years        []Year
	Runs         []Run
	Legend       []Key
}

// State says by shape and word where a case stands on the reporting day; Kind is below,
// above (unusual) or case.
type State struct{ Kind, Shape, Text string }

// Chip is a short mark; Hint explains it.
type Chip struct{ Text, Hint string }

// Fact is one line of the head.
type Fact struct{ Label, Text, Note string }

// Step is one link of the chain.
type Step struct{ Day, Text, Source, Evidence, EvidenceText, Reached string }

// Finding is a doubt, as a question to look into.
type Finding struct{ Code, Name, Text string }

// Year is the months of one year; those long ago start folded.
type Year struct {
	Label, Sum string
	Open       bool
	Months     []Month
}

// Month is one row of the strip with a place for each of 31 days.
type Month struct {
	Label string
	Cells []Cell
}

// Cell is one day; a day that does not exist or lies outside has no Class.
type Cell struct {
	Class, Mark, Reason string
	Focus               bool // reached by the Tab key; the others by arrows
}

// Run is a stretch of days with one reason.
type Run struct {
	Span, Days, Mark, Class, Kind string
	Reason                        string
}

// Key is one line of the legend.
type Key struct{ Class, Mark, Text string }

// MaxDays is the longest strip that is drawn day by day, some ten years.
const MaxDays = 3700

// over is the kind of the days after the due date while a case is still pending; the engine
// has no word for it, because it knows no reporting day.
const over timelimit.DayKind = "over"

// builder puts a model together.
type builder struct {
	Words
	in      Input
	reasons map[runKey]string
}

// runKey tells stretches of days apart.
type runKey struct {
	kind  timelimit.DayKind
	event int
}

// Of builds the model of one limit.
func Of(w Words, in Input) Model {
	b := &builder{Words: w, in: in, reasons: map[runKey]string{}}
	m := Model{Facts: b.facts(), Steps: b.steps(), Chips: b.chips(), State: b.state()}
	if r := in.Result; !r.Day.IsZero() {
		m.Due, m.Weekday = b.due(), b.weekday(r.Day)
	}
	for _, f := range in.Result.Findings {
		m.Findings = append(m.Findings, Finding{Code: f.Code, Name: b.word("strip.finding.", f.Code), Text: w.Pick(f.Text)})
	}
	days := b.days()
	m.Years, m.Runs, m.Legend = b.years(days), b.runs(days), b.legend(days)
	return m
}

// word is the name of a code, the code itself where there is none.
func (b *builder) word(kind, code string) string {
	if !b.Has(kind + code) {
		return code
	}
	return b.T(kind + code)
}

// due prints the due date, with the hour of limits in hours.
func (b *builder) due() string {
	r := b.in.Result
	if r.Clock == 0 {
		return r.Day.String()
	}
	return r.Day.String() + " " + r.Deadline.String()[len("2006-01-02T"):]
}

func (b *builder) weekday(d civil.Date) string {
	return b.T("strip.weekday." + strconv.Itoa(int(d)%7)) // 0001-01-01, day 1, was a Monday
}

// state tells where the case stands on the reporting day. On the due day itself it is not
// yet over.
func (b *builder) state() State {
	due, today, closed := b.in.Result.Day, b.in.Today, b.in.Closed
	switch {
	case due.IsZero():
		return State{"case", "–", b.T("strip.no_limit")}
	case !closed.IsZero() && closed > due:
		return State{"above", "▲", b.N("strip.closed_late", int64(closed.Sub(due)), "Day", closed)}
	case !closed.IsZero():
		return State{"case", "●", b.T("strip.closed_in_time", "Day", closed)}
	case today.IsZero():
		return State{}
	case b.in.Standing == "suspended":
		return State{"case", "‖", b.T("strip.suspended", "Day", due)}
	case today > due:
		return State{"above", "▲", b.N("strip.over", int64(today.Sub(due)))}
	case today == due:
		return State{"below", "◆", b.T("strip.due_today")}
	case b.in.Standing == "near":
		return State{"below", "◆", b.N("strip.near", int64(due.Sub(today)))}
	}
	return State{"case", "○", b.N("strip.left", int64(due.Sub(today)))}
}

// facts are the lines of the head.
func (b *builder) facts() []Fact {
	r := b.in.Result
	rule, err := b.in.Book.Rule(r.Limit.ID)
	if err != nil { // the result names a rule of this very book
		return nil
	}
	out := []Fact{{Label: b.T("strip.start"), Text: b.moment(), Note: b.Pick(rule.Start)}}
	if r.DayZero != r.Accepted && !r.DayZero.IsZero() {
		out = append(out, Fact{Label: b.T("strip.day_zero"), Text: r.DayZero.String(), Note: b.T("strip.day_zero_note")})
	}
	out = append(out,
		Fact{Label: b.T("strip.limit"), Text: r.Limit.ID + " " + b.Pick(r.Limit.Name), Note: b.T("strip.basis", "Source", r.Limit.Source.String(), "Span", b.version())},
		Fact{Label: b.T("strip.base"), Text: b.amount(r.Limit.Base)})
	if r.Measure == timelimit.InDays {
		out = append(out,
			Fact{Label: b.T("strip.deducted"), Text: b.N("strip.days", int64(r.Deducted))},
			Fact{Label: b.T("strip.extended"), Text: b.span(r.Extended)})
		if r.Reached != r.Day {
			out = append(out, Fact{Label: b.T("strip.reached"), Text: r.Reached.String(), Note: b.T("strip.reached_note")})
		}
	}
	return append(out, Fact{Label: b.T("strip.calendar"), Text: b.calendar()})
}

// moment is the acceptance, with the time of day of limits in hours.
func (b *builder) moment() string {
	if b.in.Case.Clock == 0 || b.in.Result.Measure != timelimit.InHours {
		return b.in.Result.Accepted.String()
	}
	at := timelimit.Deadline{Measure: timelimit.InHours, Day: b.in.Case.Accepted, Clock: b.in.Case.Clock}.String()
	return at[:10] + " " + at[11:]
}

// version says when the wording of the limit holds.
func (b *builder) version() string {
	l := b.in.Result.Limit
	if l.To.IsZero() {
		return b.T("strip.version_open", "From", l.From)
	}
	return b.T("strip.version", "From", l.From, "To", l.To)
}

// amount says a base in words: 6m, 1m+15d, 72h, 7wd.
func (b *builder) amount(base string) string { return Amount(b.Words, base) }

// Amount says a base as the rules files write it in words.
func Amount(w Words, base string) string {
	switch base {
	case "none", "election":
		return w.T("strip.base." + base)
	}
	out, number := "", int64(0)
	for i := 0; i < len(base); i++ {
		c := base[i]
		switch {
		case c >= '0' && c <= '9':
			number = number*10 + int64(c-'0')
		case c == '+':
			out += w.T("strip.and")
		case c == 'w':
			out, number, i = out+w.N("strip.working_days", number), 0, i+1
		default:
			out, number = out+w.N("strip.unit."+string(c), number), 0
		}
	}
	return out
}

func (b *builder) span(s timelimit.Span) string {
	if s.IsZero() {
		return b.T("strip.none")
	}
	return b.amount(s.String())
}

func (b *builder) calendar() string {
	c, err := b.in.Book.Calendars.Calendar(b.in.Result.Calendar)
	if err != nil {
		return b.in.Result.Calendar
	}
	return b.Pick(c.Name)
}

// chips are the evidence of the base, the flags, and the settings that are not the default.
func (b *builder) chips() []Chip {
	r := b.in.Result
	out := []Chip{{b.T("strip.evidence", "Mark", r.Limit.Source.Evidence), b.word("strip.evidence.", r.Limit.Source.Evidence)}}
	for _, f := range r.Flags.Names() {
		out = append(out, Chip{b.word("strip.flag.", f), b.word("strip.flag_hint.", f)})
	}
	used := map[string]bool{"inclusive": r.Settings.Inclusive, "chain_extensions": r.Settings.ChainExtensions, "pending_follows_new_law": r.Settings.PendingFollowsNew}
	for _, s := range b.in.Book.Settings {
		if used[s.Key] != s.Default {
			out = append(out, Chip{b.T("strip.setting", "Name", b.Pick(s.Name)), b.Pick(s.Meaning)})
		}
	}
	return out
}

// steps are the chain from acceptance to due date.
func (b *builder) steps() []Step {
	var out []Step
	for _, s := range b.in.Result.Steps {
		x := Step{Text: b.Pick(s.Text), Source: s.Source.String(), Evidence: s.Source.Evidence}
		if x.Evidence != "" {
			x.EvidenceText = b.word("strip.evidence.", x.Evidence)
		}
		if !s.Day.IsZero() {
			x.Day = s.Day.String()
		}
		if !s.Reached.IsZero() {
			x.Reached = s.Reached.String()
		}
		out = append(out, x)
	}
	return out
}
