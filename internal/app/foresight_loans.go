package app

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/web/page/foresight"
)

// loanMonths are the lengths of the loans compared, in months; the rest of the year is the last.
var loanMonths = []int{3, 6, 9}

// Loans implements [foresight.Source].
func (a foresightDesk) Loans(ctx context.Context, at access.Scope, wish foresight.Wish) ([]foresight.LoanTime, error) {
	if err := cityOnly(at); err != nil {
		return nil, err
	}
	w, err := a.workload(ctx, at)
	if err != nil {
		return nil, err
	}
	ways, err := a.travel(w.day)
	if err != nil {
		return nil, err
	}
	var out []foresight.LoanTime
	for _, loan := range loanTimes(w.rest) {
		wish.Loan = loan
		p, err := a.problem(ctx, w, ways, wish)
		if err != nil {
			return nil, err
		}
		s, err := a.solve(p)
		if err != nil {
			return nil, err
		}
		out = append(out, foresight.LoanTime{Loan: loan, Months: monthsOf(w.rest, loan), Plan: s.plan, Sound: len(s.objections) == 0})
	}
	return out, nil
}

// loanTimes are loans in whole months that begin now: those that end before the rest of the year
// does, and all of it.
func loanTimes(rest civil.Period) (out []civil.Period) {
	year, month, _ := rest.From.YMD()
	first := civil.Month(year, month)
	for _, n := range loanMonths {
		if last := first.Shift(n - 1); last.To < rest.To {
			out = append(out, civil.Period{From: first.From, To: last.To})
		}
	}
	return append(out, civil.Period{From: first.From, To: rest.To})
}

// monthsOf is how many months a loan lasts inside a period; part of a month counts with its days.
func monthsOf(rest, loan civil.Period) (sum float64) {
	inside := civil.Period{From: max(rest.From, loan.From), To: min(rest.To, loan.To)}
	for _, part := range inside.Months() {
		year, month, _ := part.From.YMD()
		sum += float64(part.Days()) / float64(civil.Month(year, month).Days())
	}
	return sum
}
