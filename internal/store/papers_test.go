package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/paper"
	"zhunsheng/internal/store"
)

func edition(id string) store.Edition {
	return store.Edition{ID: id, Kind: "monthly", Period: "2024-06", Created: time.Date(2024, 7, 2, 9, 0, 0, 123_456, time.UTC), Recipe: `{"x":1}`,
		Hash: "ab", Files: []store.EditionFile{{Name: "bulletin.docx", Data: []byte("x")}}}
}

// TestEditionsAreChained: each holds the link of the one before; a changed field, a lost
// edition and a swapped link show.
func TestEditionsAreChained(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			url := place(t)
			s := open(t, url, newClock())
			for _, id := range []string{"a", "b", "c"} {
				if err := s.SaveEdition(ctx, edition(id)); err != nil {
					t.Fatal(err)
				}
			}
			last, err := s.VerifyEditions(ctx)
			if err != nil || last.ID != "c" || last.Seq != 3 || len(last.Link) != 64 {
				t.Fatalf("chain ends at %+v, %v", last, err)
			}
			if b, err := s.Edition(ctx, "b"); err != nil || last.Prev != b.Link || b.Recipe != `{"x":1}` {
				t.Errorf("b is %+v, %v", b, err)
			}
			for _, change := range []struct{ do, undo string }{
				{"UPDATE edition SET recipe = '{}' WHERE id = 'b'", `UPDATE edition SET recipe = '{"x":1}' WHERE id = 'b'`},
				{"UPDATE edition SET seq = 9 WHERE id = 'b'", "UPDATE edition SET seq = 2 WHERE id = 'b'"},
				{"UPDATE edition SET prev = link WHERE id = 'a'", "UPDATE edition SET prev = '' WHERE id = 'a'"},
			} {
				tamper(t, url, change.do)
				if _, err := s.VerifyEditions(ctx); !errors.Is(err, fault.Conflict) {
					t.Errorf("after %s: %v", change.do, err)
				}
				tamper(t, url, change.undo)
				if _, err := s.VerifyEditions(ctx); err != nil {
					t.Errorf("after %s: %v", change.undo, err)
				}
			}
			tamper(t, url, "UPDATE edition SET seq = 0 WHERE id = 'a'")
			if _, err := s.VerifyEditions(ctx); !errors.Is(err, fault.Conflict) {
				t.Errorf("an edition taken out of the chain: %v", err)
			}
		})
	}
}

func TestKeptTexts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		a, err := s.Keep(ctx, []byte("名单"))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Keep(ctx, []byte("名单")); err != nil || again != a {
			t.Errorf("kept twice as %s and %s, %v", a, again, err)
		}
		if text, err := s.Kept(ctx, a); err != nil || string(text) != "名单" {
			t.Errorf("kept %q, %v", text, err)
		}
		if _, err := s.Kept(ctx, "nothing"); !errors.Is(err, fault.NotFound) {
			t.Errorf("unknown: %v", err)
		}
	})
}

