package web

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/sharedtest"
	"zhunsheng/internal/timelimit"
	"zhunsheng/rules"
)

// law is the real law, read once.
var law = sync.OnceValues(func() (*timelimit.Book, error) {
	days, err := calendar.Load(rules.FS)
	if err != nil {
		return nil, err
	}
	return timelimit.Load(rules.FS, days)
})

type fakeLaw struct{}

func (fakeAPI) Limits(context.Context) (*timelimit.Book, error) { return law() }

func (fakeLaw) Limits(context.Context) (*timelimit.Book, error) { return law() }

// asked is the address of the calculator for a worked example.
func asked(t *testing.T, procedure, accepted, events string) string {
	t.Helper()
	q := url.Values{"procedure": {procedure}}
	day, clock, timed := strings.Cut(accepted, "T")
	q.Set("accepted", day)
	if timed {
		q.Set("time", clock)
	}
	var list []map[string]any
	if err := json.Unmarshal([]byte(events), &list); err != nil {
		t.Fatalf("%s: %v", events, err)
	}
	n := 0
	for _, e := range list {
		text := func(name string) string {
			switch x := e[name].(type) {
			case string:
				return x
			case float64:
				return strconv.Itoa(int(x))
			}
			return ""
		}
		switch kind := text("t"); kind {
		case "calendar":
			q.Set("calendar", text("value"))
		case "custody":
			if e["value"] == true {
				q.Set("custody", "1")
			}
		case "option":
			if e["value"] == true {
				q.Set(text("name"), "1")
			}
		case "election":
			q.Set("election", text("on"))
		default:
			n++
			id := "e" + strconv.Itoa(n)
			q.Set(id, kind)
			for name, value := range map[string]string{"on": text("on"), "from": text("from"), "to": text("to"), "why": text("why"), "by": text("by")} {
				if value != "" && (name != "to" || kind != "convert") {
					q.Set(id+"-"+name, value)
				}
			}
			if kind == "convert" {
				q.Set(id+"-target", text("to"))
			}
			for _, unit := range []string{"months", "days"} {
				if size := text(unit); size != "" {
					q.Set(id+"-length", size)
					q.Set(id+"-unit", unit)
				}
			}
		}
	}
	return "/limits/calculator?" + q.Encode()
}

