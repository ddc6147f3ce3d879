package browsertest_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// workLine is one line of somebody's work list.
type workLine struct{ ID, Link, Count string }

// TestTodayOpensToItsCases clicks every line of every role's work list, and the parts that are no
// lists of cases (the crawler opens those): what opens holds exactly as many cases, rows,
// applications or documents as the line says.
func TestTodayOpensToItsCases(t *testing.T) {
	for login, least := range map[string]int{"yuanzhang": 3, "zhuren": 6, "tongji": 6, "tingzhang": 6, "faguan": 6, "shujiyuan": 5, "jiceng": 8, "jcyuanzhang": 3} {
		t.Run(login, func(t *testing.T) {
			v := open(t, 1366, 768)
			v.signIn(login)
			if at := ask(v, chromedp.Evaluate[string](`location.pathname`)); at != "/today" {
				t.Fatalf("the day starts at %s", at)
			}
			lines := ask(v, chromedp.Evaluate[[]workLine](`Array.from(document.querySelectorAll("li[data-work]"), li => [...li.querySelectorAll(".amount a, .parts a:not([href^='/cases?'])")]
				.map(a => ({ID: li.dataset.work, Link: a.getAttribute("href"), Count: a.textContent}))).flat()`))
			if n := ask(v, chromedp.Evaluate[int](`document.querySelectorAll("li[data-work] .amount a").length`)); n < least {
				t.Fatalf("only %d lines to work on", n)
			}
			for _, l := range lines {
				v.goTo(l.Link)
				if got := v.opened(l); got != number(t, l.Count) {
					t.Errorf("%s, %s: the line says %s, %d open", l.ID, l.Link, l.Count, got)
				}
			}
		})
	}
}

// stepMarks are the shapes of the states in which a document waits for a step.
var stepMarks = map[string]string{"check": "○", "cosign": "◔", "approve": "◑", "issue": "◕", "acknowledge": "●"}

// opened counts what the page shows that a line of the work list opened.
func (v *visit) opened(l workLine) int {
	v.t.Helper()
	path, query, _ := strings.Cut(l.Link, "?")
	step := strings.TrimPrefix(l.ID, "documents_")
	switch {
	case path == "/documents": // the documents whose next step is this one and this person's
		return ask(v, chromedp.Evaluate[int](`[...document.querySelectorAll("tr:has(.chip.on) .shape")].filter(s => s.textContent.trim() === `+strconv.Quote(stepMarks[step])+`).length`))
	case strings.HasPrefix(path, "/documents/papers/"): // the one document, with the form of its step
		return v.count(`main form[action*="/` + step + `"]`)
	case path == "/data/dispute":
		return v.count("#doubts article.change")
	case path == "/signals/alerts":
		return v.count(".state-alert-firing")
	case path == "/overview": // the figures of the one period that is open for correction
		return v.count(`nav.tabs a[aria-current][href*="` + query + `"]`)
	case v.count("nav.pager") == 0 && v.count(".empty") == 0:
		v.t.Errorf("%s: %s does not say how many it holds", l.ID, l.Link)
	}
	return v.total()
}
