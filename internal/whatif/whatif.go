// Package whatif plays the coming months of a court through: pending cases, how old they are,
// how many are closed and how many of them in time, with and without a change such as judges
// lent, a campaign on old cases, or more cases filed. How fast cases close is learned from the
// court's own past, month by month and age by age; chance is played many times with a fixed seed,
// so that the same question always has the same answer. It knows no clock and opens nothing.
//
// The model is a discrete-time hazard: in each month a case of age a (in months since the month of
// filing) closes with probability h(a), moved up and down for all ages of a court together by the
// season and by an effort that wanders and may jump with the new year, both learned from how the
// closings of past months departed from what the ages alone would give.
package whatif

import (
	"math"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Ages is the number of months of age told apart; older cases behave like the oldest.
const Ages = 72

// Case is all that is learned from one case. Zero Closed: still pending; zero Due: no limit known.
type Case struct {
	Filed, Closed, Due civil.Date
}

// Month counts months from year 0: 12 × year + month − 1.
type Month int

// MonthOf is the month that a day lies in.
func MonthOf(d civil.Date) Month {
	y, m, _ := d.YMD()
	return Month(12*y + m - 1)
}

// Period is the first to the last day of the month.
func (m Month) Period() civil.Period { return civil.Month(int(m)/12, int(m)%12+1) }

// Stock is the number of pending cases by age in months; the last holds all older ones.
type Stock [Ages + 1]int

// Total is the number of cases.
func (s *Stock) Total() int { return s.Over(0) }

// Over is the number of cases of at least so many months of age.
func (s *Stock) Over(months int) (n int) {
	for _, k := range s[min(months, Ages):] {
		n += k
	}
	return n
}

// older moves every case up by a month.
func (s *Stock) older() {
	s[Ages] += s[Ages-1]
	copy(s[1:Ages], s[:Ages-1])
	s[0] = 0
}

// Record is the past of one court, counted by month and age.
type Record struct {
	From, To Month // complete months learned from
	Filed    []int // by month
	Closed   [][Ages + 1]int
	AtRisk   [][Ages + 1]int // pending at the month's beginning, or filed in it
	inTime   [Ages + 1]int   // closed on or before the due day, by age at closing
	withDue  [Ages + 1]int
	Pending  Stock // at the end of To
}

// Count reads the past of one court from month from to month to, both complete.
// Cases filed before are followed from then on.
func Count(cases []Case, from, to Month) (*Record, error) {
	if to < from {
		return nil, fault.Invalidf("the past ends before it begins")
	}
	n := int(to-from) + 1
	r := &Record{From: from, To: to, Filed: make([]int, n), Closed: make([][Ages + 1]int, n), AtRisk: make([][Ages + 1]int, n)}
	for _, c := range cases {
		if !c.Filed.IsZero() && (c.Closed.IsZero() || c.Closed >= c.Filed) {
			r.add(c)
		}
	}
	return r, nil
}

func (r *Record) add(c Case) {
	filed := MonthOf(c.Filed)
	if filed > r.To {
		return
	}
	if filed >= r.From {
		r.Filed[filed-r.From]++
	}
	end, closed := r.To, false
	if !c.Closed.IsZero() && MonthOf(c.Closed) <= r.To {
		end, closed = MonthOf(c.Closed), true
	}
	for m := max(filed, r.From); m <= end; m++ {
		r.AtRisk[m-r.From][age(filed, m)]++
	}
	switch {
	case !closed:
		r.Pending[age(filed, r.To)]++
	case end >= r.From:
		a := age(filed, end)
		r.Closed[end-r.From][a]++
		if !c.Due.IsZero() {
			r.withDue[a]++
			if c.Closed <= c.Due {
				r.inTime[a]++
			}
		}
	}
}

func age(filed, at Month) int { return min(int(at-filed), Ages) }

// Model is what was learned about a court.
type Model struct {
	hazard [Ages + 1]float64
	open   [Ages + 1]float64 // log of the share that stays open in a month
	inTime [Ages + 1]float64 // share closed in time by age; NaN where the limits are not known
	season [12]float64       // of the log of the effort
	habits []habit           // how the effort may wander, likelier and less likely
	start  Stock
	last   Month

	Wide Width // bands are widened by this much, see [Widen]
}

// Width is how many times as far a band reaches above and below its mean; below 1: as it is.
type Width struct{ Up, Down float64 }

// pull is the weight, in cases, of the hazards of all courts together on those of one.
const pull = 40

// Learn learns from the past of one court; all is the past of the courts together (it may be the
// court's own), which steadies ages that the court has few cases of. At least twelve months.
func Learn(own, all *Record) (*Model, error) {
	n := len(own.Filed)
	if n < 12 {
		return nil, fault.Invalidf("过去月份不足：需要至少 12 个完整月份，现有 %d 个 / at least 12 complete months are needed, there are %d", n, n)
	}
	m := &Model{start: own.Pending, last: own.To}
	common := hazards(all, nil)
	m.hazard = hazards(own, &common)
	for a, h := range m.hazard {
		m.open[a] = math.Log1p(-min(h, 1-1e-9))
	}
	m.shares(own, all)
	m.effort(own)
	return m, nil
}

// hazards are the shares of cases at risk that close within the month, by age; ages without cases
// take over from the age before.
func hazards(r *Record, common *[Ages + 1]float64) (h [Ages + 1]float64) {
	for a := range h {
		var d, n float64
		for m := range r.Closed {
			d, n = d+float64(r.Closed[m][a]), n+float64(r.AtRisk[m][a])
		}
		switch {
		case common != nil:
			h[a] = (d + pull*common[a]) / (n + pull)
		case a == 0:
			h[a] = d / max(n, 1)
		default: // a little of the age before, so that a rare age is not taken at its word
			h[a] = (d + 5*h[a-1]) / (n + 5)
		}
	}
	return h
}

func (m *Model) shares(own, all *Record) {
	for a := range m.inTime {
		n, k := float64(all.withDue[a]), float64(all.inTime[a])
		if n == 0 {
			m.inTime[a] = math.NaN()
			continue
		}
		m.inTime[a] = (float64(own.inTime[a]) + pull*k/n) / (float64(own.withDue[a]) + pull)
	}
}

// effort learns how the closings of a month depart from what the ages give: season, and how the
// rest wanders.
func (m *Model) effort(r *Record) {
	n := len(r.Closed)
	closed, expected := make([]float64, n), make([]float64, n)
	logs, noise := make([]float64, n), make([]float64, n)
	for t := range r.Closed {
		for a := range m.hazard {
			expected[t] += m.hazard[a] * float64(r.AtRisk[t][a])
			closed[t] += float64(r.Closed[t][a])
		}
		logs[t] = math.Log((closed[t] + 0.5) / (expected[t] + 0.5))
		noise[t] = 1 / (expected[t] + 0.5)
	}
	if n >= 24 {
		m.learnSeason(logs, noise, r.From)
	}
	for t := range expected {
		expected[t] *= math.Exp(m.season[(int(r.From)+t)%12])
	}
	m.habits = habits(closed, expected, r.From)
}

// learnSeason takes the mean departure of each month of the year, drawn towards none by how far
// the months of one name lie apart.
func (m *Model) learnSeason(logs, noise []float64, from Month) {
	var sum, count [12]float64
	overall, spread := mean(logs), 0.0
	for t, l := range logs {
		k := (int(from) + t) % 12
		sum[k] += l - overall
		count[k]++
		spread += (l - overall) * (l - overall)
	}
	spread /= float64(len(logs))
	var between float64
	for k := range sum {
		between += sum[k] / count[k] * (sum[k] / count[k]) / 12
	}
	per := float64(len(logs)) / 12
	signal := max(0, between-(spread-between)/per)
	for k := range sum {
		m.season[k] = sum[k] / count[k] * signal / (signal + max(spread-between, mean(noise))/per + 1e-9)
	}
}

func mean(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += v
	}
	return s / float64(max(len(x), 1))
}
