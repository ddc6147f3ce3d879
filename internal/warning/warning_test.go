package warning_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/timelimit"
	"zhunsheng/internal/warning"
	"zhunsheng/rules"
)

var law = sync.OnceValues(func() (*timelimit.Book, error) {
	days, err := calendar.Load(rules.FS)
	if err != nil {
		return nil, err
	}
	return timelimit.Load(rules.FS, days)
})

func book(t interface{ Fatal(...any) }) *timelimit.Book {
	b, err := law()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestStages: the boundaries of every stage; the last day itself is not over.
func TestStages(t *testing.T) {
	start, due := civil.NewDate(2024, 1, 2), civil.NewDate(2024, 7, 2)
	criminal := civil.NewDate(2024, 4, 2) // three months
	for _, x := range []struct {
		rule string
		due  civil.Date
		left int
		want string
	}{
		{"CV1", due, 61, ""}, {"CV1", due, 60, "mark"}, {"CV1", due, 31, "mark"}, {"CV1", due, 30, "d30"}, {"CV1", due, 16, "d30"}, {"CV1", due, 15, "d15"},
		{"CV1", due, 11, "d15"}, {"CV1", due, 10, "d10"}, {"CV1", due, 6, "d10"}, {"CV1", due, 5, "d5"}, {"CV1", due, 1, "d5"}, {"CV1", due, 0, "d0"},
		{"CV1", due, -1, "over"}, {"CV1", due, -900, "over"},
		{"CR1", criminal, 31, ""}, {"CR1", criminal, 30, "mark"}, {"CR1", criminal, 15, "d15"}, {"CR1", criminal, 5, "d5"}, {"CR1", criminal, 3, "d3"}, {"CR1", criminal, 0, "d0"},
	} {
		s, ok := warning.Of(book(t), warning.Time{Rule: x.rule, Start: start, Due: x.due}, x.due.AddDays(-x.left))
		if s.Code != x.want || ok != (x.want != "") || ok && s.Left != x.left {
			t.Errorf("%s with %d days left: %+v %v, want %q", x.rule, x.left, s, ok, x.want)
		}
	}
	day := due.AddDays(-3)
	for name, x := range map[string]warning.Time{
		"a deduction runs": {Rule: "CV1", Start: start, Due: due, Open: day}, "no limit": {Rule: "CV-FOR", Start: start}, "unknown limit": {Rule: "XX", Start: start, Due: due},
	} {
		if s, ok := warning.Of(book(t), x, day); ok {
			t.Errorf("%s: warned as %+v", name, s)
		}
	}
	if s, ok := warning.Of(book(t), warning.Time{Rule: "CV1", Start: start, Due: due, Open: day + 1}, day); !ok || s.Code != "d5" {
		t.Errorf("a deduction that begins tomorrow hides today's warning: %+v %v", s, ok)
	}
}

// TestStagesOnlyRise: from day to day a case never falls back to an earlier stage, and it has
// no stage before the first and one on every day after.
func TestStagesOnlyRise(t *testing.T) {
	rank := map[string]int{"": 0, "mark": 1, "d30": 2, "d15": 3, "d10": 4, "d5": 5, "d3": 6, "d0": 7, "over": 8}
	b := book(t)
	rapid.Check(t, func(r *rapid.T) {
		rule := rapid.SampledFrom(b.Rules()).Draw(r, "rule").ID
		start := civil.NewDate(2015, 5, 1).AddDays(rapid.IntRange(0, 4000).Draw(r, "start"))
		x := warning.Time{Rule: rule, Start: start, Due: start.AddDays(rapid.IntRange(1, 800).Draw(r, "length"))}
		last := 0
		for d := start; d <= x.Due+3; d++ {
			s, ok := warning.Of(b, x, d)
			now, known := rank[s.Code]
			if !known || now < last || ok != (now > 0) {
				r.Fatalf("%+v on %s: %+v %v after stage %d", x, d, s, ok, last)
			}
			last = now
		}
		if last != 8 {
			r.Fatalf("%+v is not over after its end", x)
		}
	})
}

// TestReceivers: judge, then division head, then office, then president; who joined stays.
func TestReceivers(t *testing.T) {
	list, err := warning.LoadReceivers(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	v, ok := list.At(civil.NewDate(2024, 6, 30))
	if !ok || v.Source.Evidence == "" {
		t.Fatalf("no receivers in force, or without evidence: %+v", v)
	}
	order := []access.Role{access.Judge, access.DivisionHead, access.OfficeHead, access.President}
	for _, x := range []struct {
		stage warning.Stage
		upTo  int
	}{{warning.Stage{Code: "mark", Left: 60}, 1}, {warning.Stage{Code: "d30", Left: 16}, 1}, {warning.Stage{Code: "d15", Left: 15}, 2}, {warning.Stage{Code: "d10", Left: 6}, 2},
		{warning.Stage{Code: "d5", Left: 5}, 3}, {warning.Stage{Code: "d0", Left: 0}, 4}, {warning.Stage{Code: "over", Left: -1}, 4}} {
		for i, role := range order {
			if v.Gets(role, x.stage) != (i < x.upTo) {
				t.Errorf("%s gets %+v: %v", role, x.stage, i >= x.upTo)
			}
		}
		if v.Gets(access.Administrator, x.stage) || v.Gets(access.Analyst, x.stage) {
			t.Errorf("somebody without cases gets %+v", x.stage)
		}
	}
	if _, ok := list.At(civil.NewDate(1999, 1, 1)); ok {
		t.Error("receivers before the provision")
	}
}

// TestReceiversRefused: a file that would send warnings astray does not load.
func TestReceiversRefused(t *testing.T) {
	const good = "receivers:\n  - from: 2000-09-28\n    steps:\n      - {mark: true, join: [judge]}\n"
	for name, text := range map[string]string{
		"nothing":       "receivers: []\n",
		"no steps":      "receivers:\n  - {from: 2000-09-28, steps: []}\n",
		"no mark first": strings.Replace(good, "mark: true", "within: 5", 1),
		"unknown role":  strings.Replace(good, "judge", "judges", 1),
		"order":         good + "      - {within: 5, join: [judge]}\n      - {within: 15, join: [judge]}\n",
		"order of days": good + "  - from: 1999-01-01\n    steps:\n      - {mark: true, join: [judge]}\n",
		"unknown key":   good + "extra: 1\n",
	} {
		_, err := warning.LoadReceivers(fstest.MapFS{"limits/receivers.yaml": {Data: []byte(text)}})
		if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "receivers.yaml") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := warning.LoadReceivers(fstest.MapFS{"limits/receivers.yaml": {Data: []byte(good)}}); err != nil {
		t.Error(err)
	}
}
