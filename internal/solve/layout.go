package solve

import (
	"fmt"
	"math"
	"slices"
)

// relaxed holds the networks of a pool between one relaxed problem and the next: with judges of
// several courts joined, where that can be, and told apart.
type relaxed struct {
	k              *pool
	g              goal
	joined, single *layout
}

// relax solves the relaxed problem under the bounds; nil when it has no solution.
func (r *relaxed) relax(b bounds) *answer {
	k := r.k
	if len(k.p.Travel) == 0 {
		if r.joined == nil {
			r.joined = k.lay(r.g, true)
		}
		if ways, whole, found := r.joined.solve(b); !found {
			return nil
		} else if whole {
			return k.answered(ways, b)
		} // otherwise somebody would leave for home: only classes told apart know better
	}
	if r.single == nil {
		r.single = k.lay(r.g, false)
	}
	ways, _, found := r.single.solve(b)
	if !found {
		return nil
	}
	return k.answered(ways, b)
}

// answered counts who comes and goes.
func (k *pool) answered(ways []way, b bounds) *answer {
	out := &answer{arrive: map[kind]int{}, leave: map[kind]int{}, bounds: b}
	for _, w := range ways {
		c := &k.classes[w.class]
		out.ways = append(out.ways, w)
		out.arrive[k.kindAt(c, w.to)] += w.count
		out.leave[k.kindAt(c, c.home)] += w.count
		out.price = out.price.plus(price{moves: int32(w.count), travel: float64(w.count) * k.cost(c, w.to)})
	}
	return out
}

// The first nodes of every network; then come the courts, the gates through which judges leave
// them, the doors through which they come, the kinds that come and go, the classes and the types.
const source, sink = 0, 1

// crowd is who there is, as nodes of a network; it is the same for every goal.
type crowd struct {
	nodes   int
	came    map[kind]int
	went    map[kind]int
	certain map[kind]int // how many of a kind must come whatever else happens
	class   []int
	comes   []int // by class and court it may go to, the node of its kind there
	types   []typeOf
}

// typeOf joins classes of several courts that may go to the same places, where travel costs nothing.
type typeOf struct {
	node    int
	classes []int
	dests   []int
	comes   []int // by court, the node of the kind there
}

// crowd makes the nodes of a pool once, with classes joined to types or told apart.
func (k *pool) crowd(joined bool) *crowd {
	kept := &k.crowds[0]
	if joined {
		kept = &k.crowds[1]
	}
	if *kept != nil {
		return *kept
	}
	w := &crowd{nodes: 2 + 3*len(k.courts), came: map[kind]int{}, went: map[kind]int{}, certain: map[kind]int{}}
	for c := range k.classes {
		cl := &k.classes[c]
		for _, d := range cl.dests {
			w.comes = append(w.comes, w.node(w.came, k.kindAt(cl, d)))
		}
		w.node(w.went, k.kindAt(cl, cl.home))
		w.class = append(w.class, w.nodes)
		w.nodes++
	}
	for kd := range w.came {
		w.certain[kd] = k.certain(kd)
	}
	if joined {
		w.join(k)
		w.comes = nil
	}
	*kept = w
	return w
}

func (w *crowd) node(of map[kind]int, kd kind) int {
	n := of[kd]
	if n == 0 {
		n = w.nodes
		of[kd] = n
		w.nodes++
	}
	return n
}

// join finds the types.
func (w *crowd) join(k *pool) {
	known, comes := map[string]int{}, w.comes
	for c := range k.classes {
		cl := &k.classes[c]
		places := append(slices.Clone(cl.dests), cl.home)
		slices.Sort(places)
		if len(cl.dests) == 0 {
			places = nil
		}
		key := fmt.Sprint(cl.judge.Lines, cl.judge.Languages, cl.time, places)
		n, seen := known[key]
		if !seen {
			n = len(w.types)
			known[key] = n
			w.types = append(w.types, typeOf{node: w.nodes})
			w.nodes++
		}
		t := &w.types[n]
		t.classes = append(t.classes, c)
		for x, d := range cl.dests {
			if !slices.Contains(t.dests, d) {
				t.dests, t.comes = append(t.dests, d), append(t.comes, comes[x])
			}
		}
		comes = comes[len(cl.dests):]
	}
}

