package caselimit

import (
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/timelimit"
)

// Limit is what the ledger keeps of a case's time limit.
type Limit struct {
	Rule    string     // id of the limit, after the last conversion; "" unknown
	Law     civil.Date // first day of the version of the law that the base is taken from
	None    bool       // the law sets no limit
	Problem Problem    // why nothing could be computed; the zero Problem else

	Start       civil.Date // day 0 after the last restart
	BaseDue     civil.Date // where the base alone would end
	ExtendedDue civil.Date // where base and extensions would end without the deducted days
	Due         civil.Date // the due date; zero: none or unknown
	OpenSince   civil.Date // first day of a deduction or suspension that still runs; zero: none

	Extended  timelimit.Span // extensions in effect
	Deducted  int            // days deducted in effect; of a closed case, up to its closing
	NetClosed civil.Date     // of a closed case: its closing day less the deducted days
	Counted   int            // of a closed case: days from acceptance to closing, less the deducted days
	Flags     timelimit.Flags
	Findings  []string // codes of doubts, sorted, each once
}

// Assess computes what the ledger keeps of a case. The settings name the reporting day
// (OpenUntil), which ends a deduction that still runs; such a date is provisional.
func Assess(book *timelimit.Book, c *docket.Case, events []docket.Event, set *timelimit.Settings) Limit {
	r := reading{book: book, c: c}
	r.read(events)
	if !r.problem.None() {
		return Limit{Problem: r.problem, Findings: tidy(r.doubts)}
	}
	sum, err := timelimit.Sum(book, &r.out, set)
	if err != nil {
		r.refuse(err)
		return Limit{Rule: r.out.Procedure, Problem: r.problem, Findings: tidy(r.doubts)}
	}
	l := Limit{Rule: sum.Rule.ID, Law: sum.Version.From, None: sum.Measure == timelimit.NoLimit, Start: sum.DayZero,
		BaseDue: sum.BaseEnd, ExtendedDue: sum.ExtendedEnd, Due: sum.Day, Extended: sum.Extended, Deducted: sum.Deducted, Flags: sum.Flags}
	if l.Start.IsZero() {
		l.Start = r.out.Accepted
	}
	for i := range r.out.Events {
		if e := &r.out.Events[i]; e.Kind == timelimit.DeductEvent && e.To.IsZero() && e.From <= set.OpenUntil {
			l.OpenSince = earlier(l.OpenSince, e.From)
		}
	}
	if !c.ClosedOn.IsZero() && c.ClosedOn >= r.out.Accepted {
		l.closed(book, &r.out, c.ClosedOn, set)
	}
	if len(r.out.Events) > 0 {
		r.doubts = append(r.doubts, findings(book, &r.out, set)...)
	} else if sum.Flags != 0 {
		r.doubts = append(r.doubts, sum.Flags.Names()...)
	}
	l.Findings = tidy(r.doubts)
	return l
}

// closed counts the days of a closed case: those deducted after its closing do not matter.
func (l *Limit) closed(book *timelimit.Book, c *timelimit.Case, on civil.Date, set *timelimit.Settings) {
	cut, later := *c, false
	for i := range c.Events {
		later = later || c.Events[i].Kind == timelimit.DeductEvent && c.Events[i].To > on
	}
	if later {
		cut.Events = nil
		for _, e := range c.Events {
			if e.Kind == timelimit.DeductEvent {
				if e.To = min(e.To, on); e.From >= e.To {
					continue
				}
			}
			cut.Events = append(cut.Events, e)
		}
		if sum, err := timelimit.Sum(book, &cut, set); err == nil {
			l.Deducted = sum.Deducted
		}
	}
	l.Counted = max(0, on.Sub(c.Accepted)-l.Deducted)
	l.NetClosed = on.AddDays(-l.Deducted)
}

// findings are the codes of the engine's doubts.
func findings(book *timelimit.Book, c *timelimit.Case, set *timelimit.Settings) []string {
	result, err := timelimit.Compute(book, c, *set)
	if err != nil {
		return nil
	}
	out := make([]string, 0, len(result.Findings))
	for _, f := range result.Findings {
		out = append(out, f.Code)
	}
	return out
}

// tidy sorts codes and leaves each once.
func tidy(codes []string) []string {
	slices.Sort(codes)
	return slices.Compact(codes)
}

// FindingText joins the codes of doubts, as the ledger keeps them.
func (l *Limit) FindingText() string { return strings.Join(l.Findings, " ") }

// Fields are the computed columns of the case record.
func (l *Limit) Fields() docket.Limit {
	out := docket.Limit{Rule: l.Rule, Problem: l.Problem.Code, Findings: l.FindingText()}
	if !l.Problem.None() {
		return out
	}
	out.FromOn, out.BaseDueOn, out.ExtendedDueOn, out.DueOn, out.OpenOn = l.Start, l.BaseDue, l.ExtendedDue, l.Due, l.OpenSince
	out.NetClosedOn = l.NetClosed
	out.DeductedDays, out.CountedDays = int32(l.Deducted), int32(l.Counted)
	if out.Extended = docket.No; !l.Extended.IsZero() {
		out.Extended = docket.Yes
	}
	return out
}

// FromFields takes from the computed columns of a record what [Limit.On] needs to tell where the case stands.
func FromFields(f *docket.Limit) Limit {
	return Limit{Rule: f.Rule, Problem: Problem{Code: f.Problem}, None: f.Rule != "" && f.Problem == "" && f.DueOn.IsZero(),
		Start: f.FromOn, BaseDue: f.BaseDueOn, ExtendedDue: f.ExtendedDueOn, Due: f.DueOn, OpenSince: f.OpenOn,
		Deducted: int(f.DeductedDays), Counted: int(f.CountedDays), Findings: strings.Fields(f.Findings)}
}

func earlier(a, b civil.Date) civil.Date {
	if a.IsZero() {
		return b
	}
	return min(a, b)
}
