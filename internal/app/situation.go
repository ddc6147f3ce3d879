package app

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/web/page/situation"
)

// shiftFields are the fields a change is split by, from the unit to the matter.
var shiftFields = []string{"court", "line", "cause"}

// shift is one cell of a change: a court's cases of one line and cause, now and a year before.
type shift struct {
	by          [3]string
	now, before int64
}

// shifts is a count against the same days of last year, with all its cells.
type shifts struct {
	now, before int64
	last        civil.Period
	cells       []shift
}

// shifts counts an indicator of the volume set in a period and in the same days of last year,
// by court, line and cause. The cells add up to both totals exactly. The answer is kept until
// the next batch: the first pages of the day all ask for the same one.
func (a *App) shifts(ctx context.Context, at access.Scope, id string, period civil.Period) (shifts, error) {
	if err := at.Need(access.ViewFigures); err != nil {
		return shifts{}, err
	}
	limits, _ := at.Limits()
	key := fmt.Sprintf("%s %s %v", id, period, limits)
	return a.changes.of(a, key, func() (shifts, error) { return a.countShifts(ctx, at, id, period) })
}

func (a *App) countShifts(ctx context.Context, at access.Scope, id string, period civil.Period) (shifts, error) {
	out := shifts{last: period.Shift(-12)}
	found := map[[3]string]*shift{}
	for _, p := range []civil.Period{period, out.last} {
		figures, err := a.Compute(ctx, at, indicator.Request{Set: "volume", Indicators: []string{id}, Period: p, By: shiftFields})
		if err != nil {
			return out, err
		}
		for _, f := range figures {
			if f.Value == nil || f.Value.Sign() == 0 {
				continue
			}
			by := [3]string(f.By)
			if found[by] == nil {
				found[by] = &shift{by: by}
			}
			n := f.Value.Num().Int64()
			if p == period {
				found[by].now += n
				out.now += n
			} else {
				found[by].before += n
				out.before += n
			}
		}
	}
	for _, s := range found {
		out.cells = append(out.cells, *s)
	}
	slices.SortFunc(out.cells, func(x, y shift) int { return compareBy(x.by, y.by) })
	return out, nil
}

// largest picks the n cells that moved a count most and puts them in fixed order: courts
// administratively, then line and cause by code. Which ones are shown depends on their size,
// their order does not.
func (l *lists) largest(cells []shift, n int) []shift {
	size := func(s shift) int64 { return max(s.now-s.before, s.before-s.now) }
	out := slices.Clone(cells)
	slices.SortStableFunc(out, func(x, y shift) int { return cmp.Compare(size(y), size(x)) })
	out = out[:min(n, len(out))]
	out = slices.DeleteFunc(out, func(s shift) bool { return size(s) == 0 })
	slices.SortStableFunc(out, l.compareShifts)
	return out
}

// compareShifts is the fixed order of cells.
func (l *lists) compareShifts(x, y shift) int {
	return cmp.Or(l.compare(x.by[0], y.by[0]), cmp.Compare(lineSeq(x.by[1]), lineSeq(y.by[1])), cmp.Compare(x.by[1], y.by[1]), cmp.Compare(x.by[2], y.by[2]))
}

// lineSeq is the place of a line in the order that documents use; unknown ones come last.
func lineSeq(line string) int {
	all := []string{"criminal", "civil", "administrative", "enforcement", "compensation", "other"}
	if i := slices.Index(all, line); i >= 0 {
		return i
	}
	return len(all)
}

func compareBy(x, y [3]string) int {
	return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]), cmp.Compare(x[2], y[2]))
}

// situationDesk answers the situation pages.
type situationDesk struct{ *App }

// partsShown is how many parts of a change get a line of their own.
const partsShown = 10

