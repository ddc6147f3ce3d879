package truth

import (
	"regexp"
	"strings"
)

// The five counts that hang together, and the two rates between them.
const (
	opening    = "opening"
	filed      = "filed"
	accepted   = "accepted"
	closed     = "closed"
	pending    = "pending"
	closing    = "closing_rate"    // closed ÷ accepted
	clearance  = "closed_to_filed" // closed ÷ filed
	otherTypes = "其他"
)

// measureWords name the counts; pending stands before closed, whose word it contains.
var measureWords = []struct {
	measure string
	words   *regexp.Regexp
}{
	{opening, regexp.MustCompile(`旧存(未结)?|结转|期初(未结|存案)|上期未结`)},
	{pending, regexp.MustCompile(`尚?未审（执）结|尚?未审结、执结|尚?未审执结|尚?未(审结|执结|办结|结)|期末存案|余存|存案`)},
	{filed, regexp.MustCompile(`新收|新立案?|收案`)},
	{accepted, regexp.MustCompile(`受理|受案|应结`)},
	{closed, regexp.MustCompile(`审（执）结|审结、执结|审、执结|审执结|审结|执结|办结|已结|结案`)},
}

// names are the measures in words, for explanations.
var names = map[string]struct{ zh, en string }{
	opening: {"旧存", "carried over"}, filed: {"新收", "new"}, accepted: {"受理", "accepted"}, closed: {"结案", "closed"}, pending: {"未结", "pending"},
	closing: {"结案率", "closed ÷ accepted"}, clearance: {"结收比", "closed ÷ new"},
}

// typeNames are the kinds of cases; a bulletin lists them so that they add up.
const typeNames = `刑事|民商事|民事|商事|行政|国家赔偿|司法赔偿|赔偿|执行|破产|知识产权|环境资源|其他|其它|其余`

var (
	fillers = regexp.MustCompile(`案件数量|案件总数|案件数|案件量|案件|总数|总量|数量|各类型|各类|各种|全部|总共|共计|合计|总计|累计|人民|共|总|计|为|是|达到|达|了|已|均|则|仍有|仍|尚有|尚|还有|还|另有|另|有|及|和|与|并|同时|依法|其中|期末|期间|分别|包括|包含|含|数|量|的|人数|中|方面|工作|审判|类|在|本|该|上述|[“”"—、，：；（）\s\x{E000}-\x{E0FF}]`)
	types   = regexp.MustCompile(typeNames)
	causes  = regexp.MustCompile(`^\p{Han}{1,16}(纠纷|罪|争议)`)
	scopes  = regexp.MustCompile(`^(全(市|省|区|州|国|县|院)|辖区|两级)?[^，、；：]{0,24}?(两级法院|各级法院|人民法院|基层法院|各法院|法院|中院|高院|本院|我院|全院|全市|全省|全区|辖区|(?:[一二三四五六七八九十事政监案产行判权年]|业务)庭|执行局)`)
	lead    = regexp.MustCompile(`^(?:其中|在|的|案件|累计|当期|共计|，|、)+`)
	sumWord = regexp.MustCompile(`合计|共计|总计|总共`)
)

// label is what the words before a number say it counts.
type label struct {
	measure string // one of the five, or empty
	twice   bool   // names two measures
	scope   string
	typ     string // kind of cases, cause of action
	rest    string // what the grammar does not understand: the number is a part nobody can place
	sum     bool   // 合计
	share   string // name of the rate, if it is one
}

// readLabel understands the words before a number.
func readLabel(text string) label {
	l := label{sum: sumWord.MatchString(text)}
	before, after := text, ""
	masked := text
	for _, m := range measureWords {
		at := m.words.FindStringIndex(masked)
		if at == nil {
			continue
		}
		if l.measure != "" {
			l.twice = true
			break
		}
		l.measure = m.measure
		before, after = text[:at[0]], text[at[1]:]
		masked = before + "。" + after
	}
	before = l.takeScope(before)
	before, after = l.takeType(before), l.takeType(after)
	l.rest = fillers.ReplaceAllString(before+after, "")
	return l
}

func (l *label) takeScope(text string) string {
	text = lead.ReplaceAllString(periodRunes.ReplaceAllString(text, ""), "")
	if at := scopes.FindStringIndex(text); at != nil {
		l.scope = strings.TrimSpace(text[:at[1]])
		return text[at[1]:]
	}
	return text
}

func (l *label) takeType(text string) string {
	plain := lead.ReplaceAllString(periodRunes.ReplaceAllString(text, ""), "")
	if at := causes.FindStringIndex(plain); at != nil {
		l.typ += plain[:at[1]]
		return plain[at[1]:]
	}
	return types.ReplaceAllStringFunc(text, func(t string) string {
		if t == "其它" || t == "其余" {
			t = otherTypes
		}
		l.typ += t
		return ""
	})
}

