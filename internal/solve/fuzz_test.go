package solve_test

import (
	"strings"
	"testing"

	"zhunsheng/internal/solve"
	"zhunsheng/internal/staffing"
)

// FuzzPlan: a file is refused with its place, or solved so that the checker agrees.
func FuzzPlan(f *testing.F) {
	f.Add(`{"courts":[{"id":"A","judges":3,"load":100,"max_lend_share":0.5},{"id":"B","judges":1,"load":100}],"limits":{"max_moves":1}}`)
	f.Add(`{"courts":[{"id":"A","judges":1,"load":10,"min_judges":5,"group":"g"}],"limits":{"within_group":true}}`)
	f.Add(`{"courts":[{"id":"A","judges":4},{"id":"B","judges":0,"load":1e-300}],"travel":[{"from":"A","to":"B","cost":2}],"objective":["max_load"]}`)
	f.Add(`{"courts":[]}`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := staffing.ReadProblem("p.json", strings.NewReader(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "p.json") {
				t.Fatalf("no place: %v", err)
			}
			return
		}
		judges := 0
		for _, c := range p.Courts {
			judges += c.Judges + c.MinJudges
		}
		if len(p.Courts) > 30 || judges > 5000 {
			return
		}
		plan := solve.Plan(p)
		if faults := staffing.Check(p, &plan); len(faults) > 0 {
			t.Fatalf("%s\n%+v\n%v", text, plan, faults)
		}
	})
}
