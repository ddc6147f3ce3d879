package caselimit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
)

// moving translates the events in the order of their days; of one day, as they are listed.
func (r *reading) moving(events []docket.Event) {
	order := make([]int, len(events))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return events[i].Day.Sub(events[j].Day) })
	for _, i := range order {
		e := &events[i]
		switch e.Kind {
		case "extended":
			r.extend(*e, statute.Text{Zh: "延长审限事件", En: "event extended"})
		case "deducted":
			r.deduct(e, "")
		case "appraisal":
			r.deduct(e, "鉴定")
		case "notice":
			r.deduct(e, "公告")
		case "suspended":
			if r.deduct(e, "中止") && e.Until.IsZero() {
				r.open = append(r.open, len(r.out.Events)-1)
			}
		case "resumed":
			r.resume(e)
		case "converted":
			r.convert(e)
		case "restarted":
			if r.dated(e) {
				r.out.Events = append(r.out.Events, timelimit.Event{Kind: timelimit.RestartEvent, On: e.Day, Why: whyOf(e, ""), Entered: e.EnteredOn})
			}
		case "limited":
			r.limited = column(e.Extra, limitColumn)
		default:
			if !still[e.Kind] {
				r.doubt(UnknownEvent)
			}
		}
	}
}

// dated refuses an event that moves the date and has no possible day.
func (r *reading) dated(e *docket.Event) bool {
	day := e.Day.String()
	switch {
	case e.Day.IsZero():
		r.fail(Problem{EventDates, statute.Text{Zh: fmt.Sprintf("事件%s（%s）没有日期", e.Ref, e.Kind), En: fmt.Sprintf("event %s (%s) has no day", e.Ref, e.Kind)},
			statute.Text{Zh: "补填事件日期", En: "fill in the day of the event"}})
	case !e.Until.IsZero() && e.Until < e.Day:
		r.fail(Problem{EventDates, statute.Text{Zh: fmt.Sprintf("事件%s（%s）截止日%s早于起日%s", e.Ref, e.Kind, e.Until, day), En: fmt.Sprintf("event %s (%s) ends on %s, before it begins on %s", e.Ref, e.Kind, e.Until, day)},
			statute.Text{Zh: "核对事件的起止日期", En: "check the days of the event"}})
	case e.Day < r.out.Accepted && e.Kind != "deducted" && e.Kind != "appraisal" && e.Kind != "notice" && e.Kind != "suspended":
		r.fail(Problem{EventDates, statute.Text{Zh: fmt.Sprintf("事件%s（%s）%s早于审限起始日%s", e.Ref, e.Kind, day, r.out.Accepted), En: fmt.Sprintf("event %s (%s) on %s is before the limit began on %s", e.Ref, e.Kind, day, r.out.Accepted)},
			statute.Text{Zh: "核对事件日期和立案日期", En: "check the day of the event and the filing day"}})
	default:
		return true
	}
	return false
}

// whyOf is the cause of an event; a word for the kind stands in for a missing one.
func whyOf(e *docket.Event, word string) string {
	if why := column(e.Extra, whyColumn); why != "" {
		if word == "中止" && !strings.Contains(why, word) {
			return word + "：" + why
		}
		return why
	}
	return word
}

// paperOf is the document that proves an event.
func paperOf(e *docket.Event) string {
	if p := column(e.Extra, paperColumn); p != "" {
		return p
	}
	return e.Result
}

// deduct adds an interval that does not count; without Until it still runs.
func (r *reading) deduct(e *docket.Event, word string) bool {
	if !r.dated(e) {
		return false
	}
	r.out.Events = append(r.out.Events, timelimit.Event{Kind: timelimit.DeductEvent, From: e.Day, To: e.Until,
		Why: whyOf(e, word), Paper: paperOf(e), Entered: e.EnteredOn})
	return true
}

// resume ends every suspension that began before it and has no end.
func (r *reading) resume(e *docket.Event) {
	if !r.dated(e) {
		return
	}
	for _, i := range r.open {
		r.out.Events[i].To = max(e.Day, r.out.Events[i].From)
	}
	r.open = r.open[:0]
}

// extend adds an extension; its length must be given.
func (r *reading) extend(e docket.Event, where statute.Text) {
	if !r.dated(&e) {
		return
	}
	months, days := wholeNumber(column(e.Extra, monthsColumn)), wholeNumber(column(e.Extra, daysColumn))
	if (months > 0) == (days > 0) {
		r.fail(Problem{ExtensionLength, statute.Text{Zh: where.Zh + "没有延长的期间（月数或天数）", En: where.En + ": neither months nor days of the extension are given"},
			statute.Text{Zh: "在事件表填写“延长月数”或“延长天数”，只填一项", En: "fill in months or days of the extension, one of them"}})
		return
	}
	by := column(e.Extra, byColumn)
	if by == "" {
		by = e.Result
	}
	asked, _ := civil.ParseDate(column(e.Extra, askedColumn)) // it only leads to findings
	r.out.Events = append(r.out.Events, timelimit.Event{Kind: timelimit.ExtendEvent, On: e.Day, Months: months, Days: days,
		By: by, Paper: column(e.Extra, paperColumn), Asked: asked, Entered: e.EnteredOn})
}

// wholeNumber reads 3, 3个月 or 30天; 0 is none.
func wholeNumber(s string) int {
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil || n > 36525 {
		return 0
	}
	switch strings.TrimSpace(s[end:]) {
	case "", "月", "个月", "天", "日", "m", "d":
		return n
	}
	return 0
}

// convert notes a conversion; the limits are looked up when all are known.
func (r *reading) convert(e *docket.Event) {
	if !r.dated(e) {
		return
	}
	to := column(e.Extra, toColumn)
	if to == "" {
		r.fail(Problem{ConversionTo, statute.Text{Zh: "程序转换事件没有写明转为何种程序", En: "a conversion does not name the new procedure"},
			statute.Text{Zh: "在事件表填写“转换后程序”", En: "fill in the column to of the event"}})
		return
	}
	r.out.Events = append(r.out.Events, timelimit.Event{Kind: timelimit.ConvertEvent, On: e.Day, Entered: e.EnteredOn, Paper: paperOf(e)})
	r.turns = append(r.turns, conversionStep{len(r.out.Events) - 1, column(e.Extra, fromColumn), to})
}

// deductedDays counts the days of ended intervals up to a day, every day once; the first day
// of an interval counts as trial time.
func deductedDays(events []timelimit.Event, upTo civil.Date) int {
	type span struct{ from, to civil.Date }
	var spans []span
	for i := range events {
		if e := &events[i]; e.Kind == timelimit.DeductEvent && !e.To.IsZero() {
			spans = append(spans, span{e.From + 1, min(e.To, upTo)})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from.Sub(b.from) })
	days, covered := 0, civil.Date(0)
	for i, s := range spans {
		if i == 0 {
			covered = s.from - 1
		}
		days += max(0, s.to.Sub(max(s.from-1, covered)))
		covered = max(covered, s.to)
	}
	return days
}
