// Package settings shows how the installation is set up: users and their scopes, courts and
// divisions, indicator sets with their intervals, column mappings, the log; and to everybody
// the tokens of their own.
package settings

import (
	"context"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/audit"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

// User is somebody who may sign in.
type User struct {
	access.Scope
	Disabled bool
	Created  time.Time
}

// Mapping is one version of a column mapping.
type Mapping struct {
	Name    string
	Version int
	Body    string // YAML
	User    string // empty: comes with the program
	At      time.Time
}

// Token lets a program act for its owner.
type Token struct {
	ID      string // what EndToken takes
	Name    string
	Created time.Time
	Ended   time.Time // zero: in force
}

// YearEffect is what a year's days off do to the computed limits.
type YearEffect struct {
	Year         int
	Calendar     *calendar.Calendar // the national one with the year in it
	Cases, Moved int64              // computed, and those whose last day moves
	First        []MovedCase        // some of them, in the order of the ledger
}

// MovedCase is a case whose last day moves.
type MovedCase struct {
	Court, Key, CaseNo string
	Was, Is            civil.Date
}

// Source keeps the settings; every call checks what at may do, and changes go to the log.
type Source interface {
	Book() *indicator.Book
	// Calendars are those by which limits are computed: what the office accepted last.
	Calendars(ctx context.Context) (*calendar.Book, error)
	// TryYear tells which due dates a year's days off would move; the file is as those of
	// rules/calendars/national.
	TryYear(ctx context.Context, at access.Scope, file []byte) (YearEffect, error)
	// AcceptYear puts it in force, with its reason, and moves them.
	AcceptYear(ctx context.Context, at access.Scope, file []byte, reason string) (YearEffect, error)
	Users(ctx context.Context, at access.Scope) ([]User, error)
	// SaveUser adds a user or changes one; an empty password keeps the old one. Switching
	// off and a new password end the user's sessions.
	SaveUser(ctx context.Context, at access.Scope, u User, password string, add bool) error
	Units(ctx context.Context, at access.Scope) ([]docket.Court, []docket.Division, error)
	Mappings(ctx context.Context, at access.Scope) ([]Mapping, error)
	// Log returns up to limit records with a number below before (0: from the newest on).
	Log(ctx context.Context, at access.Scope, before int64, limit int) ([]audit.Record, error)
	// LogOf returns the records of one action since an instant, newest first.
	LogOf(ctx context.Context, at access.Scope, action string, since time.Time) ([]audit.Record, error)
	// Verify walks the whole chain; the error names the first broken link.
	Verify(ctx context.Context, at access.Scope) (last audit.Record, err error)

	Tokens(ctx context.Context, at access.Scope) ([]Token, error)
	// NewToken returns the token itself, which nobody can read again.
	NewToken(ctx context.Context, at access.Scope, name string) (string, error)
	EndToken(ctx context.Context, at access.Scope, id string) error
}
