package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
	"zhunsheng/rules"
)

var testLists = ledger.Lists{
	Courts: map[string]docket.Court{"藏98": {Code: "藏98", Name: "甲市中级人民法院", Level: 3}, "藏9801": {Code: "藏9801", Name: "甲区人民法院", Level: 4}},
	Causes: map[string]docket.Cause{"9001": {Code: "9001", Name: "人格权纠纷"}, "9704": {Code: "9704", Name: "离婚纠纷"}},
}

// ruleRows are rows of a case ledger with what validation must find in them: `column=rule`,
// with ! in front where the row is rejected. The columns are those of ruleHeader.
const ruleHeader = "法院代码,案号,案由,立案日期,审限起始日期,审限届满日期,结案日期,结案方式,关联案号,执行标的额,执行到位额,扣除天数,是否公开,适用程序,二审结案日期,上诉日期"

var ruleRows = []struct{ name, row, want string }{
	{"right", "藏9801,（2024）藏9801民初1号,离婚纠纷,2024-01-05,2024-01-06,2024-07-06,2024-03-01,判决,,,,3,是,简易程序,,", ""},
	{"cause by code", "藏9801,（2024）藏9801民初2号,9001,2024-01-05,,,,,,,,,,,,", ""},
	{"court by name", "甲区人民法院,（2024）藏9801民初3号,,2024-01-05,,,,,,,,,,,,", ""},
	{"court from the number", ",（2024）藏9801民初4号,,2024-01-05,,,,,,,,,,,,", ""},
	{"brackets", "藏9801,(2024)藏9801民初5号,,2024-01-05,,,,,,,,,,,,", ""},
	{"no number", "藏9801,,,2024-01-05,,,,,,,,,,,,", "!案号=key.missing"},
	{"masked", "藏9801,（2024）藏9801民初*号,,2024-01-05,,,,,,,,,,,,", "!案号=case_no.masked"},
	{"several", "藏9801,（2024）藏9801民初6、7号,,2024-01-05,,,,,,,,,,,,", "!案号=case_no.several"},
	{"old style", "藏9801,（2014）甲民初字第8号,,2014-01-05,,,,,,,,,,,,", "案号=case_no.old_style"},
	{"type", "藏9801,（2024）藏9801民啥9号,,2024-01-05,,,,,,,,,,,,", "案号=case_no.unknown_type"},
	{"zero", "藏9801,（2024）藏9801民初010号,,2024-01-05,,,,,,,,,,,,", "案号=case_no.leading_zero"},
	{"grammar", "藏9801,2024民初11,,2024-01-05,,,,,,,,,,,,", "案号=case_no.grammar"},
	{"early", "藏9801,（2015）藏9801民初12号,,2015-01-05,,,,,,,,,,,,", "案号=case_no.early_year"},
	{"review", ",（2024）藏刑核13号,,2024-01-05,,,,,,,,,,,,", "案号=case_no.seq_length 法院代码=court.unknown"},
	{"level", "藏9801,（2024）藏9801民终14号,,2024-01-05,,,,,（2023）藏9801民初1号,,,,,,,", "案号=case_no.wrong_level"},
	{"differs", "藏98,（2024）藏9801民初15号,,2024-01-05,,,,,,,,,,,,", "法院代码=case_no.differs"},
	{"year", "藏9801,（2024）藏9801民初16号,,2023-12-29,,,,,,,,,,,,", "立案日期=case_no.year"},
	{"cause", "藏9801,（2024）藏9801民初17号,邻里纠纷,2024-01-05,,,,,,,,,,,,", "案由=cause.unknown"},
	{"word", "藏9801,（2024）藏9801民初18号,,2024-01-05,,,,,,,,,,慢速程序,,", "适用程序=word.unknown"},
	{"yes or no", "藏9801,（2024）藏9801民初19号,,2024-01-05,,,,,,,,,也许,,,", "是否公开=word.unknown"},
	{"not a day", "藏9801,（2024）藏9801民初20号,,2024/13/02,,,,,,,,,,,,", "立案日期=date.valid"},
	{"no day", "藏9801,（2024）藏9801民初21号,,,,,,,,,,,,,,", "立案日期=date.missing"},
	{"far day", "藏9801,（2024）藏9801民初22号,,2024-01-05,,2204-07-06,,,,,,,,,,", "审限届满日期=date.implausible"},
	{"order", "藏9801,（2024）藏9801民初23号,,2024-02-05,,,2024-01-05,判决,,,,,,,,", "结案日期=date.order"},
	{"appeal order", "藏9801,（2024）藏9801民初24号,,2024-01-05,,,2024-02-05,判决,,,,,,,2024-03-01,2024-04-01", "二审结案日期=date.order"},
	{"duration", "藏9801,（2016）藏9801民初25号,,1961-01-05,,,2024-01-05,判决,,,,,,,,", "立案日期=date.implausible 立案日期=case_no.year 结案日期=date.duration"},
	{"no way", "藏9801,（2024）藏9801民初26号,,2024-01-05,,,2024-02-05,,,,,,,,,", "结案方式=closing.way_missing"},
	{"no closing day", "藏9801,（2024）藏9801民初27号,,2024-01-05,,,,判决,,,,,,,,", "结案日期=closing.date_missing"},
	{"link", "藏98,（2024）藏98民终28号,,2024-01-05,,,,,,,,,,,,", "关联案号=link.missing"},
	{"old link", "藏98,（2024）藏98民终29号,,2024-01-05,,,,,（2014）甲民初字第8号,,,,,,,", ""},
	{"bad link", "藏98,（2024）藏98民终30号,,2024-01-05,,,,,见卷宗,,,,,,,", "关联案号=link.grammar"},
	{"amount", "藏9801,（2024）藏9801执31号,,2024-01-05,,,,,,一万,,,,,,", "执行标的额=amount.valid"},
	{"negative", "藏9801,（2024）藏9801执32号,,2024-01-05,,,,,,-5,,,,,,", "执行标的额=amount.negative"},
	{"too much", "藏9801,（2024）藏9801执33号,,2024-01-05,,,,,,100,100.01,,,,,", "执行到位额=amount.exceeds"},
	{"days", "藏9801,（2024）藏9801民初34号,,2024-01-05,,,,,,,,三天,,,,", "扣除天数=number.valid"},
	{"the same again", "藏9801,(2024)藏9801民初1号,离婚纠纷,2024-01-05,2024-01-06,2024-07-06,2024-03-01,判决,,,,3,是,简易程序,,", "!案号=key.duplicate"},
	{"short", "藏9801,（2024）藏9801民初36号,,2024-01-05", "审限起始日期=row.too_short"},
	{"long", "藏9801,（2024）藏9801民初37号,,2024-01-05,,,,,,,,,,,,,,x", "!=row.too_long"},
	{"blank surplus", "藏9801,（2024）藏9801民初38号,,2024-01-05,,,,,,,,,,,,,,", ""},
}

