package app_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/caselimit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/store"
)

// TestLimitStatesAgainstTheCasesOneByOne: every pending case is in exactly the state that
// caselimit says, and the doubts are those that its limit carries.
func TestLimitStatesAgainstTheCasesOneByOne(t *testing.T) {
	p := cityOf(t)
	r := read(t, p.app, "yuanzhang")
	day, err := p.app.DataDay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	book, err := p.app.Limits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	states, doubts, pending := map[caselimit.State]int{}, map[string]int{}, 0
	year := civil.NewDate(day.Year(), 1, 1) // first day of the period
	for i := range p.cases {
		c := &p.cases[i]
		if c.FiledOn.IsZero() || c.FiledOn > day {
			continue
		}
		open := c.ClosedOn.IsZero() || c.ClosedOn > day
		if open {
			pending++
			l := caselimit.FromFields(&c.Limit)
			states[l.On(book, 0, day).State]++
		}
		if open || c.ClosedOn >= year {
			for _, code := range strings.Fields(c.Limit.Findings) {
				doubts[code]++
			}
			end := day
			if !open {
				end = c.ClosedOn
			}
			if base := c.Limit.BaseDueOn; !base.IsZero() && base < end && end <= c.Limit.DueOn {
				doubts["beyond_base"]++
			}
		}
	}
	all := 0
	for _, s := range []caselimit.State{caselimit.Over, caselimit.Near, caselimit.Running, caselimit.Suspended, caselimit.NoLimit, caselimit.Unknown} {
		got := r.total("/cases?pick=limit_" + string(s))
		if got != states[s] {
			t.Errorf("%s lists %d cases, one by one there are %d", s, got, states[s])
		}
		if s == caselimit.Over && got == 0 || s == caselimit.Near && got == 0 || s == caselimit.Suspended && got == 0 {
			t.Errorf("%s: the demo shows nothing", s)
		}
		all += got
	}
	if all != pending {
		t.Errorf("the states have %d cases, %d are pending", all, pending)
	}
	seen := 0
	for code, want := range doubts {
		got := r.total("/cases?" + url.Values{"pick": {"limit_finding." + code}, "period": {year.String() + ".." + day.String()}}.Encode())
		if got != want {
			t.Errorf("doubt %s lists %d cases, one by one there are %d", code, got, want)
		}
		seen += got
	}
	if seen == 0 {
		t.Error("the demo raises no doubt")
	}
}

// TestWarningsOfAClerk: one line for each case, noted with words, back at the next stage; the
// digest of the day stands, and nobody takes note for others.
func TestWarningsOfAClerk(t *testing.T) {
	p := cityOf(t)
	r := read(t, p.app, "shujiyuan")
	digest := r.get("/limits/digest")
	page := r.get("/limits/warnings")
	lines := regexp.MustCompile(`(?s)<li data-stage="(\w+)">.*?name="of" value="([^"]*)".*?name="key" value="([^"]*)".*?name="due" value="([^"]*)"`).FindAllStringSubmatch(page, -1)
	total := r.total("/limits/warnings")
	if len(lines) < 3 || total < len(lines) || strings.Count(digest, `scope="row"`) != total {
		t.Fatalf("%d lines of %d, the digest has %d", len(lines), total, strings.Count(digest, `scope="row"`))
	}
	var keys []string
	for _, l := range lines {
		keys = append(keys, l[2]+" "+l[3])
	}
	slices.Sort(keys)
	if len(slices.Compact(keys)) != len(lines) {
		t.Error("a case has two lines")
	}
	first := url.Values{"of": {lines[0][2]}, "key": {lines[0][3]}, "stage": {lines[0][1]}, "due": {lines[0][4]}, "note": {"已排期开庭"}}
	post := func(r *reader, form url.Values) (int, string) {
		t.Helper()
		res, err := r.http.PostForm(r.base+"/limits/warnings", form)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
	if status, body := post(r, first); status != http.StatusOK || !strings.Contains(body, "已知悉 1") {
		t.Fatalf("taking note: %d", status)
	}
	if got := r.total("/limits/warnings"); got != total-1 {
		t.Errorf("%d lines after one of %d was noted", got, total)
	}
	if noted := r.get("/limits/warnings?stage=acked"); !strings.Contains(noted, "已排期开庭") {
		t.Error("the note is not shown")
	}
	if status, _ := post(r, first); status != http.StatusConflict {
		t.Errorf("the same twice: %d", status)
	}
	if got := r.get("/limits/digest"); got != digest {
		t.Error("the digest of the day has changed")
	}

	// Noted at an earlier stage, or before the due day moved: warned again.
	due, err := civil.ParseDate(lines[1][4])
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []store.WarningAck{{Stage: "earlier", Due: due}, {Stage: lines[1][1], Due: due - 30}} {
		a.Who, a.Court, a.Key, a.Note = "shujiyuan", lines[1][2], lines[1][3], "x"
		if err := p.lite.AcknowledgeWarning(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.total("/limits/warnings"); got != total-1 {
		t.Errorf("%d lines: a warning noted at another stage does not come back", got)
	}
	for login, want := range map[string]int{"admin": http.StatusForbidden, "faguan": http.StatusConflict} {
		other := url.Values{"of": {lines[0][2]}, "key": {lines[0][3]}, "stage": {"d99"}, "due": {lines[0][4]}, "note": {"x"}}
		if status, _ := post(read(t, p.app, login), other); status != want && status != http.StatusNotFound {
			t.Errorf("%s: %d, want %d", login, status, want)
		}
	}
	elsewhere := slices.IndexFunc(p.cases, func(c docket.Case) bool { return c.Court == "藏9805" && c.ClosedOn.IsZero() })
	c := p.cases[elsewhere]
	form := url.Values{"of": {c.Court}, "key": {c.Key}, "stage": {"over"}, "due": {c.Limit.DueOn.String()}, "note": {"x"}}
	if status, _ := post(r, form); status != http.StatusNotFound {
		t.Errorf("a case of another court: %d", status)
	}
	if got := strconv.Itoa(total - 1); !strings.Contains(r.get("/today"), ">"+got+"</a>") {
		t.Errorf("the work list does not say %s", got)
	}
}