// rateWord finds the name of a rate at the end of the words before a percentage.
var rateWord = regexp.MustCompile(`^(.*?(?:率|结收案?比|收结比|占比|比重|比例))(?:约?为|是|达到|达|仅为|仅|已达|均为|:|：)?$`)

// noRates are words that end like a rate and are none.
var noRates = regexp.MustCompile(`(效率|频率|概率|汇率|利率|功率|速率|增长率|下降率|增幅率)$`)

// readRate understands the words before a percentage; ok is false when no rate is named.
func readRate(text string) (l label, ok bool) {
	m := rateWord.FindStringSubmatch(strings.TrimRight(periodRunes.ReplaceAllString(text, ""), " "))
	if m == nil || noRates.MatchString(m[1]) {
		return l, false
	}
	name := l.takeScope(m[1])
	if t := types.FindStringIndex(name); t != nil && t[0] == 0 && !strings.HasPrefix(name, "执行") {
		l.typ = name[:t[1]]
		name = strings.TrimPrefix(strings.TrimPrefix(name[t[1]:], "案件"), "的")
	}
	name = lead.ReplaceAllString(name, "")
	switch name {
	case "结案率", "审结率", "执结率", "审执结率", "审（执）结率", "率":
		l.measure = closing
	case "结收比", "结收案比", "收结比", "年度结收比", "结案收案比":
		l.measure = clearance
	}
	l.share = name
	return l, name != ""
}

// The places of periods in a folded sentence are single private runes.
var periodRunes = regexp.MustCompile(`[\x{E000}-\x{E0FF}]`)

const firstPeriod = 0xE000

// period is a span of time named in the text.
type period struct {
	text string
	kind string // "": itself; yoy: a year before; mom: the period before; date: a day of stock; vague
	year string
}

const (
	yoy   = "yoy"
	mom   = "mom"
	asDay = "date"
	vague = "vague"
)

var periodWords = regexp.MustCompile(
	`截(?:至|止)(?:到|于)?(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日|底|末)?|` +
		`(?:\d{4}年)?(?:\d{1,2}月(?:\d{1,2}日)?(?:—|至|-)(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}(?:—|至|-)\d{1,2}月份?)|` +
		`(?:上年|去年|上一年|前一年|\d{4}年)度?同期|上月同期|` +
		`去年|上年度?|上一年度?|前一年|前年|上月|上个月|上期|上季度|上一季度|上个季度|前期|同期|` +
		`(?:\d{4}年)?(?:第?[一二三四1-4]季度|上半年|下半年|前[一二三]季度|前[一二三四五六七八九十\d]+个?月|\d{1,2}月份?(?:\d{1,2}日)?)|` +
		`\d{4}年(?:度|以来)?|今年(?:以来)?|本年度?|本月|当月|本期|本季度|全年|年内|近[一二三四五\d]+年来?|三年来|五年来`)

var yearWord = regexp.MustCompile(`^(\d{4})年`)

func readPeriod(text string) period {
	p := period{text: text}
	if m := yearWord.FindStringSubmatch(text); m != nil {
		p.year = m[1]
	}
	switch {
	case strings.HasPrefix(text, "截"):
		p.kind = asDay
	case text == "同期" || text == "前期" || text == "前年":
		p.kind = vague
	case text == "上月同期" || strings.HasPrefix(text, "上月") || strings.HasPrefix(text, "上个") || text == "上期" || strings.HasPrefix(text, "上季") || text == "上一季度":
		p.kind = mom
	case strings.HasSuffix(text, "同期") || strings.HasPrefix(text, "去年") || strings.HasPrefix(text, "上年") || strings.HasPrefix(text, "上一年") || text == "前一年":
		p.kind = yoy
	}
	return p
}

// mask puts one rune in the place of every period, so that dates are no numbers.
func mask(s *sentence) (*sentence, []period) {
	text := s.text()
	found := periodWords.FindAllStringIndex(text, 250)
	if found == nil {
		return s, nil
	}
	at := map[int]int{} // byte → rune
	k := 0
	for b := range text {
		at[b] = k
		k++
	}
	at[len(text)] = k
	out := *s
	out.runes, out.cols = nil, nil
	var list []period
	next := 0
	for _, f := range found {
		from, end := at[f[0]], at[f[1]]
		if from > 0 && (plainDigit(s.runes[from-1]) || s.runes[from-1] == '.') || end == from {
			continue
		}
		out.runes = append(out.runes, s.runes[next:from]...)
		out.cols = append(out.cols, s.cols[next:from]...)
		out.runes = append(out.runes, rune(firstPeriod+len(list)))
		out.cols = append(out.cols, s.cols[from])
		list = append(list, readPeriod(text[f[0]:f[1]]))
		next = end
	}
	out.runes = append(out.runes, s.runes[next:]...)
	out.cols = append(out.cols, s.cols[next:]...)
	return &out, list
}
