package indicatortest

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

// rounds is the number of random questions per data set.
const rounds = 60

// Run checks that an engine gives exactly the answers of [Naive]. open returns an engine
// over the given cases, where the id of a case is its position plus one.
func Run(t *testing.T, open func(t testing.TB, cases []docket.Case) indicator.Engine) {
	t.Run("tally", func(t *testing.T) { testTally(t, open) })
	t.Run("list", func(t *testing.T) { testList(t, open) })
	t.Run("empty", func(t *testing.T) { testEmpty(t, open) })
	t.Run("laws", func(t *testing.T) { testLaws(t, open) })
	t.Run("operations", func(t *testing.T) { testOperations(t, open) })
}

func rng(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 20240630)) }

func testTally(t *testing.T, open func(testing.TB, []docket.Case) indicator.Engine) {
	for _, size := range []int{1, 63, 64, 65, 700} {
		cases := RandomCases(rng(uint64(size)), size)
		eng := open(t, cases)
		for seed := range uint64(rounds) {
			r := rng(seed)
			ask := RandomAsk(r)
			CompareTally(t, eng, Naive(cases), ask)
		}
	}
}

// CompareTally fails t when two engines answer a question differently.
func CompareTally(t testing.TB, got, want indicator.Engine, ask indicator.Ask) {
	t.Helper()
	g, err := got.Tally(context.Background(), ask)
	if err != nil {
		t.Fatalf("tally by %v, filter %s: %v", ask.By, ask.Filter, err)
	}
	w, err := want.Tally(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if diff := DiffGroups(ask.Measures, g, w); diff != "" {
		t.Fatalf("%s\nperiod %s by %v, filter %s", diff, ask.Period, ask.By, ask.Filter)
	}
}

// DiffGroups says where two tallies differ, "" when they do not.
func DiffGroups(measures []indicator.Measure, got, want []indicator.Group) string {
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return fmt.Sprintf("group %q is missing", want[i].By)
		case i >= len(want):
			return fmt.Sprintf("group %q is too many", got[i].By)
		case !slices.Equal(got[i].By, want[i].By):
			return fmt.Sprintf("group %d is %q, want %q", i, got[i].By, want[i].By)
		case len(got[i].Cells) != len(measures):
			return fmt.Sprintf("group %q has %d cells for %d measures", got[i].By, len(got[i].Cells), len(measures))
		}
		for k, m := range measures {
			if g, w := got[i].Cells[k], want[i].Cells[k]; !equalCells(m.Kind, g, w) {
				return fmt.Sprintf("group %q, measure %d (kind %d, columns %d %d): %+v, want %+v\nwhere %s",
					got[i].By, k, m.Kind, m.Field, m.Field2, g, w, m.Where)
			}
		}
	}
	return ""
}

// equalCells compares what the kind of measure defines: a histogram has no sum.
func equalCells(kind indicator.MeasureKind, a, b indicator.Cell) bool {
	switch kind {
	case indicator.Cases:
		return a.N == b.N
	case indicator.Spread:
		full := func(h map[int]int64) map[int]int64 {
			h = maps.Clone(h)
			maps.DeleteFunc(h, func(_ int, n int64) bool { return n == 0 })
			return h
		}
		return a.N == b.N && maps.Equal(full(a.Hist), full(b.Hist))
	}
	return a.N == b.N && a.Sum == b.Sum
}

func testList(t *testing.T, open func(testing.TB, []docket.Case) indicator.Engine) {
	cases := RandomCases(rng(1), 300)
	eng := open(t, cases)
	for seed := range uint64(rounds) {
		r := rng(seed)
		where, period := Random(r), RandomPeriod(r)
		var filter *indicator.Pred
		if r.IntN(2) == 0 {
			filter = RandomScope(r)
		}
		for _, page := range [][2]int{{0, -1}, {0, 10}, {7, 13}, {1000, 5}, {0, 0}} {
			compareList(t, eng, Naive(cases), where, filter, period, page[0], page[1])
		}
	}
}

