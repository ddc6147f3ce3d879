package timelimit

import (
	"fmt"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/statute"
)

// trace collects steps and findings. Its methods do nothing on nil, so that the bulk path is
// the same code without the words.
type trace struct {
	steps      []Step
	findings   []Finding
	lastMinute int // extensions granted in the last days of the limit
}

func (t *trace) step(kind string, event int, day, reached civil.Date, src statute.Source, zh, en string) {
	t.steps = append(t.steps, Step{kind, event, day, reached, statute.Text{Zh: zh, En: en}, src})
}

func (t *trace) find(code string, event int, zh, en string) {
	t.findings = append(t.findings, Finding{code, event, statute.Text{Zh: zh, En: en}})
}

// begin writes day 0 and the base.
func (t *trace) begin(s *state) {
	if t == nil {
		return
	}
	t.accepted(s)
	zh, en := s.base.Span.words()
	vzh, ven := inForce(s.version)
	mzh, men := s.monthEnd(s.base.Span)
	t.step("base", -1, s.dayZero, s.reached(), s.version.Source,
		fmt.Sprintf("%s，期限%s（%s）：自%s起至%s%s", s.rule.Name.Zh, zh, vzh, s.dayZero, s.reached(), mzh),
		fmt.Sprintf("%s: %s (%s), from %s to %s%s", s.rule.Name.En, en, ven, s.dayZero, s.reached(), men))
}

// inForce says when a version holds.
func inForce(v *Version) (zh, en string) {
	if v.To.IsZero() {
		return fmt.Sprintf("%s起施行", v.From), fmt.Sprintf("in force from %s", v.From)
	}
	return fmt.Sprintf("%s至%s施行", v.From, v.To), fmt.Sprintf("in force %s to %s", v.From, v.To)
}

// monthEnd says that the months of a span end on another day number than they began.
func (s *state) monthEnd(span Span) (zh, en string) {
	_, _, from := s.dayZero.YMD()
	_, _, to := addMonths(s.dayZero, span.Months, s.rule.MonthEnd).YMD()
	switch {
	case to < from:
		return fmt.Sprintf("（该月无%d日，止于月末）", from), fmt.Sprintf(" (the month has no day %d: its last day)", from)
	case to > from:
		return "（自月末起算，止于月末）", " (from the last day of a month to the last day of a month)"
	}
	return "", ""
}

func (t *trace) accepted(s *state) {
	t.step("accepted", -1, s.dayZero, 0, s.rule.Line.Counting,
		fmt.Sprintf("%s %s：起算日，当日不计", s.dayZero, s.rule.Start.Zh),
		fmt.Sprintf("%s %s: day 0, which does not count", s.dayZero, s.rule.Start.En))
}

func (t *trace) none(s *state) {
	if t == nil {
		return
	}
	t.step("none", -1, s.c.Accepted, 0, s.version.Source,
		s.rule.Name.Zh+"：法律未规定审理期限", s.rule.Name.En+": the law sets no limit")
}

// late says that an event came after the end and changed nothing.
func (t *trace) late(s *state, i int, end civil.Date) {
	if t == nil {
		return
	}
	e := &s.c.Events[i]
	zh, en := kindWords(e.Kind)
	zh = fmt.Sprintf("%s %s：期限已于%s届满，不发生效力", e.date(), zh, end)
	en = fmt.Sprintf("%s %s: the limit had ended on %s, no effect", e.date(), en, end)
	t.step("late", i, e.date(), s.reached(), statute.Source{Doc: "time-limits.md", No: "3.7", Evidence: "U"}, zh, en)
	t.find("late", i, zh, en)
}

func kindWords(k Kind) (zh, en string) {
	switch k {
	case RestartEvent:
		return "重新计算", "restart"
	case NoticeEvent:
		return "公告", "public notice"
	case ConvertEvent:
		return "转换程序", "conversion"
	case ExtendEvent:
		return "延长审限", "extension"
	}
	return "扣除审限", "deduction"
}

