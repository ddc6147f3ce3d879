// Command imports measures how fast a case ledger comes in: read, read and validated, end to
// end into the embedded store, and the same file again, against encoding/csv, DuckDB's reader
// and excelize.
package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/xuri/excelize/v2"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
	"zhunsheng/rules"
)

const header = "法院代码,案号,案件类型,条线,审级,适用程序,案由,承办庭室,承办法官,立案日期,审限起始日期,审限届满日期,结案日期,结案方式,执行标的额"

func main() {
	rows := flag.Int("rows", 200_000, "rows of the csv file; the workbook has a tenth")
	runs := flag.Int("runs", 3, "runs of each measurement; the median counts")
	flag.Parse()
	if err := run(*rows, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "imports:", err)
		os.Exit(1)
	}
}

func run(rows, runs int) error {
	dir, err := os.MkdirTemp("", "zhunsheng-imports-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "台账.csv")
	if err := writeCSV(path, rows); err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	book, err := workbook(rows / 10)
	if err != nil {
		return err
	}
	fmt.Printf("csv: %d rows of 15 columns, %d bytes a row; xlsx: %d rows; %d runs, medians\n", rows, len(data)/rows, rows/10, runs)
	fmt.Printf("%-52s %12s\n", "what", "rows/s")
	for _, m := range []struct {
		name string
		rows int
		work func() (time.Duration, error)
	}{
		{"encoding/csv alone", rows, func() (time.Duration, error) { return timed(func() error { return plainCSV(data) }) }},
		{"read, mapped, validated", rows, func() (time.Duration, error) {
			return timed(func() error { return validated("台账.csv", data, rows) })
		}},
		{"DuckDB: read_csv into a table of texts", rows, func() (time.Duration, error) { return duckdb(path) }},
		{"end to end into SQLite, committed", rows, func() (time.Duration, error) { return committed(dir, path) }},
		{"end to end, figure columns built too", rows, func() (time.Duration, error) { return endToEnd(dir, path, false) }},
		{"the same file again, all unchanged", rows, func() (time.Duration, error) { return endToEnd(dir, path, true) }},
		{"xlsx: excelize, streaming rows", rows / 10, func() (time.Duration, error) { return timed(func() error { return excelizeRows(book) }) }},
		{"xlsx: read, mapped, validated", rows / 10, func() (time.Duration, error) {
			return timed(func() error { return validated("台账.xlsx", book, rows/10) })
		}},
	} {
		var took []time.Duration
		for range runs {
			d, err := m.work()
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			took = append(took, d)
		}
		slices.Sort(took)
		fmt.Printf("%-52s %12.0f\n", m.name, float64(m.rows)/took[len(took)/2].Seconds())
	}
	return nil
}

func timed(work func() error) (time.Duration, error) {
	start := time.Now()
	err := work()
	return time.Since(start), err
}

// each prints the invented rows: nine courts' numbers, four causes, a year of filing days.
func each(rows int, fn func(cells []string) error) error {
	procedures := []string{"普通程序", "简易程序", "小额诉讼程序"}
	causes := []string{"民间借贷纠纷", "买卖合同纠纷", "机动车交通事故责任纠纷", "离婚纠纷"}
	ways := []string{"判决", "调解", "撤诉"}
	filed := civil.NewDate(2023, 1, 1)
	for i := range rows {
		day := filed.AddDays(i % 300)
		court := fmt.Sprintf("藏98%02d", i%8+1)
		err := fn([]string{court, fmt.Sprintf("（2023）%s民初%d号", court, i/8+1), "民初", "民事", "一审", procedures[i%3], causes[i%4], "民一庭",
			fmt.Sprintf("法官%03d", i%231), day.String(), day.AddDays(1).String(), day.AddMonths(6).String(), day.AddDays(i % 60).String(), ways[i%3], fmt.Sprintf("%d.50", i%100000)})
		if err != nil {
			return err
		}
	}
	return nil
}

func heads() []string {
	r, err := csv.NewReader(bytes.NewReader([]byte(header))).Read()
	if err != nil {
		panic(err) // the header is a constant
	}
	return r
}

func writeCSV(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	buf := bufio.NewWriterSize(f, 1<<20)
	w := csv.NewWriter(buf)
	if err := w.Write(heads()); err != nil {
		return err
	}
	if err := each(rows, w.Write); err != nil {
		return err
	}
	w.Flush()
	return errors.Join(w.Error(), buf.Flush(), f.Close())
}

func workbook(rows int) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	sw, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, err
	}
	line := 0
	put := func(cells []string) error {
		line++
		at, err := excelize.CoordinatesToCellName(1, line)
		if err != nil {
			return err
		}
		values := make([]any, len(cells))
		for i, c := range cells {
			values[i] = c
		}
		return sw.SetRow(at, values)
	}
	if err := errors.Join(put(heads()), each(rows, put), sw.Flush()); err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func plainCSV(data []byte) error {
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// validated reads every row through the standard mapping and all validation rules.
func validated(name string, data []byte, rows int) error {
	regs, err := docket.LoadRegistries(rules.FS)
	if err != nil {
		return err
	}
	words, err := docket.LoadVocabulary(rules.FS)
	if err != nil {
		return err
	}
	checks, err := ledger.LoadRules(rules.FS)
	if err != nil {
		return err
	}
	mappings, err := ledger.LoadMappings(rules.FS)
	if err != nil {
		return err
	}
	m := mappings["cn-standard"]
	p, err := ledger.NewReader(m, regs[m.Registry], words, checks, ledger.Lists{}).Parse(ledger.Input{Name: name, R: bytes.NewReader(data), Size: int64(len(data))}, ledger.Options{})
	if err != nil {
		return err
	}
	n := 0
	for row, err := range p.Rows() {
		if err != nil {
			return err
		}
		if row.Case != nil {
			n++
		}
	}
	if n != rows {
		return fmt.Errorf("%d of %d rows came out as cases", n, rows)
	}
	return nil
}

func duckdb(path string) (time.Duration, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return timed(func() error {
		_, err := db.Exec("CREATE TABLE t AS SELECT * FROM read_csv('" + path + "', all_varchar = true)")
		return err
	})
}

// committed times an import from its beginning to the commit, as the batch itself records it.
func committed(dir, path string) (time.Duration, error) {
	var seconds float64
	err := inFresh(dir, func(ctx context.Context, a *app.App) error {
		b, err := a.Import(ctx, access.System(), []string{path}, app.ImportOptions{Mapping: "cn-standard"})
		seconds = b.Seconds
		return err
	})
	return time.Duration(seconds * float64(time.Second)), err
}

// endToEnd imports the file into a fresh installation: archived, read, validated, written in
// one transaction with synchronous=FULL, figure columns built. Again times a second import.
func endToEnd(dir, path string, again bool) (time.Duration, error) {
	var took time.Duration
	err := inFresh(dir, func(ctx context.Context, a *app.App) error {
		imported := func() error {
			_, err := a.Import(ctx, access.System(), []string{path}, app.ImportOptions{Mapping: "cn-standard"})
			return err
		}
		if again {
			if err := imported(); err != nil {
				return err
			}
		}
		var err error
		took, err = timed(imported)
		return err
	})
	return took, err
}

// inFresh works in an installation of its own.
func inFresh(dir string, work func(context.Context, *app.App) error) error {
	data, err := os.MkdirTemp(dir, "data-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: data, Create: true})
	if err != nil {
		return err
	}
	return errors.Join(work(ctx, a), a.Close())
}

// excelizeRows streams a workbook with excelize alone.
func excelizeRows(book []byte) error {
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		return err
	}
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return err
		}
	}
	return errors.Join(rows.Error(), rows.Close())
}
