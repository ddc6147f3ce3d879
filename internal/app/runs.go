package app

import (
	"context"
	"sync"
	"time"

	"zhunsheng/internal/jobs"
)

// runs keeps what is going on in the background: the running import, if any, and how the last
// ones failed. One import runs at a time; the store refuses a second.
type runs struct {
	mu     sync.Mutex
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	live   map[int64]live
	failed map[int64]string
}

type live struct {
	jobs.Progress
	started time.Time
}

func newRuns() *runs {
	ctx, cancel := context.WithCancel(context.Background())
	return &runs{ctx: ctx, cancel: cancel, live: map[int64]live{}, failed: map[int64]string{}}
}

// stop cancels what runs and waits for it: an import that is cut off discards its batch.
func (r *runs) stop() {
	r.cancel()
	r.wg.Wait()
}

// start runs work in the background; its context ends with the program.
func (r *runs) start(work func(ctx context.Context)) {
	r.wg.Go(func() { work(r.ctx) })
}

func (r *runs) report(p jobs.Progress, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.live[p.Batch]
	if !ok {
		l.started = now
	}
	l.Progress = p
	r.live[p.Batch] = l
}

func (r *runs) end(batch int64, failure string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.live, batch)
	if failure != "" {
		r.failed[batch] = failure
	}
}

// percent is how much of a running batch is read, -1 where another process imports it.
func (r *runs) percent(batch int64) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.live[batch]
	if !ok || l.BytesTotal == 0 {
		return -1
	}
	return int(l.BytesDone * 100 / l.BytesTotal)
}

// of returns the progress of a batch, an estimate of the time left, and why it failed.
func (r *runs) of(batch int64, now time.Time) (p jobs.Progress, left time.Duration, failure string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.live[batch]
	if ok && l.BytesDone > 0 && l.BytesTotal > l.BytesDone {
		spent := now.Sub(l.started)
		left = time.Duration(float64(spent) * float64(l.BytesTotal-l.BytesDone) / float64(l.BytesDone))
	}
	return l.Progress, left.Round(time.Second), r.failed[batch]
}
