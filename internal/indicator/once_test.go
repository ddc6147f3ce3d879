package indicator_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// Going through the cases once gives what going through them for every question gives.
func TestOnceAgreesWithNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 30))
	cases := indicatortest.RandomCases(r, 300)
	asks := make([]indicator.Ask, 40)
	for i := range asks {
		asks[i] = indicatortest.RandomAsk(r)
		asks[i].By = indicatortest.CheckGrain
	}
	for i, got := range indicatortest.Once(cases, asks) {
		want, err := indicatortest.Naive(cases).Tally(context.Background(), asks[i])
		if err != nil {
			t.Fatal(err)
		}
		if diff := indicatortest.DiffGroups(asks[i].Measures, got, want); diff != "" {
			t.Errorf("question %d: %s", i, diff)
		}
	}
}
