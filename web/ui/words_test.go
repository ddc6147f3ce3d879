package ui

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zhunsheng/internal/access"
)

func messages(t *testing.T, file string) map[string]any {
	t.Helper()
	b, err := locales.ReadFile("locale/" + file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return out
}

func TestMessagesExistInBothLanguages(t *testing.T) {
	zh, en := messages(t, "active.zh-CN.json"), messages(t, "active.en.json")
	place := regexp.MustCompile(`{{\.\w+}}`)
	for id, text := range zh {
		other, ok := en[id]
		if !ok {
			t.Errorf("%s has no English", id)
			continue
		}
		z, ok1 := text.(string)
		e, ok2 := other.(string)
		if !ok1 || !ok2 {
			continue
		}
		for _, p := range place.FindAllString(z, -1) {
			if !strings.Contains(e, p) {
				t.Errorf("%s: %s is missing in English %q", id, p, e)
			}
		}
		if z == "" || e == "" {
			t.Errorf("%s is empty", id)
		}
	}
	for id := range en {
		if _, ok := zh[id]; !ok {
			t.Errorf("%s has no Chinese", id)
		}
	}
}

// TestMessagesUsedExist reads the sources: every literal id must exist, and every message
// must be used somewhere.
func TestMessagesUsedExist(t *testing.T) {
	zh := messages(t, "active.zh-CN.json")
	used := map[string]bool{}
	literal := regexp.MustCompile(`"([a-z_]+(?:\.[A-Za-z0-9_]+)+)"`)
	call := regexp.MustCompile(`\.[TN]\("([^"]+)"`)
	prefix := regexp.MustCompile(`"([a-z_.]+[._])"\s*[+,]|Code\("([a-z_.]+)"`)
	var prefixes []string
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") ||
			!strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range call.FindAllStringSubmatch(string(src), -1) {
			if _, ok := zh[m[1]]; !ok && !strings.HasSuffix(m[1], ".") && !strings.HasSuffix(m[1], "_") {
				t.Errorf("%s uses message %q, which does not exist", path, m[1])
			}
		}
		for _, m := range literal.FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
		}
		for _, m := range prefix.FindAllStringSubmatch(string(src), -1) {
			if m[1] != "" {
				prefixes = append(prefixes, m[1])
			} else {
				prefixes = append(prefixes, m[2]+".")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(used) < 150 {
		t.Fatalf("only %d ids found: the scan is broken", len(used))
	}
next:
	for id := range zh {
		if used[id] {
			continue
		}
		for _, p := range prefixes {
			if strings.HasPrefix(id, p) {
				continue next
			}
		}
		t.Errorf("message %q is used nowhere", id)
	}
}

// TestMessagesFromCodes checks the ids that are put together from codes.
func TestMessagesFromCodes(t *testing.T) {
	d, err := NewDictionary()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range access.Roles() {
		ids = append(ids, "role."+string(r))
	}
	for _, a := range []access.Action{access.ViewFigures, access.ViewCases, access.Export, access.ViewBatches, access.ImportData, access.BuildBulletin, access.ViewBulletin, access.ManageUsers, access.ViewAudit, access.DefineIndicators, access.WriteNotes, access.HandleAlerts, access.HoldToken} {
		ids = append(ids, "may."+string(a))
	}
	for _, s := range []string{"below", "inside", "above", "not_loaded", "too_few", "no_value"} {
		ids = append(ids, "status."+s)
	}
	for _, s := range []string{"403", "404", "409", "422", "500"} {
		ids = append(ids, "error."+s, "error.next."+s)
	}
	for _, s := range []string{"court", "division", "judge"} {
		ids = append(ids, "overview.by_"+s, "field."+s)
	}
	for _, lang := range []string{Chinese, English} {
		w := d.Speak(lang)
		for _, id := range ids {
			if !w.Has(id) || strings.Contains(w.T(id, "Action", "x"), "⟦") {
				t.Errorf("%s: no message %s", lang, id)
			}
		}
	}
}

func TestSpeak(t *testing.T) {
	d, err := NewDictionary()
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Speak("tlh").Lang; got != Chinese {
		t.Errorf("an unknown language speaks %s, want Chinese", got)
	}
	en := d.Speak(English)
	if a, b := en.N("data.more_files", 1), en.N("data.more_files", 1200); a != "and 1 more file" || b != "and 1,200 more files" {
		t.Errorf("plural: %q, %q", a, b)
	}
	if got := en.T("no.such"); got != "⟦no.such⟧" {
		t.Errorf("a missing message shows %q", got)
	}
	if got := en.Code("event", "something new"); got != "something new" {
		t.Errorf("an unknown code shows %q", got)
	}
}
