package docket

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// Term is a code of rules/vocabulary.yaml with its names and the other words for it.
type Term struct {
	Code string   `yaml:"code"`
	Zh   string   `yaml:"zh"`
	En   string   `yaml:"en"`
	Also []string `yaml:"also"`
}

// The vocabularies that do not belong to a column of a case.
const (
	EventWords = "event"  // kinds of events
	PostWords  = "post"   // posts of the roster
	YesNoWords = "yes_no" // yes and no

	LanguageWords = "language" // languages of the roster; other codes may stand beside them
)

// otherWords are the vocabularies that do not belong to a column of a case.
var otherWords = []string{EventWords, PostWords, YesNoWords, LanguageWords}

// Vocabulary maps the words of ledgers to codes, column by column. It is safe for
// concurrent use.
type Vocabulary struct {
	terms   map[string][]Term
	codes   map[string]map[string]string // column → exact or folded word → code
	headers map[string][]string
}

type vocabularyFile struct {
	Words   statute.Entries[[]Term]   `yaml:"words"`
	Headers statute.Entries[[]string] `yaml:"headers"`
}

// LoadVocabulary reads rules/vocabulary.yaml. A word that stands for two codes of one
// column, and a column that does not exist, are errors.
func LoadVocabulary(fsys fs.FS) (*Vocabulary, error) {
	const name = "vocabulary.yaml"
	var f vocabularyFile
	if err := statute.Decode(fsys, name, &f); err != nil {
		return nil, err
	}
	v := &Vocabulary{terms: map[string][]Term{}, codes: map[string]map[string]string{}, headers: map[string][]string{}}
	var faults []error
	for _, e := range f.Words {
		place := statute.Place(name, e.Key.Line, 0)
		field := e.Key.Text
		if fd, ok := FieldByName(field); !slices.Contains(otherWords, field) && (!ok || fd.Kind != Text) {
			faults = append(faults, fault.At(place, fmt.Sprintf("%q is no text column of a case", field), "use a name of docs/data-dictionary.md"))
			continue
		}
		if err := v.add(field, e.Value); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", place, err))
		}
	}
	for _, e := range f.Headers {
		if _, ok := FieldByName(e.Key.Text); !ok {
			faults = append(faults, fault.At(statute.Place(name, e.Key.Line, 0), fmt.Sprintf("%q is no column of a case", e.Key.Text), "use a name of docs/data-dictionary.md"))
			continue
		}
		v.headers[e.Key.Text] = e.Value
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return v, nil
}

// add enters the terms of one column.
func (v *Vocabulary) add(field string, terms []Term) error {
	v.terms[field] = terms
	codes := map[string]string{}
	v.codes[field] = codes
	for _, t := range terms {
		if t.Code == "" || t.Zh == "" || t.En == "" {
			return fault.Invalidf("%s: a term needs code, zh and en: %+v", field, t)
		}
		for _, w := range append([]string{t.Code, t.Zh, t.En}, t.Also...) {
			for _, key := range []string{w, foldWord(w)} {
				if old, ok := codes[key]; ok && old != t.Code {
					return fault.Invalidf("%s: the word %q stands for %s and %s", field, w, old, t.Code)
				}
				codes[key] = t.Code
			}
		}
	}
	return nil
}

// foldWord is the form in which words are compared: half-width, lower case, no blanks.
func foldWord(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return unicode.ToLower(halfWidth(c))
	}, s)
}

// Knows reports whether the column has a vocabulary.
func (v *Vocabulary) Knows(field string) bool { return len(v.codes[field]) > 0 }

// Code returns the code of a word; ok is false when the column's vocabulary lacks it.
func (v *Vocabulary) Code(field, word string) (code string, ok bool) {
	codes := v.codes[field]
	if code, ok = codes[word]; ok {
		return code, true
	}
	code, ok = codes[foldWord(word)]
	return code, ok
}

// Codes returns the words of one column for many look-ups by [Vocabulary.Code]'s rules: an
// exact word first, then [Fold] of it. The map must not be changed.
func (v *Vocabulary) Codes(field string) map[string]string { return v.codes[field] }

// Fold returns the form in which words and headers are compared.
func Fold(word string) string { return foldWord(word) }

// Terms lists the terms of a column in the order of the file.
func (v *Vocabulary) Terms(field string) []Term { return v.terms[field] }

// Name returns the name of a code in a language (zh… or other), the code itself when unknown.
func (v *Vocabulary) Name(field, code, lang string) string {
	for _, t := range v.terms[field] {
		if t.Code == code {
			return statute.Text{Zh: t.Zh, En: t.En}.In(lang)
		}
	}
	return code
}

// Headers lists other words for the header of a column.
func (v *Vocabulary) Headers(field string) []string { return v.headers[field] }
