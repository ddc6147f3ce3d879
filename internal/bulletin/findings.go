package bulletin

import (
	"cmp"
	"math"
	"math/big"
	"slices"

	"zhunsheng/internal/indicator"
	"zhunsheng/internal/signal"
)

// The sorts of findings: most courts, one court, first signals of a trend.
const (
	common     = "common"
	individual = "individual"
	emerging   = "emerging"
)

// mostOf bounds how many findings of a sort a document states.
var mostOf = map[string]int{common: 3, individual: 4, emerging: 3}

// fewBad is the number of cases on the wrong side of an indicator below which one court's value
// is not made a finding: two cases more or less would move it.
const fewBad = 5

// finding is an indicator that stands out on the side it should not, with its evidence.
type finding struct {
	sort, rule string // rule: funnel outside trend one_side
	in         *indicator.Indicator
	court      string // empty: most courts
	now, city  figure
	before     figure
	month      string // of the signal
	low, high  float64
	centre     float64
	run        int // points of the run behind a trend
	up         bool
	size       float64 // how far out, to choose which are stated; never printed, never ordered by
	moved, of  int     // courts that moved the same way, of those with both values
	list       string  // name of its case list; empty: the indicator counts no cases
	rows       []Listed
	bad        slot // cases on the wrong side
}

// seek looks for findings once: every indicator of the official set that has a good side.
func (b *builder) seek() []finding {
	if b.sought || b.err != nil {
		return b.found
	}
	b.sought = true
	p := b.brief.Period
	var keys []string
	for _, in := range b.book.Set(b.set) {
		if in.Better == "higher" || in.Better == "lower" {
			keys = append(keys, in.ID)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	months := b.monthsOf("", monthsBack)
	now, before := b.askAll(b.set, p, []string{"court"}, keys...), b.askAll(b.set, p.Shift(-12), []string{"court"}, keys...)
	all, allBefore := b.askAll(b.set, p, nil, keys...), b.askAll(b.set, p.Shift(-12), nil, keys...)
	byCourt, whole := b.byMonth("", b.set, monthsBack, []string{"court"}, keys...), b.byMonth("", b.set, monthsBack, nil, keys...)
	if b.err != nil {
		return nil
	}
	sorts := map[string][]finding{}
	for _, key := range keys {
		in, _ := b.book.Find(b.set, key) // it came from the set
		base := finding{in: in, city: all.get("", key), now: all.get("", key), before: allBefore.get("", key)}
		if f, ok := b.chartSignal(base, pick(whole, months, "", key)); ok && b.subject == "" && len(b.brief.Courts) > 2 {
			if f.moved, f.of = b.sameWay(in, now, before); 2*f.moved > f.of {
				f.sort = common
				sorts[common] = append(sorts[common], f)
				continue
			}
		}
		outside := b.outsideFunnel(in, now)
		for _, c := range b.courtCodes() {
			if b.subject != "" && c != b.subject {
				continue
			}
			f := base
			f.court, f.now, f.before = c, now.get(c, key), before.get(c, key)
			if !b.enough(f.in, f.now) {
				continue
			}
			if placed, ok := outside[c]; ok {
				f.sort, f.rule, f.low, f.high, f.centre = individual, "funnel", placed.Low998, placed.High998, placed.Rate
				f.up = placed.Z > 0
				f.size = math.Abs(placed.Z)
				sorts[individual] = append(sorts[individual], f)
				continue
			}
			if f, ok := b.chartSignal(f, pick(byCourt, months, c, key)); ok {
				f.sort = emerging
				if f.rule == "outside" {
					f.sort = individual
				}
				sorts[f.sort] = append(sorts[f.sort], f)
			}
		}
	}
	for _, sort := range []string{common, individual, emerging} {
		b.found = append(b.found, chosen(sorts[sort], mostOf[sort])...)
	}
	b.locateFindings()
	return b.found
}

// chosen keeps the n findings that are farthest out, in their fixed order.
func chosen(all []finding, n int) []finding {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(all[y].size, all[x].size) })
	order = order[:min(n, len(order))]
	slices.Sort(order)
	out := make([]finding, len(order))
	for i, at := range order {
		out[i] = all[at]
	}
	return out
}

// pick takes one series out of monthly grids.
func pick(g map[string]grid, months []string, group, key string) []figure {
	out := make([]figure, len(months))
	for i, m := range months {
		out[i] = g[m].get(group, key)
	}
	return out
}

// wrong tells whether a move is to the side the indicator should not go.
func wrong(in *indicator.Indicator, up bool) bool { return up == (in.Better == "lower") }

// proportion tells whether an indicator is a share of cases among cases: only cases are
// counted, and in no court and month are there more in the numerator than in the denominator.
func (b *builder) proportion(in *indicator.Indicator) bool {
	if known, ok := b.shares[in.ID]; ok {
		return known
	}
	is := in.Unit == "share"
	if v, err := in.At(b.brief.Period.To); err == nil {
		for _, c := range v.Counts() {
			is = is && c.Kind == indicator.CountCases
		}
	}
	if is {
		for _, m := range b.byMonth("", b.set, monthsBack, []string{"court"}, in.ID) {
			for _, of := range m.of {
				f := of[in.ID]
				is = is && (f.Numerator == nil || f.Denominator == nil || f.Numerator.Cmp(f.Denominator) <= 0)
			}
		}
	}
	b.shares[in.ID] = is
	return is
}

