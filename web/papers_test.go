package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestDocumentBoard: every state under its heading, the failed schedule on top, editions of the
// command line below; a court sees only what was issued to it.
func TestDocumentBoard(t *testing.T) {
	f := fresh(t)
	c := open(t, f, "office_head")
	c.get("/documents").want(http.StatusOK, []string{"起草公文", "起草中", "签批中", "已印发", "未", "磁盘已满", "命令行编制的版本", "待您处理", "1/2 家已签收"})
	c.get("/documents/2024-05-a1/bulletin.docx").want(http.StatusOK, []string{"PK"})
	c.get("/documents/2024-05-a1/secret").want(http.StatusNotFound, nil)
	to := c.post("/documents", url.Values{"court": {"藏9801"}, "month": {"2024-04"}}).want(http.StatusSeeOther, nil).header.Get("Location")
	if !strings.HasPrefix(to, "/documents/papers/p-draft") {
		t.Errorf("a new draft leads to %s", to)
	}
	c.post("/documents", url.Values{"month": {"April"}}).want(http.StatusUnprocessableEntity, []string{"“April”不是期间"})
	c.post("/documents", url.Values{"court": {"nowhere"}, "month": {"2024-04"}}).want(http.StatusForbidden, nil)
	open(t, f, "president").get("/documents").want(http.StatusOK, []string{"通报"}, "起草公文")
	open(t, f, "president").post("/documents", url.Values{"month": {"2024-04"}}).want(http.StatusForbidden, nil)
	open(t, f, "court_office").get("/documents").want(http.StatusOK, []string{"已印发", "未签收"}, "起草中", "签批中", "起草公文")
}

// TestDocumentEditor: the generated sentence beside the written one, the finding beside both;
// a save answers with what it changed, a clash with both texts.
func TestDocumentEditor(t *testing.T) {
	f := fresh(t)
	c := open(t, f, "analyst")
	c.get("/documents/papers/p-draft").want(http.StatusOK, []string{"新收605件。", "新收606件。", "数据来源", "应为 605", "数据缺项", "2 个月份没有任何新收案件", "校核并提交会签", "手工数字"}, "签批机关")
	form := url.Values{"sentence": {"s2"}, "base": {"1"}, "text": {"新收606件。"}}
	c.post("/documents/papers/p-draft/sentences", form).want(http.StatusSeeOther, nil)
	r := c.request(http.MethodPost, "/documents/papers/p-draft/sentences", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("HX-Request", "true")
	c.do(r).want(http.StatusOK, []string{`id="side-s2"`, `id="side-s1"`, `id="base-s2"`, `id="summary"`, "没有编号相符的数值"}, "<html")
	form.Set("base", "0")
	c.post("/documents/papers/p-draft/sentences", form).want(http.StatusConflict, []string{"他人已改写", "新收606件。"})
	form.Set("base", "x")
	c.post("/documents/papers/p-draft/sentences", form).want(http.StatusUnprocessableEntity, nil)
	open(t, f, "president").post("/documents/papers/p-draft/sentences", form).want(http.StatusForbidden, nil)
	open(t, f, "president").get("/documents/papers/p-draft").want(http.StatusOK, []string{"新收606件。"}, "textarea name=\"text\"")
}

// TestDocumentSteps: each step by its role, a reason where one is asked, both languages.
func TestDocumentSteps(t *testing.T) {
	f := fresh(t)
	for _, x := range []struct {
		role, id, action string
		form             url.Values
		status           int
	}{
		{"analyst", "p-draft", "check", nil, http.StatusSeeOther},
		{"president", "p-draft", "check", nil, http.StatusForbidden},
		{"office_head", "p-checked", "cosign", nil, http.StatusSeeOther},
		{"analyst", "p-checked", "cosign", nil, http.StatusForbidden},
		{"president", "p-cosigned", "approve", url.Values{"organ": {"president"}}, http.StatusSeeOther},
		{"office_head", "p-cosigned", "approve", nil, http.StatusForbidden},
		{"office_head", "p-approved", "issue", url.Values{"to": {"藏9801"}}, http.StatusSeeOther},
		{"office_head", "p-issued", "recall", nil, http.StatusUnprocessableEntity},
		{"office_head", "p-issued", "recall", url.Values{"reason": {"数据更正"}}, http.StatusSeeOther},
		{"office_head", "p-draft", "recall", url.Values{"reason": {"x"}}, http.StatusConflict},
		{"court_office", "p-issued", "acknowledge", nil, http.StatusSeeOther},
		{"judge", "p-issued", "acknowledge", nil, http.StatusForbidden},
	} {
		form := url.Values{"seq": {"2"}}
		for k, v := range x.form {
			form[k] = v
		}
		open(t, f, x.role).post("/documents/papers/"+x.id+"/"+x.action, form).want(x.status, nil)
	}
	open(t, f, "office_head").post("/documents/papers/p-approved/issue", nil).want(http.StatusUnprocessableEntity, nil)
	open(t, f, "court_office").get("/documents/papers/p-checked").want(http.StatusForbidden, nil)
	open(t, f, "court_office").get("/documents/papers/p-issued").want(http.StatusOK, []string{"签收"}, "撤回", "数据更正后的变化")
	open(t, f, "court_office").get("/documents/papers/p-issued/restatement").want(http.StatusForbidden, nil)
	c := open(t, f, "office_head")
	c.get("/documents/papers/p-issued/compare").want(http.StatusOK, []string{"<del>新收605件。</del>", "<ins>新收606件。</ins>", "口径自 2024-03-01 起变更", "实际 +25.00", "口径 −50.00"})
	c.get("/documents/papers/p-issued/restatement").want(http.StatusOK, []string{"605 → 606", "（2024）藏9801民初3号", "第13批补录", "结案日期 – → 2024-05-18", "变动 +1 = 口径 +1 + 实际 0"})
	c.get("/documents/papers/p-issued/files/bulletin.docx").want(http.StatusOK, []string{"PK"})
	c.get("/documents/papers/p-issued/files/x").want(http.StatusNotFound, nil)
}
