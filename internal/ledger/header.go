package ledger

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhunsheng/internal/fault"
)

// headerLook is the number of rows that are looked at to find the column names.
const headerLook = 20

// place names a row of the table for an error.
func (t *Table) place(line int) string {
	if t.Sheet != "" {
		return fmt.Sprintf("%s, sheet %s, row %d", t.Name, t.Sheet, line)
	}
	return fmt.Sprintf("%s, line %d", t.Name, line)
}

func (t *Table) title() string {
	if t.Sheet != "" {
		return t.Name + ", sheet " + t.Sheet
	}
	return t.Name
}

// errNoRows tells a table with nothing but column names from a faulty one.
type errNoRows struct{ error }

func (e errNoRows) Unwrap() error { return e.error }

// readHeader finds the column names and the row where data can begin. Rows above the names
// (titles, units, dates of print) are passed over and noted; names over two rows, as merged
// headings give them, become "upper/lower".
func (t *Table) readHeader() error {
	var rows [][]string
	var lines []int
	err := t.src.rows(math.MaxInt, func(line int, cells []string) error {
		if blankRow(cells) {
			return nil
		}
		if len(rows) == headerLook {
			return errStop
		}
		rows, lines = append(rows, slices.Clone(cells)), append(lines, line)
		return nil
	})
	if err != nil && !errors.Is(err, errStop) {
		return err
	}
	if len(rows) == 0 {
		return errNoRows{fault.At(t.title(), "there is nothing in it but blanks", "export it again")}
	}
	first, last := findHeader(rows)
	if last == len(rows)-1 {
		return errNoRows{fault.At(t.title(), "there are column names but no rows", "export it again with its rows")}
	}
	t.Header = joinHeader(rows[first : last+1])
	t.firstRow = lines[last] + 1
	t.Detected.HeaderRow = lines[last]
	if first > 0 {
		t.note("The first %d rows are titles and were passed over.", first)
	}
	if last > first {
		t.note("The column names stand in two rows and were joined as upper/lower.")
	}
	return t.checkHeader(lines[first])
}

func (t *Table) note(format string, args ...any) {
	t.Detected.Notes = append(t.Detected.Notes, fmt.Sprintf(format, args...))
}

func (t *Table) checkHeader(line int) error {
	if len(t.Header) > t.opt.MaxColumns {
		return tooManyColumns(t.place(line), t.opt.MaxColumns)
	}
	seen := map[string]int{}
	for i, name := range t.Header {
		if first, dup := seen[name]; dup && name != "" {
			return fault.At(t.place(line), fmt.Sprintf("the column name %q stands twice, in columns %d and %d", name, first+1, i+1),
				"give each column its own name")
		}
		seen[name] = i
	}
	return nil
}

func tooManyColumns(place string, limit int) error {
	return fault.At(place, fmt.Sprintf("there are more than %d columns", limit), "check the delimiter and export only the columns of the ledger")
}

// findHeader returns the first and last row of the column names: the first row that fills
// more than half as many cells as the fullest row, with the row above or below when the two
// complete each other as merged headings do.
func findHeader(rows [][]string) (first, last int) {
	widest, h := 0, 0
	for _, row := range rows {
		widest = max(widest, filled(row))
	}
	for filled(rows[h])*2 <= widest {
		h++
	}
	if h > 0 && completes(rows[h-1], rows[h]) {
		return h - 1, h
	}
	if h+1 < len(rows) && completes(rows[h], rows[h+1]) {
		return h, h + 1
	}
	return h, h
}

func filled(row []string) int {
	n := 0
	for _, c := range row {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// completes reports whether sub is the second line of the headings in top: together they name
// every column, each leaves a gap for the other, and no cell of sub has a digit, as data would.
func completes(top, sub []string) bool {
	if filled(top) < 2 || cell(top, 0) == "" {
		return false
	}
	gapTop, gapSub := false, false
	for i := range max(len(top), len(sub)) {
		up, low := cell(top, i), cell(sub, i)
		if up == "" && low == "" || strings.ContainsAny(low, "0123456789") {
			return false
		}
		gapTop = gapTop || up == ""
		gapSub = gapSub || low == ""
	}
	return gapTop && gapSub
}

// cell is a cell cleaned for use as a column name, "" outside the row.
func cell(row []string, i int) string {
	if i >= len(row) {
		return ""
	}
	return columnName(row[i])
}

func joinHeader(rows [][]string) []string {
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	names := make([]string, width)
	group := ""
	for i := range names {
		up, low := cell(rows[0], i), cell(rows[len(rows)-1], i)
		if up != "" {
			group = up
		}
		switch {
		case len(rows) == 1 || low == "":
			names[i] = up
		default:
			names[i] = group + "/" + low
		}
	}
	return names
}

// columnName takes line breaks and spaces out of a heading: inside Chinese text they are only
// layout, between Latin words one space stays.
func columnName(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
	if len(words) == 0 {
		return ""
	}
	out := words[0]
	for _, w := range words[1:] {
		before, _ := utf8.DecodeLastRuneInString(out)
		after, _ := utf8.DecodeRuneInString(w)
		if !unicode.Is(unicode.Han, before) || !unicode.Is(unicode.Han, after) {
			out += " "
		}
		out += w
	}
	return out
}
