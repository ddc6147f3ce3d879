package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/forecast"
	"zhunsheng/internal/indicator"
	loads "zhunsheng/internal/load"
	"zhunsheng/web/page/foresight"
)

// part is a division or a judge of a court, of all lines or of one.
type part struct {
	court, division, judge, line string
	field                        string // division or judge
}

// whole is the part with all its lines.
func (p part) whole() part { return part{p.court, p.division, p.judge, "", p.field} }

// above is the sum that a line of a part belongs to: a judge's to that of the division, a
// division's to that of the court.
func (p part) above() part {
	if p.field == "division" {
		return part{court: p.court, line: p.line}
	}
	return part{court: p.court, division: p.division, line: p.line, field: "division"}
}

// id names the part's series: division/court/division, judge/court/division/judge, each with
// its line.
func (p part) id() string {
	names := []string{p.field, p.court, p.division}
	if p.field == "judge" {
		names = append(names, p.judge)
	}
	if p.line != "" {
		names = append(names, p.line)
	}
	for i := range names {
		names[i] = strings.ReplaceAll(names[i], "/", "／")
	}
	return strings.Join(names, "/")
}

// partTree is the divisions and judges of all courts. Every line of a court is a tree: what the
// city's forecasts say of the line stands at the top, its divisions hang below, their judges
// below these. Who handles several lines is the sum of them.
type partTree struct {
	known  []civil.Period
	series map[part]*foresight.Series
	live   map[part]bool   // parts that forecasts are shared out to
	lines  map[part][]part // of a whole: its lines
	below  map[part][]part // of a court's line: what is live of it, in order
	order  []part          // courts, their divisions in the office's order, judges in that of the roster
}

func newPartTree(known []civil.Period) *partTree {
	return &partTree{known: known, series: map[part]*foresight.Series{}, live: map[part]bool{}, lines: map[part][]part{}, below: map[part][]part{}}
}

// parts are the divisions and judges of each court with their forecasts, made once for each
// batch from those of the city.
func (a foresightDesk) parts(ctx context.Context, city foresight.Outlook) (map[string][]foresight.Series, error) {
	return a.benches.of(a.App, struct{}{}, func() (map[string][]foresight.Series, error) { return a.forecastParts(ctx, city) })
}

