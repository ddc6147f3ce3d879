package columns

import (
	"math/bits"
	"slices"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// grouping says how an Ask groups cases.
type grouping struct {
	fields  []int // positions in docket.Fields, in the order asked for
	byRows  bool  // some field is not constant within a run
	ordered bool  // groups of a segment come out sorted by themselves
	courts  bool  // the court comes first: segments share no group, and are in order
}

// newGrouping reads the --by names.
func newGrouping(by []string) (*grouping, error) {
	g := &grouping{courts: len(by) > 0 && by[0] == "court"}
	for _, name := range by {
		i, ok := docket.FieldIndex(name)
		if !ok || !docket.Fields[i].Group {
			return nil, fault.Invalidf("cannot group by %q: use one of %v", name, groupFields())
		}
		g.fields = append(g.fields, i)
		if i != fieldCourt && i != fieldDivision && i != fieldJudge && i != fieldLine {
			g.byRows = true
		}
	}
	prefix := []int{fieldDivision, fieldJudge, fieldLine}
	rest := slices.DeleteFunc(slices.Clone(g.fields), func(f int) bool { return f == fieldCourt })
	g.ordered = !g.byRows && len(rest) <= len(prefix) && slices.Equal(rest, prefix[:len(rest)])
	return g, nil
}

func groupFields() []string {
	var out []string
	for _, f := range docket.Fields {
		if f.Group {
			out = append(out, f.Name)
		}
	}
	return out
}

// keys are the groups of one segment: the codes of the grouping fields, group by group.
// The court has code 0.
type keys struct {
	seg    *segment
	codes  []uint32
	n      int
	merged [][]string // the values themselves, where groups of several segments were added up
}

// names returns the values of a group, appended to out.
func (k *keys) names(g *grouping, i int, out []string) []string {
	if k.merged != nil {
		return append(out, k.merged[i]...)
	}
	for j, f := range g.fields {
		if f == fieldCourt {
			out = append(out, k.seg.court)
		} else {
			out = append(out, k.seg.dicts[f][k.codes[i*len(g.fields)+j]])
		}
	}
	return out
}

// runGroups returns the group of every run by the fields that are constant in a run; the
// other fields get code 0.
func (g *grouping) runGroups(s *segment) (of []uint32, k keys) {
	k.seg = s
	of = make([]uint32, len(s.runs.division))
	cols := make([][]uint32, len(g.fields))
	for j, f := range g.fields {
		if f == fieldDivision || f == fieldJudge || f == fieldLine {
			cols[j] = s.runs.of(f)
		}
	}
	if g.ordered {
		g.orderedGroups(of, cols, &k)
	} else {
		g.scatteredGroups(of, cols, &k)
	}
	return of, k
}

// orderedGroups starts a group wherever a grouping field changes.
func (g *grouping) orderedGroups(of []uint32, cols [][]uint32, k *keys) {
	for i := range of {
		fresh := i == 0
		for _, c := range cols {
			fresh = fresh || c != nil && c[i] != c[i-1]
		}
		if fresh {
			k.add(cols, i)
		}
		of[i] = uint32(k.n - 1)
	}
}

// add makes the group of run i.
func (k *keys) add(cols [][]uint32, i int) {
	for _, c := range cols {
		code := uint32(0)
		if c != nil {
			code = c[i]
		}
		k.codes = append(k.codes, code)
	}
	k.n++
}

// scatteredGroups looks up the group of every run.
func (g *grouping) scatteredGroups(of []uint32, cols [][]uint32, k *keys) {
	known := map[string]uint32{}
	for i := range of {
		k.add(cols, i)
		last := k.n - 1
		key := wideKey(k.codes[last*len(cols):])
		at, ok := known[key]
		if ok {
			k.n, k.codes = last, k.codes[:last*len(cols)]
		} else {
			at = uint32(last)
			known[key] = at
		}
		of[i] = at
	}
}

func wideKey(codes []uint32) string {
	b := make([]byte, 0, 16)
	for _, c := range codes {
		b = append(b, byte(c), byte(c>>8), byte(c>>16), byte(c>>24))
	}
	return string(b)
}

// order returns the groups sorted by their values.
func (k *keys) order(width int) []int {
	out := make([]int, k.n)
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(x, y int) int {
		return slices.Compare(k.codes[x*width:(x+1)*width], k.codes[y*width:(y+1)*width])
	})
	return out
}