func (t *trace) restarted(s *state, i int) {
	if t == nil {
		return
	}
	e := &s.c.Events[i]
	var src statute.Source
	kind := "restart"
	zh, en := because(e.Why)
	switch known := s.rule.restart(e.Why); {
	case e.Kind == NoticeEvent:
		kind, src, zh, en = "notice", *s.book.rules[s.c.Procedure].Notice, "（公告期满）", " (end of the public notice)"
	case known != nil:
		src = known.Source
	default:
		t.find("restart_unfounded", i,
			"未见"+s.rule.Name.Zh+"因该事由重新计算的规定；仍按所录计算",
			"no text lets the limit of "+s.rule.Name.En+" start anew for this reason; counted as entered")
	}
	bzh, ben := s.base.Span.words()
	t.step(kind, i, e.date(), s.reached(), src,
		fmt.Sprintf("%s 期限重新计算%s：%s自当日起至%s；此前的延长、扣除不再计", e.date(), zh, bzh, s.reached()),
		fmt.Sprintf("%s the limit starts anew%s: %s from that day to %s; earlier extensions and deductions are gone", e.date(), en, ben, s.reached()))
}

func because(why string) (zh, en string) {
	if why == "" {
		return "", ""
	}
	return "（" + why + "）", " (" + why + ")"
}

func (t *trace) converted(s *state, i int, from *Rule) {
	if t == nil {
		return
	}
	e := &s.c.Events[i]
	zh, en := s.base.Span.words()
	vzh, ven := inForce(s.version)
	day0zh, day0en := "自原起算日", "from the original day 0,"
	if s.rule.Convert.Restarts {
		day0zh, day0en = "自决定之日", "anew from the decision of"
	}
	t.step("convert", i, e.On, s.reached(), from.Convert.Source,
		fmt.Sprintf("%s 由%s转为%s：%s（%s，%s），%s%s起至%s，原程序的延长失效", e.On, from.Name.Zh, s.rule.Name.Zh, zh, s.version.Source, vzh, day0zh, s.dayZero, s.reached()),
		fmt.Sprintf("%s converted from %s to %s: %s (%s, %s), %s %s, to %s; extensions of the old procedure lapse", e.On, from.Name.En, s.rule.Name.En, en, s.version.Source, ven, day0en, s.dayZero, s.reached()))
}

// asked compares application and decision with their deadlines and counts extensions in the
// last days.
func (t *trace) asked(s *state, i int, before civil.Date) {
	if t == nil {
		return
	}
	e := &s.c.Events[i]
	if before.Sub(e.On) <= s.set.LastDays {
		if t.lastMinute++; t.lastMinute == s.set.LastMinuteTimes {
			t.find("last_minute", i,
				fmt.Sprintf("期限最后%d日内延长已达%d次", s.set.LastDays, t.lastMinute),
				fmt.Sprintf("%d extensions within the last %d days of the limit", t.lastMinute, s.set.LastDays))
		}
	}
	a := s.rule.approval(e.On)
	if a == nil {
		return
	}
	if last := before.AddDays(-a.AskBefore); !e.Asked.IsZero() && e.Asked > last {
		t.find("asked_late", i,
			fmt.Sprintf("延长申请于%s提出，应不晚于%s（%s）", e.Asked, last, a.Source),
			fmt.Sprintf("the extension was asked for on %s, the last day was %s (%s)", e.Asked, last, a.Source))
	}
	if first := before.AddDays(-a.AskWithin); a.AskWithin > 0 && !e.Asked.IsZero() && e.Asked < first {
		t.find("asked_early", i,
			fmt.Sprintf("延长申请于%s提出，应在期限最后%d日内（%s）", e.Asked, a.AskWithin, a.Source),
			fmt.Sprintf("the extension was asked for on %s, it belongs into the last %d days (%s)", e.Asked, a.AskWithin, a.Source))
	}
	if last := before.AddDays(-a.DecideBefore); e.On > last {
		t.find("decided_late", i,
			fmt.Sprintf("延长于%s批准，应不晚于%s（%s）", e.On, last, a.Source),
			fmt.Sprintf("the extension was decided on %s, the last day was %s (%s)", e.On, last, a.Source))
	}
}

