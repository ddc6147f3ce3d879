package forecast

import "math"

// SMAPE is the mean of 200·|y−f| ⁄ (|y|+|f|) in percent, as in the M3 and M4 competitions;
// points where both are zero count as no error.
func SMAPE(y, f []float64) float64 {
	s := 0.0
	for i := range y {
		if d := math.Abs(y[i]) + math.Abs(f[i]); d > 0 {
			s += 200 * math.Abs(y[i]-f[i]) / d
		}
	}
	return s / float64(len(y))
}

// MAPE is the mean of 100·|y−f| ⁄ |y|; points where y is zero are left out (NaN when all are).
func MAPE(y, f []float64) float64 {
	s, n := 0.0, 0.0
	for i := range y {
		if y[i] != 0 {
			s += 100 * math.Abs(y[i]-f[i]) / math.Abs(y[i])
			n++
		}
	}
	return s / n
}

// MASE is the mean absolute error over that of the seasonal naive forecast inside the known
// series (lag = season). It is NaN when the known series never changes or is too short.
func MASE(known, y, f []float64, season int) float64 {
	scale, n := 0.0, 0.0
	for i := season; i < len(known); i++ {
		scale += math.Abs(known[i] - known[i-season])
		n++
	}
	if scale == 0 {
		return math.NaN()
	}
	s := 0.0
	for i := range y {
		s += math.Abs(y[i] - f[i])
	}
	return s / float64(len(y)) / (scale / n)
}

// OWA is the overall weighted average of the M4 competition: the mean of the ratios of sMAPE
// and MASE to those of a reference method, both averaged over all series first.
func OWA(smape, mase, refSMAPE, refMASE float64) float64 {
	return (smape/refSMAPE + mase/refMASE) / 2
}

// Pinball is the mean quantile loss of forecasts f of quantile q (0 to 1).
func Pinball(y, f []float64, q float64) float64 {
	s := 0.0
	for i := range y {
		s += max(q*(y[i]-f[i]), (q-1)*(y[i]-f[i]))
	}
	return s / float64(len(y))
}

// Covered counts the points inside [low, high].
func Covered(y, low, high []float64) (n int) {
	for i := range y {
		if low[i] <= y[i] && y[i] <= high[i] {
			n++
		}
	}
	return n
}

// Score judges a stored forecast by what came.
type Score struct {
	Points               int // periods that are known by now
	SMAPE, MASE          float64
	Inside80, Inside95   int     // of Points
	Pinball10, Pinball90 float64 // loss of the ends of the 80 % interval
	Bias                 float64 // mean of forecast minus outcome
}

// Judge scores a forecast made after known, of which the first len(came) periods have come.
func Judge(known []float64, season int, f *Forecast, came []float64) Score {
	n := min(len(came), len(f.Mean))
	if n == 0 {
		return Score{SMAPE: math.NaN(), MASE: math.NaN()}
	}
	y := came[:n]
	bias := 0.0
	for i, v := range y {
		bias += (f.Mean[i] - v) / float64(n)
	}
	return Score{Points: n, SMAPE: SMAPE(y, f.Mean[:n]), MASE: MASE(known, y, f.Mean[:n], season),
		Inside80: Covered(y, f.Lo80[:n], f.Hi80[:n]), Inside95: Covered(y, f.Lo95[:n], f.Hi95[:n]),
		Pinball10: Pinball(y, f.Lo80[:n], 0.1), Pinball90: Pinball(y, f.Hi80[:n], 0.9), Bias: bias}
}
