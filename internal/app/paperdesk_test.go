package app

import (
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
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/paper"
	"zhunsheng/web/page/documents"
)

// The people of a document's life.
var (
	analyst   = access.Scope{User: "tongji", Name: "王敏", Role: access.Analyst, City: true}
	head      = access.Scope{User: "zhuren", Name: "央金", Role: access.OfficeHead, City: true}
	president = access.Scope{User: "yuanzhang", Name: "次仁", Role: access.President, City: true}
	here      = access.Scope{User: "jiban", Name: "卓玛", Role: access.CourtOffice, Court: "藏9801"}
	there     = access.Scope{User: "yiban", Name: "达娃", Role: access.CourtOffice, Court: "藏9802"}
)

// more imports another file into the small office.
func more(t *testing.T, a *App, name, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(t.Context(), access.System(), []string{file}, ImportOptions{Mapping: "cn-standard", DataDay: civil.NewDate(2024, 6, 30)}); err != nil {
		t.Fatal(err)
	}
}

// step takes a step as the page does: with the number of the last one.
func (d paperDesk) step(t *testing.T, who access.Scope, id string, x documents.Act) error {
	t.Helper()
	p, err := d.store.Paper(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	x.Seq = p.Seq
	return d.Act(t.Context(), who, id, x)
}

func (d paperDesk) must(t *testing.T, who access.Scope, id string, actions ...paper.Action) {
	t.Helper()
	for _, a := range actions {
		if err := d.step(t, who, id, documents.Act{Action: a, Reason: "理由", Organ: "party_group", Courts: []string{"藏9801"}}); err != nil {
			t.Fatalf("%s: %v", a, err)
		}
	}
}

// TestPaperLife takes a bulletin from the draft to the acknowledgement and the restatement:
// wrong numbers are found while writing, nobody takes another's step, a court reads only what
// was issued to it, and what was issued stays as it is.
func TestPaperLife(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	d := paperDesk{a}
	order := documents.Order{Kind: "monthly", Period: civil.Month(2023, 2)}
	if _, err := d.Begin(ctx, head, documents.Order{Kind: "poem", Period: order.Period}); err == nil {
		t.Error("a poem was drafted")
	}
	if _, err := d.Begin(ctx, here, order); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a court drafted: %v", err)
	}
	id, err := d.Begin(ctx, analyst, order)
	if err != nil || id != "monthly-2023-02" {
		t.Fatal(id, err)
	}
	if _, err := d.Begin(ctx, analyst, order); !errors.Is(err, fault.Conflict) {
		t.Errorf("drafted twice: %v", err)
	}
	p, err := d.Paper(ctx, analyst, id)
	if err != nil || p.Findings != 0 || !p.Edits || p.Typed != 0 {
		t.Fatalf("the draft has %d findings, edits %v, %v: %+v", p.Findings, p.Edits, err, findingsOf(p))
	}
	lead := sentenceWith(t, p, "受理")
	writes(t, d, id, lead)
	if err := d.step(t, head, id, documents.Act{Action: paper.Cosign}); !errors.Is(err, fault.Conflict) {
		t.Errorf("a draft was co-signed: %v", err)
	}
	fillOpen(t, d, id)
	d.must(t, analyst, id, paper.Check)
	if err := d.Write(ctx, analyst, id, documents.Writing{Sentence: lead.ID, Text: "x"}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a checked document was rewritten: %v", err)
	}
	if err := d.step(t, president, id, documents.Act{Action: paper.Cosign}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the president co-signed: %v", err)
	}
	if err := d.Act(ctx, head, id, documents.Act{Action: paper.Cosign, Seq: 1}); !errors.Is(err, fault.Conflict) {
		t.Errorf("a step after an old one: %v", err)
	}
	d.must(t, head, id, paper.Cosign)
	if err := d.step(t, head, id, documents.Act{Action: paper.Approve, Organ: "president"}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the head approved: %v", err)
	}
	d.must(t, president, id, paper.Approve)
	if _, err := d.Paper(ctx, here, id); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a court reads before it is issued: %v", err)
	}
	if err := d.step(t, head, id, documents.Act{Action: paper.Issue, Courts: []string{"藏98"}}); !errors.Is(err, fault.Invalid) {
		t.Errorf("issued to the issuer: %v", err)
	}
	d.must(t, head, id, paper.Issue)
	receives(t, d, id)

	more(t, a, "补录.csv", "法院代码,案号,立案日期,结案日期,承办法官\n藏9801,（2023）藏9801民初3号,2023-03-06,,乙\n")
	restates(t, d, id)
	if found, err := a.Verify(ctx); err != nil || len(found) != 0 {
		t.Errorf("verify: %v, %v", found, err)
	}
}

func findingsOf(p documents.Paper) (out []string) {
	for _, l := range p.Lines {
		for _, f := range l.Findings {
			out = append(out, l.Text+" → "+f.Rule+" "+f.Printed+" "+f.Recomputed+" "+f.Why.Zh)
		}
	}
	return out
}

