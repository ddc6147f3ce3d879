package forecast

import (
	"math"
	"slices"

	"zhunsheng/internal/fault"
)

// Node is a place in the sum: a judge in a court, a court in the city. The parent of the
// topmost is "".
type Node struct{ ID, Parent string }

// Method says how forecasts of different levels are made to agree.
type Method byte

const (
	// Weighted changes every forecast as little as possible, measured in its own standard
	// errors (weighted least squares: the minimum-trace method of Wickramasuriya and others
	// 2019 with a diagonal error matrix).
	Weighted Method = iota
	// BottomUp keeps the lowest level and adds it up.
	BottomUp
	// Held is Weighted below topmost forecasts that stand as they are given: what is known of a
	// court does not change with who asks for its judges. With forecasts y, their variances on the
	// diagonal of W and x the leaves added up by S, it minimises (Sx−y)ᵀW⁻¹(Sx−y) among the x whose
	// whole is the topmost y: Weighted with a topmost variance going to zero (optimal
	// reconciliation with immutable forecasts, Zhang, Kang, Panagiotelis and Li 2023).
	Held
)

// Reconcile makes the forecasts add up: afterwards each parent is exactly the sum of its
// children, in the order given, for every period; one that is Held to the rounding of that sum.
// made[i] belongs to nodes[i]. Intervals keep their widths and move along. Where no forecast
// below zero was made, none results. Errors are of kind fault.Invalid.
func Reconcile(nodes []Node, made []Forecast, method Method) ([]Forecast, error) {
	t, err := newTree(nodes, made)
	if err != nil {
		return nil, err
	}
	means := make([][]float64, len(made))
	for i, f := range made {
		means[i] = make([]float64, len(f.Mean))
	}
	for h := range made[0].Mean {
		for i, v := range t.solve(h, method) {
			means[i][h] = v
		}
	}
	out := slices.Clone(made)
	for i := range out {
		if method != Held || nodes[i].Parent != "" {
			out[i] = made[i].On(means[i])
		}
	}
	return out, nil
}

// On puts a forecast on another mean: the intervals keep their widths and move along, and what is
// explained is of the new mean. Where nothing lay below zero, nothing does.
func (f *Forecast) On(mean []float64) Forecast {
	out := *f
	out.Mean = mean
	move := func(v []float64) []float64 {
		to := make([]float64, len(v))
		for h := range v {
			to[h] = mean[h] + (v[h] - f.Mean[h])
			if f.Lo95[h] >= 0 && mean[h] >= 0 {
				to[h] = max(to[h], 0)
			}
		}
		return to
	}
	out.Lo80, out.Hi80, out.Lo95, out.Hi95 = move(f.Lo80), move(f.Hi80), move(f.Lo95), move(f.Hi95)
	out.Facts.ahead(&out)
	return out
}

// Grown puts a forecast of counts on another mean, for parts whose mean is given to them by a sum:
// intervals move along as with On and widen with a mean that grows, up to twice. They are never
// narrower than those of cases that come by chance at this rate (a Poisson count has the variance
// of its mean), and no bound is below zero.
func (f *Forecast) Grown(mean []float64) Forecast {
	out := f.On(mean)
	for h, m := range mean {
		wide := 1.0
		if f.Mean[h] > 0 {
			wide = min(max(m/f.Mean[h], 1), 2)
		}
		chance := math.Sqrt(max(m, 0))
		low := func(bound, z float64) float64 { return max(0, m-max(wide*(f.Mean[h]-bound), z*chance)) }
		high := func(bound, z float64) float64 { return m + max(wide*(bound-f.Mean[h]), z*chance) }
		out.Lo80[h], out.Hi80[h] = low(f.Lo80[h], z80), high(f.Hi80[h], z80)
		out.Lo95[h], out.Hi95[h] = low(f.Lo95[h], z95), high(f.Hi95[h], z95)
	}
	out.Facts.ahead(&out)
	return out
}

// tree is the sum's structure: order lists children before their parents.
type tree struct {
	made     []Forecast
	children [][]int
	order    []int
	roots    []int
}

