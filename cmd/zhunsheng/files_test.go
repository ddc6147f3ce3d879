package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// awaitRows reads --progress json until rows have been read, and returns how many.
func awaitRows(r io.Reader) int64 {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var p progressLine
		if json.Unmarshal(lines.Bytes(), &p) == nil && p.Rows > 0 {
			return p.Rows
		}
	}
	return 0
}

func records(ts *testscript.TestScript, text []byte) [][]string {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	ts.Check(err)
	return rows
}

// workbook writes csv text as a workbook with one sheet 台账, all cells text.
func workbook(ts *testscript.TestScript, text []byte) []byte {
	f := sheet(ts, records(ts, text))
	var b bytes.Buffer
	ts.Check(f.Write(&b))
	return b.Bytes()
}

func sheet(ts *testscript.TestScript, rows [][]string) *excelize.File {
	f := excelize.NewFile()
	ts.Check(f.SetSheetName("Sheet1", "台账"))
	for i, row := range rows {
		ts.Check(f.SetSheetRow("台账", fmt.Sprintf("A%d", i+1), &row))
	}
	return f
}

// parquetFile writes csv text as parquet, all columns text.
func parquetFile(ts *testscript.TestScript, text []byte) []byte {
	rows := records(ts, text)
	group := parquet.Group{}
	for _, h := range rows[0] {
		group[h] = parquet.String()
	}
	schema := parquet.NewSchema("ledger", group)
	var b bytes.Buffer
	w := parquet.NewWriter(&b, schema)
	for _, row := range rows[1:] {
		record := make(parquet.Row, len(row))
		for i, cell := range row {
			leaf, _ := schema.Lookup(rows[0][i])
			record[leaf.ColumnIndex] = parquet.ValueOf(cell).Level(0, 0, leaf.ColumnIndex)
		}
		_, err := w.WriteRows([]parquet.Row{record})
		ts.Check(err)
	}
	ts.Check(w.Close())
	return b.Bytes()
}

const smallLedger = "法院代码,案号,立案日期\n藏9801,（2024）藏9801民初1号,2024-01-05\n藏9801,（2024）藏9801民初2号,2024-01-06\n"

// specialFiles makes files that a script cannot hold, by kind; most of them cannot be loaded.
var specialFiles = map[string]func(ts *testscript.TestScript) []byte{
	"zip-bomb": zipBomb,
	"gzip-bomb": func(ts *testscript.TestScript) []byte {
		return packed(ts, []byte(smallLedger+strings.Repeat("藏9801,（2024）藏9801民初2号,2024-01-06\n", 2_000_000)))
	},
	"million-column": func(*testscript.TestScript) []byte {
		return []byte(smallLedger + strings.Repeat(",", 1_000_000) + "\n")
	},
	"formula": func(ts *testscript.TestScript) []byte {
		f := sheet(ts, records(ts, []byte(smallLedger)))
		ts.Check(f.SetCellFormula("台账", "C3", "TODAY()"))
		var b bytes.Buffer
		ts.Check(f.Write(&b))
		return b.Bytes()
	},
	"password": func(ts *testscript.TestScript) []byte {
		f := sheet(ts, records(ts, []byte(smallLedger)))
		var b bytes.Buffer
		ts.Check(f.Write(&b, excelize.Options{Password: "geheim"}))
		return b.Bytes()
	},
	"cut-gzip":    func(ts *testscript.TestScript) []byte { return cut(packed(ts, []byte(smallLedger))) },
	"cut-xlsx":    func(ts *testscript.TestScript) []byte { return cut(workbook(ts, []byte(smallLedger))) },
	"cut-parquet": func(ts *testscript.TestScript) []byte { return cut(parquetFile(ts, []byte(smallLedger))) },
	"nul":         func(*testscript.TestScript) []byte { return []byte(smallLedger + "藏9801,\x00,2024-01-07\n") },
	"late-nul": func(*testscript.TestScript) []byte {
		var b strings.Builder
		b.WriteString("法院代码,案号,立案日期\n")
		for i := range 30_000 {
			fmt.Fprintf(&b, "藏9801,（2024）藏9801民初%d号,2024-01-05\n", i+1)
		}
		return []byte(b.String() + "藏9801,\x00,2024-01-07\n")
	},
	"xlsx": func(ts *testscript.TestScript) []byte { return workbook(ts, []byte(smallLedger)) },
	"two-sheets": func(ts *testscript.TestScript) []byte {
		f := sheet(ts, records(ts, []byte(smallLedger)))
		_, err := f.NewSheet("上月")
		ts.Check(err)
		for i, row := range records(ts, []byte(strings.ReplaceAll(smallLedger, "2024", "2023"))) {
			ts.Check(f.SetSheetRow("上月", fmt.Sprintf("A%d", i+1), &row))
		}
		var b bytes.Buffer
		ts.Check(f.Write(&b))
		return b.Bytes()
	},
	"empty": func(*testscript.TestScript) []byte { return nil },
}

// makeCmd writes a special file: make zip-bomb a.xlsx.
func makeCmd(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 || specialFiles[args[0]] == nil {
		ts.Fatalf("usage: make KIND FILE")
	}
	write(ts, args[1], specialFiles[args[0]](ts))
}

// cut drops the last quarter of a file.
func cut(data []byte) []byte { return data[:len(data)*3/4] }

// zipBomb is a workbook whose sheet unpacks to far more than any court's export.
func zipBomb(ts *testscript.TestScript) []byte {
	book := workbook(ts, []byte(smallLedger))
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	ts.Check(err)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
	for _, part := range r.File {
		in, err := part.Open()
		ts.Check(err)
		out, err := w.Create(part.Name)
		ts.Check(err)
		_, err = io.Copy(out, in)
		ts.Check(err)
		if part.Name == "xl/worksheets/sheet1.xml" {
			for range 80 {
				_, err = out.Write(bytes.Repeat([]byte(" "), 1<<20))
				ts.Check(err)
			}
		}
	}
	ts.Check(w.Close())
	return b.Bytes()
}
