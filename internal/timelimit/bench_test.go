package timelimit_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/timelimit"
)

// BenchmarkDue measures the bulk path over lists of cases: without events, with the events
// of a court's docket (one case in four has one or two), and with events in every case.
func BenchmarkDue(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		for _, kind := range []struct {
			name  string
			every int // one case in so many has events; 0 none
		}{{"none", 0}, {"realistic", 4}, {"all", 1}} {
			b.Run(fmt.Sprintf("cases=%d/events=%s", n, kind.name), func(b *testing.B) {
				cases := docketOf(n, kind.every)
				set := book.Defaults
				b.ReportAllocs()
				for b.Loop() {
					for i := range cases {
						if _, _, err := timelimit.Due(book, &cases[i], &set); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "cases/s")
			})
		}
	}
}

// docketOf makes n cases; of every so many, one has one to three events.
func docketOf(n, every int) []timelimit.Case {
	r := rand.New(rand.NewPCG(1, 2))
	common := []string{"CV1", "CVS", "CVX", "CV2J", "CR1", "AD1", "EN1", "EN1"}
	out := make([]timelimit.Case, n)
	for i := range out {
		out[i] = timelimit.Case{Procedure: common[r.IntN(len(common))], Accepted: civil.NewDate(2018, 1, 1).AddDays(r.IntN(3000))}
		if every == 0 || i%every > 0 {
			continue
		}
		for range 1 + r.IntN(3) {
			from := out[i].Accepted.AddDays(5 + r.IntN(50))
			e := timelimit.Event{Kind: timelimit.DeductEvent, From: from, To: from.AddDays(r.IntN(60)), Why: "鉴定"}
			if r.IntN(3) == 0 {
				e = timelimit.Event{Kind: timelimit.ExtendEvent, On: from, Months: 1, By: "院长"}
			}
			out[i].Events = append(out[i].Events, e)
		}
	}
	return out
}
