package staffing_test

import (
	"encoding/json"
	"strings"
	"testing"

	"zhunsheng/internal/staffing"
)

// TestRulesAreDropped: a problem that has every rule loses one at a time, keeps the others and is
// itself left as it was; one that has none has nothing to lose.
func TestRulesAreDropped(t *testing.T) {
	const text = `{"courts":[{"id":"A","load":9,"min_judges":1,"max_lend_share":0.5,"group":"g"},{"id":"B","load":9,"group":"g"}],
		"judges":[{"id":"j1","court":"A","lines":["civil"],"avoid":["B"]},{"id":"j2","court":"B","lines":["civil"]}],
		"needs":[{"court":"B","lines":["civil"],"at_least":1}],"limits":{"max_moves":1,"within_group":true}}`
	p, err := staffing.ReadProblem("all", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := json.Marshal(p)
	for _, r := range staffing.Rules() {
		q, had := p.Without(r)
		if !had {
			t.Errorf("%s is not found", r.Code)
		}
		if after, _ := json.Marshal(p); string(after) != string(before) {
			t.Fatalf("dropping %s changed the problem:\n%s\n%s", r.Code, before, after)
		}
		for _, other := range staffing.Rules() {
			if _, has := q.Without(other); has == (other.Code == r.Code) {
				t.Errorf("without %s the problem has %s: %v", r.Code, other.Code, has)
			}
		}
		if named, ok := staffing.RuleOf(r.Sentence); !ok || named.Code != r.Code {
			t.Errorf("%q names %q", r.Sentence, named.Code)
		}
	}
	if _, ok := staffing.RuleOf("max_moves：需调动 7 人，上限 6 人 / 7 moves are needed, 6 allowed"); ok {
		t.Error("a sentence with figures is taken for a rule")
	}
}
