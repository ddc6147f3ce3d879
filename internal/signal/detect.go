package signal

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"zhunsheng/internal/fault"
)

// Series is one line of counts, for example the filings of a court with one cause by month.
// At holds the position of each value on the axis, rising; a position left out is a gap, as
// is NaN.
type Series struct {
	Name   string
	At     []int
	Values []float64
	Known  []int // positions at which a known change starts a new level; Detect raises no alarm there
}

// Options steer Detect; the zero value judges without season.
type Options struct {
	Season     int               // points a season: 12 for months, 4 for quarters, 7 for days, else 0 or 1
	PerYear    float64           // points a year, for the trend; default Season, or 1
	FalseShare float64           // share of false ones among the alarms of one time; default 0.1
	Allowed    float64           // false alarms of one time that are put up with in any case, shared evenly among the series of a time, eight or more, at most 0.025 each; default 0.25
	Largest    float64           // no alarm by FalseShare has a larger p; default 0.01
	Regressors map[int][]float64 // holidays, working days …: one row for each position that occurs
	Likely     []float64         // effect of each regressor before anything is seen; default 0, for working days 1
}

// Judged is one series with its judgements, in the order of its values.
type Judged struct {
	Name   string
	Reason string // why the series as a whole cannot be judged; empty: it can
	Points []Judgement
}

// Report is the result of Detect, with what it would say of series in which nothing happens.
type Report struct {
	Series   []Judged
	Judged   int     // points judged
	Times    int     // times at which at least one point was judged
	Expected float64 // upper bound of the expected number of false alarms if no series changed
	Alarms   int
}

// Detect holds every point of every series against its own past, one step ahead, and controls
// the false discoveries over all series at each time (Benjamini and Hochberg): a point is an
// alarm when its q is at most FalseShare and its p at most Largest, or its p is at most its
// even share e of the false alarms Allowed (Largest for fewer than eight series), and at least
// three cases were seen or expected. The second way is for a family as small as the courts of a
// city, where a lone jump would have to be larger than its newest month can show.
//
// Expected is the sum over times of min(m·max(Largest, e), m·e + α/(1−α)²) for m series judged
// at that time and α = FalseShare: the limit of the expected number of rejections when nothing
// is there (Finner and Roters 2002), or the number from the caps on p if that is smaller.
//
// A series is not judged when it has a negative, fractional, infinite or gigantic value, when
// it is too short, or when all its values are the same; the reason is given.
func Detect(series []Series, opt Options) (*Report, error) {
	opt, err := opt.filled()
	if err != nil {
		return nil, err
	}
	for i := range series {
		if err := series[i].check(); err != nil {
			return nil, err
		}
	}
	axis, err := opt.axis(series)
	if err != nil {
		return nil, err
	}
	r := &Report{Series: make([]Judged, len(series))}
	pool := opt.pool(series, axis)
	own := make([][]*course, len(series))
	together(len(series), func(i int) { r.Series[i], own[i] = opt.prepare(i, series[i], axis, pool) })
	courses := slices.Concat(own...)
	runAll(courses, opt.Season)
	for _, c := range courses {
		c.hand(r.Series[c.series].Points)
	}
	r.discover(opt)
	return r, nil
}

func (opt Options) filled() (Options, error) {
	if opt.Season < 0 || opt.Season > 366 {
		return opt, fault.Invalidf("season of %d points; write 12 for months, 4 for quarters, 7 for days, 1 for none", opt.Season)
	}
	if opt.PerYear == 0 {
		opt.PerYear = float64(max(1, opt.Season))
	}
	if opt.FalseShare == 0 {
		opt.FalseShare = 0.1
	}
	if opt.Allowed == 0 {
		opt.Allowed = 0.25
	}
	if opt.Largest == 0 {
		opt.Largest = 0.01
	}
	if !(opt.FalseShare > 0 && opt.FalseShare <= 0.5) || !(opt.Largest > 0 && opt.Largest <= 0.1) || !(opt.Allowed > 0 && opt.Allowed <= 1) || !(opt.PerYear > 0) {
		return opt, fault.Invalidf("share of false alarms %v, largest p %v; write a share up to 0.5 and a p up to 0.1", opt.FalseShare, opt.Largest)
	}
	return opt, nil
}

func (s Series) check() error {
	if len(s.At) != len(s.Values) {
		return fault.Invalidf("series %s has %d values at %d times", s.Name, len(s.Values), len(s.At))
	}
	for i := 1; i < len(s.At); i++ {
		if s.At[i] <= s.At[i-1] {
			return fault.Invalidf("series %s: times do not rise", s.Name)
		}
	}
	return nil
}

// axis holds the regression row of every position that occurs; years are filled in by judge.
func (opt Options) axis(series []Series) (map[int]row, error) {
	axis := map[int]row{}
	width := -1
	for i := range series {
		for _, at := range series[i].At {
			if _, ok := axis[at]; ok {
				continue
			}
			r := row{extras: opt.Regressors[at]}
			if opt.Season > 1 {
				r.phase = ((at % opt.Season) + opt.Season) % opt.Season
			}
			if width >= 0 && width != len(r.extras) {
				return nil, fault.Invalidf("the regressors have %d values at one time and %d at another; give all of them for every time", width, len(r.extras))
			}
			for _, x := range r.extras {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					return nil, fault.Invalidf("a regressor is %v; give a finite number for every time", x)
				}
			}
			width = len(r.extras)
			axis[at] = r
		}
	}
	if len(opt.Likely) > max(width, 0) {
		return nil, fault.Invalidf("%d likely effects for %d regressors", len(opt.Likely), max(width, 0))
	}
	return axis, nil
}

