package truth_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"testing"

	"zhunsheng/internal/sharedtest"
	"zhunsheng/internal/truth"
)

// Published judgments are no statistics: the checker finds next to nothing to say about them,
// and neither stumbles over them nor calls 第一审 or 第一百条 a ranking.
func TestJudgments(t *testing.T) {
	for file, most := range map[string]int{"documents.jsonl.gz": 4, "theft-facts-labelled.jsonl.gz": 4} {
		f, err := os.Open(sharedtest.Path(t, "data/zh-judgments/"+file))
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 16<<20)
		texts, characters, found := 0, 0, 0
		for lines.Scan() {
			var doc struct{ Text string }
			if err := json.Unmarshal(lines.Bytes(), &doc); err != nil {
				t.Fatal(err)
			}
			if texts++; texts%3 != 0 && os.Getenv("ZHUNSHENG_TRUTH_SHOW") == "" {
				continue // a third of them, unless all are asked for
			}
			characters += len([]rune(doc.Text))
			for _, x := range truth.Check(truth.Text(doc.Text), truth.Known{}) {
				found++
				if os.Getenv("ZHUNSHENG_TRUTH_SHOW") != "" {
					t.Logf("text %d, %d:%d %s %q → %q", texts, x.Line, x.Col, x.Rule, x.Printed, x.Recomputed)
				}
			}
		}
		if err := lines.Err(); err != nil || texts == 0 {
			t.Fatalf("%s: %d texts, %v", file, texts, err)
		}
		_ = f.Close() // read-only
		t.Logf("%s: %d findings in %d characters of %d texts", file, found, characters, texts)
		if found > most {
			t.Errorf("%s: %d findings, more than %d: run with ZHUNSHENG_TRUTH_SHOW=1 to see them", file, found, most)
		}
	}
}
