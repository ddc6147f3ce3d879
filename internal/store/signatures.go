package store

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"github.com/alexedwards/scs/v2"

	"zhunsheng/internal/audit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/ledger"
)

var errSoon = errors.New("store: body follows")

// Store is the one truth.
type Store struct{}

// Import is one batch being written.
type Import struct{}

// Archived is an input file as it came.
type Archived struct{ File }

func (a *Archived) ReadAt(p []byte, off int64) (int, error) { return 0, errSoon }
func (a *Archived) Close() error                            { return errSoon }

// Parse feeds the rows of a batch's archived files to put, as the import did.
type Parse func(ctx context.Context, b Batch, files []*Archived, put func(ledger.Row) error) error

func Open(ctx context.Context, url string, now func() time.Time) (*Store, error) {
	return nil, errSoon
}
func OpenSplit(ctx context.Context, ledgerURL, officeURL string, now func() time.Time) (*Store, error) {
	return nil, errSoon
}
func (s *Store) Close() error                      { return errSoon }
func (s *Store) Migrate(ctx context.Context) error { return errSoon }

func (s *Store) Begin(ctx context.Context, info BatchInfo) (*Import, error) { return nil, errSoon }
func (s *Store) Resume(ctx context.Context, batch int64) (*Import, error)   { return nil, errSoon }
func (s *Store) Discard(ctx context.Context, batch int64) error             { return errSoon }
func (s *Store) Interrupted(ctx context.Context) ([]Batch, error)           { return nil, errSoon }
func (s *Store) Batches(ctx context.Context) ([]Batch, error)               { return nil, errSoon }
func (s *Store) Batch(ctx context.Context, id int64) (Batch, error)         { return Batch{}, errSoon }
func (s *Store) BatchAsOf(ctx context.Context, day civil.Date) (int64, error) {
	return 0, errSoon
}
func (s *Store) OpenArchived(ctx context.Context, f File) (*Archived, error) { return nil, errSoon }

func (im *Import) Batch() Batch { return Batch{} }
func (im *Import) Archive(ctx context.Context, name string, r io.Reader) (File, error) {
	return File{}, errSoon
}
func (im *Import) Put(row ledger.Row) error                  { return errSoon }
func (im *Import) Commit(ctx context.Context) (Batch, error) { return Batch{}, errSoon }
func (im *Import) Discard(ctx context.Context) error         { return errSoon }

func (s *Store) Issues(ctx context.Context, f IssueFilter) iter.Seq2[Issue, error] { return nil }
func (s *Store) CountIssues(ctx context.Context, f IssueFilter) (int64, error)     { return 0, errSoon }
func (s *Store) IssueCounts(ctx context.Context, f IssueFilter) ([]IssueCount, error) {
	return nil, errSoon
}
func (s *Store) Completeness(ctx context.Context, span civil.Period) ([]CourtMonth, error) {
	return nil, errSoon
}

func (s *Store) Record(ctx context.Context, id int64) (Record, error)       { return Record{}, errSoon }
func (s *Store) Records(ctx context.Context, ids []int64) ([]Record, error) { return nil, errSoon }
func (s *Store) RecordByKey(ctx context.Context, court, key string) (Record, error) {
	return Record{}, errSoon
}
func (s *Store) FindCaseNo(ctx context.Context, q string, limit int) ([]Record, error) {
	return nil, errSoon
}
func (s *Store) Versions(ctx context.Context, court, key string) ([]Record, error) {
	return nil, errSoon
}
func (s *Store) Events(ctx context.Context, court, key string) ([]EventRecord, error) {
	return nil, errSoon
}
func (s *Store) Related(ctx context.Context, r Record) ([]Record, error) { return nil, errSoon }

func (s *Store) Scan(ctx context.Context, court string, batch int64, fn func(id int64, c *docket.Case) error) error {
	return errSoon
}
func (s *Store) Export(ctx context.Context, batch int64, fn func(r *Record) error) error {
	return errSoon
}
func (s *Store) Epochs(ctx context.Context, batch int64) (map[string]int64, error) {
	return nil, errSoon
}

func (s *Store) LoadCourts(ctx context.Context, list []docket.Court) error       { return errSoon }
func (s *Store) LoadDivisions(ctx context.Context, list []docket.Division) error { return errSoon }
func (s *Store) LoadCauses(ctx context.Context, list []docket.Cause) error       { return errSoon }
func (s *Store) LoadRoster(ctx context.Context, list []docket.Posting) error     { return errSoon }
func (s *Store) Courts(ctx context.Context) ([]docket.Court, error)              { return nil, errSoon }
func (s *Store) Divisions(ctx context.Context) ([]docket.Division, error)        { return nil, errSoon }
func (s *Store) Causes(ctx context.Context) ([]docket.Cause, error)              { return nil, errSoon }
func (s *Store) Roster(ctx context.Context) (indicator.Roster, error)            { return nil, errSoon }

func (s *Store) SaveMapping(ctx context.Context, m Mapping) (Mapping, error) {
	return m, errSoon
}
func (s *Store) Mappings(ctx context.Context) ([]Mapping, error) { return nil, errSoon }
func (s *Store) Mapping(ctx context.Context, name string, version int) (Mapping, error) {
	return Mapping{}, errSoon
}

func (s *Store) AddUser(ctx context.Context, u User) (User, error)           { return u, errSoon }
func (s *Store) UpdateUser(ctx context.Context, u User) error                { return errSoon }
func (s *Store) UserByLogin(ctx context.Context, login string) (User, error) { return User{}, errSoon }
func (s *Store) Users(ctx context.Context) ([]User, error)                   { return nil, errSoon }
func (s *Store) Sessions() scs.CtxStore                                      { return nil }
func (s *Store) Setting(ctx context.Context, key string) (value string, ok bool, err error) {
	return "", false, errSoon
}
func (s *Store) SetSetting(ctx context.Context, key, value string) error { return errSoon }

func (s *Store) AppendAudit(ctx context.Context, e audit.Entry) (audit.Record, error) {
	return audit.Record{}, errSoon
}
func (s *Store) AuditTrail(ctx context.Context, after int64, limit int) ([]audit.Record, error) {
	return nil, errSoon
}
func (s *Store) VerifyAudit(ctx context.Context) (last audit.Record, err error) {
	return audit.Record{}, errSoon
}

func (s *Store) SaveEdition(ctx context.Context, e Edition) error        { return errSoon }
func (s *Store) Editions(ctx context.Context) ([]Edition, error)         { return nil, errSoon }
func (s *Store) Edition(ctx context.Context, id string) (Edition, error) { return Edition{}, errSoon }

// Query runs one read-only statement over the views; head gets the column names once, row
// every row with values nil, int64, float64 or string. row's slice is reused.
func (s *Store) Query(ctx context.Context, query string, head func(columns []string) error, row func(values []any) error) error {
	return errSoon
}

// Checksums gives number of rows and content checksum of every case table.
func (s *Store) Checksums(ctx context.Context) (map[string]string, error) { return nil, errSoon }

// Rebuild makes the case tables again from the archive in a fresh place; close the result.
func (s *Store) Rebuild(ctx context.Context, parse Parse) (*Store, error) { return nil, errSoon }

// Compare lists the tables that differ; none: identical.
func (s *Store) Compare(ctx context.Context, other *Store) ([]Difference, error) {
	return nil, errSoon
}

// Indicators answers indicator questions by SQL.
func (s *Store) Indicators() indicator.Engine { return nil }
