// Package cases has the one case list of the product, its exports, and the page of one case.
package cases

import (
	"context"
	"io"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/statute"
)

// Query says which cases a list holds: those of one side of one figure, or, without an
// indicator, those of the ledger. All conditions hold together.
type Query struct {
	Set, Indicator string              // both or neither
	Side           indicator.Side      // with an indicator; empty: numerator
	Period         civil.Period        // the figure's period; without an indicator it does not bind
	Filter         map[string]string   // docket text field → exact value, as for indicator.Match
	State          string              // "": all, "open", "closed" (by closed_on, today)
	Pick           string              // a named selection of the work list: near_limit, age_12_18 …; Period binds then
	Except         []map[string]string // groups left out: text fields → values, as Filter; the other cases of a table cut to its largest groups
	Flag           string              // only records that carry this rule as a flag; "any": any flag
	Text           string              // part of a case number
	Lang           string              // zh or en: the language of an export's heads and reasons
	Courts         []string            // only cases of these courts; none: all
	Batch          int64               // of a figure: the ledger as it stood after this batch; 0: as it stands
	Offset, Limit  int                 // Limit below 0: no limit (exports)
}

// Row is one line of a list.
type Row struct {
	ID     int64 // stored case version
	Case   docket.Case
	Flags  []string     // rules that made the record doubtful
	Count  string       // the count the case stands in, as in indicator.Reasoned; empty without an indicator
	Minus  bool         // the formula subtracts this count
	Reason statute.Text // why it is here; empty without an indicator
}

// List is one page of a list; Total counts all pages.
type List struct {
	Rows  []Row
	Total int

	Makeup *indicator.Makeup // how the figure comes from the list; nil where it is Total

	// Of a named selection: what it is called and which cases it holds.
	Name, Definition statute.Text
	Day              civil.Date // the day it is counted on; zero for one that spans the period
}

// Record is everything known about one case.
type Record struct {
	Row
	FromBatch   int64 // batch that brought this version
	File, Sheet string
	Line        int // row in the file, the head being row 1
	Events      []docket.Event
	Related     []Related
	Versions    []Version // newest first, the current one included
	Issues      []ledger.Issue
}

// Related is another case of the same dispute; Case.Key is empty when the number is known
// but the record is not in the ledger, or not in the reader's scope.
type Related struct {
	Relation string // appeal_of, retrial_of …; from the other side: has_appeal, has_retrial …
	Case     docket.Case
}

// Version is the record as one batch brought it.
type Version struct {
	FromBatch, ToBatch int64 // ToBatch 0: still in force
	Committed          time.Time
	File, Sheet        string
	Line               int
	Case               docket.Case
}

// Catalogue gives the names of indicators.
type Catalogue interface{ Book() *indicator.Book }

// Source finds cases; every call is confined to at and written to the log.
type Source interface {
	List(ctx context.Context, at access.Scope, q Query) (List, error)
	// Export writes the whole list as "csv" or "xlsx", with filter, period and as-of in
	// the first rows of the xlsx.
	Export(ctx context.Context, at access.Scope, q Query, format string, w io.Writer) error
	// Case returns one record, fault.NotFound when it is not in the ledger or not in at.
	Case(ctx context.Context, at access.Scope, court, key string) (Record, error)
}
