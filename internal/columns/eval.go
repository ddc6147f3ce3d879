package columns

import (
	"math"
	"math/bits"
	"slices"
)

// runner evaluates a program over one segment after the other, block by block. It belongs
// to one goroutine and allocates nothing once it has seen a segment of each shape.
type runner struct {
	prog  *program
	bound []binding
	bufs  []buffer
	sets  []set
	done  int // nodes before this one are evaluated for the block

	seg  *segment
	blk  int    // block
	rows int    // rows of the block
	n    int    // quads of the block
	ones buffer // every row of the block
	all  set
	one  buffer              // one span of codes
	vals [2][blockRows]int32 // room for cursors
}

// binding is what a leaf means in the segment at hand.
type binding struct {
	fixed int8 // +1 every row, -1 no row, 0 look at the column
	col   *ints
	col2  *ints
	money *money
	codes []span   // opText over a dictionary column
	hit   []bool   // opText over runs: by code
	run   []uint32 // opText over runs: codes run by run
	bits  []quad   // opText over cold texts: rows of the segment
}

// span is a closed range of dictionary codes.
type span struct{ lo, hi int32 }

func newRunner(p *program) *runner {
	n := len(p.nodes)
	return &runner{prog: p, bound: make([]binding, n), bufs: make([]buffer, p.slots), sets: make([]set, n)}
}

