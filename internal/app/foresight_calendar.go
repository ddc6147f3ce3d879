package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	loads "zhunsheng/internal/load"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/foresight"
)

// capacityDecision is the kind of decisions that the capacity calendar is made of, by judge.
const capacityDecision = "capacity"

// capacityRecord is the body of such a decision: an entry, or the version of the same judge's
// entry that it takes back.
type capacityRecord struct {
	loads.Absence
	Withdraws int `json:"withdraws,omitempty"`
}

// capacity reads the calendar: every entry, with what took it back.
func (a foresightDesk) capacity(ctx context.Context) ([]foresight.Entry, error) {
	list, err := a.store.Decisions(ctx, capacityDecision)
	if err != nil {
		return nil, err
	}
	var out []foresight.Entry
	for _, d := range list {
		var r capacityRecord
		if err := json.Unmarshal([]byte(d.Body), &r); err != nil {
			return nil, fmt.Errorf("capacity calendar, %s %d: %w", d.Name, d.Version, err)
		}
		if r.Withdraws == 0 {
			out = append(out, foresight.Entry{Absence: r.Absence, Version: d.Version, Who: d.Who, At: d.At, Reason: d.Reason})
			continue
		}
		if i := slices.IndexFunc(out, func(e foresight.Entry) bool { return e.Judge == d.Name && e.Version == r.Withdraws }); i >= 0 {
			out[i].Back = &foresight.Withdrawal{Who: d.Who, At: d.At, Reason: d.Reason}
		}
	}
	return out, nil
}

// absences are the entries that hold.
func (a foresightDesk) absences(ctx context.Context) ([]loads.Absence, error) {
	all, err := a.capacity(ctx)
	var out []loads.Absence
	for _, e := range all {
		if e.Back == nil {
			out = append(out, e.Absence)
		}
	}
	return out, err
}

// calendar lists the entries of a scope that reach to a day or later, with those taken back.
func (a foresightDesk) calendar(ctx context.Context, at access.Scope, l *lists, day civil.Date) ([]foresight.Entry, error) {
	all, err := a.capacity(ctx)
	mine := rosterIn(l.roster, at)
	return slices.DeleteFunc(all, func(e foresight.Entry) bool {
		return e.Until < day || !slices.ContainsFunc(mine, func(p docket.Posting) bool { return p.Judge == e.Judge })
	}), err
}

// Enter implements [foresight.Source].
func (a foresightDesk) Enter(ctx context.Context, at access.Scope, x loads.Absence, reason string) error {
	if err := x.Check(); err != nil {
		return err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return err
	}
	if _, ok := l.court[x.To]; x.To != "" && !ok {
		return fault.At("to", "no court "+x.To+" in the list", "choose a court of the list")
	}
	return a.calendarise(ctx, at, x.Judge, capacityRecord{Absence: x}, reason, "capacity.enter", fmt.Sprintf("%s %s..%s %.0f%%", x.Why, x.From, x.Until, 100*x.Share))
}

// Withdraw implements [foresight.Source].
func (a foresightDesk) Withdraw(ctx context.Context, at access.Scope, judge string, version int, reason string) error {
	all, err := a.capacity(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(e foresight.Entry) bool { return e.Judge == judge && e.Version == version })
	if i < 0 || all[i].Back != nil {
		return fault.Invalidf("没有这条登记，或已撤回 / there is no such entry, or it was taken back already")
	}
	return a.calendarise(ctx, at, judge, capacityRecord{Withdraws: version}, reason, "capacity.withdraw", fmt.Sprintf("%d: %s %s..%s", version, all[i].Why, all[i].From, all[i].Until))
}

// calendarise keeps a record about a judge of the writer's part of the roster, and notes it.
func (a foresightDesk) calendarise(ctx context.Context, at access.Scope, judge string, r capacityRecord, reason, action, note string) error {
	if err := at.Need(access.PlanStaffing); err != nil {
		return err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return err
	}
	in := func(p docket.Posting) bool { return p.Judge == judge && p.Post == loads.QuotaJudge }
	if !slices.ContainsFunc(rosterIn(l.roster, at), in) {
		return fault.At("judge", "no judge "+judge+" in your part of the roster", "choose a judge of the roster")
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := a.store.Decide(ctx, store.Decision{Kind: capacityDecision, Name: judge, Body: string(body), Reason: reason, Who: at.User}); err != nil {
		return err
	}
	return a.note(ctx, at, action, judge, note)
}
