package indicator

import (
	"maps"
	"slices"
)

// Totals lists the names of totals that [Book.Eval] understands for a set: those its formulas
// use and those the identities derive them from. With prev_ in front each means the period of
// comparison.
func (b *Book) Totals(set string) []string {
	names := map[string]bool{}
	for _, i := range b.Set(set) {
		for _, c := range i.Versions[len(i.Versions)-1].Counts() {
			names[c.Eval] = true
		}
	}
	for _, id := range b.identities {
		for _, n := range id.order {
			names[n] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
