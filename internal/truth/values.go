package truth

import (
	"regexp"
	"slices"
	"strings"
)

var (
	toWords   = regexp.MustCompile(`(上升|增长|增加|提高|提升|升高|下降|减少|降低|回落|下滑|升|增|降|减|变)(至|到|为)$`)
	fromWords = regexp.MustCompile(`[由从]([^由从]*)$`)
)

// counted gives a count or a measured number its meaning.
func (p *parser) counted(text string, n *number) {
	if p.compare(text, n) || p.fromTo(text, n) || p.changed(text, n) {
		return
	}
	if m := portionWords.FindStringSubmatchIndex(text); m != nil && n.kind == count && p.last != nil {
		p.portion(text[:m[0]], text[m[2]:m[3]], n)
		return
	}
	if kind := p.baseKind(text); kind != "" && !openingWords.MatchString(text) {
		p.baseValue(text, kind, n)
		return
	}
	l := readLabel(text)
	if p.deal(text, n, l) {
		return
	}
	if l.measure == "" && l.rest == "" && l.typ == "" {
		l.measure = p.measureAfter(n)
	}
	v := &value{s: p.s, n: n, measure: l.measure, name: l.rest, subj: p.subj}
	switch {
	case n.kind != count || l.twice:
		v.measure = ""
		p.add(v)
	case l.rest != "":
		v.measure = ""
		p.unknown(l, v)
	case l.sum && l.measure == "" && l.typ == "":
		p.total(v)
	case l.measure == "" && (l.typ != "" || l.scope != ""):
		p.listed(l, v)
	case l.measure == "":
		p.add(v)
	default:
		p.measured(l, v)
	}
}

// after are the measures that may stand behind their number: 688件已审结.
var after = []struct {
	measure string
	words   *regexp.Regexp
}{
	{pending, regexp.MustCompile(`^(?:案件)?(?:尚|仍|均)?未(?:审结|执结|办结|结)(?:[，。；、）]|$)`)},
	{closed, regexp.MustCompile(`^(?:案件)?(?:已经?|均已?)?(?:审结|执结|办结|结案)(?:[，。；、）]|$)`)},
}

func (p *parser) measureAfter(n *number) string {
	text := string(p.s.runes[n.end:min(len(p.s.runes), n.end+9)])
	for _, a := range after {
		if a.words.MatchString(text) {
			return a.measure
		}
	}
	return ""
}

var openingWords = regexp.MustCompile(`旧存|结转|期初|上期未结`)

// deal gives the numbers after 分别 to the kinds named before it.
func (p *parser) deal(text string, n *number, l label) bool {
	if strings.Contains(text, "分别") && l.rest == "" && l.typ != "" && len(p.joint) > 0 && p.dealt == 0 {
		p.joint = append(p.joint, splitJoint(l.typ, text)...)
		p.jointLabel = l
	} else if len(p.joint) == 0 || p.dealt == 0 || fillers.ReplaceAllString(text, "") != "" || p.dealt >= len(p.joint) {
		return false
	}
	l = p.jointLabel
	l.typ = p.joint[p.dealt]
	p.dealt++
	joint, dealt := p.joint, p.dealt
	v := &value{s: p.s, n: n, subj: p.subj}
	p.listed(l, v)
	p.joint, p.dealt = joint, dealt
	return true
}

// splitJoint reads 行政和执行 as two kinds.
func splitJoint(typ, text string) []string {
	if found := types.FindAllString(text, -1); len(found) > 1 {
		return found
	}
	return []string{typ}
}

// measured adds one of the five counts to the frame of its subject.
func (p *parser) measured(l label, v *value) {
	typed := l.typ != "" || l.scope != ""
	if p.parts != nil && !typed {
		p.closeParts()
	}
	if p.parts != nil && typed {
		if p.parts.total.measure == l.measure && l.scope == "" {
			p.listed(l, v)
			return
		}
		if len(p.parts.items) == 0 {
			p.parts.doubtful = true
		}
	}
	if p.inList && !typed && p.subj.typ != "" {
		whole := p.subj
		whole.typ = ""
		f := p.c.frameOf(whole)
		v.doubtful = f == nil || f.vals[l.measure] == nil
	}
	p.setSubject(l)
	v.subj = p.subj
	if p.inList && p.last != nil {
		v.alt = p.last
	}
	p.c.place(v)
	p.add(v)
}

// listed adds a count of a kind of cases: a part of what was counted before.
func (p *parser) listed(l label, v *value) {
	name := l.typ
	if name == "" {
		name = l.scope
	}
	v.name = ""
	if p.parts == nil {
		p.parts = &parts{}
		if p.last != nil && p.last.s == p.s && p.last.n != nil && p.last.n.kind == count {
			p.parts.total = p.last
		}
	}
	if t := p.parts.total; t != nil {
		v.measure, v.subj = t.measure, t.subj
		if l.typ != "" {
			v.subj.typ = l.typ
		} else {
			v.subj.scope = l.scope
		}
	}
	p.parts.items = append(p.parts.items, part{name, v.n, v})
	v.alt = p.parts.total
	p.add(v)
}

