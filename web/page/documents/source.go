// Package documents is the official documents: their drafts, sentence by sentence, their life
// from the check to the acknowledgement, and their editions.
package documents

import (
	"context"
	"io"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
)

// Edition is one frozen bulletin.
type Edition struct {
	ID     string
	Kind   string // monthly
	Title  string
	Court  string // court code; empty: the whole city
	Period civil.Period
	Batch  int64 // data it was built from
	Built  time.Time
	By     string
	Paper  string // the document whose edition it is; empty: built at the command line
	Files  []File
}

// File is one part of an edition.
type File struct {
	Name  string // e.g. bulletin.docx
	Type  string // media type
	Bytes int64
}

// Order asks for a new edition.
type Order struct {
	Kind   string // one of bulletin.Kinds
	Court  string // court code; empty: the whole city
	Period civil.Period
	Lang   string         // zh or en; empty: zh
	Given  bulletin.Given // by people and earlier documents
	Dated  civil.Date     // day of approval, printed on the paper; zero: not approved yet
}

// Source gives out the editions.
type Source interface {
	Editions(ctx context.Context, at access.Scope) ([]Edition, error) // newest first
	// Open returns one file of an edition; the caller closes it.
	Open(ctx context.Context, at access.Scope, id, name string) (File, io.ReadCloser, error)
}
