package columns

import (
	"cmp"
	"slices"

	"zhunsheng/internal/docket"
)

// builder collects the cases of one court in any order.
type builder struct {
	seg    *segment
	ids    []int64
	codes  []map[string]int32 // text fields with a dictionary: value -> provisional code
	values [][]string         // their values by provisional code
	ints   [][]int32          // by field: provisional codes, days, counts, flags
	money  [][]docket.Money
	texts  [][]string // cold fields
}

func newBuilder(court string, epoch int64) *builder {
	n := len(docket.Fields)
	b := &builder{seg: newSegment(court, epoch), codes: make([]map[string]int32, n), values: make([][]string, n),
		ints: make([][]int32, n), money: make([][]docket.Money, n), texts: make([][]string, n)}
	for i := range docket.Fields {
		if s := storages[i]; s == coded || s == byRun {
			b.codes[i] = map[string]int32{"": 0}
			b.values[i] = []string{""}
		}
	}
	return b
}

// add takes one case.
func (b *builder) add(id int64, c *docket.Case) {
	b.ids = append(b.ids, id)
	for i := range docket.Fields {
		f := &docket.Fields[i]
		switch storages[i] {
		case coded, byRun:
			b.ints[i] = append(b.ints[i], b.code(i, *f.Text(c)))
		case plain:
			b.ints[i] = append(b.ints[i], number(f, c))
		case amounts:
			b.money[i] = append(b.money[i], *f.Money(c))
		case cold:
			v := *f.Text(c)
			b.texts[i] = append(b.texts[i], v)
			b.ints[i] = append(b.ints[i], int32(min(len(v), 1)))
		}
	}
}

func number(f *docket.Field, c *docket.Case) int32 {
	switch f.Kind {
	case docket.Day:
		return int32(*f.Day(c))
	case docket.Number:
		return *f.Number(c)
	}
	return int32(*f.Flag(c))
}

func (b *builder) code(field int, v string) int32 {
	code, ok := b.codes[field][v]
	if !ok {
		code = int32(len(b.values[field]))
		b.codes[field][v] = code
		b.values[field] = append(b.values[field], v)
	}
	return code
}

// finish sorts the rows and lays out the segment. The builder must not be used afterwards.
func (b *builder) finish() *segment {
	s := b.seg
	s.rows = len(b.ids)
	for i := range b.values {
		if b.values[i] != nil {
			b.rank(i)
		}
	}
	order := b.order()
	b.permute(order)
	b.layRuns()
	b.layIDs()
	b.layInts()
	b.layMoney()
	s.texts.lay(b.texts)
	return s
}

// rank puts the dictionary of a field in order and renumbers its codes.
func (b *builder) rank(field int) {
	d := dict(slices.Sorted(slices.Values(b.values[field])))
	to := make([]int32, len(d))
	for code, v := range b.values[field] {
		to[code], _ = d.code(v)
	}
	col := b.ints[field]
	for row := range col {
		col[row] = to[col[row]]
	}
	b.seg.dicts[field] = d
	b.codes[field], b.values[field] = nil, nil
}

// order returns the rows sorted by division, judge, line, filing day (absent first) and id.
func (b *builder) order() []int32 {
	order := make([]int32, len(b.ids))
	for i := range order {
		order[i] = int32(i)
	}
	division, judge, line, filed := b.ints[fieldDivision], b.ints[fieldJudge], b.ints[fieldLine], b.ints[fieldFiledOn]
	slices.SortFunc(order, func(x, y int32) int {
		if c := cmp.Compare(division[x], division[y]); c != 0 {
			return c
		}
		if c := cmp.Compare(judge[x], judge[y]); c != 0 {
			return c
		}
		if c := cmp.Compare(line[x], line[y]); c != 0 {
			return c
		}
		if c := cmp.Compare(filed[x], filed[y]); c != 0 {
			return c
		}
		return cmp.Compare(b.ids[x], b.ids[y])
	})
	return order
}

func permuted[T any](col []T, order []int32) []T {
	if col == nil {
		return nil
	}
	out := make([]T, len(col))
	for i, from := range order {
		out[i] = col[from]
	}
	return out
}

func (b *builder) permute(order []int32) {
	b.ids = permuted(b.ids, order)
	for i := range docket.Fields {
		b.ints[i] = permuted(b.ints[i], order)
		b.money[i] = permuted(b.money[i], order)
		b.texts[i] = permuted(b.texts[i], order)
	}
}

func (b *builder) layRuns() {
	r := &b.seg.runs
	division, judge, line := b.ints[fieldDivision], b.ints[fieldJudge], b.ints[fieldLine]
	for row := range b.ids {
		if row > 0 && division[row] == division[row-1] && judge[row] == judge[row-1] && line[row] == line[row-1] {
			continue
		}
		r.start = append(r.start, uint32(row))
		r.division = append(r.division, uint32(division[row]))
		r.judge = append(r.judge, uint32(judge[row]))
		r.line = append(r.line, uint32(line[row]))
	}
	r.start = append(r.start, uint32(len(b.ids)))
}

func (b *builder) layIDs() {
	if len(b.ids) == 0 {
		return
	}
	d := &b.seg.ids
	lo, hi := slices.Min(b.ids), slices.Max(b.ids)
	d.base = lo
	if uint64(hi)-uint64(lo) > 1<<32-1 {
		d.large = b.ids
		return
	}
	d.small = make([]uint32, len(b.ids))
	for i, id := range b.ids {
		d.small[i] = uint32(id - lo)
	}
}

// layInts encodes the columns block by block. Days of a block share the first filing day
// as base where that is possible.
func (b *builder) layInts() {
	for i, col := range b.ints {
		if storages[i] != byRun && slices.ContainsFunc(col, func(v int32) bool { return v != 0 }) {
			b.seg.ints[i] = &ints{}
		}
	}
	for from := 0; from < b.seg.rows; from += blockRows {
		to := min(from+blockRows, b.seg.rows)
		first, _, _ := extent(b.ints[fieldFiledOn][from:to])
		for i, c := range b.seg.ints {
			if c == nil {
				continue
			}
			floor := int32(0)
			if docket.Fields[i].Kind == docket.Day {
				floor = first
			}
			c.add(b.ints[i][from:to], floor, storages[i] == coded || docket.Fields[i].Kind == docket.YesNo)
		}
	}
	b.seg.pack()
}

func (b *builder) layMoney() {
	for i, col := range b.money {
		if !slices.ContainsFunc(col, func(m docket.Money) bool { return m.Known }) {
			continue
		}
		m := &money{}
		for row, v := range col {
			if row%blockRows == 0 {
				m.starts = append(m.starts, uint32(len(m.rows)))
			}
			if v.Known {
				m.rows = append(m.rows, uint16(row%blockRows))
				m.cents = append(m.cents, v.Cents)
			}
		}
		m.starts = append(m.starts, uint32(len(m.rows)))
		m.rows, m.cents = slices.Clip(m.rows), slices.Clip(m.cents)
		b.seg.money[i] = m
	}
}
