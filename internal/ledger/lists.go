package ledger

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/rules"
)

// ListColumn is a column of an office's list file; docs/data-dictionary.md is printed from
// the lists below.
type ListColumn struct {
	Name     string   // English header, also the canonical one
	Also     []string // other headers, Chinese first
	Required bool
	Zh, En   string // what it holds
}

// RosterColumns are the columns of a roster file (法官花名册).
var RosterColumns = []ListColumn{
	{"judge", []string{"人员编号", "法官编号", "工号", "judge_id", "id"}, true, "人员的固定编号，与台账一致", "stable id of the person, as in the ledger"},
	{"name", []string{"姓名"}, false, "姓名", "name"},
	{"court", []string{"法院代码", "法院", "court_code"}, true, "法院代码", "court code"},
	{"division", []string{"庭室编号", "庭室", "部门"}, false, "庭室编号", "division id"},
	{"post", []string{"岗位", "职务"}, true, "员额法官、法官助理、书记员、其他", "quota_judge, assistant, clerk, other"},
	{"from", []string{"起始日期", "任职日期", "from_date"}, true, "到岗日期", "first day in the post"},
	{"to", []string{"截止日期", "离任日期", "to_date"}, false, "离岗日期，空为在岗", "last day in the post, empty while it lasts"},
	{"lines", []string{"可办条线", "条线"}, false, "可办条线，词汇表 `line`，以、；或空格分开；空为近一年所结案件的条线", "lines the judge may handle, words of `line` separated by 、; or blanks; empty: those of the cases closed in the past year"},
	{"languages", []string{"语言", "庭审语言", "language"}, false, "庭审语言，词汇表 `language` 或语言代码，如汉语、藏语", "languages spoken in court, words of `language` or codes, e.g. zh bo"},
	{"avoid", []string{"回避法院", "任职回避"}, false, "因任职回避不得任职的法院，写代码", "codes of courts where the judge may not sit"},
	{"stays", []string{"不外派", "不借出"}, false, "是否不外派，空为否", "yes: not to be lent; empty: no"},
}

// CourtColumns are the columns of a list of courts.
var CourtColumns = []ListColumn{
	{"code", []string{"法院代码", "代码", "法院代字", "court_code"}, true, "法院代码，如 藏0102；没有代码的行不导入", "court code, e.g. 藏0102; rows without one are left out"},
	{"name", []string{"法院名称", "法院", "名称", "court_name"}, true, "名称", "name"},
	{"level", []string{"层级", "级别"}, false, "1 最高 2 高级 3 中级 4 基层", "1 supreme 2 high 3 intermediate 4 basic"},
	{"parent", []string{"上级法院代码", "上级法院"}, false, "上级法院代码", "code of the court above"},
	{"id", []string{"编号"}, false, "名单内部编号", "id inside the list"},
	{"parent_id", []string{"上级编号"}, false, "上级法院在名单内的编号", "id of the court above"},
	{"seq", []string{"序号", "排序"}, false, "行政顺序，缺省为文件顺序", "administrative order; the order of the file if absent"},
}

// DivisionColumns are the columns of a list of divisions (庭室).
var DivisionColumns = []ListColumn{
	{"id", []string{"庭室编号", "编号"}, true, "庭室编号，与台账一致", "division id, as in the ledger"},
	{"court", []string{"法院代码", "法院"}, true, "法院代码", "court code"},
	{"name", []string{"庭室名称", "庭室", "名称"}, true, "名称", "name"},
	{"line", []string{"条线"}, false, "主要条线", "line it mainly handles"},
	{"seq", []string{"序号", "排序"}, false, "顺序", "order"},
}

// CauseColumns are the columns of a list of causes (案由、罪名).
var CauseColumns = []ListColumn{
	{"code", []string{"案由代码", "代码", "编号", "subject_code"}, true, "代码", "code"},
	{"name", []string{"案由名称", "案由", "罪名", "名称", "subject_name"}, true, "名称", "name"},
	{"level", []string{"层级", "级别"}, false, "层级", "level"},
	{"parent_code", []string{"上级代码", "上级案由代码", "parent"}, false, "上级代码", "code of the cause above"},
	{"line", []string{"条线"}, false, "条线", "line"},
}

// listIssues are the ids that issues of list files carry instead of a rule.
const (
	listMissing = "list.missing"
	listInvalid = "list.invalid"
	listTwice   = "list.duplicate"
)

