package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/jobs"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/procedures"
)

// Save implements [procedures.Source]: a draft is kept as it is, also while fields are missing.
func (a procedureDesk) Save(ctx context.Context, who access.Scope, id string, version int, r procedure.Request) (string, error) {
	if err := who.Need(access.PrepareProcedure); err != nil {
		return "", err
	}
	p, err := a.paperwork(ctx, who)
	if err != nil {
		return "", err
	}
	rec, err := p.seen(ctx, who, r.Court, r.Key)
	if err != nil {
		return "", err
	}
	o, err := p.options(ctx, rec)
	if err != nil {
		return "", err
	}
	r.CaseNo, r.Limit = rec.CaseNo, o.LimitID
	step := procedure.Step{Act: procedure.Save, Detail: procedure.Detail{Request: r.Fields()}}
	if id == "" {
		return p.begin(ctx, r, step)
	}
	x, err := p.read(ctx, id)
	if err != nil {
		return "", err
	}
	if x.Court != r.Court || x.Key != r.Key || x.Kind != r.Kind {
		return "", fault.Invalidf("%s 是另一案件或另一种类的申请 / is an application of another case or kind", id)
	}
	return id, p.step(ctx, x, version, step)
}

// begin keeps a new draft.
func (p paperwork) begin(ctx context.Context, r procedure.Request, step procedure.Step) (string, error) {
	x := &procedure.Procedure{}
	if err := x.Take(step); err != nil {
		return "", err
	}
	kept, err := p.stored(step)
	if err != nil {
		return "", err
	}
	id, err := p.store.AddProceeding(ctx, fmt.Sprintf("P%d", p.day.Year()),
		store.Proceeding{Kind: string(r.Kind), Court: r.Court, Key: r.Key, CaseNo: r.CaseNo, State: string(x.State)}, kept)
	if err != nil {
		return "", err
	}
	return id, p.logged(ctx, id, r, step)
}

// stored is a step as the store keeps it; it holds for the day of work unless it names one.
func (p paperwork) stored(s procedure.Step) (store.ProceedingStep, error) {
	body, err := json.Marshal(s.Detail)
	if s.Day.IsZero() {
		s.Day = p.day
	}
	return store.ProceedingStep{Act: string(s.Act), Who: p.who.User, Name: p.who.Name, Role: string(p.who.Role), Day: s.Day, Body: string(body)}, err
}

// logged writes the step to the log; reasons stay in the application.
func (p paperwork) logged(ctx context.Context, id string, r procedure.Request, s procedure.Step) error {
	detail := string(r.Kind)
	if s.After != "" {
		detail += " " + s.Before + " → " + s.After
	}
	if s.Paper != "" {
		detail += " " + s.Paper
	}
	return p.note(ctx, p.who, "procedure."+string(s.Act), id+" "+r.CaseNo, detail)
}

// step adds a step to the version that the person has seen; an approval leaves its event to be
// entered in the same transaction.
func (p paperwork) step(ctx context.Context, x *procedure.Procedure, version int, s procedure.Step) error {
	if version != x.Version() {
		return &fault.Error{Kind: fault.Conflict, Place: x.ID, Text: "他人已先一步更改 / somebody else has changed it since", Remedy: "请看现在的内容，再决定 / look at it as it is now and decide again"}
	}
	kept, err := p.stored(s)
	if err != nil {
		return err
	}
	s.Day = kept.Day
	if err := x.Take(s); err != nil {
		return err
	}
	post := ""
	if x.State == procedure.Approved || x.State == procedure.Ending {
		if post, err = p.pend(ctx, x); err != nil {
			return err
		}
	}
	err = p.store.Advance(ctx, store.Proceeding{ID: x.ID, Version: version, State: string(x.State), Next: x.Next()}, kept, post)
	if err != nil {
		return err
	}
	return p.logged(ctx, x.ID, x.Request, s)
}

// pend is the event that waits for the ledger.
func (p paperwork) pend(ctx context.Context, x *procedure.Procedure) (string, error) {
	r, err := p.store.RecordByKey(ctx, x.Court, x.Key)
	if err != nil {
		return "", err
	}
	return jobs.Pend(procedure.Row(r.Court, r.CaseNo, x.Event(p.law, &r.Case, x.Decided, p.day)))
}

// open reads an application and its case for somebody who wants to act.
func (a procedureDesk) open(ctx context.Context, who access.Scope, id string, need access.Action) (p paperwork, x *procedure.Procedure, r store.Record, err error) {
	if err = who.Need(need); err != nil {
		return p, nil, r, err
	}
	if p, err = a.paperwork(ctx, who); err != nil {
		return p, nil, r, err
	}
	if x, err = p.read(ctx, id); err != nil {
		return p, nil, r, err
	}
	r, err = p.seen(ctx, who, x.Court, x.Key)
	return p, x, r, err
}

