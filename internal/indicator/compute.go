package indicator

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// The words of By that split the period instead of the cases.
const (
	byYear  = "year"
	byMonth = "month"
)

// Statuses of a figure.
const (
	Below     = "below"
	Inside    = "inside"
	Above     = "above"
	NotLoaded = "not_loaded"
	TooFew    = "too_few"
	NoValue   = "no_value"
)

// Request asks for the figures of a set.
type Request struct {
	Set        string
	Indicators []string // keys; none: all of the set
	Period     civil.Period
	By         []string // grouping fields of docket, year, month
	Filter     *Pred    // scope and page filters; nil: everything
}

// Figure is one indicator for one group and period. A nil number has no value.
type Figure struct {
	Period      civil.Period
	By          []string // the group, in the order of Request.By
	Indicator   string
	Version     string // see [Version.ID]
	Numerator   *big.Rat
	Denominator *big.Rat
	Value       *big.Rat
	Low, High   *big.Rat // the interval that applies; nil: open or not loaded
	Status      string
	Missing     []string // Eval only: the totals that are wanted but not given
}

// Compute answers a request: for every piece of the period (year and month in By split it),
// every group that has cases, and every indicator of the set, in this order; groups are
// sorted bytewise. Counts come from eng at the grain asked for; judges from the roster
// (nil: none loaded, so per-judge figures have no value); level tells a court's level for
// the choice of intervals and may be nil. An indicator without a version in force on a
// piece's last day has no value there.
func (b *Book) Compute(ctx context.Context, eng Engine, roster Roster, level func(court string) int, req Request) ([]Figure, error) {
	indicators, err := b.pick(req.Set, req.Indicators)
	if err != nil {
		return nil, err
	}
	g, err := newGrouping(req)
	if err != nil {
		return nil, err
	}
	p := &plan{eng: eng, roster: roster, filter: req.Filter, by: g.fields, asks: map[civil.Period]*ask{}, bound: map[stage]map[use]source{}}
	for _, piece := range g.pieces {
		p.want(piece)
		for _, i := range indicators {
			if v, err := i.At(piece.To); err == nil {
				p.add(piece, v)
			}
		}
	}
	if err := p.run(ctx); err != nil {
		return nil, err
	}
	var out []Figure
	for _, piece := range g.pieces {
		for _, group := range p.asks[piece].groups {
			out = slices.Grow(out, len(indicators))
			courtLevel, line := g.levelAndLine(group, level)
			row := row{piece, g.label(piece, group), groupKey(group), courtLevel, line}
			for _, i := range indicators {
				out = append(out, p.figure(row, i))
			}
		}
	}
	return out, nil
}

// row is what the figures of one group and piece have in common.
type row struct {
	piece civil.Period
	by    []string
	key   string
	level int
	line  string
}

// grouping is a checked Request.By: the fields for the engine, the pieces of the period, and
// how a group's values are put back in the order asked for.
type grouping struct {
	by     []string
	fields []string
	pieces []civil.Period
	court  int // position of court among fields, -1 when not grouped by it
	line   int
	fixed  map[string][]string // values that the filter allows, for court and line
}

func newGrouping(req Request) (*grouping, error) {
	if req.Period.From.IsZero() || req.Period.To < req.Period.From {
		return nil, fault.Invalidf("the period is empty; give its first and last day")
	}
	g := &grouping{by: req.By, pieces: []civil.Period{req.Period}, fixed: fixedBy(req.Filter)}
	for n, name := range req.By {
		if slices.Contains(req.By[:n], name) {
			return nil, fault.Invalidf("by: %s is named twice; name it once", name)
		}
		switch f, ok := docket.FieldByName(name); {
		case name == byMonth:
			g.pieces = req.Period.Months()
		case name == byYear:
			if !slices.Contains(req.By, byMonth) {
				g.pieces = req.Period.Years()
			}
		case !ok || !f.Group:
			return nil, &fault.Error{Kind: fault.Invalid, Text: fmt.Sprintf("cannot group by %q", name), Remedy: "choose from: " + strings.Join(Groupings(), " ")}
		default:
			g.fields = append(g.fields, name)
		}
	}
	g.court, g.line = slices.Index(g.fields, "court"), slices.Index(g.fields, "line")
	return g, nil
}

