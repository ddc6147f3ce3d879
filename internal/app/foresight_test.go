package app_test

import (
	"archive/zip"
	"bytes"
	"io"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	tableOf  = regexp.MustCompile(`(?s)<section class="card flush" data-table="([^"]*)">(.*?)</section>`)
	numberOf = regexp.MustCompile(`<tr[^>]*>\s*<th scope="row" class="(?:tight|why)">(?:<a[^>]*>)?([^<]*)(?:</a>)?</th>(.*?)</tr>`)
	cellOf   = regexp.MustCompile(`<td class="(?:n|why)">(?:<a[^>]*>|<span[^>]*>)?([^<]*)`)
)

// cellsOf reads a table of a page: the name of each row and its cells, in order.
func cellsOf(t *testing.T, page, table string) (names []string, cells [][]string) {
	t.Helper()
	for _, m := range tableOf.FindAllStringSubmatch(page, -1) {
		if m[1] != table {
			continue
		}
		for _, r := range numberOf.FindAllStringSubmatch(strings.ReplaceAll(m[2], "\n", ""), -1) {
			var row []string
			for _, c := range cellOf.FindAllStringSubmatch(r[2], -1) {
				row = append(row, c[1])
			}
			names, cells = append(names, strings.TrimSpace(r[1])), append(cells, row)
		}
		return names, cells
	}
	t.Fatalf("the page has no table %s", table)
	return nil, nil
}

// TestForecastsOnThePage: the counts of the page open to that many cases, lines and courts add
// up to the whole in every column, earlier forecasts are shown with their errors, and another
// court's series is not there for a court.
func TestForecastsOnThePage(t *testing.T) {
	r := read(t, cityOf(t).app, "zhuren")
	page := r.get("/foresight")
	names, cells := cellsOf(t, page, "series")
	sums := map[bool][2]float64{}
	courts := 0
	for i, name := range names[1:] {
		court := strings.Contains(name, "法院")
		if court {
			courts++
		}
		s := sums[court]
		s[0] += float64(count(t, cells[i+1][0]))
		s[1] += float64(count(t, cells[i+1][3]))
		sums[court] = s
	}
	if courts != 9 {
		t.Fatalf("%d courts in %v", courts, names)
	}
	for court, s := range sums {
		if want := float64(count(t, cells[0][0])); s[0] != want {
			t.Errorf("courts %v: past filings add up to %v, not %v", court, s[0], want)
		}
		if want := float64(count(t, cells[0][3])); math.Abs(s[1]-want) > 6 { // each is rounded by itself
			t.Errorf("courts %v: forecasts add up to %v, not %v", court, s[1], want)
		}
	}
	if past, scores := cellsOf(t, page, "past"); len(past) < 5 || scores[0][0] != "12" {
		t.Errorf("forecasts kept: %v %v", past, scores)
	}
	clicked := 0
	for _, m := range linked.FindAllStringSubmatch(page, -1) {
		if clicked++; clicked > 6 {
			break
		}
		if got := r.total(strings.ReplaceAll(m[1], "&amp;", "&")); got != count(t, m[2]) {
			t.Errorf("%s has %d cases, not %s", m[1], got, m[2])
		}
	}
	if clicked == 0 {
		t.Error("no number opens")
	}
	mine := read(t, cityOf(t).app, "jiceng").get("/foresight")
	if names, _ := cellsOf(t, mine, "series"); len(names) < 3 || strings.Contains(mine, "series=total") {
		t.Errorf("a court sees %v", names)
	}
}

// TestLoadOnThePage: pending cases open to that many cases, and the weights are marked as not
// verified.
func TestLoadOnThePage(t *testing.T) {
	r := read(t, cityOf(t).app, "zhuren")
	page := r.get("/foresight/load")
	if !strings.Contains(page, "未经核定") || ranking.MatchString(page) {
		t.Error("the weights pass as verified, or something is ranked")
	}
	clicked := 0
	for _, m := range linked.FindAllStringSubmatch(page, -1) {
		if clicked++; clicked > 6 {
			break
		}
		if got := r.total(strings.ReplaceAll(m[1], "&amp;", "&")); got != count(t, m[2]) {
			t.Errorf("%s has %d cases, not %s", m[1], got, m[2])
		}
	}
	if clicked < 6 {
		t.Errorf("only %d numbers open", clicked)
	}
	if kinds, _ := cellsOf(t, page, "weights"); len(kinds) != 11 {
		t.Errorf("kinds: %v", kinds)
	}
	whole := r.get("/foresight/load?court=藏9801")
	names, cells := cellsOf(t, whole, "need")
	part := regexp.MustCompile(`(?s)<select[^>]*name="division".*?<option value="([^"]+)"[^>]*>([^<]*)`).FindStringSubmatch(whole)
	if i := slices.Index(names, part[2]); i < 0 {
		t.Errorf("the division %s is not among %v", part[2], names)
	} else if _, alone := cellsOf(t, r.get("/foresight/load?court=藏9801&division="+part[1]), "need"); !slices.Equal(alone[0], cells[i]) {
		t.Errorf("%s by itself %v, in its court %v", part[2], alone[0], cells[i])
	}
	samples := 0
	for _, m := range linked.FindAllStringSubmatch(page, -1) {
		if !strings.Contains(m[1], "pick=kind_") {
			continue
		}
		samples++
		if got := r.total(strings.ReplaceAll(m[1], "&amp;", "&")); got != count(t, m[2]) {
			t.Errorf("%s has %d cases, not %s", m[1], got, m[2])
		}
	}
	if samples < 8 {
		t.Errorf("only %d samples open", samples)
	}
}

