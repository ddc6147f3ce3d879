package truth

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"zhunsheng/internal/statute"
)

// lines are the kinds of cases that together are all cases: a list of three of them, or one with
// 其他, is a list of everything.
var lines = map[string]string{
	"刑事": "刑事", "民事": "民事", "民商事": "民事", "行政": "行政", "国家赔偿": "赔偿", "司法赔偿": "赔偿", "赔偿": "赔偿", "执行": "执行", otherTypes: otherTypes,
}

var courtName = regexp.MustCompile(`(法院|中院|本院|高院)$`)

// checkLists judges the lists of parts of a sentence.
func (p *parser) checkLists() {
	for _, l := range p.lists {
		if l.total == nil || l.total.n == nil || l.doubtful || l.total.n.loose || l.total.n.kind != count {
			continue
		}
		p.c.checkParts(l)
	}
}

// family tells what a list consists of: lines, courts, or anything; ok is false when a name
// occurs twice, or a number cannot be added.
func family(l *parts) (kind string, other, ok bool) {
	seen := map[string]bool{}
	inLines, courts := 0, 0
	for _, it := range l.items {
		name := it.name
		if it.n.loose || it.n.unit != l.total.n.unit || it.n.negative {
			return "", false, false
		}
		if line := lines[name]; line != "" {
			name = line
			inLines++
		}
		if courtName.MatchString(name) {
			courts++
		}
		if seen[name] {
			return "", false, false
		}
		seen[name] = true
		other = other || name == otherTypes || strings.HasPrefix(name, "?其他") || strings.HasPrefix(name, "?其余")
	}
	switch len(l.items) {
	case inLines:
		return "lines", other, true
	case courts:
		return "courts", other, true
	}
	for _, it := range l.items {
		if strings.HasPrefix(it.name, "?") {
			return "unknown", other, true
		}
	}
	return "kinds", other, true
}

// checkParts compares a list with its total. Too much is wrong for kinds that exclude one
// another; too little when the list is one of everything, or misses the total by a hair.
func (c *checker) checkParts(l *parts) {
	kind, other, ok := family(l)
	if !ok || len(l.items) < 2 {
		return
	}
	sum := l.items[0].n.span()
	for _, it := range l.items[1:] {
		sum = sum.add(it.n.span())
	}
	t := l.total.n
	if fits(t, sum) {
		return
	}
	gap := new(big.Rat).Sub(t.val, sum.mid())
	if gap.Sign() < 0 && (kind == "unknown" || kind == "kinds" && len(l.items) < 3) && !hair(gap, t.val) {
		return
	}
	if gap.Sign() > 0 && !other && !(kind == "lines" && len(l.items) >= 3) && !hair(gap, t.val) {
		return
	}
	c.report(l.total.s, t.from, t.end, Arithmetic, t.text, t.like(sum.mid()), partsWhy(l, t, sum, gap, other))
}

// hair: so small a difference is no part left out on purpose.
func hair(gap, total *big.Rat) bool {
	limit := new(big.Rat).Mul(total, big.NewRat(1, 200))
	return total.Cmp(big.NewRat(50, 1)) >= 0 && new(big.Rat).Abs(gap).Cmp(maxRat(limit, one)) <= 0
}

func partsWhy(l *parts, t *number, sum span, gap *big.Rat, other bool) statute.Text {
	var listed []string
	for _, it := range l.items {
		listed = append(listed, it.n.text)
	}
	zh, en := "比总数多", "more than the total by "
	tailZh, tailEn := "", ""
	if gap.Sign() > 0 {
		zh, en = "比总数少", "less than the total by "
		if !other {
			tailZh, tailEn = "，缺“其他”项", ": a line “other” is missing"
		}
	}
	rest := t.like(new(big.Rat).Abs(gap))
	return statute.Text{
		Zh: fmt.Sprintf("所列%s之和为%s，%s%s%s", strings.Join(listed, "、"), t.like(sum.mid()), zh, rest, tailZh),
		En: fmt.Sprintf("the listed %s add to %s, %s%s%s", strings.Join(listed, ", "), t.like(sum.mid()), en, rest, tailEn),
	}
}

// checkKinds compares the kinds that a section speaks of one after the other with its total.
func (c *checker) checkKinds() {
	kinds := map[subject][]*frame{}
	for _, f := range c.frames {
		if whole := f.subj; lines[whole.typ] != "" {
			whole.typ = ""
			kinds[whole] = append(kinds[whole], f)
		}
	}
	for _, f := range c.frames {
		list := kinds[f.subj]
		if f.subj.typ != "" || len(list) < 3 || len(list) > 2*len(lines) {
			continue
		}
		for _, m := range []string{opening, filed, accepted, closed, pending} {
			if t := f.get(m); t != nil {
				c.kindsOf(list, m, t)
			}
		}
	}
}

func (c *checker) kindsOf(list []*frame, measure string, t *value) {
	l := &parts{total: t}
	for _, g := range list {
		if v := g.vals[measure]; v != nil && v.n != nil {
			if v.doubtful {
				return
			}
			l.items = append(l.items, part{g.subj.typ, v.n, v})
		}
	}
	kind, other, ok := family(l)
	if !ok || kind != "lines" || len(l.items) < 3 {
		return
	}
	sum := l.items[0].n.span()
	for _, it := range l.items[1:] {
		sum = sum.add(it.n.span())
	}
	gap := new(big.Rat).Sub(t.n.val, sum.mid())
	if fits(t.n, sum) || gap.Sign() > 0 && !other && len(l.items) < 5 && !hair(gap, t.n.val) {
		return
	}
	c.report(t.s, t.n.from, t.n.end, Arithmetic, t.n.text, t.n.like(sum.mid()), partsWhy(l, t.n, sum, gap, other))
}
