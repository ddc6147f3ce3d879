package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"

	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/columns"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/paper"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/documents"
	"zhunsheng/web/page/indicators"
)

// recipe is everything besides the ledger that decides what a document says. It is frozen with
// every edition; the document is made again from it and from the ledger as of its batch.
type recipe struct {
	Kind     string            `json:"kind"`
	Court    string            `json:"court,omitempty"`
	Period   string            `json:"period"`
	Batch    int64             `json:"batch"`
	DataDay  string            `json:"data_day"`
	Issued   string            `json:"issued,omitempty"`   // 成文日期, the day of approval; empty: not approved
	Printed  string            `json:"printed,omitempty"`  // 印发日期, the day of issue; empty: the day of approval
	Sent     []string          `json:"sent,omitempty"`     // courts it was issued to, which 主送 names; empty: as the kind has it
	Program  string            `json:"program"`            // version of the program
	Rules    string            `json:"rules"`              // hash of the rules tree
	Lists    string            `json:"lists"`              // hash of the kept lists of courts, divisions, causes and posts
	Wordings map[string]int    `json:"wordings,omitempty"` // local indicator → wordings adopted by then
	Texts    map[string]string `json:"texts,omitempty"`    // sentence id → what a person wrote in its place

	Lang       string         `json:"lang,omitempty"` // empty: zh
	Registries []string       `json:"registries"`     // of the case numbers in the ledger
	Given      bulletin.Given `json:"given"`          // by people and earlier documents
}

// order is what the recipe makes.
func (r recipe) order() (documents.Order, error) {
	p, err := civil.ParsePeriod(r.Period)
	return documents.Order{Kind: r.Kind, Court: r.Court, Period: p, Lang: r.Lang, Given: r.Given}, err
}

// basis is what a document is computed on: the ledger of one moment with the catalogue and the
// lists that went with it.
type basis struct {
	app    *App
	recipe recipe
	eng    indicator.Engine
	book   *indicator.Book
	lists  *lists

	// A run over all courts loads and computes these once.
	words   *bulletin.Wording
	skel    *bulletin.Skeleton
	figures *sharedFigures
	active  []docket.Court // with cases in the ledger, in administrative order
}

// pastLedger keeps what the last document was made from: documents are asked for again and
// again while they are drafted.
type pastLedger struct {
	sync.Mutex
	batch  int64
	engine indicator.Engine
	lists  *lists
	kept   string // hash under which lists are kept
}

// keptLists is the form in which the office's lists are frozen.
type keptLists struct {
	Courts    []docket.Court    `json:"courts"`
	Divisions []docket.Division `json:"divisions"`
	Causes    []docket.Cause    `json:"causes"`
	Roster    []docket.Posting  `json:"roster"`
}

// presentBasis is the ledger, the rules and the lists in use, for an order.
func (a *App) presentBasis(ctx context.Context, o documents.Order) (basis, error) {
	b := basis{app: a, eng: a.columns, book: a.Book(), recipe: recipe{Kind: o.Kind, Court: o.Court, Period: o.Period.String(), Program: Version, Lang: o.Lang, Given: o.Given}}
	if err := checkLang(o.Lang); err != nil {
		return b, err
	}
	day, err := a.DataDay(ctx)
	if err != nil {
		return b, err
	}
	if day.IsZero() || o.Period.From > day {
		return b, fault.At("period", fmt.Sprintf("the data reach only to %s", orDash(day.String())), "choose an earlier period, or import the ledger first")
	}
	b.recipe.DataDay = day.String()
	if !o.Dated.IsZero() {
		b.recipe.Issued = o.Dated.String()
	}
	if b.recipe.Batch, err = a.lastBatch(ctx); err != nil {
		return b, err
	}
	if b.recipe.Registries, err = a.registries(ctx, b.recipe.Batch); err != nil {
		return b, err
	}
	if b.lists, err = a.officeLists(ctx); err != nil {
		return b, err
	}
	if b.recipe.Lists, err = a.keepLists(ctx, b.lists); err != nil {
		return b, err
	}
	if b.recipe.Rules, err = rulesHash(a.cfg.Rules); err != nil {
		return b, err
	}
	b.recipe.Wordings, err = a.wordings(ctx)
	return b, err
}

