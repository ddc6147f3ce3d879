// Package overview is the first screen: the stock and flow of cases in the chosen scope
// and period (收结存), by unit, by line and by month, and how far the data can be trusted.
package overview

import (
	"context"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/indicator"
)

// Source gives the figures of the page.
type Source interface {
	// Compute evaluates req inside the part of the ledger that at allows. Only figures of
	// the asked indicators come back, one per group that has cases.
	Compute(ctx context.Context, at access.Scope, req indicator.Request) ([]indicator.Figure, error)
	// Trust tells what a reader must know before believing the figures of at.
	Trust(ctx context.Context, at access.Scope) (Trust, error)
}

// Trust is the state of the data behind the figures.
type Trust struct {
	Batch     int64     // last batch that touched the scope, 0: no data
	Committed time.Time // when it was finished
	Flagged   int64     // doubtful records in the scope, loaded and flagged
	Rejected  int64     // rows of all batches that are not in the ledger
	Gaps      int       // months without any case between the first and the last month of a court
}
