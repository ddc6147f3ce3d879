package app

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/store"
)

// Restatement is what an edition would say today: every figure that is another one by now, and
// each case that moved it.
type Restatement struct {
	Edition store.Edition
	Batch   int64 // the ledger of today
	Figures []RestatedFigure
	Breaks  []DefinitionBreak // redefinitions within the year of the edition
}

// RestatedFigure is one printed figure then and now. The change is split exactly into what the
// definitions did and what the ledger did; a nil part has no value.
type RestatedFigure struct {
	Then           bulletin.Printed
	Now            bulletin.Printed // without an id: no longer printed, and not a figure of the catalogue
	indicator.Jump                  // from then to now
	Cases          []MovedCase      // of figures of the catalogue; others are calculated from those
}

// MovedCase is a case that stands differently behind a figure.
type MovedCase struct {
	Court, Key, CaseNo string
	Side               indicator.Side
	How                string // entered, left, or changed: counted as before with another value
	Why                []FieldChange
}

// FieldChange is one column that a batch changed, with the place it came from. A case that the
// ledger did not know has one change without a field.
type FieldChange struct {
	Batch     int64
	Committed time.Time
	File      string
	Line      int
	Field     string
	Was, Is   string
}

// RestateEdition compares an edition with the ledger and the definitions of today. The answer is
// kept until the next batch.
func (a *App) RestateEdition(ctx context.Context, at access.Scope, id string) (Restatement, error) {
	if err := at.Need(access.BuildBulletin); err != nil {
		return Restatement{}, err
	}
	out, err := a.restated.of(a, id, func() (Restatement, error) { return a.restate(ctx, id) })
	if err != nil {
		return out, err
	}
	return out, a.note(ctx, at, "bulletin.restate", id, fmt.Sprintf("batch %d: %d figures differ", out.Batch, len(out.Figures)))
}

func (a *App) restate(ctx context.Context, id string) (Restatement, error) {
	e, r, then, err := a.frozenEdition(ctx, id)
	if err != nil {
		return Restatement{}, err
	}
	past, err := a.pastBasis(ctx, r)
	if err != nil {
		return Restatement{}, err
	}
	now := basis{app: a, recipe: r, eng: a.columns, book: a.Book(), lists: past.lists}
	if now.recipe.Batch, err = a.lastBatch(ctx); err != nil {
		return Restatement{}, err
	}
	if _, err := a.columns.Refresh(ctx); err != nil {
		return Restatement{}, err
	}
	out := Restatement{Edition: e, Batch: now.recipe.Batch}
	if out.Figures, err = restated(ctx, past, now, then.Edition); err != nil {
		return out, err
	}
	out.Breaks, err = now.breaks(ctx, then.Edition.Figures)
	return out, err
}

