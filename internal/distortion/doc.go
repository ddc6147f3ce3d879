// Package distortion asks questions about how figures came about (指标失真线索): closings just
// before a limit, filings held back in December, cases withdrawn and filed again. A question
// names how many cases there are, how many were to be expected, the cases themselves, and an
// innocent explanation to check first. It accuses nobody and orders nobody.
//
// Every rule counts, by court and month, cases (or events) in which something shows among
// those in which it could. The last twelve months are held against the twenty-four before, and
// the change of a court against that of all courts, so that a reform, a new system or a growing
// city, which moves all, is no question to one. Changes are logarithms of ratios; their
// variance is that of counts with the dispersion shown by the months, plus the variance between
// courts, both estimated from the data (DerSimonian and Laird, Controlled Clinical Trials 7,
// 1986, with medians instead of means, so that the court in question does not hide itself).
// False discoveries are controlled over all rules and courts together (Benjamini and Hochberg
// 1995). What all courts begin at the same time is not seen here; it is in the charts.
package distortion
