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
	stamp []uint32 // per node: block count in which its set was computed
	now   uint32

	seg   *segment
	blk   int // block
	rows  int // rows of the block
	words int // words of the block
	st    int // stride of the block
	ones  buffer
	all   set
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
	bits  []uint64 // opText over cold texts: rows of the segment
}

// span is a closed range of dictionary codes.
type span struct{ lo, hi int32 }

func newRunner(p *program) *runner {
	n := len(p.nodes)
	return &runner{prog: p, bound: make([]binding, n), bufs: make([]buffer, n), sets: make([]set, n), stamp: make([]uint32, n)}
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
	rows := min(r.seg.rows-i*blockRows, blockRows)
	r.blk = i
	r.now++
	if rows == r.rows {
		return
	}
	r.rows, r.words = rows, (rows+63)/64
	r.st = stride(r.words)
	r.ones.empty()
	r.ones.fill(0, rows)
	r.all = r.ones.set()
}

// eval returns the rows of the block where node i holds.
func (r *runner) eval(i int32) set {
	if r.stamp[i] == r.now {
		return r.sets[i]
	}
	n := &r.prog.nodes[i]
	var s set
	switch n.op {
	case opAnd:
		s = r.eval(n.a)
		if s.live != 0 {
			if t := r.eval(n.b); t.w == r.all.w {
				// every row: s stays
			} else if s.w == r.all.w {
				s = t
			} else {
				s = r.bufs[i].and(s, t, r.words)
			}
		}
	case opAndNot:
		s = r.eval(n.a)
		if s.live != 0 {
			if t := r.eval(n.b); t.w == r.all.w {
				s = set{}
			} else if s.live&t.live != 0 {
				s = r.bufs[i].andNot(s, t, r.words)
			}
		}
	case opOr:
		s = r.eval(n.a)
		if s.w != r.all.w {
			if t := r.eval(n.b); s.live == 0 || t.w == r.all.w {
				s = t
			} else if t.live != 0 {
				s = r.bufs[i].or(s, t, r.words)
			}
		}
	default:
		s = r.leaf(i, n)
	}
	if s.live == 0 {
		s = set{}
	}
	r.stamp[i], r.sets[i] = r.now, s
	return s
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
	buf := &r.bufs[i]
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
		return inList(buf, c, b, uint16(from), uint16(to))
	case from > 0 || to < b.span():
		inRange(buf.w[:], c.slices(b, r.st), r.st, int(b.width), from, to, b.span())
	case b.form == full:
		return r.all
	default:
		copy(buf.w[:], c.presence(b, r.st))
		return r.settle(buf)
	}
	if b.form == partial {
		has := c.presence(b, r.st)
		for i, p := range has {
			buf.w[i&63] &= p
		}
	}
	return r.settle(buf)
}

// settle clears what a kernel wrote beyond the rows of the block.
func (r *runner) settle(buf *buffer) set {
	buf.w[r.words-1] &= r.ones.w[r.words-1]
	for i := r.words; i < r.st; i++ {
		buf.w[i] = 0
	}
	var live uint64
	for i := 0; i < r.st; i += 4 {
		p := (*[4]uint64)(buf.w[i:])
		if p[0]|p[1]|p[2]|p[3] != 0 {
			live |= 15 << i
		}
	}
	return buf.written(r.words, live&r.all.live)
}

func inList(buf *buffer, c *ints, b *block, from, to uint16) set {
	buf.empty()
	rows, offsets := c.entries(b)
	width := to - from
	for k, v := range offsets[:len(rows)] {
		if v-from <= width {
			buf.add(rows[k])
		}
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
		from := r.blk * blockWords
		copy(buf.w[:], b.bits[from:from+r.words])
		clear(buf.w[r.words:r.st])
		return r.settle(buf)
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
	s := r.inRange(buf, b.col, int64(b.codes[0].lo), int64(b.codes[0].hi))
	for _, c := range b.codes[1:] {
		var more buffer
		t := r.inRange(&more, b.col, int64(c.lo), int64(c.hi))
		switch {
		case t.live == 0:
		case t.w == r.all.w:
			return t
		case s.w == r.all.w:
			return s
		default:
			s = buf.merge(s, t)
		}
	}
	return s
}

// merge adds t to the buffer, which holds s or, when s is empty, anything.
func (b *buffer) merge(s, t set) set {
	if s.live == 0 {
		b.empty()
	}
	for l := t.live; l != 0; l &= l - 1 {
		i := bits.TrailingZeros64(l) & 63
		b.w[i] |= t.w[i]
	}
	b.dirty |= t.live
	return set{s.live | t.live, &b.w}
}

// pair returns the rows that have both values, with value - value2 <= n.
func (r *runner) pair(buf *buffer, c, c2 *ints, n int64) set {
	b, b2 := &c.blocks[r.blk], &c2.blocks[r.blk]
	if b.form == absent || b2.form == absent || int64(b.base)-int64(b2.top) > n {
		return set{}
	}
	if b.form == sparse || b2.form == sparse {
		return r.pairList(buf, c, c2, n)
	}
	has := r.both(b, b2, c, c2)
	if int64(b.top)-int64(b2.base) <= n {
		copy(buf.w[:r.words], has.w[:])
		return r.settleAligned(buf)
	}
	x := operand{slices: c.slices(b, r.st), width: int(b.width)}
	y := operand{slices: c2.slices(b2, r.st), width: int(b2.width)}
	if d := int64(b2.base) - int64(b.base) + n; d >= 0 { // offset <= offset2 + d
		y.plus = uint64(d)
	} else {
		x.plus = uint64(-d)
	}
	atMost(buf.w[:], r.st, x, y)
	for i := range buf.w[:r.st] {
		buf.w[i] &= has.w[i]
	}
	return r.settle(buf)
}

func (r *runner) settleAligned(buf *buffer) set {
	clear(buf.w[r.words:r.st])
	return r.settle(buf)
}

// both returns the rows of two dense blocks that have both values.
func (r *runner) both(b, b2 *block, c, c2 *ints) (out buffer) {
	out.w = r.ones.w
	if b.form == partial {
		for i, p := range c.presence(b, r.st) {
			out.w[i] &= p
		}
	}
	if b2.form == partial {
		for i, p := range c2.presence(b2, r.st) {
			out.w[i] &= p
		}
	}
	return out
}

// pairList compares row by row where at least one side is a list.
func (r *runner) pairList(buf *buffer, c, c2 *ints, n int64) set {
	buf.empty()
	var p, q buffer
	s := r.inRange(&p, c, math.MinInt32, math.MaxInt32)
	t := r.inRange(&q, c2, math.MinInt32, math.MaxInt32)
	var x, y cursor
	x.open(c, r.blk, r.words)
	y.open(c2, r.blk, r.words)
	for l := s.live & t.live; l != 0; l &= l - 1 {
		w := bits.TrailingZeros64(l) & 63
		for v := s.w[w] & t.w[w]; v != 0; v &= v - 1 {
			row := w<<6 | bits.TrailingZeros64(v)
			if int64(x.at(row))-int64(y.at(row)) <= n {
				buf.add(uint16(row))
			}
		}
	}
	return buf.set()
}
