package store

import (
	"context"
	"database/sql"
	"math"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// StoredForecast is a forecast of one series as it was published: the months after Origin, the
// first is the month that follows. Slices are equally long.
type StoredForecast struct {
	Series     string
	Origin     civil.Date // last day known when it was made
	Mean       []float64
	Lo80, Hi80 []float64
	Lo95, Hi95 []float64
	Model      string
	Program    string // version that made it
	Batch      int64
	At         time.Time
}

func (f *StoredForecast) bounds() [5][]float64 {
	return [5][]float64{f.Mean, f.Lo80, f.Hi80, f.Lo95, f.Hi95}
}

func (f *StoredForecast) check() error {
	if f.Series == "" || f.Origin.IsZero() || len(f.Mean) == 0 || f.Program == "" {
		return fault.Invalidf("a published forecast needs a series, an origin, months and a program")
	}
	for _, x := range f.bounds() {
		if len(x) != len(f.Mean) {
			return fault.Invalidf("the forecast of %s has intervals of another length", f.Series)
		}
		for _, v := range x {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fault.Invalidf("the forecast of %s has a value that is no number", f.Series)
			}
		}
	}
	return nil
}

// PublishForecasts keeps the forecasts of one origin together; the time is the store's. When
// forecasts of the origin are kept already, those stand and nothing is added: made is false.
func (s *Store) PublishForecasts(ctx context.Context, list []StoredForecast) (made bool, err error) {
	if len(list) == 0 {
		return false, nil
	}
	for i := range list {
		if err := list[i].check(); err != nil {
			return false, err
		}
		if list[i].Origin != list[0].Origin {
			return false, fault.Invalidf("forecasts of one publication have one origin")
		}
	}
	err = s.office.update(ctx, func(tx *sql.Tx) error {
		n := 0
		if err := tx.QueryRowContext(ctx, s.stmts.get("forecast_origin"), list[0].Origin.Unix()).Scan(&n); err != nil || n > 0 {
			return err
		}
		made = true
		for i := range list {
			f := &list[i]
			for h := range f.Mean {
				if _, err := tx.ExecContext(ctx, s.stmts.get("forecast_insert"), f.Series, f.Origin.Unix(), h+1,
					f.Mean[h], f.Lo80[h], f.Hi80[h], f.Lo95[h], f.Hi95[h], f.Model, f.Program, f.Batch, millis(s.now())); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return made && err == nil, err
}

// Forecasts returns the published forecasts of a series, oldest origin first.
func (s *Store) Forecasts(ctx context.Context, series string) (out []StoredForecast, err error) {
	err = s.office.each(ctx, s.stmts.get("forecasts"), []any{series}, func(rows *sql.Rows) error {
		var f StoredForecast
		var origin, at int64
		var horizon int
		var v [5]float64
		if err := rows.Scan(&f.Series, &origin, &horizon, &v[0], &v[1], &v[2], &v[3], &v[4], &f.Model, &f.Program, &f.Batch, &at); err != nil {
			return err
		}
		f.Origin, f.At = dayOf(origin, true), instant(at)
		if n := len(out); n == 0 || out[n-1].Origin != f.Origin {
			out = append(out, f)
		}
		last := &out[len(out)-1]
		for i, into := range []*[]float64{&last.Mean, &last.Lo80, &last.Hi80, &last.Lo95, &last.Hi95} {
			*into = append(*into, v[i])
		}
		return nil
	})
	return out, err
}

// ForecastOrigins lists the days that forecasts were published as of, oldest first.
func (s *Store) ForecastOrigins(ctx context.Context) (out []civil.Date, err error) {
	err = s.office.each(ctx, s.stmts.get("forecast_origins"), nil, func(rows *sql.Rows) error {
		var day int64
		err := rows.Scan(&day)
		out = append(out, dayOf(day, true))
		return err
	})
	return out, err
}
