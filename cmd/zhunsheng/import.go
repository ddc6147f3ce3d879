package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
)

func (e *env) importCmd() *cobra.Command {
	var opt app.ImportOptions
	var dataDay string
	var resume, discard int64
	c := &cobra.Command{
		Use: "import FILE… --mapping NAME|FILE", Short: "Read case ledgers or event files into the ledger as one batch",
		Example: "  zhunsheng import 案件台账.xlsx 案件事件.csv --mapping cn-standard\n  zhunsheng import judgments.csv.gz --mapping brazil-roraima --dry-run\n  zhunsheng import --resume 7",
		RunE: func(c *cobra.Command, files []string) error {
			if dataDay != "" {
				var err error
				if opt.DataDay, err = civil.ParseDate(dataDay); err != nil {
					return usageError{err}
				}
			}
			if resume == 0 && discard == 0 && (len(files) == 0 || opt.Mapping == "") {
				return usagef("import needs at least one file and --mapping; `zhunsheng mapping suggest FILE` proposes one")
			}
			return e.with(c.Context(), true, func(a *app.App) error {
				if discard != 0 {
					return a.DiscardImport(c.Context(), access.System(), discard)
				}
				return e.runImport(c.Context(), a, files, opt, resume)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&opt.Mapping, "mapping", "", "name of a mapping, or path of a mapping file (.yaml)")
	f.BoolVar(&opt.DryRun, "dry-run", false, "read, check and count; leave the ledger as it is")
	f.StringVar(&opt.Sheet, "sheet", "", "read only this sheet of a workbook")
	f.StringVar(&opt.Encoding, "encoding", "", "encoding of the files; empty: detected")
	f.StringVar(&dataDay, "data-day", "", "day the data reach to (YYYY-MM-DD); empty: the latest day found")
	f.Int64Var(&resume, "resume", 0, "run an interrupted batch again from the archive")
	f.Int64Var(&discard, "discard", 0, "give an interrupted batch up")
	return c
}

func (e *env) runImport(ctx context.Context, a *app.App, files []string, opt app.ImportOptions, resume int64) error {
	show, done := e.showProgress()
	var b app.Batch
	var err error
	if resume != 0 {
		b, err = a.ResumeImport(ctx, access.System(), resume, show)
	} else {
		opt.Progress = show
		if e.format == "table" {
			opt.Detected = func(d ledger.Detected) { fmt.Fprintln(e.err, "detected:", d) }
		}
		b, err = a.Import(ctx, access.System(), files, opt)
	}
	done()
	if err != nil {
		return err
	}
	if err := e.printBatch(b); err != nil {
		return err
	}
	if b.Rejected > 0 {
		return errFindings
	}
	return nil
}

func (e *env) printBatch(b app.Batch) error {
	if e.format == "json" {
		line, err := json.Marshal(map[string]any{"batch": b.ID, "read": b.Read, "new": b.New, "changed": b.Changed,
			"unchanged": b.Unchanged, "rejected": b.Rejected, "flagged": b.Flagged, "seconds": b.Seconds})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(e.out, string(line))
		return err
	}
	return e.print(batchTable([]app.Batch{b}))
}

func batchTable(batches []app.Batch) table {
	t := table{head: []string{"batch", "state", "committed", "user", "mapping", "read", "new", "changed", "unchanged", "rejected", "flagged", "seconds", "files"}}
	n := func(i int64) string { return strconv.FormatInt(i, 10) }
	for _, b := range batches {
		committed := ""
		if !b.Committed.IsZero() {
			committed = b.Committed.Format("2006-01-02 15:04:05")
		}
		var files []string
		for _, f := range b.Files {
			files = append(files, f.Name)
		}
		t.add(n(b.ID), string(b.State), committed, b.User, b.Mapping+" "+strconv.Itoa(b.MappingVersion), n(b.Read), n(b.New), n(b.Changed),
			n(b.Unchanged), n(b.Rejected), n(b.Flagged), strconv.FormatFloat(b.Seconds, 'f', 2, 64), strings.Join(files, " "))
	}
	return t
}

func (e *env) mappingCmd() *cobra.Command {
	suggest := &cobra.Command{
		Use: "suggest FILE", Short: "Propose a column mapping, as YAML on standard output", Args: args(1, "one file"),
		Example: "  zhunsheng mapping suggest 台账.xlsx > mine.yaml",
		RunE: func(c *cobra.Command, files []string) error {
			y, notes, err := app.SuggestMapping(files[0])
			if err != nil {
				return err
			}
			for _, n := range notes {
				fmt.Fprintln(e.err, "note:", n)
			}
			_, err = e.out.Write(y)
			return err
		},
	}
	list := &cobra.Command{Use: "list", Short: "Names of the mappings", Args: args(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				names, err := a.MappingNames(c.Context())
				t := table{head: []string{"mapping"}}
				for _, n := range names {
					t.add(n)
				}
				return errors.Join(err, e.print(t))
			})
		}}
	return group("mapping", "Column mappings", suggest, list)
}

func (e *env) issuesCmd() *cobra.Command {
	var f app.IssueFilter
	c := &cobra.Command{
		Use: "issues", Short: "Rejected and doubtful rows, with place and remedy", Args: args(0, "no argument"),
		Example: "  zhunsheng issues --format csv --batch 12 --rejected > mend.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				t := table{head: app.IssueHead}
				err := a.EachIssue(c.Context(), f, func(batch int64, i ledger.Issue) error {
					t.add(strconv.FormatInt(batch, 10), i.File, i.Sheet, strconv.Itoa(i.Row), i.Column, i.Value, i.Rule, i.Remedy)
					return nil
				})
				return errors.Join(err, e.print(t))
			})
		},
	}
	c.Flags().Int64Var(&f.Batch, "batch", 0, "only this batch")
	c.Flags().StringVar(&f.Rule, "rule", "", "only this rule")
	c.Flags().StringVar(&f.Court, "court", "", "only this court (code)")
	c.Flags().BoolVar(&f.OnlyReject, "rejected", false, "only rows that are not in the ledger")
	return c
}

