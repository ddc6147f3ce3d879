package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/data"
	"zhunsheng/web/page/today"
	"zhunsheng/web/ui"
)

// windowDecision is the kind of decision that keeps a period open for correction; its name is
// the period, its body the last day.
const windowDecision = "dispute_window"

// disputeDesk keeps the windows of correction and the doubts raised in them.
type disputeDesk struct{ *App }

// Windows implements [data.Disputes].
func (a disputeDesk) Windows(ctx context.Context, at access.Scope) ([]data.Window, error) {
	if err := at.Need(access.ViewBatches); err != nil {
		return nil, err
	}
	return a.windows(ctx)
}

func (a *App) windows(ctx context.Context) ([]data.Window, error) {
	decisions, err := a.store.Decisions(ctx, windowDecision)
	if err != nil {
		return nil, fmt.Errorf("windows of correction: %w", err)
	}
	day, err := a.DataDay(ctx)
	if err != nil {
		return nil, err
	}
	names, err := a.displayNames(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]data.Window, len(decisions))
	for i, d := range decisions {
		w := data.Window{Reason: d.Reason, Who: d.Who, Name: cmp.Or(names[d.Who], d.Who), At: d.At, Version: d.Version,
			Current: i+1 == len(decisions) || decisions[i+1].Name != d.Name}
		if w.Period, err = civil.ParsePeriod(d.Name); err != nil {
			return nil, err
		}
		if w.Until, err = civil.ParseDate(d.Body); err != nil {
			return nil, err
		}
		w.Open = w.Current && day <= w.Until
		out[i] = w
	}
	slices.SortStableFunc(out, func(x, y data.Window) int {
		return cmp.Or(cmp.Compare(y.Period.To, x.Period.To), cmp.Compare(x.Period.From, y.Period.From), cmp.Compare(y.Version, x.Version))
	})
	return out, nil
}

// displayNames are the display names by login.
func (a *App) displayNames(ctx context.Context) (map[string]string, error) {
	users, err := a.store.Users(ctx)
	names := map[string]string{}
	for _, u := range users {
		names[u.Login] = u.Name
	}
	return names, err
}

// SetWindow implements [data.Disputes].
func (a disputeDesk) SetWindow(ctx context.Context, at access.Scope, p civil.Period, until civil.Date, reason string) error {
	if err := at.Need(access.SettleDoubts); err != nil {
		return err
	}
	day, err := a.DataDay(ctx)
	switch {
	case err != nil:
		return err
	case p.From > day:
		return fault.At("period", fmt.Sprintf("数据只到 %s / the data reach only to %s", day, day), "选择已有数据的期间 / choose a period that has begun")
	case until < p.To:
		return fault.At("until", "截止日早于期末 / the last day lies before the end of the period", fmt.Sprintf("不早于 %s / not before %s", p.To, p.To))
	}
	if err := a.store.Decide(ctx, store.Decision{Kind: windowDecision, Name: p.String(), Body: until.String(), Reason: reason, Who: at.User}); err != nil {
		return err
	}
	return a.note(ctx, at, "dispute.window", p.String(), until.String())
}

// Doubts implements [data.Disputes].
func (a disputeDesk) Doubts(ctx context.Context, at access.Scope) ([]data.Doubt, error) {
	if err := at.Need(access.ViewBatches); err != nil {
		return nil, err
	}
	court := at.Court
	if !at.City && court == "" {
		return nil, nil
	}
	list, err := a.store.Doubts(ctx, court)
	if err != nil {
		return nil, fmt.Errorf("doubts: %w", err)
	}
	names, err := a.displayNames(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]data.Doubt, len(list))
	for i, d := range list {
		out[i] = data.Doubt{ID: d.ID, Court: d.Court, Who: d.Who, Name: cmp.Or(names[d.Who], d.Who), At: d.At, Body: d.Body}
		if out[i].Period, err = civil.ParsePeriod(d.Period); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(d.About), &out[i].About); err != nil {
			return nil, fmt.Errorf("doubt %d: %w", d.ID, err)
		}
		for _, x := range d.Answers {
			out[i].Answers = append(out[i].Answers, data.Answer{Outcome: x.Outcome, Who: x.Who, Name: cmp.Or(names[x.Who], x.Who), At: x.At, Body: x.Body})
		}
	}
	return out, nil
}

// Subject implements [data.Disputes].
func (a disputeDesk) Subject(ctx context.Context, at access.Scope, p civil.Period, s data.Subject) (data.Subject, error) {
	if err := at.Need(access.RaiseDoubt); err != nil {
		return s, err
	}
	if s.Key != "" {
		r, err := noteDesk(a).inScope(ctx, at, s.Court, s.Key)
		return data.Subject{Court: s.Court, Key: s.Key, CaseNo: cmp.Or(r.CaseNo, r.Key)}, err
	}
	i, err := a.Book().Find(s.Set, s.Indicator)
	if err != nil {
		return s, err
	}
	figures, err := a.Compute(ctx, at, indicator.Request{Set: s.Set, Indicators: []string{s.Indicator}, Period: p})
	if err != nil {
		return s, err
	}
	state, err := officeDesk(a).State(ctx)
	if err != nil {
		return s, err
	}
	out := data.Subject{Court: at.Court, Set: s.Set, Indicator: s.Indicator, Name: i.Name, Batch: state.Batch, Shown: ui.None}
	if len(figures) == 1 {
		out.Shown = shownFigure(i.Unit, figures[0])
	}
	return out, nil
}

