package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
)

func (e *env) rebuildEditionCmd() *cobra.Command {
	var out string
	c := &cobra.Command{Use: "rebuild ID", Short: "The same document again, from the ledger of then and the definitions", Args: args(1, "the id of an edition"),
		Long: `Makes an edition again from the ledger as of its batch, the definitions and the lists that were
frozen with it, without a look at its files, and compares. Under the program and rules that froze
it every byte is the same. Under others text and figures must still agree: every difference is
named, and the status is 1.`,
		Example: "  zhunsheng bulletin rebuild monthly-2024-06-b54-1a2b3c4d --out ./again",
		RunE: func(c *cobra.Command, got []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				r, err := a.RebuildEdition(c.Context(), access.System(), got[0])
				if err != nil {
					return err
				}
				if err := os.MkdirAll(out, 0o750); err != nil {
					return fmt.Errorf("make the folder %s: %w", out, err)
				}
				t := e.table("what", "id", "then", "now")
				for i, f := range r.Files {
					path := filepath.Join(out, r.Edition.ID+"-"+f.Name)
					if err := os.WriteFile(path, f.Data, 0o640); err != nil {
						return fmt.Errorf("write the document: %w", err)
					}
					if r.Same {
						t.add("same", path, r.Edition.Files[i].SHA256, f.SHA256)
					}
				}
				for _, d := range r.Deviations {
					t.add(d.What, d.ID, d.Then, d.Now)
				}
				if err := t.end(); err != nil || r.Same {
					return err
				}
				return errFindings
			})
		}}
	c.Flags().StringVar(&out, "out", ".", "folder for the files")
	return c
}

func (e *env) restateEditionCmd() *cobra.Command {
	var series bool
	c := &cobra.Command{Use: "restate ID", Short: "What changed since: figure, then, now, and each case that moved, with why", Args: args(1, "the id of an edition"),
		Long: `Compares every figure of an edition with the ledger and the definitions of today. For each that
differs it prints the value then and now, how much of the change comes from the definitions and
how much from the ledger, and every case that moved: whether it entered, left or changed, and
which columns were changed by which batch. The edition itself stays as it is.

--series prints instead, for indicators redefined within the year, both wordings month by month
and the jump at the change split into definition and reality.`,
		Example: "  zhunsheng bulletin restate monthly-2024-06-b54-1a2b3c4d --format csv\n  zhunsheng bulletin restate monthly-2024-06-b54-1a2b3c4d --series",
		RunE: func(c *cobra.Command, got []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				r, err := a.RestateEdition(c.Context(), access.System(), got[0])
				if err != nil {
					return err
				}
				if series {
					return e.printBreaks(r)
				}
				return e.printRestatement(r)
			})
		}}
	c.Flags().BoolVar(&series, "series", false, "both series of indicators redefined within the year")
	return c
}

func (e *env) printRestatement(r app.Restatement) error {
	t := e.table("figure", "then", "now", "by_definition", "by_ledger", "side", "court", "case_no", "moved", "batch", "field", "was", "is")
	for _, f := range r.Figures {
		head := []any{f.Then.ID, num(f.Then.Value), num(f.Now.Value), rat(f.Definition), rat(f.Reality)}
		if len(f.Cases) == 0 {
			t.add(append(head, "", "", "", "", num(""), "", "", "")...)
		}
		for _, m := range f.Cases {
			of := append(append([]any{}, head...), string(m.Side), m.Court, m.CaseNo, m.How)
			if len(m.Why) == 0 {
				t.add(append(of, num(""), "", "", "")...)
			}
			for _, w := range m.Why {
				t.add(append(append([]any{}, of...), w.Batch, w.Field, w.Was, w.Is)...)
			}
		}
	}
	return t.end()
}

func (e *env) printBreaks(r app.Restatement) error {
	t := e.table("indicator", "changed_on", "month", "old_wording", "new_wording", "in_force", "jump", "by_definition", "by_reality")
	for _, b := range r.Breaks {
		for n, m := range b.Months {
			inForce := "old"
			if m.Official {
				inForce = "new"
			}
			row := []any{b.Set + "/" + b.Indicator, b.From, m.Period.String(), rat(m.Old), rat(m.New), inForce}
			if n > 0 && m.Official && !b.Months[n-1].Official {
				row = append(row, rat(b.Total), rat(b.Definition), rat(b.Jump.Reality))
			} else {
				row = append(row, num(""), num(""), num(""))
			}
			t.add(row...)
		}
	}
	return t.end()
}
