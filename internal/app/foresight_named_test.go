package app_test

import (
	"bytes"
	"context"
	"errors"
	"html"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/staffing"
	"zhunsheng/web/page/foresight"
)

// wanted asks for judges of two courts by name: a county court that must hear in Tibetan, and the
// fullest court, which needs one more for administrative cases.
var wanted = foresight.Wish{MaxMoves: 6, Share: 0.2, Least: 3, Within: true, Target: -1, Named: true, Needs: []staffing.Need{
	{Court: "藏9803", Lines: []string{"civil"}, Languages: []string{"bo"}, AtLeast: 10}, {Court: "藏9801", Lines: []string{"administrative"}, AtLeast: 3}}}

const wantedAddress = "?asked=1&named=1&max=6&share=20&least=3&within=1&need1_court=藏9803&need1_line=civil&need1_language=bo&need1_least=10&need2_court=藏9801&need2_line=administrative&need2_least=3"

// postings are the quota judges of the demo in post on a day who stay longer, by judge.
func postings(t *testing.T, day civil.Date) map[string]docket.Posting {
	t.Helper()
	city, err := invented()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]docket.Posting{}
	for _, p := range city.Roster {
		if p.Post == "quota_judge" && p.From <= day && (p.To.IsZero() || p.To > day) {
			out[p.Judge] = p
		}
	}
	return out
}

