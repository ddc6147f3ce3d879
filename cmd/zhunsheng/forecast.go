package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"zhunsheng/internal/forecast"
)

func (e *env) forecastCmd() *cobra.Command {
	var in, sums string
	var horizon, season int
	var full, explain bool
	c := &cobra.Command{Use: "forecast --in FILE --horizon H --season S", Short: "Forecasts with intervals of series of counts", Args: args(0, "flags only"),
		Long: `Reads rows series,t,value in any order and prints, for each series and period ahead, the
expected value with the 80 and 95 % intervals and the models behind it. t is a date, YYYY-MM,
YYYYQn, a year, or 1, 2, 3, …; an empty value or a period without row is missing, is filled and
is reported on standard error. Settings are the same for every series; the same input gives the
same output. With --explain it prints sentences (series,zh,en) instead.

With --sums FILE, rows series,parent (judge to court, court to city; the topmost has no parent),
the forecasts are made to add up: each parent is the sum of its children in every period. A
parent without rows of its own is the sum of the series below it.`,
		Example: `  zhunsheng forecast --in filings.csv --horizon 12 --season 12 --format csv
  zhunsheng forecast --in filings.csv --horizon 4 --season 4 --explain
  zhunsheng forecast --in judges.csv --sums tree.csv --horizon 12 --season 12`,
		RunE: func(*cobra.Command, []string) error {
			if err := checkForecastFlags(horizon, season); err != nil {
				return err
			}
			r, done, err := e.open(in)
			if err != nil {
				return err
			}
			defer done()
			series, err := forecast.Read(in, r, season)
			if err != nil {
				return err
			}
			e.reportMissing(in, series)
			made, err := e.forecastSums(sums, series, forecast.Options{Horizon: horizon, Full: full})
			if err != nil {
				return err
			}
			if explain {
				return e.printReasons(made)
			}
			return e.printForecasts(made)
		}}
	f := c.Flags()
	f.StringVar(&in, "in", "-", "csv with the columns series,t,value; - is standard input")
	f.StringVar(&sums, "sums", "", "csv with the columns series,parent: forecasts then add up")
	f.IntVar(&horizon, "horizon", 0, "how many periods ahead")
	f.IntVar(&season, "season", 0, "periods in a year: 12, 4 or 1")
	f.BoolVar(&full, "full", false, "all models of the portfolio instead of the default ones; slower")
	f.BoolVar(&explain, "explain", false, "print what drives each forecast, in words")
	c.AddCommand(e.forecastCompareCmd())
	return c
}

// forecastSums forecasts the series and, with a file of parents, makes them add up.
func (e *env) forecastSums(sums string, series []forecast.Series, opt forecast.Options) ([]forecast.Forecast, error) {
	var nodes []forecast.Node
	if sums != "" {
		r, done, err := e.open(sums)
		if err != nil {
			return nil, err
		}
		defer done()
		if nodes, err = forecast.ReadNodes(sums, r); err != nil {
			return nil, err
		}
		if series, err = forecast.Sums(nodes, series); err != nil {
			return nil, err
		}
	}
	made, err := forecast.All(series, opt, runtime.GOMAXPROCS(0))
	if err != nil || nodes == nil {
		return made, err
	}
	return forecast.Reconcile(nodes, made, forecast.Weighted)
}

func checkForecastFlags(horizon, season int) error {
	switch {
	case horizon < 1 || horizon > forecast.MaxHorizon:
		return usagef("--horizon %d: give 1 to %d periods", horizon, forecast.MaxHorizon)
	case season != 12 && season != 4 && season != 1:
		return usagef("--season %d: give 12 for months, 4 for quarters, 1 for years or series without season", season)
	}
	return nil
}

// reportMissing names the series with missing points on standard error.
func (e *env) reportMissing(place string, series []forecast.Series) {
	for _, s := range series {
		if n := s.Missing(); n > 0 {
			fmt.Fprintf(e.err, "zhunsheng: %s: series %s lacks %d of %d periods; they are filled from those around them\n", place, s.ID, n, len(s.Values))
		}
	}
}

func (e *env) printForecasts(made []forecast.Forecast) error {
	t := e.table("series", "h", "mean", "lo80", "hi80", "lo95", "hi95", "model")
	for _, f := range made {
		for h := range f.Mean {
			t.add(f.Series, h+1, f.Mean[h], f.Lo80[h], f.Hi80[h], f.Lo95[h], f.Hi95[h], f.Model)
		}
	}
	return t.end()
}

func (e *env) printReasons(made []forecast.Forecast) error {
	t := e.table("series", "zh", "en")
	for _, f := range made {
		for _, s := range f.Facts.Explain() {
			t.add(f.Series, s.Zh, s.En)
		}
	}
	return t.end()
}
