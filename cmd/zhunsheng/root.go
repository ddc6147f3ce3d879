package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/app"
	"zhunsheng/internal/fault"
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

func (u usageError) Unwrap() error { return u.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// usageIfUnknown makes a flag that names something unknown or impossible (set, key, grouping,
// mapping, batch, SQL) a wrong use of the command.
func usageIfUnknown(err error) error {
	var f *fault.Error
	if errors.Is(err, fault.NotFound) || errors.As(err, &f) && f.Place == "" && errors.Is(err, fault.Invalid) || errors.As(err, &f) && f.Place == "query" {
		return usageError{err}
	}
	return err
}

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
		Use: "zhunsheng", Short: "准绳 — trial management for courts: ledger, indicators, documents", SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown command %q; `zhunsheng help` lists them", args[0])
			}
			return nil
		},
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error { return e.checkFlags() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef("%w; see `zhunsheng help %s`", err, commandName(c))
	})
	f := root.PersistentFlags()
	f.StringVar(&e.data, "data", "zhunsheng-data", "folder of the embedded installation")
	f.StringVar(&e.office, "office", "", "postgres:// URL of the office database, instead of the embedded one")
	f.StringVar(&e.ledger, "ledger", "", "postgres:// URL of the ledger database, instead of the embedded one")
	f.StringVar(&e.format, "format", "table", "output: table, csv or json")
	f.StringVar(&e.progress, "progress", "auto", "progress of long work: auto, json or none")
	f.BoolVar(&e.verbose, "verbose", false, "write the program's log to standard error")
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(e.demoCmd(), e.serveCmd(), e.importCmd(), e.mappingCmd(), e.issuesCmd(),
		e.courtsCmd(), e.causesCmd(), e.rosterCmd(), e.ledgerCmd(), e.indicatorsCmd(), e.limitsCmd(), e.signalsCmd(), e.bulletinCmd(), e.forecastCmd(), e.staffingCmd(),
		e.verifyCmd(), e.backupCmd(), e.restoreCmd(), e.migrateCmd(), e.userCmd(), e.versionCmd())
	root.SetHelpCommand(helpCmd(root))
	return root
}

// checkFlags refuses values of the common flags that no command knows.
func (e *env) checkFlags() error {
	if !slices.Contains([]string{"table", "csv", "json"}, e.format) {
		return usagef("--format %q: use table, csv or json", e.format)
	}
	if !slices.Contains([]string{"auto", "json", "none"}, e.progress) {
		return usagef("--progress %q: use auto, json or none", e.progress)
	}
	return nil
}

// helpCmd prints a command with its examples.
func helpCmd(root *cobra.Command) *cobra.Command {
	return &cobra.Command{Use: "help [COMMAND]", Short: "A command, its flags and examples", Example: "  zhunsheng help indicators compute",
		RunE: func(_ *cobra.Command, words []string) error {
			c, rest, err := root.Find(words)
			if err != nil || len(rest) > 0 {
				return usagef("unknown command %q; `zhunsheng help` lists them", strings.Join(words, " "))
			}
			c.InitDefaultHelpFlag()
			return c.Help()
		}}
}

// config is the installation the flags name.
func (e *env) config(create bool) app.Config {
	level := slog.LevelWarn // an error page shows a reference: its cause must be found somewhere
	if e.verbose {
		level = slog.LevelInfo
	}
	log := slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: level}))
	return app.Config{Data: e.data, Office: e.office, Ledger: e.ledger, Create: create, Log: log}
}

// with opens the installation for one piece of work.
func (e *env) with(ctx context.Context, create bool, work func(*app.App) error) error {
	a, err := app.Open(ctx, e.config(create))
	if err != nil {
		return err
	}
	return errors.Join(work(a), a.Close())
}

// commandName is the name of a command without the program's.
func commandName(c *cobra.Command) string {
	_, name, _ := strings.Cut(c.CommandPath(), " ")
	return name
}

// args checks the number of arguments.
func args(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, got []string) error {
		if len(got) != n {
			return usagef("%s takes %s; see `zhunsheng help %s`", commandName(c), what, commandName(c))
		}
		return nil
	}
}

// group is a command that only holds others.
func group(use, short string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short,
		RunE: func(c *cobra.Command, got []string) error {
			if len(got) > 0 {
				return usagef("unknown command %q; `zhunsheng help %s` lists those of %s", got[0], c.Name(), c.Name())
			}
			return usagef("%s needs one of its commands; see `zhunsheng help %s`", c.Name(), c.Name())
		}}
	c.AddCommand(subs...)
	return c
}
