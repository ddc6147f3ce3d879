package forecast

import "math"

// prepared is a cleaned series as the members of the portfolio see it.
type prepared struct {
	y, x     []float64 // the series, and without its season
	m        int
	season   *seasonal // nil: none found
	positive bool
	horizon  int

	nonNegative  bool // nothing below zero was ever seen
	intermittent bool
	disagreement float64 // how far the models lie apart, as a share
}

// member is one model of the portfolio: it writes its forecasts from every origin, or tells
// that it does not fit this kind of series.
type member struct {
	name string
	full bool // only in the full portfolio
	fit  func(p *prepared) *record
}

// evals bounds the search of one model.
const (
	thetaEvals = 150
	etsEvals   = 250
	arimaEvals = 50 // per parameter
)

// portfolio lists the models for series that are not intermittent.
var portfolio = []member{
	{"Theta", false, func(p *prepared) *record { return p.theta(false, false) }},
	{"Theta(log)", false, func(p *prepared) *record { return p.theta(true, true) }},
	{"ETS(damped)", false, func(p *prepared) *record { return p.damped(false) }},
	{"ETS(AICc)", false, (*prepared).seasonalETS},
	{"ARIMA", false, func(p *prepared) *record { return p.arima(false, true) }},
	{"ARIMA(log)", false, func(p *prepared) *record { return p.arima(true, true) }},
	{"Theta(2)", true, func(p *prepared) *record { return p.theta(true, false) }},
	{"ETS(damped,log)", true, func(p *prepared) *record { return p.damped(true) }},
	{"ARIMA(adjusted)", true, func(p *prepared) *record { return p.arima(false, false) }},
	{"ARIMA(adjusted,log)", true, func(p *prepared) *record { return p.arima(true, false) }},
	{"seasonal naive", false, (*prepared).seasonalNaive},
}

// logs returns the logarithms of v, or v itself.
func logs(v []float64, log bool) []float64 {
	if !log {
		return v
	}
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = math.Log(x)
	}
	return out
}

// back turns forecasts of the adjusted (and logged) series into forecasts of the series.
func (p *prepared) back(rec *record, adjusted, log bool) *record {
	rec.each(func(v float64, t int) float64 {
		if log {
			v = math.Exp(min(v, 700))
		}
		if adjusted {
			v = p.season.put(v, t)
		}
		return v
	})
	return rec
}

func (p *prepared) record() *record { return newRecord(len(p.y), p.horizon) }

func (p *prepared) theta(fixed, log bool) *record {
	if log && !p.positive || len(p.y) < 4 {
		return nil
	}
	x := logs(p.x, log)
	f := fitTheta(x, fixed, thetaEvals)
	rec := p.record()
	f.run(x, rec)
	return p.back(rec, true, log)
}

func (p *prepared) damped(log bool) *record {
	if log && !p.positive || len(p.y) < 6 {
		return nil
	}
	x := logs(p.x, log)
	f := fitETS(x, etsShape{trend: true, damped: true, season: 'N', relative: p.positive && !log}, nil, etsEvals)
	rec := p.record()
	f.run(x, rec)
	return p.back(rec, true, log)
}

// seasonalETS chooses by AICc among level and damped growth, with an additive or a
// multiplicative season when there is one.
func (p *prepared) seasonalETS() *record {
	seasons := []*seasonal{nil}
	if p.season != nil {
		seasons = []*seasonal{decompose(p.y, p.m, false)}
		if p.positive {
			seasons = append(seasons, decompose(p.y, p.m, true))
		}
	}
	best := etsFit{aicc: math.Inf(1)}
	for _, first := range seasons {
		for _, damped := range []bool{false, true} {
			shape := etsShape{trend: damped, damped: damped, season: 'N', relative: p.positive}
			if first != nil {
				shape.season = 'A'
				if first.times {
					shape.season = 'M'
				}
			}
			if f := fitETS(p.y, shape, first, etsEvals); f.aicc < best.aicc {
				best = f
			}
		}
	}
	if math.IsInf(best.aicc, 1) {
		return nil
	}
	rec := p.record()
	best.run(p.y, rec)
	return rec
}

func (p *prepared) arima(log, seasonal bool) *record {
	if log && !p.positive || len(p.y) < 8 || !seasonal && p.season == nil {
		return nil
	}
	x, m := p.y, p.m
	if !seasonal {
		x, m = p.x, 1
	}
	x = logs(x, log)
	f := fitARIMA(x, m, arimaEvals)
	rec := p.record()
	f.run(x, rec)
	return p.back(rec, !seasonal, log)
}

// seasonalNaive repeats the last season, or the last value where there is none.
func (p *prepared) seasonalNaive() *record {
	lag := 1
	if p.season != nil {
		lag = p.m
	}
	rec := p.record()
	for t := rec.first; t <= len(p.y); t++ {
		out := rec.at(t)
		for h := range out {
			if i := t - lag + h%lag; i >= 0 {
				out[h] = p.y[i]
			} else {
				out[h] = p.y[t-1]
			}
		}
	}
	return rec
}
