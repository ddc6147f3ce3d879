// Package api answers programs: figures, case lists and imports as JSON, described by OpenAPI
// 3.1 at /api/v1/openapi.json. A program comes with the session of a signed-in user or with a
// token of that user, and gets exactly what the user would get on the pages.
package api

import (
	"context"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
)

// Door tells who asks and which part of the ledger an address names.
type Door struct {
	// Session returns the signed-in user; an error when nobody is.
	Session func(*http.Request) (access.Scope, error)
	// Narrow confines a scope to the court, division and judge of an address, and refuses
	// what lies outside it.
	Narrow func(ctx context.Context, who access.Scope, q url.Values) (access.Scope, error)
	// Failed logs an internal error and returns its reference number.
	Failed func(ctx context.Context, err error) string
}

// Source answers questions inside a scope.
type Source interface {
	// Bearer returns the owner of a token, fault.NotFound for none in force.
	Bearer(ctx context.Context, token string) (access.Scope, error)
	State(ctx context.Context) (day civil.Date, batch int64, err error)
	Book() *indicator.Book
	Limits(ctx context.Context) (*timelimit.Book, error)
	Compute(ctx context.Context, at access.Scope, req indicator.Request) ([]indicator.Figure, error)
	Cases(ctx context.Context, at access.Scope, q Query) (rows []Row, total int, err error)
	Imports(ctx context.Context, at access.Scope) ([]Import, error)
	Import(ctx context.Context, at access.Scope, id int64) (Import, error)
	Issues(ctx context.Context, at access.Scope, batch int64, offset, limit int) (rows []Issue, total int, err error)
	// Upload takes files in by a saved mapping and starts their import in the background.
	Upload(ctx context.Context, at access.Scope, mapping string, files iter.Seq2[File, error]) (batch int64, err error)
}

// Query says which cases a list holds: those of one side of a figure, or those of the ledger.
type Query struct {
	Set, Indicator string
	Side           indicator.Side
	Period         civil.Period
	State          string // "", open, closed
	Offset, Limit  int
}

// Row is one case and why it is on the list.
type Row struct {
	Case   docket.Case
	Flags  []string
	Count  string
	Minus  bool
	Reason statute.Text
}

// Import is one batch.
type Import struct {
	ID             int64     `json:"id"`
	State          string    `json:"state" enum:"running,committed,interrupted,discarded,failed"`
	User           string    `json:"user"`
	Mapping        string    `json:"mapping"`
	MappingVersion int       `json:"mapping_version"`
	Started        time.Time `json:"started"`
	Committed      time.Time `json:"committed,omitzero"`
	Files          []string  `json:"files"`
	Courts         []string  `json:"courts" doc:"codes of the courts whose cases or events were written"`
	Read           int64     `json:"read" doc:"new + changed + unchanged + rejected"`
	New            int64     `json:"new"`
	Changed        int64     `json:"changed"`
	Unchanged      int64     `json:"unchanged"`
	Rejected       int64     `json:"rejected"`
	Flagged        int64     `json:"flagged" doc:"doubtful rows among those not rejected"`
	BytesDone      int64     `json:"bytes_done,omitempty" doc:"while running"`
	BytesTotal     int64     `json:"bytes_total,omitempty" doc:"while running"`
	SecondsLeft    float64   `json:"seconds_left,omitempty" doc:"estimate while running"`
	Failure        string    `json:"failure,omitempty"`
}

// Issue is a doubtful or unusable place of an input.
type Issue struct {
	Court string
	ledger.Issue
}

// File is one input on its way in.
type File struct {
	Name string
	R    io.Reader
}
