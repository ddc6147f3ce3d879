package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"strconv"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// index remembers, for every current record of the courts loaded so far, the content and the
// version that a new row must be compared with. It is an open-addressing table of 32-byte
// slots, at most three quarters full: 43 to 85 bytes a case, 68 on average while it grows,
// whatever the length of keys and rows. Keys are kept as 128-bit hashes (two independently
// seeded 64-bit ones): with a billion keys, two collide once in 10^20 ledgers.
type index struct {
	slots   []slot
	used    int
	s1, s2  maphash.Seed
	scratch []byte
}

type slot struct {
	k1, k2  uint64
	content int64
	version int64 // id of the version, and the marks below; 0: free
}

// Marks on slot.version. Ids stay below 2^60.
const (
	markNow     = 1 << 62 // written in this batch
	markPartial = 1 << 61 // created from an event row that brought only part of its case
	idMask      = 1<<60 - 1
)

func (s *slot) id() int64     { return s.version & idMask }
func (s *slot) now() bool     { return s.version&markNow != 0 }
func (s *slot) partial() bool { return s.version&markPartial != 0 }

func newIndex() *index {
	return &index{slots: make([]slot, 1024), s1: maphash.MakeSeed(), s2: maphash.MakeSeed()}
}

// hash reduces the parts of a key to 128 bits; a zero byte keeps the parts apart.
func (x *index) hash(parts ...string) (k1, k2 uint64) {
	b := x.scratch[:0]
	for _, p := range parts {
		b = append(append(b, p...), 0)
	}
	x.scratch = b
	return maphash.Bytes(x.s1, b), maphash.Bytes(x.s2, b)
}

// find returns the slot of a key: used (version != 0) or the free one where it belongs. The
// pointer is valid until the next put.
func (x *index) find(k1, k2 uint64) *slot {
	mask := uint64(len(x.slots) - 1)
	for i := k1 & mask; ; i = (i + 1) & mask {
		if s := &x.slots[i]; s.version == 0 || s.k1 == k1 && s.k2 == k2 {
			return s
		}
	}
}

// put stores or replaces a key.
func (x *index) put(k1, k2 uint64, content, version int64) {
	if x.used >= len(x.slots)/4*3 {
		x.grow()
	}
	s := x.find(k1, k2)
	if s.version == 0 {
		x.used++
	}
	*s = slot{k1, k2, content, version}
}

func (x *index) grow() {
	old := x.slots
	x.slots = make([]slot, 1<<bits.Len(uint(len(old))))
	for i := range old {
		if s := &old[i]; s.version != 0 {
			*x.find(s.k1, s.k2) = *s
		}
	}
}

// digest collects named values and reduces them to the 64-bit content hash that a version
// keeps. Names, not positions, go in, and absent values do not: a column that a later program
// adds leaves the hashes of all rows without it as they are.
type digest struct{ buf []byte }

func (d *digest) text(name, v string) {
	if v == "" {
		return
	}
	d.buf = append(d.buf, name...)
	d.buf = append(d.buf, '=')
	d.buf = binary.AppendUvarint(d.buf, uint64(len(v)))
	d.buf = append(d.buf, v...)
}

func (d *digest) number(name string, v int64) {
	d.buf = append(d.buf, name...)
	d.buf = append(d.buf, '#')
	d.buf = strconv.AppendInt(d.buf, v, 10)
	d.buf = append(d.buf, ';')
}

func (d *digest) day(name string, v civil.Date) {
	if n, known := dayInt(v); known {
		d.number(name, n)
	}
}

// sum returns the hash and starts anew.
func (d *digest) sum() int64 {
	h := sha256.Sum256(d.buf)
	d.buf = d.buf[:0]
	return int64(binary.BigEndian.Uint64(h[:8]))
}

// caseHash is the content hash of a case: all columns that come from files and the unknown ones. Where
// it came from and why it was doubtful are not content. fields has a bit for the position of
// every canonical column that is filled.
func (d *digest) caseHash(c *docket.Case, extra string) (hash int64, fields uint64) {
	for i := range docket.FileFields {
		f := &docket.FileFields[i]
		if f.Kind == docket.Text {
			if v := *f.Text(c); v != "" {
				fields |= 1 << i
				d.text(f.Name, v)
			}
		} else if n, known := fieldInt(f, c); known && (n != 0 || f.Kind != docket.Number) {
			fields |= 1 << i
			d.number(f.Name, n)
		}
	}
	d.text("extra", extra)
	return d.sum(), fields
}

// eventHash is the content hash of an event.
func (d *digest) eventHash(e *docket.Event, extra string) int64 {
	d.text("kind", e.Kind)
	d.text("court", e.Court)
	d.text("judge", e.Judge)
	d.text("result", e.Result)
	d.day("day", e.Day)
	d.day("until", e.Until)
	d.day("entered_on", e.EnteredOn)
	d.text("extra", extra)
	return d.sum()
}
