package app

import (
	"context"
	"fmt"
	"slices"

	"zhunsheng/internal/caselimit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/internal/timelimit"
	"zhunsheng/web/page/procedures"
)

// limitCase is a case as the engine sees it, with the events that the ledger has of it; an
// event of the named application is left out.
func (p paperwork) limitCase(ctx context.Context, r store.Record, without string, extra ...docket.Event) (timelimit.Case, caselimit.Problem, error) {
	kept, err := p.store.Events(ctx, r.Court, r.Key)
	if err != nil {
		return timelimit.Case{}, caselimit.Problem{}, err
	}
	var events []docket.Event
	for _, e := range kept {
		if without == "" || e.Ref != without {
			events = append(events, e.Event)
		}
	}
	c, problem := caselimit.Of(p.law, &r.Case, append(events, extra...))
	return c, problem, nil
}

// readings are the settings of a computation on the day of work.
func (p paperwork) readings() timelimit.Settings {
	set := p.law.Defaults
	set.OpenUntil = p.day
	return set
}

// options lists what the law offers for an application on a case.
func (p paperwork) options(ctx context.Context, r store.Record) (procedures.Options, error) {
	out := procedures.Options{Case: r.Case, Day: p.day}
	c, problem, err := p.limitCase(ctx, r, "")
	if err != nil {
		return out, err
	}
	if !problem.None() {
		out.Problem, out.Remedy = problem.Text, problem.Remedy
		return out, nil
	}
	id := c.Procedure
	for _, e := range c.Events {
		if e.Kind == timelimit.ConvertEvent && e.On <= p.day {
			id = e.Name
		}
	}
	rule, err := p.law.Rule(id)
	if err != nil {
		return out, err
	}
	out.LimitID, out.Limit = id, rule.Name
	for _, code := range procedure.Authorities(rule, p.day) {
		g, _ := procedure.Longest(rule, code, p.day)
		out.Authorities = append(out.Authorities, procedures.Choice{Value: code, Name: p.seatName(code, procedure.SeatOf(code, r.Court, p.lists.courts)), Note: grantNote(g)})
	}
	for _, s := range []struct {
		suspends bool
		to       *[]procedures.Choice
	}{{false, &out.Causes}, {true, &out.Suspensions}} {
		for _, x := range procedure.Causes(p.law, rule, s.suspends) {
			*s.to = append(*s.to, procedures.Choice{Value: x.Code, Name: x.Name, Note: statute.Text{Zh: x.Source.String(), En: x.Source.String()}})
		}
	}
	out.Conversions = p.conversions(rule)
	return out, nil
}

// conversions lists the limits a case may be converted to: the usual ones only, since the law
// knows no others.
func (p paperwork) conversions(rule *timelimit.Rule) []procedures.Choice {
	if rule.Convert == nil {
		return nil
	}
	var out []procedures.Choice
	for _, id := range rule.Convert.Usual {
		if r, err := p.law.Rule(id); err == nil {
			out = append(out, procedures.Choice{Value: id, Name: r.Name, Note: statute.Text{Zh: rule.Convert.Source.String(), En: rule.Convert.Source.String()}})
		}
	}
	return out
}

// grantNote says how long an authority may extend, and by which text.
func grantNote(g timelimit.Grant) statute.Text {
	t := statute.Text{Zh: "法律未定长度", En: "the law gives no length"}
	if !g.Max.IsZero() {
		t = statute.Text{Zh: "最长" + spanZh(g.Max), En: "at most " + g.Max.String()}
	}
	if g.Each {
		t.Zh, t.En = "每次"+t.Zh, t.En+" each time"
	}
	if g.Consent != "" {
		t.Zh, t.En = t.Zh+"，须双方同意", t.En+", both parties consent"
	}
	if s := g.Source.String(); s != "" {
		t.Zh, t.En = t.Zh+"（"+s+"）", t.En+" ("+s+")"
	}
	return t
}

func spanZh(s timelimit.Span) string {
	switch {
	case s.Months > 0 && s.Days > 0:
		return fmt.Sprintf("%d个月%d日", s.Months, s.Days)
	case s.Months > 0:
		return fmt.Sprintf("%d个月", s.Months)
	}
	return fmt.Sprintf("%d日", s.Days)
}

