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

// Every anomaly is planted at three strengths into courts of three sizes; clean cities of
// several days say how many questions come by chance. With ZHUNSHENG_POWER set the whole table
// of docs/signals.md is made, else a small part of it.
func TestPowerAndFalseAlarms(t *testing.T) {
	b := book(t)
	seeds, rounds := 1, 1
	days := []civil.Date{civil.NewDate(2024, 6, 30)}
	if os.Getenv("ZHUNSHENG_POWER") != "" {
		seeds, rounds = 3, 2
		days = []civil.Date{civil.NewDate(2022, 12, 31), civil.NewDate(2023, 6, 30), civil.NewDate(2023, 12, 31), civil.NewDate(2024, 6, 30)}
	}
	var cities []*city
	asked, stated, tested := 0, 0.0, 0
	for seed := range seeds {
		for _, day := range days {
			c, err := clean(uint64(seed+1), day)
			if err != nil {
				t.Fatal(err)
			}
			r := b.Look(c.courts, c.cases, c.events, day)
			asked, stated, tested = asked+len(r.Questions), stated+r.Expected, tested+r.Tested
			for _, q := range r.Questions {
				t.Logf("clean, seed %d, %v: %s %s %s: %d for %.1f, p %.2g", seed+1, day, q.Rule.ID, q.Way, q.Court, q.Seen, q.Expected, q.P)
			}
			if day == days[len(days)-1] {
				cities = append(cities, c)
			}
		}
	}
	t.Logf("clean: %d questions, at most %.1f stated, %d tests in %d looks", asked, stated, tested, seeds*len(days))
	if float64(asked) > stated+3 {
		t.Errorf("%d questions without anything planted, %.1f stated", asked, stated)
	}
	courts := []string{"藏9801", "藏9804", "藏9808"}
	for _, p := range plants {
		if seeds == 1 && !p.fixed {
			continue
		}
		var cells [3][3]int
		n := 0
		for k, c := range cities {
			for round := range rounds {
				n++
				for i, court := range courts {
					for j, s := range p.strengths {
						if seeds == 1 && (j != 1 || i != 0) {
							continue
						}
						x := c.copied()
						p.do(x, rand.New(rand.NewPCG(uint64(k*100+round), uint64(i*10+j))), court, s)
						if finds(b.Look(x.courts, x.cases, x.events, x.day), p.rule, court) {
							cells[i][j]++
						}
					}
				}
			}
		}
		line := "| " + p.rule
		for j, s := range p.strengths {
			if p.rule == "december_dip" {
				s *= 100
			}
			line += " | " + fmt.Sprintf(p.what, s) + ":"
			for i := range courts {
				line += fmt.Sprintf(" %.2f", float64(cells[i][j])/float64(n))
			}
		}
		t.Log(line)
		if p.fixed && cells[0][1]*10 < n*8 {
			t.Errorf("%s at middle strength in the largest court: found in %d of %d", p.rule, cells[0][1], n)
		}
	}
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
