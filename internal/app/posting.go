package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/jobs"
)

// posting brings approved applications into the ledger, now and whenever something was left.
type posting struct {
	jobs.Poster

	hold bool // the demo enters everything at its end, in one batch

	mu   sync.Mutex
	wait string // why the last run did not finish; empty: it did
}

const (
	enterEvery = 15 * time.Second // how often what waits is tried again
	enterGrace = 3 * time.Second  // how long a page waits for the entry
)

func newPosting(im *jobs.Importer) *posting {
	return &posting{Poster: jobs.Poster{Importer: im}}
}

// EnterApproved enters every approved application that waits, and returns how many events that
// were. While an import runs that is fault.Conflict, and they go on waiting.
func (a *App) EnterApproved(ctx context.Context) (int, error) {
	posts, err := a.store.Posts(ctx)
	if err != nil {
		return 0, err
	}
	n, err := a.posting.Run(ctx)
	a.posting.mu.Lock()
	a.posting.wait = a.failureText(err)
	a.posting.mu.Unlock()
	if n == 0 {
		return 0, err
	}
	a.forget()
	for _, x := range posts {
		p, readErr := a.store.Proceeding(ctx, x.Proceeding)
		if readErr == nil && p.State == "entered" {
			readErr = a.note(ctx, access.Scope{User: jobs.PostUser}, "procedure.enter", p.ID+" "+p.CaseNo, p.Kind)
		}
		err = errors.Join(err, readErr)
	}
	return n, err
}

// enterSoon starts entering in the background and waits a moment for it, so that the next page
// usually shows the event in the ledger.
func (a *App) enterSoon(ctx context.Context) {
	if a.posting.hold {
		return
	}
	done := make(chan struct{})
	a.runs.start(func(ctx context.Context) {
		defer close(done)
		a.enterLogged(ctx)
	})
	grace := time.NewTimer(enterGrace)
	defer grace.Stop()
	select {
	case <-done:
	case <-grace.C:
	case <-ctx.Done():
	}
}

func (a *App) enterLogged(ctx context.Context) {
	if _, err := a.EnterApproved(ctx); err != nil && !errors.Is(err, fault.Conflict) && ctx.Err() == nil {
		a.log.Error("enter approved applications", slog.Any("err", err))
	}
}

// keepEntering finishes what an earlier run left, at once and then now and again.
func (a *App) keepEntering(ctx context.Context) {
	again := time.NewTicker(enterEvery)
	defer again.Stop()
	for {
		a.enterLogged(ctx)
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
	}
}

// waits says why approved applications are not in the ledger yet; empty when none waits.
func (a *App) waits(ctx context.Context) (string, error) {
	posts, err := a.store.Posts(ctx)
	if err != nil || len(posts) == 0 {
		return "", err
	}
	a.posting.mu.Lock()
	defer a.posting.mu.Unlock()
	text := fmt.Sprintf("%d 项已批准，正在等待入账 / %s approved, waiting for the ledger", len(posts), plural(len(posts), "event"))
	if a.posting.wait != "" {
		text += "：" + a.posting.wait
	}
	return text, nil
}