// preview computes what an application does to the due date. Once decided, it is what was shown
// to the one who decided.
func (p paperwork) preview(ctx context.Context, x *procedure.Procedure, r store.Record) (procedures.Preview, error) {
	var out procedures.Preview
	out.Chain, out.ChainSource = p.chain(x)
	decided := p.day
	if !x.Decided.IsZero() {
		decided = x.Decided
	}
	asked := x.Asked
	if asked.IsZero() {
		asked = p.day
	}
	with := *x
	with.Asked = asked
	before, err := p.result(ctx, r, x.ID)
	if err != nil {
		return out, err
	}
	if before.problem != (statute.Text{}) {
		out.Problem = before.problem
		return out, nil
	}
	rule, err := p.law.Rule(x.Limit)
	if err == nil && x.Kind == procedure.Extension {
		if w, ok := procedure.WindowOf(rule, before.Reached, decided); ok && !before.Day.IsZero() {
			out.Window = &w
			out.AskLate, out.AskEarly = asked > w.AskBy, asked < w.AskFrom
			out.DecideLate = decided > w.DecideBy
		}
		if g, ok := procedure.Longest(rule, x.By, decided); ok {
			out.Grant = grantNote(g)
		}
	}
	if kept := frozen(x); kept != nil {
		out.Before, out.After, out.Kept = kept.Before, kept.After, true
		for _, f := range kept.Findings {
			out.Findings = append(out.Findings, statute.Text{Zh: f})
		}
		out.Shift = between(kept.Before, kept.After)
		return out, nil
	}
	if len(x.Check()) > 0 {
		out.Before = before.String()
		return out, nil
	}
	after, err := p.result(ctx, r, x.ID, with.Event(p.law, &r.Case, decided, p.day))
	if err != nil {
		return out, err
	}
	if out.Problem = after.problem; out.Problem != (statute.Text{}) {
		return out, nil
	}
	out.Before, out.After = before.String(), after.String()
	out.Shift = between(out.Before, out.After)
	if out.Findings, err = p.besides(ctx, x); err != nil {
		return out, err
	}
	for _, f := range after.Findings {
		if !slices.ContainsFunc(before.Findings, func(b timelimit.Finding) bool { return b.Code == f.Code && b.Text == f.Text }) {
			out.Findings = append(out.Findings, f.Text)
		}
	}
	return out, nil
}

// besides names the other applications of the kind on the case that are not decided yet: each
// is previewed without them.
func (p paperwork) besides(ctx context.Context, x *procedure.Procedure) ([]statute.Text, error) {
	all, err := p.store.Proceedings(ctx, store.ProceedingFilter{Court: x.Court, Key: x.Key, Kind: string(x.Kind), State: string(procedure.Applied)})
	var out []statute.Text
	for _, other := range all {
		if other.ID != x.ID {
			out = append(out, statute.Text{Zh: "本案另有同类申请 " + other.ID + " 待决定，未计入预览", En: "another application of this kind, " + other.ID + ", waits for its decision and is not counted here"})
		}
	}
	return out, err
}

// outcome is a result, or why there is none.
type outcome struct {
	*timelimit.Result
	problem statute.Text
}

func (p paperwork) result(ctx context.Context, r store.Record, without string, extra ...docket.Event) (outcome, error) {
	c, problem, err := p.limitCase(ctx, r, without, extra...)
	if err != nil {
		return outcome{}, err
	}
	if !problem.None() {
		return outcome{problem: problem.Text}, nil
	}
	res, err := timelimit.Compute(p.law, &c, p.readings())
	if err != nil { // the engine says what is wrong with the case; the preview shows it
		return outcome{problem: statute.Text{Zh: err.Error(), En: err.Error()}}, nil
	}
	return outcome{Result: res}, nil
}

// frozen is the step that decided, nil while nobody has.
func frozen(x *procedure.Procedure) *procedure.Detail {
	for _, s := range slices.Backward(x.Steps) {
		if s.Act == procedure.Approve || s.Act == procedure.Refuse {
			return &s.Detail
		}
	}
	return nil
}

// between counts the calendar days from one due day to another; 0 where one is none.
func between(before, after string) int {
	b, err1 := civil.ParseDate(before)
	a, err2 := civil.ParseDate(after)
	if err1 != nil || err2 != nil {
		return 0
	}
	return a.Sub(b)
}

// chain lists the seats of an application with how far it is.
func (p paperwork) chain(x *procedure.Procedure) ([]procedures.Seat, statute.Source) {
	codes, source := p.house.Chain(x.Request)
	if len(x.Chain) > 0 {
		codes = x.Chain
	}
	var out []procedures.Seat
	for i, code := range codes {
		seat := procedure.SeatOf(code, x.Court, p.lists.courts)
		s := procedures.Seat{Code: code, Name: p.seatName(code, seat), Paper: !p.held[seat]}
		switch {
		case i < x.At || x.State == procedure.Approved || x.State == procedure.Entered || x.State == procedure.Ending:
			s.State = "done"
		case i == x.At && x.State == procedure.Applied:
			s.State = "next"
		case x.State == procedure.Applied:
			s.State = "later"
		}
		out = append(out, s)
	}
	return out, source
}
