package app

import (
	"fmt"
	"io/fs"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/timelimit"
)

// loadLaw reads the limits of the law and the calendars they need.
func loadLaw(rules fs.FS) (*timelimit.Book, error) {
	days, err := calendar.Load(rules)
	if err != nil {
		return nil, fmt.Errorf("calendars: %w", err)
	}
	book, err := timelimit.Load(rules, days)
	if err != nil {
		return nil, fmt.Errorf("limits: %w", err)
	}
	return book, nil
}

// Limits are the limits of the law in force in this installation.
func (a *App) Limits() *timelimit.Book { return a.law }
