package ledger

import "hash/maphash"

// keySet remembers the keys of a file and what stood under them, 16 bytes each, so that a
// file of tens of millions of rows needs no more than a gigabyte. Keys and rows are known by
// 64-bit hashes: among ten million rows the chance of one false alarm is about 1 in 400,000.
type keySet struct {
	seed  maphash.Seed
	slots []keySlot
	used  int
}

// keySlot is one entry; a zero key marks it free.
type keySlot struct{ key, row uint64 }

// newKeySet makes room for the rows that a file of so many bytes may have; it grows as needed.
func newKeySet(bytes int64) *keySet {
	n := 1 << 10
	for int64(n) < bytes/100 && n < 1<<22 {
		n *= 2
	}
	return &keySet{seed: maphash.MakeSeed(), slots: make([]keySlot, n)}
}

// add notes a key, which is not 0, with its row; differs is true when the key is there with another row.
func (s *keySet) add(key, row uint64) (differs bool) {
	if s.used*4 >= len(s.slots)*3 {
		s.grow()
	}
	slot := s.find(key)
	if slot.key == 0 {
		*slot = keySlot{key, row}
		s.used++
		return false
	}
	return slot.row != row
}

// find returns the slot of a key, or the free one where it belongs.
func (s *keySet) find(key uint64) *keySlot {
	mask := uint64(len(s.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		if slot := &s.slots[i]; slot.key == key || slot.key == 0 {
			return slot
		}
	}
}

func (s *keySet) grow() {
	old := s.slots
	s.slots = make([]keySlot, 2*len(old))
	for _, slot := range old {
		if slot.key != 0 {
			*s.find(slot.key) = slot
		}
	}
}

// fingerprints stand for a row in the search for duplicates: its key and its content. A zero
// key takes no part in it.
type fingerprints struct{ key, content uint64 }

// contentHash hashes some cells of a row; a shift between cells does not go unnoticed.
func contentHash(seed maphash.Seed, cells []string, which []int) uint64 {
	sum := uint64(len(cells))
	for _, i := range which {
		if i < len(cells) {
			sum = (sum ^ maphash.String(seed, cells[i])) * 0x9E3779B97F4A7C15
			sum ^= sum >> 29
		}
	}
	return sum
}
