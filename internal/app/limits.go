package app

import "zhunsheng/internal/timelimit"

// Limits are the limits of the law as the office has accepted them when the program started;
// before it accepted any, those of the program.
func (a *App) Limits() *timelimit.Book { return a.law }