// ranges are the rows of a block cut at the borders of groups: range k ends before row end[k]
// and belongs to group[k].
type ranges struct {
	end   []uint32
	group []uint32
	first [blockWords]uint16 // the range that holds the first row of each word
}

// cut lays out the ranges of the block that starts at row from and has the given rows.
func (x *ranges) cut(r *runs, of []uint32, from, rows int) {
	x.end, x.group = x.end[:0], x.group[:0]
	for k := r.at(from); k < len(of) && int(r.start[k]) < from+rows; k++ {
		end := uint32(min(int(r.start[k+1])-from, rows))
		if n := len(x.end) - 1; n >= 0 && x.group[n] == of[k] {
			x.end[n] = end
		} else {
			x.end, x.group = append(x.end, end), append(x.group, of[k])
		}
	}
	k := 0
	for w := range (rows + 63) / 64 {
		for int(x.end[k]) <= w<<6 {
			k++
		}
		x.first[w] = uint16(k)
	}
}

// each calls do for every group that has rows v of word w.
func (x *ranges) each(w int, v uint64, do func(rows uint64, group int)) {
	for k := int(x.first[w]); v != 0; k++ {
		rows := v
		if end := int(x.end[k]) - w<<6; end < 64 {
			rows &= low(end)
		}
		if rows != 0 {
			do(rows, int(x.group[k]))
		}
		v &^= rows
	}
}

// rowGroups finds the group of every row where some field varies inside a run. The key of a
// row is its run's group and the codes of the other columns as digits of one number; where
// that number would not fit, the digits so far are replaced by a serial number.
type rowGroups struct {
	g      *grouping
	of     []uint32    // run -> group by run fields
	base   keys        // those groups
	cols   []rowColumn // the other fields
	keys   keys
	known  map[uint64]uint32
	serial map[[2]uint64]uint64
	group  [blockRows]uint32
}

// rowColumn is one digit of the key.
type rowColumn struct {
	at     int // position in the grouping's fields
	col    *ints
	radix  uint64
	serial bool    // replace the digits before this one
	codes  []int32 // decoded block
}

func newRowGroups(g *grouping, s *segment) *rowGroups {
	rg := &rowGroups{g: g, known: map[uint64]uint32{}, serial: map[[2]uint64]uint64{}}
	rg.of, rg.base = g.runGroups(s)
	rg.keys.seg = s
	room := uint64(rg.base.n)
	for j, f := range g.fields {
		if f == fieldCourt || f == fieldDivision || f == fieldJudge || f == fieldLine {
			continue
		}
		c := rowColumn{at: j, col: s.ints[f], radix: uint64(len(s.dicts[f])), codes: make([]int32, blockRows)}
		over, product := bits.Mul64(room, c.radix)
		if c.serial = over != 0; c.serial {
			product = uint64(s.rows) * c.radix
		}
		room = product
		rg.cols = append(rg.cols, c)
	}
	return rg
}

// load fills group for a block.
func (rg *rowGroups) load(s *segment, blk, from, rows int) {
	for k := range rg.cols {
		if c := &rg.cols[k]; c.col != nil {
			c.col.decode(blk, c.codes[:rows])
		}
	}
	run := s.runs.at(from)
	last, lastGroup := ^uint64(0), uint32(0)
	for row := range rows {
		for int(s.runs.start[run+1]) <= from+row {
			run++
		}
		if key := rg.key(rg.of[run], row); key != last {
			last, lastGroup = key, rg.find(key, rg.of[run], row)
		}
		rg.group[row] = lastGroup
	}
}

func (rg *rowGroups) key(base uint32, row int) uint64 {
	key := uint64(base)
	for k := range rg.cols {
		c := &rg.cols[k]
		if c.serial {
			pair := [2]uint64{uint64(k), key}
			n, ok := rg.serial[pair]
			if !ok {
				n = uint64(len(rg.serial))
				rg.serial[pair] = n
			}
			key = n
		}
		key = key*c.radix + uint64(c.codes[row])
	}
	return key
}

// find returns the group of a key, made if need be.
func (rg *rowGroups) find(key uint64, base uint32, row int) uint32 {
	if at, ok := rg.known[key]; ok {
		return at
	}
	at, width := uint32(rg.keys.n), len(rg.g.fields)
	rg.known[key] = at
	rg.keys.n++
	rg.keys.codes = append(rg.keys.codes, rg.base.codes[int(base)*width:(int(base)+1)*width]...)
	for k := range rg.cols {
		rg.keys.codes[int(at)*width+rg.cols[k].at] = uint32(rg.cols[k].codes[row])
	}
	return at
}
