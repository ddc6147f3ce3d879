package browsertest_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// fetched downloads an address with the window's session.
func (v *visit) fetched(href string) []byte {
	v.t.Helper()
	encoded := ask(v, chromedp.Evaluate[string](fmt.Sprintf(`fetch(%q).then(r => r.arrayBuffer()).then(b => btoa(Array.from(new Uint8Array(b), c => String.fromCharCode(c)).join("")))`, href), chromedp.EvalAwaitPromise))
	out, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		v.t.Fatal(err)
	}
	return out
}

// wordsOf is the text of a docx.
func wordsOf(t *testing.T, docx []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatalf("it does not open: %v", err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(body), "")
}

// rows are the texts of the rows of a table.
func (v *visit) rows(table string) []string {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[[]string](fmt.Sprintf(`Array.from(document.querySelectorAll('[data-table="%s"] tbody tr'), r => r.innerText)`, table)))
}

// TestForecastByHand: a court's name draws its series, the drawing has a table of the same months,
// what was filed opens to as many cases, and the page speaks English too.
func TestForecastByHand(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("tongji")
	v.goTo("/foresight")
	v.shot("foresight")
	v.click(`[data-table="series"] tr:last-child th a`)
	chosen := v.text(`[data-table="series"] tr[aria-current] th`)
	if title := v.text("main section.card h2"); title != chosen {
		t.Errorf("%s is drawn, %s was chosen", title, chosen)
	}
	if n := ask(v, chromedp.Evaluate[int](`document.querySelectorAll("svg.plot .band").length`)); n != 2 {
		t.Errorf("%d intervals are drawn", n)
	}
	if past := v.rows("past"); len(past) < 5 || !strings.Contains(past[0], "/12") {
		t.Errorf("forecasts kept: %q", past)
	}
	shown := number(t, v.text(`[data-table="series"] tr[aria-current] td a`))
	v.click(`[data-table="series"] tr[aria-current] td a`)
	if total := v.total(); total != shown {
		t.Errorf("%d cases filed are shown, their list holds %d", shown, total)
	}
	v.goTo("/foresight")
	v.click(`form.prefs button[name="lang"]`)
	if page := v.text("main"); !strings.Contains(page, "Past forecasts and what came") || strings.Contains(page, "预测与实际") {
		t.Errorf("in English: %.200s", page)
	}
	v.shot("foresight-en")
}

// TestCapacityByHand: a leave entered by hand takes a judge's time, wrong input keeps what was
// typed, taking the entry back gives the time again, and both stay on the page and in the log.
func TestCapacityByHand(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("tongji")
	v.goTo("/foresight/load")
	v.shot("load")
	shown := number(t, v.text(`[data-table="need"] td a`))
	v.click(`[data-table="need"] td a`)
	if total := v.total(); total != shown {
		t.Errorf("%d pending cases are shown, their list holds %d", shown, total)
	}
	v.goTo("/foresight/load?court=藏9801&division=" + ask(v, chromedp.Evaluate[string](`fetch("/foresight/load?court=藏9801").then(r => r.text()).then(t => /<select[^>]*name="division"[\s\S]*?<option value="([^"]+)"/.exec(t)[1])`, chromedp.EvalAwaitPromise)))
	const form = `form[action*="/foresight/capacity"]:not(#withdraw)`
	before := v.rows("judges")
	v.put(form+` [name="share"]`, "100")
	v.put(form+` [name="from"]`, "2024-12-31")
	v.put(form+` [name="until"]`, "2024-07-01")
	v.put(form+` [name="reason"]`, "休假申请已批准")
	v.click(form + ` button.primary`)
	if typed := ask(v, chromedp.Evaluate[string](`document.querySelector('`+form+` [name="reason"]').value`)); typed != "休假申请已批准" || !strings.Contains(v.text("main"), "ends before it begins") {
		t.Errorf("after days in the wrong order the form holds %q", typed)
	}
	v.put(form+` [name="from"]`, "2024-07-01")
	v.put(form+` [name="until"]`, "2024-12-31")
	v.click(form + ` button.primary`)
	if entered := v.rows("judges"); len(before) == 0 || entered[0] == before[0] {
		t.Errorf("the leave takes no time: %q, then %q", before, entered)
	}
	v.put(`#withdraw [name="reason"]`, "登记有误")
	v.click(`#withdraw button`)
	if again := v.rows("judges"); again[0] != before[0] {
		t.Errorf("after taking it back: %q, before %q", again[0], before[0])
	}
	if entries := v.rows("calendar"); len(entries) != 1 || !strings.Contains(entries[0], "休假申请已批准") || !strings.Contains(entries[0], "登记有误") {
		t.Errorf("calendar: %q", entries)
	}
	v.shot("load-withdrawn")
}

