package solve_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhunsheng/internal/solve"
	"zhunsheng/internal/staffing"
)

// some draws a few of the words.
func some(r *rand.Rand, words ...string) (out []string) {
	for _, w := range words {
		if r.IntN(2) == 0 {
			out = append(out, w)
		}
	}
	return out
}

// smallNamed draws a problem with named judges that can be tried out in full.
func smallNamed(r *rand.Rand) *staffing.Problem {
	p := &staffing.Problem{}
	courts := 2 + r.IntN(2)
	for i := range courts {
		c := staffing.Court{ID: string(rune('A' + i)), Load: float64(r.IntN(12)) * 50, MinJudges: r.IntN(2), Group: fmt.Sprint("g", r.IntN(4)/3)}
		if r.IntN(2) == 0 {
			share := float64(3+r.IntN(8)) / 10
			c.MaxLendShare = &share
		}
		p.Courts = append(p.Courts, c)
	}
	id := func() string { return p.Courts[r.IntN(courts)].ID }
	part := r.IntN(2) == 0
	for n := range 2 + r.IntN(6) {
		j := staffing.Judge{ID: fmt.Sprint("j", n), Court: id(), Lines: some(r, "civil", "criminal"), Languages: some(r, "zh", "bo"), Stays: r.IntN(6) == 0}
		if part && r.IntN(3) == 0 {
			half := []float64{0.5, 0.8}[r.IntN(2)]
			j.Capacity = &half
		}
		if r.IntN(4) == 0 {
			j.MayGo = []string{id()}
		}
		if r.IntN(5) == 0 {
			j.Avoid = []string{id()}
		}
		p.Judges = append(p.Judges, j)
	}
	for range r.IntN(4) {
		p.Needs = append(p.Needs, staffing.Need{Court: id(), Lines: some(r, "civil", "criminal"), Languages: some(r, "zh", "bo"), AtLeast: r.IntN(3)})
	}
	for i := range r.IntN(2) * courts { // half of the problems without travel: judges of courts are then joined
		for j := range i {
			p.Travel = append(p.Travel, staffing.Travel{From: p.Courts[i].ID, To: p.Courts[j].ID, Cost: float64(r.IntN(5))})
		}
	}
	p.Limits.WithinGroup = r.IntN(3) == 0
	switch r.IntN(4) {
	case 0:
		p.Limits.Refused = []staffing.Refusal{{Judge: p.Judges[r.IntN(len(p.Judges))].ID}}
	case 1:
		p.Limits.Refused = []staffing.Refusal{{From: p.Courts[0].ID, To: p.Courts[1].ID}}
	}
	if r.IntN(2) == 0 {
		most := r.IntN(4)
		p.Limits.MaxMoves = &most
	}
	return p
}

// bruteNamed tries every place for every judge, by the words of the contract.
func bruteNamed(p *staffing.Problem) (best staffing.Values, ok bool) {
	at := map[string]*staffing.Court{}
	for i := range p.Courts {
		at[p.Courts[i].ID] = &p.Courts[i]
	}
	cost := p.Costs()
	where := make([]string, len(p.Judges))
	var walk func(n int)
	walk = func(n int) {
		if n == len(p.Judges) {
			if v, fine := valuedNamed(p, where, cost); fine && (!ok || lessNamed(v, best)) {
				best, ok = v, true
			}
			return
		}
		j := &p.Judges[n]
		for _, c := range p.Courts {
			stays := c.ID == j.Court
			if stays || !j.Stays && (j.MayGo == nil || slices.Contains(j.MayGo, c.ID)) && !slices.Contains(j.Avoid, c.ID) &&
				(!p.Limits.WithinGroup || c.Group == at[j.Court].Group) && !slices.Contains(p.Limits.Refused, staffing.Refusal{Judge: j.ID}) &&
				!slices.Contains(p.Limits.Refused, staffing.Refusal{From: j.Court, To: c.ID}) {
				where[n] = c.ID
				walk(n + 1)
			}
		}
	}
	walk(0)
	return best, ok
}

