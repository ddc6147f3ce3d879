package docket

import (
	"fmt"
	"strings"
)

// CaseNumber is a case number taken apart by a registry's grammar.
type CaseNumber struct {
	Text     string // normalised: the form in which the number is stored and compared
	Year     int    // year of registration; 0 where the grammar has none
	Court    string // court code as the number has it
	Special  string // 专门审判代字, e.g. 知; usually empty
	TypeCode string // 案件类型代字, e.g. 民初
	Seq      int    // number inside the series of court, type and year
	Suffix   string // 之一 … on documents
	Line     string // derived from the type code
	Instance string // derived from the type code
	Level    int    // level of the court by the shape of its code; 0 where that says nothing
}

// Reason says what is wrong with a case number; validation rules name it.
type Reason string

// The reasons. The first group makes [Registry.Parse] fail, the second is found by
// [Registry.Check] in numbers that parse.
const (
	NoNumber    Reason = "empty"
	BadGrammar  Reason = "grammar"
	OldStyle    Reason = "old_style" // before 2016: …字第…号
	Masked      Reason = "masked"    // digits hidden by * or ×
	Several     Reason = "several"   // a range or list of numbers in one cell
	UnknownType Reason = "unknown_type"
	LeadingZero Reason = "leading_zero"
	CheckDigits Reason = "check_digits"

	EarlyYear  Reason = "early_year"  // before the grammar was in force
	SeqLength  Reason = "seq_length"  // 刑核 has exactly eight digits
	WrongLevel Reason = "wrong_level" // the court's level cannot hear this type
)

// NumberError is a case number that a grammar does not accept.
type NumberError struct {
	Text   string // as it came
	Reason Reason
	What   string // in words, with the offending part
}

// Error names the number and what is wrong with it.
func (e *NumberError) Error() string { return fmt.Sprintf("case number %q: %s", e.Text, e.What) }

// group names a part of a number that a grammar captures.
type group uint8

const (
	gNone group = iota
	gYear
	gCourt
	gSpecial
	gType
	gSeq
	gSuffix
	gCheck
	groupCount
)

var groupNames = map[string]group{
	"": gNone, "year": gYear, "court": gCourt, "special": gSpecial, "type": gType,
	"seq": gSeq, "suffix": gSuffix, "check": gCheck,
}

// spans holds the text of every group of one match; unmatched groups are empty.
type spans [groupCount]string

// part is one step of a pattern: a literal, or a captured group.
type part struct {
	group         group
	text          string   // literal
	alone         []string // words that take no digits
	words         wordSet
	digits        lengths
	longest       int // of digits
	types         bool
	prefix, chars string
	optional      bool
}

// wordSet finds which word a text starts with, the longest first.
type wordSet struct {
	sizes []int // distinct byte lengths, longest first
	words map[string]struct{}
}

func (w wordSet) empty() bool { return len(w.words) == 0 }

// prefix returns the byte length of the longest word that s starts with, or 0.
func (w wordSet) prefix(s string) int {
	for _, n := range w.sizes {
		if n <= len(s) {
			if _, ok := w.words[s[:n]]; ok {
				return n
			}
		}
	}
	return 0
}

// lengths is the set of allowed lengths of a run of digits, as bits; 0: no digits at all.
type lengths uint32

func (l lengths) has(n int) bool { return n < 32 && l&(1<<n) != 0 }

// single returns the only allowed length, or 0 when there is a choice.
func (l lengths) single() int {
	for n := range 32 {
		if l == 1<<n {
			return n
		}
	}
	return 0
}

// longest returns the greatest allowed length.
func (l lengths) longest() int {
	for n := 31; n > 0; n-- {
		if l.has(n) {
			return n
		}
	}
	return 0
}

// digitRun returns the length of the run of ASCII digits at the start of s, at most limit.
func digitRun(s string, limit int) int {
	n := 0
	for n < len(s) && n < limit && s[n]-'0' <= 9 {
		n++
	}
	return n
}

// take reads p at the start of s and returns the bytes read, or -1 when p does not fit.
func (p *part) take(s string, r *Registry) int {
	switch {
	case p.text != "":
		if strings.HasPrefix(s, p.text) {
			return len(p.text)
		}
		return -1
	case p.types:
		return r.typePrefix(s)
	case p.prefix != "":
		return p.takePrefixed(s)
	}
	for _, w := range p.alone {
		if strings.HasPrefix(s, w) {
			return len(w)
		}
	}
	n := 0
	if !p.words.empty() {
		if n = p.words.prefix(s); n == 0 {
			return -1
		}
	}
	if p.digits == 0 {
		return n
	}
	d := digitRun(s[n:], p.longest)
	if !p.digits.has(d) {
		return -1
	}
	return n + d
}

// takePrefixed reads the prefix and then at least one of the part's characters.
func (p *part) takePrefixed(s string) int {
	if !strings.HasPrefix(s, p.prefix) {
		return -1
	}
	n := len(p.prefix)
	for i, c := range s[n:] {
		if !strings.ContainsRune(p.chars, c) {
			if i == 0 {
				return -1
			}
			return n + i
		}
	}
	if n == len(s) {
		return -1
	}
	return len(s)
}

// smallInt reads a run of digits already known to be digits.
func smallInt(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
