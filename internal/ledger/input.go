package ledger

import (
	"errors"
	"io"
	"slices"
	"strings"

	"zhunsheng/internal/fault"
)

// Input is one file as it lies there. Its content is never changed and may be read several
// times, so R must allow reading at any place; Size is in bytes.
type Input struct {
	Name string // file name with its ending, e.g. ledger.csv.gz; shown in every error
	R    io.ReaderAt
	Size int64
}

// Options steer and bound the reading of an [Input]. The zero value detects everything and
// has the limits named at each field.
type Options struct {
	Sheet     string // read only this sheet of a workbook; "": every sheet with rows
	Encoding  string // "": detected; UTF-8, GB18030, UTF-16LE, UTF-16BE, windows-1252
	Delimiter rune   // 0: detected among , ; | and tab

	MaxColumns  int   // cells in a row; 0: 2,000
	MaxRowBytes int   // bytes in a row of text; 0: 16 MiB
	MaxRatio    int64 // unpacked bytes per packed byte; 0: 200
	MinUnpacked int64 // unpacked bytes that are never called a bomb; 0: 64 MiB
	MaxMemory   int64 // bytes that must lie in memory at once (shared strings of a workbook, a workbook inside gzip); 0: 512 MiB
}

func (o Options) withDefaults() Options {
	if o.MaxColumns == 0 {
		o.MaxColumns = 2_000
	}
	if o.MaxRowBytes == 0 {
		o.MaxRowBytes = 16 << 20
	}
	if o.MaxRatio == 0 {
		o.MaxRatio = 200
	}
	if o.MinUnpacked == 0 {
		o.MinUnpacked = 64 << 20
	}
	if o.MaxMemory == 0 {
		o.MaxMemory = 512 << 20
	}
	return o
}

// Detected is what the reader found out about a file by itself, for the clerk to see.
type Detected struct {
	Format      string   // csv, tsv, xlsx, parquet; csv also for ; and |
	Compression string   // gzip, or ""
	Encoding    string   // UTF-8, UTF-8 with BOM, GB18030, UTF-16LE, UTF-16BE, windows-1252; "" where the format fixes it
	Delimiter   string   // "," ";" "|" "\t"; "" where there is none
	Sheet       string   // of a workbook
	HeaderRow   int      // 1-based line or sheet row of the column names (the last of two); 0 for parquet
	Date1904    bool     // the workbook counts its days from 1904
	Notes       []string // anything a clerk should know, in whole sentences
}

// Table is one table of a file: a sheet of a workbook, or the whole of any other file.
type Table struct {
	Name     string // of the file
	Sheet    string // "" unless a workbook
	Header   []string
	Detected Detected

	src      source
	fixed    bool // the format knows no ragged rows: short rows are filled up with empty cells
	opt      Options
	firstRow int // the first line that can hold data
}

// source streams the rows of a table from its beginning, headings included. Above the row
// from, formula cells are passed over: they matter only in data.
type source interface {
	rows(from int, fn func(line int, cells []string) error) error
}

// errStop ends a stream early without a fault.
var errStop = errors.New("stop")

// OpenTables looks at the content of in and returns its tables in file order: one for each
// sheet with rows, one for any other file. The error says what is wrong with the file and how
// to mend it; its kind is [fault.Invalid] unless reading itself failed.
func OpenTables(in Input, opt Options) ([]*Table, error) {
	opt = opt.withDefaults()
	c, err := sniff(in, opt)
	if err != nil {
		return nil, err
	}
	switch c.format {
	case formatXLSX:
		return openXLSX(c, opt)
	case formatParquet:
		return openParquet(c, opt)
	}
	return openText(c, opt)
}

// Each streams the data rows, in file order, to fn. The line is the 1-based line or sheet row
// on which the row starts; for parquet the number of the record plus one, as if row 1 held the
// column names. Rows without any content are left out. A row may have fewer or more cells than
// the header where the format allows it; the caller judges that. The slice is reused for the
// next row, the strings in it may be kept.
//
// Each may be called again and then starts anew. An error of fn ends the stream and is returned
// as it is; any other error means that the file is damaged or breaks a limit, and that rows
// already seen must be discarded.
func (t *Table) Each(fn func(line int, cells []string) error) error {
	width := len(t.Header)
	return t.src.rows(t.firstRow, func(line int, cells []string) error {
		if line < t.firstRow || blankRow(cells) {
			return nil
		}
		for t.fixed && len(cells) < width {
			cells = append(cells, "")
		}
		return fn(line, cells)
	})
}

// Sample returns up to n data rows from the beginning. The rows may be kept.
func (t *Table) Sample(n int) ([][]string, error) {
	var out [][]string
	err := t.Each(func(_ int, cells []string) error {
		if len(out) == n {
			return errStop
		}
		out = append(out, slices.Clone(cells))
		return nil
	})
	if err != nil && !errors.Is(err, errStop) {
		return nil, err
	}
	return out, nil
}

func blankRow(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// damaged reports a file that is cut short or broken and cannot be mended by hand.
func damaged(place, what string) error {
	return fault.At(place, what, "copy or export the file again")
}
