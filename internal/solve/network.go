package solve

import (
	"math"
	"slices"
)

// price is a cost of a way through the network: judges moved, then travel, then how unwelcome the
// move is for rules that the network does not know. Prices are compared in this order.
type price struct {
	moves, shy int32
	travel     float64
}

func (a price) plus(b price) price {
	return price{a.moves + b.moves, a.shy + b.shy, a.travel + b.travel}
}
func (a price) minus(b price) price {
	return price{a.moves - b.moves, a.shy - b.shy, a.travel - b.travel}
}

// before compares prices; travel that differs by less than rounding is equal.
func (a price) before(b price) bool {
	switch {
	case a.moves != b.moves:
		return a.moves < b.moves
	case math.Abs(a.travel-b.travel) > 1e-9*(1+math.Abs(a.travel)):
		return a.travel < b.travel
	}
	return a.shy < b.shy
}

var never = price{moves: math.MaxInt32}

// network is a flow network in which judges move; costs are never negative.
type network struct {
	arcs   []arc
	halves []half  // by the node they leave, the last added first; none until something is sent
	first  []int32 // by node, its first half; one more at the end
	at     []int32 // by arc, its half that goes forward

	potential, dist []price
	before          []int32 // half by which a node was reached
	done            []bool
	near            nearest
	next            []int32 // by node, the half to try next, see along
	dead            []bool
}

// arc is a way for so many judges at most.
type arc struct {
	from, to, most int32
	cost           price
}

// half is one direction of an arc: what it can still take, and where the other direction is.
type half struct {
	to, other, free int32
	cost            price
}

// newNetwork makes room for so many arcs; more may come.
func newNetwork(nodes, arcs int) *network {
	return &network{
		arcs: make([]arc, 0, arcs), first: make([]int32, nodes+1),
		potential: make([]price, nodes), dist: make([]price, nodes), before: make([]int32, nodes), done: make([]bool, nodes),
		next: make([]int32, nodes), dead: make([]bool, nodes),
	}
}

// arc adds an arc and returns its number.
func (n *network) arc(from, to, most int, cost price) int {
	n.arcs = append(n.arcs, arc{int32(from), int32(to), int32(min(most, math.MaxInt32)), cost})
	return len(n.arcs) - 1
}

// lay puts the halves that leave a node side by side.
func (n *network) lay() {
	for i := range n.arcs {
		n.first[n.arcs[i].from+1]++
		n.first[n.arcs[i].to+1]++
	}
	for v := range n.next {
		n.first[v+1] += n.first[v]
	}
	copy(n.next, n.first)
	n.halves, n.at = make([]half, 2*len(n.arcs)), make([]int32, len(n.arcs))
	for i, a := range slices.Backward(n.arcs) {
		there, back := n.next[a.from], n.next[a.to]
		if a.from == a.to {
			back++
		}
		n.next[a.from]++
		n.next[a.to]++
		n.at[i] = there
		n.halves[there] = half{to: a.to, other: back, cost: a.cost}
		n.halves[back] = half{to: a.from, other: there, cost: price{}.minus(a.cost)}
	}
}

// empty takes all flow away; every arc takes its most again.
func (n *network) empty() {
	if n.halves == nil {
		n.lay()
	}
	for i := range n.arcs {
		n.allow(i, int(n.arcs[i].most))
	}
	clear(n.potential)
}

// allow bounds an arc through which nothing flows, until the network is emptied.
func (n *network) allow(arc, most int) {
	h := &n.halves[n.at[arc]]
	h.free = int32(min(most, math.MaxInt32))
	n.halves[h.other].free = 0
}

// carried is what flows through an arc.
func (n *network) carried(arc int) int { return int(n.halves[n.halves[n.at[arc]].other].free) }