func (t *trace) extended(s *state, i int, before civil.Date, j judgement) {
	if t == nil {
		return
	}
	e := &s.c.Events[i]
	zh, en := (Span{e.Months, e.Days}).words()
	byZh, byEn := because(e.By)
	var src statute.Source
	switch {
	case j.grant != nil:
		src = j.grant.Source
	case j.version != nil && len(j.version.Extend) > 0:
		src = j.version.Extend[0].Source
	case j.version != nil:
		src = j.version.Source
	}
	lawZh, lawEn := "", ""
	if j.version != nil && j.version != s.rule.at(s.c.Accepted) {
		lawZh, lawEn = inForce(j.version)
		lawZh, lawEn = "，依批准之日的法律（"+lawZh+"）", ", by the law on the day it was granted ("+lawEn+")"
	}
	t.step("extend", i, e.On, s.reached(), src,
		fmt.Sprintf("%s 批准延长%s%s%s：%s → %s", e.On, zh, byZh, lawZh, before, s.reached()),
		fmt.Sprintf("%s extended by %s%s%s: %s → %s", e.On, en, byEn, lawEn, before, s.reached()))
	if j.long {
		t.long(s, i, j)
	}
	if j.wrong {
		t.find("authority", i,
			fmt.Sprintf("“%s”无权批准%s延长", e.By, s.rule.Name.Zh),
			fmt.Sprintf("%q may not extend the limit of %s", e.By, s.rule.Name.En))
	}
	if j.grant != nil && j.grant.Consent != "" {
		t.find("consent", i, "该延长须双方当事人同意，请核对笔录", "this extension needs the consent of both parties; check the record")
	}
}

// long says by how much an extension is above the figures of the law.
func (t *trace) long(s *state, i int, j judgement) {
	limit := j.allowed
	if j.grant != nil {
		limit = j.grant.Max
	}
	if limit.IsZero() {
		t.find("long", i, s.rule.ID+"依法不得延长；仍按批准计算", s.rule.ID+" has no extension in law; counted as granted")
		return
	}
	zh, en := limit.words()
	t.find("long", i, "延长超过法定的"+zh+"；仍按批准计算", "longer than the "+en+" the law allows; counted as granted")
}

// deduction is what one interval did.
type deduction struct {
	first, to, before civil.Date // first and last day deducted; the end before it
	added             int        // days that were not deducted before
}

func (t *trace) deducted(s *state, i int, d deduction) {
	if t == nil {
		return
	}
	e := &s.c.Events[i]
	days := max(0, d.to.Sub(d.first)+1)
	src, whyZh, whyEn := t.cause(s, i, days)
	overlapZh, overlapEn := "", ""
	if d.added < days {
		overlapZh = fmt.Sprintf("，其中%d日已扣除或在起算日及以前", days-d.added)
		overlapEn = fmt.Sprintf(", %d of them deducted already or not after day 0", days-d.added)
	}
	t.step("deduct", i, e.From, s.reached(), src,
		fmt.Sprintf("%s 至 %s 扣除%d日%s%s：%s → %s", e.From, d.to, days, whyZh, overlapZh, d.before, s.reached()),
		fmt.Sprintf("%s to %s deducted, %s%s%s: %s → %s", e.From, d.to, plural(days, "day"), whyEn, overlapEn, d.before, s.reached()))
	if e.To.IsZero() {
		t.find("provisional", i,
			fmt.Sprintf("扣除尚未结束，暂计至%s", d.to),
			fmt.Sprintf("the deduction has no end yet, counted until %s; the date will move", d.to))
	}
	if d.before.Sub(e.From) < s.set.LastDays {
		t.find("last_days", i,
			fmt.Sprintf("扣除自期限最后%d日内开始", s.set.LastDays),
			fmt.Sprintf("the deduction begins in the last %d days of the limit", s.set.LastDays))
	}
}

// cause recognises why days are deducted and reports what the law does not deduct.
func (t *trace) cause(s *state, i, days int) (src statute.Source, zh, en string) {
	e := &s.c.Events[i]
	zh, en = because(e.Why)
	k := s.book.cause(e.Why)
	if k < 0 {
		return statute.Source{}, zh, en
	}
	c := &s.book.Causes[k]
	if !s.rule.causes[k] {
		t.find("not_deductible", i,
			fmt.Sprintf("%s：未见%s可扣除该期间的规定", c.Name.Zh, s.rule.Line.Name.Zh),
			fmt.Sprintf("%s: no text takes it out of a limit of this kind (%s)", c.Name.En, s.rule.Line.Name.En))
	}
	if !c.max.IsZero() && e.From.AddDays(days) > c.max.add(e.From, s.rule.MonthEnd) {
		mzh, men := c.max.words()
		t.find("too_long", i, fmt.Sprintf("%s超过%s（%s）", c.Name.Zh, mzh, c.Source), fmt.Sprintf("%s: longer than %s (%s)", c.Name.En, men, c.Source))
	}
	return c.Source, zh, en
}

