package documents

import (
	"context"
	"io"
	"math/big"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/paper"
	"zhunsheng/internal/statute"
)

// Board is what the screen shows first: every document that the reader may see, with what the
// schedule did.
type Board struct {
	Kinds    []string  // that may be drafted
	Papers   []Card    // newest period first, then by kind and administrative order
	Loose    []Edition // built at the command line, newest first
	Attempts []Attempt // of the schedule, newest first
	DataDay  civil.Date
}

// Card is one document in a list.
type Card struct {
	ID, Kind, Title, Court string
	Period                 civil.Period
	State                  paper.State
	Seq                    int64 // of the last step
	At                     time.Time
	By                     string // who took the last step
	Scheduled              bool   // the draft appeared by itself
	Edition                string
	Replaces, ReplacedBy   string
	Batch                  int64
	Sent, Signed           int       // receiving courts, and those that acknowledged
	Acknowledged           time.Time // by the reader's own court
	Typed                  int       // figures typed by a person; the goal is 0
	Missing                int       // notes on what the data lack
}

// Paper is one document with its text and its life.
type Paper struct {
	Card
	Version    int
	DataDay    civil.Date
	Newer      int64             // a batch after the one the text was made from; 0: none
	Doc        *bulletin.Edition // with what people wrote in place
	Lines      []Line            // in reading order
	Findings   int
	Lacks      []Missing
	Steps      []Step // the life so far, oldest first
	Moves      []paper.Move
	Recipients []Recipient // in administrative order
	Courts     []string    // that it may be issued to, in administrative order
	Program    string
	Rules      string // hash
	Files      []File
	Edits      bool // the reader may rewrite sentences now
}

// Line is one sentence of a document as it is and as it was generated.
type Line struct {
	bulletin.Sentence
	Generated string
	Version   int // of what people wrote; 0: nobody wrote anything
	By        string
	At        time.Time
	Figures   []bulletin.Printed
	Findings  []Finding
	Typed     int // figures in it that a person typed
}

// Rewritten reports whether a person's text stands in place of the generated one.
func (l Line) Rewritten() bool { return l.Text != l.Generated }

// Finding is something in a sentence that cannot be true or may not be said.
type Finding struct {
	Rule                string
	Printed, Recomputed string
	Why                 statute.Text
}

// Missing is something that the data of a document lack.
type Missing struct {
	What   string // gaps, rejected, flagged or intervals
	Count  int64
	Courts []string // in administrative order
}

// Step is one step of a life.
type Step struct {
	Seq          int64
	Action       paper.Action
	State        paper.State
	At           time.Time
	Who          string // display name
	Court, Organ string
	Edition      string
	Reason       string
}

// Recipient is a court that a document was issued to.
type Recipient struct {
	Court        string
	Acknowledged time.Time // zero: not yet
	By           string
}

// Attempt is one try of the schedule.
type Attempt struct {
	Kind, Court string
	Period      civil.Period
	State, Note string
	At          time.Time
}

// Writing is what a person writes in place of a sentence.
type Writing struct {
	Sentence string
	Base     int    // the version that the person saw
	Text     string // empty: the generated sentence again
}

// Act is a step that a person takes.
type Act struct {
	Action paper.Action
	Seq    int64 // of the last step that the person saw
	Reason string
	Organ  string   // approve: president or party_group
	Courts []string // issue: the recipients
}

// Comparison is two versions of a document side by side.
type Comparison struct {
	Choices   []Choice // what can be compared
	Then, Now string   // the chosen two
	Sentences []bulletin.SentenceChange
	Figures   []bulletin.FigureChange
	Breaks    []Break
}

// Choice is one version of a document, or its edition.
type Choice struct {
	ID    string
	Batch int64
	At    time.Time
	Text  statute.Text
}

// Restated is what an edition would say today.
type Restated struct {
	Edition string
	Batch   int64
	Figures []Moved
	Breaks  []Break
}

// Moved is a figure that is another one today, with the cases that moved it.
type Moved struct {
	Figure bulletin.Printed
	Name   statute.Text
	Now    string
	Jump   indicator.Jump
	Cases  []MovedCase
}

// MovedCase is a case that stands differently behind a figure.
type MovedCase struct {
	Court, Key, CaseNo string
	Side               string
	How                string // entered, left or changed
	Why                []FieldChange
}

// FieldChange is one column that a batch changed; without a field the ledger did not know the
// case before.
type FieldChange struct {
	Batch   int64
	Field   statute.Text
	Was, Is string
}

// Break is an indicator redefined within the year, under both wordings.
type Break struct {
	Name   statute.Text
	Unit   string
	From   civil.Date
	Months []BothWays
	Jump   indicator.Jump
}

// BothWays is one month under the old and the new wording.
type BothWays struct {
	Period   civil.Period
	Old, New *big.Rat
	InForce  bool // of the new wording
}

// Papers keeps the documents and their life.
type Papers interface {
	Board(ctx context.Context, at access.Scope) (Board, error)
	Paper(ctx context.Context, at access.Scope, id string) (Paper, error)
	Begin(ctx context.Context, at access.Scope, o Order) (id string, err error)
	// Write keeps a person's text. When somebody else wrote meanwhile it is a conflict, and
	// nothing is overwritten.
	Write(ctx context.Context, at access.Scope, id string, w Writing) error
	Act(ctx context.Context, at access.Scope, id string, a Act) error
	Compare(ctx context.Context, at access.Scope, id, then, now string) (Comparison, error)
	Restate(ctx context.Context, at access.Scope, id string) (Restated, error)
	// Take returns a file as the reader may see it: the case lists of an appendix hold only
	// cases of the reader's scope. The caller closes it.
	Take(ctx context.Context, at access.Scope, id, name string) (File, io.ReadCloser, error)
}
