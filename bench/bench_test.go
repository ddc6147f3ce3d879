package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhunsheng/bench/synth"
	"zhunsheng/internal/civil"
)

// BenchmarkCounts takes all counts of the set over ledgers of growing size. Besides the time
// it reports processor time a case, which other programs on the machine disturb less.
func BenchmarkCounts(b *testing.B) {
	q, err := newQuestion(civil.Month(2023, 12))
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{100_000, 1_000_000} {
		o, err := openOurs(synth.New(n))
		if err != nil {
			b.Fatal(err)
		}
		for _, by := range levels {
			b.Run(fmt.Sprintf("cases=%d/by=%s", n, strings.Join(by, "+")), func(b *testing.B) {
				start := processorTime()
				for b.Loop() {
					if _, err := o.store.Table(context.Background(), q.ask(q.measures, by)); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(processorTime()-start)/float64(b.N)/float64(n), "cpu-ns/case")
			})
		}
	}
}
