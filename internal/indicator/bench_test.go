package indicator_test

import (
	"context"
	"fmt"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/rules"
)

// prepared answers every question at once with the same groups, so that the benchmark
// measures what is done above the engine.
type prepared struct {
	indicator.Engine
	groups int
}

func (p prepared) Tally(_ context.Context, ask indicator.Ask) ([]indicator.Group, error) {
	out := make([]indicator.Group, p.groups)
	for i := range out {
		out[i] = indicator.Group{By: []string{fmt.Sprintf("j%05d", i)}, Cells: make([]indicator.Cell, len(ask.Measures))}
		for k := range out[i].Cells {
			out[i].Cells[k] = indicator.Cell{N: int64(i + k + 1), Sum: int64(i * k)}
		}
	}
	return out, nil
}

func BenchmarkCompute(b *testing.B) {
	book, err := indicator.Load(rules.FS)
	if err != nil {
		b.Fatal(err)
	}
	for _, groups := range []int{10, 250, 5000} {
		b.Run(fmt.Sprintf("groups=%d", groups), func(b *testing.B) {
			req := indicator.Request{Set: "spc-2024-01", Period: civil.Year(2023), By: []string{"judge"}}
			for b.Loop() {
				if _, err := book.Compute(context.Background(), prepared{groups: groups}, nil, nil, req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := indicator.Load(rules.FS); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSQL(b *testing.B) {
	book, err := indicator.Load(rules.FS)
	if err != nil {
		b.Fatal(err)
	}
	ask := questions(b, book, "spc-2024-01", civil.Year(2023))
	d := indicator.SQLite("case_version", "c.to_batch IS NULL", "id")
	for b.Loop() {
		indicator.SQL(ask, d)
	}
}

// questions captures what a set asks an engine.
func questions(t testing.TB, book *indicator.Book, set string, p civil.Period) indicator.Ask {
	t.Helper()
	catch := &caught{}
	if _, err := book.Compute(context.Background(), catch, nil, nil, indicator.Request{Set: set, Period: p, By: []string{"court"}}); err != nil {
		t.Fatal(err)
	}
	return catch.ask
}

type caught struct {
	indicator.Engine
	ask indicator.Ask
}

func (c *caught) Tally(_ context.Context, ask indicator.Ask) ([]indicator.Group, error) {
	if len(ask.Measures) > len(c.ask.Measures) {
		c.ask = ask
	}
	return nil, nil
}
