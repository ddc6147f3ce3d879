package docket

import "zhunsheng/internal/civil"

// Kind is the type of a case column.
type Kind uint8

// The kinds of columns.
const (
	Text   Kind = iota // code or free text; "" is absent
	Day                // civil.Date; zero is absent
	Amount             // Money
	Number             // int32 count; 0 when not given
	YesNo              // Flag
)

// Field describes one canonical column of a case: the same name is used by mappings, SQL,
// indicator expressions, exports and docs/data-dictionary.md.
type Field struct {
	Name   string
	Kind   Kind
	Zh, En string
	Group  bool // may stand in --by: low-cardinality text worth a dictionary

	Computed bool // by the program from case, events and law; never read from a file

	text   func(*Case) *string
	day    func(*Case) *civil.Date
	money  func(*Case) *Money
	number func(*Case) *int32
	flag   func(*Case) *Flag
}

// Text, Day, Money, Number and Flag point at the field's value in c; each is legal only for its kind.
func (f *Field) Text(c *Case) *string { return f.text(c) }

// Day points at a date column.
func (f *Field) Day(c *Case) *civil.Date { return f.day(c) }

// Money points at an amount column.
func (f *Field) Money(c *Case) *Money { return f.money(c) }

// Number points at a count column.
func (f *Field) Number(c *Case) *int32 { return f.number(c) }

// Flag points at a yes/no column.
func (f *Field) Flag(c *Case) *Flag { return f.flag(c) }

func text(name, zh, en string, group bool, p func(*Case) *string) Field {
	return Field{Name: name, Kind: Text, Zh: zh, En: en, Group: group, text: p}
}

func day(name, zh, en string, p func(*Case) *civil.Date) Field {
	return Field{Name: name, Kind: Day, Zh: zh, En: en, day: p}
}

func amount(name, zh, en string, p func(*Case) *Money) Field {
	return Field{Name: name, Kind: Amount, Zh: zh, En: en, money: p}
}

func number(name, zh, en string, p func(*Case) *int32) Field {
	return Field{Name: name, Kind: Number, Zh: zh, En: en, number: p}
}

func computed(f Field) Field {
	f.Computed = true
	return f
}

func yesNo(name, zh, en string, p func(*Case) *Flag) Field {
	return Field{Name: name, Kind: YesNo, Zh: zh, En: en, flag: p}
}

