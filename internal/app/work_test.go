package app_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/demo"
	"zhunsheng/internal/docket"
)

// reader is somebody signed in to the pages of an installation.
type reader struct {
	t    *testing.T
	base string
	http *http.Client
}

func read(t *testing.T, a *app.App, login string) *reader {
	t.Helper()
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{t, server.URL, &http.Client{Jar: jar}}
	res, err := r.http.PostForm(r.base+"/sign-in", url.Values{"login": {login}, "password": {demo.Password}})
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("sign in as %s: %s, %v", login, res.Status, err)
	}
	return r
}

func (r *reader) get(path string) string {
	r.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, r.base+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	res, err := r.http.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %s, %v", path, res.Status, err)
	}
	return string(b)
}

var (
	linked  = regexp.MustCompile(`<a class="num" href="(/(?:(?:cases|data/issues|data/changes)\?|limits/(?:warnings|procedures|appraisals))[^"]*)">([\d,]+)</a>`)
	totalOf = regexp.MustCompile(`共 ([\d,]+) 条`)
	ranking = regexp.MustCompile(`排名|末位|居首|垫底|倒数|位列第|⟦|%!|<nil>`)
)

func count(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	if err != nil {
		t.Fatalf("%q is no count", s)
	}
	return n
}

// total is the number of cases that a list says it has.
func (r *reader) total(path string) int {
	r.t.Helper()
	m := totalOf.FindStringSubmatch(r.get(path))
	if m == nil {
		return 0
	}
	return count(r.t, m[1])
}

// TestEveryNumberOpensToThatManyCases clicks every number of the pages of work for every role:
// its list has exactly so many cases.
func TestEveryNumberOpensToThatManyCases(t *testing.T) {
	p := cityOf(t)
	for _, c := range []struct {
		login string
		least int // numbers there must be at least, so that the test sees something
		paths []string
	}{
		{"yuanzhang", 120, []string{"/today", "/limits", "/longpending", "/situation", "/situation/screen"}},
		{"zhuren", 30, []string{"/today", "/situation?period=2022Q3&of=pending"}},
		{"tongji", 30, []string{"/today", "/situation?period=2023&of=closed", "/data/changes"}},
		{"tingzhang", 40, []string{"/today", "/limits", "/longpending"}},
		{"faguan", 5, []string{"/today", "/longpending"}},
		{"shujiyuan", 4, []string{"/today", "/data/changes"}},
		{"jiceng", 60, []string{"/today", "/limits", "/longpending?days=180", "/situation?of=pending"}},
		{"admin", 0, []string{"/today"}},
	} {
		t.Run(c.login, func(t *testing.T) {
			r := read(t, p.app, c.login)
			clicked := map[string]bool{}
			for _, path := range c.paths {
				page := r.get(path)
				if bad := ranking.FindString(page); bad != "" {
					t.Errorf("%s: %q", path, bad)
				}
				for _, m := range linked.FindAllStringSubmatch(page, -1) {
					href := strings.ReplaceAll(m[1], "&amp;", "&")
					if clicked[href] {
						continue
					}
					clicked[href] = true
					if got := r.total(href); got != count(t, m[2]) {
						t.Errorf("%s shows %s for %s, the list has %d", path, m[2], href, got)
					}
				}
			}
			if len(clicked) < c.least {
				t.Errorf("only %d numbers clicked", len(clicked))
			}
			t.Logf("%d numbers open to their cases", len(clicked))
		})
	}
}

