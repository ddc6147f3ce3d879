package web

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// filled is the form as it comes, for sending it back.
func filled(t *testing.T, a answer) url.Values {
	t.Helper()
	out := url.Values{}
	for _, kind := range []string{"input", "textarea", "select"} {
		for _, n := range find(a.doc, kind) {
			name, inForm := attr(n, "name"), attr(n, "aria-describedby") != ""
			switch {
			case !inForm:
			case kind == "input":
				out.Set(name, attr(n, "value"))
			case kind == "textarea":
				if n.FirstChild != nil {
					out.Set(name, n.FirstChild.Data)
				}
			default:
				for _, o := range find(n, "option[selected]") {
					out.Set(name, attr(o, "value"))
				}
			}
		}
	}
	return out
}

func TestLocalIndicator(t *testing.T) {
	f := fresh(t)
	c := open(t, f, "analyst")
	a := c.get("/indicators/draft").want(http.StatusOK, []string{"本院指标", "可用的共用计数", "within(filed_on)"}, forbidden...)
	form := filled(t, a)
	if form.Get("id") == "" || form.Get("counts") == "" || form.Get("unit") != "share" {
		t.Fatalf("the form holds %v", form)
	}

	wrong := url.Values{}
	for k, v := range form {
		wrong[k] = v
	}
	wrong.Set("denominator", "clsoed")
	a = c.post("/indicators/draft/check", wrong).want(http.StatusOK, []string{"clsoed", "closed_in_30_days.yaml:", `hx-swap-oob="true"`}, append(forbidden, "<html")...)
	if e := find(a.doc, "p[id=denominator-error]"); len(e) != 1 || !strings.Contains(text(e[0]), "clsoed") {
		t.Error("the fault does not stand at its field")
	}
	a = c.post("/indicators/draft", wrong).want(http.StatusUnprocessableEntity, []string{"clsoed", `href="#denominator"`}, forbidden...)
	if in := find(a.doc, "input[name=denominator]"); attr(in[0], "value") != "clsoed" {
		t.Error("what was typed is lost")
	}

	form.Set("do", "preview")
	a = c.post("/indicators/draft", form).want(http.StatusOK, []string{"试算：2023年", "可以采用", "固定顺序"}, forbidden...)
	if rows := find(find(a.doc, "section[id=trial]")[0], "tr"); len(rows) < 5 {
		t.Errorf("the trial has %d rows", len(rows))
	}

	form.Set("do", "adopt")
	c.post("/indicators/draft", form).want(http.StatusUnprocessableEntity, []string{"请写明采用理由"}, forbidden...)
	form.Set("reason", "例会决定")
	if to := c.post("/indicators/draft", form).want(http.StatusSeeOther, nil).header.Get("Location"); to != "/indicators/local/closed_in_30_days" {
		t.Errorf("adopting leads to %s", to)
	}
	if len(f.adopted) != 1 || f.adopted[0].Reason != "例会决定" || f.adopted[0].Who != "analyst" {
		t.Errorf("adopted %+v", f.adopted)
	}
	c.get("/indicators/draft?of=closed_in_30_days").want(http.StatusOK, []string{"采用记录", "例会决定", "三十日内结案占比"}, forbidden...)

	president := open(t, f, "president")
	president.get("/indicators/draft").want(http.StatusForbidden, []string{"制定本院指标"})
	president.post("/indicators/draft", form).want(http.StatusForbidden, nil)
	president.get("/indicators").want(http.StatusOK, nil, "/indicators/draft")
}

func TestIndicatorHistoryAuditAndComparison(t *testing.T) {
	c := open(t, shared(t), "president")
	a := c.get("/indicators/volume/closing_rate?check=1").want(http.StatusOK, []string{"全部一致", "数据库 SQL", "closed / (opening_pending + filed)", "口径沿革"}, forbidden...)
	if bars := find(find(a.doc, "svg")[0], "rect"); len(bars) == 0 {
		t.Error("no wording is drawn")
	}
	if n := find(a.doc, "p[data-audit=0]"); len(n) != 1 {
		t.Error("the check does not say that nothing differs")
	}
	c.get("/indicators/volume/closing_rate").want(http.StatusOK, []string{"现在核对"}, "全部一致")
	c.get("/indicators/volume/filed?with-from=2023-01-01&with-to=2023-03-31").want(http.StatusOK, []string{"2023年一季度"}, forbidden...)
	c.get("/indicators/volume/filed?with=2023-13").want(http.StatusUnprocessableEntity, []string{"2023-13"}, "⟦")
}