// TestCalculatorExamples opens every worked example as somebody not signed in: the page shows
// its due date.
func TestCalculatorExamples(t *testing.T) {
	file, err := os.Open(sharedtest.Path(t, "domain/time-limit-examples.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, shared(t), "")
	shown := 0
	for _, x := range rows[1:] {
		a := c.get(asked(t, x[1], x[2], x[3]))
		if x[4] == "error" {
			if len(find(a.doc, "div.error")) != 1 || len(find(a.doc, "section.answer")) != 0 {
				t.Errorf("%s: an error is expected\n%s", x[0], a.main())
			}
			continue
		}
		a.want(http.StatusOK, nil, forbidden...)
		due := find(a.doc, "p[data-due]")
		if len(due) != 1 || attr(due[0], "data-due") != strings.Replace(x[4], "T", " ", 1) {
			t.Errorf("%s: due %s expected\n%s", x[0], x[4], a.main())
			continue
		}
		shown++
		if x[0] == "C01" && len(find(a.doc, "td.d-due")) != 1 {
			t.Error("C01: the strip marks no due date")
		}
		strict(t, a)
	}
	if shown < 40 {
		t.Errorf("only %d examples were shown", shown)
	}
}

// TestCalculatorAddress: the address holds the whole question, blank fields are left out, and
// buttons add and remove events without a script.
func TestCalculatorAddress(t *testing.T) {
	c := open(t, shared(t), "")
	at := func(q string) string {
		a := c.get("/limits/calculator?" + q)
		return a.want(http.StatusSeeOther, nil).header.Get("Location")
	}
	if got := at("procedure=CVS&accepted=2022-03-10&time=&court=藏9801"); got != "/limits/calculator?accepted=2022-03-10&procedure=CVS" {
		t.Errorf("blank fields lead to %s", got)
	}
	if got := at("procedure=CVS&do=add&add=extend"); got != "/limits/calculator?e1=extend&e1-unit=months&procedure=CVS#e1" {
		t.Errorf("adding an event leads to %s", got)
	}
	if got := at("procedure=CVS&e1=extend&e1-on=2022-06-01&e2=deduct&e2-from=2022-04-01&drop=1"); got != "/limits/calculator?e1=deduct&e1-from=2022-04-01&procedure=CVS" {
		t.Errorf("removing an event leads to %s", got)
	}
	if got := at("procedure=CVS&e3=extend&e3-on=2022-06-01"); got != "/limits/calculator?e1=extend&e1-on=2022-06-01&procedure=CVS" {
		t.Errorf("a gap in the numbers leads to %s", got)
	}
	r := c.request(http.MethodGet, "/limits/calculator?procedure=CV1&accepted=2024-01-02&time=", nil)
	r.Header.Set("HX-Request", "true")
	if got := c.do(r).want(http.StatusOK, []string{"2024-07-02"}).header.Get("HX-Push-Url"); got != "/limits/calculator?accepted=2024-01-02&procedure=CV1" {
		t.Errorf("a part of the page pushes %s", got)
	}
}

// TestCalculatorSaysWhatIsWrong: place and remedy at the field and above, in both languages.
func TestCalculatorSaysWhatIsWrong(t *testing.T) {
	for _, x := range []struct{ query, field, zh, en string }{
		{"procedure=CVS&accepted=2012-01-02", "accepted", "CVS 自 2013-01-01 起施行", "in force from 2013-01-01"},
		{"procedure=CVS&accepted=2022-02-30", "accepted", "“2022-02-30”不是日期", "is not a date"},
		{"procedure=XX&accepted=2022-03-10", "procedure", "没有编号为“XX”的期限", "no limit has the id"},
		{"procedure=CV-PO&accepted=2022-03-10", "time", "请填写受理的时刻", "give the time of day"},
		{"procedure=CV-VOTE&accepted=2022-03-10", "election", "请填写选举日", "day of the election"},
		{"procedure=CV-PO&accepted=2022-03-10&time=09:00&e1=extend", "e1", "请删除该事件", "remove the event"},
		{"procedure=CV1&accepted=2022-03-10&e1=extend&e1-unit=months&e1-length=1", "e1-on", "第 1 个事件（延长审限）缺“日期”", "lacks"},
		{"procedure=CV1&accepted=2022-03-10&e1=extend&e1-on=2022-08-01&e1-length=-3", "e1-length", "1 至 400", "whole number"},
		{"procedure=CV1&accepted=2022-03-10&e1=deduct&e1-from=2022-05-01", "e1-to", "请填写止日，或在“设置”中填写统计日", "still runs"},
		{"procedure=CV1&accepted=2022-03-10&e1=deduct&e1-from=2022-05-01&e1-to=2022-04-01", "e1-to", "请对调或更正", "exchange or correct"},
		{"procedure=CV1&accepted=2022-03-10&e1=convert&e1-on=2022-01-01&e1-target=CVS", "e1-on", "早于受理日", "before the acceptance"},
		{"procedure=CV1&accepted=2022-03-10&calendar=mars", "calendar", "没有日历“mars”", "no calendar"},
	} {
		c := open(t, shared(t), "")
		for lang, want := range map[string]string{"zh-CN": x.zh, "en": x.en} {
			c.post("/preferences", url.Values{"lang": {lang}, "back": {"/"}})
			a := c.get(canonical(x.query)).want(http.StatusOK, []string{want}, forbidden...)
			if len(find(a.doc, "section.answer")) != 0 {
				t.Errorf("%s: computed all the same", x.query)
			}
			if x.field != "e1" && len(find(a.doc, "[aria-invalid=true]")) == 0 && x.field != "calendar" {
				t.Errorf("%s: no field is marked", x.query)
			}
			if len(find(a.doc, "p[id="+x.field+"-error]")) != 1 {
				t.Errorf("%s in %s: nothing stands at %s", x.query, lang, x.field)
			}
			if len(find(a.doc, "a[href=#"+x.field+"]")) != 1 {
				t.Errorf("%s in %s: the list above does not lead to %s", x.query, lang, x.field)
			}
		}
	}
}

// canonical is the address as the page itself writes it.
func canonical(query string) string {
	q, _ := url.ParseQuery(query)
	return "/limits/calculator?" + q.Encode()
}

// TestStripExplainsEveryDay: every day of the strip has a reason and exactly one can be
// reached by the Tab key; the stretches below have all days.
func TestStripExplainsEveryDay(t *testing.T) {
	c := open(t, shared(t), "")
	a := c.get(canonical("procedure=CV1&accepted=2024-01-02&until=2024-09-10&e1=deduct&e1-from=2024-03-01&e1-to=2024-04-15&e1-why=鉴定&e1-paper=(2024)鉴委1号&e1-entered=2024-06-20"+
		"&e2=extend&e2-on=2024-08-01&e2-length=1&e2-unit=months&e2-by=院长&e3=deduct&e3-from=2024-05-01&e3-to=2024-05-20&e3-why=中止")).want(http.StatusOK, []string{"还有 28 日", "为何事后很久才录入"}, forbidden...)
	grid := find(a.doc, "table.strip")
	if len(grid) != 1 {
		t.Fatalf("%d strips", len(grid))
	}
	kinds, tab := map[string]int{}, 0
	for _, d := range find(grid[0], "td[title]") {
		kinds[strings.Fields(attr(d, "class"))[1]]++
		if attr(d, "tabindex") == "0" {
			tab++
		}
		if !strings.Contains(attr(d, "title"), " · ") {
			t.Errorf("no reason: %q", attr(d, "title"))
		}
	}
	if tab != 1 || kinds["d-deducted"] != 45 || kinds["d-suspended"] != 19 || kinds["d-start"] != 1 || kinds["d-extended"] == 0 {
		t.Errorf("%d cells by Tab, days %v", tab, kinds)
	}
	appraisal := ""
	for _, d := range find(grid[0], "td.d-deducted") {
		appraisal = attr(d, "title")
	}
	for _, want := range []string{"2024-04-15 星期一", "鉴定", "民诉解释 243", "(2024)鉴委1号", "录入：2024-06-20"} {
		if !strings.Contains(appraisal, want) {
			t.Errorf("the reason %q lacks %q", appraisal, want)
		}
	}
	days := 0
	for _, r := range find(find(a.doc, "section[data-runs]")[0], "td.n") {
		days += leading(t, r)
	}
	if all := len(find(grid[0], "td[title]")); days != all {
		t.Errorf("the stretches have %d days, the strip %d", days, all)
	}
}

// leading reads the number that an element begins with.
func leading(t *testing.T, n *html.Node) int {
	t.Helper()
	word, _, _ := strings.Cut(strings.TrimSpace(text(n)), " ")
	x, err := strconv.Atoi(word)
	if err != nil {
		t.Fatalf("%q is no number", text(n))
	}
	return x
}

// TestCaseShowsItsLimit: the page of an open case has its due date and every day; one of which
// several limits are possible, or none is found, says so and what to do.
func TestCaseShowsItsLimit(t *testing.T) {
	f := fresh(t)
	f.cases = slices.Clone(f.cases[:3])
	for i, x := range []struct{ code, procedure string }{{"民初", "ordinary"}, {"刑初", ""}, {"执监", ""}} {
		c := &f.cases[i]
		c.TypeCode, c.Procedure, c.RelatedNo, c.Extra, c.ExtendedOn, c.SuspendedOn = x.code, x.procedure, "", nil, 0, 0
	}
	c := open(t, f, "president")
	for i, links := range []int{0, 4, 0} {
		x := &f.cases[i]
		a := c.get("/cases/one?"+url.Values{"of": {x.Court}, "key": {x.Key}}.Encode()).want(http.StatusOK, nil, forbidden...)
		found := find(a.doc, "section[data-limit=unknown]")
		if x.TypeCode == "民初" {
			if len(found) != 0 || len(find(a.doc, "p[data-due]")) != 1 || len(find(a.doc, "td.d-due")) != 1 || len(find(a.doc, "section[data-runs]")) != 1 {
				t.Errorf("%s: no due date or no strip", x.Key)
			}
			continue
		}
		if len(found) != 1 || !strings.Contains(text(found[0]), "怎样处理") || len(find(found[0], "a")) != links {
			t.Errorf("%s: the page does not say what to do, with %d limits to try: %s", x.TypeCode, links, a.main())
		}
	}
}

func TestLimitsOverview(t *testing.T) {
	c := open(t, shared(t), "president")
	a := c.get("/limits").want(http.StatusOK, []string{"未结案件的审限状态", "为何在届满之后？", "pick=limit_finding.late"}, forbidden...)
	if n := len(find(find(a.doc, "section[data-table=cases]")[0], "tr")); n != 3 {
		t.Errorf("the list has %d rows", n)
	}
	c.get("/limits?state=limit_extended").want(http.StatusOK, []string{`aria-current="page"`}, forbidden...)
	c.get("/limits?state=late").want(http.StatusUnprocessableEntity, []string{"没有“late”这一状态"}, "⟦")
}

// TestTakingNoteOfAWarning: a line of the list is noted with words and moves to those noted.
func TestTakingNoteOfAWarning(t *testing.T) {
	f := fresh(t)
	c := open(t, f, "judge")
	a := c.get("/limits/warnings").want(http.StatusOK, []string{"五日内届满 1", "已超审限 1", "已知悉 0"}, forbidden...)
	forms := find(a.doc, "form.ack")
	if len(forms) != 2 {
		t.Fatalf("%d lines to take note of", len(forms))
	}
	form := url.Values{}
	for _, in := range find(forms[0], "input") {
		form.Set(attr(in, "name"), attr(in, "value"))
	}
	c.post("/limits/warnings", form).want(http.StatusUnprocessableEntity, []string{"请写明情况"}, forbidden...)
	form.Set("note", "等待<b>鉴定")
	c.post("/limits/warnings", form).want(http.StatusSeeOther, nil)
	c.get("/limits/warnings").want(http.StatusOK, []string{"已知悉 1"}, "等待")
	c.get("/limits/warnings?stage=acked").want(http.StatusOK, []string{"等待&lt;b&gt;鉴定"}, forbidden...)
	page := c.get("/cases/one?"+url.Values{"of": {form.Get("of")}, "key": {form.Get("key")}}.Encode()).want(http.StatusOK, []string{"五日内届满（2024-07-02 届满）"}, forbidden...)
	if noted := find(page.doc, "section[data-acks]"); len(noted) != 1 || !strings.Contains(text(noted[0]), "等待<b>鉴定") {
		t.Error("the page of the case does not show who took note")
	}
	c.get("/limits/warnings?stage=d99").want(http.StatusUnprocessableEntity, nil, "⟦")
	form.Set("due", "soon")
	c.post("/limits/warnings", form).want(http.StatusUnprocessableEntity, []string{"请刷新"}, forbidden...)
	open(t, f, "administrator").post("/limits/warnings", form).want(http.StatusForbidden, nil)
	c.get("/limits/digest").want(http.StatusOK, []string{"2024-06-30 审限摘要", "其中新到一级 2 件"}, forbidden...)
	c.get("/limits/digest?day=2024-06-29").want(http.StatusNotFound, nil, "⟦")
}

func TestDueOverTheAPI(t *testing.T) {
	c := open(t, shared(t), "judge")
	a := c.get("/api/v1/limits/due?" + url.Values{"procedure": {"CVS"}, "accepted": {"2022-03-10"}, "events": {`[{"t":"extend","on":"2022-06-01","by":"president","months":1}]`}}.Encode())
	var got struct {
		Due, Extended string
		Limit         struct{ ID, Evidence string }
		Steps         []struct{ Kind, Source string }
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusOK {
		t.Fatalf("%d %s, %v", a.status, a.body, err)
	}
	if got.Due != "2022-07-11" || got.Extended != "1m" || got.Limit.ID != "CVS" || got.Limit.Evidence != "T" || len(got.Steps) < 4 || got.Steps[2].Source == "" {
		t.Errorf("%+v", got)
	}
	c.get("/api/v1/limits/due?procedure=CVS&accepted=2010-01-01").want(http.StatusUnprocessableEntity, []string{"not in force before 2013-01-01"})
	c.get("/api/v1/limits/due?procedure=CVS&accepted=2022-03-10&events=[1]").want(http.StatusUnprocessableEntity, []string{"JSON object"})
	open(t, shared(t), "").get("/api/v1/limits/due?procedure=CVS&accepted=2022-03-10").want(http.StatusUnauthorized, nil)
}
