package truth

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// words judges single words: rankings, certainty without a signal, names.
func (c *checker) words(s *sentence) {
	c.ranking(s)
	c.certainty(s)
	c.personal(s)
}

const moving = `上升|下降|增长|增加|减少|提高|降低|提升|改善|好转|恶化|缩短|延长|回落|攀升|上涨|下滑|高于|低于|多于|少于|优于|好于|差于|快于|慢于|偏高|偏低|变化|差异|异常`

var (
	certain   = regexp.MustCompile(`(?:显著|明显)[地的]?(?:` + moving + `)|(?:上升|下降|增长|增加|减少|提高|降低|提升|改善|好转|恶化|缩短|延长|回落|攀升|上涨|下滑|增幅|降幅|变化|差异)(?:均|都|较为|较|更为|更|也|十分|非常|趋势|幅度)?(?:显著|明显)`)
	certainEn = regexp.MustCompile(`(?i)\b(?:significant(?:ly)?|marked(?:ly)?|clear(?:ly)?|notabl[ey]|obvious(?:ly)?|substantial(?:ly)?)\s+(?:up|down|higher|lower|more|fewer|rise|rose|risen|fall|fell|fallen|increase[ds]?|decrease[ds]?|drop(?:ped)?|decline[ds]?|growth|change[ds]?|improve[ds]?|improvement|difference)\b|\b(?:rose|fell|increased|decreased|dropped|declined|grew|improved|changed) (?:significantly|markedly|clearly|notably|obviously|substantially)\b`)
	signal    = regexp.MustCompile(`趋势信号|控制限|控制界限|预警限|正常波动|随机波动|漏斗|统计检验|置信|超出界限|control limit|funnel|signal|usual variation`)
	not       = regexp.MustCompile(`(?:不|未|无|没|没有|非|是否|不够|不太)(?:出现|发生|呈现|发现|有|见)?$`)
	notEn     = regexp.MustCompile(`(?i)\b(?:no|not|without|never|n't)\b[^.;,]{0,15}$`)
)

// certainty reports 显著上升 and the like where nothing says that it is more than chance.
func (c *checker) certainty(s *sentence) {
	text := s.text()
	if !s.english && !strings.Contains(text, "显") || signal.MatchString(text) || c.signalled(s) {
		return
	}
	pattern, denial := certain, not
	if s.english {
		pattern, denial = certainEn, notEn
	}
	for _, at := range pattern.FindAllStringIndex(text, 50) {
		if denial.MatchString(text[:at[0]]) {
			continue
		}
		from := len([]rune(text[:at[0]]))
		word := text[at[0]:at[1]]
		c.report(s, from, from+len([]rune(word)), Certainty, word, "",
			because("没有趋势信号，也未超出漏斗界限；只写变化的数值", "neither a trend signal nor outside the funnel: give the change only"))
	}
}

// signalled: a figure of the sentence has a signal.
func (c *checker) signalled(s *sentence) bool {
	for _, f := range c.known.Figures {
		if f.Signal && (slices.Contains(s.bound, f.ID) || s.bound == nil && f.Text != "" && strings.Contains(s.original, f.Text)) {
			return true
		}
	}
	return false
}

// personal reports the names that may not appear.
func (c *checker) personal(s *sentence) {
	text := s.text()
	for _, name := range c.known.Names {
		for at, from := 0, 0; name != "" && from < len(text); from = at + len(name) {
			k := strings.Index(text[from:], name)
			if k < 0 {
				break
			}
			at = from + k
			rune0 := len([]rune(text[:at]))
			c.report(s, rune0, rune0+len([]rune(name)), Names, name, "", because("正文不出现个人和当事人姓名", "no personal or party names in the body"))
		}
	}
}

