package columns

import (
	"slices"

	"zhunsheng/internal/indicator"
)

// Table is a tally in its compact form: one 32-bit number per group and measure, sums and
// histograms apart. Groups are in the order that [indicator.Engine] promises.
type Table struct {
	plan  *plan
	parts []*part
	rows  []place
}

// place is where a group lies.
type place struct{ part, group int32 }

// newTable sorts the tallies of segments, which come in order of court.
func newTable(p *plan, parts []*part) *Table {
	if !p.by.courts {
		parts = []*part{merge(p, parts)}
	}
	t := &Table{plan: p, parts: parts}
	n := 0
	for _, x := range parts {
		n += x.keys.n
	}
	t.rows = make([]place, 0, n)
	for i, x := range parts {
		seen := func(g int) bool { return p.filter < 0 || x.count(g, p.filter) > 0 || len(p.by.fields) == 0 }
		if p.by.ordered || !p.by.courts {
			for g := range x.keys.n {
				if seen(g) {
					t.rows = append(t.rows, place{int32(i), int32(g)})
				}
			}
			continue
		}
		for _, g := range x.keys.order(len(p.by.fields)) {
			if seen(g) {
				t.rows = append(t.rows, place{int32(i), int32(g)})
			}
		}
	}
	return t
}

// merge adds the tallies of all segments group by group, sorted by the groups' values. With
// no grouping there is exactly one group.
func merge(p *plan, parts []*part) *part {
	width, sums, hists := len(p.prog.roots), p.sums, p.hists
	m := merger{at: map[string]int{}}
	if len(p.by.fields) == 0 {
		m.find(nil)
	}
	where := make([][]int, len(parts))
	var by []string
	for i, x := range parts {
		where[i] = make([]int, x.keys.n)
		for g := range x.keys.n {
			by = x.keys.names(p.by, g, by[:0])
			where[i][g] = m.find(by)
		}
	}
	to := m.sort()
	out := &part{n: make([]uint32, len(to)*width), sum: make([]int64, len(to)*sums), hist: make([]map[int]int64, len(to)*hists)}
	out.byGroup, out.byRoot = width, 1
	out.keys = keys{n: len(to), merged: m.names}
	for i, x := range parts {
		for g, at := range where[i] {
			at = to[at]
			for k := range width {
				out.n[at*width+k] += x.count(g, k)
			}
			for k := range sums {
				out.sum[at*sums+k] += x.sum[g*sums+k]
			}
			for k := range hists {
				addHist(&out.hist[at*hists+k], x.hist[g*hists+k])
			}
		}
	}
	return out
}

func addHist(to *map[int]int64, from map[int]int64) {
	if *to == nil && from != nil {
		*to = make(map[int]int64, len(from))
	}
	for d, n := range from {
		(*to)[d] += n
	}
}

// merger numbers groups by their values.
type merger struct {
	at    map[string]int
	names [][]string
}

func (m *merger) find(by []string) int {
	var key []byte
	for _, v := range by {
		key = append(append(key, byte(len(v)>>16), byte(len(v)>>8), byte(len(v))), v...)
	}
	at, ok := m.at[string(key)]
	if !ok {
		at = len(m.names)
		m.at[string(key)] = at
		m.names = append(m.names, slices.Clone(by))
	}
	return at
}

// sort orders the names and returns where each group went.
func (m *merger) sort() []int {
	order := make([]int, len(m.names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return slices.Compare(m.names[x], m.names[y]) })
	to := make([]int, len(order))
	sorted := make([][]string, len(order))
	for i, g := range order {
		to[g], sorted[i] = i, m.names[g]
	}
	m.names = sorted
	return to
}

// Len returns the number of groups.
func (t *Table) Len() int { return len(t.rows) }

// By returns the values of the grouping fields of group i, appended to out.
func (t *Table) By(i int, out []string) []string {
	r := t.rows[i]
	return t.parts[r.part].keys.names(t.plan.by, int(r.group), out)
}

// N returns the number of cases of measure m in group i.
func (t *Table) N(i, m int) int64 {
	r := t.rows[i]
	return int64(t.parts[r.part].count(int(r.group), m))
}

// Cell returns measure m of group i.
func (t *Table) Cell(i, m int) indicator.Cell {
	c := indicator.Cell{N: t.N(i, m)}
	r, x := t.rows[i], &t.plan.measures[m]
	p := t.parts[r.part]
	if x.sum >= 0 {
		c.Sum = p.sum[int(r.group)*t.plan.sums+x.sum]
	}
	if x.hist >= 0 {
		c.Hist = p.hist[int(r.group)*t.plan.hists+x.hist]
	}
	return c
}

// Groups returns the table in the form of [indicator.Engine].
func (t *Table) Groups() []indicator.Group {
	width, measures := len(t.plan.by.fields), len(t.plan.measures)
	out := make([]indicator.Group, t.Len())
	by := make([]string, 0, t.Len()*width)
	each(len(out), 1<<12, func(from, to int) {
		cells := make([]indicator.Cell, (to-from)*measures)
		for i := from; i < to; i++ {
			out[i].Cells, cells = cells[:measures:measures], cells[measures:]
			for m := range measures {
				out[i].Cells[m] = t.Cell(i, m)
			}
			out[i].By = t.By(i, by[i*width:i*width:(i+1)*width])
		}
	})
	return out
}
