package app

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/appraisal"
	"zhunsheng/internal/audit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/procedures"
)

// chambers is an installation with a court, the court above it, and somebody in every seat; the
// day is 2024-06-24, three weeks before the ordinary case is due.
func chambers(t *testing.T) (*App, map[string]access.Scope) {
	t.Helper()
	ctx := context.Background()
	now := time.Date(2024, 6, 24, 8, 0, 0, 0, time.UTC)
	a, err := Open(ctx, Config{Data: t.TempDir(), Create: true, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	courts := []docket.Court{{Code: "藏98", Name: "中院", Level: 3, Seq: 1}, {Code: "藏9801", Name: "甲县", Level: 4, Parent: "藏98", Seq: 2}}
	if err := a.store.LoadCourts(ctx, courts); err != nil {
		t.Fatal(err)
	}
	people := map[string]access.Scope{}
	for _, s := range []access.Scope{
		{User: "judge", Name: "甲", Role: access.Judge, Court: "藏9801", Division: "m1", Judge: "j1"},
		{User: "other", Name: "乙", Role: access.Judge, Court: "藏9801", Division: "m1", Judge: "j2"},
		{User: "clerk", Name: "书", Role: access.Clerk, Court: "藏9801", Division: "m1", Judge: "j1"},
		{User: "head", Name: "庭", Role: access.DivisionHead, Court: "藏9801", Division: "m1"},
		{User: "president", Name: "院", Role: access.President, Court: "藏9801"},
		{User: "above", Name: "中", Role: access.President, City: true},
		{User: "office", Name: "审", Role: access.OfficeHead, City: true},
		{User: "court", Name: "县", Role: access.CourtOffice, Court: "藏9801"},
	} {
		people[s.User] = s
		if err := a.AddUser(ctx, User{Login: s.User, Name: s.Name, Role: s.Role, City: s.City, Court: s.Court, Division: s.Division, Judge: s.Judge}, "password-of-"+s.User); err != nil {
			t.Fatal(err)
		}
	}
	file := "法院代码,案号,立案日期,适用程序,承办庭室,承办法官\n" +
		"藏9801,（2024）藏9801民初1号,2024-01-15,普通程序,m1,j1\n" +
		"藏9801,（2024）藏9801行初2号,2024-01-15,普通程序,m1,j1\n" +
		"藏9801,（2024）藏9801民初3号,2024-05-06,简易程序,m1,j1\n"
	path := filepath.Join(t.TempDir(), "台账.csv")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(ctx, access.System(), []string{path}, ImportOptions{Mapping: "cn-standard", DataDay: civil.NewDate(2024, 6, 24)}); err != nil {
		t.Fatal(err)
	}
	return a, people
}

func caseOf(t *testing.T, a *App, no string) store.Record {
	t.Helper()
	found, err := a.store.FindCaseNo(context.Background(), no, 1)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	return found[0]
}

func extension(c store.Record) procedure.Request {
	return procedure.Request{Kind: procedure.Extension, Court: c.Court, Key: c.Key, By: procedure.President, Months: 3, Reason: "案情复杂"}
}

// entries counts the events of a case that bear the number of an application.
func entries(t *testing.T, a *App, c store.Record, id string) (n int) {
	t.Helper()
	events, err := a.store.Events(context.Background(), c.Court, c.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Ref == id {
			n++
		}
	}
	return n
}

// TestExtensionFromDraftToLedger walks the chain with somebody of the wrong role at every step.
func TestExtensionFromDraftToLedger(t *testing.T) {
	ctx := context.Background()
	a, who := chambers(t)
	d, c := procedureDesk{a}, caseOf(t, a, "（2024）藏9801民初1号")
	refused := func(what string, err error, kind error) {
		t.Helper()
		if !errors.Is(err, kind) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := d.Save(ctx, who["other"], "", 0, extension(c))
	refused("another judge's case", err, fault.NotFound)
	_, err = d.Save(ctx, who["president"], "", 0, extension(c))
	refused("a president drafts", err, fault.Forbidden)
	id, err := d.Save(ctx, who["clerk"], "", 0, extension(c))
	if err != nil || id != "P2024-0001" {
		t.Fatal(id, err)
	}
	refused("a clerk applies", d.Apply(ctx, who["clerk"], id, 1, ""), fault.Forbidden)
	refused("nobody has applied yet", d.Decide(ctx, who["head"], id, 1, true, ""), fault.Conflict)
	if err := d.Apply(ctx, who["judge"], id, 1, ""); err != nil {
		t.Fatal(err)
	}
	refused("the president before the head", d.Decide(ctx, who["president"], id, 2, true, ""), fault.Forbidden)
	refused("the office without need", d.Record(ctx, who["office"], id, 2, true, procedures.Paper{No: "1", Day: civil.NewDate(2024, 6, 24)}), fault.Forbidden)
	refused("an old version", d.Decide(ctx, who["head"], id, 1, true, ""), fault.Conflict)
	refused("without a reason", d.Decide(ctx, who["head"], id, 2, false, " "), fault.Invalid)
	if err := d.Decide(ctx, who["head"], id, 2, true, "同意"); err != nil {
		t.Fatal(err)
	}
	refused("the head decides for the president", d.Decide(ctx, who["head"], id, 3, true, ""), fault.Forbidden)
	refused("the president of the court above", d.Decide(ctx, who["above"], id, 3, true, ""), fault.Forbidden)
	one, err := d.Procedure(ctx, who["president"], id)
	if err != nil || one.Preview.Before != "2024-07-15" || one.Preview.After != "2024-10-15" || one.Preview.AskLate || one.Preview.Window.DecideBy != civil.NewDate(2024, 7, 10) || !one.May[procedure.Agree] {
		t.Fatalf("preview %+v, %v", one.Preview, err)
	}
	reg, err := d.Procedures(ctx, who["president"], procedures.Query{Mine: true, Limit: -1})
	if err != nil || reg.Total != 1 || reg.Lines[0].ID != id {
		t.Errorf("waiting for the president: %+v, %v", reg, err)
	}
	if n := entries(t, a, c, id); n != 0 {
		t.Errorf("%d events before the approval", n)
	}
	if err := d.Decide(ctx, who["president"], id, 3, true, "同意"); err != nil {
		t.Fatal(err)
	}
	if n, err := a.EnterApproved(ctx); err != nil || n > 1 {
		t.Errorf("entered %d, %v", n, err)
	}
	one, err = d.Procedure(ctx, who["judge"], id)
	if err != nil || one.State != procedure.Entered || entries(t, a, c, id) != 1 || !one.Preview.Kept || one.Preview.After != "2024-10-15" {
		t.Errorf("after the approval %s, %d events, %+v, %v", one.State, entries(t, a, c, id), one.Preview, err)
	}
	p, err := a.paperwork(ctx, who["judge"])
	if err != nil {
		t.Fatal(err)
	}
	if now, err := p.result(ctx, c, ""); err != nil || now.String() != "2024-10-15" {
		t.Errorf("due %s, %v", now, err)
	}
	if r := caseOf(t, a, c.CaseNo); r.Limit.DueOn != civil.NewDate(2024, 10, 15) {
		t.Errorf("the ledger keeps that the case is due on %s", r.Limit.DueOn)
	}
	records, err := a.store.AuditTrail(ctx, 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"procedure.save", "procedure.apply", "procedure.agree", "procedure.approve", "procedure.enter"} {
		if !slices.ContainsFunc(records, func(r audit.Record) bool { return r.Action == action && strings.HasPrefix(r.Object, id) }) {
			t.Errorf("the log does not tell of %s", action)
		}
	}
	second, err := d.Save(ctx, who["judge"], "", 0, extension(c))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Apply(ctx, who["judge"], second, 1, ""); err != nil {
		t.Fatal(err)
	}
	third, err := d.Save(ctx, who["judge"], "", 0, extension(c))
	if err != nil {
		t.Fatal(err)
	}
	if one, err = d.Procedure(ctx, who["judge"], third); err != nil || !slices.ContainsFunc(one.Preview.Findings, func(x statute.Text) bool { return strings.Contains(x.Zh, second) }) {
		t.Errorf("the preview does not name %s: %+v, %v", second, one.Preview.Findings, err)
	}
	var b bytes.Buffer
	if err := d.ProcedureForm(ctx, who["judge"], id, &b); err != nil || b.Len() < 2000 {
		t.Errorf("form of %d bytes, %v", b.Len(), err)
	}
}

// TestApprovalSurvivesAnImportAndARestart: while somebody imports, the approval waits and says
// so; the next start enters it once.
func TestApprovalSurvivesAnImportAndARestart(t *testing.T) {
	ctx := context.Background()
	a, who := chambers(t)
	d, c := procedureDesk{a}, caseOf(t, a, "（2024）藏9801民初1号")
	id, err := d.Save(ctx, who["judge"], "", 0, procedure.Request{Kind: procedure.Suspension, Court: c.Court, Key: c.Key, Cause: "suspension", From: civil.NewDate(2024, 6, 3), Reason: "等待另案"})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Apply(ctx, who["judge"], id, 1, ""); err != nil {
		t.Fatal(err)
	}
	running, err := a.store.Begin(ctx, store.BatchInfo{User: "tongji", Mapping: "cn-standard"})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Decide(ctx, who["head"], id, 2, true, ""); err != nil {
		t.Fatal(err)
	}
	one, err := d.Procedure(ctx, who["judge"], id)
	if err != nil || one.State != procedure.Approved || !strings.Contains(one.Wait, "正在等待入账") || !strings.Contains(one.Wait, "import") || entries(t, a, c, id) != 0 {
		t.Fatalf("beside an import: %s, %q, %v", one.State, one.Wait, err)
	}
	if err := running.Discard(ctx); err != nil {
		t.Fatal(err)
	}
	again, err := Open(ctx, Config{Data: a.cfg.Data, Now: a.now})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	for i, want := range []int{1, 0} {
		if n, err := again.EnterApproved(ctx); err != nil || n != want {
			t.Errorf("run %d entered %d, %v", i, n, err)
		}
	}
	d = procedureDesk{again}
	if one, err = d.Procedure(ctx, who["judge"], id); err != nil || !one.Open() || one.Wait != "" || entries(t, again, c, id) != 1 {
		t.Fatalf("after the restart: %+v, %v", one.State, err)
	}
	if err := d.End(ctx, who["judge"], id, 4, "2024-07-30"); !errors.Is(err, fault.Invalid) {
		t.Errorf("an end that lies ahead: %v", err)
	}
	if err := d.End(ctx, who["judge"], id, 4, "2024-06-20"); err != nil {
		t.Fatal(err)
	}
	events, err := again.store.Events(ctx, c.Court, c.Key)
	if err != nil || len(events) != 1 || events[0].Until != civil.NewDate(2024, 6, 20) || events[0].Kind != "suspended" {
		t.Errorf("the ended suspension: %+v, %v", events, err)
	}
}

// TestDecisionOnPaper: the high court has no seat here; the office records its document.
func TestDecisionOnPaper(t *testing.T) {
	ctx := context.Background()
	a, who := chambers(t)
	d, c := procedureDesk{a}, caseOf(t, a, "（2024）藏9801行初2号")
	r := extension(c)
	r.By, r.Months = procedure.HighCourt, 2
	id, err := d.Save(ctx, who["judge"], "", 0, r)
	if err != nil {
		t.Fatal(err)
	}
	for i, err := range []error{d.Apply(ctx, who["judge"], id, 1, ""), d.Decide(ctx, who["head"], id, 2, true, ""), d.Decide(ctx, who["president"], id, 3, true, "")} {
		if err != nil {
			t.Fatal(i, err)
		}
	}
	paper := procedures.Paper{No: "藏高法〔2024〕12号", Day: civil.NewDate(2024, 6, 24)}
	for what, err := range map[string]error{
		"the president of the court above": d.Decide(ctx, who["above"], id, 4, true, ""),
		"a judge":                          d.Record(ctx, who["judge"], id, 4, true, paper),
	} {
		if !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, x := range map[string]procedures.Paper{"no number": {Day: paper.Day}, "a day ahead": {No: "1", Day: paper.Day.AddDays(1)}, "before the application": {No: "1", Day: paper.Day.AddDays(-1)}} {
		if err := d.Record(ctx, who["court"], id, 4, true, x); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := d.Record(ctx, who["court"], id, 4, true, paper); err != nil {
		t.Fatal(err)
	}
	one, err := d.Procedure(ctx, who["judge"], id)
	if err != nil || one.State != procedure.Entered || one.Preview.After != "2024-09-18" || entries(t, a, c, id) != 1 {
		t.Errorf("%s, %+v, %v", one.State, one.Preview, err)
	}
}

// TestAppraisalLeadsToItsDeduction: registered, counted, and named by the application it causes.
func TestAppraisalLeadsToItsDeduction(t *testing.T) {
	ctx := context.Background()
	a, who := chambers(t)
	d, c := appraisalDesk{a}, caseOf(t, a, "（2024）藏9801民初1号")
	e := appraisal.Entrustment{Court: c.Court, Key: c.Key, Matter: "injury", Institution: "甲所", Materials: "病历"}
	if _, err := d.Entrust(ctx, who["president"], civil.NewDate(2024, 5, 6), e); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a president entrusts: %v", err)
	}
	id, err := d.Entrust(ctx, who["clerk"], civil.NewDate(2024, 5, 6), e)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Enter(ctx, who["clerk"], id, 1, appraisal.Report, civil.NewDate(2024, 6, 14), "七级伤残"); err != nil {
		t.Fatal(err)
	}
	if err := d.Enter(ctx, who["clerk"], id, 1, appraisal.Explain, civil.NewDate(2024, 6, 14), "x"); !errors.Is(err, fault.Conflict) {
		t.Errorf("an old version: %v", err)
	}
	p := procedureDesk{a}
	ded, err := p.Save(ctx, who["judge"], "", 0, procedure.Request{Kind: procedure.Deduction, Court: c.Court, Key: c.Key, Cause: "appraisal", From: civil.NewDate(2024, 5, 6), Until: civil.NewDate(2024, 6, 14), Appraisal: id, Reason: "鉴定"})
	if err != nil {
		t.Fatal(err)
	}
	one, err := p.Procedure(ctx, who["judge"], ded)
	if err != nil || one.Preview.Before != "2024-07-15" || one.Preview.After != "2024-08-23" { // 39 days
		t.Errorf("preview %+v, %v", one.Preview, err)
	}
	got, err := d.Appraisal(ctx, who["judge"], id)
	if err != nil || len(got.Deduction) != 1 || got.Deduction[0].ID != ded || got.Clock.Over() || got.Clock.Used != 29 {
		t.Errorf("%+v, %v", got, err)
	}
	if list, err := d.Appraisals(ctx, who["other"], procedures.AppraisalQuery{}); err != nil || len(list.Lines) != 0 {
		t.Errorf("another judge sees %d, %v", len(list.Lines), err)
	}
}
