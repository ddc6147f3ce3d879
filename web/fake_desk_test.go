package web

import (
	"context"
	"slices"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/rules"
	"zhunsheng/web/page/indicators"
)

// Reconcile asks the one engine of the fake twice.
func (f *fake) Reconcile(ctx context.Context, at access.Scope, req indicator.Request) ([]indicators.Witness, error) {
	var out []indicators.Witness
	for _, name := range []string{"columns", "sql"} {
		figures, err := f.Compute(ctx, at, req)
		if err != nil {
			return nil, err
		}
		out = append(out, indicators.Witness{Engine: name, Figures: figures, Took: 3 * time.Millisecond})
	}
	return out, nil
}

func (f *fake) Adopted(context.Context) ([]indicators.Adoption, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.adopted), nil
}

func (f *fake) Check(_ context.Context, d indicator.Draft) ([]indicator.Finding, error) {
	_, found := indicator.CheckDraft(rules.FS, nil, nil, d)
	return found, nil
}

func (f *fake) Preview(ctx context.Context, at access.Scope, d indicator.Draft, p civil.Period) (indicators.Trial, error) {
	var out indicators.Trial
	d.From = p.From.String()
	book, _ := indicator.CheckDraft(rules.FS, nil, nil, d)
	i, err := book.Find(indicator.LocalSet, d.ID)
	if err != nil {
		return out, err
	}
	out.Indicator, out.Version = i, i.Versions[0]
	req := indicator.Request{Set: indicator.LocalSet, Indicators: []string{d.ID}, Period: p, Filter: confine(at, nil)}
	level := func(string) int { return 4 }
	total, err := book.Compute(ctx, f.cases, nil, level, req)
	if err != nil {
		return out, err
	}
	out.Total = total[0]
	req.By = []string{"court"}
	out.Courts, err = book.Compute(ctx, f.cases, nil, level, req)
	return out, err
}

func (f *fake) Adopt(_ context.Context, at access.Scope, d indicator.Draft, reason string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.adopted = append(f.adopted, indicators.Adoption{Draft: d, Version: len(f.adopted) + 1, Reason: reason, Who: at.User, At: f.batches[0].Started})
	return nil
}
