package bulletin

import (
	"slices"

	"zhunsheng/internal/civil"
)

// monthsBack is how many months charts and control limits look at, the period's own included.
const monthsBack = 25

// span is the time of the monthly series: it ends with the last month of the period.
func (b *builder) span(months int) civil.Period {
	y, m, _ := b.brief.Period.To.YMD()
	last := civil.Month(y, m)
	return civil.Period{From: last.Shift(1 - months).From, To: b.brief.Period.To}
}

// byMonth computes indicators by month and, inside, by fields. Each figure is what the month
// alone would give, and is known under that id.
func (b *builder) byMonth(court, set string, months int, by []string, keys ...string) map[string]grid {
	g := b.compute(question{court: court, set: set, period: b.span(months), by: append(slices.Clone(by), "month"), keys: keys})
	out := map[string]grid{}
	for _, whole := range g.groups {
		for key, f := range g.of[whole] {
			n := len(f.By) - 1
			month := f.By[n]
			f.By, f.by = f.By[:n], f.by[:n]
			of := f.By
			if court != "" {
				of = of[1:]
			}
			if out[month].of == nil {
				out[month] = grid{of: map[string]map[string]figure{}}
			}
			m := out[month]
			if m.of[group(of...)] == nil {
				m.of[group(of...)] = map[string]figure{}
				m.groups = append(m.groups, group(of...))
			}
			m.of[group(of...)][key] = f
			out[month] = m
		}
	}
	return out
}

// months are the months the ledger reaches back to, at most monthsBack: a month in which
// nothing was filed, or nothing closed although the ledger knows closings, and all before it,
// lie before the ledger.
func (b *builder) months() []string { return b.monthsOf(b.subject, monthsBack) }

func (b *builder) monthsOf(court string, most int) []string {
	g := b.byMonth(court, "volume", most, nil, "filed", "closed")
	closes := false
	for _, of := range g {
		closes = closes || positive(of.get("", "closed"))
	}
	var out []string
	for _, p := range b.span(most).Months() {
		m := p.From.String()[:7]
		f := g[m]
		if positive(f.get("", "filed")) && (!closes || positive(f.get("", "closed"))) {
			out = append(out, m)
		} else {
			out = nil
		}
	}
	return out
}

// monthly are the figures of one key by month, for a court (empty: all).
func (b *builder) monthly(court, set, key string, months []string) []figure {
	g := b.byMonth(court, set, max(len(months), monthsBack), nil, key)
	out := make([]figure, len(months))
	for i, m := range months {
		out[i] = g[m].get("", key)
	}
	return out
}

// plainValues are the values of figures as numbers, with NaN for none.
func plainValues(figures []figure) []float64 {
	out := make([]float64, len(figures))
	for i, f := range figures {
		out[i] = value(f)
	}
	return out
}
