package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/documents"
)

// scheduleOrigin marks the drafts that appeared by themselves.
const scheduleOrigin = "schedule"

// scheduleEvery is how often a serving process looks whether a draft is due.
const scheduleEvery = time.Minute

// scheduleRules are rules/today/schedule.yaml.
type scheduleRules struct {
	Versions []scheduleVersion `yaml:"versions"`
}

type scheduleVersion struct {
	From      civil.Date `yaml:"from"`
	Documents []struct {
		Kind  string `yaml:"kind"`
		Every string `yaml:"every"` // month or quarter
	} `yaml:"documents"`
	RetryMinutes int            `yaml:"retry_minutes"`
	Source       statute.Source `yaml:"source"`
}

// scheduleAt reads the schedule in force on a day.
func (a *App) scheduleAt(day civil.Date) (scheduleVersion, error) {
	const file = "today/schedule.yaml"
	var r scheduleRules
	if err := statute.Decode(a.cfg.Rules, file, &r); err != nil {
		return scheduleVersion{}, err
	}
	for _, v := range slices.Backward(r.Versions) {
		if v.From <= day {
			return v, nil
		}
	}
	return scheduleVersion{}, fault.NotFoundf("%s: no version in force on %s", file, day)
}

// Schedule drafts what is due: every document of the schedule whose last whole period the data
// cover and of which nothing was ever begun. It returns the ids of the new drafts. Asked again,
// also by another process or after a crash, it makes nothing twice; what fails is written down
// and tried again later, and does not keep the others waiting.
func (a *App) Schedule(ctx context.Context) ([]string, error) {
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return nil, err
	}
	rules, err := a.scheduleAt(day)
	if err != nil {
		return nil, err
	}
	list, err := a.store.Papers(ctx, "")
	if err != nil {
		return nil, err
	}
	attempts, err := a.store.PaperAttempts(ctx, 50)
	if err != nil {
		return nil, err
	}
	var made []string
	var errs []error
	for _, due := range rules.Documents {
		o := documents.Order{Kind: due.Kind, Period: lastWhole(due.Every, day)}
		if slices.ContainsFunc(list, func(p store.Paper) bool {
			return p.Kind == o.Kind && p.Court == "" && p.Period == o.Period.String()
		}) {
			continue
		}
		if a.now().Sub(lastFailure(attempts, o)) < time.Duration(rules.RetryMinutes)*time.Minute {
			continue
		}
		id, err := a.scheduled(ctx, o)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", o.Kind, o.Period, err))
			continue
		}
		made = append(made, id)
	}
	return made, errors.Join(errs...)
}

// scheduled drafts one document and writes down how that went.
func (a *App) scheduled(ctx context.Context, o documents.Order) (string, error) {
	attempt := store.PaperAttempt{Kind: o.Kind, Court: o.Court, Period: o.Period.String(), State: "begun"}
	if err := a.store.AddPaperAttempt(ctx, attempt); err != nil {
		return "", err
	}
	id, err := a.begin(ctx, access.System(), o, scheduleOrigin, "")
	attempt.State = "made"
	if err != nil {
		attempt.State, attempt.Note = "failed", scheduleFailure(err)
	}
	return id, errors.Join(err, a.store.AddPaperAttempt(context.WithoutCancel(ctx), attempt))
}

// scheduleFailure says why a draft could not be made, without the inner workings: those are in
// the program's log.
func scheduleFailure(err error) string {
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		return f.Error()
	case errors.Is(err, context.Canceled):
		return "程序停止，重启后自动重试 / the program stopped; it is tried again after the restart"
	}
	return "内部错误，详见日志 / internal error, see the log"
}

// lastFailure is when a document of the schedule failed last; zero when it did not since.
func lastFailure(attempts []store.PaperAttempt, o documents.Order) time.Time {
	for _, x := range attempts {
		if x.Kind == o.Kind && x.Court == o.Court && x.Period == o.Period.String() {
			if x.State == "failed" {
				return x.At
			}
			break
		}
	}
	return time.Time{}
}

// lastWhole is the last month or quarter that the data cover to its end.
func lastWhole(every string, day civil.Date) civil.Period {
	y, m, _ := day.YMD()
	if every == "quarter" {
		if q := civil.Quarter(y, (m+2)/3); q.To == day {
			return q
		}
		return civil.Quarter(y, (m+2)/3-1)
	}
	return lastWholeMonth(day)
}

// keepSchedule drafts what is due and keeps the forecasts of a month until ctx ends: at once,
// and then whenever the data have grown past a period.
func (a *App) keepSchedule(ctx context.Context) {
	tick := time.NewTicker(scheduleEvery)
	defer tick.Stop()
	for {
		made, err := a.Schedule(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "schedule", slog.Any("error", err))
		}
		for _, id := range made {
			a.log.InfoContext(ctx, "draft made", slog.String("document", id))
		}
		if err := a.publishDue(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "forecasts", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
