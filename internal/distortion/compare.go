package distortion

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/signal"
)

// The constants of the comparison.
const (
	lean        = 5.0 // counts that the rate of all courts weighs in the baseline of each
	fewestOf    = 30  // cases in which something could show, before and in the window
	newlyKept   = 2.5 // times as often as before, in the other courts, that tells of a new way of recording
	fewestPeers = 3   // courts without which a change cannot be told from that of all
)

// change is how the share of a court moved, and how well that is known.
type change struct {
	t              *tally
	seen, of       float64 // in the window
	before         float64 // rate of the baseline
	seen0, of0     float64 // in the baseline
	moved, chance2 float64 // logarithm of the ratio, its variance by chance
}

// compare tests each tally of a family against the others.
func compare(family []*tally, window civil.Period) []Question {
	changes := changesOf(family)
	if len(changes) < fewestPeers {
		return nil
	}
	var out []Question
	for i, c := range changes {
		others := slices.Delete(slices.Clone(changes), i, i+1)
		if begun(others) || c.seen0 < c.t.rule.Past {
			continue
		}
		centre, spread2, doubt2 := middle(others)
		se := math.Sqrt(c.chance2 + spread2 + doubt2)
		z := (c.moved - centre) / se
		tail := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom(others, spread2)}
		p := tail.Survival(z)
		if c.t.rule.ID == "december_dip" {
			p = tail.Survival(-z)
		}
		q := Question{Rule: c.t.rule, Court: c.t.court, Way: c.t.way, Period: window, Seen: int64(c.seen), Of: int64(c.of),
			Expected: c.of * c.before * math.Exp(centre), P: p, Evidence: c.t.evidence()}
		q.Ratio = (c.seen + 0.5) / (q.Expected + 0.5)
		far := tail.Quantile(0.975) * se
		q.Interval = signal.Interval{Low: q.Ratio * math.Exp(-far), High: q.Ratio * math.Exp(far)}
		out = append(out, q)
	}
	return out
}

// begun tells whether the other courts show the thing so much more often than before that it
// must have begun to be recorded: then the past is no measure of anybody.
func begun(others []change) bool {
	var seen, expected float64
	for _, c := range others {
		seen, expected = seen+c.seen, expected+c.of*c.seen0/c.of0
	}
	return seen >= 20 && seen > newlyKept*expected
}

// freedom is the number of degrees of freedom: where courts differ in their changes, as many
// as there are other courts, less one.
func freedom(others []change, spread2 float64) float64 {
	if spread2 == 0 {
		return 200
	}
	return math.Max(2, float64(len(others)-1))
}

// changesOf are the changes of the courts that have enough cases.
func changesOf(family []*tally) []change {
	var seen, of float64
	for _, t := range family {
		for k := range baselineMonths {
			seen, of = seen+float64(t.seen[k]), of+float64(t.of[k])
		}
	}
	if of == 0 {
		return nil
	}
	common := (seen + 0.5) / (of + 1)
	phi := dispersion(family)
	var out []change
	for _, t := range family {
		c := change{t: t}
		for k := range t.of {
			if k < baselineMonths {
				c.seen0, c.of0 = c.seen0+float64(t.seen[k]), c.of0+float64(t.of[k])
			} else {
				c.seen, c.of = c.seen+float64(t.seen[k]), c.of+float64(t.of[k])
			}
		}
		if c.of0 < fewestOf || c.of < fewestOf {
			continue
		}
		c.before = (c.seen0 + lean) / (c.of0 + lean/common)
		c.moved = math.Log((c.seen+0.5)/(c.of+0.5/common)) - math.Log(c.before)
		rest := math.Max(0.05, 1-math.Min(1, c.before)) // a share varies less than a count
		c.chance2 = phi * rest * (1/(math.Max(c.seen, c.of*c.before)+0.5) + 1/(c.seen0+lean))
		out = append(out, c)
	}
	return out
}

// dispersion is the variance of the monthly counts of the baseline over that of binomial ones,
// all courts together, after what the month did to all of them (holidays, weekdays at its end);
// at least 1.
func dispersion(family []*tally) float64 {
	type line struct {
		t    *tally
		rate float64
	}
	var lines []line
	for _, t := range family {
		var seen, of float64
		for k := range baselineMonths {
			seen, of = seen+float64(t.seen[k]), of+float64(t.of[k])
		}
		if seen >= 10 && seen < of {
			lines = append(lines, line{t, seen / of})
		}
	}
	sum, free := 0.0, -float64(len(lines))
	for k := range baselineMonths {
		var seen, expected float64
		for _, l := range lines {
			seen, expected = seen+float64(l.t.seen[k]), expected+float64(l.t.of[k])*l.rate
		}
		if seen == 0 || expected == 0 {
			continue
		}
		free--
		for _, l := range lines {
			if x := float64(l.t.of[k]); x > 0 {
				rate := math.Min(0.99, l.rate*seen/expected)
				d := float64(l.t.seen[k]) - x*rate
				sum, free = sum+d*d/(x*rate*(1-rate)), free+1
			}
		}
	}
	if free < 10 {
		return 1
	}
	return math.Max(1, sum/free)
}

// middle is the change of the others: their median, their variance beyond chance, and the
// variance of the median. They are held to differ by more than chance only when their distances
// from the median are larger than chance makes them by two standard deviations, as in a funnel.
func middle(others []change) (centre, spread2, doubt2 float64) {
	var moved, chance []float64
	for _, c := range others {
		moved, chance = append(moved, c.moved), append(chance, c.chance2)
	}
	centre = median(moved)
	var far []float64
	for _, c := range others {
		far = append(far, math.Abs(c.moved-centre)/math.Sqrt(c.chance2))
	}
	n := float64(len(others))
	mad := 1.4826 * median(far)
	if excess := mad * mad; excess > 1+2*math.Sqrt(2/n) {
		spread2 = median(chance) * (excess - 1)
	}
	doubt2 = math.Pi / 2 * (median(chance) + spread2) / n
	return centre, spread2, doubt2
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}

// evidence are the cases that show, each once.
func (t *tally) evidence() []int64 {
	slices.Sort(t.cases)
	return slices.Compact(t.cases)
}
