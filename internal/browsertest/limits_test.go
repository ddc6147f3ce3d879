package browsertest_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// put fills in a field as a person does, so that the page hears of it.
func (v *visit) put(sel, value string) {
	v.t.Helper()
	v.do(chromedp.WaitVisible(sel))
	ask(v, chromedp.Evaluate[bool](`(() => { const e = document.querySelector(`+strconv.Quote(sel)+`); e.value = `+strconv.Quote(value)+`; e.dispatchEvent(new Event("change", {bubbles: true})); return true })()`))
}

// until waits for an expression to hold.
func (v *visit) until(expression string) {
	v.t.Helper()
	for range 100 {
		if ask(v, chromedp.Evaluate[bool](expression)) {
			return
		}
		v.do(chromedp.Sleep(50 * time.Millisecond))
	}
	v.t.Fatalf("never true: %s\n%.400s", expression, v.text("main"))
}

// TestCalculatorByHand computes the published example C01 and C10 with the mouse and the
// keyboard, not signed in: the answer comes while typing, the address holds the question, and
// wrong input says how to mend it.
func TestCalculatorByHand(t *testing.T) {
	v := open(t, 1366, 768)
	v.goTo("/limits/calculator")
	v.put("#procedure", "CV2J")
	v.until(`location.search === "?procedure=CV2J"`)
	v.put("#accepted", "2014-05-28")
	v.until(`!!document.querySelector('[data-due="2014-08-28"]')`)
	v.shot("calculator")
	if at := ask(v, chromedp.Evaluate[string](`location.search`)); at != "?accepted=2014-05-28&procedure=CV2J" {
		t.Errorf("the address holds %s", at)
	}
	v.goTo("/limits/calculator?accepted=2022-03-10&procedure=CVS")
	v.click(`button[name="do"]`)
	v.put("#e1-on", "2022-06-01")
	v.put("#e1-length", "1")
	v.put("#e1-by", "院长")
	v.until(`!!document.querySelector('[data-due="2022-07-11"]')`)
	if n := ask(v, chromedp.Evaluate[int](`document.querySelectorAll("td.d-extended").length`)); n != 30 {
		t.Errorf("%d days of the extension", n)
	}
	v.goTo(ask(v, chromedp.Evaluate[string](`location.pathname + location.search`)))
	if due := v.text("[data-due]"); due != "2022-07-11" {
		t.Errorf("the address opened again gives %s", due)
	}
	v.click(`form.prefs button[name="lang"]`)
	if page := v.text("main"); !strings.Contains(page, "extended by 1 month") || !strings.Contains(page, "Monday") {
		t.Errorf("in English: %.300s", page)
	}
	v.put("#e1-length", "-1")
	v.until(`!!document.querySelector('.error a[href="#e1-length"]')`)

	phone := open(t, 390, 844)
	phone.goTo("/limits/calculator?accepted=2022-03-10&procedure=CVS")
	if ask(phone, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth + 1`)) {
		t.Error("the calculator is wider than a phone")
	}
	phone.shot("calculator-phone")
}

// TestStripByKeyboard opens a case from the overview and walks through its days with the
// arrows: the reason of the day stands below.
func TestStripByKeyboard(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("tingzhang")
	v.goTo("/limits?state=limit_suspended")
	v.shot("limits")
	v.click(`[data-table="cases"] tbody th a`)
	for range 200 {
		v.do(chromedp.KeyEvent("\t"))
		if ask(v, chromedp.Evaluate[bool](`document.activeElement.matches("table.strip td")`)) {
			break
		}
	}
	state := func() string {
		return ask(v, chromedp.Evaluate[string](`document.activeElement.title + "|" + document.querySelector("[data-strip-reason]").textContent`))
	}
	day := func() string { return strings.TrimSpace(state()[:len("2024-06-30")]) }
	if start := state(); !strings.HasPrefix(start, "2024-06-30 ") {
		t.Fatalf("Tab leads to %q, not to the reporting day", start)
	}
	for _, step := range []struct{ name, key, want string }{{"left", kb.ArrowLeft, "2024-06-29"}, {"right", kb.ArrowRight, "2024-06-30"}, {"right", kb.ArrowRight, "2024-07-01"}, {"up", kb.ArrowUp, "2024-06-01"}} {
		v.do(chromedp.KeyEvent(step.key))
		if got := day(); got != step.want {
			t.Errorf("%s leads to %s, want %s", step.name, got, step.want)
		}
		title, shown, _ := strings.Cut(state(), "|")
		if title != shown || !strings.Contains(title, " · ") {
			t.Errorf("%s: the reason shown is %q, the day says %q", step.want, shown, title)
		}
	}
	v.shot("case-limit")
}

// TestLimitsForbidden: who may not see cases is told who may, and nothing of them.
func TestLimitsForbidden(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("admin")
	for _, path := range []string{"/limits", "/limits/warnings", "/limits/digest"} {
		res, err := chromedp.RunResponse(v.ctx, chromedp.Navigate(city.url+path))
		if err != nil {
			t.Fatal(err)
		}
		if page := v.text("main"); res.Status != http.StatusForbidden || !strings.Contains(page, "庭长") {
			t.Errorf("%s answers the administrator with %d: %.100s", path, res.Status, page)
		}
	}
	v.goTo("/limits/calculator")
}