// TestBoardByHand: a plan is made, a move refused, a loan limited to some months; what-if numbers
// change the figures; the recommendation opens; the plan is adopted and followed.
func TestBoardByHand(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("zhuren")
	v.goTo("/foresight/plan")
	v.shot("plan")
	if answer := v.text(`[data-table="answer"]`); !strings.Contains(answer, "已证明最优") || !strings.Contains(answer, "独立校核无异议") || !strings.Contains(answer, "小时") {
		t.Errorf("the plan: %.300s", answer)
	}
	way := v.text(`[data-table="answer"] tbody tr th`)
	v.click(`[data-table="answer"] tbody tr td a`)
	if answer := v.text(`[data-table="answer"] tbody`); strings.Contains(answer, way) {
		t.Errorf("%s was refused and is planned again: %s", way, answer)
	}
	v.goTo("/foresight/plan")
	fates, courts := v.rows("fates"), v.rows("courts")
	const reason = "党组会议研究同意"
	v.put(`#adopt-reason`, reason)
	v.slide("#s-intake", "20")
	v.until(`location.search.includes("intake=20")`)
	if more := v.rows("fates"); len(fates) == 0 || more[0] == fates[0] || len(more) != len(fates) {
		t.Errorf("a fifth more filed changes nothing: %q", more)
	}
	if kept := ask(v, chromedp.Evaluate[string](`[document.querySelector("#w-intake").value, document.activeElement.id, getComputedStyle(document.querySelector("#s-intake")).display,
		document.querySelector("#adopt-reason").value, document.querySelector('form[method="post"] [name="intake"]').value].join()`)); kept != "20,s-intake,block,"+reason+",20" {
		t.Errorf("after the slider moved: %s", kept)
	}
	if href := ask(v, chromedp.AttributeValue(`a[href*="/foresight/plan/paper"]`, "href")).Value; !strings.Contains(href, "intake=20") {
		t.Errorf("the recommendation is of another wish: %s", href)
	}
	if same := v.rows("courts"); strings.Join(same, "\n") != strings.Join(courts, "\n") {
		t.Error("the what-if changes the plan's loads")
	}
	v.put(`form.card[method="get"] [name="lend_from"]`, "2024-08")
	v.put(`form.card[method="get"] [name="lend_until"]`, "2024-10")
	v.click(`form.card[method="get"] button.primary`)
	if answer := v.text(`[data-table="answer"]`); !strings.Contains(answer, "2024-08-01 至 2024-10-31") || !strings.Contains(answer, "50%") {
		t.Errorf("the loan of three months: %.300s", answer)
	}
	v.shot("plan-loan")
	paper := wordsOf(t, v.fetched(ask(v, chromedp.AttributeValue(`a[href*="/foresight/plan/paper"]`, "href")).Value))
	if !strings.Contains(paper, "关于全市法院法官调配的建议") || !strings.Contains(paper, "借期自2024-08-01至2024-10-31") {
		t.Errorf("the recommendation: %.200s", paper)
	}
	was := ask(v, chromedp.Evaluate[int](`document.querySelectorAll('[data-table="followed"]').length`))
	v.put(`#adopt-reason`, reason)
	v.click(`form[method="post"][action*="/foresight/plan"] button`)
	if now := ask(v, chromedp.Evaluate[int](`document.querySelectorAll('[data-table="followed"]').length`)); now != was+1 {
		t.Errorf("%d plans are followed, %d before", now, was)
	}
	if followed := v.text("#followed"); !strings.Contains(followed, reason) || !strings.Contains(followed, "借期 2024-08-01 至 2024-10-31") {
		t.Errorf("the adopted plan: %.300s", followed)
	}
	v.click(`form.prefs button[name="lang"]`)
	if page := v.text("main"); !strings.Contains(page, "proven optimal") {
		t.Errorf("in English: %.200s", page)
	}
	v.shot("plan-en")
}

