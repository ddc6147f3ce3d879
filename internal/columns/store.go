package columns

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

// Source is the ledger that the columns are built from; batch 0 is its current state, any
// other batch the state after that batch. It must be safe for use by several goroutines.
type Source interface {
	// Epochs returns for every court the last batch that touched it.
	Epochs(ctx context.Context, batch int64) (map[string]int64, error)
	// Scan calls fn for every case of a court, in any order; fn does not keep c.
	Scan(ctx context.Context, court string, batch int64, fn func(id int64, c *docket.Case) error) error
}

// Store answers questions from the columns. All methods are safe for concurrent use: a
// question sees the segments of one moment, whatever Refresh does meanwhile.
type Store struct {
	dir     string
	src     Source
	batch   int64
	refresh sync.Mutex // held by Refresh
	fresh   atomic.Bool
	current atomic.Pointer[snapshot]
}

// snapshot is the set of segments of one moment, sorted by court.
type snapshot struct {
	segments []*segment
}

var _ indicator.Engine = (*Store)(nil)

// Open opens the figure store in a folder, made if need be; with an empty dir nothing is kept
// on disk. Sound segment files are loaded, others are left for Refresh to rebuild. The first
// question refreshes the store when nobody did, so that no answer rests on old segments.
func Open(dir string, src Source) (*Store, error) { return OpenAt(dir, src, 0) }

// OpenAt opens the figures as they stood after a batch, for editions that were issued.
func OpenAt(dir string, src Source, batch int64) (*Store, error) {
	s := &Store{dir: dir, src: src, batch: batch}
	snap := &snapshot{}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("figure columns: %w", err)
		}
		names, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*"+suffix))
		if err != nil {
			return nil, fmt.Errorf("figure columns: %w", err)
		}
		snap.segments = loadAll(names)
	}
	s.current.Store(snap)
	return s, nil
}

const suffix = ".seg"

// fileName names the file of a court's segment. The epoch is part of it, so that a question
// under way still finds the file of the segment it started with.
func fileName(court string, epoch int64) string {
	sum := sha256.Sum256([]byte(court))
	return fmt.Sprintf("%x-%d%s", sum[:10], epoch, suffix)
}

func escapeGlob(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// loadAll reads segment files; of several of one court the latest epoch wins. Files that
// cannot be used are skipped: their court has no segment then, and Refresh builds it.
func loadAll(paths []string) []*segment {
	loaded := make([]*segment, len(paths))
	each(len(paths), 1, func(from, to int) {
		for i := from; i < to; i++ {
			if s, err := readFile(paths[i]); err == nil && filepath.Base(paths[i]) == fileName(s.court, s.epoch) {
				loaded[i] = s
			}
		}
	})
	byCourt := map[string]*segment{}
	for _, s := range loaded {
		if s != nil && (byCourt[s.court] == nil || byCourt[s.court].epoch < s.epoch) {
			byCourt[s.court] = s
		}
	}
	return sorted(byCourt)
}

func sorted(byCourt map[string]*segment) []*segment {
	out := make([]*segment, 0, len(byCourt))
	for _, s := range byCourt {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *segment) int { return strings.Compare(a.court, b.court) })
	return out
}

// Refresh brings the segments up to date and returns the courts it rebuilt, in order. Courts
// whose epoch did not change are not read. Batches that are committed meanwhile are taken in
// as well, so that all segments show the ledger of one moment. On an error the old segments
// stay in use.
func (s *Store) Refresh(ctx context.Context) (rebuilt []string, err error) {
	s.refresh.Lock()
	defer s.refresh.Unlock()
	next := map[string]*segment{}
	for _, seg := range s.current.Load().segments {
		if seg.texts.intact() {
			next[seg.court] = seg
		}
	}
	all := map[string]bool{}
	for {
		changed, err := s.catchUp(ctx, next)
		if err != nil {
			return nil, fmt.Errorf("figure columns: %w", err)
		}
		if len(changed) == 0 {
			break
		}
		for _, court := range changed {
			all[court] = true
		}
	}
	s.current.Store(&snapshot{sorted(next)})
	s.fresh.Store(true)
	return slices.Sorted(maps.Keys(all)), s.tidy(next)
}

