// Package procedures has the registers of the office's own papers about time limits:
// applications for extension, deduction, suspension and conversion with their preview, their
// decisions and forms, and the register of outside appraisals.
package procedures

import (
	"context"
	"io"

	"zhunsheng/internal/access"
	"zhunsheng/internal/appraisal"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/signal"
	"zhunsheng/internal/statute"
)

// Query chooses applications; empty fields choose everything inside the scope.
type Query struct {
	Kind          procedure.Kind
	State         procedure.State
	Mine          bool   // only those that wait for the person
	Court, Key    string // of one case
	Offset, Limit int    // Limit below 0: no limit
}

// Line is one application in a register.
type Line struct {
	*procedure.Procedure
	Case  docket.Case
	Asks  statute.Text // what is applied for, in words
	Next  statute.Text // who decides next, empty: nobody
	Paper bool         // nobody in this installation holds that seat: the decision comes on paper
	Mine  bool         // it waits for the person
}

// Register is one page of a register; Total counts all pages.
type Register struct {
	Lines  []Line
	Total  int
	Counts map[procedure.State]int // of all that fit, by state, before the state was chosen
	Wait   string                  // why approved events have not entered the ledger yet; empty: they have
}

// Choice is one way to fill a field.
type Choice struct {
	Value string
	Name  statute.Text
	Note  statute.Text // longest length, source, evidence
}

// Options are what the law offers for an application on a case.
type Options struct {
	Case        docket.Case
	LimitID     string       // the limit in force
	Limit       statute.Text // its name
	Problem     statute.Text // why no date can be computed; empty: none
	Remedy      statute.Text
	Authorities []Choice // extension
	Causes      []Choice // deduction
	Suspensions []Choice // suspension
	Conversions []Choice // conversion, the usual ones first
	Day         civil.Date
}

// Preview is what would become of the due date.
type Preview struct {
	Before, After string         // due day now and with the event; "none" without a limit
	Shift         int            // calendar days between them
	Kept          bool           // frozen: as shown when the decision was taken
	Findings      []statute.Text // doubts that the event brings
	Problem       statute.Text   // why no date can be computed
	Window        *procedure.Window
	AskLate       bool // asked, or would be asked today, after the last day
	AskEarly      bool
	DecideLate    bool // decided, or would be decided today, after the last day
	Grant         statute.Text
	Chain         []Seat
	ChainSource   statute.Source
}

// Seat is one place of the chain.
type Seat struct {
	Code  string
	Name  statute.Text
	State string // done, next, later; empty: not handed in, or no longer
	Paper bool   // outside the installation
}

// One is an application with everything to decide it by.
type One struct {
	Line
	Options Options
	Preview Preview
	May     map[procedure.Act]bool // what the person may do now
	Record  bool                   // the person may record a decision made on paper
	Wait    string
}

// Source keeps the applications; every call is confined to the scope, every write is logged.
// A step onto a version that is no longer the newest is fault.Conflict.
type Source interface {
	Procedures(ctx context.Context, at access.Scope, q Query) (Register, error)
	ProcedureXlsx(ctx context.Context, at access.Scope, q Query, lang string, w io.Writer) error
	Procedure(ctx context.Context, who access.Scope, id string) (One, error)
	ProcedureForm(ctx context.Context, who access.Scope, id string, w io.Writer) error
	Options(ctx context.Context, who access.Scope, court, key string) (Options, error)
	// Save keeps a draft; an empty id makes a new one and returns its number.
	Save(ctx context.Context, who access.Scope, id string, version int, r procedure.Request) (string, error)
	Apply(ctx context.Context, who access.Scope, id string, version int, note string) error
	Decide(ctx context.Context, who access.Scope, id string, version int, agree bool, note string) error
	Record(ctx context.Context, who access.Scope, id string, version int, agree bool, p Paper) error
	Withdraw(ctx context.Context, who access.Scope, id string, version int, note string) error
	End(ctx context.Context, who access.Scope, id string, version int, until string) error
}

// Paper is a decision made on paper outside the installation.
type Paper struct {
	No, Note string
	Day      civil.Date
}

// Appraised is one line of the register of appraisals.
type Appraised struct {
	*appraisal.Appraisal
	Case   docket.Case
	Clock  appraisal.Clock
	Remind bool // near its end or over it
}

// AppraisalQuery chooses appraisals; empty fields choose everything inside the scope.
type AppraisalQuery struct {
	State       appraisal.State
	Institution string
	Due         bool // only those with a reminder or over
	Court, Key  string
}

// Appraisals is the register with how institutions keep their time.
type Appraisals struct {
	Day          civil.Date
	Lines        []Appraised
	Institutions []appraisal.Institution
	Rules        appraisal.Version
	City         signal.Interval // of all finished ones; NaN when there are none
}

// OneAppraisal is one line of the register with what may be done.
type OneAppraisal struct {
	Appraised
	May       bool
	Deduction []*procedure.Procedure // the applications that name it
	Day       civil.Date
}

// Appraisers keeps the register of appraisals.
type Appraisers interface {
	Appraisals(ctx context.Context, at access.Scope, q AppraisalQuery) (Appraisals, error)
	AppraisalXlsx(ctx context.Context, at access.Scope, q AppraisalQuery, lang string, w io.Writer) error
	Appraisal(ctx context.Context, who access.Scope, id string) (OneAppraisal, error)
	Entrust(ctx context.Context, who access.Scope, day civil.Date, e appraisal.Entrustment) (string, error)
	Enter(ctx context.Context, who access.Scope, id string, version int, act appraisal.Act, day civil.Date, note string) error
}
