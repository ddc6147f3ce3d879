package store_test

import (
	"context"
	"errors"
	"testing"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

// TestProceedingsOnlyGrow: numbers in sequence, steps added to the version seen, one winner,
// an event waiting from its approval until it is posted once.
func TestProceedingsOnlyGrow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		draft := store.Proceeding{Kind: "extension", Court: "藏9801", Key: "k|1", CaseNo: "（2024）藏9801民初1号", State: "draft"}
		save := store.ProceedingStep{Act: "save", Who: "li", Name: "李", Role: "judge", Day: day("2024-06-30"), Body: `{"note":"ཁྲིམས"}`}
		for i, want := range []string{"P2024-0001", "P2024-0002"} {
			if id, err := s.AddProceeding(ctx, "P2024", draft, save); err != nil || id != want {
				t.Fatalf("number %d: %s, %v", i, id, err)
			}
		}
		if id, err := s.AddProceeding(ctx, "A2024", store.Proceeding{Kind: "appraisal", Court: "藏9802", Key: "k"}, save); err != nil || id != "A2024-0001" {
			t.Fatalf("another series: %s, %v", id, err)
		}
		if _, err := s.AddProceeding(ctx, "P2024", store.Proceeding{Kind: "extension"}, save); !errors.Is(err, fault.Invalid) {
			t.Errorf("without a case: %v", err)
		}
		step := func(version int, act, state, next string) (store.Proceeding, store.ProceedingStep) {
			return store.Proceeding{ID: "P2024-0001", Version: version, State: state, Next: next}, store.ProceedingStep{Act: act, Who: "wang", Day: day("2024-07-01"), Body: "{}"}
		}
		p, st := step(1, "apply", "applied", "president")
		if err := s.Advance(ctx, p, st, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.Advance(ctx, p, st, "twice"); !errors.Is(err, fault.Conflict) {
			t.Errorf("the same version twice: %v", err)
		}
		p, st = step(2, "approve", "approved", "")
		if err := s.Advance(ctx, p, st, `{"kind":"extended"}`); err != nil {
			t.Fatal(err)
		}
		posts, err := s.Posts(ctx)
		if want := (store.Post{Proceeding: "P2024-0001", No: 3, Body: `{"kind":"extended"}`, Created: c.t}); err != nil || len(posts) != 1 || posts[0] != want {
			t.Fatalf("waiting %+v, %v", posts, err)
		}
		p, st = step(3, "enter", "entered", "")
		if err := s.Posted(ctx, posts[0], 7, p, st); err != nil {
			t.Fatal(err)
		}
		p.Version = 4
		if err := s.Posted(ctx, posts[0], 7, p, st); !errors.Is(err, fault.Conflict) {
			t.Errorf("posted twice: %v", err)
		}
		got, err := s.Proceeding(ctx, "P2024-0001")
		if err != nil || got.Version != 4 || got.State != "entered" || len(got.Steps) != 4 || got.Created != c.t {
			t.Fatalf("proceeding %+v, %v", got, err)
		}
		save.At = c.t
		if got.Steps[0] != save {
			t.Errorf("first step %+v, want %+v", got.Steps[0], save)
		}
		if left, err := s.Posts(ctx); err != nil || len(left) != 0 {
			t.Errorf("still waiting %+v, %v", left, err)
		}
		for f, n := range map[store.ProceedingFilter]int{{}: 3, {Court: "藏9801"}: 2, {State: "draft"}: 1, {Court: "藏9801", Key: "k|1", Kind: "extension"}: 2, {Kind: "appraisal"}: 1} {
			if list, err := s.Proceedings(ctx, f); err != nil || len(list) != n {
				t.Errorf("%+v: %d, %v, want %d", f, len(list), err, n)
			}
		}
		if _, err := s.Proceeding(ctx, "P2024-0009"); !errors.Is(err, fault.NotFound) {
			t.Errorf("an unknown id: %v", err)
		}
	})
}
