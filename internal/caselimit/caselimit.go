// Package caselimit joins the ledger and the time-limit engine: it turns a case and its
// events into the engine's case, says why where it cannot, and tells where a case stands on
// a day. It never guesses between two limits or invents a length.
//
// What it understands of a [docket.Event] (its Kind, Day, Until and columns in Extra; English
// and Chinese names of a column are equal, the first filled one holds):
//
//	kind        becomes              from
//	filed …     nothing              the kinds of the vocabulary that move no date
//	extended    extend               Day = granted; months/延长月数 or days/延长天数; by/批准人, else Result; asked/申请日期; paper/文书
//	deducted    deduct               Day = first day, Until = last day, open while it is empty; why/事由; paper/文书, else Result
//	appraisal   deduct               as deducted, why is 鉴定 when not given
//	notice      deduct, notice       as deducted, why is 公告 when not given; where the law counts from the end of the notice: notice
//	suspended   deduct               as deducted, why is 中止 when not given; without Until it ends at the next resumed
//	resumed     end of a suspension  Day
//	converted   convert              Day; to/转换后程序 (procedure or limit), from/转换前程序
//	restarted   restart              Day; why/事由
//	limited     choice of the limit  limit/审限规则 (an id of rules/limits): a person decided between several
//
// and of a [docket.Case]: type code, procedure, foreign_related, limit_start_on (else
// filed_on); of its Extra columns limit/审限规则, matter/审限事项, custody/是否在押,
// over_three_years/可能判处三年以上, over_one_year/可能判处一年以上, urgent/情况紧急. Where no
// event tells more: deducted_days (its place does not change the date), suspended_on (still
// running), extended_on with months/延长月数 or days/延长天数.
package caselimit

import (
	"maps"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
)

// Problem says why no date can be computed and what to do. The zero Problem is none.
type Problem struct {
	Code   string       // one of ProblemCodes
	Text   statute.Text // what is wrong
	Remedy statute.Text // how to mend it
}

// None reports that there is no problem.
func (p Problem) None() bool { return p.Code == "" }

// The codes of problems; they are stored and never renamed.
const (
	NoRule          = "no_rule"          // no limit found in law for the type code
	Several         = "several"          // several limits are possible
	NoStart         = "no_start"         // neither limit start nor filing day
	EventDates      = "event_dates"      // impossible or missing days of an event
	ExtensionLength = "extension_length" // granted, but nobody wrote for how long
	ConversionFrom  = "conversion_from"  // which procedure the case had before
	ConversionTo    = "conversion_to"    // which procedure the case has now
	Refused         = "refused"          // the engine refuses the case; Text says why
)

// Doubts that reading the events gives, beside the findings of the engine. They do not change
// the date.
const (
	UnknownEvent   = "event_unknown"     // a kind that nobody knows: it may have moved the date
	DeductedDiffer = "deducted_differs"  // deducted_days is not what the events come to
	NeverResumed   = "suspension_no_end" // the case is closed, the suspension was never ended
)

// Column names of Extra that are read, English first.
var (
	monthsColumn = []string{"months", "延长月数", "延长期限（月）", "延长期限(月)"}
	daysColumn   = []string{"days", "延长天数", "延长期限（天）", "延长期限(天)"}
	byColumn     = []string{"by", "批准人", "批准机关", "批准法院"}
	askedColumn  = []string{"asked", "申请日期"}
	paperColumn  = []string{"paper", "文书", "文书号"}
	whyColumn    = []string{"why", "事由", "扣除事由", "中止事由", "原因"}
	toColumn     = []string{"to", "转换后程序", "转为程序"}
	fromColumn   = []string{"from", "转换前程序", "原程序"}
	limitColumn  = []string{"limit", "审限规则"}
	matterColumn = []string{"matter", "审限事项"}
)

// still are the kinds of the vocabulary that move no date.
var still = map[string]bool{
	"": true, "filed": true, "assigned": true, "served": true, "heard": true, "judged": true, "closed": true,
	"effective": true, "appealed": true, "transferred": true, "retrial_applied": true, "retrial_ordered": true,
	"enforcement_applied": true, "recovered": true, "published": true, "archived": true, "petition": true,
	"suggestion_sent": true, "suggestion_answered": true, "other": true,
}

// StillKinds lists the kinds of events that move no date, sorted; a ledger need not read them.
func StillKinds() []string { return slices.Sorted(maps.Keys(still)) }

// Moves reports whether an event of a kind can move a date, or is of a kind nobody knows.
func Moves(kind string) bool { return !still[kind] }

// column returns the first filled one of the columns.
func column(extra map[string]string, names []string) string {
	if extra == nil {
		return ""
	}
	for _, n := range names {
		if v := strings.TrimSpace(extra[n]); v != "" {
			return v
		}
	}
	return ""
}