// ReadRoster reads a roster. Lines that cannot be used are issues, all of them rejects; the
// error means that the file itself cannot be read.
func ReadRoster(in Input) ([]docket.Posting, []Issue, error) {
	words, err := listWords()
	if err != nil {
		return nil, nil, err
	}
	var out []docket.Posting
	issues, err := readList(in, RosterColumns, func(l *listRow) {
		p := docket.Posting{Judge: l.get("judge"), Name: l.get("name"), Court: l.get("court"), Division: l.get("division"),
			From: l.day("from"), To: l.day("to")}
		var ok bool
		if p.Post, ok = words.Code(docket.PostWords, l.get("post")); !ok && l.get("post") != "" {
			l.bad("post", listInvalid, "填写员额法官、法官助理、书记员或其他 / write quota_judge, assistant, clerk or other")
		}
		l.qualify(&p, words)
		if p.To != 0 && p.To < p.From {
			l.bad("to", listInvalid, "截止日期不能早于起始日期 / the last day cannot be before the first")
		}
		if l.fine() {
			out = append(out, p)
		}
	})
	return out, issues, err
}

// qualify reads what the planning of loans asks about a judge.
func (l *listRow) qualify(p *docket.Posting, words *docket.Vocabulary) {
	p.Lines = l.several("lines", "填写词汇表中的条线，以、分开，如民事、行政 / write lines of the vocabulary separated by 、, e.g. civil、administrative",
		func(w string) (string, bool) { return words.Code("line", w) })
	p.Languages = l.several("languages", "填写汉语、藏语等，或语言代码，如 zh、bo / write 汉语, 藏语 or a language code such as zh or bo", func(w string) (string, bool) {
		if code, ok := words.Code(docket.LanguageWords, w); ok {
			return code, true
		}
		w = strings.ToLower(w)
		return w, languageCode.MatchString(w)
	})
	p.Avoid = l.several("avoid", "填写法院代码而非名称，如藏9801，以、分开 / write codes of courts, not names, separated by 、, e.g. 藏9801", func(w string) (string, bool) {
		return w, !strings.Contains(w, "法院")
	})
	switch code, ok := words.Code(docket.YesNoWords, l.get("stays")); {
	case l.get("stays") == "":
	case !ok:
		l.bad("stays", listInvalid, "填写是或否 / write yes or no")
	default:
		p.Stays = code == "yes"
	}
}

