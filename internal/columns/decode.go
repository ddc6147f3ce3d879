package columns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"zhunsheng/internal/docket"
)

// errFormat is wrapped by every fault of a segment file.
var errFormat = errors.New("not a segment file of this version, or damaged")

func faulty(what string) error { return fmt.Errorf("%w: %s", errFormat, what) }

// reader takes values off a byte slice. After the first fault it returns zeros.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = faulty(what)
	}
	r.data = nil
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.data)) {
		r.fail("ends early")
		return nil
	}
	out := r.data[:n:n]
	r.data = r.data[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.fail("bad number")
		return 0
	}
	r.data = r.data[n:]
	return v
}

// count reads a number of things that take at least size bytes each.
func (r *reader) count(size int) int {
	n := r.uvarint()
	if n > uint64(len(r.data)/size) {
		r.fail("count beyond the end")
		return 0
	}
	return int(n)
}

func (r *reader) text() string { return string(r.take(uint64(r.count(1)))) }

func (r *reader) done() error {
	if r.err == nil && len(r.data) != 0 {
		r.fail("bytes after the end")
	}
	return r.err
}

func words[T uint16 | uint32 | int64](r *reader, size int) []T {
	n := r.count(size)
	if n == 0 {
		return nil
	}
	out := make([]T, n)
	if _, err := binary.Decode(r.take(uint64(n*size)), binary.LittleEndian, out); err != nil {
		r.fail("ends early")
	}
	return out
}

func quads(r *reader) []quad {
	n := r.count(32)
	if n == 0 {
		return nil
	}
	out := make([]quad, n)
	if _, err := binary.Decode(r.take(uint64(n*32)), binary.LittleEndian, out); err != nil {
		r.fail("ends early")
	}
	return out
}