// Groupings lists what Request.By may hold.
func Groupings() []string {
	var out []string
	for _, f := range docket.Fields {
		if f.Group {
			out = append(out, f.Name)
		}
	}
	return append(out, byYear, byMonth)
}

// fixedBy finds the courts and lines that a filter is limited to.
func fixedBy(filter *Pred) map[string][]string {
	out := map[string][]string{}
	for _, p := range filter.conjuncts() {
		if p.Op == TextIn {
			out[docket.Fields[p.Field].Name] = p.Set
		}
	}
	return out
}

// label puts a group's values in the order of the request.
func (g *grouping) label(piece civil.Period, group []string) []string {
	out := make([]string, 0, len(g.by))
	next := 0
	y, m, _ := piece.From.YMD()
	for _, name := range g.by {
		switch name {
		case byYear:
			out = append(out, fmt.Sprintf("%04d", y))
		case byMonth:
			out = append(out, fmt.Sprintf("%04d-%02d", y, m))
		default:
			out = append(out, group[next])
			next++
		}
	}
	return out
}

// values returns what a group may hold in a field: its own value, or those of the filter.
func (g *grouping) values(position int, name string, group []string) []string {
	if position >= 0 {
		return group[position : position+1]
	}
	return g.fixed[name]
}

// levelAndLine tells the court level and line of a group, 0 and "" where it spans several.
func (g *grouping) levelAndLine(group []string, level func(string) int) (int, string) {
	line := ""
	if v := g.values(g.line, "line", group); len(v) == 1 {
		line = v[0]
	}
	if level == nil {
		return 0, line
	}
	common := 0
	for n, court := range g.values(g.court, "court", group) {
		l := level(court)
		if n > 0 && l != common {
			return 0, line
		}
		common = l
	}
	return common, line
}

// plan collects what must be counted, period by period, so that each distinct period is
// tallied once and each distinct measure in it once.
type plan struct {
	eng    Engine
	roster Roster
	filter *Pred
	by     []string
	asks   map[civil.Period]*ask
	order  []civil.Period
	bound  map[stage]map[use]source
}

// stage is a version at work on a piece of the period.
type stage struct {
	piece   civil.Period
	version *Version
}

// source is where a version finds one of its totals.
type source struct {
	ask  *ask
	cell int    // position of the measure, unless post is set
	post string // of the roster
	kind MeasureKind
}

// ask is one tally: its measures, and its answer by group.
type ask struct {
	measures []Measure
	index    map[string]int
	posts    map[string]rosterTally
	groups   [][]string
	cells    map[string][]Cell
}

// want makes sure that a period is tallied at all, for its groups.
func (p *plan) want(period civil.Period) *ask {
	a, ok := p.asks[period]
	if !ok {
		a = &ask{index: map[string]int{}, posts: map[string]rosterTally{}, cells: map[string][]Cell{}}
		p.asks[period] = a
		p.order = append(p.order, period)
	}
	return a
}

// add notes everything that a version needs for a piece.
func (p *plan) add(piece civil.Period, v *Version) {
	sources := map[use]source{}
	for _, n := range v.needs {
		period := piece
		if n.use.prev {
			period = v.shifted(piece)
		}
		s := source{ask: p.want(period), post: n.post, kind: n.measure.Kind}
		if n.post != "" {
			s.ask.posts[n.post] = rosterTally{}
		} else {
			s.cell = s.ask.position(n)
		}
		sources[n.use] = s
	}
	p.bound[stage{piece, v}] = sources
}

// position returns the place of a measure in the tally, adding it when it is new.
func (a *ask) position(n need) int {
	i, ok := a.index[n.key]
	if !ok {
		i = len(a.measures)
		a.index[n.key] = i
		a.measures = append(a.measures, n.measure)
	}
	return i
}

