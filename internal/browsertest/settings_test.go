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
