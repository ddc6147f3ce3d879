// Package situation shows how the work moves: what a change against last year comes from, how
// long the stages of cases take, how old the stock is, and a large screen for the wall.
package situation

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/statute"
)

// Cell is one part of a change.
type Cell struct {
	By          map[string]string // column → value
	Now, Before int64
}

// Split is a change split one way: the parts that moved it most in fixed order, and the rest
// in one line, so that all add up to the total exactly.
type Split struct {
	Fields []string
	Parts  []Cell
	Rest   Cell // By is empty; 0 and 0 when there is none
	Others int  // parts that the rest stands for
}

// Change is a count of the volume set against the same days of last year.
type Change struct {
	Indicator    string // filed closed pending
	Period, Last civil.Period
	Now, Before  int64
	Splits       []Split
}

// Band is one age band with its cases by line; Pick names the selection that lists them.
type Band struct {
	Pick  string
	Name  statute.Text
	Total int64
	Lines map[string]int64
}

// Stage is how long a part of the course took in the cases that completed it in the period.
type Stage struct {
	Pick         string
	Name         statute.Text
	Cases        int64
	Mean         float64 // days
	Median, Long int     // days; Long: nine of ten cases took no longer
}

// Source counts inside a scope; periods never reach beyond the data day.
type Source interface {
	Change(ctx context.Context, at access.Scope, indicator string, p civil.Period) (Change, error)
	Ages(ctx context.Context, at access.Scope, p civil.Period) ([]Band, error)
	Stages(ctx context.Context, at access.Scope, p civil.Period) ([]Stage, error)
	// Flow counts filed, closed and pending of a period, for the large screen.
	Flow(ctx context.Context, at access.Scope, p civil.Period) (map[string]int64, error)
}
