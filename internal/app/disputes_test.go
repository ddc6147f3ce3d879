package app

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/web/page/data"
	"zhunsheng/web/page/today"
)

// TestDisputeWindow: a doubt needs an open window and a subject inside the scope; the office
// has to answer until then, both texts stay, and the log knows of every step.
func TestDisputeWindow(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	desk, head, court := disputeDesk{a}, scopeOf(t, a, "zhuren"), scopeOf(t, a, "jiban")
	june, figure := civil.Month(2024, 6), data.Subject{Set: "volume", Indicator: "closing_rate"}
	if _, err := desk.Raise(ctx, court, june, figure, "x"); !errors.Is(err, fault.Conflict) {
		t.Errorf("a doubt without a window: %v", err)
	}
	for name, err := range map[string]error{
		"before its end": desk.SetWindow(ctx, head, june, civil.NewDate(2024, 6, 29), "x"),
		"not begun":      desk.SetWindow(ctx, head, civil.Month(2024, 7), civil.NewDate(2024, 8, 29), "x"),
		"no reason":      desk.SetWindow(ctx, head, june, civil.NewDate(2024, 7, 10), " "),
	} {
		if !errors.Is(err, fault.Invalid) {
			t.Errorf("window %s: %v", name, err)
		}
	}
	if err := desk.SetWindow(ctx, court, june, civil.NewDate(2024, 7, 10), "x"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a court opened a window: %v", err)
	}
	for _, until := range []civil.Date{civil.NewDate(2024, 6, 30), civil.NewDate(2024, 7, 10)} {
		if err := desk.SetWindow(ctx, head, june, until, "例会决定"); err != nil {
			t.Fatal(err)
		}
	}
	windows, err := desk.Windows(ctx, court)
	if err != nil || len(windows) != 2 || !windows[0].Open || windows[0].Name != "央金" || windows[1].Current {
		t.Fatalf("windows %+v, %v", windows, err)
	}
	if _, err := desk.Raise(ctx, court, june, data.Subject{Court: "藏9802", Key: "藏9802（2023）藏9802民初1号"}, "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a doubt about another court's case: %v", err)
	}
	id, err := desk.Raise(ctx, court, june, figure, "少了一件")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Raise(ctx, head, june, figure, "x"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office doubts itself: %v", err)
	}
	work, err := todayDesk{a}.Work(ctx, head)
	if err != nil {
		t.Fatal(err)
	}
	if i := itemOf(work.Items, "doubts"); i.Count != 1 || i.Over || !strings.Contains(i.Late.Zh, "2024-07-10") || len(i.Parts) != 1 {
		t.Errorf("today of the office %+v", i)
	}
	if work, err = (todayDesk{a}).Work(ctx, court); err != nil || itemOf(work.Items, "windows").Count != 1 {
		t.Errorf("today of the court %+v, %v", work.Items, err)
	}
	if err := desk.Answer(ctx, head, id, "perhaps", "x"); !errors.Is(err, fault.Invalid) {
		t.Errorf("an outcome that is none: %v", err)
	}
	if err := desk.Answer(ctx, head, id, "stands", "已核"); err != nil {
		t.Fatal(err)
	}
	list, err := desk.Doubts(ctx, court)
	if err != nil || len(list) != 1 || list[0].Body != "少了一件" || list[0].About.Court != "藏9801" || list[0].About.Shown == "" || len(list[0].Answers) != 1 || list[0].Answers[0].Body != "已核" {
		t.Errorf("doubts %+v, %v", list, err)
	}
	other := access.Scope{User: "x", Role: access.CourtOffice, Court: "藏9802"}
	if list, err := desk.Doubts(ctx, other); err != nil || len(list) != 0 {
		t.Errorf("another court sees %+v, %v", list, err)
	}
	records, err := a.store.AuditTrail(ctx, 0, 4)
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, r := range records {
		actions = append(actions, r.Action)
	}
	if got := strings.Join(actions, " "); got != "dispute.answer dispute.raise dispute.window dispute.window" {
		t.Errorf("the log says %s", got)
	}
}

// TestIssueBook: the workbook has the clerk's columns, the doubtful rows in their order, the
// doubtful cells marked, and of other courts nothing.
func TestIssueBook(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	b := importText(t, a, "备注,案号,法院代码,立案日期\n甲,（2024）藏9801民初7号,藏9801,2024-13-40\n乙,（2024）藏9801民初8号,藏9801,2024-06-02\n丙,,藏9802,2024-06-03\n丁,,藏9801,2024-06-04\n")
	rows := func(at access.Scope) (out [][]string, f *excelize.File) {
		var buf bytes.Buffer
		if err := (qualityDesk{a}).ExportIssueBook(ctx, at, data.IssueQuery{Batch: b.ID}, &buf); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&buf)
		if err != nil {
			t.Fatal(err)
		}
		out, err = f.GetRows(f.GetSheetName(0))
		if err != nil {
			t.Fatal(err)
		}
		return out, f
	}
	all, f := rows(scopeOf(t, a, "zhuren"))
	if len(all) != 5 || strings.Join(all[1][:5], " ") != "备注 案号 法院代码 立案日期 行号" {
		t.Fatalf("the book has %q", all)
	}
	for i, want := range []string{"甲 2", "丙 4", "丁 5"} {
		if got := all[i+2][0] + " " + all[i+2][4]; got != want {
			t.Errorf("row %d is %q, want %q", i, got, want)
		}
	}
	name := f.GetSheetName(0)
	marked, err := f.GetCellStyle(name, "D3")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := f.GetCellStyle(name, "A3")
	if err != nil || marked == plain {
		t.Errorf("the wrong date is not marked: styles %d and %d, %v", marked, plain, err)
	}
	own, _ := rows(scopeOf(t, a, "jiban"))
	for _, r := range own[2:] {
		if r[2] != "藏9801" {
			t.Errorf("a court sees another's row %q", r)
		}
	}
	if len(own) != 3 { // a rejected row without identity belongs to no court
		t.Errorf("the court has %d rows, want 1 below two heads", len(own))
	}
}

// importText imports one csv file.
func importText(t *testing.T, a *App, text string) Batch {
	t.Helper()
	path := filepath.Join(t.TempDir(), "七月.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := a.Import(context.Background(), access.System(), []string{path}, ImportOptions{Mapping: "cn-standard"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// itemOf finds a line of the work list.
func itemOf(items []today.Item, id string) today.Item {
	for _, i := range items {
		if i.ID == id {
			return i
		}
	}
	return today.Item{}
}
