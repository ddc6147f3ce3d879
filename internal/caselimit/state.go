package caselimit

import (
	"zhunsheng/internal/civil"
	"zhunsheng/internal/timelimit"
)

// State is where a case stands in its limit on a day.
type State string

// The states. A case closed in or out of time stays so; today is not overdue.
const (
	Running      State = "running"        // open, and the end is not near
	Near         State = "near"           // open, and a reminder is due
	Over         State = "over"           // open, and the last day has passed
	Suspended    State = "suspended"      // open, and a deduction or suspension runs
	ClosedInTime State = "closed_in_time" // closed on or before the last day
	ClosedLate   State = "closed_late"    // closed after the last day
	NoLimit      State = "none"           // the law sets no limit
	Unknown      State = "unknown"        // the limit could not be computed, see Problem
)

// States lists the states in the order in which they are shown.
var States = []State{Over, Near, Running, Suspended, ClosedInTime, ClosedLate, NoLimit, Unknown}

// Standing is a state with what a list shows beside it.
type Standing struct {
	State  State
	Left   int  // days from the reporting day to the last day, negative when over; 0 without a date
	Used   int  // days from day 0 to the reporting day or closing, deducted days not taken out
	Step   int  // the reminder that was reached last, in days before the end; -1: none
	Yellow bool // the part of the limit after which a case is marked has passed
}

// On tells where a case stands on a day. A case that was closed after that day was open.
// Where the rules name no reminders for the line, no case is ever near.
func (l *Limit) On(book *timelimit.Book, closed, day civil.Date) Standing {
	s := Standing{State: Unknown, Step: -1}
	if !l.Problem.None() || l.Rule == "" {
		return s
	}
	end := day
	if !closed.IsZero() && closed <= day {
		end = closed
	}
	s.Used = max(0, end.Sub(l.Start))
	if l.None || l.Due.IsZero() {
		s.State = NoLimit
		return s
	}
	s.Left = l.Due.Sub(end)
	switch {
	case end == closed && s.Left >= 0:
		s.State = ClosedInTime
	case end == closed:
		s.State = ClosedLate
	case !l.OpenSince.IsZero() && l.OpenSince <= day:
		s.State = Suspended
	case s.Left < 0:
		s.State = Over
	default:
		l.remind(book, &s)
	}
	return s
}

// remind sets what the rules say about the days before the end.
func (l *Limit) remind(book *timelimit.Book, s *Standing) {
	s.State = Running
	rule, err := book.Rule(l.Rule)
	if err != nil {
		return
	}
	w, ok := book.WarningFor(rule.Line.ID, l.Start)
	if !ok {
		return
	}
	for _, before := range w.Before {
		if s.Left <= before {
			s.State, s.Step = Near, before
		}
	}
	length := l.Due.Sub(l.Start)
	s.Yellow = (length-s.Left)*w.Of >= length*w.Part
}
