package whatif

import (
	"math"
	"math/rand/v2"
	"slices"

	"zhunsheng/internal/fault"
)

// Intake is the number of cases filed in each coming month: the forecast's mean and the half
// width of its 80 % interval.
type Intake struct {
	Mean   []float64
	Half80 []float64
}

// Change is what is done differently; the zero value changes nothing.
type Change struct {
	Intake   float64   // share by which more cases (or fewer, below 0) are filed: 0.1 is +10 %
	Judges   []float64 // by month: judges at work over those of the past, 1 is no change; shorter: the last one stays
	Campaign *Campaign
}

// Campaign brings the cases of at least Age months down to Target by month By (1 is the first),
// evenly, and keeps them there. Displaced is the share of this work that is taken from younger
// cases: 1 when nobody is added.
type Campaign struct {
	Age       int
	Target    int
	By        int
	Displaced float64
}

// Band is a figure with its uncertainty: eight of ten outcomes lie between Lo80 and Hi80.
type Band struct{ Mean, Lo80, Hi80 float64 }

// Outcome is what comes of it, by month.
type Outcome struct {
	First   Month
	Filed   []Band
	Closed  []Band
	Pending []Band
	Over12  []Band
	Over18  []Band
	InTime  []Band // share closed in time of the cases with a limit closed since the first month; NaN where there are none
	Rate    []Band // closed ÷ (pending at the beginning + filed), since the first month
}

// Rounds is how often chance is played; more change the bands by less than a percent.
const Rounds = 400

// seed makes every answer repeatable.
const seed = 20240630

// Play plays the coming months through. The same model, intake and change always give the same
// outcome, and two changes meet the same chances, so that their difference is the change's.
func (m *Model) Play(in Intake, c Change) (*Outcome, error) {
	if err := c.check(in); err != nil {
		return nil, err
	}
	runs := m.runs(in, c)
	out := &Outcome{First: m.last + 1}
	for h := range in.Mean {
		at := func(of func(*run) float64) Band { return band(runs, of).widened(m.Wide) }
		out.Filed = append(out.Filed, at(func(r *run) float64 { return r.filed[h] }))
		out.Closed = append(out.Closed, at(func(r *run) float64 { return r.closed[h] }))
		out.Pending = append(out.Pending, at(func(r *run) float64 { return r.pending[h] }))
		out.Over12 = append(out.Over12, at(func(r *run) float64 { return r.over12[h] }))
		out.Over18 = append(out.Over18, at(func(r *run) float64 { return r.over18[h] }))
		out.InTime = append(out.InTime, at(func(r *run) float64 { return r.inTime[h] }))
		out.Rate = append(out.Rate, at(func(r *run) float64 { return r.rate[h] }))
	}
	return out, nil
}

// pending are the bands of the stock alone, not widened, when nothing is changed.
func (m *Model) pending(in Intake) (out []Band) {
	runs := m.runs(in, Change{})
	for h := range in.Mean {
		out = append(out, band(runs, func(r *run) float64 { return r.pending[h] }))
	}
	return out
}

func (m *Model) runs(in Intake, c Change) []run {
	out := make([]run, Rounds)
	for i := range out {
		out[i] = m.run(in, c, newDice(uint64(i)))
	}
	return out
}

func (c *Change) check(in Intake) error {
	switch {
	case len(in.Mean) == 0 || len(in.Mean) != len(in.Half80):
		return fault.Invalidf("收案预测为空或长短不一 / the intake is empty or its parts differ in length")
	case len(in.Mean) > 60:
		return fault.Invalidf("最多推演 60 个月 / at most 60 months can be played")
	case c.Intake < -1 || c.Intake > 5:
		return fault.Invalidf("收案变化须在 -100%% 到 +500%% 之间 / intake may change by -100%% to +500%%")
	}
	for _, j := range c.Judges {
		if !(j >= 0 && j <= 10) {
			return fault.Invalidf("法官人数比须在 0 到 10 之间 / the ratio of judges must lie between 0 and 10")
		}
	}
	if k := c.Campaign; k != nil && (k.By < 1 || k.Target < 0 || k.Age < 0 || k.Displaced < 0 || k.Displaced > 1) {
		return fault.Invalidf("清理行动：月份从 1 起，目标、月龄不为负，占用比例 0 到 1 / campaign: months count from 1, target and age are not negative, displaced is 0 to 1")
	}
	return nil
}

// run is one play.
type run struct {
	filed, closed, pending, over12, over18, inTime, rate []float64
}

func newRun(months int) run {
	of := func() []float64 { return make([]float64, 0, months) }
	return run{of(), of(), of(), of(), of(), of(), of()}
}

// dice are the chances of one play. Filing and effort are drawn in the same order whatever the
// change; single cases, whose number depends on it, have a source of their own.
type dice struct {
	world, cases *rand.Rand
	filing       float64 // shared by all months
}

func newDice(i uint64) dice {
	d := dice{world: rand.New(rand.NewPCG(seed, i)), cases: rand.New(rand.NewPCG(seed+1, i))}
	d.filing = d.world.NormFloat64()
	return d
}

