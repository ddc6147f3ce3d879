package truth

import (
	"regexp"
	"slices"
	"strings"
)

// parser reads the sentences of a paragraph from number to number.
type parser struct {
	c       *checker
	s       *sentence // masked
	periods []period
	subj    subject
	last    *value
	run     []*value // the values of the sentence
	parts   *parts
	open    []state // what to return to at a closing parenthesis
	from    *number // 由 … 升至
	fromLab label
	joint   []string // 刑事、民事、行政案件分别…
	dealt   int      // items of joint that have their number
	kind    string   // what the running clause compares with
	since   int      // place in run from which 分别 may refer back
	rise    *number  // the first increase of the paragraph, which shares of an increase refer to
	growth  *number  // the last increase of the sentence
	lists   []*parts
	inList  bool // after 其中, without parenthesis

	jointLabel label
	split      []*value // values that still wait for their change after 分别
	splitWord  *change
	early      *early   // the base that stands before its value
	baseOpen   string   // the earlier period that stands before an open parenthesis
	lastPart   *value   // the count that the last share is a share of
	waiting    *portion // 占新收案件605件的 …: its share is still to come
}

type state struct {
	last  *value
	parts *parts
	subj  subject
	in    bool
}

// early is a number of an earlier period that stands before the number it is compared with.
type early struct {
	kind, measure string
	n             *number
}

// parts is a list of kinds that may add up to a total.
type parts struct {
	total    *value
	items    []part
	doubtful bool
}

type part struct {
	name string
	n    *number
	v    *value
}

// sentence reads one sentence in Chinese.
func (c *checker) sentence(s *sentence) {
	masked, periods := mask(s)
	if c.talk == nil {
		c.talk = &parser{}
	}
	old := c.talk
	p := &parser{c: c, s: masked, periods: periods, subj: old.subj, last: old.last, rise: old.rise}
	c.talk = p
	list := numbers(masked.runes)
	if len(list) > mostNumbers {
		return
	}
	from := 0
	for _, n := range list {
		if n.kind == other {
			continue
		}
		p.number(from, n)
		from = n.end
	}
	p.passing(string(masked.runes[from:]), from, true)
	p.closeParts()
	p.checkLists()
	p.interval()
	for _, v := range p.run {
		c.checkChanges(v)
	}
	if len(c.counts) < 10*mostNumbers {
		c.counts = append(c.counts, p.run...)
	}
	c.definition(masked, p.run)
	c.trend(masked)
}

// mostNumbers bounds the numbers of a sentence that are judged, the shares of a paragraph, and a
// tenth of its numbers: no person writes so many, and comparing each with each would take long.
const mostNumbers = 300

// endParagraph judges what the paragraph said about each subject.
func (c *checker) endParagraph() {
	for _, f := range slices.Backward(c.frames) {
		if f.started != c.paragraphs {
			break
		}
		c.checkSums(f)
		c.checkRates(f)
	}
	c.checkShares()
	c.checkStems()
	c.counts, c.shares, c.talk = nil, nil, nil
	c.paragraphs++
}

// endSection judges sums over the paragraphs of a section and forgets them.
func (c *checker) endSection() {
	c.checkKinds()
	c.frames, c.talk = nil, nil
}

// breaks are the places where a clause ends.
const breaks = "，；：（）、。！？,;"

// number reads the words before n and gives n its meaning.
func (p *parser) number(from int, n *number) {
	pre := string(p.s.runes[from:n.from])
	last := p.passing(pre, from, false)
	switch n.kind {
	case count, amount:
		p.counted(last, n)
	case share:
		p.percent(last, n)
	case points:
		p.changed(last, n)
	}
}

// joined are words whose 、 and parentheses do not end a clause.
var joined = regexp.MustCompile(`审（执）结|审、执结|审结、执结|（执）`)

// passing walks through the clauses of text, which begins at rune from, and returns the last one,
// in which a number stands; with all set the last one is passed too.
func (p *parser) passing(text string, from int, all bool) string {
	r := []rune(text)
	keep := make([]bool, len(r))
	for _, at := range joined.FindAllStringIndex(text, -1) {
		for k := len([]rune(text[:at[0]])); k < len([]rune(text[:at[1]])); k++ {
			keep[k] = true
		}
	}
	start := 0
	for i, x := range r {
		if keep[i] || !strings.ContainsRune(breaks, x) {
			continue
		}
		p.clause(string(r[start:i]), from+start, x)
		p.boundary(x)
		start = i + 1
	}
	rest := string(r[start:])
	if all {
		p.clause(rest, from+start, '。')
		return ""
	}
	p.subjectPeriod(rest)
	if strings.Contains(rest, "其中") {
		p.beginParts()
	}
	return rest
}

// baseKind tells which earlier period a number belongs to: by its own words, or as the number in
// parentheses after 比上年同期.
func (p *parser) baseKind(text string) string {
	if kind := p.against(text); kind != "" || text != "" {
		return kind
	}
	return p.baseOpen
}