var (
	trendWords = regexp.MustCompile(`(持续|连续|逐月|逐季|逐年)([一二两三四五六七八九十]+|\d+)?(?:个)?(月|季度|年|期|周)?(?:来|保持|呈|呈现|均|实现|同比|环比|逐步)*(上升|下降|增长|增加|减少|提高|降低|提升|回落|下滑|攀升)`)
	trendList  = regexp.MustCompile(`(?:分别为|分别是|依次为|依次是|：|为)((?:\d+(?:\.\d+)?(?:万)?(?:件|%|天|名|人)?(?:、|，|和|及)){1,40}\d+(?:\.\d+)?(?:万)?(?:件|%|天|名|人)?)`)
	listDigits = regexp.MustCompile(`\d+(?:\.\d+)?`)
	chinese    = map[string]int{"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12}
)

// defaultRun is the number of periods that 持续 needs when it names none.
const defaultRun = 3

// trend judges 连续三个月上升 against the values that the sentence lists, or the known series.
func (c *checker) trend(s *sentence) {
	text := s.text()
	if !strings.ContainsAny(text, "续逐") {
		return
	}
	for _, m := range trendWords.FindAllStringSubmatchIndex(text, 20) {
		need, told := defaultRun, ""
		if m[4] >= 0 {
			told = text[m[4]:m[5]]
			if need = chinese[told]; need == 0 {
				need, _ = strconv.Atoi(told) // digits, see trendWords; too many: 0
			}
		}
		if need == 0 || not.MatchString(text[:m[0]]) {
			continue
		}
		verb := text[m[8]:m[9]]
		from, end := len([]rune(text[:m[0]])), len([]rune(text[:m[1]]))
		vals, ok := c.series(s, text[:m[0]], text[m[1]:])
		if !ok {
			continue
		}
		word := text[m[0]:m[1]]
		got := runLength(vals, verbs[verb])
		switch {
		case len(vals) < need:
			c.report(s, from, end, Trend, word, "", because("所列数据只有%d期，少于%d期", "the data show %d periods, fewer than %d", len(vals), need))
		case got+1 < need || got == 0:
			c.report(s, from, end, Trend, word, "", because("所列数据最近只连续%s%d期", "the data move that way (%s) for %d periods only", verb, got))
		}
	}
}

// series are the values a trend word stands for: listed after it, told month by month in the
// sentence, or known.
func (c *checker) series(s *sentence, before, after string) ([]*big.Rat, bool) {
	for _, text := range []string{after, before} {
		if m := trendList.FindStringSubmatch(text); m != nil {
			return rats(listDigits.FindAllString(m[1], 50)), true
		}
	}
	if vals := c.told(s); vals != nil {
		return vals, true
	}
	if len(c.known.Figures) == 0 || c.signalled(s) {
		return nil, false
	}
	return c.knownSeries(s)
}

var periodValue = regexp.MustCompile(`[\x{E000}-\x{E0FF}](?:新收|受理|审结|执结|结案|未结|为|是|的|案件)*(\d+(?:\.\d+)?)(?:万)?(?:件|%|天)`)

// told are the values that the sentence gives period by period: 4月500件、5月520件; nil when they
// are fewer than two, or when a period is one to compare with.
func (c *checker) told(s *sentence) []*big.Rat {
	found := periodValue.FindAllStringSubmatch(s.text(), 50)
	if len(found) < 2 || len(found) != strings.Count(s.text(), "件")+strings.Count(s.text(), "%")-strings.Count(s.text(), "案件") {
		return nil
	}
	var digits []string
	for _, m := range found {
		digits = append(digits, m[1])
	}
	return rats(digits)
}

func rats(digits []string) []*big.Rat {
	var vals []*big.Rat
	for _, d := range digits {
		v, _ := new(big.Rat).SetString(d)
		vals = append(vals, v)
	}
	return vals
}

// runLength counts how many of the last steps go in the direction.
func runLength(vals []*big.Rat, dir int) int {
	n := 0
	for i := len(vals) - 1; i > 0; i-- {
		if vals[i] == nil || vals[i-1] == nil || vals[i].Cmp(vals[i-1]) != dir {
			break
		}
		n++
	}
	return n
}

// monotone: strictly falling or strictly rising.
func monotone(texts []string) bool {
	var vals []*big.Rat
	for _, t := range texts {
		v, ok := new(big.Rat).SetString(t)
		if !ok {
			return false
		}
		vals = append(vals, v)
	}
	return runLength(vals, 1) == len(vals)-1 || runLength(vals, -1) == len(vals)-1
}

var (
	newRule   = regexp.MustCompile(`口径(?:与[^，。；]{0,12})?(?:不同|不一致|不可比|已?(?:有所|作了)?(?:调整|变化|变更|改变|修订))|(?:统计|计算)(?:口径|规则)(?:已)?(?:调整|变化|变更|修订)`)
	bothRules = regexp.MustCompile(`可比口径|同口径|同一口径|按[新原旧]口径|新旧口径|两个口径|两种口径|两套|分别列|不作比较|不可比|不再比较|不计算同比|口径影响`)
	oneEach   = regexp.MustCompile(`新[^，。；]{0,4}口径[^。；]{0,8}[，（]?[\x{E000}-\x{E0FF}][^，。；]{0,6}[旧原][^，。；]{0,4}口径`)
	unlike    = regexp.MustCompile(`不(?:含|包括|包含|计)([^，。；、）\d]{2,8})`)
)

// definition reports a comparison across a change of definition that the sentence itself tells.
func (c *checker) definition(s *sentence, run []*value) {
	text := s.text()
	if !strings.Contains(text, "口径") && !strings.Contains(text, "规则") && !strings.Contains(text, "不") {
		return
	}
	at := newRule.FindStringIndex(text)
	if at == nil {
		at = unlikeSides(text)
	}
	if at == nil || bothRules.MatchString(text) || not.MatchString(text[:at[0]]) {
		if at = oneEach.FindStringIndex(text); at == nil {
			return
		}
	}
	for _, v := range run {
		for _, ch := range v.changes {
			if ch.n == nil || ch.kind == "" {
				continue
			}
			c.report(s, ch.at, ch.end, SameRule, ch.text, "", because("两期口径不同；分列两个口径的数据", "the definitions differ: give both series"))
			return
		}
	}
}

// unlikeSides: one side of the comparison contains what the other leaves out.
func unlikeSides(text string) []int {
	for _, m := range unlike.FindAllStringSubmatchIndex(text, 10) {
		what := strings.TrimSuffix(text[m[2]:m[3]], "案件")
		for _, with := range []string{"含" + what, "包括" + what} {
			for from := 0; ; {
				k := strings.Index(text[from:], with)
				if k < 0 {
					break
				}
				k += from
				if !strings.HasSuffix(text[:k], "不") && !strings.HasSuffix(text[:k], "不包") && !strings.HasSuffix(text[:k], "包") {
					return m[:2]
				}
				from = k + len(with)
			}
		}
	}
	return nil
}

// dated is a data day that the text names.
type dated struct {
	s         *sentence
	from, end int
	day       string
}

var asOfWords = regexp.MustCompile(`(?:数据|统计)(?:截至|截止|提取|采集)(?:日期?|时间)?(?:为|到|于|：|至)?((?:\d{4})年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2})|(?i:data as of|as of data day) (\d{1,2} [A-Z][a-z]+ \d{4}|\d{4}-\d{2}-\d{2})`)

func (c *checker) collectAsOf(s *sentence) {
	text := s.text()
	if !s.english && !strings.Contains(text, "数据") && !strings.Contains(text, "统计") {
		return
	}
	for _, m := range asOfWords.FindAllStringSubmatchIndex(text, 20) {
		a, b := m[2], m[3]
		if a < 0 {
			a, b = m[4], m[5]
		}
		c.asOfs = append(c.asOfs, dated{s, len([]rune(text[:a])), len([]rune(text[:b])), text[a:b]})
	}
}

// asOf reports a second data day, and figures of more than one state of the data.
func (c *checker) asOf() {
	for _, d := range c.asOfs {
		if day := c.asOfs[0].day; d.day != day {
			c.report(d.s, d.from, d.end, AsOf, d.day, day, because("一份文书只有一个数据截至日", "a document has one data day"))
		}
	}
}
