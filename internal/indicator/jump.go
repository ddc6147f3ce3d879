package indicator

import (
	"math/big"
	"slices"

	"zhunsheng/internal/civil"
)

// Pinned is the catalogue in which one indicator has a single wording on every day: what its
// figures would have been, had it never been redefined.
func (b *Book) Pinned(set, key string, v *Version) (*Book, error) {
	i, err := b.Find(set, key)
	if err != nil {
		return nil, err
	}
	always := *v
	always.From, always.To = civil.NewDate(1, 1, 1), 0
	one := *i
	one.Versions = []*Version{&always}
	out := *b
	out.indicators = slices.Clone(b.indicators)
	out.indicators[slices.Index(b.indicators, i)] = &one
	return &out, nil
}

// Jump is a change of a value across a change of its definition, split exactly:
// Total = Reality + Definition. A nil part has no value.
type Jump struct {
	Total      *big.Rat // new wording after, less old wording before
	Reality    *big.Rat // what the old wording shows in both periods
	Definition *big.Rat // what the new wording alone does, in the later period
}

// Split splits the step from a value under the old wording to one under the new wording.
// oldAfter is what the old wording would have given in the later period.
func Split(oldBefore, oldAfter, newAfter *big.Rat) Jump {
	return Jump{Total: less(newAfter, oldBefore), Reality: less(oldAfter, oldBefore), Definition: less(newAfter, oldAfter)}
}

func less(a, b *big.Rat) *big.Rat {
	if a == nil || b == nil {
		return nil
	}
	return new(big.Rat).Sub(a, b)
}
