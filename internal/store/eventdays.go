package store

import (
	"context"
	"database/sql"

	"zhunsheng/internal/docket"
)

// EventDays calls fn for every current event with its kind, its day and the day it was entered,
// by court and case; court is that of the case.
func (s *Store) EventDays(ctx context.Context, fn func(court string, e docket.Event) error) error {
	const query = `SELECT court, case_key, kind, day, entered_on FROM event_version WHERE to_batch IS NULL ORDER BY court, case_key, id`
	return s.each(ctx, query, nil, func(rows *sql.Rows) error {
		var court string
		var e docket.Event
		var day, entered sql.NullInt64
		if err := rows.Scan(&court, &e.CaseKey, &e.Kind, &day, &entered); err != nil {
			return err
		}
		e.Day, e.EnteredOn = dayOf(day.Int64, day.Valid), dayOf(entered.Int64, entered.Valid)
		return fn(court, e)
	})
}
