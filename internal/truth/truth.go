// Package truth reads a text about court statistics and reports what cannot be true in it: sums
// that do not add up, rates that are not their quotient, words that contradict the sign, percent
// where percentage points belong, ranking words. It knows no bulletin: it reads the sentences of
// anybody's paper, and with Known figures also judges whether every number has its source.
//
// The rules are the table of product notes 5.4. The package says only what is certain: a
// sentence that can be read in a way in which it is true raises nothing.
package truth

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"zhunsheng/internal/statute"
)

// Rule is one row of the table of checks.
type Rule string

// The rules, in the order of the table.
const (
	Arithmetic   Rule = "arithmetic"   // sums, parts, rates
	Units        Rule = "units"        // percentage points against percent
	Direction    Rule = "direction"    // the word against the sign
	Base         Rule = "base"         // base 0, small base
	SameRule     Rule = "same_rule"    // one definition on both sides of a comparison
	Trend        Rule = "trend"        // 持续, 连续 against the values
	Ranking      Rule = "ranking"      // ranking words, courts in order of performance
	Certainty    Rule = "certainty"    // 显著, 明显 without a signal
	Traceability Rule = "traceability" // a number without a figure
	AsOf         Rule = "as_of"        // more than one data day
	Names        Rule = "names"        // personal names
)

// Rules lists all rules in the order of the table.
func Rules() []Rule {
	return []Rule{Arithmetic, Units, Direction, Base, SameRule, Trend, Ranking, Certainty, Traceability, AsOf, Names}
}

// Paragraph is one paragraph of a text, or one cell of a table.
type Paragraph struct {
	Line    int      // number of the paragraph in the document, from 1; 0: its place in the list
	Text    string   // without the line end
	Heading bool     // begins a section: what was said before is no context any more
	Table   int      // number of the table, from 1; 0: running text
	Row     int      // row of the table, from 0
	Col     int      // column of the table, from 0
	Offset  int      // characters before Text in its line
	Figures []string // ids of the figures the paragraph may print; nil: any known figure
	Plain   []string // pieces of text whose numbers are no figures: months, names of sets
}

// Figure is a number that is known to be true, as a document may print it.
type Figure struct {
	ID       string
	Text     string   // as printed, with or without its unit
	Value    *big.Rat // unrounded; nil: no value
	Series   string   // what is counted, of whom: figures of one series differ only in their period
	Period   string   // sorts in time within its series, e.g. 2024-06
	Version  string   // of the definition
	Snapshot string   // the state of the data it was computed from
	Signal   bool     // a trend signal, or outside the limits of the funnel
}

// Known is what the caller knows beyond the text. The zero value judges the text by itself.
type Known struct {
	Figures   []Figure // not empty: every number of the text must be one of them
	Names     []string // personal and party names that may not appear
	Courts    []string // names of the courts in administrative order
	SmallBase int      // below it a change of a count is printed in cases; 0: 20
}

// Finding is one thing in the text that cannot be true or may not be said.
type Finding struct {
	Line       int          `json:"line"` // paragraph, from 1
	Col        int          `json:"col"`  // first character, from 1
	End        int          `json:"end"`  // character after the last
	Rule       Rule         `json:"rule"`
	Printed    string       `json:"printed"`
	Recomputed string       `json:"recomputed"` // what the other numbers give; empty: nothing to compute
	Sentence   string       `json:"sentence"`
	Why        statute.Text `json:"why"`
}

// smallBase is the base under which a change is printed in cases, not in percent.
const smallBase = 20

// Check judges a text. Findings come in the order of the text.
func Check(paragraphs []Paragraph, known Known) []Finding {
	if known.SmallBase == 0 {
		known.SmallBase = smallBase
	}
	c := &checker{known: known, figures: figureIndex(known.Figures)}
	for i, p := range paragraphs {
		if p.Line == 0 {
			p.Line = i + 1
		}
		c.paragraph(p)
	}
	c.endSection()
	c.tables()
	c.asOf()
	return sorted(c.found)
}

// sorted puts findings in the order of the text and drops repetitions; ranking words that touch are
// one finding.
func sorted(found []Finding) []Finding {
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.End, b.End))
	})
	var out []Finding
	for _, f := range found {
		if k := len(out) - 1; k >= 0 && f.Line == out[k].Line && f.Rule == out[k].Rule && (f.Col == out[k].Col || f.Rule == Ranking && f.Col <= out[k].End) {
			continue
		}
		out = append(out, f)
	}
	return out
}

// checker walks through a text with what was said before.
type checker struct {
	known   Known
	figures map[string][]int // printed text → places in known.Figures
	found   []Finding
	frames  []*frame // of the running section
	grid    []*table
	asOfs   []dated

	paragraphs int       // read so far
	talk       *parser   // the sentence before, in the paragraph
	counts     []*value  // of the paragraph
	shares     []portion // of the paragraph
}

// paragraph judges one paragraph. Cells of tables are collected and judged together.
func (c *checker) paragraph(p Paragraph) {
	if p.Heading {
		c.endSection()
	}
	for _, s := range sentences(p) {
		c.words(s)
		c.trace(p, s)
		if p.Table > 0 {
			continue
		}
		c.collectAsOf(s)
		c.knownRule(s)
		if s.english {
			c.english(s)
			continue
		}
		c.sentence(s)
	}
	if p.Table > 0 {
		c.cell(p)
		return
	}
	c.endParagraph()
}

// report adds a finding about the characters from to end of a sentence.
func (c *checker) report(s *sentence, from, end int, rule Rule, printed, recomputed string, why statute.Text) {
	from, end = min(from, len(s.cols)-1), min(end, len(s.cols))
	if from < 0 {
		return
	}
	last := s.cols[max(from, end-1)]
	c.found = append(c.found, Finding{Line: s.line, Col: s.cols[from], End: last + 1, Rule: rule,
		Printed: printed, Recomputed: recomputed, Sentence: s.original, Why: why})
}

// because makes the explanation of a finding in both languages.
func because(zh, en string, args ...any) statute.Text {
	return statute.Text{Zh: fmt.Sprintf(zh, args...), En: fmt.Sprintf(en, args...)}
}
