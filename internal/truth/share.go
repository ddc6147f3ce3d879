package truth

import (
	"math/big"
	"regexp"
	"strings"
)

// portion is a share of a whole: 民事案件占新收案件的66%.
type portion struct {
	v        *value
	of       *value    // numerator
	measure  string    // of the base, if it is named
	total    *value    // the list it stands in
	declared bool      // the base is named
	growth   []*number // 占增量的: the two increases
	base     *number   // the base, if its number stands beside its name: 占新收案件605件的
}

// portionName is the name of a share that is told as a share of something.
const portionName = "占比"

var growthWord = regexp.MustCompile(`[增减](?:加|少)?[量数]`)

var portionWords = regexp.MustCompile(`占([^占]*)$`)

// percent gives a percentage its meaning: a change, a share of something, or a rate.
func (p *parser) percent(text string, n *number) {
	if p.compare(text, n) || p.fromTo(text, n) || p.changed(text, n) {
		return
	}
	if kind := p.baseKind(text); kind != "" {
		p.baseValue(text, kind, n)
		return
	}
	if text == "的" && p.waiting != nil {
		q := *p.waiting
		p.waiting = nil
		q.v = &value{s: p.s, n: n, subj: p.subj, name: portionName}
		p.run = append(p.run, q.v)
		p.last, p.kind, p.lastPart = q.v, "", q.of
		p.c.shares = append(p.c.shares, q)
		return
	}
	if m := portionWords.FindStringSubmatchIndex(text); m != nil && !strings.HasSuffix(text, "率") {
		p.portion(text[:m[0]], text[m[2]:m[3]], n)
		return
	}
	v := &value{s: p.s, n: n, subj: p.subj, name: "%"}
	l, ok := readRate(text)
	if ok {
		v.name, v.measure = l.share, l.measure
		if l.scope != "" || l.typ != "" {
			p.setSubject(l)
			v.subj = p.subj
		}
		if p.inList && l.typ == "" && p.subj.typ != "" {
			v.doubtful = true
		}
	}
	p.add(v)
	if v.measure == "" || v.name == "" {
		return
	}
	f := p.c.frameOf(v.subj)
	if f == nil {
		f = &frame{subj: v.subj, vals: map[string]*value{}, started: p.c.paragraphs}
		p.c.frames = append(p.c.frames, f)
	}
	f.rates = append(f.rates, v)
}

// portion notes a share with what it is a share of; a count is the base of the share that
// follows.
func (p *parser) portion(head, base string, n *number) {
	v := &value{s: p.s, n: n, subj: p.subj, name: portionName}
	q := portion{v: v, of: p.last}
	of := readLabel(strings.TrimSuffix(strings.TrimSuffix(base, "的"), "比"))
	if growthWord.MatchString(base) {
		q.growth = []*number{}
		if p.growth != nil && p.rise != p.growth {
			q.growth = []*number{p.rise, p.growth}
		}
	}
	h := readLabel(head)
	switch {
	case h.typ != "" && h.rest == "":
		q.of = p.c.typed(p, h)
	case h.rest != "" && strings.Trim(head, "，、（其中") != "":
		q.of = nil
	}
	q.measure, q.declared = of.measure, of.measure != ""
	if of.rest != "" || of.scope != "" || of.typ != "" {
		q.of = nil
	}
	if p.parts != nil {
		q.total = p.parts.total
	}
	if n.kind == count {
		if q.of == nil {
			q.of = p.last
		}
		q.base = n
		p.waiting = &q
		return
	}
	old := p.last
	p.run = append(p.run, v)
	p.last, p.kind, p.lastPart = v, "", nil
	if old != nil && old.n != nil && old.n.kind == count {
		p.lastPart = old
	}
	if p.parts == nil && old != nil && q.total == nil {
		q.total = old.alt
	}
	p.c.shares = append(p.c.shares, q)
}

