package indicator

import (
	"context"
	"math/big"

	"zhunsheng/internal/civil"
)

// Makeup says how the number of a numerator or denominator comes from the entries of its list,
// where it is not simply their number: days or money added up, one count less another, judges
// of the roster.
type Makeup struct {
	Value   *big.Rat // the number of the side; nil: no value
	Parts   []Part   // in the order of the formula
	Formula *Formula
}

// Part is what one count brings to a side.
type Part struct {
	Count string // as in the formula, with prev_ for the period of comparison
	Kind  CountKind
	Minus bool
	Cases *big.Rat // entries of the list; nil for judges, who have no cases
	Total *big.Rat // cases, days, cents or mean judges in post; nil: no value
}

// Makeup explains the side of a figure; nil where the number is that of the list's entries.
func (b *Book) Makeup(ctx context.Context, eng Engine, roster Roster, req CasesRequest) (*Makeup, error) {
	i, err := b.Find(req.Set, req.Indicator)
	if err != nil {
		return nil, err
	}
	v, err := i.At(req.Period.To)
	if err != nil {
		return nil, err
	}
	f := v.side(req.Side)
	if f == nil || f.op == opCount && v.counts[f.name].Kind == CountCases {
		return nil, nil
	}
	p := &plan{eng: eng, roster: roster, filter: req.Filter, asks: map[civil.Period]*ask{}, bound: map[stage]map[use]source{}}
	p.add(req.Period, v)
	if err := p.run(ctx); err != nil {
		return nil, err
	}
	t := groupTerms{sources: p.bound[stage{req.Period, v}], key: groupKey(nil)}
	m := &Makeup{Value: f.eval(t), Formula: f}
	for _, u := range f.uses() {
		m.Parts = append(m.Parts, t.part(u, v.counts[u.name].Kind))
	}
	return m, nil
}

// side is the formula behind one of the lists of a figure; a figure without a numerator of its
// own shows its value there. The excluded cases have none.
func (v *Version) side(s Side) *Formula {
	switch {
	case s == DenominatorSide:
		return v.Denominator
	case s != NumeratorSide:
		return nil
	case v.Numerator == nil:
		return v.Value
	}
	return v.Numerator
}

func (t groupTerms) part(u use, kind CountKind) Part {
	p := Part{Count: u.name, Kind: kind, Minus: u.minus}
	if u.prev {
		p.Count = earlier + u.name
	}
	u.minus = false
	if kind != CountJudges {
		p.Cases = t.entries(u)
	}
	if u.op != opQuantile {
		p.Total = t.total(u)
	}
	return p
}

// SideUnit is what a numerator or denominator is printed in: "money" (cents) where it adds up
// amounts, else "count".
func (v *Version) SideUnit(s Side) string {
	for _, u := range v.side(s).uses() {
		if v.counts[u.name].Kind == CountMoney && u.op != opEntries {
			return "money"
		}
	}
	return "count"
}
