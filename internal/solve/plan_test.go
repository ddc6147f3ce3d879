package solve_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/solve"
	"zhunsheng/internal/staffing"
)

// small draws a problem that can be tried out in full.
func small(r *rand.Rand) *staffing.Problem {
	p := &staffing.Problem{}
	n, most := 2+r.IntN(3), 1+r.IntN(5)
	if n == 4 {
		most = min(most, 3)
	}
	for i := range n {
		c := staffing.Court{ID: string(rune('A' + i)), Judges: r.IntN(7), Load: float64(r.IntN(40)) * 25, MinJudges: r.IntN(4), Group: fmt.Sprint("g", r.IntN(2))}
		if r.IntN(2) == 0 {
			share := float64(r.IntN(11)) / 10
			c.MaxLendShare = &share
		}
		p.Courts = append(p.Courts, c)
	}
	for i := range n {
		for j := range n {
			if i != j && r.IntN(2) == 0 {
				p.Travel = append(p.Travel, staffing.Travel{From: p.Courts[i].ID, To: p.Courts[j].ID, Cost: float64(r.IntN(9))})
			}
		}
	}
	p.Limits = staffing.Limits{MaxMoves: &most, WithinGroup: r.IntN(3) == 0}
	return p
}

// brute tries every way to move judges and keeps the best values; ok is false without any.
func brute(p *staffing.Problem) (best staffing.Values, ok bool) {
	n := len(p.Courts)
	now, left := make([]int, n), make([]int, n)
	for i, c := range p.Courts {
		now[i] = c.Judges
	}
	cost := p.Costs()
	var walk func(pair int, moves int, travel float64)
	walk = func(pair, moves int, travel float64) {
		if pair == n*n {
			if v, fine := valued(p, now, left, moves, travel); fine && (!ok || less(v, best)) {
				best, ok = v, true
			}
			return
		}
		walk(pair+1, moves, travel)
		i, j := pair/n, pair%n
		if i == j || p.Limits.WithinGroup && p.Courts[i].Group != p.Courts[j].Group ||
			slices.Contains(p.Limits.Refused, staffing.Refusal{From: p.Courts[i].ID, To: p.Courts[j].ID}) {
			return
		}
		k := 0
		for ; moves+k < *p.Limits.MaxMoves; k++ {
			now[i]--
			left[i]++
			now[j]++
			walk(pair+1, moves+k+1, travel+float64(k+1)*cost(p.Courts[i].ID, p.Courts[j].ID))
		}
		now[i] += k
		left[i] -= k
		now[j] -= k
	}
	walk(0, 0, 0)
	return best, ok
}

// valued judges one way to move by the words of the contract, without help of the package.
func valued(p *staffing.Problem, now, left []int, moves int, travel float64) (v staffing.Values, fine bool) {
	v = staffing.Values{Moves: moves, Travel: travel}
	for i, c := range p.Courts {
		if now[i] < c.MinJudges || now[i] < 0 || c.Load > 0 && now[i] < 1 || c.MaxLendShare != nil && float64(left[i]) > *c.MaxLendShare*float64(c.Judges)+1e-9 {
			return v, false
		}
		if c.Load > 0 {
			v.MaxLoad = math.Max(v.MaxLoad, c.Load/over(p, float64(c.Judges), float64(now[i])))
		}
	}
	return v, true
}

func less(a, b staffing.Values) bool {
	if a.MaxLoad != b.MaxLoad {
		return a.MaxLoad < b.MaxLoad
	}
	if a.Moves != b.Moves {
		return a.Moves < b.Moves
	}
	return a.Travel < b.Travel
}

// TestAgainstBruteForce: on a thousand small problems the plan is the best there is, and the
// checker, which knows no solver, agrees.
func TestAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	infeasible := 0
	for k := range 1000 {
		plan := agreed(t, k, small(r), brute, less)
		if plan.Status == "infeasible" {
			infeasible++
		} else if plan.Objective.MaxLoad > 0 && len(plan.Binding) == 0 {
			t.Fatalf("problem %d: nothing binds %+v", k, plan)
		}
	}
	if infeasible < 100 || infeasible > 900 {
		t.Errorf("%d of 1000 problems are infeasible: the draw tests little", infeasible)
	}
}

