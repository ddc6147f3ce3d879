package bulletin

import (
	"fmt"
	"math/big"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/signal"
)

// locateFindings names the case list of each finding and counts its cases.
func (b *builder) locateFindings() {
	n := 0
	for i := range b.found {
		f := &b.found[i]
		bad := b.badCases(f.in, f.now)
		if bad == nil {
			continue
		}
		q := listQuery{set: b.set, key: f.in.ID, side: indicator.NumeratorSide, court: f.court}
		if f.in.Better == "higher" {
			q.side, q.unless = indicator.DenominatorSide, indicator.NumeratorSide
		}
		f.rows = b.cases(q)
		n++
		f.list = b.phrase("finding.sheet", words{"n": word(fmt.Sprint(n))}).text
		f.bad = b.derive(badRule(f.in), "count", bad, b.bind(f.now))
	}
}

// badRule is how the cases on the wrong side follow from a figure.
func badRule(in *indicator.Indicator) string {
	if in.Better == "lower" {
		return "numerator"
	}
	return "denominator_less_numerator"
}

// unitOf is the unit in which limits of an indicator are printed.
func unitOf(in *indicator.Indicator) string {
	if in.Unit == "count" {
		return "ratio"
	}
	return in.Unit
}

// factWords are the slots that every fact may use.
func (b *builder) factWords(f finding) words {
	about := fmt.Sprintf("%s/%s/%s/%s", b.set, f.in.ID, f.court, f.rule)
	unit := unitOf(f.in)
	court := b.brief.Place
	if f.court != "" {
		court = b.called("court", f.court)
	}
	w := words{"court": word(court), "indicator": word(b.indicatorName(f.in)), "value": b.show(f.now), "city": b.show(f.city), "change": b.change(f.now, f.before, "year"),
		"low": b.model(f.rule+".low", about, unit, f.low), "high": b.model(f.rule+".high", about, unit, f.high), "centre": b.model(f.rule+".centre", about, unit, f.centre)}
	if f.month != "" {
		w["month"] = word(b.monthName(f.month))
	}
	if f.run > 0 {
		w["run"] = b.counting("run", f.run, about)
	}
	if f.of > 0 {
		w["moved"], w["courts"] = b.counting("courts_moved", f.moved, about), b.counting("courts_compared", f.of, about)
	}
	return w
}

// counting prints a number of months or courts.
func (b *builder) counting(rule string, n int, about string) slot {
	return b.model(rule, about, "count", float64(n))
}

// fact states what stands out.
func (b *builder) fact(f finding) string {
	form := "fact." + f.rule
	if f.sort == common {
		form = "fact.common"
	}
	if f.up {
		form += "_up"
	} else {
		form += "_down"
	}
	return b.sentence(form, b.factWords(f))
}

// summary gives the picture: one sentence for each finding, or that nothing stands out.
func (b *builder) summary() {
	found := b.seek()
	if len(found) == 0 {
		b.say(b.noise("all"), nil)
		return
	}
	w := words{}
	about := "findings/" + b.brief.Period.String() + "/" + b.subject
	for _, sort := range []string{common, individual, emerging} {
		n := 0
		for _, f := range found {
			if f.sort == sort {
				n++
			}
		}
		w[sort] = b.counting("findings_"+sort, n, about)
	}
	b.say("summary.counts", w)
	for i, f := range found {
		if i == 5 {
			break
		}
		b.paragraph(b.fact(f))
	}
}

// noise is the form that says nothing stands out, or that the ledger is too short to say so.
func (b *builder) noise(what string) string {
	if len(b.monthsOf("", monthsBack)) < signal.Settled {
		return "noise.short"
	}
	return "noise." + what
}

// findings prints every finding: fact, place, reason, case list, and keeps a suggestion.
func (b *builder) findings() {
	found := b.seek()
	n := 0
	for _, sort := range []string{common, individual, emerging} {
		if b.subject != "" && sort == common {
			continue // a document about one court says nothing of the others
		}
		n++
		b.heading(2, b.phrase("heading.second", words{"n": word(b.numeral(n)), "text": word(b.label("finding." + sort))}).text)
		any := false
		for i := range found {
			if found[i].sort == sort {
				any = true
				b.finding(found[i])
			}
		}
		if !any {
			b.say(b.noise(sort), nil)
		}
	}
}

// numeral is a number as second-level headings count: 一, 二, 三.
func (b *builder) numeral(n int) string {
	if all := strings.Fields(b.label("numerals")); n <= len(all) {
		return all[n-1]
	}
	return fmt.Sprint(n)
}

// finding prints one finding.
func (b *builder) finding(f finding) {
	b.paragraph(b.fact(f))
	if id := b.where(f); id != "" {
		b.paragraph(id)
	}
	if b.subject == "" { // else the reasons have a section of their own
		b.paragraph(b.open("finding.reason", nil))
	}
	if f.list != "" {
		b.say("finding.list", words{"n": f.bad, "list": word(f.list)})
	}
	b.suggest(f)
}

// open adds a sentence that a person has to write.
func (b *builder) open(form string, w words) string {
	id := b.sentence(form, w)
	b.out.Sentences[len(b.out.Sentences)-1].Open = true
	return id
}

