package appraisal

import "zhunsheng/internal/statute"

// matters are the kinds of outside entrustment in the order of the form.
var matters = []struct {
	code string
	name statute.Text
}{
	{"injury", statute.Text{Zh: "伤残鉴定", En: "injury and disability"}},
	{"medical", statute.Text{Zh: "医疗损害鉴定", En: "medical damage"}},
	{"psychiatric", statute.Text{Zh: "精神病鉴定", En: "psychiatric examination"}},
	{"handwriting", statute.Text{Zh: "笔迹、文书鉴定", En: "handwriting and documents"}},
	{"engineering", statute.Text{Zh: "工程质量、造价鉴定", En: "construction quality and cost"}},
	{"audit", statute.Text{Zh: "审计", En: "audit"}},
	{"valuation", statute.Text{Zh: "资产评估", En: "valuation"}},
	{"other", statute.Text{Zh: "其他鉴定", En: "other"}},
}

// Matters are the kinds of outside entrustment, by code.
func Matters() []string {
	var out []string
	for _, m := range matters {
		out = append(out, m.code)
	}
	return out
}

// MatterName is a kind of entrustment in words.
func MatterName(code string) statute.Text {
	for _, m := range matters {
		if m.code == code {
			return m.name
		}
	}
	return statute.Text{Zh: code, En: code}
}

// Name is the state in words.
func (s State) Name() statute.Text {
	return map[State]statute.Text{
		Running:  {Zh: "在办", En: "running"},
		Waiting:  {Zh: "等待补充材料，停计", En: "waits for materials, the clock stands"},
		Finished: {Zh: "已出具意见", En: "report received"},
		Ended:    {Zh: "已终止", En: "ended without a report"},
	}[s]
}

// Name is the entry in words.
func (a Act) Name() statute.Text {
	return map[Act]statute.Text{
		Entrust: {Zh: "委托", En: "entrusted"},
		Ask:     {Zh: "机构要求补充材料", En: "further materials asked for"},
		Supply:  {Zh: "已补充材料", En: "materials handed over"},
		Explain: {Zh: "超期说明", En: "why it is late"},
		Report:  {Zh: "收到鉴定、评估意见", En: "report received"},
		Stop:    {Zh: "终止委托", En: "entrustment ended"},
	}[a]
}
