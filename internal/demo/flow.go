package demo

import (
	"fmt"
	"math"
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// flowYears makes all cases of all courts with their filing and closing dates, so that every
// court closes exactly the planned number in every year and keeps exactly the planned number
// over twelve months.
func flowYears(seed uint64, list []docket.Court, horizon int) []*matter {
	var all []*matter
	var stock [courtCount][classCount][]*matter
	for year := firstYear; year <= horizon; year++ {
		var opening [courtCount][classCount]int
		for c := range courtCount {
			for k := range classCount {
				opening[c][k] = len(stock[c][k])
			}
		}
		for c, row := range targets(year, opening) {
			for k, t := range row {
				s := newStream(seed, fmt.Sprintf("flow/%s/%d/%d", list[c].Code, k, year))
				fresh := file(s, list[c], c, class(k), year, t.filed)
				stock[c][k] = settle(s, stock[c][k], fresh, year, t)
				all = append(all, fresh...)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *matter) int {
		if a.FiledOn != b.FiledOn {
			return int(a.FiledOn - b.FiledOn)
		}
		return a.court - b.court
	})
	return all
}

// file makes n new cases of a court, class and year.
func file(s stream, court docket.Court, at int, cl class, year, n int) []*matter {
	var of []*kind
	var weights []int
	for i := range kinds {
		if k := &kinds[i]; k.class == cl && k.weight(at, year) > 0 {
			w := k.weight(at, year)
			if year == firstYear && k.since > 0 {
				w /= 3
			}
			of, weights = append(of, k), append(weights, w)
		}
	}
	out := make([]*matter, 0, n)
	for i, count := range spread(n, weights) {
		k := of[i]
		days := newDayTable(max(civil.NewDate(year, 1, 1), opened, k.since), planFor(year).slope, surgeOf(at, k))
		for range count {
			m := &matter{court: at, kind: k}
			m.Court, m.TypeCode, m.Line, m.Instance, m.Procedure = court.Code, k.code, k.line, k.instance, k.procedure
			m.FiledOn = days.draw(s)
			m.LimitStartOn, m.entered = m.FiledOn, m.FiledOn
			m.unit = s.lognormal(k.median, k.sigma)
			out = append(out, m)
		}
	}
	return out
}

// opened is the day the case system began.
var opened = civil.NewDate(2019, 7, 1)

// surge is the abnormal intake of court A: batches of loan suits from August to November 2023.
var surge = civil.Period{From: civil.NewDate(2023, 8, 1), To: civil.NewDate(2023, 11, 30)}

const surgeCourt = 1

// surgeOf returns the factor by which the filings of a kind swell on a day.
func surgeOf(court int, k *kind) func(civil.Date) float64 {
	early := func(d civil.Date) float64 {
		if d >= civil.NewDate(2020, 2, 3) && d <= civil.NewDate(2020, 3, 13) {
			return 0.5 // the first weeks of the epidemic
		}
		return 1
	}
	if court != surgeCourt || k.code != "民初" {
		return early
	}
	return func(d civil.Date) float64 {
		if surge.Contains(d) {
			return 1.7
		}
		return early(d)
	}
}

// closing is when the case would close with its duration fitted by scale.
func (m *matter) closing(scale float64) civil.Date {
	days := m.unit
	if !m.kind.fixed {
		days *= scale
	}
	return nextWorking(m.FiledOn.AddDays(max(1, int(math.Round(days)))))
}

// settle decides which cases of a year close in it, and when. It returns the pending ones.
func settle(s stream, opening, fresh []*matter, year int, t target) []*matter {
	end := civil.NewDate(year, 12, 31)
	scale := fit(fresh, end, t.pending-t.old)
	for _, m := range fresh {
		m.natural = m.closing(scale)
	}
	old := latest(opening, t.old, func(m *matter) bool { return m.FiledOn < civil.NewDate(year-1, 12, 31) })
	young := latest(fresh, t.pending-t.old, func(*matter) bool { return true })
	pending := map[*matter]bool{}
	for _, m := range append(slices.Clone(old), young...) {
		pending[m] = true
	}
	for _, m := range slices.Concat(opening, fresh) {
		if !pending[m] {
			m.ClosedOn = m.within(s, end)
			m.closeKnown = m.ClosedOn
		}
	}
	for _, m := range old {
		m.natural = end.AddDays(s.between(25, 280))
	}
	for _, m := range young {
		if m.natural <= end {
			m.natural = end.AddDays(s.between(3, 25))
		}
	}
	return slices.Concat(old, young)
}

// within is the natural closing day, or one in the last weeks of the year when the case has
// to close before its time: the year-end effort that every court knows.
func (m *matter) within(s stream, end civil.Date) civil.Date {
	if d := nextWorking(m.natural); d <= end {
		return d
	}
	first := max(m.FiledOn.AddDays(1), end.AddDays(-75))
	if first > end {
		return lastWorking(end)
	}
	return max(m.FiledOn, lastWorking(end.AddDays(-s.between(0, end.Sub(first)))))
}

// fit finds the factor for durations that leaves slightly more cases open at the end of the
// year than planned; the rest is closed in the last weeks.
func fit(fresh []*matter, end civil.Date, pending int) float64 {
	lo, hi := 0.2, 2.5
	for range 18 {
		mid := (lo + hi) / 2
		n := 0
		for _, m := range fresh {
			if m.closing(mid) > end {
				n++
			}
		}
		if n < pending*106/100 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// latest picks the n cases that pass ok and would close last.
func latest(list []*matter, n int, ok func(*matter) bool) []*matter {
	var can []*matter
	for _, m := range list {
		if ok(m) {
			can = append(can, m)
		}
	}
	slices.SortStableFunc(can, func(a, b *matter) int { return int(b.natural - a.natural) })
	return can[:n]
}

// key is the identity of a case in the ledger: the columns of the mapping's key, joined.
func key(court, caseNo string) string { return court + "|" + caseNo }

// number gives every case its number: gap-free from 1 for each court, type code and year, in
// the order of registration.
func number(all []*matter) {
	next := map[string]int{}
	for _, m := range all {
		year := m.FiledOn.Year()
		if m.numberYear != 0 {
			year = m.numberYear
		}
		series := fmt.Sprintf("（%d）%s%s", year, m.Court, m.TypeCode)
		next[series]++
		m.CaseNo = fmt.Sprintf("%s%d号", series, next[series])
		m.Key = key(m.Court, m.CaseNo)
	}
}
