package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/web/page/foresight"
)

// prepareEvery is how often a serving process looks for a batch to prepare the pages for.
const prepareEvery = 3 * time.Second

// keepPrepared computes, after the start and after every batch, list or definition, what takes seconds and is kept
// until the next one, so that the first reader of the day does not wait for it.
func (a *App) keepPrepared(ctx context.Context) {
	tick := time.NewTicker(prepareEvery)
	defer tick.Stop()
	var prepared state
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := (officeDesk{a}).State(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "prepare", slog.Any("error", err))
		}
		if now := a.state(); now.batch != 0 && now != prepared {
			if err := a.prepare(ctx); err != nil && ctx.Err() == nil {
				a.log.ErrorContext(ctx, "prepare", slog.Int64("batch", now.batch), slog.Any("error", err))
			}
			prepared = now // what failed fails again on the page, with its message
		}
	}
}

// prepare asks for the whole city's answers of the pages that are slow to open.
func (a *App) prepare(ctx context.Context) error {
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return err
	}
	city, ahead := access.System(), foresightDesk{a}
	if _, err := a.Intake(ctx, city); err != nil {
		return fmt.Errorf("intake: %w", err)
	}
	if _, err := a.clues(ctx); err != nil {
		return fmt.Errorf("questions on figures: %w", err)
	}
	if _, err := ahead.Burden(ctx, city); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if o, err := ahead.cityOutlook(ctx); err != nil {
		return fmt.Errorf("forecasts: %w", err)
	} else if _, err := ahead.parts(ctx, o); err != nil {
		return fmt.Errorf("forecasts of judges: %w", err)
	}
	if _, err := ahead.Board(ctx, city, foresight.Wish{Target: -1}, ""); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	return nil
}
