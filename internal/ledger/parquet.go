package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"

	"zhunsheng/internal/fault"
)

// parquetSource streams the row groups of a parquet file.
type parquetSource struct {
	name  string
	file  *parquet.File
	cells []cellWriter // by column
	opt   Options
}

func openParquet(c content, opt Options) ([]*Table, error) {
	r, size, err := c.random()
	if err != nil {
		return nil, err
	}
	if err := checkFooter(c.in.Name, r, size); err != nil {
		return nil, err
	}
	s := &parquetSource{name: c.in.Name, opt: opt}
	t := &Table{Name: c.in.Name, src: s, opt: opt, firstRow: 2}
	t.Detected = Detected{Format: "parquet"}
	if c.gzip {
		t.Detected.Compression = "gzip"
	}
	err = s.guard(func() error {
		s.file, err = parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
		if err != nil {
			return s.damage(err)
		}
		return s.columns(t, s.file.Root(), "")
	})
	if err != nil {
		return nil, err
	}
	if err := s.checkSize(size); err != nil {
		return nil, err
	}
	if s.file.NumRows() == 0 {
		return nil, fault.At(c.in.Name, "there are column names but no rows", "export it again with its rows")
	}
	return []*Table{t}, t.checkHeader(1)
}

// checkFooter makes sure that the end of the file is there before anything trusts it.
func checkFooter(name string, r io.ReaderAt, size int64) error {
	end := make([]byte, 8)
	if size < 12 {
		return damaged(name, "the parquet file is cut short")
	}
	if _, err := r.ReadAt(end, size-8); err != nil && err != io.EOF {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if !bytes.Equal(end[4:], magicParquet) || int64(binary.LittleEndian.Uint32(end)) > size-12 {
		return damaged(name, "the parquet file is cut short")
	}
	return nil
}

// checkSize adds up what the row groups say they unpack to.
func (s *parquetSource) checkSize(size int64) error {
	var total int64
	for _, g := range s.file.Metadata().RowGroups {
		for _, c := range g.Columns {
			if total += max(0, c.MetaData.TotalUncompressedSize); total > s.opt.ceiling(size) {
				return s.opt.bomb(s.name, size)
			}
		}
	}
	return nil
}

// columns collects the leaves below col in file order; groups give names such as "a.b".
func (s *parquetSource) columns(t *Table, col *parquet.Column, prefix string) error {
	for _, c := range col.Columns() {
		name := prefix + c.Name()
		if c.Repeated() {
			return fault.At(s.name, fmt.Sprintf("column %q holds lists", name), "export one value per cell")
		}
		if !c.Leaf() {
			if err := s.columns(t, c, name+"."); err != nil {
				return err
			}
			continue
		}
		w, note, err := writerOf(c.Type())
		if err != nil {
			return fault.At(s.name, fmt.Sprintf("column %q %s", name, err), "export it as text")
		}
		if note != "" {
			t.note("Column %s %s", name, note)
		}
		t.Header = append(t.Header, name)
		s.cells = append(s.cells, w)
	}
	return nil
}

// rowsAtOnce is the number of records read in one step.
const rowsAtOnce = 256

func (s *parquetSource) rows(_ int, fn func(line int, cells []string) error) error {
	line := 1
	for _, group := range s.file.RowGroups() {
		if err := s.group(group, &line, fn); err != nil {
			return err
		}
	}
	if int64(line-1) != s.file.NumRows() {
		return damaged(s.name, "the parquet file is damaged (rows are missing)")
	}
	return nil
}

func (s *parquetSource) group(group parquet.RowGroup, line *int, fn func(int, []string) error) error {
	var rows parquet.Rows
	if err := s.guard(func() error { rows = group.Rows(); return nil }); err != nil {
		return err
	}
	defer rows.Close()
	buf := make([]parquet.Row, rowsAtOnce)
	row := rowWriter{source: s, cells: make([]string, len(s.cells)), ends: make([]int, len(s.cells))}
	left := group.NumRows()
	for {
		var n int
		var end error
		if err := s.guard(func() error { n, end = rows.ReadRows(buf); return nil }); err != nil {
			return err
		}
		for _, r := range buf[:n] {
			*line++
			left--
			cells, err := row.write(r, *line)
			if err != nil {
				return err
			}
			if err := fn(*line, cells); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(end, io.EOF) && left == 0:
			return nil
		case errors.Is(end, io.EOF) || end == nil && n == 0:
			return damaged(s.name, "the parquet file is damaged (rows are missing)")
		case end != nil:
			return s.damage(end)
		}
	}
}

// guard runs a step of the parquet library, which panics on some damaged files.
func (s *parquetSource) guard(step func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = s.damage(fmt.Errorf("%v", p))
		}
	}()
	return step()
}

func (s *parquetSource) damage(err error) error {
	if errors.As(err, new(*fault.Error)) {
		return err
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return damaged(s.name, "the parquet file is damaged ("+text+")")
}

// rowWriter makes one string of a record and cuts it into cells.
type rowWriter struct {
	source *parquetSource
	text   []byte
	ends   []int
	cells  []string
}

func (w *rowWriter) write(r parquet.Row, line int) ([]string, error) {
	if len(r) != len(w.cells) {
		return nil, damaged(w.source.name, "the parquet file is damaged (a record has too few or too many values)")
	}
	w.text = w.text[:0]
	for i, v := range r {
		if !v.IsNull() {
			w.text = w.source.cells[i](w.text, v)
		}
		w.ends[i] = len(w.text)
	}
	if bytes.IndexByte(w.text, 0) >= 0 || !utf8.Valid(w.text) {
		return nil, fault.At(fmt.Sprintf("%s, row %d", w.source.name, line), "there is a NUL byte or text that is not UTF-8", "export the column as UTF-8 text")
	}
	text, start := string(w.text), 0
	for i, end := range w.ends {
		w.cells[i] = text[start:end]
		start = end
	}
	return w.cells, nil
}
