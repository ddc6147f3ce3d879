package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	loads "zhunsheng/internal/load"
)

// weighed is a number of cases with their weight.
type weighed struct {
	cases  int64
	weight float64
}

func (x weighed) plus(y weighed) weighed { return weighed{x.cases + y.cases, x.weight + y.weight} }

// work is the weighted work of units, e.g. courts, by line. It is shared: read only.
type work struct {
	lines map[[2]string]weighed // by unit and line
	units map[string]weighed    // by unit, their lines in order; "" is all
	codes []string              // of the units, sorted
}

// weigh counts and weighs the cases of an indicator by a unit field and line, once for each
// batch.
func (a foresightDesk) weigh(ctx context.Context, at access.Scope, w *loads.Weights, id, field string, p civil.Period) (*work, error) {
	limits, _ := at.Limits()
	return a.works.of(a.App, fmt.Sprint(limits, id, field, p), func() (*work, error) { return a.weighAnew(ctx, at, w, id, field, p) })
}

func (a foresightDesk) weighAnew(ctx context.Context, at access.Scope, w *loads.Weights, id, field string, p civil.Period) (*work, error) {
	figures, err := a.Compute(ctx, at, indicator.Request{Set: "volume", Indicators: []string{id}, Period: p, By: []string{field, "line", "type_code", "procedure"}})
	if err != nil {
		return nil, err
	}
	out := &work{lines: map[[2]string]weighed{}, units: map[string]weighed{}}
	for _, f := range figures {
		if f.Value == nil || f.Value.Sign() == 0 {
			continue
		}
		key := [2]string{f.By[0], cmp.Or(f.By[1], "other")}
		n := f.Value.Num().Int64()
		x := weighed{n, float64(n) * w.Of(kindOf(f.By[1], f.By[2], f.By[3])).Weight}
		out.lines[key] = out.lines[key].plus(x)
	}
	for _, key := range sortedPairs(out.lines) {
		x := out.lines[key]
		out.units[key[0]], out.units[""] = out.units[key[0]].plus(x), out.units[""].plus(x)
		if n := len(out.codes); n == 0 || out.codes[n-1] != key[0] {
			out.codes = append(out.codes, key[0])
		}
	}
	return out, nil
}

func sortedPairs[V any](all map[[2]string]V) [][2]string {
	keys := make([][2]string, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y [2]string) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	return keys
}
