package app

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/store"
)

// EachBuilt is one document of a run over all courts. Times are spent on one core.
type EachBuilt struct {
	Edition    store.Edition
	Court      string
	Skipped    string // why the court gets no document, such as a notice without anything to say; empty: it got one
	Done, Of   int
	Figures    time.Duration // figures, sentences and case lists
	Write      time.Duration // docx, xlsx, json
	Keep       time.Duration // into the office's database
	ListedRows int
}

// BuildEach builds and freezes one document of a kind for every court that has cases, on all
// cores, and hands each out as it is ready. Counts that every court needs are taken once for
// all courts. The editions are those that building one by one gives.
func (a *App) BuildEach(ctx context.Context, at access.Scope, o Order, ready func(EachBuilt) error) error {
	if err := at.Need(access.BuildBulletin); err != nil {
		return err
	}
	if !at.City || o.Court != "" {
		return fault.Forbiddenf("a run over all courts is for the office of the city")
	}
	b, err := a.presentBasis(ctx, o)
	if err != nil {
		return err
	}
	courts, err := b.courts(ctx, "")
	if err != nil {
		return err
	}
	if b.words, b.skel, err = b.model(); err != nil {
		return err
	}
	b.active = courts
	b.eng = &sharedEngine{Engine: b.eng, known: map[string]*onceTally{}}
	b.figures = &sharedFigures{known: map[string]*onceFigures{}}
	run := &eachRun{basis: b, who: at, courts: courts, ready: ready}
	if err := run.all(ctx); err != nil {
		return err
	}
	return a.note(ctx, at, "bulletin.each", o.Kind+" "+o.Period.String(), fmt.Sprintf("%d courts", len(courts)))
}

// eachRun is a run over all courts under way.
type eachRun struct {
	basis
	who    access.Scope
	courts []docket.Court
	ready  func(EachBuilt) error

	mu   sync.Mutex
	next int
	done int
	err  error
}

func (r *eachRun) all(ctx context.Context) error {
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for court, ok := r.take(ctx); ok; court, ok = r.take(ctx) {
				r.finish(r.one(ctx, court))
			}
		})
	}
	wg.Wait()
	return r.err
}

// take hands out the next court; after a failure there is none.
func (r *eachRun) take(ctx context.Context) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = ctx.Err()
	}
	if r.err != nil || r.next == len(r.courts) {
		return "", false
	}
	r.next++
	return r.courts[r.next-1].Code, true
}

// one builds and keeps the document of one court.
func (r *eachRun) one(ctx context.Context, court string) (EachBuilt, error) {
	out := EachBuilt{Court: court}
	b := r.basis
	b.recipe.Court = court
	start := time.Now()
	made, err := b.compose(ctx, access.System())
	if errors.Is(err, fault.Invalid) {
		out.Skipped, out.Figures = err.Error(), time.Since(start)
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("court %s: %w", court, err)
	}
	for _, l := range made.lists {
		out.ListedRows += len(l.IDs)
	}
	composed := time.Now()
	e, err := b.frozen(ctx, made, r.who.User)
	if err != nil {
		return out, fmt.Errorf("court %s: %w", court, err)
	}
	written := time.Now()
	if have, err := b.app.store.Edition(ctx, e.ID); err == nil {
		e = have // the same bytes were frozen before
	} else if err := b.app.store.SaveEdition(ctx, e); err != nil {
		return out, fmt.Errorf("court %s: %w", court, err)
	}
	out.Edition, out.Figures, out.Write, out.Keep = e, composed.Sub(start), written.Sub(composed), time.Since(written)
	return out, nil
}

// finish hands a document out, one at a time.
func (r *eachRun) finish(x EachBuilt, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil && r.err == nil {
		r.done++
		x.Done, x.Of = r.done, len(r.courts)
		err = r.ready(x)
	}
	if r.err == nil {
		r.err = err
	}
}

