package columns

import "math/bits"

// The kernels work on bit slices. The slices of one quad of rows lie side by side, so that a
// kernel reads memory from front to back: quad g of slice i is slices[g*width+i]. A bit of it
// is the complement of bit i of the offset of a row.

// upTo sets dst to the rows whose offset is at most c, where c < 1<<width - 1.
// From the lowest bit up: where c has 1, a row with 0 is below; where c has 0, a row with 1
// is above; else the lower bits decide.
func upTo(dst, slices []quad, width int, c uint32) {
	first := bits.TrailingZeros32(^c) // lower slices cannot decide
	for g := range dst {
		group := slices[g*width:][first:width]
		r0, r1, r2, r3 := group[0][0], group[0][1], group[0][2], group[0][3]
		k := c >> first
		for i := 1; i < len(group); i++ {
			p := &group[i]
			if k >>= 1; k&1 != 0 {
				r0 |= p[0]
				r1 |= p[1]
				r2 |= p[2]
				r3 |= p[3]
			} else {
				r0 &= p[0]
				r1 &= p[1]
				r2 &= p[2]
				r3 &= p[3]
			}
		}
		d := &dst[g]
		d[0], d[1], d[2], d[3] = r0, r1, r2, r3
	}
}

// above sets dst to the rows whose offset is more than c, where c < 1<<width - 1.
func above(dst, slices []quad, width int, c uint32) {
	upTo(dst, slices, width, c)
	for g := range dst {
		d := &dst[g]
		d[0], d[1], d[2], d[3] = ^d[0], ^d[1], ^d[2], ^d[3]
	}
}

// between sets dst to the rows whose offset is more than c and at most d, where
// c < d < 1<<width. The bits above the highest one in which c and d differ must be those of
// d; below it, the comparison with d goes for rows with 1 in it, that with c for the others.
func between(dst, slices []quad, width int, c, d uint32) {
	split := bits.Len32(c^d) - 1
	for g := range dst {
		group := slices[g*width:][:width]
		a0, a1, a2, a3 := ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0) // at most d
		k := d
		for i := range group[:split] {
			p := &group[i]
			if k&1 != 0 {
				a0 |= p[0]
				a1 |= p[1]
				a2 |= p[2]
				a3 |= p[3]
			} else {
				a0 &= p[0]
				a1 &= p[1]
				a2 &= p[2]
				a3 &= p[3]
			}
			k >>= 1
		}
		b0, b1, b2, b3 := ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0) // at most c
		k = c
		for i := range group[:split] {
			p := &group[i]
			if k&1 != 0 {
				b0 |= p[0]
				b1 |= p[1]
				b2 |= p[2]
				b3 |= p[3]
			} else {
				b0 &= p[0]
				b1 &= p[1]
				b2 &= p[2]
				b3 &= p[3]
			}
			k >>= 1
		}
		p := &group[split]
		a0 = a0&^p[0] | p[0]&^b0
		a1 = a1&^p[1] | p[1]&^b1
		a2 = a2&^p[2] | p[2]&^b2
		a3 = a3&^p[3] | p[3]&^b3
		b0, b1, b2, b3 = 0, 0, 0, 0 // now the rows that have 0 where d has 1
		k = d >> (split + 1)
		high := group[split+1:]
		for i := range high {
			p := &high[i]
			if k&1 != 0 {
				b0 |= p[0]
				b1 |= p[1]
				b2 |= p[2]
				b3 |= p[3]
			} else {
				a0 &= p[0]
				a1 &= p[1]
				a2 &= p[2]
				a3 &= p[3]
			}
			k >>= 1
		}
		o := &dst[g]
		o[0], o[1], o[2], o[3] = a0&^b0, a1&^b1, a2&^b2, a3&^b3
	}
}

// inRange sets dst to the rows whose offset lies in [lo, hi], for offsets up to top, where
// lo <= hi and not all of [0, top] is asked for.
func inRange(dst, slices []quad, width int, lo, hi, top uint32) {
	switch {
	case lo == 0:
		upTo(dst, slices, width, hi)
	case hi >= top:
		above(dst, slices, width, lo-1)
	default:
		between(dst, slices, width, lo-1, hi)
	}
}

// union adds a bitmap to dst.
func union(dst, bitmap []quad) {
	bitmap = bitmap[:len(dst)]
	for i := range dst {
		d, p := &dst[i], &bitmap[i]
		d[0] |= p[0]
		d[1] |= p[1]
		d[2] |= p[2]
		d[3] |= p[3]
	}
}

// unite sets dst to the rows of two bitmaps.
func unite(dst, a, b []quad) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		d, p, q := &dst[i], &a[i], &b[i]
		d[0], d[1], d[2], d[3] = p[0]|q[0], p[1]|q[1], p[2]|q[2], p[3]|q[3]
	}
}

// operand is one side of a comparison between two sliced columns: offset plus a constant.
type operand struct {
	slices []quad
	width  int
	plus   uint64
}

// atMost sets dst to the rows where a <= b.
func atMost(dst []quad, a, b operand) {
	if a.plus == 0 && b.plus == 0 {
		atMostAligned(dst, a, b)
		return
	}
	width := max(bits.Len64(1<<a.width-1+a.plus), bits.Len64(1<<b.width-1+b.plus))
	for g := range dst {
		x, y := a.slices[g*a.width:][:a.width], b.slices[g*b.width:][:b.width]
		for lane := range 4 {
			r := ^uint64(0)
			var ca, cb uint64
			for i := range width {
				var p, q uint64
				p, ca = sum(x, i, lane, a.plus, ca)
				q, cb = sum(y, i, lane, b.plus, cb)
				r = q&^p | r&^(p^q)
			}
			dst[g][lane] = r
		}
	}
}

// sum returns bit i of offset plus constant, and the carry into bit i+1.
func sum(group []quad, i, lane int, plus, carry uint64) (bit, out uint64) {
	var x uint64
	if i < len(group) {
		x = ^group[i][lane]
	}
	k := -(plus >> i & 1)
	return x ^ k ^ carry, x&k | carry&(x|k)
}

// atMostAligned compares offsets as they are. Where bits differ, a has 0 in it exactly when
// its complement p is 1; where they do not, the lower bits decide: r stays.
func atMostAligned(dst []quad, a, b operand) {
	both := min(a.width, b.width)
	for g := range dst {
		x, y := a.slices[g*a.width:][:a.width], b.slices[g*b.width:][:b.width]
		r0, r1, r2, r3 := ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)
		xs := x[:both]
		ys := y[:len(xs)]
		for i := range xs {
			p, q := &xs[i], &ys[i]
			r0 ^= (r0 ^ p[0]) & (p[0] ^ q[0])
			r1 ^= (r1 ^ p[1]) & (p[1] ^ q[1])
			r2 ^= (r2 ^ p[2]) & (p[2] ^ q[2])
			r3 ^= (r3 ^ p[3]) & (p[3] ^ q[3])
		}
		for _, p := range x[both:] {
			r0, r1, r2, r3 = r0&p[0], r1&p[1], r2&p[2], r3&p[3]
		}
		for _, q := range y[both:] {
			r0, r1, r2, r3 = r0|^q[0], r1|^q[1], r2|^q[2], r3|^q[3]
		}
		d := &dst[g]
		d[0], d[1], d[2], d[3] = r0, r1, r2, r3
	}
}
