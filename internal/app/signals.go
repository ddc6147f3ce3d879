package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/signal"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/signals"
)

// signalsDesk answers the pages of the signals.
type signalsDesk struct{ *App }

// rebaseKind is the kind of the decisions that start a series anew.
const rebaseKind = "rebase"

// Board lists the alarms of a period; an alarm of a part stands inside that of the whole it
// belongs to, when both point the same way.
func (a signalsDesk) Board(ctx context.Context, at access.Scope, p civil.Period) (signals.Board, error) {
	in, err := a.Intake(ctx, at)
	if err != nil {
		return signals.Board{}, err
	}
	out := signals.Board{Thin: in.Thin}
	if in.Report.Times > 0 {
		out.Expected = in.Report.Expected / float64(in.Report.Times)
	}
	for k := len(in.Months) - 1; k >= 0; k-- {
		m := in.Months[k]
		if m.To < p.From || m.From > p.To {
			continue
		}
		out.Months = append([]civil.Period{m}, out.Months...)
		out.Alarms = append(out.Alarms, in.alarms(k)...)
	}
	for i := range in.Series {
		if n := len(in.Months); n > 0 && in.Series[i].Judged.Points[n-1].Judged {
			out.Series++
		}
	}
	return out, nil
}

// alarm is one month of a series as the pages show it.
func (in *Intake) alarm(i, k int) signals.Alarm {
	s := &in.Series[i]
	j := s.Judged.Points[k]
	out := signals.Alarm{ID: s.ID(), By: s.By, Month: in.Months[k], Value: s.Counts[k], Kind: j.Kind, Expected: j.Expected, P: j.P}
	if j.Judged {
		r := j.Interval(0.95)
		out.Low, out.High = r.Low, r.High
	}
	return out
}

// alarms nests the alarms of a month: each stands inside the narrowest alarm that contains it.
func (in *Intake) alarms(k int) []signals.Alarm {
	var roots []int
	inside := map[int][]int{}
	for i := range in.Series {
		if in.Series[i].Judged.Points[k].Kind == signal.NoChange {
			continue
		}
		parent := -1
		for up := range in.Series {
			if in.contains(up, i) && in.sameWay(up, i, k) && (parent < 0 || in.contains(parent, up)) {
				parent = up
			}
		}
		if parent < 0 {
			roots = append(roots, i)
		} else {
			inside[parent] = append(inside[parent], i)
		}
	}
	var build func(i int) signals.Alarm
	build = func(i int) signals.Alarm {
		out := in.alarm(i, k)
		for _, child := range inside[i] {
			out.Inside = append(out.Inside, build(child))
		}
		return out
	}
	var out []signals.Alarm
	for _, i := range roots {
		out = append(out, build(i))
	}
	return out
}

// contains tells whether series up is a whole of which series i is a part.
func (in *Intake) contains(up, i int) bool {
	whole, part := in.Series[up].By, in.Series[i].By
	if len(whole) >= len(part) {
		return false
	}
	for f, v := range whole {
		if part[f] != v {
			return false
		}
	}
	return true
}

// sameWay tells whether two series depart in the same direction in a month, the first being an
// alarm.
func (in *Intake) sameWay(up, i, k int) bool {
	x, y := in.Series[up].Judged.Points[k], in.Series[i].Judged.Points[k]
	return x.Kind != signal.NoChange && (x.Value > x.Expected) == (y.Value > y.Expected)
}

// Series is the course of one series with the known changes noted for it.
func (a signalsDesk) Series(ctx context.Context, at access.Scope, id string) (signals.Series, error) {
	in, err := a.Intake(ctx, at)
	if err != nil {
		return signals.Series{}, err
	}
	i := slices.IndexFunc(in.Series, func(s IntakeSeries) bool { return s.ID() == id })
	if i < 0 {
		return signals.Series{}, fault.NotFoundf("no series %q is judged in this scope", id)
	}
	out := signals.Series{ID: id, By: in.Series[i].By, Reason: in.Series[i].Judged.Reason}
	for k := range in.Months {
		out.Points = append(out.Points, signals.Point{Alarm: in.alarm(i, k), Judged: in.Series[i].Judged.Points[k].Judged})
	}
	out.Rebases, err = a.noted(ctx, id)
	return out, err
}

