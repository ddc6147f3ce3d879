package solve

import (
	"container/heap"
	"math"

	"zhunsheng/internal/staffing"
)

// transport sends judges from courts that have some to courts that want some; what is had is
// at least what is wanted.
type transport struct {
	from, to   []int // positions among the problem's courts
	have, want []int
	sent       map[[2]int]int // by positions in from and to
}

// level lends each judge from the court whose load per judge is lowest afterwards.
func (t *transport) level(p *staffing.Problem) {
	t.sent = map[[2]int]int{}
	q := &lenders{p: p}
	for k, i := range t.from {
		q.items = append(q.items, lender{k, i, p.Courts[i].Judges})
	}
	heap.Init(q)
	for r, want := range t.want {
		for range want {
			top := &q.items[0]
			t.sent[[2]int{top.k, r}]++
			t.have[top.k]--
			top.stay--
			if t.have[top.k] == 0 {
				heap.Pop(q)
			} else {
				heap.Fix(q, 0)
			}
		}
	}
}

// lender is a court with judges left to lend; stay is how many it has.
type lender struct{ k, court, stay int }

// lenders is a heap by load after one more has left, then by place in the problem.
type lenders struct {
	p     *staffing.Problem
	items []lender
}

func (q *lenders) after(i int) float64 {
	l := q.items[i]
	if c := &q.p.Courts[l.court]; c.Load > 0 {
		return c.Load / q.p.Present(c, l.stay-1)
	}
	return 0
}

func (q *lenders) Len() int { return len(q.items) }
func (q *lenders) Less(i, j int) bool {
	a, b := q.after(i), q.after(j)
	return a < b || a == b && q.items[i].court < q.items[j].court
}
func (q *lenders) Swap(i, j int) { q.items[i], q.items[j] = q.items[j], q.items[i] }
func (q *lenders) Push(x any)    { q.items = append(q.items, x.(lender)) }
func (q *lenders) Pop() any {
	last := q.items[len(q.items)-1]
	q.items = q.items[:len(q.items)-1]
	return last
}

// cheapest is a minimum-cost flow by successive shortest paths with potentials: time grows with
// the number of paths times lenders times borrowers.
func (t *transport) cheapest(p *staffing.Problem) {
	t.sent = map[[2]int]int{}
	f := newFlow(t, p.Costs(), p)
	for f.augment() {
	}
}

// flow is the state of the search; nodes 0… are lenders, then borrowers.
type flow struct {
	t         *transport
	cost      [][]float64
	potential []float64
	dist      []float64
	before    []int
	done      []bool
}

func newFlow(t *transport, cost func(from, to string) float64, p *staffing.Problem) *flow {
	n := len(t.from) + len(t.to)
	f := &flow{t: t, potential: make([]float64, n), dist: make([]float64, n), before: make([]int, n), done: make([]bool, n)}
	for _, i := range t.from {
		row := make([]float64, len(t.to))
		for k, j := range t.to {
			row[k] = cost(p.Courts[i].ID, p.Courts[j].ID)
		}
		f.cost = append(f.cost, row)
	}
	return f
}

// augment sends as many judges as possible along the cheapest way; false when all have come.
func (f *flow) augment() bool {
	f.shortest()
	end, a := -1, len(f.t.from)
	for r, want := range f.t.want {
		if want > 0 && (end < 0 || f.dist[a+r]+f.potential[a+r] < f.dist[end]+f.potential[end]) {
			end = a + r
		}
	}
	if end < 0 || math.IsInf(f.dist[end], 1) {
		return false
	}
	amount, start := f.t.want[end-a], end
	for f.before[start] >= 0 {
		if prev := f.before[start]; start < a {
			amount = min(amount, f.t.sent[[2]int{start, prev - a}])
		}
		start = f.before[start]
	}
	amount = min(amount, f.t.have[start])
	f.t.have[start] -= amount
	f.t.want[end-a] -= amount
	for v := end; f.before[v] >= 0; v = f.before[v] {
		if prev := f.before[v]; v >= a {
			f.t.sent[[2]int{prev, v - a}] += amount
		} else {
			f.t.sent[[2]int{v, prev - a}] -= amount
		}
	}
	for v, d := range f.dist {
		f.potential[v] += min(d, f.dist[end])
	}
	return true
}

// shortest is Dijkstra over reduced costs from every lender that still has judges.
func (f *flow) shortest() {
	a := len(f.t.from)
	for v := range f.dist {
		f.dist[v], f.before[v], f.done[v] = math.Inf(1), -1, false
		if v < a && f.t.have[v] > 0 {
			f.dist[v] = 0
		}
	}
	for {
		v := -1
		for u, d := range f.dist {
			if !f.done[u] && !math.IsInf(d, 1) && (v < 0 || d < f.dist[v]) {
				v = u
			}
		}
		if v < 0 {
			return
		}
		f.done[v] = true
		if v < a {
			for r := range f.t.to {
				f.relax(v, a+r, f.cost[v][r])
			}
			continue
		}
		for l := range f.t.from {
			if f.t.sent[[2]int{l, v - a}] > 0 {
				f.relax(v, l, -f.cost[l][v-a])
			}
		}
	}
}

func (f *flow) relax(v, u int, cost float64) {
	if d := f.dist[v] + max(0, cost+f.potential[v]-f.potential[u]); d < f.dist[u] && !f.done[u] {
		f.dist[u], f.before[u] = d, v
	}
}

// result lists what was sent.
func (t *transport) result(p *staffing.Problem) (out []staffing.Move) {
	for k, n := range t.sent {
		if n > 0 {
			out = append(out, staffing.Move{From: p.Courts[t.from[k[0]]].ID, To: p.Courts[t.to[k[1]]].ID, Count: n})
		}
	}
	return out
}
