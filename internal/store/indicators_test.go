package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
)

// loadCases imports cases whose keys may repeat from list to list but not inside one.
func loadCases(t testing.TB, s *store.Store, cases []docket.Case) store.Batch {
	t.Helper()
	rows := make([]ledger.Row, len(cases))
	for i := range cases {
		c := cases[i]
		c.Key = fmt.Sprintf("k%06d", i)
		rows[i] = caseRow(i+2, &c)
	}
	limits := make(map[string]docket.Limit, len(cases))
	for _, r := range rows {
		limits[r.Case.Key] = r.Case.Limit
	}
	given := func(c *docket.Case, _ []docket.Event, _ civil.Date) store.Assessed {
		return store.Assessed{Limit: limits[c.Key]}
	}
	return assessed(t, s, 1, given, civil.NewDate(2024, 6, 30), store.TouchedCases, rows)
}

// TestIndicatorEngine runs the conformance suite of engines against both databases. Versions
// get the ids 1, 2, 3, … in the order of the cases, as the suite counts them.
func TestIndicatorEngine(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			indicatortest.Run(t, func(t testing.TB, cases []docket.Case) indicator.Engine {
				s := open(t, place(t), newClock())
				loadCases(t, s, cases)
				return s.Indicators()
			})
		})
	}
}

// TestIndicatorsAsOf: after later batches the engine still answers as it did.
func TestIndicatorsAsOf(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		r := rand.New(rand.NewPCG(1, 2))
		ask := indicator.Ask{Measures: []indicator.Measure{{Where: &indicator.Pred{Op: indicator.True}}, indicatortest.RandomMeasure(r)},
			Period: civil.Year(2023), By: []string{"court", "judge"}}
		var want [][]indicator.Group
		for range 3 {
			loadCases(t, s, indicatortest.RandomCases(r, 60))
			g, err := s.Indicators().Tally(context.Background(), ask)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, g)
		}
		for i, w := range want {
			g, err := s.IndicatorsAsOf(int64(i+1)).Tally(context.Background(), ask)
			if err != nil {
				t.Fatal(err)
			}
			if d := indicatortest.DiffGroups(ask.Measures, g, w); d != "" {
				t.Errorf("as of batch %d: %s", i+1, d)
			}
		}
	})
}