// TestCheckerFindsFaults spoils a right plan in each way and wants the checker to say so.
func TestCheckerFindsFaults(t *testing.T) {
	share, most := 0.5, 3
	p := &staffing.Problem{Courts: []staffing.Court{
		{ID: "A", Judges: 10, Load: 1000, MaxLendShare: &share, MinJudges: 7}, {ID: "B", Judges: 4, Load: 1200}, {ID: "C", Judges: 5, Load: 100}},
		Travel: []staffing.Travel{{From: "A", To: "B", Cost: 1}, {From: "C", To: "B", Cost: 5}}, Limits: staffing.Limits{MaxMoves: &most}}
	right := solve.Plan(p)
	if faults := staffing.Check(p, &right); len(faults) > 0 || right.Objective != (staffing.Values{MaxLoad: 1200.0 / 7, Moves: 3, Travel: 3}) {
		t.Fatalf("%+v: %v", right, faults)
	}
	for want, spoil := range map[string]func(*staffing.Plan){
		"max_load is":                   func(q *staffing.Plan) { q.Objective.MaxLoad++; q.Bound.MaxLoad++ },
		"moves are 3":                   func(q *staffing.Plan) { q.Objective.Moves = 2 },
		"travel is 3":                   func(q *staffing.Plan) { q.Objective.Travel = 0 },
		"a smaller load can be reached": func(q *staffing.Plan) { set(q, 1200.0/6, 2, 2); q.Moves[0].Count = 2 },
		"can be had cheaper":            func(q *staffing.Plan) { set(q, 1200.0/7, 3, 15); q.Moves[0].From = "C" },
		"objective and bound differ":    func(q *staffing.Plan) { q.Bound.MaxLoad -= 10; q.Gap = q.Objective.MaxLoad/q.Bound.MaxLoad - 1 },
		"a court that the problem":      func(q *staffing.Plan) { q.Moves[0].To = "X" },
		"4 moves, 3 are allowed":        func(q *staffing.Plan) { q.Moves[0].Count = 4 },
		"6 judges leave, 5 may":         func(q *staffing.Plan) { q.Moves[0].Count = 6 },
		"are no move":                   func(q *staffing.Plan) { q.Moves[0].Count = 0 },
		"but a plan exists":             func(q *staffing.Plan) { q.Status = "infeasible" },
		"is none of optimal":            func(q *staffing.Plan) { q.Status = "best" },
		"6 judges stay, 7 must":         func(q *staffing.Plan) { q.Moves = append(q.Moves, staffing.Move{From: "A", To: "C", Count: 1}) },
	} {
		q := right
		q.Moves = append([]staffing.Move(nil), right.Moves...)
		spoil(&q)
		if faults := staffing.Check(p, &q); !strings.Contains(strings.Join(faults, "\n"), want) {
			t.Errorf("checker says %q, want %q", faults, want)
		}
	}
}

func set(q *staffing.Plan, load float64, moves int, travel float64) {
	q.Objective = staffing.Values{MaxLoad: load, Moves: moves, Travel: travel}
	q.Bound = q.Objective
}

// TestFurtherAlternatives: each further one refuses one way more than the one before, is no better,
// and uses none of the ways refused.
func TestFurtherAlternatives(t *testing.T) {
	most := 3
	p := &staffing.Problem{Courts: []staffing.Court{{ID: "A", Judges: 9, Load: 300}, {ID: "B", Judges: 3, Load: 600}, {ID: "C", Judges: 8, Load: 300}},
		Limits: staffing.Limits{MaxMoves: &most}}
	plan := solve.Plan(p)
	first := solve.Alternatives(p, &plan, 1)
	further := solve.Further(p, first[0], 5)
	before := plan.Objective
	for i, a := range append(first, further...) {
		if len(a.All()) != i+1 || less(a.Objective, before) {
			t.Errorf("alternative %d: %+v after %+v", i+1, a, before)
		}
		for _, m := range a.Moves {
			if slices.Contains(a.All(), staffing.Refusal{From: m.From, To: m.To}) {
				t.Errorf("alternative %d goes a refused way: %+v", i+1, a)
			}
		}
		before = a.Objective
	}
	if last := further[len(further)-1]; len(last.Moves) != 0 {
		t.Errorf("the ways end with %+v", last)
	}
}

// nation is 3,500 courts in 32 provinces with about 100,000 judges.
func nation() *staffing.Problem {
	r := rand.New(rand.NewPCG(1, 2))
	p := &staffing.Problem{Limits: staffing.Limits{WithinGroup: true}}
	share := 0.3
	for i := range 3500 {
		p.Courts = append(p.Courts, staffing.Court{ID: fmt.Sprint("c", i), Judges: 10 + r.IntN(37), Load: float64(500 + r.IntN(12000)), MinJudges: 6, MaxLendShare: &share, Group: fmt.Sprint("p", i%32)})
	}
	return p
}

func TestNation(t *testing.T) {
	for name, travel := range map[string]bool{"counts": false, "travel": true} {
		p := nation()
		if travel {
			for i := range 3500 - 32 {
				p.Travel = append(p.Travel, staffing.Travel{From: fmt.Sprint("c", i), To: fmt.Sprint("c", i+32), Cost: float64(1 + i%7)})
			}
		}
		start := time.Now()
		plan := solve.Plan(p)
		took := time.Since(start)
		if faults := staffing.Check(p, &plan); len(faults) > 0 || plan.Status != "optimal" {
			t.Errorf("%s: %s %v", name, plan.Status, faults)
		}
		t.Logf("%s: %v, %d moves, largest load %.1f, travel %.0f, binding %v", name, took, plan.Objective.Moves, plan.Objective.MaxLoad, plan.Objective.Travel, plan.Binding)
	}
}
