package signal

import (
	"math/big"

	"zhunsheng/internal/fault"
)

// Excess is what one part adds to the distance between a count and its expectation.
type Excess struct {
	Name     string
	Expected *big.Rat // the expectation of the whole, by the part's share of the base
	Value    int64
	Excess   *big.Rat // Value − Expected
}

// Excesses splits the distance of a count from its expectation into parts. Each part is
// expected to hold its share of the base, the counts of a time when nothing unusual happened;
// with an empty base all parts are expected to be alike. Parts stand in the order given, each
// name once. Expectations, values and excesses of the parts add up to those of the whole
// exactly.
func Excesses(order []string, base, now map[string]int64, expected *big.Rat) (parts []Excess, total Excess, err error) {
	seen := map[string]bool{}
	var sum int64
	for _, name := range order {
		if seen[name] {
			return nil, total, fault.Invalidf("part %s stands twice in the order", name)
		}
		seen[name] = true
		if base[name] < 0 || now[name] < 0 {
			return nil, total, fault.Invalidf("part %s has a negative count", name)
		}
		sum += base[name]
	}
	for _, m := range []map[string]int64{base, now} {
		for name := range m {
			if !seen[name] {
				return nil, total, fault.Invalidf("part %s has a count but no place in the order", name)
			}
		}
	}
	total = Excess{Expected: new(big.Rat).Set(expected)}
	for _, name := range order {
		share := big.NewRat(1, int64(len(order)))
		if sum > 0 {
			share = big.NewRat(base[name], sum)
		}
		p := Excess{Name: name, Expected: share.Mul(share, expected), Value: now[name]}
		p.Excess = new(big.Rat).Sub(big.NewRat(p.Value, 1), p.Expected)
		parts = append(parts, p)
		total.Value += p.Value
	}
	total.Excess = new(big.Rat).Sub(big.NewRat(total.Value, 1), total.Expected)
	return parts, total, nil
}
