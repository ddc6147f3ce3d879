// Package indicators shows the catalogue and one page per indicator: what it means, where
// it comes from, its value by court in fixed order, its course, and the way to its cases.
package indicators

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/indicator"
)

// Source gives definitions and figures.
type Source interface {
	// Book returns the catalogue in force.
	Book() *indicator.Book
	// Compute evaluates req inside the part of the ledger that at allows.
	Compute(ctx context.Context, at access.Scope, req indicator.Request) ([]indicator.Figure, error)
}
