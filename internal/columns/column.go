package columns

import "math/bits"

// A block is 64 words of 64 rows.
const (
	blockWords = 64
	blockRows  = blockWords * 64
)

// form says how a block of a column is stored.
type form uint8

const (
	absent  form = iota // no row has a value
	full                // every row has one: bit slices
	partial             // presence bitmap, then bit slices
	sparse              // few rows have one: row numbers and values
	oneHot              // few different values: presence bitmap, then one bitmap for each value
	forms
)

// ints is a column of 32-bit values where 0 in the ledger means "absent": days, counts,
// dictionary codes and flags.
type ints struct {
	blocks []block
	words  []uint64 // bitmaps and slices of all blocks
	shorts []uint16 // rows and values of all sparse blocks
}

// block describes one block of a column. Values are stored as offsets from base; all of
// them lie between base and top. Slices hold complements: the kernels then need no NOT.
type block struct {
	form        form
	width       uint8  // slices
	n           uint16 // sparse: number of values
	base, top   int32
	words, half uint32 // where its data start in words and in shorts
}

// span is the largest offset of the block.
func (b *block) span() uint32 { return uint32(int64(b.top) - int64(b.base)) }

// stride is the length of one slice of a block with the given number of words: a multiple
// of four, so that kernels run in steps of four words.
func stride(words int) int { return (words + 3) &^ 3 }

// wordsOf returns how many words the rows of block i of n rows fill.
func wordsOf(rows, i int) int { return (min(rows-i*blockRows, blockRows) + 63) / 64 }

// blocksOf returns the number of blocks of n rows.
func blocksOf(rows int) int { return (rows + blockRows - 1) / blockRows }

// size returns how many words and shorts the block takes when a slice is st words long.
func (b *block) size(st int) (words, shorts int) {
	switch b.form {
	case full:
		return int(b.width) * st, 0
	case partial:
		return (int(b.width) + 1) * st, 0
	case oneHot:
		return (int(b.span()) + 2) * st, 0
	case sparse:
		return 0, 2 * int(b.n)
	}
	return 0, 0
}

// slices returns the bit slices of a full or partial block; see kernel.go for their layout.
func (c *ints) slices(b *block, st int) []uint64 {
	from := int(b.words)
	if b.form == partial {
		from += st
	}
	return c.words[from : from+int(b.width)*st]
}

// bitmap returns the rows of a one-hot block that have an offset.
func (c *ints) bitmap(b *block, st int, offset uint32) []uint64 {
	from := int(b.words) + (int(offset)+1)*st
	return c.words[from : from+st : from+st]
}

// sliceAt returns where word w of slice 0 lies; that of slice i is 4*i words on.
func sliceAt(w, width int) int { return w>>2*4*width + w&3 }

// presence returns the presence bitmap of a partial or one-hot block.
func (c *ints) presence(b *block, st int) []uint64 {
	return c.words[b.words : int(b.words)+st : int(b.words)+st]
}

// entries returns row numbers and offsets of a sparse block.
func (c *ints) entries(b *block) (rows, offsets []uint16) {
	n := uint32(b.n)
	return c.shorts[b.half : b.half+n : b.half+n], c.shorts[b.half+n : b.half+2*n : b.half+2*n]
}

// bytes returns the memory the column takes.
func (c *ints) bytes() int64 {
	return int64(len(c.words))*8 + int64(len(c.shorts))*2 + int64(len(c.blocks))*20
}

// maxHot is the largest number of different codes for which a block keeps one bitmap each
// instead of bit slices: most conditions on a code then cost nothing at all.
const maxHot = 24

// add appends a block of values, 0 for absent. floor is a base to prefer when it costs no
// more slices: days that share a base are compared with each other without an addition.
// Codes of dictionaries and flags may take the one-hot form.
func (c *ints) add(vals []int32, floor int32, codes bool) {
	lo, hi, n := extent(vals)
	b := block{words: uint32(len(c.words)), half: uint32(len(c.shorts))}
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
	for row, v := range vals {
		if v != 0 {
			c.shorts = append(c.shorts, uint16(row))
		}
	}
	for _, v := range vals {
		if v != 0 {
			c.shorts = append(c.shorts, uint16(v-base))
		}
	}
}