// shownFigure is a figure as pages print it, a fraction with its parts.
func shownFigure(unit string, f indicator.Figure) string {
	text := ui.Value(unit, f.Value)
	if f.Denominator != nil {
		text += " = " + ui.Number(f.Numerator) + " / " + ui.Number(f.Denominator)
	}
	return text
}

// Raise implements [data.Disputes].
func (a disputeDesk) Raise(ctx context.Context, at access.Scope, p civil.Period, s data.Subject, body string) (int64, error) {
	s, err := a.Subject(ctx, at, p, s)
	if err != nil {
		return 0, err
	}
	windows, err := a.windows(ctx)
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(windows, func(w data.Window) bool { return w.Open && w.Period == p }) {
		return 0, fault.Conflictf("%s 的数据不在争议期内 / the figures of %s are not open for correction", p, p)
	}
	about, err := json.Marshal(s)
	if err != nil {
		return 0, err
	}
	id, err := a.store.AddDoubt(ctx, store.Doubt{Period: p.String(), Court: at.Court, About: string(about), Who: at.User, Body: body})
	if err != nil {
		return 0, err
	}
	return id, a.note(ctx, at, "dispute.raise", fmt.Sprintf("doubt %d", id), p.String())
}

// Answer implements [data.Disputes].
func (a disputeDesk) Answer(ctx context.Context, at access.Scope, id int64, outcome, body string) error {
	if err := at.Need(access.SettleDoubts); err != nil {
		return err
	}
	if !slices.Contains(data.Outcomes, outcome) {
		return fault.Invalidf("outcome %q is none of %v", outcome, data.Outcomes)
	}
	if err := a.store.AnswerDoubt(ctx, id, store.DoubtAnswer{Outcome: outcome, Who: at.User, Body: body}); err != nil {
		return err
	}
	return a.note(ctx, at, "dispute.answer", fmt.Sprintf("doubt %d", id), outcome)
}

// waitingDoubts counts the doubts without an answer, with the last day of the window that ends
// first; the zero day where none has a window any more.
func (a *App) waitingDoubts(ctx context.Context) (n int64, first civil.Date, byCourt map[string]int64, err error) {
	list, err := a.store.Doubts(ctx, "")
	if err != nil {
		return 0, 0, nil, err
	}
	windows, err := a.windows(ctx)
	if err != nil {
		return 0, 0, nil, err
	}
	until := map[string]civil.Date{}
	for _, w := range windows {
		if w.Current {
			until[w.Period.String()] = w.Until
		}
	}
	byCourt = map[string]int64{}
	for _, d := range list {
		if len(d.Answers) > 0 {
			continue
		}
		n++
		byCourt[d.Court]++
		if day := until[d.Period]; first.IsZero() || day < first {
			first = day
		}
	}
	return n, first, byCourt, nil
}

// doubts are what the office has to answer.
func (d desk) doubts(ctx context.Context, t task) ([]today.Item, error) {
	n, first, byCourt, err := d.waitingDoubts(ctx)
	if err != nil || n == 0 {
		return nil, err
	}
	i := today.Item{
		Kind: t.kind, ID: t.id, Count: n, Unit: "doubts", Path: "/data/dispute", Query: []string{"state", "open"}, Over: first < d.day,
		Name: statute.Text{Zh: "对案件或数字的异议", En: "doubts about cases or figures"},
		Why:  statute.Text{Zh: "下级法院在争议期内提出，等待审管办答复。", En: "Raised by courts while the figures are open for correction; they wait for the office."},
		Late: statute.Text{Zh: "争议期 " + first.String() + " 截止，此前答复", En: "answer by " + first.String() + ", when the period closes"},
	}
	for _, code := range d.lists.inOrder("court", byCourt) {
		i.Parts = append(i.Parts, today.Part{Field: "court", Code: code, Count: byCourt[code], Query: []string{"court", code}})
	}
	return []today.Item{i}, nil
}

// openWindows tells a court which of its figures it may still question.
func (d desk) openWindows(ctx context.Context, t task) ([]today.Item, error) {
	windows, err := d.windows(ctx)
	if err != nil {
		return nil, err
	}
	var out []today.Item
	for _, w := range windows {
		if !w.Open {
			continue
		}
		out = append(out, today.Item{
			Kind: t.kind, ID: t.id, Count: 1, Unit: "periods", Path: "/overview", Query: []string{"period", w.Period.String()},
			Name: statute.Text{Zh: w.Period.String() + " 的数字正在核对", En: "the figures of " + w.Period.String() + " are open for correction"},
			Why:  statute.Text{Zh: "逐项核对本院数字；有异议的，在指标或案件页面提出。", En: "Check your court's figures; raise a doubt on the page of the indicator or the case."},
			Late: statute.Text{Zh: w.Until.String() + " 截止", En: "until " + w.Until.String()},
		})
	}
	return out, nil
}