// forecastParts shares the forecasts of the courts' lines out to divisions and judges.
func (a foresightDesk) forecastParts(ctx context.Context, o foresight.Outlook) (map[string][]foresight.Series, error) {
	if len(o.Known) == 0 {
		return nil, nil
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	t, err := a.countParts(ctx, l, o)
	if err != nil {
		return nil, err
	}
	return a.shareAll(t, o)
}

// shareAll forecasts the parts by themselves and makes them add up to the courts' lines.
func (a foresightDesk) shareAll(t *partTree, o foresight.Outlook) (map[string][]foresight.Series, error) {
	var asked []part
	for _, p := range t.order {
		if t.live[p] && (p.line != "" || len(t.among(p)) > 1) {
			asked = append(asked, p)
		}
	}
	series, since := make([]foresight.Series, len(asked)), make([]int, len(asked))
	for i, p := range asked {
		series[i], since[i] = *t.series[p], firstCase(t.series[p].Counts)
	}
	made, err := a.model(o.Known, series, since)
	if err != nil {
		return nil, err
	}
	of := map[part]*forecast.Forecast{}
	for i, p := range asked {
		of[p] = &made[i]
	}
	for i := range o.Series {
		if s := &o.Series[i]; s.Court != "" && s.Line != "" {
			if err := t.share(s, of); err != nil {
				return nil, err
			}
		}
	}
	return t.gather(of), nil
}

// firstCase is the first month with a case: who came later has no past before. Without any it
// is 0.
func firstCase(counts []int64) int {
	return max(0, slices.IndexFunc(counts, func(n int64) bool { return n > 0 }))
}

// countParts counts the filings of divisions and judges in the months of an outlook.
func (a foresightDesk) countParts(ctx context.Context, l *lists, o foresight.Outlook) (*partTree, error) {
	n := len(o.Known)
	span := civil.Period{From: o.Known[0].From, To: o.Known[n-1].To}
	figures, err := a.Compute(ctx, access.System(), indicator.Request{Set: "volume", Indicators: []string{"filed"}, Period: span, By: []string{"month", "court", "division", "judge", "line"}})
	if err != nil {
		return nil, err
	}
	place := map[civil.Date]int{}
	for i, m := range o.Known {
		place[m.From] = i
	}
	t := newPartTree(o.Known)
	for _, f := range figures {
		if f.Value == nil || f.Value.Sign() == 0 {
			continue
		}
		p := part{court: f.By[1], division: f.By[2], judge: f.By[3], line: cmp.Or(f.By[4], "other"), field: "judge"}
		t.add(p, place[f.Period.From], f.Value.Num().Int64())
	}
	t.choose(l, o)
	t.sort(l)
	return t, nil
}

// add counts cases of a judge and line in a month.
func (t *partTree) add(judge part, month int, cases int64) {
	division := judge.above()
	for _, p := range []part{division, division.whole(), judge, judge.whole()} {
		s := t.series[p]
		if s == nil {
			s = &foresight.Series{ID: p.id(), Court: p.court, Division: p.division, Judge: p.judge, Line: p.line, Field: p.field, Counts: make([]int64, len(t.known))}
			t.series[p] = s
			if p.line != "" {
				t.lines[p.whole()] = append(t.lines[p.whole()], p)
			}
		}
		s.Counts[month] += cases
	}
}

// choose says which parts the forecasts of a court's line are shared out to: divisions with a
// case in the past year, and of these the judges in post with one. What a division without such
// a judge expects is not assigned yet, and so is what a line without such a division does.
func (t *partTree) choose(l *lists, o foresight.Outlook) {
	next := o.Ahead[0].From
	covered := map[part]bool{} // lines of courts with a division that is live, divisions with such a judge
	for p, s := range t.series {
		if p.line == "" || !t.recent(s) || (p.field == "judge" && p.judge != "" && !posted(l.bench[p.court], p, next)) {
			continue
		}
		t.live[p], t.live[p.whole()], covered[p.above()] = true, true, true
	}
	for i := range o.Series {
		s := &o.Series[i]
		if top := (part{court: s.Court, line: s.Line}); s.Court != "" && s.Line != "" && !covered[top] {
			t.revive(part{court: s.Court, line: s.Line, field: "division"})
		}
	}
	var open []part
	for p := range t.live {
		if p.field == "division" && p.line != "" && !covered[p] {
			open = append(open, p)
		}
	}
	for _, p := range open {
		t.revive(part{court: p.court, division: p.division, line: p.line, field: "judge"})
	}
}

// revive makes a part live that has no recent past.
func (t *partTree) revive(p part) {
	t.add(part{court: p.court, division: p.division, line: p.line, field: "judge"}, 0, 0)
	t.live[p], t.live[p.whole()] = true, true
}

// recent reports a case in the past twelve months.
func (t *partTree) recent(s *foresight.Series) bool {
	return slices.ContainsFunc(s.Counts[max(0, len(s.Counts)-12):], func(n int64) bool { return n > 0 })
}

// posted reports whether the roster of a court has a judge in a division on a day. Where it does
// not know the judge there, the judge's other postings decide; a judge that it does not know at
// all is taken to be in post.
func posted(bench indicator.Roster, p part, day civil.Date) bool {
	var all, here indicator.Roster
	for _, x := range bench {
		if x.Judge != p.judge || x.Post != loads.QuotaJudge {
			continue
		}
		all = append(all, x)
		if x.Division == p.division {
			here = append(here, x)
		}
	}
	if len(here) == 0 {
		here = all
	}
	return len(here) == 0 || slices.ContainsFunc(here, func(x docket.Posting) bool { return x.From <= day && (x.To.IsZero() || x.To >= day) })
}

// sort puts the parts in the order of pages.
func (t *partTree) sort(l *lists) {
	divisions, judges := map[string]int{}, map[string]int{}
	for i, d := range l.divisions {
		divisions[d.ID] = i + 1
	}
	for i, p := range slices.Backward(l.roster) {
		judges[p.Judge] = i + 1
	}
	place := func(of map[string]int, id string) int { return cmp.Or(of[id], 1<<30) }
	for p := range t.series {
		t.order = append(t.order, p)
	}
	slices.SortFunc(t.order, func(x, y part) int {
		return cmp.Or(l.compare(x.court, y.court), cmp.Compare(place(divisions, x.division), place(divisions, y.division)), strings.Compare(x.division, y.division),
			strings.Compare(x.field, y.field), cmp.Compare(place(judges, x.judge), place(judges, y.judge)), strings.Compare(x.judge, y.judge),
			cmp.Compare(min(len(x.line), 1), min(len(y.line), 1)), cmp.Compare(lineSeq(x.line), lineSeq(y.line)), strings.Compare(x.line, y.line))
	})
	for _, p := range t.order {
		if top := (part{court: p.court, line: p.line}); p.line != "" && t.live[p] {
			t.below[top] = append(t.below[top], p)
		}
	}
	for _, lines := range t.lines {
		slices.SortFunc(lines, func(x, y part) int {
			return cmp.Or(cmp.Compare(lineSeq(x.line), lineSeq(y.line)), strings.Compare(x.line, y.line))
		})
	}
}

// among are the lines of a whole that are live.
func (t *partTree) among(whole part) []part {
	return slices.DeleteFunc(slices.Clone(t.lines[whole]), func(p part) bool { return !t.live[p] })
}

// share makes the forecasts of a court's line those of its divisions and judges: half of what each
// forecasts alone and half of its usual share in what comes to the sum above, changed as little as
// the sum allows, each in its standard errors, while the line's own forecast stands
// ([forecast.Held]).
func (t *partTree) share(line *foresight.Series, of map[part]*forecast.Forecast) error {
	top := part{court: line.Court, line: line.Line}
	parts := t.below[top]
	sums, kids := map[part]float64{}, map[part]float64{}
	for _, p := range parts {
		sums[p.above()] += t.rate(p, line)
		kids[p.above()]++
	}
	nodes, made := []forecast.Node{{ID: line.ID}}, []forecast.Forecast{line.Forecast}
	means := map[part][]float64{top: line.Forecast.Mean}
	for _, p := range parts { // divisions stand before their judges
		above, parent := p.above(), line.ID
		if p.field == "judge" {
			parent = above.id()
		}
		usual := 1 / kids[above]
		if sums[above] > 0 {
			usual = t.rate(p, line) / sums[above]
		}
		mean := make([]float64, foresightMonths)
		for h, alone := range of[p].Mean {
			mean[h] = (alone + usual*means[above][h]) / 2
		}
		means[p] = mean
		nodes, made = append(nodes, forecast.Node{ID: p.id(), Parent: parent}), append(made, of[p].Grown(mean))
	}
	agreed, err := forecast.Reconcile(nodes, made, forecast.Held)
	if err != nil {
		return fmt.Errorf("share %s out to its judges: %w", line.ID, err)
	}
	for i, p := range parts {
		t.series[p].Forecast = of[p].Grown(agreed[i+1].Mean)
	}
	return nil
}

// rate is how many cases a part had for each of the court's line in the past twelve months, or
// since it came; the month in which it came, often not a whole one, counts only when it is all.
func (t *partTree) rate(p part, line *foresight.Series) float64 {
	counts := t.series[p].Counts
	n := len(counts)
	from := max(n-12, 0)
	if first := firstCase(counts); first > from {
		from = min(first+1, n-1)
	}
	mine, all := int64(0), int64(0)
	for i := from; i < n; i++ {
		mine, all = mine+counts[i], all+line.Counts[i]
	}
	return float64(mine) / float64(max(all, 1))
}

// gather adds the lines of each division and judge up, with the widths of their own forecasts,
// and lists all by court. A part that is not live is forecast zero.
func (t *partTree) gather(of map[part]*forecast.Forecast) map[string][]foresight.Series {
	out := map[string][]foresight.Series{}
	for _, p := range t.order {
		s := t.series[p]
		lines := t.among(p)
		switch {
		case !t.live[p]:
			none := make([]float64, foresightMonths)
			s.Ended, s.Forecast = true, forecast.Forecast{Series: s.ID, Mean: none, Lo80: none, Hi80: none, Lo95: none, Hi95: none}
		case p.line != "": // shared out
		case len(lines) == 1:
			s.Forecast = t.series[lines[0]].Forecast
		default:
			sum := make([]float64, foresightMonths)
			for _, x := range lines {
				for h, v := range t.series[x].Forecast.Mean {
					sum[h] += v
				}
			}
			s.Forecast = of[p].Grown(sum)
		}
		out[p.court] = append(out[p.court], *s)
	}
	return out
}

// coming is what is expected of a part: cases, and their weight.
type coming struct{ cases, weight float64 }

// weighParts weighs what is expected of the divisions and judges of a court, by division and
// judge. A case has the mean weight of those that the judge was given of its line in the past
// year; in each line, all are brought to what the court expects.
func (a foresightDesk) weighParts(ctx context.Context, w *workload, city foresight.Outlook, court string) (map[[2]string]coming, error) {
	parts, err := a.parts(ctx, city)
	if err != nil {
		return nil, err
	}
	at := access.System()
	at.City, at.Court = false, court
	filed, err := a.weigh(ctx, at, w.weights, "filed", "judge", w.year)
	if err != nil {
		return nil, err
	}
	sums := map[string]float64{}
	each := func(s *foresight.Series) coming {
		f := filed.lines[[2]string{s.Judge, s.Line}]
		if f.cases == 0 {
			f = w.filedAt.lines[[2]string{court, s.Line}]
		}
		x := coming{cases: expected(city, *s, w.rest)}
		if f.cases > 0 {
			x.weight = x.cases * f.weight / float64(f.cases)
		}
		return x
	}
	all := parts[court]
	for i := range all {
		if s := &all[i]; s.Field == "judge" && s.Line != "" {
			sums[s.Line] += each(s).weight
		}
	}
	out := map[[2]string]coming{}
	for i := range all {
		s := &all[i]
		if s.Field != "judge" || s.Line == "" || sums[s.Line] == 0 {
			continue
		}
		x, key := each(s), [2]string{s.Division, s.Judge}
		out[key] = coming{out[key].cases + x.cases, out[key].weight + x.weight*w.come[[2]string{court, s.Line}]/sums[s.Line]}
	}
	return out, nil
}
