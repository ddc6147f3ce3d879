package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"zhunsheng/internal/app"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
)

// loader replaces one of the office's own lists.
type loader func(*app.App, context.Context, string) (int, []ledger.Issue, error)

func (e *env) loadCmd(use, short, example, what string, load loader) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Example: example, Args: args(1, "one file"),
		Long: short + `: csv, tsv, xlsx or parquet. Rows that cannot be
used are named on standard error and left out (status 1).`,
		RunE: func(c *cobra.Command, files []string) error {
			return e.with(c.Context(), true, func(a *app.App) error {
				n, issues, err := load(a, c.Context(), files[0])
				for _, i := range issues {
					fmt.Fprintln(e.err, "zhunsheng:", issueLine(i))
				}
				if err != nil {
					return err
				}
				t := e.table("list", "loaded", "left_out")
				t.add(what, n, len(issues))
				if err := t.end(); err != nil {
					return err
				}
				if len(issues) > 0 {
					return errFindings
				}
				return nil
			})
		},
	}
}

func issueLine(i ledger.Issue) string {
	place := i.File
	if i.Sheet != "" {
		place += ", sheet " + i.Sheet
	}
	return (&fault.Error{Place: fmt.Sprintf("%s, row %d, %s %q", place, i.Row, i.Column, i.Value), Text: i.Rule, Remedy: i.Remedy}).Error()
}

func (e *env) courtsCmd() *cobra.Command {
	return group("courts", "The office's list of courts and divisions",
		e.loadCmd("load FILE", "Replace the list of courts by the one in the file", "  zhunsheng courts load 法院.csv", "courts", (*app.App).LoadCourts),
		e.loadCmd("divisions FILE", "Replace the list of divisions (庭室) by the one in the file", "  zhunsheng courts divisions 庭室.csv", "divisions", (*app.App).LoadDivisions))
}

func (e *env) causesCmd() *cobra.Command {
	return group("causes", "The office's list of causes (案由)",
		e.loadCmd("load FILE", "Replace the list of causes by the one in the file", "  zhunsheng causes load 民事案由.csv", "causes", (*app.App).LoadCauses))
}

func (e *env) rosterCmd() *cobra.Command {
	return group("roster", "The roster of judges (法官花名册), which per-judge indicators divide by",
		e.loadCmd("load FILE", "Replace the roster by the one in the file", "  zhunsheng roster load 法官花名册.xlsx", "roster", (*app.App).LoadRoster))
}
