package app

import (
	"context"
	"errors"
	"strings"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/alert"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// A flood of filings raises one alert, not one for each of its parts; it goes from hand to hand
// in the log, a restart raises nothing again, and a notice from it passes the gate only when
// somebody has it in hand, or with a reason.
func TestAlertsOfTheLedger(t *testing.T) {
	ctx, a := context.Background(), flooded(t)
	d, head := signalsDesk{a}, scopeOf(t, a, "zhuren")
	if _, err := (officeDesk{a}).State(ctx); err != nil {
		t.Fatal(err)
	}
	board, err := d.Alerts(ctx, head)
	if err != nil {
		t.Fatal(err)
	}
	var x alert.Alert
	for _, one := range board.List {
		if one.Rule == "intake" && one.State == alert.Firing {
			if x.ID != 0 {
				t.Errorf("the flood is raised twice: %s and %s", x.Key, one.Key)
			}
			x = one.Alert
		}
	}
	if x.ID == 0 || !strings.Contains(x.Key, "@2024-06") || !x.Outside {
		t.Fatalf("the flood is no alert: %+v", board.List)
	}
	if _, err := d.Document(ctx, head, x.ID, "notice", "", ""); err == nil {
		t.Error("a notice from an alert that nobody has in hand")
	}
	if err := d.MoveAlert(ctx, head, x.ID, alert.Find, "批量案件"); !errors.Is(err, fault.Conflict) {
		t.Errorf("an answer before anybody took it over: %v", err)
	}
	for _, step := range []struct {
		do   alert.Action
		note string
	}{{alert.Take, ""}, {alert.Find, "银行批量起诉"}, {alert.Close, ""}, {alert.Reopen, "又来一批"}} {
		if err := d.MoveAlert(ctx, head, x.ID, step.do, step.note); err != nil {
			t.Fatalf("%s: %v", step.do, err)
		}
	}
	if err := d.AnswerAlert(ctx, head, x.ID, true); err != nil {
		t.Error(err)
	}
	a.alertWatch.batch = 0 // as after a restart
	again, err := d.Alerts(ctx, head)
	if err != nil || len(again.List) != len(board.List) || again.List[0].Looks != board.List[0].Looks {
		t.Errorf("after a restart %d alerts, before %d, %v", len(again.List), len(board.List), err)
	}
	if got := again.List[x.ID-1]; len(got.Steps) != 4 || got.State != alert.Firing || got.Owner != "" {
		t.Errorf("opened again: %+v", got)
	}
	if err := d.Silence(ctx, head, "intake", "", "", civil.NewDate(2024, 8, 1)); !errors.Is(err, fault.Invalid) {
		t.Errorf("a silence without reason: %v", err)
	}
	if err := d.Silence(ctx, head, "intake", "", "已知批量案件", civil.NewDate(2024, 8, 1)); err != nil {
		t.Error(err)
	}
	other := access.Scope{User: "jiban", Role: access.CourtOffice, Court: "藏9802"}
	if err := d.MoveAlert(ctx, other, x.ID, alert.Take, ""); x.Court == "藏9801" && !errors.Is(err, fault.NotFound) {
		t.Errorf("another court's alert: %v", err)
	}
	if err := d.MoveAlert(ctx, access.Scope{User: "x", Role: access.Judge, Court: "藏9801"}, x.ID, alert.Take, ""); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a judge handles alerts: %v", err)
	}
}