func TestSettings(t *testing.T) {
	f := fresh(t)
	admin := open(t, f, "administrator")
	admin.get("/settings/users").want(http.StatusOK, []string{"央金", "审管办主任", "/settings/user?login=judge"}, forbidden...)
	form := url.Values{"login": {"judge"}, "name": {"新名"}, "role": {"judge"}, "reach": {"part"}, "court": {"藏9801"}, "judge": {"j1"}, "password": {"short"}}
	admin.post("/settings/user", form).want(http.StatusUnprocessableEntity, []string{"too short", `value="新名"`}, forbidden...)

	judge := open(t, f, "judge")
	form.Set("password", "long enough")
	admin.post("/settings/user", form).want(http.StatusSeeOther, nil)
	if len(f.saved) != 1 || f.saved[0].Court != "藏9801" || f.saved[0].City || f.saved[0].Disabled {
		t.Errorf("saved %+v", f.saved)
	}

	admin.get("/settings/log").want(http.StatusOK, []string{"before=51"}, forbidden...)
	admin.get("/settings/log?before=51&verify=1").want(http.StatusOK, []string{"日志完整，共 150 条", "回到最新"}, append(forbidden, "before=1\"")...)
	admin.get("/settings/mappings?name=cn-standard&version=1").want(http.StatusOK, []string{"name: cn-standard"}, forbidden...)
	admin.get("/settings/intervals").want(http.StatusOK, []string{"区间未载入"}, forbidden...)

	head := open(t, f, "office_head")
	head.get("/settings/users").want(http.StatusOK, []string{"央金"}, "/settings/user?login=")
	head.post("/settings/user", form).want(http.StatusForbidden, nil)

	judge.post("/settings/tokens", url.Values{"name": {""}}).want(http.StatusUnprocessableEntity, nil)
	judge.post("/settings/tokens", url.Values{"name": {"报表"}}).want(http.StatusOK, []string{"zs_TOKEN", "只显示这一次"}, append(forbidden, "settings/users")...)
	judge.post("/settings/tokens/end", url.Values{"id": {"aa"}}).want(http.StatusSeeOther, nil)
}

