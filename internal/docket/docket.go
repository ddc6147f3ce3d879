// Package docket is the court's list of cases and what happened in each: the canonical
// case record, the event record, the roster of judges, and the grammar of case numbers.
package docket

import "zhunsheng/internal/civil"

// Money is an amount in the smallest unit of its currency (分); Known tells 0 from "not given".
type Money struct {
	Cents int64
	Known bool
}

// Flag is a yes/no fact that may be unknown.
type Flag int8

// The three values of a Flag.
const (
	Unknown Flag = iota
	No
	Yes
)

// Case is one record of the case ledger. Every column is described once, in [Fields];
// docs/data-dictionary.md is printed from there. Text columns hold codes of
// rules/vocabulary.yaml where that file knows the column, else the text as it came.
type Case struct {
	Key    string // identity of the record inside the ledger, built by the mapping; default court + case number
	Court  string // court code, e.g. 藏0102
	CaseNo string // 案号, normalised by the registry's grammar where it parses

	TypeCode      string // 案件类型代字, e.g. 民初
	Line          string // 条线: criminal civil administrative enforcement compensation other
	Instance      string // 审级: first second retrial review … (a registry may have its own)
	Procedure     string // 程序: ordinary summary small_claims …
	Cause         string // 案由 or charge: code of the office's list, or name
	Division      string // 承办庭室 id
	Judge         string // 承办法官 id
	Clerk         string // 书记员/助理 id
	ClosingWay    string // 结案方式
	RelatedNo     string // 关联案号
	Relation      string // what this case is to RelatedNo: appeal_of retrial_of enforcement_of resumed_from review_of
	AppealResult  string // 上诉结果: upheld reversed remanded withdrawn other
	RetrialResult string // 再审结果: same codes

	FiledOn              civil.Date // 立案日期
	LimitStartOn         civil.Date // 审限起始日期
	DueOn                civil.Date // 审限届满日期, from the file until the time-limit engine exists
	ClosedOn             civil.Date // 结案日期
	HeardOn              civil.Date // 开庭日期 (first hearing)
	EffectiveOn          civil.Date // 裁判生效日期
	AppealedOn           civil.Date // 上诉日期
	TransferredOn        civil.Date // 上诉案件移送(上级法院收到)日期
	AppealClosedOn       civil.Date // 二审结案日期
	RetrialAppliedOn     civil.Date // 申请再审日期
	RetrialOrderedOn     civil.Date // 裁定再审日期
	RetrialClosedOn      civil.Date // 再审结案日期
	EnforcementAppliedOn civil.Date // 申请执行日期
	ExtendedOn           civil.Date // 批准延长审限日期
	SuspendedOn          civil.Date // 中止日期, of the suspension still running
	PublishedOn          civil.Date // 裁判文书公开日期
	PetitionOn           civil.Date // 信访日期
	SuggestionSentOn     civil.Date // 司法建议发出日期
	SuggestionAnsweredOn civil.Date // 司法建议反馈日期

	DeductedDays int32 // 扣除审限天数, from the file

	Claimed   Money // 执行标的额
	Recovered Money // 执行到位额

	Published      Flag // 是否公开
	ForeignRelated Flag // 涉外(含涉港澳台)

	Extra map[string]string // columns the mapping does not know, kept as they came; nil if none

	Limit Limit // computed by the ledger; no file has it
}

// Limit is what the ledger has computed of the time limit of a case (审限), under the law it
// has accepted, as far as it knew the case and its events. rules/limits has the limits.
type Limit struct {
	Rule     string // id of the limit of the law, e.g. CVS; empty: could not be computed, see Problem
	Problem  string // code of the reason why it could not be computed
	Findings string // codes of doubts that a person should look at, separated by blanks

	FromOn        civil.Date // day 0, after the last restart
	BaseDueOn     civil.Date // last day by the base limit alone
	ExtendedDueOn civil.Date // last day with the extensions, without the deducted days
	DueOn         civil.Date // last day; absent where the law sets none
	OpenOn        civil.Date // first day of a deduction or suspension that still runs; DueOn is provisional then
	NetClosedOn   civil.Date // closing day less the deducted days: filing to it is the time the case took without them

	DeductedDays int32 // days in effect that do not count, up to the closing
	CountedDays  int32 // of a closed case: days from the start to the closing less the deducted ones
	Extended     Flag  // whether an extension is in effect
}

// Event is something that happened in a case.
type Event struct {
	CaseKey   string     // Key of the case
	Ref       string     // identity of the event inside its case, built by the mapping
	Kind      string     // filed assigned heard deducted extended suspended resumed appraisal closed …, or the source's own word
	Day       civil.Date // 发生日期
	Until     civil.Date // 截止日期, for events that last
	Court     string     // court or unit named by the event
	Judge     string     // judge named by the event
	Result    string     // outcome or document
	EnteredOn civil.Date // 录入日期
	Extra     map[string]string
}

// Posting is one line of the roster (法官花名册): a person in a post from a day to a day.
type Posting struct {
	Judge    string // stable id of the person
	Name     string
	Court    string // court code
	Division string // division id
	Post     string // quota_judge (员额法官), assistant, clerk, other
	From     civil.Date
	To       civil.Date // last day, zero: still in post

	// What the planning of loans asks about a judge. Lists frozen with documents before there were
	// these keep their bytes: what is empty is not written.
	Lines     []string `json:",omitempty"` // that the judge may handle (可办条线); empty: those of the cases closed
	Languages []string `json:",omitempty"` // spoken in court: zh, bo, …
	Avoid     []string `json:",omitempty"` // codes of courts where the judge may not sit (任职回避)
	Stays     bool     `json:",omitempty"` // not to be lent
}

// Court, Division and Cause are lines of the office's own lists.
type Court struct {
	Code, Name string
	Level      int    // 1 supreme, 2 high, 3 intermediate, 4 basic; 0 not given
	Parent     string // code of the court above
	Seq        int    // administrative order, the only order courts are ever shown in
}

// Division is a 庭室 of a court.
type Division struct {
	ID, Court, Name string
	Line            string // the line it mainly handles, may be empty
	Seq             int
}

// Cause is a 案由 or a charge.
type Cause struct {
	Code, Name, Parent string
	Level              int
	Line               string
}
