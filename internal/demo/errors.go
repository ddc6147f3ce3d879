package demo

import (
	"fmt"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// Fault is a deliberate error of the data: the rule that has to find it and where it stands.
type Fault struct {
	Rule   string // id in rules/validation
	Court  string
	CaseNo string // empty where the row has none
	Column string // canonical field name
	Value  string // what the file says there, empty for nothing
}

// Rules that the planted errors break.
const (
	ruleOrder     = "date.order"
	ruleYear      = "case_no.year"
	ruleCourt     = "court.unknown"
	ruleWay       = "closing.way_missing"
	ruleDuplicate = "key.duplicate"
	ruleDate      = "date.valid"
	ruleLink      = "link.missing"
	ruleWord      = "word.unknown"
	ruleIdentity  = "key.missing"
)

// quota is how often each error is planted.
var quota = map[string]int{
	ruleOrder: 12, ruleYear: 8, ruleCourt: 6, ruleWay: 15, ruleDuplicate: 7, ruleDate: 14, ruleLink: 10, ruleWord: 11,
	ruleIdentity: 5,
}

// identicalRows is the number of rows that stand twice, word for word, in one file: no error,
// they count as unchanged.
const identicalRows = 9

// planter marks cases with errors that stay. They do not move a calibrated figure: a closing
// date before filing stays in its year; other errors sit in fields that the counts of filing,
// closing and enforcement do not use; rows of unknown courts lie before the first calibrated
// year, and rows without a case number or with a number already taken are refused.
type planter struct {
	s     stream
	all   []*matter
	taken map[*matter]bool
	until civil.Date
}

// plantEarly marks what changes the case number.
func (p *planter) plantEarly() {
	january := func(m *matter) bool {
		y, mo, d := m.FiledOn.YMD()
		return m.TypeCode == "民初" && mo == 1 && d <= 12 && y >= 2021
	}
	for m := range p.some(quota[ruleYear], january) {
		m.numberYear = m.FiledOn.Year() - 1
	}
}

// plant marks the rest, when all facts are there.
func (p *planter) plant() {
	quiet := func(m *matter) bool {
		return m.TypeCode == "民初" && fresh(m) && !m.ClosedOn.IsZero() && m.ClosedOn < p.until-40 && m.closeKnown == m.ClosedOn &&
			m.court > 0 && m.PublishedOn.IsZero() && len(m.steps) == 0 && len(m.slips) == 0
	}
	sameYear := func(m *matter) bool {
		_, mo, _ := m.FiledOn.YMD()
		return quiet(m) && m.ClosedOn.Year() == m.FiledOn.Year() && mo > 2
	}
	for m := range p.some(quota[ruleOrder], sameYear) {
		m.closedTypo = m.FiledOn.AddDays(-p.s.between(2, 30))
	}
	for m := range p.some(quota[ruleWay], quiet) {
		m.wayMissing = true
	}
	resumed := func(m *matter) bool { return m.TypeCode == "执恢" && m.FiledOn < p.until-40 }
	for m := range p.some(quota[ruleLink], resumed) {
		m.linkMissing = true
	}
	heard := func(m *matter) bool { return quiet(m) && !m.HeardOn.IsZero() }
	for m := range p.some(quota[ruleDate], heard) {
		y, _, d := m.HeardOn.YMD()
		text := one(p.s, []string{fmt.Sprintf("%d-13-%02d", y, d), fmt.Sprintf("%d-02-30", y), "待定", fmt.Sprintf("%d-00-%02d", y, d)})
		m.badCells = append(m.badCells, badCell{"heard_on", text, m.HeardOn})
		m.HeardOn = 0
	}
	for m := range p.some(quota[ruleWord], quiet) {
		m.Procedure = one(p.s, []string{"普同程序", "简意程序", "小额速诉"})
	}
	recent := func(m *matter) bool { return quiet(m) && m.FiledOn >= eventsFrom && m.FiledOn < p.until-70 }
	for m := range p.some(quota[ruleDuplicate], recent) {
		m.doubled = differing
	}
	for m := range p.some(identicalRows, recent) {
		m.doubled = identical
	}
}

// some yields n different cases that pass ok and carry no error yet, spread over all years.
// A city too young to have them yields fewer.
func (p *planter) some(n int, ok func(*matter) bool) func(func(*matter) bool) {
	return func(yield func(*matter) bool) {
		visible := 0
		for visible < len(p.all) && p.all[visible].FiledOn < p.until {
			visible++
		}
		for try := 0; try < 4000*n && n > 0 && visible > 0; try++ {
			m := p.all[p.s.IntN(visible)]
			if p.taken[m] || !ok(m) {
				continue
			}
			p.taken[m] = true
			n--
			if !yield(m) {
				return
			}
		}
	}
}

// slips adds what people get wrong and mend: cases and closings entered weeks late, a cause, a
// closing date and a claim corrected in a later month. The final ledger shows them right.
func slips(seed uint64, all []*matter) {
	s := newStream(seed, "slips")
	for _, m := range all {
		if m.FiledOn < eventsFrom || m.ClosedOn.IsZero() {
			continue
		}
		_, filed, _ := m.FiledOn.YMD()
		_, closed, _ := m.ClosedOn.YMD()
		mended := nextWorking(m.ClosedOn.AddDays(s.between(20, 75)))
		switch x := s.Float64(); {
		case x < 0.003 && filed < 11 && m.ClosedOn > m.FiledOn.AddDays(55):
			m.entered = nextWorking(m.FiledOn.AddDays(s.between(20, 42)))
		case x >= 0.003 && x < 0.006 && closed < 11 && fresh(m) && m.basis == nil:
			m.closeKnown = nextWorking(m.ClosedOn.AddDays(s.between(15, 35)))
		case x >= 0.006 && x < 0.009 && m.Line == "civil" && m.Instance == "first":
			wrong := drawCause(s, m.kind, m.court)
			m.slips = append(m.slips, slip{mended, func(c *docket.Case) { c.Cause = wrong }})
		case x >= 0.009 && x < 0.012 && m.Claimed.Known:
			m.slips = append(m.slips, slip{mended, func(c *docket.Case) { c.Claimed.Cents *= 10 }})
		}
	}
}