// typed finds the count of a kind of cases that the paragraph gave.
func (c *checker) typed(p *parser, l label) *value {
	var got *value
	for _, v := range append(c.counts[:len(c.counts):len(c.counts)], p.run...) {
		if v.n != nil && v.n.kind == count && v.subj.typ == l.typ && (l.measure == "" || v.measure == l.measure) {
			if got != nil && got.n.val.Cmp(v.n.val) != 0 {
				return nil
			}
			got = v
		}
	}
	return got
}

// checkShares recomputes the shares of a paragraph.
func (c *checker) checkShares() {
	for _, q := range c.shares[:min(len(c.shares), mostNumbers)] {
		v := q.v
		if v.n.loose {
			continue
		}
		if v.n.val.Cmp(hundred) > 0 {
			c.report(v.s, v.n.from, v.n.end, Arithmetic, v.n.text, "", because("部分不会超过全部的100%%", "a part cannot pass 100%% of the whole"))
			continue
		}
		if q.base != nil && q.of != nil && q.of.n != nil && q.of.n.unit == q.base.unit && !q.of.n.loose && !q.base.loose {
			got, ok := q.of.n.span().percentOf(q.base.span())
			if ok && !v.n.prints(got) {
				c.report(v.s, v.n.from, v.n.end, Arithmetic, v.n.text, v.n.like(got.mid()), because("%s÷%s", "%s ÷ %s", q.of.n.text, q.base.text))
			}
			continue
		}
		if len(q.growth) == 2 {
			c.growthShare(q)
			continue
		}
		if q.growth != nil || q.of == nil || q.of.n == nil || q.of.n.kind != count || q.of.n.loose {
			continue
		}
		c.share(q)
	}
}

// growthShare: 新收增加n件，其中…增加m件，占增量的….
func (c *checker) growthShare(q portion) {
	got, ok := q.growth[1].span().percentOf(q.growth[0].span())
	if ok && !q.v.n.prints(got) {
		c.report(q.v.s, q.v.n.from, q.v.n.end, Arithmetic, q.v.n.text, q.v.n.like(got.mid()),
			because("%s÷%s", "%s ÷ %s", q.growth[1].text, q.growth[0].text))
	}
}

// share compares a share with every base it may have; it is wrong only when none gives it.
func (c *checker) share(q portion) {
	var first *value
	try := func(base *value) bool {
		if base == nil || base == q.of || base.n == nil || base.n.kind != count || base.n.unit != q.of.n.unit || base.n.loose || base.n.val.Cmp(q.of.n.val) < 0 {
			return false
		}
		got, ok := q.of.n.span().percentOf(base.n.span())
		if !ok {
			return false
		}
		if first == nil {
			first = base
		}
		return q.v.n.prints(got)
	}
	if q.declared {
		for _, w := range c.counts {
			if w.measure == q.measure && try(w) {
				return
			}
		}
	} else if try(q.total) {
		return
	}
	if first == nil || q.total == nil && !q.declared {
		return
	}
	got, _ := q.of.n.span().percentOf(first.n.span())
	other := ""
	for _, w := range c.counts {
		if w == first || w.n == nil || w.n.kind != count || w == q.of || w.n.unit != q.of.n.unit {
			continue
		}
		if g, ok := q.of.n.span().percentOf(w.n.span()); ok && q.v.n.prints(g) {
			other = w.n.text
		}
	}
	if other != "" && !q.declared {
		return
	}
	why := because("%s÷%s", "%s ÷ %s", q.of.n.text, first.n.text)
	if other != "" {
		why = because("%s÷%s；印出的%s以%s为基数", "%s ÷ %s; the printed %s has the base %s", q.of.n.text, first.n.text, q.v.n.text, other)
	}
	c.report(q.v.s, q.v.n.from, q.v.n.end, Arithmetic, q.v.n.text, q.v.n.like(got.mid()), why)
}

