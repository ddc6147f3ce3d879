// Package longpending shows the cases that wait too long: the stock by age, and the cases in
// which nothing happens, with the step after which they stand still and who holds them.
package longpending

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/statute"
)

// Column is one count of the stock; Pick names the selection that lists its cases.
type Column struct {
	Pick string
	Name statute.Text
	Kind string // age, long, idle: columns of one kind stand together
}

// Row is the stock of one unit.
type Row struct {
	Code   string
	Counts []int64 // one for each column
}

// Stock is the stock of open cases on the data day by the units below the scope.
type Stock struct {
	Day     civil.Date
	Columns []Column
	Field   string // court, division, judge; empty: nothing below
	Rows    []Row  // in the order of the office's lists
	Total   Row
	Stalls  []Stall
	Steps   []int // days of the columns of kind idle
}

// Stall counts inactive cases by the kind of their last activity.
type Stall struct {
	Kind   string
	Counts []int64 // one for each step
}

// Idle is one inactive case.
type Idle struct {
	Case   docket.Case
	Day    civil.Date // last activity
	Kind   string
	Holder string
	Days   int
}

// Source finds the cases; every call is confined to at.
type Source interface {
	Stock(ctx context.Context, at access.Scope) (Stock, error)
	// Idle lists the cases without activity for so many days, courts in their order, the
	// oldest first within a court; stall narrows it to a kind of last activity.
	Idle(ctx context.Context, at access.Scope, days int, stall string, offset, limit int) ([]Idle, int, error)
}
