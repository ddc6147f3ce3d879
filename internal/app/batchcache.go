package app

import "sync"

// answersKept bounds the answers that a [perBatch] keeps.
const answersKept = 200

// perBatch keeps answers, each under its key, until the next batch, list or definition: what was
// computed from them stays true that long. Whoever asks for what is being computed waits for it.
// The zero value is empty.
type perBatch[K comparable, V any] struct {
	mu    sync.Mutex
	since state
	kept  map[K]*answer[V]
}

// state is what answers are computed from: the last batch that columns, lists and notes reflect
// (0 before the first page), and how often lists or definitions were read anew.
type state struct{ batch, read int64 }

type answer[V any] struct {
	mu    sync.Mutex
	done  bool
	value V
}

// of returns the answer kept under a key, or computes it; a failure is not kept. Before the
// first page of a process the batch is not known, and nothing is kept.
func (c *perBatch[K, V]) of(a *App, key K, compute func() (V, error)) (V, error) {
	now := a.state()
	if now.batch == 0 {
		return compute()
	}
	kept := c.at(now, key)
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if kept.done {
		return kept.value, nil
	}
	v, err := compute()
	if err == nil {
		kept.value, kept.done = v, true
	}
	return v, err
}

// at is the place of a key among the answers for a state.
func (c *perBatch[K, V]) at(now state, key K) *answer[V] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || c.since != now || len(c.kept) >= answersKept {
		c.since, c.kept = now, map[K]*answer[V]{}
	}
	if c.kept[key] == nil {
		c.kept[key] = &answer[V]{}
	}
	return c.kept[key]
}

// forget drops what is kept.
func (c *perBatch[K, V]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = nil
}

func (a *App) state() state {
	a.mu.Lock()
	defer a.mu.Unlock()
	return state{a.seen, a.read}
}

// lastSeen is the last batch that columns, lists and notes reflect; 0 before the first page.
func (a *App) lastSeen() int64 { return a.state().batch }
