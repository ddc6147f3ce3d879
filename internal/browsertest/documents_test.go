package browsertest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestDocumentFromDraftToCourt takes the draft that appeared by itself to a court as people do
// it: a wrong number is found while it is typed and the generated sentence comes back; every
// step is refused to the wrong role; the court reads and acknowledges what was issued to it.
func TestDocumentFromDraftToCourt(t *testing.T) {
	const id = "monthly-2024-06"
	analyst := open(t, 1366, 768)
	analyst.signIn("tongji")
	analyst.goTo("/documents")
	analyst.shot("documents")
	analyst.click("#paper-" + id + " th a")
	analyst.shot("document-draft")
	analyst.openBulletin()

	line := ask(analyst, chromedp.Evaluate[string](`[...document.querySelectorAll("form.say")].find(f => /受理各类案件\d+件/.test(f.querySelector("textarea").value)).id`))
	was := ask(analyst, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector("#%s textarea").value`, line)))
	analyst.rewrite(line, strings.Replace(was, "新收", "新收9", 1))
	analyst.awaits(fmt.Sprintf(`document.querySelector("#%s .finding") !== null`, line), "no finding beside a wrong number")
	analyst.awaits(`!document.querySelector("#summary").textContent.includes("问题 0 处")`, "the summary does not count the finding")
	analyst.shot("document-finding")
	if status := analyst.post(id, "check", "seq=1"); status != 422 {
		t.Errorf("a draft with a wrong number is checked: %d", status)
	}
	analyst.do(chromedp.Click(fmt.Sprintf("#%s button[name=reset]", line)))
	analyst.awaits(fmt.Sprintf(`document.querySelector("#%s .finding") === null && document.querySelector("#%s textarea").value === %q`, line, line, was), "the generated sentence is not back")
	analyst.writeOpen()
	analyst.goTo("/documents/papers/" + id)
	analyst.click("#act-check button")

	president := open(t, 1366, 768)
	president.signIn("yuanzhang")
	if status := president.post(id, "cosign", "seq=2"); status != 403 {
		t.Errorf("the president co-signs: %d", status)
	}
	court := open(t, 1366, 768)
	court.signIn("jiceng")
	court.goTo("/documents/papers/" + id)
	if page := court.text("main"); strings.Contains(page, "受理各类案件") {
		t.Error("a court reads a document before it is issued")
	}
	head := open(t, 1366, 768)
	head.signIn("zhuren")
	head.goTo("/documents/papers/" + id)
	head.click("#act-cosign button")
	if status := head.post(id, "approve", "seq=3&organ=president"); status != 403 {
		t.Errorf("the head of the office approves: %d", status)
	}
	president.goTo("/documents/papers/" + id)
	president.shot("document-approve")
	president.click("#act-approve button")
	head.goTo("/documents/papers/" + id)
	head.shot("document-issue")
	head.click("#act-issue button")
	head.shot("document-issued")

	court.goTo("/documents")
	court.shot("document-received")
	court.click("#paper-" + id + " th a")
	court.click("#act-acknowledge button")
	if page := court.text("#signs"); !strings.Contains(page, "签收") || strings.Contains(page, "雪砾县") {
		t.Errorf("the court sees of the recipients: %s", page)
	}
	head.goTo("/documents/papers/" + id)
	if page := head.text("main"); !strings.Contains(page, "朗青区人民法院审管办") {
		t.Error("the office does not see that the court acknowledged")
	}
	head.goTo("/documents/papers/monthly-2024-04-r2/compare?then=earlier")
	head.shot("document-compare")
	if n := ask(head, chromedp.Evaluate[int](`document.querySelectorAll("tr.changed").length`)); n == 0 {
		t.Error("the restated bulletin reads like the one before")
	}
}

// rewrite types a text in place of a sentence.
func (v *visit) rewrite(line, text string) {
	v.t.Helper()
	v.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const t = document.querySelector("#%s textarea"); t.value = %q; t.dispatchEvent(new Event("input", {bubbles: true})); })()`, line, text)))
}

// writeOpen writes every sentence that a person has to write and waits until all are kept.
func (v *visit) writeOpen() {
	v.t.Helper()
	for _, id := range ask(v, chromedp.Evaluate[[]string](`Array.from(document.querySelectorAll("form.say-open"), f => f.id)`)) {
		v.rewrite(id, "经与该院核对，系阶段性因素所致。")
	}
	v.awaits(`document.querySelector("#summary").textContent.includes("待写 0 句")`, "sentences are still open")
}

// awaits waits for something on the page to become true.
func (v *visit) awaits(condition, otherwise string) {
	v.t.Helper()
	for range 100 {
		if ask(v, chromedp.Evaluate[bool](condition)) {
			return
		}
		v.do(chromedp.Sleep(100 * time.Millisecond))
	}
	v.t.Fatal(otherwise)
}

// post sends a step by address, as somebody might who knows it, and returns the status.
func (v *visit) post(id, step, form string) int {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[int](fmt.Sprintf(`fetch("/documents/papers/%s/%s", {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: %q, redirect: "manual"}).then(r => r.status)`, id, step, form), chromedp.EvalAwaitPromise))
}
