package truth_test

import (
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/indicator"
	"zhunsheng/internal/truth"
)

// lines are the lines of a data file: what is expected, a tab, the text. “¶” in a text begins
// a new paragraph.
func lines(t testing.TB, name string) (out []struct{ want, text string }) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range strings.Split(string(data), "\n") {
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		want, text, ok := strings.Cut(l, "\t")
		if !ok {
			t.Fatalf("%s:%d: no tab", name, i+1)
		}
		out = append(out, struct{ want, text string }{want, strings.ReplaceAll(text, "¶", "\n")})
	}
	return out
}

// show prints findings as the data files write them: rule and recomputed value.
func show(found []truth.Finding) string {
	if len(found) == 0 {
		return "ok"
	}
	var out []string
	for _, f := range found {
		out = append(out, strings.TrimSpace(string(f.Rule)+" "+f.Recomputed))
	}
	return strings.Join(out, " ")
}

func detail(found []truth.Finding) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "\n\t%d:%d–%d %s %q → %q: %s", f.Line, f.Col, f.End, f.Rule, f.Printed, f.Recomputed, f.Why.Zh)
	}
	return b.String()
}

// The six groups of product notes 5.4: three hold, three do not.
func TestPublished(t *testing.T) {
	for _, l := range lines(t, "published.txt") {
		if found := truth.Check(truth.Text(l.text), truth.Known{}); show(found) != l.want {
			t.Errorf("%s\nwant %s, got %s%s", l.text, l.want, show(found), detail(found))
		}
	}
}

// Sentences that are true raise nothing.
func TestTrue(t *testing.T) {
	all, alarms := lines(t, "true.txt"), 0
	for _, l := range all {
		if found := truth.Check(truth.Text(l.text), truth.Known{}); len(found) > 0 {
			alarms++
			t.Errorf("%s%s", l.text, detail(found))
		}
	}
	if len(all) < 200 {
		t.Errorf("%d true sentences, fewer than 200", len(all))
	}
	t.Logf("%d false alarms among %d true sentences", alarms, len(all))
}

// Sentences that are wrong are caught, with the rule and the recomputed value.
func TestWrong(t *testing.T) {
	all, caught := lines(t, "wrong.txt"), 0
	rules := map[string]int{}
	for _, l := range all {
		found := truth.Check(truth.Text(l.text), truth.Known{})
		if len(found) > 0 {
			caught++
			rules[string(found[0].Rule)]++
		}
		if show(found) != l.want {
			t.Errorf("%s\nwant %s, got %s%s", l.text, l.want, show(found), detail(found))
		}
	}
	t.Logf("%d of %d wrong sentences caught: %v", caught, len(all), rules)
}

// Whatever number of a consistent sentence is changed, the sentence is caught, and the true
// sentence is not.
func TestEverySlipIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, n := rapid.IntRange(30, 5000).Draw(t, "carried over"), rapid.IntRange(500, 90000).Draw(t, "new")
		closed := rapid.IntRange(100, o+n-20).Draw(t, "closed")
		before := rapid.IntRange(100, 90000).Draw(t, "before")
		values := []int{o + n, o, n, closed, o + n - closed, before}
		slip := rapid.IntRange(-1, len(values)-1).Draw(t, "changed")
		if slip >= 0 {
			values[slip] += rapid.IntRange(values[slip]/50+2, values[slip]/2+3).Draw(t, "by")
		}
		rate := indicator.RoundHalfUp(big.NewRat(int64(100*closed), int64(o+n)), 2)
		word, diff := "上升", n-before
		if diff < 0 {
			word, diff = "下降", -diff
		}
		if diff == 0 {
			t.Skip("no change")
		}
		change := indicator.RoundHalfUp(big.NewRat(int64(100*diff), int64(before)), 2)
		text := fmt.Sprintf("2024年6月，云岭市两级法院受理案件%d件（旧存%d件，新收%d件），审（执）结%d件，未结%d件，结案率%s%%。新收案件上年同期为%d件，新收同比%s%s%%。",
			values[0], values[1], values[2], values[3], values[4], rate, values[5], word, change)
		found := truth.Check([]truth.Paragraph{{Text: text}}, truth.Known{})
		if (len(found) > 0) != (slip >= 0) {
			t.Fatalf("%s\nnumber %d changed, found%s", text, slip, detail(found))
		}
	})
}
