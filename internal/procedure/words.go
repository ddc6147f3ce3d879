package procedure

import "zhunsheng/internal/statute"

// Name is the kind in words.
func (k Kind) Name() statute.Text {
	return map[Kind]statute.Text{
		Extension:  {Zh: "延长审限", En: "extension"},
		Deduction:  {Zh: "扣除审限", En: "deduction"},
		Suspension: {Zh: "中止", En: "suspension"},
		Conversion: {Zh: "程序转换", En: "conversion"},
	}[k]
}

// Name is the state in words.
func (s State) Name() statute.Text {
	return map[State]statute.Text{
		Draft:     {Zh: "草稿", En: "draft"},
		Applied:   {Zh: "待决定", En: "waits for a decision"},
		Approved:  {Zh: "已批准，待入账", En: "approved, not in the ledger yet"},
		Entered:   {Zh: "已入账", En: "in the ledger"},
		Ending:    {Zh: "已结束，待入账", En: "ended, not in the ledger yet"},
		Refused:   {Zh: "不同意", En: "refused"},
		Withdrawn: {Zh: "已撤回", En: "withdrawn"},
	}[s]
}

// Name is the act in words.
func (a Act) Name() statute.Text {
	return map[Act]statute.Text{
		Save:     {Zh: "起草", En: "drafted"},
		Apply:    {Zh: "申请", En: "applied"},
		Agree:    {Zh: "审核同意", En: "agreed"},
		Approve:  {Zh: "批准", En: "approved"},
		Refuse:   {Zh: "不同意", En: "refused"},
		Withdraw: {Zh: "撤回", En: "withdrew"},
		Enter:    {Zh: "记入台账", En: "entered in the ledger"},
		End:      {Zh: "登记结束日", En: "noted the last day"},
	}[a]
}
