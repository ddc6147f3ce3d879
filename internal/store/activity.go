package store

import (
	"context"
	"database/sql"
	"strings"

	"zhunsheng/internal/civil"
)

// Activity is the last thing known to have happened in an open case.
type Activity struct {
	ID                     int64 // case version
	Court, Division, Judge string
	FiledOn, DueOn         civil.Date
	Day                    civil.Date // of the last event, or of the last step on the record; zero: none known
	Kind                   string     // event kind: filed heard suspended …; empty: none known
	Holder                 string     // judge named by the event, else of the record

	event bool // Kind comes from an event, not from the record
}

// openCases reads every open case once for each of its events, or once without.
const openCases = `SELECT c.id, c.court, c.division, c.judge, c.filed_on, c.due_on, c.heard_on, c.extended_on, c.suspended_on,
	e.kind, e.day, e.judge
FROM case_version c LEFT JOIN event_version e ON e.court = c.court AND e.case_key = c.key AND e.to_batch IS NULL AND e.day <= $1
WHERE c.to_batch IS NULL AND c.closed_on IS NULL ORDER BY c.id`

// Activities calls fn for every open case of the current ledger with its last activity up to a
// day, by id. Filing, hearing, extension and suspension on the record count like events, so
// that ledgers without an event file have one too; on the same day the event is the later.
func (s *Store) Activities(ctx context.Context, day civil.Date, fn func(Activity) error) error {
	var last Activity
	err := s.each(ctx, openCases, []any{day.Unix()}, func(rows *sql.Rows) error {
		var a Activity
		var filed, due, heard, extended, suspended, eventDay sql.NullInt64
		var kind, judge sql.NullString
		err := rows.Scan(&a.ID, &a.Court, &a.Division, &a.Judge, &filed, &due, &heard, &extended, &suspended, &kind, &eventDay, &judge)
		if err != nil {
			return err
		}
		if a.ID != last.ID {
			if last.ID != 0 {
				if err := fn(last); err != nil {
					return err
				}
			}
			last = a
			last.Holder = a.Judge
			last.FiledOn, last.DueOn = dayOf(filed.Int64, filed.Valid), dayOf(due.Int64, due.Valid)
			for kind, on := range map[string]sql.NullInt64{"filed": filed, "heard": heard, "extended": extended, "suspended": suspended} {
				last.advance(dayOf(on.Int64, on.Valid), day, kind, "", false)
			}
		}
		last.advance(dayOf(eventDay.Int64, eventDay.Valid), day, kind.String, judge.String, true)
		return nil
	})
	if err != nil || last.ID == 0 {
		return err
	}
	return fn(last)
}

// advance takes over a later step; steps after the last day are not known yet. Of the steps of
// one day an event wins over the record, and of several events the last by kind, so that the
// answer does not depend on the order of rows.
func (a *Activity) advance(on, last civil.Date, kind, judge string, event bool) {
	if on.IsZero() || on > last || on < a.Day {
		return
	}
	if on == a.Day && (a.event && !event || a.event == event && kind < a.Kind) {
		return
	}
	a.Day, a.Kind, a.event = on, kind, event
	if judge != "" {
		a.Holder = judge
	}
}

// FlaggedCase is a current case with the rules that made it doubtful.
type FlaggedCase struct {
	ID                     int64
	Court, Division, Judge string
	Flags                  []string
}

// Flagged calls fn for every current case that carries a flag, by id.
func (s *Store) Flagged(ctx context.Context, fn func(FlaggedCase) error) error {
	const query = "SELECT id, court, division, judge, flags FROM case_version WHERE to_batch IS NULL AND flags <> '' ORDER BY id"
	return s.each(ctx, query, nil, func(rows *sql.Rows) error {
		var f FlaggedCase
		var flags string
		if err := rows.Scan(&f.ID, &f.Court, &f.Division, &f.Judge, &flags); err != nil {
			return err
		}
		f.Flags = strings.Fields(flags)
		return fn(f)
	})
}
