package demo

import "slices"

// The invented city has one intermediate court and eight basic courts, always in this order.
const courtCount = 9

// firstYear is the year in which the invented case system opened, on 1 July with empty books;
// planned years follow it. After lastPlanned the volume simply grows.
const (
	firstYear   = 2019
	lastPlanned = 2024
)

// yearPlan fixes the flow of one year before a single case exists: what every court accepts
// (旧存 + 新收), what is pending at its end (未结) and how many of the pending are older than
// twelve months. Filed and closed follow: filed = accepted − opening, closed = accepted − pending.
type yearPlan struct {
	accepted [courtCount]int
	pending  [courtCount]int

	// The part of it that is enforcement, for the whole city.
	enforcementAccepted, enforcementPending int

	// old is the number of cases pending over twelve months at the end of the year, city-wide.
	old int
	// slope is the growth of daily filings from the first to the last day of the year; it
	// joins the years so that January does not jump.
	slope  float64
	judges [courtCount]int // mean daily number of judges in post (员额法官)
}

// plans is the published shape the demo is calibrated to. 2023 is the reference table:
// 34,852 accepted, 31,629 closed (90.75 %), 231 judges; 2022: 20,852 accepted, 18,543 closed,
// 225 judges; enforcement 11,900 accepted and 90.0 % closed after 85.0 %; pending over twelve
// months 260, then 52.
var plans = map[int]yearPlan{
	2019: {
		accepted: [courtCount]int{660, 1990, 1010, 770, 545, 395, 365, 350, 405},
		pending:  [courtCount]int{120, 240, 95, 65, 50, 35, 35, 28, 32},

		enforcementAccepted: 1900, enforcementPending: 250,
		old: 0, slope: 0, judges: [courtCount]int{42, 38, 34, 27, 21, 16, 14, 14, 12},
	},
	2020: {
		accepted: [courtCount]int{1520, 4250, 2120, 1620, 1140, 820, 760, 730, 840},
		pending:  [courtCount]int{190, 420, 160, 110, 90, 60, 62, 50, 58},

		enforcementAccepted: 4300, enforcementPending: 450,
		old: 110, slope: 0.20, judges: [courtCount]int{42, 38, 34, 27, 21, 16, 14, 14, 12},
	},
	2021: {
		accepted: [courtCount]int{1850, 5200, 2600, 1980, 1400, 1010, 930, 900, 1030},
		pending:  [courtCount]int{240, 560, 200, 140, 110, 80, 80, 65, 75},

		enforcementAccepted: 5200, enforcementPending: 600,
		old: 190, slope: 0.20, judges: [courtCount]int{42, 39, 35, 27, 21, 17, 14, 14, 12},
	},
	2022: {
		accepted: [courtCount]int{2250, 6600, 3150, 2420, 1720, 1240, 1140, 1100, 1232},
		pending:  [courtCount]int{300, 1000, 270, 195, 135, 95, 110, 90, 114},

		enforcementAccepted: 6200, enforcementPending: 930,
		old: 260, slope: 0.35, judges: [courtCount]int{43, 40, 36, 28, 21, 17, 14, 14, 12},
	},
	2023: {
		accepted: [courtCount]int{3500, 12458, 5200, 4000, 2800, 2000, 1700, 1600, 1594},
		pending:  [courtCount]int{265, 1372, 468, 300, 220, 156, 129, 122, 191},

		enforcementAccepted: 11900, enforcementPending: 1190,
		old: 52, slope: 0.45, judges: [courtCount]int{44, 42, 36, 29, 22, 17, 15, 14, 12},
	},
	2024: {
		accepted: [courtCount]int{4365, 15250, 6770, 5170, 3640, 2600, 2190, 2050, 2080},
		pending:  [courtCount]int{330, 1700, 560, 370, 270, 190, 160, 150, 210},

		enforcementAccepted: 15000, enforcementPending: 1450,
		old: 60, slope: 0.18, judges: [courtCount]int{45, 44, 37, 29, 22, 17, 15, 14, 12},
	},
}

// planFor returns the plan of a year; later than the last planned one everything but the
// number of judges grows by 22 % a year.
func planFor(year int) yearPlan {
	if p, ok := plans[year]; ok {
		return p
	}
	p := planFor(year - 1)
	grow := func(n int) int { return n * 122 / 100 }
	for c := range courtCount {
		p.accepted[c], p.pending[c] = grow(p.accepted[c]), grow(p.pending[c])
	}
	p.enforcementAccepted, p.enforcementPending = grow(p.enforcementAccepted), grow(p.enforcementPending)
	p.old = grow(p.old)
	return p
}

// class splits the flow of a court into the two parts whose figures are fixed apart.
type class int

const (
	trial class = iota // 审判: everything but enforcement
	enforcement
	classCount
)

// target is the flow of one court, class and year.
type target struct {
	opening, filed, pending, old int
}

// targets turns the plan of a year into counts by court and class. opening is what was
// pending at the end of the year before, so that the stock identity holds everywhere.
func targets(year int, opening [courtCount][classCount]int) [courtCount][classCount]target {
	p := planFor(year)
	accepted := spread(p.enforcementAccepted, enforcementWeights(p.accepted))
	pending := spread(p.enforcementPending, enforcementWeights(p.pending))
	var out [courtCount][classCount]target
	var stock []int
	for c := range courtCount {
		out[c][enforcement] = flow(opening[c][enforcement], accepted[c], pending[c])
		out[c][trial] = flow(opening[c][trial], p.accepted[c]-accepted[c], p.pending[c]-pending[c])
		for k := range classCount {
			stock = append(stock, min(opening[c][k], out[c][k].pending*2/3))
		}
	}
	for i, n := range spread(p.old, stock) {
		out[i/int(classCount)][i%int(classCount)].old = n
	}
	return out
}

func flow(opening, accepted, pending int) target {
	return target{opening: opening, filed: accepted - opening, pending: pending}
}

// enforcementWeights says how enforcement lies over the courts: the intermediate court has
// objections, reviews and few first enforcements, the basic courts have the rest.
func enforcementWeights(total [courtCount]int) []int {
	w := slices.Clone(total[:])
	w[0] = w[0] * 3 / 10
	return w
}

// spread divides total over the weights in whole numbers that add up to it exactly (largest
// remainder, the earlier place first among equals). Weights of zero get nothing.
func spread(total int, weights []int) []int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	out := make([]int, len(weights))
	if sum == 0 {
		return out
	}
	type rest struct{ at, left int }
	rests := make([]rest, len(weights))
	given := 0
	for i, w := range weights {
		out[i] = total * w / sum
		rests[i] = rest{i, total * w % sum}
		given += out[i]
	}
	slices.SortStableFunc(rests, func(a, b rest) int { return b.left - a.left })
	for i := range total - given {
		out[rests[i].at]++
	}
	return out
}
