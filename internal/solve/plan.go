// Package solve finds exact answers to staffing problems. Interchangeable judges: the largest load
// by bisection over the loads that can occur, the fewest moves by counting, the cheapest travel by a
// flow. Named judges: branch and bound over flows.
package solve

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"zhunsheng/internal/staffing"
)

// Plan solves p, which must have passed staffing.ReadProblem. The answer is optimal, or
// infeasible with what contradicts each other; with named judges it may also be feasible with a
// bound and a gap, when the search was given up before the proof.
func Plan(p *staffing.Problem) staffing.Plan {
	if len(p.Judges) > 0 || len(p.Limits.Refused) > 0 {
		return planNamed(p)
	}
	none := staffing.Plan{Loan: p.Loan, Moves: []staffing.Move{}, Binding: []string{}, Conflict: []string{}}
	s := solver{p: p}
	if reasons := s.lacks(s.needs(math.Inf(1), false)); len(reasons) > 0 {
		none.Status, none.Conflict = "infeasible", reasons
		return none
	}
	level := s.lowest()
	plan := none
	plan.Status = "optimal"
	plan.Moves = s.moves(s.needs(level, false))
	if level > 0 {
		plan.Binding = s.lacks(s.needs(level, true))
	}
	cost := p.Costs()
	plan.Objective.MaxLoad = level
	for _, m := range plan.Moves {
		plan.Objective.Moves += m.Count
		plan.Objective.Travel += float64(m.Count) * cost(m.From, m.To)
	}
	plan.Bound = plan.Objective
	return plan
}

type solver struct{ p *staffing.Problem }

// needs is how many judges each court must have so that its load stays at most at level, or
// below it.
func (s *solver) needs(level float64, below bool) []int {
	out := make([]int, len(s.p.Courts))
	for i := range out {
		c := &s.p.Courts[i]
		out[i] = c.Need()
		if c.Load == 0 || math.IsInf(level, 1) {
			continue
		}
		out[i] = max(out[i], fewest(s.p, c, level, below))
	}
	return out
}

// fewest is the smallest number of judges during the loan with whom the load of c is at most at
// level, or below it. Quotients are compared as they are computed, so that the answer is exact for
// the printed loads.
func fewest(p *staffing.Problem, c *staffing.Court, level float64, below bool) int {
	fits := func(k int) bool {
		time := p.Present(c, k)
		q := c.Load / time
		return time > 0 && (q < level || q == level && !below)
	}
	more := (c.Load/level - float64(c.Judges)) / p.LoanShare()
	if more > 1e9 {
		return math.MaxInt32
	}
	k := max(1, c.Judges+int(math.Ceil(max(more, -1e9))))
	for k > 1 && fits(k-1) {
		k--
	}
	for !fits(k) {
		k++
	}
	return k
}

// group is the pool within which court i may exchange judges.
func (s *solver) group(i int) string {
	if s.p.Limits.WithinGroup {
		return s.p.Courts[i].Group
	}
	return ""
}

// balance sums, by group, what courts lack and what others can spare.
func (s *solver) balance(need []int) (missing, spare map[string]int, total int) {
	missing, spare = map[string]int{}, map[string]int{}
	for i, n := range need {
		c := &s.p.Courts[i]
		if d := n - c.Judges; d > 0 {
			missing[s.group(i)] += d
			total += d
		} else {
			spare[s.group(i)] += min(-d, c.MayLeave())
		}
	}
	return missing, spare, total
}

func (s *solver) possible(need []int) bool {
	missing, spare, total := s.balance(need)
	for g, n := range missing {
		if n > spare[g] {
			return false
		}
	}
	return s.p.Limits.MaxMoves == nil || total <= *s.p.Limits.MaxMoves
}

