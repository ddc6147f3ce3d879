package distortion

import (
	"slices"

	"zhunsheng/internal/civil"
)

// Counted is a look of which one court can be counted anew. Cases of different courts are never
// linked, so the counts of the others stay as they are.
type Counted struct {
	book   *Book
	l      *looker
	courts []string
	day    civil.Date
}

// Count counts all rules.
func (b *Book) Count(courts []string, cases []Case, events []Event, day civil.Date) *Counted {
	l := newLooker(courts, cases, day)
	for i := range b.Rules {
		l.count(&b.Rules[i], cases, events)
	}
	return &Counted{b, l, courts, day}
}

// With asks with other cases and events in one court.
func (c *Counted) With(court string, cases []Case, events []Event) *Report {
	own := c.book.Count(c.courts, cases, events, c.day)
	joined := *c.l
	joined.order = slices.DeleteFunc(slices.Clone(c.l.order), func(t *tally) bool { return t.court == court })
	joined.order = append(joined.order, own.l.order...)
	return c.book.ask(&joined, c.courts)
}

// Ask asks with what was counted.
func (c *Counted) Ask() *Report { return c.book.ask(c.l, c.courts) }
