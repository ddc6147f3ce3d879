package columns

import "math/bits"

// The kernels work on bit slices. Words come in groups of four, as many as fit a loop's
// registers, and the slices of one group lie side by side, so that a kernel reads memory
// from front to back: word w of slice i is at slices[(w/4*width+i)*4+w%4]. Bit r of it is the
// complement of bit i of the offset of row r.

// upTo sets dst to the rows whose offset is at most c, where c < 1<<width - 1.
// From the lowest bit up: where c has 1, a row with 0 is below; where c has 0, a row with 1
// is above; else the lower bits decide.
func upTo(dst, slices []uint64, width int, c uint32) {
	first := bits.TrailingZeros32(^c) // lower slices cannot decide
	for w, at := 0, 0; w < len(dst); w, at = w+4, at+4*width {
		group := slices[at : at+4*width]
		p := (*[4]uint64)(group[4*first:])
		r0, r1, r2, r3 := p[0], p[1], p[2], p[3]
		for i := first + 1; i < width; i++ {
			p = (*[4]uint64)(group[4*i:])
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
func above(dst, slices []uint64, width int, c uint32) {
	upTo(dst, slices, width, c)
	for i := range dst {
		dst[i] = ^dst[i]
	}
}

// between sets dst to the rows whose offset is more than c and at most d, where
// c < d < 1<<width. The bits above the highest one in which c and d differ must be those of
// d; at that bit the two comparisons part, and below it they run side by side.
func between(dst, slices []uint64, width int, c, d uint32) {
	split := bits.Len32(c^d) - 1
	for w, at := 0, 0; w < len(dst); w, at = w+4, at+4*width {
		group := slices[at : at+4*width]
		a0, a1, a2, a3 := ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0) // at most d
		b0, b1, b2, b3 := a0, a1, a2, a3                                 // at most c
		for i := 0; i < split; i++ {
			p := (*[4]uint64)(group[4*i:])
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
		}
		p := (*[4]uint64)(group[4*split:])
		a0, a1, a2, a3 = a0&^p[0]|p[0]&^b0, a1&^p[1]|p[1]&^b1, a2&^p[2]|p[2]&^b2, a3&^p[3]|p[3]&^b3
		b0, b1, b2, b3 = 0, 0, 0, 0 // now the rows that have 0 where d has 1
		for i := split + 1; i < width; i++ {
			p = (*[4]uint64)(group[4*i:])
			if d>>i&1 != 0 {
				b0, b1, b2, b3 = b0|p[0], b1|p[1], b2|p[2], b3|p[3]
			} else {
				a0, a1, a2, a3 = a0&p[0], a1&p[1], a2&p[2], a3&p[3]
			}
		}
		o := (*[4]uint64)(dst[w:])
		o[0], o[1], o[2], o[3] = a0&^b0, a1&^b1, a2&^b2, a3&^b3
	}
}

// union sets dst to the union of bitmaps.
func union(dst []uint64, bitmaps [][]uint64) {
	for w := 0; w < len(dst); w += 4 {
		var r0, r1, r2, r3 uint64
		for _, b := range bitmaps {
			p := (*[4]uint64)(b[w:])
			r0, r1, r2, r3 = r0|p[0], r1|p[1], r2|p[2], r3|p[3]
		}
		d := (*[4]uint64)(dst[w:])
		d[0], d[1], d[2], d[3] = r0, r1, r2, r3
	}
}

// inRange sets dst to the rows whose offset lies in [lo, hi], for offsets up to top, where
// lo <= hi and not all of [0, top] is asked for.
func inRange(dst, slices []uint64, width int, lo, hi, top uint32) {
	switch {
	case lo == 0:
		upTo(dst, slices, width, hi)
	case hi >= top:
		above(dst, slices, width, lo-1)
	default:
		between(dst, slices, width, lo-1, hi)
	}
}

// operand is one side of a comparison between two sliced columns: offset plus a constant.
type operand struct {
	slices []uint64
	width  int
	plus   uint64
}

// at returns bit i of the offsets of word w.
func (o *operand) at(i, w int) uint64 { return ^o.slices[(w>>2*o.width+i)<<2+w&3] }

// atMost sets dst to the rows where a <= b.
func atMost(dst []uint64, a, b operand) {
	if a.plus == 0 && b.plus == 0 {
		atMostAligned(dst, a, b)
		return
	}
	width := max(bits.Len64(1<<a.width-1+a.plus), bits.Len64(1<<b.width-1+b.plus))
	for w := range dst {
		r := ^uint64(0)
		var ca, cb uint64
		for i := 0; i < width; i++ {
			var x, y uint64
			x, ca = a.sum(i, w, ca)
			y, cb = b.sum(i, w, cb)
			r = y&^x | r&^(x^y)
		}
		dst[w] = r
	}
}

// sum returns bit i of offset plus constant in word w, and the carry into bit i+1.
func (o *operand) sum(i, w int, carry uint64) (sum, out uint64) {
	var x uint64
	if i < o.width {
		x = o.at(i, w)
	}
	k := -(o.plus >> i & 1)
	return x ^ k ^ carry, x&k | carry&(x|k)
}

// atMostAligned compares offsets as they are. Where bits differ, a has 0 in it exactly when
// its complement p is 1; where they do not, the lower bits decide: r stays.
func atMostAligned(dst []uint64, a, b operand) {
	both := min(a.width, b.width)
	for w := 0; w < len(dst); w += 4 {
		x, y := a.slices[w*a.width:(w+4)*a.width], b.slices[w*b.width:(w+4)*b.width]
		r0, r1, r2, r3 := ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)
		for i := 0; i < both; i++ {
			p, q := (*[4]uint64)(x[4*i:]), (*[4]uint64)(y[4*i:])
			r0 ^= (r0 ^ p[0]) & (p[0] ^ q[0])
			r1 ^= (r1 ^ p[1]) & (p[1] ^ q[1])
			r2 ^= (r2 ^ p[2]) & (p[2] ^ q[2])
			r3 ^= (r3 ^ p[3]) & (p[3] ^ q[3])
		}
		for i := both; i < a.width; i++ {
			p := (*[4]uint64)(x[4*i:])
			r0, r1, r2, r3 = r0&p[0], r1&p[1], r2&p[2], r3&p[3]
		}
		for i := both; i < b.width; i++ {
			q := (*[4]uint64)(y[4*i:])
			r0, r1, r2, r3 = r0|^q[0], r1|^q[1], r2|^q[2], r3|^q[3]
		}
		d := (*[4]uint64)(dst[w:])
		d[0], d[1], d[2], d[3] = r0, r1, r2, r3
	}
}
