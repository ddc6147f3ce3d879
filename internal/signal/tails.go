package signal

import "math"

// The tests of one point. Each has a null distribution of its own.
const (
	pointTest = iota
	twoTest
	sixTest
	twelveTest
	tests
)

// tail is what all series have shown of one test before the present time: how often its
// p-value was at most tailStart, and how far below. With counts as the model has them the first
// is tailStart of all and the logarithm of the second exponential with mean 1; series with
// heavier tails, or whose errors follow one another, show more (an empirical null: Efron, JASA
// 99, 2004; the mean logarithm is Hill's estimator, Annals of Statistics 3, 1975).
type tail struct{ all, small, logs float64 }

const (
	tailStart = 0.1
	tailLimit = 1e-2 // a smaller p-value counts as this one: it tells of an event, not of the tail
	eventful  = 0.3  // share of series with p ≤ tailStart from which on a time tells of an event that met all
	heavier   = 2.0  // standard deviations by which the tail must be heavier than the model's
)

// add counts one p-value.
func (t *tail) add(p float64) {
	t.all++
	if p <= tailStart {
		t.small++
		t.logs += math.Log(tailStart / max(p, tailLimit))
	}
}

// forget lets what was seen count less.
func (t *tail) forget(keep float64) {
	t.all, t.small, t.logs = t.all*keep, t.small*keep, t.logs*keep
}

// join adds what another tail has seen.
func (t *tail) join(o tail) {
	t.all, t.small, t.logs = t.all+o.all, t.small+o.small, t.logs+o.logs
}

// calibrate is the probability of a p-value as small among all series. It never makes one
// smaller, and leaves it as it is while the tail is no heavier than chance explains.
func (t *tail) calibrate(p float64) float64 {
	share, power := tailStart, 1.0
	if small := t.small - heavier*math.Sqrt(t.all*tailStart); small > t.all*tailStart {
		share = small / t.all
	}
	if logs := t.logs - heavier*math.Sqrt(t.small); logs > t.small {
		power = t.small / logs
	}
	if p <= tailStart {
		return share * math.Pow(p/tailStart, power)
	}
	return share + (1-share)*(p-tailStart)/(1-tailStart)
}

// learnTails adds the tests of the last time to what is known of the tails, unless something
// met many series at once.
func learnTails(known *[tests]tail, courses []*course, at int) {
	var now [tests]tail
	keep := 1.0
	for _, c := range courses {
		if c.w == nil || len(c.w.y) == 0 || c.laid.at[len(c.w.y)-1] != at || !c.out[len(c.w.y)-1].Judged {
			continue
		}
		keep = c.laid.forget
		for k, p := range c.w.raw {
			if !math.IsNaN(p) {
				now[k].add(p)
			}
		}
	}
	if all := now[pointTest].all; all < kinFewest || now[pointTest].small > eventful*all {
		return
	}
	for k := range known {
		known[k].forget(keep)
		known[k].join(now[k])
	}
}
