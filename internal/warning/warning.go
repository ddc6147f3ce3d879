// Package warning says which reminder a pending case has reached before the end of its time
// limit, and which roles get it. The days are data of rules/limits/warnings.yaml, the
// receivers of rules/limits/receivers.yaml (time-limits.md 4). It knows no clock.
package warning

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
)

// Stage is how far the time of a case has run. A case has one stage at a time, the highest.
type Stage struct {
	Code string // mark; d30 d15 … d0, the reminder reached last; over
	Left int    // days from the reporting day to the last day; negative: over by so many
}

// The stages that are no number of days.
const (
	Mark = "mark" // the part of the limit has passed after which a case is marked
	Over = "over" // the last day has passed; on the last day itself a case is not over
)

// Time is what is known of the limit of a pending case.
type Time struct {
	Rule  string     // id of the limit
	Start civil.Date // day 0
	Due   civil.Date // last day
	Open  civil.Date // first day of a deduction that still runs; zero: none
}

// Of returns the stage of a pending case on a day; ok is false when nothing is due yet, while
// a deduction or suspension runs, and where no limit or no reminder exists.
func Of(book *timelimit.Book, t Time, day civil.Date) (s Stage, ok bool) {
	if t.Due.IsZero() || !t.Open.IsZero() && t.Open <= day {
		return Stage{}, false
	}
	left := t.Due.Sub(day)
	if left < 0 {
		return Stage{Over, left}, true
	}
	rule, err := book.Rule(t.Rule)
	if err != nil {
		return Stage{}, false
	}
	w, ok := book.WarningFor(rule.Line.ID, t.Start)
	if !ok {
		return Stage{}, false
	}
	s = Stage{Left: left}
	if length := t.Due.Sub(t.Start); w.Of > 0 && (length-left)*w.Of >= length*w.Part {
		s.Code = Mark
	}
	reached := -1
	for _, before := range w.Before {
		if left <= before && (reached < 0 || before < reached) {
			reached = before
		}
	}
	if reached >= 0 {
		s.Code = "d" + strconv.Itoa(reached)
	}
	return s, s.Code != ""
}

// Receivers say which roles a warning goes to, by dated versions.
type Receivers struct {
	Versions []Version `yaml:"receivers"`
}

// Version is the receivers from a day on.
type Version struct {
	From   civil.Date     `yaml:"from"`
	Steps  []Step         `yaml:"steps"`
	Source statute.Source `yaml:"source"`
}

// Step is the roles that join when so many days are left; those of the steps before stay.
// Within -1 is over.
type Step struct {
	Mark   bool          `yaml:"mark"` // from the first warning on
	Within int           `yaml:"within"`
	Join   []access.Role `yaml:"join"`
	Name   statute.Text  `yaml:"name"`
}

const file = "limits/receivers.yaml"

// LoadReceivers reads limits/receivers.yaml from a rules tree.
func LoadReceivers(fsys fs.FS) (*Receivers, error) {
	var r Receivers
	if err := statute.Decode(fsys, file, &r); err != nil {
		return nil, err
	}
	if len(r.Versions) == 0 || !slices.IsSortedFunc(r.Versions, func(a, b Version) int { return a.From.Sub(b.From) }) {
		return nil, fault.At(file, "there is no version, or they are not in order of their days", "list them oldest first")
	}
	for _, v := range r.Versions {
		for i, s := range v.Steps {
			if s.Mark != (i == 0) || i > 1 && s.Within >= v.Steps[i-1].Within {
				return nil, fault.At(file, fmt.Sprintf("step %d of %s is out of order", i+1, v.From), "begin with mark, then days within from many to few, -1 for over")
			}
			for _, role := range s.Join {
				if !slices.Contains(access.Roles(), role) {
					return nil, fault.At(file, fmt.Sprintf("there is no role %q", role), "use the names of the users' table")
				}
			}
		}
		if len(v.Steps) == 0 {
			return nil, fault.At(file, fmt.Sprintf("version %s has no steps", v.From), "name who gets the first warning")
		}
	}
	return &r, nil
}

// At returns the receivers in force on a day; ok is false before the first version.
func (r *Receivers) At(day civil.Date) (v Version, ok bool) {
	for _, v := range slices.Backward(r.Versions) {
		if v.From <= day {
			return v, true
		}
	}
	return Version{}, false
}

// Always stands for "however many days are left".
const Always = 1 << 20

// Reach returns with how many days left the warnings of a role begin: [Always] from the mark
// on; ok is false for a role that gets none.
func (v Version) Reach(role access.Role) (days int, ok bool) {
	for _, step := range v.Steps {
		if slices.Contains(step.Join, role) {
			if step.Mark {
				return Always, true
			}
			return step.Within, true
		}
	}
	return 0, false
}

// Gets reports whether a role gets the warning of a stage.
func (v Version) Gets(role access.Role, s Stage) bool {
	days, ok := v.Reach(role)
	return ok && s.Left <= days
}
