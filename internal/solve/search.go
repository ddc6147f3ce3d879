package solve

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"zhunsheng/internal/staffing"
)

// verdict is what a search knows about a goal.
type verdict int

const (
	reached verdict = iota
	impossible
	unknown // the search was given up
)

// search plans named judges, or interchangeable ones of whom some ways are refused.
type search struct {
	p     *staffing.Problem
	pools []*pool
	tight atomic.Int64 // a pool that could not reach the last goal that was out of reach: it is asked first
}

// try finds the cheapest moves of every pool that reach the goal. Pools do not know each other and
// are searched side by side; the answer does not depend on which ends first.
func (s *search) try(g goal) ([]*answer, verdict) {
	out, gaveUp := make([]*answer, len(s.pools)), make([]bool, len(s.pools))
	var never atomic.Bool // some pool cannot reach the goal
	var next atomic.Int64
	var wg sync.WaitGroup
	first, count := s.tight.Load(), int64(len(s.pools))
	for range min(len(s.pools), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for k := next.Add(1) - 1; k < count && !never.Load(); k = next.Add(1) - 1 {
				n := (first + k) % count
				a, certain := s.pools[n].best(g)
				out[n], gaveUp[n] = a, !certain
				if a == nil && certain {
					s.tight.Store(n)
					never.Store(true)
				}
			}
		})
	}
	wg.Wait()
	if never.Load() {
		return nil, impossible
	}
	moves := 0
	for n, a := range out {
		if gaveUp[n] {
			return nil, unknown
		}
		moves += int(a.price.moves)
	}
	if most := s.p.Limits.MaxMoves; most != nil && moves > *most {
		return nil, impossible
	}
	return out, reached
}

// worst is the largest load per time of the judges present.
func (s *search) worst(answers []*answer) (w float64) {
	for n, k := range s.pools {
		for x, i := range k.courts {
			if load := k.p.Courts[i].Load; load > 0 {
				w = max(w, load/k.time(x, answers[n]))
			}
		}
	}
	return w
}

var anyLoad = goal{level: math.Inf(1)}

// planNamed solves a problem by search; see the comment of [pool.best].
func planNamed(p *staffing.Problem) staffing.Plan {
	plan := staffing.Plan{Loan: p.Loan, Moves: []staffing.Move{}, Binding: []string{}, Conflict: []string{}}
	s := &search{p: p, pools: pools(p)}
	answers, v := s.try(anyLoad)
	if v != reached {
		plan.Status = "infeasible"
		plan.Conflict = s.blamed(anyLoad)
		if v == unknown {
			plan.Status = "unknown"
			plan.Conflict = []string{"搜索达到上限，未能找到方案，也未能证明没有方案 / the search was given up: no plan was found and none was excluded"}
		}
		return plan
	}
	answers, low, proven := s.lowest(answers)
	plan.Objective.MaxLoad = s.worst(answers)
	for n, k := range s.pools {
		plan.Moves = append(plan.Moves, k.moves(answers[n])...)
		plan.Objective.Moves += int(answers[n].price.moves)
		plan.Objective.Travel += answers[n].price.travel
	}
	slices.SortFunc(plan.Moves, func(a, b staffing.Move) int {
		return strings.Compare(a.From+"\x00"+a.To+"\x00"+a.Judge, b.From+"\x00"+b.To+"\x00"+b.Judge)
	})
	plan.Status, plan.Bound = "optimal", plan.Objective
	if !proven {
		plan.Status, plan.Bound = "feasible", staffing.Values{MaxLoad: low}
		plan.Gap = plan.Objective.MaxLoad/low - 1
	}
	if plan.Objective.MaxLoad > 0 {
		plan.Binding = s.blamed(goal{plan.Objective.MaxLoad, true})
	}
	return plan
}

// lowest finds the smallest largest load. It begins at the bound that counting judges gives,
// whatever their names; only when that cannot be reached it searches between.
func (s *search) lowest(answers []*answer) (best []*answer, low float64, proven bool) {
	counted := solver{p: s.p}
	low = counted.lowest()
	if a, v := s.try(goal{low, false}); v == reached {
		return a, low, true
	}
	best, proven = answers, true
	for high := s.worst(best); ; high = s.worst(best) {
		level, found := s.between(low, high)
		if !found {
			break
		}
		switch a, v := s.try(goal{level, false}); v {
		case reached:
			best = a
		case impossible:
			low = level
		case unknown:
			return best, low, false
		}
	}
	high := s.worst(best)
	for { // the last bits: step down over the loads that occur until the next is out of reach
		a, v := s.try(goal{high, true})
		if v == unknown {
			return best, low, false
		}
		if v == impossible {
			break
		}
		best, high = a, s.worst(a)
	}
	if a, v := s.try(goal{high, false}); v == reached { // the cheapest at this level
		return a, high, proven
	}
	return best, high, false
}