// Fields lists every canonical column of a case, in the order of exports. The position of
// a field is stable within one build only; persist names, never positions.
var Fields = []Field{
	text("key", "记录标识", "record key", false, func(c *Case) *string { return &c.Key }),
	text("court", "法院", "court", true, func(c *Case) *string { return &c.Court }),
	text("case_no", "案号", "case number", false, func(c *Case) *string { return &c.CaseNo }),
	text("type_code", "案件类型", "type code", true, func(c *Case) *string { return &c.TypeCode }),
	text("line", "条线", "line", true, func(c *Case) *string { return &c.Line }),
	text("instance", "审级", "instance", true, func(c *Case) *string { return &c.Instance }),
	text("procedure", "适用程序", "procedure", true, func(c *Case) *string { return &c.Procedure }),
	text("cause", "案由", "cause", true, func(c *Case) *string { return &c.Cause }),
	text("division", "承办庭室", "division", true, func(c *Case) *string { return &c.Division }),
	text("judge", "承办法官", "judge", true, func(c *Case) *string { return &c.Judge }),
	text("clerk", "书记员", "clerk", false, func(c *Case) *string { return &c.Clerk }),
	day("filed_on", "立案日期", "filed on", func(c *Case) *civil.Date { return &c.FiledOn }),
	day("limit_start_on", "审限起始日期", "limit start", func(c *Case) *civil.Date { return &c.LimitStartOn }),
	day("due_on", "审限届满日期", "due on", func(c *Case) *civil.Date { return &c.DueOn }),
	day("closed_on", "结案日期", "closed on", func(c *Case) *civil.Date { return &c.ClosedOn }),
	text("closing_way", "结案方式", "way of closing", true, func(c *Case) *string { return &c.ClosingWay }),
	day("heard_on", "开庭日期", "heard on", func(c *Case) *civil.Date { return &c.HeardOn }),
	day("effective_on", "生效日期", "effective on", func(c *Case) *civil.Date { return &c.EffectiveOn }),
	text("related_no", "关联案号", "related case number", false, func(c *Case) *string { return &c.RelatedNo }),
	text("relation", "关联关系", "relation", true, func(c *Case) *string { return &c.Relation }),
	day("appealed_on", "上诉日期", "appealed on", func(c *Case) *civil.Date { return &c.AppealedOn }),
	day("transferred_on", "上诉移送日期", "transferred on", func(c *Case) *civil.Date { return &c.TransferredOn }),
	day("appeal_closed_on", "二审结案日期", "appeal closed on", func(c *Case) *civil.Date { return &c.AppealClosedOn }),
	text("appeal_result", "二审结果", "appeal result", true, func(c *Case) *string { return &c.AppealResult }),
	day("retrial_applied_on", "申请再审日期", "retrial applied on", func(c *Case) *civil.Date { return &c.RetrialAppliedOn }),
	day("retrial_ordered_on", "裁定再审日期", "retrial ordered on", func(c *Case) *civil.Date { return &c.RetrialOrderedOn }),
	day("retrial_closed_on", "再审结案日期", "retrial closed on", func(c *Case) *civil.Date { return &c.RetrialClosedOn }),
	text("retrial_result", "再审结果", "retrial result", true, func(c *Case) *string { return &c.RetrialResult }),
	day("enforcement_applied_on", "申请执行日期", "enforcement applied on", func(c *Case) *civil.Date { return &c.EnforcementAppliedOn }),
	amount("claimed", "执行标的额", "amount claimed", func(c *Case) *Money { return &c.Claimed }),
	amount("recovered", "执行到位额", "amount recovered", func(c *Case) *Money { return &c.Recovered }),
	day("extended_on", "延长审限日期", "extended on", func(c *Case) *civil.Date { return &c.ExtendedOn }),
	number("deducted_days", "扣除天数", "deducted days", func(c *Case) *int32 { return &c.DeductedDays }),
	day("suspended_on", "中止日期", "suspended on", func(c *Case) *civil.Date { return &c.SuspendedOn }),
	yesNo("published", "是否公开", "published", func(c *Case) *Flag { return &c.Published }),
	day("published_on", "文书公开日期", "published on", func(c *Case) *civil.Date { return &c.PublishedOn }),
	yesNo("foreign_related", "涉外", "foreign-related", func(c *Case) *Flag { return &c.ForeignRelated }),
	day("petition_on", "信访日期", "petition on", func(c *Case) *civil.Date { return &c.PetitionOn }),
	day("suggestion_sent_on", "司法建议发出日期", "suggestion sent on", func(c *Case) *civil.Date { return &c.SuggestionSentOn }),
	day("suggestion_answered_on", "司法建议反馈日期", "suggestion answered on", func(c *Case) *civil.Date { return &c.SuggestionAnsweredOn }),

	computed(text("limit_rule", "适用审限（计算）", "limit (computed)", true, func(c *Case) *string { return &c.Limit.Rule })),
	computed(day("limit_from_on", "审限起算日（计算）", "limit runs from (computed)", func(c *Case) *civil.Date { return &c.Limit.FromOn })),
	computed(day("limit_base_due_on", "基本审限届满日（计算）", "due by the base limit (computed)", func(c *Case) *civil.Date { return &c.Limit.BaseDueOn })),
	computed(day("limit_extended_due_on", "含延长届满日（计算）", "due with extensions (computed)", func(c *Case) *civil.Date { return &c.Limit.ExtendedDueOn })),
	computed(day("limit_due_on", "法定审限届满日（计算）", "due by law (computed)", func(c *Case) *civil.Date { return &c.Limit.DueOn })),
	computed(day("limit_open_on", "扣除或中止起（计算）", "deduction running since (computed)", func(c *Case) *civil.Date { return &c.Limit.OpenOn })),
	computed(day("limit_net_closed_on", "扣除后结案日（计算）", "closed less deducted days (computed)", func(c *Case) *civil.Date { return &c.Limit.NetClosedOn })),
	computed(yesNo("limit_extended", "已延长审限（计算）", "limit extended (computed)", func(c *Case) *Flag { return &c.Limit.Extended })),
	computed(number("limit_deducted_days", "扣除天数（计算）", "deducted days (computed)", func(c *Case) *int32 { return &c.Limit.DeductedDays })),
	computed(number("limit_counted_days", "计入审限天数（计算）", "days counted (computed)", func(c *Case) *int32 { return &c.Limit.CountedDays })),
	computed(text("limit_problem", "审限无法计算原因", "why no limit is computed", true, func(c *Case) *string { return &c.Limit.Problem })),
	computed(text("limit_findings", "审限疑点", "doubts about the limit", true, func(c *Case) *string { return &c.Limit.Findings })),
}

// FileFields are the columns that come from files: the first of [Fields], at the same
// positions. The rest are computed.
var FileFields = func() []Field {
	for i := range Fields {
		if Fields[i].Computed {
			return Fields[:i:i]
		}
	}
	return Fields
}()

// FieldByName finds a column; ok is false for an unknown name.
func FieldByName(name string) (f *Field, ok bool) {
	i, ok := FieldIndex(name)
	if !ok {
		return nil, false
	}
	return &Fields[i], true
}

// FieldIndex returns the position of a column in [Fields].
func FieldIndex(name string) (int, bool) {
	i, ok := fieldIndex[name]
	return i, ok
}

var fieldIndex = func() map[string]int {
	m := make(map[string]int, len(Fields))
	for i := range Fields {
		m[Fields[i].Name] = i
	}
	return m
}()
