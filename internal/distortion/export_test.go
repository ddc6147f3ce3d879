package distortion

import (
	"slices"

	"zhunsheng/internal/civil"
)

// Counted is a look of which one rule can be counted anew in one court. Cases of different
// courts are never linked, so the counts of the others stay as they are.
type Counted struct {
	book   *Book
	l      *looker
	courts []string
	day    civil.Date
}

// Count counts all rules.
func (b *Book) Count(courts []string, cases []Case, events []Event, day civil.Date) *Counted {
	l := newLooker(courts, cases, day)
	l.links = link(cases)
	for i := range b.Rules {
		l.count(&b.Rules[i], cases, events)
	}
	return &Counted{b, l, courts, day}
}

// linked are the rules that ask what belongs together.
var linked = []string{"refile", "splitting", "paper_closing"}

// With asks with other cases and events in one court, as far as one rule counts them.
func (c *Counted) With(court, rule string, cases []Case, events []Event) *Report {
	own := newLooker(c.courts, cases, c.day)
	if slices.Contains(linked, rule) {
		own.links = link(cases)
	}
	for i := range c.book.Rules {
		if r := &c.book.Rules[i]; r.ID == rule {
			own.count(r, cases, events)
		}
	}
	joined := *c.l
	joined.order = slices.DeleteFunc(slices.Clone(c.l.order), func(t *tally) bool { return t.court == court && t.rule.ID == rule })
	joined.order = append(joined.order, own.order...)
	return c.book.ask(&joined, c.courts)
}

// Ask asks with what was counted.
func (c *Counted) Ask() *Report { return c.book.ask(c.l, c.courts) }
