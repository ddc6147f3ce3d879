package forecast

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"zhunsheng/internal/fault"
)

// Known is a series of a forecasting contest; Values are what the forecasters saw, Came what
// followed. Season is also the lag of the scale of MASE.
type Known struct {
	Series
	Period string // yearly, quarterly, monthly, weekly, other
	Came   []float64
}

// Entry is the forecast of one method for one series of a contest.
type Entry struct {
	Method, Series string
	Mean           []float64
}

// EveryPeriod is the key of [Tallies] under which all series are summed.
const EveryPeriod = "all"

// ReadKnown reads the series of a contest from csv rows series_id,period,frequency,train,test,
// where train and test are numbers with spaces between. Weekly series are taken without season,
// as the organisers of M4 judged them.
func ReadKnown(place string, in io.Reader) ([]Known, error) {
	var out []Known
	err := readRows(place, in, []string{"series_id", "period", "frequency", "train", "test"}, func(at string, row []string) error {
		k := Known{Series: Series{ID: row[0]}, Period: row[1]}
		var err error
		if k.Season, err = strconv.Atoi(row[2]); err != nil || k.Season < 1 {
			return fault.At(at, "frequency "+strconv.Quote(row[2])+" is not a number of periods in a year", "give 12, 4 or 1")
		}
		if k.Period == "weekly" {
			k.Season = 1
		}
		if k.Values, err = spaced(at, "train", row[3]); err != nil {
			return err
		}
		k.Came, err = spaced(at, "test", row[4])
		out = append(out, k)
		return err
	})
	return out, err
}

// ReadEntries reads the forecasts of other methods from csv rows method,series_id,forecast.
func ReadEntries(place string, in io.Reader) ([]Entry, error) {
	var out []Entry
	err := readRows(place, in, []string{"method", "series_id", "forecast"}, func(at string, row []string) error {
		mean, err := spaced(at, "forecast", row[2])
		out = append(out, Entry{row[0], row[1], mean})
		return err
	})
	return out, err
}

// spaced reads numbers with spaces between, at least one.
func spaced(at, column, text string) ([]float64, error) {
	var out []float64
	for _, f := range strings.Fields(text) {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fault.At(at, column+" has "+strconv.Quote(f), "give numbers with spaces between")
		}
		out = append(out, v)
	}
	if len(out) == 0 {
		return nil, fault.At(at, column+" is empty", "give numbers with spaces between")
	}
	return out, nil
}

// Contest forecasts every series over as many periods as came, with the same settings.
func Contest(in []Known, full bool, workers int) ([]Forecast, error) {
	byHorizon := map[int][]int{}
	for i := range in {
		h := len(in[i].Came)
		byHorizon[h] = append(byHorizon[h], i)
	}
	out := make([]Forecast, len(in))
	for h, places := range byHorizon {
		series := make([]Series, len(places))
		for j, i := range places {
			series[j] = in[i].Series
		}
		made, err := All(series, Options{Horizon: h, Full: full}, workers)
		if err != nil {
			return nil, err
		}
		for j, i := range places {
			out[i] = made[j]
		}
	}
	return out, nil
}

// SeasonalNaive repeats the last season of what was seen.
func (k *Known) SeasonalNaive() []float64 {
	out, n := make([]float64, len(k.Came)), len(k.Values)
	lag := min(k.Season, n)
	for h := range out {
		out[h] = k.Values[n-lag+h%lag]
	}
	return out
}

// Tally sums the errors of one method. Errors are means over series, shares over points.
type Tally struct {
	Series, Points     int
	smape, mape, mase  float64
	percent, scaled    int // series with a MAPE, with a MASE
	inside80, inside95 int
}

// Add takes up the forecast of one series.
func (t *Tally) Add(k *Known, mean []float64) {
	t.Series++
	t.smape += SMAPE(k.Came, mean)
	if m := MAPE(k.Came, mean); !math.IsNaN(m) {
		t.mape += m
		t.percent++
	}
	if m := MASE(k.Values, k.Came, mean, k.Season); !math.IsNaN(m) {
		t.mase += m
		t.scaled++
	}
}

// Cover counts the points inside the intervals of one series.
func (t *Tally) Cover(k *Known, f *Forecast) {
	t.Points += len(k.Came)
	t.inside80 += Covered(k.Came, f.Lo80, f.Hi80)
	t.inside95 += Covered(k.Came, f.Lo95, f.Hi95)
}

// Join adds the points that another tally covered.
func (t *Tally) Join(o *Tally) {
	t.Points, t.inside80, t.inside95 = t.Points+o.Points, t.inside80+o.inside80, t.inside95+o.inside95
}

// SMAPE, MAPE (both in percent) and MASE are means over series; Cover80 and Cover95 the percent of
// points inside the intervals. They are NaN when there is none.
func (t *Tally) SMAPE() float64   { return t.smape / float64(t.Series) }
func (t *Tally) MAPE() float64    { return t.mape / float64(t.percent) }
func (t *Tally) MASE() float64    { return t.mase / float64(t.scaled) }
func (t *Tally) Cover80() float64 { return 100 * float64(t.inside80) / float64(t.Points) }
func (t *Tally) Cover95() float64 { return 100 * float64(t.inside95) / float64(t.Points) }

// OWA is the overall weighted average against a reference method.
func (t *Tally) OWA(reference *Tally) float64 {
	return OWA(t.SMAPE(), t.MASE(), reference.SMAPE(), reference.MASE())
}

// Tallies are sums by kind of period, and over all series under "all".
type Tallies map[string]*Tally

// of are the sums that a series counts to.
func (t Tallies) of(k *Known) [2]*Tally {
	out := [2]*Tally{}
	for i, period := range []string{k.Period, EveryPeriod} {
		if t[period] == nil {
			t[period] = &Tally{}
		}
		out[i] = t[period]
	}
	return out
}

// Add takes up the forecast of one series.
func (t Tallies) Add(k *Known, mean []float64) {
	for _, a := range t.of(k) {
		a.Add(k, mean)
	}
}

// AddForecast takes up a forecast of one series with its intervals.
func (t Tallies) AddForecast(k *Known, f *Forecast) {
	for _, a := range t.of(k) {
		a.Add(k, f.Mean)
		a.Cover(k, f)
	}
}

// Standing is one method of a contest.
type Standing struct {
	Method string
	Tallies
}

// Standings sums the entries by method, in the order in which methods appear. An entry of a series
// that is not in the contest is left out; one of another length is an error of kind fault.Invalid.
func Standings(in []Known, entries []Entry) ([]Standing, error) {
	byID := make(map[string]*Known, len(in))
	for i := range in {
		byID[in[i].ID] = &in[i]
	}
	var out []Standing
	place := map[string]int{}
	for _, e := range entries {
		k := byID[e.Series]
		if k == nil {
			continue
		}
		if len(e.Mean) != len(k.Came) {
			return nil, fault.At(e.Method+", series "+e.Series, fmt.Sprintf("it forecasts %d periods, the series has %d", len(e.Mean), len(k.Came)), "give one number for each period that came")
		}
		i, seen := place[e.Method]
		if !seen {
			i = len(out)
			place[e.Method] = i
			out = append(out, Standing{e.Method, Tallies{}})
		}
		out[i].Add(k, e.Mean)
	}
	return out, nil
}
