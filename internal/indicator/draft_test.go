package indicator_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/rules"
)

// swift is a local indicator that loads.
func swift() indicator.Draft {
	return indicator.Draft{
		ID: "swift", Name: statute.Text{Zh: "三十日内结案率", En: "closed within 30 days"}, Group: "efficiency", Better: "neutral", Unit: "share",
		From:      "2024-01-01",
		Counts:    "swift_closed:\n  name: {zh: 三十日内结案, en: closed within 30 days}\n  where: within(closed_on) && closed_on - filed_on <= 30\n  why: {zh: \"{filed_on} 至 {closed_on}\", en: \"{filed_on} to {closed_on}\"}\n",
		Numerator: "swift_closed", Denominator: "closed", TooFew: "10",
		Definition: statute.Text{Zh: "三十日内结案占结案的比重", En: "share closed within 30 days: of all \"closed\""},
	}
}

func TestDraftLoads(t *testing.T) {
	book, found := indicator.CheckDraft(rules.FS, nil, nil, swift())
	if len(found) > 0 {
		t.Fatalf("findings %+v in\n%s", found, indicator.Compose([]indicator.Draft{swift()}))
	}
	i, err := book.Find(indicator.LocalSet, "swift")
	if err != nil {
		t.Fatal(err)
	}
	v, err := i.At(civil.NewDate(2024, 3, 1))
	if err != nil {
		t.Fatal(err)
	}
	if v.Evidence != "U" || v.TooFew != 10 || v.Definition != swift().Definition || v.Numerator.String() != "swift_closed" {
		t.Errorf("version %+v", v)
	}
	if _, err := i.At(civil.NewDate(2023, 12, 31)); err == nil {
		t.Error("the draft is in force before its first day")
	}
}

func TestDraftFaultsStandAtTheirFields(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*indicator.Draft)
		field  string
		text   string
	}{
		"unknown count":      {func(d *indicator.Draft) { d.Denominator = "clsoed" }, "denominator", "clsoed"},
		"broken expression":  {func(d *indicator.Draft) { d.Counts = strings.Replace(d.Counts, "<= 30", "<=", 1) }, "counts", ""},
		"count indented":     {func(d *indicator.Draft) { d.Counts = "swift_closed: [" }, "counts", ""},
		"no key":             {func(d *indicator.Draft) { d.ID = "Swift/../x" }, "id", "key"},
		"no day":             {func(d *indicator.Draft) { d.From = "soon" }, "from", "soon"},
		"unknown unit":       {func(d *indicator.Draft) { d.Unit = "furlong" }, "unit", "furlong"},
		"one language":       {func(d *indicator.Draft) { d.Name.En = "" }, "id", "both languages"},
		"a shared count":     {func(d *indicator.Draft) { d.Counts = strings.Replace(d.Counts, "swift_closed:", "closed:", 1) }, "counts", "closed"},
		"too few is no word": {func(d *indicator.Draft) { d.TooFew = "few\nevidence: A" }, "too_few", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := swift()
			tc.change(&d)
			_, found := indicator.CheckDraft(rules.FS, nil, nil, d)
			if !slices.ContainsFunc(found, func(f indicator.Finding) bool { return f.Field == tc.field && strings.Contains(f.Text, tc.text) }) {
				t.Errorf("findings %+v, want one at %s with %q", found, tc.field, tc.text)
			}
		})
	}
}

// TestLaterWordingKeepsThePast: a second wording ends the first one the day before and may
// neither start earlier nor change what the values are.
func TestLaterWordingKeepsThePast(t *testing.T) {
	first := swift()
	second := swift()
	second.From, second.Counts, second.Numerator = "2025-01-01", "", "closed - swift_closed"
	book, found := indicator.CheckDraft(rules.FS, nil, []indicator.Draft{first}, second)
	if len(found) > 0 {
		t.Fatalf("findings %+v", found)
	}
	i, err := book.Find(indicator.LocalSet, "swift")
	if err != nil || len(i.Versions) != 2 {
		t.Fatalf("versions %v, %v", i, err)
	}
	if old := i.Versions[0]; old.To != civil.NewDate(2024, 12, 31) || old.Numerator.String() != "swift_closed" {
		t.Errorf("the first wording became %+v", old)
	}
	second.From, second.Unit = "2024-01-01", "count"
	_, found = indicator.CheckDraft(rules.FS, nil, []indicator.Draft{first}, second)
	var fields []string
	for _, f := range found {
		fields = append(fields, f.Field)
	}
	if !slices.Equal(fields, []string{"from", "unit"}) {
		t.Errorf("findings at %v", fields)
	}
}

func TestAdoptedTreesStandBesideTheDraft(t *testing.T) {
	other := swift()
	other.ID = "other"
	tree, err := indicator.Tree([]indicator.Draft{other})
	if err != nil {
		t.Fatal(err)
	}
	book, found := indicator.CheckDraft(rules.FS, []fs.FS{tree}, nil, swift())
	if len(found) > 0 {
		t.Fatalf("findings %+v", found)
	}
	for _, key := range []string{"other", "swift"} {
		if _, err := book.Find(indicator.LocalSet, key); err != nil {
			t.Error(err)
		}
	}
}
