// Package procedure is the law of the office's own papers: applications for extension (延长),
// deduction (扣除), suspension (中止) and conversion (程序转换), who decides them in which order,
// by when, and which event of the case an approved one becomes. It keeps nothing and knows no
// clock; an application is the fold of its steps.
package procedure

import (
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
)

// Kind is what is applied for.
type Kind string

// The four kinds, in the order of the registers.
const (
	Extension  Kind = "extension"  // 延长审限
	Deduction  Kind = "deduction"  // 扣除审限
	Suspension Kind = "suspension" // 中止
	Conversion Kind = "conversion" // 程序转换
)

// Kinds lists the kinds in the order of the registers.
func Kinds() []Kind { return []Kind{Extension, Deduction, Suspension, Conversion} }

// State is where an application stands.
type State string

// The states in the order of the work.
const (
	Draft     State = "draft"
	Applied   State = "applied"  // waits for the next of the chain
	Approved  State = "approved" // waits for its entry in the ledger
	Entered   State = "entered"  // its event is in the ledger
	Ending    State = "ending"   // its last day is known and waits for its entry
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
)

// States lists the states in the order of the work.
func States() []State {
	return []State{Draft, Applied, Approved, Entered, Ending, Refused, Withdrawn}
}

// Act is a step that somebody takes.
type Act string

// The acts.
const (
	Save     Act = "save"     // write or correct the draft
	Apply    Act = "apply"    // 申请
	Agree    Act = "agree"    // 审核同意, on to the next of the chain
	Approve  Act = "approve"  // 批准, the last of the chain
	Refuse   Act = "refuse"   // 不同意, with a reason
	Withdraw Act = "withdraw" // 撤回
	Enter    Act = "enter"    // the program: the event is in the ledger
	End      Act = "end"      // the last day of a period that was open
)

// Request is what is applied for. Which fields count depends on the kind.
type Request struct {
	Kind   Kind
	Court  string // of the case
	Key    string // of the case
	CaseNo string
	Limit  string // id of the limit in force for the case, see rules/limits

	By     string // extension: code of the authority asked
	Months int    // extension
	Days   int    // extension

	From  civil.Date // deduction, suspension: day of the act that begins it
	Until civil.Date // deduction, suspension: the day it ends, zero while it lasts
	Cause string     // deduction, suspension: code of rules/limits/deductions.yaml
	On    civil.Date // conversion: day of the ruling
	To    string     // conversion: id of the limit it leads to

	Reason    string // 事由, in the applicant's words
	Paper     string // the document that proves it, e.g. a ruling or an entrustment
	Appraisal string // the outside appraisal that causes it
}

// Step is one act with who took it.
type Step struct {
	Act  Act
	Who  string // login
	Name string // display name at the time
	Role access.Role
	At   time.Time  // when it was entered
	Day  civil.Date // the day it holds for
	Detail
}

// Detail is what a step carries.
type Detail struct {
	Request  map[string]string `json:"request,omitempty"`  // save: the fields of the draft
	Chain    []string          `json:"chain,omitempty"`    // apply: who decides, in order
	Seat     string            `json:"seat,omitempty"`     // agree, approve, refuse: in whose place
	Paper    string            `json:"paper,omitempty"`    // number of a decision made on paper
	Note     string            `json:"note,omitempty"`     // opinion, reason
	Before   string            `json:"before,omitempty"`   // due day without the event, as shown when the step was taken
	After    string            `json:"after,omitempty"`    // due day with it
	Findings []string          `json:"findings,omitempty"` // what was pointed out
	Until    string            `json:"until,omitempty"`    // end: the last day
	Batch    int64             `json:"batch,omitempty"`    // enter: the batch that holds the event
}

// Procedure is one application with everything that happened to it.
type Procedure struct {
	ID string
	Request
	State   State
	Chain   []string // who decides, in order; empty while a draft
	At      int      // place in the chain of the one who decides next
	Steps   []Step
	Asked   civil.Date // day of the application
	Decided civil.Date // day of the approval or refusal
}

// Next is the authority that decides next, "" when nobody has to.
func (p *Procedure) Next() string {
	if p.State != Applied || p.At >= len(p.Chain) {
		return ""
	}
	return p.Chain[p.At]
}

// Last reports whether the next decision is the final one.
func (p *Procedure) Last() bool { return p.At == len(p.Chain)-1 }

// Version counts the steps; whoever acts names the version that was seen.
func (p *Procedure) Version() int { return len(p.Steps) }

// Open reports whether an entered period still has no last day.
func (p *Procedure) Open() bool {
	return p.State == Entered && (p.Kind == Deduction || p.Kind == Suspension) && p.Until.IsZero()
}