func (m *Model) run(in Intake, c Change, d dice) run {
	habit := m.habit(d.world.Float64())
	effort := habit.level + math.Sqrt(habit.variance)*d.world.NormFloat64()
	stock := m.start
	accepted := float64(stock.Total())
	start := stock.Over(campaignAge(c))
	out := newRun(len(in.Mean))
	var closed, limited, inTime float64
	for h := range in.Mean {
		stock.older()
		filed := d.filed(in, h, c.Intake)
		stock[0] = filed
		accepted += float64(filed)
		month := (int(m.last) + 1 + h) % 12
		effort = habit.stays*effort + habit.lasting*d.world.NormFloat64()
		if month == 0 {
			effort += habit.yearly * d.world.NormFloat64()
		}
		strength := math.Exp(m.season[month]+effort+habit.passing*d.world.NormFloat64()) * at(c.Judges, h)
		done := m.close(&stock, strength, d.cases)
		done = c.clear(&stock, done, start, h)
		for a, k := range done {
			closed += float64(k)
			if !math.IsNaN(m.inTime[a]) {
				limited += float64(k)
				inTime += float64(k) * m.inTime[a]
			}
		}
		out.filed = append(out.filed, float64(filed))
		out.closed = append(out.closed, float64(done.Total()))
		out.pending = append(out.pending, float64(stock.Total()))
		out.over12 = append(out.over12, float64(stock.Over(12)))
		out.over18 = append(out.over18, float64(stock.Over(18)))
		out.inTime = append(out.inTime, inTime/limited)
		out.rate = append(out.rate, closed/accepted)
	}
	return out
}

func campaignAge(c Change) int {
	if c.Campaign == nil {
		return Ages
	}
	return c.Campaign.Age
}

func at(x []float64, h int) float64 {
	if len(x) == 0 {
		return 1
	}
	return x[min(h, len(x)-1)]
}

// z80 is the half width of an 80 % interval in standard deviations.
const z80 = 1.2815515655446004

// filed draws the cases of a month. Half of the variance of a forecast's error is shared by all
// months: when a year turns out busier, all of it does.
func (d *dice) filed(in Intake, h int, change float64) int {
	z := math.Sqrt(0.5)*d.filing + math.Sqrt(0.5)*d.world.NormFloat64()
	return int(math.Round(max(0, (in.Mean[h]+z*in.Half80[h]/z80)*(1+change))))
}

// close draws which cases close in a month.
func (m *Model) close(stock *Stock, strength float64, r *rand.Rand) (done Stock) {
	for a, n := range stock {
		if n > 0 {
			done[a] = binomial(r, n, 1-math.Exp(strength*m.open[a]))
			stock[a] -= done[a]
		}
	}
	return done
}

// clear does what a campaign adds to a month: old cases closed beyond those that closed anyway,
// and the younger ones that wait for it.
func (c *Change) clear(stock *Stock, done Stock, start, h int) Stock {
	k := c.Campaign
	if k == nil {
		return done
	}
	goal := k.Target
	if h+1 < k.By {
		goal = start - (start-k.Target)*(h+1)/k.By
	}
	extra := max(0, stock.Over(k.Age)-max(goal, 0))
	for a, left := Ages, extra; a >= min(k.Age, Ages) && left > 0; a-- {
		n := min(stock[a], left)
		stock[a], done[a], left = stock[a]-n, done[a]+n, left-n
	}
	for a, left := 0, int(math.Round(float64(extra)*k.Displaced)); a < min(k.Age, Ages) && left > 0; a++ {
		n := min(done[a], left)
		stock[a], done[a], left = stock[a]+n, done[a]-n, left-n
	}
	return done
}

// binomial draws how many of n happen with probability p; large numbers by the normal curve.
func binomial(r *rand.Rand, n int, p float64) int {
	switch {
	case n <= 0 || p <= 0:
		return 0
	case p >= 1:
		return n
	case float64(n)*min(p, 1-p) > 12:
		x := float64(n)*p + math.Sqrt(float64(n)*p*(1-p))*r.NormFloat64()
		return min(n, max(0, int(math.Round(x))))
	}
	k := 0
	for range n {
		if r.Float64() < p {
			k++
		}
	}
	return k
}

func band(runs []run, of func(*run) float64) Band {
	x := make([]float64, len(runs))
	for i := range runs {
		x[i] = of(&runs[i])
	}
	return Band{mean(x), quantile(x, 0.1), quantile(x, 0.9)}
}

func (b Band) widened(by Width) Band {
	lo, hi := b.Lo80, b.Hi80
	if by.Down > 1 {
		lo = max(0, b.Mean-by.Down*(b.Mean-lo))
	}
	if by.Up > 1 {
		hi = b.Mean + by.Up*(hi-b.Mean)
	}
	return Band{b.Mean, lo, hi}
}

// quantile is the value below which a share lies, by linear interpolation.
func quantile(x []float64, share float64) float64 {
	s := slices.Sorted(slices.Values(x))
	at := share * float64(len(s)-1)
	low := int(at)
	high := min(low+1, len(s)-1)
	return s[low] + (at-float64(low))*(s[high]-s[low])
}
