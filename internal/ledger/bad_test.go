package ledger

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"zhunsheng/internal/fault"
)

// swollen is n letters packed, about a thousand times smaller.
func swollen(t testing.TB, n int64) []byte {
	t.Helper()
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if _, err := io.CopyN(w, strings.NewReader(strings.Repeat("a", int(n))), n); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return b.Bytes()
}

// ole is a container as password-protected workbooks and old xls files have it, with one stream.
func ole(stream string) []byte {
	b := append(slices.Clone(magicOLE), make([]byte, 1016)...)
	for _, r := range stream {
		b = binary.LittleEndian.AppendUint16(b, uint16(r))
	}
	return append(b, make([]byte, 512)...)
}

func zipOf(t testing.TB, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, text)
	w.Close()
	return b.Bytes()
}

// packedSize is the size of a packed test file, which changes with the packer's version.
var packedSize = regexp.MustCompile(`\d+ bytes packed`)

// TestBadInput gives every kind of unusable file and expects the exact words a clerk will read.
func TestBadInput(t *testing.T) {
	book := workbookOf(t, [][]any{{"案号", "立案"}, {"1", "2023-01-05"}, {"2", "2023-01-06"}})
	pq := parquetOf(t, []parquetCase{{"1", 1, "x"}, {"2", 2, "y"}})
	gz := packed([]byte(strings.Repeat("案号,立案\n1,2023-01-05\n", 5000)))
	small := Options{MinUnpacked: 1 << 20}
	const sheet = "xl/worksheets/sheet1.xml"
	part := func(part string, change func(string) string) []byte {
		return reworked(t, book, func(name, text string) string {
			if name == part {
				return change(text)
			}
			return text
		})
	}
	formula := workbookOf(t, [][]any{{"案号", "立案"}, {"1", "x"}}, func(f *excelize.File) { f.SetCellFormula("台账", "B2", "TODAY()") })
	bomb := reworked(t, book, func(name, text string) string {
		if name == sheet {
			return text + strings.Repeat(" ", 2<<20)
		}
		return text
	})
	for name, tc := range map[string]struct {
		file string
		data []byte
		opt  Options
		want string
	}{
		"empty":              {file: "a.csv", want: "a.csv: the file is empty; export it again"},
		"empty inside gzip":  {file: "a.csv.gz", data: packed(nil), want: "a.csv.gz: the file is empty; export it again"},
		"blanks only":        {file: "a.csv", data: []byte(" \n,,\n"), want: "a.csv: there is nothing in it but blanks; export it again"},
		"header only":        {file: "a.csv", data: []byte("案号,立案\n"), want: "a.csv: there are column names but no rows; export it again with its rows"},
		"header only, xlsx":  {file: "a.xlsx", data: workbookOf(t, [][]any{{"a", "b"}}), want: "a.xlsx, sheet 台账: there are column names but no rows; export it again with its rows"},
		"empty sheet":        {file: "a.xlsx", data: workbookOf(t, nil), want: "a.xlsx, sheet 台账: there is nothing in it but blanks; export it again"},
		"no records":         {file: "a.parquet", data: parquetOf[parquetCase](t, nil), want: "a.parquet: there are column names but no rows; export it again with its rows"},
		"one name twice":     {file: "a.csv", data: []byte("no,court,no\n1,2,3\n"), want: `a.csv, line 1: the column name "no" stands twice, in columns 1 and 3; give each column its own name`},
		"NUL byte":           {file: "a.csv", data: []byte("a,b\n1,2\n3,\x004\n"), want: "a.csv, line 3: there is a NUL byte in the text; export the file again as csv text; it is damaged or not a text at all"},
		"NUL in a long cell": {file: "a.csv", data: []byte("a,b\n\"1\n\x00\",2\n"), want: "a.csv, line 3: there is a NUL byte in the text; export the file again as csv text; it is damaged or not a text at all"},
		"a picture":          {file: "a.csv", data: []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x80\x81"), want: "a.csv: the text is neither UTF-8 nor GB18030 nor UTF-16; name its encoding, or save it as UTF-8"},
		"Latin letters":      {file: "a.csv", data: []byte("processo,juiz\n1,Jos\xe9 Ara\xfajo\n"), want: "a.csv: the text is neither UTF-8 nor GB18030 nor UTF-16; name its encoding, or save it as UTF-8"},
		"UTF-8 that stops being it": {file: "a.csv", data: []byte("案号,b\n" + strings.Repeat("案号甲,2\n", 30_000) + "x,\xff\n"),
			want: "a.csv, line 30002: there are bytes that are not UTF-8; name the right encoding, or save the file as UTF-8"},
		"GB18030 that stops being it": {file: "a.csv", data: []byte("\xb0\xb8\xba\xc5,b\n1,2\n3,\xff\xff\n"), opt: Options{Encoding: "gbk"},
			want: "a.csv, line 3: there are bytes that are not GB18030; name the right encoding, or save the file as UTF-8"},
		"a quote never closed": {file: "a.csv", data: []byte("a,b\n1,2\n3,\"4\n5,6\n"), want: `a.csv, lines 3 to 4: a cell that begins with a quotation mark does not end with one; close the cell, or write "" for each quotation mark that belongs to the text`},
		"text behind a quote":  {file: "a.csv", data: []byte("a,b\n1,\"2\"x\n"), want: `a.csv, line 2: a cell that begins with a quotation mark does not end with one; close the cell, or write "" for each quotation mark that belongs to the text`},
		"a quote inside":       {file: "a.csv", data: []byte("a,b\n1,2 \"x\"\n"), want: `a.csv, line 2: there is a quotation mark " inside a cell that does not begin with one; put the whole cell between quotation marks and write "" for each one inside`},
		"a million columns":    {file: "a.csv", data: []byte("a,b\n1,2\n" + strings.Repeat(",", 1_000_000) + "\n"), want: "a.csv, line 3: there are more than 2000 columns; check the delimiter and export only the columns of the ledger"},
		"a row without end": {file: "a.csv", data: []byte("a,b\n1,2\n1,\"" + strings.Repeat("12345678,", 1_000_000)), opt: Options{MaxRowBytes: 1 << 20},
			want: "a.csv, behind line 2: the row is longer than 1 MiB; look for a quotation mark that is opened and never closed, or for another line end than a spreadsheet writes"},
		"a million columns, xlsx": {file: "a.xlsx", data: withSheet(t, `<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="XFD2"><v>1</v></c></row>`),
			want: "a.xlsx, sheet 台账, row 2: there are more than 2000 columns; check the delimiter and export only the columns of the ledger"},
		"gzip cut short":      {file: "a.csv.gz", data: gz[:len(gz)/2], want: "a.csv.gz: the gzip file is cut short; copy or export the file again"},
		"gzip without an end": {file: "a.csv.gz", data: gz[:len(gz)-3], want: "a.csv.gz: the gzip file is cut short; copy or export the file again"},
		"gzip, wrong sum": {file: "a.csv.gz", data: append(slices.Clone(gz[:len(gz)-8]), 1, 2, 3, 4, gz[len(gz)-4], gz[len(gz)-3], gz[len(gz)-2], gz[len(gz)-1]),
			want: "a.csv.gz: the gzip file is damaged (its checksum does not agree); copy or export the file again"},
		"gzip, damaged":    {file: "a.csv.gz", data: append(slices.Clone(gz[:40]), bytes.Repeat([]byte{0xff}, 40)...), want: "a.csv.gz: the gzip file is damaged; copy or export the file again"},
		"gzip, head alone": {file: "a.csv.gz", data: gz[:6], want: "a.csv.gz: the gzip file is cut short; copy or export the file again"},
		"gzip bomb": {file: "a.csv.gz", data: swollen(t, 2<<20), opt: Options{MinUnpacked: 1 << 20, MaxRowBytes: 8 << 20},
			want: "a.csv.gz: unpacks to more than 1 MiB, the limit for N bytes packed (200 times, at least 1 MiB); this is no ledger as courts export it; ask where it comes from"},
		"xlsx bomb": {file: "a.xlsx", data: bomb, opt: small,
			want: "a.xlsx, part xl/worksheets/sheet1.xml: unpacks to more than 1 MiB, the limit for N bytes packed (200 times, at least 1 MiB); this is no ledger as courts export it; ask where it comes from"},
		"xlsx too big inside gzip": {file: "a.xlsx.gz", data: packed(book), opt: Options{MaxMemory: 1 << 10},
			want: "a.xlsx.gz: unpacks to more than 1024 bytes, too much to read inside gzip; unpack it before you load it"},
		"formula":                {file: "a.xlsx", data: formula, want: "a.xlsx, sheet 台账, cell B2: the cell holds a formula; copy the sheet and paste it as values"},
		"xlsx cut short":         {file: "a.xlsx", data: book[:len(book)-200], want: "a.xlsx: the workbook is cut short or damaged (its table of contents is missing); copy or export the file again"},
		"sheet cut short":        {file: "a.xlsx", data: part(sheet, func(s string) string { return s[:len(s)-40] }), want: "a.xlsx, sheet 台账, row 3: the workbook is damaged (the XML inside is cut short); copy or export the file again"},
		"sheet nests ill":        {file: "a.xlsx", data: part(sheet, func(s string) string { return strings.Replace(s, "</row>", "</c>", 1) }), want: "a.xlsx, sheet 台账, row 1: the workbook is damaged (the XML inside is damaged); copy or export the file again"},
		"sheet missing":          {file: "a.xlsx", data: part(sheet, func(string) string { return "" }), want: "a.xlsx: the workbook is damaged (sheet 台账 is missing); copy or export the file again"},
		"strings missing":        {file: "a.xlsx", data: part("xl/sharedStrings.xml", func(string) string { return "" }), want: "a.xlsx, sheet 台账, cell A1: the workbook is damaged (the text of the cell is missing); copy or export the file again"},
		"styles damaged":         {file: "a.xlsx", data: part("xl/styles.xml", func(string) string { return "<styleSheet>" }), want: "a.xlsx: the workbook is damaged (part xl/styles.xml); copy or export the file again"},
		"no number":              {file: "a.xlsx", data: withSheet(t, `<row><c><v>x</v></c></row><row><c><v>1</v></c></row>`), want: `a.xlsx, sheet 台账, cell A1: the workbook is damaged ("x" is no number); copy or export the file again`},
		"rows disordered":        {file: "a.xlsx", data: withSheet(t, `<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>`), want: "a.xlsx, sheet 台账, row 2: the workbook is damaged (its rows are out of order); copy or export the file again"},
		"cells disordered":       {file: "a.xlsx", data: withSheet(t, `<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>`), want: "a.xlsx, sheet 台账, row 2: the workbook is damaged (its cells are out of order); copy or export the file again"},
		"document type":          {file: "a.xlsx", data: part(sheet, func(string) string { return `<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>` }), want: "a.xlsx, sheet 台账, row 0: the workbook is damaged (the XML inside is damaged); copy or export the file again"},
		"password":               {file: "a.xlsx", data: ole("EncryptedPackage"), want: "a.xlsx: the workbook is protected by a password; open it, remove the password and save it again"},
		"old xls":                {file: "a.xls", data: ole("Workbook"), want: "a.xls: this is a workbook of Excel 97-2003 (xls) or another old Office file; open it and save it as xlsx"},
		"a plain archive":        {file: "a.zip", data: zipOf(t, "a.csv", "a,b\n1,2\n"), want: "a.zip: this is a zip archive without a workbook in it; unpack it and load the tables inside, or save it as xlsx"},
		"no such sheet":          {file: "a.xlsx", data: book, opt: Options{Sheet: "五月"}, want: `a.xlsx: there is no sheet "五月"; it has 台账`},
		"web page":               {file: "a.xls", data: []byte("\ufeff<html><table><tr><td>1"), want: "a.xls: this is a web page, even if its name says otherwise; open it in a spreadsheet and save it as xlsx"},
		"PDF":                    {file: "a.pdf", data: []byte("%PDF-1.7\n"), want: "a.pdf: this is a PDF document, not a table; export csv, xlsx or parquet"},
		"csv that is xlsx":       {file: "a.csv", data: book, want: "a.csv: the name says csv, the content is xlsx; rename it to end in .xlsx"},
		"xlsx that is csv":       {file: "a.xlsx", data: []byte("a,b\n1,2\n"), want: "a.xlsx: the name says xlsx, the content is text; rename it to end in .csv"},
		"xls that is xlsx":       {file: "a.xls", data: book, want: "a.xls: the name says xls, the content is xlsx; rename it to end in .xlsx"},
		"csv that is gzip":       {file: "a.csv", data: gz, want: "a.csv: the name says csv, the content is gzip with text inside; rename it to end in .csv.gz"},
		"gz that is plain":       {file: "a.csv.gz", data: []byte("a,b\n1,2\n"), want: "a.csv.gz: the name says csv.gz, the content is text; rename it to end in .csv"},
		"csv.gz that is parquet": {file: "a.csv.gz", data: packed(pq), want: "a.csv.gz: the name says csv.gz, the content is gzip with parquet inside; rename it to end in .parquet.gz"},
		"parquet cut short":      {file: "a.parquet", data: pq[:len(pq)-20], want: "a.parquet: the parquet file is cut short; copy or export the file again"},
		"parquet, head alone":    {file: "a.parquet", data: pq[:10], want: "a.parquet: the parquet file is cut short; copy or export the file again"},
		"parquet, secret":        {file: "a.parquet", data: []byte("PARE12345678PARE"), want: "a.parquet: the parquet file is encrypted; export it without encryption"},
		"parquet with lists": {file: "a.parquet", data: parquetOf(t, []struct {
			Judges []string `parquet:"judges"`
		}{{[]string{"甲"}}}), want: `a.parquet: column "judges" holds lists; export one value per cell`},
		"parquet with NUL": {file: "a.parquet", data: parquetOf(t, []parquetCase{{"1\x00", 1, ""}}), want: "a.parquet, row 2: there is a NUL byte or text that is not UTF-8; export the column as UTF-8 text"},
		"parquet bomb": {file: "a.parquet", data: parquetOf(t, slices.Repeat([]parquetCase{{strings.Repeat("x", 100), 1, ""}}, 40_000), parquet.Compression(&parquet.Zstd)), opt: Options{MinUnpacked: 3 << 20},
			want: "a.parquet: unpacks to more than 3 MiB, the limit for N bytes packed (200 times, at least 3 MiB); this is no ledger as courts export it; ask where it comes from"},
		"unknown encoding": {file: "a.csv", data: []byte("a,b\n1,2\n"), opt: Options{Encoding: "EBCDIC"}, want: `"EBCDIC" is not an encoding we read; write UTF-8, GB18030, UTF-16LE, UTF-16BE or windows-1252`},
		"odd delimiter":    {file: "a.csv", data: []byte("a,b\n1,2\n"), opt: Options{Delimiter: '"'}, want: `'"' cannot be a delimiter; name a character such as , ; | or a tab`},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := readAll(inputOf(tc.file, tc.data), tc.opt)
			if err == nil {
				t.Fatalf("no error, want %s", tc.want)
			}
			if got := packedSize.ReplaceAllString(err.Error(), "N bytes packed"); got != tc.want {
				t.Errorf("\ngot  %s\nwant %s", got, tc.want)
			}
			if !errors.Is(err, fault.Invalid) {
				t.Errorf("not a fault of the input: %T", err)
			}
		})
	}
}

