package timelimit_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/timelimit"
)

// compute is Compute under the defaults; the case must be right.
func compute(t interface {
	Helper()
	Fatalf(string, ...any)
}, c *timelimit.Case) *timelimit.Result {
	t.Helper()
	r, err := timelimit.Compute(book, c, book.Defaults)
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	return r
}

// drawn is a random case of the generator that the slow engine is compared on.
func drawn(t *rapid.T) *timelimit.Case {
	return random(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "a"), rapid.Uint64().Draw(t, "b"))))
}

// Every rule answers every acceptance day 2015 to 2026 with a date, a stated none, or the
// error that it is not in force yet.
func TestEveryDayHasOneAnswer(t *testing.T) {
	set := book.Defaults
	for _, r := range book.Rules() {
		c := &timelimit.Case{Procedure: r.ID, Clock: timelimit.ClockAt(9, 30)}
		if r.Measure == timelimit.BeforeVote {
			c.Events = []timelimit.Event{{Kind: timelimit.ElectionEvent, On: civil.NewDate(2026, 12, 31)}}
		}
		for d := civil.NewDate(2015, 1, 1); d <= civil.NewDate(2026, 12, 31); d++ {
			c.Accepted = d
			due, _, err := timelimit.Due(book, c, &set)
			switch {
			case d < r.Versions[0].From:
				if !errors.Is(err, fault.Invalid) {
					t.Fatalf("%s on %s: %v, want the error that it is not in force", r.ID, d, err)
				}
			case err != nil:
				t.Fatalf("%s on %s: %v", r.ID, d, err)
			case (due.String() == "none") != (r.Measure == timelimit.NoLimit) || r.Measure != timelimit.NoLimit && due.Day <= d && r.Measure != timelimit.InHours && d < civil.NewDate(2026, 12, 30):
				t.Fatalf("%s on %s: due %s", r.ID, d, due)
			}
		}
	}
}

func TestDueAgreesWithCompute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		r := compute(t, c)
		due, flags, err := timelimit.Due(book, c, &book.Defaults)
		if err != nil || due != r.Deadline || flags != r.Flags {
			t.Fatalf("%+v: bulk %s %q %v, with steps %s %q", c, due, flags, err, r, r.Flags)
		}
	})
}

// Deducting n days inside the running period, disjoint from the others, moves the last day,
// before it is moved from a day off, by exactly n. Nothing is ever brought forward.
func TestDeductionMovesByItsLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &timelimit.Case{Procedure: rapid.SampledFrom([]string{"CV1", "CVS", "AD1", "CR1", "EN1", "CV2J"}).Draw(t, "procedure"),
			Accepted: civil.NewDate(2016, 1, 1).AddDays(rapid.IntRange(0, 3600).Draw(t, "accepted"))}
		before := compute(t, c)
		total, from := 0, c.Accepted
		for range rapid.IntRange(1, 4).Draw(t, "deductions") {
			from = from.AddDays(rapid.IntRange(0, 10).Draw(t, "gap"))
			n := rapid.IntRange(0, 60).Draw(t, "days")
			c.Events = append(c.Events, timelimit.Event{Kind: timelimit.DeductEvent, From: from, To: from.AddDays(n)})
			total, from = total+n, from.AddDays(n)
		}
		after := compute(t, c)
		if got := after.Reached.Sub(before.Reached); got != total || after.Deducted != total {
			t.Fatalf("%d days deducted moved %s to %s, %d days", total, before.Reached, after.Reached, got)
		}
		if after.Day < before.Day {
			t.Fatalf("brought forward from %s to %s", before, after)
		}
	})
}

// Adding a deduction to any case never brings the date forward.
func TestNoDeductionBringsTheDateForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		c.Events = slices.DeleteFunc(c.Events, func(e timelimit.Event) bool {
			return e.Kind == timelimit.RestartEvent || e.Kind == timelimit.NoticeEvent || e.Kind == timelimit.ConvertEvent
		})
		before := compute(t, c)
		from := c.Accepted.AddDays(rapid.IntRange(-10, 300).Draw(t, "from"))
		c.Events = append(c.Events, timelimit.Event{Kind: timelimit.DeductEvent, From: from, To: from.AddDays(rapid.IntRange(0, 100).Draw(t, "days"))})
		if after := compute(t, c); after.Day < before.Day {
			t.Fatalf("%+v: from %s to %s", c, before, after)
		}
	})
}

