package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"zhunsheng/internal/civil"
)

// The hand-written loop: what a good programmer writes for these counts over plain arrays,
// row by row, conditions nested so that most rows leave early. It knows the counts of
// spc-2024-01 by name; check compares it with the columns, so it cannot go stale unseen.
const (
	proceedings = iota
	disputes
	reversed
	firstClosed
	remanded
	effReversed
	effective
	effRemanded
	retrialsOrdered
	reviewsClosed
	appealsHeard
	secondClosed
	appealed
	retrialApplied
	withinLimit
	withLimit
	extended
	tried
	over12
	accepted12
	daysToClose
	transfers
	closed
	settled
	litigation
	mediated
	trialClosed
	enfApplied
	enforceable
	enfCompleted
	enfClosed
	enfTerminated
	suggestAnswered
	suggestSent
	petitions
	loopCounts
)

var loopNames = [loopCounts]string{
	"case_item_ratio/proceedings", "case_item_ratio/disputes", "fi_reversed_rate/first_instance_reversed",
	"fi_reversed_rate/first_instance_closed", "fi_remanded_rate/first_instance_remanded", "ef_reversed_rate/effective_reversed",
	"ef_reversed_rate/effective_rulings", "ef_remanded_rate/effective_remanded", "retrial_ordered_rate/retrials_ordered",
	"retrial_ordered_rate/reviews_closed", "app_hearing_rate/appeals_heard", "app_hearing_rate/second_instance_closed",
	"appeal_rate/appealed", "retrial_app_rate/retrial_applications", "within_limit_rate/closed_within_limit",
	"within_limit_rate/closed_with_limit", "extension_rate/extended_closed", "extension_rate/closed",
	"over_12m_share/pending_over_12m", "over_12m_share/accepted_12m", "mean_days_to_close/days_to_close",
	"appeal_transfer_days/days_to_transfer", "closed_per_judge/closed", "diversion_rate/settled_before_filing",
	"diversion_rate/entered_litigation", "mediation_rate/mediated", "mediation_rate/trial_closed",
	"enf_application_rate/enforcement_applications", "enf_application_rate/enforceable_rulings",
	"enf_completed_rate/first_enforcement_completed", "enf_completed_rate/first_enforcement_closed",
	"enf_terminated_for_now_rate/first_enforcement_terminated_for_now", "suggestion_reply_rate/suggestions_answered",
	"suggestion_reply_rate/suggestions_sent", "case_petition_ratio/petitions",
}

// loop holds the arrays and constants of the hand-written loop.
type loop struct {
	f                                                                       *flat
	from, to, ago                                                           int16 // period, and its end twelve months before
	filedOn, closedOn, dueOn, effectiveOn, heardOn                          []int16
	appealedOn, transferredOn, appealClosedOn                               []int16
	retrialAppliedOn, retrialClosedOn, retrialOrderedOn                     []int16
	enfAppliedOn, extendedOn, petitionOn, sentOn, answeredOn                []int16
	line, instance, typeCode, way, appealResult, retrialResult              []uint8
	litigation, trial, isDispute, isProceeding, isSettled, confirmed, ruled [256]bool
	civil, administrative, first, second, review, enforcement               uint8
	completed, terminated, mediation, reversedCode, remandedCode            uint8
	retrialReversed, retrialRemanded                                        uint8
	retrialOrdered                                                          int // -1: no case has it
}

