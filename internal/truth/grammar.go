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
