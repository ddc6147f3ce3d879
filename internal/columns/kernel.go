package columns

import "math/bits"

// The kernels work on bit slices: slice i of a block is st words at slices[i*st:], bit r of
// which is the complement of bit i of the offset of row r.

// upTo sets dst to the rows whose offset is at most c, where c < 1<<width - 1.
// From the lowest bit up: where c has 1, a row with 0 is below; where c has 0, a row with 1
// is above; else the lower bits decide.
func upTo(dst, slices []uint64, st, width int, c uint32) {
	first := bits.TrailingZeros32(^c) // lower slices cannot decide
	for w := 0; w < st; w += 4 {
		j := first*st + w
		p := (*[4]uint64)(slices[j:])
		r0, r1, r2, r3 := p[0], p[1], p[2], p[3]
		for i := first + 1; i < width; i++ {
			j += st
			p = (*[4]uint64)(slices[j:])
			if c>>i&1 != 0 {
				r0, r1, r2, r3 = r0|p[0], r1|p[1], r2|p[2], r3|p[3]
			} else {
				r0, r1, r2, r3 = r0&p[0], r1&p[1], r2&p[2], r3&p[3]
			}
		}
		d := (*[4]uint64)(dst[w:])
		d[0], d[1], d[2], d[3] = r0, r1, r2, r3
	}
}

// above sets dst to the rows whose offset is more than c, where c < 1<<width - 1.
func above(dst, slices []uint64, st, width int, c uint32) {
	upTo(dst, slices, st, width, c)
	for i := range dst[:st] {
		dst[i] = ^dst[i]
	}
}

// between sets dst to the rows whose offset is more than c and at most d, where
// c < d < 1<<width. The bits above the highest one in which c and d differ must be those of
// d; at that bit the two comparisons part, and below it they run side by side.
func between(dst, slices []uint64, st, width int, c, d uint32) {
	split := bits.Len32(c^d) - 1
	for w := 0; w < st; w += 4 {
		a0, a1, a2, a3 := ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0) // at most d
		b0, b1, b2, b3 := a0, a1, a2, a3                                 // at most c
		j := w
		for i := 0; i < split; i++ {
			p := (*[4]uint64)(slices[j:])
			if d>>i&1 != 0 {
				a0, a1, a2, a3 = a0|p[0], a1|p[1], a2|p[2], a3|p[3]
			} else {
				a0, a1, a2, a3 = a0&p[0], a1&p[1], a2&p[2], a3&p[3]
			}
			if c>>i&1 != 0 {
				b0, b1, b2, b3 = b0|p[0], b1|p[1], b2|p[2], b3|p[3]
			} else {
				b0, b1, b2, b3 = b0&p[0], b1&p[1], b2&p[2], b3&p[3]
			}
			j += st
		}
		p := (*[4]uint64)(slices[j:])
		a0 = p[0]&^b0 | a0&^p[0]
		a1 = p[1]&^b1 | a1&^p[1]
		a2 = p[2]&^b2 | a2&^p[2]
		a3 = p[3]&^b3 | a3&^p[3]
		for i := split + 1; i < width; i++ {
			j += st
			p = (*[4]uint64)(slices[j:])
			if d>>i&1 != 0 {
				a0, a1, a2, a3 = a0&^p[0], a1&^p[1], a2&^p[2], a3&^p[3]
			} else {
				a0, a1, a2, a3 = a0&p[0], a1&p[1], a2&p[2], a3&p[3]
			}
		}
		o := (*[4]uint64)(dst[w:])
		o[0], o[1], o[2], o[3] = a0, a1, a2, a3
	}
}

// inRange sets dst to the rows whose offset lies in [lo, hi], for offsets up to top, where
// lo <= hi and not all of [0, top] is asked for.
func inRange(dst, slices []uint64, st, width int, lo, hi, top uint32) {
	switch {
	case lo == 0:
		upTo(dst, slices, st, width, hi)
	case hi >= top:
		above(dst, slices, st, width, lo-1)
	default:
		between(dst, slices, st, width, lo-1, hi)
	}
}

// operand is one side of a comparison between two sliced columns: offset plus a constant.
type operand struct {
	slices []uint64
	width  int
	plus   uint64
}

// atMost sets dst to the rows where a <= b.
func atMost(dst []uint64, st int, a, b operand) {
	if a.plus == 0 && b.plus == 0 {
		atMostAligned(dst, st, a, b)
		return
	}
	width := max(bits.Len64(1<<a.width-1+a.plus), bits.Len64(1<<b.width-1+b.plus))
	for w := range dst[:st] {
		r := ^uint64(0)
		var ca, cb uint64
		for i := 0; i < width; i++ {
			var x, y uint64
			x, ca = a.bit(i, i*st+w, ca)
			y, cb = b.bit(i, i*st+w, cb)
			r = y&^x | r&^(x^y)
		}
		dst[w] = r
	}
}

// bit returns bit i of the sum and the carry into bit i+1; j is the word's place in slice i.
func (o *operand) bit(i, j int, carry uint64) (sum, out uint64) {
	var x uint64
	if i < o.width {
		x = ^o.slices[j]
	}
	k := -(o.plus >> i & 1)
	return x ^ k ^ carry, x&k | carry&(x|k)
}

func atMostAligned(dst []uint64, st int, a, b operand) {
	both := min(a.width, b.width)
	for w := 0; w < st; w += 2 {
		r0, r1 := ^uint64(0), ^uint64(0)
		j := w
		for i := 0; i < both; i++ {
			p, q := (*[2]uint64)(a.slices[j:]), (*[2]uint64)(b.slices[j:])
			r0 = p[0]&^q[0] | r0&^(p[0]^q[0])
			r1 = p[1]&^q[1] | r1&^(p[1]^q[1])
			j += st
		}
		for i := both; i < a.width; i++ {
			r0, r1 = r0&a.slices[j], r1&a.slices[j+1]
			j += st
		}
		for i := both; i < b.width; i++ {
			r0, r1 = r0|^b.slices[j], r1|^b.slices[j+1]
			j += st
		}
		dst[w], dst[w+1] = r0, r1
	}
}
