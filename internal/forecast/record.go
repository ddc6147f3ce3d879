package forecast

// record holds the forecasts of one model made at every origin t (having seen t
// observations) from first to the last, each up to the horizon or the end of the data. The
// last origin holds the forecast proper. Parameters are those of the whole series.
type record struct {
	first, n, horizon int
	values            []float64
}

// origins is how many past origins are kept for judging errors.
const origins = 48

func newRecord(n, horizon int) *record {
	first := max(min(n, 3), n-origins)
	return &record{first: first, n: n, horizon: horizon, values: make([]float64, (n-first+1)*horizon)}
}

// at is the row of origin t, to be written or read; it is empty before the first origin.
func (r *record) at(t int) []float64 {
	if t < r.first {
		return nil
	}
	row := r.values[(t-r.first)*r.horizon : (t-r.first+1)*r.horizon]
	if left := r.n - t; t < r.n && left < r.horizon {
		return row[:left]
	}
	return row
}

// forecast is the row of the last origin.
func (r *record) forecast() []float64 { return r.at(r.n) }

// each applies f to every forecast made for time t.
func (r *record) each(f func(v float64, t int) float64) {
	for o := r.first; o <= r.n; o++ {
		row := r.at(o)
		for h := range row {
			row[h] = f(row[h], o+h)
		}
	}
}
