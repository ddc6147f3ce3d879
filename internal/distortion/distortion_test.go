package distortion_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/distortion"
	"zhunsheng/rules"
)

func book(t *testing.T) *distortion.Book {
	t.Helper()
	b, err := distortion.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The power that the five patterns fixed in the issue must reach at their middle strength, and
// the runs of a cell of the whole table.
const (
	goal       = 0.8
	citiesMade = 5
	rounds     = 4
)

// Every anomaly is planted at three strengths into courts of three sizes; clean cities looked
// at on several days say how many questions come by chance. With ZHUNSHENG_POWER set the whole
// table of docs/signals.md is made, else the middle column of the fixed patterns in one city.
func TestPowerAndFalseAlarms(t *testing.T) {
	b := book(t)
	whole := os.Getenv("ZHUNSHENG_POWER") != ""
	seeds, n := 1, 1
	days := []civil.Date{civil.NewDate(2024, 6, 30)}
	if whole {
		seeds, n = citiesMade, rounds
		days = append(days, civil.NewDate(2022, 12, 31), civil.NewDate(2023, 6, 30), civil.NewDate(2023, 12, 31))
	}
	asked, stated, tested := 0, 0.0, 0
	courts := []string{"藏9801", "藏9804", "藏9808"}
	cells := make([][3][3]int, len(plants))
	for seed := range seeds {
		c, err := clean(uint64(seed+1), days[0])
		if err != nil {
			t.Fatal(err)
		}
		counted := b.Count(c.courts, c.cases, c.events, days[0])
		for _, day := range days {
			r := counted.Ask()
			if day != days[0] {
				r = b.Look(c.courts, c.cases, c.events, day)
			}
			asked, stated, tested = asked+len(r.Questions), stated+r.Expected, tested+r.Tested
			for _, q := range r.Questions {
				t.Logf("clean, seed %d, %v: %s %s %s: %d for %.1f, p %.2g", seed+1, day, q.Rule.ID, q.Way, q.Court, q.Seen, q.Expected, q.P)
			}
		}
		for i, court := range courts {
			own := c.only(court)
			for k, p := range plants {
				for j, s := range p.strengths {
					if !whole && (j != 1 || !p.fixed) {
						continue
					}
					for round := range n {
						x := own.copied()
						p.do(x, rand.New(rand.NewPCG(uint64(seed*100+round), uint64(i*10+j))), court, s)
						if finds(counted.With(court, p.rule, x.cases, x.events), p.rule, court) {
							cells[k][i][j]++
						}
					}
				}
			}
		}
	}
	t.Logf("clean: %d questions, at most %.1f stated, %d tests in %d looks", asked, stated, tested, seeds*len(days))
	if float64(asked) > stated+3 {
		t.Errorf("%d questions without anything planted, %.1f stated", asked, stated)
	}
	for k, p := range plants {
		if !whole && !p.fixed {
			continue
		}
		if whole {
			t.Log(p.line(cells[k], float64(seeds*n)))
		}
		for i, court := range courts {
			if share := float64(cells[k][i][1]) / float64(seeds*n); p.fixed && share < goal {
				t.Errorf("%s at middle strength in %s: found in %.2f", p.rule, court, share)
			}
		}
	}
}

// line is a row of the table.
func (p plant) line(cells [3][3]int, runs float64) string {
	line := "| " + p.rule
	for j, s := range p.strengths {
		if p.rule == "december_dip" {
			s *= 100
		}
		line += " | " + fmt.Sprintf(p.what, s) + ": "
		for i := range cells {
			line += []string{"", " / ", " / "}[i] + fmt.Sprintf("%.2f", float64(cells[i][j])/runs)
		}
	}
	return line + " |"
}

func finds(r *distortion.Report, rule, court string) bool {
	for _, q := range r.Questions {
		if q.Rule.ID == rule && q.Court == court {
			return true
		}
	}
	return false
}

// Whatever is in the ledger, nothing panics; without cases nothing is asked; the same twice.
func TestHostileLedgers(t *testing.T) {
	b := book(t)
	day := civil.NewDate(2024, 6, 30)
	strange := []distortion.Case{{ID: 1}, {ID: 2}, {ID: 3}}
	strange[1].Court, strange[1].ClosedOn, strange[1].FiledOn = "a", civil.NewDate(2024, 1, 1), civil.NewDate(2025, 1, 1)
	strange[2].Court, strange[2].RelatedNo, strange[2].CaseNo, strange[2].ClosedOn = "a", "x", "x", civil.NewDate(2024, 1, 1)
	for range 3000 {
		strange = append(strange, strange[1])
	}
	for name, c := range map[string][]distortion.Case{"nothing": nil, "strange": strange} {
		for _, courts := range [][]string{nil, {"a"}, {"a", "b", "c", "d"}} {
			r := b.Look(courts, c, []distortion.Event{{}, {Court: "a"}}, day)
			if len(r.Questions) != 0 {
				t.Errorf("%s, courts %v: asks %+v", name, courts, r.Questions)
			}
		}
	}
}

func TestRulesAreChecked(t *testing.T) {
	for text, want := range map[string]string{
		"rules: []": "least", "least: {ratio: 2, cases: 5}\nrules: [{id: nothing}]": "unknown",
		"least: {ratio: 2, cases: 5}\nrules: [{id: refile, name: {zh: a, en: a}}]": "lacks",
	} {
		_, err := distortion.Load(fstest.MapFS{"signals/distortion.yaml": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