// Two deductions with a common part deduct their union, whatever stands first in the list.
func TestDeductionsAreAUnion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := civil.NewDate(2023, 3, 1)
		a := start.AddDays(rapid.IntRange(0, 30).Draw(t, "a"))
		b := a.AddDays(rapid.IntRange(0, 40).Draw(t, "b"))
		one := timelimit.Event{Kind: timelimit.DeductEvent, From: a, To: b}
		two := timelimit.Event{Kind: timelimit.DeductEvent, From: a.AddDays(rapid.IntRange(0, b.Sub(a)).Draw(t, "inside")), To: b.AddDays(rapid.IntRange(-10, 30).Draw(t, "end"))}
		two.To = max(two.To, two.From)
		whole := timelimit.Event{Kind: timelimit.DeductEvent, From: a, To: max(one.To, two.To)}
		cs := func(list ...timelimit.Event) *timelimit.Case {
			return &timelimit.Case{Procedure: "CV1", Accepted: start.AddDays(-5), Events: list}
		}
		x, y, z := compute(t, cs(one, two)), compute(t, cs(two, one)), compute(t, cs(whole))
		if x.Deadline != z.Deadline || y.Deadline != z.Deadline || x.Deducted != z.Deducted {
			t.Fatalf("%s..%s and %s..%s: %s, reversed %s, union %s", one.From, one.To, two.From, two.To, x, y, z)
		}
	})
}

// No limit in days or months ends on a day off, unless the defendant is in custody.
func TestNeverEndsOnADayOff(t *testing.T) {
	cals := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		r := compute(t, c)
		custody := false
		for _, e := range c.Events {
			if e.Kind == timelimit.CustodyEvent {
				custody = e.Yes
			}
		}
		if !custody && cals[r.Calendar].Off(r.Day) || r.Day < r.Reached || custody && r.Day != r.Reached {
			t.Fatalf("%+v: due %s, reached %s", c, r, r.Reached)
		}
	})
}

// Within one version and policy, a case accepted later is never due earlier.
func TestLaterAcceptanceIsNotDueEarlier(t *testing.T) {
	for _, r := range book.Rules() {
		if r.Measure != timelimit.InDays && r.Measure != timelimit.InWorkingDays {
			continue
		}
		for _, v := range r.Versions {
			var last civil.Date
			for d := max(v.From, civil.NewDate(2013, 1, 1)); d <= civil.NewDate(2026, 12, 31) && (v.To.IsZero() || d <= v.To); d++ {
				due, _, err := timelimit.Due(book, &timelimit.Case{Procedure: r.ID, Accepted: d}, &book.Defaults)
				if err != nil || due.Day < last {
					t.Fatalf("%s accepted %s: due %s after %s (%v)", r.ID, d, due, last, err)
				}
				last = due.Day
			}
		}
	}
}

// One entry per day from acceptance to due date; the counted days are the limit, the
// deducted ones the deductions, and the last counted day is where the limit ends, unless a
// deduction ends there.
func TestDaysAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		days, r, err := timelimit.Days(book, c, book.Defaults)
		if err != nil {
			t.Fatalf("%v", err)
		}
		if len(days) != r.Day.Sub(r.Accepted)+1 {
			t.Fatalf("%d entries from %s to %s", len(days), r.Accepted, r.Day)
		}
		n := map[timelimit.DayKind]int{}
		var last civil.Date
		for i, d := range days {
			if d.Day != r.Accepted.AddDays(i) {
				t.Fatalf("entry %d is %s", i, d.Day)
			}
			n[d.Kind]++
			if d.Kind == timelimit.DayCounted || d.Kind == timelimit.DayExtended {
				last = d.Day
			}
			if (d.Kind == timelimit.DayDeducted || d.Kind == timelimit.DaySuspended) != (d.Event >= 0) {
				t.Fatalf("%s is %s by event %d", d.Day, d.Kind, d.Event)
			}
		}
		if n[timelimit.DayDeducted]+n[timelimit.DaySuspended] != r.Deducted {
			t.Fatalf("%+v: %v, but %d days deducted", c, n, r.Deducted)
		}
		if last != r.Reached && last != 0 {
			lifted := false
			for _, e := range c.Events {
				lifted = lifted || e.Kind == timelimit.DeductEvent && e.To == r.Reached
			}
			if !lifted {
				t.Fatalf("%+v: last counted day %s, reached %s", c, last, r.Reached)
			}
		}
		if r.Extended.IsZero() && n[timelimit.DayExtended] > 0 {
			t.Fatalf("extended days without an extension")
		}
	})
}

// Steps lead to the date: the last one ends where the limit does.
func TestStepsLeadToTheDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		r := compute(t, c)
		if last := r.Steps[len(r.Steps)-1]; last.Reached != r.Day {
			t.Fatalf("%+v: due %s, last step %+v", c, r, last)
		}
		moved := 0
		for _, e := range c.Events {
			if e.Kind <= timelimit.DeductEvent {
				moved++
			}
		}
		if len(r.Steps) != moved+3 { // accepted, base, one for each event, the end
			t.Fatalf("%+v: %d steps", c, len(r.Steps))
		}
		for _, s := range r.Steps {
			if s.Text.Zh == "" || s.Text.En == "" {
				t.Fatalf("a step without words: %+v", s)
			}
		}
	})
}
