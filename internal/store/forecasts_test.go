package store_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

// TestPublishedForecastsStand: the first publication of an origin stands, whole, and comes back
// to the last bit.
func TestPublishedForecastsStand(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		f := store.StoredForecast{Series: "藏9801/civil", Origin: day("2024-05-31"), Model: "a+b", Program: "1", Batch: 7,
			Mean: []float64{100.1, 1.0 / 3}, Lo80: []float64{90, 0}, Hi80: []float64{110, 1}, Lo95: []float64{80, 0}, Hi95: []float64{120, 2}}
		total := f
		total.Series = "total"
		if made, err := s.PublishForecasts(ctx, []store.StoredForecast{f, total}); err != nil || !made {
			t.Fatalf("made %v, %v", made, err)
		}
		other := f
		other.Mean = []float64{5, 5}
		if made, err := s.PublishForecasts(ctx, []store.StoredForecast{other}); err != nil || made {
			t.Errorf("the same origin again: made %v, %v", made, err)
		}
		next := f
		next.Origin, next.Mean = day("2024-06-30"), []float64{7, 8}
		if made, err := s.PublishForecasts(ctx, []store.StoredForecast{next}); err != nil || !made {
			t.Errorf("the next month: made %v, %v", made, err)
		}
		f.At, next.At = c.t, c.t
		if list, err := s.Forecasts(ctx, f.Series); err != nil || !reflect.DeepEqual(list, []store.StoredForecast{f, next}) {
			t.Errorf("kept %+v, %v", list, err)
		}
		if list, err := s.ForecastOrigins(ctx); err != nil || len(list) != 2 || list[0] != f.Origin || list[1] != next.Origin {
			t.Errorf("origins %v, %v", list, err)
		}
		for name, spoil := range map[string]func(*store.StoredForecast){
			"no series":       func(f *store.StoredForecast) { f.Series = "" },
			"no number":       func(f *store.StoredForecast) { f.Mean = []float64{1, math.NaN()} },
			"short intervals": func(f *store.StoredForecast) { f.Hi80 = f.Hi80[:1] },
		} {
			bad := f
			bad.Origin = day("2024-07-31")
			spoil(&bad)
			if _, err := s.PublishForecasts(ctx, []store.StoredForecast{bad}); !errors.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
