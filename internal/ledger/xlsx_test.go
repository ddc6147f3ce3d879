package ledger

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// reworked copies a workbook, passing the text of each part through change; "" drops a part.
func reworked(t testing.TB, book []byte, change func(name, text string) string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		if s := change(f.Name, string(text)); s != "" {
			out, _ := w.Create(f.Name)
			io.WriteString(out, s)
		}
	}
	w.Close()
	return b.Bytes()
}

// withSheet replaces the rows of the first sheet by hand-written XML.
func withSheet(t testing.TB, rows string) []byte {
	return reworked(t, workbookOf(t, [][]any{{"x"}}), func(name, text string) string {
		if name == "xl/worksheets/sheet1.xml" {
			return `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`
		}
		return text
	})
}

func TestXLSXCells(t *testing.T) {
	day := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
	styled := func(cell string, v any, style *excelize.Style) func(*excelize.File) {
		return func(f *excelize.File) {
			f.SetCellValue("台账", cell, v)
			id, err := f.NewStyle(style)
			if err != nil {
				t.Fatal(err)
			}
			f.SetCellStyle("台账", cell, cell, id)
		}
	}
	code := func(s string) *excelize.Style { return &excelize.Style{CustomNumFmt: &s} }
	for name, tc := range map[string]struct {
		do   func(*excelize.File)
		want string
	}{
		"text":                             {func(f *excelize.File) { f.SetCellStr("台账", "B2", "a&b <c>") }, "a&b <c>"},
		"line break":                       {func(f *excelize.File) { f.SetCellStr("台账", "B2", "甲\n乙") }, "甲\n乙"},
		"control":                          {func(f *excelize.File) { f.SetCellStr("台账", "B2", "x_x000D_y") }, "x\ry"},
		"whole":                            {func(f *excelize.File) { f.SetCellInt("台账", "B2", 20240305) }, "20240305"},
		"fraction":                         {func(f *excelize.File) { f.SetCellFloat("台账", "B2", 1234.56, -1, 64) }, "1234.56"},
		"sum of tenths":                    {func(f *excelize.File) { f.SetCellFloat("台账", "B2", 1234.5599999999999, -1, 64) }, "1234.56"},
		"big":                              {func(f *excelize.File) { f.SetCellDefault("台账", "B2", "1.2E+7") }, "12000000"},
		"true":                             {func(f *excelize.File) { f.SetCellBool("台账", "B2", true) }, "TRUE"},
		"rounded for the eye":              {styled("B2", 12345.67, code("#,##0")), "12345.67"},
		"month and day first":              {styled("B2", day, &excelize.Style{NumFmt: 14}), "2024-03-05"},
		"chinese style":                    {styled("B2", day, code(`yyyy"年"m"月"d"日"`)), "2024-03-05"},
		"built in for Chinese":             {styled("B2", 45356, &excelize.Style{NumFmt: 31}), "2024-03-05"},
		"with a time":                      {styled("B2", day.Add(10*time.Hour+30*time.Minute), &excelize.Style{NumFmt: 22}), "2024-03-05 10:30:00"},
		"almost midnight":                  {styled("B2", 45355.9999999, code("yyyy-mm-dd")), "2024-03-05"},
		"a time alone":                     {styled("B2", 0.5, &excelize.Style{NumFmt: 20}), "0.5"},
		"a number in a style with letters": {styled("B2", 45356, code(`"day" 0.00 "m"`)), "45356"},
		"red below zero":                   {styled("B2", 45356, code(`[Red]0;[Blue]d`)), "45356"},
		"rich": {func(f *excelize.File) {
			f.SetCellRichText("台账", "B2", []excelize.RichTextRun{{Text: "甲"}, {Text: "乙", Font: &excelize.Font{Bold: true}}})
		}, "甲乙"},
	} {
		t.Run(name, func(t *testing.T) {
			book := workbookOf(t, [][]any{{"a", "b", "c"}, {"1", nil, "3"}}, tc.do)
			_, rows, err := readAll(inputOf("a.xlsx", book), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if want := []readRow{{2, []string{"1", tc.want, "3"}}}; !reflect.DeepEqual(rows, want) {
				t.Errorf("%q, want %q", rows[0].Cells, want[0].Cells)
			}
		})
	}
}

func TestXLSXHandWritten(t *testing.T) {
	const head = `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>`
	for name, tc := range map[string]struct {
		xml  string
		want []readRow
	}{
		"gaps and empty rows":  {head + `<row r="3"/><row r="7"><c r="B7"><v>5</v></c><c r="D7" s="0"/></row>`, []readRow{{7, []string{"", "5"}}}},
		"no references":        {`<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>`, []readRow{{2, []string{"1", "2"}}}},
		"more than the header": {head + `<row r="2"><c r="A2"><v>1</v></c><c r="C2"><v>3</v></c></row>`, []readRow{{2, []string{"1", "", "3"}}}},
		"readings left out": {head + `<row r="2"><c r="A2" t="inlineStr"><is><r><t>東</t></r><rPh sb="0" eb="1"><t>ひがし</t></rPh><r><t xml:space="preserve"> 京</t></r></is></c></row>`,
			[]readRow{{2, []string{"東 京", ""}}}},
		"entities":       {head + `<row r="2"><c r="A2" t="str"><v>&lt;&#x6848;&#21495;&amp;&quot;</v></c></row>`, []readRow{{2, []string{`<案号&"`, ""}}}},
		"sections":       {head + `<row r="2"><c r="A2" t="str"><v>a<![CDATA[<&b]]>c<!-- x --></v></c></row>`, []readRow{{2, []string{"a<&bc", ""}}}},
		"an error value": {head + `<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>`, []readRow{{2, []string{"#N/A", ""}}}},
		"an ISO day":     {head + `<row r="2"><c r="A2" t="d"><v>2024-03-05T00:00:00</v></c></row>`, []readRow{{2, []string{"2024-03-05T00:00:00", ""}}}},
		"controls":       {head + `<row r="2"><c r="A2" t="str"><v>x_x0041_y_x_x00zz_</v></c></row>`, []readRow{{2, []string{"xAy_x_x00zz_", ""}}}},
		"quoted bracket": {head + `<row r='2' x="&gt;>"><c r='A2'><v>1</v></c></row>`, []readRow{{2, []string{"1", ""}}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, rows, err := readAll(inputOf("a.xlsx", withSheet(t, tc.xml)), Options{})
			if err != nil || !reflect.DeepEqual(rows, tc.want) {
				t.Errorf("%q, %v; want %q", fmt.Sprint(rows), err, fmt.Sprint(tc.want))
			}
		})
	}
}

func TestXLSXFrom1904(t *testing.T) {
	book := reworked(t, workbookOf(t, [][]any{{"a", "b"}, {"1", time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)}}), func(name, text string) string {
		if name == "xl/workbook.xml" {
			return strings.Replace(text, "<workbookPr", `<workbookPr date1904="1"`, 1)
		}
		return text
	})
	table, rows, err := readAll(inputOf("a.xlsx", book), Options{})
	if err != nil || !table.Detected.Date1904 || rows[0].Cells[1] != "2028-03-06" { // the same serial, 1462 days later
		t.Errorf("%v, %v", rows, err)
	}
}

