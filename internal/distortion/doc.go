// Package distortion asks questions about how figures came about (指标失真线索): closings just
// before a limit, filings held back in December, cases withdrawn and filed again. A question
// names how many cases there are, how many were to be expected, the cases themselves, and an
// innocent explanation to check first. It accuses nobody and orders nobody.
//
// Every rule counts, by court and month, cases (or events) in which something shows among
// those in which it could, a case weighing by how often its kind (line, instance, procedure)
// showed the thing before, in all courts. The last twelve months of a court are held against
// the level of the other courts in the same months, so that a reform, a new system or a
// growing city, which moves all, is no question to one, and against its own distance from that
// level in the twenty-four months before, as far as courts differ by more than chance (empirical
// Bayes: Efron and Morris, JASA 70, 1975, with medians, so that no court hides itself or speaks
// for the others). The count is then as far out as its negative binomial tail says, in which the
// mean is uncertain by the past, by the level and by how much courts change in a year anyway,
// with the dispersion shown by the months.
// False discoveries are controlled over all rules and courts together (Benjamini and Hochberg
// 1995). What all courts begin at the same time is not seen here; it is in the charts.
package distortion
