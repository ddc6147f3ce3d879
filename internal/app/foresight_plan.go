package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/staffing"
	"zhunsheng/internal/store"
	"zhunsheng/internal/whatif"
	"zhunsheng/web/page/foresight"
)

// The bounds of the what-if.
const (
	playedMonths    = 12
	campaignAge     = 12  // months: a campaign clears cases at least so old
	campaignMonth   = 6   // by when its target is reached
	displaced       = 0.5 // share of a campaign's work taken from younger cases, when nobody is added
	widenFrom       = 10  // courts with fewer cases pending do not tell how wide bands must be
	alternatives    = 8
	fewAlternatives = 3 // where a plan has fewer ways, several are refused together
)

// adoptedDecision is the kind of decisions that adopt a plan.
const adoptedDecision = "staffing_plan"

// stage is what the courts learned up to a month.
type stage struct {
	models map[string]*whatif.Model
	past   map[string]*whatif.Record
}

// stage learns from the cases up to the end of a month.
func (a foresightDesk) stage(b *caseBook, from, to whatif.Month) (*stage, error) {
	b.learning.Lock()
	defer b.learning.Unlock()
	if s := b.stages[to]; s != nil {
		return s, nil
	}
	s := &stage{models: map[string]*whatif.Model{}, past: map[string]*whatif.Record{}}
	var all []whatif.Case
	var courts [][]whatif.Case
	for _, code := range sortedCourts(b) {
		all, courts = append(all, b.courts[code]...), append(courts, b.courts[code])
	}
	common, err := whatif.Count(all, from, to)
	if err != nil {
		return nil, err
	}
	wide, err := whatif.Widen(courts, from, to, playedMonths, widenFrom)
	if err != nil {
		return nil, err
	}
	for _, code := range sortedCourts(b) {
		if s.past[code], err = whatif.Count(b.courts[code], from, to); err != nil {
			return nil, err
		}
		if s.models[code], err = whatif.Learn(s.past[code], common); err != nil {
			return nil, err
		}
		s.models[code].Wide = wide
	}
	b.stages[to] = s
	return s, nil
}