// unknown adds a count whose label the grammar does not fully understand.
func (p *parser) unknown(l label, v *value) {
	if p.parts != nil && l.measure == "" && v.n.unit == p.parts.total.unit() {
		p.parts.items = append(p.parts.items, part{"?" + l.typ + l.rest, v.n, v})
	}
	p.add(v)
}

func (v *value) unit() string {
	if v == nil || v.n == nil {
		return ""
	}
	return v.n.unit
}

// total reads 合计 after a list.
func (p *parser) total(v *value) {
	if p.parts != nil && p.parts.total == nil && len(p.parts.items) > 1 {
		p.parts.total = v
		p.closeParts()
	}
	if f := p.c.frameOf(p.subj); p.parts == nil && f != nil && f.get(opening) != nil && f.get(filed) != nil && f.vals[accepted] == nil {
		v.measure = accepted
		p.c.place(v)
	}
	p.add(v)
}

func (p *parser) add(v *value) {
	if e := p.early; e != nil && v.n != nil && v.n.unit == e.n.unit && (e.measure == "" || e.measure == v.measure) {
		v.base = map[string]*number{e.kind: e.n}
		p.early = nil
	}
	p.last = v
	p.run = append(p.run, v)
	p.kind = ""
}

// place puts a count into the frame of its subject, or into a new one when it has it already.
func (c *checker) place(v *value) {
	for _, f := range slices.Backward(c.frames) {
		if f.started != c.paragraphs {
			break
		}
		if f.subj == v.subj {
			if f.vals[v.measure] == nil {
				f.vals[v.measure] = v
				return
			}
			break
		}
	}
	c.frames = append(c.frames, &frame{subj: v.subj, vals: map[string]*value{v.measure: v}, started: c.paragraphs})
}

// frameOf is the latest frame of a subject in the paragraph; nil when there is none.
func (c *checker) frameOf(s subject) *frame {
	for _, f := range slices.Backward(c.frames) {
		if f.started != c.paragraphs {
			break
		}
		if f.subj == s {
			return f
		}
	}
	return nil
}

// fromTo reads 由A升至B; the first number is the base of the second.
func (p *parser) fromTo(text string, n *number) bool {
	if m := toWords.FindStringSubmatch(text); m != nil {
		if p.from == nil || p.from.kind != n.kind {
			v := &value{s: p.s, n: n, subj: p.subj, name: "?"}
			if t := p.changeOf(strings.TrimSuffix(text, m[0])); t != nil && t.n == nil {
				v.name, v.measure = t.name, t.measure
			}
			p.add(v)
			return true
		}
		kind := p.kindOf(text)
		v := &value{s: p.s, n: n, subj: p.subj, name: p.fromLab.rest + p.fromLab.share, measure: p.fromLab.measure, base: map[string]*number{kind: p.from}}
		v.changes = append(v.changes, &change{s: p.s, at: n.from, end: n.end, kind: kind, dir: verbs[m[1]], word: m[1], text: m[0]})
		p.from = nil
		p.add(v)
		return true
	}
	m := fromWords.FindStringSubmatchIndex(text)
	if m == nil || fillers.ReplaceAllString(text[m[2]:m[3]], "") != "" {
		return false
	}
	p.from = n
	if p.fromLab = readLabel(text[:m[0]]); n.kind == share {
		p.fromLab, _ = readRate(text[:m[0]])
	}
	return true
}

// baseValue reads 上年同期…件: what the value before is compared with.
func (p *parser) baseValue(text, kind string, n *number) {
	l := readLabel(text)
	v := p.last
	if n.kind == share {
		l, _ = readRate(text)
	}
	if l.measure != "" {
		v = nil
		for _, w := range slices.Backward(p.run) {
			if w.measure == l.measure && w.subj.typ == p.subj.typ {
				v = w
				break
			}
		}
		if v == nil {
			if f := p.c.frameOf(p.subj); f != nil {
				v = f.vals[l.measure]
			}
		}
	}
	if kind == vague || n.loose {
		return
	}
	if v == nil || v.n == nil || v.n.kind != n.kind || v.n.unit != n.unit {
		p.early = &early{kind, l.measure, n}
		return
	}
	if v.base == nil {
		v.base = map[string]*number{}
	}
	if v.base[kind] == nil {
		v.base[kind] = n
	}
	p.kind = kind
	if v.s != p.s {
		p.run = append(p.run, v)
	}
	p.last = v
}