// shifted says whether and why the last day was moved.
func (t *trace) shifted(s *state, reached, due civil.Date) {
	if t == nil {
		return
	}
	zh, en := s.day(reached)
	switch {
	case due > reached:
		dzh, den := s.day(due)
		t.step("shift", -1, reached, due, s.rule.Line.Counting,
			fmt.Sprintf("%s 为%s，顺延至其后第一个工作日 %s（%s）", reached, zh, due, dzh),
			fmt.Sprintf("%s is %s: moved to the first working day after it, %s, %s", reached, en, due, den))
	case !s.moves() && s.cal.Off(reached):
		t.step("kept", -1, reached, due, s.rule.Line.Counting,
			fmt.Sprintf("%s 为%s；被告人在押，不顺延", reached, zh),
			fmt.Sprintf("%s is %s; the defendant is in custody, so it is not moved", reached, en))
	default:
		t.step("kept", -1, reached, due, s.rule.Line.Counting,
			fmt.Sprintf("%s 为%s，届满", reached, zh), fmt.Sprintf("%s is %s: the last day", reached, en))
	}
}

func (t *trace) calendarGap(s *state, year int) {
	if t == nil {
		return
	}
	gap := s.cal.Gap(year)
	t.find("calendar", -1, gap.Zh, gap.En)
}

func (t *trace) beforeVote(s *state, due civil.Date) {
	if t == nil {
		return
	}
	t.step("election", -1, s.election, due, s.version.Source,
		fmt.Sprintf("选举日 %s，须在其前一日 %s 审结，不顺延", s.election, due),
		fmt.Sprintf("election on %s: to be closed the day before, %s, never moved", s.election, due))
}

func (t *trace) hours(s *state, due Deadline) {
	if t == nil {
		return
	}
	from := Deadline{Measure: InHours, Day: s.c.Accepted, Clock: s.c.Clock}
	t.step("hours", -1, s.c.Accepted, due.Day, s.version.Source,
		fmt.Sprintf("%s %s，自下一整点起%d小时，至 %s；节假日不停、不顺延（民诉解释125）", from, s.rule.Start.Zh, s.base.N, due),
		fmt.Sprintf("%s %s: %d hours from the next full hour, to %s; holidays neither stop nor move them (民诉解释 125)", from, s.rule.Start.En, s.base.N, due))
}

func (t *trace) workingDays(s *state, due civil.Date) {
	if t == nil {
		return
	}
	t.accepted(s)
	t.step("working_days", -1, s.c.Accepted, due, s.version.Source,
		fmt.Sprintf("自次日起第%d个工作日：%s", s.base.N, due),
		fmt.Sprintf("working day number %d after it: %s", s.base.N, due))
}

// papers reports events without a document and those entered long after they happened.
func (t *trace) papers(s *state) {
	for i := range s.c.Events {
		e := &s.c.Events[i]
		if e.Kind > DeductEvent {
			continue
		}
		zh, en := kindWords(e.Kind)
		if s.set.Papers && e.Paper == "" {
			t.find("paper", i, zh+"缺少文书", "no document for the "+en)
		}
		if late := e.Entered.Sub(e.date()); !e.Entered.IsZero() && s.set.EnteredAfter > 0 && late > s.set.EnteredAfter {
			t.find("entered_late", i, fmt.Sprintf("%s发生%d日后才录入", zh, late), fmt.Sprintf("the %s was entered %d days after it happened", en, late))
		}
	}
}

var weekdays = [7]statute.Text{{Zh: "星期日", En: "Sunday"}, {Zh: "星期一", En: "Monday"}, {Zh: "星期二", En: "Tuesday"},
	{Zh: "星期三", En: "Wednesday"}, {Zh: "星期四", En: "Thursday"}, {Zh: "星期五", En: "Friday"}, {Zh: "星期六", En: "Saturday"}}

// day names a day: its weekday and the festival it is off for, or that it is a working weekend.
func (s *state) day(d civil.Date) (zh, en string) {
	w := weekdays[int(d)%7] // 0001-01-01, day 1, was a Monday
	kind, festival := s.cal.Kind(d)
	switch kind {
	case "holiday":
		return w.Zh + "，" + festival + "假期", "a " + w.En + " off for " + festival
	case "make_up":
		return w.Zh + "，" + festival + "调休上班", "a " + w.En + " that is a working day (" + festival + ")"
	case "weekend":
		return w.Zh, "a " + w.En
	}
	return w.Zh, "a " + w.En
}
