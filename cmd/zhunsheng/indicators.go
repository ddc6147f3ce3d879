package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

func (e *env) indicatorsCmd() *cobra.Command {
	return group("indicators", "The official indicators: catalogue, figures, the cases behind them",
		e.indicatorListCmd(), e.computeCmd(), e.casesCmd(), e.evalCmd())
}

func (e *env) indicatorListCmd() *cobra.Command {
	var set string
	c := &cobra.Command{Use: "list", Short: "The catalogue: key, names, set, version, formula, source, evidence", Args: args(0, "no argument"),
		RunE: func(*cobra.Command, []string) error {
			book, err := app.Catalogue()
			if err != nil {
				return err
			}
			t := table{head: []string{"set", "key", "name_zh", "name_en", "from", "to", "formula", "evidence", "source"}}
			sets := book.Sets()
			if set != "" {
				sets = []string{set}
			}
			for _, s := range sets {
				for _, in := range book.Set(s) {
					for _, v := range in.Versions {
						t.add(s, in.ID, in.Name.Zh, in.Name.En, v.From.String(), v.To.String(), v.Formula().Zh, v.Evidence, strings.TrimSpace(v.Source.Doc+" "+v.Source.No+" "+v.Source.Cite))
					}
				}
			}
			if len(t.rows) == 0 {
				return usagef("no set named %q; there are: %s", set, strings.Join(book.Sets(), ", "))
			}
			return e.print(t)
		}}
	c.Flags().StringVar(&set, "set", "", "only this set")
	return c
}

func (e *env) computeCmd() *cobra.Command {
	var set, period, by, asOf, keys string
	var names bool
	filters := map[string]*string{}
	c := &cobra.Command{Use: "compute --set SET --period P", Short: "Figures as a long table", Args: args(0, "flags only"),
		Example: "  zhunsheng indicators compute --set volume --period 2023 --by court --format csv\n  zhunsheng indicators compute --set spc-2024-01 --period 2024-01..2024-06 --by court,month --as-of 2024-06-30",
		RunE: func(c *cobra.Command, _ []string) error {
			req := indicator.Request{Set: set, Indicators: list(keys), By: list(by)}
			var err error
			if req.Period, err = civil.ParsePeriod(period); err != nil {
				return usageError{err}
			}
			day, err := optionalDay(asOf)
			if err != nil {
				return err
			}
			req.Filter = indicator.Match(given(filters))
			return e.with(c.Context(), false, func(a *app.App) error {
				figures, err := a.ComputeAsOf(c.Context(), access.System(), day, req)
				if err != nil {
					return usageIfInvalid(err)
				}
				return e.printFigures(c.Context(), a, req, figures, names)
			})
		}}
	f := c.Flags()
	f.StringVar(&set, "set", "", "indicator set, e.g. volume, spc-2024-01")
	f.StringVar(&period, "period", "", "2023, 2023Q4, 2023-12, 2023-01..2023-12 or days")
	f.StringVar(&by, "by", "", "group by: "+strings.Join(indicator.Groupings(), ", "))
	f.StringVar(&asOf, "as-of", "", "the ledger as it stood at the end of this day (YYYY-MM-DD)")
	f.StringVar(&keys, "indicator", "", "only these keys, comma-separated")
	f.BoolVar(&names, "names", false, "print names beside codes")
	addFilters(c, filters)
	return c
}

// filterFlags are the fields a command can be narrowed by.
var filterFlags = []string{"court", "division", "judge", "line", "instance", "cause", "type_code", "procedure"}

func addFilters(c *cobra.Command, filters map[string]*string) {
	for _, name := range filterFlags {
		filters[name] = c.Flags().String(strings.ReplaceAll(name, "_", "-"), "", "only this "+strings.ReplaceAll(name, "_", " "))
	}
}

