package whatif

import "math"

// habit is one way in which the log of a court's effort may move from month to month: a share of
// it stays, a shock comes that lasts, another that passes with the month, and one in January, when
// tasks and people are set anew. Shocks are standard deviations.
type habit struct {
	stays, lasting, passing, yearly float64

	level, variance float64 // what the past tells of the effort at its end
	weight          float64 // how likely the habit is; all weights add up to 1
}

// The habits that are thought of; before the past is read all are equally likely.
var (
	stays  = []float64{0.8, 0.95, 1}
	shocks = []float64{0, 0.02, 0.05, 0.1, 0.2, 0.4}
)

// habits weighs the habits by how well each foretells the closings of every month from the months
// before it. A court with a short past leaves many of them likely, and its bands are wide for it.
func habits(closed, expected []float64, from Month) (out []habit) {
	best := math.Inf(-1)
	for _, s := range stays {
		for _, lasting := range shocks {
			for _, passing := range shocks {
				for _, yearly := range shocks {
					k := habit{stays: s, lasting: lasting, passing: passing, yearly: yearly}
					k.weight = k.follow(closed, expected, from)
					best = max(best, k.weight)
					out = append(out, k)
				}
			}
		}
	}
	sum := 0.0
	for i := range out {
		out[i].weight = math.Exp(out[i].weight - best)
		sum += out[i].weight
	}
	for i := range out {
		out[i].weight /= sum
	}
	return out
}

// The bounds of the filter: months with fewer closings expected say nothing of the effort, a court
// of which nothing is known lies within this variance, and no effort leaves e⁻² to e².
const (
	leastExpected = 0.1
	firstVariance = 0.25
	furthest      = 2
)

// follow is the extended Kalman filter (Durbin and Koopman, Time Series Analysis by State Space
// Methods, 2nd ed., 10.2) of the effort, with counts as scattered as Poisson's. It learns the level
// at the end of the past and returns the log of the likelihood, less a constant.
func (k *habit) follow(closed, expected []float64, from Month) (log float64) {
	k.variance = firstVariance
	if k.stays < 1 {
		k.variance = (k.lasting*k.lasting + k.yearly*k.yearly/12) / (1 - k.stays*k.stays)
	}
	spreads := 1.0 // their product; the log of each would take most of the time
	for t, e := range expected {
		k.level *= k.stays
		k.variance = k.stays*k.stays*k.variance + k.lasting*k.lasting
		if (int(from)+t)%12 == 0 {
			k.variance += k.yearly * k.yearly
		}
		if e < leastExpected {
			continue
		}
		rate := math.Exp(k.level)
		miss := closed[t]/e - rate
		spread := rate*rate*(k.variance+k.passing*k.passing) + rate/e
		log -= miss * miss / spread / 2
		if spreads *= spread; spreads < 1e-200 || spreads > 1e200 {
			log, spreads = log-math.Log(spreads)/2, 1
		}
		gain := k.variance * rate / spread
		k.level = min(max(k.level+gain*miss, -furthest), furthest)
		k.variance -= gain * rate * k.variance
	}
	return log - math.Log(spreads)/2
}

// habit is the one that a share of all weight leads to.
func (m *Model) habit(share float64) habit {
	for _, k := range m.habits {
		if share -= k.weight; share < 0 {
			return k
		}
	}
	return m.habits[len(m.habits)-1]
}
