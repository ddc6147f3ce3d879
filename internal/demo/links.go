package demo

import (
	"slices"
	"sort"

	"zhunsheng/internal/civil"
)

// linker gives every case that follows another its basis: an appeal the judgment it attacks,
// an enforcement the judgment it performs, and so on. It looks only at cases that were closed
// (or filed) in the right span of days before, and uses each of them once.
type linker struct {
	s     stream
	pools map[string]*pool
}

// pool holds the cases that one kind of follower may follow, by the day that counts.
type pool struct {
	list []*matter
	day  func(*matter) civil.Date
	used map[*matter]bool
}

func newPool(all []*matter, day func(*matter) civil.Date, ok func(*matter) bool) *pool {
	p := &pool{day: day, used: map[*matter]bool{}}
	for _, m := range all {
		if !day(m).IsZero() && ok(m) {
			p.list = append(p.list, m)
		}
	}
	slices.SortStableFunc(p.list, func(a, b *matter) int { return int(day(a) - day(b)) })
	return p
}

// take picks an unused case whose day lies from … to and that passes ok, nil if there is none.
func (p *pool) take(s stream, from, to civil.Date, ok func(*matter) bool) *matter {
	lo := sort.Search(len(p.list), func(i int) bool { return p.day(p.list[i]) >= from })
	hi := sort.Search(len(p.list), func(i int) bool { return p.day(p.list[i]) > to })
	if lo >= hi {
		return nil
	}
	for try, at := 0, lo+s.IntN(hi-lo); try < hi-lo; try++ {
		m := p.list[lo+(at-lo+try)%(hi-lo)]
		if !p.used[m] && (ok == nil || ok(m)) {
			p.used[m] = true
			return m
		}
	}
	return nil
}

func closedOn(m *matter) civil.Date { return m.ClosedOn }
func filedOn(m *matter) civil.Date  { return m.FiledOn }

// link walks the cases in the order of filing; ways of closing must be drawn already.
func link(seed uint64, all []*matter) {
	l := linker{s: newStream(seed, "links"), pools: map[string]*pool{}}
	judged := func(code string) func(*matter) bool {
		return func(m *matter) bool {
			return m.TypeCode == code && m.court > 0 && (m.ClosingWay == "judgment" || code == "行初" && m.ClosingWay == "dismissed")
		}
	}
	l.pools["民终"] = newPool(all, closedOn, judged("民初"))
	l.pools["刑终"] = newPool(all, closedOn, judged("刑初"))
	l.pools["行终"] = newPool(all, closedOn, judged("行初"))
	l.pools["民辖终"] = newPool(all, filedOn, func(m *matter) bool {
		return m.TypeCode == "民初" && m.court > 0 && m.Procedure == "ordinary"
	})
	l.pools["民申"], l.pools["刑申"] = l.pools["民终"], l.pools["刑终"]
	l.pools["民再"] = newPool(all, closedOn, func(m *matter) bool {
		return m.TypeCode == "民申" && m.ClosingWay == "application_dismissed"
	})
	for c := range courtCount {
		l.enforcementPools(all, c)
	}
	l.pools["执复"] = newPool(all, closedOn, func(m *matter) bool {
		return m.TypeCode == "执异" && m.court > 0 && m.ClosingWay != "withdrawn"
	})
	for _, m := range all {
		l.follow(m)
	}
}

func (l linker) enforcementPools(all []*matter, c int) {
	l.pools[place("执", c)] = newPool(all, closedOn, func(m *matter) bool {
		return m.court == c && m.TypeCode == "民初" && (m.ClosingWay == "judgment" || m.ClosingWay == "mediation")
	})
	l.pools[place("执恢", c)] = newPool(all, closedOn, func(m *matter) bool {
		return m.court == c && m.TypeCode == "执" && m.ClosingWay == "terminated_for_now"
	})
	l.pools[place("执异", c)] = newPool(all, filedOn, func(m *matter) bool { return m.court == c && m.TypeCode == "执" })
}

func place(code string, court int) string { return code + string(rune('0'+court)) }