// restated finds the figures that differ. Today's definitions on the ledger of then stand
// between the two, so that the change of each figure splits exactly.
func restated(ctx context.Context, past, now basis, then *bulletin.Edition) ([]RestatedFigure, error) {
	rules, err := rulesHash(now.app.cfg.Rules)
	if err != nil {
		return nil, err
	}
	redefined := past.book != now.book || past.recipe.Rules != rules
	var middle asker
	if redefined {
		between := past
		between.book = now.book
		if middle, err = newAsker(ctx, between); err != nil {
			return nil, err
		}
	}
	today, err := newAsker(ctx, now)
	if err != nil {
		return nil, err
	}
	var out []RestatedFigure
	for _, p := range then.Figures {
		n, err := today.figure(ctx, p)
		if err != nil {
			return nil, err
		}
		if n.ID != "" && n.Value == p.Value && n.Numerator == p.Numerator && n.Divisor == p.Divisor {
			continue
		}
		b := p
		if redefined {
			if b, err = middle.figure(ctx, p); err != nil {
				return nil, err
			}
		}
		x := RestatedFigure{Then: p, Now: n, Jump: indicator.Split(rational(p.Value), rational(b.Value), rational(n.Value))}
		x.Reality, x.Definition = x.Definition, x.Reality // the ledger moves second here
		if p.Set != "" {
			if x.Cases, err = moved(ctx, past, now, p); err != nil {
				return nil, fmt.Errorf("cases of %s: %w", p.ID, err)
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// rational reads a value as it is printed in a list of figures; none is nil.
func rational(decimal string) *big.Rat {
	r, ok := new(big.Rat).SetString(decimal)
	if !ok {
		return nil
	}
	return r
}

// asker answers for printed figures: from the document made again where it prints them, else
// from the catalogue.
type asker struct {
	basis
	at      access.Scope
	printed map[string]bulletin.Printed
}

func newAsker(ctx context.Context, b basis) (asker, error) {
	k := asker{basis: b, printed: map[string]bulletin.Printed{}}
	var err error
	if k.at, err = b.scope(); err != nil {
		return k, err
	}
	made, err := b.compose(ctx, access.System())
	if err != nil {
		return k, err
	}
	for _, f := range made.Figures {
		k.printed[f.ID] = f
	}
	return k, nil
}

// figure computes a printed figure again.
func (k asker) figure(ctx context.Context, p bulletin.Printed) (bulletin.Printed, error) {
	if f, ok := k.printed[p.ID]; ok || p.Set == "" {
		return f, nil
	}
	period, err := civil.ParsePeriod(p.Period)
	if err != nil {
		return bulletin.Printed{}, err
	}
	figures, err := k.app.computeOn(ctx, k.at, k.book, k.eng, k.lists,
		indicator.Request{Set: p.Set, Indicators: []string{p.Indicator}, Period: period, Filter: groupOf(p)})
	if err != nil || len(figures) == 0 {
		return bulletin.Printed{}, err
	}
	f := figures[0]
	p.Value, p.Numerator, p.Divisor, p.Version = indicator.FormatRat(f.Value), indicator.FormatRat(f.Numerator), indicator.FormatRat(f.Denominator), f.Version
	p.Text = p.Value
	return p, nil
}

// groupOf is the condition of the group that a figure was printed for.
func groupOf(p bulletin.Printed) *indicator.Pred {
	limits := map[string]string{}
	for i, field := range p.By {
		limits[field] = p.Of[i]
	}
	if len(p.Only) == 0 {
		return indicator.Match(limits)
	}
	court, _ := docket.FieldIndex("court")
	return indicator.All(indicator.Match(limits), &indicator.Pred{Op: indicator.TextIn, Field: court, Set: p.Only})
}

// entry is one place of a case version behind a figure.
type entry struct {
	id    int64
	count string
	minus bool
}

// behind lists the case versions behind one side of a printed figure.
func (b basis) behind(ctx context.Context, p bulletin.Printed, side indicator.Side) (map[entry]bool, error) {
	period, err := civil.ParsePeriod(p.Period)
	if err != nil {
		return nil, err
	}
	at, err := b.scope()
	if err != nil {
		return nil, err
	}
	scope, err := confine(at)
	if err != nil {
		return nil, err
	}
	noReasons := func(ids []int64) ([]docket.Case, error) { return make([]docket.Case, len(ids)), nil }
	list, _, err := b.book.Cases(ctx, b.eng, noReasons, indicator.CasesRequest{
		Set: p.Set, Indicator: p.Indicator, Side: side, Period: period, Filter: indicator.All(scope, groupOf(p)), Limit: -1})
	if err != nil {
		return nil, err
	}
	out := make(map[entry]bool, len(list))
	for _, c := range list {
		out[entry{c.ID, c.Count, c.Minus}] = true
	}
	return out, nil
}

// moved lists the cases that stand differently behind a figure then and now.
func moved(ctx context.Context, past, now basis, p bulletin.Printed) ([]MovedCase, error) {
	var out []MovedCase
	for _, side := range []indicator.Side{indicator.NumeratorSide, indicator.DenominatorSide} {
		was, err := past.behind(ctx, p, side)
		if err != nil {
			return nil, err
		}
		is, err := now.behind(ctx, p, side)
		if err != nil {
			return nil, err
		}
		cases, err := now.movedSide(ctx, past.recipe.Batch, p, only(was, is), only(is, was))
		if err != nil {
			return nil, err
		}
		for i := range cases {
			cases[i].Side = side
		}
		out = append(out, cases...)
	}
	return out, nil
}

// only is what one set has and the other has not.
func only(a, b map[entry]bool) map[entry]bool {
	out := map[entry]bool{}
	for e := range a {
		if !b[e] {
			out[e] = true
		}
	}
	return out
}

// place is a case in one count of a formula, whatever its version.
type place struct {
	court, key, count string
	minus             bool
}

// movedSide pairs the versions that went with those that came: a case in both is still counted
// and matters only where the figure adds up one of its values.
func (b basis) movedSide(ctx context.Context, since int64, p bulletin.Printed, gone, come map[entry]bool) ([]MovedCase, error) {
	before, err := b.places(ctx, since, gone)
	if err != nil {
		return nil, err
	}
	after, err := b.places(ctx, b.recipe.Batch, come)
	if err != nil {
		return nil, err
	}
	values, err := b.valueFields(p)
	if err != nil {
		return nil, err
	}
	found := map[[2]string]MovedCase{}
	add := func(r store.Record, how string) {
		found[[2]string{r.Court, r.Key}] = MovedCase{Court: r.Court, Key: r.Key, CaseNo: r.CaseNo, How: how}
	}
	for at, r := range before {
		if n, both := after[at]; !both {
			add(r, "left")
		} else if slices.ContainsFunc(values, func(f *docket.Field) bool { return fieldText(f, &r.Case) != fieldText(f, &n.Case) }) {
			add(n, "changed")
		}
	}
	for at, r := range after {
		if _, both := before[at]; !both {
			add(r, "entered")
		}
	}
	var out []MovedCase
	for _, m := range found {
		if m.Why, err = b.why(ctx, m, since); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(x, y MovedCase) int {
		return cmp.Or(b.lists.compare(x.Court, y.Court), cmp.Compare(x.CaseNo, y.CaseNo), cmp.Compare(x.Key, y.Key))
	})
	return out, nil
}

// places reads the cases of entries as of a batch.
func (b basis) places(ctx context.Context, batch int64, entries map[entry]bool) (map[place]store.Record, error) {
	ids := map[int64]bool{}
	for e := range entries {
		ids[e.id] = true
	}
	list := slices.Sorted(maps.Keys(ids))
	recs, err := b.app.store.RecordsAsOf(ctx, batch, list)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]store.Record, len(recs))
	for _, r := range recs {
		byID[r.ID] = r
	}
	out := make(map[place]store.Record, len(entries))
	for e := range entries {
		r := byID[e.id]
		out[place{r.Court, r.Key, e.count, e.minus}] = r
	}
	return out, nil
}

// valueFields are the columns whose values a figure adds up; none for counts of cases.
func (b basis) valueFields(p bulletin.Printed) ([]*docket.Field, error) {
	i, err := b.book.Find(p.Set, p.Indicator)
	if err != nil {
		return nil, err
	}
	period, err := civil.ParsePeriod(p.Period)
	if err != nil {
		return nil, err
	}
	v, err := i.At(period.To)
	if err != nil {
		return nil, err
	}
	var out []*docket.Field
	for _, c := range v.Counts() {
		switch c.Kind {
		case indicator.CountDays:
			out = append(out, &docket.Fields[c.Field], &docket.Fields[c.Field2])
		case indicator.CountMoney:
			out = append(out, &docket.Fields[c.Field])
		}
	}
	return out, nil
}

// why lists what batches after one changed in a case.
func (b basis) why(ctx context.Context, m MovedCase, since int64) ([]FieldChange, error) {
	versions, err := b.app.store.Versions(ctx, m.Court, m.Key)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(versions, func(x, y store.Record) int { return cmp.Compare(x.FromBatch, y.FromBatch) })
	var out []FieldChange
	for i, v := range versions {
		if v.FromBatch <= since {
			continue
		}
		batch, err := b.app.store.Batch(ctx, v.FromBatch)
		if err != nil {
			return nil, err
		}
		at := FieldChange{Batch: v.FromBatch, Committed: batch.Committed, File: v.File, Line: v.Row}
		if i == 0 {
			out = append(out, at)
			continue
		}
		out = append(out, changedFields(at, &versions[i-1].Case, &v.Case)...)
	}
	return out, nil
}

func changedFields(at FieldChange, was, is *docket.Case) []FieldChange {
	var out []FieldChange
	for i := range docket.Fields {
		f := &docket.Fields[i]
		if at.Field, at.Was, at.Is = f.Name, fieldText(f, was), fieldText(f, is); at.Was != at.Is {
			out = append(out, at)
		}
	}
	return out
}

// fieldText prints one value of a case as the ledger keeps it; an absent one is empty.
func fieldText(f *docket.Field, c *docket.Case) string {
	switch f.Kind {
	case docket.Day:
		if d := *f.Day(c); !d.IsZero() {
			return d.String()
		}
		return ""
	case docket.Amount:
		if m := *f.Money(c); m.Known {
			return new(big.Rat).SetFrac64(m.Cents, 100).FloatString(2)
		}
		return ""
	case docket.Number:
		return fmt.Sprint(*f.Number(c))
	case docket.YesNo:
		return [...]string{docket.Unknown: "", docket.No: "no", docket.Yes: "yes"}[*f.Flag(c)]
	}
	return *f.Text(c)
}
