package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/caselimit"
	"zhunsheng/internal/docket"
)

// limitLineHead are the columns of `limits ledger`.
var limitLineHead = []string{"court", "case_no", "type_code", "procedure", "filed_on", "closed_on", "due_on", "limit", "runs_from", "base_due",
	"extended_due", "due", "state", "left", "counted", "deducted", "running_since", "problem", "findings"}

func (e *env) limitsLedgerCmd() *cobra.Command {
	var court, asOf, on string
	var problems, differ bool
	c := &cobra.Command{Use: "ledger", Short: "The stored time limit of every case, and where it stands", Args: args(0, "flags only"),
		Long: `Prints what the ledger has computed for every case: the limit of the law, where the base alone,
the base with extensions and the whole end, days, state on the reporting day (over, near, running,
suspended, closed_in_time, closed_late, none, unknown), why no date could be computed, doubts.
due_on is the date that the court's own file had.`,
		Example: "  zhunsheng limits ledger --court 藏0102 --format csv > limits.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			then, err := optionalDay("--as-of", asOf)
			if err != nil {
				return err
			}
			day, err := optionalDay("--on", on)
			if err != nil {
				return err
			}
			return e.with(c.Context(), false, func(a *app.App) error {
				t := e.table(limitLineHead...)
				err := a.LedgerLimits(c.Context(), then, day, func(l app.LimitLine) error {
					apart := !l.DueOn.IsZero() && !l.Limit.DueOn.IsZero() && l.DueOn != l.Limit.DueOn
					if court != "" && l.Court != court || problems && l.Limit.Problem == "" && l.Limit.Findings == "" || differ && !apart {
						return nil
					}
					t.add(limitLine(&l)...)
					return t.err
				})
				if err != nil {
					return usageIfUnknown(err)
				}
				return t.end()
			})
		}}
	fl := c.Flags()
	fl.StringVar(&court, "court", "", "only this court")
	fl.StringVar(&asOf, "as-of", "", "what was computed by this day")
	fl.StringVar(&on, "on", "", "reporting day of the state; without it the day the data reach to")
	fl.BoolVar(&problems, "problems", false, "only cases without a date because something is wrong, or with doubts")
	fl.BoolVar(&differ, "differ", false, "only cases whose own due date is another one")
	return c
}

func limitLine(l *app.LimitLine) []any {
	x := &l.Limit
	left := any("")
	switch l.State {
	case caselimit.Running, caselimit.Near, caselimit.Over, caselimit.Suspended, caselimit.ClosedInTime, caselimit.ClosedLate:
		left = l.Left
	case caselimit.NoLimit, caselimit.Unknown:
	}
	return []any{l.Court, l.CaseNo, l.TypeCode, l.Procedure, l.FiledOn.String(), l.ClosedOn.String(), l.DueOn.String(), x.Rule, x.FromOn.String(),
		x.BaseDueOn.String(), x.ExtendedDueOn.String(), x.DueOn.String(), string(l.State), left, int(x.CountedDays), int(x.DeductedDays),
		x.OpenOn.String(), x.Problem, x.Findings}
}

func (e *env) limitsRecomputeCmd() *cobra.Command {
	var r app.LimitsRun
	var own string
	c := &cobra.Command{Use: "recompute", Short: "Compute the time limit of every case again", Args: args(0, "flags only"),
		Long: `Computes every case again under the rules that the office has accepted, or with --program under
those of this program, or with --rules under a court's own laid over them. Prints the cases that
come out different: what was, what is, and why. --dry-run only prints. Other rules than those in
force are accepted by this and need --reason; the decision is kept and logged, and the ledger as of
an earlier day still shows what was computed then.`,
		Example: `  zhunsheng limits recompute --rules reviewed --dry-run --format csv > moved.csv
  zhunsheng limits recompute --rules reviewed --reason '2027年放假安排公布'`,
		RunE: func(c *cobra.Command, _ []string) error {
			if own != "" {
				if st, err := os.Stat(own); err != nil || !st.IsDir() {
					return usagef("--rules %s: no such folder", own)
				}
				r.Own = os.DirFS(own)
			}
			return e.with(c.Context(), false, func(a *app.App) error { return e.recompute(c, a, r) })
		}}
	fl := c.Flags()
	fl.BoolVar(&r.DryRun, "dry-run", false, "only print what would come out different")
	fl.BoolVar(&r.Program, "program", false, "take the rules of this program")
	fl.StringVar(&own, "rules", "", "folder laid over the rules of this program")
	fl.StringVar(&r.Reason, "reason", "", "why other rules are accepted")
	return c
}

func (e *env) recompute(c *cobra.Command, a *app.App, r app.LimitsRun) error {
	show, done := e.showProgress()
	t := e.table("court", "case_no", "limit_was", "due_was", "limit", "due", "why")
	r.Progress = func(n int64) { show(app.Progress{File: "limits", Rows: n}) }
	r.Moved = func(m app.LimitMove) error {
		t.add(m.Court, m.CaseNo, m.Was.Rule, m.Was.DueOn.String(), m.Is.Rule, m.Is.DueOn.String(), whyMoved(&m))
		return t.err
	}
	out, err := a.RecomputeLimits(c.Context(), access.System(), r)
	done()
	if err != nil {
		return err
	}
	if err := t.end(); err != nil {
		return err
	}
	what := fmt.Sprintf("written as batch %d under rules %d", out.Batch, out.Rules)
	if r.DryRun {
		what = "nothing written"
	}
	_, err = fmt.Fprintf(e.err, "%d cases computed up to %s, %d different, of %d the last day moves; %s\n", out.Cases, out.Day, out.Different, out.Moved, what)
	return err
}

// whyMoved says in one line what makes a limit another one.
func whyMoved(m *app.LimitMove) string {
	var why []string
	add := func(differ bool, format string, args ...any) {
		if differ {
			why = append(why, fmt.Sprintf(format, args...))
		}
	}
	add(m.Was.Problem != m.Is.Problem && m.Is.Problem != "", "%s", m.Why.Text.En)
	add(m.Was.Problem != m.Is.Problem && m.Is.Problem == "", "no longer %s", m.Was.Problem)
	add(m.Was.Rule == "" && m.Was.Problem == "", "not computed before")
	add(m.Was.Rule != m.Is.Rule && m.Was.Rule != "" && m.Is.Rule != "", "limit %s instead of %s", m.Is.Rule, m.Was.Rule)
	add(m.WasLaw != m.Law && !m.WasLaw.IsZero() && !m.Law.IsZero(), "version of %s instead of %s", m.Law, m.WasLaw)
	add(m.Was.FromOn != m.Is.FromOn && !m.Was.FromOn.IsZero() && !m.Is.FromOn.IsZero(), "runs from %s instead of %s", m.Is.FromOn, m.Was.FromOn)
	add(m.Was.DeductedDays != m.Is.DeductedDays, "%d days deducted instead of %d", m.Is.DeductedDays, m.Was.DeductedDays)
	add(m.Was.Extended != m.Is.Extended && m.Was.Extended != docket.Unknown, "extension in effect or not")
	add(len(why) == 0 && m.Was.BaseDueOn != m.Is.BaseDueOn, "the base ends on %s instead of %s (length or days off)", m.Is.BaseDueOn, m.Was.BaseDueOn)
	add(len(why) == 0 && m.Was.DueOn != m.Is.DueOn, "days off or running deduction")
	add(len(why) == 0 && m.Was.Findings != m.Is.Findings, "doubts: %s", m.Is.Findings)
	return strings.Join(why, "; ")
}
