package timelimit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Kind is the kind of an event, in the order in which events of one day are taken.
type Kind uint8

// The kinds of event. The first five move the date and are taken by date.
const (
	RestartEvent Kind = iota
	NoticeEvent
	ConvertEvent
	ExtendEvent
	DeductEvent
	CalendarEvent
	CustodyEvent
	OptionEvent
	ElectionEvent
)

var kindNames = [...]string{"restart", "notice", "convert", "extend", "deduct", "calendar", "custody", "option", "election"}

// String returns the word that stands for the kind in event lists.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", k)
}

// Facts are yes/no facts of the whole case.
type Facts uint8

// The facts that change a base or the move from a day off.
const (
	InCustody Facts = 1 << iota
	OverThreeYears
	OverOneYear
	Urgent
)

var factByName = map[string]Facts{"custody": InCustody, "over_three_years": OverThreeYears, "over_one_year": OverOneYear, "urgent": Urgent}

// Clock is a time of day: 0 none, else minutes since midnight plus one.
type Clock int16

// ClockAt makes a time of day from hour and minute.
func ClockAt(hour, minute int) Clock { return Clock(hour*60 + minute + 1) }

// Case is what a due date is computed from.
type Case struct {
	Procedure string
	Accepted  civil.Date
	Clock     Clock // time of day of Accepted, needed for limits in hours
	Events    []Event
}

// Event is something that moves the date or says a fact of the case. Which fields count
// depends on the kind; the last three never change the date and only lead to findings.
type Event struct {
	Kind Kind

	On       civil.Date // restart, convert, extend, election
	From, To civil.Date // notice, deduct; To of a deduction may be missing while it still runs

	Name   string // calendar: its id; option: its name; convert: the new procedure
	Yes    bool   // custody, option
	Months int    // extend
	Days   int    // extend
	By     string // extend: who granted it, free text
	Why    string // restart, deduct: free text

	Paper   string     // the document that proves it
	Asked   civil.Date // extend: day of the application
	Entered civil.Date // day it was entered into the system
}

// date is the day by which events are taken in turn.
func (e *Event) date() civil.Date {
	switch e.Kind {
	case NoticeEvent:
		return e.To
	case DeductEvent:
		return e.From
	}
	return e.On
}

// ParseMoment reads YYYY-MM-DD or YYYY-MM-DDTHH:MM, local time without zone.
func ParseMoment(s string) (civil.Date, Clock, error) {
	bad := fault.At(fmt.Sprintf("accepted %q", s), "is not a date", "write YYYY-MM-DD, or YYYY-MM-DDTHH:MM for limits in hours")
	day, clock, timed := strings.Cut(s, "T")
	d, err := parseDay(day)
	if err != nil {
		return 0, 0, bad
	}
	if !timed {
		return d, 0, nil
	}
	h, ok1 := twoDigits(clock, 0, 23)
	m, ok2 := twoDigits(strings.TrimPrefix(clock[min(2, len(clock)):], ":"), 0, 59)
	if len(clock) != 5 || clock[2] != ':' || !ok1 || !ok2 {
		return 0, 0, bad
	}
	return d, ClockAt(h, m), nil
}

// twoDigits reads the first two characters as a number between lo and hi.
func twoDigits(s string, lo, hi int) (int, bool) {
	if len(s) < 2 || s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return 0, false
	}
	n := int(s[0]-'0')*10 + int(s[1]-'0')
	return n, n >= lo && n <= hi
}

// parseDay reads YYYY-MM-DD, digits only.
func parseDay(s string) (civil.Date, error) {
	if strings.Trim(s, "0123456789-") != "" || strings.Count(s, "-") != 2 {
		return 0, fault.Invalidf("%q is not a date", s)
	}
	return civil.ParseDate(s)
}

// ParseEvents reads a JSON list of events. The empty text is the empty list. Fields that a
// kind does not know are ignored; an unknown kind, a missing or malformed field is an error
// that names the event by its place in the list.
func ParseEvents(text string) ([]Event, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var list []json.RawMessage
	if err := decodeJSON(text, &list); err != nil || list == nil {
		return nil, fault.At("events", "are not a JSON list", `write [] or [{"t": "deduct", "from": "2024-03-01", "to": "2024-04-15"}]`)
	}
	events := make([]Event, 0, len(list))
	for i, raw := range list {
		e, err := ParseEvent(string(raw))
		if err != nil {
			return nil, at(i, err)
		}
		events = append(events, e)
	}
	return events, nil
}

// at puts the place of an event in its list in front of an error.
func at(i int, err error) error {
	return fmt.Errorf("event %d: %w", i+1, err)
}