// TestSessionsEnd: a new password signs the user out, and only that user.
func TestSessionsEnd(t *testing.T) {
	f := fresh(t)
	s, err := build(f.deps(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	h := s.handler()
	admin, judge, clerk := visit(t, h, "administrator"), visit(t, h, "judge"), visit(t, h, "clerk")
	admin.post("/settings/user", url.Values{"login": {"judge"}, "name": {"新名"}, "role": {"judge"}, "reach": {"part"}, "password": {"long enough"}}).want(http.StatusSeeOther, nil)
	judge.get("/cases").want(http.StatusSeeOther, nil)
	clerk.get("/cases").want(http.StatusOK, nil)
}

func TestNotesOnACase(t *testing.T) {
	f := fresh(t)
	c := open(t, f, "judge")
	link := attr(find(find(c.get("/cases").doc, "tbody")[0], "a")[0], "href")
	a := c.get(link).want(http.StatusOK, []string{"还没有备注", "不能修改或删除"}, forbidden...)
	to := attr(find(find(a.doc, "section[id=notes]")[0], "form")[0], "action")
	c.post(to, url.Values{"note": {" "}}).want(http.StatusUnprocessableEntity, []string{"1 至"}, forbidden...)
	if back := c.post(to, url.Values{"note": {"等待<b>鉴定</b>"}}).want(http.StatusSeeOther, nil).header.Get("Location"); !strings.HasSuffix(back, "#notes") {
		t.Errorf("the note leads to %s", back)
	}
	c.get(link).want(http.StatusOK, []string{"等待&lt;b&gt;鉴定", f.users()["judge"].Name}, append(forbidden, "还没有备注")...)
	open(t, f, "administrator").post(to, url.Values{"note": {"x"}}).want(http.StatusForbidden, nil)
}

// TestChangesOfABatch: the last batch by itself, narrowed by court and kind, and closed to
// those who see no cases.
func TestChangesOfABatch(t *testing.T) {
	f := shared(t)
	c := open(t, f, "analyst")
	a := c.get("/data/changes").want(http.StatusOK, []string{"批次 12", "新增", "结案", "（2024）藏9801民初2号", "2024-06-28", "备注", "甲", "乙"}, append(forbidden, "转入")...)
	if n := len(find(find(a.doc, "section[id=list]")[0], "tr")); n != 4 {
		t.Error("the three cases are not listed")
	}
	c.get("/data/changes?kind=closed&court=藏9801").want(http.StatusOK, []string{"民初2号", "结案 ×"}, append(forbidden, "民初1号")...)
	c.get("/data/changes?batch=11").want(http.StatusNotFound, []string{"没有已入库的批次"})
	open(t, f, "clerk").get("/data/changes").want(http.StatusOK, []string{"转入", "转出"}, forbidden...)
	open(t, f, "judge").get("/data/changes").want(http.StatusForbidden, nil)
}

// TestDisputeWindow: the office opens a period, a court doubts a case and a figure in it, the
// office answers; what was typed is never lost and nobody does another's part.
func TestDisputeWindow(t *testing.T) {
	f := fresh(t)
	head, court := open(t, f, "office_head"), open(t, f, "court_office")
	court.get("/data/dispute/raise?of=藏9802&key=k").want(http.StatusOK, []string{"目前没有开放核对的期间"}, forbidden...)
	form := url.Values{"period": {"2024-05"}, "until": {"2024-05-20"}, "reason": {"例会决定"}}
	head.post("/data/dispute", form).want(http.StatusUnprocessableEntity, []string{"before the end of the period", `value="2024-05-20"`, `value="例会决定"`}, forbidden...)
	form.Set("until", "2024-06-10")
	head.post("/data/dispute", url.Values{"period": {"2024-05"}, "until": {"x"}}).want(http.StatusUnprocessableEntity, []string{"“x”不是日期", "请写明决定的理由"}, forbidden...)
	court.post("/data/dispute", form).want(http.StatusForbidden, []string{"设定争议期"})
	head.post("/data/dispute", form).want(http.StatusSeeOther, nil)

	court.get("/data/dispute/raise?set=volume&indicator=closing_rate").want(http.StatusOK, []string{"结案率", "96.30% = 26 / 27", "2024年5月"}, forbidden...)
	doubt := url.Values{"set": {"volume"}, "indicator": {"closing_rate"}, "window": {"2024-05"}, "text": {" "}}
	court.post("/data/dispute/raise", doubt).want(http.StatusUnprocessableEntity, []string{"请写明哪里不对"}, forbidden...)
	doubt.Set("text", "漏了<b>一件</b>")
	head.post("/data/dispute/raise", doubt).want(http.StatusForbidden, nil)
	court.post("/data/dispute/raise", doubt).want(http.StatusSeeOther, nil)

	head.get("/data/dispute?state=open").want(http.StatusOK, []string{"漏了&lt;b&gt;一件", "待答复", f.users()["court_office"].Name}, forbidden...)
	for c, want := range map[*client]int{head: 1, court: 0} {
		if got := len(find(c.get("/overview").doc, "span.badge")); got != want {
			t.Errorf("%d sections say that something waits, want %d", got, want)
		}
	}
	head.post("/data/dispute/1", url.Values{"answer": {"已核"}}).want(http.StatusUnprocessableEntity, []string{"请选择处理结果", "已核"}, forbidden...)
	court.post("/data/dispute/1", url.Values{"outcome": {"stands"}, "answer": {"x"}}).want(http.StatusForbidden, nil)
	head.post("/data/dispute/1", url.Values{"outcome": {"stands"}, "answer": {"已核，无误"}}).want(http.StatusSeeOther, nil)
	court.get("/data/dispute").want(http.StatusOK, []string{"数据无误", "已核，无误"}, append(forbidden, "记录答复")...)
	court.get("/data/dispute?state=open").want(http.StatusOK, []string{"没有异议"}, forbidden...)
}

// TestIntervalIsTriedAndAdopted: the effect is shown before anything is decided, the decision
// needs a reason, and what was typed stays.
func TestIntervalIsTriedAndAdopted(t *testing.T) {
	f := fresh(t)
	c := open(t, f, "analyst")
	const to = "/settings/intervals/spc-2024-01/within_limit_rate"
	form := url.Values{"level": {"4"}, "low": {"9x"}, "high": {"100"}, "from": {"2024-07-01"}, "do": {"preview"}}
	c.post(to, form).want(http.StatusUnprocessableEntity, []string{"“9x”不是数", `value="9x"`}, forbidden...)
	form.Set("low", "101")
	c.post(to, form).want(http.StatusUnprocessableEntity, []string{"low is above high"}, forbidden...)
	form.Set("low", "95")
	a := c.post(to+"?period=2023", form).want(http.StatusOK, []string{"区间未载入", "区间内", "95.00%", "个法院的状态会改变"}, forbidden...)
	if rows := find(find(a.doc, "div[id=effect]")[0], "tr"); len(rows) < 3 {
		t.Errorf("the effect has %d rows", len(rows))
	}
	form.Set("do", "adopt")
	c.post(to, form).want(http.StatusUnprocessableEntity, []string{"请写明", `value="95"`}, forbidden...)
	form.Set("reason", "例会决定")
	c.post(to, form).want(http.StatusSeeOther, nil)
	if len(f.intervals) != 1 || f.intervals[0].Interval.Low.RatString() != "19/20" || f.intervals[0].Interval.Level != 4 {
		t.Errorf("adopted %+v", f.intervals)
	}
	c.get(to).want(http.StatusOK, []string{"例会决定", "95.00%—100.00%", "2024-07-01"}, forbidden...)
	open(t, f, "president").post(to, form).want(http.StatusForbidden, nil)
}

// TestSituationIsDrawnOnTheServer: bars with links and the same counts as a table, tiles at
// their places, a screen that asks again by itself.
func TestSituationIsDrawnOnTheServer(t *testing.T) {
	c := open(t, shared(t), "president")
	a := c.get("/situation?period=2023").want(http.StatusOK, []string{"各月新收", "上年同期"}, forbidden...)
	for _, of := range []string{"filed", "closed", "pending"} {
		figure := find(a.doc, "figure[data-bars="+of+"]")
		if len(figure) != 1 {
			t.Fatalf("%s is drawn %d times", of, len(figure))
		}
		bars, rows := find(find(figure[0], "svg")[0], "rect"), find(figure[0], "tr")
		if len(bars) != 6 || len(rows) != 4 {
			t.Errorf("%s: %d bars and marks, %d rows of the table", of, len(bars), len(rows))
		}
	}
	w := c.get("/situation/screen").want(http.StatusOK, []string{"未结 7", "不表示地理方位"}, forbidden...)
	if w.header.Get("Refresh") != "300" {
		t.Errorf("the screen refreshes after %q", w.header.Get("Refresh"))
	}
	open(t, shared(t), "court_office").get("/situation/screen").want(http.StatusOK, nil, append(forbidden, "地理方位")...)
}

// TestCalendar: the days of a year as published, what is not known of it, and a year without a
// file shown as what it is.
func TestCalendar(t *testing.T) {
	c := open(t, shared(t), "administrator")
	c.get("/settings/calendar?year=2024").want(http.StatusOK, []string{"国庆节", "10-01", "09-29", "中秋节"}, forbidden...)
	c.get("/settings/calendar?calendar=lhasa&year=2024").want(http.StatusOK, []string{"地方放假未见通知"}, forbidden...)
	c.get("/settings/calendar?year=2027").want(http.StatusOK, []string{"2027年尚无放假安排，只计周六、周日", "没有列明"}, forbidden...)
	c.get("/settings/calendar?calendar=mars").want(http.StatusNotFound, nil)
}

// A year's days off come in through the page: preview, then adoption with a reason.
func TestYearOfDaysOff(t *testing.T) {
	f := shared(t)
	c := open(t, f, "office_head")
	strict(t, c.get("/settings/calendar").want(http.StatusOK, []string{"预览影响"}))
	c.post("/settings/calendar", url.Values{"do": {"try"}}).want(http.StatusUnprocessableEntity, []string{"请选择一个年度文件"})
	c.post("/settings/calendar", url.Values{"do": {"try"}, "text": {"{}"}}).want(http.StatusUnprocessableEntity, []string{"not a year"})
	form := url.Values{"do": {"try"}, "text": {`{"year": 2026}`}}
	strict(t, c.post("/settings/calendar", form).want(http.StatusOK, []string{"1 件的届满日会变", "2026-02-16", "2026-02-24", "采用 2026 年安排"}))
	form.Set("do", "adopt")
	c.post("/settings/calendar", form).want(http.StatusUnprocessableEntity, []string{"请写明理由", "&#34;year&#34;: 2026"})
	form.Set("reason", "国办通知")
	c.post("/settings/calendar", form).want(http.StatusSeeOther, nil)
	open(t, f, "administrator").get("/settings/calendar").want(http.StatusOK, nil, "预览影响")
	open(t, f, "administrator").post("/settings/calendar", form).want(http.StatusForbidden, nil)
}
