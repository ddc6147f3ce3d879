package web

import (
	"net/http"
	"net/url"
	"testing"
)

// TestProcedurePages: registers, forms and decisions by role; a wrong role is told who may, what
// was typed comes back when a step cannot be taken.
func TestProcedurePages(t *testing.T) {
	f := shared(t)
	judge, president, clerk := open(t, f, "judge"), open(t, f, "president"), open(t, f, "clerk")
	judge.get("/limits/procedures").want(http.StatusOK, []string{"P-draft", "待决定", "延长3个月", "对外委托鉴定、评估"}, forbidden...)
	judge.get("/limits/procedures?state=refused").want(http.StatusOK, []string{"P-refused"}, "P-entered")
	judge.get("/limits/procedures?state=nonsense").want(http.StatusUnprocessableEntity, nil)
	judge.get("/limits/procedures/one?id=P-none").want(http.StatusNotFound, nil)
	judge.get("/limits/procedures/one?id=P-draft").want(http.StatusOK, []string{"2024-10-15", "提交申请", "+92", "案情&lt;b&gt;复杂"}, "<b>复杂")
	clerk.get("/limits/procedures/one?id=P-draft").want(http.StatusOK, []string{"修改"}, "提交申请")

	form := url.Values{"kind": {"extension"}, "by": {"president"}, "months": {"三"}, "reason": {"不能丢的理由"}}
	const to = "/limits/procedures/new?of=%E8%97%8F9801&key=k%7C1"
	judge.get(to).want(http.StatusOK, []string{"本院院长", "最长6个月", "保存并预览"})
	judge.post(to, form).want(http.StatusUnprocessableEntity, []string{"延长月数", "不能丢的理由", "三"})
	form.Set("months", "3")
	judge.post(to, form).want(http.StatusSeeOther, nil)
	form.Set("version", "7")
	form.Set("of", "藏9801")
	form.Set("key", "k|1")
	judge.post("/limits/procedures/edit?id=P-draft", form).want(http.StatusConflict, []string{"不能丢的理由", "现在保存的内容"})
	president.post(to, form).want(http.StatusForbidden, []string{"起草审限申请", "法官", "书记员"})

	decide := url.Values{"version": {"2"}, "verdict": {"refuse"}, "sure": {"1"}}
	president.post("/limits/procedures/decide?id=P-applied", decide).want(http.StatusUnprocessableEntity, []string{"不同意须写明理由"})
	decide.Set("note", "请先开庭再议")
	president.post("/limits/procedures/decide?id=P-applied", decide).want(http.StatusSeeOther, nil)
	decide.Set("version", "1")
	president.post("/limits/procedures/decide?id=P-applied", decide).want(http.StatusConflict, []string{"他人已先一步更改", "请先开庭再议"})
	decide.Del("sure")
	president.post("/limits/procedures/decide?id=P-applied", decide).want(http.StatusUnprocessableEntity, []string{"请先勾选确认"})
	decide.Set("sure", "1")
	open(t, f, "division_head").post("/limits/procedures/decide?id=P-applied", decide).want(http.StatusForbidden, []string{"现在应由院长决定"})
	judge.post("/limits/procedures/decide?id=P-applied", decide).want(http.StatusForbidden, []string{"审核、批准审限申请", "院长", "庭长"})
	judge.post("/limits/procedures/record?id=P-applied", decide).want(http.StatusForbidden, []string{"登记系统外的决定", "审管办主任"})

	judge.get("/limits/appraisals").want(http.StatusOK, []string{"甲所", "案件数过少，不作判断", "49.02%–94.33%", "超期 2 个工作日"}, "排名")
	judge.get("/limits/appraisals/one?id=A-1").want(http.StatusOK, []string{"影像", "据此申请扣除审限", "超期说明"})
	judge.post("/limits/appraisals/new?of=x&key=k", url.Values{"day": {"2024-06-03"}, "matter": {"injury"}, "materials": {"病历原件"}}).want(http.StatusUnprocessableEntity, []string{"受托机构", "病历原件"})
	president.get("/limits/appraisals/new?of=x&key=k").want(http.StatusForbidden, nil)
}