// pastBasis is the ledger and the lists of a recipe, under the rules of this program with the
// local indicators that were adopted by then.
func (a *App) pastBasis(ctx context.Context, r recipe) (basis, error) {
	b := basis{app: a, recipe: r}
	text, err := a.store.Kept(ctx, r.Lists)
	if err != nil {
		return b, fmt.Errorf("lists of the edition: %w", err)
	}
	var kept keptLists
	if err := json.Unmarshal(text, &kept); err != nil {
		return b, fmt.Errorf("lists of the edition: %w", err)
	}
	b.lists = a.listsOf(kept.Courts, kept.Divisions, kept.Causes, kept.Roster)
	if b.book, err = a.bookAsOf(ctx, r.Wordings); err != nil {
		return b, fmt.Errorf("indicators of the edition: %w", err)
	}
	b.eng, err = a.engineAsOf(ctx, r.Batch)
	return b, err
}

// withEarlier gives an order the suggestions of the last document of its kind and court that was
// issued for an earlier period, so that they come back with what came of them. What a person
// gave stays; a document in another language has none of them.
func (a *App) withEarlier(ctx context.Context, o documents.Order) (documents.Order, error) {
	if len(o.Given.Earlier) > 0 {
		return o, nil
	}
	list, err := a.store.Papers(ctx, "")
	if err != nil {
		return o, err
	}
	var last store.Paper
	var until civil.Date
	for _, p := range list {
		period, err := civil.ParsePeriod(p.Period)
		if err != nil {
			return o, err
		}
		if p.State == paper.Issued && p.Kind == o.Kind && p.Court == o.Court && period.To < o.Period.From && period.To > until {
			last, until = p, period.To
		}
	}
	if last.ID == "" {
		return o, nil
	}
	_, r, rec, err := a.frozenEdition(ctx, last.Edition)
	if err == nil && cmp.Or(r.Lang, "zh") == cmp.Or(o.Lang, "zh") {
		o.Given.Earlier = rec.Edition.Suggestions
	}
	return o, err
}

// lastBatch is the newest batch that touched a case.
func (a *App) lastBatch(ctx context.Context) (int64, error) {
	epochs, err := a.store.Epochs(ctx, 0)
	if err != nil {
		return 0, err
	}
	var last int64
	for _, batch := range epochs {
		last = max(last, batch)
	}
	return last, nil
}

// engineAsOf answers from the ledger as it stood after a batch. The engine of the last batch
// asked for is kept, because a document asks many questions.
func (a *App) engineAsOf(ctx context.Context, batch int64) (indicator.Engine, error) {
	last, err := a.lastBatch(ctx)
	if err != nil {
		return nil, err
	}
	if batch == last {
		_, err := a.columns.Refresh(ctx)
		return a.columns, err
	}
	a.past.Lock()
	defer a.past.Unlock()
	if a.past.engine != nil && a.past.batch == batch {
		return a.past.engine, nil
	}
	engine, err := columns.OpenAt("", a.store, batch)
	if err == nil {
		_, err = engine.Refresh(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("ledger as of batch %d: %w", batch, err)
	}
	a.past.batch, a.past.engine = batch, engine
	return engine, nil
}

// keepLists freezes the office's lists and returns their hash.
func (a *App) keepLists(ctx context.Context, l *lists) (string, error) {
	a.past.Lock()
	defer a.past.Unlock()
	if a.past.lists == l {
		return a.past.kept, nil
	}
	text, err := json.Marshal(keptLists{l.courts, l.divisions, l.causes, l.roster})
	if err != nil {
		return "", err
	}
	hash, err := a.store.Keep(ctx, text)
	if err == nil {
		a.past.lists, a.past.kept = l, hash
	}
	return hash, err
}

// wordings counts the wordings of every local indicator.
func (a *App) wordings(ctx context.Context) (map[string]int, error) {
	adopted, err := a.adopted(ctx)
	if err != nil || len(adopted) == 0 {
		return nil, err
	}
	out := map[string]int{}
	for _, w := range adopted {
		out[w.ID]++
	}
	return out, nil
}

// bookAsOf is the catalogue with only the wordings of local indicators that were adopted when
// an edition was frozen.
func (a *App) bookAsOf(ctx context.Context, wordings map[string]int) (*indicator.Book, error) {
	adopted, err := a.adopted(ctx)
	if err != nil {
		return nil, err
	}
	var then []indicators.Adoption
	for _, w := range adopted {
		if w.Version <= wordings[w.ID] {
			then = append(then, w)
		}
	}
	if len(then) == len(adopted) {
		return a.Book(), nil
	}
	trees, err := localTrees(then, "")
	if err != nil {
		return nil, err
	}
	return indicator.Load(a.cfg.Rules, trees...)
}

// rulesHash is the SHA-256 over the names and texts of a rules tree.
func rulesHash(rules fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(rules, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(rules, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%d %s %d ", len(name), name, len(text))
		_, err = sum.Write(text)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("hash the rules: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