// Change splits a change by unit, by line, by cause, and by all three at once.
func (a situationDesk) Change(ctx context.Context, at access.Scope, id string, p civil.Period) (situation.Change, error) {
	s, err := a.shifts(ctx, at, id, p)
	if err != nil {
		return situation.Change{}, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return situation.Change{}, err
	}
	out := situation.Change{Indicator: id, Period: p, Last: s.last, Now: s.now, Before: s.before}
	if at.City {
		out.Splits = append(out.Splits, l.split(s, len(s.cells), "court"))
	}
	out.Splits = append(out.Splits, l.split(s, len(s.cells), "line"), l.split(s, partsShown, "cause"), l.split(s, partsShown, shiftFields...))
	return out, nil
}

// split adds the cells of a change up to some of their fields and keeps the n parts that moved
// most; the rest is one line. Parts that had no case in either year do not occur.
func (l *lists) split(s shifts, n int, fields ...string) situation.Split {
	sums := map[[3]string]*shift{}
	for _, c := range s.cells {
		var by [3]string
		for i, f := range shiftFields {
			if slices.Contains(fields, f) {
				by[i] = c.by[i]
			}
		}
		if sums[by] == nil {
			sums[by] = &shift{by: by}
		}
		sums[by].now += c.now
		sums[by].before += c.before
	}
	var cells []shift
	for _, by := range slices.SortedFunc(maps.Keys(sums), compareBy) {
		cells = append(cells, *sums[by])
	}
	out := situation.Split{Fields: fields, Rest: situation.Cell{Now: s.now, Before: s.before}}
	shown := cells
	if len(cells) > n {
		shown = l.largest(cells, n)
	} else {
		slices.SortStableFunc(shown, l.compareShifts)
	}
	for _, c := range shown {
		by := map[string]string{}
		for i, f := range shiftFields {
			if slices.Contains(fields, f) {
				by[f] = c.by[i]
			}
		}
		out.Parts = append(out.Parts, situation.Cell{By: by, Now: c.now, Before: c.before})
		out.Rest.Now, out.Rest.Before = out.Rest.Now-c.now, out.Rest.Before-c.before
	}
	out.Others = len(cells) - len(shown)
	return out
}

// Ages counts the stock of the last day of a period by age and line.
func (a situationDesk) Ages(ctx context.Context, at access.Scope, p civil.Period) ([]situation.Band, error) {
	day, err := a.DataDay(ctx)
	if err != nil {
		return nil, err
	}
	picks, err := a.ageBands(p, day)
	if err != nil {
		return nil, err
	}
	c, err := a.countBy(ctx, at, picks, "line")
	if err != nil {
		return nil, err
	}
	var out []situation.Band
	for i, s := range picks {
		b := situation.Band{Pick: s.id, Name: s.name, Total: c.total[i], Lines: map[string]int64{}}
		for line, counts := range c.rows {
			b.Lines[line] = counts[i]
		}
		out = append(out, b)
	}
	return out, nil
}

// Stages measures the stages of the cases that completed them in a period.
func (a situationDesk) Stages(ctx context.Context, at access.Scope, p civil.Period) ([]situation.Stage, error) {
	scope, err := confine(at)
	if err != nil {
		return nil, err
	}
	ask := indicator.Ask{Period: p, Filter: scope}
	var out []situation.Stage
	for _, st := range a.selections.Stages {
		s, err := a.stageSelection(st.ID, p)
		if err != nil {
			return nil, err
		}
		end, _ := docket.FieldIndex(st.End)
		start, _ := docket.FieldIndex(st.Start)
		ask.Measures = append(ask.Measures, indicator.Measure{Kind: indicator.Spread, Where: s.where, Field: end, Field2: start})
		out = append(out, situation.Stage{Pick: s.id, Name: s.name})
	}
	groups, err := a.columns.Tally(ctx, ask)
	if err != nil {
		return nil, err
	}
	for i := range out {
		c := groups[0].Cells[i]
		out[i].Cases = c.N
		if c.N > 0 {
			out[i].Mean = meanDays(c)
			out[i].Median, out[i].Long = dayAt(c, 1, 2), dayAt(c, 9, 10)
		}
	}
	return out, nil
}

