package browsertest_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
)

// rowsRunning is long enough for an import that a person can leave and find running again.
const rowsRunning = 120_000

// TestRunningImportIsSafeToLeave starts a long import, leaves the page, sees on another page
// that it runs, comes back by that note, and finds every row in the ledger.
func TestRunningImportIsSafeToLeave(t *testing.T) {
	at := emptyOffice(t)
	var rows strings.Builder
	rows.WriteString("案号,法院代码,立案日期,结案日期,结案方式\n")
	for i := range rowsRunning {
		fmt.Fprintf(&rows, "（2024）藏9801民初%d号,藏9801,2024-0%d-1%d,,\n", i+1, 1+i%6, i%10)
	}
	v := openAt(t, at, 1366, 768)
	v.signIn("tongji")
	v.upload("全年台账.csv", rows.String())
	v.click("main form button.primary")
	v.goTo("/today")
	note := v.text("header.top .stamp")
	if !strings.Contains(note, "批次 1 导入中") {
		t.Fatalf("another page does not say that an import runs: %s", note)
	}
	v.shot("import-left")
	v.click("header.top .running a")
	v.shot("import-returned")
	if page := v.imported(); !strings.Contains(page, "新增 120,000") {
		t.Errorf("the import did not end well:\n%s", page)
	}
	v.goTo("/cases")
	if got := v.total(); got != rowsRunning {
		t.Errorf("the ledger holds %d cases, want %d", got, rowsRunning)
	}
	if note := v.text("header.top .stamp"); strings.Contains(note, "导入中") {
		t.Errorf("the import still seems to run: %s", note)
	}
}

// emptyOffice serves a new installation with one analyst and no data.
func emptyOffice(t *testing.T) site {
	t.Helper()
	if cityErr != nil {
		t.Fatal(cityErr)
	}
	ctx, cancel := context.WithCancel(context.Background())
	a, err := app.Open(ctx, app.Config{Data: t.TempDir(), Create: true})
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	const password = "of-the-analyst"
	if err := a.AddUser(ctx, app.User{Login: "tongji", Name: "统计员", Role: access.Analyst, City: true}, password); err != nil {
		t.Fatal(err)
	}
	addr, served := make(chan net.Addr, 1), make(chan error, 1)
	go func() { served <- a.Serve(ctx, "127.0.0.1:0", func(at net.Addr) { addr <- at }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return site{url: "http://" + (<-addr).String(), made: app.DemoMade{Password: password}}
}
