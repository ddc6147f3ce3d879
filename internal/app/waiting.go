package app

import (
	"context"
	"slices"
	"strings"

	"zhunsheng/internal/access"
)

// waitingTasks are the lines of Today that wait for this very person, by the name of their
// task. They are cheap to count, so that every page can show them beside its section.
var waitingTasks = []string{"interrupted", "doubts", "windows", "documents", "procedures"}

// Waiting counts what waits for a person, by the first part of the address where it is done.
func (a officeDesk) Waiting(ctx context.Context, who access.Scope) (map[string]int, error) {
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return nil, err
	}
	d := desk{App: a.App, at: who, day: day}
	if d.rules, err = a.workRulesAt(day); err != nil {
		return nil, err
	}
	if d.lists, err = a.officeLists(ctx); err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, t := range tasks[who.Role] {
		if !slices.Contains(waitingTasks, t.id) {
			continue
		}
		items, err := d.items(ctx, t)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			section, _, _ := strings.Cut(strings.TrimPrefix(i.Path, "/"), "/")
			if t.id == "windows" {
				section = "data"
			}
			out[section] += int(i.Count)
		}
	}
	return out, nil
}
