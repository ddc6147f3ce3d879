package columns

import "math/bits"

// set is a set of rows of one block. Quads outside live are zero; quads inside may be. A set
// may lie in a buffer or in a column: it must not be written to.
type set struct {
	live uint64 // bit i: quad i
	q    []quad
	all  bool // every row of the block
	own  bool // lies in a buffer
}

// buffer is the room of one set. dirty holds every quad that may not be zero.
type buffer struct {
	dirty uint64
	q     [blockQuads]quad
}

// low returns a mask of the n lowest bits.
func low(n int) uint64 { return 1<<n - 1 }

// empty clears the buffer: the start of every writer that sets single bits.
func (b *buffer) empty() {
	for d := b.dirty; d != 0; d &= d - 1 {
		b.q[bits.TrailingZeros64(d)&63] = quad{}
	}
	b.dirty = 0
}

// add puts one row into a buffer that was emptied before.
func (b *buffer) add(row uint16) {
	q := row >> 8 & (blockQuads - 1)
	b.dirty |= 1 << q
	b.q[q][row>>6&3] |= 1 << (row & 63)
}

// fill puts the rows from..to-1 into a buffer that was emptied before.
func (b *buffer) fill(from, to int) {
	for w := from >> 6; w<<6 < to; w++ {
		mask := low(min(to-w<<6, 64)) &^ low(max(from-w<<6, 0))
		b.q[w>>2][w&3] |= mask
		b.dirty |= 1 << (w >> 2)
	}
}

// set returns what single writes left.
func (b *buffer) set() set { return set{live: b.dirty, q: b.q[:], own: true} }

// written returns the set after a kernel wrote the first n quads; live narrows those that
// are not zero where the caller knows better.
func (b *buffer) written(n int, live uint64) set {
	b.dirty = b.dirty&^low(n) | live
	return set{live: live, q: b.q[:], own: true}
}

// few reports whether so few of n quads are live that visiting them one by one is cheaper
// than a loop over all.
func few(live uint64, n int) bool { return bits.OnesCount64(live)*2 < n }

// and, andNot and or combine two sets into b; n is the number of quads of the block.
func (b *buffer) and(x, y *set, n int) set {
	live := x.live & y.live
	if !few(live, n) {
		d := b.q[:n]
		p, q := x.q[:len(d)], y.q[:len(d)]
		for i := range d {
			d, p, q := &d[i], &p[i], &q[i]
			d[0], d[1], d[2], d[3] = p[0]&q[0], p[1]&q[1], p[2]&q[2], p[3]&q[3]
		}
		return b.written(n, live)
	}
	b.empty()
	for l := live; l != 0; l &= l - 1 {
		i := bits.TrailingZeros64(l)
		d, p, q := &b.q[i&63], &x.q[i], &y.q[i]
		d[0], d[1], d[2], d[3] = p[0]&q[0], p[1]&q[1], p[2]&q[2], p[3]&q[3]
		if d[0]|d[1]|d[2]|d[3] == 0 {
			live &^= 1 << i
		}
	}
	b.dirty = live
	return set{live: live, q: b.q[:], own: true}
}

func (b *buffer) andNot(x, y *set, n int) set {
	live := x.live
	if !few(live, n) {
		d := b.q[:n]
		p, q := x.q[:len(d)], y.q[:len(d)]
		for i := range d {
			d, p, q := &d[i], &p[i], &q[i]
			d[0], d[1], d[2], d[3] = p[0]&^q[0], p[1]&^q[1], p[2]&^q[2], p[3]&^q[3]
		}
		return b.written(n, live)
	}
	b.empty()
	for l := live; l != 0; l &= l - 1 {
		i := bits.TrailingZeros64(l)
		d, p, q := &b.q[i&63], &x.q[i], &y.q[i]
		d[0], d[1], d[2], d[3] = p[0]&^q[0], p[1]&^q[1], p[2]&^q[2], p[3]&^q[3]
		if d[0]|d[1]|d[2]|d[3] == 0 {
			live &^= 1 << i
		}
	}
	b.dirty = live
	return set{live: live, q: b.q[:], own: true}
}

func (b *buffer) or(x, y *set, n int) set {
	live := x.live | y.live
	if !few(live, n) {
		unite(b.q[:n], x.q, y.q)
		return b.written(n, live)
	}
	b.empty()
	for l := live; l != 0; l &= l - 1 {
		i := bits.TrailingZeros64(l)
		d, p, q := &b.q[i&63], &x.q[i], &y.q[i]
		d[0], d[1], d[2], d[3] = p[0]|q[0], p[1]|q[1], p[2]|q[2], p[3]|q[3]
	}
	b.dirty = live
	return set{live: live, q: b.q[:], own: true}
}

// count returns the number of rows in the set.
func (s *set) count(n int) int {
	rows := 0
	if few(s.live, n) {
		for l := s.live; l != 0; l &= l - 1 {
			rows += ones(&s.q[bits.TrailingZeros64(l)])
		}
		return rows
	}
	q := s.q[:n]
	for i := range q {
		rows += ones(&q[i])
	}
	return rows
}

func ones(q *quad) int {
	return bits.OnesCount64(q[0]) + bits.OnesCount64(q[1]) + bits.OnesCount64(q[2]) + bits.OnesCount64(q[3])
}

// countAnd returns the number of rows in both sets.
func countAnd(x, y *set, n int) int {
	rows := 0
	if live := x.live & y.live; few(live, n) {
		for l := live; l != 0; l &= l - 1 {
			i := bits.TrailingZeros64(l)
			rows += onesAnd(&x.q[i], &y.q[i])
		}
		return rows
	}
	p := x.q[:n]
	q := y.q[:len(p)]
	for i := range p {
		rows += onesAnd(&p[i], &q[i])
	}
	return rows
}

func onesAnd(p, q *quad) int {
	return bits.OnesCount64(p[0]&q[0]) + bits.OnesCount64(p[1]&q[1]) +
		bits.OnesCount64(p[2]&q[2]) + bits.OnesCount64(p[3]&q[3])
}
