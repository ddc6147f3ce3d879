package web

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"

	"pgregory.net/rapid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// pages are the addresses that a role with every right can read.
var pages = map[string]access.Action{
	"/overview":                                 access.ViewFigures,
	"/overview?period=2023&court=藏9801":         access.ViewFigures,
	"/today":                                    "",
	"/situation?period=2023&of=pending":         access.ViewFigures,
	"/situation/screen":                         access.ViewFigures,
	"/longpending":                              access.ViewCases,
	"/cases?pick=long_pending":                  access.ViewCases,
	"/indicators":                               access.ViewFigures,
	"/indicators?set=spc-2024-09":               access.ViewFigures,
	"/indicators?set=local":                     access.ViewFigures,
	"/indicators/volume/closing_rate":           access.ViewFigures,
	"/indicators/spc-2024-01/within_limit_rate": access.ViewFigures,
	"/indicators/volume/median_days_to_close":   access.ViewFigures,
	"/indicators/volume/closing_rate?check=1":   access.ViewFigures,
	"/indicators/draft":                         access.DefineIndicators,
	"/search?q=结案":                              access.ViewFigures,
	"/cases":                                    access.ViewCases,
	"/cases?state=open&q=民初":                    access.ViewCases,
	"/cases?set=volume&indicator=closing_rate&side=denominator": access.ViewCases,
	"/cases/export?format=csv":                                  access.Export,
	"/data":                                                     access.ViewBatches,
	"/data/batches/12":                                          access.ViewBatches,
	"/data/batches/12/progress":                                 access.ViewBatches,
	"/data/issues":                                              access.ViewBatches,
	"/data/issues/export?format=xlsx":                           access.ViewBatches,
	"/data/issues/export":                                       access.ViewBatches,
	"/data/dispute":                                             access.ViewBatches,
	"/data/dispute/raise?of=藏9802&key=k":                        access.RaiseDoubt,
	"/data/changes":                                             access.ViewBatches,
	"/data/completeness":                                        access.ViewBatches,
	"/data/import":                                              access.ImportData,
	"/documents":                                                access.ViewBulletin,
	"/limits":                                                   access.ViewCases,
	"/limits/warnings":                                          access.ViewCases,
	"/limits/digest":                                            access.ViewCases,
	"/settings/users":                                           access.ViewAudit,
	"/settings/user":                                            access.ManageUsers,
	"/settings/user?login=judge":                                access.ManageUsers,
	"/settings/courts":                                          access.ViewAudit,
	"/settings/intervals/spc-2024-01/within_limit_rate": access.DefineIndicators,
	"/settings/calendar?year=2024":                      access.ViewAudit,
	"/settings/intervals":                               access.ViewAudit,
	"/settings/mappings?name=cn-standard&version=1":     access.ViewAudit,
	"/settings/log?verify=1":                            access.ViewAudit,
	"/settings/tokens":                                  access.HoldToken,
	"/documents/papers/p-draft":                         access.ViewBulletin,
	"/documents/papers/p-issued":                        access.ViewBulletin,
	"/documents/papers/p-issued/compare":                access.ViewBulletin,
	"/documents/papers/p-issued/restatement":            access.BuildBulletin,
	"/documents/papers/p-issued/files/bulletin.docx":    access.ViewBulletin,
	"/documents/2024-05-a1/bulletin.docx":               access.ViewBulletin,
}

// words must never stand on any page: rankings, and messages that are missing.
var forbidden = []string{"排名", "末位", "居首", "垫底", "倒数", "位列第", "⟦", "%!", "<nil>", "map["}

func escaped(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		panic(err)
	}
	if u.RawQuery != "" {
		u.RawQuery = u.Query().Encode()
	}
	return u.String()
}

func TestEveryPageForEveryRole(t *testing.T) {
	f := shared(t)
	for role, who := range f.users() {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			c := open(t, f, role)
			for path, need := range pages {
				court := strings.Contains(path, "court=")
				a := c.get(escaped(path))
				allowed := need == "" || who.Can(need)
				switch {
				case !allowed && a.status != http.StatusForbidden:
					t.Errorf("%s needs %s, which %s may not: status %d", path, need, role, a.status)
				case !allowed:
					a.want(http.StatusForbidden, []string{"可以这样做的角色"}, forbidden...)
				case court && !who.City && who.Court != "藏9801":
					a.want(http.StatusForbidden, []string{"不在您的数据范围内"}, forbidden...)
				default:
					a.want(http.StatusOK, nil, forbidden...)
				}
				strict(t, a)
			}
		})
	}
}