// TestPaperLives walks a document from draft to acknowledgement: only ever added to, ordered,
// and whoever comes second is told so.
func TestPaperLives(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		p := store.Paper{ID: "monthly-2024-06", Kind: "monthly", Period: "2024-06", Origin: "schedule", Who: "system"}
		first := store.PaperVersion{Title: "六月通报", Batch: 7, Recipe: "{}", Body: "[]", Who: "system"}
		if err := s.AddPaper(ctx, p, first); err != nil {
			t.Fatal(err)
		}
		if err := s.AddPaper(ctx, p, first); !errors.Is(err, fault.Conflict) {
			t.Errorf("begun twice: %v", err)
		}
		write := func(version int, body, who string) error {
			return s.WritePaper(ctx, p.ID, store.PaperText{Sentence: "lead-1", Version: version, Body: body, Who: who})
		}
		if err := write(1, "甲写的", "wang"); err != nil {
			t.Fatal(err)
		}
		if err := write(1, "乙写的", "li"); !errors.Is(err, fault.Conflict) {
			t.Errorf("two wrote version 1: %v", err)
		}
		c.pass(time.Minute)
		if err := write(2, "", "li"); err != nil {
			t.Fatal(err)
		}
		texts, err := s.PaperTexts(ctx, p.ID)
		if err != nil || len(texts) != 2 || texts[0].Body != "甲写的" || texts[1].Who != "li" || !texts[1].At.Equal(c.t) {
			t.Errorf("texts %+v, %v", texts, err)
		}
		refreshed := store.WithVersion(store.PaperVersion{Version: 2, Title: "六月通报（更新）", Batch: 8, Who: "wang"})
		if err := s.StepPaper(ctx, p.ID, store.PaperStep{Seq: 2, Action: paper.Refresh, State: paper.Draft, Who: "wang"}, refreshed); err != nil {
			t.Fatal(err)
		}
		steps := []store.PaperStep{{Action: paper.Check, State: paper.Checked, Who: "wang"}, {Action: paper.Cosign, State: paper.Cosigned, Who: "zhuren"}, {Action: paper.Approve, State: paper.Approved, Who: "yuanzhang", Organ: "party_group", Reason: "第12次"}}
		for i, st := range steps {
			st.Seq = int64(i + 3)
			if err := s.StepPaper(ctx, p.ID, st); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.StepPaper(ctx, p.ID, store.PaperStep{Seq: 5, Action: paper.Return, State: paper.Draft, Who: "x"}); !errors.Is(err, fault.Conflict) {
			t.Errorf("two took step 5: %v", err)
		}
		issue := store.PaperStep{Seq: 6, Action: paper.Issue, State: paper.Issued, Edition: "e1", Who: "zhuren"}
		if err := s.StepPaper(ctx, p.ID, issue, store.WithEdition(store.Edition{ID: "e1"}), store.WithRecipients([]string{"藏9801"})); !errors.Is(err, fault.Invalid) {
			t.Errorf("an edition without files: %v", err)
		}
		if got, err := s.Paper(ctx, p.ID); err != nil || got.State != paper.Approved || got.Edition != "" {
			t.Errorf("a failed issue left %+v, %v", got, err)
		}
		if err := s.StepPaper(ctx, p.ID, issue, store.WithEdition(edition("e1")), store.WithRecipients([]string{"藏9802", "藏9801"})); err != nil {
			t.Fatal(err)
		}
		if err := s.StepPaper(ctx, p.ID, store.PaperStep{Seq: 7, Action: paper.Acknowledge, State: paper.Issued, Court: "藏9801", Who: "jiceng"}); err != nil {
			t.Fatal(err)
		}
		got, err := s.Paper(ctx, p.ID)
		if err != nil || got.State != paper.Issued || got.Edition != "e1" || got.Version != 2 || got.Title != "六月通报（更新）" || got.Batch != 8 || got.Seq != 7 || got.By != "jiceng" || got.Who != "system" {
			t.Errorf("the document is %+v, %v", got, err)
		}
		for court, want := range map[string]int{"": 1, "藏9801": 1, "藏9803": 0} {
			if list, err := s.Papers(ctx, court); err != nil || len(list) != want {
				t.Errorf("documents of %q: %v, %v", court, list, err)
			}
		}
		if to, err := s.PaperRecipients(ctx, ""); err != nil || len(to[p.ID]) != 2 || to[p.ID][0] != "藏9801" {
			t.Errorf("recipients %v, %v", to, err)
		}
		if versions, err := s.PaperVersions(ctx, p.ID); err != nil || len(versions) != 2 || versions[0].Batch != 7 || versions[0].Version != 1 {
			t.Errorf("versions %+v, %v", versions, err)
		}
		if list, err := s.PaperSteps(ctx, p.ID); err != nil || len(list) != 7 || list[4].Organ != "party_group" || list[4].Reason != "第12次" || list[6].Court != "藏9801" {
			t.Errorf("steps %+v, %v", list, err)
		}
		if _, err := s.Paper(ctx, "nothing"); !errors.Is(err, fault.NotFound) {
			t.Errorf("unknown: %v", err)
		}
	})
}

// TestOneStepOfTwoDocuments: issuing the later edition restates the earlier in the same moment.
func TestOneStepOfTwoDocuments(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		for _, p := range []store.Paper{{ID: "old"}, {ID: "new", Replaces: "old"}} {
			p.Kind, p.Period, p.Who = "monthly", "2024-05", "wang"
			if err := s.AddPaper(ctx, p, store.PaperVersion{Who: "wang"}); err != nil {
				t.Fatal(err)
			}
		}
		step := store.PaperStep{Seq: 2, Action: paper.Issue, State: paper.Issued, Edition: "e2", Who: "zhuren"}
		restate := store.PaperStep{Seq: 2, Action: paper.Restate, State: paper.Restated, Edition: "e2", Who: "zhuren"}
		if err := s.StepPaper(ctx, "new", step, store.WithEdition(edition("e2")), store.WithStep("old", restate)); err != nil {
			t.Fatal(err)
		}
		if p, err := s.Paper(ctx, "old"); err != nil || p.State != paper.Restated || p.Edition != "" {
			t.Errorf("the earlier is %+v, %v", p, err)
		}
	})
}

func TestPaperAttempts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		for _, a := range []store.PaperAttempt{{Kind: "monthly", Period: "2024-06", State: "failed", Note: "磁盘已满"}, {Kind: "monthly", Period: "2024-06", State: "made"}} {
			if err := s.AddPaperAttempt(ctx, a); err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.PaperAttempts(ctx, 5)
		if err != nil || len(list) != 2 || list[0].State != "made" || list[1].Note != "磁盘已满" || !list[1].At.Equal(c.t) {
			t.Errorf("attempts %+v, %v", list, err)
		}
	})
}
