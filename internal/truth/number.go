package truth

import (
	"math/big"
	"strings"

	"zhunsheng/internal/indicator"
)

// kind is what a number measures.
type kind int

const (
	other  kind = iota // a date, an article, an age …
	count              // cases, persons, papers: whole things
	amount             // days, money, times: measured things
	share              // percent
	points             // percentage points
)

// units are the words after a number, the longest first where one begins another.
var units = []struct {
	word string
	kind kind
}{
	{"个百分点", points}, {"百分点", points}, {"个月", other}, {"个季度", other}, {"个工作日", amount}, {"工作日", amount},
	{"件次", count}, {"人次", count}, {"万元", amount}, {"亿元", amount}, {"小时", amount},
	{"件", count}, {"名", count}, {"人", count}, {"篇", count}, {"份", count}, {"场", count}, {"起", count}, {"宗", count}, {"项", count}, {"次", count}, {"户", count}, {"家", count},
	{"%", share}, {"天", amount}, {"元", amount}, {"倍", amount},
	{"月", other}, {"年", other}, {"日", other}, {"季度", other}, {"条", other}, {"款", other}, {"号", other}, {"批", other}, {"期", other}, {"届", other}, {"级", other}, {"岁", other}, {"时", other}, {"个", other},
}

// number is a number of the text with its unit.
type number struct {
	from, end int // runes of the sentence; end stands after the unit
	text      string
	val       *big.Rat
	step      *big.Rat // the unit of the last printed digit
	places    int      // digits after the point
	unit      string
	kind      kind
	loose     bool // 约, 余, 多, a range: not judged
	negative  bool
}

// exact: the printed digits are the value itself, not a rounding of it.
func (n *number) exact() bool { return n.kind == count && n.places == 0 && n.step.Cmp(one) == 0 }

var (
	one     = big.NewRat(1, 1)
	hundred = big.NewRat(100, 1)
	scales  = []struct {
		word  string
		scale int64
	}{{"万", 10_000}, {"亿", 100_000_000}, {"千万", 10_000_000}, {"百万", 1_000_000}}
)

// longestNumber keeps an endless row of digits from becoming work.
const longestNumber = 15

// numbers finds the numbers of a sentence.
func numbers(r []rune) []*number {
	var out []*number
	for i := 0; i < len(r); {
		if !plainDigit(r[i]) {
			i++
			continue
		}
		end := i
		dot := false
		for end < len(r) && (plainDigit(r[end]) || r[end] == '.' && !dot && end+1 < len(r) && plainDigit(r[end+1])) {
			dot = dot || r[end] == '.'
			end++
		}
		if n := readNumber(r, i, end); n != nil {
			out = append(out, n)
			i = n.end
			continue
		}
		i = end
	}
	ranges(r, out)
	return out
}

func plainDigit(r rune) bool { return r >= '0' && r <= '9' }

