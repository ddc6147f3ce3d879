package distortion

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/signal"
)

// The constants of the comparison.
const (
	lean        = 5.0 // counts that the rate of all courts weighs in the rate of each
	fewestOf    = 30  // cases in which something could show, before and in the window
	newlyKept   = 2.5 // times as often as before, in the other courts, that tells of a new way of recording
	fewestPeers = 3   // courts without which a change cannot be told from that of all
	leastRest   = 0.05
	own         = 2.5 // standard deviations from which on a court is taken to be of its own kind
)

// span is a range of the months compared.
type span struct{ from, to int }

var (
	baseline = span{0, baselineMonths}
	window   = span{baselineMonths, baselineMonths + windowMonths}
	earlier  = span{0, baselineMonths / 2} // the two halves of the baseline, held against each
	later    = span{baselineMonths / 2, baselineMonths}
)

// share is how often a thing showed in a court in one span, and the logarithm of that.
type share struct {
	seen, of float64
	even     float64 // of, with the weights of weigh
	log      float64 // of seen over even
	chance2  float64 // variance of log by chance
}

// stand is where a court stands between two spans.
type stand struct {
	t           *tally
	past, now   share
	offset      float64 // logarithm of its own rate over that of all courts, as far as its past shows it
	doubt2      float64 // variance of offset
	moved       float64 // now, less offset
	movedChance float64 // variance of moved by chance
}

// compare tests each tally of a family: the count in the window against the level of the other
// courts in the same window, and the court's own distance from that level in the past, which
// counts as far as courts really differ (empirical Bayes). What is left between courts beyond
// chance is learned from their changes into the window and, to be surer of it, from those
// between the two halves of the baseline.
func compare(family []*tally, period civil.Period) []Question {
	weigh(family)
	phi := dispersion(family)
	stands := standsOf(family, baseline, window, phi)
	if len(stands) < fewestPeers {
		return nil
	}
	before := residuals(standsOf(family, earlier, later, phi))
	var out []Question
	for i, s := range stands {
		others := slices.Delete(slices.Clone(stands), i, i+1)
		past := before
		if begun(others) {
			others, s, past = bare(others), bare([]stand{s})[0], nil
		}
		if s.past.seen < s.t.rule.Past {
			continue
		}
		n := level(others)
		n.learn(append(residuals(others), past...))
		out = append(out, s.ask(n, phi, period))
	}
	return out
}

// ask holds one court against the norm.
func (s stand) ask(n norm, phi float64, period civil.Period) Question {
	expected := s.now.even * math.Exp(n.centre+s.offset)
	doubt2 := s.doubt2 + n.spread2 + n.doubt2
	quasi := phi * math.Max(leastRest, 1-math.Min(1, expected/s.now.of))
	free := n.freedom(1/math.Max(expected, 0.5) + doubt2)
	q := Question{Rule: s.t.rule, Court: s.t.court, Way: s.t.way, Period: period, Seen: int64(s.now.seen), Of: int64(s.now.of),
		Expected: expected, Evidence: s.t.evidence()}
	below, above := tails(s.now.seen/quasi, expected/quasi, doubt2)
	q.P = heavier(above, free)
	if s.t.rule.ID == "december_dip" {
		q.P = heavier(below, free)
	}
	q.Ratio = (s.now.seen + 0.5) / (q.Expected + 0.5)
	far := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: free}.Quantile(0.975) * math.Sqrt(quasi/(s.now.seen+0.5)+doubt2)
	q.Interval = signal.Interval{Low: q.Ratio * math.Exp(-far), High: q.Ratio * math.Exp(far)}
	return q
}

// tails are P(Y ≤ y) and P(Y ≥ y) of a count whose mean is itself uncertain with a relative
// variance: negative binomial. Counts divided by a dispersion need not be whole.
func tails(y, mean, doubt2 float64) (below, above float64) {
	size := 1 / math.Max(doubt2, 1e-6)
	above = 1
	if y > 0 {
		above = mathext.RegIncBeta(y, size, mean/(mean+size))
	}
	return mathext.RegIncBeta(size, y+1, size/(mean+size)), above
}

// heavier turns a normal tail into Student's with so many degrees of freedom.
func heavier(p, free float64) float64 {
	if p <= 0 {
		return 0
	}
	z := -mathext.NormalQuantile(math.Min(p, 1-1e-12))
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: free}.Survival(z)
}

// begun tells whether the other courts show the thing so much more often than before that it
// must have begun to be recorded: then the past is no measure of anybody.
func begun(others []stand) bool {
	var seen, expected float64
	for _, s := range others {
		seen, expected = seen+s.now.seen, expected+s.now.even*s.past.seen/s.past.even
	}
	return seen >= 20 && seen > newlyKept*expected
}

// bare are stands without past: only the level of the others is a measure.
func bare(stands []stand) []stand {
	out := slices.Clone(stands)
	for i := range out {
		out[i].offset, out[i].doubt2 = 0, 0
		out[i].moved, out[i].movedChance = out[i].now.log, out[i].now.chance2
	}
	return out
}

// weigh makes courts with other kinds of cases comparable (indirect standardisation): a case
// weighs by how often its kind showed the thing in the baseline of all courts, leaning on the
// rate of all kinds.
func weigh(family []*tally) {
	rates := map[string]share{}
	var all share
	for _, t := range family {
		for kind, s := range t.kinds {
			r := rates[kind]
			for k := range baselineMonths {
				r.seen, r.of = r.seen+float64(s.seen[k]), r.of+float64(s.of[k])
			}
			rates[kind] = r
		}
		c := t.count(baseline)
		all.seen, all.of = all.seen+c.seen, all.of+c.of
	}
	common := (all.seen + 0.5) / (all.of + 1)
	for _, t := range family {
		t.even = [len(t.even)]float64{}
		for kind, s := range t.kinds {
			r := rates[kind]
			weight := (r.seen + lean) / (r.of + lean/common) / common
			for k, n := range s.of {
				t.even[k] += weight * float64(n)
			}
		}
	}
}