// follow finds the basis of one case and writes the traces it leaves on it.
func (l linker) follow(m *matter) {
	f := m.FiledOn
	switch m.TypeCode {
	case "民终", "行终":
		l.appeal(m, l.pools[m.TypeCode].take(l.s, f-130, f-30, fresh))
	case "刑终":
		l.appeal(m, l.pools["刑终"].take(l.s, f-75, f-16, fresh))
	case "民辖终":
		l.join(m, l.pools["民辖终"].take(l.s, f-50, f-12, func(b *matter) bool { return b.open(f) }))
	case "民申", "刑申":
		b := l.pools[m.TypeCode].take(l.s, f-400, f-70, fresh)
		if l.join(m, b) {
			b.RetrialAppliedOn = f.AddDays(-l.s.between(1, 9))
		}
	case "民再":
		l.retry(m)
	case "执":
		if l.s.chance(0.72) {
			b := l.pools[place("执", m.court)].take(l.s, f-420, f-32, fresh)
			if l.join(m, b) {
				b.EnforcementAppliedOn = lastWorking(f.AddDays(-l.s.between(0, 7)))
			}
		}
		if m.basis == nil {
			m.Relation = ""
		}
	case "执恢":
		l.near(m, l.pools[place("执恢", m.court)], f-900, f-30)
	case "执异":
		l.near(m, l.pools[place("执异", m.court)], f-200, f-12)
	case "执复":
		l.near(m, l.pools["执复"], f-45, f-6)
	}
}

// near joins a case to one of the span, or to any earlier one where the span has none left.
func (l linker) near(m *matter, p *pool, from, to civil.Date) {
	if !l.join(m, p.take(l.s, from, to, nil)) {
		l.join(m, p.take(l.s, opened, m.FiledOn-1, nil))
	}
}

// fresh is true of a case that nothing has followed yet.
func fresh(m *matter) bool {
	return m.AppealedOn.IsZero() && m.RetrialAppliedOn.IsZero() && m.EnforcementAppliedOn.IsZero()
}

// join makes b the basis of m and reports whether there is one.
func (l linker) join(m, b *matter) bool {
	if b == nil {
		return false
	}
	m.basis, m.Relation = b, m.kind.relation
	if m.Cause == "" || m.TypeCode != "民辖终" {
		m.Cause = b.Cause
	}
	return true
}

// appeal links a second-instance case and writes appeal, transfer and outcome on the first.
func (l linker) appeal(m, b *matter) {
	if !l.join(m, b) {
		return
	}
	f := m.FiledOn
	b.TransferredOn = lastWorking(f.AddDays(-l.s.between(0, 4)))
	latest := min(b.ClosedOn.AddDays(l.s.between(6, 19)), b.TransferredOn.AddDays(-3))
	b.AppealedOn = max(b.ClosedOn.AddDays(1), lastWorking(latest))
	if m.ClosedOn.IsZero() {
		return
	}
	b.AppealClosedOn, b.AppealResult = m.ClosedOn, outcome(m.ClosingWay)
}

// outcome is the result of an appeal or a retrial as the case below records it.
func outcome(closing string) string {
	switch closing {
	case "upheld", "reversed", "remanded", "withdrawn":
		return closing
	case "deemed_withdrawn":
		return "withdrawn"
	}
	return "other"
}

// retry turns the review before it into one that ordered the retrial.
func (l linker) retry(m *matter) {
	f := m.FiledOn
	review := l.pools["民再"].take(l.s, f-45, f-2, func(r *matter) bool { return r.basis != nil })
	if review == nil {
		review = l.pools["民再"].take(l.s, f-240, f-2, func(r *matter) bool { return r.basis != nil })
	}
	if review == nil {
		return
	}
	review.ClosingWay = "retrial_ordered"
	b := review.basis
	l.join(m, b)
	b.RetrialOrderedOn = review.ClosedOn
	if !m.ClosedOn.IsZero() {
		b.RetrialClosedOn, b.RetrialResult = m.ClosedOn, outcome(m.ClosingWay)
	}
}

// writeLinks copies the numbers of the bases once all cases have theirs.
func writeLinks(all []*matter) {
	for _, m := range all {
		if m.basis != nil {
			m.RelatedNo = m.basis.CaseNo
		}
		if m.linkMissing {
			m.RelatedNo = ""
		}
		if m.RelatedNo == "" {
			m.Relation = ""
		}
	}
}
