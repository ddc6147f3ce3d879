package docket

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/statute"
)

// Registry is the grammar of one country's case numbers, read from rules/registries. It is
// safe for concurrent use.
type Registry struct {
	Name   string
	Title  statute.Text
	Source statute.Source

	parts         []part
	fold          folding
	types         map[string]*TypeCode
	typeOrder     []TypeCode
	typeBytes     int  // length of the longest type code
	noLeadingZero bool // of the sequence number
	check         checkRule
	yearFrom      int
	levelAlone    int
	levels        [10]int // digits of the court code → level
	oldStyle      []string
	masked        string
	several       []string
	instances     []Term
	givesCourt    bool
}

// TypeCode is a 案件类型代字 with what follows from it.
type TypeCode struct {
	Code, Category string
	Name           statute.Text // of the category
	Line, Instance string
	Levels         []int // court levels that may use it; empty: all
	SeqDigits      int   // exact digits of the sequence number; 0: any
	Link           bool  // a case of this type comes from another case
}

// checkRule is a check-digit rule: the digits of the groups in this order, read as one
// number, leave the remainder when divided by modulus. modulus 0: no rule.
type checkRule struct {
	modulus, remainder int
	over               []group
}

// Parse takes a case number apart. Brackets, widths and blanks are normalised first where
// needed. A number that the grammar refuses gives a *NumberError, and a CaseNumber that holds
// only the normalised Text, so that it can be kept as text.
func (r *Registry) Parse(caseNo string) (CaseNumber, error) {
	if len(r.parts) == 0 {
		return r.parseFree(caseNo)
	}
	var m spans
	if _, ok := r.match(caseNo, &m); ok {
		return r.number(caseNo, &m)
	}
	s := r.fold.apply(caseNo)
	at, ok := r.match(s, &m)
	if !ok {
		return CaseNumber{Text: s}, r.refuse(caseNo, s, at)
	}
	return r.number(s, &m)
}

// parseFree is Parse of a registry without a grammar.
func (r *Registry) parseFree(caseNo string) (CaseNumber, error) {
	s := strings.TrimSpace(caseNo)
	if s == "" {
		return CaseNumber{}, &NumberError{Text: caseNo, Reason: NoNumber, What: "no case number"}
	}
	return CaseNumber{Text: s}, nil
}

// match runs the pattern over the whole of s; at is the part where it failed.
func (r *Registry) match(s string, m *spans) (at int, ok bool) {
	for i := range r.parts {
		p := &r.parts[i]
		n := p.take(s, r)
		if n < 0 {
			if !p.optional {
				return i, false
			}
			n = 0
		}
		if p.group != gNone {
			m[p.group] = s[:n]
		}
		s = s[n:]
	}
	return len(r.parts), s == ""
}

// number builds the CaseNumber of a match and applies the checks that make a number invalid.
func (r *Registry) number(s string, m *spans) (CaseNumber, error) {
	n := CaseNumber{Text: s, Year: smallInt(m[gYear]), Court: m[gCourt], Special: m[gSpecial],
		TypeCode: m[gType], Seq: smallInt(m[gSeq]), Suffix: m[gSuffix], Level: r.level(m[gCourt])}
	if t := r.types[n.TypeCode]; t != nil {
		n.Line, n.Instance = t.Line, t.Instance
	}
	if r.noLeadingZero && m[gSeq][0] == '0' {
		return CaseNumber{Text: s}, &NumberError{Text: s, Reason: LeadingZero, What: fmt.Sprintf("the number %s starts with 0", m[gSeq])}
	}
	if r.check.modulus != 0 {
		if smallInt(m[gCheck]) != r.checkDigits(m) {
			return CaseNumber{Text: s}, &NumberError{Text: s, Reason: CheckDigits, What: fmt.Sprintf("the check digits %s are wrong", m[gCheck])}
		}
	}
	return n, nil
}

// checkDigits computes the check digits of a number, whatever its own are.
func (r *Registry) checkDigits(m *spans) int {
	rest := 0
	for _, g := range r.check.over {
		for i := range len(m[g]) {
			digit := int(m[g][i] - '0')
			if g == gCheck {
				digit = 0
			}
			if rest = rest*10 + digit; rest >= 1e15 {
				rest %= r.check.modulus
			}
		}
	}
	return r.check.modulus + r.check.remainder - rest%r.check.modulus
}

// level reads the level of a court from the number of digits of its code.
func (r *Registry) level(court string) int {
	digits := 0
	for digits < len(court) && digits < len(r.levels)-1 && court[len(court)-1-digits]-'0' <= 9 {
		digits++
	}
	if digits == 0 && r.levelAlone != 0 && court != "" && utf8.RuneCountInString(court) > 1 {
		return r.levelAlone
	}
	return r.levels[digits]
}