// Splits cuts one month of a series into its parts.
func (a signalsDesk) Splits(ctx context.Context, at access.Scope, id, month string) ([]signals.Split, error) {
	in, err := a.Intake(ctx, at)
	if err != nil {
		return nil, err
	}
	limits, _ := at.Limits()
	splits, err := a.cuts.of(a.App, fmt.Sprint(limits, id, " ", month), func() ([]Split, error) { return a.App.Splits(ctx, at, in, id, month) })
	out := make([]signals.Split, len(splits))
	for i, s := range splits {
		out[i] = signals.Split(s)
	}
	return out, err
}

// Rebase notes a known change of a series as a decision of the office.
func (a signalsDesk) Rebase(ctx context.Context, at access.Scope, id, month, reason string) error {
	if err := at.Need(access.HandleAlerts); err != nil {
		return err
	}
	if !at.City {
		return fault.Forbiddenf("limits are started anew by the office of the city, for every reader alike")
	}
	if err := a.hasMonth(ctx, at, id, month); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return fault.At("reason", "a known change needs its reason", "write what changed, and on what ground")
	}
	if err := a.store.Decide(ctx, store.Decision{Kind: rebaseKind, Name: id, Body: month, Reason: reason, Who: at.User}); err != nil {
		return err
	}
	a.intakes.forget()
	a.cuts.forget()
	return a.note(ctx, at, "signal.rebase", id, month+": "+reason)
}

// Funnel places the units below a scope around the rate of all of them.
func (a signalsDesk) Funnel(ctx context.Context, at access.Scope, set, key string, p civil.Period) (signals.Funnel, error) {
	i, err := a.Book().Find(set, key)
	if err != nil {
		return signals.Funnel{}, err
	}
	v, err := i.At(p.To)
	if err != nil {
		return signals.Funnel{}, err
	}
	out := signals.Funnel{Set: set, Indicator: i, Version: v, Field: below(at)}
	if out.Field != "court" && out.Field != "division" || i.Unit != "share" {
		return out, nil
	}
	figures, err := a.Compute(ctx, at, indicator.Request{Set: set, Indicators: []string{key}, Period: p, By: []string{out.Field}})
	if err != nil {
		return out, err
	}
	units, err := a.unitsOf(ctx, figures, out.Field)
	if err != nil {
		return out, err
	}
	out.Plot, err = signal.Funnel(units, signal.FunnelOptions{Kind: signal.Proportion})
	return out, err
}

// unitsOf turns figures by one field into the units of a funnel, in the order of the office's
// lists. Courts are held against courts of their own level only, the most frequent one; units
// without any case in the denominator are left out.
func (a *App) unitsOf(ctx context.Context, figures []indicator.Figure, field string) ([]signal.Unit, error) {
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	level := l.commonLevel()
	byCode, seen := map[string]signal.Unit{}, map[string]int64{}
	for _, f := range figures {
		if f.By[0] == "" || f.Numerator == nil || f.Denominator == nil || f.Denominator.Sign() == 0 || field == "court" && l.level(f.By[0]) != level {
			continue
		}
		num, _ := f.Numerator.Float64()
		den, _ := f.Denominator.Float64()
		byCode[f.By[0]], seen[f.By[0]] = signal.Unit{Name: f.By[0], Ratio: signal.Ratio{Numerator: num, Denominator: den}}, 1
	}
	var out []signal.Unit
	for _, code := range l.inOrder(field, seen) {
		out = append(out, byCode[code])
	}
	return out, nil
}

// commonLevel is the level of most courts of the list, the lower one of two as frequent.
func (l *lists) commonLevel() int {
	courts := map[int]int{}
	for _, c := range l.courts {
		courts[c.Level]++
	}
	best := 0
	for level, n := range courts {
		if n > courts[best] || n == courts[best] && level > best {
			best = level
		}
	}
	return best
}

// laggingRules is rules/signals/lagging.yaml.
type laggingRules struct {
	Versions []struct {
		From    civil.Date     `yaml:"from"`
		Periods int            `yaml:"periods"`
		Need    int            `yaml:"need"`
		Source  statute.Source `yaml:"source"`
	} `yaml:"versions"`
}

