package timelimit_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/timelimit"
)

// BenchmarkDueOfANation computes one case after the other, made on the fly in constant memory,
// so that -benchtime 46000000x is a year of all courts of the country:
//
//	go test -run xxx -bench DueOfANation -benchtime 46000000x ./internal/timelimit
//
// It counts processor time, so that a busy machine does not lie: cases/s is of one core. The
// time to make the cases is measured first and taken off. all gives every
// case one to three events, quarter one case in four, as dockets have them.
func BenchmarkDueOfANation(b *testing.B) {
	for _, kind := range []struct {
		name  string
		every int
	}{{"none", 0}, {"quarter", 4}, {"all", 1}} {
		b.Run("events="+kind.name, func(b *testing.B) {
			bare := overNation(b, b.N, kind.every, false)
			whole := overNation(b, b.N, kind.every, true)
			b.ReportMetric(float64(b.N)/max(whole-bare, 1e-9), "cases/core-s")
			b.ReportMetric(bare/float64(b.N)*1e9, "make-ns/op")
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapInuse)/(1<<20), "heap-MB")
		})
	}
}

// overNation makes n cases and, if asked, computes them; it returns the processor seconds.
func overNation(b *testing.B, n, every int, compute bool) float64 {
	g := nation{r: rand.New(rand.NewPCG(1, 2)), every: every}
	set := book.Defaults
	sum := 0
	before := processorSeconds(b)
	for i := range n {
		c := g.next(i)
		if !compute {
			sum += len(c.Events)
			continue
		}
		d, _, err := timelimit.Due(book, c, &set)
		if err != nil {
			b.Fatal(fmt.Errorf("case %d: %w", i, err))
		}
		sum += int(d.Day)
	}
	spent := processorSeconds(b) - before
	if sum == 0 && every > 0 {
		b.Fatal("nothing was computed")
	}
	return spent
}

// nation makes cases one at a time in the same memory.
type nation struct {
	r      *rand.Rand
	every  int
	c      timelimit.Case
	events [3]timelimit.Event
}

var nationLimits = []string{"CV1", "CVS", "CVS", "CVX", "CV2J", "CR1", "AD1", "EN1", "EN1"}

func (g *nation) next(i int) *timelimit.Case {
	x := g.r.Uint64()
	take := func(n uint64) int { v := x % n; x /= n; return int(v) }
	g.c = timelimit.Case{Procedure: nationLimits[take(uint64(len(nationLimits)))], Accepted: civil.NewDate(2018, 1, 1) + civil.Date(take(3000))}
	if g.every == 0 || i%g.every > 0 {
		return &g.c
	}
	n := 1 + take(3)
	for k := range n {
		from := g.c.Accepted + civil.Date(5+take(50))
		e := &g.events[k]
		if take(3) == 0 {
			*e = timelimit.Event{Kind: timelimit.ExtendEvent, On: from, Months: 1, By: "院长"}
			continue
		}
		*e = timelimit.Event{Kind: timelimit.DeductEvent, From: from, To: from + civil.Date(take(60)), Why: "鉴定"}
	}
	g.c.Events = g.events[:n]
	return &g.c
}

func processorSeconds(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
