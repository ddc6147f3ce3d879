package timelimit_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
	"zhunsheng/rules"
)

func TestLimitByType(t *testing.T) {
	for _, tc := range []struct {
		code, procedure string
		foreign         bool
		want            string
	}{
		{"民初", "ordinary", false, "CV1"},
		{"民初", "ordinary", true, "CV-FOR"},
		{"民初", "summary", true, "CVS"}, // a foreign-related summary case keeps its limit
		{"民初", "", false, "CV1 CVS CVX"},
		{"民终", "ordinary", true, "CV-FOR"},
		{"民终", "ordinary", false, "CV2J CV2R"},
		{"刑初", "fast_track", false, "CR-FAST"},
		{"行审", "", false, "AD-NL7 AD-NL30"},
		{"执恢", "", false, "EN1"},
		{"刑核", "", false, ""},
		{"甲乙", "", false, ""},
	} {
		c := book.For(tc.code, tc.procedure, tc.foreign)
		if got := strings.Join(c.Limits, " "); got != tc.want {
			t.Errorf("%s %s, foreign %v: %s, want %s", tc.code, tc.procedure, tc.foreign, got, tc.want)
		}
		if len(c.Limits) > 1 && c.By.IsZero() {
			t.Errorf("%s: nothing decides between %v", tc.code, c.Limits)
		}
	}
}

// Every type code and procedure of the mapping is one that the ledger knows.
func TestTypesAreThoseOfTheLedger(t *testing.T) {
	var file struct {
		Foreign map[string]any `yaml:"foreign"`
		Types   []struct {
			Type      statute.Placed   `yaml:"type"`
			Procedure string           `yaml:"procedure"`
			Limits    []statute.Placed `yaml:"limits"`
			By        statute.Text     `yaml:"by"`
			Pick      []map[string]any `yaml:"pick"`
		} `yaml:"types"`
	}
	if err := statute.Decode(rules.FS, "limits/by-type.yaml", &file); err != nil {
		t.Fatal(err)
	}
	registry, err := docket.LoadRegistry(rules.FS, "cn")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range file.Types {
		if _, ok := registry.Type(x.Type.Text); !ok {
			t.Errorf("line %d: %s is no type code", x.Type.Line, x.Type)
		}
		if !slices.Contains([]string{"", "ordinary", "summary", "small_claims", "fast_track"}, x.Procedure) {
			t.Errorf("line %d: procedure %q", x.Type.Line, x.Procedure)
		}
	}
}

func TestTypeFaults(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"unknown limit": {"types:\n  - {type: 民初, limits: [CV9]}\n", `limits/by-type.yaml:2: there is no limit "CV9"`},
		"twice":         {"types:\n  - {type: 民初, limits: [CV1]}\n  - {type: 民初, limits: [CVS]}\n", "limits/by-type.yaml:3: 民初 stands twice"},
		"undecided":     {"types:\n  - {type: 民初, limits: [CV1, CVS]}\n", "limits/by-type.yaml:2: limits are missing, or several"},
	} {
		_, err := timelimit.Load(rules.FS, book.Calendars, fstest.MapFS{"limits/by-type.yaml": {Data: []byte(tc.text)}})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
	}
}