func compareList(t *testing.T, got, want indicator.Engine, where, filter *indicator.Pred, p civil.Period, offset, limit int) {
	t.Helper()
	ctx := context.Background()
	g, n, err := got.List(ctx, where, filter, p, offset, limit)
	if err != nil {
		t.Fatalf("list %s: %v", where, err)
	}
	w, m, _ := want.List(ctx, where, filter, p, offset, limit)
	if n != m || !slices.Equal(g, w) {
		t.Fatalf("list from %d, limit %d: %v of %d, want %v of %d\nwhere %s\nfilter %s\nperiod %s", offset, limit, g, n, w, m, where, filter, p)
	}
}

func testEmpty(t *testing.T, open func(testing.TB, []docket.Case) indicator.Engine) {
	empty, one := open(t, nil), open(t, RandomCases(rng(3), 1))
	nothing := &indicator.Pred{Op: indicator.False}
	ask := indicator.Ask{Period: civil.Year(2023), Measures: []indicator.Measure{{Kind: indicator.Cases}}}
	for name, tc := range map[string]struct {
		eng    indicator.Engine
		filter *indicator.Pred
		by     []string
		want   int
		first  int64
	}{
		"no case, total":                {empty, nil, nil, 1, 0},
		"no case, by court":             {empty, nil, []string{"court"}, 0, 0},
		"one case, total":               {one, nil, nil, 1, 1},
		"filter takes all, total":       {one, nothing, nil, 1, 0},
		"filter takes all, by court":    {one, nothing, []string{"court"}, 0, 0},
		"nothing is a filter of nobody": {one, &indicator.Pred{Op: indicator.True}, []string{"court"}, 1, 1},
	} {
		ask.Filter, ask.By = tc.filter, tc.by
		groups, err := tc.eng.Tally(context.Background(), ask)
		if err != nil || len(groups) != tc.want || tc.want > 0 && groups[0].Cells[0].N != tc.first {
			t.Errorf("%s: %v, %v", name, groups, err)
		}
	}
	bare := indicator.Ask{Period: civil.Year(2023), By: []string{"court"}}
	if groups, err := one.Tally(context.Background(), bare); err != nil || len(groups) != 1 || len(groups[0].Cells) != 0 {
		t.Errorf("no measures: %v, %v", groups, err)
	}
	if refs, n, err := empty.List(context.Background(), nil, nil, civil.Year(2023), 0, -1); err != nil || n != 0 || len(refs) != 0 {
		t.Errorf("list of an empty ledger: %v of %d, %v", refs, n, err)
	}
}

// testLaws checks what holds for every engine without a second one: groups add up to the
// total, and a count is as long as its list.
func testLaws(t *testing.T, open func(testing.TB, []docket.Case) indicator.Engine) {
	eng := open(t, RandomCases(rng(9), 400))
	ctx := context.Background()
	for seed := range uint64(20) {
		ask := RandomAsk(rng(1000 + seed))
		fine, err := eng.Tally(ctx, ask)
		if err != nil {
			t.Fatal(err)
		}
		ask.By = nil
		total, err := eng.Tally(ctx, ask)
		if err != nil {
			t.Fatal(err)
		}
		sum := make([]indicator.Cell, len(ask.Measures))
		for _, g := range fine {
			for i := range sum {
				sum[i].Add(g.Cells[i])
			}
		}
		if diff := DiffGroups(ask.Measures, []indicator.Group{{Cells: sum}}, total); diff != "" {
			t.Errorf("groups do not add up to the total: %s", diff)
		}
		for i, m := range ask.Measures {
			if m.Kind != indicator.Cases {
				continue
			}
			refs, n, err := eng.List(ctx, m.Where, ask.Filter, ask.Period, 0, -1)
			if err != nil || n != len(refs) || int64(n) != total[0].Cells[i].N {
				t.Errorf("%d counted, %d listed of %d, %v: %s", total[0].Cells[i].N, len(refs), n, err, m.Where)
			}
		}
	}
}

// testOperations asks for each operation and comparison alone, plain and negated, so that a
// failure names its cause.
func testOperations(t *testing.T, open func(testing.TB, []docket.Case) indicator.Engine) {
	cases := RandomCases(rng(5), 200)
	eng := open(t, cases)
	r := rng(77)
	period := civil.Month(2022, 2)
	for range 400 {
		p := randomAtom(r)
		ask := indicator.Ask{Period: period, By: []string{"court"}, Measures: []indicator.Measure{
			{Where: p}, {Where: &indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{p}}},
		}}
		CompareTally(t, eng, Naive(cases), ask)
	}
}