// strict checks what the content security policy would refuse, and outside addresses.
func strict(t *testing.T, a answer) {
	t.Helper()
	if got := a.header.Get("Content-Security-Policy"); got != policy || strings.Contains(got, "unsafe") {
		t.Errorf("%s: policy %q", a.path, got)
	}
	if a.doc == nil {
		return
	}
	for n := range a.doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "style" || n.Data == "script" && (attr(n, "src") == "" || n.FirstChild != nil) {
			t.Errorf("%s: inline <%s>", a.path, n.Data)
		}
		for _, at := range n.Attr {
			if at.Key == "style" || strings.HasPrefix(at.Key, "on") || strings.HasPrefix(at.Key, "hx-on") {
				t.Errorf("%s: <%s %s>", a.path, n.Data, at.Key)
			}
			if at.Key == "href" || at.Key == "src" || at.Key == "action" {
				if !strings.HasPrefix(at.Val, "/") && !strings.HasPrefix(at.Val, "#") || strings.HasPrefix(at.Val, "//") {
					t.Errorf("%s: <%s %s=%q> leaves the site", a.path, n.Data, at.Key, at.Val)
				}
			}
		}
	}
}

func TestPagesInEnglishSpeakNoChinese(t *testing.T) {
	f := shared(t)
	c := open(t, f, "analyst")
	c.post("/preferences", url.Values{"lang": {"en"}, "back": {"/data"}}).want(http.StatusSeeOther, nil)
	for _, path := range []string{"/today", "/overview", "/data", "/data/import", "/documents", "/cases", "/cases?pick=near_limit", "/longpending?days=180", "/situation?of=closed", "/indicators"} {
		a := c.get(path).want(http.StatusOK, []string{`lang="en"`, ">Today<", ">Cases<"}, "今日", "公文", "数据截至", "去年同期", "合计")
		strict(t, a)
	}
}

func TestNavigationHasOnlyWhatTheRoleMayUse(t *testing.T) {
	f := shared(t)
	for role, want := range map[string]string{
		"president":     "/today /data /indicators /overview /cases /limits /longpending /signals /foresight /documents",
		"judge":         "/today /indicators /overview /cases /limits /longpending /signals /foresight",
		"clerk":         "/today /data /indicators /overview /cases /limits /longpending /signals /foresight",
		"administrator": "/today /data /settings/users",
	} {
		c := open(t, f, role)
		start := c.get("/").header.Get("Location")
		if want := strings.Fields(want)[0]; start != want {
			t.Errorf("%s starts at %s, want %s", role, start, want)
		}
		var got []string
		for _, a := range find(c.get(start).doc, "a[data-go]") {
			got = append(got, attr(a, "href"))
			c.get(attr(a, "href")).want(http.StatusOK, nil)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: navigation %v, want %s", role, got, want)
		}
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	if err != nil {
		t.Fatalf("%q is not a count", s)
	}
	return n
}

var totalOf = regexp.MustCompile(`共 ([\d,]+) 条`)

// changed reports whether a figure belongs to the changes of Today, which the fake makes up.
func changed(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if has(p, "data-change") {
			return true
		}
	}
	return false
}

// TestEveryCountOpensThatManyCases clicks every whole number of the pages of figures.
func TestEveryCountOpensThatManyCases(t *testing.T) {
	f := shared(t)
	for _, role := range []string{"president", "court_office", "division_head", "judge"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			c := open(t, f, role)
			clicked := 0
			seen := map[string]bool{}
			var figures []*html.Node
			for _, path := range []string{"/overview?period=2023", "/today", "/situation?period=2023", "/situation/screen", "/longpending"} {
				figures = append(figures, find(c.get(path).doc, "a.num")...)
			}
			for _, a := range figures {
				href := attr(a, "href")
				if !strings.HasPrefix(href, "/cases?") || strings.Contains(text(a), ".") || strings.Contains(href, "flag=") || strings.Contains(href, "inactive") || changed(a) || seen[href] {
					continue
				}
				seen[href] = true
				m := totalOf.FindStringSubmatch(c.get(href).body)
				if m == nil || number(t, m[1]) != number(t, text(a)) {
					t.Errorf("%s shows %s, its list says %v", href, text(a), m)
				}
				clicked++
			}
			if clicked < 15 {
				t.Errorf("only %d figures clicked", clicked)
			}
		})
	}
}

