package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/app"
)

// Exit statuses of every command.
const (
	exitDone     = 0
	exitFindings = 1 // done, but rows were rejected or checks failed
	exitUsage    = 2
	exitFailed   = 3
)

// errFindings ends a command that did its work and found something; it prints nothing itself.
var errFindings = errors.New("findings")

// usageError is a wrong flag or argument.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

type streams struct {
	in       io.Reader
	out, err io.Writer
}

// env is what every command works with: the flags common to all, and the streams.
type env struct {
	streams
	data, office, ledger string
	format, progress     string
	verbose              bool
}

func run(ctx context.Context, args []string, s streams) int {
	e := &env{streams: s}
	root := e.root()
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFindings):
		return exitFindings
	}
	for line := range strings.Lines(strings.TrimSpace(err.Error())) {
		fmt.Fprintln(s.err, "zhunsheng:", strings.TrimRight(line, "\n"))
	}
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

func (e *env) root() *cobra.Command {
	root := &cobra.Command{
		Use: "zhunsheng", Short: "准绳 — trial management for courts", SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown command %q; `zhunsheng help` lists them", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			switch e.format {
			case "table", "csv", "json":
			default:
				return usagef("--format %q: use table, csv or json", e.format)
			}
			switch e.progress {
			case "auto", "json", "none":
				return nil
			}
			return usagef("--progress %q: use auto, json or none", e.progress)
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	f := root.PersistentFlags()
	f.StringVar(&e.data, "data", "zhunsheng-data", "folder of the embedded installation")
	f.StringVar(&e.office, "office", "", "postgres:// URL of the office database, instead of the embedded one")
	f.StringVar(&e.ledger, "ledger", "", "postgres:// URL of the ledger database, instead of the embedded one")
	f.StringVar(&e.format, "format", "table", "output: table, csv or json")
	f.StringVar(&e.progress, "progress", "auto", "progress of long work: auto, json or none")
	f.BoolVar(&e.verbose, "verbose", false, "write the program's log to standard error")
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(e.demoCmd(), e.serveCmd(), e.importCmd(), e.mappingCmd(), e.issuesCmd(),
		e.courtsCmd(), e.causesCmd(), e.rosterCmd(), e.ledgerCmd(), e.indicatorsCmd(), e.bulletinCmd(),
		e.verifyCmd(), e.migrateCmd(), e.userCmd(), e.versionCmd())
	return root
}

// config is the installation the flags name.
func (e *env) config(create bool) app.Config {
	c := app.Config{Data: e.data, Office: e.office, Ledger: e.ledger, Create: create}
	if e.verbose {
		c.Log = slog.New(slog.NewTextHandler(e.err, nil))
	}
	return c
}

// with opens the installation for one piece of work.
func (e *env) with(ctx context.Context, create bool, work func(*app.App) error) error {
	a, err := app.Open(ctx, e.config(create))
	if err != nil {
		return err
	}
	return errors.Join(work(a), a.Close())
}

// args checks the number of arguments.
func args(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, got []string) error {
		if len(got) != n {
			return usagef("%s needs %s; see `zhunsheng help %s`", c.CommandPath(), what, strings.TrimPrefix(c.CommandPath(), "zhunsheng "))
		}
		return nil
	}
}

func atLeast(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, got []string) error {
		if len(got) < n {
			return usagef("%s needs %s; see `zhunsheng help %s`", c.CommandPath(), what, strings.TrimPrefix(c.CommandPath(), "zhunsheng "))
		}
		return nil
	}
}

// group is a command that only holds others.
func group(use, short string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short,
		RunE: func(c *cobra.Command, got []string) error {
			if len(got) > 0 {
				return usagef("unknown command %q of %s", got[0], c.CommandPath())
			}
			return usagef("%s needs one of its commands; see `zhunsheng help %s`", c.CommandPath(), c.Name())
		}}
	c.AddCommand(subs...)
	return c
}