// Apply implements [procedures.Source]; what is missing is said field by field.
func (a procedureDesk) Apply(ctx context.Context, who access.Scope, id string, version int, note string) error {
	p, x, r, err := a.open(ctx, who, id, access.ApplyProcedure)
	if err != nil {
		return err
	}
	if missing := x.Check(); len(missing) > 0 {
		return missing[0]
	}
	if !r.ClosedOn.IsZero() && (x.Kind == procedure.Extension || x.Kind == procedure.Conversion) {
		return fault.Conflictf("案件已于 %s 结案，不能再延长或转换 / the case is closed, nothing is left to extend or convert", r.ClosedOn)
	}
	chain, _ := p.house.Chain(x.Request)
	s := procedure.Step{Act: procedure.Apply, Detail: procedure.Detail{Chain: chain, Note: strings.TrimSpace(note)}}
	if err := p.show(ctx, x, r, &s); err != nil {
		return err
	}
	return p.step(ctx, x, version, s)
}

// show notes in a step what was shown to the person who takes it.
func (p paperwork) show(ctx context.Context, x *procedure.Procedure, r store.Record, s *procedure.Step) error {
	v, err := p.preview(ctx, x, r)
	if err != nil {
		return err
	}
	s.Before, s.After = v.Before, v.After
	for _, f := range v.Findings {
		s.Findings = append(s.Findings, f.Zh)
	}
	return nil
}

// Decide implements [procedures.Source]; only the one whose turn it is decides.
func (a procedureDesk) Decide(ctx context.Context, who access.Scope, id string, version int, agree bool, note string) error {
	p, x, r, err := a.open(ctx, who, id, access.DecideProcedure)
	if err != nil {
		return err
	}
	l := p.line(x, r.Case)
	if x.State == procedure.Applied && (!l.Mine || l.Paper) {
		return fault.Forbiddenf("现在应由%s决定 / %s decides now", l.Next.Zh, l.Next.En)
	}
	return p.decide(ctx, x, r, version, agree, procedure.Step{Detail: procedure.Detail{Note: strings.TrimSpace(note)}})
}

// decide agrees, approves as the last of the chain, or refuses.
func (p paperwork) decide(ctx context.Context, x *procedure.Procedure, r store.Record, version int, agree bool, s procedure.Step) error {
	switch {
	case !agree:
		s.Act = procedure.Refuse
	case x.Last():
		s.Act = procedure.Approve
	default:
		s.Act = procedure.Agree
	}
	s.Seat = x.Next()
	if err := p.show(ctx, x, r, &s); err != nil {
		return err
	}
	if err := p.step(ctx, x, version, s); err != nil {
		return err
	}
	p.enterSoon(ctx)
	return nil
}

// Record implements [procedures.Source]: a decision made on paper by somebody who has no
// sign-in here.
func (a procedureDesk) Record(ctx context.Context, who access.Scope, id string, version int, agree bool, d procedures.Paper) error {
	p, x, r, err := a.open(ctx, who, id, access.RecordDecision)
	if err != nil {
		return err
	}
	l := p.line(x, r.Case)
	switch {
	case x.State == procedure.Applied && !l.Paper:
		return fault.Forbiddenf("应由%s本人在系统内决定 / %s decides by signing in", l.Next.Zh, l.Next.En)
	case x.State == procedure.Applied && !l.Mine:
		return fault.Forbiddenf("本院审管办或中院审管办方可登记 / only the office of the court or of the city records it")
	case strings.TrimSpace(d.No) == "":
		return fault.At("paper", "请填批准文书的文号 / state the number of the document", "")
	case d.Day.IsZero() || d.Day > p.day:
		return fault.At("day", "请填文书的日期，不晚于 "+p.day.String()+" / state the day of the document, not later", "")
	case d.Day < x.Asked:
		return fault.At("day", "早于申请之日 "+x.Asked.String()+" / before the application", "")
	}
	return p.decide(ctx, x, r, version, agree, procedure.Step{Day: d.Day, Detail: procedure.Detail{Note: strings.TrimSpace(d.Note), Paper: strings.TrimSpace(d.No)}})
}

// Withdraw implements [procedures.Source].
func (a procedureDesk) Withdraw(ctx context.Context, who access.Scope, id string, version int, note string) error {
	p, x, _, err := a.open(ctx, who, id, access.ApplyProcedure)
	if err != nil {
		return err
	}
	return p.step(ctx, x, version, procedure.Step{Act: procedure.Withdraw, Detail: procedure.Detail{Note: strings.TrimSpace(note)}})
}

// End implements [procedures.Source]: the last day of a period that was approved without one.
func (a procedureDesk) End(ctx context.Context, who access.Scope, id string, version int, until string) error {
	p, x, _, err := a.open(ctx, who, id, access.ApplyProcedure)
	if err != nil {
		return err
	}
	if day, err := civil.ParseDate(until); err == nil && day > p.day {
		return fault.At("until", "结束日不能晚于今天 "+p.day.String()+" / the last day cannot lie ahead", "")
	}
	if err := p.step(ctx, x, version, procedure.Step{Act: procedure.End, Detail: procedure.Detail{Until: until}}); err != nil {
		return err
	}
	p.enterSoon(ctx)
	return nil
}
