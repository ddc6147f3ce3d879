package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

// TestDoubtsAndAnswersOnlyGrow: both stay as they were written, a second answer follows the
// first, and a court finds its own only.
func TestDoubtsAndAnswersOnlyGrow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		raised := c.t
		first := store.Doubt{Period: "2024-06", Court: "藏9801", About: `{"key":"k"}`, Who: "jiceng", Body: "重复登记"}
		for i, d := range []store.Doubt{first, {Period: "2024-06", Court: "藏9802", About: `{}`, Who: "other", Body: "x"}} {
			if id, err := s.AddDoubt(ctx, d); err != nil || id != int64(i+1) {
				t.Fatalf("doubt %d: id %d, %v", i, id, err)
			}
		}
		c.t = c.t.Add(time.Hour)
		for _, body := range []string{"已核", "已更正"} {
			if err := s.AnswerDoubt(ctx, 1, store.DoubtAnswer{Outcome: "corrected", Who: "tongji", Body: body}); err != nil {
				t.Fatal(err)
			}
		}
		own, err := s.Doubts(ctx, "藏9801")
		if err != nil || len(own) != 1 || own[0].Body != first.Body || !own[0].At.Equal(raised) || len(own[0].Answers) != 2 {
			t.Fatalf("own doubts %+v, %v", own, err)
		}
		if want := (store.DoubtAnswer{Outcome: "corrected", Who: "tongji", At: c.t, Body: "已更正"}); own[0].Answers[1] != want {
			t.Errorf("second answer %+v, want %+v", own[0].Answers[1], want)
		}
		all, err := s.Doubts(ctx, "")
		if err != nil || len(all) != 2 || all[0].ID != 2 || len(all[0].Answers) != 0 {
			t.Errorf("all doubts %+v, %v", all, err)
		}
		if _, err := s.Doubt(ctx, 3); !errors.Is(err, fault.NotFound) {
			t.Errorf("a doubt that is not there: %v", err)
		}
		if err := s.AnswerDoubt(ctx, 3, store.DoubtAnswer{Outcome: "x", Who: "y", Body: "z"}); !errors.Is(err, fault.NotFound) {
			t.Errorf("an answer to nothing: %v", err)
		}
		if _, err := s.AddDoubt(ctx, store.Doubt{Period: "2024-06", About: "{}", Who: "li", Body: " "}); !errors.Is(err, fault.Invalid) {
			t.Errorf("an empty doubt: %v", err)
		}
		if err := s.AnswerDoubt(ctx, 1, store.DoubtAnswer{Outcome: "x", Who: "y"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("an empty answer: %v", err)
		}
	})
}
