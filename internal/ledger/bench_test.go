package ledger

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// ledgerText is a ledger of n rows and 16 columns, as a court exports it.
func ledgerText(n int, quoted bool) string {
	var b strings.Builder
	b.WriteString("案号,法院代码,案件类型,审级,案由代码,案由,立案日期,审限起始,审限届满,结案日期,结案方式,业务庭,承办法官,标的额,是否公开,涉外\n")
	for i := range n {
		cells := []string{
			fmt.Sprintf("（2023）藏98%02d民初%d号", i%9, i), fmt.Sprintf("藏98%02d", i%9), "民初", "一审", "9014", "离婚纠纷",
			"2023-01-05", "2023-01-06", "2023-07-06", "2023-05-18", "判决", "民一庭", fmt.Sprintf("法官%03d", i%231), "123456.78", "是", "否",
		}
		if quoted {
			fmt.Fprintf(&b, "\"%s\"\r\n", strings.Join(cells, `","`))
		} else {
			b.WriteString(strings.Join(cells, ",") + "\n")
		}
	}
	return b.String()
}

const benchRows = 100_000

// perRow reports rows per second beside the usual figures.
func perRow(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkCSV reads 100,000 rows of 16 cells by our reader, in several encodings and
// packings, and by encoding/csv alone.
func BenchmarkCSV(b *testing.B) {
	text := ledgerText(benchRows, false)
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		b.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		file string
		data []byte
	}{
		{"utf8", "a.csv", []byte(text)},
		{"quoted", "a.csv", []byte(ledgerText(benchRows, true))},
		{"gb18030", "a.csv", []byte(gb)},
		{"gzip", "a.csv.gz", packed([]byte(text))},
	} {
		b.Run(fmt.Sprintf("%s/rows=%d", tc.name, benchRows), func(b *testing.B) {
			b.SetBytes(int64(len(tc.data)))
			b.ReportAllocs()
			for b.Loop() {
				benchRead(b, inputOf(tc.file, tc.data))
			}
			perRow(b, benchRows)
		})
	}
	for _, quoted := range []bool{false, true} {
		text := ledgerText(benchRows, quoted)
		b.Run(fmt.Sprintf("encoding_csv,quoted=%v/rows=%d", quoted, benchRows), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				r := csv.NewReader(strings.NewReader(text))
				r.ReuseRecord = true
				for {
					if _, err := r.Read(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
			perRow(b, benchRows)
		})
	}
}

func benchRead(b *testing.B, in Input) {
	b.Helper()
	tables, err := OpenTables(in, Options{})
	if err != nil {
		b.Fatal(err)
	}
	rows := 0
	if err := tables[0].Each(func(int, []string) error { rows++; return nil }); err != nil || rows == 0 {
		b.Fatal(rows, err)
	}
}

// BenchmarkXLSX reads 10,000 rows of 16 cells by our reader and by plain excelize.
func BenchmarkXLSX(b *testing.B) {
	const n = 10_000
	var rows [][]any
	for line := range strings.Lines(ledgerText(n, false)) {
		var row []any
		for _, c := range strings.Split(strings.TrimSpace(line), ",") {
			row = append(row, c)
		}
		rows = append(rows, row)
	}
	book := workbookOf(b, rows)
	b.Run(fmt.Sprintf("ours/rows=%d", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			benchRead(b, inputOf("a.xlsx", book))
		}
		perRow(b, n)
	})
	b.Run(fmt.Sprintf("excelize/rows=%d", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := excelize.OpenReader(bytes.NewReader(book))
			if err != nil {
				b.Fatal(err)
			}
			r, err := f.Rows("台账")
			if err != nil {
				b.Fatal(err)
			}
			for r.Next() {
				if _, err := r.Columns(); err != nil {
					b.Fatal(err)
				}
			}
			f.Close()
		}
		perRow(b, n)
	})
}

// BenchmarkParquet reads 100,000 records of three columns.
func BenchmarkParquet(b *testing.B) {
	var records []parquetCase
	for i := range benchRows {
		records = append(records, parquetCase{fmt.Sprintf("（2023）藏9801民初%d号", i), int32(19000 + i%365), "离婚纠纷"})
	}
	data := parquetOf(b, records)
	b.Run(fmt.Sprintf("rows=%d", benchRows), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			benchRead(b, inputOf("a.parquet", data))
		}
		perRow(b, benchRows)
	})
}

func BenchmarkDate(b *testing.B) {
	for _, s := range []string{"2024-03-05", "2024年3月5日", "20240305", "2024/3/5", "2022-02-11T16:25:23.000Z"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := DateISO.Parse(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("serial", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DateSerial1900.Parse("45356"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAmount(b *testing.B) {
	for _, s := range []string{"123456.78", "1,234,567.89", "12.5万元"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseAmount(s, "元"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
