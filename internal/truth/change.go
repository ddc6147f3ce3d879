package truth

import (
	"math/big"
	"regexp"
	"strings"
)

// verbs are the words of a change and their sign.
var verbs = map[string]int{
	"上升": 1, "增长": 1, "增加": 1, "提高": 1, "提升": 1, "升高": 1, "上涨": 1, "攀升": 1, "增": 1, "升": 1, "净增": 1, "多": 1, "高": 1, "高出": 1, "高于": 1, "多出": 1, "延长": 1, "上浮": 1,
	"下降": -1, "减少": -1, "降低": -1, "回落": -1, "下滑": -1, "下跌": -1, "减": -1, "降": -1, "净减": -1, "少": -1, "低": -1, "低于": -1, "缩短": -1,
	"增幅": 1, "涨幅": 1, "升幅": 1, "降幅": -1, "增速": 0, "增长率": 0,
}

// opposite are the words for the other direction.
var opposite = map[string]string{
	"上升": "下降", "增长": "下降", "增加": "减少", "提高": "降低", "提升": "降低", "升高": "降低", "上涨": "下降", "攀升": "下降", "增": "减", "升": "降", "净增": "净减", "多": "少", "高": "低", "高出": "低", "高于": "低于", "多出": "少", "延长": "缩短", "上浮": "下降",
	"下降": "上升", "减少": "增加", "降低": "提高", "回落": "上升", "下滑": "上升", "下跌": "上升", "减": "增", "降": "升", "净减": "净增", "少": "多", "低": "高", "低于": "高于", "缩短": "延长",
	"up": "down", "rose": "fell", "rise": "fall", "risen": "fallen", "increased": "decreased", "increase": "decrease", "higher": "lower", "more": "fewer", "grew": "fell",
	"down": "up", "fell": "rose", "fall": "rise", "fallen": "risen", "decreased": "increased", "decrease": "increase", "lower": "higher", "fewer": "more", "dropped": "rose", "declined": "rose",
	"增幅": "降幅", "涨幅": "降幅", "升幅": "降幅", "降幅": "增幅",
}

var changeWord = regexp.MustCompile(`(上升|增长率|增长|增加|提高|提升|升高|上涨|攀升|净增|上浮|高出|高于|多出|延长|下降|减少|降低|回落|下滑|下跌|净减|低于|缩短|增幅|涨幅|升幅|降幅|增速|增|升|减|降|多|高|少|低)(?:幅度)?(?:了|达到|达|为|约|近|是)?$`)

// change is what the text says about the movement of a value.
type change struct {
	s       *sentence
	at, end int
	kind    string // yoy, mom, vague, or empty: whatever is known
	dir     int    // 1, -1; 0: the word does not tell
	word    string
	flat    bool // 持平
	loose   bool // 基本持平
	n       *number
	text    string
}

// changed reads a number after a word of change; false when there is no such word.
func (p *parser) changed(text string, n *number) bool {
	m := changeWord.FindStringSubmatchIndex(text)
	if m == nil {
		return p.dealChange(text, n)
	}
	word := text[m[2]:m[3]]
	head := text[:m[0]]
	short := len([]rune(word)) == 1
	if short && !compared.MatchString(head) && strings.Trim(head, "同环比分别净均") != "" {
		return false
	}
	if (word == "高于" || word == "低于") && p.against(text) == "" {
		return n.kind == points
	}
	ch := &change{s: p.s, at: n.from - len([]rune(text[m[2]:])), end: n.end, dir: verbs[word], word: word, n: n, text: text[m[2]:] + n.text}
	ch.kind = p.kindOf(text)
	if strings.Contains(head, "分别") {
		p.dealt = 0
		p.split = p.splitTargets()
		p.splitWord = ch
	} else {
		p.split = nil
	}
	if n.kind != share && n.kind != points && n.kind != amount {
		if p.growth = n; p.rise == nil {
			p.rise = n
		}
	}
	v := p.changeOf(head)
	if p.split != nil {
		v = nil
	}
	if len(p.split) > 0 {
		v, p.split = p.split[0], p.split[1:]
	}
	if v == p.last && n.kind == share && p.lastPart != nil && v != nil && v.name == portionName {
		v = p.lastPart // 占…的21%，同比下降12%: the count moved
	}
	if v != nil {
		v.changes = append(v.changes, ch)
	}
	return true
}