// send brings as much as possible from a source to a sink, as cheaply as possible, and returns how
// much. After each search for a shortest way everything is sent that has a way as short (the
// primal-dual method): costs take few values, so searches are few.
func (n *network) send(source, sink, want int) (sent int) {
	for sent < want && n.shortest(source, sink) {
		clear(n.dead)
		copy(n.next, n.first)
		left := func() int32 { return int32(min(want-sent, math.MaxInt32)) }
		got := n.along(int32(source), int32(sink), left())
		if got == 0 { // rounding hides the way that was found
			got = n.back(int32(source), int32(sink), left())
		}
		for got > 0 {
			sent += int(got)
			got = n.along(int32(source), int32(sink), left())
		}
	}
	return sent
}

// back sends along the way that the last search found.
func (n *network) back(source, sink, most int32) int32 {
	for v := sink; v != source; v = n.halves[n.halves[n.before[v]].other].to {
		most = min(most, n.halves[n.before[v]].free)
	}
	for v := sink; v != source; v = n.halves[n.halves[n.before[v]].other].to {
		n.push(n.before[v], most)
	}
	return most
}

func (n *network) push(by, count int32) {
	h := &n.halves[by]
	h.free -= count
	n.halves[h.other].free += count
}

// along sends up to most from v to the sink over arcs that cost nothing under the potentials. Dead
// are nodes from which no way is left, or that are being passed; a half that leads nowhere is not
// tried again before the next search.
func (n *network) along(v, sink, most int32) int32 {
	if v == sink || most == 0 {
		return most
	}
	n.dead[v] = true
	for ; n.next[v] < n.first[v+1]; n.next[v]++ {
		h := &n.halves[n.next[v]]
		if h.free == 0 || n.dead[h.to] || (price{}).before(h.cost.plus(n.potential[v]).minus(n.potential[h.to])) {
			continue
		}
		if got := n.along(h.to, sink, min(most, h.free)); got > 0 {
			n.push(n.next[v], got)
			n.dead[v] = false
			return got
		}
	}
	return 0
}

// shortest is Dijkstra over costs reduced by the potentials, until the sink is reached.
func (n *network) shortest(source, sink int) bool {
	for v := range n.dist {
		n.dist[v] = never
	}
	clear(n.done)
	n.dist[source] = price{}
	n.near = append(n.near[:0], place{node: int32(source)})
	for len(n.near) > 0 && !n.done[sink] {
		v := n.near.pop().node
		if n.done[v] {
			continue
		}
		n.done[v] = true
		for i := n.first[v]; i < n.first[v+1]; i++ {
			h := &n.halves[i]
			if h.free == 0 || n.done[h.to] {
				continue
			}
			step := h.cost.plus(n.potential[v]).minus(n.potential[h.to])
			if step.before(price{}) {
				step = price{} // rounding of travel
			}
			if d := n.dist[v].plus(step); d.before(n.dist[h.to]) {
				n.dist[h.to], n.before[h.to] = d, i
				n.near.push(place{h.to, d})
			}
		}
	}
	if !n.done[sink] {
		return false
	}
	for v, d := range n.dist {
		if !n.done[v] || n.dist[sink].before(d) {
			d = n.dist[sink]
		}
		n.potential[v] = n.potential[v].plus(d)
	}
	return true
}

// nearest is a heap of nodes by distance.
type nearest []place

type place struct {
	node int32
	dist price
}

func (q *nearest) push(p place) {
	*q = append(*q, p)
	at := *q
	i := len(at) - 1
	for i > 0 && p.dist.before(at[(i-1)/2].dist) {
		at[i] = at[(i-1)/2]
		i = (i - 1) / 2
	}
	at[i] = p
}

func (q *nearest) pop() place {
	at := *q
	top, p := at[0], at[len(at)-1]
	at = at[:len(at)-1]
	*q = at
	i := 0
	for c := 1; c < len(at); c = 2*i + 1 {
		if c+1 < len(at) && at[c+1].dist.before(at[c].dist) {
			c++
		}
		if !at[c].dist.before(p.dist) {
			break
		}
		at[i] = at[c]
		i = c
	}
	if len(at) > 0 {
		at[i] = p
	}
	return top
}
