package indicator_test

import (
	"encoding/csv"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
	"zhunsheng/internal/statute"
	"zhunsheng/rules"
)

// promised are the keys that other programs rely on, by set; keys may be added, never renamed.
var promised = map[string][]string{
	"volume": {"opening_pending", "filed", "accepted", "closed", "pending", "closing_rate", "closed_to_filed", "closed_per_judge",
		"filed_per_judge", "accepted_per_judge", "pending_over_12m", "mean_days_to_close", "median_days_to_close", "p90_days_to_close",
		"negative_durations", "filed_yoy", "closed_yoy", "accepted_yoy", "pending_yoy", "closing_rate_change", "filed_mom", "closed_mom",
		"acceptance_of_judgment_rate", "reversal_remand_rate", "months_of_stock", "mediation_withdrawal_rate"},
	"courtools": {"clearance_rate", "time_to_disposition", "age_of_pending"},
	"cepej":     {"clearance_rate", "disposition_time_days"},
	"cnj":       {"congestion_rate", "net_congestion_rate", "demand_served"},
	"limits":    {"base_limit_rate", "extended_limit_rate", "legal_limit_rate", "legal_extension_rate", "mean_days_elapsed", "mean_days_net", "limit_dates_differ"},
	"local":     nil,
}

func TestCatalogueKeys(t *testing.T) {
	book := bookWith(t)
	want := []string{"volume", "spc-2024-01", "spc-2024-09", "courtools", "cepej", "cnj", "limits", "local"}
	if got := book.Sets(); !slices.Equal(got, want) {
		t.Errorf("sets %v, want %v", got, want)
	}
	for set, keys := range promised {
		for _, key := range keys {
			if _, err := book.Find(set, key); err != nil {
				t.Error(err)
			}
		}
	}
	for _, set := range want {
		if n := book.SetName(set); n.Zh == "" || n.En == "" {
			t.Errorf("set %s has no name in both languages", set)
		}
		t.Logf("%s: %d indicators", set, len(book.Set(set)))
	}
}

