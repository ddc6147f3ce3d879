package whatif

import (
	"math"

	"zhunsheng/internal/forecast"
)

// Score says how the bands of past months, drawn without knowing them, held.
type Score struct {
	Months int     // court-months compared
	Inside int     // pending inside the 80 % band
	Width  float64 // mean width of the bands as a share of what came
	Naive  float64 // the same of a band that keeps the stock as it is, as wide as it wandered before
	Cost   float64 // mean interval score of the bands as a share of what came, see [Band.cost]
	Idle   float64 // the same of the naive band
}

// Court is one court as of a month: what it learned, what is expected to come in.
type court struct {
	cases []Case
	past  *Record
	model *Model
	in    Intake
}

// learned makes the courts ready that have at least so many cases pending at the end of month at.
func learned(courts [][]Case, from, at Month, months, least int) ([]court, error) {
	var all []Case
	for _, c := range courts {
		all = append(all, c...)
	}
	common, err := Count(all, from, at)
	if err != nil {
		return nil, err
	}
	var out []court
	for _, cases := range courts {
		k := court{cases: cases}
		if k.past, err = Count(cases, from, at); err != nil {
			return nil, err
		}
		if k.past.Pending.Total() < least {
			continue
		}
		if k.model, err = Learn(k.past, common); err != nil {
			return nil, err
		}
		if k.in, err = Expect(k.past, months); err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// BackTest stands at the end of month at, learns from the months since from, plays the following
// months with bands as wide as [Widen] found before, and compares them with what came. Courts with
// fewer than least cases pending are left out. With given, the intake is the one that came, so that
// only the closing behaviour is tested.
func BackTest(courts [][]Case, from, at Month, months, least int, given bool) (Score, error) {
	var s Score
	wide, err := widen(courts, from, at, months, least, given)
	if err != nil {
		return s, err
	}
	ready, err := learned(courts, from, at, months, least)
	if err != nil {
		return s, err
	}
	for _, k := range ready {
		k.model.Wide = wide
		if given {
			k.in = came(k.cases, at, months)
		}
		out, err := k.model.Play(k.in, Change{})
		if err != nil {
			return s, err
		}
		s.compare(&k, out)
	}
	for _, sum := range []*float64{&s.Width, &s.Naive, &s.Cost, &s.Idle} {
		*sum /= max(float64(s.Months), 1)
	}
	return s, nil
}

func (s *Score) compare(k *court, out *Outcome) {
	known := len(k.past.Filed)
	stocks := pendingEnds(k.cases, k.past.From, k.past.To+Month(len(out.Pending)))
	for h, b := range out.Pending {
		came := float64(stocks[known+h])
		s.Months++
		if b.Lo80 <= came && came <= b.Hi80 {
			s.Inside++
		}
		last, reach := float64(stocks[known-1]), z80*wandered(stocks[:known], h+1)
		naive := Band{last, max(0, last-reach), last + reach}
		s.Width += (b.Hi80 - b.Lo80) / max(came, 1)
		s.Naive += 2 * reach / max(came, 1)
		s.Cost += b.cost(came) / max(came, 1)
		s.Idle += naive.cost(came) / max(came, 1)
	}
}

// cost is the interval score of an 80 % band (Gneiting and Raftery 2007, 6.2): its width, and ten
// times the distance to what came when that lies outside. Less is better.
func (b Band) cost(came float64) float64 {
	return b.Hi80 - b.Lo80 + 2/0.2*max(0, b.Lo80-came, came-b.Hi80)
}

// Widen measures by how much bands must be widened, from plays of months that are past by now: it
// stands a quarter, two and so on up to two years before month at, as long as there are nineteen
// months to learn from, and plays so many months, or up to at. Above and below are measured apart:
// courts whose cases grow miss on one side. Each side would have held nine of ten; none is narrowed.
func Widen(courts [][]Case, from, at Month, months, least int) (Width, error) {
	return widen(courts, from, at, months, least, false)
}

func widen(courts [][]Case, from, at Month, months, least int, given bool) (Width, error) {
	var above, below []float64 // misses as shares of how far the band reached
	for back := 3; back <= 24 && int(at-from)-back >= 18; back += 3 {
		ready, err := learned(courts, from, at-Month(back), min(months, back), least)
		if err != nil {
			return Width{}, err
		}
		for _, k := range ready {
			if given {
				k.in = came(k.cases, k.past.To, len(k.in.Mean))
			}
			stocks := pendingEnds(k.cases, from, at)[len(k.past.Filed):]
			for h, b := range k.model.pending(k.in) {
				above = append(above, (float64(stocks[h])-b.Mean)/max(b.Hi80-b.Mean, 0.5))
				below = append(below, (b.Mean-float64(stocks[h]))/max(b.Mean-b.Lo80, 0.5))
			}
		}
	}
	if len(above) == 0 {
		return Width{1, 1}, nil
	}
	return Width{max(1, quantile(above, 0.9)), max(1, quantile(below, 0.9))}, nil
}

// came is the intake of the months after at as it was.
func came(cases []Case, at Month, months int) Intake {
	in := Intake{Mean: make([]float64, months), Half80: make([]float64, months)}
	for _, c := range cases {
		if h := int(MonthOf(c.Filed) - at - 1); !c.Filed.IsZero() && h >= 0 && h < months {
			in.Mean[h]++
		}
	}
	return in
}

// Expect forecasts the intake of the coming months from the past one.
func Expect(past *Record, months int) (Intake, error) {
	s := forecast.Series{ID: "filed", Season: 12, First: int(past.From)%12 + 1, Start: past.From.Period().From}
	for _, n := range past.Filed {
		s.Values = append(s.Values, float64(n))
	}
	f, err := forecast.One(s, forecast.Options{Horizon: months})
	if err != nil {
		return Intake{}, err
	}
	in := Intake{Mean: f.Mean, Half80: make([]float64, months)}
	for h := range in.Half80 {
		in.Half80[h] = (f.Hi80[h] - f.Lo80[h]) / 2
	}
	return in, nil
}

// pendingEnds is the stock at the end of every month.
func pendingEnds(cases []Case, from, to Month) []int {
	out := make([]int, int(to-from)+1)
	for _, c := range cases {
		if c.Filed.IsZero() || !c.Closed.IsZero() && c.Closed < c.Filed {
			continue
		}
		end := to
		if !c.Closed.IsZero() {
			end = min(to, MonthOf(c.Closed)-1)
		}
		for m := max(MonthOf(c.Filed), from); m <= end; m++ {
			out[m-from]++
		}
	}
	return out
}

// wandered is the root mean square of the changes of the stock over so many months.
func wandered(stocks []int, steps int) float64 {
	var s float64
	n := 0
	for t := steps; t < len(stocks); t++ {
		d := float64(stocks[t] - stocks[t-steps])
		s += d * d
		n++
	}
	if n == 0 {
		return 0
	}
	return math.Sqrt(s / float64(n))
}
