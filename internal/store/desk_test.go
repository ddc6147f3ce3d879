package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

func TestTokens(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		for _, tok := range []store.Token{{Hash: "a", Login: "li", Name: "report"}, {Hash: "b", Login: "wang"}} {
			if err := s.AddToken(ctx, tok); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.AddToken(ctx, store.Token{Hash: "a", Login: "wang"}); !errors.Is(err, fault.Conflict) {
			t.Errorf("one hash twice: %v", err)
		}
		if err := s.AddToken(ctx, store.Token{Login: "wang"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("no hash: %v", err)
		}
		if login, err := s.TokenLogin(ctx, "a"); err != nil || login != "li" {
			t.Errorf("owner %q, %v", login, err)
		}
		if err := s.EndToken(ctx, "wang", "a"); !errors.Is(err, fault.NotFound) {
			t.Errorf("ending another's token: %v", err)
		}
		made := c.t
		c.t = c.t.Add(time.Hour)
		if err := s.EndToken(ctx, "li", "a"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.TokenLogin(ctx, "a"); !errors.Is(err, fault.NotFound) {
			t.Errorf("an ended token: %v", err)
		}
		if err := s.EndToken(ctx, "li", "a"); !errors.Is(err, fault.NotFound) {
			t.Errorf("ending twice: %v", err)
		}
		want := store.Token{Hash: "a", Login: "li", Name: "report", Created: made, Ended: c.t}
		if list, err := s.Tokens(ctx, "li"); err != nil || len(list) != 1 || list[0] != want {
			t.Errorf("tokens %+v, %v, want %+v", list, err, want)
		}
		if all, err := s.Tokens(ctx, ""); err != nil || len(all) != 2 || !all[1].Ended.IsZero() {
			t.Errorf("all tokens %+v, %v", all, err)
		}
	})
}

func TestNotesAndDecisionsOnlyGrow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		for _, body := range []string{"first", "second"} {
			if err := s.AddNote(ctx, store.Note{Court: "藏9801", Key: "k", Who: "li", Body: body}); err != nil {
				t.Fatal(err)
			}
			if err := s.Decide(ctx, store.Decision{Kind: "indicator", Name: "x", Body: body, Reason: "why", Who: "li"}); err != nil {
				t.Fatal(err)
			}
		}
		notes, err := s.Notes(ctx, "藏9801", "k")
		if want := (store.Note{ID: 2, Court: "藏9801", Key: "k", Who: "li", At: c.t, Body: "second"}); err != nil || len(notes) != 2 || notes[1] != want {
			t.Errorf("notes %+v, %v", notes, err)
		}
		if other, err := s.Notes(ctx, "藏9802", "k"); err != nil || len(other) != 0 {
			t.Errorf("the same key at another court has %v, %v", other, err)
		}
		list, err := s.Decisions(ctx, "indicator")
		if want := (store.Decision{Kind: "indicator", Name: "x", Version: 2, Body: "second", Reason: "why", Who: "li", At: c.t}); err != nil || len(list) != 2 || list[1] != want {
			t.Errorf("decisions %+v, %v", list, err)
		}
		for _, err := range []error{s.AddNote(ctx, store.Note{Key: "k", Who: "li", Body: "  "}), s.Decide(ctx, store.Decision{Kind: "a", Name: "b", Who: "li"})} {
			if !errors.Is(err, fault.Invalid) {
				t.Errorf("an empty text: %v", err)
			}
		}
	})
}

func TestChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		a, b, other := newCase("藏9801", 1), newCase("藏9801", 2), newCase("藏9802", 3)
		first := load(t, s, caseRow(2, a), caseRow(3, other))
		moved := *a
		moved.Judge = "j-new"
		second := load(t, s, caseRow(2, &moved), caseRow(3, b), caseRow(4, other))
		counts, err := s.ChangeCounts(ctx, store.ChangeFilter{Batch: first.ID})
		if err != nil || len(counts) != 2 || counts[0] != (store.ChangeCount{Court: "藏9801", New: 1}) {
			t.Errorf("first batch %v, %v", counts, err)
		}
		counts, err = s.ChangeCounts(ctx, store.ChangeFilter{Batch: second.ID})
		if err != nil || len(counts) != 1 || counts[0] != (store.ChangeCount{Court: "藏9801", New: 1, Changed: 1}) {
			t.Errorf("second batch %v, %v", counts, err)
		}
		changed, err := s.Changes(ctx, store.ChangeFilter{Batch: second.ID, OnlyChanged: true, Limit: 10})
		if err != nil || len(changed) != 1 || changed[0].Is.Judge != "j-new" || changed[0].Was == nil || changed[0].Was.Judge != a.Judge {
			t.Fatalf("changed %+v, %v", changed, err)
		}
		all, err := s.Changes(ctx, store.ChangeFilter{Batch: second.ID, Court: "藏9801"})
		if err != nil || len(all) != 2 {
			t.Errorf("all %+v, %v", all, err)
		}
		fresh, err := s.Changes(ctx, store.ChangeFilter{Batch: second.ID, OnlyNew: true})
		if err != nil || len(fresh) != 1 || fresh[0].Was != nil || fresh[0].Is.Key != b.Key {
			t.Errorf("new %+v, %v", fresh, err)
		}
		if none, err := s.Changes(ctx, store.ChangeFilter{Batch: second.ID, Judge: "nobody", Limit: 5, Offset: 1}); err != nil || len(none) != 0 {
			t.Errorf("nobody's %+v, %v", none, err)
		}
	})
}