var higher = regexp.MustCompile(`(高于|低于|多于|少于|大于|小于)[^，、；]*$`)

// compare judges 高于…的0.53% against the value before it; a number that is only compared with
// is no value of the text.
func (p *parser) compare(text string, n *number) bool {
	m := higher.FindStringSubmatchIndex(text)
	if m == nil || n.kind == points || p.last == nil || p.last.n == nil || p.last.s != p.s || p.last.n.unit != n.unit {
		return false
	}
	if changeFill.ReplaceAllString(text[:m[0]], "") != "" {
		return false
	}
	word := text[m[2]:m[3]]
	want := -1
	if word == "高于" || word == "多于" || word == "大于" {
		want = 1
	}
	sign, known := signOf(p.last.n.span().sub(n.span()))
	if known && sign != want && !n.loose && !p.last.n.loose && p.last.alt == nil {
		at := n.from - len([]rune(text[m[2]:]))
		is := map[int]string{1: "高于", -1: "低于", 0: "等于"}[sign]
		p.c.report(p.s, at, n.end, Direction, word, is, because("%s与%s相比", "%s against %s", p.last.n.text, n.text))
	}
	return p.against(text) == ""
}

// splitTargets are the values that 分别 refers to: those of the clause group.
func (p *parser) splitTargets() []*value {
	out := []*value{}
	for _, v := range p.run[min(p.since, len(p.run)):] {
		if v.n != nil {
			out = append(out, v)
		}
	}
	return out
}

// dealChange gives the further numbers after 同比分别上升 to the further values.
func (p *parser) dealChange(text string, n *number) bool {
	if p.split == nil || n.kind != share && n.kind != points || fillers.ReplaceAllString(text, "") != "" {
		return n.kind == points
	}
	ch := *p.splitWord
	ch.n, ch.at, ch.end, ch.text = n, n.from, n.end, n.text
	if len(p.split) > 0 {
		p.split[0].changes = append(p.split[0].changes, &ch)
		p.split = p.split[1:]
	}
	return true
}

var changeFill = regexp.MustCompile(`同比|环比|分别|幅度|增幅|有所|略有|小幅|大幅|明显|显著|同时|进一步|[比较与同]?[\x{E000}-\x{E0FF}]的?|[了均也又略都再净，、的其中则却，（）：]`)

// changeOf finds the value that a change speaks of: the one its own clause names, or the one
// before.
func (p *parser) changeOf(head string) *value {
	rest := changeFill.ReplaceAllString(withoutCompared(head), "")
	if rest == "" {
		return p.last
	}
	if strings.HasSuffix(rest, "增速") || strings.HasSuffix(rest, "增幅") || strings.HasSuffix(rest, "降幅") {
		return nil
	}
	if l, ok := readRate(rest); ok {
		for _, v := range p.run {
			if v.n != nil && v.n.kind == share && v.name == l.share {
				return v
			}
		}
		v := &value{s: p.s, name: l.share, measure: l.measure, subj: p.subj}
		p.run = append(p.run, v)
		return v
	}
	l := readLabel(rest)
	if l.rest != "" || l.twice || l.measure == "" {
		return nil
	}
	if l.typ == "" && l.scope == "" {
		for _, v := range p.run {
			if v.measure == l.measure && v.n != nil {
				return v
			}
		}
	}
	v := &value{s: p.s, measure: l.measure, subj: p.subj}
	p.run = append(p.run, v)
	return v
}

// comparedName is the one compared with: 比上年同期, 较全省平均.
var comparedName = regexp.MustCompile(`[比较与][^，]*$`)

