package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

func (e *env) indicatorsCmd() *cobra.Command {
	return group("indicators", "The official indicators: catalogue, figures, the cases behind them",
		e.indicatorListCmd(), e.computeCmd(), e.casesCmd(), e.evalCmd())
}

func (e *env) indicatorListCmd() *cobra.Command {
	var set string
	c := &cobra.Command{Use: "list", Short: "The catalogue: key, names, set, version, formula, source, evidence", Args: args(0, "flags only"),
		Example: "  zhunsheng indicators list --set spc-2024-01",
		RunE: func(*cobra.Command, []string) error {
			book, err := app.Catalogue()
			if err != nil {
				return err
			}
			sets := book.Sets()
			if set != "" {
				if err := knownSet(book, set); err != nil {
					return err
				}
				sets = []string{set}
			}
			t := e.table("set", "key", "name_zh", "name_en", "from", "to", "formula", "formula_en", "evidence", "source")
			for _, s := range sets {
				for _, in := range book.Set(s) {
					for _, v := range in.Versions {
						t.add(s, in.ID, in.Name.Zh, in.Name.En, v.From.String(), v.To.String(), v.Formula().Zh, v.Formula().En, v.Evidence, strings.TrimSpace(v.Source.Doc+" "+v.Source.No+" "+v.Source.Cite))
					}
				}
			}
			return t.end()
		}}
	c.Flags().StringVar(&set, "set", "", "only this set")
	return c
}

// knownSet refuses a set that the catalogue does not have.
func knownSet(book *indicator.Book, set string) error {
	switch {
	case set == "":
		return usagef("--set is missing; there are: %s", strings.Join(book.Sets(), ", "))
	case !slices.Contains(book.Sets(), set):
		return usagef("--set %s: no such set; there are: %s", set, strings.Join(book.Sets(), ", "))
	}
	return nil
}

// question holds the flags that compute and cases share.
type question struct {
	set, period, asOf string
	filters           map[string]*string
}

// filterFlags are the fields a figure or list can be narrowed by.
var filterFlags = []string{"court", "division", "judge", "line", "instance", "cause", "type_code", "procedure"}

func (q *question) addTo(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&q.set, "set", "", "indicator set, e.g. volume, spc-2024-01")
	f.StringVar(&q.period, "period", "", "2023, 2023Q4, 2023-12, 2023-01..2023-12 or 2023-01-01..2023-12-31")
	f.StringVar(&q.asOf, "as-of", "", "the ledger as it stood at the end of this day (YYYY-MM-DD)")
	q.filters = map[string]*string{}
	for _, name := range filterFlags {
		words := strings.ReplaceAll(name, "_", " ")
		q.filters[name] = f.String(strings.ReplaceAll(name, "_", "-"), "", "only this "+words+", or these, comma-separated")
	}
}

// read checks the flags: period, day of --as-of (zero: now), condition of the filters.
func (q *question) read() (p civil.Period, day civil.Date, filter *indicator.Pred, err error) {
	if q.period == "" {
		return p, 0, nil, usagef("--period is missing: write 2023, 2023Q4, 2023-12, 2023-01..2023-12 or 2023-01-01..2023-12-31")
	}
	if p, err = civil.ParsePeriod(q.period); err != nil {
		return p, 0, nil, usagef("--period: %w", err)
	}
	if day, err = optionalDay("--as-of", q.asOf); err != nil {
		return p, 0, nil, err
	}
	return p, day, q.filter(), nil
}

// filter is the condition of the given filters; those not given do not narrow anything.
func (q *question) filter() *indicator.Pred {
	var all []*indicator.Pred
	for _, name := range filterFlags {
		if v := *q.filters[name]; v != "" {
			i, _ := docket.FieldIndex(name)
			all = append(all, &indicator.Pred{Op: indicator.TextIn, Field: i, Set: strings.Split(v, ",")})
		}
	}
	return indicator.All(all...)
}

