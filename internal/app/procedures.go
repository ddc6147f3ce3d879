package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/procedures"
)

// procedureDesk keeps the applications about time limits.
type procedureDesk struct{ *App }

// workDayKey is the setting of an installation that works on a day of its own, as the demo
// does; without it the day is that of the clock.
const workDayKey = "work_day"

// workDay is the day on which the office works.
func (a *App) workDay(ctx context.Context) (civil.Date, error) {
	s, ok, err := a.store.Setting(ctx, workDayKey)
	if err != nil {
		return 0, err
	}
	if !ok {
		return civil.FromTime(a.now()), nil
	}
	day, err := civil.ParseDate(s)
	if err != nil {
		return 0, fmt.Errorf("setting %s: %w", workDayKey, err)
	}
	data, err := a.DataDay(ctx)
	return max(day, data), err
}

// paperwork is what one request about applications needs.
type paperwork struct {
	*App
	who   access.Scope
	home  string // court in which the person sits
	day   civil.Date
	lists *lists
	house *procedure.Office
	held  map[procedure.Seat]bool // seats that somebody in this installation holds
}

func (a *App) paperwork(ctx context.Context, who access.Scope) (paperwork, error) {
	p := paperwork{App: a, who: who, held: map[procedure.Seat]bool{}}
	var err error
	if p.day, err = a.workDay(ctx); err != nil {
		return p, err
	}
	if p.lists, err = a.officeLists(ctx); err != nil {
		return p, err
	}
	if p.house, err = procedure.LoadOffice(a.cfg.Rules); err != nil {
		return p, err
	}
	p.home = procedure.HomeCourt(who, p.lists.courts)
	users, err := a.store.Users(ctx)
	if err != nil {
		return p, err
	}
	for _, u := range users {
		if u.Login == who.User { // who may be narrowed to a part of what the person sees
			p.home = procedure.HomeCourt(u.Scope(), p.lists.courts)
		}
		if !u.Disabled && (u.Role == access.President || u.Role == access.DivisionHead) {
			p.held[procedure.Seat{Role: u.Role, Court: procedure.HomeCourt(u.Scope(), p.lists.courts)}] = true
		}
	}
	return p, nil
}

