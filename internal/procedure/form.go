package procedure

import (
	"fmt"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/document"
)

// Form is what the paper form (审批表) of an application prints beside the application itself.
type Form struct {
	Court, Division, Judge, Cause string // names
	Filed                         civil.Date
	Limit                         string // name of the limit in force
	Asks                          string // what is applied for, in words
	Before, After                 string // due day now and with the event
	Grant                         string // how much the law allows
	Findings                      []string
	Seats                         []string // names of the chain
	Window                        *Window
}

// titles of the forms.
var titles = map[Kind]string{
	Extension: "延长审理期限审批表", Deduction: "扣除审理期限审批表", Suspension: "中止审理（执行）审批表", Conversion: "适用程序转换审批表",
}

// Document makes the paper form: the case, what is asked and why, what becomes of the due day,
// and one line for each who decides, signed or to be signed by hand.
func (f Form) Document(p *Procedure) document.Document {
	t := document.Table{Head: []string{"项目", "内容"}, Widths: []int{5, 19}}
	add := func(label, text string) {
		if text != "" {
			t.Rows = append(t.Rows, []string{label, text})
		}
	}
	add("编号", p.ID)
	add("案号", p.CaseNo)
	add("案由", f.Cause)
	add("承办部门、法官", strings.TrimSpace(f.Division+"　"+f.Judge))
	if !f.Filed.IsZero() {
		add("立案日期", long(f.Filed.String()))
	}
	add("适用审限", f.Limit)
	add("申请事项", f.Asks)
	add("事由", p.Reason)
	add("证明文书", p.Paper)
	if p.Appraisal != "" {
		add("对外委托编号", p.Appraisal)
	}
	add("原届满日", long(f.Before))
	add("批准后届满日", long(f.After))
	add("法定长度", f.Grant)
	if f.Window != nil {
		add("申请、批准期限", fmt.Sprintf("申请应不晚于%s，批准应不晚于%s（%s）", long(f.Window.AskBy.String()), long(f.Window.DecideBy.String()), f.Window.Source))
	}
	add("审查提示", strings.Join(f.Findings, "；"))
	for i, row := range f.signatures(p) {
		if i < len(f.Seats) {
			t.Rows = append(t.Rows, []string{f.Seats[i], row})
		}
	}
	return document.Document{Title: titles[p.Kind], Blocks: []document.Block{t}, Signer: f.Court, Date: long(formDay(p).String())}
}

// signatures are the opinions of the chain in order; a place to sign where nobody has decided.
func (f Form) signatures(p *Procedure) []string {
	out := make([]string, len(f.Seats))
	for i := range out {
		out[i] = "　　　　　　签名：　　　　　　　　年　　月　　日"
	}
	i := 0
	for _, s := range p.Steps {
		if s.Act != Agree && s.Act != Approve && s.Act != Refuse || i >= len(out) {
			continue
		}
		word := "同意"
		if s.Act == Refuse {
			word = "不同意"
		}
		text := word + "。"
		if s.Note != "" && s.Note != word {
			text = word + "：" + s.Note
		}
		name := s.Name
		if s.Paper != "" {
			name = "文书 " + s.Paper
		}
		out[i] = text + "　" + name + "　" + long(s.Day.String())
		i++
	}
	return out
}

// formDay is the day of the last step that a person took.
func formDay(p *Procedure) civil.Date {
	var d civil.Date
	for _, s := range p.Steps {
		if s.Act != Enter {
			d = max(d, s.Day)
		}
	}
	return d
}

// long prints 2024-06-30 as 2024年6月30日, other text as it is.
func long(s string) string {
	d, err := civil.ParseDate(s)
	switch {
	case s == "none":
		return "法律未定审限"
	case err != nil:
		return s
	}
	y, m, n := d.YMD()
	return fmt.Sprintf("%d年%d月%d日", y, m, n)
}
