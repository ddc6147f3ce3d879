package truth

import (
	"regexp"
	"strings"
)

// The English forms: what a number of cases counts stands right before or right after it.
var (
	enNumber = `(\d+(?:\.\d+)?)`
	enWords  = []struct {
		measure string
		form    *regexp.Regexp
	}{
		{opening, regexp.MustCompile(`(?i)` + enNumber + `(?: cases)?(?: were| was)? (?:carried over|brought forward)|(?:carried over|opening stock of|opening pending of) ` + enNumber)},
		{accepted, regexp.MustCompile(`(?i)` + enNumber + ` cases? before (?:them|it)|` + enNumber + `(?: cases)?(?: were)? accepted|(?:accepted|handled) ` + enNumber)},
		{filed, regexp.MustCompile(`(?i)` + enNumber + `(?: new)?(?: cases)?(?: were)?(?: newly)? filed|` + enNumber + ` (?:new cases|new filings)|(?:filed|received) ` + enNumber)},
		{closed, regexp.MustCompile(`(?i)` + enNumber + `(?: cases)?(?: were)? (?:closed|disposed of|resolved)|(?:closed|disposed of|resolved) ` + enNumber)},
		{pending, regexp.MustCompile(`(?i)` + enNumber + `(?: cases)?(?: were| are| remain| remained)?(?: still)? pending`)},
		{closing, regexp.MustCompile(`(?i)closing rate(?: was| is| of|:)? ` + enNumber + `%`)},
		{clearance, regexp.MustCompile(`(?i)(?:clearance rate|ratio of closed to filed)(?: was| is| of|:)? ` + enNumber + `%`)},
	}
	enAged   = regexp.MustCompile(`(?i)^[^;.,]{0,12}(?:for |over |more than|longer|beyond)`)
	enChange = regexp.MustCompile(`(?i)^(?:, |,| and | )?(?:which (?:is|was) )?(?:an? )?(up|down|rose|fell|risen|fallen|increased?|decreased?|rise|fall|dropped|declined|grew|higher|lower)(?: of| by)? ` + enNumber + `(%| percentage points?| cases)?`)
	enBase   = regexp.MustCompile(`(?i)(?:from|against|compared with|versus) ` + enNumber + `(%)?(?: cases)?`)
	enSame   = regexp.MustCompile(`(?i)^(?:, |,| and | )?unchanged`)
	enVerbs  = map[string]int{"up": 1, "rose": 1, "risen": 1, "increase": 1, "increased": 1, "rise": 1, "grew": 1, "higher": 1}
)

// english reads one sentence in English: counts of one subject, their changes, their rates.
func (c *checker) english(s *sentence) {
	text := s.text()
	if c.talk == nil {
		c.talk = &parser{}
	}
	f := &frame{vals: map[string]*value{}, started: c.paragraphs}
	var values []*value
	ends := map[*value]int{}
	for _, w := range enWords {
		hits := w.form.FindAllStringSubmatchIndex(text, 3)
		for _, m := range hits {
			v, end := c.enValue(s, text, m)
			if v == nil || w.measure == pending && enAged.MatchString(text[end:]) || len(hits) > 1 {
				continue
			}
			v.measure = w.measure
			if v.n.kind == share {
				v.name = w.measure
				f.rates = append(f.rates, v)
			} else {
				v.n.kind = count
				f.vals[w.measure] = v
			}
			values = append(values, v)
			ends[v] = end
		}
	}
	for _, v := range values {
		c.enMoves(s, text, v, ends[v])
		c.checkChanges(v)
	}
	c.enPlace(f)
}

// enPlace keeps the frame of a sentence; rates alone belong to the counts of the sentence before.
func (c *checker) enPlace(f *frame) {
	if len(f.vals) > 0 {
		c.frames = append(c.frames, f)
		return
	}
	if k := len(c.frames) - 1; k >= 0 && c.frames[k].started == c.paragraphs {
		c.frames[k].rates = append(c.frames[k].rates, f.rates...)
	}
}

// enValue is the number that a match caught, with where the match ends.
func (c *checker) enValue(s *sentence, text string, m []int) (*value, int) {
	for g := 2; g+1 < len(m); g += 2 {
		if m[g] < 0 {
			continue
		}
		from := len([]rune(text[:m[g]]))
		n := readNumber(s.runes, from, from+m[g+1]-m[g])
		if n == nil || n.loose || m[g] > 0 && text[m[g]-1] == '-' {
			return nil, 0
		}
		return &value{s: s, n: n}, m[1]
	}
	return nil, 0
}

// enMoves reads the change that follows a value: up 5.20% on the same period, from 498.
func (c *checker) enMoves(s *sentence, text string, v *value, end int) {
	tail := text[end:]
	if at := strings.IndexAny(tail, ";"); at >= 0 {
		tail = tail[:at]
	}
	if strings.HasPrefix(tail, " (") {
		if at := strings.IndexByte(tail, ')'); at >= 0 {
			end, tail = end+at+1, tail[at+1:]
		}
	}
	start := len([]rune(text[:end]))
	ch := &change{s: s, at: start, end: start + 1, kind: yoy}
	rest := tail
	if m := enChange.FindStringSubmatchIndex(tail); m != nil {
		word := strings.ToLower(tail[m[2]:m[3]])
		from := start + len([]rune(tail[:m[4]]))
		n := readNumber(s.runes, from, from+m[5]-m[4])
		if n == nil {
			return
		}
		ch.word, ch.dir = word, enVerbs[word]
		if ch.dir == 0 {
			ch.dir = -1
		}
		unit := ""
		if m[6] >= 0 {
			unit = strings.TrimSpace(tail[m[6]:m[7]])
		}
		switch {
		case strings.HasPrefix(unit, "percentage"):
			n.kind = points
		case unit != "%":
			n.kind = v.n.kind
			if v.n.kind == share {
				return
			}
		}
		ch.n, ch.at, ch.end, ch.text = n, start+len([]rune(tail[:m[2]])), n.end, tail[m[2]:m[5]]
		if n.kind == share {
			ch.text += "%"
		}
		rest = tail[m[1]:]
	} else if m := enSame.FindStringIndex(tail); m != nil {
		ch.flat, ch.text, ch.end = true, "unchanged", start+len([]rune(tail[:m[1]]))
		rest = tail[m[1]:]
	} else {
		return
	}
	if m := enBase.FindStringSubmatchIndex(rest); m != nil && !strings.Contains(rest[:m[0]], ",") {
		from := start + len([]rune(tail[:len(tail)-len(rest)+m[2]]))
		if b := readNumber(s.runes, from, from+m[3]-m[2]); b != nil && (b.kind == share) == (v.n.kind == share) {
			b.kind = v.n.kind
			v.base = map[string]*number{yoy: b}
		}
	}
	v.changes = append(v.changes, ch)
}
