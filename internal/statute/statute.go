// Package statute holds what all rules share: citations, bilingual names, dated versions,
// and the strict reading of rules files with the place of every fault. It is the only
// package that knows the YAML decoder.
package statute

import (
	"fmt"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Text is a phrase in Chinese (authoritative) and English.
type Text struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// In returns the phrase in a language ("zh…" or anything else for English), falling back to
// the other language when one is empty.
func (t Text) In(lang string) string {
	if (len(lang) >= 2 && lang[:2] == "zh" && t.Zh != "") || t.En == "" {
		return t.Zh
	}
	return t.En
}

// IsZero reports whether neither language has text.
func (t Text) IsZero() bool { return t == Text{} }

// Source says where a rule comes from: the document, the number or article inside it, the
// source marks it quotes, and its evidence mark (A to D, U: unverified).
type Source struct {
	Doc      string `yaml:"doc"`
	No       string `yaml:"no"`
	Cite     string `yaml:"cite"`
	Evidence string `yaml:"evidence"`
}

// String prints the source as one line.
func (s Source) String() string {
	out := s.Doc
	for _, part := range []string{s.No, s.Cite} {
		if part != "" {
			out += " " + part
		}
	}
	return out
}

// Version is one dated wording of a rule: in force from From to To, both included. A zero
// From means from ever, a zero To means still in force.
type Version[T any] struct {
	From  civil.Date `yaml:"from"`
	To    civil.Date `yaml:"to"`
	Value T          `yaml:",inline"`
}

// Holds reports whether the version is in force on a day.
func (v Version[T]) Holds(day civil.Date) bool {
	return v.From <= day && (v.To.IsZero() || day <= v.To)
}

// Dated is a rule with all its wordings, oldest first.
type Dated[T any] []Version[T]

// At returns the wording in force on a day, or fault.NotFound: a gap is never bridged.
func (d Dated[T]) At(day civil.Date) (Version[T], error) {
	for _, v := range d {
		if v.Holds(day) {
			return v, nil
		}
	}
	return Version[T]{}, fault.NotFoundf("no version in force on %s", day)
}

// Check reports versions that are out of order, overlap, or leave a gap.
func (d Dated[T]) Check() error {
	for i, v := range d {
		if !v.To.IsZero() && v.To < v.From {
			return fault.Invalidf("version %d ends on %s before it starts on %s", i+1, v.To, v.From)
		}
		if i == 0 {
			continue
		}
		p := d[i-1]
		switch {
		case v.From <= p.From:
			return fault.Invalidf("version %d starts on %s, not after version %d; list versions oldest first", i+1, v.From, i)
		case p.To.IsZero() || v.From <= p.To:
			return fault.Invalidf("versions %d and %d overlap on %s; end version %d on %s", i, i+1, v.From, i, v.From.AddDays(-1))
		case v.From > p.To.AddDays(1):
			return fault.Invalidf("no version from %s to %s; close the gap between versions %d and %d", p.To.AddDays(1), v.From.AddDays(-1), i, i+1)
		}
	}
	return nil
}

// Span prints the days of the version, open ends as "…".
func (v Version[T]) Span() string {
	from, to := v.From.String(), v.To.String()
	if from == "" {
		from = "…"
	}
	if to == "" {
		to = "…"
	}
	return fmt.Sprintf("%s..%s", from, to)
}
