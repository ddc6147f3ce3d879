package columns

import (
	"context"
	"errors"
	"math/bits"
	"slices"
	"strings"
	"sync/atomic"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

// Tally implements [indicator.Engine].
func (s *Store) Tally(ctx context.Context, ask indicator.Ask) ([]indicator.Group, error) {
	t, err := s.Table(ctx, ask)
	if err != nil {
		return nil, err
	}
	return t.Groups(), nil
}

// Table answers like Tally, in a form that takes a sixth of the room: for questions with
// hundreds of thousands of groups.
func (s *Store) Table(ctx context.Context, ask indicator.Ask) (*Table, error) {
	p, err := newPlan(&ask)
	if err != nil {
		return nil, err
	}
	var out *Table
	err = s.answer(ctx, func(all *snapshot) error {
		snap := all.asked(ask.Filter)
		parts := make([]*part, len(snap.segments))
		err := snap.walk(ctx, func() func(int, *segment) error {
			t := newTallier(p)
			return func(i int, seg *segment) (err error) {
				parts[i], err = t.segment(seg)
				return err
			}
		})
		if err == nil {
			out = newTable(p, parts)
		}
		return err
	})
	return out, err
}

// tries is how often a question starts again because a file changed under it.
const tries = 5

// answer runs do on the current segments, again when a file was replaced meanwhile.
func (s *Store) answer(ctx context.Context, do func(*snapshot) error) error {
	var err error
	for range tries {
		var snap *snapshot
		if snap, err = s.snapshot(ctx); err != nil {
			return err
		}
		if err = do(snap); !errors.Is(err, errMoved) {
			return err
		}
		s.fresh.Store(false)
	}
	return err
}

// asked are the segments that a filter can find rows in: those of the courts it names, all when
// it names none. Without it a question about one court would take as long as the ledger has
// courts.
func (snap *snapshot) asked(filter *indicator.Pred) *snapshot {
	courts, named := courtsIn(filter)
	if !named {
		return snap
	}
	out := &snapshot{}
	for _, court := range courts {
		if i, ok := slices.BinarySearchFunc(snap.segments, court, func(s *segment, c string) int { return strings.Compare(s.court, c) }); ok {
			out.segments = append(out.segments, snap.segments[i])
		}
	}
	return out
}

// courtsIn are the courts outside of which a condition never holds, sorted; named is false when
// it does not say.
func courtsIn(p *indicator.Pred) (courts []string, named bool) {
	switch {
	case p == nil:
	case p.Op == indicator.TextIn && p.Field == courtField:
		return slices.Compact(slices.Sorted(slices.Values(p.Set))), true
	case p.Op == indicator.And:
		for _, arg := range p.Args {
			if courts, named = courtsIn(arg); named {
				return courts, true
			}
		}
	}
	return nil, false
}

var courtField, _ = docket.FieldIndex("court")

// walk visits all segments on GOMAXPROCS goroutines; worker is called once for each of them.
// It returns the error of the first court that failed, in order of courts.
func (snap *snapshot) walk(ctx context.Context, worker func() func(i int, s *segment) error) error {
	errs := make([]error, len(snap.segments))
	var failed atomic.Bool
	eachWorker(len(snap.segments), func() func(int) {
		do := worker()
		return func(i int) {
			if failed.Load() {
				return
			}
			if errs[i] = ctx.Err(); errs[i] == nil {
				errs[i] = do(i, snap.segments[i])
			}
			if errs[i] != nil {
				failed.Store(true)
			}
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// List implements [indicator.Engine]: rows lie in the order that it promises, so that a page
// is found by counting.
func (s *Store) List(ctx context.Context, where, filter *indicator.Pred, period civil.Period, offset, limit int) (refs []indicator.Ref, total int, err error) {
	p, err := compile([]*indicator.Pred{indicator.All(where, filter)}, period)
	if err != nil {
		return nil, 0, err
	}
	err = s.answer(ctx, func(snap *snapshot) error {
		refs, total, err = snap.asked(filter).list(ctx, p, max(offset, 0), limit)
		return err
	})
	return refs, total, err
}

func (snap *snapshot) list(ctx context.Context, p *program, offset, limit int) (refs []indicator.Ref, total int, err error) {
	counts := make([]int, len(snap.segments))
	err = snap.walk(ctx, func() func(int, *segment) error {
		r := newRunner(p)
		return func(i int, s *segment) error {
			if err := r.enter(s); err != nil {
				return err
			}
			for b := range blocksOf(s.rows) {
				r.seek(b)
				counts[i] += r.count(p.roots[0])
			}
			return nil
		}
	})
	if err != nil {
		return nil, 0, err
	}
	l := lister{run: newRunner(p), skip: offset, left: limit}
	for i, s := range snap.segments {
		total += counts[i]
		if l.left == 0 || counts[i] == 0 {
			continue
		}
		if counts[i] <= l.skip {
			l.skip -= counts[i]
			continue
		}
		if err := l.segment(s); err != nil {
			return nil, 0, err
		}
	}
	return l.refs, total, nil
}

// lister collects one page of a list.
type lister struct {
	run        *runner
	skip, left int // left < 0: no limit
	refs       []indicator.Ref
}

func (l *lister) segment(s *segment) error {
	if err := l.run.enter(s); err != nil {
		return err
	}
	for b := 0; b < blocksOf(s.rows) && l.left != 0; b++ {
		l.run.seek(b)
		found := l.run.eval(l.run.prog.roots[0])
		for live := found.live; live != 0 && l.left != 0; live &= live - 1 {
			i := bits.TrailingZeros64(live)
			eachRow(found.q[i:i+1], func(row int) { l.take(s, b*blockRows+i<<8+row) })
		}
	}
	return nil
}

// take puts a row on the page, when it belongs there.
func (l *lister) take(s *segment, row int) {
	switch {
	case l.left == 0:
	case l.skip > 0:
		l.skip--
	default:
		l.refs = append(l.refs, indicator.Ref{ID: s.ids.at(row), Court: s.court})
		l.left--
	}
}
