package columns

import (
	"math/bits"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

// plan is a compiled Ask.
type plan struct {
	prog     *program
	by       *grouping
	measures []measure
	filter   int // root that says whether a group is seen at all; -1: every group is
	sums     int // measures with a sum
	hists    int // measures with a histogram
}

// measure is one measure of a plan.
type measure struct {
	kind          indicator.MeasureKind
	field, field2 int
	sum, hist     int // places of its sum and histogram, -1: none
}

// newPlan compiles an Ask. The condition of a measure with values includes that they exist.
func newPlan(ask *indicator.Ask) (*plan, error) {
	by, err := newGrouping(ask.By)
	if err != nil {
		return nil, err
	}
	p := &plan{by: by, filter: -1}
	var where []*indicator.Pred
	if ask.Filter != nil { // first, so that a block without a row of it is left at once
		where = append(where, ask.Filter)
	}
	for i := range ask.Measures {
		m := &ask.Measures[i]
		conds := []*indicator.Pred{ask.Filter, m.Where}
		fields, err := valueFields(m)
		if err != nil {
			return nil, err
		}
		for _, f := range fields {
			conds = append(conds, &indicator.Pred{Op: indicator.Has, Field: f})
		}
		where = append(where, indicator.All(conds...))
		p.add(m)
	}
	if p.prog, err = compile(where, ask.Period); err != nil {
		return nil, err
	}
	if ask.Filter != nil {
		p.filter = len(p.measures)
		p.prog.roots = append(p.prog.roots[1:], p.prog.roots[0])
	}
	return p, nil
}

func (p *plan) add(m *indicator.Measure) {
	out := measure{kind: m.Kind, field: m.Field, field2: m.Field2, sum: -1, hist: -1}
	switch m.Kind {
	case indicator.Days, indicator.Sum:
		out.sum = p.sums
		p.sums++
	case indicator.Spread:
		out.hist = p.hists
		p.hists++
	}
	p.measures = append(p.measures, out)
}

// valueFields returns the fields whose values a measure needs.
func valueFields(m *indicator.Measure) ([]int, error) {
	is := func(field int, k docket.Kind) bool {
		return field >= 0 && field < len(docket.Fields) && docket.Fields[field].Kind == k
	}
	switch {
	case m.Kind == indicator.Cases:
		return nil, nil
	case (m.Kind == indicator.Days || m.Kind == indicator.Spread) && is(m.Field, docket.Day) && is(m.Field2, docket.Day):
		return []int{m.Field, m.Field2}, nil
	case m.Kind == indicator.Sum && is(m.Field, docket.Amount):
		return []int{m.Field}, nil
	}
	return nil, fault.Invalidf("measure of kind %d does not fit its columns", m.Kind)
}

// part is the tally of one segment. The number of group g for root m of the program is
// n[g*byGroup+m*byRoot].
type part struct {
	keys keys
	n    []uint32

	byGroup, byRoot int

	sum  []int64
	hist []map[int]int64
}

// count returns the number of cases of root m in group g.
func (p *part) count(g, m int) uint32 { return p.n[g*p.byGroup+m*p.byRoot] }

// tallier takes the tallies of segments, one after the other, on one goroutine.
type tallier struct {
	plan *plan
	run  *runner
	cuts ranges
	rank [blockWords]uint32 // rows found before each word
	out  *part
}

func newTallier(p *plan) *tallier { return &tallier{plan: p, run: newRunner(p.prog)} }

// segment returns the tally of a segment.
func (t *tallier) segment(s *segment) (*part, error) {
	if err := t.run.enter(s); err != nil {
		return nil, err
	}
	t.out = &part{}
	if t.plan.by.byRows {
		t.byRows(s)
	} else {
		t.byRuns(s)
	}
	return t.out, nil
}

// grow makes room for n groups.
func (t *tallier) grow(n int) {
	p := t.out
	p.n = extend(p.n, n*len(t.plan.prog.roots))
	p.sum = extend(p.sum, n*t.plan.sums)
	p.hist = extend(p.hist, n*t.plan.hists)
}

func extend[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	return append(s, make([]T, n-len(s))...)
}

// byRuns tallies where every group is made of whole runs: by popcount of pieces of words.
func (t *tallier) byRuns(s *segment) {
	of, keys := t.plan.by.runGroups(s)
	t.out.keys, t.out.byGroup, t.out.byRoot = keys, 1, keys.n
	t.grow(keys.n)
	for i := range blocksOf(s.rows) {
		t.run.seek(i)
		if t.skip() {
			continue
		}
		if keys.n > 1 {
			t.cuts.cut(&s.runs, of, i*blockRows, t.run.rows)
		}
		for m, root := range t.plan.prog.roots {
			isCount := m >= len(t.plan.measures) || t.plan.measures[m].kind == indicator.Cases
			if keys.n == 1 && isCount {
				t.out.n[m] += uint32(t.run.count(root))
				continue
			}
			found := t.run.eval(root)
			if found.live == 0 {
				continue
			}
			t.count(m, found, keys.n)
			if !isCount {
				t.values(&t.plan.measures[m], found, keys.n)
			}
		}
	}
}

// skip reports whether no row of the block passes the filter.
func (t *tallier) skip() bool {
	return t.plan.filter >= 0 && t.run.eval(t.plan.prog.roots[t.plan.filter]).live == 0
}

// count adds the rows found to their groups' numbers for root m.
func (t *tallier) count(m int, found *set, groups int) {
	n := t.out.n[m*groups : (m+1)*groups]
	switch {
	case groups == 1:
		n[0] += uint32(found.count(t.run.n))
	case few(found.live, t.run.n):
		for l := found.live; l != 0; l &= l - 1 {
			i := bits.TrailingZeros64(l)
			for lane, v := range &found.q[i] {
				t.cuts.each(i<<2|lane, v, func(rows uint64, group int) { n[group] += uint32(bits.OnesCount64(rows)) })
			}
		}
	default:
		t.countRanks(n, found.q[:t.run.n])
	}
}

// countRanks counts by the difference of ranks: the number of rows found before the end of a
// range, less that before its start.
func (t *tallier) countRanks(n []uint32, found []quad) {
	total := uint32(0)
	for i := range found {
		q, rank := &found[i], (*[4]uint32)(t.rank[i<<2:])
		c0, c1 := uint32(bits.OnesCount64(q[0])), uint32(bits.OnesCount64(q[1]))
		c2, c3 := uint32(bits.OnesCount64(q[2])), uint32(bits.OnesCount64(q[3]))
		rank[0], rank[1], rank[2], rank[3] = total, total+c0, total+c0+c1, total+c0+c1+c2
		total += c0 + c1 + c2 + c3
	}
	before, last := uint32(0), len(t.cuts.end)-1
	for k, end := range t.cuts.end[:last] {
		upTo := t.rank[end>>6&(blockWords-1)] + uint32(bits.OnesCount64(found[end>>8][end>>6&3]&low(int(end&63))))
		n[t.cuts.group[k]] += upTo - before
		before = upTo
	}
	n[t.cuts.group[last]] += total - before
}

// each calls do for the rows found, word by word and group by group.
func (t *tallier) each(found *set, groups int, do func(word int, rows uint64, group int)) {
	for l := found.live; l != 0; l &= l - 1 {
		i := bits.TrailingZeros64(l)
		for lane, v := range &found.q[i] {
			w := i<<2 | lane
			if groups > 1 {
				t.cuts.each(w, v, func(rows uint64, group int) { do(w, rows, group) })
			} else if v != 0 {
				do(w, v, 0)
			}
		}
	}
}

// values adds the values of the rows found to the sums and histograms of their groups.
func (t *tallier) values(m *measure, found *set, groups int) {
	if m.kind == indicator.Days && t.denseDays(m, found, groups) {
		return
	}
	add := t.adder(m)
	t.each(found, groups, func(word int, rows uint64, group int) {
		for ; rows != 0; rows &= rows - 1 {
			add(word<<6|bits.TrailingZeros64(rows), group)
		}
	})
}

// adder returns the function that adds the value of a row to its group. It must be called
// with ascending rows, and before another adder is made.
func (t *tallier) adder(m *measure) func(row, group int) {
	s, sums, hists := t.run.seg, t.plan.sums, t.plan.hists
	if m.kind == indicator.Sum {
		rows, cents := s.money[m.field].block(t.run.blk)
		next := 0
		return func(row, group int) {
			for int(rows[next]) < row {
				next++
			}
			t.out.sum[group*sums+m.sum] += cents[next]
		}
	}
	var x, y cursor
	x.open(s.ints[m.field], t.run.blk, t.run.n, &t.run.vals[0])
	y.open(s.ints[m.field2], t.run.blk, t.run.n, &t.run.vals[1])
	return func(row, group int) {
		days := int64(x.at(row)) - int64(y.at(row))
		if m.hist < 0 {
			t.out.sum[group*sums+m.sum] += days
			return
		}
		h := &t.out.hist[group*hists+m.hist]
		if *h == nil {
			*h = map[int]int64{}
		}
		(*h)[int(days)]++
	}
}

// denseDays adds the days where both columns are bit slices: slice i of a piece adds its
// popcount times 2^i. It reports whether it could.
func (t *tallier) denseDays(m *measure, found *set, groups int) bool {
	a, b := t.run.seg.ints[m.field], t.run.seg.ints[m.field2]
	x, y := &a.blocks[t.run.blk], &b.blocks[t.run.blk]
	if x.form == sparse || y.form == sparse {
		return false
	}
	xs, ys := a.slices(x, t.run.n), b.slices(y, t.run.n)
	base := int64(x.base) - int64(y.base)
	t.each(found, groups, func(word int, rows uint64, group int) {
		t.out.sum[group*t.plan.sums+m.sum] += weigh(xs, int(x.width), word, rows) - weigh(ys, int(y.width), word, rows) +
			base*int64(bits.OnesCount64(rows))
	})
	return true
}

// weigh returns the sum of the offsets of some rows of a word.
func weigh(slices []quad, width, word int, rows uint64) int64 {
	var sum int64
	group := slices[word>>2*width:][:width]
	for i := range group {
		sum += int64(bits.OnesCount64(rows&^group[i][word&3])) << i
	}
	return sum
}

// byRows tallies where groups vary inside runs: row by row over the rows found.
func (t *tallier) byRows(s *segment) {
	rg := newRowGroups(t.plan.by, s)
	width := len(t.plan.prog.roots)
	t.out.byGroup, t.out.byRoot = width, 1
	for i := range blocksOf(s.rows) {
		t.run.seek(i)
		if t.skip() {
			continue
		}
		rg.load(s, i, i*blockRows, t.run.rows)
		t.grow(rg.keys.n)
		for m, root := range t.plan.prog.roots {
			found := t.run.eval(root)
			var add func(row, group int)
			if m < len(t.plan.measures) && t.plan.measures[m].kind != indicator.Cases && found.live != 0 {
				add = t.adder(&t.plan.measures[m])
			}
			for l := found.live; l != 0; l &= l - 1 {
				q := bits.TrailingZeros64(l)
				eachRow(found.q[q:q+1], func(row int) {
					group := int(rg.group[q<<8|row])
					t.out.n[group*width+m]++
					if add != nil {
						add(q<<8|row, group)
					}
				})
			}
		}
	}
	t.out.keys = rg.keys
}