// withoutCompared drops what a clause compares with, and keeps a name that ends in 比.
func withoutCompared(head string) string {
	head = strings.NewReplacer("同比", "", "环比", "").Replace(head)
	at := comparedName.FindStringIndex(head)
	if at == nil || strings.HasPrefix(head[at[0]:], "比") && (strings.HasSuffix(head[:at[0]], "占") || strings.HasSuffix(head[:at[0]], "结收") || strings.HasSuffix(head[:at[0]], "件")) && head[at[0]:] == "比" {
		return head
	}
	return head[:at[0]]
}

// checkChanges judges what was said about the movement of a value.
func (c *checker) checkChanges(v *value) {
	if v.judged >= len(v.changes) {
		return
	}
	from := v.judged
	v.judged = len(v.changes)
	for _, ch := range v.changes[from:] {
		switch {
		case c.wrongUnit(v, ch), c.wrongSign(v, ch):
		case ch.n != nil && ch.n.loose:
		default:
			c.movement(v, ch)
		}
	}
}

// wrongUnit reports percent where percentage points belong, and the other way round.
func (c *checker) wrongUnit(v *value, ch *change) bool {
	if ch.n == nil || ch.n.kind != share && ch.n.kind != points {
		return false
	}
	base := v.baseFor(ch)
	switch {
	case v.isRate() && ch.n.kind == share && v.percentRate():
		want := strings.TrimSuffix(ch.n.text, "%") + "个百分点"
		if base != nil {
			d := v.n.span().sub(base.span())
			want = finest(v.n, base).round(new(big.Rat).Abs(d.mid())) + "个百分点"
		}
		if ch.s.english {
			want = strings.TrimSuffix(want, "个百分点") + " percentage points"
		}
		c.report(ch.s, ch.at, ch.end, Units, ch.n.text, want, because("率的变化用百分点表示，%s是变化的百分比", "a rate moves by percentage points; %s is a percentage of change", ch.n.text))
		return true
	case v.isCount() && ch.n.kind == points:
		want := figureDigits.FindString(ch.n.text) + "%"
		if base != nil && base.val.Sign() > 0 {
			if q, ok := abs(v.n.span().sub(base.span())).percentOf(base.span()); ok {
				want = twoPlaces(ch.n).round(q.mid()) + "%"
			}
		}
		c.report(ch.s, ch.at, ch.end, Units, ch.n.text, want, because("件数的变化用百分比表示，百分点只用于率", "a count moves by percent; percentage points are for rates"))
		return true
	}
	return false
}

// percentRate: the value is a rate counted in percent, not a ratio such as 1.2.
func (v *value) percentRate() bool {
	return v.n != nil || strings.HasSuffix(v.name, "率") || strings.HasPrefix(v.name, "占") || strings.HasSuffix(v.name, "比重") || strings.HasSuffix(v.name, "比例")
}

// finest is the number printed with more digits.
func finest(a, b *number) *number {
	if a.places >= b.places {
		return a
	}
	return b
}

func twoPlaces(n *number) *number {
	if n.places > 0 {
		return n
	}
	return &number{step: big.NewRat(1, 100), places: 2}
}

func abs(s span) span {
	switch {
	case s.hi.Sign() <= 0:
		return s.neg()
	case s.lo.Sign() < 0:
		return span{new(big.Rat), maxRat(s.hi, new(big.Rat).Neg(s.lo))}
	}
	return s
}

func maxRat(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}

// wrongSign reports a signed number after a word that has a sign already, and a fall of more than
// the whole.
func (c *checker) wrongSign(v *value, ch *change) bool {
	if ch.n == nil || ch.dir == 0 {
		return false
	}
	if ch.n.negative {
		c.report(ch.s, ch.at, ch.end, Direction, ch.text, opposite[ch.word]+strings.TrimPrefix(ch.n.text, "-"),
			because("“%s”后的数不带负号", "a number after “%s” has no minus sign", ch.word))
		return true
	}
	if ch.dir < 0 && ch.n.kind == share && ch.n.val.Cmp(hundred) > 0 && v.isCount() {
		c.report(ch.s, ch.at, ch.end, Arithmetic, ch.n.text, "", because("件数不会下降超过100%%", "a count cannot fall by more than 100%%"))
		return true
	}
	return false
}

