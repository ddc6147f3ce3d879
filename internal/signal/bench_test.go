package signal

import (
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"
)

// BenchmarkDetect judges monthly series of 60 points; time grows with their number.
func BenchmarkDetect(b *testing.B) {
	for _, n := range []int{500, 2000, 8000} {
		ss := family(rand.New(rand.NewPCG(1, 1)), n, 60, func(i int) float64 { return float64(1 + i%200) }, 1)
		b.Run(fmt.Sprintf("series=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Detect(ss, Options{Season: 12}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/series")
		})
	}
}

// A nation, 3,500 courts × 6 lines × 30 causes, 60 months each, in groups of a hundred courts:
// less than five minutes on two processors. Judged is what counts, not making the series.
// Beside the clock it takes the time of the processors, for a machine that has other work.
func TestPowerNation(t *testing.T) {
	if os.Getenv("ZHUNSHENG_POWER") == "" {
		t.Skip("takes minutes; set ZHUNSHENG_POWER")
	}
	const groups, courts, lines = 35, 100, 6 * 30
	var clock, processors time.Duration
	alarms, stated, points := 0, 0.0, 0
	for g := range groups {
		ss := family(rand.New(rand.NewPCG(uint64(g), 9)), courts*lines, 60, func(i int) float64 { return float64(1 + i%200) }, 1)
		began, used := time.Now(), processorTime(t)
		rep, err := Detect(ss, Options{Season: 12})
		if err != nil {
			t.Fatal(err)
		}
		clock, processors = clock+time.Since(began), processors+processorTime(t)-used
		alarms, stated, points = alarms+rep.Alarms, stated+rep.Expected, points+rep.Judged
	}
	t.Logf("%d series: %v by the clock, %v of processor time, %v on two of them; %d alarms in %d points, at most %.0f stated", groups*courts*lines, clock.Round(time.Second), processors.Round(time.Second), (processors / 2).Round(time.Second), alarms, points, stated)
	if processors/2 > 5*time.Minute {
		t.Errorf("%v on two processors", processors/2)
	}
}

// processorTime is the time this process has used.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
