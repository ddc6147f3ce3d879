package staffing

import (
	"fmt"
	"math"
)

// tolerance is the relative difference that counts as equal when decimals are compared.
const tolerance = 1e-9

// Check recomputes a plan from the problem: whether every rule is kept, whether the stated
// objective is the plan's, and whether the stated bound holds. It returns what is wrong in
// sentences written as "中文 / English", none when all is right.
func Check(p *Problem, plan *Plan) []string {
	c := checker{p: p, plan: plan, at: map[string]int{}, now: make([]int, len(p.Courts)), left: make([]int, len(p.Courts))}
	for i, court := range p.Courts {
		c.at[court.ID] = i
		c.now[i] = court.Judges
	}
	c.meet()
	if !sameSpan(p.Loan, plan.Loan) {
		c.say("方案的借期与所问不同", "the plan lends for another time than the problem asks")
	}
	if plan.Status == "infeasible" {
		c.infeasible()
		return c.faults
	}
	if plan.Status != "optimal" && plan.Status != "feasible" {
		c.say("状态 %q 不是 optimal、feasible、infeasible 之一", "status %q is none of optimal, feasible, infeasible", plan.Status)
	}
	c.apply()
	c.rules()
	if len(c.faults) == 0 {
		c.values()
		if c.named() {
			c.nearby()
		} else {
			c.bounds()
		}
	}
	return c.faults
}

// Confirmed reports whether counting judges, whatever their names, already shows that no plan has a
// smaller largest load than the plan's bound. Otherwise the bound rests on the solver's search.
func Confirmed(p *Problem, plan *Plan) bool {
	c := checker{p: p, plan: plan}
	return plan.Bound.MaxLoad == 0 || !c.reachable(plan.Bound.MaxLoad*(1-tolerance))
}

type checker struct {
	p      *Problem
	plan   *Plan
	at     map[string]int
	now    []int // judges present after the moves
	left   []int // judges who left
	moves  int
	travel float64
	faults []string

	time   []float64      // capacity present after the moves
	meets  []int          // by need: judges present after the moves who meet it
	judges map[string]int // position by id
	gone   map[string]bool
}

// say keeps a fault in both languages; the arguments stand in the same order in both.
func (c *checker) say(zh, en string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(zh, args...)+" / "+fmt.Sprintf(en, args...))
}

// apply carries the moves out.
func (c *checker) apply() {
	cost := c.p.Costs()
	for _, m := range c.plan.Moves {
		from, known := c.at[m.From]
		to, also := c.at[m.To]
		switch {
		case !known || !also:
			c.say("从%s到%s的调动：有不在所问之列的法院", "move %s to %s: a court that the problem does not have", m.From, m.To)
			continue
		case m.Size() < 1 || from == to || m.Judge != "" && m.Count > 1:
			c.say("从%s到%s的调动：%d 人不成调动", "move %s to %s: %d judges are no move", m.From, m.To, m.Count)
			continue
		case !c.allowed(&m, from, to):
			continue
		case c.p.Limits.WithinGroup && c.p.Courts[from].Group != c.p.Courts[to].Group:
			c.say("从%s到%s的调动：出了本组", "move %s to %s: leaves the group", m.From, m.To)
		}
		c.carry(&m, from, to)
		c.left[from] += m.Size()
		c.moves += m.Size()
		c.travel += float64(m.Size()) * cost(m.From, m.To)
	}
}

// rules looks for rules that are not kept.
func (c *checker) rules() {
	for i := range c.p.Courts {
		court := &c.p.Courts[i]
		if c.left[i] > court.MayLeave() {
			c.say("法院%s：调出 %d 人，至多 %d 人", "court %s: %d judges leave, %d may", court.ID, c.left[i], court.MayLeave())
		}
		if c.now[i] < court.Need() {
			c.say("法院%s：留下 %d 人，至少 %d 人", "court %s: %d judges stay, %d must", court.ID, c.now[i], court.Need())
		}
	}
	for n, need := range c.p.Needs {
		if c.meets[n] < need.AtLeast {
			c.say("第 %d 项需求（法院%s）：符合的 %d 人，应有 %d 人", "need %d of court %s: %d judges meet it, %d must", n+1, need.Court, c.meets[n], need.AtLeast)
		}
	}
	if most := c.p.Limits.MaxMoves; most != nil && c.moves > *most {
		c.say("调动 %d 人，至多 %d 人", "%d moves, %d are allowed", c.moves, *most)
	}
}

// values compares the stated objective with the recomputed one.
func (c *checker) values() {
	worst := c.worst()
	o := c.plan.Objective
	if !same(o.MaxLoad, worst) {
		c.say("最大人均工作量为 %v，方案写 %v", "max_load is %v, stated %v", worst, o.MaxLoad)
	}
	if o.Moves != c.moves {
		c.say("调动 %d 人，方案写 %d 人", "moves are %d, stated %d", c.moves, o.Moves)
	}
	if !same(o.Travel, c.travel) {
		c.say("路程为 %v，方案写 %v", "travel is %v, stated %v", c.travel, o.Travel)
	}
	if b := c.plan.Bound.MaxLoad; b > 0 && !same(c.plan.Gap, worst/b-1) && math.Abs(c.plan.Gap-(worst/b-1)) > tolerance {
		c.say("与下界相差 %v，方案写 %v", "gap is %v, stated %v", worst/b-1, c.plan.Gap)
	}
}

