package indicator_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zhunsheng/internal/docket"
)

var (
	quoted = regexp.MustCompile("`([^`]+)`")
	folder = regexp.MustCompile(`^(internal|rules|docs)/[a-z_./-]+$`)
	column = regexp.MustCompile(`^[a-z]+(_[a-z]+)*_on$`)
)

// TestGlossary checks that every Chinese and every English term of docs/glossary.md stands
// there once, and that the folders and date columns it names exist.
func TestGlossary(t *testing.T) {
	data, err := os.ReadFile("../../docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, line := range strings.Split(string(data), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || strings.HasPrefix(line, "|---") || strings.TrimSpace(cells[1]) == "中文" {
			continue
		}
		for _, term := range []string{strings.TrimSpace(cells[1]), strings.ToLower(strings.TrimSpace(cells[2]))} {
			if term == "" || seen[term] {
				t.Errorf("the term %q is empty or stands twice: %s", term, line)
			}
			seen[term] = true
		}
		for _, m := range quoted.FindAllStringSubmatch(line, -1) {
			if folder.MatchString(m[1]) {
				if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
					t.Errorf("%s names %s, which does not exist", cells[1], m[1])
				}
			}
			if _, known := docket.FieldByName(m[1]); column.MatchString(m[1]) && !known {
				t.Errorf("%s names the column %s, which cases do not have", cells[1], m[1])
			}
		}
	}
	t.Logf("%d terms in two languages", len(seen)/2)
}
