package returns

import (
	"math"
	"slices"
)

// The scales of what changes from one return to the next, as natural logarithms, with the
// degrees of freedom of their heavy tails. They decide how well the findings separate, not how
// often they are wrong: that is for the rank.
const (
	kindSD, kindDF     = 0.25, 3.0 // flow of one kind beside the others
	unitSD, unitDF     = 0.17, 2.0 // flow of all kinds of a unit together
	stockSD, stockDF   = 0.15, 3.0 // flow beside the square root of the stock
	pileSD, pileDF     = 0.3, 4.0  // stock of one kind beside its filings and the other kinds
	pilesSD, pilesDF   = 0.25, 3.0 // stocks of all kinds together
	gapDF              = 2.0
	widest, gridStep   = 3.0, 0.1 // of the common change that is integrated over
	leastFlow          = 8.0      // cases of a kind under which its change says nothing
	leastStock         = 3.0
	normalOverMedian   = 1.4826
	smallestGap        = 0.05
	rounding           = 0.5
	stockCount, doubts = 5.0, 0.2
)

// closed are the shares of the stock that a mass closing may have taken.
var closed = [...]float64{0.5, 0.7, 0.85, 0.95}

// evidence is what the returns of all units before the present time have shown.
type evidence struct {
	gaps  map[string][]float64 // by kind: |gap| over the root of the flow, sorted
	scale map[string]float64   // by kind: its robust standard deviation
	past  map[What][]float64   // values of each finding, sorted
}

func newEvidence() *evidence {
	return &evidence{gaps: map[string][]float64{}, scale: map[string]float64{}, past: map[What][]float64{}}
}

// learn adds the returns of one time.
func (e *evidence) learn(sheets []*sheet) {
	for _, s := range sheets {
		if !s.comparable() || len(e.scale) == 0 {
			continue
		}
		for what, value := range e.of(s) {
			e.past[joint[what]] = append(e.past[joint[what]], value)
		}
	}
	for _, what := range joint {
		slices.Sort(e.past[what])
	}
	for _, s := range sheets {
		for _, k := range s.leaves {
			if f := s.rows[k]; f.flow() >= leastFlow {
				e.gaps[k] = append(e.gaps[k], math.Abs(f.gap())/math.Sqrt(f.flow()+1))
			}
		}
	}
	for k, gaps := range e.gaps {
		slices.Sort(gaps)
		e.scale[k] = normalOverMedian*gaps[len(gaps)/2] + smallestGap
	}
}

// rank is the share of the earlier returns, this one among them, with at least its value.
func (e *evidence) rank(what What, value float64) float64 {
	past := e.past[what]
	below, _ := slices.BinarySearch(past, value)
	return float64(1+len(past)-below) / float64(1+len(past))
}

// of are the values of the joint findings of one return, by what was known before its time.
func (e *evidence) of(s *sheet) [len(joint)]float64 {
	if s.values == nil {
		s.values = &[len(joint)]float64{s.halvedFlow() + s.halvedBesideStock() + e.halvedGap(s), s.clearedStock(), e.widestGap(s)}
	}
	return *s.values
}

// tail is the logarithm of Student's density, but for a constant.
func tail(z, df float64) float64 { return -(df + 1) / 2 * math.Log1p(z*z/df) }

// change is one observed logarithm with its standard deviation.
type change struct{ value, sd float64 }

// likelihood is the logarithm of the density of changes around a common one, which is itself
// spread around 0, when all are moved by shift; numerically integrated.
func likelihood(changes []change, shift, df, commonSD, commonDF float64) float64 {
	var terms []float64
	for u := -widest; u <= widest; u += gridStep {
		product := 1.0
		for _, c := range changes {
			z := (c.value - u - shift) / c.sd
			product *= 1 + z*z/df
		}
		terms = append(terms, tail(u/commonSD, commonDF)-(df+1)/2*math.Log(product))
	}
	return logSum(terms)
}

