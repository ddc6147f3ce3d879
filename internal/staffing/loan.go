package staffing

import (
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Span is a time from day to day, written YYYY-MM-DD; both days belong to it.
type Span struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

// SpanOf writes a period as a span.
func SpanOf(p civil.Period) *Span { return &Span{p.From.String(), p.To.String()} }

// Days reads the span. Errors are of kind fault.Invalid.
func (s *Span) Days() (civil.Period, error) {
	from, err := civil.ParseDate(s.From)
	if err != nil {
		return civil.Period{}, err
	}
	until, err := civil.ParseDate(s.Until)
	if err == nil && until < from {
		err = fault.Invalidf("%s to %s ends before it begins", s.From, s.Until)
	}
	return civil.Period{From: from, To: until}, err
}

// LoanShare is the part of the period for which lent judges are away, above 0 and up to 1. Days of
// the loan outside the period do not count: its load does not know them.
func (p *Problem) LoanShare() float64 {
	if p.Loan == nil || p.Period == nil {
		return 1
	}
	loan, err := p.Loan.Days()
	period, also := p.Period.Days()
	if err != nil || also != nil {
		return 1 // ReadProblem refuses such spans
	}
	inside := civil.Period{From: max(loan.From, period.From), To: min(loan.To, period.To)}
	return float64(max(inside.Days(), 0)) / float64(period.Days())
}

// Present is the time of judges at court c on average over the period when so many are there
// during the loan: those in post, changed for the loan's share of the period.
func (p *Problem) Present(c *Court, judges int) float64 {
	return float64(c.Judges) + p.LoanShare()*float64(judges-c.Judges)
}

// checkLoan refuses spans that say nothing about the load.
func (p *Problem) checkLoan(place string) error {
	for name, s := range map[string]*Span{"period": p.Period, "loan": p.Loan} {
		if s == nil {
			continue
		}
		if _, err := s.Days(); err != nil {
			return fault.At(place+", "+name, err.Error(), "give from and until as YYYY-MM-DD, in order")
		}
	}
	switch {
	case p.Loan != nil && p.Period == nil:
		return fault.At(place+", loan", "the period of the load is not given", "give period with from and until, or leave the loan out")
	case p.LoanShare() == 0:
		return fault.At(place+", loan", "it lies outside the period of the load", "let it begin before the period ends")
	}
	return nil
}
