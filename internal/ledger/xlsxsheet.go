package ledger

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/fault"
)

// sheetSource streams one worksheet.
type sheetSource struct {
	wb *workbook
	sheetPart
}

func (s *sheetSource) rows(from int, fn func(line int, cells []string) error) error {
	f := s.wb.parts[strings.ToLower(s.part)]
	if f == nil {
		return damaged(s.wb.name, "the workbook is damaged (sheet "+s.name+" is missing)")
	}
	if err := s.wb.loadStrings(); err != nil {
		return err
	}
	r, err := s.wb.openPart(f)
	if err != nil {
		return err
	}
	defer r.Close()
	sr := &sheetReader{sheetSource: s, x: &xmlScanner{src: r, max: s.wb.opt.MaxRowBytes}, from: from, fn: fn}
	return sr.read()
}

// sheetReader is the state of reading one sheet: the row and the cell that are open.
type sheetReader struct {
	*sheetSource
	x    *xmlScanner
	from int // first row in which a formula is a fault
	fn   func(line int, cells []string) error

	inData, inCell, inValue bool
	inText                  richText
	row, col                int // 1-based row, 0-based column

	style   int
	kind    string // attribute t
	formula bool
	value   []byte // text of the open cell

	cells   []string
	scratch []byte // numbers and inline texts of the row
	spans   []span // where they go
}

// span says that cells[col] is scratch[from:to], to be made when the row ends.
type span struct{ col, from, to int }

func (s *sheetReader) read() error {
	for {
		ev, err := s.x.next()
		if err != nil {
			return s.wb.xmlFault(s.place(), err)
		}
		switch ev {
		case xmlEnd:
			return nil
		case xmlOpen:
			err = s.open()
		case xmlClose:
			err = s.close()
		case xmlText:
			if s.inCell && (s.inValue || s.inText.wants(ev, s.x)) {
				if s.value, err = s.x.appendText(s.value); err != nil {
					err = s.wb.xmlFault(s.place(), err)
				}
			}
		}
		if err != nil {
			return err
		}
	}
}

func (s *sheetReader) place() string {
	return fmt.Sprintf("%s, sheet %s, row %d", s.wb.name, s.name, s.row)
}

func (s *sheetReader) cellPlace() string {
	return fmt.Sprintf("%s, sheet %s, cell %s%d", s.wb.name, s.name, columnLetters(s.col), s.row)
}

func (s *sheetReader) open() error {
	switch name := string(s.x.name); {
	case name == "sheetData":
		s.inData = true
	case !s.inData:
	case name == "row":
		return s.openRow()
	case name == "c":
		return s.openCell()
	case name == "v":
		s.inValue = s.inCell
	case name == "f":
		s.formula = true
	default:
		s.inText.wants(xmlOpen, s.x)
	}
	return nil
}

func (s *sheetReader) close() error {
	switch name := string(s.x.name); {
	case name == "sheetData":
		s.inData = false
	case !s.inData:
	case name == "row":
		return s.closeRow()
	case name == "c":
		s.inCell = false
		return s.closeCell()
	case name == "v":
		s.inValue = false
	default:
		s.inText.wants(xmlClose, s.x)
	}
	return nil
}

// maxSheetRow is the last row a worksheet can have.
const maxSheetRow = 1 << 20

func (s *sheetReader) openRow() error {
	next := s.row + 1
	if a := s.x.attr("r"); a != nil {
		n, err := strconv.Atoi(string(a))
		if err != nil || n < next || n > maxSheetRow {
			return damaged(s.place(), "the workbook is damaged (its rows are out of order)")
		}
		next = n
	}
	s.row, s.col = next, -1
	s.cells, s.scratch, s.spans = s.cells[:0], s.scratch[:0], s.spans[:0]
	return nil
}

func (s *sheetReader) openCell() error {
	s.col++
	if a := s.x.attr("r"); a != nil {
		col, ok := columnIndex(a)
		if !ok || col < s.col {
			return damaged(s.place(), "the workbook is damaged (its cells are out of order)")
		}
		s.col = col
	}
	s.style = 0
	if a := s.x.attr("s"); a != nil {
		s.style, _ = strconv.Atoi(string(a))
	}
	switch a := s.x.attr("t"); string(a) { // the usual kinds without making a string
	case "", "n":
		s.kind = "n"
	case "s":
		s.kind = "s"
	default:
		s.kind = string(a)
	}
	s.inCell, s.formula, s.value = true, false, s.value[:0]
	return nil
}

// columnIndex reads the letters of a reference such as B7.
func columnIndex(ref []byte) (int, bool) {
	n, i := 0, 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		if n = n*26 + int(ref[i]-'A') + 1; n > 16384 {
			return 0, false
		}
	}
	return n - 1, i > 0 && i < len(ref)
}