func newTree(nodes []Node, made []Forecast) (*tree, error) {
	if len(nodes) == 0 || len(nodes) != len(made) {
		return nil, fault.Invalidf("%d nodes and %d forecasts: give one forecast for each node", len(nodes), len(made))
	}
	at := map[string]int{}
	for i, n := range nodes {
		if _, twice := at[n.ID]; twice {
			return nil, fault.At("node "+n.ID, "it is given twice", "name each node once")
		}
		if len(made[i].Mean) != len(made[0].Mean) {
			return nil, fault.At("node "+n.ID, "its horizon is another than the first node's", "forecast all nodes equally far")
		}
		at[n.ID] = i
	}
	t := &tree{made: made, children: make([][]int, len(nodes))}
	for i, n := range nodes {
		if n.Parent == "" {
			t.roots = append(t.roots, i)
			continue
		}
		p, known := at[n.Parent]
		if !known {
			return nil, fault.At("node "+n.ID, "its parent "+n.Parent+" is not there", "give the parent as a node")
		}
		t.children[p] = append(t.children[p], i)
	}
	for _, r := range t.roots {
		t.visit(r)
	}
	if len(t.order) != len(nodes) {
		return nil, fault.Invalidf("the nodes run in a circle: give each a parent nearer to the top")
	}
	return t, nil
}

// visit appends i after everything below it. Nodes on a circle are never reached.
func (t *tree) visit(i int) {
	for _, c := range t.children[i] {
		t.visit(c)
	}
	t.order = append(t.order, i)
}

// solve returns the agreeing means of period h. Upwards each node weighs its own forecast
// against the sum of those below by their variances; downwards what is left between a node
// and its children is shared out by the children's variances. On a tree this is the exact
// least squares solution, in time proportional to the nodes.
func (t *tree) solve(h int, method Method) []float64 {
	n := len(t.made)
	best, variance, sums := make([]float64, n), make([]float64, n), make([]float64, n)
	held := func(i int) bool { return method == Held && slices.Contains(t.roots, i) }
	for _, i := range t.order {
		best[i], variance[i] = t.made[i].Mean[h], t.made[i].variance(h)
		if len(t.children[i]) == 0 || held(i) {
			continue
		}
		below := 0.0
		for _, c := range t.children[i] {
			sums[i] += best[c]
			below += variance[c]
		}
		if method == BottomUp {
			best[i], variance[i] = sums[i], below
			continue
		}
		w := variance[i] / (variance[i] + below)
		best[i] += w * (sums[i] - best[i])
		variance[i] = w * below
	}
	for _, i := range slices.Backward(t.order) {
		t.share(i, h, best, variance)
	}
	for _, i := range t.order { // exact sums, in the order given
		if kids := t.children[i]; len(kids) > 0 && !held(i) {
			best[i] = 0
			for _, c := range kids {
				best[i] += best[c]
			}
		}
	}
	return best
}

// share gives the difference between node i and its children to them; a child whose own
// forecast was not negative stops at zero and leaves the rest to the others.
func (t *tree) share(i, h int, best, variance []float64) {
	open := slices.Clone(t.children[i])
	for len(open) > 0 {
		left, total := best[i], 0.0
		for _, c := range t.children[i] {
			left -= best[c]
		}
		for _, c := range open {
			total += variance[c]
		}
		var still []int
		for _, c := range open {
			best[c] += left * variance[c] / total
			if best[c] < 0 && t.made[c].Mean[h] >= 0 && best[i] >= 0 {
				best[c] = 0
			} else {
				still = append(still, c)
			}
		}
		if len(still) == len(open) {
			return
		}
		open = still
	}
}

// variance is the squared standard error of period h, read from the 80 % interval; never zero.
func (f *Forecast) variance(h int) float64 {
	s := (f.Hi80[h] - f.Lo80[h]) / 2 / z80
	return max(s*s, 1e-9*f.Mean[h]*f.Mean[h], 1e-12)
}
