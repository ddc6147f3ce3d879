package app

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"zhunsheng/internal/caselimit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
)

// Limits are the limits of the law that the office has accepted, else those of the program.
func (a *App) Limits(ctx context.Context) (*timelimit.Book, error) {
	law, err := a.importer.LawInForce(ctx)
	if err != nil {
		return nil, fmt.Errorf("limits of the law: %w", err)
	}
	return law.Book, nil
}

// limitFinding is a doubt about time limits, worded as a question, with the cases it is about.
type limitFinding struct {
	Code     string         `yaml:"code"`
	Question statute.Text   `yaml:"question"`
	Why      statute.Text   `yaml:"why"`
	Source   statute.Source `yaml:"source"`
}

// loadLimitFindings reads rules/today/limit_findings.yaml.
func loadLimitFindings(rules fs.FS) ([]limitFinding, error) {
	const file = "today/limit_findings.yaml"
	var b struct {
		Findings []limitFinding `yaml:"findings"`
	}
	if err := statute.Decode(rules, file, &b); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, f := range b.Findings {
		if f.Code == "" || seen[f.Code] || f.Question.Zh == "" || f.Question.En == "" || f.Why.Zh == "" || f.Why.En == "" {
			return nil, fault.At(file, fmt.Sprintf("finding %q stands twice, or lacks its question or reason", f.Code), "give every code once, in both languages")
		}
		seen[f.Code] = true
	}
	return b.Findings, nil
}

// limitStates are the states of pending cases, each a selection limit_<state>; a pending case
// is in exactly one.
var limitStates = []caselimit.State{caselimit.Over, caselimit.Near, caselimit.Running, caselimit.Suspended, caselimit.NoLimit, caselimit.Unknown}

// beyondBase is the finding of cases in time only by extension or deduction.
const beyondBase = "beyond_base"

// limitSelection reads limit_over, limit_near … of pending cases, limit_extended, and
// limit_finding.<code> of cases pending at the end of the period or closed in it.
func (a *App) limitSelection(s *selection, name, code string, period civil.Period) (*selection, error) {
	if name == "limit_finding" {
		return a.limitFinding(s, code, period)
	}
	r, v, err := a.selections.rule(name, s.period.To)
	if err != nil {
		return nil, err
	}
	today := indicator.Bound{Anchor: indicator.PeriodTo}
	suspended := dayBound("limit_open_on", indicator.LE, today)
	due := has("limit_due_on")
	clock := indicator.All(openAt(), due, not(suspended)) // the time of the case runs
	left := dayBound("limit_due_on", indicator.GE, today)
	switch name {
	case "limit_over":
		s.where = indicator.All(clock, not(left))
	case "limit_near":
		s.where = indicator.All(clock, left, reminded(a.law))
	case "limit_running":
		s.where = indicator.All(clock, left, not(reminded(a.law)))
	case "limit_suspended":
		s.where = indicator.All(openAt(), due, suspended)
	case "limit_none":
		s.where = indicator.All(openAt(), not(due), has("limit_rule"), not(has("limit_problem")))
	case "limit_unknown":
		s.where = indicator.All(openAt(), not(due), not(indicator.All(has("limit_rule"), not(has("limit_problem")))))
	case "limit_extended":
		s.where = indicator.All(openAt(), &indicator.Pred{Op: indicator.IsYes, Field: fieldAt("limit_extended")})
	default:
		return nil, fault.At("pick", fmt.Sprintf("no selection is named %q", name), "open the list from the page that counts it")
	}
	s.describe(r, v, nil)
	return s, nil
}

// limitFinding selects the cases behind a doubt.
func (a *App) limitFinding(s *selection, code string, period civil.Period) (*selection, error) {
	for _, f := range a.findings {
		if f.Code != code {
			continue
		}
		if s.period.From = period.From; s.period.From == 0 || s.period.From > s.period.To {
			s.period.From = s.period.To
		}
		end := indicator.Bound{Anchor: indicator.PeriodTo}
		s.where = indicator.All(dayBound("filed_on", indicator.LE, end), &indicator.Pred{Op: indicator.Or, Args: []*indicator.Pred{
			not(dayBound("closed_on", indicator.LE, end)), dayBound("closed_on", indicator.GE, indicator.Bound{Anchor: indicator.PeriodFrom})}})
		if code == beyondBase {
			s.where = indicator.All(s.where, inTimeBeyondBase())
		} else {
			s.where, s.finding = indicator.All(s.where, has("limit_findings")), code
		}
		s.name, s.why = f.Question, f.Why
		s.definition = statute.Text{Zh: "期末未结或期内结案的案件中，审限计算提出此疑问的；是请核实的线索，不是结论。",
			En: "Cases pending at the end of the period or closed in it of which the computation of the limit asks this; a question to look into, no finding of fault."}
		return s, nil
	}
	return nil, fault.At("pick", fmt.Sprintf("no doubt about time limits is named %q", code), "open the list from the page that counts it")
}