// enter binds the program to a segment.
func (r *runner) enter(s *segment) error {
	r.seg = s
	for i := range r.prog.nodes {
		n, b := &r.prog.nodes[i], &r.bound[i]
		b.fixed = 0
		switch n.op {
		case opHas, opRange:
			if b.col = s.ints[n.field]; b.col == nil && storages[n.field] != amounts {
				b.fixed = -1
			}
			if n.op == opHas && storages[n.field] == amounts {
				r.bindMoney(b, n.field)
			}
		case opPair:
			b.col, b.col2 = s.ints[n.field], s.ints[n.field2]
			if b.col == nil || b.col2 == nil {
				b.fixed = -1
			}
		case opMoney:
			r.bindMoney(b, n.field)
		case opText:
			if err := r.bindText(b, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *runner) bindMoney(b *binding, field int) {
	if b.money = r.seg.money[field]; b.money == nil {
		b.fixed = -1
	}
}

func (r *runner) bindText(b *binding, n *node) error {
	s := r.seg
	switch storages[n.field] {
	case byCourt:
		b.fixed = -1
		if slices.Contains(n.set, s.court) {
			b.fixed = 1
		}
	case byRun:
		d := s.dicts[n.field]
		b.run = s.runs.of(n.field)
		b.hit = slices.Grow(b.hit[:0], len(d))[:len(d)]
		clear(b.hit)
		b.fixed = -1
		for _, v := range n.set {
			if code, ok := d.code(v); ok {
				b.hit[code], b.fixed = true, 0
			}
		}
	case coded:
		b.bindCodes(s, n)
	case cold:
		want := make(map[string]bool, len(n.set))
		for _, v := range n.set {
			want[v] = true
		}
		var err error
		b.bits, err = s.texts.match(n.field, s.rows, want)
		return err
	}
	return nil
}

// bindCodes turns the values asked for into ranges of codes.
func (b *binding) bindCodes(s *segment, n *node) {
	b.codes = b.codes[:0]
	if b.col = s.ints[n.field]; b.col == nil {
		b.fixed = -1
		return
	}
	for _, v := range n.set {
		code, ok := s.dicts[n.field].code(v)
		if !ok {
			continue
		}
		if k := len(b.codes) - 1; k >= 0 && b.codes[k].hi == code-1 {
			b.codes[k].hi = code
		} else {
			b.codes = append(b.codes, span{code, code})
		}
	}
	if len(b.codes) == 0 {
		b.fixed = -1
	}
}

// seek moves to block i of the segment.
func (r *runner) seek(i int) {
	r.blk, r.done = i, 0
	rows := rowsOf(r.seg.rows, i)
	if rows == r.rows {
		return
	}
	r.rows, r.n = rows, quadsOf(rows)
	r.ones.empty()
	r.ones.fill(0, rows)
	r.all = r.ones.set()
	r.all.all, r.all.own = true, false
}

// eval returns the rows of the block where node i holds. Nodes are evaluated in their order,
// which is one of dependence, but for those that are left to whoever needs them.
func (r *runner) eval(i int32) *set {
	for ; r.done <= int(i); r.done++ {
		if n := &r.prog.nodes[r.done]; !n.lazy {
			r.step(r.done, n)
		}
	}
	if n := &r.prog.nodes[i]; n.lazy {
		r.step(int(i), n)
	}
	return &r.sets[i]
}

// count returns the number of rows of the block where node i holds, without writing down a
// set that nobody else needs.
func (r *runner) count(i int32) int {
	n := &r.prog.nodes[i]
	if !n.lazy || n.op != opAnd || r.prog.nodes[n.b].lazy {
		return r.eval(i).count(r.n)
	}
	s, t := r.eval(n.a), r.eval(n.b)
	switch {
	case s.live&t.live == 0:
		return 0
	case s.all:
		return t.count(r.n)
	case t.all:
		return s.count(r.n)
	}
	return countAnd(s, t, r.n)
}

// step evaluates one node whose operands are done.
func (r *runner) step(i int, n *node) {
	out := &r.sets[i]
	if n.op < opAnd {
		*out = r.leaf(int32(i), n)
		return
	}
	s, t, buf := &r.sets[n.a], &r.sets[n.b], &r.bufs[n.slot]
	if m := &r.prog.nodes[n.b]; m.lazy && s.live != 0 {
		*t = r.within(n.b, m, s)
	}
	switch n.op {
	case opAnd:
		switch {
		case s.live&t.live == 0:
			*out = set{}
		case t.all:
			*out = keep(buf, s, r.n)
		case s.all:
			*out = keep(buf, t, r.n)
		default:
			*out = buf.and(s, t, r.n)
		}
	case opAndNot:
		switch {
		case s.live == 0 || t.all:
			*out = set{}
		case s.live&t.live == 0:
			*out = keep(buf, s, r.n)
		default:
			*out = buf.andNot(s, t, r.n)
		}
	case opOr:
		switch {
		case s.all || t.live == 0:
			*out = keep(buf, s, r.n)
		case t.all || s.live == 0:
			*out = keep(buf, t, r.n)
		default:
			*out = buf.or(s, t, r.n)
		}
	}
}

// keep makes s the result of a node. The buffer of s may be used again before the node's
// own result is, so s is copied out of it; columns stay.
func keep(buf *buffer, s *set, n int) set {
	if !s.own || s.live == 0 {
		return *s
	}
	copy(buf.q[:n], s.q[:n])
	return buf.written(n, s.live)
}

// leaf evaluates a condition that looks at columns.
func (r *runner) leaf(i int32, n *node) set {
	b := &r.bound[i]
	if b.fixed < 0 {
		return set{}
	}
	if b.fixed > 0 || n.op == opAll {
		return r.all
	}
	buf := &r.bufs[n.slot]
	switch n.op {
	case opHas:
		if b.col != nil {
			return r.inRange(buf, b.col, math.MinInt32, math.MaxInt32)
		}
		return r.cents(buf, b.money, math.MinInt64, math.MaxInt64)
	case opRange:
		return r.inRange(buf, b.col, n.lo, n.hi)
	case opMoney:
		return r.cents(buf, b.money, n.lo, n.hi)
	case opPair:
		return r.pair(buf, b.col, b.col2, n.hi)
	}
	return r.text(buf, b)
}

// inRange returns the rows that have a value in [lo, hi].
func (r *runner) inRange(buf *buffer, c *ints, lo, hi int64) set {
	b := &c.blocks[r.blk]
	if b.form == absent || lo > int64(b.top) || hi < int64(b.base) {
		return set{}
	}
	from, to := uint32(max(lo, int64(b.base))-int64(b.base)), uint32(min(hi, int64(b.top))-int64(b.base))
	switch {
	case b.form == sparse:
		return inList(buf, c.list(b, from, to))
	case b.form == oneHot:
		return r.hot(buf, c, b, from, to)
	case from > 0 || to < b.span():
		inRange(buf.q[:r.n], c.slices(b, r.n), int(b.width), from, to, b.span())
	case b.form == full:
		return r.all
	default:
		return set{live: r.all.live, q: c.presence(b, r.n)}
	}
	if b.form == partial {
		intersect(buf.q[:r.n], c.presence(b, r.n))
	}
	return r.settle(buf)
}

// hot returns the rows whose code is one of from..to: the union of their bitmaps.
func (r *runner) hot(buf *buffer, c *ints, b *block, from, to uint32) set {
	if from == 0 && to == b.span() {
		return set{live: r.all.live, q: c.presence(b, r.n)}
	}
	return r.unite(buf, c, b, uint32(low(int(to)+1)&^low(int(from))))
}

// hotCodes returns the rows of a one-hot block whose code lies in one of several spans: the
// union of their bitmaps or, when they are the larger half, the complement of the others.
func (r *runner) hotCodes(buf *buffer, c *ints, b *block, codes []span) set {
	var in uint32
	for _, s := range codes {
		for code := max(s.lo, b.base); code <= min(s.hi, b.top); code++ {
			in |= 1 << (code - b.base)
		}
	}
	every := uint32(low(int(b.span()) + 1))
	if in == every {
		return set{live: r.all.live, q: c.presence(b, r.n)}
	}
	if bits.OnesCount32(in)*2 <= int(b.span())+1 {
		return r.unite(buf, c, b, in)
	}
	others := r.unite(&r.one, c, b, every&^in)
	return buf.andNot(&set{live: r.all.live, q: c.presence(b, r.n)}, &others, r.n)
}

// unite returns the union of the bitmaps of a set of offsets.
func (r *runner) unite(buf *buffer, c *ints, b *block, offsets uint32) set {
	if offsets == 0 {
		return set{}
	}
	first := c.bitmap(b, r.n, uint32(bits.TrailingZeros32(offsets)))
	if offsets &= offsets - 1; offsets == 0 {
		return set{live: r.all.live, q: first}
	}
	unite(buf.q[:r.n], first, c.bitmap(b, r.n, uint32(bits.TrailingZeros32(offsets))))
	for offsets &= offsets - 1; offsets != 0; offsets &= offsets - 1 {
		union(buf.q[:r.n], c.bitmap(b, r.n, uint32(bits.TrailingZeros32(offsets))))
	}
	return buf.written(r.n, r.all.live)
}

// intersect keeps the rows of dst that are in a bitmap too.
func intersect(dst, bitmap []quad) {
	bitmap = bitmap[:len(dst)]
	for i := range dst {
		d, p := &dst[i], &bitmap[i]
		d[0], d[1], d[2], d[3] = d[0]&p[0], d[1]&p[1], d[2]&p[2], d[3]&p[3]
	}
}

// settle clears what a kernel wrote beyond the rows of the block.
func (r *runner) settle(buf *buffer) set {
	last, end := &buf.q[r.n-1], &r.ones.q[r.n-1]
	last[0], last[1], last[2], last[3] = last[0]&end[0], last[1]&end[1], last[2]&end[2], last[3]&end[3]
	var live uint64
	q := buf.q[:r.n]
	for i := range q {
		if p := &q[i]; p[0]|p[1]|p[2]|p[3] != 0 {
			live |= 1 << i
		}
	}
	return buf.written(r.n, live)
}

// inList returns the set of the given rows.
func inList(buf *buffer, rows []uint16) set {
	buf.empty()
	for _, row := range rows {
		buf.add(row)
	}
	return buf.set()
}

// cents returns the rows that have an amount in [lo, hi].
func (r *runner) cents(buf *buffer, m *money, lo, hi int64) set {
	buf.empty()
	rows, cents := m.block(r.blk)
	for k, v := range cents[:len(rows)] {
		if lo <= v && v <= hi {
			buf.add(rows[k])
		}
	}
	return buf.set()
}

// text returns the rows whose text is one of those bound.
func (r *runner) text(buf *buffer, b *binding) set {
	switch {
	case b.col != nil:
		return r.codes(buf, b)
	case b.bits != nil:
		from := r.blk * blockQuads
		return set{live: r.all.live, q: b.bits[from : from+r.n]}
	}
	buf.empty()
	start := r.seg.runs.start
	from, to := r.blk*blockRows, r.blk*blockRows+r.rows
	for k := r.seg.runs.at(from); k < len(b.run) && int(start[k]) < to; k++ {
		if b.hit[b.run[k]] {
			buf.fill(max(int(start[k]), from)-from, min(int(start[k+1]), to)-from)
		}
	}
	return buf.set()
}

// codes returns the rows whose code lies in one of the spans.
func (r *runner) codes(buf *buffer, b *binding) set {
	if len(b.codes) == 1 {
		return r.inRange(buf, b.col, int64(b.codes[0].lo), int64(b.codes[0].hi))
	}
	if x := &b.col.blocks[r.blk]; x.form == oneHot {
		return r.hotCodes(buf, b.col, x, b.codes)
	}
	buf.empty()
	for _, c := range b.codes {
		t := r.inRange(&r.one, b.col, int64(c.lo), int64(c.hi))
		if t.all {
			return t
		}
		for l := t.live; l != 0; l &= l - 1 {
			i := bits.TrailingZeros64(l)
			union(buf.q[i:i+1], t.q[i:i+1])
		}
		buf.dirty |= t.live
	}
	return buf.set()
}

// within evaluates a comparison of two days that only one conjunction needs, s being its other
// side: row by row for the rows of s, where a column is a list.
func (r *runner) within(i int32, n *node, s *set) set {
	b := &r.bound[i]
	if b.fixed == 0 && (b.col.blocks[r.blk].form == sparse || b.col2.blocks[r.blk].form == sparse) {
		return r.pairList(&r.bufs[n.slot], b.col, b.col2, n.hi, s)
	}
	return r.leaf(i, n)
}

// pair returns the rows that have both values, with value - value2 <= n.
func (r *runner) pair(buf *buffer, c, c2 *ints, n int64) set {
	b, b2 := &c.blocks[r.blk], &c2.blocks[r.blk]
	if b.form == absent || b2.form == absent || int64(b.base)-int64(b2.top) > n {
		return set{}
	}
	if b.form == sparse || b2.form == sparse {
		return r.pairList(buf, c, c2, n, &r.all)
	}
	if int64(b.top)-int64(b2.base) <= n {
		copy(buf.q[:r.n], r.ones.q[:])
	} else {
		x := operand{slices: c.slices(b, r.n), width: int(b.width)}
		y := operand{slices: c2.slices(b2, r.n), width: int(b2.width)}
		if d := int64(b2.base) - int64(b.base) + n; d >= 0 { // offset <= offset2 + d
			y.plus = uint64(d)
		} else {
			x.plus = uint64(-d)
		}
		atMost(buf.q[:r.n], x, y)
	}
	if b.form == partial {
		intersect(buf.q[:r.n], c.presence(b, r.n))
	}
	if b2.form == partial {
		intersect(buf.q[:r.n], c2.presence(b2, r.n))
	}
	return r.settle(buf)
}

// pairList compares the rows of within one by one, where at least one side is a list.
func (r *runner) pairList(buf *buffer, c, c2 *ints, n int64, within *set) set {
	buf.empty()
	var p, q buffer
	s := r.inRange(&p, c, math.MinInt32, math.MaxInt32)
	t := r.inRange(&q, c2, math.MinInt32, math.MaxInt32)
	var x, y cursor
	x.open(c, r.blk, r.n, &r.vals[0])
	y.open(c2, r.blk, r.n, &r.vals[1])
	for l := s.live & t.live & within.live; l != 0; l &= l - 1 {
		i := bits.TrailingZeros64(l)
		for lane := range 4 {
			for v := s.q[i][lane] & t.q[i][lane] & within.q[i][lane]; v != 0; v &= v - 1 {
				row := i<<8 | lane<<6 | bits.TrailingZeros64(v)
				if int64(x.at(row))-int64(y.at(row)) <= n {
					buf.add(uint16(row))
				}
			}
		}
	}
	return buf.set()
}
