package docket

import (
	"strings"

	"zhunsheng/internal/fault"
)

// folding normalises the writing variants of a text: widths, brackets and blanks.
type folding struct {
	halfWidth bool
	brackets  map[rune]rune
	drop      string
}

// init reads the folding rules of a registry file; all brackets become the first pair.
func (f *folding) init(halfWidth bool, brackets [][]string, drop string) error {
	f.halfWidth, f.drop, f.brackets = halfWidth, drop, map[rune]rune{}
	for _, pair := range brackets {
		if len(pair) != 2 || len([]rune(pair[0])) != 1 || len([]rune(pair[1])) != 1 {
			return fault.Invalidf("brackets %q: give pairs of single characters", pair)
		}
		f.brackets[[]rune(pair[0])[0]] = []rune(brackets[0][0])[0]
		f.brackets[[]rune(pair[1])[0]] = []rune(brackets[0][1])[0]
	}
	return nil
}

// apply returns the normal form of s, which is s itself when nothing has to change.
func (f *folding) apply(s string) string {
	return strings.Map(func(c rune) rune {
		if b, ok := f.brackets[c]; ok {
			return b
		}
		if strings.ContainsRune(f.drop, c) {
			return -1
		}
		if f.halfWidth {
			c = halfWidth(c)
			if strings.ContainsRune(f.drop, c) {
				return -1
			}
		}
		return c
	}, s)
}

// halfWidth turns full-width ASCII and the ideographic blank into their usual forms.
func halfWidth(c rune) rune {
	switch {
	case c >= '！' && c <= '～':
		return c - '！' + '!'
	case c == '\u3000':
		return ' '
	}
	return c
}
