package ledger_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
	"zhunsheng/rules"
)

var update = flag.Bool("update", false, "rewrite docs/data-dictionary.md")

const dictionaryFile = "../../docs/data-dictionary.md"

// TestDataDictionary fails when docs/data-dictionary.md no longer says what the program does;
// run the test with -update to print it anew, and read the difference in review.
func TestDataDictionary(t *testing.T) {
	want := dictionary(t)
	if *update {
		if err := os.WriteFile(dictionaryFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(dictionaryFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/data-dictionary.md is out of date: go test ./internal/ledger -run TestDataDictionary -update")
	}
}

type printer struct{ strings.Builder }

func (p *printer) line(format string, args ...any) { fmt.Fprintf(&p.Builder, format+"\n", args...) }

func (p *printer) table(head ...string) {
	p.row(head...)
	p.line("|%s", strings.Repeat(" --- |", len(head)))
}

func (p *printer) row(cells ...string) {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	p.line("| %s |", strings.Join(cells, " | "))
}

var kindNames = map[docket.Kind]string{docket.Text: "文本 text", docket.Day: "日期 day", docket.Amount: "金额 amount",
	docket.Number: "整数 count", docket.YesNo: "是否 yes/no"}

func dictionary(t *testing.T) string {
	p := &printer{}
	p.line("# 数据字典 / Data dictionary\n")
	p.line("由程序打印，勿手工修改。/ Printed by the program (`go test ./internal/ledger -run TestDataDictionary -update`); do not edit.\n")
	p.line("缺值一律为空：日期、金额、是否均区分“没有”与零。金额以元书写、以分保存。/ An absent value is empty everywhere; amounts are written in 元 and kept in 分. " +
		"In SQL a day column `x` of `v_case` is text YYYY-MM-DD and `x_n` the same day counted from 1970-01-01.\n")
	printCase(t, p)
	printEvent(p)
	printLists(p)
	printWords(t, p)
	printNumbers(t, p)
	printRules(t, p)
	printMapping(p)
	return p.String()
}

func printCase(t *testing.T, p *printer) {
	m := mappings(t)["cn-standard"]
	headers := map[string][]string{}
	for _, c := range m.Tables[len(m.Tables)-1].Columns {
		headers[c.Field] = c.From
	}
	v := vocabulary(t)
	p.line("## 案件 / Case\n")
	p.line("“（计算）”的列由程序按 `rules/limits` 从案件和事件算出，文件不提供。/ Columns marked “computed” come from case, events and law, never from a file. " +
		"表头一栏是映射 `cn-standard` 接受的写法，排在前面的优先；其他映射见 `rules/mappings`。未知的列原样保存在 `extra`。/ " +
		"Headers: what the mapping `cn-standard` takes, the first that stands in the file wins. Unknown columns are kept as they came in `extra`.\n")
	p.table("列 column", "中文", "English", "类型 kind", "可分组 `--by`", "词汇表 codes", "表头 headers")
	for _, f := range docket.Fields {
		p.row("`"+f.Name+"`", f.Zh, f.En, kindNames[f.Kind], mark(f.Group), mark(v.Knows(f.Name)), strings.Join(headers[f.Name], "、"))
	}
	p.line("")
	p.line("`key` 由映射按其标识列生成，各部分以 `|` 相连，部分内的 `|` 和 `\\` 前加 `\\`；没有自然标识的文件以整行内容的散列为标识。" +
		"案号能解析时，文件没有给出的 `court`、`type_code`、`line`、`instance` 由案号补齐。/ " +
		"The mapping builds `key` from its key columns, joined by `|` (escaped with `\\` inside a part); files without a natural key use a hash of the whole row. " +
		"What the file leaves open of `court`, `type_code`, `line` and `instance` comes from the case number where that parses.\n")
}

func mark(yes bool) string {
	if yes {
		return "✓"
	}
	return ""
}

func printEvent(p *printer) {
	p.line("## 事件 / Event\n")
	p.line("事件属于一个案件（`case_key`），在案件内以 `ref` 识别。/ An event belongs to a case (`case_key`) and is known inside it by `ref`.\n")
	p.table("列 column", "中文", "English", "类型 kind", "表头 headers (`cn-standard`, `*events*` / `*事件*`)")
	for _, r := range [][]string{
		{"case_key", "案件标识", "key of the case", "文本 text", "法院代码 + 案号"},
		{"ref", "事件编号", "identity inside the case", "文本 text", "事件编号"},
		{"kind", "事件", "what happened: a code of the vocabulary, or the source's own word", "文本 text", "事件、事件类型"},
		{"day", "日期", "day", "日期 day", "日期、发生日期、事件日期"},
		{"until", "截止日期", "last day, of events that last", "日期 day", "截止日期"},
		{"court", "法院", "court or unit named by the event", "文本 text", "事件法院"},
		{"judge", "法官", "judge named by the event", "文本 text", "事件法官、经办人"},
		{"result", "结果", "outcome or document", "文本 text", "结果"},
		{"entered_on", "录入日期", "day of entry", "日期 day", "录入日期"},
	} {
		r[0] = "`" + r[0] + "`"
		p.row(r...)
	}
	p.line("")
}

func printLists(p *printer) {
	p.line("## 名单文件 / Files of the office's own lists\n")
	p.line("csv、tsv、xlsx 或 parquet，第一行为表头。/ csv, tsv, xlsx or parquet with a header row.\n")
	for _, l := range []struct {
		title   string
		columns []ledger.ListColumn
	}{
		{"花名册 / Roster (`roster load`)", ledger.RosterColumns},
		{"法院 / Courts (`courts load`)", ledger.CourtColumns},
		{"庭室 / Divisions (`divisions load`)", ledger.DivisionColumns},
		{"案由、罪名 / Causes and charges (`causes load`)", ledger.CauseColumns},
	} {
		p.line("### %s\n", l.title)
		p.table("表头 header", "其他写法 also", "必填 required", "内容", "content")
		for _, c := range l.columns {
			p.row("`"+c.Name+"`", strings.Join(c.Also, "、"), mark(c.Required), c.Zh, c.En)
		}
		p.line("")
	}
}

func printWords(t *testing.T, p *printer) {
	v := vocabulary(t)
	p.line("## 词汇表 / Vocabulary\n")
	p.line("`rules/vocabulary.yaml`。不在表中的词原样保存并标记（`word.unknown`）；事件允许来源自己的词。/ " +
		"A word that is not listed is kept as it came and flagged (`word.unknown`); events may use the source's own words.\n")
	for _, field := range []string{"line", "instance", "procedure", "closing_way", "relation", "appeal_result", "retrial_result",
		docket.EventWords, docket.PostWords, docket.YesNoWords, docket.LanguageWords} {
		p.line("### `%s`\n", field)
		p.table("代码 code", "中文", "English", "其他写法 also")
		for _, w := range v.Terms(field) {
			p.row("`"+w.Code+"`", w.Zh, w.En, strings.Join(w.Also, "、"))
		}
		p.line("")
	}
}

func printNumbers(t *testing.T, p *printer) {
	regs, err := docket.LoadRegistries(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	p.line("## 案号 / Case numbers\n")
	p.line("语法见 `rules/registries`：/ The grammars are data in `rules/registries`:\n")
	for _, name := range slices.Sorted(maps.Keys(regs)) {
		r := regs[name]
		own := ""
		for _, i := range r.Instances() {
			own += fmt.Sprintf("；`%s` %s %s", i.Code, i.Zh, i.En)
		}
		p.line("- `%s`：%s / %s%s", name, r.Title.Zh, r.Title.En, own)
	}
	p.line("\n由 `cn` 的类型代字得出 / What follows from the type codes of `cn`:\n")
	p.table("类别 category", "条线 line", "审级 instance", "类型代字 type codes")
	var key, codes string
	flush := func() {
		if codes != "" {
			p.line("| %s | %s |", key, codes)
		}
	}
	for _, tc := range regs["cn"].Types() {
		k := fmt.Sprintf("%s %s | `%s` | `%s`", tc.Category, tc.Name.Zh, tc.Line, tc.Instance)
		if k != key {
			flush()
			key, codes = k, ""
		}
		codes = strings.TrimSpace(codes + " " + tc.Code)
	}
	flush()
	p.line("")
}

func printRules(t *testing.T, p *printer) {
	rs, err := ledger.LoadRules(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	p.line("## 校验规则 / Validation rules\n")
	p.line("`rules/validation`。拒收的行只进问题清单；标记的行照常入账。/ A rejected row is in the issue list only; a flagged one is loaded.\n")
	p.table("规则 rule", "处理 severity", "中文", "English", "怎么改", "remedy")
	for _, r := range rs.All() {
		severity := "标记 flag"
		if r.Reject {
			severity = "**拒收 reject**"
		}
		p.row("`"+r.ID+"`", severity, r.Name.Zh, r.Name.En, r.Remedy.Zh, r.Remedy.En)
	}
}

func printMapping(p *printer) {
	p.line("\n## 映射文件 / Mapping files\n")
	p.line("`rules/mappings/*.yaml`，或用 `mapping suggest FILE` 生成后修改。/ Write one by hand, or correct what `mapping suggest FILE` proposes.\n")
	p.table("键 key", "含义", "meaning")
	for _, r := range [][]string{
		{"name, version, title", "名称、版本、标题；批次记录名称和版本", "name, version and title; every batch notes name and version"},
		{"registry", "案号语法", "grammar of the case numbers, a file of `rules/registries`"},
		{"plausible", "合理日期范围 `{earliest, latest}`，表内可另设；范围外的日期照常入账并标记", "bounds of days, also per table; days outside are loaded and flagged"},
		{"tables", "表的列表，按文件名（或工作表名）选用第一张相符的", "tables; the first that matches the file (or sheet) is used"},
		{"match", "文件名通配，如 `*事件*`", "globs on the file name"},
		{"record", "`case` 案件或 `event` 事件", "`case` or `event`"},
		{"key", "组成案件标识的列，或 `row`（整行即记录）", "columns of the case that make its key, or `row`: the record is the whole row"},
		{"columns", "案件列：`from` 表头（多个时取文件中第一个），`const` 固定值，`format` 日期写法或金额单位（缺省自动识别），`values` 词→值（`*` 为其余），`when` 其他列取这些值时才填", "columns of the case: `from` header or headers, `const`, `format` of days or unit of money (detected by default), `values` word → value (`*`: any other), `when` another column holds one of these words"},
		{"event", "`ref` 识别事件的表头或 `row`，`ref_prefix`，以及 kind、day、until、court、judge、result、entered_on", "`ref` headers or `row`, `ref_prefix`, and the columns of the event"},
		{"brings_case", "事件行同时给出案件；案件不存在时建立，存在时不改", "the row also creates its case if that is missing, and changes nothing in one that exists"},
		{"days", "原样保存但须为合理日期的表头", "headers kept as extra that must hold plausible days"},
		{"ignore", "已知而不保存的表头", "headers that are known and dropped"},
		{"extra", "`keep`（缺省）或 `drop`：未知的列", "`keep` (default) or `drop` unknown columns"},
	} {
		r[0] = "`" + r[0] + "`"
		p.row(r...)
	}
}
