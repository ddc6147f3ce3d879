package browsertest_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"zhunsheng/internal/demo"
	"zhunsheng/internal/truth"
)

// courtOrder is the administrative order of the demo's courts, by name.
func courtOrder(t *testing.T) map[string]int {
	t.Helper()
	c, err := demo.Generate(demo.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, court := range c.Courts {
		out[court.Name] = court.Seq
	}
	return out
}

// lists are the parts of a page that stand one below the other: rows of a table body, items of
// a list, options of a choice; each as the text it begins with.
func lists(page *html.Node) [][]string {
	var out [][]string
	for n := range page.Descendants() {
		if n.DataAtom != atom.Tbody && n.DataAtom != atom.Ul && n.DataAtom != atom.Ol && n.DataAtom != atom.Select {
			continue
		}
		var heads []string
		for k := range n.ChildNodes() {
			if k.Type == html.ElementNode {
				heads = append(heads, head(k))
			}
		}
		out = append(out, heads)
	}
	return out
}

// head is the first text of a row or item.
func head(n *html.Node) string {
	for k := range n.Descendants() {
		if s := strings.TrimSpace(k.Data); k.Type == html.TextNode && s != "" {
			return s
		}
	}
	return ""
}

// TestCourtsStandInTheirOrder reads every kind of page as three roles: wherever courts stand one
// below the other, once each, they stand in the administrative order, and nothing offers to sort them.
func TestCourtsStandInTheirOrder(t *testing.T) {
	order := courtOrder(t)
	for _, login := range []string{"yuanzhang", "zhuren", "tongji"} {
		c := crawl(t, login, "zh-CN")
		found := 0
		for _, at := range c.order {
			for _, heads := range lists(c.pages[at]) {
				var seqs []int
				for _, h := range heads {
					if seq, ok := order[h]; ok {
						seqs = append(seqs, seq)
					}
				}
				if distinct := slices.Compact(slices.Sorted(slices.Values(seqs))); len(distinct) < 3 || len(distinct) != len(seqs) {
					continue // a list of cases or entries that name courts
				}
				found++
				if !slices.IsSorted(seqs) {
					t.Errorf("%s, %s: courts stand in the order %v: %v", login, at, seqs, heads)
				}
			}
			for _, l := range links(c.pages[at]) {
				if strings.Contains(l.href, "sort=") || strings.Contains(l.href, "order=") {
					t.Errorf("%s: %s offers another order: %s", login, at, l.href)
				}
			}
		}
		if found < 20 {
			t.Errorf("%s: only %d lists of courts on %d pages", login, found, len(c.order))
		}
	}
}

// TestNoRankingWords reads every kind of page as three roles, in both languages: no ranking word
// stands anywhere. Which words those are, and which sentences must pass, is tested in internal/truth.
func TestNoRankingWords(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		for _, login := range []string{"yuanzhang", "tingzhang", "jiceng"} {
			c := crawl(t, login, lang)
			for _, at := range c.order {
				for _, f := range truth.RankingWords(text(c.pages[at])) {
					t.Errorf("%s, %s, %s: %s in %q", login, lang, at, f.Printed, f.Sentence)
				}
			}
		}
	}
}
