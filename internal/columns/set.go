package columns

import "math/bits"

// set is a set of rows of one block. Words outside live are zero; words inside may be. A set
// may lie in a buffer or in a column: it must not be written to. It has room for a multiple
// of four words; those beyond the block are zero or belong to nobody.
type set struct {
	live uint64
	w    []uint64
	all  bool // every row of the block
}

// buffer is the room of one set. dirty holds every word that may not be zero.
type buffer struct {
	dirty uint64
	w     [blockWords]uint64
}

// low returns a mask of the n lowest bits.
func low(n int) uint64 { return 1<<n - 1 }

// empty clears the buffer: the start of every writer that sets single bits.
func (b *buffer) empty() {
	for d := b.dirty; d != 0; d &= d - 1 {
		b.w[bits.TrailingZeros64(d)&63] = 0
	}
	b.dirty = 0
}

// add puts one row into a buffer that was emptied before.
func (b *buffer) add(row uint16) {
	b.dirty |= 1 << (row >> 6 & 63)
	b.w[row>>6&63] |= 1 << (row & 63)
}

// fill puts the rows from..to-1 into a buffer that was emptied before.
func (b *buffer) fill(from, to int) {
	if from >= to {
		return
	}
	first, last := from>>6, (to-1)>>6
	head, tail := ^uint64(0)<<(from&63), ^uint64(0)>>(63-(to-1)&63)
	b.dirty |= low(last+1) &^ low(first)
	if first == last {
		b.w[first] |= head & tail
		return
	}
	b.w[first] |= head
	for i := first + 1; i < last; i++ {
		b.w[i] = ^uint64(0)
	}
	b.w[last] |= tail
}

// set returns what single writes left.
func (b *buffer) set() set { return set{live: b.dirty, w: b.w[:]} }

// written returns the set after a kernel wrote the first words words, which all may be
// non-zero; live narrows that where the caller knows better and the rest is zero.
func (b *buffer) written(words int, live uint64) set {
	b.dirty = b.dirty&^low(words) | live
	return set{live: live, w: b.w[:]}
}

// few reports whether so few words are live that visiting them one by one is cheaper than
// a loop over all words of the block.
func few(live uint64, words int) bool { return bits.OnesCount64(live)*3 < words }

// and, andNot and or combine two sets into b; words is the length of the block.
func (b *buffer) and(x, y *set, words int) set {
	live := x.live & y.live
	if !few(live, words) {
		for i := 0; i < words; i += 4 {
			d, p, q := (*[4]uint64)(b.w[i:]), (*[4]uint64)(x.w[i:]), (*[4]uint64)(y.w[i:])
			d[0], d[1], d[2], d[3] = p[0]&q[0], p[1]&q[1], p[2]&q[2], p[3]&q[3]
		}
		return b.written(words, live)
	}
	b.empty()
	for l := live; l != 0; l &= l - 1 {
		i := bits.TrailingZeros64(l)
		v := x.w[i] & y.w[i]
		b.w[i] = v
		if v == 0 {
			live &^= 1 << i
		}
	}
	b.dirty = live
	return set{live: live, w: b.w[:]}
}

func (b *buffer) andNot(x, y *set, words int) set {
	live := x.live
	if !few(live, words) {
		for i := 0; i < words; i += 4 {
			d, p, q := (*[4]uint64)(b.w[i:]), (*[4]uint64)(x.w[i:]), (*[4]uint64)(y.w[i:])
			d[0], d[1], d[2], d[3] = p[0]&^q[0], p[1]&^q[1], p[2]&^q[2], p[3]&^q[3]
		}
		return b.written(words, live)
	}
	b.empty()
	for l := live; l != 0; l &= l - 1 {
		i := bits.TrailingZeros64(l)
		v := x.w[i] &^ y.w[i]
		b.w[i] = v
		if v == 0 {
			live &^= 1 << i
		}
	}
	b.dirty = live
	return set{live: live, w: b.w[:]}
}

func (b *buffer) or(x, y *set, words int) set {
	live := x.live | y.live
	if !few(live, words) {
		for i := 0; i < words; i += 4 {
			d, p, q := (*[4]uint64)(b.w[i:]), (*[4]uint64)(x.w[i:]), (*[4]uint64)(y.w[i:])
			d[0], d[1], d[2], d[3] = p[0]|q[0], p[1]|q[1], p[2]|q[2], p[3]|q[3]
		}
		return b.written(words, live)
	}
	b.empty()
	for l := live; l != 0; l &= l - 1 {
		i := bits.TrailingZeros64(l)
		b.w[i] = x.w[i] | y.w[i]
	}
	b.dirty = live
	return set{live: live, w: b.w[:]}
}

// count returns the number of rows in the set.
func (s *set) count(words int) int {
	n := 0
	if few(s.live, words) {
		for l := s.live; l != 0; l &= l - 1 {
			n += bits.OnesCount64(s.w[bits.TrailingZeros64(l)])
		}
		return n
	}
	for _, v := range s.w[:words] {
		n += bits.OnesCount64(v)
	}
	return n
}

// countAnd returns the number of rows in both sets.
func countAnd(x, y *set, words int) int {
	n := 0
	if live := x.live & y.live; few(live, words) {
		for l := live; l != 0; l &= l - 1 {
			i := bits.TrailingZeros64(l)
			n += bits.OnesCount64(x.w[i] & y.w[i])
		}
		return n
	}
	p := x.w[:words]
	q := y.w[:len(p)]
	for i, v := range p {
		n += bits.OnesCount64(v & q[i])
	}
	return n
}
