package web

import (
	"net/http"
	"net/url"
	"testing"
)

// The pages of the signals: what departs, what makes it up, the way to the cases, a known
// change with its reason, funnel and long-lagging.
func TestSignalPages(t *testing.T) {
	f := shared(t)
	c := open(t, f, "analyst")
	a := c.get("/signals").want(http.StatusOK, []string{"突增", "+5", "不超过 0.1 个误报", "/cases?", "indicator=filed", "f-court="})
	strict(t, a)
	series := "/signals/series?s=" + url.QueryEscape("藏9801/civil")
	a = c.get(series).want(http.StatusOK, []string{"<svg", "从预计到实收", "+5.0", "实收 9 件，预计 4 件", "从该月起重新定水平"})
	strict(t, a)
	c.get(series+"&m=2024-04").want(http.StatusOK, []string{"2024-04 由什么构成"}, "从预计到实收")
	c.get(series+"&m=1999-01").want(http.StatusNotFound, nil)
	c.get("/signals/series?s=nothing").want(http.StatusNotFound, nil)
	form := url.Values{"s": {"藏9801/civil"}, "m": {"2024-05"}}
	c.post("/signals/rebase", form).want(http.StatusUnprocessableEntity, []string{"请写明发生了什么变化"})
	form.Set("reason", "管辖调整")
	c.post("/signals/rebase", form).want(http.StatusSeeOther, nil)
	a = c.get("/signals/course?set=spc-2024-01&indicator=within_limit_rate").want(http.StatusOK, []string{"<svg", "口径变更", "界限暂定", "从该月起重新定水平", "+40.00", "side=numerator"})
	strict(t, a)
	c.get("/signals/course?set=spc-2024-01&indicator=within_limit_rate&m=1999-01").want(http.StatusNotFound, nil)
	form = url.Values{"s": {"indicator:spc-2024-01/within_limit_rate"}, "m": {"2024-05"}}
	c.post("/signals/rebase", form).want(http.StatusUnprocessableEntity, []string{"请写明发生了什么变化"})
	form.Set("reason", "管辖调整")
	c.post("/signals/rebase", form).want(http.StatusSeeOther, nil)
	a = c.get("/signals/funnel").want(http.StatusOK, []string{"<svg", "案件数过少，不作判断", "界限内", "不是名次"})
	strict(t, a)
	strict(t, c.get("/signals/lagging").want(http.StatusOK, []string{"没有长期偏离的单位"}))
	strict(t, c.get("/signals/distortion").want(http.StatusOK, []string{"结案是否集中到月末报结？", "先核查", "可能是集中送达。", "pick=clue", "2.0 倍", "不超过 0.5 个"}))
	strict(t, c.get("/signals/alerts").want(http.StatusOK, []string{"收案firing", "认领", "写明查明的情况", "已知批量案件", "有用 1", "点对点提示", "另有 1 项等待"}))
	c.post("/signals/alerts", url.Values{"id": {"2"}, "do": {"find"}}).want(http.StatusUnprocessableEntity, nil)
	c.post("/signals/alerts", url.Values{"id": {"2"}, "do": {"find"}, "note": {"批量案件"}}).want(http.StatusSeeOther, nil)
	c.post("/signals/alerts", url.Values{"id": {"2"}, "do": {"useful"}}).want(http.StatusSeeOther, nil)
	c.post("/signals/alerts/silence", url.Values{"rule": {"intake"}, "end": {"2024-08-01"}}).want(http.StatusUnprocessableEntity, nil)
	c.post("/signals/alerts/silence", url.Values{"rule": {"intake"}, "end": {"2024-08-01"}, "reason": {"已知"}}).want(http.StatusSeeOther, nil)
	c.post("/signals/alerts/silence", url.Values{"id": {"1"}}).want(http.StatusSeeOther, nil)
	c.post("/signals/alerts/document", url.Values{"id": {"1"}, "kind": {"notice"}}).want(http.StatusConflict, nil)
	c.post("/signals/alerts/document", url.Values{"id": {"1"}, "kind": {"notice"}, "reason": {"法院来函"}}).want(http.StatusSeeOther, nil)
	open(t, f, "judge").post("/signals/rebase", form).want(http.StatusForbidden, nil)
	open(t, f, "administrator").get("/signals").want(http.StatusForbidden, nil)
}
