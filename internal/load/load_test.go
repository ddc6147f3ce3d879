package load_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/load"
	"zhunsheng/rules"
)

func date(t *testing.T, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWeightsOfTheRules(t *testing.T) {
	b, err := load.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	v, err := b.At(date(t, "2024-06-30"))
	if err != nil {
		t.Fatal(err)
	}
	if v.Value.Verified() {
		t.Error("local weights pass as verified")
	}
	for _, c := range []struct {
		kind load.Kind
		want string
	}{
		{load.Kind{Line: "civil", Type: "民初", Procedure: "small_claims"}, "civil_small"},
		{load.Kind{Line: "civil", Type: "民初", Procedure: "ordinary"}, "civil_first"},
		{load.Kind{Line: "civil", Type: "民终"}, "civil_other"},
		{load.Kind{Line: "criminal", Type: "刑更"}, "criminal_change"},
		{load.Kind{Line: "enforcement", Type: "执恢"}, "enforcement"},
		{load.Kind{}, "other"},
	} {
		if got := v.Value.Of(c.kind); got.ID != c.want {
			t.Errorf("%+v weighs as %s, want %s", c.kind, got.ID, c.want)
		}
	}
}

func TestFaultyWeights(t *testing.T) {
	const head = "versions:\n  - from: 2000-01-01\n    source: {doc: x, evidence: U}\n    weights:\n"
	const rest = "      - {id: o, name: {zh: 其余, en: rest}, weight: 1}\n"
	for name, c := range map[string]struct{ text, want string }{
		"none":       {"versions: []\n", "no version"},
		"zero":       {head + "      - {id: a, name: {zh: 甲, en: a}, line: civil, weight: 0}\n" + rest, `weight "a" is 0`},
		"twice":      {head + "      - {id: o, name: {zh: 甲, en: a}, line: civil, weight: 1}\n" + rest, "no id of its own"},
		"no rest":    {head + "      - {id: a, name: {zh: 甲, en: a}, line: civil, weight: 1}\n", "wrong place"},
		"rest first": {head + rest + "      - {id: a, name: {zh: 甲, en: a}, line: civil, weight: 1}\n", "wrong place"},
	} {
		_, err := load.Load(fstest.MapFS{"weights/local.yaml": {Data: []byte(c.text)}})
		if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestCapacity is a worked example: June has 30 days.
func TestCapacity(t *testing.T) {
	june := civil.Month(2024, 6)
	roster := []docket.Posting{
		{Judge: "a", Court: "x", Division: "x1", Post: load.QuotaJudge, From: date(t, "2020-01-01")},
		{Judge: "b", Court: "x", Division: "x2", Post: load.QuotaJudge, From: date(t, "2024-06-16")},
		{Judge: "c", Court: "x", Division: "x2", Post: load.QuotaJudge, From: date(t, "2020-01-01"), To: date(t, "2024-06-03")},
		{Judge: "d", Court: "x", Division: "x2", Post: "clerk", From: date(t, "2020-01-01")},
	}
	absences := []load.Absence{
		{Judge: "a", Why: load.Lent, To: "y", Share: 1, From: date(t, "2024-06-21"), Until: date(t, "2024-12-31")},
		{Judge: "a", Why: load.Duty, Share: 0.4, From: date(t, "2024-01-01"), Until: date(t, "2024-06-10")},
	}
	c := load.Count(roster, absences, june)
	for at, want := range map[load.Place]float64{
		{Court: "x", Division: "x1"}: (10*0.6 + 10) / 30.0,
		{Court: "x", Division: "x2"}: (15 + 3) / 30.0,
		{Court: "y"}:                 10 / 30.0,
	} {
		if got := c.Total[at]; math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: %v, want %v", at, got, want)
		}
	}
	if got := c.Court("x"); math.Abs(got-34/30.0) > 1e-9 {
		t.Errorf("court x: %v", got)
	}
}

// TestTimeIsNeverMade: whatever is entered, nobody works more than the days in post.
func TestTimeIsNeverMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(name string) civil.Date {
			return civil.NewDate(2024, 1, 1).AddDays(rapid.IntRange(-40, 400).Draw(t, name))
		}
		p := civil.Period{From: civil.NewDate(2024, 1, 1), To: civil.NewDate(2024, 12, 31)}
		x := docket.Posting{Judge: "a", Court: "x", Post: load.QuotaJudge, From: day("in"), To: day("out")}
		var absences []load.Absence
		lost := false
		for range rapid.IntRange(0, 5).Draw(t, "entries") {
			a := load.Absence{Judge: "a", Share: rapid.Float64Range(0.01, 1).Draw(t, "share"), From: day("from"), Why: load.Lent, To: "y"}
			a.Until = a.From.AddDays(rapid.IntRange(0, 300).Draw(t, "days"))
			if rapid.Bool().Draw(t, "leave") {
				a.Why, a.To, lost = load.Leave, "", true
			}
			if err := a.Check(); err != nil {
				t.Fatal(err)
			}
			absences = append(absences, a)
		}
		c := load.Count([]docket.Posting{x}, absences, p)
		got := c.Court("x") + c.Court("y")
		want := float64(max(0, min(p.To, x.To).Sub(max(p.From, x.From))+1)) / 366
		if got > want+1e-9 || (!lost && math.Abs(got-want) > 1e-9) {
			t.Fatalf("%v judges of %v in post", got, want)
		}
	})
}

func TestNeed(t *testing.T) {
	// 1,200 weighted cases closed by 10 judges in a year of 365 days: 120 each.
	norm := load.Norm(1200, 10, 365)
	n := load.Need{Pending: 300, Expected: 900, Years: 0.5, Judges: 12, Norm: norm}
	per, _ := n.PerJudge()
	keep, _ := n.Keep()
	gap, _ := n.Gap()
	if norm != 120 || per != 100 || keep != 15 || gap != 3 {
		t.Errorf("norm %v, per judge %v, keep %v, gap %v", norm, per, keep, gap)
	}
	if _, ok := (load.Need{Norm: 0}).Keep(); ok {
		t.Error("a need without a norm")
	}
	if _, ok := (load.Need{}).PerJudge(); ok {
		t.Error("a load per judge without judges")
	}
}

// TestEstimates: a kind that takes twice the days of the other weighs twice as much, and the
// interval holds it; few cases get no ratio; the answer repeats.
func TestEstimates(t *testing.T) {
	days := map[string][]int{"few": {9, 9, 9}, "none": nil}
	for i := range 200 {
		days["long"] = append(days["long"], 120+i%60-30)
		days["short"] = append(days["short"], 60+i%30-15)
	}
	e := load.EstimateTimes(days)
	if r := e["long"].Ratio / e["short"].Ratio; math.Abs(r-2) > 0.02 {
		t.Errorf("long over short is %v", r)
	}
	for _, id := range []string{"long", "short"} {
		if x := e[id]; !(x.Low < x.Ratio && x.Ratio < x.High && x.High-x.Low < 0.2) {
			t.Errorf("%s: %+v", id, x)
		}
	}
	if !e["few"].TooFew || e["few"].Ratio != 0 || e["few"].Cases != 3 {
		t.Errorf("few: %+v", e["few"])
	}
	if _, ok := e["none"]; ok {
		t.Error("a kind without cases has an estimate")
	}
	if again := load.EstimateTimes(days); again["long"] != e["long"] {
		t.Error("the same days give another interval")
	}
}
