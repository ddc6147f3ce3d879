package solve

import (
	"container/heap"
	"math"
)

// price is a cost of a way through the network: judges moved, then travel, then how unwelcome the
// move is for rules that the network does not know. Prices are compared in this order.
type price struct {
	moves  int
	travel float64
	shy    int
}

func (a price) plus(b price) price {
	return price{a.moves + b.moves, a.travel + b.travel, a.shy + b.shy}
}
func (a price) minus(b price) price {
	return price{a.moves - b.moves, a.travel - b.travel, a.shy - b.shy}
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
	first []int // by node, the last arc that leaves it, -1 for none
	next  []int // by arc, another one that leaves the same node
	to    []int
	free  []int // what the arc can still take; the arc with the last bit turned goes back
	cost  []price

	potential, dist []price
	before          []int // arc by which a node was reached
}

func newNetwork(nodes int) *network {
	n := &network{first: make([]int, nodes), potential: make([]price, nodes), dist: make([]price, nodes), before: make([]int, nodes)}
	for i := range n.first {
		n.first[i] = -1
	}
	return n
}

// arc adds an arc and returns its number.
func (n *network) arc(from, to, most int, cost price) int {
	n.half(from, to, most, cost)
	n.half(to, from, 0, price{}.minus(cost))
	return len(n.to) - 2
}

func (n *network) half(from, to, most int, cost price) {
	n.to, n.free, n.cost = append(n.to, to), append(n.free, most), append(n.cost, cost)
	n.next = append(n.next, n.first[from])
	n.first[from] = len(n.to) - 1
}

// carried is what flows through an arc.
func (n *network) carried(arc int) int { return n.free[arc^1] }

// send brings as much as possible from a source to a sink, as cheaply as possible, and returns how
// much. After each search for a shortest way everything is sent that has a way as short (the
// primal-dual method): costs take few values, so searches are few.
func (n *network) send(source, sink, want int) (sent int) {
	dead := make([]bool, len(n.first))
	for sent < want && n.shortest(source, sink) {
		clear(dead)
		got := n.along(source, sink, want-sent, dead)
		if got == 0 { // rounding hides the way that was found
			got = n.back(source, sink, want-sent)
		}
		for got > 0 {
			sent += got
			got = n.along(source, sink, want-sent, dead)
		}
	}
	return sent
}

// back sends along the way that the last search found.
func (n *network) back(source, sink, most int) int {
	for v := sink; v != source; v = n.to[n.before[v]^1] {
		most = min(most, n.free[n.before[v]])
	}
	for v := sink; v != source; v = n.to[n.before[v]^1] {
		n.free[n.before[v]] -= most
		n.free[n.before[v]^1] += most
	}
	return most
}

// along sends up to most from v to the sink over arcs that cost nothing under the potentials; dead
// are nodes from which no way is left, or that are being passed.
func (n *network) along(v, sink, most int, dead []bool) int {
	if v == sink || most == 0 {
		return most
	}
	dead[v] = true
	for a := n.first[v]; a >= 0; a = n.next[a] {
		u := n.to[a]
		if n.free[a] == 0 || dead[u] || (price{}).before(n.cost[a].plus(n.potential[v]).minus(n.potential[u])) {
			continue
		}
		if got := n.along(u, sink, min(most, n.free[a]), dead); got > 0 {
			n.free[a] -= got
			n.free[a^1] += got
			dead[v] = false
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
	n.dist[source] = price{}
	q := &nearest{{source, price{}}}
	done := make([]bool, len(n.dist))
	for q.Len() > 0 && !done[sink] {
		v := heap.Pop(q).(place).node
		if done[v] {
			continue
		}
		done[v] = true
		for a := n.first[v]; a >= 0; a = n.next[a] {
			u := n.to[a]
			if n.free[a] == 0 || done[u] {
				continue
			}
			step := n.cost[a].plus(n.potential[v]).minus(n.potential[u])
			if step.before(price{}) {
				step = price{} // rounding of travel
			}
			if d := n.dist[v].plus(step); d.before(n.dist[u]) {
				n.dist[u], n.before[u] = d, a
				heap.Push(q, place{u, d})
			}
		}
	}
	if !done[sink] {
		return false
	}
	for v, d := range n.dist {
		if !done[v] || n.dist[sink].before(d) {
			d = n.dist[sink]
		}
		n.potential[v] = n.potential[v].plus(d)
	}
	return true
}

// nearest is a heap of nodes by distance.
type nearest []place

type place struct {
	node int
	dist price
}

func (q nearest) Len() int           { return len(q) }
func (q nearest) Less(i, j int) bool { return q[i].dist.before(q[j].dist) }
func (q nearest) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *nearest) Push(x any)        { *q = append(*q, x.(place)) }
func (q *nearest) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
