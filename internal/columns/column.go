package columns

import (
	"math/bits"
	"slices"
)

// quad is the unit that kernels work on: four words of 64 rows, as many as fit the registers
// of a loop.
type quad [4]uint64

// A block is up to 64 quads, so that one word can say which of them hold a bit.
const (
	quadRows   = 256
	blockQuads = 64
	blockRows  = blockQuads * quadRows
	blockWords = blockQuads * 4
)

// quadsOf returns the number of quads that n rows fill.
func quadsOf(rows int) int { return (rows + quadRows - 1) / quadRows }

// blocksOf returns the number of blocks of n rows.
func blocksOf(rows int) int { return (rows + blockRows - 1) / blockRows }

// rowsOf returns the number of rows of block i of n rows.
func rowsOf(rows, i int) int { return min(rows-i*blockRows, blockRows) }

// put adds a row to a bitmap.
func put(bitmap []quad, row int) { bitmap[row>>8][row>>6&3] |= 1 << (row & 63) }

// form says how a block of a column is stored.
type form uint8

const (
	absent  form = iota // no row has a value
	full                // every row has one: bit slices
	partial             // presence bitmap, then bit slices
	sparse              // few rows have one: values in order, and their row numbers
	oneHot              // few different values: presence bitmap, then one bitmap for each value
	forms
)

// maxHot is the largest number of different codes for which a block keeps one bitmap each
// instead of bit slices: most conditions on a code then cost nothing at all.
const maxHot = 24

// ints is a column of 32-bit values where 0 in the ledger means "absent": days, counts,
// dictionary codes and flags.
type ints struct {
	blocks []block
	quads  []quad   // bitmaps and slices of all blocks
	shorts []uint16 // rows and values of all sparse blocks
}

// block describes one block of a column. Values are stored as offsets from base; all of
// them lie between base and top. Slices hold complements: the kernels then need no NOT.
type block struct {
	form        form
	width       uint8  // slices
	n           uint16 // sparse: number of values
	base, top   int32
	quads, half uint32 // where its data start in quads and in shorts
}

// span is the largest offset of the block.
func (b *block) span() uint32 { return uint32(int64(b.top) - int64(b.base)) }

// size returns how many quads and shorts the block takes when a bitmap is n quads long.
func (b *block) size(n int) (quads, shorts int) {
	switch b.form {
	case full:
		return int(b.width) * n, 0
	case partial:
		return (int(b.width) + 1) * n, 0
	case oneHot:
		return (int(b.span()) + 2) * n, 0
	case sparse:
		return 0, 2 * int(b.n)
	}
	return 0, 0
}

// slices returns the bit slices of a full or partial block; see kernel.go for their layout.
func (c *ints) slices(b *block, n int) []quad {
	from := int(b.quads)
	if b.form == partial {
		from += n
	}
	return c.quads[from : from+int(b.width)*n]
}

// presence returns the presence bitmap of a partial or one-hot block.
func (c *ints) presence(b *block, n int) []quad {
	return c.quads[b.quads : int(b.quads)+n : int(b.quads)+n]
}

// bitmap returns the rows of a one-hot block that have an offset.
func (c *ints) bitmap(b *block, n int, offset uint32) []quad {
	from := int(b.quads) + (int(offset)+1)*n
	return c.quads[from : from+n : from+n]
}

// entries returns offsets, in ascending order, and row numbers of a sparse block.
func (c *ints) entries(b *block) (offsets, rows []uint16) {
	n := uint32(b.n)
	return c.shorts[b.half : b.half+n : b.half+n], c.shorts[b.half+n : b.half+2*n : b.half+2*n]
}

// list returns the row numbers of a sparse block whose offset lies in [from, to].
func (c *ints) list(b *block, from, to uint32) []uint16 {
	offsets, rows := c.entries(b)
	lo := 0
	if from > 0 {
		lo, _ = slices.BinarySearch(offsets, uint16(from))
	}
	hi := len(offsets)
	if to < b.span() {
		hi, _ = slices.BinarySearch(offsets, uint16(to+1))
	}
	return rows[lo:hi]
}

// bytes returns the memory the column takes.
func (c *ints) bytes() int64 {
	return int64(len(c.quads))*32 + int64(len(c.shorts))*2 + int64(len(c.blocks))*20
}

// add appends a block of values, 0 for absent. floor is a base to prefer when it costs no
// more slices: days that share a base are compared with each other without an addition.
// Codes of dictionaries and flags may take the one-hot form.
func (c *ints) add(vals []int32, floor int32, codes bool) {
	lo, hi, n := extent(vals)
	b := block{quads: uint32(len(c.quads)), half: uint32(len(c.shorts))}
	if n == 0 {
		c.blocks = append(c.blocks, b)
		return
	}
	b.base, b.top = lo, hi
	b.width = uint8(bits.Len32(b.span()))
	switch {
	case isSparse(n, len(vals), b.width):
		b.form, b.n = sparse, uint16(n)
		c.addSparse(vals, lo)
	case codes && b.span() < maxHot:
		b.form = oneHot
		c.addHot(vals, &b)
	default:
		if wide := bits.Len64(uint64(int64(hi) - int64(floor))); floor != 0 && floor < lo && wide == int(b.width) {
			b.base = floor
		}
		b.form = partial
		if n == len(vals) {
			b.form = full
		}
		c.addDense(vals, &b)
	}
	c.blocks = append(c.blocks, b)
}

