package app_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// randomQuestions and randomMeasures give the number of random definitions.
const randomQuestions, randomMeasures = 40, 10

// TestRandomDefinitionsAgree asks all engines for definitions that no catalogue holds: random
// conditions with every kind of measure, over the demo city.
func TestRandomDefinitionsAgree(t *testing.T) {
	p := cityOf(t)
	r := rand.New(rand.NewPCG(2024, 630))
	asks := make([]indicator.Ask, randomQuestions)
	for i := range asks {
		asks[i] = randomAsk(r, p.cases)
	}
	want := make([][]indicator.Group, len(asks))
	for i, ask := range asks {
		want[i] = indicatortest.Once(p.cases, []indicator.Ask{ask})[0]
	}
	failures := map[string]error{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for name, eng := range map[string]indicator.Engine{kernels: p.columns, liteSQL: p.lite.Indicators(), serverSQL: p.server.Indicators()} {
		wg.Go(func() {
			got, err := tallies(t.Context(), eng, asks)
			for i := range got {
				if diff := indicatortest.DiffGroups(asks[i].Measures, got[i], want[i]); err == nil && diff != "" {
					err = fmt.Errorf("period %s by %v, filter %s: %s", asks[i].Period, asks[i].By, asks[i].Filter, diff)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			failures[name] = err
		})
	}
	wg.Wait()
	for name, err := range failures {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	reportRandom(t, asks, want)
}

// reportRandom counts what was compared, and fails when the conditions hardly ever hold.
func reportRandom(t *testing.T, asks []indicator.Ask, want [][]indicator.Group) {
	t.Helper()
	cells, full := 0, 0
	kinds, hit := map[indicator.MeasureKind]int{}, map[string]bool{}
	for n, ask := range asks {
		for i, m := range ask.Measures {
			kinds[m.Kind]++
			for _, g := range want[n] {
				cells++
				if g.Cells[i].N > 0 {
					full++
					hit[fmt.Sprint(n, " ", i)] = true
				}
			}
		}
	}
	t.Logf("%d random definitions (by kind %v) over %d questions: %d totals (%d not zero) the same from 3 engines and case by case; %d definitions hold for some case",
		randomQuestions*randomMeasures, kinds, len(asks), cells, full, len(hit))
	if len(kinds) < 4 || len(hit) < randomQuestions*randomMeasures/4 {
		t.Errorf("the generator is too poor: kinds %v, %d definitions hold for some case", kinds, len(hit))
	}
}

// randomAsk draws a question whose texts are mostly those of some case, so that
// conditions hold now and then.
func randomAsk(r *rand.Rand, cases []docket.Case) indicator.Ask {
	grains := [][]string{indicatortest.CheckGrain, {"court"}, {"court", "line"}, {"court", "division"}, {"line", "closing_way"}, {"judge"}}
	a := indicator.Ask{Period: recent(r), By: grains[r.IntN(len(grains))]}
	for range randomMeasures {
		m := indicatortest.RandomMeasure(r)
		m.Where = localised(m.Where, r, cases)
		a.Measures = append(a.Measures, m)
	}
	if r.IntN(3) > 0 {
		a.Filter = localised(indicatortest.RandomScope(r), r, cases)
	}
	return a
}

// recent draws a period in which the city has cases.
func recent(r *rand.Rand) civil.Period {
	for {
		if p := indicatortest.RandomPeriod(r); p.From.Year() >= 2020 && p.From < civil.NewDate(2024, 7, 1) {
			return p
		}
	}
}

// localised returns the condition with texts of the ledger put in.
func localised(p *indicator.Pred, r *rand.Rand, cases []docket.Case) *indicator.Pred {
	q := *p
	q.Args = make([]*indicator.Pred, len(p.Args))
	for i, a := range p.Args {
		q.Args[i] = localised(a, r, cases)
	}
	if p.Op == indicator.TextIn {
		q.Set = make([]string, len(p.Set))
		for i, s := range p.Set {
			q.Set[i] = s
			if r.IntN(4) > 0 {
				q.Set[i] = *docket.Fields[p.Field].Text(&cases[r.IntN(len(cases))])
			}
		}
	}
	return &q
}
