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

// MonthFlow is the flow and the stock of one month, and of the same month a year before.
type MonthFlow struct {
	Month, Last civil.Period
	Now, Before map[string]int64 // filed closed pending
}

// Tile is one court on the large screen; rows and columns count from 1.
type Tile struct {
	Court       string
	Row, Column int
	Counts      map[string]int64 // filed and closed of the month, pending at its end
}

// Source counts inside a scope; periods never reach beyond the data day.
type Source interface {
	Change(ctx context.Context, at access.Scope, indicator string, p civil.Period) (Change, error)
	Ages(ctx context.Context, at access.Scope, p civil.Period) ([]Band, error)
	Stages(ctx context.Context, at access.Scope, p civil.Period) ([]Stage, error)
	// Months counts the twelve months that end with a period, whole months of the data only.
	Months(ctx context.Context, at access.Scope, p civil.Period) ([]MonthFlow, error)
	// Tiles counts every court of the city on the large screen, each at its fixed place.
	Tiles(ctx context.Context, at access.Scope, month civil.Period) ([]Tile, error)
	// Flow counts filed, closed and pending of a period, for the large screen.
	Flow(ctx context.Context, at access.Scope, p civil.Period) (map[string]int64, error)
}
