package timelimit

import (
	"zhunsheng/internal/civil"
	"zhunsheng/internal/statute"
)

// Result is a due date with everything it was computed from.
type Result struct {
	Deadline
	Accepted civil.Date
	DayZero  civil.Date // day 0 after the last restart
	Reached  civil.Date // last day before it was moved from a day off
	Limit    Limit
	Extended Span // extensions in effect
	Deducted int  // days deducted in effect
	Flags    Flags
	Findings []Finding
	Steps    []Step
	Settings Settings
	Calendar string // the calendar used
	counted  int    // days that count, from the day after day 0
	basic    int    // of these, days of the base
}

// Limit names the rule and the version of the law that a base was taken from.
type Limit struct {
	ID       string
	Name     statute.Text
	From, To civil.Date // of the version; zero To: still in force
	Base     string     // as the rules files write it: 6m, 1m+15d, 72h …
	Source   statute.Source
}

// Step is one link of the chain from acceptance to due date.
type Step struct {
	Kind    string     // accepted base restart notice convert extend deduct late shift kept hours working_days election none
	Event   int        // index in Case.Events, -1 for none
	Day     civil.Date // when it happened
	Reached civil.Date // where the limit ends after it, not moved; zero where that has no meaning
	Text    statute.Text
	Source  statute.Source
}

// Finding is a doubt that a person should look at. Findings never change the date.
type Finding struct {
	Code  string // late long calendar provisional authority asked_late asked_early decided_late not_deductible too_long last_days last_minute restart_unfounded consent paper entered_late
	Event int    // index in Case.Events, -1 for none
	Text  statute.Text
}

// Compute computes when a case is due, with the full chain of steps and all findings. It is
// pure: the same case, book and settings give the same result. An error says what is wrong
// with the case and how to mend it; nothing is guessed.
func Compute(b *Book, c *Case, set Settings) (*Result, error) {
	s := state{book: b, c: c, set: &set, tr: &trace{}}
	due, err := s.run()
	if err != nil {
		return nil, err
	}
	s.tr.papers(&s)
	r := &Result{
		Deadline: due, Accepted: c.Accepted, DayZero: s.dayZero, Extended: s.extended, Deducted: s.deducted,
		Flags: s.flags, Findings: s.tr.findings, Steps: s.tr.steps, Settings: set, Calendar: s.cal.ID,
		Limit: Limit{ID: s.rule.ID, Name: s.rule.Name, From: s.version.From, To: s.version.To, Base: s.base.String(), Source: s.version.Source},
	}
	if s.rule.Measure == InDays {
		r.Reached = s.reached()
		r.counted = s.counted().Sub(s.dayZero) - s.deducted
		r.basic = s.base.Span.add(s.dayZero, s.rule.MonthEnd).Sub(s.dayZero)
	}
	return r, nil
}
