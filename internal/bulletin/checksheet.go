package bulletin

import (
	"fmt"
	"math/big"
	"strings"

	"zhunsheng/internal/document"
)

// check is one line of the check sheet: a live formula over the appendix, and what it gives
// when nobody has changed the workbook.
type check struct {
	what, formula string
	holds         bool
}

func (b *builder) checkThat(what, formula string, holds bool) {
	b.checks = append(b.checks, check{what, formula, holds})
}

// cellRef names a cell of a sheet by its data row and column, both from 0.
func cellRef(s document.Sheet, row, col int) string {
	return fmt.Sprintf("'%s'!%s%d", strings.ReplaceAll(s.Name, "'", "''"), columnLetters(col), firstRow(s)+row)
}

// firstRow is the row of a sheet, as printed, in which the data begin.
func firstRow(s document.Sheet) int { return len(s.Notes) + 2 }

func columnLetters(i int) string {
	out := ""
	for i++; i > 0; i = (i - 1) / 26 {
		out = string(rune('A'+(i-1)%26)) + out
	}
	return out
}

// checkFlow adds the sums of a flow table: carried over + filed = accepted, accepted − closed =
// pending in every row, and every column adds up to the total in the last row.
func (b *builder) checkFlow(s document.Sheet) {
	at := func(row, col int) string { return cellRef(s, row, col) }
	num := func(row, col int) float64 { f, _ := s.Rows[row][col].(float64); return f }
	for r, row := range s.Rows {
		name := fmt.Sprintf("%s %v：", s.Name, row[0])
		if b.lang == "en" {
			name = fmt.Sprintf("%s, %v: ", s.Name, row[0])
		}
		b.checkThat(name+b.label("check.accepted"), at(r, 1)+"+"+at(r, 2)+"="+at(r, 3), num(r, 1)+num(r, 2) == num(r, 3))
		b.checkThat(name+b.label("check.pending"), at(r, 3)+"-"+at(r, 4)+"="+at(r, 5), num(r, 3)-num(r, 4) == num(r, 5))
	}
	last := len(s.Rows) - 1
	if last < 1 {
		return
	}
	for c := 1; c <= len(volumeKeys); c++ {
		sum := 0.0
		for r := range last {
			sum += num(r, c)
		}
		_, end, _ := strings.Cut(at(last-1, c), "!")
		b.checkThat(s.Name+" "+s.Columns[c].Title+" "+b.label("check.sum"), fmt.Sprintf("SUM(%s:%s)=%s", at(0, c), end, at(last, c)), sum == num(last, c))
	}
}

// checkRates recomputes every rate that is a plain quotient from its numerator and denominator.
func (b *builder) checkRates(s document.Sheet) {
	const numerator, denominator, quotient = 3, 4, 5
	for r, row := range s.Rows {
		n, okN := row[numerator].(float64)
		d, okD := row[denominator].(float64)
		v, okV := row[quotient].(float64)
		if !okN || !okD || !okV || d == 0 || abs(n/d-v) > 1e-9 {
			continue
		}
		b.checkThat(fmt.Sprintf("%v %v %s", row[0], row[2], b.label("check.rate")),
			fmt.Sprintf("ABS(%s/%s-%s)<0.000000001", cellRef(s, r, numerator), cellRef(s, r, denominator), cellRef(s, r, quotient)), true)
	}
}

func abs(x float64) float64 { return max(x, -x) }

// checkList compares the rows of a case list with the figure that counts them.
func (b *builder) checkList(s document.Sheet, f figure) {
	if f.Value != nil && f.Value.IsInt() {
		b.checkRows(s, f.Value.Num())
	}
}

// checkCount is checkList for a count calculated from a figure.
func (b *builder) checkCount(s document.Sheet, f slot) {
	p := b.out.Figures[b.bound[f.figures[0]]]
	if v, ok := new(big.Int).SetString(p.Value, 10); ok {
		b.checkRows(s, v)
	}
}

func (b *builder) checkRows(s document.Sheet, want *big.Int) {
	col := fullColumn(s)
	if col < 0 {
		return
	}
	formula := "0=" + want.String()
	if len(s.Rows) > 0 {
		_, end, _ := strings.Cut(cellRef(s, len(s.Rows)-1, col), "!")
		formula = fmt.Sprintf("COUNTA(%s:%s)=%s", cellRef(s, 0, col), end, want)
	}
	b.checkThat(s.Name+" "+b.label("check.rows"), formula, want.Cmp(big.NewInt(int64(len(s.Rows)))) == 0)
}

// fullColumn is the first column in which no cell is empty; -1: none.
func fullColumn(s document.Sheet) int {
	for c := range s.Columns {
		full := true
		for _, r := range s.Rows {
			if c >= len(r) || r[c] == nil || r[c] == "" {
				full = false
				break
			}
		}
		if full {
			return c
		}
	}
	return -1
}

// checkSheet puts the checks behind the appendix: each shows TRUE until a cell is changed.
func (b *builder) checkSheet() {
	if len(b.checks) == 0 {
		return
	}
	s := b.sheet(b.label("sheet.check"), b.label("check.what"), b.label("check.formula"), b.label("check.holds"))
	s.Columns[0].Width, s.Columns[1].Width, s.Columns[2].Width = 48, 48, 10
	for _, c := range b.checks {
		s.Rows = append(s.Rows, []any{c.what, c.formula, document.Formula{Text: c.formula, Value: c.holds}})
	}
	b.addSheet(s)
}
