package timelimit

import (
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Flags stand beside a date and never change it.
type Flags uint8

// The flags.
const (
	Late            Flags = 1 << iota // an event came after the end and had no effect
	Long                              // an extension is longer than the law allows; it is not cut
	CalendarUnknown                   // the days off around the end are not fully published
	Provisional                       // a deduction still runs; the date will move
)

var flagNames = []string{"late", "long", "calendar", "provisional"}

// Names lists the flags in a fixed order.
func (f Flags) Names() []string {
	var out []string
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// Deadline is the answer: a day, a day with an hour, or none.
type Deadline struct {
	Measure Measure
	Day     civil.Date // zero: the law sets no limit
	Clock   Clock      // of limits in hours
}

// String prints YYYY-MM-DD, YYYY-MM-DDTHH:MM or none.
func (d Deadline) String() string {
	switch {
	case d.Measure == NoLimit:
		return "none"
	case d.Clock > 0:
		m := int(d.Clock) - 1
		return fmt.Sprintf("%sT%02d:%02d", d.Day, m/60, m%60)
	}
	return d.Day.String()
}

// maxGrants bounds the ways to extend in one version.
const maxGrants = 6

// Due computes when a case is due, without the reasons; it allocates nothing for a usual
// case. It gives the same answer as [Compute].
func Due(b *Book, c *Case, set *Settings) (Deadline, Flags, error) {
	s := state{book: b, c: c, set: set}
	due, err := s.run()
	return due, s.flags, err
}

// state is a computation under way. Its fields follow the text of time-limits.md 3.7.
type state struct {
	book *Book
	c    *Case
	set  *Settings
	cal  *calendar.Calendar
	tr   *trace // nil: nobody wants the reasons

	rule     *Rule
	version  *Version // the wording the base is taken from
	base     Amount
	facts    Facts
	election civil.Date
	flags    Flags

	dayZero  civil.Date
	extended Span
	granted  [maxGrants]Span // by way of extending
	deducted int             // days deducted after day 0
	covered  civil.Date      // the last of them
	lift     civil.Date      // last `to` of a deduction in effect
	mark     civil.Date      // chained extensions: where the last one ended …
	marked   int             // … and how many days were deducted by then
}

// run follows the evaluation order: errors, special limits, events by date, shift.
func (s *state) run() (Deadline, error) {
	if err := s.prepare(); err != nil {
		return Deadline{}, err
	}
	switch s.rule.Measure {
	case NoLimit:
		s.tr.none(s)
		return Deadline{Measure: NoLimit}, nil
	case BeforeVote:
		return s.beforeVote()
	case InHours:
		return s.hours()
	case InWorkingDays:
		return s.workingDays()
	}
	s.tr.begin(s)
	if err := s.events(); err != nil {
		return Deadline{}, err
	}
	return s.shifted(s.reached())
}

// prepare looks up rule, facts, calendar and base and refuses what step 1 calls an error.
func (s *state) prepare() error {
	var err error
	if s.rule, err = s.book.Rule(s.c.Procedure); err != nil {
		return err
	}
	if s.c.Accepted < civil.MinDate || s.c.Accepted > civil.MaxDate {
		return fault.At("accepted", "is missing or no day of the years 1 to 9999", "write YYYY-MM-DD")
	}
	if s.rule.at(s.c.Accepted) == nil {
		return notInForce(s.rule, s.c.Accepted)
	}
	name := s.set.Calendar
	for i := range s.c.Events {
		e := &s.c.Events[i]
		if err := s.check(e); err != nil {
			return at(i, err)
		}
		switch e.Kind {
		case CalendarEvent:
			name = e.Name
		case CustodyEvent:
			s.fact(InCustody, e.Yes)
		case OptionEvent:
			s.fact(factByName[e.Name], e.Yes)
		case ElectionEvent:
			s.election = e.On
		}
	}
	if s.cal = s.book.national; name != "" && name != calendar.National {
		if s.cal, err = s.book.Calendars.Calendar(name); err != nil {
			return err
		}
	}
	s.dayZero = s.c.Accepted
	s.take(s.rule)
	return nil
}

func notInForce(r *Rule, day civil.Date) error {
	if last := r.Versions[len(r.Versions)-1]; day >= r.Versions[0].From {
		return fault.At("accepted", fmt.Sprintf("%s: %s is not in force any more, its last version ended on %s", day, r.ID, last.To), "check the date, or use the limit of that time")
	}
	return fault.At("accepted", fmt.Sprintf("%s: %s is not in force before %s", day, r.ID, r.Versions[0].From), "check the date, or use the limit of that time")
}

// fact sets or clears a fact of the case; the last event in the list holds.
func (s *state) fact(f Facts, yes bool) {
	s.facts &^= f
	if yes {
		s.facts |= f
	}
}

// take makes r the rule: its base by the law in force on the day of acceptance, unless the
// setting lets a new law reach back to pending cases.
func (s *state) take(r *Rule) {
	s.rule, s.version = r, r.at(s.c.Accepted)
	if s.set.PendingFollowsNew {
		for i := range r.Versions {
			v := &r.Versions[i]
			if v.Pending && s.c.Accepted < v.From && v.base(s.facts).Span.add(s.c.Accepted, r.MonthEnd) >= v.From {
				s.version = v
			}
		}
	}
	s.base = s.version.base(s.facts)
}

// check refuses an event that is malformed or that the rule does not allow.
func (s *state) check(e *Event) error {
	switch e.Kind {
	case CalendarEvent:
		if e.Name == calendar.National {
			return nil
		}
		_, err := s.book.Calendars.Calendar(e.Name)
		return err
	case CustodyEvent:
		if e.Yes && !s.rule.Custody {
			return fault.At("custody", s.rule.ID+" knows no custody", "only criminal limits do; remove the event")
		}
		return nil
	case OptionEvent:
		if f, ok := factByName[e.Name]; (!ok || f == InCustody) && e.Name != "party" {
			return fault.At("option name", fmt.Sprintf("unknown option %q", e.Name), "use over_three_years, over_one_year, urgent or party")
		}
		return nil
	case ElectionEvent:
		if s.rule.Measure != BeforeVote {
			return fault.At("election", s.rule.ID+" does not depend on an election", "only CV-VOTE does; remove the event")
		}
		return days(e, e.On)
	case RestartEvent, NoticeEvent, ConvertEvent, ExtendEvent, DeductEvent:
		return s.checkMove(e)
	}
	return fault.Invalidf("%s is no kind of event", e.Kind)
}

// days refuses dates that are missing or outside the years 1 to 9999.
func days(e *Event, list ...civil.Date) error {
	for _, d := range list {
		if d < civil.MinDate || d > civil.MaxDate {
			return fault.At(e.Kind.String(), "a date is missing or no day of the years 1 to 9999", "write YYYY-MM-DD")
		}
	}
	return nil
}

// checkMove refuses an event that moves the date where the table of 3.7 does not allow it.
func (s *state) checkMove(e *Event) error {
	if s.rule.Measure != InDays && s.rule.Measure != NoLimit {
		return fault.At(e.Kind.String(), s.rule.ID+" is not moved by it", "remove the event")
	}
	if err := s.checkDates(e); err != nil {
		return err
	}
	switch e.Kind {
	case NoticeEvent:
		if s.rule.Notice == nil && s.rule.Measure == InDays {
			return fault.At("notice", "a public notice does not postpone the start of "+s.rule.ID, "enter it as deduct")
		}
	case ConvertEvent:
		return s.checkConvert(e)
	case ExtendEvent:
		if (e.Months > 0) == (e.Days > 0) || e.Months < 0 || e.Days < 0 || e.Months > maxLength || e.Days > maxLength {
			return fault.At("extend months, days", "exactly one of them, a whole number above 0, is needed", "write months or days")
		}
	}
	return nil
}

// checkDates refuses missing dates, intervals that end before they begin, and steps before
// the case was accepted.
func (s *state) checkDates(e *Event) error {
	from, to := e.On, e.On
	if e.Kind == NoticeEvent || e.Kind == DeductEvent {
		from, to = e.From, s.until(e)
		if to.IsZero() && e.Kind == DeductEvent && !from.IsZero() {
			return fault.At("deduct to", "is missing: the deduction still runs", "write the day it ended, or the reporting day")
		}
	}
	if err := days(e, from, to); err != nil {
		return err
	}
	if to < from {
		return fault.At(e.Kind.String(), fmt.Sprintf("ends on %s, before it begins on %s", to, from), "exchange or correct the dates")
	}
	if e.Kind != DeductEvent && to < s.c.Accepted {
		return fault.At(e.Kind.String(), fmt.Sprintf("%s is before the case was accepted on %s", to, s.c.Accepted), "correct one of the dates")
	}
	return nil
}

// until is the end of a notice or deduction; one that still runs ends on the reporting day.
func (s *state) until(e *Event) civil.Date {
	if e.To.IsZero() && e.Kind == DeductEvent && !s.set.OpenUntil.IsZero() {
		return max(e.From, s.set.OpenUntil)
	}
	return e.To
}

// checkConvert refuses a conversion to another line, to a special limit, or to a limit that
// was not in force when the case was accepted.
func (s *state) checkConvert(e *Event) error {
	to, err := s.book.Rule(e.Name)
	if err != nil {
		return err
	}
	if s.rule.Measure == NoLimit {
		return nil
	}
	if !s.rule.convertible(to) {
		return fault.At("convert to", fmt.Sprintf("%s cannot become %s", s.rule.ID, to.ID), "name a limit in days or months of the same line (civil, criminal, administrative)")
	}
	if to.at(s.c.Accepted) == nil {
		return notInForce(to, s.c.Accepted)
	}
	return nil
}

// reached is day 0 plus base and extension months in one step, plus their days, plus the days
// deducted; not before the end of a deduction in effect.
func (s *state) reached() civil.Date {
	return max(s.counted(), s.lift)
}

func (s *state) counted() civil.Date {
	if s.mark != 0 {
		return s.mark.AddDays(s.deducted - s.marked)
	}
	return s.base.Span.plus(s.extended).add(s.dayZero, s.rule.MonthEnd).AddDays(s.deducted)
}

// end is reached, moved from a day off: what decides whether an event came too late.
func (s *state) end() civil.Date { return s.moved(s.reached()) }

func (s *state) moves() bool {
	return s.rule.Shift && !(s.rule.Custody && s.facts&InCustody != 0)
}

// events takes the events that move the date: by date, then by kind, then as listed.
func (s *state) events() error {
	var small [16]int
	order := small[:0]
	for i := range s.c.Events {
		if s.c.Events[i].Kind <= DeductEvent {
			order = append(order, i)
		}
	}
	if len(order) > 1 {
		slices.SortStableFunc(order, func(i, j int) int {
			a, b := &s.c.Events[i], &s.c.Events[j]
			if d := a.date().Sub(b.date()); d != 0 {
				return d
			}
			return int(a.Kind) - int(b.Kind)
		})
	}
	for _, i := range order {
		s.event(i)
		if s.counted() > civil.MaxDate {
			return at(i, fault.Invalidf("the limit would end after the year 9999; correct the lengths"))
		}
	}
	return nil
}

// event applies one event; all but restart and notice have no effect after the end.
func (s *state) event(i int) {
	e := &s.c.Events[i]
	if e.Kind > NoticeEvent {
		if end := s.end(); e.date() > end {
			s.flags |= Late
			s.tr.late(s, i, end)
			return
		}
	}
	switch e.Kind {
	case RestartEvent, NoticeEvent:
		s.restart(e.date())
		s.tr.restarted(s, i)
	case ConvertEvent:
		from := s.rule
		to, _ := s.book.Rule(e.Name) // prepare has checked it
		s.lapse()
		s.take(to)
		if to.Convert.Restarts {
			s.restart(e.On)
		}
		s.tr.converted(s, i, from)
	case ExtendEvent:
		s.extend(i, e)
	case DeductEvent:
		s.deduct(i, e)
	}
}

// lapse drops all extensions.
func (s *state) lapse() {
	s.extended, s.granted, s.mark = Span{}, [maxGrants]Span{}, 0
}

// restart makes d day 0; extensions and the days deducted up to d are gone, later ones stay.
// Events come by date, so the days deducted after d are one run that ends on covered.
func (s *state) restart(d civil.Date) {
	s.dayZero = d
	s.lapse()
	s.deducted = max(0, s.covered.Sub(d))
}

// extend adds an extension as it was granted and flags what the law does not allow.
func (s *state) extend(i int, e *Event) {
	span := Span{e.Months, e.Days}
	var before civil.Date
	if s.tr != nil || s.set.ChainExtensions {
		before = s.reached()
	}
	s.tr.asked(s, i, before)
	if s.set.ChainExtensions {
		s.mark, s.marked = span.add(before, s.rule.MonthEnd), s.deducted
	}
	s.extended = s.extended.plus(span)
	judged := s.judge(e, span)
	if judged.long {
		s.flags |= Long
	}
	s.tr.extended(s, i, before, judged)
}

// judgement is what the law says of an extension.
type judgement struct {
	version   *Version
	grant     *Grant // the way that was used; nil when it is not clear or not allowed
	authority string // who granted it, "" when not recognised
	long      bool
	wrong     bool // the law knows nobody of that kind for this limit
	allowed   Span // the longest extension by law, in all
}

// judge compares an extension with the law in force on the day it was granted.
func (s *state) judge(e *Event, span Span) judgement {
	j := judgement{version: s.rule.at(e.On), authority: s.book.authority(e.By)}
	if j.version == nil {
		j.long = true
		return j
	}
	at, bounded := -1, true
	for i := range j.version.Extend {
		g := &j.version.Extend[i]
		if !g.open(s.facts) {
			continue
		}
		if at < 0 && j.authority != "" && slices.Contains(g.By, j.authority) {
			at = i
		}
		bounded = bounded && !g.Max.IsZero() && !g.Each
		j.allowed = j.allowed.plus(g.Max)
	}
	if at < 0 {
		j.wrong = j.authority != ""
		j.long = bounded && s.beyond(s.extended, j.allowed)
		return j
	}
	j.grant = &j.version.Extend[at]
	s.granted[at] = s.granted[at].plus(span)
	switch {
	case j.grant.Max.IsZero():
	case j.grant.Each:
		j.long = s.beyond(span, j.grant.Max)
	default:
		j.long = s.beyond(s.granted[at], j.grant.Max) || bounded && s.beyond(s.extended, j.allowed)
	}
	return j
}

// beyond reports whether base plus a ends later than base plus b, counted from day 0.
func (s *state) beyond(a, b Span) bool {
	policy := s.rule.MonthEnd
	return s.base.Span.plus(a).add(s.dayZero, policy) > s.base.Span.plus(b).add(s.dayZero, policy)
}

// deduct adds the days of an interval to the set of deducted days, no day twice. Intervals
// come by their first day, so a day is new exactly when it lies after covered.
func (s *state) deduct(i int, e *Event) {
	to := s.until(e)
	if e.To.IsZero() {
		s.flags |= Provisional
	}
	first := e.From.AddDays(1)
	if s.set.Inclusive {
		first = e.From
	}
	var before civil.Date
	if s.tr != nil {
		before = s.reached()
	}
	added := max(0, to.Sub(max(first, s.covered.AddDays(1), s.dayZero.AddDays(1)))+1)
	s.deducted += added
	s.covered, s.lift = max(s.covered, to), max(s.lift, to)
	s.tr.deducted(s, i, deduction{first, to, before, added})
}

// shifted moves the date reached from a day off, once, at the very end.
func (s *state) shifted(reached civil.Date) (Deadline, error) {
	due := reached
	if s.moves() {
		due = s.cal.Next(reached)
		s.known(reached, due)
	}
	if due > civil.MaxDate {
		return Deadline{}, fault.Invalidf("the limit would end after the year 9999; correct the dates")
	}
	s.tr.shifted(s, reached, due)
	return Deadline{Day: due}, nil
}

// known flags years around the end whose days off are not fully published.
func (s *state) known(from, to civil.Date) {
	for y := from.Year(); y <= to.Year(); y++ {
		if !s.cal.Published(y) {
			s.flags |= CalendarUnknown
			s.tr.calendarGap(s, y)
		}
	}
}

// beforeVote is the day before the election, never moved.
func (s *state) beforeVote() (Deadline, error) {
	if s.election.IsZero() {
		return Deadline{}, fault.At("events", s.rule.ID+" needs the day of the election", `add {"t": "election", "on": "YYYY-MM-DD"}`)
	}
	if s.election == civil.MinDate {
		return Deadline{}, fault.At("election", "there is no day before it", "correct the date")
	}
	due := s.election.AddDays(-1)
	s.tr.beforeVote(s, due)
	return Deadline{Measure: BeforeVote, Day: due}, nil
}

// hours counts from the next full hour, also when the time is a full hour; never moved.
func (s *state) hours() (Deadline, error) {
	if s.c.Clock <= 0 || s.c.Clock > ClockAt(23, 59) {
		return Deadline{}, fault.At("accepted", s.rule.ID+" is counted in hours and needs the time of day", "write YYYY-MM-DDTHH:MM")
	}
	hour := (int(s.c.Clock)-1)/60 + 1 + s.base.N
	due := Deadline{Measure: InHours, Day: s.c.Accepted.AddDays(hour / 24), Clock: ClockAt(hour%24, 0)}
	if due.Day > civil.MaxDate {
		return Deadline{}, fault.At("accepted", "the limit would end after the year 9999", "correct the date")
	}
	s.tr.hours(s, due)
	return due, nil
}

// workingDays counts days that are not off, from the day after acceptance.
func (s *state) workingDays() (Deadline, error) {
	due := s.c.Accepted
	for range s.base.N {
		due = s.cal.Next(due.AddDays(1))
	}
	if due > civil.MaxDate {
		return Deadline{}, fault.At("accepted", "the limit would end after the year 9999", "correct the date")
	}
	s.known(s.c.Accepted, due)
	s.tr.workingDays(s, due)
	return Deadline{Measure: InWorkingDays, Day: due}, nil
}

// String prints the flags, separated by spaces.
func (f Flags) String() string { return strings.Join(f.Names(), " ") }