// catchUp builds the courts of which next has no segment or one of another epoch.
func (s *Store) catchUp(ctx context.Context, next map[string]*segment) (changed []string, err error) {
	epochs, err := s.src.Epochs(ctx, s.batch)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(next, func(court string, seg *segment) bool {
		epoch, ok := epochs[court]
		return !ok || epoch != seg.epoch
	})
	for court := range epochs {
		if next[court] == nil {
			changed = append(changed, court)
		}
	}
	built, err := s.build(ctx, changed, epochs)
	for _, seg := range built {
		next[seg.court] = seg
	}
	return changed, err
}

// build builds and writes the segments of courts.
func (s *Store) build(ctx context.Context, courts []string, epochs map[string]int64) ([]*segment, error) {
	out, errs := make([]*segment, len(courts)), make([]error, len(courts))
	each(len(courts), 1, func(from, to int) {
		for i := from; i < to; i++ {
			out[i], errs[i] = s.buildOne(ctx, courts[i], epochs[courts[i]])
		}
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if s.dir != "" && len(courts) > 0 {
		return out, syncDir(s.dir)
	}
	return out, nil
}

func (s *Store) buildOne(ctx context.Context, court string, epoch int64) (*segment, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b := newBuilder(court, epoch)
	err := s.src.Scan(ctx, court, s.batch, func(id int64, c *docket.Case) error {
		if c.Court != court {
			return fmt.Errorf("case %d of court %q came with court %q", id, c.Court, court)
		}
		b.add(id, c)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("court %s: %w", court, err)
	}
	seg := b.finish()
	if s.dir != "" {
		if err := seg.write(s.dir); err != nil {
			return nil, fmt.Errorf("court %s: %w", court, err)
		}
	}
	return seg, nil
}

// tidy removes the files that no segment uses any more.
func (s *Store) tidy(next map[string]*segment) error {
	if s.dir == "" {
		return nil
	}
	keep := map[string]bool{}
	for _, seg := range next {
		keep[fileName(seg.court, seg.epoch)] = true
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("figure columns: %w", err)
	}
	var errs []error
	for _, e := range entries {
		ours := strings.HasSuffix(e.Name(), suffix) || strings.HasSuffix(e.Name(), suffix+".tmp")
		if ours && !keep[e.Name()] {
			if err := os.Remove(filepath.Join(s.dir, e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// snapshot returns the segments to answer from.
func (s *Store) snapshot(ctx context.Context) (*snapshot, error) {
	if !s.fresh.Load() {
		if _, err := s.Refresh(ctx); err != nil {
			return nil, err
		}
	}
	return s.current.Load(), nil
}

// each cuts 0..n-1 into chunks and hands them to GOMAXPROCS goroutines.
func each(n, chunk int, do func(from, to int)) {
	eachWorker((n+chunk-1)/chunk, func() func(int) {
		return func(i int) { do(i*chunk, min(i*chunk+chunk, n)) }
	})
}

// eachWorker hands out 0..n-1 to GOMAXPROCS goroutines; worker is called once on each.
func eachWorker(n int, worker func() func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			do := worker()
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	wg.Wait()
}

// Memory returns a store of the given cases, held in memory only: for tests. The id of a
// case is its position plus one.
func Memory(cases []docket.Case) *Store {
	s, err := Open("", slice(cases))
	if err != nil {
		panic("columns: a store in memory cannot fail to open: " + err.Error())
	}
	return s
}

// slice is a Source over cases in memory.
type slice []docket.Case

func (s slice) Epochs(context.Context, int64) (map[string]int64, error) {
	out := map[string]int64{}
	for i := range s {
		out[s[i].Court] = 1
	}
	return out, nil
}

func (s slice) Scan(_ context.Context, court string, _ int64, fn func(int64, *docket.Case) error) error {
	for i := range s {
		if s[i].Court != court {
			continue
		}
		if err := fn(int64(i+1), &s[i]); err != nil {
			return err
		}
	}
	return nil
}
