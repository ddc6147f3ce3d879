// Package data is where ledgers come in: imports with progress, the mapping preview, the
// issues by rule and court, and what is missing by court and month.
package data

import (
	"context"
	"io"
	"iter"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/statute"
)

// Batch is one import. Read = New + Changed + Unchanged + Rejected; Flagged is a subset of
// the rows in the ledger.
type Batch struct {
	ID                                               int64
	State                                            string // running, committed, interrupted, discarded, failed
	User                                             string
	Mapping                                          string
	MappingVersion                                   int
	Started, Committed                               time.Time
	Files                                            []File
	Courts                                           []string // court codes touched
	Read, New, Changed, Unchanged, Rejected, Flagged int64

	BytesDone, BytesTotal int64         // while running; total 0: unknown
	Left                  time.Duration // estimate while running; 0: unknown
	Failure               string        // why it failed, safe for users
	Settled               string        // who declared the rejected rows dealt with, when and why; empty: nobody
}

// File is one input of a batch.
type File struct {
	Name, SHA256 string
	Bytes        int64
}

// Upload is one file on its way in.
type Upload struct {
	Name string
	R    io.Reader
}

// Staged is a set of files received but not yet loaded: what was detected in the first one
// and how its columns would be read.
type Staged struct {
	ID       string
	Files    []File
	Detected string   // format, encoding, delimiter, date forms, in words
	Headers  []string // columns of the file
	Sample   [][]string
	Mapping  string            // saved mapping that fits, empty: a suggestion
	Columns  map[string]string // header → field name, "" or absent: kept as extra
	Notes    []statute.Text    // what the suggestion is unsure about
	Missing  []string          // fields that must be mapped before loading
}

// Choice is what the clerk decided on the preview.
type Choice struct {
	Mapping string            // name of a saved mapping; empty: Columns
	Columns map[string]string // header → field
	Name    string            // save the corrected columns under this name; empty: for this import only
}

// Imports takes files in.
type Imports interface {
	Batches(ctx context.Context, at access.Scope) ([]Batch, error) // newest first
	Batch(ctx context.Context, at access.Scope, id int64) (Batch, error)
	Mappings(ctx context.Context) ([]string, error)
	// Stage keeps the files until Start and proposes how to read them with the named
	// mapping, or a suggestion when it is empty.
	Stage(ctx context.Context, at access.Scope, mapping string, files iter.Seq2[Upload, error]) (id string, err error)
	Staged(ctx context.Context, at access.Scope, id string) (Staged, error)
	// Start begins one batch in the background and returns its number; fault.Conflict when
	// another one is running or interrupted.
	Start(ctx context.Context, at access.Scope, id string, c Choice) (batch int64, err error)
	Resume(ctx context.Context, at access.Scope, batch int64) error
	Discard(ctx context.Context, at access.Scope, batch int64) error
	// Settle notes that the rejected rows of a batch were dealt with, and why.
	Settle(ctx context.Context, at access.Scope, batch int64, reason string) error
}

// IssueQuery narrows the issues.
type IssueQuery struct {
	Batch         int64  // 0: all
	Rule, Court   string // empty: all
	Reject        bool   // only rows that stayed out
	Open          bool   // without batches whose rejected rows were dealt with
	Offset, Limit int    // Limit below 0: no limit
}

// Issue is a doubtful or unusable place of an input.
type Issue struct {
	Batch int64
	Court string
	ledger.Issue
}

// IssueCount is one cell of issues by rule and court.
type IssueCount struct {
	Rule, Court string
	Name        statute.Text // the rule in words
	Rows        int64
	Rejects     bool
}

// MonthCount is the number of cases filed in one court and month (civil.Date of its first day).
type MonthCount struct {
	Court string
	Month civil.Date
	Cases int64
}

// Quality tells what is wrong with the data and what is missing.
type Quality interface {
	Issues(ctx context.Context, at access.Scope, q IssueQuery) (rows []Issue, total int, err error)
	IssueCounts(ctx context.Context, at access.Scope) ([]IssueCount, error)
	// ExportIssues writes csv: batch,file,sheet,row,column,value,rule,remedy.
	ExportIssues(ctx context.Context, at access.Scope, q IssueQuery, w io.Writer) error
	// ExportIssueBook writes xlsx: the doubtful rows of every file as they came, in their order,
	// the doubtful cells marked.
	ExportIssueBook(ctx context.Context, at access.Scope, q IssueQuery, w io.Writer) error
	Completeness(ctx context.Context, at access.Scope, p civil.Period) ([]MonthCount, error)
}
