package demo

import (
	"slices"
	"strings"

	"zhunsheng/internal/docket"
)

// Shares of the people of the roster.
const (
	alsoTibetan = 0.3  // with a Chinese name who speak Tibetan in court
	related     = 0.1  // with a court where kin make them keep away (任职回避)
	tied        = 0.08 // who cannot be lent
)

// qualify says of everybody on the roster what the planning of loans asks. Each person has a
// stream of their own: the same whatever else the city draws, and in every post.
func qualify(seed uint64, roster []docket.Posting, courts []docket.Court) {
	served := map[string][]string{}
	for _, p := range roster {
		served[p.Judge] = append(served[p.Judge], p.Court)
	}
	for i := range roster {
		p := &roster[i]
		s := newStream(seed, "lending "+p.Judge)
		p.Languages = []string{"zh"}
		if s.chance(alsoTibetan) || tibetanName(p.Name) {
			p.Languages = append(p.Languages, "bo")
		}
		if court := one(s, courts).Code; s.chance(related) && !slices.Contains(served[p.Judge], court) {
			p.Avoid = []string{court}
		}
		p.Stays = s.chance(tied)
	}
}

// tibetanName reports whether a name begins with one of the Tibetan names of the demo.
func tibetanName(name string) bool {
	return slices.ContainsFunc(slices.Concat(tibetan, script), func(n string) bool { return n != "" && strings.HasPrefix(name, n) })
}