func TestStepsOfInactivityAreThoseOfTheRules(t *testing.T) {
	open(t, shared(t), "president").get("/longpending?days=7").want(http.StatusUnprocessableEntity, []string{"没有“7”这一档"})
}

// TestTablesAddUp checks that the rows of a table give its totals row, that courts stand in
// administrative order, and that the page sorts nothing by value.
func TestTablesAddUp(t *testing.T) {
	f := shared(t)
	a := open(t, f, "president").get("/overview?period=2023")
	tables := find(a.doc, "table.data")
	if len(tables) < 2 {
		t.Fatalf("%d tables", len(tables))
	}
	for _, table := range []*html.Node{tables[0], tables[len(tables)-1]} {
		var sums []int
		for _, tr := range find(table, "tr") {
			cells := find(tr, "td.n")
			if len(cells) < 5 {
				continue
			}
			total := strings.Contains(attr(tr, "class"), "total")
			for i := range 5 {
				n := number(t, text(cells[i]))
				if len(sums) <= i {
					sums = append(sums, 0)
				}
				if total && sums[i] != n {
					t.Errorf("column %d: rows add up to %d, the total says %d", i, sums[i], n)
				}
				sums[i] += n
			}
		}
		if len(sums) == 0 || sums[0] == 0 {
			t.Error("the table has no numbers")
		}
	}
	var got []string
	for _, th := range find(tables[0], "th[scope=row]") {
		got = append(got, text(th))
	}
	for i, court := range f.city.Courts {
		if got[i] != court.Name {
			t.Errorf("row %d is %s, want %s", i, got[i], court.Name)
		}
	}
	if n := len(find(a.doc, "[aria-sort]")); n > 0 {
		t.Errorf("%d columns offer sorting", n)
	}
}

func TestClosingRateHasNoTargetAndNoState(t *testing.T) {
	f := shared(t)
	c := open(t, f, "president")
	a := c.get("/indicators/volume/closing_rate").want(http.StatusOK, []string{"结案率"}, "低于区间", "高于区间", "区间内", "区间未载入")
	if n := len(find(a.doc, "span.state")); n != 0 {
		t.Errorf("%d states on a volume figure", n)
	}
	c.get("/indicators/spc-2024-09/appeal_rate").want(http.StatusOK, []string{"区间未载入", "依据 C"})
	c.get("/indicators/spc-2024-09/case_item_ratio").want(http.StatusOK, []string{"本地口径"})
}

func TestScopeIsNeverWidened(t *testing.T) {
	f := shared(t)
	users := f.users()
	home := users["division_head"]
	for _, tc := range []struct{ role, path string }{
		{"court_office", "/cases?court=藏9801"},
		{"division_head", "/overview?court=藏98"},
		{"division_head", "/cases?court=" + home.Court + "&division=x"},
		{"judge", "/cases?judge=R0001"},
		{"judge", "/cases/export?format=csv&judge=R0001"},
	} {
		open(t, f, tc.role).get(escaped(tc.path)).want(http.StatusForbidden, []string{"不在您的数据范围内"})
	}
	c := open(t, f, "judge")
	own := users["judge"]
	for _, row := range find(c.get("/cases?period=2023").doc, "td.court") {
		if got := text(row); got != nameOf(f.city.Courts, own.Court) {
			t.Errorf("a judge of %s sees a case of %s", own.Court, got)
		}
	}
	var other docket.Case
	for _, x := range f.cases {
		if x.Court != own.Court {
			other = x
			break
		}
	}
	path := "/cases/one?" + url.Values{"of": {other.Court}, "key": {other.Key}}.Encode()
	c.get(path).want(http.StatusNotFound, nil, other.Cause+"纠纷")
	open(t, f, "analyst").get(path).want(http.StatusOK, []string{"数据来源", "ledger-2024-06.csv.gz", "记录的各个版本", "结案日期: – →"})
}