// baseFor is the number that a change is measured against; nil when the text does not give it.
func (v *value) baseFor(ch *change) *number {
	if v.n == nil {
		return nil
	}
	if b := v.base[ch.kind]; b != nil {
		return b
	}
	if ch.kind == "" && len(v.base) == 1 {
		for _, b := range v.base {
			return b
		}
	}
	return nil
}

// baseSpan is the base, told or implied by a difference beside the change.
func (v *value) baseSpan(ch *change) (span, bool) {
	if b := v.baseFor(ch); b != nil {
		return b.span(), true
	}
	if v.n == nil || len(v.base) > 0 {
		return span{}, false
	}
	for _, o := range v.changes {
		if o == ch || o.n == nil || o.n.loose || o.kind != ch.kind || o.dir == 0 || o.dir != ch.dir || o.n.unit != v.n.unit || v.n.kind == share {
			continue
		}
		if o.dir > 0 {
			return v.n.span().sub(o.n.span()), true
		}
		return v.n.span().add(o.n.span()), true
	}
	return span{}, false
}

// movement compares a change with the two numbers it stands for.
func (c *checker) movement(v *value, ch *change) {
	if v.n == nil || v.n.loose || ch.kind == vague {
		return
	}
	base, ok := v.baseSpan(ch)
	if !ok {
		c.impliedBase(v, ch)
		return
	}
	rule, printed, want := c.judge(v, ch, base)
	if rule == "" || v.altFits(c, ch) {
		return
	}
	c.report(ch.s, ch.at, ch.end, rule, printed, want, changeWhy(rule, v.n, base, c.known.SmallBase))
}

// altFits: the change is true of the other value it may be meant for.
func (v *value) altFits(c *checker, ch *change) bool {
	if v.alt == nil || v.alt.n == nil || v.alt.n.kind != v.n.kind {
		return false
	}
	base, ok := v.baseSpan(ch)
	if !ok {
		return false
	}
	rule, _, _ := c.judge(&value{n: v.alt.n, measure: v.alt.measure}, ch, base)
	return rule == ""
}

// judge compares a change with value and base; rule is empty when it is true.
func (c *checker) judge(v *value, ch *change, base span) (rule Rule, printed, want string) {
	diff := v.n.span().sub(base)
	sign, known := signOf(diff)
	size := abs(diff)
	pct, hasPct := size.percentOf(base)
	zero := base.exact() && base.lo.Sign() == 0
	isCase := v.n.exact() && v.n.kind == count
	switch {
	case ch.flat:
		return c.judgeFlat(v, ch, sign, known, pct, hasPct, size)
	case known && sign == 0 && v.n.exact() && ch.dir != 0:
		if ch.n != nil && ch.n.val.Sign() == 0 {
			return "", "", ""
		}
		return Direction, ch.text, "持平"
	case known && sign != 0 && ch.dir != 0 && sign != ch.dir:
		return Direction, ch.text, turned(v, ch, pct, hasPct, size)
	case ch.n == nil:
		return "", "", ""
	case ch.n.kind == share && zero:
		return Base, ch.n.text, "上年同期为0"
	case ch.n.kind == share && isCase && base.hi.Cmp(big.NewRat(int64(c.known.SmallBase), 1)) < 0 && v.n.unit == "件":
		return Base, ch.n.text, countWord(sign) + v.n.like(size.mid())
	case ch.n.kind == share:
		if hasPct && !ch.n.prints(pct) {
			return Arithmetic, ch.n.text, ch.n.like(pct.mid())
		}
	case ch.n.kind == points:
		if v.n.kind == share && !ch.n.near(size) {
			return Arithmetic, ch.n.text, ch.n.like(size.mid())
		}
	case ch.n.unit == v.n.unit:
		if !fits(ch.n, size) {
			return Arithmetic, ch.n.text, ch.n.like(size.mid())
		}
	}
	return "", "", ""
}

