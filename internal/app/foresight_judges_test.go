package app_test

import (
	"context"
	"fmt"
	"html"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/civil"
)

// TestKeptForecastsAddUp: in every month of every publication of the demo the city is the sum of
// its courts, each court that of its divisions and that of its judges.
func TestKeptForecastsAddUp(t *testing.T) {
	p, ctx := cityOf(t), context.Background()
	type key struct {
		origin civil.Date
		month  int
	}
	kept := func(id string) map[key]float64 {
		list, err := p.lite.Forecasts(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		out := map[key]float64{}
		for _, f := range list {
			for h, mean := range f.Mean {
				out[key{f.Origin, h}] = mean
				if f.Lo95[h] < 0 || f.Lo80[h] < f.Lo95[h] || mean < f.Lo80[h] || f.Hi80[h] < mean || f.Hi95[h] < f.Hi80[h] {
					t.Errorf("%s, %s, month %d: %v %v %v %v %v", id, f.Origin, h+1, f.Lo95[h], f.Lo80[h], mean, f.Hi80[h], f.Hi95[h])
				}
			}
		}
		return out
	}
	parts := map[string]map[string]bool{} // by the id of what they belong to
	for _, c := range p.cases {
		for id, whole := range map[string]string{c.Court: "total", "division/" + c.Court + "/" + c.Division: c.Court, "judge/" + c.Court + "/" + c.Division + "/" + c.Judge: "division/" + c.Court + "/" + c.Division} {
			if parts[whole] == nil {
				parts[whole] = map[string]bool{}
			}
			parts[whole][id] = true
		}
		for _, division := range []string{"", c.Division} { // what nobody handles yet
			whole := "division/" + c.Court + "/" + division
			if parts[whole] == nil {
				parts[whole] = map[string]bool{}
			}
			parts[c.Court][whole], parts[whole]["judge/"+c.Court+"/"+division+"/"] = true, true
		}
	}
	judges := 0
	for whole, below := range parts {
		sum := map[key]float64{}
		for id := range below {
			for k, mean := range kept(id) {
				sum[k] += mean
			}
			if strings.HasPrefix(id, "judge/") {
				judges++
			}
		}
		for k, want := range kept(whole) {
			if math.Abs(sum[k]-want) > 1e-9*(1+want) {
				t.Errorf("%s, %s, month %d: its parts are %.12f, not %.12f", whole, k.origin, k.month+1, sum[k], want)
			}
		}
	}
	if whole := kept("total"); len(whole) < 72 || judges < 250 {
		t.Errorf("%d months and %d judges are looked at", len(whole), judges)
	}
}

// rows reads a table of a page by the names of its rows.
func (r *reader) rows(path, table string) (names []string, of map[string][]string) {
	r.t.Helper()
	names, cells := cellsOf(r.t, r.get(path), table)
	of = map[string][]string{}
	for i, name := range names {
		of[name] = cells[i]
	}
	return names, of
}

// TestJudgesOnThePage: a court's figures are the same in the city, in the court and in its
// divisions; what is shown of divisions and judges adds up but for rounding; judges stand in the
// order of the roster; and each has the own past forecasts and a list behind every count.
func TestJudgesOnThePage(t *testing.T) {
	r := read(t, cityOf(t).app, "zhuren")
	_, city := r.rows("/foresight", "series")
	names, court := r.rows("/foresight?court=藏9801", "series")
	if !slices.Equal(city[names[0]], court[names[0]]) {
		t.Errorf("%s in the city %v, by itself %v", names[0], city[names[0]], court[names[0]])
	}
	picker := func(path, name string) (codes, labels []string) {
		m := regexp.MustCompile(`(?s)<select[^>]*name="` + name + `".*?</select>`).FindString(r.get(path))
		for _, o := range regexp.MustCompile(`<option value="([^"]+)"[^>]*>([^<]*)`).FindAllStringSubmatch(m, -1) {
			codes, labels = append(codes, o[1]), append(labels, o[2])
		}
		return codes, labels
	}
	codes, divisions := picker("/foresight?court=藏9801", "division")
	r.adds("divisions", court[names[0]], court, divisions)
	for i, code := range codes[:4] {
		path := "/foresight?court=藏9801&division=" + code
		list, division := r.rows(path, "series")
		if list[0] != divisions[i] || !slices.Equal(division[list[0]], court[divisions[i]]) {
			t.Errorf("%s by itself %v, in its court %v", divisions[i], division[list[0]], court[divisions[i]])
		}
		_, roster := picker(path, "judge")
		var lines, judges []string
		for _, name := range list[1:] {
			if strings.Contains(name, " · ") {
				lines = append(lines, name)
			} else {
				judges = append(judges, name)
			}
		}
		r.adds(divisions[i]+" by line", division[list[0]], division, lines)
		r.adds(divisions[i]+" by judge", division[list[0]], division, judges)
		present := slices.DeleteFunc(slices.Clone(judges), func(name string) bool { return !slices.Contains(roster, name) })
		order := slices.DeleteFunc(slices.Clone(roster), func(name string) bool { return !slices.Contains(present, name) })
		if len(order) < 2 || !slices.Equal(present, order) {
			t.Errorf("%s: %v, in the roster %v", divisions[i], present, order)
		}
	}
	page := r.get("/foresight?court=藏9801&division=9801-ms1")
	if ranking.MatchString(page) {
		t.Error("something is ranked")
	}
	judge := html.UnescapeString(regexp.MustCompile(`href="(/foresight\?[^"]*series=judge[^"]*R0140)"`).FindStringSubmatch(page)[1])
	alone := r.get(judge)
	if past, scores := cellsOf(t, alone, "past"); len(past) < 5 || scores[0][0] != "12" {
		t.Errorf("forecasts kept of a judge: %v %v", past, scores)
	}
	if !strings.Contains(alone, "法院的预测不因此改变") {
		t.Error("the page does not say where a judge's forecast comes from")
	}
	clicked := 0
	for _, m := range linked.FindAllStringSubmatch(alone[strings.Index(alone, `data-table="series"`):], -1) {
		if clicked++; clicked > 6 {
			break
		}
		if got := r.total(strings.ReplaceAll(m[1], "&amp;", "&")); got != count(t, m[2]) {
			t.Errorf("%s has %d cases, not %s", m[1], got, m[2])
		}
	}
	if clicked < 4 {
		t.Error("the counts do not open")
	}
}

// adds compares a row with the sum of others: cases exactly, forecasts but for rounding.
func (r *reader) adds(what string, whole []string, rows map[string][]string, parts []string) {
	r.t.Helper()
	past, ahead := 0, 0
	for _, name := range parts {
		if row := rows[name]; row != nil {
			past, ahead = past+count(r.t, row[0]), ahead+count(r.t, row[3])
		}
	}
	// a part without cases in a year and none to come is left out, at less than half a case
	if got := count(r.t, whole[0]); past != got {
		r.t.Errorf("%s: cases add up to %d, not %d", what, past, got)
	}
	if got := count(r.t, whole[3]); math.Abs(float64(ahead-got)) > float64(len(parts)+1)/2 {
		r.t.Errorf("%s: forecasts add up to %d, not %d", what, ahead, got)
	}
}

// TestJudgesSeeTheirOwn: a judge sees the own forecast and load and nobody else's, a division its
// judges, a court no other court; all of them the figures that the office sees.
func TestJudgesSeeTheirOwn(t *testing.T) {
	a := cityOf(t).app
	office := read(t, a, "zhuren")
	_, division := office.rows("/foresight?court=藏9801&division=9801-ms1", "series")
	_, own := office.rows("/foresight?court=藏9801&division=9801-ms1&judge=R0140", "series")
	_, loads := office.rows("/foresight/load?court=藏9801&division=9801-ms1", "judges")
	status := func(r *reader, path string) int {
		res, err := r.http.Get(r.base + path)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	judge := read(t, a, "faguan")
	names, mine := judge.rows("/foresight", "series")
	me := names[0]
	if fmt.Sprint(mine) != fmt.Sprint(own) || !slices.Equal(mine[me], division[me]) {
		t.Errorf("a judge sees %v, the office %v", mine, own)
	}
	for name := range division {
		if name != me && !strings.Contains(name, " · ") && mine[name] != nil {
			t.Errorf("a judge sees %s", name)
		}
	}
	if names, mine := judge.rows("/foresight/load", "judges"); len(names) != 2 || !slices.Equal(mine[me], loads[me]) {
		t.Errorf("a judge sees the loads %v", mine)
	}
	head := read(t, a, "tingzhang")
	if _, got := head.rows("/foresight", "series"); fmt.Sprint(got) != fmt.Sprint(division) {
		t.Errorf("a division sees %v, the office %v", got, division)
	}
	court := read(t, a, "jiceng")
	names, _ = court.rows("/foresight", "series")
	for _, name := range names {
		if strings.Contains(name, "法院") && name != names[0] && !strings.Contains(name, " · ") {
			t.Errorf("a court sees %s", name)
		}
	}
	for _, tc := range []struct {
		who  *reader
		id   string
		want int
	}{
		{judge, "judge/藏9801/9801-ms1/R0140", http.StatusOK},
		{judge, "judge/藏9801/9801-ms1/R0141", http.StatusNotFound},
		{judge, "division/藏9801/9801-ms1", http.StatusNotFound},
		{judge, "total", http.StatusNotFound},
		{head, "judge/藏9801/9801-ms1/R0140", http.StatusOK},
		{head, "division/藏9801/9801-ms2", http.StatusNotFound},
		{head, "藏9801", http.StatusNotFound},
		{court, "division/藏9801/9801-ms2", http.StatusOK},
		{court, "division/藏9802/9802-ms1", http.StatusNotFound},
		{court, "藏9802", http.StatusNotFound},
		{court, "total", http.StatusNotFound},
	} {
		if got := status(tc.who, "/foresight?series="+url.QueryEscape(tc.id)); got != tc.want {
			t.Errorf("%s: %d, not %d", tc.id, got, tc.want)
		}
	}
}

// TestLoadOfJudgesOnThePage: the judges of a division are together its row, the divisions of a
// court together the court's, in pending and expected work and in time.
func TestLoadOfJudgesOnThePage(t *testing.T) {
	r := read(t, cityOf(t).app, "zhuren")
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(strings.NewReplacer(",", "", "%", "", "–", "0").Replace(s), 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	_, city := r.rows("/foresight/load", "need")
	names, court := r.rows("/foresight/load?court=藏9801", "need")
	for column, name := range map[int]string{0: "pending", 1: "weighted", 4: "expected"} {
		for label, cells := range city {
			if strings.Contains(label, "朗青") && math.Abs(number(cells[column])-number(court["合计"][column])) > 0.6 {
				t.Errorf("%s: in the city %s, in the court %s", name, cells[column], court["合计"][column])
			}
		}
		sum := 0.0
		for _, label := range names[:len(names)-1] {
			sum += number(court[label][column])
		}
		if want := number(court["合计"][column]); math.Abs(sum-want) > float64(len(names))/2 {
			t.Errorf("%s: divisions add up to %v, not %v", name, sum, want)
		}
	}
	judges, of := r.rows("/foresight/load?court=藏9801&division=9801-ms1", "judges")
	_, unit := r.rows("/foresight/load?court=藏9801&division=9801-ms1", "need")
	total := unit["合计"]
	for _, pair := range [][2]string{{of["合计"][0], total[0]}, {of["合计"][1], total[1]}, {of["合计"][3], total[4]}} {
		if math.Abs(number(pair[0])-number(pair[1])) > 0.6 {
			t.Errorf("judges together %s, the division %s", pair[0], pair[1])
		}
	}
	if got, want := number(of["合计"][4]), 100*number(total[5]); math.Abs(got-want) > 6 {
		t.Errorf("time of the judges %v, of the division %v", got, want)
	}
	for column := range 5 {
		sum := 0.0
		for _, label := range judges[:len(judges)-1] {
			sum += number(of[label][column])
		}
		if want := number(of["合计"][column]); math.Abs(sum-want) > float64(len(judges))/2 {
			t.Errorf("column %d: judges add up to %v, not %v", column, sum, want)
		}
	}
}
