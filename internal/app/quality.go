package app

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/data"
	"zhunsheng/web/page/overview"
)

// qualityDesk tells what is wrong with the data and what is missing.
type qualityDesk struct{ *App }

// issueFilter narrows a query to the courts of the scope. Issues belong to courts, not to
// divisions or judges: a smaller scope sees those of its court.
func issueFilter(at access.Scope, q data.IssueQuery) (store.IssueFilter, error) {
	f := store.IssueFilter{Batch: q.Batch, Rule: q.Rule, Court: q.Court, OnlyReject: q.Reject, Offset: q.Offset, Limit: max(q.Limit, 0)}
	if err := at.Need(access.ViewBatches); err != nil {
		return f, err
	}
	if !at.City {
		f.Court = at.Court
	}
	return f, nil
}

func (a qualityDesk) Issues(ctx context.Context, at access.Scope, q data.IssueQuery) ([]data.Issue, int, error) {
	f, err := issueFilter(at, q)
	if err != nil {
		return nil, 0, err
	}
	total, err := a.store.CountIssues(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	var rows []data.Issue
	for i, err := range a.store.Issues(ctx, f) {
		if err != nil {
			return nil, 0, err
		}
		rows = append(rows, data.Issue{Batch: i.Batch, Court: i.Court, Issue: i.Issue})
	}
	return rows, int(total), nil
}

func (a qualityDesk) IssueCounts(ctx context.Context, at access.Scope) ([]data.IssueCount, error) {
	f, err := issueFilter(at, data.IssueQuery{})
	if err != nil {
		return nil, err
	}
	counts, err := a.store.IssueCounts(ctx, f)
	if err != nil {
		return nil, err
	}
	rules, err := ledger.LoadRules(a.cfg.Rules)
	if err != nil {
		return nil, err
	}
	var out []data.IssueCount
	for _, c := range counts {
		out = append(out, data.IssueCount{Rule: c.Rule, Court: c.Court, Name: ruleName(rules, c.Rule), Rows: c.Rejected + c.Flagged, Rejects: c.Rejected > 0})
	}
	return out, nil
}

func ruleName(rules *ledger.Rules, id string) statute.Text {
	if r, ok := rules.Rule(id); ok {
		return r.Name
	}
	return statute.Text{Zh: id, En: id}
}

// IssueHead is the header of an issue list.
var IssueHead = []string{"batch", "file", "sheet", "row", "column", "value", "rule", "remedy"}

// ExportIssues writes the issues a scope may see as csv.
func (a qualityDesk) ExportIssues(ctx context.Context, at access.Scope, q data.IssueQuery, w io.Writer) error {
	q.Offset, q.Limit = 0, 0
	f, err := issueFilter(at, q)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(IssueHead); err != nil {
		return err
	}
	for i, err := range a.store.Issues(ctx, f) {
		if err != nil {
			return err
		}
		if err := out.Write([]string{strconv.FormatInt(i.Batch, 10), i.File, i.Sheet, strconv.Itoa(i.Row), i.Column, i.Value, i.Rule, i.Remedy}); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return a.note(ctx, at, "issues.export", q.Rule, q.Court)
}

func (a qualityDesk) Completeness(ctx context.Context, at access.Scope, p civil.Period) ([]data.MonthCount, error) {
	if err := at.Need(access.ViewBatches); err != nil {
		return nil, err
	}
	months, err := a.store.Completeness(ctx, p)
	if err != nil {
		return nil, err
	}
	var out []data.MonthCount
	for _, m := range months {
		if at.City || at.Court == m.Court {
			out = append(out, data.MonthCount{Court: m.Court, Month: m.Month.From, Cases: m.Filed})
		}
	}
	return out, nil
}

// Trust sums up how far the figures of a scope can be believed.
func (a qualityDesk) Trust(ctx context.Context, at access.Scope) (overview.Trust, error) {
	var t overview.Trust
	batches, err := a.store.Batches(ctx)
	if err != nil {
		return t, err
	}
	for _, b := range batches {
		if b.State == store.Committed && b.ID > t.Batch {
			t.Batch, t.Committed = b.ID, b.Committed
		}
	}
	f := store.IssueFilter{}
	if !at.City {
		f.Court = at.Court
	}
	counts, err := a.store.IssueCounts(ctx, f)
	if err != nil {
		return t, err
	}
	for _, c := range counts {
		t.Flagged += c.Flagged
		t.Rejected += c.Rejected
	}
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return t, err
	}
	months, err := a.store.Completeness(ctx, civil.Period{From: civil.NewDate(day.Year()-1, 1, 1), To: day})
	if err != nil {
		return t, err
	}
	for _, m := range months {
		if m.Missing() && (at.City || at.Court == m.Court) {
			t.Gaps++
		}
	}
	return t, nil
}
