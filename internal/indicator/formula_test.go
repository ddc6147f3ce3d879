package indicator

import (
	"strings"
	"testing"
)

// lookupAny knows every name: judges from the roster, d… of days, others of cases.
func lookupAny(name string) *Count {
	switch {
	case name == "judges":
		return &Count{Name: name, Kind: CountJudges}
	case strings.HasPrefix(name, "d"):
		return &Count{Name: name, Kind: CountDays}
	}
	return &Count{Name: name}
}

func TestParseFormula(t *testing.T) {
	for in, want := range map[string]string{
		"a + b * c":               "a + b × c",
		"(a + b) * c":             "(a + b) × c",
		"a - (b - c)":             "a - (b - c)",
		"a - b - c":               "a - b - c",
		"a / (b / c)":             "a / (b / c)",
		"-(a + b)":                "-(a + b)",
		"365.25 * prev_a":         "365.25 × prev_a",
		"0.1":                     "0.1",
		"quantile(days, 0.5)":     "median(days)",
		"quantile(prev_d, 1)":     "quantile(prev_d, 1)",
		"mean(d) + cases(prev_d)": "mean(d) + cases(prev_d)",
	} {
		f, faults := parseFormula(in, lookupAny)
		if len(faults) > 0 || f.String() != want {
			t.Errorf("%s: %s, %v", in, f, faults)
		}
	}
}

// What prints can be read again and means the same.
func FuzzParseFormula(f *testing.F) {
	for _, s := range []string{"a / (b + c)", "365 * pending / closed", "quantile(days_to_close, 0.9)", "-a - -b", "mean(d)", "judges / 2.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		one, faults := parseFormula(text, lookupAny)
		if len(faults) > 0 {
			for _, x := range faults {
				if x.line < 1 || x.column < 0 || x.text == "" || x.remedy == "" {
					t.Errorf("fault without place, text or remedy: %+v", x)
				}
			}
			return
		}
		printed := strings.ReplaceAll(one.String(), "×", "*")
		if len(printed) > maxExpression || strings.Contains(printed, "--") || strings.Count(printed, "(") > 100 {
			return
		}
		two, faults := parseFormula(printed, lookupAny)
		if len(faults) > 0 || two.String() != one.String() {
			t.Errorf("%q prints as %q, which reads as %v, %v", text, printed, two, faults)
		}
	})
}
