package demo

import (
	"fmt"
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// Posts of the roster.
const (
	quotaJudge = "quota_judge"
	assistant  = "assistant"
	clerk      = "clerk"
)

// seat is a posting that still runs while the roster is being built.
type seat struct {
	id, name string
	unit     int // index into the units
	post     string
	from     civil.Date
}

// staffing builds the roster year by year. Every change of a year keeps the mean daily number
// of judges of a court at the planned whole number: people change places on the same day,
// leavers are followed the next day, and where a seat stays empty from May to August a second
// newcomer makes up for the missing days exactly.
type staffing struct {
	s       stream
	units   []unit
	names   map[string]bool
	people  int
	seats   []seat
	ended   []docket.Posting
	horizon int
}

// newRoster returns all postings up to the end of the horizon year, in order of court,
// division and person.
func newRoster(seed uint64, units []unit, horizon int) []docket.Posting {
	st := &staffing{s: newStream(seed, "roster"), units: units, names: map[string]bool{}, horizon: horizon}
	st.open()
	for year := firstYear + 1; year <= horizon; year++ {
		st.newYear(year)
		st.swapDivisions(year)
		st.vacancy(year)
		st.retire(year)
		st.swapCourts(year)
		st.refill(year)
	}
	return st.postings()
}

// open fills all seats as they were when the case system opened.
func (st *staffing) open() {
	for c := range courtCount {
		mine := st.unitsOf(c)
		judges := spread(plans[firstYear].judges[c], st.shares(mine))
		for i, u := range mine {
			start := func() civil.Date { return civil.NewDate(st.s.between(2014, 2018), st.s.between(1, 12), 1) }
			for range judges[i] {
				st.join(u, quotaJudge, start())
			}
			for range max(judges[i], 1) {
				st.join(u, assistant, start())
			}
			for range max(judges[i]*4/5, 1) {
				st.join(u, clerk, start())
			}
		}
	}
}

func (st *staffing) unitsOf(court int) (out []int) {
	for i, u := range st.units {
		if u.court == court {
			out = append(out, i)
		}
	}
	return out
}

func (st *staffing) shares(units []int) (out []int) {
	for _, u := range units {
		out = append(out, st.units[u].share)
	}
	return out
}

func (st *staffing) join(unit int, post string, from civil.Date) {
	st.people++
	st.seats = append(st.seats, seat{
		id: fmt.Sprintf("R%04d", st.people), name: drawName(st.s, st.names), unit: unit, post: post, from: from,
	})
}

// leave ends a seat; last is its last day.
func (st *staffing) leave(at int, last civil.Date) {
	x := st.seats[at]
	u := st.units[x.unit]
	st.ended = append(st.ended, docket.Posting{
		Judge: x.id, Name: x.name, Court: u.Court, Division: u.ID, Post: x.post, From: x.from, To: last,
	})
	st.seats = slices.Delete(st.seats, at, at+1)
}

// move ends the seat the day before day and gives the same person another one.
func (st *staffing) move(at, unit int, post string, day civil.Date) {
	x := st.seats[at]
	st.leave(at, day-1)
	st.seats = append(st.seats, seat{id: x.id, name: x.name, unit: unit, post: post, from: day})
}

// appoint puts a judge into the unit: an assistant of the unit is promoted and replaced, or
// somebody comes from outside.
func (st *staffing) appoint(unit int, day civil.Date) {
	for at, x := range st.seats {
		if x.unit == unit && x.post == assistant {
			st.move(at, unit, quotaJudge, day)
			st.join(unit, assistant, day)
			return
		}
	}
	st.join(unit, quotaJudge, day)
}

// judges lists the seats of the judges of a court, in order of joining.
func (st *staffing) judges(court int) (out []int) {
	for at, x := range st.seats {
		if x.post == quotaJudge && st.units[x.unit].court == court {
			out = append(out, at)
		}
	}
	return out
}

// largest returns a seat of a judge in the division of the court with the most judges.
func (st *staffing) largest(court int) int {
	count := map[int]int{}
	best := -1
	for _, at := range st.judges(court) {
		u := st.seats[at].unit
		count[u]++
		if best < 0 || count[u] > count[st.seats[best].unit] {
			best = at
		}
	}
	return best
}

// newYear appoints the judges that the plan of the year has more than are in post.
func (st *staffing) newYear(year int) {
	for c := range courtCount {
		mine := st.unitsOf(c)
		for want := planFor(year).judges[c]; len(st.judges(c)) < want; {
			st.appoint(mine[st.s.pick(st.shares(mine))], civil.NewDate(year, 1, 1))
		}
	}
}

// swapDivisions lets two judges of every court but the smallest change places on one day.
func (st *staffing) swapDivisions(year int) {
	for c := range courtCount - 1 {
		day := civil.NewDate(year, 3, st.s.between(1, 28))
		a, b := one(st.s, st.judges(c)), one(st.s, st.judges(c))
		st.exchange(a, b, day)
	}
}

// swapCourts lets two judges of neighbouring courts change places on 1 July.
func (st *staffing) swapCourts(year int) {
	for c := 1 + year%2; c+1 < courtCount; c += 2 {
		st.exchange(one(st.s, st.judges(c)), one(st.s, st.judges(c+1)), civil.NewDate(year, 7, 1))
	}
}

func (st *staffing) exchange(a, b int, day civil.Date) {
	ua, ub := st.seats[a].unit, st.seats[b].unit
	if ua == ub {
		return
	}
	idB := st.seats[b].id
	st.move(a, ub, quotaJudge, day)
	b = slices.IndexFunc(st.seats, func(x seat) bool { return x.id == idB })
	st.move(b, ua, quotaJudge, day)
}

// vacant reports the courts in which a seat stays empty from May to August: those that have
// one judge more at the beginning of the next year. 2022 and 2023 have 365 days: the leaver
// serves 120, the successor of 1 September 122 and the newcomer of 31 August 123 of them.
func (st *staffing) vacant(court, year int) bool {
	return (year == 2022 || year == 2023) && planFor(year + 1).judges[court] > planFor(year).judges[court]
}

func (st *staffing) vacancy(year int) {
	for c := range courtCount {
		if st.vacant(c, year) {
			st.leave(st.largest(c), civil.NewDate(year, 4, 30))
		}
	}
}

func (st *staffing) refill(year int) {
	for c := range courtCount {
		if st.vacant(c, year) {
			u := st.seats[st.largest(c)].unit
			st.appoint(u, civil.NewDate(year, 8, 31))
			st.appoint(u, civil.NewDate(year, 9, 1))
		}
	}
}

// retire lets one judge of every larger court go in June and be followed the next day.
func (st *staffing) retire(year int) {
	for c := range courtCount {
		if planFor(year).judges[c] < 20 {
			continue
		}
		at := st.judges(c)[0]
		u, last := st.seats[at].unit, civil.NewDate(year, 6, st.s.between(1, 28))
		st.leave(at, last)
		st.appoint(u, last+1)
	}
}

// postings closes the book and sorts it.
func (st *staffing) postings() []docket.Posting {
	for len(st.seats) > 0 {
		st.leave(0, 0)
	}
	place := map[string]int{}
	for i, u := range st.units {
		place[u.ID] = i
	}
	slices.SortFunc(st.ended, func(a, b docket.Posting) int {
		if d := place[a.Division] - place[b.Division]; d != 0 {
			return d
		}
		if a.Judge != b.Judge {
			if a.Judge < b.Judge {
				return -1
			}
			return 1
		}
		return int(a.From) - int(b.From)
	})
	return st.ended
}

// until shows a roster as it is known on a day: later postings are absent, later endings open.
func until(list []docket.Posting, day civil.Date) []docket.Posting {
	var out []docket.Posting
	for _, p := range list {
		if p.From > day {
			continue
		}
		if p.To > day {
			p.To = 0
		}
		out = append(out, p)
	}
	return out
}

// desk finds who may handle a case: the judges and clerks of a division on a day.
type desk struct {
	judges, clerks map[string][]docket.Posting
}

func newDesk(roster []docket.Posting) desk {
	d := desk{map[string][]docket.Posting{}, map[string][]docket.Posting{}}
	for _, p := range roster {
		switch p.Post {
		case quotaJudge:
			d.judges[p.Division] = append(d.judges[p.Division], p)
		case clerk:
			d.clerks[p.Division] = append(d.clerks[p.Division], p)
		}
	}
	return d
}

// draw picks a judge in post on the day; ok is false when the division has none. No division
// of the demo has more than 64 judges.
func (d desk) draw(s stream, division string, day civil.Date) (p docket.Posting, ok bool) {
	var at [64]int
	n := 0
	for i, x := range d.judges[division] {
		if x.From <= day && (x.To.IsZero() || day <= x.To) && n < len(at) {
			at[n], n = i, n+1
		}
	}
	if n == 0 {
		return docket.Posting{}, false
	}
	return d.judges[division][one(s, at[:n])], true
}

// clerkOf pairs a judge with one clerk of the division, always the same.
func (d desk) clerkOf(division, judge string) string {
	list := d.clerks[division]
	n := 0
	for _, r := range judge {
		n += int(r)
	}
	return list[n%len(list)].Judge
}