func sentenceWith(t *testing.T, p documents.Paper, word string) documents.Line {
	t.Helper()
	for _, l := range p.Lines {
		if strings.Contains(l.Text, word) && len(l.Figures) > 2 {
			return l
		}
	}
	t.Fatalf("no sentence with %s", word)
	return documents.Line{}
}

// fillOpen writes what a person has to write.
func fillOpen(t *testing.T, d paperDesk, id string) {
	t.Helper()
	p, err := d.Paper(t.Context(), analyst, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range p.Lines {
		if l.Open {
			if err := d.Write(t.Context(), analyst, id, documents.Writing{Sentence: l.ID, Text: "经核实，系补录所致。"}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// writes rewrites the lead: a wrong number is found at once, a colleague's text is not
// overwritten, the generated sentence comes back.
func writes(t *testing.T, d paperDesk, id string, lead documents.Line) {
	t.Helper()
	ctx := t.Context()
	wrong := strings.Replace(lead.Text, "新收", "新收9", 1)
	if err := d.Write(ctx, analyst, id, documents.Writing{Sentence: lead.ID, Text: wrong}); err != nil {
		t.Fatal(err)
	}
	p, err := d.Paper(ctx, analyst, id)
	if err != nil || p.Findings == 0 || p.Typed == 0 {
		t.Errorf("a wrong number: %d findings, %d typed, %v", p.Findings, p.Typed, err)
	}
	if err := d.step(t, analyst, id, documents.Act{Action: paper.Check}); !errors.Is(err, fault.Invalid) {
		t.Errorf("a wrong number passed the check: %v", err)
	}
	if err := d.Write(ctx, head, id, documents.Writing{Sentence: lead.ID, Base: 0, Text: "别的"}); !errors.Is(err, fault.Conflict) {
		t.Errorf("a colleague's text was overwritten: %v", err)
	}
	if err := d.Write(ctx, analyst, id, documents.Writing{Sentence: lead.ID, Base: 0, Text: "本月" + lead.Text}); err != nil {
		t.Errorf("one's own earlier save stood in the way: %v", err)
	}
	if err := d.Write(ctx, head, id, documents.Writing{Sentence: lead.ID, Base: 2, Text: ""}); err != nil {
		t.Fatal(err)
	}
	if p, err = d.Paper(ctx, analyst, id); err != nil || p.Findings != 0 || sentenceWith(t, p, "受理").Rewritten() {
		t.Errorf("the generated sentence is not back: %+v, %v", sentenceWith(t, p, "受理"), err)
	}
	texts, err := d.store.PaperTexts(ctx, id)
	if err != nil || len(texts) != 3 {
		t.Errorf("what was typed is lost: %+v, %v", texts, err)
	}
}

// receives opens an issued document at the courts.
func receives(t *testing.T, d paperDesk, id string) {
	t.Helper()
	ctx := t.Context()
	if _, err := d.Paper(ctx, there, id); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a court reads what was issued to another: %v", err)
	}
	if board, err := d.Board(ctx, there); err != nil || len(board.Papers) != 0 {
		t.Errorf("the other court's board has %v, %v", board.Papers, err)
	}
	p, err := d.Paper(ctx, here, id)
	if err != nil || len(p.Moves) != 1 || p.Moves[0].Action != paper.Acknowledge || p.Edits {
		t.Fatalf("the court sees %+v, %v", p.Moves, err)
	}
	if _, _, err := d.Take(ctx, here, id, figuresFile); !errors.Is(err, fault.NotFound) {
		t.Errorf("the court takes the figures: %v", err)
	}
	own, all := courtsListed(t, d, here, id), courtsListed(t, d, head, id)
	if len(own) != 1 || !own["甲县"] || !all["乙县"] {
		t.Errorf("the court's appendix lists cases of %v, the office's of %v", own, all)
	}
	if err := d.step(t, head, id, documents.Act{Action: paper.Acknowledge}); err == nil {
		t.Error("the office acknowledged its own document")
	}
	d.must(t, here, id, paper.Acknowledge)
	if err := d.step(t, here, id, documents.Act{Action: paper.Acknowledge}); !errors.Is(err, fault.Conflict) {
		t.Errorf("acknowledged twice: %v", err)
	}
	if p, err := d.Paper(ctx, head, id); err != nil || p.Signed != 1 || len(p.Recipients) != 1 || p.Recipients[0].By != "卓玛" {
		t.Errorf("acknowledged: %+v, %v", p.Recipients, err)
	}
}

// courtsListed are the courts whose cases stand in the appendix of a reader.
func courtsListed(t *testing.T, d paperDesk, who access.Scope, id string) map[string]bool {
	t.Helper()
	_, body, err := d.Take(t.Context(), who, id, appendixFile)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	f, err := excelize.OpenReader(body)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]bool{}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		court, no := -1, -1
		for _, r := range rows {
			for i, c := range r {
				switch c {
				case "法院":
					court = i
				case "案号":
					no = i
				}
			}
			if no >= 0 && court >= 0 && len(r) > max(no, court) && strings.HasPrefix(r[no], "（") {
				out[r[court]] = true
			}
		}
	}
	return out
}

// restates finds the one case that moved, drafts, and lets the new edition take the place of
// the old one.
func restates(t *testing.T, d paperDesk, id string) {
	t.Helper()
	ctx := t.Context()
	r, err := d.Restate(ctx, head, id)
	if err != nil {
		t.Fatal(err)
	}
	moved := 0
	for _, f := range r.Figures {
		for _, c := range f.Cases {
			if moved++; c.CaseNo != "（2023）藏9801民初3号" || len(c.Why) == 0 {
				t.Errorf("%s was moved by %+v", f.Figure.ID, c)
			}
		}
	}
	if moved == 0 {
		t.Error("nothing moved")
	}
	before, err := d.store.Paper(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := d.RebuildEdition(ctx, head, before.Edition); err != nil || !again.Same {
		t.Errorf("made again: %+v, %v", again.Deviations, err)
	}
	d.must(t, head, id, paper.Restate)
	next := id + "-r2"
	c, err := d.Compare(ctx, head, next, "", "")
	if err != nil || c.Then != "v1" && c.Then != "earlier" {
		t.Fatalf("compare %+v, %v", c.Then, err)
	}
	if c, err = d.Compare(ctx, head, next, "earlier", "present"); err != nil || len(c.Figures) == 0 {
		t.Errorf("against the earlier edition: %d figures differ, %v", len(c.Figures), err)
	}
	fillOpen(t, d, next)
	d.must(t, analyst, next, paper.Check)
	d.must(t, head, next, paper.Cosign)
	d.must(t, president, next, paper.Approve)
	d.must(t, head, next, paper.Issue)
	if old, err := d.store.Paper(ctx, id); err != nil || old.State != paper.Restated {
		t.Errorf("the earlier document is %s, %v", old.State, err)
	}
	if err := d.step(t, head, next, documents.Act{Action: paper.Recall}); !errors.Is(err, fault.Invalid) {
		t.Errorf("recalled without a reason: %v", err)
	}
	d.must(t, head, next, paper.Recall)
	if p, err := d.Paper(ctx, here, next); err != nil || p.State != paper.Recalled || len(p.Moves) != 0 {
		t.Errorf("the court sees %s, %v", p.State, err)
	}
}

// TestScheduleDraftsOnce: what is due appears by itself, once, whatever happens in between; a
// failure is written down and tried again.
func TestScheduleDraftsOnce(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	made, err := a.Schedule(ctx)
	if err != nil || strings.Join(made, " ") != "monthly-2024-06 quarterly-2024Q2" {
		t.Fatalf("made %v, %v", made, err)
	}
	if again, err := a.Schedule(ctx); err != nil || len(again) != 0 {
		t.Errorf("made again: %v, %v", again, err)
	}
	p, err := paperDesk{a}.Paper(ctx, head, "monthly-2024-06")
	if err != nil || !p.Scheduled || len(p.Lacks) == 0 {
		t.Errorf("the draft says it lacks %+v, %v", p.Lacks, err)
	}
	d := paperDesk{a}
	d.must(t, head, "monthly-2024-06", paper.Drop)
	if again, err := a.Schedule(ctx); err != nil || len(again) != 0 {
		t.Errorf("a dropped draft came back: %v, %v", again, err)
	}
	board, err := d.Board(ctx, head)
	if err != nil || len(board.Attempts) != 4 || board.Attempts[0].State != "made" {
		t.Errorf("attempts %+v, %v", board.Attempts, err)
	}
}

// TestRedefinedWithinTheYear: an indicator reworded in March shows both series, and its jump is
// split into what the wording did and what happened.
func TestRedefinedWithinTheYear(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	desk := indicatorDesk{a}
	if err := desk.Adopt(ctx, head, quick("2023-01-01"), "x"); err != nil {
		t.Fatal(err)
	}
	second := quick("2023-03-01")
	second.Counts, second.Numerator = "", "closed - quickly"
	if err := desk.Adopt(ctx, head, second, "y"); err != nil {
		t.Fatal(err)
	}
	b, err := a.presentBasis(ctx, documents.Order{Kind: "monthly", Period: civil.Month(2023, 4)})
	if err != nil {
		t.Fatal(err)
	}
	breaks, err := b.breaksOf(ctx, head, indicator.LocalSet, "quick", civil.Period{From: civil.NewDate(2023, 1, 1), To: civil.NewDate(2023, 4, 30)})
	if err != nil || len(breaks) != 1 || len(breaks[0].Months) != 4 {
		t.Fatalf("breaks %+v, %v", breaks, err)
	}
	x := breaks[0]
	got := []string{}
	for _, m := range x.Months {
		got = append(got, indicator.FormatRat(m.Old)+"/"+indicator.FormatRat(m.New))
	}
	// January: 1 of 1 within 30 days; February: 1 of 1; March: 0 of 1; April: 0 of 1.
	if want := "1/0 1/0 0/1 0/1"; strings.Join(got, " ") != want {
		t.Errorf("both series %v, want %s", got, want)
	}
	if x.Total.RatString() != "0" || x.Reality.RatString() != "-1" || x.Definition.RatString() != "1" {
		t.Errorf("the jump is %s = %s + %s, want 0 = -1 + 1", x.Total, x.Reality, x.Definition)
	}
}