func (e *env) computeCmd() *cobra.Command {
	var q question
	var by, keys string
	var names bool
	c := &cobra.Command{Use: "compute --set SET --period P", Short: "Figures as a long table", Args: args(0, "flags only"),
		Long: `Prints one line for each group and indicator: numerator, denominator, value, interval, status.
Courts stand in administrative order. An empty value (– in a table) means that there is none:
the denominator is zero, or no roster is loaded.`,
		Example: `  zhunsheng indicators compute --set volume --period 2023 --by court --format csv
  zhunsheng indicators compute --set spc-2024-01 --period 2024-01..2024-06 --by court,month --as-of 2024-06-30
  zhunsheng indicators compute --set volume --indicator closing_rate --period 2024Q2 --by division --court 藏9801 --names`,
		RunE: func(c *cobra.Command, _ []string) error {
			period, day, filter, err := q.read()
			if err != nil {
				return err
			}
			req := indicator.Request{Set: q.set, Indicators: list(keys), By: list(by), Period: period, Filter: filter}
			return e.with(c.Context(), false, func(a *app.App) error {
				if err := knownSet(a.Book(), q.set); err != nil {
					return err
				}
				figures, err := a.ComputeAsOf(c.Context(), access.System(), day, req)
				if err != nil {
					return usageIfUnknown(err)
				}
				return e.printFigures(c.Context(), a, req, figures, names)
			})
		}}
	q.addTo(c)
	c.Flags().StringVar(&by, "by", "", "group by: "+strings.Join(indicator.Groupings(), ", "))
	c.Flags().StringVar(&keys, "indicator", "", "only these keys, comma-separated")
	c.Flags().BoolVar(&names, "names", false, "print names beside codes")
	return c
}

// list splits the value of a flag at commas.
func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// figureHead are the columns behind period and groups.
var figureHead = []string{"indicator", "numerator", "denominator", "value", "interval_low", "interval_high", "status"}

func figureCells(f *indicator.Figure) []any {
	return []any{f.Indicator, rat(f.Numerator), rat(f.Denominator), figure(rat(f.Value)), rat(f.Low), rat(f.High), f.Status}
}

func (e *env) printFigures(ctx context.Context, a *app.App, req indicator.Request, figures []indicator.Figure, names bool) error {
	head := []string{"period"}
	for _, b := range req.By {
		head = append(head, b)
		if names {
			head = append(head, b+"_name")
		}
	}
	t := e.table(append(head, figureHead...)...)
	for i := range figures {
		f := &figures[i]
		row := []any{f.Period.String()}
		for j, b := range req.By {
			row = append(row, f.By[j])
			if names {
				n, err := a.Name(ctx, b, f.By[j])
				if err != nil {
					return err
				}
				row = append(row, n)
			}
		}
		t.add(append(row, figureCells(f)...)...)
	}
	return t.end()
}

func (e *env) casesCmd() *cobra.Command {
	var q question
	var key, side string
	c := &cobra.Command{Use: "cases --set SET --indicator KEY --period P --side numerator|denominator|excluded", Short: "The exact cases behind a figure, with the reason for each", Args: args(0, "flags only"),
		Long: `Lists every case that a count of the indicator's numerator or denominator contains, or that was
excluded, with the reason. A list has as many lines as the figure counts cases.`,
		Example: `  zhunsheng indicators cases --set volume --indicator closing_rate --period 2024-05 --side numerator --court 藏9801
  zhunsheng indicators cases --set spc-2024-01 --indicator within_limit_rate --period 2024Q2 --side excluded --format csv`,
		RunE: func(c *cobra.Command, _ []string) error {
			period, day, filter, err := q.read()
			if err != nil {
				return err
			}
			if key == "" {
				return usagef("--indicator is missing; `zhunsheng indicators list` prints the keys")
			}
			req := indicator.CasesRequest{Set: q.set, Indicator: key, Side: indicator.Side(side), Period: period, Filter: filter, Limit: -1}
			return e.with(c.Context(), false, func(a *app.App) error {
				if err := knownSet(a.Book(), q.set); err != nil {
					return err
				}
				t := e.table("court", "case_no", "key", "division", "judge", "line", "filed_on", "due_on", "closed_on", "count", "reason_zh", "reason_en")
				err := a.CasesAsOf(c.Context(), access.System(), day, req, func(r app.CaseRow) error {
					t.add(r.Case.Court, r.Case.CaseNo, r.Case.Key, r.Case.Division, r.Case.Judge, r.Case.Line, r.Case.FiledOn.String(), r.Case.DueOn.String(), r.Case.ClosedOn.String(), r.Count, r.Reason.Zh, r.Reason.En)
					return t.err
				})
				if err != nil {
					return usageIfUnknown(err)
				}
				return t.end()
			})
		}}
	q.addTo(c)
	c.Flags().StringVar(&key, "indicator", "", "key of the indicator")
	c.Flags().StringVar(&side, "side", string(indicator.NumeratorSide), "numerator, denominator or excluded")
	return c
}
