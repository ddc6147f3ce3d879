// Package indicators shows the catalogue and one page per indicator: what it means, where
// it comes from, its value by court in fixed order, its course, and the way to its cases. It
// is also where a court drafts and adopts indicators of its own.
package indicators

import (
	"context"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
)

// Source gives definitions and figures.
type Source interface {
	// Book returns the catalogue in force.
	Book() *indicator.Book
	// Compute evaluates req inside the part of the ledger that at allows.
	Compute(ctx context.Context, at access.Scope, req indicator.Request) ([]indicator.Figure, error)
	// Reconcile evaluates req by both engines, each time anew.
	Reconcile(ctx context.Context, at access.Scope, req indicator.Request) ([]Witness, error)

	// Adopted returns the wordings of local indicators in force, by key, oldest first.
	Adopted(ctx context.Context) ([]Adoption, error)
	// Check reads a draft as the loader would; no findings: it may be adopted.
	Check(ctx context.Context, d indicator.Draft) ([]indicator.Finding, error)
	// Preview evaluates a draft that has no findings, for the whole of at and by court. The
	// definition does not need to be in force in the period.
	Preview(ctx context.Context, at access.Scope, d indicator.Draft, p civil.Period) (Trial, error)
	// Adopt puts a draft in force for this installation, with its reason.
	Adopt(ctx context.Context, at access.Scope, d indicator.Draft, reason string) error
}

// Witness is the answer of one engine.
type Witness struct {
	Engine  string // columns, sql
	Figures []indicator.Figure
	Took    time.Duration
}

// Adoption is one wording of a local indicator with who adopted it, when and why.
type Adoption struct {
	indicator.Draft
	Version int
	Reason  string
	Who     string
	At      time.Time
}

// Trial is what a draft gives.
type Trial struct {
	Indicator *indicator.Indicator
	Version   *indicator.Version
	Total     indicator.Figure
	Courts    []indicator.Figure // By holds the court
}
