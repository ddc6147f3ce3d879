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

// Outlook implements [foresight.Source]. A court sees its part of the city's forecasts, so that
// they add up with those of all others; a division or judge has forecasts of its own cases.
func (a foresightDesk) Outlook(ctx context.Context, at access.Scope) (foresight.Outlook, error) {
	if err := at.Need(access.ViewFigures); err != nil {
		return foresight.Outlook{}, err
	}
	if _, ok := at.Limits(); !ok {
		return foresight.Outlook{}, fault.Forbiddenf("role %s sees no cases", at.Role)
	}
	if !at.City && (at.Division != "" || at.Judge != "") {
		return a.predict(ctx, at, civil.Date(0))
	}
	o, err := a.cityOutlook(ctx)
	if err != nil || at.City {
		return o, err
	}
	o.Series = slices.DeleteFunc(slices.Clone(o.Series), func(s foresight.Series) bool { return s.Court != at.Court })
	return o, nil
}

// cityOutlook is the forecasts of the whole city.
func (a foresightDesk) cityOutlook(ctx context.Context) (foresight.Outlook, error) {
	o, err := a.outlooks.of(a.App, struct{}{}, func() (foresight.Outlook, error) {
		return a.predict(ctx, access.System(), civil.Date(0))
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

// predict forecasts the filings of a scope from the months up to a day (zero: all complete ones).
func (a foresightDesk) predict(ctx context.Context, at access.Scope, until civil.Date) (foresight.Outlook, error) {
	var o foresight.Outlook
	in := &Intake{cells: map[[3]string][]int64{}}
	if err := a.countIntake(ctx, at, in); err != nil {
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
	o.Series = l.filingSeries(in.cells, n, at.City)
	return o, a.forecastAll(&o, at.City)
}

// filingSeries adds cells up to the series of the pages: all, each line, and with city each
// court and its lines.
func (l *lists) filingSeries(cells map[[3]string][]int64, months int, city bool) []foresight.Series {
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
		if city {
			add(by[0], "", counts)
			add(by[0], line, counts)
		}
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

// forecastAll forecasts all series and makes them add up: lines to courts, courts to the city.
func (a foresightDesk) forecastAll(o *foresight.Outlook, city bool) error {
	festivals, err := signal.LoadFestivals(a.cfg.Rules)
	if err != nil {
		return err
	}
	start := o.Known[0].From
	_, month, _ := start.YMD()
	opt := forecast.Options{Horizon: foresightMonths}
	for _, f := range festivals {
		if len(f.Days) > 1 {
			opt.Calendar = append(opt.Calendar, forecast.MovingHoliday(f.Name.Zh, f.Days, f.Before, f.After, start, len(o.Known)+foresightMonths))
		}
	}
	series := make([]forecast.Series, len(o.Series))
	for i, s := range o.Series {
		series[i] = forecast.Series{ID: s.ID, Season: 12, First: month, Start: start}
		for _, n := range s.Counts {
			series[i].Values = append(series[i].Values, float64(n))
		}
	}
	made, err := forecast.All(series, opt, 2)
	if err != nil {
		return fmt.Errorf("forecast: %w", err)
	}
	return addUp(o, made, city)
}

// addUp reconciles the forecasts. The lines of the whole city are the sums of the courts' lines,
// with the widths of their own forecasts.
func addUp(o *foresight.Outlook, made []forecast.Forecast, city bool) error {
	var nodes []forecast.Node
	var of []forecast.Forecast
	var at []int
	for i, s := range o.Series {
		if city && s.Court == "" && s.Line != "" {
			continue
		}
		parent := ""
		switch {
		case s.Line != "":
			parent = cmp.Or(s.Court, "total")
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
	if !city {
		return nil
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
		o.Series[i].Forecast = onMean(made[i], sum)
	}
	return nil
}

// onMean puts a forecast on another mean and keeps the widths of its intervals; no bound of a
// count lies below zero.
func onMean(f forecast.Forecast, mean []float64) forecast.Forecast {
	out := f
	out.Mean = mean
	shift := func(x []float64) []float64 {
		y := make([]float64, len(x))
		for h := range x {
			y[h] = max(0, x[h]-f.Mean[h]+mean[h])
		}
		return y
	}
	out.Lo80, out.Hi80, out.Lo95, out.Hi95 = shift(f.Lo80), shift(f.Hi80), shift(f.Lo95), shift(f.Hi95)
	return out
}

// Past implements [foresight.Source].
func (a foresightDesk) Past(ctx context.Context, at access.Scope, id string) ([]foresight.Past, error) {
	o, err := a.Outlook(ctx, at)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(o.Series, func(s foresight.Series) bool { return s.ID == id })
	if i < 0 || (!at.City && (at.Division != "" || at.Judge != "")) {
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
		p.Score = forecast.Judge(counts[:n], 12, &p.Forecast, counts[n:min(len(counts), n+len(k.Mean))])
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
	list := make([]store.StoredForecast, len(o.Series))
	for i, s := range o.Series {
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
