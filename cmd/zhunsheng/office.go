package main

import (
	"fmt"
	"net"
	"runtime"
	"slices"
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
		Long: `Fills an empty installation with an intermediate court and eight basic courts over several years,
through the same import as real files, and prints a sign-in of every role.`,
		Example: `  zhunsheng demo --data ./demo && zhunsheng serve --data ./demo
  zhunsheng demo --data ./demo --seed 7 --until 2024-03-31`,
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if opt.Until, err = civil.ParseDate(until); err != nil {
				return usagef("--until: %w", err)
			}
			opt.Step = func(text string) { fmt.Fprintln(e.err, text) }
			if e.progress == "none" {
				opt.Step = func(string) {}
			}
			made, err := app.Demo(c.Context(), e.config(true), opt)
			if err != nil {
				return err
			}
			fmt.Fprintf(e.err, "%d cases of %d courts up to %s in %s; sign in with:\n", made.Cases, made.Courts, until, e.data)
			t := e.table("role", "login", "password", "scope")
			for _, u := range made.Users {
				t.add(string(u.Role), u.User, made.Password, scopeText(u))
			}
			return t.end()
		}}
	c.Flags().Uint64Var(&opt.Seed, "seed", opt.Seed, "the same seed makes the same city, byte for byte")
	c.Flags().StringVar(&until, "until", until, "data day: the day the data reach to")
	return c
}

// scopeText shows what a user sees: city, or court, division and judge.
func scopeText(s access.Scope) string {
	if s.City {
		return "city"
	}
	return strings.TrimSpace(strings.Join([]string{s.Court, s.Division, s.Judge}, " "))
}

func (e *env) serveCmd() *cobra.Command {
	listen := "127.0.0.1:8080"
	c := &cobra.Command{Use: "serve", Short: "The pages", Args: args(0, "flags only"),
		Long:    "Serves the pages until it is stopped (Ctrl-C or SIGTERM); requests under way are finished first.",
		Example: "  zhunsheng serve --data ./demo --listen 127.0.0.1:8080",
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

func (e *env) verifyCmd() *cobra.Command {
	return &cobra.Command{Use: "verify", Short: "Log chain, ledger against archive, chain and files of the editions", Args: args(0, "no argument"),
		Long:    "Checks that nothing was changed behind the program's back. Status 1 lists what was.",
		Example: "  zhunsheng verify --data ./demo",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				found, err := a.Verify(c.Context())
				if err != nil {
					return err
				}
				t := e.table("what", "finding")
				if len(found) == 0 {
					return e.say("log, ledger and editions are as they were written", t)
				}
				for _, f := range found {
					t.add(f.What, f.Text)
				}
				if err := t.end(); err != nil {
					return err
				}
				return errFindings
			})
		}}
}

func (e *env) migrateCmd() *cobra.Command {
	return &cobra.Command{Use: "migrate", Short: "Bring the databases to this program's schema", Args: args(0, "no argument"),
		Example: "  zhunsheng migrate --data ./zhunsheng-data",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := e.config(false).NeedInstalled(); err != nil {
				return err
			}
			if err := app.Migrate(c.Context(), e.config(false)); err != nil {
				return err
			}
			_, err := fmt.Fprintln(e.out, "the schema is this program's")
			return err
		}}
}

func (e *env) userCmd() *cobra.Command {
	return group("user", "Sign-ins", e.userAddCmd(), e.userListCmd())
}

func (e *env) userAddCmd() *cobra.Command {
	var u app.User
	var role, password string
	c := &cobra.Command{Use: "add LOGIN", Short: "A new sign-in", Args: args(1, "a login name"),
		Example: `  zhunsheng user add wang --name 王某 --role office_head --city --password-file secret.txt
  zhunsheng user add li --name 李某 --role court_office --court 藏9801 --password-file -`,
		RunE: func(c *cobra.Command, got []string) error {
			u.Login, u.Role = got[0], access.Role(role)
			if !slices.Contains(access.Roles(), u.Role) {
				return usagef("--role %q: use one of %s", role, roleNames())
			}
			if _, sees := u.Scope().Limits(); !sees && u.Role != access.Administrator {
				return usagef("%s would see nothing: give --city, or --court with --division and --judge as far as the role needs", u.Login)
			}
			if password == "" {
				return usagef("--password-file is missing: put the password into a file, or - for standard input")
			}
			secret, err := e.firstLine(password)
			if err != nil {
				return err
			}
			return e.with(c.Context(), true, func(a *app.App) error {
				if err := a.AddUser(c.Context(), u, secret); err != nil {
					return err
				}
				t := e.table("login", "role", "scope")
				t.add(u.Login, role, scopeText(u.Scope()))
				return t.end()
			})
		}}
	f := c.Flags()
	f.StringVar(&u.Name, "name", "", "name shown")
	f.StringVar(&role, "role", "", "one of "+roleNames())
	f.BoolVar(&u.City, "city", false, "sees all courts")
	f.StringVar(&u.Court, "court", "", "court code")
	f.StringVar(&u.Division, "division", "", "division id")
	f.StringVar(&u.Judge, "judge", "", "judge id")
	f.StringVar(&password, "password-file", "", "file whose first line is the password; - is standard input")
	return c
}

func (e *env) userListCmd() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "Everybody who may sign in", Args: args(0, "no argument"),
		Example: "  zhunsheng user list",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), false, func(a *app.App) error {
				users, err := a.Users(c.Context())
				if err != nil {
					return err
				}
				t := e.table("login", "name", "role", "city", "court", "division", "judge", "disabled")
				for _, u := range users {
					t.add(u.Login, u.Name, string(u.Role), yesNo(u.City), u.Court, u.Division, u.Judge, yesNo(u.Disabled))
				}
				return t.end()
			})
		}}
}

// yesNo prints as true or false, in JSON too.
func yesNo(b bool) num { return num(fmt.Sprint(b)) }

func roleNames() string {
	var names []string
	for _, r := range access.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

func (e *env) versionCmd() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Version of the program", Args: args(0, "no argument"),
		Example: "  zhunsheng version",
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(e.out, "zhunsheng %s (%s, %s/%s)\n", app.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		}}
}
