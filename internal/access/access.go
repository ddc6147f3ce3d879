// Package access says who may see and do what. It is the only place that does: figures,
// lists, exports and documents all ask a [Scope].
package access

import "zhunsheng/internal/fault"

// Role is what a person is in the office (角色).
type Role string

// The roles of the product, in the order of the users' table.
const (
	President     Role = "president"     // 院长、副院长
	OfficeHead    Role = "office_head"   // 审管办主任
	Analyst       Role = "analyst"       // 统计员
	DivisionHead  Role = "division_head" // 庭长
	Judge         Role = "judge"         // 法官
	Clerk         Role = "clerk"         // 书记员、法官助理
	CourtOffice   Role = "court_office"  // 基层法院审管办
	Administrator Role = "administrator" // 系统管理员
)

// Action is something a role may do.
type Action string

// The actions of the product.
const (
	ViewFigures   Action = "view_figures"   // figures inside the scope
	ViewCases     Action = "view_cases"     // case lists and case pages inside the scope
	Export        Action = "export"         // lists and tables as files
	ViewBatches   Action = "view_batches"   // imports, issues, completeness
	ImportData    Action = "import_data"    // start, resume, discard an import; edit mappings
	BuildBulletin Action = "build_bulletin" // build and download documents
	ViewBulletin  Action = "view_bulletin"  // read documents: drafts and editions of the city, or what was issued to one's court
	ManageUsers   Action = "manage_users"   // users, lists, settings
	ViewAudit     Action = "view_audit"     // the log

	CosignBulletin      Action = "cosign_bulletin"      // 会签 a checked document
	ReturnBulletin      Action = "return_bulletin"      // 退回 a document for changes
	ApproveBulletin     Action = "approve_bulletin"     // 签批 a co-signed document, as president or for the party group
	IssueBulletin       Action = "issue_bulletin"       // 印发, 撤回, 重述
	AcknowledgeBulletin Action = "acknowledge_bulletin" // 签收 what was issued to one's court

	PrepareProcedure Action = "prepare_procedure" // drafts of applications about time limits, inside the scope
	ApplyProcedure   Action = "apply_procedure"   // hand them in, withdraw them: the judge of the case
	DecideProcedure  Action = "decide_procedure"  // agree, approve, refuse from one's seat
	RecordDecision   Action = "record_decision"   // record what somebody outside the installation decided on paper
	KeepAppraisals   Action = "keep_appraisals"   // the register of outside appraisals

	DefineIndicators Action = "define_indicators" // draft and adopt the court's own indicators
	WriteNotes       Action = "write_notes"       // notes on cases inside the scope
	RaiseDoubt       Action = "raise_doubt"       // doubts about cases and figures of a period open for correction
	SettleDoubts     Action = "settle_doubts"     // say which periods are open, and answer doubts
	HandleAlerts     Action = "handle_alerts"     // take over, answer, silence and close alerts inside the scope; note known changes of a series
	PlanStaffing     Action = "plan_staffing"     // keep forecasts, enter the capacity calendar, adopt plans
	HoldToken        Action = "hold_token"        // a token of one's own, for programs that use the API
)

// rights is the whole table.
var rights = map[Role][]Action{
	President:     {ViewFigures, ViewCases, Export, ViewBatches, ViewBulletin, ApproveBulletin, ReturnBulletin, DecideProcedure, WriteNotes, HoldToken},
	OfficeHead:    {ViewFigures, ViewCases, Export, ViewBatches, ImportData, BuildBulletin, ViewBulletin, CosignBulletin, IssueBulletin, ReturnBulletin, ViewAudit, DefineIndicators, RecordDecision, KeepAppraisals, WriteNotes, SettleDoubts, HandleAlerts, PlanStaffing, HoldToken},
	Analyst:       {ViewFigures, ViewCases, Export, ViewBatches, ImportData, BuildBulletin, ViewBulletin, ReturnBulletin, DefineIndicators, WriteNotes, SettleDoubts, HandleAlerts, PlanStaffing, HoldToken},
	DivisionHead:  {ViewFigures, ViewCases, Export, DecideProcedure, WriteNotes, HandleAlerts, HoldToken},
	Judge:         {ViewFigures, ViewCases, Export, PrepareProcedure, ApplyProcedure, KeepAppraisals, WriteNotes, HoldToken},
	Clerk:         {ViewFigures, ViewCases, ViewBatches, PrepareProcedure, KeepAppraisals, WriteNotes, HoldToken},
	CourtOffice:   {ViewFigures, ViewCases, Export, ViewBatches, ViewBulletin, AcknowledgeBulletin, RecordDecision, KeepAppraisals, WriteNotes, RaiseDoubt, HandleAlerts, HoldToken},
	Administrator: {ManageUsers, ViewAudit, ViewBatches, HoldToken},
}

// Roles lists all roles in a fixed order.
func Roles() []Role {
	return []Role{President, OfficeHead, Analyst, DivisionHead, Judge, Clerk, CourtOffice, Administrator}
}

// Scope is the part of the ledger a person may see. The zero value sees nothing.
type Scope struct {
	User     string // login name, for the log
	Name     string // display name
	Role     Role
	City     bool   // all courts
	Court    string // court code, where not City
	Division string // division id inside Court; empty: the whole court
	Judge    string // judge id; empty: the whole division
}

// System is the scope of the command line and of jobs, run by whoever owns the machine.
func System() Scope { return Scope{User: "system", Name: "system", Role: OfficeHead, City: true} }

// Can reports whether the role may do a.
func (s Scope) Can(a Action) bool {
	if s.User == "system" {
		return true
	}
	for _, x := range rights[s.Role] {
		if x == a {
			return true
		}
	}
	return false
}

// Need returns a forbidden error, naming the roles that may, when the scope may not do a.
func (s Scope) Need(a Action) error {
	if s.Can(a) {
		return nil
	}
	return fault.Forbiddenf("role %s may not %s; ask one of: %v", s.Role, a, RolesFor(a))
}

// RolesFor lists the roles that may do a, in fixed order.
func RolesFor(a Action) []Role {
	var out []Role
	for _, r := range Roles() {
		if (Scope{Role: r}).Can(a) {
			out = append(out, r)
		}
	}
	return out
}

// Limits returns the field values the scope is confined to: court, division, judge.
// An empty map is the whole city; ok is false when the scope sees no case at all.
func (s Scope) Limits() (limits map[string]string, ok bool) {
	limits = map[string]string{}
	if s.City {
		return limits, s.Role != Administrator
	}
	if s.Court == "" {
		return nil, false
	}
	limits["court"] = s.Court
	if s.Division != "" {
		limits["division"] = s.Division
	}
	if s.Judge != "" {
		limits["judge"] = s.Judge
	}
	return limits, s.Role != Administrator
}

// Sees reports whether one case, given by its court, division and judge, lies in the scope.
func (s Scope) Sees(court, division, judge string) bool {
	l, ok := s.Limits()
	if !ok {
		return false
	}
	for field, want := range l {
		got := map[string]string{"court": court, "division": division, "judge": judge}[field]
		if got != want {
			return false
		}
	}
	return true
}