func given(filters map[string]*string) map[string]string {
	out := map[string]string{}
	for name, v := range filters {
		if *v != "" {
			out[name] = *v
		}
	}
	return out
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func optionalDay(s string) (civil.Date, error) {
	if s == "" {
		return 0, nil
	}
	d, err := civil.ParseDate(s)
	if err != nil {
		return 0, usageError{err}
	}
	return d, nil
}

// usageIfInvalid makes a wrong set, key or grouping a wrong use of the command.
func usageIfInvalid(err error) error {
	if errors.Is(err, fault.Invalid) || errors.Is(err, fault.NotFound) {
		return usageError{err}
	}
	return err
}

func (e *env) printFigures(ctx context.Context, a *app.App, req indicator.Request, figures []indicator.Figure, names bool) error {
	t := table{head: []string{"period"}}
	for _, b := range req.By {
		t.head = append(t.head, b)
		if names {
			t.head = append(t.head, b+"_name")
		}
	}
	t.head = append(t.head, "indicator", "numerator", "denominator", "value", "interval_low", "interval_high", "status")
	for _, f := range figures {
		row := []string{f.Period.String()}
		for i, b := range req.By {
			row = append(row, f.By[i])
			if names {
				n, err := a.Name(ctx, b, f.By[i])
				if err != nil {
					return err
				}
				row = append(row, n)
			}
		}
		t.rows = append(t.rows, append(row, f.Indicator, indicator.FormatRat(f.Numerator), indicator.FormatRat(f.Denominator),
			indicator.FormatRat(f.Value), indicator.FormatRat(f.Low), indicator.FormatRat(f.High), f.Status))
	}
	return e.print(t)
}

func (e *env) casesCmd() *cobra.Command {
	var req indicator.CasesRequest
	var period, side, asOf string
	filters := map[string]*string{}
	c := &cobra.Command{Use: "cases --set SET --indicator KEY --period P --side numerator|denominator|excluded", Short: "The exact cases behind a figure, with the reason for each", Args: args(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if req.Period, err = civil.ParsePeriod(period); err != nil {
				return usageError{err}
			}
			switch req.Side = indicator.Side(side); req.Side {
			case indicator.NumeratorSide, indicator.DenominatorSide, indicator.ExcludedSide:
			default:
				return usagef("--side %q: use numerator, denominator or excluded", side)
			}
			day, err := optionalDay(asOf)
			if err != nil {
				return err
			}
			req.Filter, req.Limit = indicator.Match(given(filters)), -1
			return e.with(c.Context(), false, func(a *app.App) error {
				t := table{head: []string{"court", "case_no", "key", "division", "judge", "line", "filed_on", "due_on", "closed_on", "count", "reason_zh", "reason_en"}}
				err := a.CasesAsOf(c.Context(), access.System(), day, req, func(r app.CaseRow) error {
					t.add(r.Case.Court, r.Case.CaseNo, r.Case.Key, r.Case.Division, r.Case.Judge, r.Case.Line, r.Case.FiledOn.String(), r.Case.DueOn.String(), r.Case.ClosedOn.String(), r.Count, r.Reason.Zh, r.Reason.En)
					return nil
				})
				if err != nil {
					return usageIfInvalid(err)
				}
				return e.print(t)
			})
		}}
	f := c.Flags()
	f.StringVar(&req.Set, "set", "", "indicator set")
	f.StringVar(&req.Indicator, "indicator", "", "key of the indicator")
	f.StringVar(&period, "period", "", "period of the figure")
	f.StringVar(&side, "side", string(indicator.NumeratorSide), "numerator, denominator or excluded")
	f.StringVar(&asOf, "as-of", "", "the ledger as it stood at the end of this day")
	addFilters(c, filters)
	return c
}

func (e *env) evalCmd() *cobra.Command {
	var set, in string
	c := &cobra.Command{Use: "eval --set SET --in rows.csv", Short: "Indicators from totals instead of cases", Args: args(0, "flags only"),
		Example: "  printf 'id,opening_pending,filed,closed\\nA,32,605,256\\n' | zhunsheng indicators eval --set volume --in -",
		RunE: func(*cobra.Command, []string) error {
			book, err := app.Catalogue()
			if err != nil {
				return err
			}
			if len(book.Set(set)) == 0 {
				return usagef("no set named %q; there are: %s", set, strings.Join(book.Sets(), ", "))
			}
			r, done, err := e.open(in)
			if err != nil {
				return err
			}
			defer done()
			return e.eval(book, set, r)
		}}
	c.Flags().StringVar(&set, "set", "volume", "indicator set")
	c.Flags().StringVar(&in, "in", "-", "csv whose columns are count names (prefix prev_ for the earlier period); other columns are passed through")
	return c
}

// open opens a file, or standard input for "-".
func (e *env) open(name string) (io.Reader, func(), error) {
	if name == "-" {
		return e.in, func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, fault.At(name, "cannot be opened", "check the path")
	}
	return f, func() { _ = f.Close() }, nil
}

// eval prints one row per input row and indicator; columns that are no numbers are passed
// through in front.
func (e *env) eval(book *indicator.Book, set string, in io.Reader) error {
	r := csv.NewReader(in)
	head, err := r.Read()
	if err != nil {
		return fault.At("--in", "has no header row", "write count names in the first row")
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	records, err := r.ReadAll()
	if err != nil {
		return fault.At("--in", err.Error(), "mend the csv")
	}
	known := map[string]bool{}
	for _, n := range book.Totals(set) {
		known[n] = true
	}
	t := table{}
	var totalsAt []int
	for i, h := range head {
		if known[h] || known[strings.TrimPrefix(h, "prev_")] {
			totalsAt = append(totalsAt, i)
		} else {
			t.head = append(t.head, h)
		}
	}
	t.head = append(t.head, "indicator", "numerator", "denominator", "value", "interval_low", "interval_high", "status", "missing")
	for n, rec := range records {
		totals := map[string]*big.Rat{}
		for _, i := range totalsAt {
			if rec[i] == "" {
				continue
			}
			v, ok := new(big.Rat).SetString(rec[i])
			if !ok {
				return fault.At(fmt.Sprintf("row %s, %s %q", strconv.Itoa(n+2), head[i], rec[i]), "not a number", "write a plain decimal number")
			}
			totals[head[i]] = v
		}
		figures, err := book.Eval(set, totals)
		if err != nil {
			return err
		}
		for _, f := range figures {
			row := passed(head, rec, totalsAt)
			t.rows = append(t.rows, append(row, f.Indicator, indicator.FormatRat(f.Numerator), indicator.FormatRat(f.Denominator), indicator.FormatRat(f.Value),
				indicator.FormatRat(f.Low), indicator.FormatRat(f.High), f.Status, strings.Join(f.Missing, " ")))
		}
	}
	return e.print(t)
}

// passed are the cells of the columns that are no totals.
func passed(head, rec []string, totalsAt []int) []string {
	var out []string
	next := 0
	for i := range head {
		if next < len(totalsAt) && totalsAt[next] == i {
			next++
			continue
		}
		out = append(out, rec[i])
	}
	return out
}
