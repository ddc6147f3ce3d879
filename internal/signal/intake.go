package signal

import "math"

// Judgement is what one point of a series says when held against its own past.
type Judgement struct {
	At       int     // position on the time axis of the series
	Value    float64 // NaN in a gap
	Judged   bool    // false: too little past, a gap, or the series cannot be judged
	Expected float64 // one step ahead, from earlier points only; NaN when not judged
	P        float64 // probability of a value, or of the last few, as far out if nothing changed; NaN when not judged
	Q        float64 // Benjamini–Hochberg over all series of the same time; NaN when not judged
	Kind     Change
	phi, df  float64
	side     int  // +1 above the expectation, -1 below
	shift    bool // part of the two points that set a new level
	drift    bool // P is that of the last longWindow points
}

// Change names what happened to a series.
type Change string

// The changes. A spike or dip becomes a level once the next point confirms it.
const (
	NoChange  Change = ""
	Spike     Change = "spike"
	Dip       Change = "dip"
	LevelUp   Change = "level_up"
	LevelDown Change = "level_down"
	Slope     Change = "slope"
)

// Interval is the range the value was expected in with the given probability, whole counts.
func (j Judgement) Interval(level float64) Interval {
	if !j.Judged || !(level > 0 && level < 1) {
		return Interval{math.NaN(), math.NaN()}
	}
	tail := normalTail(studentQuantile(1-level, j.df))
	if j.Expected >= largeCount {
		half := normalQuantile(1-tail) * math.Sqrt(j.phi*j.Expected)
		return Interval{math.Max(0, math.Ceil(j.Expected-half)), math.Floor(j.Expected + half)}
	}
	below := func(k float64) float64 { b, _ := countTails(k, j.Expected, j.phi); return b }
	return Interval{
		Low:  quantile(math.Nextafter(tail, 1), j.Expected, math.Inf(1), below),
		High: quantile(1-tail, j.Expected, math.Inf(1), below),
	}
}

// The constants of the one-step-ahead judgement.
const (
	suspicion  = 0.01 // a point with a smaller p is drawn in before the future learns from it
	confirmP   = 0.10 // the next point confirms a new level when it is out on the same side with this p
	priorDF    = 4.0  // weight of the first guess of the dispersion
	handicap   = 1.5  // advantage in log error that a faster level must show
	weightUp   = 0.72 // shares of the error probability: a point above its expectation, for a
	weightDown = 0.23 // rise is what an office must hear of first, and one below; two points;
	weightTwo  = 0.15 // six points. They may add up to 1.2 because successive errors are
	weightLong = 0.1  // negatively correlated: simulation keeps the whole at its level
)

// longWindows are the points of the tests for a slope.
var longWindows = [...]int{6, 12}

// levels are the speeds at which the level follows the last points; each series uses the
// one that has predicted it best so far.
var levels = [...]float64{0.97, 0.85, 0.6}

// walker goes along one series, predicting each point from those before it.
type walker struct {
	m        *model
	y        []float64 // as learned from: suspicious points drawn in
	offset   []float64 // log of later level changes, to bring old points to today's level
	rows     []row
	known    map[int]bool
	base     int // first point of the present level
	miss     [len(levels)]float64
	phi0     float64              // first guess of the dispersion
	square   [len(levels)]float64 // sum of squared standardised errors at each speed
	errors   float64              // their number, old ones counting less
	pending  int                  // index of a suspicious last point, -1: none
	z        []float64            // standardised errors since the last change of level
	prior    func(at int) []float64
	rebased  bool
	expected [len(levels)]float64
	raw      [tests]float64       // p-values of the last point's tests by the model alone
	tails    [tests]tail          // what all series have shown of these
	kin      kin                  // what the other series say about the dispersion
	fresh    [len(levels)]float64 // variance of a prediction error over that of the count itself
}

// untested are the tests of a gap.
var untested = [tests]float64{math.NaN(), math.NaN(), math.NaN(), math.NaN()}

// warmUp is the number of points a series needs before it is judged: two rounds of a season,
// and not fewer than eight.
func warmUp(season int) int { return max(8, 2*season) }

// laid is one series on an axis without holes. Years in rows count from its start.
type laid struct {
	values []float64 // NaN in a gap
	at     []int
	rows   []row
	extras int     // regressors
	forget float64 // weight of the past from one point to the next
	likely []float64
	known  map[int]bool // positions that start a new level
}

// unjudged is a point of which nothing is said.
func unjudged(at int, v float64) Judgement {
	return Judgement{At: at, Value: v, Expected: math.NaN(), P: math.NaN(), Q: math.NaN()}
}

// start fits the first points; the walker is nil when there is nothing to walk. Prior gives the
// season and the effects of the regressors that all series together had shown before a
// position; nil: none.
func start(l laid, season int, prior func(at int) []float64) (*walker, []Judgement) {
	values, at, rows := l.values, l.at, l.rows
	out := make([]Judgement, len(values))
	for i, v := range values {
		out[i] = unjudged(at[i], v)
	}
	first := max(4, season)
	if len(values) <= first {
		return nil, out
	}
	w := &walker{m: newModel(season, l, mean(values[:first])), rows: rows, known: l.known, pending: -1, raw: untested, offset: make([]float64, len(values)), prior: prior}
	w.y = append(w.y, values[:first]...)
	w.lean(at[first])
	w.m.fit(w.y, w.offset, rows, 8)
	w.phi0 = w.insample()
	return w, out
}