func TestXLSXSheets(t *testing.T) {
	book := workbookOf(t, [][]any{{"案号"}, {"1"}}, func(f *excelize.File) {
		f.NewSheet("空")
		f.NewSheet("只有表头")
		f.SetSheetRow("只有表头", "A1", &[]any{"a", "b"})
		f.NewSheet("二月")
		f.SetSheetRow("二月", "A1", &[]any{"二月案件台账"})
		f.SetSheetRow("二月", "A2", &[]any{"案号", "立案"})
		f.SetSheetRow("二月", "A3", &[]any{"2", "x"})
		f.NewSheet("汇总")
		f.SetSheetRow("汇总", "A1", &[]any{"案号", "案号"})
		f.SetSheetRow("汇总", "A2", &[]any{"2", "x"})
	})
	tables, err := OpenTables(inputOf("a.xlsx", book), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, table := range tables {
		names = append(names, table.Sheet)
	}
	if !slices.Equal(names, []string{"台账", "二月", "汇总"}) || !slices.Equal(tables[1].Header, []string{"案号", "立案"}) {
		t.Errorf("%q %q", names, tables[1].Header)
	}
	want := `a.xlsx, sheet 汇总, row 1: the column name "案号" stands twice, in columns 1 and 2; give each column its own name`
	if _, err := tables[2].Sample(1); err == nil || err.Error() != want {
		t.Errorf("faulty sheet: %v", err)
	}
	if tables, err := OpenTables(inputOf("a.xlsx", book), Options{Sheet: "二月"}); err != nil || len(tables) != 1 {
		t.Errorf("one sheet: %v, %v", tables, err)
	}
}

// TestXLSXMergedHeader: names over two rows, merged across and down, below a merged title.
func TestXLSXMergedHeader(t *testing.T) {
	book := workbookOf(t, [][]any{
		{nil},
		{"案号", "当事人", nil, "结案日期"},
		{nil, "原告", "被告", nil},
		{"（2023）藏98民初1号", "甲", "乙", "2023-05-06"},
	}, func(f *excelize.File) {
		if err := f.SetCellFormula("台账", "A1", `YEAR(TODAY())&"年案件台账"`); err != nil { // in a title it does no harm
			t.Fatal(err)
		}
		for _, m := range [][2]string{{"A1", "D1"}, {"A2", "A3"}, {"B2", "C2"}, {"D2", "D3"}} {
			if err := f.MergeCell("台账", m[0], m[1]); err != nil {
				t.Fatal(err)
			}
		}
	})
	table, rows, err := readAll(inputOf("a.xlsx", book), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"案号", "当事人/原告", "当事人/被告", "结案日期"}
	if !slices.Equal(table.Header, want) || table.Detected.HeaderRow != 3 || len(rows) != 1 || rows[0].Line != 4 {
		t.Errorf("%q, row %d, %v", table.Header, table.Detected.HeaderRow, rows)
	}
}

// TestXLSXAgreesWithExcelize: texts and numbers of a whole sheet as the usual library reads them.
func TestXLSXAgreesWithExcelize(t *testing.T) {
	rows := [][]any{{"no", "text", "number", "flag"}}
	for i := range 300 {
		rows = append(rows, []any{i, fmt.Sprintf("第%d件 <%d>", i, i*i), float64(i) * 1.25, i%2 == 0})
	}
	book := workbookOf(t, rows)
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	want, err := f.GetRows("台账")
	if err != nil {
		t.Fatal(err)
	}
	_, got, err := readAll(inputOf("a.xlsx", book), Options{})
	if err != nil || len(got) != 300 {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	for i, r := range got {
		if !slices.Equal(r.Cells, want[i+1]) || r.Line != i+2 {
			t.Errorf("row %d: %q, want %q", r.Line, r.Cells, want[i+1])
		}
	}
}

// FuzzXLSXText: a text written by the usual library is read as that library reads it.
func FuzzXLSXText(f *testing.F) {
	for _, s := range []string{"案号", "a&b", "<c r=\"A1\">", " x ", "_x0041_", "]]>", "\n", "=1+1", "'", "1e5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > 1000 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r >= 0xFFFE }) {
			return
		}
		book := workbookOf(t, [][]any{{"a", "b"}, {"1", s}})
		file, err := excelize.OpenReader(bytes.NewReader(book))
		if err != nil {
			t.Fatal(err)
		}
		want, err := file.GetCellValue("台账", "B2")
		if err != nil {
			t.Fatal(err)
		}
		_, rows, err := readAll(inputOf("a.xlsx", book), Options{})
		if err != nil || len(rows) != 1 || rows[0].Cells[1] != want {
			t.Fatalf("%q: %q, %v; want %q", s, fmt.Sprint(rows), err, want)
		}
	})
}