// run asks the engine and the roster.
func (p *plan) run(ctx context.Context) error {
	for _, period := range p.order {
		a := p.asks[period]
		groups, err := p.eng.Tally(ctx, Ask{Measures: a.measures, Period: period, By: p.by, Filter: p.filter})
		if err != nil {
			return fmt.Errorf("count %s: %w", period, err)
		}
		for _, g := range groups {
			a.groups = append(a.groups, g.By)
			a.cells[groupKey(g.By)] = g.Cells
		}
		for post := range a.posts {
			a.posts[post] = p.roster.tally(post, period, p.by, p.filter)
		}
	}
	return nil
}

func groupKey(by []string) string { return strings.Join(by, "\x00") }

// figure evaluates one indicator for one group.
func (p *plan) figure(r row, i *Indicator) Figure {
	f := Figure{Period: r.piece, By: r.by, Indicator: i.ID, Status: NoValue}
	v, err := i.At(r.piece.To)
	if err != nil {
		return f
	}
	t := groupTerms{sources: p.bound[stage{r.piece, v}], key: r.key}
	f.fill(v, t, v.interval(r.piece.To, r.level, r.line))
	return f
}

// fill computes the numbers and the status of a figure.
func (f *Figure) fill(v *Version, t terms, i *Interval) {
	f.Version = v.ID()
	if v.Numerator != nil {
		f.Numerator = v.Numerator.eval(t)
	}
	if v.Denominator != nil {
		f.Denominator = v.Denominator.eval(t)
	}
	f.Value = v.Value.eval(t)
	if i != nil {
		f.Low, f.High = i.Low, i.High
	}
	f.Status = f.status(v, i)
}

func (f *Figure) status(v *Version, i *Interval) string {
	switch {
	case f.Value == nil:
		return NoValue
	case f.Denominator != nil && f.Denominator.Cmp(new(big.Rat).SetInt64(int64(v.TooFew))) < 0:
		return TooFew
	case i == nil:
		return NotLoaded
	case i.Low != nil && f.Value.Cmp(i.Low) < 0:
		return Below
	case i.High != nil && f.Value.Cmp(i.High) > 0:
		return Above
	}
	return Inside
}

// groupTerms gives a formula the totals of one group.
type groupTerms struct {
	sources map[use]source
	key     string
}

// cell returns what was counted for one use of a count; a group without cases counts zero.
func (t groupTerms) cell(u use) (Cell, source) {
	s := t.sources[u]
	cells, ok := s.ask.cells[t.key]
	if !ok {
		return Cell{}, s
	}
	return cells[s.cell], s
}

func (t groupTerms) total(u use) *big.Rat {
	if s := t.sources[u]; s.post != "" {
		return s.ask.posts[s.post].mean(t.key)
	}
	c, s := t.cell(u)
	if s.kind == Cases {
		return new(big.Rat).SetInt64(c.N)
	}
	return new(big.Rat).SetInt64(c.Sum)
}

func (t groupTerms) entries(u use) *big.Rat {
	c, _ := t.cell(u)
	return new(big.Rat).SetInt64(c.N)
}

func (t groupTerms) quantile(u use, share *big.Rat) *big.Rat {
	c, _ := t.cell(u)
	return Quantile(c.Hist, share)
}

// Quantile returns the value below which a share of the sorted days lies, by linear
// interpolation at position (n-1) × share; nil without cases.
func Quantile(hist map[int]int64, share *big.Rat) *big.Rat {
	var n int64
	days := make([]int, 0, len(hist))
	for d, k := range hist {
		if k > 0 {
			days = append(days, d)
			n += k
		}
	}
	if n == 0 {
		return nil
	}
	slices.Sort(days)
	at := new(big.Rat).Mul(share, new(big.Rat).SetInt64(n-1))
	low := new(big.Int).Quo(at.Num(), at.Denom())
	rest := at.Sub(at, new(big.Rat).SetInt(low))
	a, b := ranked(days, hist, low.Int64()), ranked(days, hist, low.Int64()+1)
	step := new(big.Rat).SetInt64(int64(b - a))
	return step.Add(step.Mul(step, rest), new(big.Rat).SetInt64(int64(a)))
}

// ranked returns the value at a position of the sorted days, the last one beyond the end.
func ranked(days []int, hist map[int]int64, position int64) int {
	for _, d := range days {
		if position -= hist[d]; position < 0 {
			return d
		}
	}
	return days[len(days)-1]
}
