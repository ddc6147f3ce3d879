package browsertest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// upload sends a clerk's file through the import form, up to the proposed mapping.
func (v *visit) upload(name, rows string) {
	v.t.Helper()
	file := filepath.Join(v.t.TempDir(), name)
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		v.t.Fatal(err)
	}
	v.goTo("/data/import")
	v.shot("import-form")
	v.do(chromedp.SetUploadFiles(`input[type="file"]`, []string{file}))
	v.click(`form[enctype="multipart/form-data"] button.primary`)
}

// imported waits on the page of a batch until it is in the ledger, and returns what it says.
func (v *visit) imported() string {
	v.t.Helper()
	for range 600 {
		if page := v.text("main"); strings.Contains(page, "已入库") {
			return page
		}
		v.do(chromedp.Sleep(100 * time.Millisecond))
	}
	v.t.Fatalf("the import does not end:\n%.400s", v.text("main"))
	return ""
}

// TestImportPage sends a clerk's file through the pages: upload, the proposed mapping, the
// running batch, its counts that add up, and the row that could not be used with its remedy.
func TestImportPage(t *testing.T) {
	rows := "案号,法院代码,立案日期,结案日期,结案方式,案由\n" +
		"（2024）藏9801民初99001号,藏9801,2024-06-03,,,\n" +
		"（2024）藏9801民初99002号,藏9801,2024/6/4,2024-06-20,调解,\n" +
		",藏9801,2024-06-05,,,\n"
	v := open(t, 1366, 768)
	v.signIn("tongji")
	v.upload("补录.csv", rows)
	v.shot("import-mapping")
	if page := v.text("main"); !strings.Contains(page, "补录.csv") || !strings.Contains(page, "99001") {
		t.Errorf("the preview shows neither file nor sample:\n%s", page)
	}
	v.click("main form button.primary")
	v.shot("import-running")
	page := v.imported()
	v.shot("import-done")
	for _, want := range []string{"已入库", "补录.csv"} {
		if !strings.Contains(page, want) {
			t.Errorf("the batch does not say %q:\n%s", want, page)
		}
	}
	v.click(`a[href*="/data/issues"][href*="batch="]`)
	if issues := v.text("main"); !strings.Contains(issues, "缺少标识") {
		t.Errorf("the row without a case number is not among the issues:\n%s", issues)
	}
}