func lessNamed(a, b staffing.Values) bool {
	if math.Abs(a.MaxLoad-b.MaxLoad) < 1e-9*(a.MaxLoad+b.MaxLoad) {
		a.MaxLoad = b.MaxLoad
	}
	return less(a, b)
}

func valuedNamed(p *staffing.Problem, where []string, cost func(a, b string) float64) (v staffing.Values, fine bool) {
	present, left, post, time := map[string]int{}, map[string]int{}, map[string]float64{}, map[string]float64{}
	met := make([]int, len(p.Needs))
	for n, j := range p.Judges {
		present[where[n]]++
		time[where[n]] += j.Time()
		post[j.Court] += j.Time()
		if where[n] != j.Court {
			left[j.Court]++
			v.Moves++
			v.Travel += cost(j.Court, where[n])
		}
		for k, need := range p.Needs {
			if need.Court == where[n] && contains(j.Lines, need.Lines) && contains(j.Languages, need.Languages) {
				met[k]++
			}
		}
	}
	for k, need := range p.Needs {
		if met[k] < need.AtLeast {
			return v, false
		}
	}
	for _, c := range p.Courts {
		if present[c.ID] < c.MinJudges || c.Load > 0 && present[c.ID] < 1 || c.MaxLendShare != nil && float64(left[c.ID]) > *c.MaxLendShare*float64(c.Judges)+1e-9 {
			return v, false
		}
		if c.Load > 0 {
			v.MaxLoad = math.Max(v.MaxLoad, c.Load/over(p, post[c.ID], time[c.ID]))
		}
	}
	return v, p.Limits.MaxMoves == nil || v.Moves <= *p.Limits.MaxMoves
}

func contains(had, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(had, w) })
}

// read passes a problem through the reader, which checks it and counts the judges.
func read(t *testing.T, p *staffing.Problem) *staffing.Problem {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	q, err := staffing.ReadProblem("problem", strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// agreed plans a problem and wants the plan to be as good as the best that trying everything
// found, infeasible where that found none, and the checker to agree.
func agreed(t *testing.T, k int, p *staffing.Problem, brute func(*staffing.Problem) (staffing.Values, bool), less func(a, b staffing.Values) bool) staffing.Plan {
	t.Helper()
	plan := solve.Plan(p)
	text, _ := json.Marshal(p)
	if faults := staffing.Check(p, &plan); len(faults) > 0 {
		t.Fatalf("problem %d: the checker says %v\nplan %+v\n%s", k, faults, plan, text)
	}
	best, ok := brute(p)
	if !ok {
		if plan.Status != "infeasible" || len(plan.Conflict) == 0 {
			t.Fatalf("problem %d: there is no plan, got %+v\n%s", k, plan, text)
		}
	} else if plan.Status != "optimal" || less(best, plan.Objective) || less(plan.Objective, best) {
		t.Fatalf("problem %d: %s %+v, the best is %+v\n%s", k, plan.Status, plan.Objective, best, text)
	}
	return plan
}

// TestNamedAgainstBruteForce: on a thousand small problems with named judges the plan is the best
// there is, and the checker agrees.
func TestNamedAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 5))
	infeasible, moved := 0, 0
	for k := range 1000 {
		plan := agreed(t, k, read(t, smallNamed(r)), bruteNamed, lessNamed)
		if plan.Status == "infeasible" {
			infeasible++
		}
		moved += plan.Objective.Moves
	}
	if infeasible < 50 || infeasible > 800 || moved < 300 {
		t.Errorf("%d problems without a plan and %d moves: the problems test little", infeasible, moved)
	}
}

// TestRefusedWays: with interchangeable judges a refused way leaves the other ways open.
func TestRefusedWays(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	for k := range 300 {
		p := small(r)
		from, to := r.IntN(len(p.Courts)), r.IntN(len(p.Courts))
		if from == to {
			continue
		}
		p.Limits.Refused = []staffing.Refusal{{From: p.Courts[from].ID, To: p.Courts[to].ID}}
		agreed(t, k, p, brute, less)
	}
}

