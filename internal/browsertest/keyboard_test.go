package browsertest_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestKeyboardOnly walks from the start to a case without a pointer: g i opens the
// indicators, Tab and Enter follow links, and the focus shows.
func TestKeyboardOnly(t *testing.T) {
	v := open(t, 1366, 768)
	v.signIn("tongji")
	press := func(keys string) {
		t.Helper()
		if _, err := chromedp.RunResponse(v.ctx, chromedp.KeyEvent(keys)); err != nil {
			t.Fatalf("press %q: %v", keys, err)
		}
		v.do(chromedp.WaitVisible("main"))
	}
	v.do(chromedp.KeyEvent("g"))
	press("i")
	if at := ask(v, chromedp.Evaluate[string](`location.pathname`)); at != "/indicators" {
		t.Fatalf("g i leads to %s", at)
	}
	tabTo := func(sel string) {
		t.Helper()
		for range 120 {
			v.do(chromedp.KeyEvent("\t"))
			if ask(v, chromedp.Evaluate[bool](fmt.Sprintf(`document.activeElement.matches(%q)`, sel))) {
				if ask(v, chromedp.Evaluate[string](`getComputedStyle(document.activeElement).outlineStyle`)) == "none" {
					t.Errorf("%s does not show its focus", sel)
				}
				return
			}
		}
		t.Fatalf("Tab never reaches %s", sel)
	}
	tabTo(`main table a[href*="/indicators/"]`)
	press("\r")
	tabTo(`main a.num[href*="/cases"]`)
	press("\r")
	tabTo(`table.cases tbody th a`)
	press("\r")
	if at := ask(v, chromedp.Evaluate[string](`location.pathname`)); at != "/cases/one" {
		t.Errorf("the walk ends at %s, not on a case", at)
	}
}