// logSum is the logarithm of the sum of exponentials.
func logSum(terms []float64) float64 {
	top, sum := slices.Max(terms), 0.0
	for _, v := range terms {
		sum += math.Exp(v - top)
	}
	return top + math.Log(sum)
}

// halvedFlow weighs half a period against a whole one by the flows of all kinds beside those
// of the time before.
func (s *sheet) halvedFlow() float64 {
	var changes []change
	for _, k := range s.leaves {
		was, now := s.before.rows[k].flow(), s.rows[k].flow()
		if was >= leastFlow {
			changes = append(changes, change{math.Log((now + rounding) / (was + rounding)), math.Sqrt(kindSD*kindSD + 2/(was+1) + 4/(was+2))})
		}
	}
	return likelihood(changes, -math.Ln2, kindDF, unitSD, unitDF) - likelihood(changes, 0, kindDF, unitSD, unitDF)
}

// totals add up the kinds.
func (s *sheet) totals() (sum Figures) {
	for _, k := range s.leaves {
		f := s.rows[k]
		sum.Opening, sum.Filed, sum.Resolved, sum.Pending = sum.Opening+f.Opening, sum.Filed+f.Filed, sum.Resolved+f.Resolved, sum.Pending+f.Pending
	}
	return sum
}

// halvedBesideStock weighs the same by the flow beside the stock, which half a period does not
// halve.
func (s *sheet) halvedBesideStock() float64 {
	was, now := s.before.totals(), s.totals()
	a, b := float64(was.Pending), float64(now.Pending)
	moved := math.Log((now.flow()+1)/(was.flow()+1)) - math.Log((b+stockCount)/(a+stockCount))/2
	sd := math.Sqrt(stockSD*stockSD + doubts/(a+leastStock) + doubts/(b+leastStock))
	return tail((moved+math.Ln2)/sd, stockDF) - tail(moved/sd, stockDF)
}

// halvedGap weighs the same by arithmetic: stocks move by all that was filed and resolved, so
// half of it printed leaves half of the movement unexplained.
func (e *evidence) halvedGap(s *sheet) float64 {
	sum := 0.0
	for _, k := range s.leaves {
		f := s.rows[k]
		scale, ok := e.scale[k]
		if !ok || f.flow() < leastFlow {
			continue
		}
		double := f
		double.Filed, double.Resolved = 2*f.Filed, 2*f.Resolved
		one, two := scale*math.Sqrt(f.flow()+1)+rounding, scale*math.Sqrt(double.flow()+1)+rounding
		sum += tail(double.gap()/two, gapDF) - math.Log(two) - tail(f.gap()/one, gapDF) + math.Log(one)
	}
	return sum
}

// clearedStock weighs a stock that lost a share of all kinds at once against one that moves
// with its filings.
func (s *sheet) clearedStock() float64 {
	var changes []change
	for _, k := range s.leaves {
		now, was := s.rows[k], s.before.rows[k]
		if stock := float64(now.Opening); stock >= leastStock {
			left := float64(now.Pending)
			filed := math.Log((float64(now.Filed) + stockCount) / (float64(was.Filed) + stockCount))
			changes = append(changes, change{math.Log((left+1)/(stock+1)) - filed, math.Sqrt(pileSD*pileSD + 1/(stock+1) + 0.3/(left+1))})
		}
	}
	var terms []float64
	for _, share := range closed {
		terms = append(terms, likelihood(changes, math.Log(1-share), pileDF, pilesSD, pilesDF))
	}
	return logSum(terms) - math.Log(float64(len(closed))) - likelihood(changes, 0, pileDF, pilesSD, pilesDF)
}

// widestGap is the largest gap of a kind beside those that all units have had.
func (e *evidence) widestGap(s *sheet) float64 {
	widest := 0.0
	for _, k := range s.leaves {
		if scale, ok := e.scale[k]; ok {
			f := s.rows[k]
			widest = max(widest, math.Abs(f.gap())/(scale*math.Sqrt(f.flow()+1)+rounding))
		}
	}
	return widest
}
