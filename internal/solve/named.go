package solve

import (
	"container/heap"
	"fmt"
	"math"
	"slices"
	"strings"

	"zhunsheng/internal/staffing"
)

// class is a set of judges who are the same to the problem: same court, lines, languages, time
// and places they may go to.
type class struct {
	home  int
	ids   []string // in the order of the problem; empty strings where judges have no name
	judge staffing.Judge
	time  float64
	dests []int
}

// kind tells judges apart by what a court's own needs ask of them: which of them they meet, and
// how much time they have.
type kind struct {
	court int
	meets uint8 // one bit for each need of the court
	time  float64
}

// pool is a set of courts that exchange judges with one another only.
type pool struct {
	p       *staffing.Problem
	courts  []int
	classes []class
	needs   [][]staffing.Need // by position in courts
	at      map[int]int       // position of a court of the problem in courts
	part    bool              // somebody works part of the time
	have    []float64         // time in post, by position
	travel  [][]float64       // from one position to another
	crowds  [2]*crowd         // see [pool.crowd]
}

// pools splits a problem and sorts its judges into classes.
func pools(p *staffing.Problem) []*pool {
	s := solver{p: p}
	by := map[string]*pool{}
	var out []*pool
	court, cost := map[string]int{}, p.Costs()
	for i := range p.Courts {
		g := s.group(i)
		if by[g] == nil {
			by[g] = &pool{p: p, at: map[int]int{}}
			out = append(out, by[g])
		}
		by[g].at[i] = len(by[g].courts)
		by[g].courts = append(by[g].courts, i)
		by[g].needs = append(by[g].needs, nil)
		by[g].have = append(by[g].have, 0)
		court[p.Courts[i].ID] = i
	}
	for _, n := range p.Needs {
		k := by[s.group(court[n.Court])]
		k.needs[k.at[court[n.Court]]] = append(k.needs[k.at[court[n.Court]]], n)
	}
	known := map[string]int{}
	for _, j := range everybody(p) {
		home := court[j.Court]
		k := by[s.group(home)]
		key := fmt.Sprint(j.Court, j.Lines, j.Languages, j.Time(), j.MayGo == nil, j.MayGo, j.Avoid, j.Stays, refused(p, j.ID))
		n, seen := known[key]
		if !seen {
			n = len(k.classes)
			known[key] = n
			k.classes = append(k.classes, class{home: home, judge: j, time: j.Time(), dests: k.dests(&j, home)})
		}
		k.classes[n].ids = append(k.classes[n].ids, j.ID)
		k.part = k.part || j.Time() < 1
		k.have[k.at[home]] += j.Time()
	}
	for _, k := range out {
		k.travel = k.ways(cost)
	}
	return out
}

// ways looks up once what travel costs between the courts of a pool.
func (k *pool) ways(cost func(from, to string) float64) [][]float64 {
	out := make([][]float64, len(k.courts))
	for x, i := range k.courts {
		out[x] = make([]float64, len(k.courts))
		for y, j := range k.courts {
			if x != y {
				out[x][y] = cost(k.p.Courts[i].ID, k.p.Courts[j].ID)
			}
		}
	}
	return out
}

// cost is the travel of a judge of a class to a court.
func (k *pool) cost(c *class, to int) float64 { return k.travel[k.at[c.home]][k.at[to]] }

// everybody lists the judges; those without names are made up from the numbers.
func everybody(p *staffing.Problem) []staffing.Judge {
	if len(p.Judges) > 0 {
		return p.Judges
	}
	var out []staffing.Judge
	for _, c := range p.Courts {
		for range c.Judges {
			out = append(out, staffing.Judge{Court: c.ID})
		}
	}
	return out
}

func refused(p *staffing.Problem, judge string) bool {
	return judge != "" && slices.ContainsFunc(p.Limits.Refused, func(r staffing.Refusal) bool { return r.Judge == judge })
}

func (k *pool) dests(j *staffing.Judge, home int) (out []int) {
	for _, i := range k.courts {
		if k.p.MayMove(j, &k.p.Courts[i], &k.p.Courts[home]) {
			out = append(out, i)
		}
	}
	return out
}

// kindAt is what the judges of a class are to a court.
func (k *pool) kindAt(c *class, court int) kind {
	out := kind{court: court, time: c.time}
	for n := range k.needs[k.at[court]] {
		if k.needs[k.at[court]][n].Met(&c.judge) {
			out.meets |= 1 << n
		}
	}
	return out
}

// bounds are the branchings of the search: at least so many of a kind arrive, at most so many leave.
type bounds struct {
	arrive, leave map[kind]int
}

func (b bounds) with(arrive bool, k kind, n int) bounds {
	out := bounds{map[kind]int{}, map[kind]int{}}
	for a, x := range b.arrive {
		out.arrive[a] = x
	}
	for a, x := range b.leave {
		out.leave[a] = x
	}
	if arrive {
		out.arrive[k] = n
	} else {
		out.leave[k] = n
	}
	return out
}

func (b bounds) key() string { return fmt.Sprint(b.arrive, "|", b.leave) }

// way is a number of judges of a class sent to a court.
type way struct{ class, to, count int }

