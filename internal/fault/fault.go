// Package fault names the four kinds of failure that a person can do something about.
// Everything else is an internal error.
package fault

import (
	"errors"
	"fmt"
)

// The kinds. Test with errors.Is; a page maps them to a status in one table.
var (
	NotFound  = errors.New("not found")
	Invalid   = errors.New("invalid")
	Conflict  = errors.New("conflict")
	Forbidden = errors.New("forbidden")
)

// Error is a failure whose text is safe to show to a user: place, what is wrong, how to mend it.
type Error struct {
	Kind   error  // one of the four
	Place  string // file, sheet, row, field, id …; may be empty
	Text   string // what is wrong
	Remedy string // what to do; may be empty
}

func (e *Error) Error() string {
	s := e.Text
	if e.Place != "" {
		s = e.Place + ": " + s
	}
	if e.Remedy != "" {
		s += "; " + e.Remedy
	}
	return s
}

// Unwrap lets errors.Is see the kind.
func (e *Error) Unwrap() error { return e.Kind }

// Invalidf, NotFoundf, Conflictf and Forbiddenf make an error from a format.
func Invalidf(format string, args ...any) error { return kindf(Invalid, format, args) }

// NotFoundf says that something asked for does not exist.
func NotFoundf(format string, args ...any) error { return kindf(NotFound, format, args) }

// Conflictf says that somebody else was faster, or that a state forbids the step.
func Conflictf(format string, args ...any) error { return kindf(Conflict, format, args) }

// Forbiddenf says that the user may not do this.
func Forbiddenf(format string, args ...any) error { return kindf(Forbidden, format, args) }

func kindf(kind error, format string, args []any) error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// At builds an invalid-input error with place and remedy.
func At(place, text, remedy string) error {
	return &Error{Kind: Invalid, Place: place, Text: text, Remedy: remedy}
}