// brokenDisk fails at every place behind its first bytes.
type brokenDisk struct{ head string }

var errDisk = errors.New("input/output error")

func (d brokenDisk) ReadAt(b []byte, off int64) (int, error) {
	if off+int64(len(b)) > int64(len(d.head)) {
		return 0, errDisk
	}
	return copy(b, d.head[off:]), nil
}

// TestDiskFault: a disk that fails is not the clerk's fault, and the cause stays visible.
func TestDiskFault(t *testing.T) {
	for _, head := range []string{"", "a,b\n1,2\n"} {
		_, err := OpenTables(Input{Name: "a.csv", R: brokenDisk{head}, Size: 1 << 30}, Options{})
		if !errors.Is(err, errDisk) || errors.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", head, err)
		}
	}
}

// endless is a csv file of any size that takes no memory.
type endless struct{ row string }

func (e endless) ReadAt(b []byte, off int64) (int, error) {
	for i := range b {
		b[i] = e.row[(off+int64(i))%int64(len(e.row))]
	}
	return len(b), nil
}

// TestLargeFilesStream reads far more than the buffers hold and counts the allocations.
func TestLargeFilesStream(t *testing.T) {
	row := "（2023）藏98民初1号,2023-01-05,离婚纠纷\n"
	const n = 300_000
	tables, err := OpenTables(Input{Name: "a.csv", R: endless{row}, Size: int64(len(row)) * n}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rows := 0
	err = tables[0].Each(func(_ int, cells []string) error {
		rows++
		return nil
	})
	runtime.ReadMemStats(&after)
	if err != nil || rows != n-1 {
		t.Fatalf("%d rows, %v", rows, err)
	}
	if perRow := (after.Mallocs - before.Mallocs) / n; perRow > 1 {
		t.Errorf("%d allocations a row, want one: the string of its cells", perRow)
	}
}

// TestStopEarly: an error of the caller comes back as it is, from every format.
func TestStopEarly(t *testing.T) {
	stop := fmt.Errorf("enough")
	for file, data := range map[string][]byte{
		"a.csv":     []byte("a,b\n1,2\n3,4\n"),
		"a.xlsx":    workbookOf(t, [][]any{{"a", "b"}, {"1", "2"}, {"3", "4"}}),
		"a.parquet": parquetOf(t, []parquetCase{{"1", 1, ""}, {"2", 2, ""}}),
	} {
		tables, err := OpenTables(inputOf(file, data), Options{})
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		if err := tables[0].Each(func(int, []string) error { seen++; return stop }); err != stop || seen != 1 {
			t.Errorf("%s: %v behind %d rows", file, err, seen)
		}
	}
}
