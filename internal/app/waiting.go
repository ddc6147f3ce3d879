package app

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"zhunsheng/internal/access"
)

// waitingTasks are the lines of Today that wait for this very person, by the name of their
// task. They are cheap to count, so that every page can show them beside its section.
var waitingTasks = []string{"interrupted", "doubts", "windows", "documents", "procedures"}

// waits keeps what waits for each person until somebody does something, or for a minute: another
// program may have done it.
type waits struct {
	mu   sync.Mutex
	kept map[access.Scope]waiting
}

type waiting struct {
	counts map[string]int
	batch  int64
	at     time.Time
}

// waitsKept is how long a count is believed.
const waitsKept = time.Minute

// looks are the actions that change nothing.
var looks = []string{"cases.list", "cases.export", "case.view", "changes.list", "issues.export", "sign_in", "sign_in.refused", "log.verify"}

// noted forgets the counts after every action that may have changed them.
func (w *waits) noted(action string) {
	if !slices.Contains(looks, action) {
		w.mu.Lock()
		w.kept = nil
		w.mu.Unlock()
	}
}

// Waiting counts what waits for a person, by the first part of the address where it is done.
func (a officeDesk) Waiting(ctx context.Context, who access.Scope) (map[string]int, error) {
	batch := a.lastSeen()
	a.badges.mu.Lock()
	w, ok := a.badges.kept[who]
	a.badges.mu.Unlock()
	if ok && w.batch == batch && a.now().Sub(w.at) < waitsKept {
		return w.counts, nil
	}
	counts, err := a.countWaiting(ctx, who)
	if err != nil {
		return nil, err
	}
	a.badges.mu.Lock()
	defer a.badges.mu.Unlock()
	if a.badges.kept == nil {
		a.badges.kept = map[access.Scope]waiting{}
	}
	a.badges.kept[who] = waiting{counts, batch, a.now()}
	return counts, nil
}

func (a officeDesk) countWaiting(ctx context.Context, who access.Scope) (map[string]int, error) {
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
