package browsertest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestExtensionIsAppliedForAndApproved: the judge applies, the head of division forwards, the
// president of another court is refused, the own president approves; the case shows the event and
// the days of the extension, the register the new due date, the log every step; the overview of
// limits counts one extended case more, and so does the indicator of due dates that differ.
func TestExtensionIsAppliedForAndApproved(t *testing.T) {
	judge := open(t, 1366, 768)
	judge.signIn("faguan")
	id, caseLink := judge.draftExtension()
	before, after := judge.text(`[data-due="before"]`), judge.text(`[data-due="after"]`)
	judge.shot("procedure-draft")
	found := judge.seen(caseLink)
	judge.goTo("/limits/procedures/one?id=" + id)
	judge.confirm("apply", "")

	clerk := open(t, 1366, 768)
	clerk.signIn("shujiyuan")
	clerk.goTo("/limits/procedures/one?id=" + id)
	if n := ask(clerk, chromedp.Evaluate[int](`document.querySelectorAll("#decide, #record").length`)); n != 0 {
		t.Error("a clerk is offered the decision")
	}
	if status := clerk.decide(id, 2); status != 403 {
		t.Errorf("a clerk's decision is answered with %d", status)
	}

	head := open(t, 1366, 768)
	head.signIn("tingzhang")
	head.goTo("/limits/procedures?with=me")
	head.shot("procedures")
	head.click(fmt.Sprintf(`a[href*="id=%s"]`, id))
	head.shot("procedure-decide")
	head.confirm("decide", "同意")

	above := open(t, 1366, 768)
	above.signIn("yuanzhang")
	if status := above.decide(id, 3); status != 403 {
		t.Errorf("the president of the court above decides for the own one: %d", status)
	}

	president := open(t, 1366, 768)
	president.signIn("jcyuanzhang")
	president.goTo("/limits/procedures/one?id=" + id)
	president.confirm("decide", "同意")
	page := president.text("main")
	for tries := 0; !strings.Contains(page, "已入账") && tries < 30; tries++ { // the entry may outlast the page's patience
		time.Sleep(time.Second)
		president.goTo("/limits/procedures/one?id=" + id)
		page = president.text("main")
	}
	president.shot("procedure-entered")
	for _, want := range []string{"已入账", before, after, "记入台账"} {
		if !strings.Contains(page, want) {
			t.Errorf("the application does not show %q after the approval", want)
		}
	}

	judge.goTo(caseLink)
	judge.shot("procedure-case")
	if events := ask(judge, chromedp.Evaluate[string](`[...document.querySelectorAll("ol.events li")].map(x => x.textContent).join("\n")`)); strings.Count(events, "批准延长3个月") != 1 {
		t.Errorf("the events of the case do not tell its extension once:\n%s", events)
	}
	if page := judge.text("main"); !strings.Contains(page, after) {
		t.Errorf("the case does not show that it is due on %s", after)
	}
	left := judge.seen(caseLink)
	if months := left.days - found.days; months < 89 || months > 92 {
		t.Errorf("the strip of the case shows %d days of extension, before %d: three months more are 89 to 92", left.days, found.days)
	}
	if left.extended != found.extended+1 {
		t.Errorf("the overview of limits counts %d extended cases, before the approval %d", left.extended, found.extended)
	}
	if left.differ != found.differ+1 {
		t.Errorf("the indicator counts %d due dates that differ, before the approval %d", left.differ, found.differ)
	}
	office := open(t, 1366, 768)
	office.signIn("zhuren")
	office.goTo("/settings/log")
	log := office.text("main")
	for _, want := range []string{"提交审限申请", "审核同意", "批准审限申请", "审限事项入账"} {
		if !strings.Contains(log, want) || !strings.Contains(log, id) {
			t.Errorf("the log does not tell of %s %s", want, id)
		}
	}
	office.goTo("/limits/appraisals")
	office.shot("appraisals")
	if page := office.text("main"); !strings.Contains(page, "案件数过少，不作判断") {
		t.Error("an institution with few appraisals is judged")
	}
}

// extensionSeen is what three pages tell of an extension: days in the strip of the case, extended
// cases in the overview of limits, and cases whose exported due date is not the one by law.
type extensionSeen struct{ days, extended, differ int }

// seen reads the three pages as the person who looks.
func (v *visit) seen(caseLink string) extensionSeen {
	v.t.Helper()
	v.goTo(caseLink)
	out := extensionSeen{days: ask(v, chromedp.Evaluate[int](`document.querySelectorAll("table.strip td.d-extended").length`))}
	v.goTo("/limits")
	out.extended = number(v.t, v.text(`[data-table="limits"] tr.total td:last-child`))
	v.goTo("/indicators/limits/limit_dates_differ")
	out.differ = number(v.t, v.text(`[data-figure="value"] dd.value`))
	return out
}

// draftExtension drafts an extension of one of the judge's ordinary cases that moves its due
// date, and returns its number and the address of the case.
func (v *visit) draftExtension() (id, caseLink string) {
	v.t.Helper()
	v.goTo("/cases?state=open&f-procedure=ordinary")
	links := ask(v, chromedp.Evaluate[[]string](`[...document.querySelectorAll("table.cases tbody th a")].map(a => a.getAttribute("href"))`))
	for _, link := range links {
		v.goTo(link)
		v.click(`a[href*="/limits/procedures/new"]`)
		v.do(chromedp.Click(`input[name="by"][value="president"]`), chromedp.SendKeys("#months", "3"), chromedp.SendKeys("#reason", "案情复杂，须补充调查"))
		v.click("form.form button.primary")
		if ask(v, chromedp.Evaluate[bool](`(document.querySelector("[data-due=after]") || {}).textContent > (document.querySelector("[data-due=before]") || {}).textContent`)) {
			id, _, _ := strings.Cut(v.text("h1"), " ")
			return id, link
		}
	}
	v.t.Fatalf("none of %d cases can be extended", len(links))
	return "", ""
}

// confirm fills the card of an act in and sends it.
func (v *visit) confirm(act, note string) {
	v.t.Helper()
	card := "#" + act + " "
	if note != "" {
		v.do(chromedp.Click(card+`input[value="agree"]`), chromedp.SendKeys(card+"textarea", note))
	}
	v.do(chromedp.Click(card + `input[name="sure"]`))
	v.click(card + "button")
}

// decide sends an approval past the page and returns how it is answered.
func (v *visit) decide(id string, version int) int {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[int](fmt.Sprintf(`fetch("/limits/procedures/decide?id=%s", {method: "POST", body: new URLSearchParams({version: "%d", verdict: "agree", sure: "1"})}).then(r => r.status)`, id, version), chromedp.EvalAwaitPromise))
}
