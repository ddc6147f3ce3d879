package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/forecast"
	"zhunsheng/internal/signal"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/foresight"
)

// foresightMonths is how far ahead the pages look.
const foresightMonths = 12

// foresightDesk answers the pages that look ahead.
type foresightDesk struct{ *App }

// Outlook implements [foresight.Source]. Whoever asks sees a part of the city's forecasts, so that
// they add up with those of all others: a court its lines and divisions, a division its judges.
func (a foresightDesk) Outlook(ctx context.Context, at access.Scope) (foresight.Outlook, error) {
	if err := at.Need(access.ViewFigures); err != nil {
		return foresight.Outlook{}, err
	}
	limits, ok := at.Limits()
	if !ok {
		return foresight.Outlook{}, fault.Forbiddenf("role %s sees no cases", at.Role)
	}
	o, err := a.cityOutlook(ctx)
	if err != nil || at.City {
		return o, err
	}
	parts, err := a.parts(ctx, o)
	if err != nil {
		return foresight.Outlook{}, err
	}
	all := o.Series
	o.Series = nil
	for _, s := range all {
		if s.Court == at.Court && len(limits) == 1 {
			o.Series = append(o.Series, s)
		}
	}
	for _, s := range parts[at.Court] {
		if shows(limits, &s) {
			o.Series = append(o.Series, s)
		}
	}
	return o, nil
}

// shows reports whether the pages of a scope show a part of its court: a court its divisions, a
// division its lines and judges, a judge the own lines.
func shows(limits map[string]string, s *foresight.Series) bool {
	switch {
	case !within(limits, "division", s.Division):
		return false
	case limits["judge"] != "":
		return s.Field == "judge" && s.Judge == limits["judge"]
	case limits["division"] != "":
		return s.Field == "division" || s.Line == ""
	}
	return s.Field == "division" && s.Line == ""
}

// cityOutlook is the forecasts of the whole city.
func (a foresightDesk) cityOutlook(ctx context.Context) (foresight.Outlook, error) {
	o, err := a.outlooks.of(a.App, struct{}{}, func() (foresight.Outlook, error) {
		return a.predict(ctx, civil.Date(0))
	})
	if err != nil {
		return o, err
	}
	return a.kept(ctx, o)
}

// kept says what was published last.
func (a foresightDesk) kept(ctx context.Context, o foresight.Outlook) (foresight.Outlook, error) {
	days, err := a.store.ForecastOrigins(ctx)
	if len(days) > 0 {
		o.Kept = days[len(days)-1]
	}
	return o, err
}

// predict forecasts the filings of the whole city from the months up to a day (zero: all complete
// ones).
func (a foresightDesk) predict(ctx context.Context, until civil.Date) (foresight.Outlook, error) {
	var o foresight.Outlook
	in := &Intake{cells: map[[3]string][]int64{}}
	if err := a.countIntake(ctx, access.System(), in); err != nil {
		return o, err
	}
	n := len(in.Months)
	for n > 0 && !until.IsZero() && in.Months[n-1].To > until {
		n--
	}
	if n < 3 {
		return o, nil // nothing to learn from
	}
	o.Known = in.Months[:n]
	for i := range foresightMonths {
		o.Ahead = append(o.Ahead, o.Known[n-1].Shift(i+1))
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return o, err
	}
	o.Series = l.filingSeries(in.cells, n)
	made, err := a.model(o.Known, o.Series, make([]int, len(o.Series)))
	if err != nil {
		return o, err
	}
	return o, addUp(&o, made)
}

// filingSeries adds cells up to the series of the pages: all, each line, each court and its lines.
func (l *lists) filingSeries(cells map[[3]string][]int64, months int) []foresight.Series {
	sums := map[string]*foresight.Series{}
	add := func(court, line string, counts []int64) {
		id := filingID(court, line)
		s := sums[id]
		if s == nil {
			s = &foresight.Series{ID: id, Court: court, Line: line, Counts: make([]int64, months)}
			sums[id] = s
		}
		for i := range months {
			s.Counts[i] += counts[i]
		}
	}
	for by, counts := range cells {
		line := cmp.Or(by[1], "other")
		add("", "", counts)
		add("", line, counts)
		add(by[0], "", counts)
		add(by[0], line, counts)
	}
	out := make([]foresight.Series, 0, len(sums))
	for _, s := range sums {
		out = append(out, *s)
	}
	wide := func(court string) int { return min(len(court), 1) }
	slices.SortFunc(out, func(x, y foresight.Series) int {
		return cmp.Or(cmp.Compare(wide(x.Court), wide(y.Court)), l.compare(x.Court, y.Court),
			cmp.Compare(min(len(x.Line), 1), min(len(y.Line), 1)), cmp.Compare(lineSeq(x.Line), lineSeq(y.Line)), strings.Compare(x.Line, y.Line))
	})
	return out
}

// filingID names a series: total, */line, court, court/line.
func filingID(court, line string) string {
	switch {
	case court == "" && line == "":
		return "total"
	case line == "":
		return court
	}
	return cmp.Or(court, "*") + "/" + line
}

// model forecasts series of the known months, each from the month that it begins with.
func (a foresightDesk) model(known []civil.Period, all []foresight.Series, since []int) ([]forecast.Forecast, error) {
	festivals, err := signal.LoadFestivals(a.cfg.Rules)
	if err != nil {
		return nil, err
	}
	out := make([]forecast.Forecast, len(all))
	for begin := range known {
		start := known[begin].From
		_, month, _ := start.YMD()
		var series []forecast.Series
		var at []int
		for i, s := range all {
			if since[i] != begin {
				continue
			}
			x := forecast.Series{ID: s.ID, Season: 12, First: month, Start: start}
			for _, n := range s.Counts[begin:] {
				x.Values = append(x.Values, float64(n))
			}
			series, at = append(series, x), append(at, i)
		}
		opt := forecast.Options{Horizon: foresightMonths}
		for _, f := range festivals {
			if len(f.Days) > 1 {
				opt.Calendar = append(opt.Calendar, forecast.MovingHoliday(f.Name.Zh, f.Days, f.Before, f.After, start, len(known)-begin+foresightMonths))
			}
		}
		made, err := forecast.All(series, opt, 2)
		if err != nil {
			return nil, fmt.Errorf("forecast: %w", err)
		}
		for k, i := range at {
			out[i] = made[k]
		}
	}
	return out, nil
}

