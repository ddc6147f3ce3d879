package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/staffing"
	"zhunsheng/web/page/foresight"
)

// sentence says of every judge moved by name who that is, where to, and why; then who could go as
// well, and what was asked for.
func (l *lists) sentence(b foresight.Board, say func(string, ...any), far func(staffing.Move) string) {
	others := false
	for i, s := range b.Sent {
		of := []string{l.division[s.Division].Name, "员额法官"}
		if len(s.Lines) > 0 {
			of = append(of, "可办"+l.wordsZh("line", s.Lines)+"案件")
		}
		if len(s.Languages) > 0 {
			of = append(of, "使用"+l.wordsZh(docket.LanguageWords, s.Languages))
		}
		if s.Time < 1 {
			of = append(of, fmt.Sprintf("可用时间%.0f%%", 100*s.Time))
		}
		why := fmt.Sprintf("调前人均工作量：借出法院%s件，借入法院%s件", figure(s.Lender), figure(s.Receiver))
		if s.Receiver == 0 {
			why = "借入法院现无法官"
		}
		for _, n := range s.Meets {
			why += "；满足" + l.needZh(n) + "的需求"
		}
		alike := ""
		if len(s.Alike) > 0 {
			others = true
			alike = fmt.Sprintf("条件相同的法官另有%d人。", len(s.Alike))
		}
		say("（%d）%s（%s%s），调往%s。%s。%s%s", i+1, l.judge[s.Judge], l.court[s.From].Name, strings.Join(of, "，"), l.court[s.To].Name, why, far(s.Move), alike)
	}
	if others {
		say("所称条件相同，指同一法院、可用时间相同、满足同样的需求、不受限制；换派其中任何一位，各项条件同样满足，结果相同。名单按法院顺序和花名册顺序列出，不是对人的评价。")
	}
	for _, x := range b.Met {
		say("需求：%s至少%d名%s的法官，现有%d人，调配后%d人。", l.court[x.Court].Name, x.AtLeast, l.needZh(x.Need), x.Before, x.After)
	}
}

// wordsZh names codes of a vocabulary.
func (l *lists) wordsZh(field string, codes []string) string {
	var out []string
	for _, c := range codes {
		out = append(out, cmp.Or(l.words[field][c].Zh, c))
	}
	return strings.Join(out, "、")
}

// needZh is what a need asks of a judge.
func (l *lists) needZh(n staffing.Need) string {
	var out []string
	if len(n.Lines) > 0 {
		out = append(out, "能办"+l.wordsZh("line", n.Lines)+"案件")
	}
	if len(n.Languages) > 0 {
		out = append(out, "使用"+l.wordsZh(docket.LanguageWords, n.Languages))
	}
	if len(out) == 0 {
		return "不限条线和语言"
	}
	return strings.Join(out, "、")
}

// limitsZh says conditions of a wish in words.
func (l *lists) limitsZh(list []foresight.Limit, wish foresight.Wish) string {
	var out []string
	for _, x := range list {
		switch {
		case x.Need != nil:
			out = append(out, fmt.Sprintf("%s至少%d名%s的法官（该院现有%d人，全市符合条件的%d人）", l.court[x.Need.Court].Name, x.Need.AtLeast, l.needZh(x.Need.Need), x.Need.Before, x.Need.All))
		case x.Rule == "max_moves":
			out = append(out, fmt.Sprintf("至多调配%d人", wish.MaxMoves))
		case x.Rule == "max_lend_share":
			out = append(out, fmt.Sprintf("每院借出不超过%.0f%%", 100*wish.Share))
		case x.Rule == "min_judges":
			out = append(out, fmt.Sprintf("每院至少留%d人", wish.Least))
		case x.Rule == "within_group":
			out = append(out, "只在同级法院之间调配")
		case x.Rule == "needs":
			out = append(out, "条线和语言需求")
		case x.Rule == "personal":
			out = append(out, "不外派、回避法院、不同意的调动和不借入的法院")
		default:
			out = append(out, zhOf(l, []string{x.Text}))
		}
	}
	return strings.Join(out, "；")
}

// instead lists the moves of another plan; by name only what differs from the plan proposed.
func (l *lists) instead(plan, other []staffing.Move) string {
	if len(other) == 0 || other[0].Judge == "" {
		return l.ways(other)
	}
	differs := func(from, than []staffing.Move) (out []string) {
		for _, m := range from {
			if !slices.ContainsFunc(than, func(x staffing.Move) bool { return x.Judge == m.Judge && x.To == m.To }) {
				out = append(out, fmt.Sprintf("%s（%s至%s）", l.judge[m.Judge], l.court[m.From].Name, l.court[m.To].Name))
			}
		}
		return out
	}
	text := "不再调配" + strings.Join(differs(plan, other), "、")
	if more := differs(other, plan); len(more) > 0 {
		text += "，改派" + strings.Join(more, "、")
	}
	return text + "，其余不变"
}

// choice says who chooses the judges in the end.
func choice(wish foresight.Wish) string {
	if wish.Named {
		return fmt.Sprintf("条线取自花名册，花名册未列的，取近一年结案不少于%d件的条线；语言、回避法院和不外派取自花名册。人选由组织人事部门核实任职条件、回避和本人情况后确定。", handles)
	}
	return "调配人选由组织人事部门按任职条件、回避和语言要求确定。"
}