// sharedEngine answers a question about one court from the same question about all courts,
// which is counted once. Everything else goes to the engine as it is.
type sharedEngine struct {
	indicator.Engine
	mu    sync.Mutex
	known map[string]*onceTally
}

type onceTally struct {
	once   sync.Once
	groups map[string][]indicator.Group // by court
	err    error
}

// Tally implements [indicator.Engine].
func (s *sharedEngine) Tally(ctx context.Context, ask indicator.Ask) ([]indicator.Group, error) {
	court, rest := splitCourt(ask.Filter)
	if court == "" || slices.Contains(ask.By, "court") {
		return s.Engine.Tally(ctx, ask)
	}
	all := ask
	all.By, all.Filter = append([]string{"court"}, ask.By...), rest
	key := askKey(all)
	s.mu.Lock()
	t := s.known[key]
	if t == nil {
		t = &onceTally{}
		s.known[key] = t
	}
	s.mu.Unlock()
	t.once.Do(func() { t.groups, t.err = tallyByCourt(ctx, s.Engine, all) })
	if t.err != nil {
		return nil, t.err
	}
	groups := t.groups[court]
	if len(groups) == 0 && len(ask.By) == 0 {
		return []indicator.Group{{Cells: make([]indicator.Cell, len(ask.Measures))}}, nil
	}
	return groups, nil
}

// tallyByCourt counts once for all courts and sorts the groups out by court.
func tallyByCourt(ctx context.Context, eng indicator.Engine, ask indicator.Ask) (map[string][]indicator.Group, error) {
	groups, err := eng.Tally(ctx, ask)
	if err != nil {
		return nil, err
	}
	out := map[string][]indicator.Group{}
	for _, g := range groups {
		court := g.By[0]
		g.By = g.By[1:]
		out[court] = append(out[court], g)
	}
	return out, nil
}

// askKey identifies a question.
func askKey(a indicator.Ask) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%q|%s", a.Period, a.By, a.Filter)
	for _, m := range a.Measures {
		fmt.Fprintf(&b, "|%d %d %d %s", m.Kind, m.Field, m.Field2, m.Where)
	}
	return b.String()
}

// splitCourt takes the condition on one court out of a filter, as often as it stands there: the
// scope names the court, and so does the question. Without one the court is empty.
func splitCourt(p *indicator.Pred) (string, *indicator.Pred) {
	court, _ := docket.FieldIndex("court")
	if p == nil {
		return "", nil
	}
	if p.Op == indicator.TextIn && p.Field == court && len(p.Set) == 1 {
		return p.Set[0], indicator.All()
	}
	if p.Op != indicator.And {
		return "", p
	}
	found, rest := "", make([]*indicator.Pred, len(p.Args))
	for i, arg := range p.Args {
		rest[i] = arg
		if c, without := splitCourt(arg); c != "" && (found == "" || c == found) {
			found, rest[i] = c, without
		}
	}
	if found == "" {
		return "", p
	}
	return found, indicator.All(rest...)
}

// sharedFigures keeps the answers that do not depend on the court, such as the city's totals
// beside which each court is seen.
type sharedFigures struct {
	mu    sync.Mutex
	known map[string]*onceFigures
}

type onceFigures struct {
	once    sync.Once
	figures []indicator.Figure
	err     error
}

// get answers from memory what was asked before; questions about one court are not kept.
func (s *sharedFigures) get(req indicator.Request, ask func() ([]indicator.Figure, error)) ([]indicator.Figure, error) {
	if s == nil {
		return ask()
	}
	if court, _ := splitCourt(req.Filter); court != "" {
		return ask()
	}
	key := fmt.Sprintf("%s|%q|%s|%q|%s", req.Set, req.Indicators, req.Period, req.By, req.Filter)
	s.mu.Lock()
	f := s.known[key]
	if f == nil {
		f = &onceFigures{}
		s.known[key] = f
	}
	s.mu.Unlock()
	f.once.Do(func() { f.figures, f.err = ask() })
	return slices.Clone(f.figures), f.err
}
