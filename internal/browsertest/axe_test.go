package browsertest_test

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe.min.js
var axe string

// axeFaults runs axe-core in the page and returns what is serious or critical, one line each.
const axeFaults = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations
	.filter(v => v.impact === "serious" || v.impact === "critical")
	.map(v => v.id + ": " + v.help + " at " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(", ")))`

// TestAccessible opens pages of four roles in both languages, for the analyst one of every kind
// that links lead to: axe-core finds nothing serious.
func TestAccessible(t *testing.T) {
	pages := map[string][]string{
		"tongji": {"/today", "/overview", "/indicators?set=spc-2024-01", "/indicators/spc-2024-01/within_limit_rate?check=1", "/indicators/draft",
			"/cases?state=open", "/data", "/data/batches/1", "/data/issues", "/data/completeness", "/data/import", "/documents", "/search?q=结案"},
		"faguan": {"/limits/procedures", "/limits/procedures/one?id=P2024-0001", "/limits/procedures/edit?id=P2024-0001", "/limits/appraisals"},
		"tingzhang": {"/limits", "/limits/warnings", "/limits/digest",
			"/limits/calculator?accepted=2024-01-02&e1=extend&e1-by=x&e1-length=1&e1-on=2024-06-01&e1-unit=months&e2=deduct&e2-from=2024-03-01&procedure=CV1&until=2024-06-30"},
		"admin": {"/settings/users", "/settings/user", "/settings/user?login=tongji", "/settings/courts", "/settings/intervals",
			"/settings/mappings?name=cn-standard&version=1", "/settings/log?verify=1", "/settings/tokens"},
	}
	for _, p := range crawl(t, "tongji", "zh-CN").kinds() {
		if !slices.Contains(pages["tongji"], p) {
			pages["tongji"] = append(pages["tongji"], p)
		}
	}
	if n := len(pages["tongji"]); n < 40 {
		t.Errorf("only %d kinds of pages for the analyst", n)
	}
	for login, paths := range pages {
		t.Run(login, func(t *testing.T) {
			v := open(t, 1366, 768)
			v.signIn(login)
			for _, lang := range []string{"zh-CN", "en"} {
				for _, p := range paths {
					v.goTo(p)
					if lang == "zh-CN" {
						v.shot("axe-" + strings.Trim(strings.NewReplacer("/", "-", "?", "-", "=", "-", "&", "-").Replace(p), "-"))
					}
					found := ask(v, chromedp.Evaluate[[]string](axe+";\n"+axeFaults, chromedp.EvalAwaitPromise))
					for _, f := range found {
						t.Errorf("%s in %s: %s", p, lang, f)
					}
				}
				v.goTo(paths[0])
				v.click(`form.prefs button[name="lang"]`)
			}
		})
	}
}
