package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/app"
	"zhunsheng/internal/docket"
)

func (e *env) ledgerCmd() *cobra.Command {
	return group("ledger", "The case ledger: history, export, queries, rebuilding",
		e.batchesCmd(), e.exportCmd(), e.queryCmd(),
		e.rebuildCmd("rebuild", "Make tables and columns again from the archive, aside, and compare"),
		e.rebuildCmd("verify", "The same: compare the ledger in use with its archive"))
}

func (e *env) batchesCmd() *cobra.Command {
	return &cobra.Command{Use: "batches", Short: "History of imports, newest first", Args: args(0, "no argument"),
		Example: "  zhunsheng ledger batches --format csv",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				b, err := a.Batches(c.Context())
				if err != nil {
					return err
				}
				return e.printBatches(b)
			})
		}}
}

func (e *env) exportCmd() *cobra.Command {
	var asOf string
	c := &cobra.Command{Use: "export", Short: "The case table, now or as of a day", Args: args(0, "flags only"),
		Example: "  zhunsheng ledger export --as-of 2024-03-31 --format csv > cases.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			day, err := optionalDay("--as-of", asOf)
			if err != nil {
				return err
			}
			return e.with(c.Context(), false, func(a *app.App) error {
				var head []string
				for i := range docket.Fields {
					head = append(head, docket.Fields[i].Name)
				}
				t := e.table(append(head, "flags")...)
				row := make([]any, len(t.head))
				err := a.ExportLedger(c.Context(), day, func(rec *docket.Case, flags []string) error {
					for i := range docket.Fields {
						row[i] = fieldCell(&docket.Fields[i], rec)
					}
					row[len(row)-1] = strings.Join(flags, " ")
					t.add(row...)
					return t.err
				})
				if err != nil {
					return usageIfUnknown(err)
				}
				return t.end()
			})
		}}
	c.Flags().StringVar(&asOf, "as-of", "", "the ledger as it stood at the end of this day (YYYY-MM-DD)")
	return c
}

// fieldCell prints a canonical column: dates YYYY-MM-DD, amounts in yuan, yes/no as
// true/false, all empty when absent.
func fieldCell(f *docket.Field, c *docket.Case) any {
	switch f.Kind {
	case docket.Day:
		return f.Day(c).String()
	case docket.Amount:
		m := f.Money(c)
		if !m.Known {
			return num("")
		}
		sign, cents := "", m.Cents
		if cents < 0 {
			sign, cents = "-", -cents
		}
		return num(fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100))
	case docket.Number:
		return int64(*f.Number(c))
	case docket.YesNo:
		return num([...]string{docket.Unknown: "", docket.No: "false", docket.Yes: "true"}[*f.Flag(c)])
	}
	return *f.Text(c)
}

func (e *env) queryCmd() *cobra.Command {
	var in string
	c := &cobra.Command{Use: "query --in FILE.sql", Short: "Read-only SQL over v_case, v_event and the lists", Args: args(0, "flags only"),
		Long: `Runs one SELECT over the views that docs/data-dictionary.md describes: v_case and v_event (the
ledger now), v_case_version and v_event_version (all versions), v_batch, v_issue, v_court,
v_division, v_cause, v_roster. A statement that writes is refused.`,
		Example: "  echo 'SELECT court, count(*) AS cases FROM v_case GROUP BY court ORDER BY court' | zhunsheng ledger query --in -",
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
				t := e.table()
				err := a.Query(c.Context(), string(sql), func(cols []string) error {
					t = e.table(cols...)
					return nil
				}, func(values []any) error {
					t.add(values...)
					return t.err
				})
				if err != nil {
					return usageIfUnknown(err)
				}
				return t.end()
			})
		}}
	c.Flags().StringVar(&in, "in", "-", "file with one SELECT statement; - is standard input")
	return c
}

func (e *env) rebuildCmd(use, short string) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: args(0, "no argument"),
		Long: short + `. Status 1 lists the tables and the courts' columns
that the archive does not explain.`,
		Example: "  zhunsheng ledger " + use,
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				diffs, err := a.RebuildLedger(c.Context())
				if err != nil {
					return err
				}
				t := e.table("table", "ledger", "rebuilt")
				if len(diffs) == 0 {
					return e.say("identical: the archive gives the same tables and columns", t)
				}
				for _, d := range diffs {
					t.add(d[0], d[1], d[2])
				}
				if err := t.end(); err != nil {
					return err
				}
				return errFindings
			})
		}}
}
