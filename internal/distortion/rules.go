package distortion

import (
	"fmt"
	"io/fs"
	"slices"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// Rule is one kind of question with its words and thresholds.
type Rule struct {
	ID       string       `yaml:"id"`
	Name     statute.Text `yaml:"name"`
	Question statute.Text `yaml:"question"`
	Innocent statute.Text `yaml:"innocent"`
	Days     int          `yaml:"days"`  // before a limit or the end of a month, or until something follows
	Span     int          `yaml:"span"`  // days among which the last Days are looked at
	Cases    int          `yaml:"cases"` // size of a group
	Past     float64      `yaml:"past"`  // least number in a court's baseline: what was hardly recorded before is no measure
}

// Book is rules/signals/distortion.yaml.
type Book struct {
	Least struct {
		Ratio float64 `yaml:"ratio"` // of the count to its expectation
		Cases float64 `yaml:"cases"` // above the expectation
	} `yaml:"least"`
	Rules  []Rule         `yaml:"rules"`
	Source statute.Source `yaml:"source"`
}

// known are the rules that the program can count.
var known = []string{"limit_rush", "age_rush", "month_end", "december_dip", "extension_spike", "deduction_spike", "suspension_spike",
	"refile", "splitting", "paper_closing", "late_entry", "closing_way"}

// Load reads the rules and refuses a file that cannot be worked with.
func Load(fsys fs.FS) (*Book, error) {
	const file = "signals/distortion.yaml"
	b := &Book{}
	if err := statute.Decode(fsys, file, b); err != nil {
		return nil, err
	}
	if !(b.Least.Ratio > 1) || !(b.Least.Cases > 0) {
		return nil, fault.At(file, "least names no ratio above 1, or no number of cases", "write least: {ratio: 1.25, cases: 5}")
	}
	seen := map[string]bool{}
	for _, r := range b.Rules {
		if !slices.Contains(known, r.ID) || seen[r.ID] {
			return nil, fault.At(file, fmt.Sprintf("rule %q is unknown or stands twice", r.ID), fmt.Sprintf("name each of %v at most once", known))
		}
		seen[r.ID] = true
		for _, t := range []statute.Text{r.Name, r.Question, r.Innocent} {
			if t.Zh == "" || t.En == "" {
				return nil, fault.At(file, "rule "+r.ID+" lacks name, question or innocent explanation", "give them in both languages")
			}
		}
		if r.Days < 0 || r.Span < 0 || r.Span > 0 && r.Span <= r.Days || r.Cases < 0 {
			return nil, fault.At(file, "rule "+r.ID+" has days that cannot be", "give days, and span larger than days")
		}
	}
	return b, nil
}