// slide moves a slider by hand: it has the focus, tells every step and at last the change.
func (v *visit) slide(sel, value string) {
	v.t.Helper()
	v.do(chromedp.Focus(sel))
	ask(v, chromedp.Evaluate[bool](`(() => { const e = document.querySelector(`+strconv.Quote(sel)+`); e.value = `+strconv.Quote(value)+`;
		for (const step of ["input", "change"]) e.dispatchEvent(new Event(step, {bubbles: true})); return true })()`))
}

// TestNamedBoardByHand: judges are planned by name from a need typed in; somebody who says no stays,
// loan times are compared, the recommendation has the names, and so has the plan adopted.
func TestNamedBoardByHand(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("zhuren")
	v.goTo("/foresight/plan")
	v.do(chromedp.Click(`[name="named"][value="1"]`))
	v.click(`form.card[method="get"] button.primary`)
	v.put(`[name="need1_least"]`, "10")
	v.do(chromedp.Click(`[name="need1_line"][value="civil"]`))
	v.do(chromedp.Click(`[name="need1_language"][value="bo"]`))
	v.click(`form.card[method="get"] button.primary`)
	if said := v.text("#need1_row"); !strings.Contains(said, "请选择法院") {
		t.Errorf("a need without a court: %s", said)
	}
	v.put(`[name="need1_court"]`, "藏9803")
	v.click(`form.card[method="get"] button.primary`)
	v.shot("plan-named")
	moves := v.rows("answer")
	if answer := v.text(`[data-table="answer"]`); len(moves) == 0 || !strings.Contains(answer, "独立校核无异议") || !strings.Contains(answer, "满足需求：民事、藏语") || !strings.Contains(answer, "不是对人的评价") {
		t.Fatalf("the plan: %.400s", answer)
	}
	no := v.text(`[data-table="answer"] tbody tr th`)
	v.click(`[data-table="answer"] tbody tr td a`)
	for _, r := range v.rows("answer") {
		if strings.HasPrefix(r, no) {
			t.Errorf("%s said no and is moved: %s", no, r)
		}
	}
	v.click(`[data-table="answer"] a[href*="loans=1"]`)
	if times := v.rows("loans"); len(times) != 2 || !strings.Contains(times[0], "已证明最优") {
		t.Errorf("loan times: %q", times)
	}
	v.click(`[data-table="loans"] tbody tr th a`)
	if answer := v.text(`[data-table="answer"]`); !strings.Contains(answer, "2024-07-01 至 2024-09-30") {
		t.Errorf("three months: %.300s", answer)
	}
	goes := v.text(`[data-table="answer"] tbody tr th`)
	if paper := wordsOf(t, v.fetched(ask(v, chromedp.AttributeValue(`a[href*="/foresight/plan/paper"]`, "href")).Value)); !strings.Contains(paper, goes+"（") {
		t.Errorf("the recommendation does not name %s: %.300s", goes, paper)
	}
	v.put(`form[method="post"] [name="reason"]`, "党组会议研究同意借调")
	v.click(`form[method="post"][action*="/foresight/plan"] button`)
	if followed := v.text("#followed"); !strings.Contains(followed, "党组会议研究同意借调") || !strings.Contains(followed, goes+" ") {
		t.Errorf("the adopted plan: %.300s", followed)
	}
}