// bounds looks for a better plan that the stated bound denies. For the largest load it counts:
// below the bound some group must lack judges, or more must move than may. At the plan's own
// load each missing judge is one move, whatever the way.
func (c *checker) bounds() {
	b := c.plan.Bound
	if b.MaxLoad > 0 && c.reachable(b.MaxLoad*(1-tolerance)) {
		c.say("最大人均工作量的下界 %v：还可更小", "bound of max_load %v: a smaller load can be reached", b.MaxLoad)
	}
	if c.plan.Status != "optimal" {
		return
	}
	if !same(b.MaxLoad, c.plan.Objective.MaxLoad) || b.Moves != c.plan.Objective.Moves || !same(b.Travel, c.plan.Objective.Travel) {
		c.say("状态为最优，但目标值与下界不等", "status optimal, but objective and bound differ")
		return
	}
	wanted := len(c.p.Objective)
	if wanted == 1 {
		return
	}
	missing := 0
	for i := range c.p.Courts {
		missing += max(0, c.needAt(i, c.plan.Objective.MaxLoad*(1+tolerance))-c.p.Courts[i].Judges)
	}
	if missing < c.moves {
		c.say("调动人数的下界 %d：%d 人即可", "bound of moves %d: %d would do", b.Moves, missing)
		return
	}
	if wanted != 2 && c.cheaper() {
		c.say("路程的下界 %v：同样的调动可以更近", "bound of travel %v: the same moves can be had cheaper", b.Travel)
	}
}

// needAt is how many judges court i needs so that its load stays at or below level.
func (c *checker) needAt(i int, level float64) int {
	court := &c.p.Courts[i]
	if court.Load == 0 {
		return court.Need()
	}
	if level <= 0 {
		return math.MaxInt32
	}
	more := (court.Load/level - float64(court.Judges)) / c.p.LoanShare()
	return max(court.Need(), court.Judges+int(math.Ceil(min(more, math.MaxInt32/2))))
}

func sameSpan(a, b *Span) bool { return a == b || a != nil && b != nil && *a == *b }

// reachable tells whether some plan keeps every court at or below level.
func (c *checker) reachable(level float64) bool {
	missing, spare, total := map[string]int{}, map[string]int{}, 0
	for i := range c.p.Courts {
		court := &c.p.Courts[i]
		g := ""
		if c.p.Limits.WithinGroup {
			g = court.Group
		}
		d := court.Judges - c.needAt(i, level)
		if d < 0 {
			missing[g] -= d
			total -= d
		} else {
			spare[g] += min(d, court.MayLeave())
		}
	}
	for g, n := range missing {
		if n > spare[g] {
			return false
		}
	}
	return c.p.Limits.MaxMoves == nil || total <= *c.p.Limits.MaxMoves
}

// infeasible checks that no plan exists: not even with any load.
func (c *checker) infeasible() {
	if c.named() {
		if c.kept() {
			c.say("状态为无可行方案，但无人须调动", "status infeasible, but nobody has to move")
		}
	} else if c.reachable(math.MaxFloat64) {
		c.say("状态为无可行方案，但有可行方案", "status infeasible, but a plan exists")
	}
	if len(c.plan.Moves) > 0 {
		c.say("状态为无可行方案，但列了调动", "status infeasible, but moves are given")
	}
}

// cheaper looks for a ring of changes that lowers the cost of travel and keeps the judges that
// each borrowing court gets (Bellman–Ford on the residual graph; node n is the pool of lenders).
func (c *checker) cheaper() bool {
	if len(c.p.Travel) == 0 {
		return false
	}
	arcs := c.residual()
	n := len(c.p.Courts) + 1
	dist := make([]float64, n)
	for range n {
		changed := false
		for _, a := range arcs {
			if d := dist[a.from] + a.cost; d < dist[a.to]-1e-7 {
				dist[a.to] = d
				changed = true
			}
		}
		if !changed {
			return false
		}
	}
	return true
}

type arc struct {
	from, to int
	cost     float64
}

func (c *checker) residual() (arcs []arc) {
	cost := c.p.Costs()
	pool := len(c.p.Courts)
	level := c.plan.Objective.MaxLoad * (1 + tolerance)
	for i := range c.p.Courts {
		spare := min(c.p.Courts[i].Judges-c.needAt(i, level), c.p.Courts[i].MayLeave())
		if c.left[i] < spare {
			arcs = append(arcs, arc{pool, i, 0})
		}
		if c.left[i] > 0 {
			arcs = append(arcs, arc{i, pool, 0})
		}
		if spare <= 0 {
			continue
		}
		for j := range c.p.Courts {
			if c.now[j] > c.p.Courts[j].Judges && (!c.p.Limits.WithinGroup || c.p.Courts[i].Group == c.p.Courts[j].Group) {
				arcs = append(arcs, arc{i, j, cost(c.p.Courts[i].ID, c.p.Courts[j].ID)})
			}
		}
	}
	for _, m := range c.plan.Moves {
		arcs = append(arcs, arc{c.at[m.To], c.at[m.From], -cost(m.From, m.To)})
	}
	return arcs
}

func same(a, b float64) bool {
	return math.Abs(a-b) <= tolerance*max(math.Abs(a), math.Abs(b))
}