// between is a level between two, halfway through the loads that can occur; none when they are
// next to each other. With part-time judges every number can occur, down to a rounding.
func (s *search) between(low, high float64) (float64, bool) {
	if high-low <= 1e-9*high {
		return 0, false
	}
	if slices.ContainsFunc(s.pools, func(k *pool) bool { return k.part }) {
		return (low + high) / 2, true
	}
	var loads []float64
	for i := range s.p.Courts {
		c := &s.p.Courts[i]
		if c.Load == 0 || low <= 0 {
			continue
		}
		last := fewest(s.p, c, low, false)
		for n := fewest(s.p, c, high, false); n <= last; n++ {
			if q := c.Load / s.p.Present(c, n); q > low && q < high {
				loads = append(loads, q)
			}
		}
	}
	if len(loads) == 0 {
		return 0, false
	}
	slices.Sort(loads)
	return loads[len(loads)/2], true
}

// moves names the judges that a pool sends.
func (k *pool) moves(a *answer) (out []staffing.Move) {
	used := make([]int, len(k.classes))
	for _, w := range a.ways {
		c := &k.classes[w.class]
		from, to := &k.p.Courts[c.home], &k.p.Courts[w.to]
		why := reason(to, to.Load/max(k.have[k.at[w.to]], 1e-9), k.metBy(c, w.to))
		if c.ids[0] == "" {
			out = append(out, staffing.Move{From: from.ID, To: to.ID, Count: w.count, Reason: why})
			continue
		}
		for _, id := range c.ids[used[w.class] : used[w.class]+w.count] {
			out = append(out, staffing.Move{Judge: id, From: from.ID, To: to.ID, Reason: why})
		}
		used[w.class] += w.count
	}
	return out
}

// metBy lists in words the needs of a court that a class meets.
func (k *pool) metBy(c *class, court int) (out []string) {
	for _, n := range k.needs[k.at[court]] {
		if n.Met(&c.judge) {
			out = append(out, strings.Join(append(slices.Clone(n.Lines), n.Languages...), "+"))
		}
	}
	return out
}

// mostBlamed is the size of a problem up to which the rules that bind are looked for one by one.
const mostBlamed = 2000

// blamed tells which rules keep a goal from being reached: those without which it could be. Where
// no single rule does, the number of judges itself is short.
func (s *search) blamed(g goal) []string {
	out := []string{}
	if len(everybody(s.p)) > mostBlamed {
		counted := solver{p: s.p}
		return counted.lacks(counted.needs(g.level, g.below))
	}
	for _, r := range staffing.Rules() {
		q, had := s.p.Without(r)
		if !had {
			continue
		}
		relaxed := &search{p: q, pools: pools(q)}
		if _, v := relaxed.try(g); v == reached {
			out = append(out, r.Sentence)
		}
	}
	if len(out) == 0 {
		out = append(out, "没有哪一条规则单独造成：人员总数或几条规则共同不足 / no rule alone: the judges in all are too few, or several rules together")
	}
	return out
}

// Alternative is the best plan when one move is refused, or several.
type Alternative struct {
	Refused   staffing.Refusal   `json:"refused"`
	Also      []staffing.Refusal `json:"also,omitempty"`
	Status    string             `json:"status"`
	Objective staffing.Values    `json:"objective"`
	Moves     []staffing.Move    `json:"moves"`
}

// Alternatives asks for every move of a plan what is best when it is refused: what happens when
// somebody says no, and how far from the best the next plans are. At most so many are asked.
func Alternatives(p *staffing.Problem, plan *staffing.Plan, most int) (out []Alternative) {
	for _, m := range plan.Moves[:min(most, len(plan.Moves))] {
		out = append(out, without(p, Alternative{Refused: refusal(&m)}))
	}
	return out
}

// Further goes on from an alternative: each next one refuses also the first move of the one
// before. It ends with what cannot be, or with nobody moving.
func Further(p *staffing.Problem, from Alternative, most int) (out []Alternative) {
	for range most {
		if len(from.Moves) == 0 {
			return out
		}
		from = without(p, Alternative{Refused: from.Refused, Also: append(slices.Clone(from.Also), refusal(&from.Moves[0]))})
		out = append(out, from)
	}
	return out
}

// All are the refusals that the alternative stands on.
func (a *Alternative) All() []staffing.Refusal {
	return append([]staffing.Refusal{a.Refused}, a.Also...)
}

// refusal is what refuses a move.
func refusal(m *staffing.Move) staffing.Refusal {
	if m.Judge != "" {
		return staffing.Refusal{Judge: m.Judge}
	}
	return staffing.Refusal{From: m.From, To: m.To}
}

// without solves a problem with the refusals of an alternative.
func without(p *staffing.Problem, a Alternative) Alternative {
	q := *p
	q.Limits.Refused = append(slices.Clone(p.Limits.Refused), a.All()...)
	next := Plan(&q)
	a.Status, a.Objective, a.Moves = next.Status, next.Objective, next.Moves
	return a
}
