package paper_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/paper"
)

var actions = []paper.Action{paper.Begin, paper.Refresh, paper.Check, paper.Return, paper.Cosign, paper.Approve, paper.Issue, paper.Acknowledge, paper.Recall, paper.Restate, paper.Drop}

// TestEveryPair walks every state and action: a move of the table is found and lists itself,
// anything else is a conflict.
func TestEveryPair(t *testing.T) {
	found := 0
	for _, s := range paper.States() {
		for _, a := range actions {
			m, err := paper.Find(s, a)
			if err == nil {
				found++
				if m.From != s || m.Action != a || len(access.RolesFor(m.Need)) == 0 {
					t.Errorf("%s from %s: %+v", a, s, m)
				}
			} else if !errors.Is(err, fault.Conflict) {
				t.Errorf("%s from %s: %v", a, s, err)
			}
		}
	}
	if found != 12 {
		t.Errorf("%d moves, the table has 12", found)
	}
}

// TestNobodyIssuesAlone: no role can take a draft all the way to the courts.
func TestNobodyIssuesAlone(t *testing.T) {
	for _, r := range access.Roles() {
		who := access.Scope{User: "u", Role: r, City: true}
		state, moved := paper.Draft, true
		for moved && state != paper.Issued {
			moved = false
			for _, m := range paper.Moves(state) {
				if m.To != state && m.To != paper.Draft && m.To != paper.Dropped && m.Check(who, "why") == nil {
					state, moved = m.To, true
					break
				}
			}
		}
		if state == paper.Issued {
			t.Errorf("role %s brings a draft to the courts alone", r)
		}
	}
}

// TestLives follows random lives: nothing is issued that was not checked, co-signed and
// approved since it was last a draft, and nothing leaves an end.
func TestLives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := paper.Draft
		var since []paper.Action
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			a := rapid.SampledFrom(actions).Draw(t, "action")
			m, err := paper.Find(state, a)
			if err != nil {
				continue
			}
			if state == paper.Recalled || state == paper.Restated || state == paper.Dropped {
				t.Fatalf("%s left %s", a, state)
			}
			if m.To == paper.Draft {
				since = nil
			} else {
				since = append(since, a)
			}
			if state = m.To; a == paper.Issue {
				if len(since) != 4 || since[0] != paper.Check || since[1] != paper.Cosign || since[2] != paper.Approve {
					t.Fatalf("issued after %v", since)
				}
			}
		}
	})
}

func TestReasons(t *testing.T) {
	head := access.Scope{User: "h", Role: access.OfficeHead, City: true}
	m, err := paper.Find(paper.Issued, paper.Recall)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Check(head, "  "); !errors.Is(err, fault.Invalid) {
		t.Errorf("recalled without a reason: %v", err)
	}
	if err := m.Check(access.Scope{User: "a", Role: access.Analyst, City: true}, "x"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the analyst recalled: %v", err)
	}
	if err := m.Check(head, "数据更正"); err != nil {
		t.Error(err)
	}
}

// TestDiagramInTheDocs: the picture in docs/editions.md is this table.
func TestDiagramInTheDocs(t *testing.T) {
	b, err := os.ReadFile("../../docs/editions.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), paper.Diagram()) {
		t.Errorf("docs/editions.md does not show:\n%s", paper.Diagram())
	}
}