// TestSelectionsAgainstTheCasesOneByOne counts the selections a second time by plain code over
// every case of the ledger.
func TestSelectionsAgainstTheCasesOneByOne(t *testing.T) {
	p := cityOf(t)
	r := read(t, p.app, "yuanzhang")
	day, err := p.app.DataDay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	open := func(c *docket.Case) bool {
		return !c.FiledOn.IsZero() && c.FiledOn <= day && (c.ClosedOn.IsZero() || c.ClosedOn > day)
	}
	older := func(c *docket.Case, months int) bool { return c.FiledOn < day.AddMonths(-months) }
	waiting := func(c *docket.Case) bool {
		return !c.AppealedOn.IsZero() && c.AppealedOn <= day && c.TransferredOn.IsZero() && c.AppealClosedOn.IsZero()
	}
	near := func(c *docket.Case) bool {
		days := 30
		if c.Line == "criminal" || c.Line == "administrative" {
			days = 15
		}
		left := c.DueOn.Sub(day)
		return open(c) && !c.DueOn.IsZero() && left >= 0 && left <= days
	}
	for pick, holds := range map[string]func(*docket.Case) bool{
		"near_limit":     near,
		"over_limit":     func(c *docket.Case) bool { return open(c) && !c.DueOn.IsZero() && c.DueOn < day },
		"long_pending":   func(c *docket.Case) bool { return open(c) && older(c, 12) },
		"age_0_3":        func(c *docket.Case) bool { return open(c) && !older(c, 3) },
		"age_12_18":      func(c *docket.Case) bool { return open(c) && older(c, 12) && !older(c, 18) },
		"age_24":         func(c *docket.Case) bool { return open(c) && older(c, 24) },
		"appeal_waiting": waiting,
		"appeal_late":    func(c *docket.Case) bool { return waiting(c) && day.Sub(c.AppealedOn) > 30 },
	} {
		want := 0
		for i := range p.cases {
			if holds(&p.cases[i]) {
				want++
			}
		}
		if got := r.total("/cases?pick=" + pick); got != want {
			t.Errorf("%s lists %d cases, one by one there are %d", pick, got, want)
		}
		if want == 0 {
			t.Errorf("%s: no case shows anything", pick)
		}
	}
}

// TestInactiveAgainstSQL asks the database for the last step of every open case.
func TestInactiveAgainstSQL(t *testing.T) {
	p := cityOf(t)
	r := read(t, p.app, "yuanzhang")
	day, err := p.app.DataDay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const last = `SELECT COUNT(*) FROM (SELECT c.id, MAX(
		COALESCE((SELECT MAX(e.day_n) FROM v_event e WHERE e.court = c.court AND e.case_key = c.key AND e.day_n <= %[1]d), -99999),
		COALESCE(c.filed_on_n, -99999),
		CASE WHEN c.heard_on_n <= %[1]d THEN c.heard_on_n ELSE -99999 END,
		CASE WHEN c.extended_on_n <= %[1]d THEN c.extended_on_n ELSE -99999 END,
		CASE WHEN c.suspended_on_n <= %[1]d THEN c.suspended_on_n ELSE -99999 END) AS last
		FROM v_case c WHERE c.closed_on IS NULL AND c.filed_on_n <= %[1]d) x WHERE %[1]d - x.last >= %[2]d`
	for _, days := range []int{90, 180} {
		var want int64
		err := p.lite.Query(t.Context(), fmt.Sprintf(last, day.Unix(), days), func([]string) error { return nil }, func(v []any) error {
			want, _ = v[0].(int64)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.total("/cases?pick=inactive_" + strconv.Itoa(days)); int64(got) != want || want == 0 {
			t.Errorf("%d days: the list has %d cases, SQL counts %d", days, got, want)
		}
	}
}

// TestContributionsAddUp checks on the pages that the parts of a change give its total, the
// rest included.
func TestContributionsAddUp(t *testing.T) {
	p := cityOf(t)
	r := read(t, p.app, "yuanzhang")
	rows := regexp.MustCompile(`(?s)<tr( class="total")?>(.*?)</tr>`)
	cell := regexp.MustCompile(`(?s)<td class="n">\s*<(?:a|span)[^>]*>([\d,]+)</`)
	for _, of := range []string{"filed", "closed", "pending"} {
		page := r.get("/situation?period=2023&of=" + of)
		for _, id := range []string{"court", "line", "cause", "court-line-cause"} {
			_, table, ok := strings.Cut(page, `data-table="`+id+`"`)
			if !ok {
				t.Fatalf("%s: no table by %s", of, id)
			}
			table, _, _ = strings.Cut(table, "</table>")
			var sums [2]int
			for _, tr := range rows.FindAllStringSubmatch(table, -1) {
				cells := cell.FindAllStringSubmatch(tr[2], -1)
				if len(cells) < 2 {
					continue
				}
				for i := range sums {
					n := count(t, cells[i][1])
					if tr[1] != "" && n != sums[i] {
						t.Errorf("%s by %s, column %d: the parts give %d, the total says %d", of, id, i, sums[i], n)
					}
					sums[i] += n
				}
			}
			if sums[0] == 0 {
				t.Errorf("%s by %s shows nothing", of, id)
			}
		}
	}
	if period := civil.Year(2023); !strings.Contains(r.get("/situation?period=2023"), strconv.Itoa(period.From.Year()-1)) {
		t.Error("the page does not say which year it compares with")
	}
}