// addUp reconciles the forecasts: lines to courts, courts to the city. The lines of the whole city
// are the sums of the courts' lines, with the widths of their own forecasts.
func addUp(o *foresight.Outlook, made []forecast.Forecast) error {
	var nodes []forecast.Node
	var of []forecast.Forecast
	var at []int
	for i, s := range o.Series {
		if s.Court == "" && s.Line != "" {
			continue
		}
		parent := ""
		switch {
		case s.Line != "":
			parent = s.Court
		case s.Court != "":
			parent = "total"
		}
		nodes, of, at = append(nodes, forecast.Node{ID: s.ID, Parent: parent}), append(of, made[i]), append(at, i)
	}
	agreed, err := forecast.Reconcile(nodes, of, forecast.Weighted)
	if err != nil {
		return fmt.Errorf("reconcile the forecasts: %w", err)
	}
	for k, i := range at {
		o.Series[i].Forecast = agreed[k]
	}
	for i, s := range o.Series {
		if s.Court != "" || s.Line == "" {
			continue
		}
		sum := make([]float64, foresightMonths)
		for _, part := range o.Series {
			if part.Court != "" && part.Line == s.Line {
				for h := range sum {
					sum[h] += part.Forecast.Mean[h]
				}
			}
		}
		o.Series[i].Forecast = made[i].On(sum)
	}
	return nil
}

// Past implements [foresight.Source].
func (a foresightDesk) Past(ctx context.Context, at access.Scope, id string) ([]foresight.Past, error) {
	o, err := a.Outlook(ctx, at)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(o.Series, func(s foresight.Series) bool { return s.ID == id })
	if i < 0 {
		return nil, nil
	}
	kept, err := a.store.Forecasts(ctx, id)
	if err != nil {
		return nil, err
	}
	counts := make([]float64, len(o.Known))
	for k, n := range o.Series[i].Counts {
		counts[k] = float64(n)
	}
	began := firstCase(o.Series[i].Counts)
	var out []foresight.Past
	for _, k := range kept {
		p := foresight.Past{Program: k.Program, At: k.At,
			Forecast: forecast.Forecast{Series: id, Model: k.Model, Mean: k.Mean, Lo80: k.Lo80, Hi80: k.Hi80, Lo95: k.Lo95, Hi95: k.Hi95}}
		y, m, _ := k.Origin.YMD()
		for h := range k.Mean {
			p.Months = append(p.Months, civil.Month(y, m).Shift(h+1))
		}
		n := 0
		for n < len(o.Known) && o.Known[n].To <= k.Origin {
			n++
		}
		p.Score = forecast.Judge(counts[min(began, n):n], 12, &p.Forecast, counts[n:min(len(counts), n+len(k.Mean))])
		out = append(out, p)
	}
	return out, nil
}

// Publish implements [foresight.Source].
func (a foresightDesk) Publish(ctx context.Context, at access.Scope) (bool, error) {
	if err := at.Need(access.PlanStaffing); err != nil {
		return false, err
	}
	if !at.City {
		return false, fault.Forbiddenf("forecasts are kept for the whole city; ask its office")
	}
	o, err := a.cityOutlook(ctx)
	if err != nil || len(o.Known) == 0 || o.Kept >= o.Known[len(o.Known)-1].To {
		return false, err
	}
	batch, err := a.batchAsOf(ctx, civil.FromTime(a.now()))
	if err != nil {
		return false, err
	}
	origin := o.Known[len(o.Known)-1].To
	series, err := a.published(ctx, o)
	if err != nil {
		return false, err
	}
	list := make([]store.StoredForecast, len(series))
	for i, s := range series {
		f := s.Forecast
		list[i] = store.StoredForecast{Series: s.ID, Origin: origin, Mean: f.Mean, Lo80: f.Lo80, Hi80: f.Hi80, Lo95: f.Lo95, Hi95: f.Hi95,
			Model: f.Model, Program: Version, Batch: batch}
	}
	made, err := a.store.PublishForecasts(ctx, list)
	if err != nil || !made {
		return false, err
	}
	return true, a.note(ctx, at, "forecast.publish", origin.String(), fmt.Sprintf("%d series, %d months, batch %d", len(list), foresightMonths, batch))
}

// published are the series that are kept: the city's, and the divisions and judges of every court
// who are expected to get cases.
func (a foresightDesk) published(ctx context.Context, o foresight.Outlook) ([]foresight.Series, error) {
	parts, err := a.parts(ctx, o)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(o.Series)
	for _, s := range o.Series {
		if s.Court == "" || s.Line != "" {
			continue
		}
		for _, p := range parts[s.Court] {
			if p.Line == "" && !p.Ended {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

// publishDue keeps the forecasts of the last complete month, unless they are kept.
func (a *App) publishDue(ctx context.Context) error {
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return err
	}
	kept, err := a.store.ForecastOrigins(ctx)
	if err != nil || (len(kept) > 0 && kept[len(kept)-1] >= lastWholeMonth(day).To) {
		return err
	}
	_, err = foresightDesk{a}.Publish(ctx, access.System())
	return err
}
