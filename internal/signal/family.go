package signal

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mathext"
)

// kin is what the dispersions of all series together say about that of each: a scaled inverse
// χ² distribution around scale with the weight of df errors (Smyth, Statistical Applications
// in Genetics and Molecular Biology 3, 2004). With series that differ much df is small.
type kin struct{ scale, df float64 }

// The bounds of what series learn from one another about their dispersion.
const (
	kinFewest = 6    // series
	kinErrors = 8.0  // errors a series must have shown
	kinCounts = 5.0  // expectation from which on a squared error is about χ²
	kinMost   = 60.0 // weight, however alike the series are
	kinHeed   = 1.08 // factor on the common dispersion: errors are drawn in, and of the best of three speeds, hence a little too small
)

// course is one stretch of a series on its way through time.
type course struct {
	series int // position among the series
	from   int // first of its values among those of the series
	at     []int
	laid   laid
	prior  func(int) []float64
	w      *walker
	out    []Judgement
}

// advance judges the point at a position, if the course has come that far.
func (c *course) advance(at, season int, k kin, tails *[tests]tail) {
	if c.w == nil {
		return
	}
	i := len(c.w.y)
	if i >= len(c.laid.values) || c.laid.at[i] != at {
		return
	}
	c.w.kin, c.w.tails = k, *tails
	c.w.lean(at)
	c.w.predict(i)
	c.w.meet(c.laid.values[i], i, c.out, i >= warmUp(season))
}

// runAll goes through time with all courses side by side, so that each point is judged by what
// all series had shown before it, and by nothing later.
func runAll(courses []*course, season int) {
	var times []int
	for _, c := range courses {
		if c.w != nil {
			times = append(times, c.laid.at[len(c.w.y):]...)
		}
	}
	slices.Sort(times)
	var k kin
	var tails [tests]tail
	for _, t := range slices.Compact(times) {
		together(len(courses), func(i int) { courses[i].advance(t, season, k, &tails) })
		k = kinOf(courses)
		learnTails(&tails, courses, t)
	}
}

// together calls f for every i below n, on all processors.
func together(n int, f func(i int)) {
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w * n / workers; i < (w+1)*n/workers; i++ {
				f(i)
			}
		})
	}
	wg.Wait()
}

// kinOf fits the distribution of the dispersions by the moments of their logarithms.
func kinOf(courses []*course) kin {
	var logs []float64
	spread := 0.0 // of the logarithms, by the chance of their estimates alone
	for _, c := range courses {
		if c.w == nil || c.w.errors < kinErrors {
			continue
		}
		best := c.w.best()
		if c.w.expected[best] < kinCounts || c.w.square[best] <= 0 {
			continue
		}
		half := c.w.errors / 2
		logs = append(logs, math.Log(c.w.square[best]/c.w.errors)-mathext.Digamma(half)+math.Log(half))
		spread += trigamma(half)
	}
	n := float64(len(logs))
	if len(logs) < kinFewest {
		return kin{}
	}
	m := mean(logs)
	between := -spread / n
	for _, v := range logs {
		between += (v - m) * (v - m) / (n - 1)
	}
	df := kinMost
	if between > 0 {
		df = min(kinMost, 2*trigammaInverse(between))
	}
	return kin{scale: kinHeed * math.Exp(m+mathext.Digamma(df/2)-math.Log(df/2)), df: df}
}

// trigamma is the derivative of the digamma function, a Hurwitz zeta function.
func trigamma(x float64) float64 { return mathext.Zeta(2, x) }

// trigammaInverse solves trigamma(y) = x by halving; trigamma falls.
func trigammaInverse(x float64) float64 {
	low, high := 1e-3, 1e4
	for range 60 {
		mid := math.Sqrt(low * high)
		if trigamma(mid) > x {
			low = mid
		} else {
			high = mid
		}
	}
	return math.Sqrt(low * high)
}
