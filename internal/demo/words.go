package demo

// words are the Chinese words with which the invented case system exports codes. A test holds
// them against rules/vocabulary.yaml, so that an import gives the codes back.
var words = map[string]map[string]string{
	"line": {
		"criminal": "刑事", "civil": "民事", "administrative": "行政", "enforcement": "执行", "compensation": "国家赔偿", "other": "其他",
	},
	"instance": {
		"first": "一审", "second": "二审", "review": "再审审查", "retrial": "再审", "special": "特别程序",
		"jurisdiction": "管辖", "enforcement": "执行实施", "enforcement_review": "执行审查", "other": "其他",
	},
	"procedure": {
		"ordinary": "普通程序", "summary": "简易程序", "small_claims": "小额诉讼程序", "fast_track": "速裁程序", "special": "特别程序",
		"payment_order": "督促程序", "second_instance": "二审程序", "retrial": "再审程序", "enforcement": "执行程序", "other": "其他",
	},
	"closing_way": {
		"judgment": "判决", "mediation": "调解", "withdrawn": "撤诉", "deemed_withdrawn": "按撤诉处理", "dismissed": "驳回起诉",
		"ruling": "裁定", "decision": "决定", "confirmed": "确认有效", "granted": "准予申请", "application_dismissed": "驳回申请",
		"terminated": "终结诉讼", "transferred": "移送", "joined": "并案", "upheld": "维持原判", "reversed": "改判", "remanded": "发回重审",
		"retrial_ordered": "裁定再审", "completed": "执行完毕", "terminated_for_now": "终结本次执行程序", "ended": "终结执行",
		"struck": "销案", "refused": "不予执行", "preserved": "保全完毕",
	},
	"relation": {
		"appeal_of": "上诉自", "retrial_of": "再审自", "review_of": "审查自", "enforcement_of": "执行自", "resumed_from": "恢复自",
	},
	"appeal_result":  {"upheld": "维持", "reversed": "改判", "remanded": "发回重审", "withdrawn": "撤回上诉", "other": "其他"},
	"retrial_result": {"upheld": "维持", "reversed": "改判", "remanded": "发回重审", "withdrawn": "撤回", "other": "其他"},
	"event": {
		"filed": "立案", "closed": "结案", "assigned": "分案", "heard": "开庭", "appraisal": "鉴定", "extended": "延长审限", "suspended": "中止", "served": "送达",
		"appealed": "上诉", "transferred": "移送", "petition": "信访", "notice": "公告", "deducted": "扣除审限", "converted": "程序转换",
	},
	"post":     {quotaJudge: "员额法官", assistant: "法官助理", clerk: "书记员"},
	"yes_no":   {"yes": "是", "no": "否"},
	"language": {"zh": "汉语", "bo": "藏语"},
}

// word returns the exported word for a code of a column; what has no word goes out as it is.
func word(column, code string) string {
	if w, ok := words[column][code]; ok {
		return w
	}
	return code
}