func sortedCourts(b *caseBook) []string {
	out := make([]string, 0, len(b.courts))
	for code, cases := range b.courts {
		if len(cases) > 0 {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

// problem states a wish as a staffing problem: courts with the weighted cases they have and
// expect until the end of the year, their judges in numbers or by name.
func (a foresightDesk) problem(ctx context.Context, w *workload, ways *staffing.TravelTable, wish foresight.Wish) (*staffing.Problem, error) {
	p := &staffing.Problem{Limits: staffing.Limits{MaxMoves: &wish.MaxMoves, WithinGroup: wish.Within}, Objective: staffing.Objectives[:2], Period: staffing.SpanOf(w.rest)}
	if loan := loanOf(w, wish); !loan.From.IsZero() {
		if p.Loan = staffing.SpanOf(loan); loan.From > w.rest.To || loan.To < w.rest.From {
			return nil, fault.Invalidf("借期 %s 至 %s 不在 %s 至 %s 之内 / the loan lies outside the days that the load is for", loan.From, loan.To, w.rest.From, w.rest.To)
		}
	}
	l, codes := w.lists, slices.Clone(w.pending.codes)
	slices.SortFunc(codes, l.compare)
	p.Limits.Refused = slices.Clone(wish.Refused)
	for _, code := range codes {
		u := w.need(access.System(), code)
		judges := int(math.Round(u.Need.Judges))
		share := wish.Share
		if slices.Contains(wish.Stay, code) {
			share = 0
		}
		c := staffing.Court{ID: code, Judges: judges, Load: u.Need.Pending + u.Need.Expected, MinJudges: min(wish.Least, judges), MaxLendShare: &share}
		if wish.Within {
			c.Group = fmt.Sprintf("level %d", l.level(code))
		}
		p.Courts = append(p.Courts, c)
		for _, full := range wish.Full {
			if full != code {
				p.Limits.Refused = append(p.Limits.Refused, staffing.Refusal{From: code, To: full})
			}
		}
	}
	if wish.Named {
		if err := a.nameJudges(ctx, w, wish, p); err != nil {
			return nil, err
		}
	}
	p.Limits.Refused = slices.DeleteFunc(p.Limits.Refused, func(r staffing.Refusal) bool { // who is not there does not move
		return r.Judge != "" && !slices.ContainsFunc(p.Judges, func(j staffing.Judge) bool { return j.ID == r.Judge })
	})
	if p.Travel = ways.Between(p.Courts); len(p.Travel) > 0 {
		p.Objective = staffing.Objectives
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return staffing.ReadProblem("调配方案 / staffing plan", bytes.NewReader(text))
}

// loanOf is when lent judges are away; zero, when that is from now on.
func loanOf(w *workload, wish foresight.Wish) civil.Period {
	loan := wish.Loan
	if loan.From.IsZero() && loan.To.IsZero() {
		return loan
	}
	if loan.From.IsZero() {
		loan.From = w.rest.From
	}
	if loan.To.IsZero() {
		loan.To = w.rest.To
	}
	return loan
}

// travel is the table of ways in force on a day.
func (a foresightDesk) travel(day civil.Date) (*staffing.TravelTable, error) {
	book, err := staffing.LoadTravel(a.cfg.Rules)
	if err != nil {
		return nil, err
	}
	v, err := book.Versions.At(day)
	return &v.Value, err
}

// byWay adds the moves of a plan up by way and says why: what the judges of both courts had
// to handle before.
func byWay(p *staffing.Problem, moves []staffing.Move) (out []staffing.Move) {
	each := map[string]float64{}
	for _, c := range p.Courts {
		each[c.ID] = c.Load / max(1, float64(c.Judges))
	}
	for i := range moves {
		m := &moves[i]
		k := slices.IndexFunc(out, func(x staffing.Move) bool { return x.From == m.From && x.To == m.To })
		if k < 0 {
			k = len(out)
			out = append(out, staffing.Move{From: m.From, To: m.To, Reason: fmt.Sprintf("调前人均工作量：借出法院 %.1f 件，借入法院 %.1f 件 / load per judge before: %.1f at the lender, %.1f at the receiver",
				each[m.From], each[m.To], each[m.From], each[m.To])})
		}
		out[k].Count += m.Size()
	}
	return out
}

// cityOnly refuses scopes that are not the whole city: judges move between courts.
func cityOnly(at access.Scope) error {
	if !at.City {
		return fault.Forbiddenf("调配方案涉及全市法院，请选择全市范围 / plans concern all courts; choose the whole city")
	}
	return at.Need(access.ViewCases)
}

// Board implements [foresight.Source]. Fates are played for the courts that the plan moves and
// for the one that is drawn.
func (a foresightDesk) Board(ctx context.Context, at access.Scope, wish foresight.Wish, drawn string) (foresight.Board, error) {
	var b foresight.Board
	if err := cityOnly(at); err != nil {
		return b, err
	}
	w, err := a.workload(ctx, at)
	if err != nil {
		return b, err
	}
	ways, err := a.travel(w.day)
	if err != nil {
		return b, err
	}
	p, err := a.problem(ctx, w, ways, wish)
	if err != nil {
		return b, err
	}
	s, err := a.solve(p)
	if err != nil {
		return b, err
	}
	b = foresight.Board{Day: w.day, Rest: w.rest, Plan: s.plan, Source: w.weights.Source,
		Loan: loanOf(w, wish), LoanShare: p.LoanShare(), Travel: p.Travel, TravelFrom: *ways,
		Objections: s.objections, Confirmed: s.confirmed, Binding: s.binding, Conflict: s.conflict, Others: slices.Clone(s.others)}
	if wish.Named {
		b.Sent, b.Met, b.Astray, b.Evidence = byName(p, &b.Plan, w), met(p, b.Plan.Moves), astray(w.lists, w.day), handles
		return b, a.fates(ctx, w, p, wish, drawn, &b)
	}
	for i := range b.Others {
		b.Others[i].Moves = byWay(p, b.Others[i].Moves)
	}
	b.Plan.Moves = byWay(p, b.Plan.Moves)
	return b, a.fates(ctx, w, p, wish, drawn, &b)
}

// fates plays the courts through.
func (a foresightDesk) fates(ctx context.Context, w *workload, p *staffing.Problem, wish foresight.Wish, drawn string, b *foresight.Board) error {
	o, err := a.cityOutlook(ctx)
	if err != nil || len(o.Known) == 0 {
		return err
	}
	cases, err := a.caseBook(ctx, w.year, w.weights)
	if err != nil {
		return err
	}
	b.Ahead = o.Ahead
	first, last := whatif.MonthOf(o.Known[0].From), whatif.MonthOf(o.Known[len(o.Known)-1].From)
	s, err := a.stage(cases, first, last)
	if err != nil {
		return err
	}
	time := timeOf(p)
	for _, c := range p.Courts {
		moved := movedTime(p, b.Plan.Moves, c.ID)
		f := foresight.Fate{Code: c.ID, Judges: c.Judges, After: c.Judges + change(b.Plan.Moves, c.ID), Time: time[c.ID], Load: c.Load, Pending: w.pending.units[c.ID].cases}
		f.Present = f.Time + p.LoanShare()*moved
		if m := s.models[c.ID]; m != nil && (f.After != f.Judges || c.ID == drawn) {
			if err := a.fate(&f, m, o, wish, b.Loan, moved, drawn); err != nil {
				return err
			}
		}
		b.Courts = append(b.Courts, f)
	}
	return nil
}

// fate plays one court without and with the plan, which brings it some time of judges; the wishes
// beside the plan act in the drawn court, more filings in all.
func (a foresightDesk) fate(f *foresight.Fate, m *whatif.Model, o foresight.Outlook, wish foresight.Wish, loan civil.Period, moved float64, drawn string) error {
	i := slices.IndexFunc(o.Series, func(s foresight.Series) bool { return s.ID == f.Code })
	if i < 0 || f.Time <= 0 {
		return nil
	}
	in := whatif.Intake{Mean: o.Series[i].Forecast.Mean}
	for h := range in.Mean {
		in.Half80 = append(in.Half80, (o.Series[i].Forecast.Hi80[h]-o.Series[i].Forecast.Lo80[h])/2)
	}
	more := 0.0
	with := whatif.Change{Intake: wish.Intake}
	if f.Code == drawn {
		more = wish.Judges
		if wish.Target >= 0 {
			with.Campaign = &whatif.Campaign{Age: campaignAge, Target: wish.Target, By: campaignMonth, Displaced: displaced}
		}
	}
	for _, month := range o.Ahead {
		now := f.Time + moved*away(loan, month) + more
		with.Judges = append(with.Judges, max(0, now)/f.Time)
	}
	var err error
	if f.Without, err = a.play(f.Code, m, in, whatif.Change{Intake: wish.Intake}); err != nil {
		return err
	}
	f.With, err = a.play(f.Code, m, in, with)
	return err
}

// away is the part of a month for which lent judges are away.
func away(loan, month civil.Period) float64 {
	if loan.From.IsZero() {
		return 1
	}
	inside := civil.Period{From: max(loan.From, month.From), To: min(loan.To, month.To)}
	return float64(max(0, inside.Days())) / float64(month.Days())
}

// play plays a change of a court once for each batch: its model and intake follow from that.
func (a foresightDesk) play(court string, m *whatif.Model, in whatif.Intake, c whatif.Change) (*whatif.Outcome, error) {
	key, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("change of %s: %w", court, err)
	}
	return a.plays.of(a.App, court+" "+string(key), func() (*whatif.Outcome, error) { return m.Play(in, c) })
}

// change is how many judges a court gains by moves, below zero: gives.
func change(moves []staffing.Move, court string) (n int) {
	for i := range moves {
		if moves[i].To == court {
			n += moves[i].Size()
		}
		if moves[i].From == court {
			n -= moves[i].Size()
		}
	}
	return n
}

// adoptedPlan is the body of a decision that adopts a plan: the question, the answer, and what
// was to be expected without it.
type adoptedPlan struct {
	Wish    foresight.Wish           `json:"wish"`
	Origin  civil.Date               `json:"origin"`
	Plan    staffing.Plan            `json:"plan"`
	Ahead   []civil.Period           `json:"ahead"`
	Without map[string][]whatif.Band `json:"without"`         // pending by court
	Names   map[string]string        `json:"names,omitempty"` // of the judges moved, as they were then
}

// Adopt implements [foresight.Source].
func (a foresightDesk) Adopt(ctx context.Context, at access.Scope, wish foresight.Wish, reason string) error {
	if err := at.Need(access.PlanStaffing); err != nil {
		return err
	}
	b, err := a.Board(ctx, at, wish, "")
	if err != nil {
		return err
	}
	if len(b.Plan.Moves) == 0 || len(b.Objections) > 0 {
		return fault.Invalidf("此方案没有调配，或未通过校核 / the plan moves nobody, or the check objects to it")
	}
	d := adoptedPlan{Wish: wish, Origin: b.Day, Plan: b.Plan, Ahead: b.Ahead, Without: map[string][]whatif.Band{}}
	l, err := a.officeLists(ctx)
	if err != nil {
		return err
	}
	for _, s := range b.Sent {
		if d.Names == nil {
			d.Names = map[string]string{}
		}
		d.Names[s.Judge] = l.judge[s.Judge]
	}
	for _, f := range b.Courts {
		if f.Without != nil {
			d.Without[f.Code] = f.Without.Pending
		}
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if err := a.store.Decide(ctx, store.Decision{Kind: adoptedDecision, Name: "city", Body: string(body), Reason: reason, Who: at.User}); err != nil {
		return err
	}
	return a.note(ctx, at, "staffing.adopt", b.Day.String(), fmt.Sprintf("%d moves", b.Plan.Objective.Moves))
}

// Adopted implements [foresight.Source].
func (a foresightDesk) Adopted(ctx context.Context, at access.Scope) ([]foresight.Adopted, error) {
	if err := cityOnly(at); err != nil {
		return nil, err
	}
	list, err := a.store.Decisions(ctx, adoptedDecision)
	if err != nil {
		return nil, err
	}
	day, err := a.DataDay(ctx)
	if err != nil {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	var out []foresight.Adopted
	for _, d := range list {
		var p adoptedPlan
		if err := json.Unmarshal([]byte(d.Body), &p); err != nil {
			return nil, fmt.Errorf("adopted plan %d: %w", d.Version, err)
		}
		x := foresight.Adopted{At: d.At, Who: d.Who, Reason: d.Reason, Origin: p.Origin, Moves: p.Plan.Moves, Names: p.Names, Loan: p.Plan.Loan, Ahead: p.Ahead}
		for _, c := range l.courts {
			if p.Without[c.Code] == nil {
				continue
			}
			f := foresight.Followed{Code: c.Code, Change: change(p.Plan.Moves, c.Code), Without: p.Without[c.Code]}
			if f.Came, err = a.pendingAt(ctx, at, c, p.Ahead, day); err != nil {
				return nil, err
			}
			x.Courts = append(x.Courts, f)
		}
		out = append(out, x)
	}
	return out, nil
}

// pendingAt counts what was pending at a court at the end of the months that have come.
func (a foresightDesk) pendingAt(ctx context.Context, at access.Scope, c docket.Court, months []civil.Period, day civil.Date) (out []int64, err error) {
	at.City, at.Court = false, c.Code
	for _, m := range months {
		if m.To > day {
			break
		}
		n, err := situationDesk(a).Flow(ctx, at, civil.Period{From: m.To, To: m.To})
		if err != nil {
			return nil, err
		}
		out = append(out, n["pending"])
	}
	return out, nil
}