// answer is a solution of the relaxed problem: a flow, whole-numbered by itself, that knows
// minima, shares and the judges wanted, but not yet all needs and part-time work.
type answer struct {
	ways   []way
	arrive map[kind]int
	leave  map[kind]int
	price  price
	bounds bounds
}

// goal is the level asked for: every court's load at most (or below) it.
type goal struct {
	level float64
	below bool
}

func (g goal) holds(load, time float64) bool {
	if load == 0 || math.IsInf(g.level, 1) {
		return load == 0 || time > 0
	}
	q := load / time
	return time > 0 && (q < g.level*(1-dust) || q <= g.level*(1+dust) && !g.below)
}

// dust is the relative difference below which loads are equal: shares of time do not add up to the
// last bit.
const dust = 1e-12

// heads is how many judges a court needs at least: exact where all work full time.
func (k *pool) heads(i int, g goal) int {
	c := &k.p.Courts[i]
	if k.part || c.Load == 0 || math.IsInf(g.level, 1) {
		return c.Need()
	}
	return max(c.Need(), fewest(k.p, c, g.level, g.below))
}

// violated finds a rule that the flow does not keep: the kinds of whom more must come or fewer go.
func (k *pool) violated(g goal, a *answer) (short func(kind) bool, broken bool) {
	for x, i := range k.courts {
		for n, need := range k.needs[x] {
			have := k.present(i, n)
			for kd, count := range a.arrive {
				if kd.court == i && kd.meets&(1<<n) != 0 {
					have += count
				}
			}
			for kd, count := range a.leave {
				if kd.court == i && kd.meets&(1<<n) != 0 {
					have -= count
				}
			}
			if have < need.AtLeast {
				return func(kd kind) bool { return kd.court == i && kd.meets&(1<<n) != 0 }, true
			}
		}
		if c := &k.p.Courts[i]; k.part && c.Load > 0 && !g.holds(c.Load, k.time(x, a)) {
			return func(kd kind) bool { return kd.court == i }, true
		}
	}
	return nil, false
}

// time is what the judges of a court have on average over the period.
func (k *pool) time(x int, a *answer) float64 {
	time := 0.0
	for kd, count := range a.arrive {
		if kd.court == k.courts[x] {
			time += kd.time * float64(count)
		}
	}
	for kd, count := range a.leave {
		if kd.court == k.courts[x] {
			time -= kd.time * float64(count)
		}
	}
	return rounded(k.have[x]) + k.p.LoanShare()*rounded(time) // as Present computes it
}

// rounded takes the dust off sums of shares, so that equal sums compare equal.
func rounded(time float64) float64 { return math.Round(time*1e9) / 1e9 }

// budget bounds the nodes of the search of one pool. Beyond it nothing is proven.
const budget = 20_000

// best finds the cheapest moves that reach the goal, by branch and bound over flows: a rule that
// the cheapest flow breaks can only be mended by one more arriving of some kind or one fewer
// leaving. certain is false when the search was given up.
func (k *pool) best(g goal) (found *answer, certain bool) {
	open := &cheapest{}
	seen := map[string]bool{}
	flows := &relaxed{k: k, g: g}
	push := func(b bounds) {
		if key := b.key(); !seen[key] {
			seen[key] = true
			if a := flows.relax(b); a != nil {
				heap.Push(open, a)
			}
		}
	}
	push(bounds{})
	for open.Len() > 0 {
		a := heap.Pop(open).(*answer)
		short, broken := k.violated(g, a)
		if !broken {
			return a, true
		}
		if len(seen) > budget {
			return nil, false
		}
		for _, kd := range k.comers(short) {
			push(a.bounds.with(true, kd, a.arrive[kd]+1))
		}
		for kd, n := range a.leave {
			if short(kd) {
				push(a.bounds.with(false, kd, n-1))
			}
		}
	}
	return nil, true
}

// comers lists the kinds that may arrive and satisfy a condition.
func (k *pool) comers(is func(kind) bool) (out []kind) {
	for c := range k.classes {
		for _, d := range k.classes[c].dests {
			if kd := k.kindAt(&k.classes[c], d); is(kd) && !slices.Contains(out, kd) {
				out = append(out, kd)
			}
		}
	}
	return out
}

// cheapest is a heap of answers by price; of equal ones the one with fewer branchings left first.
type cheapest []*answer

func (q cheapest) Len() int { return len(q) }
func (q cheapest) Less(i, j int) bool {
	if q[i].price != q[j].price {
		return q[i].price.before(q[j].price)
	}
	return len(q[i].bounds.arrive)+len(q[i].bounds.leave) > len(q[j].bounds.arrive)+len(q[j].bounds.leave)
}
func (q cheapest) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *cheapest) Push(x any)   { *q = append(*q, x.(*answer)) }
func (q *cheapest) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// reason says why a judge is sent: what the court lacked before.
func reason(c *staffing.Court, load float64, needs []string) string {
	zh, en := fmt.Sprintf("调整前人均 %.1f 件", load), fmt.Sprintf("%.1f cases a judge before", load)
	if c.Judges == 0 {
		zh, en = "调整前无法官", "no judge before"
	}
	if len(needs) > 0 {
		zh, en = zh+"，需要"+strings.Join(needs, "、"), en+", needs "+strings.Join(needs, ", ")
	}
	return zh + " / " + en
}
