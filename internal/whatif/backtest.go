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
	s.Width /= max(float64(s.Months), 1)
	s.Naive /= max(float64(s.Months), 1)
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
		s.Width += (b.Hi80 - b.Lo80) / max(came, 1)
		s.Naive += 2 * z80 * wandered(stocks[:known], h+1) / max(came, 1)
	}
}

// Widen measures by how much bands must be widened, from plays of months that are past by now: it
// stands half a year, a year and more before month at, as long as there are twelve months to learn
// from, and finds the factor that would have held eight of ten. It never narrows.
func Widen(courts [][]Case, from, at Month, months, least int) (float64, error) {
	return widen(courts, from, at, months, least, false)
}

func widen(courts [][]Case, from, at Month, months, least int, given bool) (float64, error) {
	var misses []float64
	for back := 6; back <= 24; back += 6 {
		origin := at - Month(back)
		if origin-from < 18 {
			break
		}
		ready, err := learned(courts, from, origin, min(months, back), least)
		if err != nil {
			return 0, err
		}
		for _, k := range ready {
			if given {
				k.in = came(k.cases, origin, min(months, back))
			}
			out, err := k.model.Play(k.in, Change{})
			if err != nil {
				return 0, err
			}
			stocks := pendingEnds(k.cases, from, at)[len(k.past.Filed):]
			for h, b := range out.Pending {
				side := b.Hi80 - b.Mean
				if came := float64(stocks[h]); came < b.Mean {
					side = b.Mean - b.Lo80
				}
				misses = append(misses, math.Abs(float64(stocks[h])-b.Mean)/max(side, 0.5))
			}
		}
	}
	if len(misses) == 0 {
		return 1, nil
	}
	return max(1, quantile(misses, 0.8)), nil
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
