package indicator_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/rules"
)

var updateCatalogue = flag.Bool("update-catalogue", false, "rewrite the tables of docs/indicators.md from the catalogue")

const (
	catalogueDoc  = "../../docs/indicators.md"
	catalogueMark = "<!-- 以下由目录生成 / generated from the catalogue: go test ./internal/indicator -run TestCatalogueDoc -update-catalogue -->\n"
)

// TestCatalogueDoc keeps docs/indicators.md equal to the catalogue: what stands above the mark
// is written by hand, what stands below is printed from rules/indicators.
func TestCatalogueDoc(t *testing.T) {
	data, err := os.ReadFile(catalogueDoc)
	if err != nil {
		t.Fatal(err)
	}
	head, old, ok := strings.Cut(string(data), catalogueMark)
	if !ok {
		t.Fatalf("docs/indicators.md has lost its mark:\n%s", catalogueMark)
	}
	want := printCatalogue(t, bookWith(t))
	if old == want {
		return
	}
	if !*updateCatalogue {
		t.Fatal("docs/indicators.md differs from the catalogue; run: go test ./internal/indicator -run TestCatalogueDoc -update-catalogue")
	}
	if err := os.WriteFile(catalogueDoc, []byte(head+catalogueMark+want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func printCatalogue(t *testing.T, book *indicator.Book) string {
	words, err := docket.LoadVocabulary(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	marks := map[string]map[string]string{"spc-2024-01": {}, "spc-2024-09": {}}
	for _, line := range readSPC(t) {
		marks["spc-2024-01"][line[1]], marks["spc-2024-09"][line[1]] = line[2], line[3]
	}
	var b strings.Builder
	for _, set := range book.Sets() {
		name := book.SetName(set)
		fmt.Fprintf(&b, "\n## `%s` %s / %s\n", set, name.Zh, name.En)
		for _, i := range book.Set(set) {
			for _, v := range i.Versions {
				printVersion(&b, words, i, v, marks[set][i.ID])
			}
		}
	}
	return b.String()
}

var better = map[string]string{
	"higher": "越高越好 / higher", "lower": "越低越好 / lower", "range": "适中 / range", "neutral": "不作评价 / neutral",
}

func printVersion(b *strings.Builder, words *docket.Vocabulary, i *indicator.Indicator, v *indicator.Version, membership string) {
	formula := v.Formula()
	fmt.Fprintf(b, "\n### `%s` %s / %s\n\n", i.ID, i.Name.Zh, i.Name.En)
	fmt.Fprintf(b, "- 口径 / definition: %s %s\n", v.Definition.Zh, v.Definition.En)
	fmt.Fprintf(b, "- 公式 / formula: %s; %s\n", formula.Zh, formula.En)
	for _, c := range v.Counts() {
		if c.Kind == indicator.CountJudges {
			fmt.Fprintf(b, "  - %s / %s: 花名册 / roster, `%s`\n", c.Title.Zh, c.Title.En, c.Post)
			continue
		}
		fmt.Fprintf(b, "  - %s / %s: `%s`\n", c.Title.Zh, c.Title.En, c.Expression)
	}
	if len(i.Lines) > 0 {
		names := make([]string, len(i.Lines))
		for n, line := range i.Lines {
			names[n] = words.Name("line", line, "zh") + " " + line
		}
		fmt.Fprintf(b, "- 条线 / lines: %s\n", strings.Join(names, "、"))
	}
	fmt.Fprintf(b, "- 方向 / direction: %s\n", better[i.Better])
	fmt.Fprintf(b, "- 证据 / evidence: %s (%s)", v.Evidence, v.Source)
	if membership != "" {
		fmt.Fprintf(b, "; 是否属于本版 / membership: %s", membership)
	}
	b.WriteString("\n")
	if !v.Note.IsZero() {
		fmt.Fprintf(b, "- 说明 / note: %s %s\n", v.Note.Zh, v.Note.En)
	}
}