// checkStems recomputes a rate from the one count that shares its name and the one other count
// of the same sentence: 应公开152件，已公开140件，公开率….
func (c *checker) checkStems() {
	for _, v := range c.counts {
		if v.n == nil || v.n.kind != share || v.n.loose || v.name == "" || v.measure != "" || !strings.HasSuffix(v.name, "率") {
			continue
		}
		stem := strings.TrimSuffix(v.name, "率")
		for _, extra := range []string{"法定", "实际", "正常"} {
			stem = strings.TrimPrefix(stem, extra)
		}
		if len([]rune(stem)) < 2 {
			continue
		}
		c.stem(v, stem)
	}
}

func (c *checker) stem(v *value, stem string) {
	var with, all []*value
	for _, w := range c.counts {
		if w.n == nil || w.n.kind != count || w.s != v.s || w.n.from > v.n.from {
			continue
		}
		if w.n.loose {
			return
		}
		all = append(all, w)
		if strings.Contains(w.name, stem) {
			with = append(with, w)
		}
	}
	if len(all) != 2 || len(with) == 0 || all[0].n.unit != all[1].n.unit {
		return
	}
	part, whole := all[0], all[1]
	if len(with) == 1 && part != with[0] || len(with) == 2 && part.n.val.Cmp(whole.n.val) > 0 {
		part, whole = whole, part
	}
	if part.n.val.Cmp(whole.n.val) > 0 {
		return
	}
	got, ok := part.n.span().percentOf(whole.n.span())
	if !ok || v.n.prints(got) {
		return
	}
	if len(with) == 1 {
		gap := new(big.Rat).Abs(new(big.Rat).Sub(got.mid(), v.n.val))
		if gap.Cmp(big.NewRat(1, 2)) > 0 {
			return // the rate may have another base
		}
	}
	c.report(v.s, v.n.from, v.n.end, Arithmetic, v.n.text, v.n.like(got.mid()), because("%s÷%s", "%s ÷ %s", part.n.text, whole.n.text))
}

var (
	inside  = regexp.MustCompile(`合理区间(?:为|是|：|（)?(\d+(?:\.\d+)?)%?(?:—|至|-)(\d+(?:\.\d+)?)%?[）]?[，、](?:处于|位于|在)?(?:合理)?(区间内|区间外|区间之内|区间之外|低于区间|高于区间|低于合理区间|高于合理区间|低于下限|高于上限)`)
	lastPct = regexp.MustCompile(`(\d+(?:\.\d+)?)%?[^\d%]{0,4}[，（]$`)
)

var within = regexp.MustCompile(`(\d+(?:\.\d+)?)%，(?:仍|均)?(处于|位于|在|低于|高于|超出)合理区间（(\d+(?:\.\d+)?)%?(?:—|至|-)(\d+(?:\.\d+)?)%）(之?[内外])?`)

// placed judges 处于合理区间（a—b）内.
func (p *parser) placed(text string) {
	for _, m := range within.FindAllStringSubmatchIndex(text, 20) {
		v, _ := new(big.Rat).SetString(text[m[2]:m[3]])
		low, _ := new(big.Rat).SetString(text[m[6]:m[7]])
		high, _ := new(big.Rat).SetString(text[m[8]:m[9]])
		if v == nil || low == nil || high == nil {
			continue
		}
		tail := ""
		if m[10] >= 0 {
			tail = text[m[10]:m[11]]
		}
		is := stand(v, low, high)
		good := map[string]bool{"低于": is == "低于区间", "高于": is == "高于区间", "超出": is != "区间内"}
		said := text[m[4]:m[5]]
		ok, word := good[said]
		if !word {
			ok = (is == "区间内") != strings.HasSuffix(tail, "外")
		}
		if !ok {
			from := len([]rune(text[:m[4]]))
			p.c.report(p.s, from, len([]rune(text[:m[1]])), Direction, said+tail, is, because("%s与%s—%s相比", "%s against %s–%s", text[m[2]:m[3]], text[m[6]:m[7]], text[m[8]:m[9]]))
		}
	}
}