func newLoop(f *flat, p civil.Period) *loop {
	day16 := func(name string) []int16 { return f.days[name] }
	l := &loop{f: f, from: day(p.From), to: day(p.To), ago: day(p.To.AddMonths(-12)),
		filedOn: day16("filed_on"), closedOn: day16("closed_on"), dueOn: day16("due_on"), effectiveOn: day16("effective_on"),
		heardOn: day16("heard_on"), appealedOn: day16("appealed_on"), transferredOn: day16("transferred_on"),
		appealClosedOn: day16("appeal_closed_on"), retrialAppliedOn: day16("retrial_applied_on"),
		retrialClosedOn: day16("retrial_closed_on"), retrialOrderedOn: day16("retrial_ordered_on"),
		enfAppliedOn: day16("enforcement_applied_on"), extendedOn: day16("extended_on"), petitionOn: day16("petition_on"),
		sentOn: day16("suggestion_sent_on"), answeredOn: day16("suggestion_answered_on"),
		line: f.texts["line"], instance: f.texts["instance"], typeCode: f.texts["type_code"], way: f.texts["closing_way"],
		appealResult: f.texts["appeal_result"], retrialResult: f.texts["retrial_result"]}
	code := func(column, value string) uint8 { return uint8(max(f.code(column, value), 0)) }
	mark := func(to *[256]bool, column string, values ...string) {
		for _, v := range values {
			if c := f.code(column, v); c > 0 {
				to[c] = true
			}
		}
	}
	mark(&l.litigation, "line", "criminal", "civil", "administrative")
	mark(&l.trial, "instance", "first", "second", "retrial")
	mark(&l.isDispute, "type_code", "刑初", "民初", "行初")
	mark(&l.isProceeding, "type_code", "刑初", "民初", "行初", "刑终", "民终", "行终", "刑申", "民申", "行申", "刑再", "民再", "行再", "执")
	mark(&l.isSettled, "type_code", "诉前调", "民诉前调", "诉前调确", "诉前调书")
	mark(&l.confirmed, "closing_way", "mediation", "confirmed")
	mark(&l.ruled, "closing_way", "judgment", "mediation")
	l.civil, l.administrative = code("line", "civil"), code("line", "administrative")
	l.first, l.second, l.review = code("instance", "first"), code("instance", "second"), code("instance", "review")
	l.enforcement, l.completed = code("type_code", "执"), code("closing_way", "completed")
	l.terminated, l.mediation = code("closing_way", "terminated_for_now"), code("closing_way", "mediation")
	l.reversedCode, l.remandedCode = code("appeal_result", "reversed"), code("appeal_result", "remanded")
	l.retrialReversed, l.retrialRemanded = code("retrial_result", "reversed"), code("retrial_result", "remanded")
	l.retrialOrdered = f.code("closing_way", "retrial_ordered")
	return l
}

// row adds one case to the counts of its group.
func (l *loop) row(i int, n *[loopCounts]uint32) {
	from, to := l.from, l.to
	lit, instance := l.litigation[l.line[i]], l.instance[i]
	filed, closedOn := l.filedOn[i], l.closedOn[i]
	if from <= filed && filed <= to {
		l.filed(i, lit, n)
	}
	if from <= closedOn && closedOn <= to {
		l.closed(i, lit, n)
	}
	if lit && filed != 0 && filed <= to {
		if filed < l.ago && (closedOn == 0 || closedOn > to) {
			n[over12]++
		}
		if closedOn == 0 || closedOn > l.ago {
			n[accepted12]++
		}
	}
	if d := l.effectiveOn[i]; from <= d && d <= to && l.trial[instance] {
		if lit {
			n[effective]++
		}
		if l.line[i] == l.civil && l.ruled[l.way[i]] {
			n[enforceable]++
		}
	}
	if d := l.enfAppliedOn[i]; from <= d && d <= to && l.trial[instance] && l.line[i] == l.civil {
		n[enfApplied]++
	}
	if lit {
		l.after(i, instance, n)
	}
	if d := l.sentOn[i]; from <= d && d <= to {
		n[suggestSent]++
		if a := l.answeredOn[i]; a != 0 && a <= to {
			n[suggestAnswered]++
		}
	}
	if d := l.petitionOn[i]; from <= d && d <= to {
		n[petitions]++
	}
}

// filed adds a case filed in the period.
func (l *loop) filed(i int, lit bool, n *[loopCounts]uint32) {
	if l.isProceeding[l.typeCode[i]] {
		n[proceedings]++
	}
	if l.isDispute[l.typeCode[i]] {
		n[disputes]++
	}
	if l.instance[i] == l.first && (l.line[i] == l.civil || l.line[i] == l.administrative) {
		n[litigation]++
	}
}

