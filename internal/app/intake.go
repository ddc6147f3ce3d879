package app

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/signal"
)

// The part of the ledger that intake is judged on.
const (
	intakeMonths = 72  // newest months looked at
	intakeThin   = 3.0 // filings a month, on average of the last two years, below which a series is left to the one above it
)

// intakeFields are the fields of the hierarchy, from the widest.
var intakeFields = []string{"court", "line", "cause"}

// IntakeSeries is one line of the hierarchy with its judgements, one for each month.
type IntakeSeries struct {
	By     map[string]string // court, line, cause as far as the series is limited to them
	Judged signal.Judged
	Counts []int64
}

// ID names the series: court/line/cause, "total" for all; a star stands for every court.
func (s IntakeSeries) ID() string { return s.Judged.Name }

// Intake is the filings of a scope held against what their own past led to expect.
type Intake struct {
	Months []civil.Period // complete months, oldest first
	Series []IntakeSeries // in fixed order: the whole, then court by court, line by line
	Report *signal.Report
	Thin   int // series too thin to be judged on their own
	cells  map[[3]string][]int64
}

// Find returns a series by its name.
func (in *Intake) Find(id string) (*IntakeSeries, error) {
	for i := range in.Series {
		if in.Series[i].ID() == id {
			return &in.Series[i], nil
		}
	}
	return nil, fault.NotFoundf("no series %q is judged; `zhunsheng signals intake` prints the names", id)
}

// month finds the place of a month.
func (in *Intake) month(text string) (int, error) {
	for i, m := range in.Months {
		if m.String() == text {
			return i, nil
		}
	}
	return 0, fault.NotFoundf("month %q is not among the months judged", text)
}

// Intake judges the filings of a scope by court, line and cause, month by month.
func (a *App) Intake(ctx context.Context, at access.Scope) (*Intake, error) {
	if err := at.Need(access.ViewFigures); err != nil {
		return nil, err
	}
	limits, _ := at.Limits()
	return a.intakes.of(a, fmt.Sprint(limits), func() (*Intake, error) { return a.judgeIntake(ctx, at) })
}

func (a *App) judgeIntake(ctx context.Context, at access.Scope) (*Intake, error) {
	in := &Intake{Report: &signal.Report{}, cells: map[[3]string][]int64{}}
	if err := a.countIntake(ctx, at, in); err != nil || len(in.Months) == 0 {
		return in, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	series := in.hierarchy(l, at.City)
	known, err := a.rebases(ctx)
	if err != nil {
		return nil, err
	}
	for i := range series {
		series[i].Known = known[series[i].Name]
	}
	opt := signal.Options{Season: signal.Months.Season(), PerYear: signal.Months.PerYear()}
	if opt.Regressors, opt.Likely, err = Regressors(a.cfg.Rules, calendar.National, signal.Months, in.positions()); err != nil {
		return nil, err
	}
	if in.Report, err = signal.Detect(series, opt); err != nil {
		return nil, err
	}
	for i := range in.Series {
		in.Series[i].Judged = in.Report.Series[i]
	}
	return in, nil
}

// positions are the months on the axis of the detection.
func (in *Intake) positions() []int {
	at := make([]int, len(in.Months))
	for i, m := range in.Months {
		y, month, _ := m.From.YMD()
		at[i] = y*12 + month - 1
	}
	return at
}

// countIntake counts the filings of complete months. Leading months with under a quarter of
// the median month are left out: the ledger had not begun yet.
func (a *App) countIntake(ctx context.Context, at access.Scope, in *Intake) error {
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return err
	}
	y, m, _ := day.YMD()
	last := civil.Month(y, m)
	if last.To > day {
		last = last.Shift(-1)
	}
	span := civil.Period{From: last.Shift(-(intakeMonths - 1)).From, To: last.To}
	figures, err := a.Compute(ctx, at, indicator.Request{Set: "volume", Indicators: []string{"filed"}, Period: span, By: append([]string{"month"}, intakeFields...)})
	if err != nil {
		return err
	}
	months := span.Months()
	place := map[civil.Date]int{}
	for i, m := range months {
		place[m.From] = i
	}
	totals := make([]int64, len(months))
	for _, f := range figures {
		if f.Value == nil || f.Value.Sign() == 0 {
			continue
		}
		by := [3]string(f.By[1:])
		if in.cells[by] == nil {
			in.cells[by] = make([]int64, len(months))
		}
		n := f.Value.Num().Int64()
		in.cells[by][place[f.Period.From]] += n
		totals[place[f.Period.From]] += n
	}
	sorted := slices.Sorted(slices.Values(totals))
	begin := 0
	for begin < len(totals) && totals[begin]*4 < sorted[len(sorted)/2] {
		begin++
	}
	in.Months = months[begin:]
	for by := range in.cells {
		in.cells[by] = in.cells[by][begin:]
	}
	if sorted[len(sorted)-1] == 0 {
		in.Months = nil
	}
	return nil
}

// levelsOf are the groupings that are judged, by the fields they keep.
var levelsOf = [][3]bool{
	{false, false, false}, // everything
	{false, false, true},  // a cause in all courts
	{true, false, false},
	{true, true, false},
	{true, true, true},
}

