package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"zhunsheng/internal/alert"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
)

// An alert is kept, moved by one person only, and remembers its steps, silences and answers.
func TestAlerts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		x := alert.Alert{Signal: alert.Signal{Rule: "intake", Key: "k", Court: "藏9801", Title: statute.Text{Zh: "突增", En: "spike"}, Path: "/signals", Outside: true}, State: alert.Firing, Looks: 1, Opened: c.t, Changed: c.t}
		if err := s.UpdateAlerts(ctx, []alert.Change{{Alert: x}}, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.UpdateAlerts(ctx, []alert.Change{{Alert: x}}, nil); !errors.Is(err, fault.Conflict) {
			t.Errorf("one key twice: %v", err)
		}
		x.ID = 1
		list, err := s.Alerts(ctx)
		if err != nil || len(list) != 1 || list[0] != x {
			t.Fatalf("alerts %+v, %v, want %+v", list, err, x)
		}
		c.t = c.t.Add(time.Hour)
		step := store.AlertStep{Who: "li", Action: "take", Note: "本周核实"}
		if err := s.MoveAlert(ctx, 1, alert.Firing, alert.Acknowledged, "li", step); err != nil {
			t.Fatal(err)
		}
		if err := s.MoveAlert(ctx, 1, alert.Firing, alert.Acknowledged, "wang", step); !errors.Is(err, fault.Conflict) {
			t.Errorf("taken twice: %v", err)
		}
		gone := x
		gone.State, gone.Gone, gone.Looks = alert.Acknowledged, true, 2
		if err := s.UpdateAlerts(ctx, []alert.Change{{ID: 1, Alert: gone}}, map[int64]alert.State{1: alert.Firing}); !errors.Is(err, fault.Conflict) {
			t.Errorf("an update over a move: %v", err)
		}
		if err := s.UpdateAlerts(ctx, []alert.Change{{ID: 1, Alert: gone}}, map[int64]alert.State{1: alert.Acknowledged}); err != nil {
			t.Fatal(err)
		}
		if err := s.AddAlertStep(ctx, 1, store.AlertStep{Who: "li", Action: "notice"}); err != nil {
			t.Fatal(err)
		}
		step.Seq, step.At = 1, c.t
		if steps, err := s.AlertSteps(ctx, 1); err != nil || len(steps) != 2 || steps[0] != step || steps[1].Action != "notice" {
			t.Errorf("steps %+v, %v", steps, err)
		}
		if list, err := s.Alerts(ctx); err != nil || list[0].Owner != "li" || !list[0].Gone || list[0].Looks != 2 {
			t.Errorf("after all: %+v, %v", list, err)
		}
		quiet := alert.Silence{Rule: "intake", Who: "li", Reason: "已知批量案件", From: c.t, End: c.t.Add(48 * time.Hour)}
		if err := s.AddSilence(ctx, quiet); err != nil {
			t.Fatal(err)
		}
		noReason := quiet
		noReason.Reason = " "
		if err := s.AddSilence(ctx, noReason); !errors.Is(err, fault.Invalid) {
			t.Errorf("a silence without reason: %v", err)
		}
		c.t = c.t.Add(time.Hour)
		if err := s.EndSilence(ctx, 1); err != nil {
			t.Fatal(err)
		}
		if err := s.EndSilence(ctx, 1); !errors.Is(err, fault.NotFound) {
			t.Errorf("ended twice: %v", err)
		}
		if list, err := s.Silences(ctx); err != nil || len(list) != 1 || !list[0].End.Equal(c.t) {
			t.Errorf("silences %+v, %v", list, err)
		}
		for _, useful := range []bool{true, false} {
			if err := s.AnswerAlert(ctx, 1, "li", useful); err != nil {
				t.Fatal(err)
			}
		}
		if u, err := s.AlertUsefulness(ctx); err != nil || u["intake"] != (alert.Usefulness{Useless: 1}) {
			t.Errorf("usefulness %+v, %v", u, err)
		}
	})
}
