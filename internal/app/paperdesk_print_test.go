package app

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/paper"
	"zhunsheng/internal/store"
	"zhunsheng/internal/truth"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/documents"
)

// TestPaperDayAndRecipients: the place of the date stays open until the approval; the issued
// letter prints the day of approval and whom it goes to, on paper as on the page, and is made
// again with both.
func TestPaperDayAndRecipients(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	d := paperDesk{a}
	id, err := d.Begin(ctx, analyst, documents.Order{Kind: "monthly", Period: civil.Month(2023, 2)})
	if err != nil {
		t.Fatal(err)
	}
	open, err := d.Paper(ctx, analyst, id)
	if err != nil || strings.ContainsAny(open.Doc.Head.Date, "0123456789") || open.Doc.Head.To != "各基层人民法院，本院各部门" {
		t.Fatalf("the draft is dated %q, to %q: %v", open.Doc.Head.Date, open.Doc.Head.To, err)
	}
	fillOpen(t, d, id)
	d.must(t, analyst, id, paper.Check)
	d.must(t, head, id, paper.Cosign)
	d.must(t, president, id, paper.Approve)
	d.must(t, head, id, paper.Issue)
	p, err := d.Paper(ctx, here, id)
	if err != nil || p.Doc.Head.Date != "2024年7月1日" || p.Doc.Head.To != "甲县" {
		t.Errorf("issued %q, to %q: %v", p.Doc.Head.Date, p.Doc.Head.To, err)
	}
	_, r, err := d.Take(ctx, here, id, letterFile)
	if err != nil {
		t.Fatal(err)
	}
	letter, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := truth.Read(letterFile, letter)
	if err != nil {
		t.Fatal(err)
	}
	printed := ""
	for _, line := range text {
		printed += line.Text + "\n"
	}
	for _, want := range []string{"甲县：", "2024年7月1日"} {
		if !strings.Contains(printed, want) {
			t.Errorf("the letter lacks %q", want)
		}
	}
	again, err := a.RebuildEdition(ctx, analyst, p.Edition)
	if err != nil || !again.Same {
		t.Errorf("made again: %v, %+v", err, again.Deviations)
	}
}

// TestRebuildAfterTheLimitsMoved: the limits of a case list are those of the edition's batch, also
// when a later import has computed them anew.
func TestRebuildAfterTheLimitsMoved(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	more(t, a, "suspended.csv", "法院代码,案号,立案日期,适用程序,中止日期,承办法官\n藏9802,（2024）藏9802民初8号,2024-05-06,普通程序,2024-05-20,丙\n")
	e, err := a.BuildBulletin(ctx, access.System(), Order{Kind: "monthly", Period: civil.Month(2024, 5)})
	if err != nil {
		t.Fatal(err)
	}
	then := suspended(t, a)
	file := filepath.Join(t.TempDir(), "later.csv")
	if err := os.WriteFile(file, []byte("法院代码,案号,立案日期,结案日期,承办法官\n藏9802,（2024）藏9802民初9号,2024-09-02,,丙\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(ctx, access.System(), []string{file}, ImportOptions{Mapping: "cn-standard", DataDay: civil.NewDate(2024, 9, 30)}); err != nil {
		t.Fatal(err)
	}
	if now := suspended(t, a); reflect.DeepEqual(then, now) {
		t.Fatalf("the later import moved no limit: nothing is shown: %+v", now)
	}
	again, err := a.RebuildEdition(ctx, access.System(), e.ID)
	if err != nil || !again.Same {
		t.Errorf("made again: %v, %+v", err, again.Deviations)
	}
	list, err := a.list(ctx, access.System(), cases.Query{Set: "volume", Indicator: "pending", Period: civil.Month(2024, 5), Batch: e.Batch, Limit: -1})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list.Rows, func(r cases.Row) bool { return r.ID == then.ID })
	if i < 0 || list.Rows[i].Case.Limit != then.Limit {
		t.Errorf("the list of the edition's figure has %+v, not the limit of then, %+v", list.Rows, then.Limit)
	}
}

// suspended is the case of the ledger whose limit stands still.
func suspended(t *testing.T, a *App) store.Record {
	t.Helper()
	var out store.Record
	if err := a.store.Export(t.Context(), 0, func(r *store.Record) error {
		if !r.SuspendedOn.IsZero() {
			out = *r
		}
		return nil
	}); err != nil || out.ID == 0 {
		t.Fatalf("no suspended case: %v", err)
	}
	return out
}

// TestEarlierSuggestionsComeBack: a suggestion of the last issued document of a kind stands in the
// next with what became of its figure, and a document of another court or kind has none of it.
func TestEarlierSuggestionsComeBack(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	d := paperDesk{a}
	first := documents.Order{Kind: "quarterly", Period: civil.Quarter(2023, 1), Given: bulletin.Given{Earlier: []bulletin.Suggestion{{ID: "x", Who: "甲", What: "核对", By: "2023-01-31", Check: "复核", Result: "已办"}}}}
	id, err := d.Begin(ctx, analyst, first)
	if err != nil {
		t.Fatal(err)
	}
	aimed := bulletin.Suggestion{ID: "q1-1", Who: "甲县", What: "逐案核查", By: "2023-04-30", Aim: &bulletin.Aim{Set: "volume", Indicator: "filed", Period: "2023Q1"}}
	fillOpen(t, d, id)
	d.must(t, analyst, id, paper.Check)
	d.must(t, head, id, paper.Cosign)
	d.must(t, president, id, paper.Approve)
	d.must(t, head, id, paper.Issue)
	next := documents.Order{Kind: "quarterly", Period: civil.Quarter(2023, 2)}
	got, err := a.withEarlier(ctx, next)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := d.Paper(ctx, analyst, id)
	if err != nil || len(got.Given.Earlier) != len(issued.Doc.Suggestions) {
		t.Errorf("%d suggestions come back, %d were made: %v", len(got.Given.Earlier), len(issued.Doc.Suggestions), err)
	}
	next.Given.Earlier = []bulletin.Suggestion{aimed}
	b, err := a.presentBasis(ctx, next)
	if err != nil {
		t.Fatal(err)
	}
	made, err := b.compose(ctx, analyst)
	if err != nil {
		t.Fatal(err)
	}
	s, err := made.Sentence("earlier.1")
	if err != nil || !strings.HasPrefix(s.Text, "甲县：逐案核查（2023年4月30日前）。结果：新收2023年第1季度为") || len(s.Figures) < 2 || len(made.Unbound(s)) != 0 {
		t.Errorf("%v: %s, figures %v", err, s.Text, s.Figures)
	}
	for _, o := range []documents.Order{{Kind: "monthly", Period: next.Period}, {Kind: "quarterly", Court: "藏9801", Period: next.Period}, {Kind: "quarterly", Period: civil.Quarter(2022, 4)}} {
		if got, err := a.withEarlier(ctx, o); err != nil || len(got.Given.Earlier) != 0 {
			t.Errorf("%s %s %s: %d suggestions, %v", o.Kind, o.Court, o.Period, len(got.Given.Earlier), err)
		}
	}
}
