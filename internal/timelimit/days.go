package timelimit

import "zhunsheng/internal/civil"

// DayKind says what one calendar day did in a limit.
type DayKind string

// The kinds of day.
const (
	DayStart     DayKind = "start"     // acceptance, or day 0 after a restart: never counts
	DayLapsed    DayKind = "lapsed"    // before a restart: no longer counts
	DayCounted   DayKind = "counted"   // a day of the base
	DayExtended  DayKind = "extended"  // a day of an extension
	DayDeducted  DayKind = "deducted"  // does not count, see Cause
	DaySuspended DayKind = "suspended" // as deducted, the trial was suspended
	DayOff       DayKind = "off"       // in limits of working days: a day off
	DayShift     DayKind = "shift"     // after the last day, while days are off or before a late deduction
)

// Day is one calendar day of a case.
type Day struct {
	Day   civil.Date
	Kind  DayKind
	Event int    // the deduction that takes the day out, index in Case.Events; -1 for none
	Cause string // its cause as entered
	Paper string // its document
}

// Days returns one entry for every calendar day from acceptance to the due date; nothing
// where the law sets no limit. The counted and extended days together are the limit.
func Days(b *Book, c *Case, set Settings) ([]Day, *Result, error) {
	r, err := Compute(b, c, set)
	if err != nil || r.Measure == NoLimit {
		return nil, r, err
	}
	w := walker{r: r, c: c, set: &set, book: b}
	w.ignored()
	var out []Day
	for d := r.Accepted; d <= max(r.Day, r.Accepted); d++ {
		out = append(out, w.day(d))
	}
	return out, r, nil
}

// walker goes through the days of a result.
type walker struct {
	r       *Result
	c       *Case
	set     *Settings
	book    *Book
	late    map[int]bool // events without effect
	counted int
}

// ignored notes the events that came too late.
func (w *walker) ignored() {
	w.late = map[int]bool{}
	for _, s := range w.r.Steps {
		if s.Kind == "late" {
			w.late[s.Event] = true
		}
	}
}

func (w *walker) day(d civil.Date) Day {
	out := Day{Day: d, Event: -1}
	switch {
	case d == w.r.Accepted || d == w.r.DayZero:
		out.Kind = DayStart
	case w.r.Measure == InWorkingDays:
		out.Kind = w.working(d)
	case w.r.Measure != InDays:
		out.Kind = DayCounted
	case d < w.r.DayZero:
		out.Kind = DayLapsed
	default:
		w.limit(&out)
	}
	return out
}

func (w *walker) working(d civil.Date) DayKind {
	if cal, err := w.book.Calendars.Calendar(w.r.Calendar); err == nil && cal.Off(d) {
		return DayOff
	}
	return DayCounted
}

// limit tells deducted days from those that count, and these from the days after the end.
func (w *walker) limit(out *Day) {
	if i := w.deduction(out.Day); i >= 0 {
		e := &w.c.Events[i]
		out.Kind, out.Event, out.Cause, out.Paper = DayDeducted, i, e.Why, e.Paper
		if k := w.book.cause(e.Why); k >= 0 && w.book.Causes[k].Suspends {
			out.Kind = DaySuspended
		}
		return
	}
	switch w.counted++; {
	case w.counted > w.r.counted:
		out.Kind = DayShift
	case w.counted > w.r.basic:
		out.Kind = DayExtended
	default:
		out.Kind = DayCounted
	}
}

// deduction returns the deduction in effect that takes a day out, the earliest first; -1 none.
func (w *walker) deduction(d civil.Date) int {
	best := -1
	for i := range w.c.Events {
		e := &w.c.Events[i]
		if e.Kind != DeductEvent || w.late[i] {
			continue
		}
		first, to := e.From.AddDays(1), e.To
		if w.set.Inclusive {
			first = e.From
		}
		if to.IsZero() {
			to = max(e.From, w.set.OpenUntil)
		}
		if first <= d && d <= to && (best < 0 || e.From < w.c.Events[best].From) {
			best = i
		}
	}
	return best
}
