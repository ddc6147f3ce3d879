package signal

import (
	"fmt"
	"math/rand/v2"
	"testing"
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
