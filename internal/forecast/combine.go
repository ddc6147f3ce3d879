package forecast

import (
	"math"
	"slices"
	"strings"
)

// fitAll fits the members that suit the series and averages what they say.
func (p *prepared) fitAll(full bool) (*record, string) {
	members := portfolio
	if p.intermittent {
		members = intermittents
	}
	var recs []*record
	var names []string
	for _, m := range members {
		if m.full && !full {
			continue
		}
		if r := m.fit(p); r != nil && p.sane(r) {
			recs, names = append(recs, r), append(names, m.name)
		}
	}
	p.disagreement = disagreement(recs)
	return combine(recs), strings.Join(names, "+")
}

// sane refuses a model whose forecast is no number or leaves everything seen so far far
// behind: ten times the range, beyond the largest and the smallest value.
func (p *prepared) sane(r *record) bool {
	low, high := slices.Min(p.y), slices.Max(p.y)
	room := 10*(high-low) + math.Abs(high)
	for _, v := range r.forecast() {
		if math.IsNaN(v) || v > high+room || v < low-room {
			return false
		}
	}
	return true
}

// combine averages forecasts point by point without the highest and the lowest; up to three
// are averaged as they are.
func combine(recs []*record) *record {
	out := newRecord(recs[0].n, recs[0].horizon)
	v := make([]float64, len(recs))
	for i := range out.values {
		for k, r := range recs {
			v[k] = r.values[i]
		}
		out.values[i] = trimmed(v)
	}
	return out
}

func trimmed(v []float64) float64 {
	if len(v) <= 3 {
		return mean(v)
	}
	low, high, sum := v[0], v[0], 0.0
	for _, x := range v {
		low, high = min(low, x), max(high, x)
		sum += x
	}
	return (sum - low - high) / float64(len(v)-2)
}

// disagreement is how far the models lie apart at the horizon: half the range of their sums
// over the horizon, as a share of the middle one.
func disagreement(recs []*record) float64 {
	var sums []float64
	for _, r := range recs {
		sums = append(sums, mean(r.forecast()))
	}
	slices.Sort(sums)
	mid := sums[len(sums)/2]
	if mid == 0 {
		return 0
	}
	return (sums[len(sums)-1] - sums[0]) / 2 / math.Abs(mid)
}