// TestBoardOnThePage: the usual plan is proven and checked, a refusal makes another one,
// contradicting conditions are named, bad numbers are refused, the past decision is followed,
// and the recommendation has the plan's figures.
func TestBoardOnThePage(t *testing.T) {
	a := cityOf(t).app
	r := read(t, a, "zhuren")
	page := r.get("/foresight/plan")
	for _, want := range []string{"已证明最优", "独立校核无异议", "采纳此方案", "不调配"} {
		if !strings.Contains(page, want) {
			t.Errorf("the board does not say %s", want)
		}
	}
	if rows, came := cellsOf(t, page, "followed"); len(rows) < 4 || came[1][1] == "–" || came[1][12] != "–" {
		t.Errorf("followed: %v %v", rows, came)
	}
	refuse := regexp.MustCompile(`<td><a href="(/foresight/plan\?[^"]*refused[^"]*)">`).FindStringSubmatch(page)
	if refuse == nil {
		t.Fatal("no move can be refused")
	}
	if other := r.get(strings.ReplaceAll(refuse[1], "&amp;", "&")); !strings.Contains(other, "已证明最优") || !strings.Contains(other, "调配 6 人") {
		t.Error("a refusal is not made up for by other courts")
	}
	if _, others := cellsOf(t, page, "others"); len(others) < 2 || others[0][2] != "6" {
		t.Errorf("when a way is refused: %v", others)
	}
	if page := r.get("/foresight/plan?asked=1&max=2&share=20&least=3&target=10&intake=5&judges=1"); !strings.Contains(page, "调配 2 人") {
		t.Error("two moves at most are not two")
	}
	for path, want := range map[string]int{"/foresight/plan?asked=1&max=many": http.StatusUnprocessableEntity, "/foresight/plan?asked=1&refused=x": http.StatusUnprocessableEntity} {
		res, err := r.http.Get(r.base + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
	text := documentText(t, r.get("/foresight/plan/paper"))
	if !strings.Contains(text, "关于全市法院法官调配的建议") || !strings.Contains(text, "建议调配法官6人") {
		t.Errorf("the recommendation: %.200s", text)
	}
	court := read(t, a, "jiceng")
	res, err := court.http.Get(court.base + "/foresight/plan")
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("a court at the board of the city: %s, %v", res.Status, err)
	}
}

// TestLoansOnTheBoard: a loan for some months is proven, checked and said everywhere, ways have
// hours that are marked as not verified, and months that make no sense are refused.
func TestLoansOnTheBoard(t *testing.T) {
	r := read(t, cityOf(t).app, "zhuren")
	const wish = "?asked=1&max=6&share=20&least=3&within=1&lend_from=2024-08&lend_until=2024-10"
	page := r.get("/foresight/plan" + wish)
	for _, want := range []string{"借期 2024-08-01 至 2024-10-31，占至年底时间的 50%", "已证明最优", "独立校核无异议", "单程路程合计", "未经核定"} {
		if !strings.Contains(page, want) {
			t.Errorf("the board does not say %s", want)
		}
	}
	if text := documentText(t, r.get("/foresight/plan/paper"+wish)); !strings.Contains(text, "借期自2024-08-01至2024-10-31") || !strings.Contains(text, "单程路程") {
		t.Errorf("the recommendation does not say when and how far: %.200s", text)
	}
	for _, bad := range []string{"lend_from=2025-02", "lend_from=soon", "lend_from=2024", "lend_from=2024-10&lend_until=2024-08"} {
		res, err := r.http.Get(r.base + "/foresight/plan?asked=1&max=6&share=20&" + bad)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s, %v", bad, res.Status, err)
		}
	}
}

// documentText is the text of a docx.
func documentText(t *testing.T, docx string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader([]byte(docx)), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(b), "")
}
