package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"zhunsheng/internal/forecast"
)

func (e *env) forecastCmd() *cobra.Command {
	var in string
	var horizon, season int
	var full, explain bool
	c := &cobra.Command{Use: "forecast --in FILE --horizon H --season S", Short: "Forecasts with intervals of series of counts", Args: args(0, "flags only"),
		Long: `Reads rows series,t,value in any order and prints, for each series and period ahead, the
expected value with the 80 and 95 % intervals and the models behind it. t is a date, YYYY-MM,
YYYYQn, a year, or 1, 2, 3, …; an empty value or a period without row is missing, is filled and
is reported on standard error. Settings are the same for every series; the same input gives the
same output. With --explain it prints sentences (series,zh,en) instead.`,
		Example: `  zhunsheng forecast --in filings.csv --horizon 12 --season 12 --format csv
  zhunsheng forecast --in filings.csv --horizon 4 --season 4 --explain`,
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
			made, err := forecast.All(series, forecast.Options{Horizon: horizon, Full: full}, runtime.GOMAXPROCS(0))
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
	f.IntVar(&horizon, "horizon", 0, "how many periods ahead")
	f.IntVar(&season, "season", 0, "periods in a year: 12, 4 or 1")
	f.BoolVar(&full, "full", false, "all models of the portfolio instead of the default ones; slower")
	f.BoolVar(&explain, "explain", false, "print what drives each forecast, in words")
	return c
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
