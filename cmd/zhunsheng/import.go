package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/ledger"
)

func (e *env) importCmd() *cobra.Command {
	var opt app.ImportOptions
	var dataDay string
	var resume, discard int64
	c := &cobra.Command{
		Use: "import FILE… --mapping NAME|FILE", Short: "Read case ledgers or event files into the ledger as one batch",
		Long: `Reads csv, tsv, xlsx and parquet, plain or .gz, in UTF-8, GB18030 or UTF-16, as one batch:
either all of it is in the ledger afterwards, or nothing. Prints the rows read, new, changed,
unchanged and rejected, which add up; flagged rows are loaded, but doubtful. Status 1 means
that rows were rejected.`,
		Example: `  zhunsheng import 案件台账.xlsx 案件事件.csv --mapping cn-standard
  zhunsheng import judgments.csv.gz --mapping brazil-roraima --dry-run
  zhunsheng import 台账.csv --mapping mine.yaml --format json
  zhunsheng import --resume 7`,
		RunE: func(c *cobra.Command, files []string) error {
			var err error
			if opt.DataDay, err = optionalDay("--data-day", dataDay); err != nil {
				return err
			}
			switch {
			case resume != 0 && discard != 0, (resume != 0 || discard != 0) && (len(files) > 0 || opt.Mapping != "" || opt.DryRun):
				return usagef("--resume and --discard stand alone: the batch has its files and its mapping already")
			case resume == 0 && discard == 0 && (len(files) == 0 || opt.Mapping == ""):
				return usagef("import needs at least one file and --mapping; `zhunsheng mapping list` names the mappings, `zhunsheng mapping suggest FILE` proposes one")
			}
			if err := app.CheckFiles(files); err != nil {
				return err
			}
			return e.with(c.Context(), resume == 0 && discard == 0, func(a *app.App) error {
				if discard != 0 {
					return e.discardBatch(c.Context(), a, discard)
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

func (e *env) discardBatch(ctx context.Context, a *app.App, batch int64) error {
	if err := a.DiscardImport(ctx, access.System(), batch); err != nil {
		return err
	}
	t := e.table("batch", "state")
	t.add(batch, "discarded")
	return e.say(fmt.Sprintf("batch %d is given up; the ledger is as it was before it", batch), t)
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
			opt.Detected = func(file string, d ledger.Detected) { fmt.Fprintf(e.err, "%s: %s\n", file, d) }
		}
		b, err = a.Import(ctx, access.System(), files, opt)
	}
	done()
	if err != nil {
		return usageIfUnknown(err)
	}
	if err := e.printBatch(b, opt.DryRun); err != nil {
		return err
	}
	return e.rejected(b, opt.DryRun)
}

// rejected ends an import that left rows out, and says where they are listed.
func (e *env) rejected(b app.Batch, dryRun bool) error {
	if b.Rejected == 0 {
		return nil
	}
	if !dryRun {
		fmt.Fprintf(e.err, "zhunsheng: %d of %d rows are not in the ledger; `zhunsheng issues --batch %d --rejected` lists them with what to do\n", b.Rejected, b.Read, b.ID)
	}
	return errFindings
}

// importResult is the last object of `import --format json`.
type importResult struct {
	Batch     int64   `json:"batch"`
	Read      int64   `json:"read"`
	New       int64   `json:"new"`
	Changed   int64   `json:"changed"`
	Unchanged int64   `json:"unchanged"`
	Rejected  int64   `json:"rejected"`
	Flagged   int64   `json:"flagged"`
	Seconds   float64 `json:"seconds"`
}

func (e *env) printBatch(b app.Batch, dryRun bool) error {
	if e.format == "json" {
		line, err := json.Marshal(importResult{b.ID, b.Read, b.New, b.Changed, b.Unchanged, b.Rejected, b.Flagged, b.Seconds})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(e.out, string(line))
		return err
	}
	if dryRun {
		b.State = "dry run"
	}
	return e.printBatches([]app.Batch{b})
}

func (e *env) printBatches(batches []app.Batch) error {
	t := e.table("batch", "state", "committed", "user", "mapping", "read", "new", "changed", "unchanged", "rejected", "flagged", "seconds", "files")
	for _, b := range batches {
		committed := ""
		if !b.Committed.IsZero() {
			committed = b.Committed.Local().Format("2006-01-02 15:04:05")
		}
		var files []string
		for _, f := range b.Files {
			files = append(files, f.Name)
		}
		t.add(b.ID, string(b.State), committed, b.User, fmt.Sprintf("%s %d", b.Mapping, b.MappingVersion), b.Read, b.New, b.Changed,
			b.Unchanged, b.Rejected, b.Flagged, num(fmt.Sprintf("%.2f", b.Seconds)), strings.Join(files, " "))
	}
	return t.end()
}

func (e *env) mappingCmd() *cobra.Command {
	return group("mapping", "Column mappings: which column of a file is which column of the ledger",
		e.suggestCmd(), e.mappingListCmd(), e.mappingShowCmd(), e.mappingSaveCmd())
}

func (e *env) suggestCmd() *cobra.Command {
	return &cobra.Command{
		Use: "suggest FILE", Short: "Propose a column mapping, as YAML on standard output", Args: args(1, "one file"),
		Example: `  zhunsheng mapping suggest 台账.xlsx > mine.yaml
  zhunsheng import 台账.xlsx --mapping mine.yaml --dry-run`,
		RunE: func(_ *cobra.Command, files []string) error {
			y, notes, err := app.SuggestMapping(files[0])
			for _, n := range notes {
				fmt.Fprintln(e.err, "note:", n)
			}
			if err != nil {
				return err
			}
			_, err = e.out.Write(y)
			return err
		},
	}
}

func (e *env) mappingListCmd() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "The mappings that --mapping can name, with their versions", Args: args(0, "no argument"),
		Example: "  zhunsheng mapping list",
		RunE: func(c *cobra.Command, _ []string) error {
			list, err := app.Mappings(c.Context(), e.config(false))
			if err != nil {
				return err
			}
			t := e.table("mapping", "version", "title_zh", "title_en")
			for _, m := range list {
				t.add(m.Name, m.Version, m.Title.Zh, m.Title.En)
			}
			return t.end()
		}}
}

func (e *env) mappingShowCmd() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "One mapping, as YAML on standard output", Args: args(1, "the name of a mapping"),
		Example: "  zhunsheng mapping show cn-standard > mine.yaml",
		RunE: func(c *cobra.Command, got []string) error {
			list, err := app.Mappings(c.Context(), e.config(false))
			if err != nil {
				return err
			}
			i := slices.IndexFunc(list, func(m *app.Mapping) bool { return m.Name == got[0] })
			if i < 0 {
				return usagef("no mapping named %q; `zhunsheng mapping list` names them", got[0])
			}
			y, err := list[i].YAML()
			if err != nil {
				return err
			}
			_, err = e.out.Write(y)
			return err
		}}
}

