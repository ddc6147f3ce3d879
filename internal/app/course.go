package app

import (
	"context"
	"math"
	"math/big"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/signal"
	"zhunsheng/web/page/signals"
)

// courseMonths is how many complete months the chart of an indicator shows.
const courseMonths = 36

// Course judges the months of an indicator by an individuals chart. Limits start anew where
// the definition changed and where the office noted a known change. A month with too few cases
// to judge is a gap.
func (a signalsDesk) Course(ctx context.Context, at access.Scope, set, key string, p civil.Period) (signals.Course, error) {
	i, err := a.Book().Find(set, key)
	if err != nil {
		return signals.Course{}, err
	}
	out := signals.Course{Set: set, Indicator: i}
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return out, err
	}
	last := lastComplete(min(day, p.To), day)
	span := civil.Period{From: last.Shift(1 - courseMonths).From, To: last.To}
	figures, err := a.Compute(ctx, at, indicator.Request{Set: set, Indicators: []string{key}, Period: span, By: []string{"month"}})
	if err != nil {
		return out, err
	}
	byMonth := map[civil.Period]indicator.Figure{}
	for _, f := range figures {
		byMonth[f.Period] = f
	}
	for _, month := range span.Months() {
		f, there := byMonth[month]
		if len(out.Months) == 0 && (!there || f.Value == nil) {
			continue // before the first data
		}
		out.Months = append(out.Months, signals.CoursePoint{Month: month, Figure: f})
	}
	if out.Rebases, err = a.noted(ctx, signals.CourseID(set, key)); err != nil {
		return out, err
	}
	return out, judgeCourse(&out)
}

// lastComplete is the last month that ends by a day of the ledger that reaches to data.
func lastComplete(day, data civil.Date) civil.Period {
	y, m, _ := day.YMD()
	last := civil.Month(y, m)
	if last.To > data {
		last = last.Shift(-1)
	}
	return last
}

// judgeCourse writes the limits and signals of every month.
func judgeCourse(c *signals.Course) error {
	values, cuts := make([]float64, len(c.Months)), []int{}
	for k, m := range c.Months {
		values[k] = math.NaN()
		if m.Value != nil && m.Status != indicator.TooFew {
			values[k], _ = m.Value.Float64()
		}
		newWording := k > 0 && m.Version != "" && c.Months[k-1].Version != "" && m.Version != c.Months[k-1].Version
		known := slices.ContainsFunc(c.Rebases, func(r signals.Rebase) bool { return r.Month == m.Month.String() })
		if c.Months[k].Break = newWording; newWording || known {
			cuts = append(cuts, k)
		}
	}
	points, err := signal.XmR(values, cuts)
	if err != nil {
		return err
	}
	for k := range points {
		c.Months[k].Judged = points[k]
	}
	return nil
}

// Parts splits the change of an indicator from the month before into the units below the scope:
// each unit's own change, and for a fraction the change of its weight. There is no split below a
// division, nor of a value that is no sum and no fraction of sums.
func (a signalsDesk) Parts(ctx context.Context, at access.Scope, set, key string, month civil.Period) (signals.Parts, error) {
	out := signals.Parts{Field: below(at), Before: month.Shift(-1)}
	if out.Field != "court" && out.Field != "division" {
		return out, nil
	}
	var fractions [2]map[string]signal.Fraction
	seen := map[string]int64{}
	for k, p := range []civil.Period{out.Before, month} {
		figures, err := a.Compute(ctx, at, indicator.Request{Set: set, Indicators: []string{key}, Period: p, By: []string{out.Field}})
		if err != nil {
			return out, err
		}
		if fractions[k] = fractionsOf(figures); fractions[k] == nil {
			return out, nil
		}
		for code := range fractions[k] {
			seen[code] = 1
		}
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return out, err
	}
	splitUnits(&out, l.inOrder(out.Field, seen), fractions[0], fractions[1])
	return out, nil
}

// splitUnits fills the parts of a change in; none where a month has no cases. Counts have no
// denominator, and their change is each unit's own.
func splitUnits(out *signals.Parts, order []string, before, after map[string]signal.Fraction) {
	counts := true
	for _, name := range order {
		counts = counts && before[name].Denominator == 0 && after[name].Denominator == 0
	}
	var parts []signal.RatePart
	if counts {
		out.Change = new(big.Rat)
		for _, name := range order {
			own := big.NewRat(after[name].Numerator-before[name].Numerator, 1)
			out.Change.Add(out.Change, own)
			parts = append(parts, signal.RatePart{Name: name, Within: own, Mix: new(big.Rat)})
		}
	} else {
		var err error
		if parts, out.Change, err = signal.RateContributions(order, before, after); err != nil {
			out.Change = nil // nothing in one of the months: there is no change to split
			return
		}
	}
	for _, x := range parts {
		out.Units = append(out.Units, signals.UnitPart{RatePart: x, Before: before[x.Name], After: after[x.Name]})
	}
}

// fractionsOf are figures by unit as fractions of whole numbers, or counts without denominator;
// nil where they are neither.
func fractionsOf(figures []indicator.Figure) map[string]signal.Fraction {
	out := map[string]signal.Fraction{}
	for _, f := range figures {
		switch {
		case f.Denominator == nil && f.Value != nil && wholeNumber(f.Value):
			out[f.By[0]] = signal.Fraction{Numerator: f.Value.Num().Int64()}
			continue
		case f.Denominator == nil || f.Numerator == nil || !wholeNumber(f.Numerator) || !wholeNumber(f.Denominator):
			return nil
		case f.Denominator.Sign() == 0 && f.Numerator.Sign() == 0:
			continue
		case f.Denominator.Sign() <= 0:
			return nil
		}
		out[f.By[0]] = signal.Fraction{Numerator: f.Numerator.Num().Int64(), Denominator: f.Denominator.Num().Int64()}
	}
	return out
}

func wholeNumber(r *big.Rat) bool { return r.IsInt() && r.Num().IsInt64() }

// noted are the known changes of a series, oldest first.
func (a *App) noted(ctx context.Context, id string) ([]signals.Rebase, error) {
	decisions, err := a.store.Decisions(ctx, rebaseKind)
	if err != nil {
		return nil, err
	}
	var out []signals.Rebase
	for _, d := range decisions {
		if d.Name == id {
			out = append(out, signals.Rebase{Month: d.Body, Reason: d.Reason, Who: d.Who, At: d.At})
		}
	}
	return out, nil
}

// hasMonth refuses a known change of a series that is not judged, or outside its months: of the
// intake of the scope, or of an indicator.
func (a signalsDesk) hasMonth(ctx context.Context, at access.Scope, id, month string) error {
	if set, key, ok := signals.CourseOf(id); ok {
		if _, err := a.Book().Find(set, key); err != nil {
			return err
		}
		if p, err := civil.ParsePeriod(month); err != nil || len(p.Months()) != 1 {
			return fault.At("m", "not a month: "+month, "write it as 2024-05")
		}
		return nil
	}
	in, err := a.Intake(ctx, at)
	if err != nil {
		return err
	}
	if _, err := in.Find(id); err != nil {
		return err
	}
	_, err = in.month(month)
	return err
}