// readNumber reads digits i to end with sign, scale and unit; nil when it is a name or too long.
func readNumber(r []rune, i, end int) *number {
	digits := string(r[i:end])
	if len(digits) > longestNumber || end < len(r) && (r[end] < 0x250 && isLetter(r[end])) || i > 0 && (r[i-1] < 0x250 && isLetter(r[i-1]) || r[i-1] == '.') {
		return nil
	}
	n := &number{from: i, end: end, step: big.NewRat(1, 1)}
	val, ok := new(big.Rat).SetString(digits)
	if !ok {
		return nil
	}
	n.val = val
	if _, frac, has := strings.Cut(digits, "."); has {
		n.places = len(frac)
		for range frac {
			n.step.Quo(n.step, big.NewRat(10, 1))
		}
	}
	if i > 0 && r[i-1] == '-' && (i == 1 || !plainDigit(r[i-2]) && !(r[i-2] < 0x250 && isLetter(r[i-2])) && r[i-2] != '月' && r[i-2] != '%' && r[i-2] != '件') {
		n.negative, n.from = true, i-1
		n.val = new(big.Rat).Neg(val)
	}
	n.readUnit(r)
	n.text = string(r[n.from:n.end])
	n.loose = n.loose || roughly(r, n.from)
	return n
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// readUnit reads what stands after the digits: 万, 余, 件.
func (n *number) readUnit(r []rune) {
	at := func(word string) bool { return strings.HasPrefix(string(r[n.end:min(len(r), n.end+5)]), word) }
	skip := func(word string) { n.end += len([]rune(word)) }
	loose := func() {
		for _, w := range []string{"余", "多", "来"} {
			if at(w) {
				n.loose = true
				skip(w)
			}
		}
	}
	loose()
	for _, s := range scales {
		if at(s.word) && !at("万元") && !at("亿元") {
			by := big.NewRat(s.scale, 1)
			n.val = new(big.Rat).Mul(n.val, by)
			n.step = new(big.Rat).Mul(n.step, by)
			skip(s.word)
			break
		}
	}
	loose()
	for _, u := range units {
		if at(u.word) && !(u.word == "名" && (at("名单") || at("名义") || at("名称"))) {
			n.unit, n.kind = u.word, u.kind
			skip(u.word)
			break
		}
	}
	if n.kind == points {
		n.unit = "个百分点"
	}
	if n.kind == count && (at("左右") || at("上下") || at("以上") || at("以下") || at("以内") || at("内")) {
		n.loose = true
	}
}

// roughly: a word before the number says that it is not exact.
func roughly(r []rune, from int) bool {
	before := string(r[max(0, from-2):from])
	for _, w := range []string{"约", "近", "逾", "超", "超过", "不足", "至少", "最多", "上千", "第"} {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	return false
}

// ranges marks both ends of 80%—95% and 10至20件 as loose, and gives the first the unit of the
// second.
func ranges(r []rune, list []*number) {
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		joint := string(r[a.end:b.from])
		from := string(r[max(0, a.from-1):a.from])
		if joint == "—" || joint == "——" || joint == "-" || joint == "至" && from != "由" && from != "从" || b.negative && a.end == b.from {
			a.loose, b.loose = true, true
		}
	}
}

// bounds are the smallest and the largest value that print as n.
func (n *number) bounds() (lo, hi *big.Rat) {
	if n.exact() {
		return n.val, n.val
	}
	h := new(big.Rat).Quo(n.step, big.NewRat(2, 1))
	return new(big.Rat).Sub(n.val, h), new(big.Rat).Add(n.val, h)
}

// span is a value known within bounds.
type span struct{ lo, hi *big.Rat }

func (n *number) span() span { lo, hi := n.bounds(); return span{lo, hi} }

func (s span) exact() bool { return s.lo.Cmp(s.hi) == 0 }

func (s span) add(t span) span {
	return span{new(big.Rat).Add(s.lo, t.lo), new(big.Rat).Add(s.hi, t.hi)}
}

func (s span) sub(t span) span {
	return span{new(big.Rat).Sub(s.lo, t.hi), new(big.Rat).Sub(s.hi, t.lo)}
}

func (s span) neg() span { return span{new(big.Rat).Neg(s.hi), new(big.Rat).Neg(s.lo)} }

// percentOf is 100 × s ÷ t; ok is false unless t is above 0 and s not below.
func (s span) percentOf(t span) (span, bool) {
	if t.lo.Sign() <= 0 || s.lo.Sign() < 0 {
		return span{}, false
	}
	return span{new(big.Rat).Mul(hundred, new(big.Rat).Quo(s.lo, t.hi)), new(big.Rat).Mul(hundred, new(big.Rat).Quo(s.hi, t.lo))}, true
}

func (s span) mid() *big.Rat {
	m := new(big.Rat).Add(s.lo, s.hi)
	return m.Quo(m, big.NewRat(2, 1))
}

// prints tells whether a value within s prints as n: exactly by half-up rounding when the value
// is known exactly, else when any value in the bounds does.
func (n *number) prints(s span) bool {
	if s.exact() {
		if n.exact() {
			return s.lo.Cmp(n.val) == 0
		}
		return n.round(s.lo) == n.round(n.val)
	}
	lo, hi := n.bounds()
	return s.lo.Cmp(hi) <= 0 && s.hi.Cmp(lo) >= 0
}

// near: n may be v up to one unit of the last printed digit.
func (n *number) near(s span) bool {
	lo, hi := n.bounds()
	return new(big.Rat).Sub(s.lo, n.step).Cmp(hi) <= 0 && new(big.Rat).Add(s.hi, n.step).Cmp(lo) >= 0
}

// round prints v with the digits that n has.
func (n *number) round(v *big.Rat) string {
	scale := new(big.Rat).Set(n.step)
	for range n.places {
		scale.Mul(scale, big.NewRat(10, 1))
	}
	return indicator.RoundHalfUp(new(big.Rat).Quo(v, scale), n.places)
}

// like prints v with the digits and the unit of n.
func (n *number) like(v *big.Rat) string {
	scale := ""
	for _, s := range scales {
		if strings.Contains(n.text, s.word) && n.step.Cmp(one) > 0 {
			scale = s.word
		}
	}
	return n.round(v) + scale + n.unit
}
