package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Events returns the current events of a case by day, those without a day first.
func (s *Store) Events(ctx context.Context, court, key string) ([]EventRecord, error) {
	var out []EventRecord
	err := s.each(ctx, s.stmts.get("events"), []any{court, key}, func(rows *sql.Rows) error {
		var e EventRecord
		var day, until, entered, to sql.NullInt64
		var flags, extra string
		err := rows.Scan(&e.ID, &e.CaseCourt, &e.CaseKey, &e.Ref, &e.Kind, &day, &until, &e.Court, &e.Judge, &e.Result,
			&entered, &e.FromBatch, &to, &e.File, &e.Sheet, &e.Row, &flags, &extra)
		if err != nil {
			return err
		}
		e.Day, e.Until, e.EnteredOn = dayOf(day.Int64, day.Valid), dayOf(until.Int64, until.Valid), dayOf(entered.Int64, entered.Valid)
		e.ToBatch, e.Flags = to.Int64, strings.Fields(flags)
		if e.Extra, err = decodeExtra(extra); err != nil {
			return fmt.Errorf("event version %d: unknown columns: %w", e.ID, err)
		}
		out = append(out, e)
		return nil
	})
	return out, err
}