// layout is the network of a relaxed problem. Judges flow from courts that can spare some through
// the gate, which knows the share that may be lent, the kind and the class to the kind they are at
// the other court, and through its door.
type layout struct {
	k         *pool
	g         goal
	crowd     *crowd
	net       *network
	want      int // what must reach the sink, without bounds
	uses      []use
	departing []int          // by class, its arc to the type
	arrivals  map[kind]least // by kind, what must come
	leaving   map[kind]int   // by kind, the arc through which it goes
}

// least is a lower bound: what it is and the arcs that demand it.
type least struct{ count, out, in int }

// use is an arc that stands for judges of a class, or of a type, who come to a court.
type use struct {
	arc, class, typed, to int
}

func (k *pool) lay(g goal, joined bool) *layout {
	w := k.crowd(joined)
	l := &layout{k: k, g: g, crowd: w, arrivals: map[kind]least{}, leaving: map[kind]int{}}
	l.net = newNetwork(w.nodes, len(w.comes)+3*(len(w.came)+2*len(k.courts))+len(w.went)+2*len(k.classes))
	for _, i := range k.courts {
		l.court(i)
	}
	for _, kd := range sortedKinds(w.came) {
		l.arrivals[kd] = l.atLeast(w.came[kd], l.door(kd.court), w.certain[kd])
	}
	for _, kd := range sortedKinds(w.went) {
		l.leaving[kd] = l.net.arc(l.gate(kd.court), w.went[kd], math.MaxInt32, price{})
	}
	if joined {
		l.groups()
	} else {
		l.people()
	}
	return l
}

// solve finds the cheapest flow under the bounds and reads from it who goes where.
func (l *layout) solve(b bounds) (ways []way, whole, found bool) {
	l.net.empty()
	want := l.want
	for kd, n := range b.arrive {
		if d := l.arrivals[kd]; n > d.count {
			l.net.allow(d.out, n)
			l.net.allow(d.in, n)
			want += n - d.count
		}
	}
	for kd, n := range b.leave {
		l.net.allow(l.leaving[kd], n)
	}
	if l.net.send(source, sink, want) < want {
		return nil, false, false
	}
	ways, whole = l.ways()
	return ways, whole, true
}

func (l *layout) at(i int) int   { return 2 + l.k.at[i] }
func (l *layout) gate(i int) int { return 2 + len(l.k.courts) + l.k.at[i] }
func (l *layout) door(i int) int { return 2 + 2*len(l.k.courts) + l.k.at[i] }

// atLeast is an arc with a lower bound.
func (l *layout) atLeast(from, to, count int) least {
	l.net.arc(from, to, math.MaxInt32, price{})
	l.want += count
	return least{count, l.net.arc(from, sink, count, price{}), l.net.arc(source, to, count, price{})}
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

// people are the arcs of the classes.
func (l *layout) people() {
	comes := l.crowd.comes
	l.uses = make([]use, 0, len(comes))
	for c := range l.k.classes {
		cl := &l.k.classes[c]
		l.leaves(c)
		shy := l.shy(cl)
		for n, d := range cl.dests {
			l.uses = append(l.uses, use{l.net.arc(l.crowd.class[c], comes[n], len(cl.ids), price{1, shy, l.k.cost(cl, d)}), c, -1, d})
		}
		comes = comes[len(cl.dests):]
	}
}

// groups are the arcs of the types.
func (l *layout) groups() {
	l.departing = make([]int, len(l.k.classes))
	for c := range l.k.classes {
		l.leaves(c)
	}
	for n, t := range l.crowd.types {
		for _, c := range t.classes {
			cl := &l.k.classes[c]
			l.departing[c] = l.net.arc(l.crowd.class[c], t.node, len(cl.ids), price{1, l.shy(cl), 0})
		}
		for x, d := range t.dests {
			l.uses = append(l.uses, use{l.net.arc(t.node, t.comes[x], math.MaxInt32, price{}), t.classes[0], n, d})
		}
	}
}

// leaves is the arc by which a class leaves its court.
func (l *layout) leaves(c int) {
	cl := &l.k.classes[c]
	l.net.arc(l.crowd.went[l.k.kindAt(cl, cl.home)], l.crowd.class[c], len(cl.ids), price{})
}

// shy is the third part of a move's price: judges whom their own court needs go last.
func (l *layout) shy(c *class) int32 {
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
		if l.departing != nil {
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
		for _, c := range l.crowd.types[u.typed].classes {
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