// longestGap is the number of absent positions that are filled with gaps; a larger hole in
// the axis starts the series anew.
const longestGap = 400

// prepare cuts a series into the stretches that are judged; positions left out are gaps that
// the result does not list.
func (opt Options) prepare(n int, s Series, axis map[int]row, pool *pool) (Judged, []*course) {
	out := Judged{Name: s.Name, Reason: s.unfit(warmUp(opt.Season)), Points: make([]Judgement, len(s.Values))}
	for i, v := range s.Values {
		out.Points[i] = unjudged(s.At[i], v)
	}
	if out.Reason != "" {
		return out, nil
	}
	var courses []*course
	prior := pool.without(opt, s, axis)
	for from := 0; from < len(s.At); {
		to := from + 1
		for to < len(s.At) && s.At[to]-s.At[to-1] <= longestGap {
			to++
		}
		c := &course{series: n, from: from, at: s.At[from:to], prior: prior, laid: opt.lay(s.At[from:to], s.Values[from:to], axis)}
		for _, at := range s.Known {
			c.laid.known[at] = true
		}
		c.w, c.out = start(c.laid, opt.Season, prior)
		courses = append(courses, c)
		from = to
	}
	return out, courses
}

// hand copies the judgements of the positions that the series lists.
func (c *course) hand(points []Judgement) {
	n := 0
	for _, j := range c.out {
		if n < len(c.at) && j.At == c.at[n] {
			points[c.from+n] = j
			n++
		}
	}
}

// lay puts values on an axis without holes.
func (opt Options) lay(at []int, values []float64, axis map[int]row) laid {
	n := at[len(at)-1] - at[0] + 1
	l := laid{values: make([]float64, n), at: make([]int, n), rows: make([]row, n), likely: opt.Likely, known: map[int]bool{}}
	l.forget = max(0.9, math.Pow(yearForget, 1/opt.PerYear))
	for i := range n {
		l.values[i], l.at[i] = math.NaN(), at[0]+i
	}
	for i, t := range at {
		l.values[t-at[0]], l.rows[t-at[0]] = values[i], axis[t]
		l.extras = len(axis[t].extras)
	}
	for i := range l.rows {
		l.rows[i].years = float64(i) / opt.PerYear
	}
	return l
}

// most is the largest value taken for a count.
const most = 1e15

// unfit is the reason why a series cannot be judged at all.
func (s Series) unfit(need int) string {
	n, same := 0, true
	first := math.NaN()
	for i, v := range s.Values {
		switch {
		case math.IsNaN(v):
			continue
		case v < 0:
			return fmt.Sprintf("value %d is %v; a count is not negative", i+1, v)
		case v > most:
			return fmt.Sprintf("value %d is %v; too large for a count", i+1, v)
		case v != math.Trunc(v):
			return fmt.Sprintf("value %d is %v; a count is a whole number", i+1, v)
		}
		n++
		if n == 1 {
			first = v
		}
		same = same && v == first
	}
	switch {
	case n <= need:
		return fmt.Sprintf("%d values; at least %d are needed", n, need+1)
	case same:
		return fmt.Sprintf("every value is %v; nothing tells how much it varies", first)
	}
	return ""
}

// fewest is the count, seen or expected, below which nothing is an alarm.
const fewest = 3

// mostEach is the largest share of the allowed false alarms that one series may have.
const mostEach = 0.025

// fewestSharing is the number of series of one time from which on they share the allowed false
// alarms. It is the price of watching all courts of a city; a handful of series is judged at
// Largest.
const fewestSharing = 8

// each is the p-value that is an alarm in any case, for m series judged at one time.
func (opt Options) each(m float64) float64 {
	if m < fewestSharing {
		return min(opt.Largest, mostEach)
	}
	return min(opt.Allowed/m, mostEach)
}

// discover fills q and kind at every time and counts.
func (r *Report) discover(opt Options) {
	byTime := map[int][]*Judgement{}
	for i := range r.Series {
		for k := range r.Series[i].Points {
			if j := &r.Series[i].Points[k]; j.Judged {
				byTime[j.At] = append(byTime[j.At], j)
			}
		}
	}
	a := opt.FalseShare
	for _, at := range slices.Sorted(maps.Keys(byTime)) {
		family := byTime[at]
		p := make([]float64, len(family))
		for i, j := range family {
			p[i] = j.P
		}
		m := float64(len(family))
		each := opt.each(m)
		for i, q := range BenjaminiHochberg(p) {
			family[i].Q = q
			if (q <= a && p[i] <= opt.Largest || p[i] <= each) && max(family[i].Value, family[i].Expected) >= fewest {
				family[i].Kind = family[i].change()
				r.Alarms++
			}
		}
		r.Expected += min(m*max(opt.Largest, each), m*each+a/((1-a)*(1-a)))
		r.Judged += len(family)
	}
	r.Times = len(byTime)
}

// change names an alarm.
func (j Judgement) change() Change {
	switch {
	case j.drift:
		return Slope
	case j.shift && j.side > 0:
		return LevelUp
	case j.shift:
		return LevelDown
	case j.side > 0:
		return Spike
	}
	return Dip
}

// BenjaminiHochberg turns p-values into the smallest share of false discoveries at which each
// would be reported; NaN stays NaN and does not count.
func BenjaminiHochberg(p []float64) []float64 {
	var order []int
	q := make([]float64, len(p))
	for i, v := range p {
		q[i] = math.NaN()
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	smallest := 1.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		smallest = min(smallest, p[i]*(float64(len(order))/float64(rank)))
		q[i] = smallest
	}
	return q
}
