package indicator_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
)

// smallCounts is a catalogue of our own, so that these tests do not hang on the real one.
const smallCounts = `
sets: [{id: volume, name: {zh: 收结存, en: volume}}, {id: local, name: {zh: 本院, en: local}}]
counts:
  opening_pending: {name: {zh: 旧存, en: opening pending}, where: "filed_on < from && !(closed_on < from)", why: {zh: "{filed_on} 立案", en: "filed {filed_on}"}}
  filed: {name: {zh: 新收, en: filed}, where: within(filed_on), why: {zh: "{filed_on} 立案，在统计期内", en: "filed {filed_on}, inside {from} to {to}"}}
  closed: {name: {zh: 结案, en: closed}, where: within(closed_on), why: {zh: "{closed_on} 结案", en: "closed {closed_on}"}}
  pending: {name: {zh: 未结, en: pending}, eval: pending_end, where: "filed_on <= to && !(closed_on <= to)", why: {zh: 未结, en: pending}}
  closed_with_limit:
    name: {zh: 有审限结案, en: closed with a limit}
    where: within(closed_on)
    exclude:
      - {when: "!known(due_on)", why: {zh: 无审限届满日, en: no due date}}
      - {when: 'line == "enforcement"', why: {zh: 执行案件, en: "line {line}"}}
    why: {zh: 有审限, en: "due {due_on}"}
  in_time: {name: {zh: 审限内结案, en: closed in time}, where: "within(closed_on) && closed_on <= due_on && line != 'enforcement'", why: {zh: 审限内, en: in time}}
  days_to_close: {name: {zh: 结案用时, en: days to close}, days: closed_on - filed_on, where: within(closed_on), why: {zh: "", en: ""}}
  claimed_closed: {name: {zh: 结案标的, en: claimed in closed cases}, money: claimed, where: within(closed_on), why: {zh: "{claimed}", en: "{claimed} claimed"}}
  judges: {name: {zh: 员额法官, en: judges in post}, roster: quota_judge}
identities:
  - {accepted: opening_pending + filed}
  - {pending_end: accepted - closed}
`

// definition completes the parts of an indicator that a test does not care about.
func definition(id, rest string) string {
	text := "id: " + id + "\nname: {zh: 名, en: name}\nsets: [volume]\ngroup: volume\nbetter: neutral\nunit: share\n"
	if !strings.Contains(rest, "versions:") {
		rest = "versions:\n  - {from: 2010-01-01, evidence: A, " + rest + "}\n"
	}
	return text + rest
}

// tree makes a rules tree of the small counts and some definitions.
func tree(definitions map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{"indicators/counts.yaml": {Data: []byte(smallCounts)}}
	for id, rest := range definitions {
		fsys["indicators/volume/"+id+".yaml"] = &fstest.MapFile{Data: []byte(definition(id, rest))}
	}
	return fsys
}

