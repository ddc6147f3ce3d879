package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/timelimit"
	"zhunsheng/rules"
)

func (e *env) limitsCmd() *cobra.Command {
	return group("limits", "Time limits of the law: when a case is due, and why",
		e.limitsEvalCmd(), e.limitsExplainCmd(), e.limitsListCmd(), e.limitsLedgerCmd(), e.limitsRecomputeCmd(), e.limitsProceduresCmd())
}

// limitFlags are the readings and rules that the limits commands share.
type limitFlags struct {
	rules, calendar, openUntil        string
	inclusive, chain, pending, papers bool
}

func (f *limitFlags) add(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.rules, "rules", "", "folder laid over the built-in rules, e.g. DIR/calendars/national/2027.json")
	fl.StringVar(&f.calendar, "calendar", "", "calendar of cases without a calendar event: national (default), lhasa")
	fl.StringVar(&f.openUntil, "open-until", "", "day until which a deduction without an end is taken to run; without it that is an error")
	fl.BoolVar(&f.inclusive, "inclusive", false, "deduct both ends of an interval")
	fl.BoolVar(&f.chain, "chain-extensions", false, "count each extension from the date reached")
	fl.BoolVar(&f.pending, "pending-follows-new-law", false, "small claims pending on 2022-01-01 follow the new law")
	fl.BoolVar(&f.papers, "papers", false, "report events without a document")
}

// load reads the law and the settings; only flags that were given change a default.
func (f *limitFlags) load(c *cobra.Command) (*timelimit.Book, timelimit.Settings, error) {
	var own []fs.FS
	if f.rules != "" {
		if st, err := os.Stat(f.rules); err != nil || !st.IsDir() {
			return nil, timelimit.Settings{}, usagef("--rules %s: no such folder", f.rules)
		}
		own = append(own, os.DirFS(f.rules))
	}
	days, err := calendar.Load(rules.FS, own...)
	if err != nil {
		return nil, timelimit.Settings{}, err
	}
	book, err := timelimit.Load(rules.FS, days, own...)
	if err != nil {
		return nil, timelimit.Settings{}, err
	}
	set := book.Defaults
	for name, p := range map[string]struct{ to, from *bool }{
		"inclusive": {&set.Inclusive, &f.inclusive}, "chain-extensions": {&set.ChainExtensions, &f.chain},
		"pending-follows-new-law": {&set.PendingFollowsNew, &f.pending}, "papers": {&set.Papers, &f.papers},
	} {
		if c.Flags().Changed(name) {
			*p.to = *p.from
		}
	}
	if f.calendar != "" {
		if _, err := days.Calendar(f.calendar); err != nil {
			return nil, set, usagef("--calendar: %w", err)
		}
		set.Calendar = f.calendar
	}
	if f.openUntil != "" {
		if set.OpenUntil, err = civil.ParseDate(f.openUntil); err != nil {
			return nil, set, usagef("--open-until: %w", err)
		}
	}
	return book, set, nil
}

func (e *env) limitsEvalCmd() *cobra.Command {
	var f limitFlags
	var in string
	var reasons bool
	c := &cobra.Command{Use: "eval --in FILE", Short: "Due dates of a list of cases", Args: args(0, "flags only"),
		Long: `Reads csv with the columns id, procedure (id of a limit, see limits list), accepted
(YYYY-MM-DD; YYYY-MM-DDTHH:MM for limits in hours) and events (JSON list, may be empty), other
columns are ignored. Prints id, due (a date, a date-time for limits in hours, or none) and
error. A row that is wrong has an error and no date; the others are computed.`,
		Example: `  printf 'id,procedure,accepted,events\nA,CV1,2024-03-15,[]\n' | zhunsheng limits eval --in -`,
		RunE: func(c *cobra.Command, _ []string) error {
			book, set, err := f.load(c)
			if err != nil {
				return err
			}
			r, done, err := e.open(in)
			if err != nil {
				return err
			}
			defer done()
			return e.evalLimits(book, set, in, r, reasons)
		}}
	c.Flags().StringVar(&in, "in", "-", "csv with a header row; - is standard input")
	c.Flags().BoolVar(&reasons, "reasons", false, "add the columns flags, findings, limit, base, version and source")
	f.add(c)
	return c
}

