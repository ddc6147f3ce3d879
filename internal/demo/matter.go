package demo

import (
	"maps"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// step is something that prolongs the limit of a case: an extension (months), or days left
// out for an appraisal or a suspension.
type step struct {
	kind     string // extended appraisal notice deducted suspended
	from, to civil.Date
	months   int
}

// days is the number of days left out: to − from, as the office counts (time limits 3.2).
func (p step) days() int {
	if p.kind == "extended" {
		return 0
	}
	return p.to.Sub(p.from)
}

// matter is a case with everything that will ever be true of it, and how it came about. What
// a file says on a day is at(day).
type matter struct {
	docket.Case
	court   int
	kind    *kind
	unit    float64    // duration drawn, in days before the year is fitted
	natural civil.Date // when it would close if the year asked nothing of it
	steps   []step

	converted civil.Date // the day a case begun in summary procedure went over to the ordinary one
	matter    string     // what decides between several limits (审限事项), where type and procedure do not

	// before a change of judge
	firstDivision, firstJudge, firstClerk string
	reassigned                            civil.Date

	entered    civil.Date // day the case came into the system; later than filing for late entries
	closeKnown civil.Date // day the closing was entered
	basis      *matter    // the case this one follows
	slips      []slip     // mistakes that were mended later

	// planted errors, which stay
	linkMissing bool       // nobody wrote down the case it follows
	closedTypo  civil.Date // closing date as mistyped
	numberYear  int        // year in the case number, when it was registered wrongly
	wayMissing  bool       // closed, and nobody said how
	badCells    []badCell
	doubled     doubled
}

// badCell is a cell of the file that holds no date, from a day on. The ledger keeps its text
// as an extra column under the same header.
type badCell struct {
	field, text string
	since       civil.Date
}

// doubled says that the first file with the case has a second row of it.
type doubled int

const (
	once      doubled = iota
	identical         // the same row twice
	differing         // after the right row one that names the clerk as judge
)

// slip is a mistake in a file that was mended later: until the day, the file shows it.
type slip struct {
	mended civil.Date
	show   func(*docket.Case)
}

// due returns the last day of the limit with the steps known on a day.
func (m *matter) due(day civil.Date) civil.Date {
	l := m.kind.limitOn(m.FiledOn)
	if m.foreign() {
		return 0
	}
	if day < m.converted {
		l = months(3)
	}
	months, left := 0, 0
	for _, p := range m.steps {
		switch {
		case p.kind == "extended" && p.from <= day:
			months += p.months
		case p.kind != "extended" && p.to <= day:
			left += p.days()
		}
	}
	return l.due(m.LimitStartOn, months, left)
}

// known reports whether the case is in the system on the day.
func (m *matter) known(day civil.Date) bool { return m.entered <= day }

// open reports whether the case is, on that day, not yet reported as closed.
func (m *matter) open(day civil.Date) bool { return m.ClosedOn.IsZero() || m.closeKnown > day }

// at returns the record as the system held it on a day: facts of later days are absent.
func (m *matter) at(day civil.Date) docket.Case {
	c := m.Case
	if !m.closedTypo.IsZero() {
		c.ClosedOn = m.closedTypo
	}
	if m.wayMissing {
		c.ClosingWay = ""
	}
	if m.open(day) {
		c.ClosedOn, c.ClosingWay, c.EffectiveOn, c.Published = 0, "", 0, docket.Unknown
		c.Recovered = docket.Money{}
	} else {
		c.Published = docket.No
		if !c.PublishedOn.IsZero() && c.PublishedOn <= day {
			c.Published = docket.Yes
		}
	}
	if day < m.converted {
		c.Procedure = "summary"
	}
	c.Extra = m.extra(day)
	c.DueOn = m.due(day)
	c.ExtendedOn, c.DeductedDays, c.SuspendedOn = 0, 0, 0
	for _, p := range m.steps {
		switch {
		case p.from > day:
		case p.kind == "extended":
			c.ExtendedOn = p.from
		case p.to <= day:
			c.DeductedDays += int32(p.days())
		case p.kind == "suspended" && m.open(day):
			c.SuspendedOn = p.from
		}
	}
	for _, d := range []*civil.Date{
		&c.HeardOn, &c.EffectiveOn, &c.AppealedOn, &c.TransferredOn, &c.RetrialAppliedOn, &c.RetrialOrderedOn,
		&c.EnforcementAppliedOn, &c.PublishedOn, &c.PetitionOn, &c.SuggestionSentOn, &c.SuggestionAnsweredOn,
	} {
		if *d > day {
			*d = 0
		}
	}
	if c.AppealClosedOn > day {
		c.AppealClosedOn, c.AppealResult = 0, ""
	}
	if c.RetrialClosedOn > day {
		c.RetrialClosedOn, c.RetrialResult = 0, ""
	}
	if m.reassigned > day {
		c.Division, c.Judge, c.Clerk = m.firstDivision, m.firstJudge, m.firstClerk
	}
	for _, b := range m.badCells {
		if f, ok := docket.FieldByName(b.field); ok && b.since <= day {
			c.Extra = maps.Clone(c.Extra)
			if c.Extra == nil {
				c.Extra = map[string]string{}
			}
			c.Extra[f.Zh] = b.text
		}
	}
	for _, s := range m.slips {
		if day < s.mended {
			s.show(&c)
		}
	}
	return c
}
