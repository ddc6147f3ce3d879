package demo

import (
	"math"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// drawWays gives every case its cause and every closed case its way of closing.
func drawWays(seed uint64, all []*matter) {
	s := newStream(seed, "ways")
	for _, m := range all {
		m.Cause = drawCause(s, m.kind, m.court)
		if m.court == surgeCourt && m.TypeCode == "民初" && surge.Contains(m.FiledOn) && s.chance(0.5) {
			m.Cause = bankLoan
		}
		weights := make([]int, len(m.kind.ways))
		for i, w := range m.kind.ways {
			weights[i] = w.weight
		}
		way := m.kind.ways[s.pick(weights)].code
		if !m.ClosedOn.IsZero() {
			m.ClosingWay = way
		}
		m.ForeignRelated = docket.No
		if m.Line == "civil" && s.chance(0.003) {
			m.ForeignRelated = docket.Yes
		}
	}
}

// end is the day on which the case closes, or would close beyond the horizon.
func (m *matter) end() civil.Date {
	if m.ClosedOn.IsZero() {
		return m.natural
	}
	return m.ClosedOn
}

// planLimits lets most cases that outlast their base limit do so by the book: extended, or
// with days left out for an appraisal or a suspension. A few simply run over.
func planLimits(seed uint64, all []*matter) {
	s := newStream(seed, "limits")
	for _, m := range all {
		l := m.kind.limitOn(m.FiledOn)
		if l.none() || m.foreign() {
			continue
		}
		base, end := l.due(m.FiledOn, 0, 0), m.end()
		over := end.Sub(base)
		switch {
		case over <= 0:
			m.appraise(s, end)
		case s.chance(0.55):
			// over the limit
		case m.kind.extend > 0 && over < m.kind.extend*29 && s.chance(0.5):
			m.extend(s, base)
		default:
			m.leaveOut(s, base, over)
		}
	}
}

// foreign reports whether the law sets no limit because the case is foreign-related
// (民诉法 287): ordinary procedure and appeals; summary procedure keeps its limit.
func (m *matter) foreign() bool {
	return m.ForeignRelated == docket.Yes && (m.Procedure == "ordinary" || m.Procedure == "second_instance")
}

// appraise gives some civil and administrative cases an appraisal that ended in time.
func (m *matter) appraise(s stream, end civil.Date) {
	long := m.Procedure == "ordinary" && (m.Line == "civil" || m.Line == "administrative")
	length := end.Sub(m.FiledOn)
	if !long || length < 55 || !s.chance(0.10) {
		return
	}
	from := nextWorking(m.FiledOn.AddDays(s.between(10, 25)))
	to := lastWorking(from.AddDays(s.between(12, length-30)))
	if to > from && to < end {
		m.steps = append(m.steps, step{kind: "appraisal", from: from, to: to})
	}
}

func (m *matter) extend(s stream, base civil.Date) {
	on := lastWorking(base.AddDays(-s.between(5, 14)))
	if on > m.FiledOn {
		m.steps = append(m.steps, step{kind: "extended", from: on, months: m.kind.extend})
	}
}

// leaveOut puts an interval into the case long enough to bring the due date to its end: a
// short one is an appraisal, a long one a suspension.
func (m *matter) leaveOut(s stream, base civil.Date, over int) {
	room := base.Sub(m.FiledOn) - 4
	if room < 3 {
		return
	}
	slack := s.between(1, min(20, room-1))
	from := m.FiledOn.AddDays(s.between(3, room-slack))
	kind := "appraisal"
	if over+slack > 100 || m.Line == "criminal" || m.Line == "enforcement" || s.chance(0.3) {
		kind = "suspended"
	}
	m.steps = append(m.steps, step{kind: kind, from: from, to: from.AddDays(over + slack)})
}

// drawDays fills in hearing, effect, publication, petitions and suggestions.
func drawDays(seed uint64, all []*matter) {
	s := newStream(seed, "days")
	for _, m := range all {
		length := m.end().Sub(m.FiledOn)
		if s.chance(m.kind.heard) && length >= 3 {
			m.HeardOn = min(nextWorking(m.FiledOn.AddDays(int(float64(length)*(0.3+0.5*s.Float64())))), m.end())
		}
		if m.ClosedOn.IsZero() {
			continue
		}
		m.EffectiveOn = m.effective(s)
		m.publish(s)
		if s.chance(0.006) {
			m.PetitionOn = nextWorking(m.ClosedOn.AddDays(s.between(6, 150)))
		}
		if m.Instance == "first" && s.chance(0.006) {
			m.SuggestionSentOn = nextWorking(m.ClosedOn.AddDays(s.between(0, 12)))
			if s.chance(0.86) {
				m.SuggestionAnsweredOn = nextWorking(m.SuggestionSentOn.AddDays(s.between(18, 70)))
			}
		}
	}
}

// effective is the day a ruling took effect: at once where there is no appeal, with the
// appeal's closing where there was one, else when the time to appeal has run out.
func (m *matter) effective(s stream) civil.Date {
	switch {
	case m.Line == "enforcement" || m.ClosingWay == "transferred" || m.ClosingWay == "joined" || m.ClosingWay == "remanded":
		return 0
	case m.Instance != "first" || m.ClosingWay != "judgment" && m.ClosingWay != "dismissed":
		return m.ClosedOn
	case !m.AppealedOn.IsZero():
		if m.AppealResult == "remanded" {
			return 0
		}
		return m.AppealClosedOn
	case m.Line == "criminal":
		return m.ClosedOn.AddDays(s.between(11, 14))
	case m.ClosingWay == "dismissed":
		return m.ClosedOn.AddDays(s.between(11, 16))
	}
	return m.ClosedOn.AddDays(s.between(16, 24))
}

// publish puts most judgments, and few other documents, on the public site.
func (m *matter) publish(s stream) {
	share := 0.05
	if m.ClosingWay == "judgment" || m.ClosingWay == "upheld" || m.ClosingWay == "reversed" {
		share = 0.72
	}
	if m.Line == "enforcement" || m.EffectiveOn.IsZero() || !s.chance(share) {
		return
	}
	m.PublishedOn = nextWorking(m.EffectiveOn.AddDays(s.between(1, 8)))
}

// appealHigher lets parties appeal a part of the intermediate court's own first-instance
// judgments to the high court, whose cases are not in the ledger.
func appealHigher(seed uint64, all []*matter) {
	s := newStream(seed, "higher")
	for _, m := range all {
		if m.court != 0 || m.Instance != "first" || m.ClosingWay != "judgment" || !s.chance(0.24) {
			continue
		}
		m.AppealedOn = nextWorking(m.ClosedOn.AddDays(s.between(6, 15)))
		m.TransferredOn = nextWorking(m.AppealedOn.AddDays(s.between(12, 40)))
		m.AppealClosedOn = nextWorking(m.TransferredOn.AddDays(s.between(40, 130)))
		m.AppealResult = []string{"upheld", "reversed", "remanded", "withdrawn"}[s.pick([]int{80, 8, 2, 10})]
	}
}

// drawMoney sets claims and what was recovered, heavy-tailed as claims are: few cases hold
// most of the money.
func drawMoney(seed uint64, all []*matter) {
	s := newStream(seed, "money")
	for _, m := range all {
		if m.TypeCode != "执" && m.TypeCode != "执恢" {
			continue
		}
		yuan := min(math.Round(s.lognormal(36000, 1.7)), 3e8)
		m.Claimed = docket.Money{Cents: int64(max(yuan, 300)) * 100, Known: true}
		if m.ClosedOn.IsZero() {
			continue
		}
		part := 0.0
		switch m.ClosingWay {
		case "completed":
			part = 1
		case "terminated_for_now":
			part = max(0, s.Float64()*0.8-0.45)
		case "ended":
			part = s.Float64()
		}
		m.Recovered = docket.Money{Cents: int64(float64(m.Claimed.Cents/100)*part) * 100, Known: true}
	}
}

// assign gives every case its division, judge and clerk, and another judge when the first
// one leaves before it is closed.
func assign(seed uint64, all []*matter, us []unit, d desk) {
	s := newStream(seed, "assign")
	var byCourt [courtCount][]unit
	for _, u := range us {
		byCourt[u.court] = append(byCourt[u.court], u)
	}
	for _, m := range all {
		p := m.seatIn(s, byCourt[m.court], d, m.FiledOn)
		m.Division, m.Judge, m.Clerk = p.Division, p.Judge, d.clerkOf(p.Division, p.Judge)
		if p.To.IsZero() || m.end() <= p.To {
			continue
		}
		m.firstDivision, m.firstJudge, m.firstClerk = m.Division, m.Judge, m.Clerk
		m.reassigned = nextWorking(p.To + 1)
		p, ok := d.draw(s, m.Division, m.reassigned)
		if !ok {
			p = m.seatIn(s, byCourt[m.court], d, m.reassigned)
		}
		m.Division, m.Judge, m.Clerk = p.Division, p.Judge, d.clerkOf(p.Division, p.Judge)
	}
}

// seatIn draws a division that may handle the case and a judge in post there; a court where
// every such division is empty on the day gives it to any judge it has.
func (m *matter) seatIn(s stream, mine []unit, d desk, day civil.Date) docket.Posting {
	weights := make([]int, len(mine))
	sum := 0
	for i, u := range mine {
		for _, r := range route(m.kind) {
			if r.code == u.work && m.takes(u) {
				weights[i] = r.weight * u.share
				sum += weights[i]
			}
		}
	}
	for try := 0; try < 5 && sum > 0; try++ {
		if p, ok := d.draw(s, mine[s.pick(weights)].ID, day); ok {
			return p
		}
	}
	for i := range mine {
		if p, ok := d.draw(s, mine[len(mine)-1-i].ID, day); ok {
			return p
		}
	}
	return docket.Posting{Division: mine[0].ID}
}

// takes reports whether a division hears the line of the case; divisions without a line hear all.
func (m *matter) takes(u unit) bool { return u.Line == "" || u.Line == m.Line }
