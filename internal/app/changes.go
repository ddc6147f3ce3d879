package app

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/data"
)

// ledgerDesk tells what a batch changed in the part of the ledger that the reader sees.
type ledgerDesk struct{ *App }

// batchChanges is what a batch changed inside one scope. A committed batch never changes, so
// the answer is kept.
type batchChanges struct {
	counts []data.ChangeCount
	fields []data.FieldCount
}

// changeFilter confines a question about a batch to a scope.
func changeFilter(at access.Scope, batch int64) (store.ChangeFilter, error) {
	if err := at.Need(access.ViewCases); err != nil {
		return store.ChangeFilter{}, err
	}
	if _, err := confine(at); err != nil {
		return store.ChangeFilter{}, err
	}
	limits, _ := at.Limits()
	return store.ChangeFilter{Batch: batch, Court: limits["court"], Division: limits["division"], Judge: limits["judge"]}, nil
}

// ChangeCounts implements [data.Ledger].
func (a ledgerDesk) ChangeCounts(ctx context.Context, at access.Scope, batch int64) ([]data.ChangeCount, []data.FieldCount, error) {
	f, err := changeFilter(at, batch)
	if err != nil {
		return nil, nil, err
	}
	kept, err := a.batches.of(a.App, f, func() (batchChanges, error) { return a.sumChanges(ctx, f) })
	return kept.counts, kept.fields, err
}

func (a ledgerDesk) sumChanges(ctx context.Context, f store.ChangeFilter) (batchChanges, error) {
	var kept batchChanges
	counts, err := a.store.ChangeCounts(ctx, f)
	if err != nil {
		return kept, fmt.Errorf("changes of batch %d: %w", f.Batch, err)
	}
	fields, err := a.store.ChangedFields(ctx, f)
	if err != nil {
		return kept, fmt.Errorf("changed columns of batch %d: %w", f.Batch, err)
	}
	for _, c := range counts {
		kept.counts = append(kept.counts, data.ChangeCount{Court: c.Court, Kind: string(c.Kind), Cases: c.Cases})
	}
	for _, c := range fields {
		kept.fields = append(kept.fields, data.FieldCount(c))
	}
	return kept, nil
}

// Changes implements [data.Ledger]; the look into the list is noted like that into any other.
func (a ledgerDesk) Changes(ctx context.Context, at access.Scope, q data.ChangeQuery) ([]data.ChangedCase, int, error) {
	f, err := changeFilter(at, q.Batch)
	if err != nil {
		return nil, 0, err
	}
	total, err := a.countChanges(ctx, at, q)
	if err != nil {
		return nil, 0, err
	}
	f.Kind, f.Field = store.ChangeKind(q.Kind), q.Field
	refs, err := a.changed.of(a.App, f, func() ([]store.ChangeRef, error) { return a.store.ChangeRefs(ctx, f) })
	if err != nil {
		return nil, 0, err
	}
	refs = refs[min(max(q.Offset, 0), len(refs)):]
	if q.Limit > 0 {
		refs = refs[:min(q.Limit, len(refs))]
	}
	list, err := a.store.ChangesOf(ctx, refs)
	if err != nil {
		return nil, 0, err
	}
	out := make([]data.ChangedCase, len(list))
	for i, c := range list {
		out[i] = data.ChangedCase{Kind: string(c.Kind), Court: c.Is.Court, Key: c.Is.Key, CaseNo: c.Is.CaseNo, File: c.Is.File, Sheet: c.Is.Sheet, Row: c.Is.Row,
			Open: at.Sees(c.Is.Court, c.Is.Division, c.Is.Judge)}
		if c.Was != nil {
			out[i].Values = changedValues(&c.Was.Case, &c.Is.Case, c.Kind == store.ChangeGone)
		}
	}
	return out, int(total), a.note(ctx, at, "changes.list", fmt.Sprintf("batch %d", q.Batch), fmt.Sprintf("%s %s: %d", q.Kind, q.Field, total))
}

// countChanges is the length of a list of changes, from the counts kept where they say it.
func (a ledgerDesk) countChanges(ctx context.Context, at access.Scope, q data.ChangeQuery) (total int64, err error) {
	counts, fields, err := a.ChangeCounts(ctx, at, q.Batch)
	if err != nil {
		return 0, err
	}
	if q.Field != "" && q.Kind == "" {
		i := slices.IndexFunc(fields, func(f data.FieldCount) bool { return f.Field == q.Field })
		if i < 0 {
			return 0, nil
		}
		return fields[i].Cases, nil
	}
	if q.Field != "" {
		f, err := changeFilter(at, q.Batch)
		if err != nil {
			return 0, err
		}
		f.Kind, f.Field = store.ChangeKind(q.Kind), q.Field
		both, err := a.store.ChangeCounts(ctx, f)
		for _, c := range both {
			total += c.Cases
		}
		return total, err
	}
	for _, c := range counts {
		if q.Kind == "" || q.Kind == c.Kind {
			total += c.Cases
		}
	}
	return total, nil
}

// changedValues lists the columns that differ between two versions of a case, in the order of
// the catalogue. Of a case that moved away, only where it went is shown.
func changedValues(was, is *docket.Case, gone bool) []data.ChangedValue {
	var out []data.ChangedValue
	for i := range docket.Fields {
		f := &docket.Fields[i]
		if gone && f.Name != "division" && f.Name != "judge" {
			continue
		}
		if a, b := plainValue(f, was), plainValue(f, is); a != b {
			out = append(out, data.ChangedValue{Field: f.Name, Was: a, Is: b})
		}
	}
	if gone {
		return out
	}
	heads := maps.Clone(was.Extra)
	if heads == nil {
		heads = map[string]string{}
	}
	maps.Copy(heads, is.Extra)
	for _, h := range slices.Sorted(maps.Keys(heads)) {
		if was.Extra[h] != is.Extra[h] {
			out = append(out, data.ChangedValue{Field: h, Was: was.Extra[h], Is: is.Extra[h]})
		}
	}
	return out
}

// plainValue is a column as text, codes as they are stored; an absent value is "".
func plainValue(f *docket.Field, c *docket.Case) string {
	switch f.Kind {
	case docket.Text:
		return *f.Text(c)
	case docket.Day:
		return f.Day(c).String()
	case docket.Amount:
		return f.Money(c).String()
	case docket.Number:
		return fmt.Sprint(*f.Number(c))
	case docket.YesNo:
		return [...]string{docket.Unknown: "", docket.No: "no", docket.Yes: "yes"}[*f.Flag(c)]
	}
	return ""
}
