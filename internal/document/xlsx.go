package document

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"zhunsheng/internal/civil"
)

// Workbook is a set of typed tables: the appendix of a bulletin, or an export.
type Workbook struct{ Sheets []Sheet }

// Sheet is one table with its filter, period and as-of printed above the header.
type Sheet struct {
	Name    string
	Notes   []string // one per row, above the header
	Columns []Column
	Rows    [][]any // string, bool, int, int64, float64, civil.Date, Formula, nil
}

// Formula is a live cell with the value it has as long as nothing is changed. The text has no
// equals sign in front.
type Formula struct {
	Text  string
	Value any
}

// Marked is a text that is shaded, because it wants correcting.
type Marked string

// Column is a column of a sheet.
type Column struct {
	Title string
	Width float64 // characters; 0: 12
	Share bool    // values are fractions, shown as percentages with two decimals
}

// WriteXlsx writes the workbook with frozen headers and filters; dates and numbers are typed
// cells. Rows stream, so a year of cases does not need a year of cells in memory.
func WriteXlsx(w io.Writer, wb Workbook) error {
	f := excelize.NewFile()
	defer f.Close()
	st, err := newXlsxStyles(f)
	if err != nil {
		return err
	}
	for i, s := range wb.Sheets {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err != nil {
			return fmt.Errorf("sheet %s: %w", s.Name, err)
		}
		if err := writeSheet(f, s, st); err != nil {
			return fmt.Errorf("sheet %s: %w", s.Name, err)
		}
	}
	var parts bytes.Buffer
	if err := f.Write(&parts); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return orderParts(w, parts.Bytes())
}

// orderParts writes the parts of a package by name, the list of contents first: the library
// packs streamed sheets in any order, but the same workbook must give the same bytes.
func orderParts(w io.Writer, data []byte) error {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("order the parts of the workbook: %w", err)
	}
	slices.SortFunc(r.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) }) // "[" is before all letters of names
	out := zip.NewWriter(w)
	for _, part := range r.File {
		if err := out.Copy(part); err != nil {
			return fmt.Errorf("order the parts of the workbook: %w", err)
		}
	}
	return out.Close()
}

type xlsxStyles struct{ note, head, text, date, share, marked int }

func newXlsxStyles(f *excelize.File) (st xlsxStyles, err error) {
	dateFmt := "yyyy-mm-dd"
	border := []excelize.Border{{Type: "bottom", Color: "808080", Style: 1}}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&st.note, excelize.Style{Font: &excelize.Font{Color: "666666"}}},
		{&st.head, excelize.Style{Font: &excelize.Font{Bold: true}, Border: border, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}}},
		{&st.text, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&st.date, excelize.Style{CustomNumFmt: &dateFmt}},
		{&st.share, excelize.Style{NumFmt: 10}},
		{&st.marked, excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FBE3C2"}}, Border: []excelize.Border{
			{Type: "left", Color: "B35900", Style: 1}, {Type: "right", Color: "B35900", Style: 1}, {Type: "top", Color: "B35900", Style: 1}, {Type: "bottom", Color: "B35900", Style: 1}}}},
	} {
		if *s.id, err = f.NewStyle(&s.style); err != nil {
			return st, fmt.Errorf("xlsx style: %w", err)
		}
	}
	return st, nil
}

func writeSheet(f *excelize.File, s Sheet, st xlsxStyles) error {
	headRow := len(s.Notes) + 1
	if err := filter(f, s, headRow); err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	for i, c := range s.Columns {
		width := c.Width
		if width == 0 {
			width = 12
		}
		if err := sw.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	top, err := excelize.CoordinatesToCellName(1, headRow+1)
	if err != nil {
		return err
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: headRow, TopLeftCell: top, ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, n := range s.Notes {
		if err := setRow(sw, i+1, []any{excelize.Cell{StyleID: st.note, Value: n}}); err != nil {
			return err
		}
	}
	head := make([]any, len(s.Columns))
	for i, c := range s.Columns {
		head[i] = excelize.Cell{StyleID: st.head, Value: c.Title}
	}
	if err := setRow(sw, headRow, head); err != nil {
		return err
	}
	for i, r := range s.Rows {
		if err := setRow(sw, headRow+1+i, typedCells(r, s.Columns, st)); err != nil {
			return err
		}
	}
	return sw.Flush()
}

// filter puts filters on the header row. It must be called before the rows are streamed: called
// afterwards, excelize reads and writes the whole sheet once more, which takes three times as
// long as streaming it.
func filter(f *excelize.File, s Sheet, headRow int) error {
	if len(s.Columns) == 0 || len(s.Rows) == 0 {
		return nil
	}
	from, _ := excelize.CoordinatesToCellName(1, headRow)
	to, err := excelize.CoordinatesToCellName(len(s.Columns), headRow+len(s.Rows))
	if err != nil {
		return err
	}
	return f.AutoFilter(s.Name, from+":"+to, nil)
}

func setRow(sw *excelize.StreamWriter, row int, cells []any) error {
	at, err := excelize.CoordinatesToCellName(1, row)
	if err != nil {
		return err
	}
	return sw.SetRow(at, cells)
}

func typedCells(values []any, cols []Column, st xlsxStyles) []any {
	out := make([]any, len(values))
	for i, v := range values {
		switch x := v.(type) {
		case Marked:
			out[i] = excelize.Cell{StyleID: st.marked, Value: string(x)}
		case Formula:
			out[i] = excelize.Cell{Formula: x.Text, Value: x.Value}
		case civil.Date:
			if x.IsZero() {
				out[i] = nil
			} else if x.Year() < 1900 {
				out[i] = x.String() // Excel has no day before 1900
			} else {
				out[i] = excelize.Cell{StyleID: st.date, Value: x.Time()}
			}
		case float64:
			if i < len(cols) && cols[i].Share {
				out[i] = excelize.Cell{StyleID: st.share, Value: x}
			} else {
				out[i] = x
			}
		default:
			out[i] = v
		}
	}
	return out
}