// read makes an application of what the store keeps.
func (p paperwork) read(ctx context.Context, id string) (*procedure.Procedure, error) {
	kept, err := p.store.Proceeding(ctx, id)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(procedure.Kinds(), procedure.Kind(kept.Kind)) {
		return nil, fault.NotFoundf("%s 不是审限申请 / is no application about a time limit", id)
	}
	out := &procedure.Procedure{ID: id}
	for _, s := range kept.Steps {
		step := procedure.Step{Act: procedure.Act(s.Act), Who: s.Who, Name: s.Name, Role: access.Role(s.Role), At: s.At, Day: s.Day}
		if err := json.Unmarshal([]byte(s.Body), &step.Detail); err != nil {
			return nil, fmt.Errorf("step of %s cannot be read: %w", id, err)
		}
		if err := out.Take(step); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// seen refuses an application on a case that is not in the scope, and returns the case.
func (p paperwork) seen(ctx context.Context, who access.Scope, court, key string) (store.Record, error) {
	if err := who.Need(access.ViewCases); err != nil {
		return store.Record{}, err
	}
	return noteDesk{p.App}.inScope(ctx, who, court, key)
}

// line gathers what a register shows of an application.
func (p paperwork) line(x *procedure.Procedure, c docket.Case) procedures.Line {
	l := procedures.Line{Procedure: x, Case: c, Asks: p.asks(x)}
	next := x.Next()
	if next == "" {
		return l
	}
	seat := procedure.SeatOf(next, x.Court, p.lists.courts)
	l.Next, l.Paper = p.seatName(next, seat), !p.held[seat]
	if l.Paper {
		l.Mine = p.records(x.Court)
	} else {
		l.Mine = seat.Holds(p.who, p.home, c.Division) && p.who.Can(access.DecideProcedure)
	}
	return l
}

// records reports whether the person records decisions on paper for a court.
func (p paperwork) records(court string) bool {
	return p.who.Can(access.RecordDecision) && (p.who.City || p.who.Court == court)
}

// seatName names an authority with its court.
func (p paperwork) seatName(code string, seat procedure.Seat) statute.Text {
	name := statute.Text{Zh: code, En: code}
	for _, a := range p.law.Authorities {
		if a.Code == code {
			name = a.Name
		}
	}
	if code == procedure.President {
		name = statute.Text{Zh: "院长", En: "president"}
	}
	c, ok := p.lists.court[seat.Court]
	switch {
	case ok && (code == procedure.CourtAbove || code == procedure.HighCourt || code == procedure.SupremeCourt):
		name = statute.Text{Zh: name.Zh + "（" + c.Name + "）", En: name.En + " (" + c.Name + ")"}
	case ok:
		name = statute.Text{Zh: c.Name + " " + name.Zh, En: name.En + ", " + c.Name}
	}
	return name
}

// asks says in words what is applied for.
func (p paperwork) asks(x *procedure.Procedure) statute.Text {
	rule := func(id string) statute.Text {
		if r, err := p.law.Rule(id); err == nil {
			return r.Name
		}
		return statute.Text{Zh: id, En: id}
	}
	until := func(d civil.Date) string {
		if d.IsZero() {
			return "…"
		}
		return d.String()
	}
	switch x.Kind {
	case procedure.Extension:
		en := strconv.Itoa(x.Days) + " days"
		if x.Months > 0 {
			en = strconv.Itoa(x.Months) + " months"
		}
		return statute.Text{Zh: "延长" + x.Length(), En: "extend by " + en}
	case procedure.Deduction, procedure.Suspension:
		name := statute.Text{Zh: x.Cause, En: x.Cause}
		for _, c := range p.law.Causes {
			if c.Code == x.Cause {
				name = c.Name
			}
		}
		span := until(x.From) + " → " + until(x.Until)
		return statute.Text{Zh: name.Zh + " " + span, En: name.En + " " + span}
	}
	return statute.Text{Zh: "转为" + rule(x.To).Zh + " " + until(x.On), En: "convert to " + rule(x.To).En + " " + until(x.On)}
}

// Procedures implements [procedures.Source].
func (a procedureDesk) Procedures(ctx context.Context, at access.Scope, q procedures.Query) (procedures.Register, error) {
	if err := at.Need(access.ViewCases); err != nil {
		return procedures.Register{}, err
	}
	p, err := a.paperwork(ctx, at)
	if err != nil {
		return procedures.Register{}, err
	}
	all, err := p.found(ctx, at, q)
	if err != nil {
		return procedures.Register{}, err
	}
	out := procedures.Register{Counts: map[procedure.State]int{}}
	var chosen []store.Proceeding
	for _, x := range all {
		out.Counts[procedure.State(x.State)]++
		if q.State == "" || string(q.State) == x.State {
			chosen = append(chosen, x)
		}
	}
	out.Total = len(chosen)
	chosen = chosen[min(max(q.Offset, 0), len(chosen)):]
	if q.Limit >= 0 {
		chosen = chosen[:min(q.Limit, len(chosen))]
	}
	for _, x := range chosen {
		l, err := p.full(ctx, x)
		if err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, l)
	}
	out.Wait, err = a.waits(ctx)
	return out, err
}

// found lists the applications of a scope, courts in administrative order, by number; those
// that wait for the person only, when asked.
func (p paperwork) found(ctx context.Context, at access.Scope, q procedures.Query) ([]store.Proceeding, error) {
	f := store.ProceedingFilter{Court: q.Court, Key: q.Key, Kind: string(q.Kind)}
	if !at.City {
		if f.Court != "" && f.Court != at.Court {
			return nil, nil
		}
		f.Court = at.Court
	}
	if q.Mine {
		f.State = string(procedure.Applied)
	}
	all, err := p.store.Proceedings(ctx, f)
	if err != nil {
		return nil, err
	}
	var out []store.Proceeding
	for _, x := range all {
		if !slices.Contains(procedure.Kinds(), procedure.Kind(x.Kind)) {
			continue
		}
		ok, err := p.shown(ctx, at, x, q.Mine)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(x, y store.Proceeding) int { return p.lists.order[x.Court] - p.lists.order[y.Court] })
	return out, nil
}

// shown reports whether an application lies in the scope, and waits for the person when only
// such are asked for. The case is looked up only where its division or judge matters.
func (p paperwork) shown(ctx context.Context, at access.Scope, x store.Proceeding, mine bool) (bool, error) {
	seat := procedure.SeatOf(x.Next, x.Court, p.lists.courts)
	if mine && !p.held[seat] {
		return p.records(x.Court), nil
	}
	if mine && (p.who.Role != seat.Role || p.home != seat.Court) {
		return false, nil
	}
	if at.Division == "" && at.Judge == "" {
		return at.City || at.Court == x.Court, nil
	}
	r, err := p.store.RecordByKey(ctx, x.Court, x.Key)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && at.Sees(r.Court, r.Division, r.Judge), err
}

// full reads an application with its case.
func (p paperwork) full(ctx context.Context, x store.Proceeding) (procedures.Line, error) {
	one, err := p.read(ctx, x.ID)
	if err != nil {
		return procedures.Line{}, err
	}
	r, err := p.store.RecordByKey(ctx, x.Court, x.Key)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return procedures.Line{}, err
	}
	return p.line(one, r.Case), nil
}

// Procedure implements [procedures.Source].
func (a procedureDesk) Procedure(ctx context.Context, who access.Scope, id string) (procedures.One, error) {
	p, err := a.paperwork(ctx, who)
	if err != nil {
		return procedures.One{}, err
	}
	x, err := p.read(ctx, id)
	if err != nil {
		return procedures.One{}, err
	}
	r, err := p.seen(ctx, who, x.Court, x.Key)
	if err != nil {
		return procedures.One{}, err
	}
	out := procedures.One{Line: p.line(x, r.Case), May: map[procedure.Act]bool{}}
	if out.Options, err = p.options(ctx, r); err != nil {
		return out, err
	}
	if out.Preview, err = p.preview(ctx, x, r); err != nil {
		return out, err
	}
	for act, right := range map[procedure.Act]access.Action{
		procedure.Save: access.PrepareProcedure, procedure.Apply: access.ApplyProcedure, procedure.Withdraw: access.ApplyProcedure, procedure.End: access.ApplyProcedure,
	} {
		out.May[act] = who.Can(right) && procedure.May(x.State, act) && (act != procedure.End || x.Open())
	}
	if out.Mine && !out.Paper {
		out.May[procedure.Agree], out.May[procedure.Refuse] = true, true
	}
	out.Record = out.Mine && out.Paper
	out.Wait, err = a.waits(ctx)
	return out, err
}

// Options implements [procedures.Source].
func (a procedureDesk) Options(ctx context.Context, who access.Scope, court, key string) (procedures.Options, error) {
	p, err := a.paperwork(ctx, who)
	if err != nil {
		return procedures.Options{}, err
	}
	r, err := p.seen(ctx, who, court, key)
	if err != nil {
		return procedures.Options{}, err
	}
	return p.options(ctx, r)
}
