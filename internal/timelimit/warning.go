package timelimit

import (
	"fmt"
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// Warning says, for the cases of a line accepted from a day to a day, how many days before
// the end somebody is reminded, and after which part of the limit a case is marked.
type Warning struct {
	Line     string
	From, To civil.Date // zero To: still in force
	Before   []int      // days before the end, falling, the last one 0
	Part, Of int        // the yellow mark: at Part of Of parts
	Source   statute.Source
}

// warningFile is one entry of rules/limits/warnings.yaml as it is written.
type warningFile struct {
	Line   statute.Placed `yaml:"line"`
	From   civil.Date     `yaml:"from"`
	To     civil.Date     `yaml:"to"`
	Before []int          `yaml:"before"`
	Yellow statute.Placed `yaml:"yellow"`
	Source statute.Source `yaml:"source"`
}

// WarningFor returns the reminders for a limit of a line and a day of acceptance; ok is false
// where the rules name none.
func (b *Book) WarningFor(line string, accepted civil.Date) (w Warning, ok bool) {
	for _, w := range b.Warnings {
		if w.Line == line && accepted >= w.From && (w.To.IsZero() || accepted <= w.To) {
			return w, true
		}
	}
	return Warning{}, false
}

// warnings takes the reminders over; days fall to 0, versions of a line do not overlap.
func (l *loader) warnings(list []warningFile) {
	const file = folder + "/warnings.yaml"
	for _, f := range list {
		w := Warning{Line: f.Line.Text, From: f.From, To: f.To, Before: f.Before, Source: f.Source}
		if !slices.ContainsFunc(l.book.Lines, func(n Line) bool { return n.ID == w.Line }) {
			l.fault(file, f.Line.Line, fmt.Sprintf("line %q is unknown", w.Line), "use a line of lines.yaml")
		}
		if _, err := fmt.Sscanf(f.Yellow.Text, "%d/%d", &w.Part, &w.Of); err != nil || w.Part <= 0 || w.Of < w.Part {
			l.fault(file, f.Yellow.Line, fmt.Sprintf("yellow %q is no part", f.Yellow), "write 2/3")
		}
		falling := len(w.Before) > 0 && w.Before[len(w.Before)-1] == 0
		for i := 1; i < len(w.Before); i++ {
			falling = falling && w.Before[i] < w.Before[i-1]
		}
		if !falling {
			l.fault(file, f.Line.Line, "the days before the end do not fall to 0", "write before: [30, 15, 10, 5, 0]")
		}
		if w.From.IsZero() || !w.To.IsZero() && w.To < w.From {
			l.faults = append(l.faults, fault.At(statute.Place(file, f.Line.Line, 0), "from is missing or after to", "write from: YYYY-MM-DD"))
		}
		for _, o := range l.book.Warnings {
			if o.Line == w.Line && (o.To.IsZero() || o.To >= w.From) && (w.To.IsZero() || w.To >= o.From) {
				l.fault(file, f.Line.Line, "two entries of the line hold on the same day", "end the older one with to")
			}
		}
		l.book.Warnings = append(l.book.Warnings, w)
	}
}
