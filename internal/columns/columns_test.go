package columns

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

func TestConformanceInMemory(t *testing.T) {
	indicatortest.Run(t, func(_ testing.TB, cases []docket.Case) indicator.Engine { return Memory(cases) })
}

// TestConformanceFromFiles answers from segments that were written by one store and read by
// another.
func TestConformanceFromFiles(t *testing.T) {
	indicatortest.Run(t, func(t testing.TB, cases []docket.Case) indicator.Engine {
		dir := t.TempDir()
		open(t, dir, slice(cases))
		s, err := Open(dir, slice(cases))
		if err != nil {
			t.Fatal(err)
		}
		if rebuilt, err := s.Refresh(context.Background()); err != nil || len(rebuilt) != 0 {
			t.Fatalf("rebuilt %q, %v; want every file to be usable", rebuilt, err)
		}
		return s
	})
}

func open(t testing.TB, dir string, src Source) *Store {
	t.Helper()
	s, err := Open(dir, src)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// ledger makes cases as they are in a court: several blocks, rare appeals and retrials, money
// in enforcement only, one impossible year now and then.
func ledger(r *rand.Rand, n int) []docket.Case {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	later := func(d civil.Date, days int) civil.Date { return d.AddDays(r.IntN(days)) }
	first := civil.NewDate(2021, 1, 1)
	cases := make([]docket.Case, n)
	for i := range cases {
		c := &cases[i]
		c.Key, c.CaseNo = "k"+civil.Date(i+1).String(), "(2023)藏98民初1号"
		c.Court, c.Division, c.Judge = pick("藏98", "藏9801"), pick("d1", "d2", "d3"), pick("a", "b", "c", "d", "e", "f")
		c.Line, c.Instance = pick("civil", "civil", "criminal", "enforcement"), pick("first", "first", "second", "retrial")
		c.Cause = pick("1", "2", "3", "11", "12", "13", "21", "22", "23", "")
		c.FiledOn = later(first, 1200)
		c.DueOn = later(c.FiledOn, 200)
		c.Published, c.ForeignRelated = docket.Flag(r.IntN(3)), docket.No
		if r.IntN(10) > 0 {
			c.ClosedOn, c.ClosingWay = later(c.FiledOn, 400), pick("judgment", "mediated", "withdrawn")
		}
		if r.IntN(12) == 0 {
			c.AppealedOn, c.RelatedNo = later(c.FiledOn, 500), "x"
			c.TransferredOn = later(c.AppealedOn, 60)
			c.AppealResult = pick("upheld", "reversed")
		}
		if r.IntN(100) == 0 {
			c.RetrialOrderedOn = later(c.FiledOn, 900)
			c.DeductedDays = int32(r.IntN(90))
		}
		if r.IntN(2000) == 0 {
			c.ClosedOn = civil.NewDate(9999, 12, 31)
		}
		if c.Line == "enforcement" {
			c.Claimed = docket.Money{Cents: r.Int64N(1e12), Known: true}
			c.Recovered = docket.Money{Cents: r.Int64N(1e12) - 5, Known: r.IntN(2) == 0}
		}
	}
	return cases
}

func TestSeveralBlocksAgreeWithCaseByCase(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cases := ledger(r, 3*blockRows)
	eng := Memory(cases)
	for range 150 {
		indicatortest.CompareTally(t, eng, indicatortest.Naive(cases), indicatortest.RandomAsk(r))
	}
}

// TestRandomConditions compares single conditions with [indicator.Pred.Holds], and shrinks.
func TestRandomConditions(t *testing.T) {
	cases := ledger(rand.New(rand.NewPCG(3, 4)), 9000)
	eng := Memory(cases)
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		p, period := indicatortest.Random(r), indicatortest.RandomPeriod(r)
		var want []int64
		for i := range cases {
			if p.Holds(&cases[i], period) {
				want = append(want, int64(i+1))
			}
		}
		refs, n, err := eng.List(context.Background(), p, nil, period, 0, -1)
		got := make([]int64, len(refs))
		for i, ref := range refs {
			got[i] = ref.ID
		}
		slices.Sort(got)
		if err != nil || n != len(want) || !slices.Equal(got, want) {
			t.Fatalf("%d cases, %v, want %d: %s in %s", n, err, len(want), p, period)
		}
	})
}

// TestGroupsAddUp takes the same measures at every level: each is the sum of the finer one.
func TestGroupsAddUp(t *testing.T) {
	cases := ledger(rand.New(rand.NewPCG(5, 6)), 10000)
	eng := Memory(cases)
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		ask := indicatortest.RandomAsk(r)
		levels := []string{"court", "division", "judge", "line", "cause"}
		var finer []indicator.Group
		for n := len(levels); n >= 0; n-- {
			ask.By = levels[:n]
			groups, err := eng.Tally(context.Background(), ask)
			if err != nil {
				t.Fatal(err)
			}
			if finer != nil {
				if diff := indicatortest.DiffGroups(ask.Measures, rollUp(finer, n, len(ask.Measures)), groups); diff != "" {
					t.Fatalf("sum of %d levels: %s", n+1, diff)
				}
			}
			finer = groups
		}
	})
}

// rollUp adds groups with the same first n values; groups come sorted and stay so.
func rollUp(groups []indicator.Group, n, measures int) []indicator.Group {
	var out []indicator.Group
	if n == 0 {
		out = append(out, indicator.Group{Cells: make([]indicator.Cell, measures)})
	}
	for _, g := range groups {
		if k := len(out) - 1; k < 0 || !slices.Equal(out[k].By, g.By[:n]) {
			out = append(out, indicator.Group{By: g.By[:n], Cells: make([]indicator.Cell, measures)})
		}
		for i, c := range g.Cells {
			c.Hist = maps.Clone(c.Hist)
			out[len(out)-1].Cells[i].Add(c)
		}
	}
	return out
}
