package truth

import (
	"strings"
	"unicode"
)

// sentence is one sentence in the shape the grammar reads: half-width digits and signs, no
// spaces between Chinese characters, no thousands separators. Every rune remembers its place.
type sentence struct {
	line     int
	original string // as in the document, trimmed
	runes    []rune
	cols     []int // column of each rune in its paragraph, from 1
	english  bool
	last     bool // of its paragraph
	bound    []string
}

func (s *sentence) text() string { return string(s.runes) }

// folded are the characters that only look different.
var folded = map[rune]rune{
	'(': '（', ')': '）', ';': '；', '﹪': '%', '–': '—', '―': '—', '～': '—', '~': '—', '〜': '—',
	'−': '-', '﹣': '-', '〔': '（', '〕': '）', '［': '（', '］': '）',
}

// sentences cuts a paragraph at full stops and folds each sentence.
func sentences(p Paragraph) []*sentence {
	text := []rune(p.Text)
	english := isEnglish(text)
	var out []*sentence
	start := 0
	for i := range text {
		if i+1 < len(text) && !ends(text, i, english) {
			continue
		}
		if s := fold(p, text[start:i+1], start, english); len(s.runes) > 0 {
			out = append(out, s)
		}
		start = i + 1
	}
	if len(out) > 0 {
		out[len(out)-1].last = true
	}
	return out
}

// ends tells whether a sentence ends with character i, which is not the last one.
func ends(text []rune, i int, english bool) bool {
	switch text[i] {
	case '。', '！', '？', '!', '?', '\n', '\v', '\f':
		return true
	case '.':
		return english && unicode.IsSpace(text[i+1])
	}
	return false
}

// isEnglish: letters, but no Chinese among them.
func isEnglish(text []rune) bool {
	latin := false
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return false
		}
		latin = latin || r < 0x250 && unicode.IsLetter(r)
	}
	return latin
}

// fold brings a piece of a paragraph, which begins at character start, into the shape of the
// grammar.
func fold(p Paragraph, text []rune, start int, english bool) *sentence {
	s := &sentence{line: p.Line, original: strings.TrimSpace(string(text)), english: english, bound: p.Figures}
	for i, r := range text {
		r = half(r)
		switch {
		case english && unicode.IsSpace(r):
			r = ' '
		case unicode.IsSpace(r) || invisible(r):
			if !betweenDigits(text, i) || invisible(r) || isThin(text[i]) && groups(text, i) {
				continue
			}
			r = ' '
		case r == ',' || r == '，':
			if groups(text, i) && (r == ',' || text[i-1] != half(text[i-1])) {
				continue
			}
			if !english {
				r = '，'
			}
		case r == ':' && !betweenDigits(text, i) && !english:
			r = '：'
		case english && (r == '(' || r == ')' || r == ';'):
		default:
			if f, ok := folded[r]; ok {
				r = f
			}
		}
		s.runes = append(s.runes, r)
		s.cols = append(s.cols, p.Offset+start+i+1)
	}
	return s
}

// half turns a full-width letter, digit or sign into the half-width one; Chinese punctuation
// stays.
func half(r rune) rune {
	switch r {
	case '，', '；', '：', '（', '）', '？', '！', '～':
		return r
	}
	if r >= 0xFF01 && r <= 0xFF5E {
		return r - 0xFEE0
	}
	return r
}

func invisible(r rune) bool {
	return r == 0xAD || r == 0x200B || r == 0x200C || r == 0x200D || r == 0x2060 || r == 0xFEFF
}

// isThin: a narrow space, which separates thousands in some styles.
func isThin(r rune) bool { return r == 0x2009 || r == 0x202F || r == 0xA0 }

func digit(r rune) bool { r = half(r); return r >= '0' && r <= '9' }

func betweenDigits(text []rune, i int) bool {
	return i > 0 && i+1 < len(text) && digit(text[i-1]) && digit(text[i+1])
}

// groups tells whether the sign at i separates thousands: a digit before, exactly three after.
func groups(text []rune, i int) bool {
	if i == 0 || i+3 >= len(text) || !digit(text[i-1]) {
		return false
	}
	for k := 1; k <= 3; k++ {
		if !digit(text[i+k]) {
			return false
		}
	}
	return i+4 >= len(text) || !digit(text[i+4])
}
