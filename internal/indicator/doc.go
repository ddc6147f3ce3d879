// Package indicator is the catalogue of official indicators (指标) and everything computed from
// it. A definition of rules/indicators is read once and yields its counts, its case lists and
// the reason for each case: as a [Pred] that column kernels run, as SQL text, and as the slow
// evaluation case by case that both are checked against. Counts are additive; figures are exact
// rationals over their sums, never averages of rates.
package indicator
