package strip

import (
	"strconv"
	"strings"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/timelimit"
)

// day is one calendar day with what the strip says of it.
type day struct {
	timelimit.Day
	nth int // of the counted days, or of those over
	off bool
}

// days numbers the days of the limit and adds those after the due date while the case was
// still pending.
func (b *builder) days() []day {
	cal, _ := b.in.Book.Calendars.Calendar(b.in.Result.Calendar)
	var out []day
	counted := 0
	for _, d := range b.in.Days {
		x := day{Day: d, off: cal != nil && cal.Off(d.Day)}
		if d.Kind == timelimit.DayCounted || d.Kind == timelimit.DayExtended {
			counted++
			x.nth = counted
		}
		out = append(out, x)
	}
	last := b.in.Today
	if !b.in.Closed.IsZero() {
		last = b.in.Closed
	}
	if len(out) == 0 || last.IsZero() {
		return out
	}
	due := b.in.Result.Day
	for d := due + 1; d <= last && len(out) < MaxDays; d++ {
		out = append(out, day{Day: timelimit.Day{Day: d, Kind: over, Event: -1}, nth: d.Sub(due), off: cal != nil && cal.Off(d)})
	}
	return out
}

// years cuts the days into rows of months, months into years.
func (b *builder) years(days []day) []Year {
	if len(days) == 0 {
		return nil
	}
	var out []Year
	focus := b.focus(days)
	for _, d := range days {
		y, m, n := d.Day.Day.YMD()
		if len(out) == 0 || out[len(out)-1].Label != strconv.Itoa(y) {
			out = append(out, Year{Label: strconv.Itoa(y)})
		}
		year := &out[len(out)-1]
		label := b.T("strip.month", "Y", y, "M", m)
		if k := len(year.Months); k == 0 || year.Months[k-1].Label != label {
			year.Months = append(year.Months, Month{Label: label, Cells: make([]Cell, 31)})
		}
		year.Months[len(year.Months)-1].Cells[n-1] = b.cell(d, d.Day.Day == focus)
	}
	for i := range out {
		out[i].Open = i >= len(out)-2
		out[i].Sum = b.sum(days, out[i].Label)
	}
	return out
}

// focus is the day that the Tab key reaches: the reporting day, else the due date.
func (b *builder) focus(days []day) civil.Date {
	first, last := days[0].Day.Day, days[len(days)-1].Day.Day
	for _, d := range []civil.Date{b.in.Today, b.in.Result.Day} {
		if d >= first && d <= last {
			return d
		}
	}
	return last
}

// sum says how many days of each kind a year has.
func (b *builder) sum(days []day, year string) string {
	count := map[timelimit.DayKind]int{}
	for _, d := range days {
		if strconv.Itoa(d.Day.Day.Year()) == year {
			count[d.Kind]++
		}
	}
	var parts []string
	for _, k := range kinds {
		if n := count[k]; n > 0 {
			parts = append(parts, b.T("strip.sum", "Kind", b.T("strip.kind."+string(k)), "N", n))
		}
	}
	return strings.Join(parts, " · ")
}

// kinds is the order of the legend.
var kinds = []timelimit.DayKind{timelimit.DayStart, timelimit.DayCounted, timelimit.DayExtended, timelimit.DayDeducted,
	timelimit.DaySuspended, timelimit.DayOff, timelimit.DayShift, timelimit.DayLapsed, over}

// mark is the letter of a kind of day; a counted day, the usual one, has none.
func (b *builder) mark(k timelimit.DayKind) string {
	if k == timelimit.DayCounted {
		return ""
	}
	return b.T("strip.mark." + string(k))
}

func (b *builder) cell(d day, focus bool) Cell {
	c := Cell{Class: "d-" + string(d.Kind), Mark: b.mark(d.Kind), Focus: focus}
	if d.off {
		c.Class += " d-weekend"
	}
	parts := []string{d.Day.Day.String() + " " + b.weekday(d.Day.Day)}
	if d.off && d.Kind != timelimit.DayOff {
		parts[0] += b.T("strip.paren", "Text", b.dayOff(d.Day.Day))
	}
	if d.Day.Day == b.in.Result.Day {
		c.Class, c.Mark = c.Class+" d-due", b.T("strip.mark.due")
		parts = append(parts, b.T("strip.kind.due"))
	}
	if d.Day.Day == b.in.Today {
		c.Class += " d-today"
		parts = append(parts, b.T("strip.today"))
	}
	kind := b.T("strip.kind." + string(d.Kind))
	if d.nth > 0 {
		kind += b.T("strip.nth", "N", d.nth)
	}
	c.Reason = strings.Join(append(parts, kind, b.reason(d)), " · ")
	return c
}

// dayOff names the festival of a day off.
func (b *builder) dayOff(d civil.Date) string {
	cal, err := b.in.Book.Calendars.Calendar(b.in.Result.Calendar)
	if err != nil {
		return ""
	}
	if kind, festival := cal.Kind(d); kind == calendar.Holiday && festival != "" {
		return festival
	}
	return b.T("strip.off")
}

