package app

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"zhunsheng/internal/alert"
	"zhunsheng/internal/statute"
	"zhunsheng/web/page/today"
)

// alertsNamed is how many alerts the line of the work list names.
const alertsNamed = 3

// raised is the digest of alerts: those of the scope that nobody has taken over, the oldest named,
// counted by court.
func (d desk) raised(ctx context.Context, t task) ([]today.Item, error) {
	list, err := d.store.Alerts(ctx)
	if err != nil {
		return nil, err
	}
	i := today.Item{
		Kind: t.kind, ID: t.id, Unit: "alerts", Path: "/signals/alerts",
		Name: statute.Text{Zh: "待认领的预警", En: "alerts that nobody has taken over"},
		Late: statute.Text{Zh: "须有人认领并查明", En: "somebody has to take them over and find out"},
	}
	courts := map[string]int64{}
	var zh, en []string
	for _, x := range list {
		if x.State != alert.Firing || !seesAlert(d.at, x) {
			continue
		}
		i.Count++
		if x.Court != "" {
			courts[x.Court]++
		}
		if len(zh) < alertsNamed {
			zh, en = append(zh, x.Title.Zh), append(en, x.Title.En)
		}
	}
	if i.Count == 0 {
		return nil, nil
	}
	i.Why = statute.Text{Zh: strings.Join(zh, "；"), En: strings.Join(en, "; ")}
	if d.at.City {
		for _, code := range d.lists.inOrder("court", courts) {
			i.Parts = append(i.Parts, today.Part{Field: "court", Code: code, Count: courts[code], Query: []string{"court", code}})
		}
	}
	return []today.Item{i}, nil
}

// alertsFirst is when a server that has started first looks for alerts.
const alertsFirst = time.Minute

// alertsEvery is how often a server brings the alerts up to the data; whoever opens the board
// does so at once.
const alertsEvery = 15 * time.Minute

// keepAlerts brings the alerts up to the data until ctx ends.
func (a *App) keepAlerts(ctx context.Context) {
	next := time.NewTimer(alertsFirst)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			next.Reset(alertsEvery)
		}
		if _, err := (officeDesk{a}).State(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "alerts", slog.Any("error", err))
			continue
		}
		if err := a.watch(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "alerts", slog.Any("error", err))
		}
	}
}
