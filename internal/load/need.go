package load

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Norm is what a full-time judge closes in a year, in weighted cases: the closings of a past
// period over the time of the judges who were there, brought to a year. Zero: nobody was there.
func Norm(closed, judges float64, days int) float64 {
	if judges <= 0 || days <= 0 {
		return 0
	}
	return closed / judges * 365 / float64(days)
}

// Need holds the work of a unit against its judges; loads are weighted cases.
type Need struct {
	Pending  float64 // at the beginning
	Expected float64 // to be filed until the end
	Years    float64 // until the end
	Judges   float64 // full-time judges at work on average
	Norm     float64 // weighted cases a full-time judge closes in a year
}

// PerJudge is the load per judge until the end: what is pending and what comes.
func (n Need) PerJudge() (float64, bool) {
	if n.Judges <= 0 {
		return 0, false
	}
	return (n.Pending + n.Expected) / n.Judges, true
}

// Keep is the number of judges who close as much as is filed, so that the stock stays.
func (n Need) Keep() (float64, bool) {
	if n.Norm <= 0 || n.Years <= 0 {
		return 0, false
	}
	return n.Expected / (n.Norm * n.Years), true
}

// Gap is the judges missing (above zero) or to spare.
func (n Need) Gap() (float64, bool) {
	k, ok := n.Keep()
	return k - n.Judges, ok
}

// FewJudges is the number of full-time judges below which a unit is too small to hold need
// against capacity: one more or less decides.
const FewJudges = 2.0

// FewCases is the number of closed cases below which no weight is estimated.
const FewCases = 30

// Estimate is what the days from filing to closing say about the weight of a kind of cases:
// the mean of the kind over the mean of all.
type Estimate struct {
	Cases     int
	Mean      float64 // days
	Ratio     float64
	Low, High float64 // 95 of 100 repetitions of the sample lie between
	TooFew    bool    // fewer than FewCases: no ratio
}

// rounds of the bootstrap; the interval's ends move by less than a percent with more.
const rounds = 300

// EstimateTimes estimates the weights of kinds from the days that closed cases took. The
// bootstrap draws within each kind, with a fixed seed: the same days give the same intervals.
func EstimateTimes(days map[string][]int) map[string]Estimate {
	ids := make([]string, 0, len(days))
	for id, d := range days {
		if len(d) > 0 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	sum, n := 0.0, 0
	means := make([]float64, len(ids))
	for i, id := range ids {
		means[i] = mean(days[id])
		sum, n = sum+means[i]*float64(len(days[id])), n+len(days[id])
	}
	out := map[string]Estimate{}
	if n == 0 || sum == 0 {
		return out
	}
	ratios := bootstrap(ids, days, n)
	for i, id := range ids {
		e := Estimate{Cases: len(days[id]), Mean: means[i], TooFew: len(days[id]) < FewCases}
		if !e.TooFew {
			slices.Sort(ratios[i])
			e.Ratio, e.Low, e.High = means[i]*float64(n)/sum, ratios[i][rounds*25/1000], ratios[i][rounds-1-rounds*25/1000]
		}
		out[id] = e
	}
	return out
}

// bootstrap repeats the ratios of all kinds on samples drawn from the cases.
func bootstrap(ids []string, days map[string][]int, n int) [][]float64 {
	rng := rand.New(rand.NewPCG(7, 2024)) //nolint:gosec // repeatable on purpose
	out := make([][]float64, len(ids))
	drawn := make([]float64, len(ids))
	for range rounds {
		all := 0.0
		for i, id := range ids {
			d := days[id]
			sum := 0
			for range d {
				sum += d[rng.IntN(len(d))]
			}
			drawn[i] = float64(sum) / float64(len(d))
			all += float64(sum)
		}
		for i := range ids {
			r := math.Inf(1)
			if all > 0 {
				r = drawn[i] * float64(n) / all
			}
			out[i] = append(out[i], r)
		}
	}
	return out
}

func mean(d []int) float64 {
	sum := 0
	for _, x := range d {
		sum += x
	}
	return float64(sum) / float64(len(d))
}
