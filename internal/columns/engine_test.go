package columns

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// TestManyValuesInManyColumns groups by so many columns of so many values that the key of a
// group does not fit one number.
func TestManyValuesInManyColumns(t *testing.T) {
	by := []string{"type_code", "instance", "procedure", "cause", "closing_way", "relation", "appeal_result", "retrial_result", "court"}
	r := rand.New(rand.NewPCG(1, 1))
	cases := make([]docket.Case, 900)
	for i := range cases {
		cases[i].Court = "A"
		for _, name := range by[:8] {
			f, _ := docket.FieldByName(name)
			*f.Text(&cases[i]) = strconv.Itoa(i)
		}
		if r.IntN(4) == 0 && i > 0 {
			cases[i] = cases[i-1] // the same group again
		}
	}
	ask := indicator.Ask{By: by, Period: civil.Year(2023), Measures: []indicator.Measure{{}}}
	indicatortest.CompareTally(t, Memory(cases), indicatortest.Naive(cases), ask)
}

// TestWorkersDoNotMatter asks the same on one and on several processors.
func TestWorkersDoNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	eng := Memory(indicatortest.RandomCases(r, 3000))
	for range 20 {
		ask := indicatortest.RandomAsk(r)
		before := runtime.GOMAXPROCS(1)
		one, err1 := eng.Tally(context.Background(), ask)
		runtime.GOMAXPROCS(8)
		many, err2 := eng.Tally(context.Background(), ask)
		runtime.GOMAXPROCS(before)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if diff := indicatortest.DiffGroups(ask.Measures, many, one); diff != "" {
			t.Fatal(diff)
		}
	}
}

// TestTableIsTheTally compares the compact form with the common one.
func TestTableIsTheTally(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	eng := Memory(indicatortest.RandomCases(r, 2000))
	for range 20 {
		ask := indicatortest.RandomAsk(r)
		table, err1 := eng.Table(context.Background(), ask)
		groups, err2 := eng.Tally(context.Background(), ask)
		if err := errors.Join(err1, err2); err != nil || table.Len() != len(groups) {
			t.Fatalf("%v, %d and %d groups", err, table.Len(), len(groups))
		}
		for i, g := range groups {
			if fmt.Sprint(table.By(i, nil)) != fmt.Sprint(g.By) {
				t.Fatalf("group %d: %q and %q", i, table.By(i, nil), g.By)
			}
			for m, c := range g.Cells {
				if table.N(i, m) != c.N {
					t.Fatalf("group %q measure %d: %d and %d", g.By, m, table.N(i, m), c.N)
				}
			}
		}
	}
}

// TestWrongQuestions are refused with a fault, not answered and not a panic.
func TestWrongQuestions(t *testing.T) {
	eng := Memory([]docket.Case{{Court: "A"}})
	day, text := mustField("filed_on"), mustField("cause")
	where := func(p indicator.Pred) indicator.Ask {
		return indicator.Ask{Measures: []indicator.Measure{{Where: &p}}}
	}
	for name, ask := range map[string]indicator.Ask{
		"unknown group":          {By: []string{"colour"}},
		"group by case number":   {By: []string{"case_no"}},
		"group by a day":         {By: []string{"filed_on"}},
		"unknown operation":      where(indicator.Pred{Op: 99}),
		"field out of range":     where(indicator.Pred{Op: indicator.Has, Field: 1000}),
		"negative field":         where(indicator.Pred{Op: indicator.Has, Field: -1}),
		"bound on a text":        where(indicator.Pred{Op: indicator.DayBound, Field: text}),
		"text of a day":          where(indicator.Pred{Op: indicator.TextIn, Field: day}),
		"pair with a text":       where(indicator.Pred{Op: indicator.DayPair, Field: day, Field2: text}),
		"not of nothing":         where(indicator.Pred{Op: indicator.Not}),
		"and of nil":             where(indicator.Pred{Op: indicator.And, Args: []*indicator.Pred{nil}}),
		"money of a day":         {Measures: []indicator.Measure{{Kind: indicator.Sum, Field: day}}},
		"days of a text":         {Measures: []indicator.Measure{{Kind: indicator.Days, Field: day, Field2: text}}},
		"unknown kind":           {Measures: []indicator.Measure{{Kind: 77}}},
		"wrong deep in a filter": {Filter: indicator.All(&indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{{Op: indicator.IsYes, Field: day}}})},
	} {
		if _, err := eng.Tally(context.Background(), ask); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want an invalid-input fault", name, err)
		}
	}
	if _, _, err := eng.List(context.Background(), &indicator.Pred{Op: 99}, nil, civil.Year(2023), 0, -1); !errors.Is(err, fault.Invalid) {
		t.Errorf("list: %v", err)
	}
}

func TestCancelledQuestion(t *testing.T) {
	eng := Memory([]docket.Case{{Court: "A"}})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := eng.Tally(ctx, indicator.Ask{Measures: []indicator.Measure{{}}}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestSharedPartsAreComputedOnce looks at the program of three conditions with a common
// beginning: the two bounds are one range, and the beginning is one node.
func TestSharedPartsAreComputedOnce(t *testing.T) {
	closed, line, way := mustField("closed_on"), mustField("line"), mustField("closing_way")
	within := func(more ...*indicator.Pred) *indicator.Pred {
		return indicator.All(append([]*indicator.Pred{
			{Op: indicator.DayBound, Field: closed, Cmp: indicator.GE, Bound: indicator.Bound{Anchor: indicator.PeriodFrom}},
			{Op: indicator.DayBound, Field: closed, Cmp: indicator.LE, Bound: indicator.Bound{Anchor: indicator.PeriodTo}},
			{Op: indicator.Has, Field: closed},
		}, more...)...)
	}
	civilLine := &indicator.Pred{Op: indicator.TextIn, Field: line, Set: []string{"civil"}}
	p, err := compile([]*indicator.Pred{
		within(), within(civilLine),
		within(&indicator.Pred{Op: indicator.TextIn, Field: way, Set: []string{"mediation"}}, civilLine),
	}, civil.Month(2023, 12))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[opcode]int{}
	for _, n := range p.nodes {
		counts[n.op]++
	}
	if counts[opRange] != 1 || counts[opText] != 2 || counts[opAnd] != 2 || counts[opHas] != 0 {
		t.Errorf("program:\n%s", p)
	}
}
