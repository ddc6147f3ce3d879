// Package ledger reads case ledgers and event files as streams: cells in, rows and issues
// out. It owns file formats, encodings, column mappings and validation rules, and knows no
// database.
package ledger

import "zhunsheng/internal/docket"

// Issue is a doubtful or unusable place of an input file, with what a clerk should do.
type Issue struct {
	File, Sheet   string
	Row           int // 1-based line or sheet row, the header being row 1
	Column, Value string
	Rule          string // id in rules/validation
	Remedy        string
	Reject        bool // the row is not in the ledger; otherwise it is loaded and flagged
}

// Row is one input row after mapping and validation. A row gives a case, an event, or both
// (an event file may bring the case along); a rejected row gives neither and at least one
// issue with Reject set.
type Row struct {
	File, Sheet string
	Line        int // as Issue.Row
	Case        *docket.Case
	// CasePartial: the row belongs to an event file; its Case only creates a case that is
	// missing and fills nothing in a case that exists.
	CasePartial bool
	Event       *docket.Event
	Issues      []Issue
}

// Rejected reports whether the row stays out of the ledger.
func (r Row) Rejected() bool { return r.Case == nil && r.Event == nil }