func (c *ints) addHot(vals []int32, b *block) {
	st := stride((len(vals) + 63) / 64)
	words, _ := b.size(st)
	at := len(c.words)
	c.words = append(c.words, make([]uint64, words)...)
	for row, v := range vals {
		if v != 0 {
			c.words[at+row>>6] |= 1 << (row & 63)
			c.words[at+(int(v-b.base)+1)*st+row>>6] |= 1 << (row & 63)
		}
	}
}

func (c *ints) addDense(vals []int32, b *block) {
	st := stride((len(vals) + 63) / 64)
	words, _ := b.size(st)
	at := len(c.words)
	c.words = append(c.words, make([]uint64, words)...)
	if b.form == partial {
		for row, v := range vals {
			if v != 0 {
				c.words[at+row>>6] |= 1 << (row & 63)
			}
		}
	}
	slices, width := c.slices(b, st), int(b.width)
	for i := range slices {
		slices[i] = ^uint64(0)
	}
	for row, v := range vals {
		if v == 0 {
			continue
		}
		for x := uint32(v - b.base); x != 0; x &= x - 1 {
			slices[sliceAt(row>>6, width)+4*bits.TrailingZeros32(x)] &^= 1 << (row & 63)
		}
	}
}

// cursor reads single values of one block of a column, in ascending order of rows.
type cursor struct {
	base          int32
	width         int
	slices        []uint64
	rows, offsets []uint16
	next          int
}

// open puts the cursor at the start of block i.
func (cu *cursor) open(c *ints, i, words int) {
	b := &c.blocks[i]
	*cu = cursor{base: b.base, width: int(b.width)}
	switch b.form {
	case full, partial:
		cu.slices = c.slices(b, stride(words))
	case sparse:
		cu.rows, cu.offsets = c.entries(b)
	}
}

// at returns the value of a row that has one; rows must not go down between calls.
func (cu *cursor) at(row int) int32 {
	if cu.rows != nil {
		for int(cu.rows[cu.next]) < row {
			cu.next++
		}
		return cu.base + int32(cu.offsets[cu.next])
	}
	var x uint64
	at, shift := sliceAt(row>>6, cu.width), uint(row&63)
	for i := 4 * (cu.width - 1); i >= 0; i -= 4 {
		x = x<<1 | ^cu.slices[at+i]>>shift&1
	}
	return cu.base + int32(x)
}

// decode writes the values of block i into out, 0 where there is none.
func (c *ints) decode(i, words int, out []int32) {
	clear(out)
	b := &c.blocks[i]
	if b.form == absent {
		return
	}
	if b.form == sparse {
		rows, offsets := c.entries(b)
		for k, row := range rows {
			out[row] = b.base + int32(offsets[k])
		}
		return
	}
	st := stride(words)
	if b.form == oneHot {
		for offset := uint32(0); offset <= b.span(); offset++ {
			for w, x := range c.bitmap(b, st, offset) {
				for ; x != 0; x &= x - 1 {
					out[w<<6|bits.TrailingZeros64(x)] = b.base + int32(offset)
				}
			}
		}
		return
	}
	slices := c.slices(b, st)
	for w := 0; w < words; w++ {
		group := out[w*64 : min(w*64+64, len(out))]
		for s := 0; s < int(b.width); s++ {
			for x := ^slices[sliceAt(w, int(b.width))+4*s]; x != 0; x &= x - 1 {
				if row := bits.TrailingZeros64(x); row < len(group) {
					group[row] |= 1 << s
				}
			}
		}
		has := ^uint64(0)
		if b.form == partial {
			has = c.words[int(b.words)+w]
		}
		for row := range group {
			if has>>row&1 != 0 {
				group[row] += b.base
			} else {
				group[row] = 0
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
