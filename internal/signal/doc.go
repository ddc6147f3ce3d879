// Package signal tells change from chance: control charts, funnel limits, exact intervals, a
// model of intake with false-discovery control over all series, and contributions that add up.
//
// Nothing here orders courts or people: a unit is inside its limits, outside, or too small to
// judge. Everything is computed from numbers the caller hands over; results are the same on
// every run. Missing values are NaN. What cannot be judged is said to be so; no input panics.
//
// The methods and where they come from:
//   - individuals charts: Wheeler, Understanding Variation (1993); Montgomery, Introduction to
//     Statistical Quality Control, chapter 6; signals after Western Electric (1956)
//   - p- and u-charts: Montgomery, chapter 7; over-dispersed: Laney, Quality Engineering 14 (2002)
//   - funnels: Spiegelhalter, Statistics in Medicine 24 (2005) 1185–1202; over-dispersion:
//     Spiegelhalter, Quality and Safety in Health Care 14 (2005) 347–351
//   - intervals: Wilson, JASA 22 (1927); Clopper and Pearson, Biometrika 26 (1934); Garwood,
//     Biometrika 28 (1936)
//   - count model: quasi-likelihood after McCullagh and Nelder, Generalized Linear Models
//     (1989), judged one step ahead as in Noufaily and others, Statistics in Medicine 32 (2013)
//   - tails learned from all series: Efron, JASA 99 (2004); Hill, Annals of Statistics 3 (1975)
//   - false discoveries: Benjamini and Hochberg, JRSS B 57 (1995); their expected number:
//     Finner and Roters, Annals of Statistics 30 (2002)
package signal
