package browsertest_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// count is how many elements of the page match.
func (v *visit) count(selector string) int {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[int](`document.querySelectorAll(`+strconv.Quote(selector)+`).length`))
}

// send fills one field of a form and sends it by its button.
func (v *visit) send(form, field, value string) {
	v.t.Helper()
	if field != "" {
		v.put(form+" "+field, value)
	}
	v.click(form + " button")
}

// TestSignalsByHand follows a departure as the analyst does: the list, its series, what makes the
// month up, the list of its cases; the known change is noted and the series starts anew. Then
// the chart of an indicator, its contributions and a known change; funnel and questions.
func TestSignalsByHand(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("tongji")
	v.goTo("/signals")
	v.shot("signals")
	if lead := v.text("main"); !strings.Contains(lead, "每月检验") || !strings.Contains(lead, "个误报") {
		t.Errorf("the list does not state its false alarms: %.200s", lead)
	}
	v.click(`[data-table="alarms"] tbody th a`)
	v.shot("signals-series")
	if n := v.count("svg.plot .unusual"); n == 0 {
		t.Error("the chart marks no month that departs")
	}
	if n := v.count("svg.plot rect"); n < 3 {
		t.Errorf("only %d bars say what makes the month up", n)
	}
	shown := number(t, v.text("main a.button.small"))
	series := ask(v, chromedp.Evaluate[string](`location.pathname + location.search`))
	v.click("main a.button.small")
	if got := v.total(); got != shown {
		t.Errorf("the month has %d cases, their list %d", shown, got)
	}
	v.goTo(series)
	v.send(`form[action*="/signals/rebase"]`, `[name="reason"]`, "批量案件管辖调整")
	if page := v.text("main"); !strings.Contains(page, "批量案件管辖调整") {
		t.Error("the known change is not kept with the series")
	}

	v.goTo("/signals/course?set=spc-2024-01&indicator=within_limit_rate&m=2023-02")
	v.shot("signals-course")
	if lines, bars := v.count("svg.plot polyline.counts"), v.count("svg.plot rect"); lines == 0 || bars < 11 {
		t.Errorf("the chart has %d courses, its contributions %d bars: nine courts and two ends wanted", lines, bars)
	}
	limits := v.count("svg.plot polyline.limit95")
	v.send(`form[action*="/signals/rebase"]`, `[name="reason"]`, "审限规定修改")
	if got := v.count("svg.plot polyline.limit95"); got != limits+2 {
		t.Errorf("after a known change the chart has %d limits, before %d: two more wanted", got, limits)
	}

	v.goTo("/signals/funnel")
	v.shot("signals-funnel")
	if dots, rows := v.count("svg.plot .dot"), v.count(`[data-table="funnel"] tbody tr`); dots != rows || rows < 8 {
		t.Errorf("the funnel draws %d units, its table has %d", dots, rows)
	}
	v.goTo("/signals/distortion")
	v.shot("signals-distortion")
	for _, want := range []string{"先核查", "项目", "个问题出自偶然"} {
		if page := v.text("main"); !strings.Contains(page, want) {
			t.Errorf("the questions do not say %q", want)
		}
	}
	v.goTo("/signals")
	v.click(`form.prefs button[name="lang"]`)
	for path, want := range map[string]string{"/signals": "false alarm", "/signals/course?set=volume&indicator=closed": "Control chart", "/signals/funnel": "Funnel", "/signals/distortion": "chance", "/signals/alerts": "owner"} {
		v.goTo(path)
		if page := v.text("main"); !strings.Contains(page, want) {
			t.Errorf("%s in English does not say %q: %.200s", path, want, page)
		}
		v.shot("en" + strings.ReplaceAll(strings.Split(path, "?")[0], "/", "-"))
	}
}

// flood is a batch of filings of one cause, many times what the court has in a month.
func flood() string {
	var rows strings.Builder
	rows.WriteString("案号,法院代码,立案日期,案由\n")
	for i := range 400 {
		fmt.Fprintf(&rows, "（2024）藏9808民初%d号,藏9808,2024-06-%02d,金融借款合同纠纷\n", 70001+i, 1+i%28)
	}
	return rows.String()
}