// isSparse decides for the list form: it wins in time and takes at most half of the room
// of slices when fewer than (width+1)/64 of the rows have a value.
func isSparse(n, rows int, width uint8) bool { return width <= 16 && n*64 < rows*(int(width)+1) }

func extent(vals []int32) (lo, hi int32, n int) {
	for _, v := range vals {
		if v == 0 {
			continue
		}
		if n == 0 {
			lo, hi = v, v
		}
		lo, hi = min(lo, v), max(hi, v)
		n++
	}
	return lo, hi, n
}

func (c *ints) addSparse(vals []int32, base int32) {
	var list []uint32 // offset, row
	for row, v := range vals {
		if v != 0 {
			list = append(list, uint32(v-base)<<16|uint32(row))
		}
	}
	slices.Sort(list)
	for _, x := range list {
		c.shorts = append(c.shorts, uint16(x>>16))
	}
	for _, x := range list {
		c.shorts = append(c.shorts, uint16(x))
	}
}

// room appends the block's quads.
func (c *ints) room(b *block, rows int) (n int) {
	n = quadsOf(rows)
	quads, _ := b.size(n)
	c.quads = append(c.quads, make([]quad, quads)...)
	return n
}

func (c *ints) addHot(vals []int32, b *block) {
	n := c.room(b, len(vals))
	for row, v := range vals {
		if v != 0 {
			put(c.presence(b, n), row)
			put(c.bitmap(b, n, uint32(v-b.base)), row)
		}
	}
}

func (c *ints) addDense(vals []int32, b *block) {
	n := c.room(b, len(vals))
	slices := c.slices(b, n)
	for i := range slices {
		slices[i] = quad{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
	}
	for row, v := range vals {
		if v == 0 {
			continue
		}
		if b.form == partial {
			put(c.presence(b, n), row)
		}
		group := slices[row>>8*int(b.width):]
		for x := uint32(v - b.base); x != 0; x &= x - 1 {
			group[bits.TrailingZeros32(x)][row>>6&3] &^= 1 << (row & 63)
		}
	}
}

// cursor reads single values of one block of a column.
type cursor struct {
	base   int32
	width  int
	slices []quad
	vals   []int32 // by row, of a sparse block
}

// open puts the cursor on block i, which has n quads; room is for the values of a list. It
// must not be a one-hot block: codes have no arithmetic.
func (cu *cursor) open(c *ints, i, n int, room *[blockRows]int32) {
	b := &c.blocks[i]
	*cu = cursor{base: b.base, width: int(b.width)}
	switch b.form {
	case full, partial:
		cu.slices = c.slices(b, n)
	case sparse:
		offsets, rows := c.entries(b)
		for k, row := range rows {
			room[row&(blockRows-1)] = b.base + int32(offsets[k])
		}
		cu.vals = room[:]
	}
}

// at returns the value of a row that has one.
func (cu *cursor) at(row int) int32 {
	if cu.vals != nil {
		return cu.vals[row]
	}
	var x uint64
	group := cu.slices[row>>8*cu.width:][:cu.width]
	lane, shift := row>>6&3, uint(row&63)
	for i := range group {
		x |= ^group[i][lane] >> shift & 1 << i
	}
	return cu.base + int32(x)
}

// decode writes the values of block i into out, 0 where there is none.
func (c *ints) decode(i int, out []int32) {
	clear(out)
	b, n := &c.blocks[i], quadsOf(len(out))
	switch b.form {
	case sparse:
		offsets, rows := c.entries(b)
		for k, row := range rows {
			out[row] = b.base + int32(offsets[k])
		}
	case oneHot:
		for offset := uint32(0); offset <= b.span(); offset++ {
			eachRow(c.bitmap(b, n, offset), func(row int) { out[row] = b.base + int32(offset) })
		}
	case full, partial:
		c.decodeSlices(b, n, out)
	}
}

func (c *ints) decodeSlices(b *block, n int, out []int32) {
	slices, width := c.slices(b, n), int(b.width)
	has := func(int) bool { return true }
	if b.form == partial {
		bitmap := c.presence(b, n)
		has = func(row int) bool { return bitmap[row>>8][row>>6&3]>>(row&63)&1 != 0 }
	}
	for row := range out {
		if !has(row) {
			continue
		}
		var x uint64
		group := slices[row>>8*width:][:width]
		for k := range group {
			x |= ^group[k][row>>6&3] >> (row & 63) & 1 << k
		}
		out[row] = b.base + int32(x)
	}
}

// eachRow calls do for every row of a bitmap, in order.
func eachRow(bitmap []quad, do func(row int)) {
	for q := range bitmap {
		for lane, v := range &bitmap[q] {
			for ; v != 0; v &= v - 1 {
				do(q<<8 | lane<<6 | bits.TrailingZeros64(v))
			}
		}
	}
}

// money is a column of amounts in cents: row numbers and values, block by block.
type money struct {
	starts []uint32 // first entry of each block, and the number of entries
	rows   []uint16
	cents  []int64
}

func (m *money) bytes() int64 {
	return int64(len(m.starts))*4 + int64(len(m.rows))*2 + int64(len(m.cents))*8
}

// block returns the entries of block i.
func (m *money) block(i int) (rows []uint16, cents []int64) {
	from, to := m.starts[i], m.starts[i+1]
	return m.rows[from:to], m.cents[from:to]
}
