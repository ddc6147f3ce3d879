// Package calendar knows the statutory days off and the working weekends of mainland China,
// year by year as published, with local overlays. A year nobody has published yet has its
// Saturdays and Sundays only, and says so. It reads rules files and nothing else.
package calendar

import (
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// National is the name of the calendar without overlay.
const National = "national"

// Book holds the national calendar and its local variants.
type Book struct {
	calendars map[string]*Calendar
	names     []string
}

// Names lists the calendars, the national one first.
func (b *Book) Names() []string { return slices.Clone(b.names) }

// Calendar returns a calendar by name, or fault.NotFound with the names there are.
func (b *Book) Calendar(name string) (*Calendar, error) {
	if c, ok := b.calendars[name]; ok {
		return c, nil
	}
	return nil, &fault.Error{Kind: fault.NotFound, Text: fmt.Sprintf("there is no calendar %q", name), Remedy: "use one of: " + strings.Join(b.names, ", ")}
}

// Calendar answers for every day whether it is a day off. It is safe for concurrent use.
type Calendar struct {
	ID    string
	Name  statute.Text
	first civil.Date // the day of off[0]
	off   []bool     // days of the years that have files, with their neighbours
	next  []civil.Date
	named map[civil.Date]listed
	years map[int]bool // years with a national file
	local *overlay     // nil: national
}

// listed is what a file says of one day.
type listed struct {
	name string
	off  bool
}

// Kind says why a day is off or not.
type Kind string

// The kinds of day.
const (
	Workday Kind = "workday" // Monday to Friday, nothing listed
	Weekend Kind = "weekend" // Saturday or Sunday, nothing listed
	Holiday Kind = "holiday" // listed as a day off
	MakeUp  Kind = "make_up" // a weekend day listed as a working day (调休上班)
)

// Off reports whether a day is off: the overlay decides, else the national file, else
// Saturday and Sunday. Civil Procedure Law art. 85.
func (c *Calendar) Off(d civil.Date) bool {
	if i := int(d - c.first); i >= 0 && i < len(c.off) {
		return c.off[i]
	}
	return weekend(d)
}

// Next returns d itself or, when it is off, the first day after it that is not.
func (c *Calendar) Next(d civil.Date) civil.Date {
	if i := int(d - c.first); i >= 0 && i < len(c.next) {
		return c.next[i]
	}
	for c.Off(d) {
		d++
	}
	return d
}

// Kind tells what sort of day it is and the festival it belongs to, "" for an ordinary day.
func (c *Calendar) Kind(d civil.Date) (kind Kind, festival string) {
	l, ok := c.named[d]
	switch {
	case ok && l.off:
		return Holiday, l.name
	case ok && weekend(d):
		return MakeUp, l.name
	case !ok && weekend(d):
		return Weekend, ""
	}
	return Workday, l.name
}

// Published reports whether the days off of a year are fully known: its national file is
// there and the overlay lists no festival of the year as unknown.
func (c *Calendar) Published(year int) bool {
	return c.years[year] && (c.local == nil || len(c.local.always)+len(c.local.unknown[year]) == 0)
}

// HasFile reports whether the national arrangement of a year is loaded.
func (c *Calendar) HasFile(year int) bool { return c.years[year] }

// Gap says what is not known of a year; it is zero when the year is fully known.
func (c *Calendar) Gap(year int) statute.Text {
	if !c.years[year] {
		return statute.Text{
			Zh: fmt.Sprintf("%d年尚无放假安排，只计周六、周日", year),
			En: fmt.Sprintf("no calendar published for %d yet: weekends only", year),
		}
	}
	if c.Published(year) {
		return statute.Text{}
	}
	zh, en := c.local.missing(year)
	return statute.Text{
		Zh: fmt.Sprintf("%s%d年地方放假未见通知：%s", c.Name.Zh, year, zh),
		En: fmt.Sprintf("local days off of %s in %d without a notice found: %s", c.Name.En, year, en),
	}
}

// Years lists the years with a national file.
func (c *Calendar) Years() []int {
	var out []int
	for y := range c.years {
		out = append(out, y)
	}
	slices.Sort(out)
	return out
}

// weekend reports a Saturday or Sunday. Day 1, 0001-01-01, was a Monday.
func weekend(d civil.Date) bool { w := int(d) % 7; return w == 6 || w == 0 }

// index fills the tables that make Off and Next one look-up for the years with files.
func (c *Calendar) index() {
	years := c.Years()
	if len(years) == 0 {
		return
	}
	c.first = civil.NewDate(years[0]-1, 1, 1)
	last := civil.NewDate(years[len(years)-1]+1, 12, 31)
	c.off = make([]bool, last.Sub(c.first)+1)
	for i := range c.off {
		d := c.first.AddDays(i)
		l, ok := c.named[d]
		c.off[i] = ok && l.off || !ok && weekend(d)
	}
	next := last.AddDays(1)
	for weekend(next) {
		next++
	}
	c.next = make([]civil.Date, len(c.off))
	for i := len(c.off) - 1; i >= 0; i-- {
		if !c.off[i] {
			next = c.first.AddDays(i)
		}
		c.next[i] = next
	}
}
