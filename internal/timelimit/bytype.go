package timelimit

import (
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// typeFile is rules/limits/by-type.yaml as it is written.
type typeFile struct {
	Foreign struct {
		Replace []statute.Placed `yaml:"replace"`
		With    statute.Placed   `yaml:"with"`
	} `yaml:"foreign"`
	Types []struct {
		Type      statute.Placed   `yaml:"type"`
		Procedure string           `yaml:"procedure"`
		Limits    []statute.Placed `yaml:"limits"`
		By        statute.Text     `yaml:"by"`
		Pick      []pickFile       `yaml:"pick"`
	} `yaml:"types"`
}

type pickFile struct {
	Limit   statute.Placed `yaml:"limit"`
	Words   []string       `yaml:"words"`
	Related []string       `yaml:"related"`
	Court   string         `yaml:"court"`
	Source  statute.Source `yaml:"source"`
}

// typed is a type code of case numbers with a procedure, "" for any.
type typed struct{ code, procedure string }

// Choice is the limits that a case can have.
type Choice struct {
	Limits []string     // one: that limit; several: a person chooses; none: no limit found in law
	By     statute.Text // what decides between several
	Picks  []Pick       // facts of the ledger that decide, in the order to be tried
}

// Pick is a fact that decides between several limits: a word in the column that states the
// matter, or the type of the case this one comes from.
type Pick struct {
	Limit   string
	Words   []string // words of the matter (审限事项)
	Related []string // type codes of the related case
	Court   string   // same or other: whether the related case is of the same court; empty: any
	Source  statute.Source
}

// For returns the limits of a case by the type code of its number (民初, 执恢 …), its
// procedure (ordinary, summary, small_claims, fast_track …) and whether it is
// foreign-related. It never guesses between several.
func (b *Book) For(typeCode, procedure string, foreign bool) Choice {
	c, ok := b.types[typed{typeCode, procedure}]
	if !ok {
		c = b.types[typed{typeCode, ""}]
	}
	if !foreign {
		return c
	}
	out := Choice{By: c.By}
	for _, id := range c.Limits {
		if id = b.abroad(id); !slices.Contains(out.Limits, id) {
			out.Limits = append(out.Limits, id)
		}
	}
	for _, p := range c.Picks {
		p.Limit = b.abroad(p.Limit)
		out.Picks = append(out.Picks, p)
	}
	return out
}

// abroad is the limit that stands in for another one in foreign-related cases.
func (b *Book) abroad(id string) string {
	if slices.Contains(b.foreignFrom, id) {
		return b.foreignTo
	}
	return id
}

// byType takes the mapping over; every limit must exist, every pair stand once.
func (l *loader) byType(f *typeFile) {
	const file = folder + "/by-type.yaml"
	known := func(p statute.Placed) string {
		if _, ok := l.book.rules[p.Text]; !ok {
			l.fault(file, p.Line, fmt.Sprintf("there is no limit %q", p), "use an id of limits/*/*.yaml")
		}
		return p.Text
	}
	l.book.types = map[typed]Choice{}
	for _, t := range f.Types {
		key := typed{t.Type.Text, t.Procedure}
		if _, ok := l.book.types[key]; ok {
			l.fault(file, t.Type.Line, strings.TrimSpace(key.code+" "+key.procedure)+" stands twice", "remove one of the two")
		}
		c := Choice{By: t.By}
		for _, p := range t.Limits {
			c.Limits = append(c.Limits, known(p))
		}
		for _, p := range t.Pick {
			if !slices.Contains(c.Limits, p.Limit.Text) || (len(p.Words) > 0) == (len(p.Related) > 0) || !oneOf(p.Court, "", "same", "other") {
				l.fault(file, p.Limit.Line, "a pick names none of the limits, or not exactly one of words and related", "write {limit: ID, words: […]} or {limit: ID, related: […], court: same}")
			}
			c.Picks = append(c.Picks, Pick{p.Limit.Text, p.Words, p.Related, p.Court, p.Source})
		}
		if len(c.Limits) == 0 || (len(c.Limits) > 1) != (c.By.Zh != "" && c.By.En != "") {
			l.faults = append(l.faults, fault.At(statute.Place(file, t.Type.Line, 0), "limits are missing, or several without what decides between them", "write limits: [ID], or limits: [ID, ID] with by: {zh: …, en: …}"))
		}
		l.book.types[key] = c
	}
	for _, p := range f.Foreign.Replace {
		l.book.foreignFrom = append(l.book.foreignFrom, known(p))
	}
	if len(f.Foreign.Replace) > 0 {
		l.book.foreignTo = known(f.Foreign.With)
	}
}
