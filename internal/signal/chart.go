package signal

import (
	"math"
	"slices"

	"zhunsheng/internal/fault"
)

// Rule names a signal of a control chart.
type Rule string

// The signals of a chart. A rule stands at the point that completes the pattern and at every
// later point that continues it, never at a point before the pattern could be seen.
const (
	Outside     Rule = "outside"      // outside the three-sigma limits
	Trend       Rule = "trend"        // the last of seven or more points, each above (or each below) the one before
	TwoOfThree  Rule = "two_of_three" // the second of two among three successive points beyond two sigma on one side
	OneSide     Rule = "one_side"     // the last of seven or more successive points on one side of the centre line
	Provisional Rule = "provisional"  // no signal: limits from fewer than Settled points
)

const (
	// Settled is the number of points from which on limits are no longer provisional.
	Settled = 12
	// longRun is the length of a trend and of a run on one side.
	longRun = 7
	// d2 is the mean range of two normal values in standard deviations.
	d2 = 1.128
)

// Point is one value of a chart with the limits it is judged by. Centre and limits are NaN
// where the segment has no two neighbouring values, Value is NaN in a gap.
type Point struct {
	Value, Centre, Lower, Upper float64
	Rules                       []Rule
}

// Signals tells whether any rule but Provisional stands at the point.
func (p Point) Signals() bool {
	return slices.ContainsFunc(p.Rules, func(r Rule) bool { return r != Provisional })
}

// XmR makes an individuals chart: centre line at the mean, limits at 3/1.128 mean moving
// ranges from it. NaN is a gap: no moving range spans it and every run ends there. Rebase
// lists the positions at which a known change starts a new segment with limits of its own.
// A segment without variation has limits but no signals. An infinite value is an error.
func XmR(values []float64, rebase []int) ([]Point, error) {
	cuts, err := segments(values, rebase)
	if err != nil {
		return nil, err
	}
	var out []Point
	for i := 1; i < len(cuts); i++ {
		seg := values[cuts[i-1]:cuts[i]]
		centre, sigma, n := movingRange(seg)
		points := make([]Point, len(seg))
		sigmas := make([]float64, len(seg))
		for j, v := range seg {
			points[j] = Point{Value: v, Centre: centre, Lower: centre - 3*sigma, Upper: centre + 3*sigma}
			sigmas[j] = sigma
		}
		mark(points, sigmas, n)
		out = append(out, points...)
	}
	return out, nil
}

// segments checks values and cuts and returns the borders of the segments.
func segments(values []float64, rebase []int) ([]int, error) {
	for i, v := range values {
		if math.IsInf(v, 0) {
			return nil, fault.Invalidf("value %d is infinite; leave out what is not known", i+1)
		}
	}
	cuts := append([]int{0, len(values)}, rebase...)
	slices.Sort(cuts)
	if cuts[0] < 0 || cuts[len(cuts)-1] > len(values) {
		return nil, fault.Invalidf("a re-base point lies outside the %d points of the series; choose one of them", len(values))
	}
	return slices.Compact(cuts), nil
}

// movingRange is the mean of a segment, its standard deviation judged from moving ranges, and
// the number of values. Both are NaN without two neighbouring values; sigma is exactly 0 for
// a constant segment.
func movingRange(seg []float64) (centre, sigma float64, n int) {
	var mean, ranges float64
	pairs := 0
	for i, v := range seg {
		if math.IsNaN(v) {
			continue
		}
		n++
		mean += (v - mean) / float64(n)
		if i > 0 && !math.IsNaN(seg[i-1]) {
			pairs++
			ranges += (math.Abs(v-seg[i-1]) - ranges) / float64(pairs)
		}
	}
	if pairs == 0 || math.IsInf(mean, 0) || math.IsInf(ranges, 0) {
		return math.NaN(), math.NaN(), n
	}
	return mean, ranges / d2, n
}

// mark writes the rules of one segment. Sigmas are the standard deviation at each point.
func mark(points []Point, sigmas []float64, n int) {
	rise, fall, high, low := 0, 0, 0, 0
	for i := range points {
		p := &points[i]
		above, below := p.Value > p.Centre, p.Value < p.Centre
		high, low = run(high, above), run(low, below)
		if i == 0 || math.IsNaN(p.Value) || math.IsNaN(points[i-1].Value) {
			rise, fall = 1, 1
		} else {
			rise, fall = steps(rise, p.Value > points[i-1].Value), steps(fall, p.Value < points[i-1].Value)
		}
		if sigmas[i] > 0 && !math.IsNaN(p.Value) {
			p.Rules = rules(points, sigmas, i, max(rise, fall) >= longRun, max(high, low) >= longRun)
		}
		if n < Settled {
			p.Rules = append(p.Rules, Provisional)
		}
	}
}

func run(length int, goesOn bool) int {
	if goesOn {
		return length + 1
	}
	return 0
}

// steps counts the points of a trend; a broken one starts again with the point itself.
func steps(length int, goesOn bool) int {
	if goesOn {
		return length + 1
	}
	return 1
}

func rules(points []Point, sigmas []float64, i int, trend, oneSide bool) []Rule {
	var out []Rule
	if v := points[i].Value; v > points[i].Upper || v < points[i].Lower {
		out = append(out, Outside)
	}
	if trend {
		out = append(out, Trend)
	}
	if twoOfThree(points, sigmas, i) {
		out = append(out, TwoOfThree)
	}
	if oneSide {
		out = append(out, OneSide)
	}
	return out
}

// twoOfThree tells whether point i and one of the two before it lie beyond two sigma on the
// same side, with no gap between.
func twoOfThree(points []Point, sigmas []float64, i int) bool {
	side := beyond(points[i], sigmas[i])
	if side == 0 {
		return false
	}
	for j := i - 1; j >= max(0, i-2); j-- {
		if math.IsNaN(points[j].Value) {
			return false
		}
		if beyond(points[j], sigmas[j]) == side {
			return true
		}
	}
	return false
}

// beyond is the side on which a point lies more than two sigma from the centre, or 0.
func beyond(p Point, sigma float64) int {
	switch d := p.Value - p.Centre; {
	case d > 2*sigma:
		return 1
	case d < -2*sigma:
		return -1
	}
	return 0
}
