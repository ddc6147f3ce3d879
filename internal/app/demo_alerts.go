package app

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/alert"
	"zhunsheng/internal/civil"
)

// demoAlerts is the day on which the demo's office looks at its alerts: in January 2024 the banks of
// the invented city stop filing in bulk.
var demoAlerts = civil.NewDate(2024, 1, 31)

// alertsDemo raises the alerts of that day. The first is in hand, with what was found; what else
// was raised waits for an owner.
func (a *App) alertsDemo(ctx context.Context, day civil.Date) error {
	if day != demoAlerts {
		return nil
	}
	desk, who := signalsDesk{a}, access.System()
	who.User, who.Role = "tongji", access.Analyst
	if _, err := (officeDesk{a}).State(ctx); err != nil { // notices the batch
		return err
	}
	if err := a.watch(ctx); err != nil {
		return err
	}
	list, err := a.store.Alerts(ctx)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.State != alert.Firing {
			continue
		}
		if err := desk.MoveAlert(ctx, who, x.ID, alert.Take, "先与立案庭核对登记，再问主要债权银行。"); err != nil {
			return err
		}
		return desk.MoveAlert(ctx, who, x.ID, alert.Find, "登记无误。两家主要债权银行上年末已集中起诉，1月没有批量立案；请立案庭按周报送金融借款收案，2月底前再看。")
	}
	return nil
}
