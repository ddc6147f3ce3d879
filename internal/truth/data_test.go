package truth_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

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
