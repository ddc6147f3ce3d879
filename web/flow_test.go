package web

import (
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestImport(t *testing.T) {
	f := fresh(t)
	c := open(t, f, "analyst")
	var body strings.Builder
	form := multipart.NewWriter(&body)
	if err := form.WriteField("mapping", ""); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"一月.csv", "二月.csv"} {
		w, err := form.CreateFormFile("files", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, "案号,法院,立案日期\n")
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := c.request(http.MethodPost, "/data/import", strings.NewReader(body.String()))
	r.Header.Set("Content-Type", form.FormDataContentType())
	if got := c.do(r).want(http.StatusSeeOther, nil).header.Get("Location"); got != "/data/staged/s1" {
		t.Fatalf("upload leads to %s", got)
	}
	c.get("/data/staged/s1").want(http.StatusOK, []string{"一月.csv", "二月.csv", "还缺必需的列", "立案日期"}, forbidden...)

	wrong := url.Values{"column.0": {"case_no"}, "column.1": {"case_no"}, "column.2": {""}, "name": {"my-map"}}
	a := c.post("/data/staged/s1", wrong).want(http.StatusUnprocessableEntity, []string{"“案号”同时对应", "缺少“立案日期”", "缺少“法院”", `value="my-map"`})
	if sel := find(a.doc, "select[name=column.1]"); len(find(sel[0], "option[selected]")) != 1 || attr(find(sel[0], "option[selected]")[0], "value") != "case_no" {
		t.Error("the wrong choice is lost")
	}
	right := url.Values{"column.0": {"case_no"}, "column.1": {"court"}, "column.2": {"filed_on"}}
	if got := c.post("/data/staged/s1", right).want(http.StatusSeeOther, nil).header.Get("Location"); got != "/data/batches/13" {
		t.Fatalf("start leads to %s", got)
	}
	a = c.get("/data/batches/13").want(http.StatusOK, []string{"导入中", "40%", "约剩 12 秒", "可以离开本页"})
	if got := attr(find(a.doc, "section[hx-get]")[0], "hx-get"); got != "/data/batches/13/progress" {
		t.Errorf("progress is asked at %s", got)
	}
	open(t, f, "president").get("/overview").want(http.StatusOK, []string{"批次 13 导入中 40%", `href="/data/batches/13"`}, forbidden...)
	if err := f.move(13, "running", "interrupted"); err != nil {
		t.Fatal(err)
	}
	if n := len(find(c.get("/data/batches/13/progress").doc, "section[hx-get]")); n != 0 {
		t.Error("a batch that has ended still asks for itself")
	}
	open(t, f, "judge").get("/overview").want(http.StatusOK, []string{"批次 13 的导入中断"}, "/data/batches/13")
	c.get("/overview").want(http.StatusOK, []string{"批次 13 的导入中断", "/data/batches/13"})
	c.get("/data/batches/13").want(http.StatusOK, []string{"继续导入", "丢弃本批次", "4,000"})
	c.post("/data/batches/13/discard", nil).want(http.StatusUnprocessableEntity, []string{"请先勾选"})
	c.post("/data/batches/13/discard", url.Values{"sure": {"1"}}).want(http.StatusSeeOther, nil)
	c.post("/data/batches/13/resume", nil).want(http.StatusConflict, nil)
	open(t, f, "president").post("/data/batches/13/resume", nil).want(http.StatusForbidden, []string{"审管办主任", "统计员"})
}

func TestUploadWithoutFile(t *testing.T) {
	c := open(t, fresh(t), "analyst")
	c.post("/data/import", url.Values{"mapping": {"demo"}}).want(http.StatusUnprocessableEntity, nil)
	r := c.request(http.MethodPost, "/data/import", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\ndemo\r\n--x--\r\n"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	c.do(r).want(http.StatusUnprocessableEntity, []string{"没有收到文件"})
}

func TestExportsHoldTheWholeList(t *testing.T) {
	f := shared(t)
	c := open(t, f, "analyst")
	a := c.get("/cases?set=volume&indicator=filed&side=numerator&period=2023")
	total := number(t, totalOf.FindStringSubmatch(a.body)[1])
	var link string
	for _, n := range find(a.doc, "a[download]") {
		if strings.Contains(attr(n, "href"), "format=csv") {
			link = attr(n, "href")
		}
	}
	file := c.get(link).want(http.StatusOK, nil)
	if got := strings.Count(file.body, "\n"); got != total || total < 60 {
		t.Errorf("the file has %d lines, the list %d cases", got, total)
	}
	if got := file.header.Get("Content-Disposition"); got != "attachment; filename=filed-numerator-2023.csv" {
		t.Errorf("disposition %q", got)
	}
	open(t, f, "clerk").get("/cases").want(http.StatusOK, nil, "/cases/export")
}
