package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryQueryIsUsed: a statement in queries/ that no code names is dead, and a name in the
// code that no file has would panic.
func TestEveryQueryIsUsed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(text)
	}
	known := catalogue{}
	for _, d := range []dialect{liteSQL, pgSQL} {
		c, err := loadQueries(d)
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range c {
			known[name] = text
			if !strings.Contains(code.String(), `"`+name+`"`) {
				t.Errorf("query %s is not used", name)
			}
		}
	}
	for _, part := range strings.Split(code.String(), `stmts.get("`)[1:] {
		if name, _, _ := strings.Cut(part, `"`); known[name] == "" {
			t.Errorf("query %s does not exist", name)
		}
	}
}

func TestQueryNamesAreUnique(t *testing.T) {
	c := catalogue{}
	if err := c.add("x.sql", "-- name: a\nSELECT 1;\n\n-- name: b\nSELECT 2;\n"); err != nil || c["a"] != "SELECT 1" || c["b"] != "SELECT 2" {
		t.Errorf("read %v, %v", c, err)
	}
	if err := c.add("y.sql", "-- name: a\nSELECT 3;\n"); err == nil {
		t.Error("a name used twice was accepted")
	}
}