// lowest is the smallest largest load that can be reached. Bisection narrows it to the last
// bits; then it steps down over the loads that can occur until the next is out of reach.
func (s *solver) lowest() float64 {
	low, high := 0.0, s.worst(s.needs(math.Inf(1), false))
	for range 60 {
		mid := (low + high) / 2
		if s.possible(s.needs(mid, false)) {
			high = mid
		} else {
			low = mid
		}
	}
	level := s.worst(s.needs(high, false))
	for level > 0 {
		need := s.needs(level, true)
		if !s.possible(need) {
			return level
		}
		level = s.worst(need)
	}
	return 0
}

// worst is the largest load when every court has exactly what it needs.
func (s *solver) worst(need []int) float64 {
	w := 0.0
	for i, n := range need {
		if c := &s.p.Courts[i]; c.Load > 0 {
			w = max(w, c.Load/s.p.Present(c, n))
		}
	}
	return w
}

// shown is how many courts a reason names at most.
const shown = 5

// lacks says in words why the needs cannot be met; nothing when they can.
func (s *solver) lacks(need []int) []string {
	out := []string{}
	missing, spare, total := s.balance(need)
	for _, g := range s.groups() {
		if missing[g] <= spare[g] {
			continue
		}
		name, en := "全部法院", "all courts"
		if g != "" {
			name, en = g, "group "+g
		}
		out = append(out, fmt.Sprintf("%s：缺 %d 人，可借出 %d 人 / %s: %d judges lacking, %d can be lent", name, missing[g], spare[g], en, missing[g], spare[g]))
		out = append(out, s.holders(g, need)...)
	}
	if most := s.p.Limits.MaxMoves; most != nil && total > *most {
		out = append(out, fmt.Sprintf("max_moves：需调动 %d 人，上限 %d 人 / %d moves are needed, %d allowed", total, *most, total, *most))
	}
	return out
}

// groups lists the pools in order of first appearance.
func (s *solver) groups() (out []string) {
	seen := map[string]bool{}
	for i := range s.p.Courts {
		if g := s.group(i); !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	return out
}

// holders names the rules that keep judges of a group from being lent.
func (s *solver) holders(g string, need []int) (out []string) {
	var share, floor []string
	for i, n := range need {
		c := &s.p.Courts[i]
		if s.group(i) != g {
			continue
		}
		if c.MayLeave() < c.Judges-n {
			share = append(share, c.ID)
		}
		if c.MinJudges == n && c.MinJudges > 0 && c.Load/s.p.Present(c, n) < s.worst(need) {
			floor = append(floor, c.ID)
		}
	}
	if len(share) > 0 {
		out = append(out, "max_lend_share: "+few(share))
	}
	if len(floor) > 0 {
		out = append(out, "min_judges: "+few(floor))
	}
	return out
}

func few(ids []string) string {
	if len(ids) > shown {
		return fmt.Sprintf("%s, … (%d)", strings.Join(ids[:shown], ", "), len(ids))
	}
	return strings.Join(ids, ", ")
}

// moves sends each missing judge from somewhere: as cheaply as possible where travel costs.
func (s *solver) moves(need []int) []staffing.Move {
	moves := []staffing.Move{}
	for _, g := range s.groups() {
		var t transport
		for i, n := range need {
			c := &s.p.Courts[i]
			if s.group(i) != g {
				continue
			}
			if d := n - c.Judges; d > 0 {
				t.to, t.want = append(t.to, i), append(t.want, d)
			} else if m := min(-d, c.MayLeave()); m > 0 {
				t.from, t.have = append(t.from, i), append(t.have, m)
			}
		}
		if len(t.to) == 0 {
			continue
		}
		if len(s.p.Travel) == 0 {
			t.level(s.p)
		} else {
			t.cheapest(s.p)
		}
		moves = append(moves, t.result(s.p)...)
	}
	slices.SortFunc(moves, func(a, b staffing.Move) int {
		return strings.Compare(a.From+"\x00"+a.To, b.From+"\x00"+b.To)
	})
	return moves
}
