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
	cost    func(from, to string) float64
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
			by[g] = &pool{p: p, at: map[int]int{}, cost: cost}
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
	return out
}

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

// relax solves the relaxed problem under the bounds; nil when it has no solution.
func (k *pool) relax(g goal, b bounds) *answer {
	l := k.lay(g, b, len(k.p.Travel) == 0)
	if l.net.send(source, sink, l.want) < l.want {
		return nil
	}
	ways, whole := l.ways()
	if !whole { // somebody would leave for home: only classes told apart know better
		if l = k.lay(g, b, false); l.net.send(source, sink, l.want) < l.want {
			return nil
		}
		ways, _ = l.ways()
	}
	out := &answer{arrive: map[kind]int{}, leave: map[kind]int{}, bounds: b}
	for _, w := range ways {
		c := &k.classes[w.class]
		out.ways = append(out.ways, w)
		out.arrive[k.kindAt(c, w.to)] += w.count
		out.leave[k.kindAt(c, c.home)] += w.count
		out.price = out.price.plus(price{w.count, float64(w.count) * k.cost(k.p.Courts[c.home].ID, k.p.Courts[w.to].ID), 0})
	}
	return out
}

// The first nodes of every network; then come the courts, the gates through which judges leave
// them, the doors through which they come, the kinds that come and go, the classes and the types.
const source, sink = 0, 1

// layout is the network of a relaxed problem. Judges flow from courts that can spare some through
// the gate, which knows the share that may be lent, the kind and the class to the kind they are at
// the other court, and through its door.
type layout struct {
	k         *pool
	g         goal
	b         bounds
	net       *network
	want      int // what must reach the sink
	nodes     int
	came      map[kind]int // nodes
	went      map[kind]int
	class     []int
	types     []typeOf
	uses      []use
	departing []int // by class, its arc to the type
}

// typeOf joins classes of several courts that may go to the same places, where travel costs nothing.
type typeOf struct {
	node    int
	classes []int
}

// use is an arc that stands for judges of a class, or of a type, who come to a court.
type use struct {
	arc, class, typed, to int
}

func (k *pool) lay(g goal, b bounds, joined bool) *layout {
	l := &layout{k: k, g: g, b: b, came: map[kind]int{}, went: map[kind]int{}}
	l.nodes = 2 + 3*len(k.courts)
	for c := range k.classes {
		cl := &k.classes[c]
		for _, d := range cl.dests {
			l.node(l.came, k.kindAt(cl, d))
		}
		l.node(l.went, k.kindAt(cl, cl.home))
		l.class = append(l.class, l.nodes)
		l.nodes++
	}
	if joined {
		l.join()
	}
	l.net = newNetwork(l.nodes)
	for _, i := range k.courts {
		l.court(i)
	}
	for _, kd := range sortedKinds(l.came) {
		l.atLeast(l.came[kd], l.door(kd.court), max(b.arrive[kd], k.certain(kd)))
	}
	for _, kd := range sortedKinds(l.went) {
		most, bound := b.leave[kd]
		if !bound {
			most = math.MaxInt32
		}
		l.net.arc(l.gate(kd.court), l.went[kd], most, price{})
	}
	l.people()
	return l
}

func (l *layout) node(of map[kind]int, kd kind) {
	if of[kd] == 0 {
		of[kd] = l.nodes
		l.nodes++
	}
}

func (l *layout) at(i int) int   { return 2 + l.k.at[i] }
func (l *layout) gate(i int) int { return 2 + len(l.k.courts) + l.k.at[i] }
func (l *layout) door(i int) int { return 2 + 2*len(l.k.courts) + l.k.at[i] }

// atLeast is an arc with a lower bound.
func (l *layout) atLeast(from, to, least int) {
	l.net.arc(from, to, math.MaxInt32, price{})
	l.net.arc(from, sink, least, price{})
	l.net.arc(source, to, least, price{})
	l.want += least
}

// court is what a court can spare or lacks, and how many may leave it.
func (l *layout) court(i int) {
	c := &l.k.p.Courts[i]
	lacks := l.k.heads(i, l.g) - c.Judges
	l.net.arc(source, l.at(i), max(0, -lacks), price{})
	l.net.arc(l.at(i), sink, max(0, lacks), price{})
	l.want += max(0, lacks)
	l.net.arc(l.at(i), l.gate(i), c.MayLeave(), price{})
	come := 0
	if have := rounded(l.k.have[l.k.at[i]]); l.k.part && c.Load > 0 && !l.g.holds(c.Load, have) {
		come = max(1, int(math.Ceil((c.Load/l.g.level-have)/l.k.p.LoanShare()-1e-9)))
	}
	l.atLeast(l.door(i), l.at(i), come)
}

