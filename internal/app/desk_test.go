package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/audit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/settings"
)

// The two batches of the small office: the second closes a case and brings another one.
const (
	firstBatch = "法院代码,案号,立案日期,结案日期,承办法官\n" +
		"藏9801,（2023）藏9801民初1号,2023-01-05,2023-01-25,甲\n" +
		"藏9801,（2023）藏9801民初2号,2023-01-06,2023-03-30,甲\n" +
		"藏9801,（2023）藏9801民初3号,2023-02-06,,乙\n" +
		"藏9802,（2023）藏9802民初1号,2023-02-01,2023-02-20,丙\n"
	secondBatch = firstBatch +
		"藏9802,（2023）藏9802民初2号,2023-03-01,,丙\n"
)

// office is an installation with two courts and two batches.
func office(t *testing.T) *App {
	t.Helper()
	ctx := context.Background()
	now := time.Date(2024, 7, 1, 8, 0, 0, 0, time.UTC)
	a, err := Open(ctx, Config{Data: t.TempDir(), Create: true, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	courts := []docket.Court{{Code: "藏98", Name: "中院", Level: 3, Seq: 1}, {Code: "藏9801", Name: "甲县", Level: 4, Parent: "藏98", Seq: 2}, {Code: "藏9802", Name: "乙县", Level: 4, Parent: "藏98", Seq: 3}}
	if err := a.store.LoadCourts(ctx, courts); err != nil {
		t.Fatal(err)
	}
	for _, u := range []store.User{
		{Login: "admin", Name: "管理员", Role: access.Administrator, City: true},
		{Login: "zhuren", Name: "央金", Role: access.OfficeHead, City: true},
		{Login: "jiban", Name: "卓玛", Role: access.CourtOffice, Court: "藏9801"},
	} {
		if err := a.AddUser(ctx, u, "password-of-"+u.Login); err != nil {
			t.Fatal(err)
		}
	}
	for i, text := range []string{firstBatch, strings.Replace(secondBatch, "2023-02-06,,乙", "2023-02-06,2023-04-01,乙", 1)} {
		path := filepath.Join(t.TempDir(), "台账"+string(rune('1'+i))+".csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Import(ctx, access.System(), []string{path}, ImportOptions{Mapping: "cn-standard", DataDay: civil.NewDate(2024, 6, 30)}); err != nil {
			t.Fatal(err)
		}
	}
	a.forget()
	return a
}

// scopeOf is the scope of a user of the office.
func scopeOf(t *testing.T, a *App, login string) access.Scope {
	t.Helper()
	u, err := a.store.UserByLogin(context.Background(), login)
	if err != nil {
		t.Fatal(err)
	}
	return u.Scope()
}

// quick is a local indicator: the share of closings within 30 days.
func quick(from string) indicator.Draft {
	return indicator.Draft{
		ID: "quick", Name: statute.Text{Zh: "快结率", En: "quick closings"}, Group: "efficiency", Better: "neutral", Unit: "share", From: from,
		Counts:    "quickly:\n  name: {zh: 三十日内结案, en: closed within 30 days}\n  where: within(closed_on) && closed_on - filed_on <= 30\n  why: {zh: 快, en: quick}\n",
		Numerator: "quickly", Denominator: "closed", TooFew: "1",
		Definition: statute.Text{Zh: "三十日内结案占结案", En: "closings within 30 days"},
	}
}

// TestLocalIndicatorLives: previewed, adopted, computed, listed, reworded without touching the
// past, and there again after a restart.
func TestLocalIndicatorLives(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	desk, head := indicatorDesk{a}, scopeOf(t, a, "zhuren")
	year := civil.Year(2023)

	trial, err := desk.Preview(ctx, head, quick("2024-01-01"), year)
	if err != nil {
		t.Fatal(err)
	}
	if got := trial.Total.Value.RatString(); got != "1/2" || len(trial.Courts) != 2 {
		t.Errorf("the trial gives %s at %d courts, want 1/2 at 2", got, len(trial.Courts))
	}
	if _, err := a.Book().Find(indicator.LocalSet, "quick"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a preview put the draft in force: %v", err)
	}
	if err := desk.Adopt(ctx, head, quick("2023-01-01"), " "); !errors.Is(err, fault.Invalid) {
		t.Errorf("adopted without a reason: %v", err)
	}
	if err := desk.Adopt(ctx, scopeOf(t, a, "jiban"), quick("2023-01-01"), "x"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a basic court adopted: %v", err)
	}
	if err := desk.Adopt(ctx, head, quick("2023-01-01"), "第3次例会"); err != nil {
		t.Fatal(err)
	}
	req := indicator.Request{Set: indicator.LocalSet, Indicators: []string{"quick"}, Period: year}
	for _, who := range []struct{ login, want string }{{"zhuren", "1/2"}, {"jiban", "1/3"}} {
		witnesses, err := desk.Reconcile(ctx, scopeOf(t, a, who.login), req)
		if err != nil || len(witnesses) != 2 {
			t.Fatalf("reconcile: %v, %v", witnesses, err)
		}
		for _, w := range witnesses {
			if got := w.Figures[0].Value.RatString(); got != who.want {
				t.Errorf("%s sees %s by %s, want %s", who.login, got, w.Engine, who.want)
			}
		}
	}

	second := quick("2024-01-01")
	second.Counts, second.Numerator = "", "closed - quickly"
	if trial, err := desk.Preview(ctx, head, second, year); err != nil || trial.Total.Value.RatString() != "1/2" || trial.Total.Numerator.RatString() != "2" {
		t.Errorf("trial of the second wording: %v, %v", trial.Total, err)
	}
	if err := desk.Adopt(ctx, head, second, "第5次例会"); err != nil {
		t.Fatal(err)
	}
	if err := a.loadBook(ctx); err != nil {
		t.Fatal(err)
	}
	i, err := a.Book().Find(indicator.LocalSet, "quick")
	if err != nil || len(i.Versions) != 2 || i.Versions[0].Numerator.String() != "quickly" {
		t.Errorf("after a restart: %+v, %v", i, err)
	}
	adopted, err := desk.Adopted(ctx)
	if err != nil || len(adopted) != 2 || adopted[1].Reason != "第5次例会" || adopted[1].Who != "zhuren" {
		t.Errorf("adopted %+v, %v", adopted, err)
	}
}

// TestSettingsOfUsers: added, confined, reset, switched off; every step is in the log, whose
// chain holds.
func TestSettingsOfUsers(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	desk, admin := settingsDesk{a}, scopeOf(t, a, "admin")
	li := settings.User{Scope: access.Scope{User: "li", Name: "李", Role: access.CourtOffice, Court: "藏9802"}}
	for what, step := range map[string]error{
		"another role":  desk.SaveUser(ctx, scopeOf(t, a, "zhuren"), li, "password-of-li", true),
		"short":         desk.SaveUser(ctx, admin, li, "short", true),
		"unknown court": desk.SaveUser(ctx, admin, settings.User{Scope: access.Scope{User: "li", Name: "李", Role: access.CourtOffice, Court: "x"}}, "password-of-li", true),
		"no judge":      desk.SaveUser(ctx, admin, settings.User{Scope: access.Scope{User: "li", Name: "李", Role: access.Judge, Court: "藏9802"}}, "password-of-li", true),
		"bad login":     desk.SaveUser(ctx, admin, settings.User{Scope: access.Scope{User: "Li Si", Name: "李", Role: access.President, City: true}}, "password-of-li", true),
		"own role":      desk.SaveUser(ctx, admin, settings.User{Scope: access.Scope{User: "admin", Name: "x", Role: access.President, City: true}}, "", false),
	} {
		if !errors.Is(step, fault.Invalid) && !errors.Is(step, fault.Forbidden) {
			t.Errorf("%s: %v", what, step)
		}
	}
	if err := desk.SaveUser(ctx, admin, li, "password-of-li", true); err != nil {
		t.Fatal(err)
	}
	door := gate{a, &guard{}}
	if who, err := door.SignIn(ctx, "li", "password-of-li"); err != nil || who.Court != "藏9802" || who.City {
		t.Errorf("sign in: %+v, %v", who, err)
	}
	if err := desk.SaveUser(ctx, admin, li, "another password", false); err != nil {
		t.Fatal(err)
	}
	if _, err := door.SignIn(ctx, "li", "password-of-li"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the old password still opens: %v", err)
	}
	li.Disabled = true
	if err := desk.SaveUser(ctx, admin, li, "", false); err != nil {
		t.Fatal(err)
	}
	if _, err := door.SignIn(ctx, "li", "another password"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a user switched off signs in: %v", err)
	}
	last, err := desk.Verify(ctx, admin)
	if err != nil || last.Seq < 5 {
		t.Errorf("the log: %+v, %v", last, err)
	}
	records, err := desk.Log(ctx, admin, 0, 100)
	if err != nil || records[0].Action != "log.verify" || !slices.ContainsFunc(records, func(r audit.Record) bool {
		return r.Action == "user.save" && r.Who == "admin" && strings.Contains(r.Detail, "switched off")
	}) {
		t.Errorf("the log does not tell who switched li off: %v, %v", records, err)
	}
	if list, err := desk.Mappings(ctx, scopeOf(t, a, "zhuren")); err != nil || !strings.Contains(list[0].Body, "name: ") {
		t.Errorf("mappings: %v, %v", list, err)
	}
	if _, err := desk.Users(ctx, scopeOf(t, a, "jiban")); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a basic court reads the users: %v", err)
	}
}

// TestNotesStayInScope: written and read inside the scope, signed, in order, never outside.
func TestNotesStayInScope(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	desk := noteDesk{a}
	here, err := a.store.FindCaseNo(ctx, "（2023）藏9801民初1号", 1)
	if err != nil || len(here) != 1 {
		t.Fatal(here, err)
	}
	there, err := a.store.FindCaseNo(ctx, "（2023）藏9802民初1号", 1)
	if err != nil || len(there) != 1 {
		t.Fatal(there, err)
	}
	court, head := scopeOf(t, a, "jiban"), scopeOf(t, a, "zhuren")
	if err := desk.AddNote(ctx, court, "藏9801", here[0].Key, "等待鉴定"); err != nil {
		t.Fatal(err)
	}
	if err := desk.AddNote(ctx, head, "藏9801", here[0].Key, "已催办"); err != nil {
		t.Fatal(err)
	}
	if err := desk.AddNote(ctx, court, "藏9802", there[0].Key, "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a note on another court's case: %v", err)
	}
	if _, err := desk.Notes(ctx, court, "藏9802", there[0].Key); !errors.Is(err, fault.NotFound) {
		t.Errorf("reading another court's notes: %v", err)
	}
	if err := desk.AddNote(ctx, scopeOf(t, a, "admin"), "藏9801", here[0].Key, "x"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the administrator writes a note: %v", err)
	}
	notes, err := desk.Notes(ctx, court, "藏9801", here[0].Key)
	if err != nil || len(notes) != 2 || notes[0].Name != "卓玛" || notes[0].Body != "等待鉴定" || notes[1].Name != "央金" {
		t.Errorf("notes %+v, %v", notes, err)
	}
}
