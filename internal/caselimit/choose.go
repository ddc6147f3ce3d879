package caselimit

import (
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
)

// procedures are the words for procedures in the columns of a conversion.
var procedures = []struct{ code, word string }{
	{"small_claims", "小额"}, {"fast_track", "速裁"}, {"summary", "简易"}, {"ordinary", "普通"},
}

// procedure finds the limit of the case and those of its conversions.
func (r *reading) procedure() {
	if !r.problem.None() {
		return
	}
	if chosen := r.chosen(); chosen != "" {
		if _, err := r.book.Rule(chosen); err != nil {
			r.refuse(err)
			return
		}
		r.out.Procedure = chosen
	} else {
		first := r.c.Procedure
		if len(r.turns) > 0 {
			first = r.turns[0].from
			if to := codeOf(r.turns[0].to); first == "" && to != r.c.Procedure && len(r.turns) == 1 {
				first = r.c.Procedure // the ledger still shows the procedure before
			}
		}
		r.out.Procedure = r.limitOf(codeOf(first), len(r.turns) > 0)
	}
	r.conversions()
	r.notices()
}

// chosen is the limit that a person named, in an event or in a column of the case.
func (r *reading) chosen() string {
	if r.limited != "" {
		return r.limited
	}
	return column(r.c.Extra, limitColumn)
}

// codeOf is the code of a procedure given by code or in words.
func codeOf(s string) string {
	for _, p := range procedures {
		if strings.Contains(s, p.word) {
			return p.code
		}
	}
	return s
}

// limitOf finds the one limit of the case under a procedure. Before a conversion whose start
// nobody wrote down, "" is left for conversions to find.
func (r *reading) limitOf(procedure string, later bool) string {
	if procedure == "" && later {
		return ""
	}
	choice := r.book.For(r.c.TypeCode, procedure, r.c.ForeignRelated == docket.Yes)
	switch len(choice.Limits) {
	case 0:
		r.fail(Problem{NoRule, statute.Text{Zh: fmt.Sprintf("类型“%s”未见法定审限", r.c.TypeCode), En: fmt.Sprintf("no limit found in law for type %q", r.c.TypeCode)},
			statute.Text{Zh: "核对案件类型；确有审限的，填写“审限规则”", En: "check the type code; where there is a limit, name it in the column limit"}})
		return ""
	case 1:
		return choice.Limits[0]
	}
	if id := r.pick(choice.Picks); id != "" {
		return id
	}
	list := strings.Join(choice.Limits, "、")
	r.fail(Problem{Several, statute.Text{Zh: fmt.Sprintf("可能的审限有%s，须依“%s”确定", list, choice.By.Zh), En: fmt.Sprintf("possible limits %s: decided by %s", strings.Join(choice.Limits, ", "), choice.By.En)},
		statute.Text{Zh: "填写适用程序、关联案号或“审限事项”，或指定“审限规则”", En: "fill in the procedure, the related case or the matter, or choose the limit"}})
	return ""
}

// pick decides by the first fact of the ledger that fits; a matter that is given and known to
// no pick decides nothing.
func (r *reading) pick(picks []timelimit.Pick) string {
	matter := strings.ToLower(column(r.c.Extra, matterColumn))
	for i := range picks {
		p := &picks[i]
		if slices.ContainsFunc(p.Words, func(w string) bool { return matter != "" && strings.Contains(matter, w) }) {
			return p.Limit
		}
		if matter == "" && slices.ContainsFunc(p.Related, func(t string) bool { return relatedIs(r.c, t, p.Court) }) {
			return p.Limit
		}
	}
	return ""
}

// relatedIs reports whether the number of the related case has a type code, and a court that
// is the same as, or other than, that of the case.
func relatedIs(c *docket.Case, code, court string) bool {
	no, ok := strings.CutSuffix(c.RelatedNo, "号")
	if !ok {
		return false
	}
	head, ok := strings.CutSuffix(strings.TrimRight(no, "0123456789"), code)
	if !ok || head == "" {
		return false
	}
	switch same := strings.HasSuffix(head, c.Court); court {
	case "same":
		return same
	case "other":
		return !same
	}
	return true
}

// conversions gives every conversion its limit. Where nobody wrote which procedure came
// first, every limit that is usually converted this way is tried: it does not matter when all
// lead to the same date.
func (r *reading) conversions() {
	for _, t := range r.turns {
		if !r.problem.None() {
			return
		}
		to := t.to
		if _, err := r.book.Rule(to); err != nil {
			to = r.limitOf(codeOf(t.to), false)
		}
		r.out.Events[t.at].Name = to
	}
	if !r.problem.None() || len(r.turns) == 0 {
		return
	}
	target := r.out.Events[r.turns[0].at].Name
	if rule, err := r.book.Rule(target); err == nil && rule.Measure == timelimit.NoLimit {
		r.withoutLimit(target)
		return
	}
	if r.out.Procedure == "" {
		r.out.Procedure = r.before(target)
	}
}

// withoutLimit is for a case converted to a procedure without limit: nothing moves it.
func (r *reading) withoutLimit(id string) {
	r.out.Procedure, r.out.Events = id, nil
}

// before finds the limit that a case had before it was converted to another.
func (r *reading) before(target string) string {
	var fits []string
	for _, rule := range r.book.Rules() {
		if rule.Convert != nil && slices.Contains(rule.Convert.Usual, target) {
			fits = append(fits, rule.ID)
		}
	}
	set := r.book.Defaults
	set.OpenUntil = r.out.Accepted
	due := map[timelimit.Deadline]bool{}
	for _, id := range fits {
		c := r.out
		c.Procedure = id
		d, _, err := timelimit.Due(r.book, &c, &set)
		if err != nil {
			continue
		}
		due[d] = true
	}
	if len(due) == 1 {
		return fits[0]
	}
	r.fail(Problem{ConversionFrom, statute.Text{Zh: "程序转换前是何种程序不明，届满日因此不同", En: "which procedure the case had before its conversion is not known, and the date depends on it"},
		statute.Text{Zh: "在事件表填写“转换前程序”", En: "fill in the column from of the event"}})
	return ""
}

// notices makes public notices what they are where the law counts from their end.
func (r *reading) notices() {
	rule, err := r.book.Rule(r.out.Procedure)
	if err != nil || rule.Notice == nil {
		return
	}
	for i := range r.out.Events {
		e := &r.out.Events[i]
		if e.Kind == timelimit.DeductEvent && !e.To.IsZero() && strings.Contains(e.Why, "公告") {
			e.Kind = timelimit.NoticeEvent
		}
	}
}

// refuse takes over what the engine says.
func (r *reading) refuse(err error) {
	r.fail(Problem{Refused, statute.Text{Zh: "审限无法计算：" + err.Error(), En: err.Error()},
		statute.Text{Zh: "按提示核对案件和事件", En: "check the case and its events as told"}})
}
