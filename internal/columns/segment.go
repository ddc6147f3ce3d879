package columns

import (
	"sort"

	"zhunsheng/internal/docket"
)

// The fields that the layout knows by name.
var (
	fieldCourt    = mustField("court")
	fieldDivision = mustField("division")
	fieldJudge    = mustField("judge")
	fieldLine     = mustField("line")
	fieldFiledOn  = mustField("filed_on")
	fieldClerk    = mustField("clerk")
)

func mustField(name string) int {
	i, ok := docket.FieldIndex(name)
	if !ok {
		panic("columns: no ledger column " + name)
	}
	return i
}

// storage says how a field is stored.
type storage uint8

const (
	byCourt storage = iota // one value per segment
	byRun                  // division, judge: read off the runs
	coded                  // dictionary and codes
	plain                  // days, counts, flags
	amounts                // money
	cold                   // presence in memory, texts in the file
)

// storages holds the storage of every field.
var storages = func() []storage {
	out := make([]storage, len(docket.Fields))
	for i := range out {
		out[i] = storageOf(i)
	}
	return out
}()

// storageOf decides how a field is stored. Texts that may stand in --by have few values and
// get a dictionary, and so does the clerk; the others are kept out of memory.
func storageOf(field int) storage {
	f := &docket.Fields[field]
	switch {
	case field == fieldCourt:
		return byCourt
	case field == fieldDivision, field == fieldJudge:
		return byRun
	case f.Kind == docket.Amount:
		return amounts
	case f.Kind != docket.Text:
		return plain
	case f.Group, field == fieldClerk:
		return coded
	}
	return cold
}

// dict holds the values of a text column in bytewise order; value 0 is always "".
type dict []string

// code finds a value.
func (d dict) code(s string) (int32, bool) {
	i := sort.SearchStrings(d, s)
	return int32(i), i < len(d) && d[i] == s
}

func (d dict) bytes() int64 {
	n := int64(len(d)) * 16
	for _, s := range d {
		n += int64(len(s))
	}
	return n
}

// runs are the contiguous rows of one (division, judge, line), in that order.
type runs struct {
	start                 []uint32 // first row of each run, then the number of rows
	division, judge, line []uint32 // codes in the fields' dictionaries
}

// of returns the codes of a run field.
func (r *runs) of(field int) []uint32 {
	switch field {
	case fieldDivision:
		return r.division
	case fieldJudge:
		return r.judge
	}
	return r.line
}

// at returns the run that holds a row.
func (r *runs) at(row int) int {
	return sort.Search(len(r.division), func(i int) bool { return int(r.start[i+1]) > row })
}

// ids are the ids of the stored case versions, row by row.
type ids struct {
	base  int64
	small []uint32 // offsets from base, when all fit
	large []int64  // the ids themselves, when not
}

func (d *ids) at(row int) int64 {
	if d.large != nil {
		return d.large[row]
	}
	return d.base + int64(d.small[row])
}

func (d *ids) bytes() int64 { return int64(len(d.small))*4 + int64(len(d.large))*8 }

// segment holds the cases of one court. It never changes once it is built.
type segment struct {
	court string
	epoch int64
	rows  int
	runs  runs
	ids   ids
	dicts []dict   // by field; nil where the field has no dictionary
	ints  []*ints  // by field; nil: every value absent, or not this kind; of cold texts, 1 where there is one
	money []*money // by field; nil: every value absent, or not this kind
	texts texts    // where the cold texts are
}

func newSegment(court string, epoch int64) *segment {
	n := len(docket.Fields)
	return &segment{court: court, epoch: epoch,
		dicts: make([]dict, n), ints: make([]*ints, n), money: make([]*money, n)}
}

// pack moves the data of all columns side by side: columns that each start on a page of
// their own would fight for the same lines of the processor's caches.
func (s *segment) pack() {
	var nq, nh int
	for _, c := range s.ints {
		if c != nil {
			nq, nh = nq+len(c.quads), nh+len(c.shorts)
		}
	}
	quads, shorts := make([]quad, 0, nq), make([]uint16, 0, nh)
	for _, c := range s.ints {
		if c == nil {
			continue
		}
		q, h := len(quads), len(shorts)
		quads, shorts = append(quads, c.quads...), append(shorts, c.shorts...)
		c.quads, c.shorts = quads[q:len(quads):len(quads)], shorts[h:len(shorts):len(shorts)]
	}
}

// fieldBytes returns the memory that a field takes, its share of the runs included.
func (s *segment) fieldBytes(field int) int64 {
	n := s.dicts[field].bytes()
	if c := s.ints[field]; c != nil {
		n += c.bytes()
	}
	if m := s.money[field]; m != nil {
		n += m.bytes()
	}
	switch field {
	case fieldDivision: // the run starts count as division
		n += int64(len(s.runs.start)+len(s.runs.division)) * 4
	case fieldJudge, fieldLine:
		n += int64(len(s.runs.division)) * 4
	}
	return n
}
