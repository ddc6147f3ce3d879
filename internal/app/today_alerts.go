package app

import (
	"context"
	"time"

	"zhunsheng/internal/alert"
	"zhunsheng/internal/statute"
	"zhunsheng/web/page/today"
)

// raised counts the alerts of the scope that nobody has taken over.
func (d desk) raised(ctx context.Context, t task) ([]today.Item, error) {
	list, err := d.store.Alerts(ctx)
	if err != nil {
		return nil, err
	}
	n := int64(0)
	for _, x := range list {
		if x.State == alert.Firing && seesAlert(d.at, x) {
			n++
		}
	}
	if n == 0 {
		return nil, nil
	}
	return []today.Item{{
		Kind: t.kind, ID: t.id, Count: n, Unit: "alerts", Path: "/signals/alerts",
		Name: statute.Text{Zh: "待认领的预警", En: "alerts that nobody has taken over"},
		Why:  statute.Text{Zh: "收案异动、指标失真线索或长期偏离已提出，需有人认领并查明。", En: "A departure, a question on figures or long-lagging was raised; somebody has to take it over and find out."},
	}}, nil
}

// alertsEvery is how often a server brings the alerts up to the data; whoever opens the board
// does so at once.
const alertsEvery = 15 * time.Minute

// keepAlerts brings the alerts up to the data until ctx ends.
func (a *App) keepAlerts(ctx context.Context) {
	again := time.NewTicker(alertsEvery)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		if _, err := (officeDesk{a}).State(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "alerts", "error", err)
			continue
		}
		if err := a.watch(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "alerts", "error", err)
		}
	}
}