// Lagging finds the units that stood outside their interval, or where none is loaded outside
// the funnel, on one side in enough of the last complete months.
func (a signalsDesk) Lagging(ctx context.Context, at access.Scope, set string, p civil.Period) (signals.Lagging, error) {
	out := signals.Lagging{Set: set, Field: below(at)}
	if err := at.Need(access.ViewFigures); err != nil {
		return out, err
	}
	var rules laggingRules
	const file = "signals/lagging.yaml"
	if err := statute.Decode(a.cfg.Rules, file, &rules); err != nil {
		return out, err
	}
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return out, err
	}
	months := 0
	for _, v := range rules.Versions {
		if v.From <= day && v.Periods > 0 && v.Need > 0 && v.Need <= v.Periods {
			months, out.Need, out.Source = v.Periods, v.Need, v.Source
		}
	}
	if months == 0 {
		return out, fault.At(file, "no version is in force on "+day.String(), "add one with periods and need")
	}
	last := lastComplete(min(day, p.To), day)
	span := civil.Period{From: last.Shift(1 - months).From, To: last.To}
	out.Months = span.Months()
	if out.Field != "court" && out.Field != "division" {
		return out, nil
	}
	limits, _ := at.Limits()
	marks, err := a.marked.of(a.App, fmt.Sprint(limits, set, span, out.Field), func() (map[string]map[string][]signals.Mark, error) {
		return a.marks(ctx, at, set, span, out.Field)
	})
	if err != nil {
		return out, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return out, err
	}
	for _, i := range a.Book().Set(set) {
		seen := map[string]int64{}
		for code := range marks[i.ID] {
			seen[code] = 1
		}
		for _, code := range l.inOrder(out.Field, seen) {
			lag := signals.Lag{Indicator: i, Code: code, Marks: marks[i.ID][code]}
			if lag.Outside = outside(lag.Marks); lag.Outside >= out.Need {
				out.Lags = append(out.Lags, lag)
			}
		}
	}
	return out, nil
}

// outside counts the months on the side that has more of them.
func outside(marks []signals.Mark) int {
	low, high := 0, 0
	for _, m := range marks {
		switch m.State {
		case "below", "low":
			low++
		case "above", "high":
			high++
		}
	}
	return max(low, high)
}

// marks says for every share of a set and every unit where it stood in each month of a span.
func (a *App) marks(ctx context.Context, at access.Scope, set string, span civil.Period, field string) (map[string]map[string][]signals.Mark, error) {
	out := map[string]map[string][]signals.Mark{}
	months := span.Months()
	for k, month := range months {
		figures, err := a.Compute(ctx, at, indicator.Request{Set: set, Period: month, By: []string{field}})
		if err != nil {
			return nil, err
		}
		for _, i := range a.Book().Set(set) {
			if i.Unit != "share" {
				continue
			}
			own := slices.DeleteFunc(slices.Clone(figures), func(f indicator.Figure) bool { return f.Indicator != i.ID })
			units, err := a.unitsOf(ctx, own, field)
			if err != nil {
				return nil, err
			}
			plot, err := signal.Funnel(units, signal.FunnelOptions{Kind: signal.Proportion})
			if err != nil {
				continue // numerators beyond denominators: no share that a funnel could judge
			}
			status := map[string]string{}
			for _, f := range own {
				status[f.By[0]] = f.Status
			}
			for _, u := range plot.Units {
				if out[i.ID] == nil {
					out[i.ID] = map[string][]signals.Mark{}
				}
				if out[i.ID][u.Name] == nil {
					out[i.ID][u.Name] = make([]signals.Mark, len(months))
				}
				out[i.ID][u.Name][k] = mark(u, status[u.Name])
			}
		}
	}
	return out, nil
}

// mark joins the verdict of the interval with that of the funnel; the interval goes first.
func mark(u signal.Placed, status string) signals.Mark {
	out := signals.Mark{State: "inside", Num: int64(u.Numerator), Den: int64(u.Denominator)}
	switch {
	case status == indicator.Below || status == indicator.Above:
		out.State = status
	case u.Class == signal.TooFew:
		out.State = "too_few"
	case status == indicator.Inside || u.Class == signal.Inside:
	case u.Z < 0:
		out.State = "low"
	default:
		out.State = "high"
	}
	return out
}

// rebases reads the known changes of all series, as positions on the axis of months.
func (a *App) rebases(ctx context.Context) (map[string][]int, error) {
	decisions, err := a.store.Decisions(ctx, rebaseKind)
	if err != nil {
		return nil, fmt.Errorf("known changes: %w", err)
	}
	out := map[string][]int{}
	for _, d := range decisions {
		p, err := civil.ParsePeriod(d.Body)
		if err != nil {
			return nil, fmt.Errorf("known change of %s: %w", d.Name, err)
		}
		y, m, _ := p.From.YMD()
		out[d.Name] = append(out[d.Name], y*12+m-1)
	}
	return out, nil
}
