package store_test

import (
	"context"
	"errors"
	"slices"
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

// TestChanges: every kind of change, counted, listed and narrowed; the counts are the lists.
func TestChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		a, b, other, done := newCase("藏9801", 1), newCase("藏9801", 2), newCase("藏9802", 3), newCase("藏9802", 4)
		done.ClosedOn = day("2024-02-01")
		first := load(t, s, caseRow(2, a), caseRow(3, other), caseRow(4, done))
		moved, closed, open := *a, *other, *done
		moved.Judge, moved.Cause = "j-new", "离婚纠纷"
		closed.ClosedOn, open.ClosedOn = day("2024-03-01"), 0
		second := load(t, s, caseRow(2, &moved), caseRow(3, b), caseRow(4, &closed), caseRow(5, &open))
		for _, tc := range []struct {
			f    store.ChangeFilter
			want []store.ChangeCount
		}{
			{store.ChangeFilter{Batch: first.ID}, []store.ChangeCount{{Court: "藏9801", Kind: "new", Cases: 1}, {Court: "藏9802", Kind: "new", Cases: 2}}},
			{store.ChangeFilter{Batch: second.ID}, []store.ChangeCount{{Court: "藏9801", Kind: "changed", Cases: 1}, {Court: "藏9801", Kind: "new", Cases: 1}, {Court: "藏9802", Kind: "closed", Cases: 1}, {Court: "藏9802", Kind: "reopened", Cases: 1}}},
			{store.ChangeFilter{Batch: second.ID, Kind: store.ChangeReopened}, []store.ChangeCount{{Court: "藏9802", Kind: "reopened", Cases: 1}}},
			{store.ChangeFilter{Batch: second.ID, Court: "藏9801", Judge: "j-new"}, []store.ChangeCount{{Court: "藏9801", Kind: "came", Cases: 1}}},
			{store.ChangeFilter{Batch: second.ID, Court: "藏9801", Judge: a.Judge}, []store.ChangeCount{{Court: "藏9801", Kind: "gone", Cases: 1}}},
			{store.ChangeFilter{Batch: second.ID, Field: "closed_on"}, []store.ChangeCount{{Court: "藏9802", Kind: "closed", Cases: 1}, {Court: "藏9802", Kind: "reopened", Cases: 1}}},
			{store.ChangeFilter{Batch: second.ID, Judge: "nobody"}, nil},
		} {
			got, err := s.ChangeCounts(ctx, tc.f)
			if err != nil || !slices.Equal(got, tc.want) {
				t.Errorf("%+v: %v, %v; want %v", tc.f, got, err, tc.want)
			}
			total := int64(0)
			for _, c := range got {
				total += c.Cases
			}
			list, err := s.Changes(ctx, tc.f)
			if err != nil || int64(len(list)) != total {
				t.Errorf("%+v: a list of %d for a count of %d, %v", tc.f, len(list), total, err)
			}
		}
		fields, err := s.ChangedFields(ctx, store.ChangeFilter{Batch: second.ID})
		if want := []store.FieldCount{{Field: "cause", Cases: 1}, {Field: "judge", Cases: 1}, {Field: "closed_on", Cases: 2}}; err != nil || !slices.Equal(fields, want) {
			t.Errorf("changed columns %v, %v, want %v", fields, err, want)
		}
		if none, err := s.ChangedFields(ctx, store.ChangeFilter{Batch: first.ID}); err != nil || len(none) != 0 {
			t.Errorf("the first batch changed %v, %v", none, err)
		}
		changed, err := s.Changes(ctx, store.ChangeFilter{Batch: second.ID, Kind: store.ChangeOther, Limit: 10})
		if err != nil || len(changed) != 1 || changed[0].Is.Judge != "j-new" || changed[0].Was == nil || changed[0].Was.Judge != a.Judge {
			t.Fatalf("changed %+v, %v", changed, err)
		}
		fresh, err := s.Changes(ctx, store.ChangeFilter{Batch: second.ID, Kind: store.ChangeNew})
		if err != nil || len(fresh) != 1 || fresh[0].Was != nil || fresh[0].Is.Key != b.Key {
			t.Errorf("new %+v, %v", fresh, err)
		}
		if page, err := s.Changes(ctx, store.ChangeFilter{Batch: second.ID, Limit: 2, Offset: 3}); err != nil || len(page) != 1 {
			t.Errorf("the last page has %d, %v", len(page), err)
		}
		if _, err := s.Changes(ctx, store.ChangeFilter{Batch: second.ID, Field: "1; --"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("a column that is none: %v", err)
		}
	})
}
