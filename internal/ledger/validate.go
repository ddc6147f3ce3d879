package ledger

import (
	"hash/maphash"
	"slices"

	"zhunsheng/internal/docket"
)

// checkRow applies the rules that look at more than one cell. A case that an event only
// brings along is judged by its own row, wherever that is, not here.
func (w *worker) checkRow(ev *docket.Event) {
	if w.row.Case != nil && !w.row.CasePartial {
		w.checkYear()
		w.checkLists()
		w.checkMissing()
		w.checkDates()
		w.checkClosing()
		w.checkAmounts()
		w.checkLink()
	}
	for i := range w.plan.days {
		if s := w.raw(&w.plan.days[i]); s != "" {
			w.day(&w.plan.days[i], s)
		}
	}
	if ev != nil {
		w.checkEvent(ev)
	}
}

// checkYear compares the year in the case number with the year of filing.
func (w *worker) checkYear() {
	d := w.c.FiledOn
	if w.parsed && w.number.Year != 0 && d != 0 && d.Year() != w.number.Year {
		w.raiseOne("year_differs", w.plan.header("filed_on"), d.String())
	}
}

// checkLists looks court and cause up in the office's lists, where they are loaded.
func (w *worker) checkLists() {
	r := w.plan.r
	if r.lists.Courts != nil && w.c.Court != "" {
		if _, ok := r.lists.Courts[w.c.Court]; !ok {
			w.raiseOne("court_unknown", w.plan.header("court"), w.c.Court)
		}
	}
	if r.lists.Causes != nil && w.c.Cause != "" && !r.causeNames[w.c.Cause] {
		if _, ok := r.lists.Causes[w.c.Cause]; !ok {
			w.raiseOne("cause_unknown", w.plan.header("cause"), w.c.Cause)
		}
	}
}

// checkMissing finds dates that every case has. A date that could not be read is flagged as
// such already.
func (w *worker) checkMissing() {
	for _, f := range w.plan.r.rules.dateMissing {
		if *f.Day(w.c) == 0 && !w.flagged("date_format", w.plan.header(f.Name)) {
			w.raiseOne("date_missing", w.plan.header(f.Name), "")
		}
	}
}

// flagged reports whether the row has an issue under the rule of a check in a column.
func (w *worker) flagged(check, column string) bool {
	rule := w.plan.r.rules.one[check]
	return rule != nil && slices.ContainsFunc(w.row.Issues, func(i Issue) bool { return i.Rule == rule.ID && i.Column == column })
}

// checkDates compares pairs of days, and the time a case took.
func (w *worker) checkDates() {
	rules := w.plan.r.rules
	for i := range rules.dateOrder {
		p := &rules.dateOrder[i]
		b := *p.b.Day(w.c)
		if b == 0 {
			continue
		}
		if a := *p.a.Day(w.c); a > b {
			w.raise(p.rule, w.plan.header(p.b.Name), b.String())
		}
	}
	if rules.maxDays > 0 && w.c.FiledOn != 0 && w.c.ClosedOn != 0 && w.c.ClosedOn.Sub(w.c.FiledOn) > rules.maxDays {
		w.raiseOne("duration", w.plan.header("closed_on"), w.c.ClosedOn.String())
	}
}

// checkClosing finds a closing day without its way, and the reverse.
func (w *worker) checkClosing() {
	switch closed := w.c.ClosedOn != 0; {
	case closed && w.c.ClosingWay == "":
		w.raiseOne("closed_without_way", w.plan.header("closing_way"), "")
	case !closed && w.c.ClosingWay != "":
		w.raiseOne("way_without_close", w.plan.header("closed_on"), "")
	}
}

func (w *worker) checkAmounts() {
	for i := range w.plan.r.rules.amountOrder {
		p := &w.plan.r.rules.amountOrder[i]
		if a, b := *p.a.Money(w.c), *p.b.Money(w.c); a.Known && b.Known && a.Cents > b.Cents {
			w.raise(p.rule, w.plan.header(p.a.Name), a.String())
		}
	}
}

// checkLink misses the case that this one comes from, where its type must have one.
func (w *worker) checkLink() {
	if w.c.RelatedNo != "" || !w.parsed {
		return
	}
	if t, ok := w.plan.r.registry.Type(w.number.TypeCode); ok && t.Link {
		w.raiseOne("link_missing", w.plan.header("related_no"), "")
	}
}

// checkEvent compares the days of an event with one another and with the filing of its case.
func (w *worker) checkEvent(ev *docket.Event) {
	if ev.Day == 0 && !w.flagged("date_format", w.eventHeader("day")) {
		w.raiseOne("event_day_missing", w.eventHeader("day"), "")
	}
	if ev.Until != 0 && ev.Day > ev.Until {
		w.raiseOne("event_order", w.eventHeader("until"), ev.Until.String())
	}
	if ev.Day != 0 && w.row.Case != nil && ev.Day < w.row.Case.FiledOn {
		w.raiseOne("event_before_filing", w.eventHeader("day"), ev.Day.String())
	}
}

func (w *worker) eventHeader(name string) string {
	for i := range w.plan.event {
		if w.plan.event[i].name == name {
			return w.plan.event[i].header
		}
	}
	return name
}

// fingerprints returns what stands for the row in the search for duplicates; none for a row
// that is rejected already, or whose key is its content.
func (w *worker) fingerprints() fingerprints {
	var key uint64
	switch pl := w.plan; {
	case w.row.Rejected():
		return fingerprints{}
	case pl.mapping.Record == EventRecord && !pl.refRow:
		key = maphash.String(w.seed, w.row.Event.CaseKey)*0x9E3779B97F4A7C15 + maphash.String(w.seed, w.row.Event.Ref)
	case pl.mapping.Record == CaseRecord && !pl.keyRow:
		key = maphash.String(w.seed, w.row.Case.Key)
	default:
		return fingerprints{}
	}
	return fingerprints{max(key, 1), contentHash(w.seed, w.cells, w.plan.content)}
}

// findDuplicate rejects a row whose record the file has already given with other content. The
// same row again is no fault: the store counts it as unchanged.
func (pl *plan) findDuplicate(seen *keySet, row *Row, p fingerprints) {
	if p.key == 0 || !seen.add(p.key, p.content) {
		return
	}
	rule := pl.r.rules.one["duplicate"]
	issue := Issue{File: row.File, Sheet: row.Sheet, Row: row.Line, Rule: rule.ID, Remedy: rule.remedy, Reject: true}
	if pl.mapping.Record == EventRecord {
		issue.Column, issue.Value = pl.table.Header[pl.ref[0]], truncated(row.Event.Ref)
	} else {
		issue.Column, issue.Value = pl.header(pl.key[len(pl.key)-1].Name), truncated(row.Case.CaseNo)
	}
	row.Issues = append(row.Issues, issue)
	row.drop()
}
