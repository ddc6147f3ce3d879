package cases

import (
	"math/big"

	"zhunsheng/internal/indicator"
	"zhunsheng/web/ui"
)

// makeup is how a figure comes from the list, already formatted; empty where the figure is the
// number of cases listed.
type makeup struct {
	Value string
	And   string // between the parts: a sum, or anything else
	Parts []makeupPart
}

type makeupPart struct {
	Name, Total string
	Cases       string // entries of the list behind the total, where that is no number of cases
	Minus       bool
}

func makeupOf(v *ui.View, m *indicator.Makeup, titles map[string]string) makeup {
	if m == nil {
		return makeup{}
	}
	out := makeup{Value: ui.Number(m.Value), And: "+"}
	sum := new(big.Rat)
	for _, p := range m.Parts {
		part := makeupPart{Name: titles[p.Count], Total: inUnit(p.Kind, p.Total), Minus: p.Minus}
		if p.Kind != indicator.CountCases && p.Cases != nil {
			part.Cases = ui.Number(p.Cases)
		}
		out.Parts = append(out.Parts, part)
		if p.Total != nil && p.Minus {
			sum.Sub(sum, p.Total)
		} else if p.Total != nil {
			sum.Add(sum, p.Total)
		}
	}
	if m.Value != nil && sum.Cmp(m.Value) != 0 { // no plain sum: name the calculation
		out.Parts = append([]makeupPart{{Name: m.Formula.Words(func(name string, prev bool) string { return titles[countName(name, prev)] }) + v.T("cases.makeup_where")}}, out.Parts...)
		out.And = v.T("cases.makeup_and")
	}
	return out
}

func countName(name string, prev bool) string {
	if prev {
		return "prev_" + name
	}
	return name
}

func inUnit(kind indicator.CountKind, n *big.Rat) string {
	if kind == indicator.CountMoney {
		return ui.Value("money", n)
	}
	return ui.Number(n)
}
