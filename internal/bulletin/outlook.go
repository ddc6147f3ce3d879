package bulletin

import (
	"fmt"
	"math"
	"math/big"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/document"
	"zhunsheng/internal/forecast"
)

// shortest is the least number of months a forecast is made from.
const shortest = 24

// aheadMonths is how far a document looks ahead.
const aheadMonths = 3

// forecastOf predicts a monthly count from the first n of its months.
func (b *builder) forecastOf(key string, figures []figure, months []string, n, horizon int) *forecast.Forecast {
	start := monthStart(months[0])
	_, m, _ := start.YMD()
	f, err := forecast.One(forecast.Series{ID: key, Season: 12, Values: plainValues(figures[:n]), First: m, Start: start}, forecast.Options{Horizon: horizon})
	if err != nil {
		b.fail(fmt.Errorf("forecast of %s: %w", key, err))
		return nil
	}
	return &f
}

// forecastCheck sets what the months before the period let expect beside what came.
func (b *builder) forecastCheck() {
	months := b.monthsOf(b.subject, longBack)
	ahead := len(b.periodMonths())
	n := len(months) - ahead
	if n < shortest || b.err != nil {
		b.say("forecast.short", nil)
		return
	}
	t := Table{Caption: b.phrase("caption.forecast_check", nil).text, Note: b.label("note.forecast_check"), Widths: []int{4, 5, 4, 7, 4, 4}, Numeric: []bool{false, false, true, true, true, false},
		Head: []string{b.label("forecast.what"), b.label("forecast.month"), b.label("forecast.mean"), b.label("forecast.range80"), b.label("forecast.came"), b.label("forecast.inside")}}
	inside := 0
	var from []string
	for _, key := range []string{"filed", "closed"} {
		figures := b.monthlyLong(b.subject, key, months)
		f := b.forecastOf(key, figures, months, n, ahead)
		if f == nil {
			return
		}
		for i := range ahead {
			m := months[n+i]
			about := fmt.Sprintf("%s/%s/%s/before %s", key, m, b.subject, months[n])
			came := value(figures[n+i])
			within := came >= f.Lo80[i] && came <= f.Hi80[i]
			state := b.label("forecast.out")
			if within {
				inside++
				state = b.label("forecast.in")
			}
			cell := b.cell(figures[n+i])
			from = append(from, cell.Figure)
			t.Rows = append(t.Rows, []Cell{{Text: b.label("flow." + key)}, {Text: b.monthName(m)}, b.modelCell("forecast.mean", about, f.Mean[i]),
				b.rangeCell(about, f.Lo80[i], f.Hi80[i]), cell, {Text: state}})
		}
	}
	b.say("forecast.checked", words{"all": b.derive("points_forecast", "count", big.NewRat(int64(len(t.Rows)), 1), from...),
		"inside": b.derive("inside80", "count", big.NewRat(int64(inside), 1), from...)})
	b.add(Part{Table: &t})
}

func (b *builder) modelCell(rule, about string, v float64) Cell {
	s := b.model(rule, about, "count", math.Max(v, 0))
	return Cell{Text: s.text, Figure: s.figures[0]}
}

// rangeCell prints both ends of an interval; its figure is the lower end, the upper one stands
// among the figures beside it.
func (b *builder) rangeCell(about string, lo, hi float64) Cell {
	low := b.modelCell("forecast.low80", about, lo)
	return Cell{Text: low.Text + "—" + b.modelCell("forecast.high80", about, hi).Text, Figure: low.Figure}
}

// forecastNext looks three months ahead, with intervals, as a table and a chart.
func (b *builder) forecastNext() {
	months := b.monthsOf(b.subject, longBack)
	if len(months) < shortest || b.err != nil {
		return // the check of the past has said so
	}
	next := nextMonths(months[len(months)-1], aheadMonths)
	t := Table{Caption: b.phrase("caption.forecast_next", nil).text, Note: b.label("note.forecast_next"), Widths: []int{4, 5, 4, 7}, Numeric: []bool{false, false, true, true},
		Head: []string{b.label("forecast.what"), b.label("forecast.month"), b.label("forecast.mean"), b.label("forecast.range80")}}
	var chart *Chart
	for _, key := range []string{"filed", "closed"} {
		figures := b.monthlyLong(b.subject, key, months)
		f := b.forecastOf(key, figures, months, len(months), aheadMonths)
		if f == nil {
			return
		}
		for i, m := range next {
			about := fmt.Sprintf("%s/%s/%s/after %s", key, m, b.subject, months[len(months)-1])
			t.Rows = append(t.Rows, []Cell{{Text: b.label("flow." + key)}, {Text: b.monthName(m)}, b.modelCell("forecast.mean", about, f.Mean[i]), b.rangeCell(about, f.Lo80[i], f.Hi80[i])})
		}
		if key == "filed" {
			chart = b.forecastChart(figures, months, next, f)
		}
	}
	b.add(Part{Table: &t})
	b.add(Part{Chart: chart})
}

// forecastChart draws the last two years of filings and the months ahead between their limits.
func (b *builder) forecastChart(figures []figure, months, next []string, f *forecast.Forecast) *Chart {
	from := max(0, len(months)-monthsBack)
	c := b.chart("caption.forecast_chart", append(append([]string{}, months[from:]...), next...))
	past := figures[from:]
	gap := make([]*float64, len(next))
	b.series(c, b.label("flow.filed"), past)
	c.Series[0].Values, c.Figures[0] = append(c.Series[0].Values, gap...), append(c.Figures[0], make([]string, len(next))...)
	for _, l := range []struct {
		label, rule string
		values      []float64
		limit       bool
	}{{"forecast.mean", "forecast.mean", f.Mean, false}, {"forecast.low80", "forecast.low80", f.Lo80, true}, {"forecast.high80", "forecast.high80", f.Hi80, true}} {
		s := document.Series{Name: b.label(l.label), Limit: l.limit, Values: make([]*float64, len(past))}
		ids := make([]string, len(past))
		for i, v := range l.values {
			v = math.Round(math.Max(v, 0))
			s.Values = append(s.Values, &v)
			ids = append(ids, b.modelCell(l.rule, fmt.Sprintf("filed/%s/%s/after %s", next[i], b.subject, months[len(months)-1]), v).Figure)
		}
		c.Series, c.Figures = append(c.Series, s), append(c.Figures, ids)
	}
	return c
}

// nextMonths are the n months after one.
func nextMonths(last string, n int) []string {
	y, m, _ := monthStart(last).YMD()
	var out []string
	for i := 1; i <= n; i++ {
		out = append(out, civil.Month(y, m).Shift(i).From.String()[:7])
	}
	return out
}
