package store

import (
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
)

// State is where a batch stands.
type State string

// The states of a batch. Interrupted is not stored: it is a running batch that no living
// process works on.
const (
	Running     State = "running"
	Interrupted State = "interrupted"
	Committed   State = "committed"
	Discarded   State = "discarded"
)

// BatchInfo says who imports what by which mapping.
type BatchInfo struct {
	User           string // login name
	Mapping        string // name of the mapping
	MappingVersion int
}

// Batch is one import. Read = New + Changed + Unchanged + Rejected; Flagged is a part of the
// rows that were not rejected.
type Batch struct {
	ID int64
	BatchInfo
	State     State
	Started   time.Time
	Committed time.Time // zero until committed
	Files     []File

	Read, New, Changed, Unchanged, Rejected, Flagged int64

	Seconds float64  // from Begin or Resume to Commit
	Courts  []string // courts in which a case or an event was written, sorted by code

	sealed bool // all input files were archived
}

// File is one input file as it was archived.
type File struct {
	Batch  int64
	No     int    // 1, 2, … inside the batch
	Name   string // as the rows name it
	SHA256 string // hex, of the file as it came
	Bytes  int64  // size of the file as it came
	Path   string // where the copy lies: relative to the database file, or empty on a server
}

// Record is one version of a case in the ledger, with where it came from.
type Record struct {
	ID int64
	docket.Case
	FromBatch int64
	ToBatch   int64 // batch that replaced it; 0: current
	File      string
	Sheet     string
	Row       int
	Flags     []string // rules under which the row was doubtful when it was loaded
}

// EventRecord is one version of an event, with where it came from.
type EventRecord struct {
	ID        int64
	CaseCourt string // court of the case the event belongs to
	docket.Event
	FromBatch int64
	ToBatch   int64
	File      string
	Sheet     string
	Row       int
	Flags     []string
}

// Issue is a stored issue of a batch.
type Issue struct {
	Batch int64
	Court string // of the row's case, empty where the row gave none
	ledger.Issue
}

// IssueFilter chooses issues; zero fields choose everything. Issues of discarded and
// unfinished batches never show.
type IssueFilter struct {
	Batch       int64
	Court, Rule string
	File        string
	OnlyReject  bool    // rejected rows only
	OnlyFlag    bool    // doubtful rows only
	Without     []int64 // batches left out
	Offset      int
	Limit       int // 0: no limit
}

// IssueCount is the number of issues of one rule in one court.
type IssueCount struct {
	Rule, Court       string
	Rejected, Flagged int64
}

// CourtMonth is the number of cases filed and closed in one month at one court, as the
// current ledger knows it. A month with neither is missing.
type CourtMonth struct {
	Court         string
	Month         civil.Period
	Filed, Closed int64
}

// Missing reports whether the ledger has nothing of the month.
func (m CourtMonth) Missing() bool { return m.Filed == 0 && m.Closed == 0 }

// Mapping is a saved version of a column mapping.
type Mapping struct {
	Name    string
	Version int
	Body    string // YAML as written
	User    string
	At      time.Time
}

// User is somebody who may sign in.
type User struct {
	ID       int64
	Login    string
	Name     string
	Hash     string // argon2id, made by the caller
	Role     access.Role
	City     bool
	Court    string
	Division string
	Judge    string
	Disabled bool
	Created  time.Time
}

// Scope is what the user may see.
func (u User) Scope() access.Scope {
	return access.Scope{User: u.Login, Name: u.Name, Role: u.Role, City: u.City,
		Court: u.Court, Division: u.Division, Judge: u.Judge}
}

// Edition is a frozen document, with everything needed to make it again. Editions are links of
// a chain: each holds the link of the one frozen before it.
type Edition struct {
	ID      string // chosen by the caller, e.g. monthly-藏01-2023-12-1
	Kind    string
	Title   string
	Court   string
	Period  string
	Batch   int64 // the ledger as of this batch
	Created time.Time
	Who     string
	Program string // version of the program that built it
	Hash    string // over all files, made by the caller
	Paper   string // the document whose edition it is; empty: built at the command line
	Recipe  string // JSON of the caller: what besides the ledger decides the content
	Record  string // hash of the kept text with sentences, tables, figures and lists
	Files   []EditionFile

	Seq  int64  // 1, 2, 3, … in the order of freezing; 0: frozen before editions were chained
	Prev string // Link of the edition before; empty for the first
	Link string // hex SHA-256 over all fields above, made by the store
}

// EditionFile is one file of an edition.
type EditionFile struct {
	Name   string
	Media  string // media type
	SHA256 string // hex, made by the store
	Bytes  int64
	Data   []byte // nil in listings
}

// Difference is one table in which two stores differ.
type Difference struct {
	Table       string
	Mine, Other Checksum
}

// Checksum stands for the whole content of a table.
type Checksum struct {
	Rows   int64
	SHA256 string // over all rows in the order of their keys
}
