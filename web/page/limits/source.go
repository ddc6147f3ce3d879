// Package limits has the pages of the time limits: the calculator that everybody may use, the
// overview of pending cases by where they stand, and the warnings with their daily digest.
package limits

import (
	"context"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
)

// Law gives the limits of the law that the office has accepted.
type Law interface {
	Limits(ctx context.Context) (*timelimit.Book, error)
}

// Column is one count of pending cases; Pick names the selection that lists them.
type Column struct {
	Pick string
	Name statute.Text
	Hint statute.Text // what is counted
}

// Row is the counts of one unit.
type Row struct {
	Code   string
	Counts []int64 // one for each column
}

// Finding is a doubt, worded as a question, with the number of cases it is about.
type Finding struct {
	Code, Pick string
	Question   statute.Text
	Evidence   string
	Count      int64
}

// Overview is where the pending cases of a scope stand on the data day.
type Overview struct {
	Day      civil.Date
	Columns  []Column // the states, which share the pending cases out, then the extended ones
	States   int      // how many of the columns are states
	Field    string   // court, division, judge; empty: nothing below
	Rows     []Row    // in the order of the office's lists
	Total    Row
	Period   civil.Period // of the findings: cases pending at its end or closed in it
	Findings []Finding
}

// Line is one warned case: its highest stage only.
type Line struct {
	Case  docket.Case
	Stage string // mark d30 … d0 over
	Left  int    // days to the last day; negative: over by so many
	Ack   *Ack   // the asker took note of this very stage and due day
}

// Ack is who took note of a warning, when and with which words.
type Ack struct {
	Who, Name string
	Stage     string
	At        time.Time
	Note      string
}

// Count is the number of lines of a stage.
type Count struct {
	Stage string
	Cases int
}

// Warnings is the list of a person: those not taken note of, by stage.
type Warnings struct {
	Day    civil.Date
	Counts []Count // stages with lines, the most urgent first
	Acked  int     // lines taken note of
	Lines  []Line  // one page, the most urgent first
	Total  int
}

// DigestLine is one case of a digest, as it stood on its day.
type DigestLine struct {
	Court, Key, No, Judge string
	Stage                 string
	Due                   civil.Date
	Left                  int
	Fresh                 bool // the stage was not in the digest before
	Acked                 bool
}

// Digest is what a person was told on a day; it is kept as it was.
type Digest struct {
	Day   civil.Date
	At    time.Time
	Lines []DigestLine
}

// Source finds cases and warnings; every call is confined to at.
type Source interface {
	Overview(ctx context.Context, at access.Scope) (Overview, error)
	// Cases lists one page of a selection, courts in their order, the earliest due first.
	Cases(ctx context.Context, at access.Scope, pick string, offset, limit int) ([]docket.Case, int, error)
	// Warnings lists what the role of at is warned of: of one stage, of all for "", of those
	// taken note of for "acked".
	Warnings(ctx context.Context, at access.Scope, stage string, offset, limit int) (Warnings, error)
	// Acknowledge takes note of the warning that a case has now; fault.Conflict when it has
	// another stage or due day by now.
	Acknowledge(ctx context.Context, at access.Scope, court, key, stage string, due civil.Date, note string) error
	// Digest returns the digest of a day, of the data day for zero, and the days there are.
	Digest(ctx context.Context, who access.Scope, day civil.Date) (Digest, []civil.Date, error)
}