// Of turns a ledger case and its events (in any order) into the case of the engine. Where
// that is not possible without guessing, the problem says why.
func Of(book *timelimit.Book, c *docket.Case, events []docket.Event) (timelimit.Case, Problem) {
	r := reading{book: book, c: c}
	r.read(events)
	return r.out, r.problem
}

// reading is the translation of one case under way.
type reading struct {
	book    *timelimit.Book
	c       *docket.Case
	out     timelimit.Case
	problem Problem
	doubts  []string
	limited string           // the limit a person chose
	open    []int            // suspensions without an end, indices of out.Events
	turns   []conversionStep // conversions in the order of days
}

// conversionStep is a conversion before its procedures are looked up.
type conversionStep struct {
	at       int // index in out.Events
	from, to string
}

func (r *reading) read(events []docket.Event) {
	if r.out.Accepted = r.c.LimitStartOn; r.out.Accepted.IsZero() {
		r.out.Accepted = r.c.FiledOn
	}
	if r.out.Accepted.IsZero() {
		r.fail(Problem{NoStart, statute.Text{Zh: "没有审限起始日期，也没有立案日期", En: "neither the start of the limit nor the filing day is given"},
			statute.Text{Zh: "补填立案日期或审限起始日期", En: "fill in the filing day or the start of the limit"}})
		return
	}
	r.facts()
	for i := range events {
		if !still[events[i].Kind] {
			r.moving(events)
			break
		}
	}
	r.columns()
	r.procedure()
}

// fail keeps the first problem.
func (r *reading) fail(p Problem) {
	if r.problem.None() {
		r.problem = p
	}
}

// facts takes the yes/no facts of the whole case from its extra columns.
func (r *reading) facts() {
	if r.c.Extra == nil {
		return
	}
	if yes(column(r.c.Extra, []string{"custody", "是否在押", "在押"})) {
		r.out.Events = append(r.out.Events, timelimit.Event{Kind: timelimit.CustodyEvent, Yes: true})
	}
	for _, f := range []struct{ name, zh string }{
		{"over_three_years", "可能判处三年以上"}, {"over_one_year", "可能判处一年以上"}, {"urgent", "情况紧急"},
	} {
		if yes(column(r.c.Extra, []string{f.name, f.zh})) {
			r.out.Events = append(r.out.Events, timelimit.Event{Kind: timelimit.OptionEvent, Name: f.name, Yes: true})
		}
	}
}

func yes(s string) bool {
	switch strings.ToLower(s) {
	case "是", "yes", "true", "y", "1", "在押":
		return true
	}
	return false
}

// columns takes from the case record what no event told.
func (r *reading) columns() {
	extended, deducted := false, false
	for i := range r.out.Events {
		extended = extended || r.out.Events[i].Kind == timelimit.ExtendEvent
		deducted = deducted || r.out.Events[i].Kind == timelimit.DeductEvent
	}
	c, start := r.c, r.out.Accepted
	if !c.ExtendedOn.IsZero() && !extended {
		r.extend(docket.Event{Kind: "extended", Day: c.ExtendedOn, Extra: c.Extra}, statute.Text{Zh: "延长审限日期", En: "extended_on"})
	}
	switch {
	case deducted:
		r.compareDeducted()
	case c.DeductedDays > 0:
		r.out.Events = append(r.out.Events, timelimit.Event{Kind: timelimit.DeductEvent, From: start, To: start.AddDays(int(c.DeductedDays))})
	}
	if !c.SuspendedOn.IsZero() && !deducted {
		e := timelimit.Event{Kind: timelimit.DeductEvent, From: c.SuspendedOn, Why: "中止"}
		r.out.Events = append(r.out.Events, e)
		r.open = append(r.open, len(r.out.Events)-1)
	}
	r.closeOpen()
}

// closeOpen ends what was never ended where the case is closed; on an open case it runs on.
func (r *reading) closeOpen() {
	closed := r.c.ClosedOn
	if closed.IsZero() {
		return
	}
	for i := range r.out.Events {
		if e := &r.out.Events[i]; e.Kind == timelimit.DeductEvent && e.To.IsZero() {
			e.To = max(e.From, closed)
			r.doubt(NeverResumed)
		}
	}
}

func (r *reading) doubt(code string) {
	for _, have := range r.doubts {
		if have == code {
			return
		}
	}
	r.doubts = append(r.doubts, code)
}

// compareDeducted marks a case whose column of deducted days is not what its ended intervals
// come to, each day once.
func (r *reading) compareDeducted() {
	if r.c.DeductedDays == 0 {
		return
	}
	if days := deductedDays(r.out.Events, civil.MaxDate); days != int(r.c.DeductedDays) {
		r.doubt(DeductedDiffer)
	}
}