// reason says why a day is what it is: the statute, the document, who approved, when entered.
func (b *builder) reason(d day) string {
	key := runKey{d.Kind, d.Event}
	if d.Kind == timelimit.DayStart && d.Day.Day != b.in.Result.Accepted {
		key.event = -2 // the start of the limit counted anew
	}
	if text, ok := b.reasons[key]; ok {
		return text
	}
	text := b.explain(key)
	b.reasons[key] = text
	return text
}

func (b *builder) explain(key runKey) string {
	switch key.kind {
	case timelimit.DayDeducted, timelimit.DaySuspended:
		return b.event(key.event)
	case timelimit.DayExtended:
		return b.stepTexts("extend")
	case timelimit.DayShift:
		return b.stepTexts("shift", "kept")
	case timelimit.DayLapsed:
		return b.stepTexts("restart", "notice", "convert")
	case timelimit.DayOff:
		return b.T("strip.working_only")
	case over:
		return b.T("strip.after_due", "Day", b.in.Result.Day)
	case timelimit.DayStart:
		if key.event == -2 {
			return b.stepTexts("restart", "notice", "convert")
		}
		return b.stepTexts("accepted")
	}
	l := b.in.Result.Limit
	return b.T("strip.basis", "Source", l.Source.String(), "Span", b.version())
}

// stepTexts joins the texts of the steps of some kinds with their articles.
func (b *builder) stepTexts(kinds ...string) string {
	var out []string
	for _, s := range b.in.Result.Steps {
		for _, k := range kinds {
			if s.Kind != k {
				continue
			}
			text := b.Pick(s.Text)
			if src := s.Source.String(); src != "" {
				text += b.T("strip.paren", "Text", src)
			}
			if s.Event >= 0 {
				text += b.proof(s.Event)
			}
			out = append(out, text)
		}
	}
	return strings.Join(out, b.T("strip.semicolon"))
}

// event is the reason of a deduction: its cause, article, document, approval and entry.
func (b *builder) event(i int) string {
	if i < 0 || i >= len(b.in.Case.Events) {
		return ""
	}
	e := &b.in.Case.Events[i]
	to := b.T("strip.still_running")
	if !e.To.IsZero() {
		to = e.To.String()
	}
	why := e.Why
	if why == "" {
		why = b.T("strip.no_cause")
	}
	text := b.T("strip.interval", "Why", why, "From", e.From, "To", to)
	for _, s := range b.in.Result.Steps {
		if src := s.Source.String(); s.Kind == "deduct" && s.Event == i && src != "" {
			text += b.T("strip.paren", "Text", src)
		}
	}
	return text + b.proof(i)
}

// proof says which document proves an event, who approved it and when it was entered.
func (b *builder) proof(i int) string {
	e := &b.in.Case.Events[i]
	out := ""
	if e.By != "" {
		out += " · " + b.T("strip.by", "Who", e.By)
	}
	paper := e.Paper
	if paper == "" {
		paper = b.T("strip.no_paper")
	}
	out += " · " + b.T("strip.paper", "Paper", paper)
	if !e.Entered.IsZero() {
		out += " · " + b.T("strip.entered", "Day", e.Entered)
	}
	return out
}

// runs joins the days with one reason.
func (b *builder) runs(days []day) []Run {
	var out []Run
	for i := 0; i < len(days); {
		j := i + 1
		for j < len(days) && days[j].Kind == days[i].Kind && days[j].Event == days[i].Event {
			j++
		}
		first, last := days[i].Day.Day, days[j-1].Day.Day
		span := first.String()
		if last != first {
			span += "—" + last.String()
		}
		kind := string(days[i].Kind)
		out = append(out, Run{Span: span, Days: b.N("strip.days", int64(j-i)), Mark: b.mark(days[i].Kind), Class: "d-" + kind, Kind: b.T("strip.kind." + kind), Reason: b.reason(days[i])})
		i = j
	}
	return out
}

// legend lists the kinds of day that the strip has.
func (b *builder) legend(days []day) []Key {
	seen := map[timelimit.DayKind]bool{}
	today, weekend := false, false
	for _, d := range days {
		seen[d.Kind] = true
		today, weekend = today || d.Day.Day == b.in.Today, weekend || d.off
	}
	var out []Key
	for _, k := range kinds {
		if seen[k] {
			out = append(out, Key{"d-" + string(k), b.mark(k), b.T("strip.kind." + string(k))})
		}
	}
	if len(days) > 0 {
		out = append(out, Key{"d-due", b.T("strip.mark.due"), b.T("strip.kind.due")})
	}
	if weekend {
		out = append(out, Key{"d-counted d-weekend", "", b.T("strip.off")})
	}
	if today {
		out = append(out, Key{"d-counted d-today", "", b.T("strip.today")})
	}
	return out
}
