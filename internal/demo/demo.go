// Package demo invents a city: one intermediate and eight basic courts over several years,
// with judges, cases, events and deliberate errors, calibrated to a published shape. The same
// seed gives the same city, byte for byte. It reads no clock and writes no file.
package demo

import (
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// Options say which city to invent.
type Options struct {
	Seed  uint64
	Until civil.Date // data day (数据截至), the last day of which anything is known; zero: 2024-06-30
}

// DefaultUntil is the data day of the demo; pages measure from it, not from today.
var DefaultUntil = civil.NewDate(2024, 6, 30)

// The data day may lie in these years.
var (
	firstUntil = civil.NewDate(2020, 12, 31)
	lastUntil  = civil.NewDate(2027, 12, 31)
)

// City is an invented installation as of its data day. Cases and Events are what the ledger
// holds after all batches are imported, in the order of filing.
type City struct {
	Until     civil.Date
	Courts    []docket.Court
	Divisions []docket.Division
	Causes    []docket.Cause
	Roster    []docket.Posting
	Cases     []docket.Case
	Events    []docket.Event
	Users     []User
	Planted   []Fault // deliberate errors that stay in the data

	all     []*matter
	stories []storyOf
	extra   []extraRow
}

// Generate invents the city of opt. It fails for a data day it has no plan for.
func Generate(opt Options) (*City, error) {
	if opt.Until.IsZero() {
		opt.Until = DefaultUntil
	}
	if opt.Until < firstUntil || opt.Until > lastUntil {
		return nil, fault.At("until "+opt.Until.String(), "the demo has no data for this day",
			"choose a day from "+firstUntil.String()+" to "+lastUntil.String())
	}
	horizon := max(lastPlanned, opt.Until.Year())
	c := &City{Until: opt.Until, Courts: courts(), Causes: causes()}
	us := units(c.Courts)
	for _, u := range us {
		c.Divisions = append(c.Divisions, u.Division)
	}
	roster := newRoster(opt.Seed, us, horizon)
	qualify(opt.Seed, roster, c.Courts)
	c.Roster = until(roster, opt.Until)
	c.all = flowYears(opt.Seed, c.Courts, horizon)
	p := &planter{s: newStream(opt.Seed, "errors"), all: c.all, taken: map[*matter]bool{}, until: opt.Until}
	p.plantEarly()
	number(c.all)
	drawWays(opt.Seed, c.all)
	link(opt.Seed, c.all)
	appealHigher(opt.Seed, c.all)
	drawDays(opt.Seed, c.all)
	drawMoney(opt.Seed, c.all)
	planLimits(opt.Seed, c.all)
	tellLimits(opt.Seed, c.all)
	assign(opt.Seed, c.all, us, newDesk(roster))
	slips(opt.Seed, c.all)
	p.plant()
	writeLinks(c.all)
	c.extra = extraRows(opt.Seed, opt.Until)
	c.stories = drawEvents(opt.Seed, c.all)
	c.settle()
	c.Planted = c.faults()
	c.Users = c.users()
	return c, nil
}

// settle takes the picture of the data day.
func (c *City) settle() {
	known := 0
	for _, m := range c.all {
		if m.known(c.Until) {
			known++
		}
	}
	c.Cases = make([]docket.Case, 0, known+len(c.extra))
	for _, x := range c.extra {
		if x.Rule == ruleCourt {
			c.Cases = append(c.Cases, x.Case)
		}
	}
	for _, m := range c.all {
		if m.known(c.Until) {
			c.Cases = append(c.Cases, m.at(c.Until))
		}
	}
	for _, st := range c.stories {
		for _, e := range st.events {
			if e, ok := eventAt(st.of, e, c.Until); ok {
				c.Events = append(c.Events, e)
			}
		}
	}
}

// faults lists the planted errors that are visible on the data day.
func (c *City) faults() []Fault {
	var out []Fault
	add := func(m *matter, rule, column, value string) {
		out = append(out, Fault{Rule: rule, Court: m.Court, CaseNo: m.CaseNo, Column: column, Value: value})
	}
	for _, m := range c.all {
		if !m.known(c.Until) {
			continue
		}
		closed := !m.open(c.Until)
		if !m.closedTypo.IsZero() && closed {
			add(m, ruleOrder, "closed_on", m.closedTypo.String())
		}
		if m.wayMissing && closed {
			add(m, ruleWay, "closing_way", "")
		}
		if m.numberYear != 0 {
			add(m, ruleYear, "case_no", m.CaseNo)
		}
		if m.linkMissing {
			add(m, ruleLink, "related_no", "")
		}
		for _, b := range m.badCells {
			if b.since <= c.Until {
				add(m, ruleDate, b.field, b.text)
			}
		}
		if word("procedure", m.Procedure) == m.Procedure {
			add(m, ruleWord, "procedure", m.Procedure)
		}
		if m.doubled == differing {
			add(m, ruleDuplicate, "case_no", m.CaseNo)
		}
	}
	for _, x := range c.extra {
		out = append(out, x.Fault)
	}
	return out
}

// Count returns how many errors are planted for a rule.
func (c *City) Count(rule string) int {
	n := 0
	for _, f := range c.Planted {
		if f.Rule == rule {
			n++
		}
	}
	return n
}

// Rules lists the rules that planted errors break, sorted.
func (c *City) Rules() []string {
	var out []string
	for _, f := range c.Planted {
		out = append(out, f.Rule)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
