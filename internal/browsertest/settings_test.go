package browsertest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// nextYear is an arrangement of days off of a year that the rules do not have yet.
const nextYear = `{"year": 2027, "papers": ["https://www.gov.cn/"], "days": [
	{"name": "元旦", "date": "2027-01-01", "isOffDay": true},
	{"name": "春节", "date": "2027-02-05", "isOffDay": true},
	{"name": "春节", "date": "2027-02-14", "isOffDay": false}]}`

// TestYearOfDaysOffIsLoaded: the head of the office chooses a year's file, sees what it would
// move, is asked for the reason without losing the file, adopts it, and finds it on the page and
// in the log.
func TestYearOfDaysOffIsLoaded(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "2027.json"), filepath.Join(dir, "bad.json")
	for name, text := range map[string]string{good: nextYear, bad: `{"days": []}`} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v := open(t, 1366, 768)
	v.signIn("zhuren")
	v.goTo("/settings/calendar?year=2027")
	if page := v.text("main"); strings.Contains(page, "02-05") {
		t.Fatal("the year is there already")
	}
	try := func(file string) {
		v.do(chromedp.SetUploadFiles(`#load input[type="file"]`, []string{file}))
		v.click(`#load > form button`)
	}
	try(bad)
	if page := v.text("main"); !strings.Contains(page, "no year") {
		t.Errorf("a file without a year is answered with %.200s", page)
	}
	try(good)
	v.shot("calendar-preview")
	if effect := v.text("#effect"); !strings.Contains(effect, "02-05") || !strings.Contains(effect, "0 件的届满日会变") {
		t.Errorf("the preview shows %.300s", effect)
	}
	v.click(`#effect button`)
	if page := v.text("main"); !strings.Contains(page, "请写明理由") {
		t.Errorf("without a reason: %.200s", page)
	}
	v.put(`#effect [name="reason"]`, "国办发明电〔2026〕7号")
	v.click(`#effect button`)
	v.goTo("/settings/calendar?year=2027")
	v.shot("calendar-adopted")
	if page := v.text("main"); !strings.Contains(page, "02-05") {
		t.Errorf("the adopted year is not on the page: %.300s", page)
	}
	v.goTo("/settings/log")
	if page := v.text("main"); !strings.Contains(page, "接受审限规则") || !strings.Contains(page, "国办发明电〔2026〕7号") {
		t.Error("the log does not tell of the adoption with its reason")
	}
}

// TestSettingsByHand: the head of the office sees what an interval would have changed, before
// anything is adopted; the administrator adds a user, who signs in, and switches the user off,
// who is out at once; a mapping shows its text, the log is whole.
func TestSettingsByHand(t *testing.T) {
	office := open(t, 1366, 768)
	office.signIn("zhuren")
	office.goTo("/settings/intervals/spc-2024-01/within_limit_rate")
	office.put(`[name="low"]`, "98.5")
	office.put(`[name="high"]`, "100")
	office.click(`button[value="preview"]`)
	office.shot("interval-preview")
	if rows := office.count("#effect tbody tr"); rows < 8 {
		t.Errorf("the effect of an interval is shown for %d courts", rows)
	}
	if changed := office.count("#effect tbody strong"); changed < 8 {
		t.Errorf("an interval where none was changes the state of %d courts", changed)
	}
	office.click(`button[value="adopt"]`)
	if page := office.text(".banner.error"); !strings.Contains(page, "理由") {
		t.Errorf("an interval without a reason is answered with %s", page)
	}

	admin := open(t, 1366, 768)
	admin.signIn("admin")
	admin.goTo("/settings/user")
	admin.do(chromedp.SendKeys("#login", "xinren"), chromedp.SendKeys("#name", "新任统计员"), chromedp.Click(`[name="reach"][value="city"]`), chromedp.SendKeys("#password", city.made.Password))
	admin.put("#role", "analyst")
	admin.click("form.form button.primary")
	admin.goTo("/settings/users")
	if page := admin.text("main"); !strings.Contains(page, "新任统计员") {
		t.Fatalf("the new user is not listed: %.300s", page)
	}
	person := open(t, 1366, 768)
	person.signIn("xinren")
	if at := ask(person, chromedp.Evaluate[string](`location.pathname`)); at != "/today" {
		t.Errorf("the new user's day starts at %s", at)
	}
	admin.goTo("/settings/user?login=xinren")
	admin.do(chromedp.Click(`[name="disabled"]`))
	admin.click("form.form button.primary")
	person.goTo("/data")
	if at := ask(person, chromedp.Evaluate[string](`location.pathname`)); at != "/sign-in" {
		t.Errorf("somebody switched off still opens %s", at)
	}
	admin.goTo("/settings/mappings?name=cn-standard&version=1")
	if page := admin.text("main"); !strings.Contains(page, "case_no") || !strings.Contains(page, "案号") {
		t.Errorf("the mapping does not show its text: %.300s", page)
	}
	admin.goTo("/settings/log?verify=1")
	if page := admin.text("main"); !strings.Contains(page, "日志完整") || !strings.Contains(page, "新增用户") {
		t.Errorf("the log is not whole or does not tell of the new user: %.300s", page)
	}
}