// count is the share of a court in a span of months.
func (t *tally) count(s span) (c share) {
	for k := s.from; k < s.to; k++ {
		c.seen, c.of, c.even = c.seen+float64(t.seen[k]), c.of+float64(t.of[k]), c.even+t.even[k]
	}
	return c
}

// against fills the logarithm, leaning on the rate of all courts, and its chance variance.
func (c *share) against(common, phi float64) {
	rate := (c.seen + lean) / (c.even + lean/common)
	c.log = math.Log(rate)
	c.chance2 = phi * math.Max(leastRest, 1-math.Min(1, rate)) / (math.Max(c.seen, c.even*common/2) + lean)
}

// standsOf are the courts that have enough cases in both spans.
func standsOf(family []*tally, before, after span, phi float64) []stand {
	var out []stand
	var past, now share
	for _, t := range family {
		s := stand{t: t, past: t.count(before), now: t.count(after)}
		past.seen, past.even = past.seen+s.past.seen, past.even+s.past.even
		now.seen, now.even = now.seen+s.now.seen, now.even+s.now.even
		if s.past.of >= fewestOf && s.now.of >= fewestOf {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil
	}
	for i := range out {
		out[i].past.against((past.seen+0.5)/(past.even+1), phi)
		out[i].now.against((now.seen+0.5)/(now.even+1), phi)
	}
	offsets(out)
	return out
}

// offsets shrinks the distance of each court from the middle of all by how much courts differ
// beyond chance. A court of another kind (the court above the others, with other limits) says
// nothing of these: spread is robust, and a distance beyond own standard deviations is its own.
func offsets(stands []stand) {
	var logs, far, chance []float64
	for _, s := range stands {
		logs, chance = append(logs, s.past.log), append(chance, s.past.chance2)
	}
	centre := median(logs)
	for _, s := range stands {
		far = append(far, math.Abs(s.past.log-centre)/math.Sqrt(s.past.chance2))
	}
	between2 := beyondChance(far, chance)
	for i := range stands {
		s := &stands[i]
		d := s.past.log - centre
		keep := between2 / (between2 + s.past.chance2)
		if math.Abs(d) > own*math.Sqrt(between2+s.past.chance2) {
			keep = 1
		}
		s.offset, s.doubt2 = keep*d, keep*s.past.chance2
		s.moved, s.movedChance = s.now.log-s.offset, s.now.chance2+s.doubt2
	}
}

// beyondChance is the variance of distances beyond that by chance, from distances in standard
// deviations of chance; 0 unless they are larger than chance makes them by two standard
// deviations, as in a funnel.
func beyondChance(far, chance2 []float64) float64 {
	mad := 1.4826 * median(far)
	if excess := mad * mad; excess > 1+2*math.Sqrt(2/float64(len(far))) {
		return median(chance2) * (excess - 1)
	}
	return 0
}

// norm is what a court is held against.
type norm struct {
	centre  float64 // logarithm of the rate of a court without offset
	doubt2  float64 // variance of centre
	spread2 float64 // variance between courts beyond chance
	free    float64 // degrees of freedom of spread2
}

// level is the middle of the others: their median, so that one far court does not move it.
func level(others []stand) (n norm) {
	var moved, chance []float64
	for _, s := range others {
		moved, chance = append(moved, s.moved), append(chance, s.movedChance)
	}
	n.centre = median(moved)
	n.doubt2 = math.Pi / 2 * median(chance) / float64(len(others))
	return n
}

// residual is how far a court moved from the middle of all, with the chance in it.
type residual struct{ far, chance2 float64 }

func residuals(stands []stand) []residual {
	if len(stands) < fewestPeers {
		return nil
	}
	n := level(stands)
	var out []residual
	for _, s := range stands {
		out = append(out, residual{s.moved - n.centre, s.movedChance})
	}
	return out
}

// learn fills the spread.
func (n *norm) learn(seen []residual) {
	var far, chance []float64
	for _, r := range seen {
		far, chance = append(far, math.Abs(r.far)/math.Sqrt(r.chance2)), append(chance, r.chance2)
	}
	n.free = math.Max(2, float64(len(seen)-1))
	n.spread2 = beyondChance(far, chance)
	n.doubt2 *= 1 + n.spread2/median(chance)
}

// freedom are the degrees of freedom of a variance of which only the spread is estimated
// (Satterthwaite, Biometrics Bulletin 2, 1946).
func (n norm) freedom(whole float64) float64 {
	if n.spread2 == 0 {
		return 200
	}
	return math.Min(200, n.free*(whole/n.spread2)*(whole/n.spread2))
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
		if c := t.count(baseline); c.seen >= 10 && c.seen < c.even {
			lines = append(lines, line{t, c.seen / c.even})
		}
	}
	sum, free := 0.0, -float64(len(lines))
	for k := range baselineMonths {
		var seen, expected float64
		for _, l := range lines {
			seen, expected = seen+float64(l.t.seen[k]), expected+l.t.even[k]*l.rate
		}
		if seen == 0 || expected == 0 {
			continue
		}
		free--
		for _, l := range lines {
			if x := l.t.even[k]; x > 0 {
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
