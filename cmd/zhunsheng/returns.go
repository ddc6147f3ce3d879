package main

import (
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/returns"
	"zhunsheng/internal/signal"
)

func (e *env) returnsCmd() *cobra.Command {
	var in string
	c := &cobra.Command{Use: "returns --in FILE", Short: "Published tables: sums that do not add up, half a period, mass closings", Args: args(0, "flags only"),
		Long: `Reads unit,t,kind,opening,filed,resolved,pending, one row for each unit, time and kind of case, and
prints what to ask about, by time, then by unit in the order of the file:

  sum          a row is not the sum of the rows below it (criminal: of criminal/...; total: of all)
  carry        the opening stock is not the pending one of the time before
  part_period  filed and resolved look like half a period, the stocks do not
  mass_closing all kinds of pending cases fell together, by resolutions, at the usual filings
  imbalance    one kind does not follow from opening, filed and resolved as it always did

The first two are arithmetic. The others are read from all columns of a return together and
ranked among all earlier returns of all units, from 286 of them on; p is that rank. Standard
error states how many of these are to be expected by chance.`,
		Example: `  zhunsheng signals returns --in annual.csv --format csv`,
		RunE: func(*cobra.Command, []string) error {
			rows, labels, err := e.readReturns(in)
			if err != nil {
				return err
			}
			report, err := returns.Check(rows)
			if err != nil {
				return err
			}
			return e.printReturns(report, labels)
		}}
	c.Flags().StringVar(&in, "in", "-", "csv with unit,t,kind,opening,filed,resolved,pending; - is standard input")
	return c
}

// readReturns reads the table and the label of every position of its axis.
func (e *env) readReturns(name string) (rows []returns.Row, labels map[int]string, err error) {
	var times []string
	err = e.readCells(name, []string{"unit", "t", "kind"}, returns.Columns[:], func(place string, texts []string, numbers []float64) error {
		for i, v := range numbers {
			if !(math.Abs(v) < 1<<53) || v != math.Trunc(v) {
				return fault.At(place, returns.Columns[i]+" is not a whole number", "write a count in every column")
			}
		}
		times = append(times, texts[1])
		rows = append(rows, returns.Row{Unit: texts[0], Kind: texts[2],
			Figures: returns.Figures{Opening: int64(numbers[0]), Filed: int64(numbers[1]), Resolved: int64(numbers[2]), Pending: int64(numbers[3])}})
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	_, at, err := signal.Times(times)
	if err != nil {
		return nil, nil, err
	}
	labels = map[int]string{}
	for i := range rows {
		rows[i].T = at[i]
		labels[at[i]] = times[i]
	}
	return rows, labels, nil
}

func (e *env) printReturns(report *returns.Report, labels map[int]string) error {
	t := e.table("unit", "t", "finding", "kind", "column", "printed", "should", "p")
	for _, f := range report.Findings {
		var printed, should any = "", ""
		if f.Column != "" {
			printed, should = f.Printed, f.Should
		}
		t.add(f.Unit, labels[f.T], string(f.What), f.Kind, f.Column, printed, should, number(f.P))
	}
	if err := t.end(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(e.err, "returns: %d; held against earlier ones: %d; findings with p to be expected by chance: at most %.2f\n", report.Returns, report.Judged, report.Expected)
	return err
}