// badCases counts the cases on the wrong side of a proportion; nil where there are none to count.
func (b *builder) badCases(in *indicator.Indicator, f figure) *big.Rat {
	if !b.proportion(in) || f.Numerator == nil || f.Denominator == nil {
		return nil
	}
	if in.Better == "lower" {
		return f.Numerator
	}
	return new(big.Rat).Sub(f.Denominator, f.Numerator)
}

// enough tells whether a court's figure has cases enough to say anything.
func (b *builder) enough(in *indicator.Indicator, f figure) bool {
	if f.Value == nil || f.Status == indicator.TooFew {
		return false
	}
	bad := b.badCases(in, f)
	return bad == nil || bad.Cmp(big.NewRat(fewBad, 1)) >= 0
}

// sameWay counts the courts whose value moved to the wrong side against last year.
func (b *builder) sameWay(in *indicator.Indicator, now, before grid) (moved, of int) {
	for _, c := range b.courtCodes() {
		x, y := now.get(c, in.ID), before.get(c, in.ID)
		if x.Value == nil || y.Value == nil || x.Status == indicator.TooFew || y.Status == indicator.TooFew {
			continue
		}
		of++
		if d := x.Value.Cmp(y.Value); d != 0 && wrong(in, d > 0) {
			moved++
		}
	}
	return moved, of
}

// outsideFunnel places the courts of one level around their common value; those far outside on
// the wrong side are returned.
func (b *builder) outsideFunnel(in *indicator.Indicator, now grid) map[string]signal.Placed {
	out := map[string]signal.Placed{}
	if !b.proportion(in) {
		return out
	}
	levels := map[int][]signal.Unit{}
	for _, c := range b.brief.Courts {
		if f := now.get(c.Code, in.ID); f.Numerator != nil && f.Denominator != nil && f.Denominator.Sign() > 0 {
			n, _ := f.Numerator.Float64()
			d, _ := f.Denominator.Float64()
			levels[c.Level] = append(levels[c.Level], signal.Unit{Name: c.Code, Ratio: signal.Ratio{Numerator: n, Denominator: d}})
		}
	}
	for _, units := range levels {
		if len(units) < 5 {
			continue // too few courts of a kind to compare
		}
		plot, err := signal.Funnel(units, signal.FunnelOptions{Kind: signal.Proportion})
		if err != nil {
			continue // an indicator whose numerator exceeds its denominator has no funnel
		}
		for _, u := range plot.Units {
			if u.Class == signal.Outside998 && wrong(in, u.Z > 0) {
				out[u.Name] = u
			}
		}
	}
	return out
}

// chartSignal looks at the months of the period on the control chart of a series: the last value
// outside the limits on the wrong side, or a run on the wrong side that lasts to its end.
func (b *builder) chartSignal(f finding, figures []figure) (finding, bool) {
	points, err := b.chartOf(f.in, figures)
	if err != nil || len(points) == 0 {
		return f, false
	}
	months := b.monthsOf("", monthsBack)
	for i := len(points) - 1; i >= 0 && slices.Contains(b.periodMonths(), months[i]); i-- {
		p := points[i]
		for _, rule := range []signal.Rule{signal.Outside, signal.Trend, signal.OneSide} {
			over := rule != signal.Outside && i < len(points)-1 // the run has ended since
			if over || !slices.Contains(p.Rules, rule) || slices.Contains(p.Rules, signal.Provisional) {
				continue
			}
			f.up = p.Value > p.Centre
			f.run = runLength(points, i, rule)
			if rule == signal.Trend {
				f.up = p.Value > points[i-1].Value
			}
			if !wrong(f.in, f.up) {
				continue
			}
			f.rule, f.month, f.low, f.high, f.centre = string(rule), months[i], p.Lower, p.Upper, p.Centre
			f.size = math.Abs(p.Value-p.Centre) / math.Max((p.Upper-p.Lower)/6, 1e-12)
			return f, true
		}
	}
	return f, false
}

// chartOf is the control chart of a monthly series: a p′ chart of shares, an individuals chart
// of everything else.
func (b *builder) chartOf(in *indicator.Indicator, figures []figure) ([]signal.Point, error) {
	if !b.proportion(in) {
		return signal.XmR(plainValues(figures), nil)
	}
	ratios := make([]signal.Ratio, len(figures))
	for i, f := range figures {
		if f.Numerator == nil || f.Denominator == nil {
			continue
		}
		ratios[i].Numerator, _ = f.Numerator.Float64()
		ratios[i].Denominator, _ = f.Denominator.Float64()
	}
	return signal.P(ratios, true)
}

// runLength counts the steps of a trend, or the points on one side, that end at a point.
func runLength(points []signal.Point, at int, rule signal.Rule) int {
	n := 0
	for i := at; i > 0; i-- {
		p, q := points[i], points[i-1]
		switch rule {
		case signal.Trend:
			if (p.Value > q.Value) != (points[at].Value > points[at-1].Value) || p.Value == q.Value || math.IsNaN(q.Value) {
				return n
			}
			n++
		case signal.OneSide:
			if math.IsNaN(p.Value) || (p.Value > p.Centre) != (points[at].Value > points[at].Centre) {
				return n
			}
			n++
		default:
			return n
		}
	}
	return n
}
