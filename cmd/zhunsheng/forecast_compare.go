package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/forecast"
)

func (e *env) forecastCompareCmd() *cobra.Command {
	var series, peers string
	var full bool
	c := &cobra.Command{Use: "compare --series FILE [--peers FILE]", Short: "Accuracy on series whose continuation is known, beside other methods", Args: args(0, "flags only"),
		Long: `Reads series with what came after them (series_id,period,frequency,train,test; numbers with
spaces between), forecasts every one with the same settings and prints, by method and kind of
period, the mean errors over the series: sMAPE and MAPE in percent, MASE, OWA, and the percent of
points inside our 80 and 95 % intervals. --peers adds the forecasts of other methods
(method,series_id,forecast). OWA is against Naive2 where the peers have it, otherwise against the
seasonal naive, which is always computed. Files may be packed (.gz). How long it took, and the
series in a second, go to standard error.`,
		Example: `  zhunsheng forecast compare --series m3-series.csv.gz --peers m3-forecasts.csv.gz`,
		RunE: func(*cobra.Command, []string) error {
			in, entries, err := e.contest(series, peers)
			if err != nil {
				return err
			}
			standings, err := forecast.Standings(in, entries)
			if err != nil {
				return err
			}
			start := time.Now()
			made, err := forecast.Contest(in, full, runtime.GOMAXPROCS(0))
			if err != nil {
				return err
			}
			took := time.Since(start).Seconds()
			fmt.Fprintf(e.err, "zhunsheng: %d series in %.1f s, %.0f series/s on %d processors\n", len(in), took, float64(len(in))/took, runtime.GOMAXPROCS(0))
			ours, naive := forecast.Standing{Method: "zhunsheng", Tallies: forecast.Tallies{}}, forecast.Standing{Method: "seasonal naive", Tallies: forecast.Tallies{}}
			for i := range in {
				ours.AddForecast(&in[i], &made[i])
				naive.Add(&in[i], in[i].SeasonalNaive())
			}
			return e.printStandings(periodsOf(in), append([]forecast.Standing{ours, naive}, standings...))
		}}
	f := c.Flags()
	f.StringVar(&series, "series", "", "csv with the columns series_id,period,frequency,train,test")
	f.StringVar(&peers, "peers", "", "csv with the columns method,series_id,forecast")
	f.BoolVar(&full, "full", false, "all models of the portfolio instead of the default ones; slower")
	return c
}

// contest reads the series and, when given, what others forecast.
func (e *env) contest(series, peers string) (in []forecast.Known, entries []forecast.Entry, err error) {
	if series == "" {
		return nil, nil, usagef("--series FILE is missing; it has the columns series_id,period,frequency,train,test")
	}
	err = e.unpacked(series, func(r io.Reader) error { in, err = forecast.ReadKnown(series, r); return err })
	if err == nil && len(in) == 0 {
		err = fault.At(series, "it has no series", "give one row for each")
	}
	if err != nil || peers == "" {
		return in, nil, err
	}
	err = e.unpacked(peers, func(r io.Reader) error { entries, err = forecast.ReadEntries(peers, r); return err })
	return in, entries, err
}

// unpacked hands the text of a file to read.
func (e *env) unpacked(name string, read func(io.Reader) error) error {
	r, done, err := e.open(name)
	if err != nil {
		return err
	}
	defer done()
	if !strings.HasSuffix(name, ".gz") {
		return read(r)
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return fault.At(name, "it is not packed with gzip", "give it a name without .gz, or pack it again")
	}
	return read(z)
}

// periodsOf are the kinds of periods in the order of the file, then all.
func periodsOf(in []forecast.Known) []string {
	var out []string
	seen := map[string]bool{}
	for _, k := range in {
		if !seen[k.Period] {
			seen[k.Period] = true
			out = append(out, k.Period)
		}
	}
	return append(out, forecast.EveryPeriod)
}

// printStandings prints methods in the order given; the second is the seasonal naive.
func (e *env) printStandings(periods []string, list []forecast.Standing) error {
	reference := list[1]
	for _, s := range list {
		if strings.EqualFold(s.Method, "naive2") {
			reference = s
		}
	}
	t := e.table("period", "method", "series", "smape", "mape", "mase", "owa", "inside80", "inside95")
	for _, p := range periods {
		for _, s := range list {
			a, r := s.Tallies[p], reference.Tallies[p]
			if a == nil {
				continue
			}
			owa := num("")
			if r != nil && r.Series == a.Series { // of the same series
				owa = rounded(a.OWA(r), 4)
			}
			t.add(p, s.Method, a.Series, rounded(a.SMAPE(), 3), rounded(a.MAPE(), 3), rounded(a.MASE(), 3), owa, rounded(a.Cover80(), 1), rounded(a.Cover95(), 1))
		}
	}
	return t.end()
}

// rounded prints a measure, empty when there is none.
func rounded(v float64, digits int) num {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return num(strconv.FormatFloat(v, 'f', digits, 64))
}
