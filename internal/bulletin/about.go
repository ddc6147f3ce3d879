package bulletin

import (
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

// due is the day by which a suggestion is to be done or a notice answered. It counts from the
// data day: the text must not change between approval and issue.
func (b *builder) due() civil.Date { return b.brief.DataDay.AddDays(max(b.skel.DueDays, 1)) }

// facts are what a notice tells one court: its findings, and its long-pending cases. A notice
// without any ground is refused: it goes to the responsible person with evidence or not at all.
func (b *builder) facts() {
	n := 0
	for _, f := range b.seek() {
		if f.court != b.subject {
			continue
		}
		n++
		ids := []string{b.fact(f)}
		if id := b.where(f); id != "" {
			ids = append(ids, id)
		}
		if f.list != "" {
			ids = append(ids, b.sentence("finding.list", words{"n": f.bad, "list": word(f.list)}))
		}
		b.paragraph(ids...)
		b.suggest(f)
	}
	for _, e := range b.brief.Evidence {
		n++
		b.paragraph(b.state(Sentence{Text: e, Plain: []string{e}}))
	}
	if f := b.one("volume", "pending_over_12m", b.brief.Period); positive(f) {
		n++
		b.say("notice.long_pending", words{"n": b.show(f)})
		b.out.Suggestions = append(b.out.Suggestions, Suggestion{Aim: &Aim{Set: "volume", Indicator: "pending_over_12m", Court: b.subject, Period: b.brief.Period.String()}, ID: "long-" + b.subject + "-" + b.brief.Period.String(), Who: b.called("court", b.subject), By: b.due().String(),
			What: b.phrase("advice.long_pending", nil).text, Check: b.phrase("advice.check_long", nil).text})
	}
	if n == 0 && b.err == nil {
		b.fail(fault.At("court", "nothing stands out in "+b.called("court", b.subject)+" for "+b.brief.Period.String(), "a notice needs evidence: choose another period, or give what you found"))
	}
}

// evidence prints what a person or an alert found and gave along.
func (b *builder) evidence() {
	for _, e := range b.brief.Evidence {
		b.paragraph(b.state(Sentence{Text: e, Plain: []string{e}}))
	}
}

// compared sets the subject beside all courts together: value, whole, change, where it lies.
func (b *builder) compared() {
	p := b.brief.Period
	own, all, before := b.ask(b.set, p, nil), b.askAll(b.set, p, nil), b.ask(b.set, p.Shift(-12), nil)
	courts := b.askAll(b.set, p, []string{"court"})
	t := Table{Caption: b.phrase("caption.compared", nil).text, Note: b.label("note.compared"), Widths: []int{8, 4, 4, 6, 5}, Numeric: []bool{false, true, true, false, false},
		Head: []string{b.label("indicator"), b.label("column.own"), b.label("column.all"), b.label("against_last_year"), b.label("compared.place")}}
	for _, in := range b.book.Set(b.set) {
		f := own.get("", in.ID)
		t.Rows = append(t.Rows, []Cell{{Text: b.indicatorName(in) + b.mark(in)}, b.cell(f), b.cell(all.get("", in.ID)), b.changeCell(f, before.get("", in.ID)), {Text: b.placeWord(in, f, courts)}})
	}
	if len(t.Rows) > 0 {
		b.add(Part{Table: &t})
	}
}

// placeWord says where a court lies in the funnel of its level.
func (b *builder) placeWord(in *indicator.Indicator, f figure, courts grid) string {
	switch {
	case f.Value == nil:
		return b.label("place.none")
	case f.Status == indicator.TooFew:
		return b.label("place.too_few")
	case !b.proportion(in) || len(b.ofLevel(b.levelOf(b.subject))) < 5:
		return b.label("place.not_compared")
	}
	both := *in
	for _, better := range []string{"higher", "lower"} {
		both.Better = better
		if _, out := b.outsideFunnel(&both, courts)[b.subject]; out {
			return b.label("place.outside")
		}
	}
	return b.label("place.inside")
}

func (b *builder) levelOf(court string) int {
	for _, c := range b.brief.Courts {
		if c.Code == court {
			return c.Level
		}
	}
	return 0
}

// reasons leaves the place for what was found out, one sentence for each finding.
func (b *builder) reasons() {
	n := 0
	for _, f := range b.seek() {
		if f.court != "" {
			n++
			b.paragraph(b.open("reason.of", words{"indicator": word(b.indicatorName(f.in))}))
		}
	}
	if n == 0 {
		b.paragraph(b.open("finding.reason", nil))
	}
}

// opening says when and where a meeting was held and who led it; unknown parts are open.
func (b *builder) opening() {
	m := b.brief.Meeting
	if m.Day == "" || m.Chair == "" {
		b.paragraph(b.open("meeting.open", nil))
		return
	}
	b.say("meeting.held", words{"date": word(b.givenDay(m.Day)), "where": word(m.Where), "chair": word(m.Chair), "topic": word(m.Topic)})
}

// decisions prints what a meeting decided, each with who, what and by when.
func (b *builder) decisions() {
	if len(b.brief.Meeting.Decisions) == 0 {
		b.paragraph(b.open("meeting.no_decision", nil))
		return
	}
	for _, s := range b.brief.Meeting.Decisions {
		b.out.Suggestions = append(b.out.Suggestions, s)
		b.suggestion("meeting.decision", s)
	}
}

// attendance lists who was there, who was excused, who sat in, as the form of minutes wants.
func (b *builder) attendance() {
	m := b.brief.Meeting
	for _, x := range []struct {
		label string
		names []string
	}{{"present", m.Present}, {"excused", m.Excused}, {"sitting_in", m.SittingIn}} {
		if len(x.names) == 0 {
			b.add(Part{Says: []string{b.open("meeting."+x.label+"_open", nil)}, Lead: true})
			continue
		}
		list := ""
		for i, n := range x.names {
			if i > 0 {
				list += b.label("name_comma")
			}
			list += n
		}
		b.add(Part{Says: []string{b.sentence("meeting."+x.label, words{"names": word(list)})}, Lead: true})
	}
}
