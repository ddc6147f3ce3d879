package truth

import (
	"strings"
)

// table collects the cells of one table of the document.
type table struct {
	number int
	rows   [][]*cell
}

// cell is one cell with its number, if it is one.
type cell struct {
	s    *sentence
	text string // folded
	n    *number
}

// longestTable bounds the rows of a table that are kept.
const longestTable = 100_000

// cell adds a cell to its table.
func (c *checker) cell(p Paragraph) {
	if len(c.grid) == 0 || c.grid[len(c.grid)-1].number != p.Table {
		c.grid = append(c.grid, &table{number: p.Table})
	}
	t := c.grid[len(c.grid)-1]
	if p.Row >= longestTable || p.Col >= 200 || p.Row < 0 || p.Col < 0 {
		return
	}
	for len(t.rows) <= p.Row {
		t.rows = append(t.rows, nil)
	}
	for len(t.rows[p.Row]) <= p.Col {
		t.rows[p.Row] = append(t.rows[p.Row], nil)
	}
	if t.rows[p.Row][p.Col] != nil {
		return // a further paragraph of the cell
	}
	x := &cell{text: strings.TrimSpace(p.Text)}
	if list := sentences(p); len(list) > 0 {
		x.s = list[0]
		x.text = x.s.text()
		if found := numbers(x.s.runes); len(found) == 1 && found[0].from == 0 && found[0].end == len(x.s.runes) {
			x.n = found[0]
		}
	}
	t.rows[p.Row][p.Col] = x
}

// tables judges every table: sums and rates along a row, totals down a column.
func (c *checker) tables() {
	for _, t := range c.grid {
		head := t.head()
		if head == nil {
			continue
		}
		for _, r := range t.rows[1:] {
			c.row(head, r)
		}
		c.columns(t, head)
	}
}

// head gives the measure of each column, by the first row; nil when no column is a known one
// or two columns are the same.
func (t *table) head() []string {
	if len(t.rows) < 2 {
		return nil
	}
	out := make([]string, len(t.rows[0]))
	seen := map[string]bool{}
	for i, x := range t.rows[0] {
		if i == 0 || x == nil {
			continue
		}
		name := strings.TrimRight(strings.NewReplacer("（件）", "", "（%）", "", "数", "", "案件", "", "合计", "").Replace(x.text), " ")
		switch name {
		case "旧存", "上年旧存", "期初旧存", "carried over", "opening":
			out[i] = opening
		case "新收", "收案", "new", "filed":
			out[i] = filed
		case "受理", "accepted":
			out[i] = accepted
		case "结案", "审结", "已结", "审执结", "审（执）结", "closed":
			out[i] = closed
		case "未结", "未结存", "pending":
			out[i] = pending
		case "结案率":
			out[i] = closing
		case "结收比", "结收案比":
			out[i] = clearance
		}
		if out[i] == "" {
			continue
		}
		if seen[out[i]] {
			return nil
		}
		seen[out[i]] = true
	}
	if len(seen) < 2 {
		return nil
	}
	return out
}

// row judges one row as the numbers of one subject.
func (c *checker) row(head []string, r []*cell) {
	f := &frame{vals: map[string]*value{}, started: -1}
	for i, x := range r {
		if i >= len(head) || head[i] == "" || x == nil || x.n == nil {
			continue
		}
		n := *x.n
		switch {
		case head[i] == closing || head[i] == clearance:
			if n.kind == share || n.kind == other && n.unit == "" && n.places == 2 && n.val.Cmp(one) > 0 {
				n.kind = share
				f.rates = append(f.rates, &value{s: x.s, n: &n, measure: head[i]})
			}
		case n.kind == count || n.kind == other && n.unit == "":
			n.kind = count
			f.vals[head[i]] = &value{s: x.s, n: &n, measure: head[i]}
		}
	}
	c.checkSums(f)
	c.checkRates(f)
}

// columns judges the total row: the rows between the head and it add up to it. Rows that are
// totals themselves make a table that is left alone.
func (c *checker) columns(t *table, head []string) {
	last := len(t.rows) - 1
	for ; last > 1; last-- {
		if r := t.rows[last]; len(r) > 0 && r[0] != nil && totalName(r[0].text) {
			break
		}
	}
	if last < 2 {
		return
	}
	for _, r := range t.rows[1:last] {
		if len(r) == 0 || r[0] == nil || totalName(r[0].text) || strings.Contains(r[0].text, "其中") || strings.Contains(r[0].text, "小计") || strings.Contains(r[0].text, "平均") {
			return
		}
	}
	for i, m := range head {
		if m == "" || m == closing || m == clearance || i >= len(t.rows[last]) || t.rows[last][i] == nil || t.rows[last][i].n == nil {
			continue
		}
		c.column(t, i, last)
	}
}

func totalName(s string) bool {
	switch strings.TrimSpace(s) {
	case "合计", "总计", "共计", "全市", "全市合计", "全院", "total", "Total":
		return true
	}
	return false
}

func (c *checker) column(t *table, i, last int) {
	total := *t.rows[last][i].n
	total.kind = count
	var sum span
	for k, r := range t.rows[1:last] {
		if i >= len(r) || r[i] == nil || r[i].n == nil {
			return
		}
		n := *r[i].n
		n.kind = count
		if k == 0 {
			sum = n.span()
		} else {
			sum = sum.add(n.span())
		}
	}
	if !fits(&total, sum) {
		x := t.rows[last][i]
		c.report(x.s, 0, len(x.s.runes), Arithmetic, total.text, total.like(sum.mid()),
			because("该列各行之和为%s", "the rows of the column add to %s", total.like(sum.mid())))
	}
}