func nameOf(courts []docket.Court, code string) string {
	for _, c := range courts {
		if c.Code == code {
			return c.Name
		}
	}
	return code
}

// TestNarrow states the law of scopes: whatever the address asks, what is shown lies inside
// what the user may see.
func TestNarrow(t *testing.T) {
	lists := Lists{
		Courts:    []docket.Court{{Code: "A"}, {Code: "B"}},
		Divisions: []docket.Division{{ID: "a1", Court: "A"}, {ID: "a2", Court: "A"}, {ID: "b1", Court: "B"}},
		Judges:    []docket.Posting{{Judge: "ja", Court: "A", Division: "a1"}, {Judge: "jb", Court: "B", Division: "b1"}},
	}
	rapid.Check(t, func(t *rapid.T) {
		one := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
		who := access.Scope{Role: access.Analyst, City: rapid.Bool().Draw(t, "city")}
		if !who.City {
			who.Court = one("court", "A", "B")
			who.Division = one("division", "", "a1", "b1")
			who.Judge = one("judge", "", "ja", "jb")
		}
		q := url.Values{"court": {one("q court", "", "A", "B", "C")}, "division": {one("q division", "", "a1", "a2", "b1", "zz")}, "judge": {one("q judge", "", "ja", "jb", "zz")}}
		at, err := narrow(who, q, lists)
		if err != nil {
			if !errors.Is(err, fault.Forbidden) {
				t.Fatalf("%v", err)
			}
			return
		}
		for _, court := range []string{"A", "B", "C"} {
			for _, division := range []string{"a1", "a2", "b1", "zz"} {
				for _, judge := range []string{"ja", "jb", "zz"} {
					if at.Sees(court, division, judge) && !who.Sees(court, division, judge) {
						t.Fatalf("%+v asked for %v and sees %s/%s/%s", who, q, court, division, judge)
					}
				}
			}
		}
		if at.Role != who.Role || at.User != who.User {
			t.Fatalf("narrowing changed the person: %+v", at)
		}
	})
}

func TestSignIn(t *testing.T) {
	f := shared(t)
	c := open(t, f, "")
	c.get("/sign-in").want(http.StatusOK, []string{"用户名"}, forbidden...)
	c.get("/overview?period=2023").want(http.StatusSeeOther, nil)
	if got := c.get("/overview?period=2023").header.Get("Location"); got != "/sign-in?back=%2Foverview%3Fperiod%3D2023" {
		t.Errorf("sent to %s", got)
	}
	for _, form := range []url.Values{{"login": {"judge"}, "password": {"wrong"}}, {"login": {"nobody<b>"}, "password": {"x"}}} {
		a := c.post("/sign-in", form).want(http.StatusForbidden, []string{"用户名或密码不正确"}, "<b>")
		if in := find(a.doc, "input[name=login]"); attr(in[0], "value") != form.Get("login") {
			t.Error("the typed name is lost")
		}
	}
	for back, want := range map[string]string{"/cases?q=1": "/cases?q=1", "//evil.example/x": "/", "https://evil.example": "/", `/\evil.example`: "/", "": "/"} {
		if got := c.post("/sign-in", url.Values{"login": {"judge"}, "password": {password}, "back": {back}}).header.Get("Location"); got != want {
			t.Errorf("back to %q leads to %q, want %q", back, got, want)
		}
	}
	c.get("/overview").want(http.StatusOK, nil)
	c.post("/sign-out", nil).want(http.StatusSeeOther, nil)
	c.get("/overview").want(http.StatusSeeOther, nil)
	r := c.request(http.MethodGet, "/data/batches/12/progress", nil)
	r.Header.Set("HX-Request", "true")
	if a := c.do(r); a.status != http.StatusUnauthorized || a.header.Get("HX-Redirect") != "/sign-in" {
		t.Errorf("a part of a page without a session: %d %q", a.status, a.header.Get("HX-Redirect"))
	}
}

func TestSignInRenewsTheSession(t *testing.T) {
	c := open(t, shared(t), "judge")
	here, err := url.Parse(c.base)
	if err != nil {
		t.Fatal(err)
	}
	before := c.http.Jar.Cookies(here)[0].Value
	c.post("/sign-in", url.Values{"login": {"judge"}, "password": {password}})
	if after := c.http.Jar.Cookies(here)[0].Value; after == before {
		t.Error("the session token survives a sign-in")
	}
}

