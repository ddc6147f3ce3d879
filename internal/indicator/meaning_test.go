package indicator_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// meaning is a condition in words, with its meaning worked out by other code than ours.
type meaning struct {
	text  string
	holds func(*docket.Case, civil.Period) bool
}

var comparisons = map[string]func(a, b int64) bool{
	"<": func(a, b int64) bool { return a < b }, "<=": func(a, b int64) bool { return a <= b },
	"==": func(a, b int64) bool { return a == b }, "!=": func(a, b int64) bool { return a != b },
	">=": func(a, b int64) bool { return a >= b }, ">": func(a, b int64) bool { return a > b },
}

// dayWords are days of every form; ok is false when the case does not have it.
var dayWords = map[string]func(*docket.Case, civil.Period) (civil.Date, bool){
	"filed_on":            func(c *docket.Case, _ civil.Period) (civil.Date, bool) { return c.FiledOn, c.FiledOn != 0 },
	"closed_on":           func(c *docket.Case, _ civil.Period) (civil.Date, bool) { return c.ClosedOn, c.ClosedOn != 0 },
	"days(filed_on, 90)":  func(c *docket.Case, _ civil.Period) (civil.Date, bool) { return c.FiledOn + 90, c.FiledOn != 0 },
	"days(due_on, 1 - 3)": func(c *docket.Case, _ civil.Period) (civil.Date, bool) { return c.DueOn - 2, c.DueOn != 0 },
	"from":                func(_ *docket.Case, p civil.Period) (civil.Date, bool) { return p.From, true },
	"days(to, -1)":        func(_ *docket.Case, p civil.Period) (civil.Date, bool) { return p.To - 1, true },
	"months(to, -12)":     func(_ *docket.Case, p civil.Period) (civil.Date, bool) { return p.To.AddMonths(-12), true },
	"days(months(from, 2), 5)": func(_ *docket.Case, p civil.Period) (civil.Date, bool) {
		return p.From.AddMonths(2) + 5, true
	},
	`days(day("2021-02-27"), 2)`: func(*docket.Case, civil.Period) (civil.Date, bool) { return civil.NewDate(2021, 3, 1), true },
}

// drawDay draws a day; onCase excludes those that are the same for every case.
func drawDay(t *rapid.T, onCase bool) string {
	if onCase {
		return rapid.SampledFrom([]string{"filed_on", "closed_on", "days(filed_on, 90)", "days(due_on, 1 - 3)"}).Draw(t, "day")
	}
	return rapid.SampledFrom([]string{
		"filed_on", "closed_on", "days(filed_on, 90)", "days(due_on, 1 - 3)", "from", "days(to, -1)", "months(to, -12)",
		"days(months(from, 2), 5)", `days(day("2021-02-27"), 2)`,
	}).Draw(t, "day")
}

func drawDays(t *rapid.T) meaning {
	a, b := drawDay(t, true), drawDay(t, false)
	if rapid.Bool().Draw(t, "exchange") {
		a, b = b, a
	}
	op := rapid.SampledFrom([]string{"<", "<=", "==", "!=", ">=", ">"}).Draw(t, "op")
	form := rapid.IntRange(0, 2).Draw(t, "form")
	n := int64(rapid.IntRange(-400, 400).Draw(t, "n"))
	text := []string{a + " " + op + " " + b, fmt.Sprintf("%s - %s %s %d", a, b, op, n), fmt.Sprintf("%d %s %s - %s + 1", n, op, a, b)}[form]
	return meaning{text, func(c *docket.Case, p civil.Period) bool {
		x, okX := dayWords[a](c, p)
		y, okY := dayWords[b](c, p)
		if !okX || !okY {
			return false
		}
		switch form {
		case 0:
			return comparisons[op](int64(x), int64(y))
		case 1:
			return comparisons[op](int64(x)-int64(y), n)
		}
		return comparisons[op](n, int64(x)-int64(y)+1)
	}}
}

func drawOther(t *rapid.T) meaning {
	return rapid.SampledFrom([]meaning{
		{"true", func(*docket.Case, civil.Period) bool { return true }},
		{"1 > 2 * 3", func(*docket.Case, civil.Period) bool { return false }},
		{"within(closed_on)", func(c *docket.Case, p civil.Period) bool { return p.Contains(c.ClosedOn) }},
		{`line == "civil"`, func(c *docket.Case, _ civil.Period) bool { return c.Line == "civil" }},
		{`"O'Neil" != judge`, func(c *docket.Case, _ civil.Period) bool { return c.Judge != "O'Neil" }},
		{`line in ["civil", "", "criminal"]`, func(c *docket.Case, _ civil.Period) bool {
			return c.Line == "civil" || c.Line == "" || c.Line == "criminal"
		}},
		{"claimed - 5 >= 500", func(c *docket.Case, _ civil.Period) bool { return c.Claimed.Known && c.Claimed.Cents >= 505 }},
		{"2 > deducted_days", func(c *docket.Case, _ civil.Period) bool { return c.DeductedDays < 2 }},
		{"foreign_related", func(c *docket.Case, _ civil.Period) bool { return c.ForeignRelated == docket.Yes }},
		{"known(published)", func(c *docket.Case, _ civil.Period) bool { return c.Published != docket.Unknown }},
		{"known(recovered)", func(c *docket.Case, _ civil.Period) bool { return c.Recovered.Known }},
		{"known(division)", func(c *docket.Case, _ civil.Period) bool { return c.Division != "" }},
	}).Draw(t, "atom")
}

func drawMeaning(t *rapid.T, depth int) meaning {
	form := rapid.IntRange(0, 5).Draw(t, "form")
	if depth == 0 || form < 2 {
		if form%2 == 0 {
			return drawDays(t)
		}
		return drawOther(t)
	}
	a := drawMeaning(t, depth-1)
	if form == 2 {
		return meaning{"!(" + a.text + ")", func(c *docket.Case, p civil.Period) bool { return !a.holds(c, p) }}
	}
	b := drawMeaning(t, depth-1)
	if form == 3 {
		return meaning{"(" + a.text + " || " + b.text + ")", func(c *docket.Case, p civil.Period) bool { return a.holds(c, p) || b.holds(c, p) }}
	}
	return meaning{"(" + a.text + " && " + b.text + ")", func(c *docket.Case, p civil.Period) bool { return a.holds(c, p) && b.holds(c, p) }}
}

// What a condition says is what it does: reading, folding and turning round change nothing.
func TestConditionsMeanWhatTheySay(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	cases := indicatortest.RandomCases(r, 80)
	rapid.Check(t, func(t *rapid.T) {
		m := drawMeaning(t, 3)
		p, err := indicator.ParseCondition(m.text)
		if err != nil {
			t.Fatalf("%s: %v", m.text, err)
		}
		period := indicatortest.RandomPeriod(r)
		for i := range cases {
			if got := p.Holds(&cases[i], period); got != m.holds(&cases[i], period) {
				t.Fatalf("%s is %v for case %d in %s\nread as %s\n%+v", m.text, got, i, period, p, cases[i])
			}
		}
	})
}
