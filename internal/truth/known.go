package truth

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// figureIndex finds figures by their digits as printed.
func figureIndex(list []Figure) map[string][]int {
	if len(list) == 0 {
		return nil
	}
	index := map[string][]int{}
	for i, f := range list {
		d := bareDigits(f.Text)
		index[d] = append(index[d], i)
	}
	return index
}

var figureDigits = regexp.MustCompile(`\d+(?:\.\d+)?`)

// bareDigits is the number in a printed figure, without sign, unit and separators.
func bareDigits(text string) string {
	s := fold(Paragraph{}, []rune(text), 0, isEnglish([]rune(text)))
	return figureDigits.FindString(s.text())
}

// trace reports the numbers of a sentence that no known figure prints. Dates, articles, batch
// numbers and time spans are not figures.
func (c *checker) trace(p Paragraph, s *sentence) {
	if c.figures == nil || p.Heading {
		return
	}
	masked, _ := mask(s)
	for _, n := range numbers(masked.runes) {
		if !figureKind(n, masked, p) || slices.ContainsFunc(p.Plain, func(x string) bool { return strings.Contains(x, figureDigits.FindString(n.text)) }) {
			continue
		}
		if c.printed(s, figureDigits.FindString(n.text)) {
			continue
		}
		c.report(masked, n.from, n.end, Traceability, n.text, c.closest(s, n),
			because("没有编号相符的数值", "no figure has this value"))
	}
}

// levels are the levels of intervals and limits: numbers of the method, not of the data.
var (
	levelAfter  = regexp.MustCompile(`^(?:的)?(?:漏斗|控制限|控制界限|置信|预测区间|区间|可信| ?(?:prediction |confidence )?intervals?| ?(?:control )?limits?)`)
	levelBefore = regexp.MustCompile(`(?:控制限|置信水平|置信度|limits(?: of)?) ?$`)
)

// figureKind tells whether a number of the text must be a figure.
func figureKind(n *number, s *sentence, p Paragraph) bool {
	switch n.kind {
	case share:
		return !levelAfter.MatchString(string(s.runes[n.end:min(len(s.runes), n.end+24)])) && !levelBefore.MatchString(string(s.runes[:n.from]))
	case points:
		return true
	case count:
		return n.unit == "件" || n.unit == "人" || n.unit == "名"
	case amount:
		return n.unit == "天" && n.places > 0
	}
	if s.english {
		after := strings.TrimLeft(string(s.runes[n.end:min(len(s.runes), n.end+18)]), " ")
		return strings.HasPrefix(after, "cases") || strings.HasPrefix(after, "percentage point") || strings.HasPrefix(after, "were ")
	}
	return p.Table > 0 && strings.TrimSpace(p.Text) == n.text
}

// printed: a figure that the sentence may use prints these digits.
func (c *checker) printed(s *sentence, digits string) bool {
	for _, i := range c.figures[digits] {
		if s.bound == nil || slices.Contains(s.bound, c.known.Figures[i].ID) {
			return true
		}
	}
	return false
}

// closest is the figure of the sentence that differs by a slip of the hand, if there is just one.
func (c *checker) closest(s *sentence, n *number) string {
	digits, got := figureDigits.FindString(n.text), ""
	for d, at := range c.figures {
		if !slip(d, digits) {
			continue
		}
		for _, i := range at {
			if s.bound != nil && !slices.Contains(s.bound, c.known.Figures[i].ID) {
				continue
			}
			if got != "" && got != d {
				return ""
			}
			got = d
		}
	}
	if got == "" {
		return ""
	}
	return got + n.unit
}

// oneApart: the same length, one character different.
func oneApart(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	n := 0
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n == 1
}

// knownSeries is the one series that the figures of the sentence belong to, in order of time.
func (c *checker) knownSeries(s *sentence) ([]*big.Rat, bool) {
	var mine []Figure
	for _, f := range c.known.Figures {
		if f.Value == nil || f.Series == "" {
			continue
		}
		if s.bound != nil && slices.Contains(s.bound, f.ID) || s.bound == nil && f.Text != "" && strings.Contains(s.original, f.Text) {
			mine = append(mine, f)
		}
	}
	if len(mine) == 0 {
		return nil, true
	}
	var vals []*big.Rat
	for _, f := range seriesOf(c.known.Figures, mine[0].Series) {
		vals = append(vals, f.Value)
	}
	return vals, true
}

func seriesOf(all []Figure, series string) []Figure {
	var out []Figure
	for _, f := range all {
		if f.Series == series && f.Value != nil {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Figure) int { return strings.Compare(a.Period, b.Period) })
	return slices.CompactFunc(out, func(a, b Figure) bool { return a.Period == b.Period })
}

// knownRule reports a sentence that compares figures of two definitions or two states of the
// data without saying so.
func (c *checker) knownRule(s *sentence) {
	if len(s.bound) < 2 {
		return
	}
	var first *Figure
	versions := map[string]string{}
	for i := range c.known.Figures {
		f := &c.known.Figures[i]
		if !slices.Contains(s.bound, f.ID) {
			continue
		}
		if first == nil {
			first = f
		}
		if first.Snapshot != f.Snapshot {
			c.report(s, 0, len(s.runes), AsOf, f.ID, first.Snapshot, because("数值出自两个数据时点", "the figures come from two states of the data"))
			return
		}
		if v, ok := versions[f.Series]; ok && f.Series != "" && v != f.Version && !newRule.MatchString(s.text()) && !bothRules.MatchString(s.text()) {
			c.report(s, 0, len(s.runes), SameRule, f.Version, v, because("两期口径不同；写明断点并分列两个口径", "two definitions are compared: name the break and give both series"))
			return
		}
		versions[f.Series] = f.Version
	}
}
