package app

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	loads "zhunsheng/internal/load"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/whatif"
	"zhunsheng/web/page/foresight"
)

// caseBook is what is learned from single cases of the whole city: their days for the what-if,
// and how long each kind of cases closed in the past year took.
type caseBook struct {
	courts map[string][]whatif.Case
	days   map[string][]int // by id of the weight
	times  map[string]loads.Estimate

	learning sync.Mutex
	stages   map[whatif.Month]*stage
}

// caseBook reads the cases once after a batch.
func (a foresightDesk) caseBook(ctx context.Context, year civil.Period, w *loads.Weights) (*caseBook, error) {
	return a.caseBooks.of(a.App, struct{}{}, func() (*caseBook, error) { return a.readCases(ctx, year, w) })
}

func (a foresightDesk) readCases(ctx context.Context, year civil.Period, w *loads.Weights) (*caseBook, error) {
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	b := &caseBook{courts: map[string][]whatif.Case{}, days: map[string][]int{}, stages: map[whatif.Month]*stage{}}
	for _, court := range l.courts {
		err := a.store.Scan(ctx, court.Code, 0, func(_ int64, k *docket.Case) error {
			if k.FiledOn.IsZero() {
				return nil
			}
			b.courts[court.Code] = append(b.courts[court.Code], whatif.Case{Filed: k.FiledOn, Closed: k.ClosedOn, Due: k.DueOn})
			if k.ClosedOn >= year.From && k.ClosedOn <= year.To && k.ClosedOn >= k.FiledOn {
				id := w.Of(kindOf(k.Line, k.TypeCode, k.Procedure)).ID
				b.days[id] = append(b.days[id], k.ClosedOn.Sub(k.FiledOn))
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("cases of %s: %w", court.Code, err)
		}
	}
	b.times = loads.EstimateTimes(b.days)
	return b, nil
}

func kindOf(line, typeCode, procedure string) loads.Kind {
	return loads.Kind{Line: line, Type: typeCode, Procedure: procedure}
}

// workload is what loads are computed from.
type workload struct {
	day                    civil.Date
	year, rest             civil.Period
	version                statute.Version[loads.Weights]
	weights                *loads.Weights // of version
	field                  string
	pending, filed, closed *work
	filedAt                *work // of the courts of the whole city
	now, past              loads.Capacity
	norm                   float64               // of the whole city
	come                   map[[2]string]float64 // weighted cases expected by court and line until the end of rest; line "": all
	parts                  map[[2]string]coming  // of one court's scope: expected by division and judge
	absences               []loads.Absence
	lists                  *lists
}

// restOf is the period that load is held against: the days after the data day until the end of
// their year.
func restOf(day civil.Date) civil.Period {
	next := day.AddDays(1)
	return civil.Period{From: next, To: civil.Year(next.Year()).To}
}

// workload gathers the work of a scope.
func (a foresightDesk) workload(ctx context.Context, at access.Scope) (*workload, error) {
	day, err := a.DataDay(ctx)
	if err != nil {
		return nil, err
	}
	if day.IsZero() {
		return nil, fault.NotFoundf("no data yet; import a ledger first")
	}
	v, err := a.weightsAt(day)
	if err != nil {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	o, err := a.cityOutlook(ctx)
	if err != nil {
		return nil, err
	}
	w := &workload{day: day, lists: l, rest: restOf(day), version: v, field: "court", year: yearTo(day)}
	w.weights = &w.version.Value
	if !at.City {
		w.field = "division"
	}
	for _, x := range []struct {
		id string
		p  civil.Period
		to **work
	}{{"pending", civil.Period{From: day, To: day}, &w.pending}, {"filed", w.year, &w.filed}, {"closed", w.year, &w.closed}} {
		if *x.to, err = a.weigh(ctx, at, w.weights, x.id, w.field, x.p); err != nil {
			return nil, err
		}
	}
	if w.absences, err = a.absences(ctx); err != nil {
		return nil, err
	}
	w.now, w.past = loads.Count(l.roster, w.absences, w.rest), loads.Count(l.roster, w.absences, w.year)
	if err := a.cityNorm(ctx, w, o); err != nil || at.City {
		return w, err
	}
	limits, _ := at.Limits()
	w.parts, err = a.weighParts(ctx, w, o, at.Court)
	maps.DeleteFunc(w.parts, func(k [2]string, _ coming) bool {
		return !within(limits, "division", k[0]) || !within(limits, "judge", k[1])
	})
	return w, err
}

// cityNorm measures what a judge of the city closed in the past year, and weighs what is to come.
func (a foresightDesk) cityNorm(ctx context.Context, w *workload, o foresight.Outlook) error {
	city := access.System()
	closed, err := a.weigh(ctx, city, w.weights, "closed", "court", w.year)
	if err != nil {
		return err
	}
	filed, err := a.weigh(ctx, city, w.weights, "filed", "court", w.year)
	if err != nil {
		return err
	}
	judges := 0.0
	for _, c := range closed.codes {
		judges += w.past.Court(c)
	}
	w.norm = loads.Norm(closed.units[""].weight, judges, w.year.To.Sub(w.year.From)+1)
	w.come, w.filedAt = map[[2]string]float64{}, filed
	for _, s := range o.Series {
		f := filed.lines[[2]string{s.Court, s.Line}]
		if s.Court == "" || s.Line == "" || f.cases == 0 {
			continue
		}
		weight := expected(o, s, w.rest) * f.weight / float64(f.cases)
		w.come[[2]string{s.Court, s.Line}] = weight
		w.come[[2]string{s.Court, ""}] += weight
	}
	return nil
}

// expected is the number of cases forecast for a period; a month counts with the days that lie
// inside.
func expected(o foresight.Outlook, s foresight.Series, p civil.Period) (sum float64) {
	for h, m := range o.Ahead {
		from, to := max(m.From, p.From), min(m.To, p.To)
		if from <= to {
			sum += s.Forecast.Mean[h] * float64(to.Sub(from)+1) / float64(m.To.Sub(m.From)+1)
		}
	}
	return sum
}

// need is the work of a unit: a court, or a division as far as its judges lie in the scope.
func (w *workload) need(at access.Scope, unit string) foresight.Unit {
	pending, filed, closed := w.pending.units[unit], w.filed.units[unit], w.closed.units[unit]
	u := foresight.Unit{Code: unit, Pending: pending.cases, Filed: filed.cases, Closed: closed.cases}
	u.Need = loads.Need{Pending: pending.weight, Norm: w.norm, Years: w.years()}
	if w.field == "court" {
		u.Need.Expected = w.come[[2]string{unit, ""}]
		u.Need.Judges = w.now.Court(unit)
		return u
	}
	for _, k := range sortedPairs(w.parts) {
		if k[0] == unit {
			u.Expected += w.parts[k].cases
			u.Need.Expected += w.parts[k].weight
		}
	}
	place := loads.Place{Court: at.Court, Division: unit}
	if u.Need.Judges = w.now.Total[place]; at.Judge != "" {
		u.Need.Judges = w.now.Judges[at.Judge][place]
	}
	return u
}

// years is how long the load is held against the judges.
func (w *workload) years() float64 { return float64(w.rest.To.Sub(w.rest.From)+1) / 365 }

// Burden implements [foresight.Source].
func (a foresightDesk) Burden(ctx context.Context, at access.Scope) (foresight.Burden, error) {
	var b foresight.Burden
	if err := at.Need(access.ViewCases); err != nil {
		return b, err
	}
	w, err := a.workload(ctx, at)
	if err != nil {
		return b, err
	}
	l := w.lists
	b = foresight.Burden{Day: w.day, Year: w.year, Rest: w.rest, Field: w.field}
	units := map[string]int64{}
	for _, all := range []*work{w.pending, w.filed, w.closed} {
		for _, code := range all.codes {
			units[code] += all.units[code].cases
		}
	}
	for k, come := range w.parts {
		if come.cases >= fewest {
			units[k[0]]++
		}
	}
	b.Total.Need.Norm = w.norm
	for _, code := range l.inOrder(w.field, units) {
		u := w.need(at, code)
		b.Units = append(b.Units, u)
		t := &b.Total
		t.Pending, t.Filed, t.Closed, t.Expected = t.Pending+u.Pending, t.Filed+u.Filed, t.Closed+u.Closed, t.Expected+u.Expected
		t.Need.Pending, t.Need.Expected, t.Need.Judges, t.Need.Years = t.Need.Pending+u.Need.Pending, t.Need.Expected+u.Need.Expected, t.Need.Judges+u.Need.Judges, u.Need.Years
	}
	if err := a.judgeLoads(ctx, at, w, l, &b); err != nil {
		return b, err
	}
	if err := a.kinds(ctx, w, &b); err != nil {
		return b, err
	}
	b.Calendar, err = a.calendar(ctx, at, l, w.day)
	return b, err
}

// fewest is how many cases must be expected for a part to be listed that has none.
const fewest = 0.05

// judgeLoads are the judges of a division with what is pending and expected there and their time
// there, in the order of the roster; together they are the division.
func (a foresightDesk) judgeLoads(ctx context.Context, at access.Scope, w *workload, l *lists, b *foresight.Burden) error {
	if at.City || at.Division == "" {
		return nil
	}
	pending, err := a.weigh(ctx, at, w.weights, "pending", "judge", civil.Period{From: w.day, To: w.day})
	if err != nil {
		return err
	}
	seen, place := map[string]int64{}, loads.Place{Court: at.Court, Division: at.Division}
	for _, code := range pending.codes {
		seen[code]++
	}
	for k, come := range w.parts {
		if come.cases >= fewest {
			seen[k[1]]++
		}
	}
	for code, time := range w.now.Judges {
		if time[place] > 0 && (at.Judge == "" || code == at.Judge) {
			seen[code]++
		}
	}
	for _, code := range l.inOrder("judge", seen) {
		sum, come := pending.units[code], w.parts[[2]string{at.Division, code}]
		u := foresight.Unit{Code: code, Pending: sum.cases, Expected: come.cases}
		u.Need = loads.Need{Pending: sum.weight, Expected: come.weight, Judges: w.now.Judges[code][place], Norm: w.norm, Years: w.years()}
		b.Judges = append(b.Judges, u)
	}
	return nil
}

// kinds puts what the past year says beside the weights.
func (a foresightDesk) kinds(ctx context.Context, w *workload, b *foresight.Burden) error {
	b.Weights = w.version
	cases, err := a.caseBook(ctx, w.year, w.weights)
	if err != nil {
		return err
	}
	sum, n := 0.0, 0
	for _, x := range w.weights.Weights {
		sum, n = sum+x.Weight*float64(len(cases.days[x.ID])), n+len(cases.days[x.ID])
	}
	for _, x := range w.weights.Weights {
		k := foresight.Kind{Weight: x, Estimate: cases.times[x.ID]}
		if sum > 0 {
			k.Relative = x.Weight * float64(n) / sum
		}
		b.Kinds = append(b.Kinds, k)
	}
	return nil
}