// FuzzXLSXSheet: whatever a sheet's XML is, it is refused or read the same twice, rows in
// rising order and inside the limits; and what is read is XML that nests well.
func FuzzXLSXSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>`)
	f.Add(`<row><c t="str"><v>a</v></c></row><row><c><v>2</v></c><c s="1"><v>45356.5</v></c></row>`)
	f.Add(`<row r="2"><c r="ZZZZ2"><f>1</f><v>1</v></c></row></sheetData><mergeCells/><x:y a='>'/>`)
	plain := workbookOf(f, [][]any{{"x"}})
	f.Fuzz(func(t *testing.T, rows string) {
		sheet := `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`
		book := reworked(t, plain, func(name, text string) string {
			if name == "xl/worksheets/sheet1.xml" {
				return sheet
			}
			return text
		})
		opt := Options{MaxColumns: 50}
		table, got, err := readAll(inputOf("a.xlsx", book), opt)
		if err != nil {
			return
		}
		line := table.Detected.HeaderRow
		for _, r := range got {
			if r.Line <= line || len(r.Cells) > 50 || blankRow(r.Cells) {
				t.Fatalf("row %v behind line %d", r, line)
			}
			line = r.Line
		}
		if _, again, err := readAll(inputOf("a.xlsx", book), opt); err != nil || !reflect.DeepEqual(again, got) {
			t.Fatalf("second reading differs: %v", err)
		}
		if open := openElements(sheet); open != 0 {
			t.Fatalf("%d elements stay open in %q", open, sheet)
		}
	})
}

// openElements counts what the general decoder leaves open, as far as it can read.
func openElements(doc string) int {
	d := xml.NewDecoder(strings.NewReader(doc))
	d.Strict = false
	open := 0
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return open
		}
		if err != nil {
			return 0 // it refuses more than we do, such as names with odd characters
		}
		switch token.(type) {
		case xml.StartElement:
			open++
		case xml.EndElement:
			open--
		}
	}
}
