package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

// TestWarningAcks: one acknowledgement for each person, case, stage and due day; the next
// stage and a moved due day are other ones.
func TestWarningAcks(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a := store.WarningAck{Who: "li", Court: "藏9801", Key: "k", Stage: "d30", Due: day("2024-07-02"), Note: "等待鉴定"}
		if err := s.AcknowledgeWarning(ctx, a); err != nil {
			t.Fatal(err)
		}
		if err := s.AcknowledgeWarning(ctx, a); !errors.Is(err, fault.Conflict) {
			t.Errorf("the same twice: %v", err)
		}
		first := c.t
		c.t = c.t.Add(time.Hour)
		next, moved, other := a, a, a
		next.Stage, moved.Due, other.Who = "d15", day("2024-08-02"), "wang"
		for _, x := range []store.WarningAck{next, moved, other} {
			if err := s.AcknowledgeWarning(ctx, x); err != nil {
				t.Errorf("%+v: %v", x, err)
			}
		}
		a.At = first
		if list, err := s.WarningAcksOf(ctx, "li"); err != nil || len(list) != 3 || list[0] != a {
			t.Errorf("acknowledged by li: %+v, %v", list, err)
		}
		if list, err := s.WarningAcksOn(ctx, "藏9801", "k"); err != nil || len(list) != 4 || list[0] != a || list[3].Who != "wang" {
			t.Errorf("acknowledged on the case: %+v, %v", list, err)
		}
		if list, err := s.WarningAcksOn(ctx, "藏9802", "k"); err != nil || len(list) != 0 {
			t.Errorf("the same key at another court has %v, %v", list, err)
		}
		blank := a
		blank.Stage, blank.Note = "d5", " "
		if err := s.AcknowledgeWarning(ctx, blank); !errors.Is(err, fault.Invalid) {
			t.Errorf("without a note: %v", err)
		}
	})
}

// TestDigestsStand: the first digest of a person and a day stands.
func TestDigestsStand(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		d := store.Digest{Who: "li", Day: day("2024-06-30"), Cases: 2, Body: []byte(`[{"key":"k"}]`)}
		kept, err := s.KeepDigest(ctx, d)
		if err != nil || kept.Cases != 2 || string(kept.Body) != string(d.Body) || !kept.At.Equal(c.t) {
			t.Fatalf("kept %+v, %v", kept, err)
		}
		at := c.t
		c.t = c.t.Add(time.Hour)
		again := d
		again.Cases, again.Body = 3, []byte(`[]`)
		if kept, err = s.KeepDigest(ctx, again); err != nil || kept.Cases != 2 || !kept.At.Equal(at) {
			t.Errorf("the second replaced the first: %+v, %v", kept, err)
		}
		again.Day = day("2024-07-01")
		if kept, err = s.KeepDigest(ctx, again); err != nil || kept.Cases != 3 {
			t.Errorf("the next day: %+v, %v", kept, err)
		}
		if list, err := s.Digests(ctx, "li", 0); err != nil || len(list) != 2 || list[0].Day != again.Day {
			t.Errorf("all of li, newest first: %+v, %v", list, err)
		}
		if list, err := s.Digests(ctx, "wang", 0); err != nil || len(list) != 0 {
			t.Errorf("another person has %+v, %v", list, err)
		}
		if _, err := s.KeepDigest(ctx, store.Digest{Who: "li"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("without a day: %v", err)
		}
	})
}
