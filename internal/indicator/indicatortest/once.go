package indicatortest

import (
	"slices"
	"strings"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

// Once answers many questions by looking at each case once: it finds the group of the case,
// then evaluates every condition of every question on it. It is as slow and obvious as
// [Naive], which it agrees with, but goes through a large ledger a single time. All questions
// group by the same fields, of which there is at least one.
func Once(cases []docket.Case, asks []indicator.Ask) [][]indicator.Group {
	groups := map[string][]*indicator.Group{} // by group: one for each question, nil until a case passes its filter
	for i := range cases {
		c := &cases[i]
		by := valuesOf(c, asks[0].By)
		key := strings.Join(by, "\x00")
		if groups[key] == nil {
			groups[key] = make([]*indicator.Group, len(asks))
		}
		for n := range asks {
			askOnce(&asks[n], c, by, &groups[key][n])
		}
	}
	out := make([][]indicator.Group, len(asks))
	for _, all := range groups {
		for n, g := range all {
			if g != nil {
				out[n] = append(out[n], *g)
			}
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b indicator.Group) int { return slices.Compare(a.By, b.By) })
	}
	return out
}

// askOnce adds a case to its group of one question.
func askOnce(ask *indicator.Ask, c *docket.Case, by []string, g **indicator.Group) {
	if ask.Filter != nil && !ask.Filter.Holds(c, ask.Period) {
		return
	}
	if *g == nil {
		*g = &indicator.Group{By: by, Cells: make([]indicator.Cell, len(ask.Measures))}
	}
	for k, m := range ask.Measures {
		if m.Where == nil || m.Where.Holds(c, ask.Period) {
			(*g).Cells[k].Add(one(m, c))
		}
	}
}

func valuesOf(c *docket.Case, fields []string) []string {
	out := make([]string, len(fields))
	for i, name := range fields {
		f, _ := docket.FieldByName(name)
		out[i] = *f.Text(c)
	}
	return out
}
