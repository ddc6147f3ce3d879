package indicator

import (
	"context"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// MeasureKind says what is added up over the cases where a condition holds.
type MeasureKind uint8

// The kinds of measures; all are additive, so any roll-up is a sum.
const (
	Cases  MeasureKind = iota // number of cases
	Days                      // sum of (Field - Field2) in days, over cases that have both
	Spread                    // histogram of (Field - Field2) in days, over cases that have both
	Sum                       // sum of the money column Field in cents, over cases that have it
)

// Measure is one thing to add up.
type Measure struct {
	Kind          MeasureKind
	Where         *Pred
	Field, Field2 int // positions in docket.Fields, for Days, Spread and Sum
}

// Cell is the value of one measure for one group.
type Cell struct {
	N    int64         // cases; for Days, Spread and Sum the cases that had the values
	Sum  int64         // days or cents
	Hist map[int]int64 // Spread only: days -> cases
}

// Add adds b into c.
func (c *Cell) Add(b Cell) {
	c.N += b.N
	c.Sum += b.Sum
	for d, n := range b.Hist {
		if c.Hist == nil {
			c.Hist = map[int]int64{}
		}
		c.Hist[d] += n
	}
}

// Group is one line of a tally: the values of the grouping fields, in the order asked for.
type Group struct {
	By    []string
	Cells []Cell // one per measure
}

// Ask is one question to an engine.
type Ask struct {
	Measures []Measure
	Period   civil.Period
	By       []string // names of docket fields with Group set; nil: one total line
	Filter   *Pred    // scope and page filters; nil: everything
}

// Ref points at a case record inside a list.
type Ref struct {
	ID    int64  // id of the stored case version
	Court string // court code
}

// Engine evaluates conditions over the current ledger. internal/columns answers from the
// figure columns, internal/store from SQL; both must give identical results.
//
// Tally returns the groups sorted by their By values (bytewise), leaving out groups in
// which no case passes Filter; with no By there is exactly one group, also when empty.
// List returns the cases where where && filter holds, ordered by court, division, judge,
// line, filed_on (absent first) and id; limit < 0 is no limit; total counts all of them.
type Engine interface {
	Tally(ctx context.Context, ask Ask) ([]Group, error)
	List(ctx context.Context, where, filter *Pred, period civil.Period, offset, limit int) (refs []Ref, total int, err error)
}

// Roster gives the postings that per-judge indicators divide by; nil or empty: no roster loaded.
type Roster []docket.Posting