// hierarchy adds the cells up to every series worth judging, in fixed order. Within one court
// there is no series across courts.
func (in *Intake) hierarchy(l *lists, city bool) []signal.Series {
	type line struct {
		by     [3]string
		level  int
		counts []int64
	}
	sums := map[string]*line{}
	for by, counts := range in.cells {
		for level, keep := range levelsOf {
			if !city && !keep[0] {
				continue
			}
			var part [3]string
			for i := range keep {
				if keep[i] {
					part[i] = by[i]
				}
			}
			id := seriesID(part, keep)
			if sums[id] == nil {
				sums[id] = &line{part, level, make([]int64, len(in.Months))}
			}
			for i, n := range counts {
				sums[id].counts[i] += n
			}
		}
	}
	var order []string
	for id, s := range sums {
		sum := int64(0)
		recent := s.counts[max(0, len(s.counts)-24):]
		for _, n := range recent {
			sum += n
		}
		if float64(sum) < intakeThin*float64(len(recent)) {
			in.Thin++
			continue
		}
		order = append(order, id)
	}
	slices.SortFunc(order, func(x, y string) int {
		a, b := sums[x], sums[y]
		wide := func(s *line) int { return min(s.level, 2) }
		return cmp.Or(cmp.Compare(wide(a), wide(b)), l.compare(a.by[0], b.by[0]), cmp.Compare(lineSeq(a.by[1]), lineSeq(b.by[1])),
			cmp.Compare(a.level, b.level), strings.Compare(a.by[1], b.by[1]), strings.Compare(a.by[2], b.by[2]))
	})
	at := in.positions()
	var out []signal.Series
	for _, id := range order {
		s := sums[id]
		series := IntakeSeries{By: map[string]string{}, Counts: s.counts}
		for i, keep := range levelsOf[s.level] {
			if keep {
				series.By[intakeFields[i]] = s.by[i]
			}
		}
		in.Series = append(in.Series, series)
		values := make([]float64, len(s.counts))
		for i, n := range s.counts {
			values[i] = float64(n)
		}
		out = append(out, signal.Series{Name: id, At: at, Values: values})
	}
	return out
}

// seriesID writes the name of a series; a slash inside a cause that is free text is widened.
func seriesID(by [3]string, keep [3]bool) string {
	var parts []string
	for i := range by {
		switch {
		case keep[i]:
			parts = append(parts, strings.ReplaceAll(by[i], "/", "／"))
		case keep[2] && !keep[0]:
			parts = append(parts, "*")
		}
	}
	if len(parts) == 0 {
		return "total"
	}
	return strings.Join(parts, "/")
}

// Split is the distance of one month of a series from its expectation, cut into parts that add
// up exactly.
type Split struct {
	By    string // court, line, cause, batch, party
	Parts []signal.Excess
	Total signal.Excess
}

// Splits cuts one month of a series by every field finer than the series itself; each part is
// expected to hold its share of the twelve months before.
func (a *App) Splits(ctx context.Context, at access.Scope, in *Intake, id, month string) ([]Split, error) {
	s, err := in.Find(id)
	if err != nil {
		return nil, err
	}
	k, err := in.month(month)
	if err != nil {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	j := s.Judged.Points[k]
	if !j.Judged {
		return nil, fault.NotFoundf("%s of %s is not judged: %s", month, id, cmp.Or(s.Judged.Reason, "too little past"))
	}
	expected := cents(j.Expected)
	var out []Split
	for i, field := range intakeFields {
		if _, fixed := s.By[field]; fixed {
			continue
		}
		base, now := in.split(s, i, k)
		order := slices.Collect(maps.Keys(maps.Collect(union(base, now))))
		slices.SortFunc(order, func(x, y string) int {
			switch field {
			case "court":
				return l.compare(x, y)
			case "line":
				return cmp.Or(cmp.Compare(lineSeq(x), lineSeq(y)), strings.Compare(x, y))
			}
			return strings.Compare(x, y)
		})
		split := Split{By: field}
		if split.Parts, split.Total, err = signal.Excesses(order, base, now, expected); err != nil {
			return nil, err
		}
		if len(order) > 1 {
			out = append(out, split)
		}
	}
	more, err := a.splitFilings(ctx, at, s, in.Months[k], expected)
	return append(out, more...), err
}

// union yields the keys of both maps.
func union(x, y map[string]int64) func(func(string, int64) bool) {
	return func(yield func(string, int64) bool) {
		for _, m := range []map[string]int64{x, y} {
			for k, v := range m {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// split counts a month of a series by one field, and the twelve months before it.
func (in *Intake) split(s *IntakeSeries, field, month int) (base, now map[string]int64) {
	base, now = map[string]int64{}, map[string]int64{}
	for by, counts := range in.cells {
		inside := true
		for i, f := range intakeFields {
			want, fixed := s.By[f]
			inside = inside && (!fixed || by[i] == want)
		}
		if !inside {
			continue
		}
		for _, n := range counts[max(0, month-12):month] {
			if n > 0 {
				base[by[field]] += n
			}
		}
		if counts[month] > 0 {
			now[by[field]] += counts[month]
		}
	}
	return base, now
}

// cents is an expectation rounded to hundredths, as an exact number.
func cents(v float64) *big.Rat { return big.NewRat(int64(v*100+0.5), 100) }