// lean moves the priors to what all series together had shown before a position.
func (w *walker) lean(at int) {
	if w.prior == nil {
		return
	}
	if effects := w.prior(at); effects != nil {
		w.m.pooled = true
		copy(w.m.centre, effects)
	}
}

func mean(values []float64) float64 {
	sum, n := 0.0, 0.0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / max(n, 1)
}

// insample is a first guess of the dispersion, from the fit itself.
func (w *walker) insample() float64 {
	sum, n := 0.0, 0.0
	for s, y := range w.y {
		if !math.IsNaN(y) {
			mu := math.Exp(w.m.eta(w.rows[s]))
			sum, n = sum+(y-mu)*(y-mu)/max(mu, 0.1), n+1
		}
	}
	return max(1, 2*sum/max(n, 1))
}

// predict refits the model to the past and computes the expectation at each speed of level.
func (w *walker) predict(i int) {
	rounds := 2
	if w.rebased {
		rounds, w.rebased = 6, false
	}
	w.m.phi = w.phi(w.best())
	w.m.fit(w.y[:i], w.offset[:i], w.rows[:i], rounds)
	ahead := math.Exp(w.m.eta(w.rows[i]))
	var seen, fitted, weights, squares [len(levels)]float64
	for s := w.base; s < i; s++ {
		if math.IsNaN(w.y[s]) {
			continue
		}
		mu := math.Exp(min(w.m.eta(w.rows[s])+w.offset[s], etaMax))
		for k, keep := range levels {
			seen[k] = keep*seen[k] + w.y[s]
			fitted[k] = keep*fitted[k] + mu
			weights[k] = keep*weights[k] + 1
			squares[k] = keep*keep*squares[k] + 1
		}
	}
	doubt := w.m.etaVariance(w.rows[i]) / w.m.phi
	for k := range levels {
		w.expected[k] = ahead * (seen[k] + 0.25) / (fitted[k] + 0.25)
		w.fresh[k] = 1 + w.expected[k]*doubt + squares[k]/max(weights[k]*weights[k], 1e-9)
	}
}

// best is the speed of level with the smallest past error; a faster one must be better by
// handicap for each step, for else chance would choose it.
func (w *walker) best() int {
	best := 0
	for k := range w.miss {
		if w.miss[k]+handicap*float64(k-best) < w.miss[best] {
			best = k
		}
	}
	return best
}

// phi is the dispersion of the one-step errors, at least that of a Poisson count.
func (w *walker) phi(k int) float64 {
	return max(1, (priorDF*w.phi0+w.kin.df*w.kin.scale+w.square[k])/w.df())
}

// df is the number of errors that the dispersion stands on, with those it is credited for.
func (w *walker) df() float64 { return priorDF + w.kin.df + w.errors }

// meet compares the point with its expectation and learns from it.
func (w *walker) meet(v float64, i int, out []Judgement, judged bool) {
	k := w.best()
	mu := max(w.expected[k], 1e-3)
	if math.IsNaN(v) {
		w.y, w.pending, w.z, w.raw = append(w.y, v), -1, w.z[:0], untested
		return
	}
	phi, df := w.phi(k)*w.fresh[k], w.df()
	p, side := surprise(v, mu, phi, df)
	j := &out[i]
	j.side = side
	shifted := false
	calibrated, drift := w.test(p, side)
	if judged {
		j.Judged, j.Expected, j.phi, j.df = true, mu, phi, df
		shifted = w.combine(j, calibrated, drift)
	}
	if w.known[j.At] && i > 0 {
		w.begin(v, mu, i, out)
		return
	}
	confirmed := w.pending >= 0 && out[w.pending].side == side && p <= confirmP && w.half(v, mu, out[w.pending])
	w.learnErrors(v, p <= suspicion)
	switch {
	case confirmed || shifted && out[i-1].Judged:
		w.rebase(v, mu, i, out)
	case p <= suspicion:
		w.y, w.pending = append(w.y, drawIn(v, mu, phi)), -1
		if judged {
			w.pending = i
		}
	default:
		w.y, w.pending = append(w.y, v), -1
	}
}