// ParseEvent reads one event, a JSON object.
func ParseEvent(text string) (Event, error) {
	var fields map[string]json.RawMessage
	if err := decodeJSON(text, &fields); err != nil || fields == nil {
		return Event{}, fault.At("", "is not a JSON object", `write {"t": "extend", "on": "2024-06-01", "months": 1}`)
	}
	r := reader{fields: fields}
	name := r.word("t")
	k := slices.Index(kindNames[:], name)
	if r.err == nil && k < 0 {
		r.fail("t", fmt.Sprintf("unknown kind %q", name), "use one of: "+strings.Join(kindNames[:], ", "))
	}
	if r.err != nil {
		return Event{}, r.err
	}
	r.kind = name
	e := r.event(Kind(k))
	return e, r.err
}

func decodeJSON(text string, out any) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	if err := d.Decode(out); err != nil {
		return err
	}
	if d.More() {
		return fault.Invalidf("text after the end")
	}
	if _, err := d.Token(); err == nil {
		return fault.Invalidf("text after the end")
	}
	return nil
}

// reader takes fields from one event and keeps the first error.
type reader struct {
	kind   string
	fields map[string]json.RawMessage
	err    error
}

func (r *reader) fail(field, text, remedy string) {
	if r.err == nil {
		r.err = fault.At(strings.TrimSpace(r.kind+" "+field), text, remedy)
	}
}

// event reads the fields of a kind.
func (r *reader) event(k Kind) Event {
	e := Event{Kind: k, Why: r.free("why"), By: r.free("by"), Paper: r.free("paper"), Asked: r.note("asked"), Entered: r.note("entered")}
	switch k {
	case RestartEvent, ElectionEvent:
		e.On = r.day("on")
	case NoticeEvent:
		e.From, e.To = r.day("from"), r.day("to")
	case ConvertEvent:
		e.On, e.Name = r.day("on"), r.word("to")
	case ExtendEvent:
		e.On = r.day("on")
		e.Months, e.Days = r.length()
	case DeductEvent:
		e.From = r.day("from")
		if r.has("to") {
			e.To = r.day("to")
		}
	case CalendarEvent:
		e.Name = r.word("value")
	case CustodyEvent:
		e.Yes = r.yes("value")
	case OptionEvent:
		e.Name = r.word("name")
		if e.Name == "party" {
			e.Why = r.word("value")
			break
		}
		e.Yes = r.yes("value")
	}
	return e
}

func (r *reader) has(field string) bool {
	raw, ok := r.fields[field]
	return ok && string(raw) != "null"
}

// word reads a text that must be there and not be empty.
func (r *reader) word(field string) string {
	var s string
	if !r.has(field) {
		r.fail(field, "is missing", "give it as text")
		return ""
	}
	if json.Unmarshal(r.fields[field], &s) != nil || s == "" {
		r.fail(field, fmt.Sprintf("%s is not a text", r.fields[field]), "give it as text")
	}
	return s
}

// free reads a text that may be missing; anything else is kept as it is written.
func (r *reader) free(field string) string {
	var s string
	if !r.has(field) {
		return ""
	}
	if json.Unmarshal(r.fields[field], &s) != nil {
		return string(r.fields[field])
	}
	return s
}

// day reads a date that must be there.
func (r *reader) day(field string) civil.Date {
	s := r.word(field)
	if r.err != nil {
		return 0
	}
	d, err := parseDay(s)
	if err != nil {
		r.fail(field, fmt.Sprintf("%q is not a date", s), "write YYYY-MM-DD")
	}
	return d
}

// note reads a date that only leads to findings; what is no date is ignored.
func (r *reader) note(field string) civil.Date {
	d, err := parseDay(r.free(field))
	if err != nil {
		return 0
	}
	return d
}

func (r *reader) yes(field string) bool {
	var b bool
	if !r.has(field) {
		r.fail(field, "is missing", "write true or false")
		return false
	}
	if json.Unmarshal(r.fields[field], &b) != nil {
		r.fail(field, fmt.Sprintf("%s is neither true nor false", r.fields[field]), "write true or false")
	}
	return b
}

// maxLength bounds one extension; nothing in law comes near a hundred years.
const maxLength = 36525

// length reads exactly one of months and days, a whole number above 0.
func (r *reader) length() (months, days int) {
	m, d := r.has("months"), r.has("days")
	if m == d {
		r.fail("months, days", "exactly one of them is needed", `write "months": 1 or "days": 30`)
		return 0, 0
	}
	if m {
		return r.whole("months"), 0
	}
	return 0, r.whole("days")
}

func (r *reader) whole(field string) int {
	var f float64
	raw := r.fields[field]
	if json.Unmarshal(raw, &f) != nil || f != math.Trunc(f) || f < 1 || f > maxLength {
		r.fail(field, fmt.Sprintf("%s is not a whole number above 0", raw), fmt.Sprintf("write a number from 1 to %d", maxLength))
		return 0
	}
	return int(f)
}