// TestNamedPlanKeepsEveryRule: the plan is proven, the checker accepts it, and line, language,
// avoidance, staying, share, level and needs hold against the roster itself.
func TestNamedPlanKeepsEveryRule(t *testing.T) {
	p, b, err := cityOf(t).app.StaffingProblem(context.Background(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if faults := staffing.Check(p, &b.Plan); len(faults) > 0 || len(b.Objections) > 0 || b.Plan.Status != "optimal" || len(b.Sent) != b.Plan.Objective.Moves || len(b.Sent) == 0 {
		t.Fatalf("%s, %d moves, checker: %v %v", b.Plan.Status, len(b.Sent), faults, b.Objections)
	}
	roster := postings(t, b.Day)
	if len(p.Judges) != len(roster) {
		t.Errorf("%d judges are planned, %d are in post", len(p.Judges), len(roster))
	}
	lines, left := map[string][]string{}, map[string]int{}
	for _, j := range p.Judges {
		lines[j.ID] = j.Lines
		if r := roster[j.ID]; r.Court != j.Court || !slices.Equal(r.Languages, j.Languages) || r.Stays != j.Stays {
			t.Errorf("judge %+v, roster %+v", j, r)
		}
	}
	present := map[string]string{}
	for id, r := range roster {
		present[id] = r.Court
	}
	for _, s := range b.Sent {
		r := roster[s.Judge]
		if r.Court != s.From || r.Stays || slices.Contains(r.Avoid, s.To) || s.From == "藏98" || s.To == "藏98" {
			t.Errorf("%s of %+v goes to %s", s.Judge, r, s.To)
		}
		present[s.Judge] = s.To
		left[s.From]++
	}
	for _, c := range p.Courts {
		if left[c.ID] > c.MayLeave() {
			t.Errorf("%d leave %s, %d may", left[c.ID], c.ID, c.MayLeave())
		}
	}
	for n, need := range wanted.Needs {
		meets := 0
		for id, court := range present {
			if need.Met(&staffing.Judge{Lines: lines[id], Languages: roster[id].Languages}) && court == need.Court {
				meets++
			}
		}
		if meets < need.AtLeast || meets != b.Met[n].After || b.Met[n].Before >= need.AtLeast {
			t.Errorf("need %+v: %d judges meet it, stated %+v", need, meets, b.Met[n])
		}
	}
	if !slices.IsSortedFunc(b.Sent, func(x, y foresight.Sent) int { return strings.Compare(x.From, y.From) }) {
		t.Error("courts are out of order")
	}
}

// TestAlikeGoAsWell: each judge named as one who could go as well makes a plan that the checker
// accepts in the place of the one who goes.
func TestAlikeGoAsWell(t *testing.T) {
	p, b, err := cityOf(t).app.StaffingProblem(context.Background(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for i, m := range b.Plan.Moves {
		s := b.Sent[slices.IndexFunc(b.Sent, func(s foresight.Sent) bool { return s.Judge == m.Judge })]
		for _, other := range s.Alike {
			tried++
			plan := b.Plan
			plan.Moves = slices.Clone(b.Plan.Moves)
			plan.Moves[i].Judge = other
			if faults := staffing.Check(p, &plan); len(faults) > 0 {
				t.Errorf("%s in the place of %s: %v", other, m.Judge, faults)
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d exchanges", tried)
	}
}

// TestRefusedJudge: without a judge who says no there is a plan that moves somebody else.
func TestRefusedJudge(t *testing.T) {
	_, b, err := cityOf(t).app.StaffingProblem(context.Background(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	no := b.Sent[0].Judge
	wish := wanted
	wish.Refused = []staffing.Refusal{{Judge: no}, {Judge: "nobody"}}
	p, b, err := cityOf(t).app.StaffingProblem(context.Background(), wish)
	if err != nil {
		t.Fatal(err)
	}
	if faults := staffing.Check(p, &b.Plan); len(faults) > 0 || b.Plan.Status != "optimal" || len(p.Limits.Refused) != 1 {
		t.Errorf("%s, checker: %v, refused %v", b.Plan.Status, faults, p.Limits.Refused)
	}
	for _, s := range b.Sent {
		if s.Judge == no || slices.Contains(s.Alike, no) {
			t.Errorf("%s said no and is named", no)
		}
	}
}

// TestContradictingNeeds: what contradicts is named, and dropping any one of it leaves a plan.
func TestContradictingNeeds(t *testing.T) {
	wish := wanted
	wish.Needs = append(slices.Clone(wanted.Needs), staffing.Need{Court: "藏9804", Lines: []string{"civil"}, Languages: []string{"bo"}, AtLeast: 18})
	p, b, err := cityOf(t).app.StaffingProblem(context.Background(), wish)
	if err != nil {
		t.Fatal(err)
	}
	if b.Plan.Status != "infeasible" || len(staffing.Check(p, &b.Plan)) > 0 || len(b.Conflict) < 2 {
		t.Fatalf("%s, %+v", b.Plan.Status, b.Conflict)
	}
	need := slices.IndexFunc(b.Conflict, func(l foresight.Limit) bool { return l.Need != nil && l.Need.Court == "藏9804" })
	if need < 0 {
		t.Fatalf("the need that cannot be met is not named: %+v", b.Conflict)
	}
	wish.Needs = wish.Needs[:2]
	if _, b, err = cityOf(t).app.StaffingProblem(context.Background(), wish); err != nil || b.Plan.Status != "optimal" {
		t.Errorf("without it: %s, %v", b.Plan.Status, err)
	}
	wish.Needs[1].Court = "藏98999"
	if _, _, err := cityOf(t).app.StaffingProblem(context.Background(), wish); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "藏98999 has no pending cases") {
		t.Errorf("a court without cases: %v", err)
	}
}

// TestNamedBoardOnThePage: names, reasons, needs and loan times are shown without codes, a refusal
// takes the judge out, what contradicts is said in words, wrong input is refused at its field with
// what was typed, and the recommendation has the names.
func TestNamedBoardOnThePage(t *testing.T) {
	r := read(t, cityOf(t).app, "zhuren")
	page := r.get("/foresight/plan" + wantedAddress + "&loans=1")
	for _, want := range []string{"已证明最优", "独立校核无异议", "满足需求：行政", "名单按花名册顺序列出，不是对人的评价", "借出法官月数", "采纳此方案"} {
		if !strings.Contains(page, want) {
			t.Errorf("the board does not say %s", want)
		}
	}
	answer := regexp.MustCompile(`(?s)data-table="answer".*?</section>`).FindString(page)
	if code := regexp.MustCompile(`>[^<]*(藏98|civil|quota_judge|max_|R\d{4})[^<]*<`).FindString(answer); code != "" || ranking.MatchString(page) {
		t.Errorf("a code or a ranking is shown: %s", code)
	}
	if rows, cells := cellsOf(t, page, "loans"); len(rows) != 2 || cells[0][0] != "3.0" || cells[1][4] != "已证明最优" {
		t.Errorf("loan times: %v %v", rows, cells)
	}
	if rows, cells := cellsOf(t, page, "needs"); len(rows) != 2 || cells[0][0] != "民事、藏语" || cells[0][3] != "10" {
		t.Errorf("needs: %v %v", rows, cells)
	}
	refuse := regexp.MustCompile(`<th scope="row" class="tight">([^<]*)</th>[^\n]*?<a href="(/foresight/plan\?[^"]*refused=judge[^"]*)">`).FindStringSubmatch(answer)
	if refuse == nil {
		t.Fatal("nobody can say no")
	}
	other := r.get(html.UnescapeString(refuse[2]))
	if moves := regexp.MustCompile(`(?s)data-table="answer".*?</section>`).FindString(other); !strings.Contains(moves, "已证明最优") || strings.Contains(moves, refuse[1]) {
		t.Errorf("%s said no", refuse[1])
	}
	if page := r.get("/foresight/plan" + wantedAddress + "&need3_court=藏9804&need3_language=bo&need3_line=civil&need3_least=18"); !strings.Contains(page, "条件相互矛盾") || !strings.Contains(page, "霞谷县人民法院需要民事、藏语法官至少 18 人") {
		t.Error("what contradicts is not said")
	}
	for query, want := range map[string]string{"&need3_least=2": "请选择法院", "&need3_court=藏9804&need3_least=viele": `value="viele"`, "&need3_court=藏9804&need3_line=cooking&need3_least=1": "没有“cooking”这一项"} {
		res, err := r.http.Get(r.base + "/foresight/plan" + wantedAddress + query)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		_, err = body.ReadFrom(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != 422 || !strings.Contains(body.String(), want) || !strings.Contains(body.String(), `class="field-error"`) || !strings.Contains(body.String(), `name="need1_least" inputmode="decimal" size="7" value="10"`) {
			t.Errorf("%s: %s, %v", query, res.Status, err)
		}
	}
	text := documentText(t, r.get("/foresight/plan/paper"+wantedAddress))
	if !strings.Contains(text, refuse[1]+"（") || !strings.Contains(text, "需求：松顶县人民法院至少10名能办民事案件、使用藏语的法官") || strings.Contains(text, "藏980") {
		t.Errorf("the recommendation: %.900s", text)
	}
	if page := r.get("/foresight/plan" + wantedAddress + "&beside=" + "asked%3D1%26max%3D6%26share%3D20%26least%3D3"); !strings.Contains(page, "调配人选") {
		t.Error("a plan beside does not say who moves")
	}
}

// TestDemoRosterReadsBack: the roster file that the demo writes gives the same roster.
func TestDemoRosterReadsBack(t *testing.T) {
	city, err := invented()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := city.WriteRoster(&b); err != nil {
		t.Fatal(err)
	}
	got, issues, err := ledger.ReadRoster(ledger.Input{Name: "花名册.csv", R: bytes.NewReader(b.Bytes()), Size: int64(b.Len())})
	if err != nil || len(issues) > 0 || !reflect.DeepEqual(got, city.Roster) {
		t.Errorf("%d postings of %d, %v, %v", len(got), len(city.Roster), issues, err)
	}
}
