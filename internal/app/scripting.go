package app

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/rules"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/documents"
)

// The names under which commands use the types of the desks.
type (
	// IssueFilter chooses issues.
	IssueFilter = store.IssueFilter
	// CaseRow is one line of a case list.
	CaseRow = cases.Row
	// Order asks for a document.
	Order = documents.Order
)

// Catalogue is the embedded catalogue; it needs no installation.
func Catalogue() (*indicator.Book, error) { return indicator.Load(rules.FS) }

// SuggestMapping proposes a mapping for a file, as YAML with notes; it needs no installation.
// Where the file does not show enough, the proposal is a draft to complete, and a note says so.
func SuggestMapping(path string) (yaml []byte, notes []string, err error) {
	f, in, err := openInput(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	tables, err := ledger.OpenTables(in, ledger.Options{})
	if err != nil {
		return nil, nil, err
	}
	sample, err := tables[0].Sample(200)
	if err != nil {
		return nil, nil, err
	}
	words, err := docket.LoadVocabulary(rules.FS)
	if err != nil {
		return nil, nil, err
	}
	known, err := ledger.LoadMappings(rules.FS)
	if err != nil {
		return nil, nil, err
	}
	m, found := ledger.Suggest(tables[0].Header, sample, mappingList(known), words)
	notes = append(notes, "detected: "+tables[0].Detected.String())
	for _, n := range found {
		note := n.Text.En
		if n.Header != "" {
			note = n.Header + ": " + note
		}
		notes = append(notes, note)
	}
	yaml = m.Draft()
	if _, err := ledger.ParseMapping("suggested.yaml", yaml); err != nil {
		return yaml, append(notes, "not usable yet: "+err.Error()), nil
	}
	return yaml, notes, nil
}

// EachIssue hands out the issues of the ledger.
func (a *App) EachIssue(ctx context.Context, f IssueFilter, fn func(batch int64, i ledger.Issue) error) error {
	for i, err := range a.store.Issues(ctx, f) {
		if err != nil {
			return err
		}
		if err := fn(i.Batch, i.Issue); err != nil {
			return err
		}
	}
	return nil
}

// Name shows an id of a grouping field in words.
func (a *App) Name(ctx context.Context, field, id string) (string, error) {
	l, err := a.officeLists(ctx)
	if err != nil {
		return "", err
	}
	return a.name(l, field, id), nil
}

// CasesAsOf hands out the cases behind a figure of the ledger as of the end of a day.
func (a *App) CasesAsOf(ctx context.Context, at access.Scope, day civil.Date, req indicator.CasesRequest, fn func(CaseRow) error) error {
	eng, batch, err := a.asOf(ctx, day)
	if err != nil {
		return err
	}
	l, err := a.reasoned(ctx, at, eng, batch, req)
	if err != nil {
		return err
	}
	for _, r := range l.Rows {
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}