// meanDays is the mean of a histogram of days.
func meanDays(c indicator.Cell) float64 {
	sum := int64(0)
	for d, n := range c.Hist {
		sum += int64(d) * n
	}
	return float64(sum) / float64(c.N)
}

// dayAt is the smallest number of days that at least num/den of the cases did not exceed.
func dayAt(c indicator.Cell, num, den int64) int {
	days := slices.Sorted(maps.Keys(c.Hist))
	seen := int64(0)
	for _, d := range days {
		if seen += c.Hist[d]; seen*den >= c.N*num {
			return d
		}
	}
	return 0
}

// Months implements [situation.Source].
func (a situationDesk) Months(ctx context.Context, at access.Scope, p civil.Period) ([]situation.MonthFlow, error) {
	y, m, _ := p.To.YMD()
	last := civil.Month(y, m)
	if day, err := a.DataDay(ctx); err != nil {
		return nil, err
	} else if last.To > day {
		last = last.Preceding()
	}
	span := civil.Period{From: last.Shift(-23).From, To: last.To}
	figures, err := a.Compute(ctx, at, indicator.Request{Set: "volume", Indicators: []string{"filed", "closed", "pending"}, Period: span, By: []string{"month"}})
	if err != nil {
		return nil, err
	}
	counts := map[civil.Period]map[string]int64{}
	for _, f := range figures {
		if counts[f.Period] == nil {
			counts[f.Period] = map[string]int64{}
		}
		if f.Value != nil {
			counts[f.Period][f.Indicator] += f.Value.Num().Int64()
		}
	}
	var out []situation.MonthFlow
	for i := -11; i <= 0; i++ {
		now := last.Shift(i)
		before := now.Shift(-12)
		out = append(out, situation.MonthFlow{Month: now, Last: before, Now: counts[now], Before: counts[before]})
	}
	return out, nil
}

// tileRules are the places of rules/screen/tiles.yaml.
type tileRules struct {
	Columns int `yaml:"columns"`
	Places  []struct {
		Court  string `yaml:"court"`
		Row    int    `yaml:"row"`
		Column int    `yaml:"column"`
	} `yaml:"places"`
}

// Tiles implements [situation.Source].
func (a situationDesk) Tiles(ctx context.Context, at access.Scope, month civil.Period) ([]situation.Tile, error) {
	var rules tileRules
	if err := statute.Decode(a.cfg.Rules, "screen/tiles.yaml", &rules); err != nil {
		return nil, err
	}
	figures, err := a.Compute(ctx, at, indicator.Request{Set: "volume", Indicators: []string{"filed", "closed", "pending"}, Period: month, By: []string{"court"}})
	if err != nil {
		return nil, err
	}
	counts := map[string]map[string]int64{}
	for _, f := range figures {
		if counts[f.By[0]] == nil {
			counts[f.By[0]] = map[string]int64{}
		}
		if f.Value != nil {
			counts[f.By[0]][f.Indicator] = f.Value.Num().Int64()
		}
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	taken, placed := map[[2]int]bool{}, map[string][2]int{}
	for _, p := range rules.Places {
		placed[p.Court] = [2]int{p.Row, p.Column}
		taken[placed[p.Court]] = true
	}
	var out []situation.Tile
	next := 0
	for _, c := range l.courts {
		place, ok := placed[c.Code]
		for !ok {
			place = [2]int{1 + next/max(1, rules.Columns), 1 + next%max(1, rules.Columns)}
			ok = !taken[place]
			next++
		}
		out = append(out, situation.Tile{Court: c.Code, Row: place[0], Column: place[1], Counts: counts[c.Code]})
	}
	return out, nil
}

// Flow counts the stock and flow of a period.
func (a situationDesk) Flow(ctx context.Context, at access.Scope, p civil.Period) (map[string]int64, error) {
	figures, err := a.Compute(ctx, at, indicator.Request{Set: "volume", Indicators: []string{"filed", "closed", "pending"}, Period: p})
	out := map[string]int64{}
	for _, f := range figures {
		if f.Value != nil {
			out[f.Indicator] = f.Value.Num().Int64()
		}
	}
	return out, err
}