// TestAlertFromEndToEnd: a flood of filings comes in and raises an alert; somebody takes it over,
// a special analysis starts from it with its evidence, a notice needs the gate or a reason, the
// finding is written and the alert closed; a rule is silenced with its reason and end.
func TestAlertFromEndToEnd(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("tongji")
	v.upload("批量案件.csv", flood())
	v.click("main form button.primary")
	v.imported()
	v.goTo("/signals/alerts")
	v.shot("alerts")
	id := ask(v, chromedp.Evaluate[string](`(document.querySelector("[data-alert]:has([value=notice])") || {dataset: {}}).dataset.alert || ""`))
	if id == "" {
		t.Fatalf("a flood of filings raises no alert of its court:\n%.600s", v.text("main"))
	}
	for _, wide := range ask(v, chromedp.Evaluate[[]string](`[...document.querySelectorAll("[data-alert]:not(:has([value=notice]))")].map(a => a.dataset.alert)`)) {
		if v.count(`[data-alert="`+wide+`"] select[name="court"] option`) < 9 {
			t.Error("an alert of all courts does not ask which one the analysis is about")
		}
	}
	card := `[data-alert="` + id + `"] `
	title := v.text(card + "a")
	v.click(card + `form:has([value="take"]) button`)
	if page := v.text(card); !strings.Contains(page, "核查中") || !strings.Contains(page, "tongji") {
		t.Errorf("the alert does not name its owner: %s", page)
	}
	v.click(card + `button[value="special"]`)
	v.shot("alert-special")
	if page := v.text("main"); !strings.Contains(page, "草稿") || !strings.Contains(page, title) {
		t.Errorf("the special analysis does not carry the evidence %q:\n%.600s", title, page)
	}
	v.goTo("/signals/alerts")
	if reason := card + `form:has([value="notice"]) [name="reason"]`; v.count(reason) > 0 {
		v.put(reason, "法院来函请求核对")
	}
	v.click(card + `button[value="notice"]`)
	v.shot("alert-notice")
	if page := v.text("main"); !strings.Contains(page, "提示") {
		t.Errorf("no notice was drafted: %.300s", page)
	}
	v.goTo("/signals/alerts")
	v.put(card+`form:has([value="find"]) [name="note"]`, "集中送达所致，已逐案核对")
	v.click(card + `form:has([value="find"]) button`)
	if page := v.text(card); !strings.Contains(page, "集中送达所致") {
		t.Errorf("the finding is not shown: %s", page)
	}
	v.click(card + `form:has([value="close"]) button`)
	v.do(chromedp.Click(`details.card summary`))
	if page := v.text("details.card " + card); !strings.Contains(page, title) {
		t.Errorf("the closed alert is not among the closed: %s", page)
	}
	silence := `form[action*="/silence"]:has([name="end"]) `
	v.put(silence+`[name="reason"]`, "系统切换期间")
	v.put(silence+`[name="end"]`, "2001-01-01")
	v.click(silence + "button")
	if page := v.text(".banner.error"); !strings.Contains(page, "一年以内") {
		t.Errorf("a silence that has ended is answered with %s", page)
	}
	if kept := ask(v, chromedp.Value(silence+`[name="reason"]`)); kept != "系统切换期间" {
		t.Errorf("of the reason typed %q is left", kept)
	}
	v.put(silence+`[name="end"]`, time.Now().AddDate(0, 1, 0).Format(time.DateOnly))
	v.click(silence + "button")
	if page := v.text("main"); !strings.Contains(page, "系统切换期间") {
		t.Errorf("the silence is not shown with its reason: %.300s", page)
	}
	v.click(`form[action*="/silence"]:has([name="id"]) button`)
	if page := v.text("main"); strings.Contains(page, "系统切换期间") {
		t.Error("the silence does not end when it is ended")
	}
	head := open(t, 1366, 768)
	head.signIn("tingzhang")
	head.goTo("/signals/alerts")
	if head.count(`button[value="special"]`) > 0 {
		t.Error("a head of division is offered a document of the office")
	}
	office := open(t, 1366, 768)
	office.signIn("zhuren")
	office.goTo("/settings/log")
	for _, want := range []string{"认领预警", "自预警起草专题分析", "起草点对点提示", "写明预警查明情况", "关闭预警", "静默预警规则", "结束静默"} {
		if page := office.text("main"); !strings.Contains(page, want) {
			t.Errorf("the log does not tell of %s", want)
		}
	}
}
