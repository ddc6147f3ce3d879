package store

import (
	"context"
	"database/sql"
	"time"

	"zhunsheng/internal/alert"
	"zhunsheng/internal/fault"
)

// AlertStep is one thing that somebody did to an alert.
type AlertStep struct {
	Seq    int
	At     time.Time
	Who    string
	Action string // of package alert, or notice
	Note   string
}

// Alerts returns all alerts, oldest first.
func (s *Store) Alerts(ctx context.Context) (out []alert.Alert, err error) {
	err = s.office.each(ctx, s.stmts.get("alerts"), nil, func(rows *sql.Rows) error {
		var a alert.Alert
		var outside, gone, opened, changed int64
		err := rows.Scan(&a.ID, &a.Rule, &a.Key, &a.Court, &a.Title.Zh, &a.Title.En, &a.Path, &outside, &a.State, &a.Looks, &a.Owner, &opened, &changed, &gone)
		a.Outside, a.Gone, a.Opened, a.Changed = outside == 1, gone == 1, instant(opened), instant(changed)
		out = append(out, a)
		return err
	})
	return out, err
}

// UpdateAlerts keeps what an update of the data changed, all of it or nothing. An alert that
// somebody moved meanwhile is fault.Conflict: read the alerts again.
func (s *Store) UpdateAlerts(ctx context.Context, changes []alert.Change, before map[int64]alert.State) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		for _, c := range changes {
			a := c.Alert
			if c.ID == 0 {
				_, err := tx.ExecContext(ctx, s.stmts.get("alert_insert"), a.Rule, a.Key, a.Court, a.Title.Zh, a.Title.En, a.Path,
					bit(a.Outside), string(a.State), a.Looks, millis(a.Opened), millis(a.Changed), bit(a.Gone))
				if err != nil {
					return err
				}
				continue
			}
			res, err := tx.ExecContext(ctx, s.stmts.get("alert_update"), c.ID, a.Title.Zh, a.Title.En, a.Path, bit(a.Outside), string(a.State), a.Looks, millis(a.Changed), bit(a.Gone), string(before[c.ID]))
			if err := moved(res, err); err != nil {
				return err
			}
		}
		return nil
	})
}

// MoveAlert takes an alert from one state to another and keeps the step; it is fault.Conflict
// when somebody was faster.
func (s *Store) MoveAlert(ctx context.Context, id int64, from, to alert.State, owner string, step AlertStep) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		now := millis(s.now())
		res, err := tx.ExecContext(ctx, s.stmts.get("alert_move"), id, string(from), string(to), owner, now)
		if err := moved(res, err); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, s.stmts.get("alert_step_insert"), id, now, step.Who, step.Action, step.Note)
		return err
	})
}

// AddAlertStep keeps a step that moves nothing, such as a notice sent.
func (s *Store) AddAlertStep(ctx context.Context, id int64, step AlertStep) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("alert_step_insert"), id, millis(s.now()), step.Who, step.Action, step.Note)
		return err
	})
}

// AlertSteps returns what was done to an alert, oldest first.
func (s *Store) AlertSteps(ctx context.Context, id int64) (out []AlertStep, err error) {
	err = s.office.each(ctx, s.stmts.get("alert_steps"), []any{id}, func(rows *sql.Rows) error {
		var x AlertStep
		var at int64
		err := rows.Scan(&x.Seq, &at, &x.Who, &x.Action, &x.Note)
		x.At = instant(at)
		out = append(out, x)
		return err
	})
	return out, err
}

// AddSilence keeps a rule quiet until the silence ends.
func (s *Store) AddSilence(ctx context.Context, x alert.Silence) error {
	if err := x.Check(); err != nil {
		return err
	}
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("silence_insert"), x.Rule, x.Court, x.Who, x.Reason, millis(x.From), millis(x.End))
		return err
	})
}

// EndSilence ends a silence now, or returns fault.NotFound when it has ended.
func (s *Store) EndSilence(ctx context.Context, id int64) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, s.stmts.get("silence_end"), id, millis(s.now()))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return fault.NotFoundf("no silence %d is in force", id)
	})
}

// Silences returns all silences, oldest first.
func (s *Store) Silences(ctx context.Context) (out []alert.Silence, err error) {
	err = s.office.each(ctx, s.stmts.get("silences"), nil, func(rows *sql.Rows) error {
		var x alert.Silence
		var from, end int64
		err := rows.Scan(&x.ID, &x.Rule, &x.Court, &x.Who, &x.Reason, &from, &end)
		x.From, x.End = instant(from), instant(end)
		out = append(out, x)
		return err
	})
	return out, err
}

// AnswerAlert keeps whether somebody found an alert useful; a later answer replaces the earlier.
func (s *Store) AnswerAlert(ctx context.Context, id int64, who string, useful bool) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("alert_answer_set"), id, who, bit(useful), millis(s.now()))
		return err
	})
}

// AlertUsefulness counts the answers by rule.
func (s *Store) AlertUsefulness(ctx context.Context) (map[string]alert.Usefulness, error) {
	out := map[string]alert.Usefulness{}
	err := s.office.each(ctx, s.stmts.get("alert_usefulness"), nil, func(rows *sql.Rows) error {
		var rule string
		var u alert.Usefulness
		err := rows.Scan(&rule, &u.Useful, &u.Useless)
		out[rule] = u
		return err
	})
	return out, err
}

// bit is a yes as a number.
func bit(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// moved tells whether exactly one alert was changed.
func moved(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n != 1 {
		return &fault.Error{Kind: fault.Conflict, Text: "somebody else moved this alert meanwhile", Remedy: "open the board again"}
	}
	return err
}