// loader is one of the office's own lists.
type loader func(*app.App, context.Context, string) (int, []ledger.Issue, error)

func (e *env) loadCmd(what string, load loader) *cobra.Command {
	return &cobra.Command{
		Use: "load FILE", Short: "Replace the list by the one in the file", Args: args(1, "one file"),
		RunE: func(c *cobra.Command, files []string) error {
			return e.with(c.Context(), true, func(a *app.App) error {
				n, issues, err := load(a, c.Context(), files[0])
				for _, i := range issues {
					fmt.Fprintln(e.err, "zhunsheng:", issueLine(i))
				}
				if err != nil {
					return err
				}
				fmt.Fprintf(e.out, "%s: %d lines loaded, %d issues\n", what, n, len(issues))
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
		place += " " + i.Sheet
	}
	return (&fault.Error{Place: fmt.Sprintf("%s row %d, %s %q", place, i.Row, i.Column, i.Value), Text: "rule " + i.Rule, Remedy: i.Remedy}).Error()
}

func (e *env) courtsCmd() *cobra.Command {
	divisions := e.loadCmd("divisions", (*app.App).LoadDivisions)
	divisions.Use = "divisions FILE"
	divisions.Short = "Replace the list of divisions (庭室)"
	return group("courts", "The office's list of courts and divisions", e.loadCmd("courts", (*app.App).LoadCourts), divisions)
}

func (e *env) causesCmd() *cobra.Command {
	return group("causes", "The office's list of causes (案由)", e.loadCmd("causes", (*app.App).LoadCauses))
}

func (e *env) rosterCmd() *cobra.Command {
	return group("roster", "The roster of judges (法官花名册)", e.loadCmd("roster", (*app.App).LoadRoster))
}
