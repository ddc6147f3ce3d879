package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/app"
	"zhunsheng/internal/docket"
)

func (e *env) ledgerCmd() *cobra.Command {
	return group("ledger", "The case ledger: history, export, queries, rebuilding",
		e.batchesCmd(), e.exportCmd(), e.queryCmd(), e.rebuildCmd("rebuild", "Make the case tables again from the archive and compare"),
		e.rebuildCmd("verify", "The same as rebuild: compare the ledger with its archive"))
}

func (e *env) batchesCmd() *cobra.Command {
	return &cobra.Command{Use: "batches", Short: "History of imports", Args: args(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				b, err := a.Batches(c.Context())
				if err != nil {
					return err
				}
				return e.print(batchTable(b))
			})
		}}
}

func (e *env) exportCmd() *cobra.Command {
	var asOf string
	c := &cobra.Command{Use: "export", Short: "The case table, now or as of a day", Args: args(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error {
			day, err := optionalDay(asOf)
			if err != nil {
				return err
			}
			return e.with(c.Context(), false, func(a *app.App) error {
				t := table{}
				for i := range docket.Fields {
					t.head = append(t.head, docket.Fields[i].Name)
				}
				t.head = append(t.head, "flags")
				err := a.ExportLedger(c.Context(), day, func(rec *docket.Case, flags []string) error {
					row := make([]string, 0, len(t.head))
					for i := range docket.Fields {
						row = append(row, fieldText(&docket.Fields[i], rec))
					}
					t.rows = append(t.rows, append(row, strings.Join(flags, " ")))
					return nil
				})
				if err != nil {
					return err
				}
				return e.print(t)
			})
		}}
	c.Flags().StringVar(&asOf, "as-of", "", "the ledger as it stood at the end of this day")
	return c
}

// fieldText prints a canonical column: dates YYYY-MM-DD, amounts in yuan, yes/no as true/false.
func fieldText(f *docket.Field, c *docket.Case) string {
	switch f.Kind {
	case docket.Day:
		return f.Day(c).String()
	case docket.Amount:
		m := f.Money(c)
		if !m.Known {
			return ""
		}
		sign, cents := "", m.Cents
		if cents < 0 {
			sign, cents = "-", -cents
		}
		return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
	case docket.Number:
		return strconv.Itoa(int(*f.Number(c)))
	case docket.YesNo:
		return [...]string{docket.Unknown: "", docket.No: "false", docket.Yes: "true"}[*f.Flag(c)]
	}
	return *f.Text(c)
}

func (e *env) queryCmd() *cobra.Command {
	var in string
	c := &cobra.Command{Use: "query --in FILE.sql", Short: "Read-only SQL over v_case and v_event", Args: args(0, "flags only"),
		Example: "  echo \"SELECT court, count(*) AS cases FROM v_case GROUP BY court ORDER BY court\" | zhunsheng ledger query --in -",
		RunE: func(c *cobra.Command, _ []string) error {
			r, done, err := e.open(in)
			if err != nil {
				return err
			}
			defer done()
			sql, err := io.ReadAll(r)
			if err != nil {
				return fmt.Errorf("read %s: %w", in, err)
			}
			return e.with(c.Context(), false, func(a *app.App) error {
				t := table{}
				err := a.Query(c.Context(), string(sql), func(cols []string) error {
					t.head = append([]string{}, cols...)
					return nil
				}, func(values []any) error {
					row := make([]string, len(values))
					for i, v := range values {
						if v != nil {
							row[i] = fmt.Sprint(v)
						}
					}
					t.rows = append(t.rows, row)
					return nil
				})
				if err != nil {
					return usageIfInvalid(err)
				}
				return e.print(t)
			})
		}}
	c.Flags().StringVar(&in, "in", "-", "file with one SELECT statement")
	return c
}

func (e *env) rebuildCmd(use, short string) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: args(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				diffs, err := a.RebuildLedger(c.Context())
				if err != nil {
					return err
				}
				if len(diffs) == 0 {
					_, err := fmt.Fprintln(e.out, "identical: the archive gives the same tables")
					return err
				}
				t := table{head: []string{"table", "ledger", "rebuilt"}}
				for _, d := range diffs {
					t.add(d[0], d[1], d[2])
				}
				return errors.Join(e.print(t), errFindings)
			})
		}}
}