// judgeFlat: 持平 holds within rounding only, 基本持平 within five percent.
func (c *checker) judgeFlat(v *value, ch *change, sign int, known bool, pct span, hasPct bool, size span) (Rule, string, string) {
	if !known || sign == 0 {
		return "", "", ""
	}
	if v.n.kind == share || v.n.kind == amount {
		limit := new(big.Rat).Set(v.n.step)
		if ch.loose {
			limit = big.NewRat(2, 1)
		}
		if size.lo.Cmp(limit) <= 0 {
			return "", "", ""
		}
		unit := v.n.unit
		if v.n.kind == share {
			unit = "个百分点"
		}
		return Direction, ch.text, upDown(sign) + v.n.round(size.mid()) + unit
	}
	if !hasPct {
		return Direction, ch.text, countWord(sign) + v.n.like(size.mid())
	}
	limit := big.NewRat(5, 1000)
	if ch.loose {
		limit = big.NewRat(5, 1)
	}
	if pct.lo.Cmp(limit) < 0 {
		return "", "", ""
	}
	return Direction, ch.text, upDown(sign) + twoPlaces(&number{}).round(pct.mid()) + "%"
}

func signOf(s span) (sign int, known bool) {
	switch {
	case s.lo.Sign() > 0:
		return 1, true
	case s.hi.Sign() < 0:
		return -1, true
	}
	return 0, s.exact()
}

func countWord(sign int) string {
	if sign < 0 {
		return "减少"
	}
	return "增加"
}

func upDown(sign int) string {
	if sign < 0 {
		return "下降"
	}
	return "上升"
}

// turned is the change with the right word and size.
func turned(v *value, ch *change, pct span, hasPct bool, size span) string {
	word := opposite[ch.word]
	if word == "" {
		word = upDown(-ch.dir)
	}
	if ch.s.english {
		word += " "
	}
	switch {
	case ch.n == nil && v.n.kind == share:
		return word + v.n.round(size.mid()) + "个百分点"
	case ch.n == nil || ch.n.kind == share:
		if hasPct {
			digits := twoPlaces(&number{})
			if ch.n != nil {
				digits = ch.n
			}
			return word + digits.round(pct.mid()) + "%"
		}
		return word
	}
	return word + ch.n.like(size.mid())
}

// impliedBase: a count and its change in percent alone tell that the base is small.
func (c *checker) impliedBase(v *value, ch *change) {
	if ch.n == nil || ch.n.kind != share || !v.n.exact() || v.n.unit != "件" || ch.dir == 0 || ch.n.val.Sign() == 0 || v.measure == "" || len(v.base) > 0 || v.alt != nil {
		return
	}
	lo, hi := ch.n.bounds()
	of := func(x *big.Rat) *big.Rat {
		f := new(big.Rat).Quo(x, hundred)
		if ch.dir < 0 {
			f.Neg(f)
		}
		f.Add(f, one)
		if f.Sign() <= 0 {
			return nil
		}
		return new(big.Rat).Quo(v.n.val, f)
	}
	a, b := of(lo), of(hi)
	small := big.NewRat(int64(c.known.SmallBase), 1)
	if a == nil || b == nil || maxRat(a, b).Cmp(small) >= 0 {
		return
	}
	mid := of(ch.n.val)
	if mid == nil {
		return
	}
	base := span{mid, mid}
	size := abs(v.n.span().sub(base))
	c.report(ch.s, ch.at, ch.end, Base, ch.n.text, countWord(ch.dir)+v.n.like(size.mid()), changeWhy(Base, v.n, base, c.known.SmallBase))
}
