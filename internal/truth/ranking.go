package truth

import (
	"regexp"
	"strings"
)

// RankingWords finds words that put courts or people in order of performance, which no document,
// page or export may use (不排名). It reads any text, also the visible text of a page. Words
// that only look like a ranking pass: 第一季度, 第二审, 第三中级法院, 第一庭, 第一百二十条,
// first instance; so does a sentence that says that nothing is ranked.
func RankingWords(text string) []Finding {
	var out []Finding
	for i, line := range strings.Split(text, "\n") {
		c := &checker{known: Known{}}
		for _, s := range sentences(Paragraph{Line: i + 1, Text: line}) {
			c.ranking(s)
		}
		out = append(out, sorted(c.found)...)
	}
	return out
}

const ordinal = `[一二三四五六七八九十两\d]+`

// rankingWords are always a ranking, unless the sentence denies it.
var rankingWords = regexp.MustCompile(`排名榜|排行榜|红黑榜|龙虎榜|光荣榜|排名|排行|排位|名次|位次|榜首|榜尾|居首|列首|首位|末位|末尾|垫底|名列前茅|名列第|倒数第?` + ordinal + `|倒数|(?:夺得?|获得?|勇夺|蝉联|拿下)[^，。；]{0,8}(?:冠军|亚军)|` +
	`(?:位|名|排|居|列)(?:于|在)?(?:全[市省区州国院]|辖区|各|本)?[^，。；、]{0,6}(?:前列|前茅)|` +
	`最后一名|[排列居](?:在|于)?(?:全[市省区州国院]|辖区)?前` + ordinal + `|前` + ordinal + `名|后` + ordinal + `名|(?:排在|位列|位居|列|居)(?:全[市省区州国院])?(?:最后|末)|` +
	`(?:由|从)(?:高到低|低到高|多到少|少到多|好到差|快到慢)|` +
	`最[高低多少好差快慢]的?(?:是|为)?[^，。；\d]{0,10}(?:法院|中院|[一二三四五六七八九十]庭|法官)|(?:法院|中院|法官)[^，。；]{0,14}(?:全[市省区州国院]|各院|各法院)最[高低多少好差快慢]|` +
	`评比(?:第|中)|先进法院|后进法院|落后法院`)

// ordinals are 第一, 第二 …; whether one is a ranking depends on its neighbours.
var ordinals = regexp.MustCompile(`第(` + ordinal + `)(名|位)?`)

var (
	rankBefore = regexp.MustCompile(`(?:排|列|居|位列|位居|排在|处于|名|夺得|获得?|拿下|保持|稳居|稳坐|并列|均为|继续|蝉联|为|是|占|全市|全省|全区|全州|全国|辖区|全院|各法院|基层法院|同级法院|中院中)(?:全[市省区州国院]|辖区|各?法院|基层法院|本市)?(?:的)?$`)
	rankAfter  = regexp.MustCompile(`^(?:$|[，。；、：！？）”】\s,.;!?)]|方阵|梯队|档次|等次|等级|宝座|把交椅|$)`)
	strongRank = regexp.MustCompile(`(?:排|列|居|位|名|并列|夺得|稳居|蝉联|全市|全省|全区|全州|全国|辖区|全院|法院)(?:在|于)?(?:全[市省区州国院]|辖区|各?法院|基层法院|本市)?(?:的)?$`)
	counted    = regexp.MustCompile(`^(?:季度|审|中级|法院|人民|巡回|检察|庭|[一二三四五六七八九十百千零\d]*[条款项批次章节编例号期版届卷册页篇]|个|时间|责任人?|书记|部分|阶段|步|组|笔|类|种|者|人称?|线|手|议题|负责人|被告|原告|顺位?序?|要务|副|财季|天|日|周|月|年|附件|表|稿|联|分院|看守|监狱|医院|中学|小学|点|方面|层|轮|道|口径|民事|刑事|行政|审判|业务|综合|执行|方|份|封|张|本|行|列|栏|生产力|资源|动力|大|建筑|工程|师|团|营|连|分局|派出|支队|建设|公司|集团|厂|街道?|村|社区|大道)`)
	// denied: the sentence says that there is no ranking.
	denied  = regexp.MustCompile(`(?:不|未|无|非|没有|取消|禁止|不得|严禁|停止|杜绝|避免|废止|不再|不作|不做|不搞|不以|并非)[^，。；]{0,10}$`)
	english = regexp.MustCompile(`(?i)\b(?:rank(?:s|ed|ing|ings)?|league tables?|leader ?boards?|top of the (?:table|list)|bottom of the (?:table|list)|(?:first|second|third|last|top|bottom) place|came (?:first|second|third|last)|comes (?:first|second|third|last)|(?:best|worst|top|lowest|highest)[- ](?:performing|performer|ranked|scoring)|(?:the )?(?:best|worst|slowest|fastest|poorest) (?:court|judge|division)s?|the (?:highest|lowest) (?:of|among) (?:all |the )*(?:courts|judges|divisions)|(?:no\.|number) ?1 (?:court|judge|in the city)|top (?:three|five|ten|\d+) courts?|bottom (?:three|five|ten|\d+) courts?|runner-up|second to none|(?:in|from) (?:descending|ascending) order of (?:performance|rate|value))\b`)
	notRank = regexp.MustCompile(`(?i)\b(?:no|not|nothing|never|without|nor|neither|don't|doesn't)\b[^.;]{0,30}$`)
)

