package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/app"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

func (e *env) evalCmd() *cobra.Command {
	var set, in string
	c := &cobra.Command{Use: "eval --set SET --in rows.csv", Short: "Indicators from totals instead of cases", Args: args(0, "flags only"),
		Long: `Reads totals, one row a unit: columns named like counts (opening_pending, filed, closed,
pending_end, judges, …; prefix prev_ for the earlier period) go into the formulas, all others
are passed through. Prints one row for each input row and indicator; column missing names the
totals a value would need.`,
		Example: "  printf 'id,opening_pending,filed,closed\\nA,32,605,256\\n' | zhunsheng indicators eval --set volume --in -",
		RunE: func(*cobra.Command, []string) error {
			book, err := app.Catalogue()
			if err != nil {
				return err
			}
			if err := knownSet(book, set); err != nil {
				return err
			}
			r, done, err := e.open(in)
			if err != nil {
				return err
			}
			defer done()
			return e.eval(book, set, in, r)
		}}
	c.Flags().StringVar(&set, "set", "", "indicator set, e.g. volume, spc-2024-01")
	c.Flags().StringVar(&in, "in", "-", "csv with a header row; - is standard input")
	return c
}

// totalsFile is a csv of totals being read.
type totalsFile struct {
	place  string
	r      *csv.Reader
	head   []string
	totals []bool // which columns are totals
}

// eval prints one row for each input row and indicator; the columns that are no totals are
// passed through in front.
func (e *env) eval(book *indicator.Book, set, name string, in io.Reader) error {
	file, err := openTotals(book, set, name, in)
	if err != nil {
		return err
	}
	t := e.table(append(append(file.passed(file.head), figureHead...), "missing")...)
	for {
		cells, totals, err := file.next()
		if errors.Is(err, io.EOF) {
			return t.end()
		}
		if err != nil {
			return err
		}
		figures, err := book.Eval(set, totals)
		if err != nil {
			return err
		}
		for i := range figures {
			var row []any
			for _, c := range file.passed(cells) {
				row = append(row, c)
			}
			row = append(row, figureCells(&figures[i])...)
			t.add(append(row, strings.Join(figures[i].Missing, " "))...)
		}
	}
}

func openTotals(book *indicator.Book, set, name string, in io.Reader) (*totalsFile, error) {
	f := &totalsFile{place: name, r: csv.NewReader(in)}
	if name == "-" {
		f.place = "standard input"
	}
	var err error
	f.head, err = f.r.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fault.At(f.place, "is empty", "write the names of the columns into the first row")
	case err != nil:
		return nil, f.fault(err)
	}
	f.head[0] = strings.TrimPrefix(f.head[0], "\ufeff")
	known, seen := map[string]bool{}, map[string]bool{}
	for _, n := range book.Totals(set) {
		known[n] = true
	}
	for _, h := range f.head {
		if seen[h] {
			return nil, fault.At(f.place+", row 1", fmt.Sprintf("the column name %q stands twice", h), "give each column its own name")
		}
		seen[h] = true
		f.totals = append(f.totals, known[h] || known[strings.TrimPrefix(h, "prev_")])
	}
	return f, nil
}

// next reads one row; io.EOF ends the file.
func (f *totalsFile) next() (cells []string, totals map[string]*big.Rat, err error) {
	cells, err = f.r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	if err != nil {
		return nil, nil, f.fault(err)
	}
	line, _ := f.r.FieldPos(0)
	totals = map[string]*big.Rat{}
	for i, c := range cells {
		if !f.totals[i] || c == "" {
			continue
		}
		v, ok := decimal(c)
		if !ok {
			return nil, nil, fault.At(fmt.Sprintf("%s, row %d, %s %q", f.place, line, f.head[i], c), "not a number", "write a plain decimal number such as 1234.5")
		}
		totals[f.head[i]] = v
	}
	return cells, totals, nil
}

// decimal reads a plain decimal number exactly.
func decimal(s string) (*big.Rat, bool) {
	if strings.Trim(s, "+-.0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// passed are the cells of the columns that are no totals.
func (f *totalsFile) passed(cells []string) []string {
	var out []string
	for i, c := range cells {
		if !f.totals[i] {
			out = append(out, c)
		}
	}
	return out
}

// fault words an error of the csv reader.
func (f *totalsFile) fault(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return fault.At(fmt.Sprintf("%s, row %d", f.place, parse.Line), parse.Err.Error(), "write csv with as many cells in each row as the first row has")
	}
	return fmt.Errorf("read %s: %w", f.place, err)
}