// stand tells where a value stands against an interval.
func stand(v, low, high *big.Rat) string {
	switch {
	case v.Cmp(low) < 0:
		return "低于区间"
	case v.Cmp(high) > 0:
		return "高于区间"
	}
	return "区间内"
}

// interval judges 合理区间a—b，处于区间内 against the value before it.
func (p *parser) interval() {
	text := p.s.text()
	p.equations(text)
	if !strings.Contains(text, "区间") {
		return
	}
	p.placed(text)
	for _, m := range inside.FindAllStringSubmatchIndex(text, 20) {
		at := lastPct.FindStringSubmatchIndex(text[:m[0]])
		if at == nil {
			continue
		}
		v, _ := new(big.Rat).SetString(text[at[2]:at[3]])
		low, _ := new(big.Rat).SetString(text[m[2]:m[3]])
		high, _ := new(big.Rat).SetString(text[m[4]:m[5]])
		if v == nil || low == nil || high == nil || strings.Contains(text[at[2]:m[0]], "%") != strings.Contains(text[m[2]:m[6]], "%") {
			continue
		}
		is := stand(v, low, high)
		said := text[m[6]:m[7]]
		in := strings.HasSuffix(said, "内")
		good := in == (is == "区间内")
		if strings.Contains(said, "于") {
			good = strings.HasPrefix(said, is[:len("低于")])
		}
		if !good {
			from := len([]rune(text[:m[6]]))
			p.c.report(p.s, from, from+len([]rune(said)), Direction, said, is, because("%s与%s—%s相比", "%s against %s–%s", text[at[2]:at[3]], text[m[2]:m[3]], text[m[4]:m[5]]))
		}
	}
}

var (
	fraction = regexp.MustCompile(`(\d+)(?:件)?[/÷](\d+)(?:件)?(?:=|＝|≈)(\d+(?:\.\d+)?)%|(\d+(?:\.\d+)?)%（(\d+)(?:件)?[/÷](\d+)(?:件)?）`)
	addition = regexp.MustCompile(`(\d+)(?:件)?([+＋\-－−])(\d+)(?:件)?(?:=|＝)(\d+)(件)?`)
)

// equations judges sums and quotients that the text writes out: 32+605=637, 40.19%（256/637）.
func (p *parser) equations(text string) {
	if !strings.ContainsAny(text, "/÷=＝") {
		return
	}
	at := func(b int) int { return len([]rune(text[:b])) }
	read := func(m []int, g int) *number {
		return readNumber(p.s.runes, at(m[2*g]), at(m[2*g+1]))
	}
	for _, m := range fraction.FindAllStringSubmatchIndex(text, 50) {
		over, under, rate := 1, 2, 3
		if m[2] < 0 {
			over, under, rate = 5, 6, 4
		}
		a, b, r := read(m, over), read(m, under), read(m, rate)
		if a == nil || b == nil || r == nil {
			continue
		}
		a.kind, b.kind = count, count
		if q, ok := a.span().percentOf(b.span()); ok && r.kind == share && !r.prints(q) {
			p.c.report(p.s, r.from, r.end, Arithmetic, r.text, r.like(q.mid()), because("%s÷%s", "%s ÷ %s", a.text, b.text))
		}
	}
	for _, m := range addition.FindAllStringSubmatchIndex(text, 50) {
		a, b, c := read(m, 1), read(m, 3), read(m, 4)
		if a == nil || b == nil || c == nil || m[0] > 0 && strings.ContainsAny(text[m[0]-1:m[0]], "+-*/.") {
			continue
		}
		want := new(big.Rat).Add(a.val, b.val)
		if op := text[m[4]:m[5]]; op != "+" && op != "＋" {
			want.Sub(a.val, new(big.Rat).Abs(b.val))
		}
		if c.val.Cmp(want) != 0 {
			p.c.report(p.s, c.from, c.end, Arithmetic, c.text, c.like(want), because("等式两边不等", "the two sides differ"))
		}
	}
}
