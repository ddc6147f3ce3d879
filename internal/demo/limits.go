package demo

import (
	"strconv"

	"zhunsheng/internal/civil"
)

// tellLimits gives the cases what the law of time limits asks about them beyond type and
// procedure, lets some go over from summary to ordinary procedure, and says what the intervals
// left out were for. No due date moves by it.
func tellLimits(seed uint64, all []*matter) {
	s := newStream(seed, "matters")
	for _, m := range all {
		m.matter = m.limitMatter(s)
		m.convert(s)
		for i := range m.steps {
			if p := &m.steps[i]; p.kind == "appraisal" && m.Line == "civil" {
				p.kind = []string{"appraisal", "notice", "deducted"}[s.pick([]int{70, 20, 10})]
			}
		}
	}
}

// limitMatter is what decides between several limits of the law (审限事项): the subject of an
// appeal, who prosecutes, what is enforced. Where the related case says it, nobody writes it.
func (m *matter) limitMatter(s stream) string {
	switch m.TypeCode {
	case "民终":
		return "判决上诉"
	case "民再":
		return "二审程序"
	case "行审":
		return "不听证"
	case "执异":
		return "执行行为异议"
	case "民特":
		return []string{"实现担保物权", "民事行为能力", "监护"}[s.pick([]int{60, 25, 15})]
	case "刑初":
		if m.Procedure == "ordinary" {
			return "公诉"
		}
	case "执":
		if m.basis == nil {
			return []string{"仲裁裁决", "公证债权文书"}[s.pick([]int{70, 30})]
		}
	}
	return ""
}

// convert lets a case of the ordinary procedure begin in the summary one: the ruling came
// before the three months were over, and the six months count from filing (民诉解释 258).
func (m *matter) convert(s stream) {
	if m.TypeCode != "民初" || m.Procedure != "ordinary" || m.court == 0 || m.FiledOn < eventsFrom || m.foreign() || !s.chance(0.12) {
		return
	}
	if day := nextWorking(m.FiledOn.AddDays(s.between(15, 75))); day < m.end().AddDays(-3) {
		m.converted = day
	}
}

// extra is what the file has of the case on a day in columns that only the limits need.
func (m *matter) extra(day civil.Date) map[string]string {
	months := 0
	for _, p := range m.steps {
		if p.kind == "extended" && p.from <= day {
			months += p.months
		}
	}
	if m.matter == "" && months == 0 {
		return nil
	}
	out := map[string]string{}
	if m.matter != "" {
		out["审限事项"] = m.matter
	}
	if months > 0 {
		out["延长月数"] = strconv.Itoa(months)
	}
	return out
}

// told is what the file has of an interval or extension beyond its days.
func (m *matter) told(p step) map[string]string {
	switch p.kind {
	case "extended":
		out := map[string]string{"延长月数": strconv.Itoa(p.months), "批准人": m.grantedBy()}
		if m.Line != "enforcement" {
			out["申请日期"] = lastWorking(max(m.FiledOn, p.from.AddDays(-12))).String()
		}
		return out
	case "suspended":
		return map[string]string{"事由": "等待另案结果"}
	case "deducted":
		return map[string]string{"事由": "管辖权异议"}
	}
	return nil
}

// grantedBy is who may extend the limit of the case.
func (m *matter) grantedBy() string {
	switch m.TypeCode {
	case "刑初":
		return "本院"
	case "刑终", "行初", "行终":
		return "高级人民法院"
	}
	return "院长"
}

// document is the paper behind an interval.
func (m *matter) document(p step) string {
	switch p.kind {
	case "extended":
		return m.grantedBy() + "批准"
	case "appraisal":
		return "委托鉴定书"
	case "notice":
		return "公告"
	case "deducted":
		return "管辖裁定书"
	}
	return "中止裁定书"
}