// evalLimits prints one row for each input row.
func (e *env) evalLimits(book *timelimit.Book, set timelimit.Settings, name string, in io.Reader, reasons bool) error {
	place := name
	if name == "-" {
		place = "standard input"
	}
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	cols, err := limitColumns(place, r)
	if err != nil {
		return err
	}
	head := []string{"id", "due", "error"}
	if reasons {
		head = append(head, "flags", "findings", "limit", "base", "version", "source")
	}
	t := e.table(head...)
	wrong := false
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return (&totalsFile{place: place}).fault(err)
		}
		id, res, err := evalLimit(book, set, cols, cells)
		wrong = wrong || err != nil
		t.add(limitRow(id, res, err, reasons)...)
	}
	if err := t.end(); err != nil {
		return err
	}
	if wrong {
		return errFindings
	}
	return nil
}

// limitColumns finds the columns by their names in the first row.
func limitColumns(place string, r *csv.Reader) (map[string]int, error) {
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fault.At(place, "is empty", "write id,procedure,accepted,events into the first row")
	}
	if err != nil {
		return nil, (&totalsFile{place: place}).fault(err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	cols := map[string]int{"events": -1}
	for i, h := range head {
		cols[strings.TrimSpace(h)] = i
	}
	for _, want := range []string{"id", "procedure", "accepted"} {
		if _, ok := cols[want]; !ok {
			return nil, fault.At(place+", row 1", fmt.Sprintf("there is no column %q", want), "write id,procedure,accepted,events into the first row")
		}
	}
	return cols, nil
}

// evalLimit computes one row.
func evalLimit(book *timelimit.Book, set timelimit.Settings, cols map[string]int, cells []string) (string, *timelimit.Result, error) {
	cell := func(name string) string {
		if i := cols[name]; i >= 0 && i < len(cells) {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	c, err := limitCase(cell("procedure"), cell("accepted"))
	if err != nil {
		return cell("id"), nil, err
	}
	if c.Events, err = timelimit.ParseEvents(cell("events")); err != nil {
		return cell("id"), nil, err
	}
	res, err := timelimit.Compute(book, c, set)
	return cell("id"), res, err
}

func limitCase(procedure, accepted string) (*timelimit.Case, error) {
	day, clock, err := timelimit.ParseMoment(accepted)
	return &timelimit.Case{Procedure: procedure, Accepted: day, Clock: clock}, err
}

func limitRow(id string, r *timelimit.Result, err error, reasons bool) []any {
	if err != nil {
		row := []any{id, "", oneLine(err)}
		if reasons {
			row = append(row, "", "", "", "", "", "")
		}
		return row
	}
	row := []any{id, r.String(), ""}
	if reasons {
		var codes []string
		for _, f := range r.Findings {
			codes = append(codes, f.Code)
		}
		row = append(row, r.Flags.String(), strings.Join(codes, " "), r.Limit.ID, r.Limit.Base, r.Limit.From.String()+".."+r.Limit.To.String(), r.Limit.Source.String())
	}
	return row
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", " · ") }

func (e *env) limitsListCmd() *cobra.Command {
	var f limitFlags
	c := &cobra.Command{Use: "list", Short: "The limits: id, name, base, extensions, version, source", Args: args(0, "flags only"),
		Example: "  zhunsheng limits list --format csv",
		RunE: func(c *cobra.Command, _ []string) error {
			book, _, err := f.load(c)
			if err != nil {
				return err
			}
			t := e.table("id", "name_zh", "name_en", "line", "start", "from", "to", "base", "extension", "source", "evidence")
			for _, r := range book.Rules() {
				for i := range r.Versions {
					v := &r.Versions[i]
					t.add(r.ID, r.Name.Zh, r.Name.En, r.Line.ID, r.Start.Zh, v.From.String(), v.To.String(), bases(v), grants(v), v.Source.String(), v.Source.Evidence)
				}
			}
			return t.end()
		}}
	f.add(c)
	return c
}

// bases prints the base with the others it has under facts of the case.
func bases(v *timelimit.Version) string {
	out := []string{v.Base.String()}
	for _, w := range v.When {
		out = append(out, w.Base.String())
	}
	return strings.Join(out, "|")
}

// grants prints who may extend and by how much; ? where the law gives no length.
func grants(v *timelimit.Version) string {
	var out []string
	for _, g := range v.Extend {
		most := "?"
		if !g.Max.IsZero() {
			most = g.Max.String()
		}
		out = append(out, "+"+most+" "+g.By[0])
	}
	return strings.Join(out, ", ")
}

func (e *env) limitsExplainCmd() *cobra.Command {
	var f limitFlags
	var procedure, accepted string
	var events []string
	var withDays bool
	c := &cobra.Command{Use: "explain --procedure ID --accepted DATE [--event JSON …]", Short: "One due date, every step with its article", Args: args(0, "flags only"),
		Long: `Prints every step from acceptance to the due date with article and version, the settings
used and what a person should look at. --days adds one line for every calendar day. With
--format csv the steps (or, with --days, the days) are printed as a table, with --format json
everything as one object.`,
		Example: `  zhunsheng limits explain --procedure CVS --accepted 2022-03-10 --event '{"t":"extend","on":"2022-06-01","by":"president","months":1}'
  zhunsheng limits explain --procedure CV1 --accepted 2024-01-02 --event '{"t":"deduct","why":"鉴定","from":"2024-02-01","to":"2024-03-01"}' --days`,
		RunE: func(c *cobra.Command, _ []string) error {
			if procedure == "" || accepted == "" {
				return usagef("--procedure and --accepted are needed; see `zhunsheng help limits explain`")
			}
			book, set, err := f.load(c)
			if err != nil {
				return err
			}
			cs, err := limitCase(procedure, accepted)
			if err != nil {
				return usageError{err}
			}
			if cs.Events, err = eventFlags(events); err != nil {
				return usageError{err}
			}
			days, r, err := timelimit.Days(book, cs, set)
			if err != nil {
				return usageError{err}
			}
			if !withDays {
				days = nil
			}
			return e.explain(cs, r, days, withDays)
		}}
	c.Flags().StringVar(&procedure, "procedure", "", "id of the limit, e.g. CV1; `zhunsheng limits list` shows all")
	c.Flags().StringVar(&accepted, "accepted", "", "YYYY-MM-DD, or YYYY-MM-DDTHH:MM for limits in hours")
	c.Flags().StringArrayVar(&events, "event", nil, "an event as a JSON object, or a JSON list of events; may be repeated")
	c.Flags().BoolVar(&withDays, "days", false, "one line for every calendar day")
	f.add(c)
	return c
}

// eventFlags reads --event values, each one event or a list of them.
func eventFlags(values []string) ([]timelimit.Event, error) {
	var out []timelimit.Event
	for i, v := range values {
		if strings.HasPrefix(strings.TrimSpace(v), "[") {
			list, err := timelimit.ParseEvents(v)
			if err != nil {
				return nil, err
			}
			out = append(out, list...)
			continue
		}
		ev, err := timelimit.ParseEvent(v)
		if err != nil {
			var f *fault.Error
			if errors.As(err, &f) {
				return nil, fmt.Errorf("--event %d: %w", i+1, err)
			}
			return nil, err
		}
		out = append(out, ev)
	}
	return slices.Clip(out), nil
}