func (e *env) mappingSaveCmd() *cobra.Command {
	return &cobra.Command{Use: "save FILE", Short: "Keep a mapping file under its name, as its next version", Args: args(1, "one mapping file"),
		Example: `  zhunsheng mapping save mine.yaml
  zhunsheng import 台账.xlsx --mapping mine`,
		RunE: func(c *cobra.Command, got []string) error {
			return e.with(c.Context(), true, func(a *app.App) error {
				m, err := a.SaveMappingFile(c.Context(), access.System(), got[0])
				if err != nil {
					return err
				}
				t := e.table("mapping", "version")
				t.add(m.Name, m.Version)
				return t.end()
			})
		}}
}

func (e *env) issuesCmd() *cobra.Command {
	var f app.IssueFilter
	c := &cobra.Command{
		Use: "issues", Short: "Rejected and doubtful rows, with place and remedy", Args: args(0, "no argument"),
		Example: `  zhunsheng issues --batch 12 --rejected --format csv > mend.csv
  zhunsheng issues --rule date.order --court 藏9801`,
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				t := e.table(app.IssueHead...)
				err := a.EachIssue(c.Context(), f, func(batch int64, i ledger.Issue) error {
					t.add(batch, i.File, i.Sheet, i.Row, i.Column, i.Value, i.Rule, i.Remedy)
					return t.err
				})
				if err != nil {
					return err
				}
				return t.end()
			})
		},
	}
	c.Flags().Int64Var(&f.Batch, "batch", 0, "only this batch")
	c.Flags().StringVar(&f.Rule, "rule", "", "only this rule")
	c.Flags().StringVar(&f.Court, "court", "", "only this court (code)")
	c.Flags().BoolVar(&f.OnlyReject, "rejected", false, "only rows that are not in the ledger")
	return c
}

// optionalDay reads the day of a flag; empty is no day.
func optionalDay(flag, s string) (civil.Date, error) {
	if s == "" {
		return 0, nil
	}
	d, err := civil.ParseDate(s)
	if err != nil {
		return 0, usagef("%s: %w", flag, err)
	}
	return d, nil
}
