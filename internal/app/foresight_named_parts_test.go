package app

import (
	"fmt"
	"strings"
	"testing"

	loads "zhunsheng/internal/load"
	"zhunsheng/internal/solve"
	"zhunsheng/internal/staffing"
)

// TestPartsOfAJudge: a judge lent for part of the time is planned at home with what is left, and
// stays at the other court with the rest; time of courts that are not planned and less than half a
// hundredth count for nothing.
func TestPartsOfAJudge(t *testing.T) {
	courts := map[string]bool{"A": true, "B": true}
	j := staffing.Judge{ID: "j1", Court: "A", Avoid: []string{"B"}}
	got := parts(j, map[loads.Place]float64{{Court: "A", Division: "x"}: 0.25, {Court: "A", Division: "y"}: 0.351, {Court: "B"}: 0.399, {Court: "C"}: 1}, courts)
	if len(got) != 2 || got[0].ID != "j1" || got[0].Time() != 0.6 || got[0].Stays || len(got[0].Avoid) != 1 ||
		got[1].ID == "j1" || got[1].Court != "B" || got[1].Time() != 0.4 || !got[1].Stays || got[1].Avoid != nil {
		t.Errorf("%+v", got)
	}
	if got := parts(j, map[loads.Place]float64{{Court: "A"}: 1}, courts); len(got) != 1 || got[0].Capacity != nil {
		t.Errorf("full time: %+v", got)
	}
	if got := parts(j, map[loads.Place]float64{{Court: "A"}: 0.004}, courts); len(got) != 0 {
		t.Errorf("no time: %+v", got)
	}
}

// TestRefusalsOfHardProblems: with many needs and part-time judges what nobody makes up for is left
// until it is asked; with few needs it is solved, and what somebody makes up for costs no search.
func TestRefusalsOfHardProblems(t *testing.T) {
	problem := func(needs int, like string) *staffing.Problem {
		var judges, wants []string
		for i := range 6 {
			judges = append(judges, fmt.Sprintf(`{"id":"a%d","court":"A","lines":["%s"],"capacity":0.5}`, i, strings.ReplaceAll(like, "#", fmt.Sprint(i))))
		}
		for i := range needs {
			wants = append(wants, fmt.Sprintf(`{"court":"B","lines":["l%d"],"at_least":0}`, i))
		}
		p, err := staffing.ReadProblem("test", strings.NewReader(`{"courts":[{"id":"A","load":10},{"id":"B","load":100}],"judges":[{"id":"b","court":"B"},`+
			strings.Join(judges, ",")+`],"needs":[`+strings.Join(wants, ",")+`],"limits":{"max_moves":1}}`))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for name, c := range map[string]struct {
		needs  int
		like   string
		status string
	}{"hard": {6, "l#", unasked}, "few needs": {4, "l#", "optimal"}, "made up for": {6, "l0", "optimal"}} {
		p := problem(c.needs, c.like)
		plan := solve.Plan(p)
		got := refusals(p, &plan)
		if len(got) == 0 || got[0].Status != c.status || got[0].Refused.Judge != plan.Moves[0].Judge {
			t.Errorf("%s: %s, %+v", name, plan.Status, got)
		}
		if c.status == "optimal" && (got[0].Objective.MaxLoad != plan.Objective.MaxLoad || got[0].Moves[0].Judge == plan.Moves[0].Judge) {
			t.Errorf("%s: %+v, plan %+v", name, got[0], plan)
		}
	}
}
