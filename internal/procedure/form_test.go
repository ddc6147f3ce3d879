package procedure_test

import (
	"strings"
	"testing"

	"zhunsheng/internal/document"
	"zhunsheng/internal/procedure"
)

// TestFormOfEachKind: every kind has its title, its days in words, and a line for each who
// decides: the opinion where there is one, a place to sign where not.
func TestFormOfEachKind(t *testing.T) {
	for kind, title := range map[procedure.Kind]string{
		procedure.Extension: "延长审理期限审批表", procedure.Deduction: "扣除审理期限审批表", procedure.Suspension: "中止审理（执行）审批表", procedure.Conversion: "适用程序转换审批表",
	} {
		r := request
		r.Kind, r.From = kind, date("2024-06-03")
		at := func(a procedure.Act, d procedure.Detail) procedure.Step {
			return procedure.Step{Act: a, Name: "庭长甲", Day: date("2024-06-05"), Detail: d}
		}
		p, err := procedure.Replay("P2024-0007", []procedure.Step{at(procedure.Save, procedure.Detail{Request: r.Fields()}),
			at(procedure.Apply, procedure.Detail{Chain: []string{"division_head", "high_court", "president"}}), at(procedure.Agree, procedure.Detail{Note: "情况属实"}), at(procedure.Agree, procedure.Detail{Paper: "藏高法〔2024〕12号"})})
		if err != nil {
			t.Fatal(err)
		}
		f := procedure.Form{Court: "甲县人民法院", Before: "2024-07-15", After: "none", Seats: []string{"庭长", "高级人民法院", "院长"}}
		text := document.Text(f.Document(p))
		for _, want := range []string{title, "P2024-0007", "案情复杂", "原届满日 | 2024年7月15日", "批准后届满日 | 法律未定审限", "庭长 | 同意：情况属实　庭长甲　2024年6月5日", "高级人民法院 | 同意。　文书 藏高法〔2024〕12号", "院长 | 　　　　　　签名：", "甲县人民法院"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the form lacks %q:\n%s", kind, want, text)
			}
		}
	}
}