// decode reads a segment file and checks everything that evaluation relies on, so that not
// even a file with right checksums and wrong contents can make it read out of bounds.
func decode(data []byte) (*segment, error) {
	s, sections, err := decodeHeader(data)
	if err != nil {
		return nil, err
	}
	for i := range sections {
		sec := &sections[i]
		if checksum(sec.data) != sec.sum {
			return nil, faulty("checksum of section " + string(sec.kind) + " " + sec.name)
		}
		if err := s.take(sec); err != nil {
			return nil, fmt.Errorf("section %c %s: %w", sec.kind, sec.name, err)
		}
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	s.pack()
	return s, nil
}

func decodeHeader(data []byte) (*segment, []section, error) {
	if len(data) < prefixSize || string(data[:len(magic)]) != magic {
		return nil, nil, faulty("magic")
	}
	if binary.LittleEndian.Uint32(data[len(magic):]) != version {
		return nil, nil, faulty("version")
	}
	end := uint64(prefixSize) + uint64(binary.LittleEndian.Uint32(data[len(magic)+4:]))
	if end+4 > uint64(len(data)) {
		return nil, nil, faulty("ends early")
	}
	if checksum(data[:end]) != binary.LittleEndian.Uint32(data[end:]) {
		return nil, nil, faulty("checksum of the header")
	}
	r := &reader{data: data[prefixSize:end]}
	epoch, rows := int64(r.uint64()), r.uint32()
	s := newSegment(r.text(), epoch)
	s.rows = int(rows)
	s.texts.sections = make([]textSection, len(docket.Fields))
	r.fields()
	sections := make([]section, 0, 64)
	offset := end + 4
	for range r.count(7) {
		sec := section{kind: r.byte(), name: r.text(), length: r.uvarint(), sum: r.uint32(), offset: int64(offset)}
		if sec.length > uint64(len(data))-offset {
			r.fail("section beyond the end")
			break
		}
		sec.data = data[offset : offset+sec.length]
		offset += sec.length
		sections = append(sections, sec)
	}
	if err := r.done(); err != nil {
		return nil, nil, err
	}
	if offset != uint64(len(data)) {
		return nil, nil, faulty("length of the file")
	}
	return s, sections, nil
}

// fields checks that the file was written for the ledger columns of this build.
func (r *reader) fields() {
	if r.count(3) != len(docket.Fields) {
		r.fail("other ledger columns")
		return
	}
	for i := range docket.Fields {
		f := &docket.Fields[i]
		if r.text() != f.Name || r.byte() != byte(f.Kind) || r.byte() != byte(storages[i]) {
			r.fail("other ledger columns")
		}
	}
}

// take reads one section into the segment.
func (s *segment) take(sec *section) error {
	r := &reader{data: sec.data}
	switch sec.kind {
	case sectionRuns:
		s.runs = runs{start: words[uint32](r, 4), division: words[uint32](r, 4), judge: words[uint32](r, 4), line: words[uint32](r, 4)}
		return r.done()
	case sectionIDs:
		s.ids = ids{base: int64(r.uint64()), small: words[uint32](r, 4), large: words[int64](r, 8)}
		return r.done()
	}
	i, ok := docket.FieldIndex(sec.name)
	if !ok {
		return faulty("unknown column")
	}
	switch st := storages[i]; {
	case sec.kind == sectionDict && (st == coded || st == byRun):
		s.dicts[i] = readDict(r)
	case sec.kind == sectionInts && (st == coded || st == plain || st == cold):
		s.ints[i] = s.readInts(r, st == coded || docket.Fields[i].Kind == docket.YesNo)
	case sec.kind == sectionMoney && st == amounts:
		s.money[i] = &money{starts: words[uint32](r, 4), rows: words[uint16](r, 2), cents: words[int64](r, 8)}
	case sec.kind == sectionTexts && st == cold:
		if !wellFormed(sec.data, s.rows) {
			return faulty("texts")
		}
		s.texts.sections[i] = textSection{data: sec.data, offset: sec.offset, length: len(sec.data), sum: sec.sum}
		return nil
	default:
		return faulty("wrong kind of section")
	}
	return r.done()
}

func readDict(r *reader) dict {
	d := make(dict, r.count(1))
	for i := range d {
		d[i] = r.text()
	}
	for i := 1; i < len(d); i++ {
		if d[i-1] >= d[i] {
			r.fail("dictionary out of order")
		}
	}
	if r.err == nil && (len(d) == 0 || d[0] != "") {
		r.fail("dictionary without the empty value")
	}
	return d
}

// readInts reads a column; the places of the blocks' data follow from their forms.
func (s *segment) readInts(r *reader, codes bool) *ints {
	c := &ints{blocks: make([]block, r.count(12))}
	if len(c.blocks) != blocksOf(s.rows) {
		r.fail("number of blocks")
		return c
	}
	var nq, nh int
	for i := range c.blocks {
		b := &c.blocks[i]
		*b = block{form: form(r.byte()), width: r.byte(), n: r.uint16(),
			base: int32(r.uint32()), top: int32(r.uint32()), quads: uint32(nq), half: uint32(nh)}
		if b.form >= forms || b.base > b.top || b.width > 32 || b.n > blockRows ||
			b.form == oneHot && (!codes || b.span() >= maxHot) || b.width < uint8(bits.Len32(b.span())) {
			r.fail("block")
			return c
		}
		q, h := b.size(quadsOf(rowsOf(s.rows, i)))
		nq, nh = nq+q, nh+h
	}
	c.quads, c.shorts = quads(r), words[uint16](r, 2)
	if r.err == nil && (len(c.quads) != nq || len(c.shorts) != nh) {
		r.fail("length of the column")
	}
	return c
}

// check tests what sections say about each other.
func (s *segment) check() error {
	if err := s.checkRuns(); err != nil {
		return err
	}
	if n := len(s.ids.small) + len(s.ids.large); n != s.rows {
		return faulty("number of ids")
	}
	for i := range docket.Fields {
		name := docket.Fields[i].Name
		if st := storages[i]; (st == coded || st == byRun) && s.dicts[i] == nil {
			return faulty("no dictionary for " + name)
		}
		if c := s.ints[i]; c != nil && !s.soundInts(c, s.dicts[i]) {
			return faulty("values of " + name)
		}
		if m := s.money[i]; m != nil && !s.soundMoney(m) {
			return faulty("values of " + name)
		}
		if storages[i] == cold && (s.ints[i] == nil) != (s.texts.sections[i].length == 0) {
			return faulty("texts of " + name)
		}
	}
	return nil
}

func (s *segment) checkRuns() error {
	r := &s.runs
	n := len(r.division)
	if len(r.judge) != n || len(r.line) != n || len(r.start) != n+1 || r.start[0] != 0 || int(r.start[n]) != s.rows {
		return faulty("runs")
	}
	for i := range n {
		if r.start[i] >= r.start[i+1] || int(r.division[i]) >= len(s.dicts[fieldDivision]) ||
			int(r.judge[i]) >= len(s.dicts[fieldJudge]) || int(r.line[i]) >= len(s.dicts[fieldLine]) {
			return faulty("runs")
		}
		if i > 0 && slices.Compare([]uint32{r.division[i-1], r.judge[i-1], r.line[i-1]}, []uint32{r.division[i], r.judge[i], r.line[i]}) >= 0 {
			return faulty("order of runs")
		}
	}
	return nil
}

// soundInts reports whether every value lies between the block's base and top, rows ascend
// inside the block, and codes lie inside the dictionary.
func (s *segment) soundInts(c *ints, d dict) bool {
	for i := range c.blocks {
		b := &c.blocks[i]
		rows := rowsOf(s.rows, i)
		if d != nil && b.form != absent && (b.base < 1 || int(b.top) >= len(d)) {
			return false
		}
		switch b.form {
		case sparse:
			if !soundSparse(c, b, rows) {
				return false
			}
		case full, partial:
			if !soundDense(c, b, rows) {
				return false
			}
		case oneHot:
			if !soundHot(c, b, rows) {
				return false
			}
		}
	}
	return true
}

// soundSparse reports whether offsets ascend inside the block's span, and no row comes twice.
func soundSparse(c *ints, b *block, rows int) bool {
	var seen buffer
	offsets, at := c.entries(b)
	for k, row := range at {
		if int(row) >= rows || k > 0 && offsets[k-1] > offsets[k] || uint32(offsets[k]) > b.span() ||
			seen.q[row>>8][row>>6&3]>>(row&63)&1 != 0 {
			return false
		}
		seen.add(row)
	}
	return b.n > 0
}

// soundHot reports whether every row has at most one code, and one exactly where the
// presence bitmap says so.
func soundHot(c *ints, b *block, rows int) bool {
	n := quadsOf(rows)
	var all, any buffer
	all.fill(0, rows)
	for offset := uint32(0); offset <= b.span(); offset++ {
		bitmap := c.bitmap(b, n, offset)
		for i := range bitmap {
			for lane, x := range &bitmap[i] {
				if x&(any.q[i][lane]|^all.q[i][lane]) != 0 {
					return false
				}
			}
		}
		union(any.q[:n], bitmap)
	}
	return slices.Equal(any.q[:n], c.presence(b, n))
}

func soundDense(c *ints, b *block, rows int) bool {
	n := quadsOf(rows)
	var all, in buffer
	all.fill(0, rows)
	if b.form == partial {
		has := c.presence(b, n)
		if !within(has, all.q[:n]) {
			return false
		}
		copy(all.q[:n], has)
	}
	if b.span() == 1<<b.width-1 {
		return true
	}
	upTo(in.q[:n], c.slices(b, n), int(b.width), b.span())
	return within(all.q[:n], in.q[:n])
}

// within reports whether every row of a bitmap is in another.
func within(a, b []quad) bool {
	for i := range a {
		for lane, x := range &a[i] {
			if x&^b[i][lane] != 0 {
				return false
			}
		}
	}
	return true
}

func (s *segment) soundMoney(m *money) bool {
	blocks := blocksOf(s.rows)
	if len(m.starts) != blocks+1 || m.starts[0] != 0 || int(m.starts[blocks]) != len(m.rows) || len(m.rows) != len(m.cents) {
		return false
	}
	for i := range blocks {
		if m.starts[i] > m.starts[i+1] || int(m.starts[i+1]) > len(m.rows) {
			return false
		}
		rows, _ := m.block(i)
		for k, row := range rows {
			if int(row) >= rowsOf(s.rows, i) || k > 0 && rows[k-1] >= row {
				return false
			}
		}
	}
	return true
}