// closed adds a case closed in the period.
func (l *loop) closed(i int, lit bool, n *[loopCounts]uint32) {
	closedOn, instance := l.closedOn[i], l.instance[i]
	n[closed]++
	if l.filedOn[i] != 0 {
		n[daysToClose]++
	}
	if d := l.dueOn[i]; d != 0 {
		n[withLimit]++
		if closedOn <= d {
			n[withinLimit]++
		}
	}
	if l.typeCode[i] == l.enforcement {
		n[enfClosed]++
		switch l.way[i] {
		case l.completed:
			n[enfCompleted]++
		case l.terminated:
			n[enfTerminated]++
		}
	}
	if !lit {
		return
	}
	n[tried]++
	if d := l.extendedOn[i]; d != 0 && d <= closedOn {
		n[extended]++
	}
	switch instance {
	case l.first:
		n[firstClosed]++
	case l.second:
		n[secondClosed]++
		if d := l.heardOn[i]; d != 0 && d <= closedOn {
			n[appealsHeard]++
		}
	case l.review:
		n[reviewsClosed]++
		if int(l.way[i]) == l.retrialOrdered || l.retrialOrderedOn[i] != 0 {
			n[retrialsOrdered]++
		}
	}
	if l.line[i] == l.civil || l.line[i] == l.administrative {
		if l.trial[instance] {
			n[trialClosed]++
			if l.way[i] == l.mediation {
				n[mediated]++
			}
		}
		if l.isSettled[l.typeCode[i]] && l.confirmed[l.way[i]] {
			n[settled]++
		}
	}
}

// after adds what followed a ruling.
func (l *loop) after(i int, instance uint8, n *[loopCounts]uint32) {
	from, to := l.from, l.to
	if instance == l.first {
		if d := l.appealedOn[i]; from <= d && d <= to {
			n[appealed]++
		}
		if d := l.transferredOn[i]; from <= d && d <= to && l.appealedOn[i] != 0 {
			n[transfers]++
		}
		if d := l.appealClosedOn[i]; from <= d && d <= to {
			switch l.appealResult[i] {
			case l.reversedCode:
				n[reversed]++
			case l.remandedCode:
				n[remanded]++
			}
		}
	}
	if !l.trial[instance] {
		return
	}
	if d := l.retrialAppliedOn[i]; from <= d && d <= to {
		n[retrialApplied]++
	}
	if d := l.retrialClosedOn[i]; from <= d && d <= to {
		switch l.retrialResult[i] {
		case l.retrialReversed:
			n[effReversed]++
		case l.retrialRemanded:
			n[effRemanded]++
		}
	}
}

// run counts by court or, with judges, by court, division and judge, on all processors.
func (l *loop) run(judges bool) (groups int, totals [loopCounts]int64) {
	courts := len(l.f.courts) - 1
	out := make([][][loopCounts]uint32, courts)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for c := int(next.Add(1)) - 1; c < courts; c = int(next.Add(1)) - 1 {
				out[c] = l.court(l.f.courts[c], l.f.courts[c+1], judges)
			}
		})
	}
	wg.Wait()
	for _, gs := range out {
		groups += len(gs)
		for i := range gs {
			for k, v := range gs[i] {
				totals[k] += int64(v)
			}
		}
	}
	return groups, totals
}

func (l *loop) court(from, to int, judges bool) [][loopCounts]uint32 {
	var out [][loopCounts]uint32
	for i := from; i < to; i++ {
		if i == from || judges && l.f.judge[i] != l.f.judge[i-1] {
			out = append(out, [loopCounts]uint32{})
		}
		l.row(i, &out[len(out)-1])
	}
	return out
}

// check compares the loop's totals with those of the columns, by name.
func checkLoop(q *question, totals [loopCounts]int64, want []int64) error {
	at := map[string]int{}
	for i, name := range loopNames {
		at[name] = i
	}
	for m, name := range q.names {
		i, ok := at[name]
		if !ok {
			return fmt.Errorf("the hand-written loop has no count %s: the catalogue changed", name)
		}
		if totals[i] != want[m] {
			return fmt.Errorf("%s: the loop counts %d, the columns %d", name, totals[i], want[m])
		}
	}
	return nil
}
