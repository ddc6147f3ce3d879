// Package limits has the pages of the time limits: the calculator that everybody may use, the
// overview of the cases near and over their limit, and the warnings with their daily digest.
package limits

import "zhunsheng/internal/timelimit"

// Law gives the limits of the law in force in this installation.
type Law interface{ Limits() *timelimit.Book }