func load(t testing.TB, definitions map[string]string) *indicator.Book {
	t.Helper()
	b, err := indicator.Load(tree(definitions))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestFormulaInWords(t *testing.T) {
	b := load(t, map[string]string{
		"a": "numerator: closed, denominator: opening_pending + filed",
		"b": "value: 365 * pending / closed",
		"c": "value: closed / (opening_pending + filed) - prev_closed / (prev_opening_pending + prev_filed), compare: year",
		"d": `value: "median(days_to_close)"`,
		"e": `value: "quantile(days_to_close, 0.9)"`,
		"f": `value: "mean(days_to_close)"`,
		"g": "value: filed - (closed - pending) - -filed",
		"h": "numerator: days_to_close, denominator: cases(days_to_close)",
		"i": "value: filed / prev_filed, compare: preceding",
	})
	for id, want := range map[string][2]string{
		"a": {"结案 / (旧存 + 新收)", "closed / (opening pending + filed)"},
		"b": {"365 × 未结 / 结案", "365 × pending / closed"},
		"c": {"结案 / (旧存 + 新收) - 去年同期结案 / (去年同期旧存 + 去年同期新收)",
			"closed / (opening pending + filed) - closed a year earlier / (opening pending a year earlier + filed a year earlier)"},
		"d": {"median(结案用时)", "median(days to close)"},
		"e": {"quantile(结案用时, 0.9)", "quantile(days to close, 0.9)"},
		"f": {"mean(结案用时)", "mean(days to close)"},
		"g": {"新收 - (结案 - 未结) - -新收", "filed - (closed - pending) - -filed"},
		"h": {"结案用时 / cases(结案用时)", "days to close / cases(days to close)"},
		"i": {"新收 / 上期新收", "filed / filed of the period before"},
	} {
		i, err := b.Find("volume", id)
		if err != nil {
			t.Fatal(err)
		}
		if got := i.Versions[0].Formula(); got.Zh != want[0] || got.En != want[1] {
			t.Errorf("%s: %s | %s", id, got.Zh, got.En)
		}
	}
}

func TestLoadFaults(t *testing.T) {
	plain := "numerator: filed"
	for name, tc := range map[string]struct{ counts, rest, want string }{
		"unknown count":        {rest: "numerator: file", want: `indicators/volume/x.yaml:8:48: no count is named "file"; declare it`},
		"inside a formula":     {rest: "numerator: filed + 2 * clsd", want: `x.yaml:8:60: no count is named "clsd"`},
		"broken formula":       {rest: "numerator: filed +", want: "x.yaml:8:"},
		"unsupported":          {rest: `numerator: "filed % 2"`, want: "is not understood; allowed: names of counts"},
		"text in a formula":    {rest: `numerator: "'a' + filed"`, want: "form of expression is not supported"},
		"median of cases":      {rest: `value: "median(filed)"`, want: `"filed" is none; give the count a days:`},
		"mean of cases":        {rest: `value: "mean(filed)"`, want: "mean wants a count of days or money"},
		"cases of the roster":  {rest: `value: "cases(judges)"`, want: "comes from the roster"},
		"share beyond one":     {rest: `value: "quantile(days_to_close, 1.1)"`, want: "a number from 0 to 1"},
		"prev without compare": {rest: "numerator: prev_filed", want: "compare: and prev_ counts belong together"},
		"compare without prev": {rest: "numerator: filed, compare: year", want: "compare: and prev_ counts belong together"},
		"bad compare":          {rest: "numerator: filed, compare: week", want: `compare: "week" is not known; write one of: year preceding`},
		"nothing to compute":   {rest: "too_few: 3", want: "neither numerator nor value"},
		"evidence":             {rest: plain + ", evidence: A", want: "already defined"},
		"drill":                {rest: plain + ", drill: [case_no, party]", want: `x.yaml:8:72: drill: "party" is not a column`},
		"unknown key":          {rest: plain + ", numerador: x", want: `x.yaml:8: unknown field "numerador"`},
		"gap":                  {rest: "versions:\n  - {from: 2010-01-01, to: 2010-12-30, evidence: A, numerator: filed}\n  - {from: 2011-01-01, evidence: A, numerator: filed}\n", want: "x.yaml:1:5: no version from 2010-12-31 to 2010-12-31"},
		"overlap":              {rest: "versions:\n  - {from: 2010-01-01, evidence: A, numerator: filed}\n  - {from: 2011-01-01, evidence: A, numerator: filed}\n", want: "overlap on 2011-01-01"},
		"no version":           {rest: "versions: []\n", want: "has no version"},
		"level":                {rest: plain + ", intervals: [{level: county, low: 1}]", want: `level: "county" is not known; write one of: all supreme`},
		"no bound":             {rest: plain + ", intervals: [{level: all}]", want: "no bound"},
		"bounds exchanged":     {rest: plain + ", intervals: [{level: all, low: 0.9, high: 0.8}]", want: "low is above high"},
		"no number":            {rest: plain + ", intervals: [{level: all, low: 1e5}]", want: `"1e5" is not a number`},
		"interval backwards":   {rest: plain + ", intervals: [{level: all, low: 1, from: 2020-01-01, to: 2019-01-01}]", want: "ends before it starts"},
		"intervals overlap":    {rest: plain + ", intervals: [{level: basic, low: 1}, {level: basic, low: 2, from: 2020-01-01}]", want: "overlap in time"},
		"interval and none":    {rest: plain + ", no_interval: true, intervals: [{level: all, low: 1}]", want: "no_interval is set"},
		"local shadows":        {rest: "counts: {filed: {name: {zh: a, en: b}, where: 'true'}}\nversions: [{evidence: A, numerator: filed}]\n", want: `x.yaml:7:10: count "filed" is already declared`},
		"local unused":         {rest: "counts: {extra: {name: {zh: a, en: b}, where: 'true'}}\nversions: [{evidence: A, numerator: filed}]\n", want: `count "extra" is never used`},
		"name of a function":   {counts: "  median: {name: {zh: a, en: b}, where: 'true'}", want: `a count cannot be named "median"`},
		"prev_ in a name":      {counts: "  prev_x: {name: {zh: a, en: b}, where: 'true'}", want: `cannot be named "prev_x"`},
		"no condition":         {counts: "  x: {name: {zh: a, en: b}}", want: `counts.yaml:2:3: "x" has no where:`},
		"condition":            {counts: "  x: {name: {zh: a, en: b}, where: 'filed < to'}", want: "counts.yaml:2:37: undeclared reference to 'filed' (did you mean 'filed_on'?); allowed: days [filed_on"},
		"exclusion":            {counts: "  x: {name: {zh: a, en: b}, where: 'true', exclude: [{when: 'due_on', why: {zh: a, en: b}}]}", want: "counts.yaml:2:62: the expression is not a condition"},
		"no name":              {counts: "  x: {name: {zh: a}, where: 'true'}", want: "no name in both languages"},
		"reason":               {counts: "  x: {name: {zh: a, en: b}, where: 'true', why: {zh: '{filedon}', en: b}}", want: "why: {filedon} is not a column"},
		"two kinds":            {counts: "  x: {name: {zh: a, en: b}, where: 'true', money: claimed, roster: clerk}", want: "exclude each other"},
		"roster and cases":     {counts: "  x: {name: {zh: a, en: b}, where: 'true', roster: clerk}", want: "no conditions on cases"},
		"money of a day":       {counts: "  x: {name: {zh: a, en: b}, where: 'true', money: filed_on}", want: `"filed_on" is not a column of this kind`},
		"days of one date":     {counts: "  x: {name: {zh: a, en: b}, where: 'true', days: filed_on}", want: "not a difference of two dates"},
		"identity":             {counts: "  x: {name: {zh: a, en: b}, where: 'true'}\nidentities: [{y: 2 * x}]", want: "y: is not a sum of other totals"},
		"identity of itself":   {counts: "  x: {name: {zh: a, en: b}, where: 'true'}\nidentities: [{x: x + y}]", want: "is not a sum of other totals"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := tree(nil)
			if tc.counts != "" {
				fsys["indicators/counts.yaml"] = &fstest.MapFile{Data: []byte("counts:\n" + tc.counts + "\n")}
			} else {
				fsys = tree(map[string]string{"x": tc.rest})
			}
			_, err := indicator.Load(fsys)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestHeadFaults(t *testing.T) {
	head := "name: {zh: 名, en: name}\nsets: [volume]\ngroup: volume\nbetter: neutral\nunit: share\nversions: [{evidence: A, numerator: filed}]\n"
	for name, tc := range map[string]struct{ old, new, want string }{
		"id":    {"", "id: other\n", `x.yaml:1:5: id "other" does not name the file; write id: x`},
		"group": {"group: volume", "id: x\ngroup: speed", `group: "speed" is not known; write one of: volume quality`},
		"unit":  {"unit: share", "id: x", `x.yaml:5:5: unit: "" is not known`},
		"set":   {"[volume]", "[volum]\nid: x", `set "volum" is not declared; write one of: volume local`},
		"sets":  {"[volume]", "[]\nid: x", "belongs to no set"},
		"name":  {", en: name", "", "no name in both languages"},
		"line":  {"unit: share", "unit: share\nid: x\nlines: [civl]", `x.yaml:7:9: lines: "civl" is not known`},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := tree(nil)
			text := strings.Replace(head, tc.old, tc.new, 1)
			if !strings.Contains(text, "id: ") {
				text += "id: x\n"
			}
			fsys["indicators/volume/x.yaml"] = &fstest.MapFile{Data: []byte(text)}
			if _, err := indicator.Load(fsys); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	fsys := tree(map[string]string{"a": "numerator: nothing", "b": "numerator: filed, bogus: 1"})
	fsys["indicators/local/c.yaml"] = &fstest.MapFile{Data: []byte("id: {")}
	_, err := indicator.Load(fsys)
	for _, want := range []string{"volume/a.yaml:8:", "volume/b.yaml:8:", "local/c.yaml:1:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
}

func TestLaidOverTrees(t *testing.T) {
	own := fstest.MapFS{
		"indicators/counts.yaml":   {Data: []byte("counts:\n  reopened: {name: {zh: 恢复, en: reopened}, where: 'relation == \"resumed_from\"'}\n")},
		"indicators/local/re.yaml": {Data: []byte(strings.Replace(definition("re", "numerator: reopened, denominator: filed"), "[volume]", "[local]", 1))},
	}
	b, err := indicator.Load(tree(map[string]string{"a": "numerator: filed"}), own)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Find("local", "re"); err != nil {
		t.Error(err)
	}
	if _, err := b.Find("volume", "re"); err == nil || !strings.Contains(err.Error(), "choose one of: a") {
		t.Errorf("wrong set: %v", err)
	}
	if _, err := b.Find("loca", "re"); err == nil || !strings.Contains(err.Error(), "choose one of: volume local") {
		t.Errorf("unknown set: %v", err)
	}
	own["indicators/local/a.yaml"] = &fstest.MapFile{Data: []byte(definition("a", "numerator: filed"))}
	if _, err := indicator.Load(tree(map[string]string{"a": "numerator: filed"}), own); err == nil || !strings.Contains(err.Error(), `set volume has "a" already`) {
		t.Errorf("twice in a set: %v", err)
	}
}

func TestOrderOfACatalogue(t *testing.T) {
	b := load(t, map[string]string{
		"a": "seq: 2\nversions: [{evidence: A, numerator: filed}]\n",
		"b": "seq: 1\nversions: [{evidence: A, numerator: filed}]\n",
		"c": "seq: 2\nversions: [{evidence: A, numerator: filed}]\n",
	})
	var got []string
	for _, i := range b.Set("volume") {
		got = append(got, i.ID)
	}
	if strings.Join(got, " ") != "b a c" || strings.Join(b.Sets(), " ") != "volume local" || b.SetName("volume").Zh != "收结存" {
		t.Errorf("%v of %v", got, b.Sets())
	}
}

func TestVersionByDay(t *testing.T) {
	b := load(t, map[string]string{"x": "versions:\n  - {from: 2010-01-01, to: 2023-12-31, evidence: B, numerator: filed}\n  - {from: 2024-01-01, evidence: A, numerator: closed}\n"})
	i, _ := b.Find("volume", "x")
	for day, want := range map[civil.Date]string{civil.NewDate(2023, 12, 31): "2010-01-01", civil.NewDate(2024, 1, 1): "2024-01-01"} {
		if v, err := i.At(day); err != nil || v.ID() != want {
			t.Errorf("%s: %v, %v", day, v, err)
		}
	}
	if _, err := i.At(civil.NewDate(2009, 12, 31)); err == nil || !strings.Contains(err.Error(), "first one starts on 2010-01-01") {
		t.Errorf("too early: %v", err)
	}
}