// languageCode is how a language is written whose word is not in the vocabulary, as in BCP 47.
var languageCode = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{2,8})*$`)

// ReadCourts reads a list of courts. Rows without a code are left out with an issue; parents
// may be given as codes or as ids inside the list.
func ReadCourts(in Input) ([]docket.Court, []Issue, error) {
	var out []docket.Court
	var parents []string
	byID := map[string]string{}
	seen := map[string]bool{}
	issues, err := readList(in, CourtColumns, func(l *listRow) {
		c := docket.Court{Code: l.get("code"), Name: l.get("name"), Level: l.number("level", 0, 4), Parent: l.get("parent"), Seq: l.number("seq", 0, 1<<30)}
		if seen[c.Code] && c.Code != "" {
			l.bad("code", listTwice, "删除重复的法院代码 / remove the second line with this code")
		}
		if !l.fine() {
			return
		}
		seen[c.Code] = true
		byID[l.get("id")] = c.Code
		if c.Seq == 0 {
			c.Seq = l.line
		}
		out, parents = append(out, c), append(parents, l.get("parent_id"))
	})
	for i := range out {
		if out[i].Parent == "" && parents[i] != "" {
			out[i].Parent = byID[parents[i]]
		}
	}
	slices.SortStableFunc(out, func(a, b docket.Court) int { return a.Seq - b.Seq })
	for i := range out {
		out[i].Seq = i + 1
	}
	return out, issues, err
}

// ReadDivisions reads a list of divisions.
func ReadDivisions(in Input) ([]docket.Division, []Issue, error) {
	words, err := listWords()
	if err != nil {
		return nil, nil, err
	}
	var out []docket.Division
	seen := map[string]bool{}
	issues, err := readList(in, DivisionColumns, func(l *listRow) {
		d := docket.Division{ID: l.get("id"), Court: l.get("court"), Name: l.get("name"), Line: l.word("line", words), Seq: l.number("seq", 0, 1<<30)}
		if seen[d.ID] && d.ID != "" {
			l.bad("id", listTwice, "删除重复的庭室编号 / remove the second line with this id")
		}
		if !l.fine() {
			return
		}
		seen[d.ID] = true
		if d.Seq == 0 {
			d.Seq = l.line
		}
		out = append(out, d)
	})
	return out, issues, err
}

// ReadCauses reads a list of causes or charges. Where it has no column for the line, a file
// name such as civil-causes.csv or 刑事罪名.xlsx gives one line to all.
func ReadCauses(in Input) ([]docket.Cause, []Issue, error) {
	words, err := listWords()
	if err != nil {
		return nil, nil, err
	}
	line := lineNamed(in.Name, words)
	var out []docket.Cause
	seen := map[string]bool{}
	issues, err := readList(in, CauseColumns, func(l *listRow) {
		c := docket.Cause{Code: l.get("code"), Name: l.get("name"), Parent: l.get("parent_code"), Level: l.number("level", 0, 9), Line: l.word("line", words)}
		if c.Line == "" {
			c.Line = line
		}
		if seen[c.Code] && c.Code != "" {
			l.bad("code", listTwice, "删除重复的案由代码 / remove the second line with this code")
		}
		if !l.fine() {
			return
		}
		seen[c.Code] = true
		out = append(out, c)
	})
	return out, issues, err
}

// listWords is the vocabulary of posts and lines, as shipped: the words of the office's own
// lists are those of docs/data-dictionary.md.
var listWords = sync.OnceValues(func() (*docket.Vocabulary, error) { return docket.LoadVocabulary(rules.FS) })

// lineNamed finds a line in the name of a file, by its code or its Chinese name.
func lineNamed(file string, words *docket.Vocabulary) string {
	for _, t := range words.Terms("line") {
		if t.Code != "other" && (strings.Contains(strings.ToLower(file), t.Code) || strings.Contains(file, t.Zh)) {
			return t.Code
		}
	}
	return ""
}

// listRow is one line of a list file.
type listRow struct {
	table  *Table
	at     map[string]int // canonical name → cell
	line   int
	cells  []string
	issues *[]Issue
	before int
}

// readList streams a list file: every sheet that has the required columns, or the error that
// names the first one missing.
func readList(in Input, columns []ListColumn, row func(*listRow)) ([]Issue, error) {
	tables, err := OpenTables(in, Options{})
	if err != nil {
		return nil, err
	}
	var issues []Issue
	var missing error
	read := false
	for _, t := range tables {
		at, err := listHeader(t, columns)
		if err != nil {
			missing = errors.Join(missing, err)
			continue
		}
		read = true
		l := listRow{table: t, at: at, issues: &issues}
		err = t.Each(func(line int, cells []string) error {
			l.line, l.cells, l.before = line, cells, len(issues)
			for _, c := range columns {
				if c.Required && l.get(c.Name) == "" {
					l.bad(c.Name, listMissing, "补填此列 / fill in this column")
				}
			}
			row(&l)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if !read {
		return nil, missing
	}
	return issues, nil
}

// listHeader finds the columns of a list in a header.
func listHeader(t *Table, columns []ListColumn) (map[string]int, error) {
	at := map[string]int{}
	for _, c := range columns {
		for _, name := range append([]string{c.Name}, c.Also...) {
			if i := findHeaderName(t.Header, name); i >= 0 {
				at[c.Name] = i
				break
			}
		}
		if _, ok := at[c.Name]; !ok && c.Required {
			return nil, fault.At(t.title(), fmt.Sprintf("no column %s (%s)", c.Name, strings.Join(c.Also, ", ")), "add the column; docs/data-dictionary.md lists them all")
		}
	}
	return at, nil
}

func (l *listRow) get(name string) string {
	i, ok := l.at[name]
	if !ok || i >= len(l.cells) {
		return ""
	}
	return strings.TrimSpace(l.cells[i])
}

// fine reports whether the line has no issue so far.
func (l *listRow) fine() bool { return len(*l.issues) == l.before }

func (l *listRow) bad(name, rule, remedy string) {
	header := name
	if i, ok := l.at[name]; ok {
		header = l.table.Header[i]
	}
	*l.issues = append(*l.issues, Issue{File: l.table.Name, Sheet: l.table.Sheet, Row: l.line, Column: header,
		Value: truncated(l.get(name)), Rule: rule, Remedy: remedy, Reject: true})
}

func (l *listRow) day(name string) civil.Date {
	f := DateUnknown
	if l.table.Detected.Format == "xlsx" {
		f = DateSerial1900
		if l.table.Detected.Date1904 {
			f = DateSerial1904
		}
	}
	d, err := f.Parse(l.get(name))
	if err != nil {
		l.bad(name, listInvalid, "日期请写成 YYYY-MM-DD / write the date as YYYY-MM-DD")
	}
	return d
}

func (l *listRow) number(name string, low, high int) int {
	s := l.get(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		l.bad(name, listInvalid, fmt.Sprintf("填写 %d 到 %d 的整数 / write a whole number from %d to %d", low, high, low, high))
		return 0
	}
	return n
}

// several reads a cell of several words, each once, in the order of the file.
func (l *listRow) several(name, remedy string, code func(string) (string, bool)) (out []string) {
	for _, w := range strings.FieldsFunc(l.get(name), func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("、，；,;/", r) }) {
		switch c, ok := code(w); {
		case !ok:
			l.bad(name, listInvalid, remedy)
			return nil
		case !slices.Contains(out, c):
			out = append(out, c)
		}
	}
	return out
}

// word turns a cell into a code of the vocabulary of a case's column.
func (l *listRow) word(name string, words *docket.Vocabulary) string {
	s := l.get(name)
	if s == "" {
		return ""
	}
	code, ok := words.Code(name, s)
	if !ok {
		l.bad(name, listInvalid, "改用词汇表中的词 / use a word of the vocabulary")
	}
	return code
}
