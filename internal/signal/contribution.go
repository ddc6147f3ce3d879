package signal

import (
	"math/big"
	"slices"
	"strings"

	"zhunsheng/internal/fault"
)

// Part is what one court, cause, party group or batch of filings contributes to a change.
type Part struct {
	Name          string
	Before, After int64
	Change        int64
	Share         *big.Rat // of the whole change; nil when that is 0
}

// Contributions splits the change of a total between two periods into its parts. Parts stand
// in the order given, each name once; one that has a count in only one period is there too.
// The changes of the parts add up to the change of the total exactly, and so do the shares.
func Contributions(order []string, before, after map[string]int64) (parts []Part, total Part, err error) {
	seen := map[string]bool{}
	for _, name := range order {
		if seen[name] {
			return nil, total, fault.Invalidf("part %s stands twice in the order", name)
		}
		seen[name] = true
		p := Part{Name: name, Before: before[name], After: after[name]}
		p.Change = p.After - p.Before
		parts = append(parts, p)
		total.Before, total.After, total.Change = total.Before+p.Before, total.After+p.After, total.Change+p.Change
	}
	for _, m := range []map[string]int64{before, after} {
		for name := range m {
			if !seen[name] {
				return nil, total, fault.Invalidf("part %s has a count but no place in the order", name)
			}
		}
	}
	if total.Change == 0 {
		return parts, total, nil
	}
	total.Share = big.NewRat(1, 1)
	for i := range parts {
		parts[i].Share = big.NewRat(parts[i].Change, total.Change)
	}
	return parts, total, nil
}

// Fraction is numerator and denominator of a rate in one part.
type Fraction struct{ Numerator, Denominator int64 }

// RatePart is what one part contributes to the change of an overall rate: because its own
// rate moved (Within), and because its weight in the whole moved (Mix).
type RatePart struct {
	Name        string
	Within, Mix *big.Rat
}

// RateContributions splits the change of an overall rate. With weight w and rate r of a part,
// Within = (w₀+w₁)/2·(r₁−r₀) and Mix = (w₁−w₀)·((r₀+r₁)/2−R), where R is the mean of the two
// overall rates (Kitagawa, JASA 50, 1955; R changes no sum, because the weights add up to 1
// twice). All Within and Mix together are the change of the rate exactly. A part that is
// absent from one period has no rate there: its whole contribution is Mix, at the rate of the
// other period.
func RateContributions(order []string, before, after map[string]Fraction) (parts []RatePart, change *big.Rat, err error) {
	r0, n0, err := overall(order, before)
	if err != nil {
		return nil, nil, err
	}
	r1, n1, err := overall(order, after)
	if err != nil {
		return nil, nil, err
	}
	middle := half(r0, r1)
	for _, name := range order {
		a, b := before[name], after[name]
		w0, w1 := big.NewRat(a.Denominator, n0), big.NewRat(b.Denominator, n1)
		rate0, rate1 := a.rate(b), b.rate(a)
		p := RatePart{Name: name}
		p.Within = new(big.Rat).Mul(half(w0, w1), new(big.Rat).Sub(rate1, rate0))
		p.Mix = new(big.Rat).Mul(new(big.Rat).Sub(w1, w0), new(big.Rat).Sub(half(rate0, rate1), middle))
		parts = append(parts, p)
	}
	return parts, new(big.Rat).Sub(r1, r0), nil
}

// rate is the part's own rate, or that of the other period, or 0.
func (f Fraction) rate(other Fraction) *big.Rat {
	switch {
	case f.Denominator > 0:
		return big.NewRat(f.Numerator, f.Denominator)
	case other.Denominator > 0:
		return big.NewRat(other.Numerator, other.Denominator)
	}
	return new(big.Rat)
}

func half(a, b *big.Rat) *big.Rat {
	s := new(big.Rat).Add(a, b)
	return s.Mul(s, big.NewRat(1, 2))
}

// overall is the rate of the whole and its denominator.
func overall(order []string, parts map[string]Fraction) (*big.Rat, int64, error) {
	var sum Fraction
	for name, f := range parts {
		switch {
		case !slices.Contains(order, name):
			return nil, 0, fault.Invalidf("part %s has a rate but no place in the order", name)
		case f.Denominator < 0 || f.Denominator == 0 && f.Numerator != 0:
			return nil, 0, fault.Invalidf("part %s: %d of %d is no rate", name, f.Numerator, f.Denominator)
		}
		sum.Numerator, sum.Denominator = sum.Numerator+f.Numerator, sum.Denominator+f.Denominator
	}
	if sum.Denominator == 0 {
		return nil, 0, fault.Invalidf("there is nothing in one of the periods; an overall rate needs a denominator")
	}
	return big.NewRat(sum.Numerator, sum.Denominator), sum.Denominator, nil
}

// Rollup adds series of the finest grain up to every coarser one. Names are paths such as
// court/line/cause, all of one depth; the result holds one series for each prefix (court,
// court/line) and one named total, coarse before fine, each level in the order of first
// appearance, and the given series last. Sums are exact as long as counts are below 2⁵³. A
// time at which a member has a gap is a gap of the sum; a time that a member does not list
// counts nothing for it.
func Rollup(series []Series, total string) ([]Series, error) {
	var out []Series
	if len(series) == 0 {
		return nil, nil
	}
	depth := strings.Count(series[0].Name, "/") + 1
	for level := range depth {
		index := map[string]int{}
		sums := []map[int]float64{}
		first := len(out)
		for _, s := range series {
			path := strings.Split(s.Name, "/")
			if len(path) != depth {
				return nil, fault.Invalidf("series %s is not of the depth of %s; write all names as court/line/cause", s.Name, series[0].Name)
			}
			name := total
			if level > 0 {
				name = strings.Join(path[:level], "/")
			}
			k, ok := index[name]
			if !ok {
				k = len(sums)
				index[name] = k
				sums, out = append(sums, map[int]float64{}), append(out, Series{Name: name})
			}
			for i, at := range s.At {
				sums[k][at] += s.Values[i]
			}
		}
		for k, sum := range sums {
			out[first+k].fill(sum)
		}
	}
	return append(out, series...), nil
}

// fill writes a map of sums into a series by rising time.
func (s *Series) fill(sum map[int]float64) {
	for at := range sum {
		s.At = append(s.At, at)
	}
	slices.Sort(s.At)
	for _, at := range s.At {
		s.Values = append(s.Values, sum[at])
	}
}
