package signal

import (
	"math"
	"slices"
)

// pool is the sum of all series that have a value at every time. Its season and the effects
// of its regressors are what each series is expected to show unless it has shown otherwise.
type pool struct {
	at      []int
	total   []float64
	members map[string]bool
	effects map[int][]float64 // by position: what was known before it
}

// fewestPooled is the number of complete series from which on they lean on one another.
const fewestPooled = 4

// largeShare is the share of the total from which on a series is taken out of it before it
// leans on the rest, so that it does not meet itself.
const largeShare = 0.1

// pool adds up the complete series; it is nil when there are too few, or nothing to share.
func (opt Options) pool(series []Series, axis map[int]row) *pool {
	extras := 0
	for _, r := range axis {
		extras = len(r.extras)
	}
	if opt.Season < 2 && extras == 0 {
		return nil
	}
	p := &pool{members: map[string]bool{}}
	for i := range series {
		if s := &series[i]; s.complete(len(axis)) && s.unfit(warmUp(opt.Season)) == "" {
			if p.at == nil {
				p.at, p.total = s.At, make([]float64, len(s.At))
			}
			p.members[s.Name] = true
			for k, v := range s.Values {
				p.total[k] += v
			}
		}
	}
	if len(p.members) < fewestPooled || p.at[len(p.at)-1]-p.at[0]+1 != len(p.at) {
		return nil
	}
	p.effects = opt.walk(p.at, p.total, axis)
	return p
}

// complete tells whether a series has a value at each of n times.
func (s *Series) complete(n int) bool {
	if len(s.Values) != n {
		return false
	}
	for _, v := range s.Values {
		if math.IsNaN(v) {
			return false
		}
	}
	return true
}

// walk goes along a total and keeps season and regressors as known before each position.
func (opt Options) walk(at []int, total []float64, axis map[int]row) map[int][]float64 {
	l := opt.lay(at, total, axis)
	effects := map[int][]float64{}
	w, out := start(l, opt.Season, nil)
	if w == nil {
		return effects
	}
	effects[l.at[len(w.y)]] = slices.Clone(w.m.beta[2:])
	for i := len(w.y); i < len(l.values); i++ {
		w.predict(i)
		effects[l.at[i]] = slices.Clone(w.m.beta[2:])
		w.meet(l.values[i], i, out, i >= warmUp(opt.Season))
	}
	return effects
}

// without is the prior for one series: the pool, less the series itself when it is a large
// part of it.
func (p *pool) without(opt Options, s Series, axis map[int]row) func(int) []float64 {
	if p == nil {
		return nil
	}
	effects := p.effects
	if p.members[s.Name] {
		own, all := 0.0, 0.0
		for k, v := range s.Values {
			own, all = own+v, all+p.total[k]
		}
		if own > largeShare*all {
			rest := make([]float64, len(p.total))
			for k, v := range p.total {
				rest[k] = v - s.Values[k]
			}
			effects = opt.walk(p.at, rest, axis)
		}
	}
	return func(at int) []float64 { return effects[at] }
}
