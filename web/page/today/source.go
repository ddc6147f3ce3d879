// Package today is the first page of every person: what to fix, decide and answer now, each
// with why it is here and when it is late, and for those who lead what changed and why.
package today

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/statute"
)

// Kind is what a line of the work list asks for.
type Kind string

// The three kinds; there is no fourth.
const (
	Fix    Kind = "fix"    // 改: something is wrong and somebody here can correct it
	Decide Kind = "decide" // 定: something waits for a decision
	Answer Kind = "answer" // 复: somebody else waits for an answer
)

// Kinds lists the kinds in the order of the page.
func Kinds() []Kind { return []Kind{Fix, Decide, Answer} }

// Item is one line of the work list. It opens to exactly Count things.
type Item struct {
	Kind  Kind
	ID    string       // near_limit, rejected, bulletin …
	Name  statute.Text // what it is
	Why   statute.Text // why it is here
	Late  statute.Text // when it is late; may be empty
	Over  bool         // it is late already
	Count int64
	Unit  string   // cases rows months batches documents
	Path  string   // page that lists them
	Query []string // its parameters, in pairs
	Parts []Part   // the same by unit below the scope, in their fixed order
	First []Line   // the most urgent of them, one line for each case
}

// Line is one case of an item.
type Line struct {
	Court, Key, No string
	Text           statute.Text // how it stands
	Over           bool
}

// Part is the share of one court, division or judge.
type Part struct {
	Field, Code string
	Count       int64
	Query       []string // parameters added to those of the item; empty: not opened alone
}

// Change is one count that moved more than usual against the same days of last year.
type Change struct {
	Indicator   string // of the volume set: filed closed pending
	Now, Before int64
	Period      civil.Period // of Now; the same days of last year are Last
	Last        civil.Period
	Parts       []Contribution // the parts that moved it most, in fixed order
}

// Contribution is how much one part moved a count.
type Contribution struct {
	Court, Line, Cause string
	Diff               int64
	Now, Before        int64
}

// Work is everything on the page.
type Work struct {
	Leads   bool // the person leads an office: changes are shown, also when there are none
	Changes []Change
	Items   []Item
}

// Source finds the work of a scope.
type Source interface {
	Work(ctx context.Context, at access.Scope) (Work, error)
}