// typePrefix returns the byte length of the longest known type code that s starts with, -1
// when there is none. Usually the code ends at the first digit, which is tried first.
func (r *Registry) typePrefix(s string) int {
	limit := min(len(s), r.typeBytes)
	end := 0
	for end < limit && s[end]-'0' > 9 {
		end++
	}
	if r.types[s[:end]] != nil {
		return end
	}
	for end--; end > 0; end-- {
		if r.types[s[:end]] != nil {
			return end
		}
	}
	return -1
}

// refuse explains why s, the normalised form of caseNo, failed at a part of the pattern.
func (r *Registry) refuse(caseNo, s string, at int) error {
	e := &NumberError{Text: caseNo, Reason: BadGrammar}
	switch {
	case s == "":
		e.Reason, e.What = NoNumber, "no case number"
	case containsAny(s, r.oldStyle):
		e.Reason, e.What = OldStyle, "written in the style used before 2016"
	case r.masked != "" && strings.ContainsAny(s, r.masked):
		e.Reason, e.What = Masked, "digits are masked"
	case containsAny(s, r.several):
		e.Reason, e.What = Several, "several numbers or a range in one cell"
	case at < len(r.parts) && (r.parts[at].types || at > 0 && r.parts[at-1].types):
		e.Reason, e.What = UnknownType, "no known type code before the number"
	case at < len(r.parts):
		e.What = "it does not follow the grammar at " + r.parts[at].describe()
	default:
		e.What = "there is text after its end"
	}
	return e
}

func containsAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// describe names a part for an error text.
func (p *part) describe() string {
	if p.text != "" {
		return fmt.Sprintf("%q", p.text)
	}
	for name, g := range groupNames {
		if g == p.group {
			return "the " + name
		}
	}
	return "its end"
}

// Check lists what is implausible about a number that parsed, after case-numbers.md section 4.
func (r *Registry) Check(n CaseNumber) []Reason {
	var out []Reason
	if n.Year != 0 && n.Year < r.yearFrom {
		out = append(out, EarlyYear)
	}
	t := r.types[n.TypeCode]
	if t == nil {
		return out
	}
	if t.SeqDigits != 0 && decimalDigits(n.Seq) != t.SeqDigits {
		out = append(out, SeqLength)
	}
	if n.Level != 0 && len(t.Levels) > 0 && !slices.Contains(t.Levels, n.Level) {
		out = append(out, WrongLevel)
	}
	return out
}

func decimalDigits(n int) int {
	d := 1
	for ; n >= 10; n /= 10 {
		d++
	}
	return d
}

// Format prints a number from its fields; check digits are computed. Format of what Parse
// gave is CaseNumber.Text.
func (r *Registry) Format(n CaseNumber) string {
	if len(r.parts) == 0 {
		return n.Text
	}
	var m spans
	m[gCourt], m[gSpecial], m[gType], m[gSuffix] = n.Court, n.Special, n.TypeCode, n.Suffix
	for i := range r.parts {
		switch p := &r.parts[i]; p.group {
		case gYear:
			m[gYear] = padded(n.Year, p.digits.single())
		case gSeq:
			m[gSeq] = padded(n.Seq, p.digits.single())
		case gCheck:
			m[gCheck] = strings.Repeat("0", p.digits.single())
		}
	}
	if r.check.modulus != 0 {
		m[gCheck] = padded(r.checkDigits(&m), len(m[gCheck]))
	}
	var b strings.Builder
	for i := range r.parts {
		b.WriteString(r.parts[i].text)
		b.WriteString(m[r.parts[i].group])
	}
	return b.String()
}

func padded(n, width int) string { return fmt.Sprintf("%0*d", width, n) }

// Type finds a type code.
func (r *Registry) Type(code string) (TypeCode, bool) {
	t := r.types[code]
	if t == nil {
		return TypeCode{}, false
	}
	return *t, true
}

// Types lists the type codes in the order of the standard.
func (r *Registry) Types() []TypeCode { return slices.Clone(r.typeOrder) }

// Instances lists the registry's own codes of instances; none: those of the vocabulary.
func (r *Registry) Instances() []Term { return slices.Clone(r.instances) }

// GivesCourt reports whether the court in a number is the court code of the ledger, so that
// it can stand in for a missing one and must agree with a given one.
func (r *Registry) GivesCourt() bool { return r.givesCourt }

// HasGrammar reports whether the registry takes numbers apart at all.
func (r *Registry) HasGrammar() bool { return len(r.parts) > 0 }