// inTimeBeyondBase is "past the base limit and still, or closed, within the limit".
func inTimeBeyondBase() *indicator.Pred {
	end := indicator.Bound{Anchor: indicator.PeriodTo}
	base, due, closed := fieldAt("limit_base_due_on"), fieldAt("limit_due_on"), fieldAt("closed_on")
	pair := func(field int, cmp indicator.Cmp, other int) *indicator.Pred {
		return &indicator.Pred{Op: indicator.DayPair, Field: field, Cmp: cmp, Field2: other}
	}
	return &indicator.Pred{Op: indicator.Or, Args: []*indicator.Pred{
		indicator.All(not(dayBound("closed_on", indicator.LE, end)), dayBound("limit_base_due_on", indicator.LT, end), dayBound("limit_due_on", indicator.GE, end)),
		indicator.All(dayBound("closed_on", indicator.LE, end), pair(closed, indicator.GT, base), pair(closed, indicator.LE, due)),
	}}
}

// reminded is "the first reminder before the end is due", by the line of the limit and the day
// from which it runs.
func reminded(book *timelimit.Book) *indicator.Pred {
	or := &indicator.Pred{Op: indicator.Or}
	for _, w := range book.Warnings {
		var ids []string
		for _, r := range book.Rules() {
			if r.Line.ID == w.Line {
				ids = append(ids, r.ID)
			}
		}
		slices.Sort(ids)
		if len(ids) == 0 || len(w.Before) == 0 {
			continue
		}
		on := func(cmp indicator.Cmp, d civil.Date) *indicator.Pred {
			return dayBound("limit_from_on", cmp, indicator.Bound{Anchor: indicator.Fixed, Day: d})
		}
		p := indicator.All(&indicator.Pred{Op: indicator.TextIn, Field: fieldAt("limit_rule"), Set: ids}, on(indicator.GE, w.From),
			dayBound("limit_due_on", indicator.LE, indicator.Bound{Anchor: indicator.PeriodTo, Days: slices.Max(w.Before)}))
		if !w.To.IsZero() {
			p = indicator.All(p, on(indicator.LE, w.To))
		}
		or.Args = append(or.Args, p)
	}
	return or
}

func has(field string) *indicator.Pred {
	return &indicator.Pred{Op: indicator.Has, Field: fieldAt(field)}
}

func not(p *indicator.Pred) *indicator.Pred {
	return &indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{p}}
}

// withFinding narrows a selection of doubts to the values of the column that hold its code.
func (a *App) withFinding(ctx context.Context, s *selection) error {
	if s.finding == "" {
		return nil
	}
	values, err := a.doubted.of(a, struct{}{}, func() ([]string, error) { return a.doubtedValues(ctx) })
	if err != nil {
		return fmt.Errorf("doubts about limits: %w", err)
	}
	var set []string
	for _, v := range values {
		if slices.Contains(strings.Fields(v), s.finding) {
			set = append(set, v)
		}
	}
	s.where, s.finding = indicator.All(s.where, &indicator.Pred{Op: indicator.TextIn, Field: fieldAt("limit_findings"), Set: set}), ""
	return nil
}

// doubtedValues are the values of the column of doubts in the whole ledger, sorted.
func (a *App) doubtedValues(ctx context.Context) ([]string, error) {
	groups, err := a.columns.Tally(ctx, indicator.Ask{Measures: []indicator.Measure{{Kind: indicator.Cases, Where: has("limit_findings")}}, By: []string{"limit_findings"}})
	if err != nil {
		return nil, err
	}
	var values []string
	for _, g := range groups {
		values = append(values, g.By[0])
	}
	slices.Sort(values)
	return values, nil
}
