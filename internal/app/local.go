package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/indicators"
)

// indicatorDecision is the kind of decision that adopts a wording of a local indicator.
const indicatorDecision = "indicator"

// loadBook reads the catalogue of the rules with the court's own indicators over it.
func (a *App) loadBook(ctx context.Context) error {
	adopted, err := a.adopted(ctx)
	if err != nil {
		return err
	}
	trees, err := localTrees(adopted, "")
	if err != nil {
		return err
	}
	book, err := a.withIntervals(ctx, trees, nil)
	if err != nil {
		return err
	}
	a.book.Store(book)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.read++
	return nil
}

// adopted reads the wordings of local indicators, by key, oldest first.
func (a *App) adopted(ctx context.Context) ([]indicators.Adoption, error) {
	decisions, err := a.store.Decisions(ctx, indicatorDecision)
	if err != nil {
		return nil, fmt.Errorf("local indicators: %w", err)
	}
	out := make([]indicators.Adoption, len(decisions))
	for i, d := range decisions {
		out[i] = indicators.Adoption{Version: d.Version, Reason: d.Reason, Who: d.Who, At: d.At}
		if err := json.Unmarshal([]byte(d.Body), &out[i].Draft); err != nil {
			return nil, fmt.Errorf("local indicator %s, wording %d: %w", d.Name, d.Version, err)
		}
	}
	return out, nil
}

// localTrees are the rule files of the local indicators, leaving one out.
func localTrees(adopted []indicators.Adoption, without string) ([]fs.FS, error) {
	var out []fs.FS
	for len(adopted) > 0 {
		id := adopted[0].ID
		wordings := wordingsOf(adopted, id)
		adopted = adopted[len(wordings):]
		if id == without {
			continue
		}
		tree, err := indicator.Tree(wordings)
		if err != nil {
			return nil, fmt.Errorf("local indicator %s: %w", id, err)
		}
		out = append(out, tree)
	}
	return out, nil
}

// wordingsOf picks the wordings of one indicator.
func wordingsOf(adopted []indicators.Adoption, id string) []indicator.Draft {
	var out []indicator.Draft
	for _, a := range adopted {
		if a.ID == id {
			out = append(out, a.Draft)
		}
	}
	return out
}

// indicatorDesk answers the indicator pages.
type indicatorDesk struct{ *App }

// Adopted implements [indicators.Source].
func (a indicatorDesk) Adopted(ctx context.Context) ([]indicators.Adoption, error) {
	return a.adopted(ctx)
}

// Check implements [indicators.Source].
func (a indicatorDesk) Check(ctx context.Context, d indicator.Draft) ([]indicator.Finding, error) {
	_, found, err := a.tried(ctx, d)
	return found, err
}

// tried is the catalogue with a draft in it, or what is wrong with the draft.
func (a *App) tried(ctx context.Context, d indicator.Draft) (*indicator.Book, []indicator.Finding, error) {
	adopted, err := a.adopted(ctx)
	if err != nil {
		return nil, nil, err
	}
	trees, err := localTrees(adopted, d.ID)
	if err != nil {
		return nil, nil, err
	}
	book, found := indicator.CheckDraft(a.cfg.Rules, trees, wordingsOf(adopted, d.ID), d)
	return book, found, nil
}

// Preview implements [indicators.Source]. The draft is tried as if it had always been in
// force: the question is what it would have shown.
func (a indicatorDesk) Preview(ctx context.Context, at access.Scope, d indicator.Draft, p civil.Period) (indicators.Trial, error) {
	var out indicators.Trial
	if err := at.Need(access.DefineIndicators); err != nil {
		return out, err
	}
	adopted, err := a.adopted(ctx)
	if err != nil {
		return out, err
	}
	trees, err := localTrees(adopted, d.ID)
	if err != nil {
		return out, err
	}
	book, found := trial(a.cfg.Rules, trees, wordingsOf(adopted, d.ID), d, p)
	if len(found) > 0 {
		return out, fault.At(found[0].Field, found[0].Text, found[0].Remedy)
	}
	if out.Indicator, err = book.Find(indicator.LocalSet, trialID); err != nil {
		return out, err
	}
	if out.Version, err = out.Indicator.At(p.To); err != nil {
		return out, err
	}
	req := indicator.Request{Set: indicator.LocalSet, Indicators: []string{trialID}, Period: p}
	total, err := a.computeBy(ctx, at, book, a.columns, req)
	if err != nil {
		return out, err
	}
	out.Total = total[0]
	req.By = []string{"court"}
	out.Courts, err = a.computeBy(ctx, at, book, a.columns, req)
	return out, err
}

// trialID is the key under which a draft is tried; no adopted indicator can have it.
const trialID = "draft_on_trial"

// trial loads a draft under the key of trials, in force from the first day of a period.
// Earlier wordings, whose counts it may use, are moved before the first day of history.
func trial(rules fs.FS, adopted []fs.FS, earlier []indicator.Draft, d indicator.Draft, p civil.Period) (*indicator.Book, []indicator.Finding) {
	for i := range earlier {
		earlier[i].ID, earlier[i].From = trialID, civil.NewDate(1, 1, 1+i).String()
	}
	d.ID, d.From = trialID, p.From.String()
	return indicator.CheckDraft(rules, adopted, earlier, d)
}

// Adopt implements [indicators.Source].
func (a indicatorDesk) Adopt(ctx context.Context, at access.Scope, d indicator.Draft, reason string) error {
	if err := at.Need(access.DefineIndicators); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return fault.At("reason", "说明采用的理由 / say why the indicator is adopted", "")
	}
	if d.ID == trialID {
		return fault.At("id", "this key is taken", "choose another one")
	}
	_, found, err := a.tried(ctx, d)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return fault.At(found[0].Field, found[0].Text, found[0].Remedy)
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if err := a.store.Decide(ctx, store.Decision{Kind: indicatorDecision, Name: d.ID, Body: string(body), Reason: reason, Who: at.User}); err != nil {
		return err
	}
	if err := a.loadBook(ctx); err != nil {
		return err
	}
	return a.note(ctx, at, "indicator.adopt", d.ID, reason)
}

// Reconcile implements [indicators.Source]: the figure columns and the SQL engine count the
// same cases of the ledger in use.
func (a indicatorDesk) Reconcile(ctx context.Context, at access.Scope, req indicator.Request) ([]indicators.Witness, error) {
	var out []indicators.Witness
	for _, w := range []struct {
		name   string
		engine indicator.Engine
	}{{"columns", a.columns}, {"sql", a.store.Indicators()}} {
		start := time.Now()
		figures, err := a.compute(ctx, at, w.engine, req)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.name, err)
		}
		out = append(out, indicators.Witness{Engine: w.name, Figures: figures, Took: time.Since(start)})
	}
	return out, nil
}
