package solve_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/staffing"
)

// over is the time at a court on average over the period, day by day: what is there before and
// after the loan, and what is there during it.
func over(p *staffing.Problem, before, during float64) float64 {
	if p.Loan == nil {
		return during
	}
	period, _ := p.Period.Days()
	loan, _ := p.Loan.Days()
	sum, days := 0.0, 0.0
	for d := period.From; d <= period.To; d = d.AddDays(1) {
		days++
		if loan.Contains(d) {
			sum += during
		} else {
			sum += before
		}
	}
	return sum / days
}

// lend draws a time for the loan that touches a period of thirty days.
func lend(r *rand.Rand, p *staffing.Problem) {
	first := civil.NewDate(2024, 9, 1)
	from := first.AddDays(r.IntN(40) - 10)
	until := max(from, first).AddDays(r.IntN(25))
	p.Period = staffing.SpanOf(civil.Period{From: first, To: first.AddDays(29)})
	p.Loan = staffing.SpanOf(civil.Period{From: min(from, first.AddDays(29)), To: until})
}

// TestLoansAgainstBruteForce: loans for part of the period, judges counted or named; the plan is the
// best there is and the checker agrees.
func TestLoansAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 24))
	moved, shorter := 0, 0
	for k := range 600 {
		p, bruted := small(r), brute
		if k%2 == 1 {
			p, bruted = smallNamed(r), bruteNamed
		}
		lend(r, p)
		p = read(t, p)
		if p.LoanShare() < 1 {
			shorter++
		}
		plan := agreed(t, k, p, bruted, lessNamed)
		moved += plan.Objective.Moves
		plan.Loan = nil
		if faults := staffing.Check(p, &plan); len(faults) == 0 {
			t.Fatalf("problem %d: the checker lets another time pass", k)
		}
	}
	if moved < 200 || shorter < 300 {
		t.Errorf("%d moves, %d loans for part of the period: the draw tests little", moved, shorter)
	}
}

// TestLoanWords: spans that say nothing are refused with their place.
func TestLoanWords(t *testing.T) {
	for text, want := range map[string]string{
		`"period":{"from":"2024-07-01","until":"2024-12-31"},"loan":{"from":"2024-13-01","until":"2024-12-31"}`: `p.json, loan: "2024-13-01"`,
		`"period":{"from":"2024-07-01","until":"2024-06-30"}`:                                                   "p.json, period: 2024-07-01 to 2024-06-30 ends before it begins",
		`"loan":{"from":"2024-07-01","until":"2024-12-31"}`:                                                     "p.json, loan: the period of the load is not given",
		`"period":{"from":"2024-07-01","until":"2024-12-31"},"loan":{"from":"2025-01-01","until":"2025-12-31"}`: "p.json, loan: it lies outside the period of the load",
	} {
		_, err := staffing.ReadProblem("p.json", strings.NewReader(`{"courts":[{"id":"A","judges":1,"load":1}],`+text+`}`))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
