package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/procedure"
)

func (e *env) limitsProceduresCmd() *cobra.Command {
	var kind, state string
	var enter bool
	c := &cobra.Command{Use: "procedures", Short: "Applications for extension, deduction, suspension and conversion", Args: args(0, "flags only"),
		Long: `Lists the office's applications about time limits, courts in administrative order, with the due
day before and after as shown to whoever decided. --enter first enters approved ones that wait
for the ledger, as the pages do by themselves.`,
		Example: `  zhunsheng limits procedures --data ./demo --kind extension --state applied
  zhunsheng limits procedures --data ./demo --format csv`,
		RunE: func(c *cobra.Command, _ []string) error {
			q := app.Papers{Kind: procedure.Kind(kind), State: procedure.State(state)}
			if err := q.Check(); err != nil {
				return usagef("%w", err)
			}
			return e.with(c.Context(), false, func(a *app.App) error {
				if enter {
					n, err := a.EnterApproved(c.Context())
					if err != nil {
						return err
					}
					fmt.Fprintf(e.err, "%d entered\n", n)
				}
				rows, err := a.Applications(c.Context(), access.System(), q)
				if err != nil {
					return err
				}
				t := e.table("id", "kind", "case_no", "court", "judge", "asks", "state", "next", "asked", "decided", "due_before", "due_after", "batch")
				for _, r := range rows {
					t.add(r.ID, string(r.Kind), r.CaseNo, r.Court, r.Case.Judge, r.Asks.Zh, string(r.State), r.Procedure.Next(), r.Asked.String(), r.Decided.String(), r.Before, r.After, r.Batch)
				}
				return t.end()
			})
		}}
	c.Flags().StringVar(&kind, "kind", "", "extension, deduction, suspension or conversion")
	c.Flags().StringVar(&state, "state", "", "draft, applied, approved, entered, ending, refused or withdrawn")
	c.Flags().BoolVar(&enter, "enter", false, "enter approved applications that wait for the ledger")
	return c
}
