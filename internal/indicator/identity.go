package indicator

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"zhunsheng/internal/statute"
)

// identity is an equation between totals that holds by definition (accepted = opening_pending
// + filed), written as: the sum of coefficient × total is zero.
type identity struct {
	left  string   // the composite total
	right linear   // what it is made of
	zero  linear   // right - left
	order []string // the names in zero, sorted
}

// linear is a sum of totals with whole or broken coefficients; no constant part.
type linear map[string]*big.Rat

func (a linear) equal(b linear) bool {
	if len(a) != len(b) {
		return false
	}
	for name, x := range a {
		if y, ok := b[name]; !ok || x.Cmp(y) != 0 {
			return false
		}
	}
	return true
}

func (a linear) add(b linear, factor int64) linear {
	out := linear{}
	for name, x := range a {
		out[name] = x
	}
	for name, x := range b {
		sum := new(big.Rat).Mul(x, big.NewRat(factor, 1))
		if old, ok := out[name]; ok {
			sum.Add(sum, old)
		}
		out[name] = sum
		if sum.Sign() == 0 {
			delete(out, name)
		}
	}
	return out
}

// linear returns the formula as a sum of totals, ok only when it is one over a single
// period; name maps a count to its total.
func (f *Formula) linear(prev bool, name func(string) string) (linear, bool) {
	switch f.op {
	case opCount:
		return linear{name(f.name): big.NewRat(1, 1)}, f.prev == prev
	case opNeg:
		a, ok := f.args[0].linear(prev, name)
		return linear{}.add(a, -1), ok
	case opAdd, opSub:
		a, okA := f.args[0].linear(prev, name)
		b, okB := f.args[1].linear(prev, name)
		sign := int64(1)
		if f.op == opSub {
			sign = -1
		}
		return a.add(b, sign), okA && okB
	}
	return nil, false
}

// identity reads `total: sum of totals`. The names are names of totals, known or new.
func (l *loader) identity(file string, e statute.Entry[statute.Placed]) {
	lookup := func(name string) *Count { return &Count{Name: name, Eval: name} }
	f, faults := parseFormula(e.Value.Text, lookup)
	l.failAll(file, e.Value, faults)
	if f == nil {
		return
	}
	right, ok := f.linear(false, func(s string) string { return s })
	if !ok || len(right) == 0 || right[e.Key.Text] != nil || !identifier.MatchString(e.Key.Text) {
		l.fail(file, e.Key, fmt.Sprintf("%s: is not a sum of other totals", e.Key.Text), "write e.g. accepted: opening_pending + filed")
		return
	}
	zero := right.add(linear{e.Key.Text: big.NewRat(1, 1)}, -1)
	l.book.identities = append(l.book.identities, identity{e.Key.Text, right, zero, slices.Sorted(maps.Keys(zero))})
}

// derive fills in every total that the identities give, for the period itself and for the
// period of comparison; totals that are given are never changed.
func (b *Book) derive(given map[string]*big.Rat) map[string]*big.Rat {
	all := make(map[string]*big.Rat, len(given))
	for k, v := range given {
		if v != nil {
			all[k] = v
		}
	}
	for changed := true; changed; {
		changed = false
		for _, id := range b.identities {
			for _, prefix := range []string{"", earlier} {
				changed = id.solve(prefix, all) || changed
			}
		}
	}
	return all
}

// solve computes the one total of the equation that is missing, if exactly one is.
func (id identity) solve(prefix string, all map[string]*big.Rat) bool {
	missing := ""
	rest := new(big.Rat)
	for _, name := range id.order {
		v, known := all[prefix+name]
		switch {
		case known:
			rest.Add(rest, new(big.Rat).Mul(id.zero[name], v))
		case missing == "":
			missing = name
		default:
			return false
		}
	}
	if missing == "" {
		return false
	}
	rest.Quo(rest.Neg(rest), id.zero[missing])
	all[prefix+missing] = rest
	return true
}