// where says where the cases of a finding lie: by court for a common one, by division else;
// values by line for indicators that are no shares.
func (b *builder) where(f finding) string {
	if f.list == "" {
		return b.whereByLine(f)
	}
	field := "division"
	if f.court == "" {
		field = "court"
	}
	g := b.askAbout(f.court, b.set, b.brief.Period, []string{field}, f.in.ID)
	total := b.badCases(f.in, f.now)
	var most figure
	var where string
	for _, name := range g.groups {
		x := g.get(name, f.in.ID)
		if bad := b.badCases(f.in, x); bad != nil && name != "" && (most.Value == nil || bad.Cmp(b.badCases(f.in, most)) > 0) {
			most, where = x, name
		}
	}
	if most.Value == nil || total.Sign() <= 0 {
		return ""
	}
	k := b.derive(badRule(f.in), "count", b.badCases(f.in, most), b.bind(most))
	w := words{"n": f.bad, "k": k, "where": word(b.called(field, where))}
	if b.badCases(f.in, most).Cmp(total) == 0 {
		return b.sentence("finding.place_all", w)
	}
	w["q"] = b.derive("share", "share", new(big.Rat).Quo(b.badCases(f.in, most), total), k.figures[0], f.bad.figures[0])
	return b.sentence("finding.place", w)
}

// whereByLine lists the values of a finding's indicator by line, in the fixed order of lines.
func (b *builder) whereByLine(f finding) string {
	g := b.askAbout(f.court, b.set, b.brief.Period, []string{"line"}, f.in.ID)
	var list slot
	n := 0
	for _, line := range orderOf(b.skel.Lines, g.groups, func(string) bool { return true }) {
		x := g.get(line, f.in.ID)
		if x.Value == nil || x.Status == indicator.TooFew {
			continue
		}
		s := b.phrase("finding.line_value", words{"line": word(b.name("line", line)), "value": b.show(x)})
		if list.text != "" {
			list.text += b.label("comma")
		}
		n++
		list.text += s.text
		list.figures = append(list.figures, s.figures...)
	}
	if n < 2 {
		return "" // one line only: the indicator itself
	}
	return b.sentence("finding.lines", words{"list": list})
}

// suggest keeps who is asked to do what by when, and how it will be seen.
func (b *builder) suggest(f finding) {
	who := b.label("who.all")
	if f.court != "" {
		who = b.called("court", f.court)
	}
	s := Suggestion{Aim: &Aim{Set: b.set, Indicator: f.in.ID, Court: f.court, Period: b.brief.Period.String()}, ID: fmt.Sprintf("%s-%s-%d", b.skel.ID, b.brief.Period, len(b.out.Suggestions)+1), Who: who, By: b.due().String(),
		What: b.phrase("advice."+f.in.Group, words{"indicator": word(b.indicatorName(f.in))}).text, Check: b.phrase("advice.check", words{"indicator": word(b.indicatorName(f.in))}).text}
	b.out.Suggestions = append(b.out.Suggestions, s)
}

// suggestions prints the suggestions of the findings, or a general one where nothing stands out.
func (b *builder) suggestions() {
	if len(b.out.Suggestions) == 0 {
		b.say("suggestion.none", nil)
		return
	}
	for _, s := range b.out.Suggestions {
		b.suggestion("suggestion.item", s)
	}
}

func (b *builder) suggestion(form string, s Suggestion) {
	result := s.Result
	if result == "" {
		result = b.label("result.none")
	}
	by := b.label("result.undated")
	if s.By != "" {
		by = b.givenDay(s.By)
	}
	b.say(form, words{"who": word(s.Who), "what": word(s.What), "by": word(by), "check": word(s.Check), "result": word(result)})
}

// givenDay prints a day that a person gave.
func (b *builder) givenDay(text string) string {
	d, err := civil.ParseDate(text)
	if err != nil {
		b.fail(fault.At("day", err.Error(), "write YYYY-MM-DD"))
		return text
	}
	return dayName(b.lang, d)
}

// earlier brings back the suggestions of earlier documents with what came of them: what was
// reported, or what became of the figure they were about.
func (b *builder) earlier() {
	if len(b.brief.Earlier) == 0 {
		b.say("earlier.none", nil)
		return
	}
	for _, s := range b.brief.Earlier {
		if s.Result != "" || s.Aim == nil || !b.measured(s) {
			b.suggestion("earlier.item", s)
		}
	}
}

// measured prints the figure that a suggestion was about, for the period it was made for and for
// this one, both from the ledger as it stands; false when either has no value.
func (b *builder) measured(s Suggestion) bool {
	then, err := civil.ParsePeriod(s.Aim.Period)
	if err != nil {
		b.fail(fault.At("earlier "+s.ID, err.Error(), "write a period such as 2024Q1"))
		return false
	}
	in, err := b.book.Find(s.Aim.Set, s.Aim.Indicator)
	if err != nil {
		b.fail(err)
		return false
	}
	value := func(p civil.Period) figure {
		return b.askAbout(s.Aim.Court, s.Aim.Set, p, nil, in.ID).get("", in.ID)
	}
	was, is := value(then), value(b.brief.Period)
	if was.Value == nil || is.Value == nil {
		return false
	}
	w := words{"who": word(s.Who), "what": word(s.What), "by": word(b.givenDay(s.By)), "indicator": word(b.indicatorName(in)), "then": word(periodName(b.lang, then)),
		"was": b.show(was), "is": b.show(is), "move": {}}
	if was.Value.Sign() != 0 {
		w["move"] = b.phrase("earlier.move", words{"change": b.change(is, was, "")})
	}
	b.say("earlier.measured", w)
	return true
}

// findingLists adds the case list of each stated finding to the workbook.
func (b *builder) findingLists() {
	for _, f := range b.found {
		if f.list == "" || b.err != nil {
			continue
		}
		s := b.brief.Sheet(f.list, f.rows)
		court := b.brief.Place
		if f.court != "" {
			court = b.called("court", f.court)
		}
		s.Notes = append(b.notes(), b.phrase("sheet.finding", words{"court": word(court), "indicator": word(b.indicatorName(f.in)), "n": b.plainCount(len(f.rows))}).text)
		b.checkCount(s, f.bad)
		b.addSheet(s)
	}
}