// test computes the p-values of the point itself, of the last two points together, which show a
// new level, and of the last six and twelve, which show a slope; each is calibrated on what the
// test has shown in all series. Before they are added up, errors are cut so that one far point
// cannot stand for many.
func (w *walker) test(p float64, side int) (calibrated [tests]float64, drift [len(longWindows)]float64) {
	w.raw = [tests]float64{p, math.NaN(), math.NaN(), math.NaN()}
	p = w.tails[pointTest].calibrate(p)
	z := 0.0
	if p < 1 {
		z = float64(side) * -normalQuantile(max(p, 1e-300)/2)
	}
	w.z = append(w.z, z)
	n := len(w.z)
	if n >= 2 {
		w.raw[twoTest] = 1
		if w.z[n-1]*w.z[n-2] > 0 {
			w.raw[twoTest] = 2 * normalTail((min(math.Abs(z), 3)+min(math.Abs(w.z[n-2]), 2.5))/math.Sqrt2)
		}
	}
	for k, window := range longWindows {
		if n < window {
			break
		}
		for _, v := range w.z[n-window:] {
			drift[k] += min(max(v, -2), 2)
		}
		w.raw[sixTest+k] = 2 * normalTail(math.Abs(drift[k])/math.Sqrt(float64(window)))
	}
	for k, raw := range w.raw {
		calibrated[k] = w.tails[k].calibrate(raw)
	}
	return calibrated, drift
}

// combine writes the p-value of a point: the smallest of those of its tests, each divided by
// its share of the error probability (weighted Bonferroni), so that the whole keeps its level
// under simulation. It tells whether the last two points show a new level.
func (w *walker) combine(j *Judgement, p [tests]float64, drift [len(longWindows)]float64) (shifted bool) {
	j.P = p[pointTest] / 2 / weightDown
	if j.side > 0 {
		j.P = p[pointTest] / 2 / weightUp
	}
	if two := p[twoTest] / weightTwo; !math.IsNaN(two) {
		shifted = two <= suspicion
		j.P = min(j.P, two)
	}
	for k, long := range p[sixTest:] {
		if long /= weightLong; long < j.P {
			j.P, j.drift, shifted = long, true, false
			j.side = 1
			if drift[k] < 0 {
				j.side = -1
			}
		}
	}
	if j.drift && j.P <= suspicion {
		w.z = w.z[:0] // said once, not at every step of the same slope
	}
	j.P = min(j.P, 1)
	return shifted
}

// half tells whether the point keeps at least half of the jump before it.
func (w *walker) half(v, mu float64, jump Judgement) bool {
	return math.Abs(v/mu-1) >= math.Abs(jump.Value/jump.Expected-1)/2
}

// rebase starts a new level at the point before this one.
func (w *walker) rebase(v, mu float64, i int, out []Judgement) {
	from := i - 1
	ratio := (out[from].Value + v + 0.5) / (out[from].Expected + mu + 0.5)
	for s := range from {
		w.offset[s] -= math.Log(ratio)
	}
	w.m.beta[0] += math.Log(ratio)
	w.y[from] = out[from].Value
	w.y = append(w.y, v)
	out[from].shift, out[i].shift = true, true
	w.base, w.pending, w.rebased = from, -1, true
	w.z = w.z[:0]
}

// begin starts the new level that somebody knows of: the point is no surprise, and what came
// before it tells of season and trend only.
func (w *walker) begin(v, mu float64, i int, out []Judgement) {
	ratio := (v + 0.5) / (mu + 0.5)
	for s := range i {
		w.offset[s] -= math.Log(ratio)
	}
	w.m.beta[0] += math.Log(ratio)
	w.y = append(w.y, v)
	if out[i].Judged {
		out[i].P, out[i].side, out[i].drift = 1, 1, false
	}
	w.base, w.pending, w.rebased = i, -1, true
	w.z = w.z[:0]
}

// learnErrors remembers how far each speed of level was out; a suspicious error counts with
// the size at which suspicion starts.
func (w *walker) learnErrors(v float64, suspicious bool) {
	keep := math.Sqrt(w.m.forget) // errors are remembered twice as long as the season
	w.errors = w.errors*keep + 1
	for k := range levels {
		mu := max(w.expected[k], 0.1)
		e := (v - mu) * (v - mu) / (mu * w.fresh[k])
		if limit := 6.6 * w.phi(k); suspicious && e > limit {
			e = limit
		}
		w.square[k] = w.square[k]*keep + e
		w.miss[k] = w.miss[k]*keep + math.Log1p(e)
	}
}

// surprise is the two-sided probability of a count as far out as v, allowing for the
// uncertainty of the dispersion by Student's distribution.
func surprise(v, mu, phi, df float64) (p float64, side int) {
	below, above := countTails(v, mu, phi)
	side = 1
	if below < above {
		side = -1
	}
	tail := min(below, above)
	if tail >= 0.5 {
		return 1, side
	}
	z := 38.0
	if tail > 1e-300 {
		z = -normalQuantile(tail)
	}
	return min(1, 2*studentTail(z, df)), side
}

// studentQuantile is the t that Student's distribution exceeds on either side with
// probability p in all.
func studentQuantile(p, df float64) float64 {
	low, high := 0.0, 1e6
	for range 100 {
		mid := (low + high) / 2
		if 2*studentTail(mid, df) > p {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// drawIn moves a suspicious count to 2.6 standard deviations from its expectation.
func drawIn(v, mu, phi float64) float64 {
	sd := 2.6 * math.Sqrt(phi*mu)
	return min(max(v, mu-sd, 0), mu+sd)
}