// boundary keeps track of parentheses and semicolons.
func (p *parser) boundary(x rune) {
	if x != '（' {
		p.baseOpen = ""
	}
	switch x {
	case '（':
		p.open = append(p.open, state{p.last, p.parts, p.subj, p.inList})
		p.parts = nil
	case '）':
		if k := len(p.open) - 1; k >= 0 {
			p.closeParts()
			p.last, p.parts, p.subj, p.inList = p.open[k].last, p.open[k].parts, p.open[k].subj, p.open[k].in
			p.open = p.open[:k]
		}
	case '；':
		p.kind = ""
	case '，':
	}
	if x != '、' {
		p.joint, p.dealt = nil, 0
	}
	if x == '；' || x == '（' || x == '）' {
		p.since = len(p.run)
	}
}

var (
	flat     = regexp.MustCompile(`(基本)?(持平|相同|一致|没有变化|无变化)$`)
	wordOnly = regexp.MustCompile(`(?:同比|环比|[比较与][^，]*)(?:也|均|都|又|再)?(?:有所|略有|小幅|略|大幅|明显|显著|进一步)?(上升|增长|增加|提高|提升|升高|上涨|下降|减少|降低|回落|下滑)$`)
	compared = regexp.MustCompile(`同比|环比|[比较与同]上?[\x{E000}-\x{E0FF}]`)
)

// clause reads a clause without a number of its own: a new subject, 其中, 持平, a bare direction.
func (p *parser) clause(text string, at int, ended rune) {
	if text == "" {
		return
	}
	plain := strings.TrimSpace(text)
	if ended == '（' {
		p.baseOpen = ""
		if r := []rune(plain); len(r) > 0 {
			p.baseOpen = p.against(string(r[len(r)-1:]))
		}
	}
	if strings.Contains(plain, "其中") {
		p.beginParts()
	}
	p.subjectPeriod(plain)
	if m := flat.FindStringIndex(plain); m != nil && (compared.MatchString(plain) || m[0] == 0 && p.kind != "") {
		if strings.HasSuffix(plain, "持平") {
			p.bare(plain, plain[:m[0]], at, &change{flat: true, loose: strings.Contains(plain, "基本持平"), text: "持平"})
		}
		return
	}
	if m := wordOnly.FindStringSubmatchIndex(plain); m != nil {
		word := plain[m[2]:m[3]]
		p.bare(plain, plain[:m[2]], at, &change{dir: verbs[word], word: word, text: word})
		return
	}
	l := readLabel(plain)
	if l.rest != "" || l.measure != "" {
		return
	}
	if ended == '、' {
		p.joint = append(p.joint, l.typ)
		return
	}
	p.setSubject(l)
}

// bare attaches a change without a number to the value it speaks of.
func (p *parser) bare(text, head string, at int, ch *change) {
	ch.kind = p.kindOf(text)
	ch.s, ch.at, ch.end = p.s, at, at+len([]rune(text))
	if v := p.changeOf(head); v != nil {
		v.changes = append(v.changes, ch)
	}
}

// setSubject takes over the subject that a clause names.
func (p *parser) setSubject(l label) {
	if l.scope != "" && l.scope != p.subj.scope {
		p.subj.scope, p.subj.typ = l.scope, ""
	}
	if l.typ != "" {
		p.subj.typ = l.typ
	}
}

var comparedPeriod = regexp.MustCompile(`[比较与同至][^\x{E000}-\x{E0FF}，]{0,4}[\x{E000}-\x{E0FF}]`)

// subjectPeriod takes over a period that a clause names, unless it is only compared with.
func (p *parser) subjectPeriod(text string) {
	if comparedPeriod.MatchString(text) {
		return
	}
	for _, r := range text {
		if q, ok := p.period(r); ok && q.kind == "" {
			if q.text == p.subj.period {
				continue
			}
			if q.year == "" && strings.HasSuffix(p.subj.period, q.text) {
				continue
			}
			p.subj.period, p.subj.typ = q.text, ""
		}
	}
}

func (p *parser) period(r rune) (period, bool) {
	i := int(r) - firstPeriod
	if i < 0 || i >= len(p.periods) {
		return period{}, false
	}
	return p.periods[i], true
}

// against tells which earlier period a clause names: yoy, mom, vague or nothing.
func (p *parser) against(text string) string {
	for _, r := range text {
		if q, ok := p.period(r); ok && q.kind != "" && q.kind != asDay {
			return q.kind
		}
	}
	return ""
}

// kindOf tells what a clause compares with; a clause that says nothing continues the one before.
func (p *parser) kindOf(text string) string {
	kind := p.against(text)
	switch {
	case strings.Contains(text, "同比"):
		kind = yoy
	case strings.Contains(text, "环比"):
		kind = mom
	case kind == "" && comparedPeriod.MatchString(text):
		kind = vague
	case kind == "":
		return p.kind
	}
	p.kind = kind
	return kind
}

// beginParts: what follows lists parts of the value before.
func (p *parser) beginParts() {
	if p.parts != nil && len(p.parts.items) > 0 {
		p.parts.doubtful = true
	}
	if p.last == nil {
		return
	}
	if p.parts == nil || len(p.parts.items) > 0 {
		p.closeParts()
		p.parts = &parts{total: p.last}
	}
	p.inList = true
}

func (p *parser) closeParts() {
	if p.parts != nil && len(p.parts.items) > 0 {
		p.lists = append(p.lists, p.parts)
	}
	p.parts = nil
}

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