func columnLetters(col int) string {
	var b []byte
	for n := col + 1; n > 0; n = (n - 1) / 26 {
		b = append([]byte{byte('A' + (n-1)%26)}, b...)
	}
	return string(b)
}

// closeCell takes the value of the cell that just ended into the row.
func (s *sheetReader) closeCell() error {
	if s.formula && s.row >= s.from {
		return fault.At(s.cellPlace(), "the cell holds a formula", "copy the sheet and paste it as values")
	}
	if len(s.value) == 0 {
		return nil
	}
	if s.col >= s.wb.opt.MaxColumns {
		return tooManyColumns(s.place(), s.wb.opt.MaxColumns)
	}
	for len(s.cells) <= s.col {
		s.cells = append(s.cells, "")
	}
	switch s.kind {
	case "s":
		i, err := strconv.Atoi(string(s.value))
		if err != nil || i < 0 || i >= len(s.wb.strings) {
			return damaged(s.cellPlace(), "the workbook is damaged (the text of the cell is missing)")
		}
		s.cells[s.col] = s.wb.strings[i]
	case "n":
		return s.number()
	case "b":
		s.cells[s.col] = map[string]string{"0": "FALSE", "1": "TRUE"}[string(s.value)]
	case "inlineStr", "str":
		s.keep([]byte(unescapeControl(string(s.value))))
	default: // e: an error such as #N/A; d: a day in ISO form
		s.keep(s.value)
	}
	return nil
}

func (s *sheetReader) keep(b []byte) {
	from := len(s.scratch)
	s.scratch = append(s.scratch, b...)
	s.spans = append(s.spans, span{s.col, from, len(s.scratch)})
}

// number writes a numeric cell as a person would: a day for a date style, otherwise plain
// digits with the 15 that a workbook guarantees.
func (s *sheetReader) number() error {
	isDate := s.style >= 0 && s.style < len(s.wb.dates) && s.wb.dates[s.style]
	plain := len(s.value) <= 15
	for _, b := range s.value {
		plain = plain && (b >= '0' && b <= '9' || b == '.' || b == '-')
	}
	if plain && !isDate {
		s.keep(s.value)
		return nil
	}
	f, err := strconv.ParseFloat(string(s.value), 64)
	if err != nil {
		return damaged(s.cellPlace(), fmt.Sprintf("the workbook is damaged (%q is no number)", s.value))
	}
	from := len(s.scratch)
	if isDate {
		s.scratch = appendSerial(s.scratch, f, s.wb.date1904)
	}
	if len(s.scratch) == from {
		s.scratch = appendNumber(s.scratch, f)
	}
	s.spans = append(s.spans, span{s.col, from, len(s.scratch)})
	return nil
}

func appendNumber(b []byte, f float64) []byte {
	if short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64); err == nil {
		f = short
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// appendSerial writes an Excel serial as a day, with the time when there is one; nothing for
// a number that is no day, such as a time of day alone.
func appendSerial(b []byte, f float64, from1904 bool) []byte {
	if f < 0 || f > lastSerial || f < 1 && !from1904 {
		return b
	}
	day, seconds := math.Floor(f), math.Round((f-math.Floor(f))*86400)
	if seconds == 86400 {
		day, seconds = day+1, 0
	}
	d, ok := fromSerial(int(day), from1904)
	if !ok {
		return b
	}
	y, m, dd := d.YMD()
	b = append(b, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-')
	b = append(b, byte('0'+m/10), byte('0'+m%10), '-', byte('0'+dd/10), byte('0'+dd%10))
	if seconds > 0 {
		t := int(seconds)
		b = fmt.Appendf(b, " %02d:%02d:%02d", t/3600, t/60%60, t%60)
	}
	return b
}

func (s *sheetReader) closeRow() error {
	if len(s.spans) > 0 {
		text := string(s.scratch)
		for _, p := range s.spans {
			s.cells[p.col] = text[p.from:p.to]
		}
	}
	return s.fn(s.row, s.cells)
}

// unescapeControl resolves _x000D_ and its kin, the way workbooks write characters that XML
// cannot hold. A NUL stays escaped: no ledger text has one.
func unescapeControl(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for s != "" {
		i := strings.Index(s, "_x")
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		if r, ok := escapedControl(s); ok {
			b.WriteRune(r)
			s = s[len("_x0000_"):]
		} else {
			b.WriteByte('_')
			s = s[1:]
		}
	}
	b.WriteString(s)
	return b.String()
}

// escapedControl reads _xHHHH_ at the beginning of s.
func escapedControl(s string) (rune, bool) {
	if len(s) < 7 || s[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil && n != 0 && utf8.ValidRune(rune(n))
}
