package web

import (
	"context"
	"iter"
	"slices"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/audit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/rules"
	"zhunsheng/web/api"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/indicators"
	"zhunsheng/web/page/settings"
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

// fakeAPI is what programs ask of the fake.
type fakeAPI struct{ *fake }

func (f fakeAPI) Bearer(ctx context.Context, token string) (access.Scope, error) {
	return f.Who(ctx, token)
}

func (f fakeAPI) State(ctx context.Context) (civil.Date, int64, error) {
	s, err := f.fake.State(ctx)
	return s.DataDay, s.Batch, err
}

func (f fakeAPI) Cases(ctx context.Context, at access.Scope, q api.Query) ([]api.Row, int, error) {
	l, err := f.List(ctx, at, cases.Query{Set: q.Set, Indicator: q.Indicator, Side: q.Side, Period: q.Period, State: q.State, Offset: q.Offset, Limit: q.Limit})
	var out []api.Row
	for _, r := range l.Rows {
		out = append(out, api.Row{Case: r.Case, Reason: r.Reason})
	}
	return out, l.Total, err
}

func (f fakeAPI) Imports(context.Context, access.Scope) ([]api.Import, error) {
	return []api.Import{{ID: 12, State: "committed"}}, nil
}

func (f fakeAPI) Import(ctx context.Context, at access.Scope, id int64) (api.Import, error) {
	b, err := f.Batch(ctx, at, id)
	return api.Import{ID: b.ID, State: b.State}, err
}

func (f fakeAPI) Issues(context.Context, access.Scope, int64, int, int) ([]api.Issue, int, error) {
	return nil, 0, nil
}

func (f fakeAPI) Upload(_ context.Context, _ access.Scope, _ string, files iter.Seq2[api.File, error]) (int64, error) {
	for _, err := range files {
		if err != nil {
			return 0, err
		}
	}
	return 13, nil
}

func (f *fake) Users(context.Context, access.Scope) ([]settings.User, error) {
	var out []settings.User
	all := f.users()
	for _, r := range access.Roles() {
		out = append(out, settings.User{Scope: all[string(r)]})
	}
	return out, nil
}

func (f *fake) SaveUser(_ context.Context, _ access.Scope, u settings.User, password string, _ bool) error {
	if len(password) > 0 && len(password) < 8 {
		return fault.At("password", "too short", "choose a longer one")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saved = append(f.saved, u)
	return nil
}

func (f *fake) Units(context.Context, access.Scope) ([]docket.Court, []docket.Division, error) {
	return f.city.Courts, f.city.Divisions, nil
}

func (f *fake) SavedMappings() []settings.Mapping {
	return []settings.Mapping{{Name: "cn-standard", Version: 1, Body: "name: cn-standard\n"}}
}

func (f *fake) Log(_ context.Context, _ access.Scope, before int64, limit int) ([]audit.Record, error) {
	if before == 0 {
		before = 151
	}
	var out []audit.Record
	for n := before - 1; n > 0 && len(out) < limit; n-- {
		out = append(out, audit.Record{Seq: n, Entry: audit.Entry{Who: "analyst", Action: "sign_in", Object: "analyst"}, Hash: "0123456789abcdef"})
	}
	return out, nil
}

func (f *fake) Verify(context.Context, access.Scope) (audit.Record, error) {
	return audit.Record{Seq: 150, Hash: "0123456789abcdef"}, nil
}

func (f *fake) Tokens(context.Context, access.Scope) ([]settings.Token, error) {
	return []settings.Token{{ID: "aa", Name: "报表程序"}}, nil
}

func (f *fake) NewToken(_ context.Context, _ access.Scope, name string) (string, error) {
	if name == "" {
		return "", fault.At("name", "the token needs a name", "")
	}
	return "zs_TOKEN", nil
}

func (f *fake) EndToken(context.Context, access.Scope, string) error { return nil }

// fakeSettings names its mappings apart from those of the imports.
type fakeSettings struct{ *fake }

func (f fakeSettings) Mappings(context.Context, access.Scope) ([]settings.Mapping, error) {
	return f.SavedMappings(), nil
}

func (f *fake) Notes(context.Context, access.Scope, string, string) ([]cases.Note, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.notes), nil
}

func (f *fake) AddNote(_ context.Context, at access.Scope, _, _, body string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.notes = append(f.notes, cases.Note{Who: at.User, Name: at.Name, At: f.batches[0].Started, Body: body})
	return nil
}