// ranking reports the ranking words of a sentence.
func (c *checker) ranking(s *sentence) {
	text := s.text()
	if s.english {
		c.each(s, text, english, func(at []int) bool {
			return !notRank.MatchString(text[:at[0]]) && !strings.HasPrefix(text[at[1]:], " instance")
		})
		return
	}
	if strings.ContainsAny(text, "排名榜首末垫倒冠亚列居位最前后由从评先落") {
		c.each(s, text, rankingWords, func(at []int) bool { return c.ranks(text, at) })
	}
	if strings.Contains(text, "第") {
		c.each(s, text, ordinals, func(at []int) bool { return isRank(text, at) })
	}
	if strings.IndexFunc(text, isLetter) >= 0 {
		c.each(s, text, english, func(at []int) bool { return !denied.MatchString(text[:at[0]]) && !notRank.MatchString(text[:at[0]]) })
	}
	c.courtOrder(s, text)
}

// each reports the places of a pattern that judge accepts.
func (c *checker) each(s *sentence, text string, pattern *regexp.Regexp, judge func(at []int) bool) {
	for _, at := range pattern.FindAllStringIndex(text, 50) {
		if !judge(at) {
			continue
		}
		from := len([]rune(text[:at[0]]))
		word := text[at[0]:at[1]]
		c.report(s, from, from+len([]rune(word)), Ranking, strings.TrimRight(word, "，。；、："), "",
			because("文书不对法院和人员排名；写明数值和合理区间", "documents do not rank courts or people; give the value and its interval"))
	}
}

// harmless follow or precede a ranking word that means something else.
var (
	harmlessBefore = map[string]*regexp.Regexp{
		"首位": regexp.MustCompile(`(摆|放|置|挺)(在|于)?[^，。；]{0,4}$`),
		"末位": regexp.MustCompile(`(小数点?后?|尾数)$`),
		"倒数": regexp.MustCompile(`互为$`),
	}
	harmlessAfter = map[string]*regexp.Regexp{
		"首位": regexp.MustCompile(`^(度|置|发言)`),
		"末位": regexp.MustCompile(`^(数|四舍|进位)`),
		"倒数": regexp.MustCompile(`^(计时|关系)`),
		"末尾": regexp.MustCompile(`^(的|处|段|部分|签|加|注|数)`),
	}
)

// people after 前三名, 第一名: a number of persons, no rank.
var people = regexp.MustCompile(`^(被|上诉|证人|嫌|同案|男|女|罪|原告|第三人|未成年|工人|员工|称)`)

func (c *checker) ranks(text string, at []int) bool {
	word, before, after := text[at[0]:at[1]], text[:at[0]], text[at[1]:]
	if denied.MatchString(before) {
		return false
	}
	if strings.HasPrefix(word, "最高人民") || strings.HasSuffix(word, "名") && people.MatchString(after) {
		return false
	}
	if h := harmlessBefore[word]; h != nil && h.MatchString(before) {
		return false
	}
	if h := harmlessAfter[word]; h != nil && h.MatchString(after) {
		return false
	}
	if word == "末尾" {
		return strongRank.MatchString(before)
	}
	if strings.HasPrefix(word, "由") || strings.HasPrefix(word, "从") {
		return strings.Contains(text, "法院") || strings.Contains(text, "庭") || strings.Contains(text, "法官")
	}
	return true
}

// isRank tells whether 第一 at a place is a rank: 全市第一, 列第二位, 第一名; not 第一季度, nor
// the first point of a list.
func isRank(text string, at []int) bool {
	word, before, after := text[at[0]:at[1]], text[:at[0]], text[at[1]:]
	if denied.MatchString(before) {
		return false
	}
	if strings.HasSuffix(word, "名") {
		return !people.MatchString(after)
	}
	if counted.MatchString(after) && !strings.HasPrefix(after, "方阵") {
		return false
	}
	if strings.HasSuffix(word, "位") {
		return strongRank.MatchString(before) || rankAfter.MatchString(after) && before != ""
	}
	if strings.HasPrefix(after, "方阵") || strings.HasPrefix(after, "梯队") {
		return true
	}
	if strongRank.MatchString(before) {
		return true
	}
	return rankBefore.MatchString(before) && rankAfter.MatchString(after)
}

var courtValue = regexp.MustCompile(`([^，、；：。（）\d]{1,20}?(?:法院|中院))(?:为|是|达|的)?（?(\d+(?:\.\d+)?)(%|件|天)`)

// ordered is the number of courts in order of a rate from which a list is called ordered: by
// chance one list in 24 falls so.
const ordered = 4

// courtOrder reports a list of courts that follows the values: it is a ranking without the word.
func (c *checker) courtOrder(s *sentence, text string) {
	found := courtValue.FindAllStringSubmatchIndex(text, 60)
	if len(found) < 3 {
		return
	}
	var courts []string
	var vals []string
	for _, m := range found {
		courts = append(courts, text[m[2]:m[3]])
		vals = append(vals, text[m[4]:m[5]])
	}
	enough := len(found) >= ordered && text[found[0][6]:found[0][7]] == "%"
	if known := c.outOfOrder(courts); known != nil {
		enough = *known
	}
	if !enough || !monotone(vals) {
		return
	}
	from, end := len([]rune(text[:found[0][0]])), len([]rune(text[:found[len(found)-1][1]]))
	c.report(s, from, end, Ranking, strings.TrimLeft(courts[0], "其中")+"…"+courts[len(courts)-1], "",
		because("各法院按数值高低排列；改按行政序列", "courts stand in the order of their values; use the administrative order"))
}

// outOfOrder tells whether courts stand otherwise than in the administrative order; nil when the
// order is not known for all of them.
func (c *checker) outOfOrder(courts []string) *bool {
	last, out := -1, false
	for _, name := range courts {
		at := -1
		for i, k := range c.known.Courts {
			if strings.HasSuffix(name, k) {
				at = i
			}
		}
		if at < 0 {
			return nil
		}
		out = out || at < last
		last = at
	}
	return &out
}
