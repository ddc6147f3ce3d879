package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
)

func (e *env) demoCmd() *cobra.Command {
	opt := app.DemoOptions{Seed: 1}
	until := "2024-06-30"
	c := &cobra.Command{Use: "demo", Short: "Make an invented but realistic city, with users of every role", Args: args(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if opt.Until, err = civil.ParseDate(until); err != nil {
				return usageError{err}
			}
			opt.Step = func(text string) { fmt.Fprintln(e.err, text) }
			if e.progress == "none" {
				opt.Step = func(string) {}
			}
			made, err := app.Demo(c.Context(), e.config(true), opt)
			if err != nil {
				return err
			}
			t := table{head: []string{"role", "login", "password", "scope"}}
			for _, u := range made.Users {
				t.add(string(u.Role), u.User, made.Password, strings.Trim(strings.Join([]string{map[bool]string{true: "city"}[u.City], u.Court, u.Division, u.Judge}, " "), " "))
			}
			fmt.Fprintf(e.err, "%d cases of %d courts up to %s in %s; sign in with:\n", made.Cases, made.Courts, until, e.data)
			return e.print(t)
		}}
	c.Flags().Uint64Var(&opt.Seed, "seed", opt.Seed, "the same seed makes the same city, byte for byte")
	c.Flags().StringVar(&until, "until", until, "data day: the day the data reach to")
	return c
}

func (e *env) serveCmd() *cobra.Command {
	listen := "127.0.0.1:8080"
	c := &cobra.Command{Use: "serve", Short: "The pages", Args: args(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), true, func(a *app.App) error {
				return a.Serve(c.Context(), listen, func(addr net.Addr) {
					fmt.Fprintf(e.out, "准绳 listens on http://%s/  (stop with Ctrl-C)\n", addr)
				})
			})
		}}
	c.Flags().StringVar(&listen, "listen", listen, "address; port 0 takes a free one")
	return c
}

func (e *env) bulletinCmd() *cobra.Command {
	var kind, court, period, out string
	build := &cobra.Command{Use: "build --kind monthly --period P --out DIR", Short: "docx, xlsx appendix, figures.json; a frozen edition", Args: args(0, "flags only"),
		Example: "  zhunsheng bulletin build --kind monthly --period 2024-06 --out .",
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := civil.ParsePeriod(period)
			if err != nil {
				return usageError{err}
			}
			return e.with(c.Context(), false, func(a *app.App) error {
				ed, err := a.BuildBulletin(c.Context(), access.System(), app.Order{Kind: kind, Court: court, Period: p})
				if err != nil {
					return usageIfInvalid(err)
				}
				if err := os.MkdirAll(out, 0o750); err != nil {
					return fmt.Errorf("make %s: %w", out, err)
				}
				t := table{head: []string{"edition", "file", "bytes", "sha256"}}
				for _, f := range ed.Files {
					path := filepath.Join(out, ed.ID+"-"+f.Name)
					if err := os.WriteFile(path, f.Data, 0o640); err != nil {
						return fmt.Errorf("write the document: %w", err)
					}
					t.add(ed.ID, path, strconv.Itoa(len(f.Data)), f.SHA256)
				}
				return e.print(t)
			})
		}}
	f := build.Flags()
	f.StringVar(&kind, "kind", "monthly", "kind of document: monthly")
	f.StringVar(&court, "court", "", "court code; empty: the whole city")
	f.StringVar(&period, "period", "", "period, e.g. 2024-06")
	f.StringVar(&out, "out", ".", "folder for the files")
	return group("bulletin", "Bulletins and analyses as documents", build)
}

func (e *env) verifyCmd() *cobra.Command {
	return &cobra.Command{Use: "verify", Short: "Log chain, ledger against archive, editions against hashes", Args: args(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				found, err := a.Verify(c.Context())
				if err != nil {
					return err
				}
				if len(found) == 0 {
					_, err := fmt.Fprintln(e.out, "log, ledger and editions are as they were written")
					return err
				}
				t := table{head: []string{"what", "finding"}}
				for _, f := range found {
					t.add(f.What, f.Text)
				}
				return errors.Join(e.print(t), errFindings)
			})
		}}
}

func (e *env) migrateCmd() *cobra.Command {
	return &cobra.Command{Use: "migrate", Short: "Bring the databases to this program's schema", Args: args(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := app.Migrate(c.Context(), e.config(true)); err != nil {
				return err
			}
			_, err := fmt.Fprintln(e.out, "the schema is this program's")
			return err
		}}
}

func (e *env) userCmd() *cobra.Command {
	var u app.User
	var role, password string
	add := &cobra.Command{Use: "add LOGIN", Short: "A new sign-in", Args: args(1, "a login name"),
		Example: "  zhunsheng user add li --name 李某 --role court_office --court 藏9801 --password-file secret.txt",
		RunE: func(c *cobra.Command, got []string) error {
			b, err := os.ReadFile(password)
			if err != nil {
				return usagef("--password-file %q cannot be read: put the password into a file", password)
			}
			u.Login, u.Role = got[0], access.Role(role)
			if !slices.Contains(access.Roles(), u.Role) {
				return usagef("--role %q: use one of %v", role, access.Roles())
			}
			return e.with(c.Context(), true, func(a *app.App) error {
				return a.AddUser(c.Context(), u, strings.TrimSpace(string(b)))
			})
		}}
	f := add.Flags()
	f.StringVar(&u.Name, "name", "", "name shown")
	f.StringVar(&role, "role", "", fmt.Sprintf("one of %v", access.Roles()))
	f.BoolVar(&u.City, "city", false, "sees all courts")
	f.StringVar(&u.Court, "court", "", "court code")
	f.StringVar(&u.Division, "division", "", "division id")
	f.StringVar(&u.Judge, "judge", "", "judge id")
	f.StringVar(&password, "password-file", "", "file that holds the password")
	ls := &cobra.Command{Use: "list", Short: "Everybody who may sign in", Args: args(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				users, err := a.Users(c.Context())
				t := table{head: []string{"login", "name", "role", "city", "court", "division", "judge", "disabled"}}
				for _, u := range users {
					t.add(u.Login, u.Name, string(u.Role), strconv.FormatBool(u.City), u.Court, u.Division, u.Judge, strconv.FormatBool(u.Disabled))
				}
				return errors.Join(err, e.print(t))
			})
		}}
	return group("user", "Sign-ins", add, ls)
}

func (e *env) versionCmd() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Version of the program", Args: args(0, "no argument"),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(e.out, "zhunsheng %s (%s, %s/%s)\n", app.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		}}
}
