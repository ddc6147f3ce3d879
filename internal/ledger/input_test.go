package ledger

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// inputOf is a file in memory.
func inputOf[T string | []byte](name string, data T) Input {
	return Input{Name: name, R: bytes.NewReader([]byte(data)), Size: int64(len(data))}
}

// readRow is one row with its line, kept.
type readRow struct {
	Line  int
	Cells []string
}

// readAll opens a file with one table and reads it to its end.
func readAll(in Input, opt Options) (*Table, []readRow, error) {
	tables, err := OpenTables(in, opt)
	if err != nil {
		return nil, nil, err
	}
	var rows []readRow
	err = tables[0].Each(func(line int, cells []string) error {
		rows = append(rows, readRow{line, slices.Clone(cells)})
		return nil
	})
	return tables[0], rows, err
}

func packed(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func encoded(e encoding.Encoding, s string) []byte {
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

// workbookOf writes a workbook whose first sheet is 台账 with the given rows.
func workbookOf(t testing.TB, rows [][]any, also ...func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", "台账"); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := f.SetSheetRow("台账", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, do := range also {
		do(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type parquetCase struct {
	CaseNo string `parquet:"案号"`
	Filed  int32  `parquet:"立案日期,date"`
	Text   string `parquet:"案由"`
}

func parquetOf[T any](t testing.TB, rows []T, opt ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, opt...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestOneTableInEveryForm writes one ledger in every format, encoding and packing and expects
// the same cells from each.
func TestOneTableInEveryForm(t *testing.T) {
	header := []string{"案号", "立案日期", "案由"}
	rows := []readRow{
		{2, []string{"（2023）藏9801民初1号", "2023-01-05", "离婚纠纷"}},
		{3, []string{"（2023）藏9801民初2号", "2023-02-28", ""}},
		{4, []string{"（2023）藏9801民初𠮷3号", "2023-12-31", "民间借贷纠纷"}},
	}
	text := func(delim, end string) string {
		var b strings.Builder
		b.WriteString(strings.Join(header, delim) + end)
		for _, r := range rows {
			b.WriteString(strings.Join(r.Cells, delim) + end)
		}
		return b.String()
	}
	var sheet [][]any
	var records []parquetCase
	sheet = append(sheet, []any{header[0], header[1], header[2]})
	for _, r := range rows {
		day, _ := time.Parse(time.DateOnly, r.Cells[1])
		sheet = append(sheet, []any{r.Cells[0], day, r.Cells[2]})
		records = append(records, parquetCase{r.Cells[0], int32(day.Unix() / 86400), r.Cells[2]})
	}
	le, be := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	leBare, beBare := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for name, tc := range map[string]struct {
		file string
		data []byte
		want Detected
	}{
		"csv":               {"a.csv", []byte(text(",", "\n")), Detected{Format: "csv", Encoding: "UTF-8", Delimiter: ","}},
		"crlf":              {"a.csv", []byte(text(",", "\r\n")), Detected{Format: "csv", Encoding: "UTF-8", Delimiter: ","}},
		"tsv":               {"a.tsv", []byte(text("\t", "\n")), Detected{Format: "tsv", Encoding: "UTF-8", Delimiter: "\t"}},
		"semicolon":         {"a.txt", []byte(text(";", "\n")), Detected{Format: "csv", Encoding: "UTF-8", Delimiter: ";"}},
		"bar":               {"a", []byte(text("|", "\n")), Detected{Format: "csv", Encoding: "UTF-8", Delimiter: "|"}},
		"mark":              {"a.csv", []byte("\ufeff" + text(",", "\n")), Detected{Format: "csv", Encoding: "UTF-8 with BOM", Delimiter: ","}},
		"gb":                {"a.csv", encoded(simplifiedchinese.GB18030, text(",", "\n")), Detected{Format: "csv", Encoding: "GB18030", Delimiter: ","}},
		"utf-16le":          {"a.csv", encoded(le, text("\t", "\r\n")), Detected{Format: "tsv", Encoding: "UTF-16LE", Delimiter: "\t"}},
		"utf-16be":          {"a.csv", encoded(be, text(",", "\n")), Detected{Format: "csv", Encoding: "UTF-16BE", Delimiter: ","}},
		"utf-16le, no mark": {"a.csv", encoded(leBare, text(",", "\n")), Detected{Format: "csv", Encoding: "UTF-16LE", Delimiter: ","}},
		"utf-16be, no mark": {"a.csv", encoded(beBare, text(",", "\n")), Detected{Format: "csv", Encoding: "UTF-16BE", Delimiter: ","}},
		"csv.gz":            {"a.csv.gz", packed([]byte(text(",", "\n"))), Detected{Format: "csv", Compression: "gzip", Encoding: "UTF-8", Delimiter: ","}},
		"gb.gz":             {"a.CSV.GZ", packed(encoded(simplifiedchinese.GB18030, text(";", "\n"))), Detected{Format: "csv", Compression: "gzip", Encoding: "GB18030", Delimiter: ";"}},
		"xlsx":              {"a.xlsx", workbookOf(t, sheet), Detected{Format: "xlsx", Sheet: "台账"}},
		"xlsx.gz":           {"a.xlsx.gz", packed(workbookOf(t, sheet)), Detected{Format: "xlsx", Compression: "gzip", Sheet: "台账"}},
		"parquet":           {"a.parquet", parquetOf(t, records), Detected{Format: "parquet"}},
		"parquet.gz":        {"a.parquet.gz", packed(parquetOf(t, records)), Detected{Format: "parquet", Compression: "gzip"}},
	} {
		t.Run(name, func(t *testing.T) {
			table, got, err := readAll(inputOf(tc.file, tc.data), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if tc.want.Format != "parquet" {
				tc.want.HeaderRow = 1
			}
			if !reflect.DeepEqual(table.Detected, tc.want) {
				t.Errorf("detected %+v\n    want %+v", table.Detected, tc.want)
			}
			if !slices.Equal(table.Header, header) || !reflect.DeepEqual(got, rows) {
				t.Errorf("header %q rows %v", table.Header, got)
			}
			if table.Name != tc.file {
				t.Errorf("name %q", table.Name)
			}
		})
	}
}

func TestSample(t *testing.T) {
	tables, err := OpenTables(inputOf("a.csv", "a,b\n1,2\n\n , \n3,4\n5,6\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int][][]string{0: nil, 2: {{"1", "2"}, {"3", "4"}}, 9: {{"1", "2"}, {"3", "4"}, {"5", "6"}}} {
		if got, err := tables[0].Sample(n); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Sample(%d) = %q, %v", n, got, err)
		}
	}
}

// TestCellsMayBeKept: the strings of a row must not change when the next rows are read.
func TestCellsMayBeKept(t *testing.T) {
	var b strings.Builder
	b.WriteString("no,\"quoted\"\n")
	for i := range 50_000 {
		fmt.Fprintf(&b, "%d,\"x%d\"\n%d,y%d\n", i, i, i, i)
	}
	tables, err := OpenTables(inputOf("a.csv", b.String()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	if err := tables[0].Each(func(_ int, cells []string) error { kept = append(kept, cells...); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(kept) != 200_000 {
		t.Fatalf("%d cells", len(kept))
	}
	for i := range 50_000 {
		n := fmt.Sprint(i)
		if got := kept[4*i : 4*i+4]; got[0] != n || got[1] != "x"+n || got[2] != n || got[3] != "y"+n {
			t.Fatalf("row %d: %q", i, got)
		}
	}
}

// TestEncodingFoundLate: a long stretch of ASCII before the first Chinese character.
func TestEncodingFoundLate(t *testing.T) {
	plain := "case_no,cause\n" + strings.Repeat("A-1,theft\n", 60_000)
	for want, data := range map[string][]byte{
		"UTF-8":   []byte(plain + "A-2,盗窃罪\n"),
		"GB18030": append([]byte(plain), encoded(simplifiedchinese.GB18030, "A-2,盗窃罪\n")...),
	} {
		table, rows, err := readAll(inputOf("a.csv", data), Options{})
		if err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		if last := rows[len(rows)-1]; table.Detected.Encoding != want || last.Cells[1] != "盗窃罪" || last.Line != 60_002 {
			t.Errorf("%s: detected %s, last row %v", want, table.Detected.Encoding, last)
		}
	}
}

func TestEncodingNamed(t *testing.T) {
	data := []byte("processo;juiz\n1;Jos\xe9 Ara\xfajo\n")
	_, rows, err := readAll(inputOf("a.csv", data), Options{Encoding: "Windows-1252"})
	if err != nil || rows[0].Cells[1] != "José Araújo" {
		t.Errorf("%v %v", rows, err)
	}
	if _, _, err := readAll(inputOf("a.csv", data), Options{Encoding: "EBCDIC"}); err == nil {
		t.Error("EBCDIC is not known and must be refused")
	}
}

func TestDelimiterChoice(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want string
	}{
		"bars inside a cell":      {"no,subjects\n1,Cheque|Juros\n2,Juros\n3,A|B|C\n", ","},
		"commas inside cells":     {"no\tcause\n1\ta, b\n2\tc, d\n", "\t"},
		"decimal commas":          {"no;sum;paid\n1;2,5;3,5\n2;2,5;3,5\n", ";"},
		"quoted":                  {"a,b\n\"1;2;3\",x\n\"4;5;6\",y\n", ","},
		"named by a spreadsheet":  {"sep=;\na;b\n1,5;2\n", ";"},
		"one column":              {"case_no\nA\nB\n", ","},
		"ragged rows do not hide": {"a|b|c\n1|2|3\n1|2\n4|5|6\n", "|"},
	} {
		t.Run(name, func(t *testing.T) {
			table, _, err := readAll(inputOf("a.csv", tc.text), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if table.Detected.Delimiter != tc.want {
				t.Errorf("delimiter %q, want %q", table.Detected.Delimiter, tc.want)
			}
		})
	}
}
