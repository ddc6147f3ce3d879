package app

import (
	"context"
	"path/filepath"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/data"
)

// TestAdministratorStartsTheDay: what is wrong with the machine is there, opens to as many
// things, and goes when it is done.
func TestAdministratorStartsTheDay(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	admin, head := scopeOf(t, a, "admin"), scopeOf(t, a, "zhuren")
	if err := a.AddUser(ctx, store.User{Login: "lost", Name: "甲", Role: access.Judge}, "password-of-lost"); err != nil {
		t.Fatal(err)
	}
	g := gate{a, &guard{}}
	for range 2 {
		if _, err := g.SignIn(ctx, "lost", "wrong"); err == nil {
			t.Fatal("a wrong password came in")
		}
	}
	counts := func() map[string]int64 {
		w, err := todayDesk{a}.Work(ctx, admin)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]int64{}
		for _, i := range w.Items {
			out[i.ID] = i.Count
		}
		return out
	}
	if got := counts(); got["backup"] != 1 || got["no_scope"] != 1 || got["refused"] != 2 || got["verify"] != 1 {
		t.Errorf("today of the administrator: %v", got)
	}
	list, err := settingsDesk{a}.LogOf(ctx, admin, "sign_in.refused", a.now().AddDate(0, 0, -7))
	if err != nil || len(list) != 2 {
		t.Errorf("the log has %d refused sign-ins, %v", len(list), err)
	}
	if _, err := a.Backup(ctx, access.System(), filepath.Join(t.TempDir(), "copy")); err != nil {
		t.Fatal(err)
	}
	if _, err := (settingsDesk{a}).Verify(ctx, head); err != nil {
		t.Fatal(err)
	}
	lost, err := a.store.UserByLogin(ctx, "lost")
	if err != nil {
		t.Fatal(err)
	}
	lost.Court = "藏9801"
	if err := a.store.UpdateUser(ctx, lost); err != nil {
		t.Fatal(err)
	}
	if got := counts(); got["backup"]+got["no_scope"]+got["verify"] != 0 {
		t.Errorf("after the work there is still %v", got)
	}
}

// TestRejectedRowsWaitUntilDealtWith: rows of every batch count, until somebody says what was
// done about them.
func TestRejectedRowsWaitUntilDealtWith(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	head := scopeOf(t, a, "zhuren")
	var batches []int64
	for _, rows := range []string{"案号,法院代码,立案日期\n,藏9801,2024-06-03\n", "案号,法院代码,立案日期\n,藏9801,2024-06-04\n,藏9802,2024-06-05\n"} {
		batches = append(batches, importText(t, a, rows).ID)
	}
	waiting := func() int64 {
		w, err := todayDesk{a}.Work(ctx, head)
		if err != nil {
			t.Fatal(err)
		}
		n := itemOf(w.Items, "rejected").Count
		_, listed, err := qualityDesk{a}.Issues(ctx, head, data.IssueQuery{Reject: true, Open: true, Limit: 10})
		if err != nil || int64(listed) != n {
			t.Errorf("today counts %d rows, the list has %d, %v", n, listed, err)
		}
		return n
	}
	if got := waiting(); got != 3 {
		t.Errorf("%d rows wait, want 3", got)
	}
	if err := (importDesk{a}).Settle(ctx, head, batches[1], ""); err == nil {
		t.Error("dealt with, nobody says how")
	}
	if err := (importDesk{a}).Settle(ctx, head, batches[1], "已更正"); err != nil {
		t.Fatal(err)
	}
	if got := waiting(); got != 1 {
		t.Errorf("%d rows wait, want 1", got)
	}
	b, err := importDesk{a}.Batch(ctx, head, batches[1])
	if err != nil || b.Settled != "央金 2024-07-01：已更正" {
		t.Errorf("the batch says %q, %v", b.Settled, err)
	}
}