// join finds the types.
func (l *layout) join() {
	known := map[string]int{}
	for c := range l.k.classes {
		cl := &l.k.classes[c]
		places := append(slices.Clone(cl.dests), cl.home)
		slices.Sort(places)
		if len(cl.dests) == 0 {
			places = nil
		}
		key := fmt.Sprint(cl.judge.Lines, cl.judge.Languages, cl.time, places)
		n, seen := known[key]
		if !seen {
			n = len(l.types)
			known[key] = n
			l.types = append(l.types, typeOf{node: l.nodes})
			l.nodes++
		}
		l.types[n].classes = append(l.types[n].classes, c)
	}
}

// people are the arcs of the classes, or of the types where there are any.
func (l *layout) people() {
	l.departing = make([]int, len(l.k.classes))
	for c := range l.k.classes {
		cl := &l.k.classes[c]
		l.net.arc(l.went[l.k.kindAt(cl, cl.home)], l.class[c], len(cl.ids), price{})
		for _, d := range cl.dests {
			if len(l.types) > 0 {
				break
			}
			p := price{1, l.k.cost(l.k.p.Courts[cl.home].ID, l.k.p.Courts[d].ID), l.shy(cl)}
			l.uses = append(l.uses, use{l.net.arc(l.class[c], l.came[l.k.kindAt(cl, d)], len(cl.ids), p), c, -1, d})
		}
	}
	for n, t := range l.types {
		places := map[int]bool{}
		for _, c := range t.classes {
			cl := &l.k.classes[c]
			l.departing[c] = l.net.arc(l.class[c], t.node, len(cl.ids), price{1, 0, l.shy(cl)})
			for _, d := range cl.dests {
				if !places[d] {
					places[d] = true
					l.uses = append(l.uses, use{l.net.arc(t.node, l.came[l.k.kindAt(cl, d)], math.MaxInt32, price{}), t.classes[0], n, d})
				}
			}
		}
	}
}

// shy is the third part of a move's price: judges whom their own court needs go last.
func (l *layout) shy(c *class) int {
	if l.k.kindAt(c, c.home).meets != 0 {
		return 1
	}
	return 0
}

// ways reads who goes where from the flow. It is not whole when judges of a joined type could only
// be sent where they come from.
func (l *layout) ways() (out []way, whole bool) {
	whole = true
	leaving := make([]int, len(l.k.classes))
	for c := range leaving {
		if len(l.types) > 0 {
			leaving[c] = l.net.carried(l.departing[c])
		}
	}
	for _, u := range l.uses {
		count := l.net.carried(u.arc)
		if u.typed < 0 {
			if count > 0 {
				out = append(out, way{u.class, u.to, count})
			}
			continue
		}
		for _, c := range l.types[u.typed].classes {
			if n := min(count, leaving[c]); n > 0 && l.k.classes[c].home != u.to {
				out = append(out, way{c, u.to, n})
				leaving[c], count = leaving[c]-n, count-n
			}
		}
		whole = whole && count == 0
	}
	return out, whole
}

func sortedKinds(m map[kind]int) []kind {
	out := make([]kind, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b kind) int { return m[a] - m[b] })
	return out
}

// certain is how many of a kind must arrive whatever else happens: what a need lacks that only
// this kind meets.
func (k *pool) certain(kd kind) int {
	least := 0
	needs := k.needs[k.at[kd.court]]
	for n := range needs {
		if kd.meets != 1<<n || len(needs) > 1 || k.part {
			continue
		}
		least = max(least, needs[n].AtLeast-k.present(kd.court, n))
	}
	return least
}

// present is how many judges in post meet a need of a court.
func (k *pool) present(court, need int) (n int) {
	for c := range k.classes {
		if cl := &k.classes[c]; cl.home == court && k.needs[k.at[court]][need].Met(&cl.judge) {
			n += len(cl.ids)
		}
	}
	return n
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
	push := func(b bounds) {
		if key := b.key(); !seen[key] {
			seen[key] = true
			if a := k.relax(g, b); a != nil {
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
