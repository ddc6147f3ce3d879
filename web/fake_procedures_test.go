package web

import (
	"context"
	"io"
	"math"

	"zhunsheng/internal/access"
	"zhunsheng/internal/appraisal"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/signal"
	"zhunsheng/internal/statute"
	"zhunsheng/web/page/procedures"
)

// fakeProcedures keeps one application of every state and two appraisals, and forgets what is
// done to them. The version that somebody has seen must be the one there is.
type fakeProcedures struct{ *fake }

var fakeCase = docket.Case{Key: "k|1", Court: "藏9801", CaseNo: "（2024）藏9801民初1号", Judge: "j1"}

func fakeSteps(state procedure.State) []procedure.Step {
	r := procedure.Request{Kind: procedure.Extension, Court: fakeCase.Court, Key: fakeCase.Key, CaseNo: fakeCase.CaseNo, Limit: "CV1", By: procedure.President, Months: 3, Reason: "案情<b>复杂</b>"}
	at := func(a procedure.Act, d procedure.Detail) procedure.Step {
		return procedure.Step{Act: a, Who: "judge", Name: "法官", Role: access.Judge, Day: civil.NewDate(2024, 6, 3), Detail: d}
	}
	save, apply := at(procedure.Save, procedure.Detail{Request: r.Fields()}), at(procedure.Apply, procedure.Detail{Chain: []string{procedure.President}})
	approve := at(procedure.Approve, procedure.Detail{Before: "2024-07-15", After: "2024-10-15"})
	return map[procedure.State][]procedure.Step{
		procedure.Draft: {save}, procedure.Applied: {save, apply}, procedure.Approved: {save, apply, approve},
		procedure.Entered:   {save, apply, approve, at(procedure.Enter, procedure.Detail{Batch: 12})},
		procedure.Refused:   {save, apply, at(procedure.Refuse, procedure.Detail{Note: "请先开庭"})},
		procedure.Withdrawn: {save, apply, at(procedure.Withdraw, procedure.Detail{})},
	}[state]
}

func (f fakeProcedures) line(state procedure.State) (procedures.Line, error) {
	p, err := procedure.Replay("P-"+string(state), fakeSteps(state))
	l := procedures.Line{Procedure: p, Case: fakeCase, Asks: statute.Text{Zh: "延长3个月", En: "extend by 3 months"}}
	if err == nil && p.Next() != "" {
		l.Next = statute.Text{Zh: "院长", En: "president"}
	}
	return l, err
}

func (f fakeProcedures) Procedures(_ context.Context, _ access.Scope, q procedures.Query) (procedures.Register, error) {
	reg := procedures.Register{Counts: map[procedure.State]int{}}
	for _, s := range procedure.States() {
		if s == procedure.Ending {
			continue
		}
		l, err := f.line(s)
		if err != nil {
			return reg, err
		}
		reg.Counts[s]++
		if (q.State == "" || q.State == s) && (q.Kind == "" || q.Kind == procedure.Extension) {
			reg.Lines = append(reg.Lines, l)
		}
	}
	reg.Total = len(reg.Lines)
	return reg, nil
}

func (f fakeProcedures) ProcedureXlsx(_ context.Context, _ access.Scope, _ procedures.Query, _ string, w io.Writer) error {
	_, err := io.WriteString(w, "PK")
	return err
}

func (f fakeProcedures) Procedure(_ context.Context, who access.Scope, id string) (procedures.One, error) {
	for _, s := range procedure.States() {
		if id != "P-"+string(s) || s == procedure.Ending {
			continue
		}
		l, err := f.line(s)
		one := procedures.One{Line: l, Options: fakeOptions(), May: map[procedure.Act]bool{}}
		one.Preview = procedures.Preview{Before: "2024-07-15", After: "2024-10-15", Shift: 92, Findings: []statute.Text{{Zh: "延长申请已迟", En: "late"}},
			Chain: []procedures.Seat{{Code: procedure.President, Name: statute.Text{Zh: "院长", En: "president"}, State: "next"}}}
		one.May[procedure.Save] = s == procedure.Draft && who.Can(access.PrepareProcedure)
		one.May[procedure.Apply] = s == procedure.Draft && who.Can(access.ApplyProcedure)
		one.May[procedure.Agree] = s == procedure.Applied && who.Role == access.President
		return one, err
	}
	return procedures.One{}, fault.NotFoundf("no proceeding %q", id)
}

func (f fakeProcedures) ProcedureForm(_ context.Context, _ access.Scope, _ string, w io.Writer) error {
	_, err := io.WriteString(w, "PK")
	return err
}

