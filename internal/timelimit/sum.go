package timelimit

import "zhunsheng/internal/civil"

// Summary is a due date with the numbers that a ledger keeps beside it, and no words.
type Summary struct {
	Deadline
	Flags       Flags
	DayZero     civil.Date // day 0 after the last restart
	BaseEnd     civil.Date // where the base alone would end, moved from a day off; zero: no limit
	ExtendedEnd civil.Date // where base and extensions would end without the deducted days
	Extended    Span       // extensions in effect
	Deducted    int        // days deducted in effect
	Rule        *Rule      // after the last conversion
	Version     *Version   // the wording the base is taken from
}

// Sum is [Due] with the numbers of [Compute]: the bulk path of a ledger.
func Sum(b *Book, c *Case, set *Settings) (Summary, error) {
	s := state{book: b, c: c, set: set}
	due, err := s.run()
	if err != nil {
		return Summary{}, err
	}
	out := Summary{Deadline: due, Flags: s.flags, DayZero: s.dayZero, BaseEnd: due.Day, ExtendedEnd: due.Day,
		Extended: s.extended, Deducted: s.deducted, Rule: s.rule, Version: s.version}
	if due.Measure != InDays {
		return out, nil
	}
	out.BaseEnd = s.moved(s.base.Span.add(s.dayZero, s.rule.MonthEnd))
	out.ExtendedEnd = out.BaseEnd
	switch {
	case s.mark != 0:
		out.ExtendedEnd = s.moved(s.mark.AddDays(-s.marked))
	case !s.extended.IsZero():
		out.ExtendedEnd = s.moved(s.base.Span.plus(s.extended).add(s.dayZero, s.rule.MonthEnd))
	}
	return out, nil
}

// moved is a day, moved from a day off where the rule does that.
func (s *state) moved(d civil.Date) civil.Date {
	if s.moves() {
		return s.cal.Next(d)
	}
	return d
}