func TestOtherSitesCannotAct(t *testing.T) {
	c := open(t, shared(t), "analyst")
	r := c.request(http.MethodPost, "/documents", strings.NewReader("month=2024-05"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	c.do(r).want(http.StatusForbidden, []string{"请求来自其他网站"})
}

func TestErrorsShowAReferenceAndNoCause(t *testing.T) {
	f := fresh(t)
	f.broken = errors.New("disk on fire at sector 7")
	var log strings.Builder
	deps := f.deps(io.Discard)
	deps.Log = slog.New(slog.NewTextHandler(&log, nil))
	h, err := New(deps)
	if err != nil {
		t.Fatal(err)
	}
	c := visit(t, h, "analyst")
	a := c.get("/cases").want(http.StatusInternalServerError, []string{"系统内部错误", "编号"}, "disk on fire")
	ref := text(find(a.doc, "code")[0])
	if !strings.Contains(log.String(), ref) || !strings.Contains(log.String(), "disk on fire") {
		t.Errorf("the log does not hold %s with the cause:\n%s", ref, log.String())
	}
	for path, code := range map[string]int{
		"/nowhere": 404, "/data/batches/x": 404, "/data/batches/99": 404, "/indicators/volume/nothing": 404,
		"/overview?period=20x4": 422, "/cases?f-nothing=1": 422, "/cases?f-filed_on=1": 422, "/cases?set=volume": 422,
		"/cases?state=half": 422, "/cases?pick=near_limit&q=1": 422, "/cases?except=x": 422, "/cases?except=nothing%3D1": 422,
		"/situation?of=speed": 422, "/situation?period=2030": 422, "/cases/export?format=exe": 422,
	} {
		c.get(path).want(code, []string{`data-status="` + strconv.Itoa(code) + `"`, "编号"}, forbidden...)
	}
}

func TestStatusOfFaults(t *testing.T) {
	for want, err := range map[int]error{404: fault.NotFoundf("x"), 422: fault.At("a", "b", "c"), 409: fault.Conflictf("x"), 403: denied{access.Export}, 500: errors.New("x")} {
		if got := status(err); got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
}

func TestEmptyInstallationTeachesTheFirstStep(t *testing.T) {
	f := fresh(t)
	f.empty = true
	c := open(t, f, "analyst")
	for path, want := range map[string]string{
		"/overview": "/data/import", "/data": "/data/import", "/data/issues": "没有数据问题", "/data/completeness": "/data/import",
		"/indicators": "收结存统计", "/indicators/volume/filed": "还没有案件数据", "/cases": "还没有案件数据", "/documents": "导入数据后即可编制",
	} {
		a := c.get(path).want(http.StatusOK, []string{want}, append(forbidden, "0001")...)
		strict(t, a)
	}
	open(t, f, "judge").get("/overview").want(http.StatusOK, []string{"请联系审管办统计员"}, "/data/import")
}

func TestStaticFiles(t *testing.T) {
	f := shared(t)
	c := open(t, f, "")
	doc := c.get("/sign-in").doc
	var addresses []string
	for _, n := range append(find(doc, "link[href]"), find(doc, "script[src]")...) {
		addresses = append(addresses, attr(n, "href")+attr(n, "src"))
	}
	addresses = append(addresses, attr(find(doc, "script[data-charts]")[0], "data-charts"))
	if len(addresses) != 5 {
		t.Fatalf("static files: %v", addresses)
	}
	hash := regexp.MustCompile(`^/static/[a-z]+\.[0-9a-f]{12}\.(css|js|svg)$`)
	for _, a := range addresses {
		if !hash.MatchString(a) {
			t.Errorf("%s has no fingerprint", a)
		}
		got := c.get(a).want(http.StatusOK, nil)
		if !strings.Contains(got.header.Get("Cache-Control"), "immutable") || got.header.Get("Content-Type") == "" || got.body == "" {
			t.Errorf("%s: %v", a, got.header)
		}
	}
	c.get("/static/app.css").want(http.StatusNotFound, nil)
	c.get("/static/../web.go").want(http.StatusTemporaryRedirect, nil)

	one, err1 := loadAssets(fstest.MapFS{"static/a.css": {Data: []byte("a{}")}})
	two, err2 := loadAssets(fstest.MapFS{"static/a.css": {Data: []byte("b{}")}})
	if err1 != nil || err2 != nil || one.path("a.css") == two.path("a.css") {
		t.Errorf("the address does not follow the content: %s, %v %v", one.path("a.css"), err1, err2)
	}
}

func TestStylesheetAsksNothingFromOutside(t *testing.T) {
	for _, name := range []string{"static/app.css", "static/app.js"} {
		b, err := embedded.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"http://", "https://", "url(", "@import", "eval(", "innerHTML", ".cssText"} {
			if strings.Contains(string(b), bad) {
				t.Errorf("%s contains %s", name, bad)
			}
		}
	}
}

func TestEveryRouteHasAPermissionAndASection(t *testing.T) {
	f := shared(t)
	s, err := build(f.deps(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"": true, "{$}": true, "search": true}
	for _, x := range sections {
		known[x.id] = true
	}
	seen := map[string]bool{}
	for _, r := range s.routes() {
		if seen[r.pattern] {
			t.Errorf("%s stands twice", r.pattern)
		}
		seen[r.pattern] = true
		if r.need == "" && r.pattern != "GET /{$}" && r.pattern != "GET /today" { // what stands there depends on the role
			t.Errorf("%s needs no permission", r.pattern)
		}
		if !known[section(r.pattern)] {
			t.Errorf("%s belongs to no section", r.pattern)
		}
		if strings.HasPrefix(r.pattern, "POST ") && !slices.Contains([]access.Action{access.ImportData, access.BuildBulletin, access.CosignBulletin, access.ReturnBulletin, access.ApproveBulletin, access.IssueBulletin, access.AcknowledgeBulletin, access.DefineIndicators, access.WriteNotes, access.HoldToken, access.ManageUsers, access.RaiseDoubt, access.SettleDoubts, access.HandleAlerts,
			access.PrepareProcedure, access.ApplyProcedure, access.DecideProcedure, access.RecordDecision, access.KeepAppraisals, access.PlanStaffing}, r.need) {
			t.Errorf("%s changes something with the permission %s", r.pattern, r.need)
		}
	}
}

func TestSearch(t *testing.T) {
	f := shared(t)
	c := open(t, f, "president")
	if got := c.get("/search?q="+url.QueryEscape("民初12")).want(http.StatusSeeOther, nil).header.Get("Location"); !strings.HasPrefix(got, "/cases?q=") {
		t.Errorf("a case number leads to %s", got)
	}
	c.get("/search?q="+url.QueryEscape("上诉率")).want(http.StatusOK, []string{"/indicators/spc-2024-09/appeal_rate"})
	c.get("/search?q="+url.QueryEscape("朗青")).want(http.StatusOK, []string{"/overview?court="})
	c.get("/search?q="+url.QueryEscape("<script>")).want(http.StatusOK, nil, "<script>")
	open(t, f, "court_office").get("/search?q="+url.QueryEscape("朗青")).want(http.StatusOK, nil, "/overview?court=")
	c.get("/search?q="+url.QueryEscape("2024年5月")).want(http.StatusOK, []string{"2024年5月审判质效指标通报"}, forbidden...)
	c.get("/search?q="+url.QueryEscape("争议期")).want(http.StatusOK, []string{`href="/data/dispute"`}, forbidden...)
	open(t, f, "judge").get("/search?q="+url.QueryEscape("日志")).want(http.StatusOK, []string{"没有找到"}, append(forbidden, "/settings/log")...)
}

func TestNewNeedsEverything(t *testing.T) {
	if _, err := New(Deps{}); err == nil {
		t.Error("New takes nothing")
	}
}

func TestThemeAndLanguageStay(t *testing.T) {
	c := open(t, shared(t), "judge")
	c.post("/preferences", url.Values{"theme": {"dark"}, "back": {"/cases?state=open"}}).want(http.StatusSeeOther, nil)
	c.get("/cases").want(http.StatusOK, []string{`data-theme="dark"`, `lang="zh-CN"`})
	c.post("/preferences", url.Values{"theme": {"plaid"}, "lang": {"xx"}}).want(http.StatusSeeOther, nil)
	c.get("/cases").want(http.StatusOK, []string{`data-theme="dark"`, `lang="zh-CN"`})
}