// place draws courts with judges who speak one or two languages and handle some lines.
func place(r *rand.Rand, courts, judges, group int) *staffing.Problem {
	p := &staffing.Problem{}
	share := 0.2
	for i := range courts {
		p.Courts = append(p.Courts, staffing.Court{ID: fmt.Sprintf("c%04d", i), MinJudges: 3, MaxLendShare: &share, Group: fmt.Sprint("g", i/group)})
	}
	for n := range judges {
		home := n % courts
		j := staffing.Judge{ID: fmt.Sprintf("j%06d", n), Court: p.Courts[home].ID, Languages: []string{"zh"}}
		j.Lines = [][]string{{"civil"}, {"criminal"}, {"civil", "enforcement"}, {"administrative", "civil"}}[r.IntN(4)]
		if r.IntN(3) == 0 {
			j.Languages = append(j.Languages, "bo")
		}
		j.Stays = r.IntN(5) == 0
		p.Judges = append(p.Judges, j)
	}
	for i := range p.Courts {
		p.Courts[i].Load = math.Round(float64(judges/courts) * (90 + 260*r.Float64()))
		if r.IntN(3) == 0 {
			p.Needs = append(p.Needs, staffing.Need{Court: p.Courts[i].ID, Lines: []string{"civil"}, Languages: []string{"bo"}, AtLeast: judges/courts/8 + r.IntN(3)})
		}
	}
	p.Limits.WithinGroup = true
	return p
}

// TestNamedCity: twenty courts and five hundred judges with lines, languages and needs, proven.
func TestNamedCity(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for k := range 5 {
		p := read(t, place(r, 20, 500, 20))
		start := time.Now()
		plan := solve.Plan(p)
		t.Logf("city %d: %s, %+v, %v", k, plan.Status, plan.Objective, time.Since(start))
		if plan.Status != "optimal" || plan.Objective.Moves == 0 {
			t.Errorf("city %d: %s, gap %v, %d moves", k, plan.Status, plan.Gap, plan.Objective.Moves)
		}
		if faults := staffing.Check(p, &plan); len(faults) > 0 {
			t.Errorf("city %d: the checker says %v", k, faults)
		}
	}
}

// TestNamedNation: 32 provinces, 3,500 courts, 100,000 named judges, without and with hours of travel
// between the courts of a province; part of `make bench`.
func TestNamedNation(t *testing.T) {
	if os.Getenv("ZHUNSHENG_BENCH") == "" {
		t.Skip("takes a quarter of a minute: set ZHUNSHENG_BENCH=1")
	}
	for _, travel := range []bool{false, true} {
		p := place(rand.New(rand.NewPCG(5, 1)), 3500, 100_000, 110)
		for i := range p.Courts {
			for j := range i {
				if travel && p.Courts[i].Group == p.Courts[j].Group {
					p.Travel = append(p.Travel, staffing.Travel{From: p.Courts[i].ID, To: p.Courts[j].ID, Cost: float64(1+(i*31+j*17)%12) / 2})
				}
			}
		}
		p = read(t, p)
		start, before := time.Now(), processor(t)
		plan := solve.Plan(p)
		took := time.Since(start)
		t.Logf("nation, travel %v: %s, %+v, gap %v, %v, %.0f s of processor", travel, plan.Status, plan.Objective, plan.Gap, took, processor(t)-before)
		if plan.Status != "optimal" || took > time.Minute {
			t.Errorf("%s after %v", plan.Status, took)
		}
		if faults := staffing.Check(p, &plan); len(faults) > 0 {
			t.Errorf("the checker says %v", faults[:min(3, len(faults))])
		}
	}
}

// processor is the seconds of processor time that this process has used.
func processor(t *testing.T) float64 {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