func fakeOptions() procedures.Options {
	return procedures.Options{Case: fakeCase, LimitID: "CV1", Limit: statute.Text{Zh: "民事一审普通程序", En: "civil first instance"}, Day: civil.NewDate(2024, 6, 30),
		Authorities: []procedures.Choice{{Value: "president", Name: statute.Text{Zh: "本院院长", En: "president"}, Note: statute.Text{Zh: "最长6个月", En: "at most 6m"}}}}
}

func (f fakeProcedures) Options(context.Context, access.Scope, string, string) (procedures.Options, error) {
	return fakeOptions(), nil
}

func stale(version, have int) error {
	if version != have {
		return fault.Conflictf("他人已先一步更改")
	}
	return nil
}

func (f fakeProcedures) Save(_ context.Context, _ access.Scope, id string, version int, _ procedure.Request) (string, error) {
	if id == "" {
		return "P-draft", nil
	}
	return id, stale(version, 1)
}

func (f fakeProcedures) Apply(_ context.Context, _ access.Scope, _ string, version int, _ string) error {
	return stale(version, 1)
}

func (f fakeProcedures) Decide(_ context.Context, who access.Scope, _ string, version int, agree bool, note string) error {
	switch {
	case who.Role != access.President:
		return fault.Forbiddenf("现在应由院长决定")
	case !agree && note == "":
		return fault.At("note", "不同意须写明理由", "")
	}
	return stale(version, 2)
}

func (f fakeProcedures) Record(_ context.Context, _ access.Scope, _ string, version int, _ bool, _ procedures.Paper) error {
	return stale(version, 2)
}

func (f fakeProcedures) Withdraw(_ context.Context, _ access.Scope, _ string, version int, _ string) error {
	return stale(version, 2)
}

func (f fakeProcedures) End(_ context.Context, _ access.Scope, _ string, version int, _ string) error {
	return stale(version, 4)
}

func fakeAppraisal(id string, steps ...appraisal.Step) procedures.Appraised {
	e := &appraisal.Entrustment{Court: fakeCase.Court, Key: fakeCase.Key, CaseNo: fakeCase.CaseNo, Matter: "injury", Institution: "甲所", Materials: "病历\n影像"}
	all := append([]appraisal.Step{{Act: appraisal.Entrust, Day: civil.NewDate(2024, 5, 6), Detail: appraisal.Detail{Entrustment: e}}}, steps...)
	a, err := appraisal.Replay(id, all)
	if err != nil {
		panic(err)
	}
	return procedures.Appraised{Appraisal: a, Case: fakeCase, Clock: appraisal.Clock{Limit: 30, Used: 32, Left: -2, Due: civil.NewDate(2024, 6, 18)}, Remind: true}
}

func (f fakeProcedures) Appraisals(context.Context, access.Scope, procedures.AppraisalQuery) (procedures.Appraisals, error) {
	return procedures.Appraisals{Day: civil.NewDate(2024, 6, 30), Lines: []procedures.Appraised{fakeAppraisal("A-1")}, Rules: appraisal.Version{Few: 10}, City: signal.Interval{Low: math.NaN()},
		Institutions: []appraisal.Institution{{Name: "乙所", Finished: 3, Few: true}, {Name: "甲所", Finished: 10, InTime: 8, Share: signal.Interval{Low: .4902, High: .9433}, Days: 31.4}}}, nil
}

func (f fakeProcedures) AppraisalXlsx(_ context.Context, _ access.Scope, _ procedures.AppraisalQuery, _ string, w io.Writer) error {
	_, err := io.WriteString(w, "PK")
	return err
}

func (f fakeProcedures) Appraisal(_ context.Context, who access.Scope, id string) (procedures.OneAppraisal, error) {
	if id != "A-1" {
		return procedures.OneAppraisal{}, fault.NotFoundf("no appraisal %q", id)
	}
	return procedures.OneAppraisal{Appraised: fakeAppraisal(id), May: who.Can(access.KeepAppraisals), Day: civil.NewDate(2024, 6, 30)}, nil
}

func (f fakeProcedures) Entrust(_ context.Context, _ access.Scope, _ civil.Date, e appraisal.Entrustment) (string, error) {
	return "A-1", e.Check()
}

func (f fakeProcedures) Enter(_ context.Context, _ access.Scope, _ string, version int, _ appraisal.Act, _ civil.Date, _ string) error {
	return stale(version, 1)
}
