// Package forecast predicts counts by month, quarter or year (cases filed, closed, pending)
// from their own past, with prediction intervals and an account in words. Several simple
// models are fitted and their forecasts averaged without the extremes; no setting depends on
// the single series. Everything is deterministic and needs no clock, file or network.
package forecast

import (
	"math"
	"slices"
	"sync"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Series is one series of counts in order of time; NaN stands for a missing point.
type Series struct {
	ID     string
	Season int // points in a year: 12, 4 or 1
	Values []float64
	First  int        // place of the first value in its year, from 1 (January, first quarter); 0 unknown
	Start  civil.Date // first day of the first period, for months and quarters; zero: unknown

	form   form // how a series that was read counts its periods,
	period int  // and the number of the first
}

// Options are the same for every series.
type Options struct {
	Horizon  int         // periods ahead, at least 1
	Full     bool        // all models instead of the default ones
	Calendar []Regressor // moving holidays, see MovingHoliday; each as long as the series plus the horizon
}

// Forecast is the answer for one series; slices hold the periods 1 to the horizon.
type Forecast struct {
	Series     string
	Model      string // what was averaged
	Mean       []float64
	Lo80, Hi80 []float64 // eight of ten outcomes are expected between them
	Lo95, Hi95 []float64
	Facts      Facts // for the explanation
}

// MaxHorizon bounds how far ahead one may ask.
const MaxHorizon = 1000

// longest is how many points at the end of a series are used; older ones no longer matter.
const longest = 600

// One forecasts one series. Errors are of kind fault.Invalid.
func One(s Series, opt Options) (Forecast, error) {
	if err := check(s, opt); err != nil {
		return Forecast{}, err
	}
	c := clean(s, opt.Calendar)
	p := c.prepare(opt.Horizon)
	rec, names := p.fitAll(opt.Full)
	f := Forecast{Series: s.ID, Model: names, Mean: slices.Clone(rec.forecast())}
	p.intervals(rec, &f)
	c.putBack(&f)
	f.Facts = p.facts(c, &f)
	return f, nil
}

// All forecasts every series with the given number of workers, in the order given. The first
// failing series (in that order) decides the error.
func All(series []Series, opt Options, workers int) ([]Forecast, error) {
	out, errs := make([]Forecast, len(series)), make([]error, len(series))
	next := make(chan int)
	var wg sync.WaitGroup
	for range max(workers, 1) {
		wg.Go(func() {
			for i := range next {
				out[i], errs[i] = One(series[i], opt)
			}
		})
	}
	for i := range series {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func check(s Series, opt Options) error {
	if opt.Horizon < 1 || opt.Horizon > MaxHorizon {
		return fault.Invalidf("horizon %d: give 1 to %d periods", opt.Horizon, MaxHorizon)
	}
	if s.Season < 1 || s.Season > 366 {
		return fault.Invalidf("season %d: give 12 for months, 4 for quarters, 1 for years", s.Season)
	}
	some := false
	for _, v := range s.Values {
		if math.IsInf(v, 0) || math.Abs(v) > 1e15 {
			return fault.At("series "+s.ID, "a value is too large", "give counts below 10^15")
		}
		some = some || !math.IsNaN(v)
	}
	if !some {
		return fault.At("series "+s.ID, "it has no point with a value", "give at least one")
	}
	for _, r := range opt.Calendar {
		if len(r.Values) != len(s.Values)+opt.Horizon {
			return fault.At("series "+s.ID, "the calendar "+r.Name+" does not cover the series and its horizon", "give one value for each period")
		}
	}
	return nil
}

// Missing counts the points without a value.
func (s *Series) Missing() (n int) {
	for _, v := range s.Values {
		if math.IsNaN(v) {
			n++
		}
	}
	return n
}