// TestSPCMembership checks the two sets against the table of the sources, and the arithmetic
// of the revision of September 2024: 26 - 2 (two pairs merged into one each) - 6 (removed) = 18.
func TestSPCMembership(t *testing.T) {
	book := bookWith(t)
	count := map[string]int{}
	members := map[string][]string{}
	for _, line := range readSPC(t) {
		for set, mark := range map[string]string{"spc-2024-01": line[2], "spc-2024-09": line[3]} {
			count[set+" "+mark]++
			if mark == "yes" || mark == "likely" {
				members[set] = append(members[set], line[1])
			}
		}
	}
	for set, want := range members {
		var got []string
		for _, i := range book.Set(set) {
			got = append(got, i.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s holds\n%v, the table says\n%v", set, got, want)
		}
	}
	known01, known09 := len(members["spc-2024-01"]), len(members["spc-2024-09"])
	mergedAway := count["spc-2024-09 merged"] - 2 // four rows become two
	removed := count["spc-2024-09 removed"]
	expect(t, "names known of the 26 and of the 18", []int{known01, known09}, []int{23, 17})
	expect(t, "merged away, removed and named", []int{mergedAway, removed}, []int{2, 4})
	const unnamedRemoved, unknown01, unknown09 = 2, 3, 1
	expect(t, "26 = known + unknown", known01+unknown01, 26)
	expect(t, "18 = 26 - merged - removed", 26-mergedAway-removed-unnamedRemoved, 18)
	expect(t, "18 = known + unknown", known09+unknown09, 18)
	t.Logf("spc-2024-01: %d of 26 names known; spc-2024-09: %d of 18", known01, known09)
}

// TestCatalogueTexts checks that every indicator can be read and judged by a person: names and
// definition in both languages, evidence with its source, what is open, reasons, check query.
func TestCatalogueTexts(t *testing.T) {
	for _, i := range catalogue(t) {
		for _, v := range i.Versions {
			zh, en := v.Definition.Zh, v.Definition.En
			if !strings.HasSuffix(zh, "。") || strings.Count(zh, "。") != 1 || !strings.HasSuffix(en, ".") {
				t.Errorf("%s: the definition is not one sentence in both languages: %s / %s", i.File, zh, en)
			}
			if v.Source.Doc == "" || v.Source.No == "" {
				t.Errorf("%s: no source", i.File)
			}
			if v.Evidence == "U" && (!strings.HasPrefix(v.Note.Zh, "本地口径，待核：") || !strings.HasPrefix(v.Note.En, "本地口径，待核")) {
				t.Errorf("%s: evidence U, but the note does not say so: %s", i.File, v.Note.Zh)
			}
			if len(v.Drill) == 0 || v.Drill[0] != "case_no" {
				t.Errorf("%s: drill columns %v", i.File, v.Drill)
			}
			if len(v.Intervals) != 0 {
				t.Errorf("%s: an interval is shipped, but none was published", i.File)
			}
			for _, c := range v.Counts() {
				if c.Kind != indicator.CountJudges && (c.Why.Zh == "" || c.Why.En == "") {
					t.Errorf("%s: count %s gives no reason", i.File, c.Name)
				}
			}
			if v.Check.Numerator == "" && v.Numerator != nil || v.Check.Denominator == "" && v.Denominator != nil && !indicatortest.OnRoster(v) {
				t.Errorf("%s: no check query", i.File)
			}
		}
	}
}

// TestNoTargets holds the rates that must not be used as targets to the volume statistics.
func TestNoTargets(t *testing.T) {
	for _, i := range catalogue(t) {
		if i.ID != "closing_rate" && i.ID != "closed_to_filed" {
			continue
		}
		v := i.Versions[len(i.Versions)-1]
		if !slices.Equal(i.Sets, []string{"volume"}) || i.Better != "neutral" || !v.NoInterval {
			t.Errorf("%s stands in %v, better %s, interval possible %v; it is a volume statistic only", i.ID, i.Sets, i.Better, !v.NoInterval)
		}
	}
}

// rankingWords never stand in a text about courts or persons.
var rankingWords = regexp.MustCompile(`排名|名次|末位|居首|垫底|倒数|位列|位居|领先|落后|第[一二三](?:名|位)|(?i)\brank|league|\bworst\b|\bbest\b`)

func TestNoRankingWords(t *testing.T) {
	for _, i := range catalogue(t) {
		texts := []statute.Text{i.Name}
		for _, v := range i.Versions {
			texts = append(texts, v.Definition, v.Note)
			for _, c := range v.Counts() {
				texts = append(texts, c.Title, c.Why)
			}
		}
		for _, s := range texts {
			if w := rankingWords.FindString(s.Zh + " " + s.En); w != "" {
				t.Errorf("%s: %q in %v", i.File, w, s)
			}
		}
	}
}

// localTypeCodes are codes of unsuccessful pre-filing mediation that courts use besides the
// official list; case-numbers.md marks them unverified.
var localTypeCodes = []string{"诉前调", "民诉前调"}

// TestCatalogueCodes checks that every code a condition compares with exists: in the
// vocabulary, or as a type code of the Chinese registry.
func TestCatalogueCodes(t *testing.T) {
	words, err := docket.LoadVocabulary(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := docket.LoadRegistry(rules.FS, "cn")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, i := range catalogue(t) {
		for _, v := range i.Versions {
			for _, c := range v.Counts() {
				textCodes(c.Where, func(field, code string) {
					_, known := words.Codes(field)[code]
					if field == "type_code" {
						_, known = registry.Type(code)
						known = known || slices.Contains(localTypeCodes, code)
					}
					if !known {
						t.Errorf("%s: count %s: %s has no code %q", i.File, c.Name, field, code)
					}
					checked++
				})
			}
		}
	}
	if checked == 0 {
		t.Fatal("no code was checked")
	}
	t.Logf("%d codes checked", checked)
}

func textCodes(p *indicator.Pred, fn func(field, code string)) {
	if p == nil {
		return
	}
	for _, a := range p.Args {
		textCodes(a, fn)
	}
	if p.Op == indicator.TextIn {
		for _, code := range p.Set {
			fn(docket.Fields[p.Field].Name, code)
		}
	}
}

// catalogue lists every shipped indicator once.
func catalogue(t testing.TB) []*indicator.Indicator {
	t.Helper()
	book := bookWith(t)
	var out []*indicator.Indicator
	for _, set := range book.Sets() {
		for _, i := range book.Set(set) {
			if !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	return out
}

// readSPC reads the table of the two SPC sets: row, key, mark in 2024-01, mark in 2024-09.
func readSPC(t testing.TB) [][]string {
	t.Helper()
	f, err := os.Open("testdata/catalogue/spc.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range lines[1:] {
		if line[0] != strconv.Itoa(n+1) {
			t.Fatalf("spc.csv: row %s where %d is due", line[0], n+1)
		}
	}
	return lines[1:]
}