const ruleEvents = "案号,法院代码,事件编号,事件,日期,截止日期,结果\n" +
	"（2024）藏9801民初1号,藏9801,1,鉴定,2024-02-01,2024-02-20,完成\n" +
	"（2024）藏9801民初1号,藏9801,2,鉴定,2024-02-21,2024-02-20,\n" +
	"（2024）藏9801民初1号,藏9801,3,谈话,,,\n" +
	"（2024）藏9801民初1号,藏9801,,开庭,2024-02-21,,\n" +
	"（2024）藏9801民初1号,藏9801,1,鉴定,2024-02-01,2024-02-21,完成\n" +
	"（2024）藏9801民初1号,藏9801,1,鉴定,2024-02-01,2024-02-20,完成\n"

// issueText prints the issues of a row in the form of ruleRows.
func issueText(r ledger.Row) string {
	var out []string
	for _, i := range r.Issues {
		mark := ""
		if i.Reject {
			mark = "!"
		}
		out = append(out, fmt.Sprintf("%s%s=%s", mark, i.Column, i.Rule))
	}
	return strings.Join(out, " ")
}

func TestEveryRule(t *testing.T) {
	var b strings.Builder
	b.WriteString(ruleHeader + "\n")
	for _, r := range ruleRows {
		b.WriteString(r.row + "\n")
	}
	reader := reader(t, "cn-standard", testLists)
	reader.Today = civil.NewDate(2024, 12, 31)
	rows := parse(t, reader, input("台账.csv", []byte(b.String())))
	if len(rows) != len(ruleRows) {
		t.Fatalf("%d rows, want %d", len(rows), len(ruleRows))
	}
	met := map[string]bool{}
	for i, r := range rows {
		want := ruleRows[i]
		if got := issueText(r); got != want.want {
			t.Errorf("%s: %s\n got %s\nwant %s", want.name, want.row, got, want.want)
		}
		if r.Line != i+2 || r.File != "台账.csv" {
			t.Errorf("%s: place %s line %d", want.name, r.File, r.Line)
		}
		if r.Rejected() != strings.HasPrefix(want.want, "!") {
			t.Errorf("%s: rejected is %v", want.name, r.Rejected())
		}
		for _, is := range r.Issues {
			met[is.Rule] = true
			if is.File != r.File || is.Row != r.Line || !strings.Contains(is.Remedy, " / ") {
				t.Errorf("%s: incomplete issue %+v", want.name, is)
			}
		}
	}
	eventRows := parse(t, reader, input("事件.csv", []byte(ruleEvents)))
	var got []string
	for _, r := range eventRows {
		got = append(got, issueText(r))
		for _, is := range r.Issues {
			met[is.Rule] = true
		}
	}
	want := []string{"", "截止日期=event.order", "日期=event.day_missing", "!事件编号=key.missing", "!事件编号=key.duplicate", ""}
	if !slices.Equal(got, want) {
		t.Errorf("events: %q, want %q", got, want)
	}
	rs, err := ledger.LoadRules(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	// Check digits need another registry, events before filing a case in the same row: both
	// are met in the real dockets.
	for _, rule := range rs.All() {
		if !met[rule.ID] && rule.ID != "case_no.check_digits" && rule.ID != "event.before_filing" {
			t.Errorf("no row shows rule %s", rule.ID)
		}
	}
}

func TestRowsCarryWhatTheySay(t *testing.T) {
	text := "法院,法院代码,案号,立案日期,审限届满日期,结案日期,结案方式,执行标的额,是否公开,承办人,备注\n" +
		"甲区法院,藏9801,(2024)藏9801执1号,2024年3月5日,2024年13月5日,20240401,终本,1.5万元,否, 张三 , 有  备注 \n"
	row := parse(t, reader(t, "cn-standard", ledger.Lists{}), input("2024.csv", []byte(text)))[0]
	want := docket.Case{Key: "藏9801|（2024）藏9801执1号", Court: "藏9801", CaseNo: "（2024）藏9801执1号", TypeCode: "执", Line: "enforcement",
		Instance: "enforcement", FiledOn: civil.NewDate(2024, 3, 5), ClosedOn: civil.NewDate(2024, 4, 1), ClosingWay: "terminated_for_now",
		Claimed: docket.Money{Cents: 1500000, Known: true}, Published: docket.No, Judge: "张三",
		Extra: map[string]string{"备注": " 有  备注 ", "审限届满日期": "2024年13月5日"}}
	if got := fmt.Sprintf("%+v", *row.Case); got != fmt.Sprintf("%+v", want) {
		t.Errorf("\n got %s\nwant %+v", got, want)
	}
	if got := issueText(row); got != "审限届满日期=date.valid" {
		t.Errorf("issues %s", got)
	}
}

func TestCheckDigitsAreChecked(t *testing.T) {
	text := "case_number,degree,court_code,class_code,subject_code,filing_date,judgment_date\n" +
		"00193448720018230010,G1,1,7,1,2001-02-17,2002-05-10\n00193448820018230010,G1,1,7,1,2001-02-17,2002-05-10\n"
	rows := parse(t, reader(t, "brazil-roraima", ledger.Lists{}), input("j.csv", []byte(text)))
	if issueText(rows[0]) != "" || issueText(rows[1]) != "case_number=case_no.check_digits" {
		t.Errorf("%q, %q", issueText(rows[0]), issueText(rows[1]))
	}
}

func TestListsNotLoaded(t *testing.T) {
	p, err := reader(t, "cn-standard", ledger.Lists{}).Parse(input("a.csv", []byte("案号\n（2024）藏9801执1号\n")), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range p.Unchecked() {
		got = append(got, u.Rule.ID+": "+u.Why.En)
	}
	if want := []string{"court.unknown: list not loaded", "cause.unknown: list not loaded"}; !slices.Equal(got, want) {
		t.Errorf("unchecked %v, want %v", got, want)
	}
}

func TestRuleFaults(t *testing.T) {
	const head = "rules:\n" +
		"  - {id: a, check: row_long, severity: reject, name: {zh: 甲, en: a}, remedy: {zh: 甲, en: a}}\n" +
		"  - {id: b, check: key_missing, severity: reject, name: {zh: 甲, en: a}, remedy: {zh: 甲, en: a}}\n" +
		"  - {id: c, check: duplicate, severity: reject, name: {zh: 甲, en: a}, remedy: {zh: 甲, en: a}}\n"
	line := func(id, rest string) string {
		return "  - {id: " + id + ", name: {zh: 甲, en: a}, remedy: {zh: 甲, en: a}, " + rest + "}\n"
	}
	load := func(text string) error {
		_, err := ledger.LoadRules(fstest.MapFS{"validation/x.yaml": {Data: []byte(text)}})
		return err
	}
	if err := load(head); err != nil {
		t.Fatal(err)
	}
	for extra, want := range map[string]string{
		line("d", "check: date_order, severity: reject, pairs: [[filed_on, closed_on]]"): "never reject",
		line("d", "check: date_order, severity: flag"):                                   "the key pairs is missing",
		line("d", "check: date_order, severity: flag, pairs: [[filed_on, judge]]"):       "not two columns",
		line("d", "check: date_order, severity: flag, pairs: [[filed_on]]"):              "two columns each",
		line("d", "check: case_no, severity: flag"):                                      "reason is missing",
		line("d", "check: case_no, severity: flag, reason: ugly"):                        `reason "ugly" is not known`,
		line("d", "check: magic, severity: flag"):                                        `check "magic" is not known`,
		line("d", "check: word_unknown, severity: warn"):                                 "write flag or reject",
		line("a", "check: word_unknown, severity: flag"):                                 "two rules with this id",
		line("d", "check: row_long, severity: reject"):                                   "has a rule already",
		line("d", "check: date_missing, severity: flag, fields: [judge]"):                "no date of a case",
		line("d", "check: word_unknown, severity: flag, colour: red"):                    "validation/x.yaml:5",
		"  - {id: d, check: word_unknown, severity: flag}\n":                             "both in zh and en",
	} {
		if err := load(head + extra); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s error %v, want %s", extra, err, want)
		}
	}
	if err := load("rules: []\n"); err == nil || !strings.Contains(err.Error(), "no rule rejects by the check duplicate") {
		t.Errorf("rules without the required ones: %v", err)
	}
}
