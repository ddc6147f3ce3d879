package app

import (
	"context"
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
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
func (a *App) issueFilter(ctx context.Context, at access.Scope, q data.IssueQuery) (store.IssueFilter, error) {
	f := store.IssueFilter{Batch: q.Batch, Rule: q.Rule, Court: q.Court, OnlyReject: q.Reject, Offset: q.Offset, Limit: max(q.Limit, 0)}
	if err := at.Need(access.ViewBatches); err != nil {
		return f, err
	}
	if !at.City {
		f.Court = at.Court
	}
	if !q.Open {
		return f, nil
	}
	settled, err := a.settled(ctx)
	f.Without = slices.Sorted(maps.Keys(settled))
	return f, err
}

func (a qualityDesk) Issues(ctx context.Context, at access.Scope, q data.IssueQuery) ([]data.Issue, int, error) {
	f, err := a.issueFilter(ctx, at, q)
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
	f, err := a.issueFilter(ctx, at, data.IssueQuery{})
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

// flagNames are the rules of validation in words, by id.
func (a *App) flagNames() (map[string]statute.Text, error) {
	rules, err := ledger.LoadRules(a.cfg.Rules)
	if err != nil {
		return nil, err
	}
	out := map[string]statute.Text{}
	for _, r := range rules.All() {
		out[r.ID] = r.Name
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
	f, err := a.issueFilter(ctx, at, q)
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

// Completeness counts the cases filed by court and month; months of a known court without any
// are there with 0.
func (a qualityDesk) Completeness(ctx context.Context, at access.Scope, p civil.Period) ([]data.MonthCount, error) {
	if err := at.Need(access.ViewBatches); err != nil {
		return nil, err
	}
	months, err := a.filedByMonth(ctx, p)
	if err != nil {
		return nil, err
	}
	var out []data.MonthCount
	for _, m := range months {
		if at.City || at.Court == m.Court {
			out = append(out, m)
		}
	}
	return out, nil
}

// filedByMonth comes from the figure columns: the same counts as everywhere else.
func (a *App) filedByMonth(ctx context.Context, p civil.Period) ([]data.MonthCount, error) {
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	figures, err := a.Book().Compute(ctx, a.columns, nil, nil, indicator.Request{Set: "volume", Indicators: []string{"filed"}, Period: p, By: []string{"court", "month"}})
	if err != nil {
		return nil, err
	}
	cells := map[data.MonthCount]int64{} // court and month, without cases
	courts := map[string]bool{}
	for _, c := range l.courts {
		courts[c.Code] = true
	}
	for _, f := range figures {
		n := f.Value.Num().Int64()
		cells[data.MonthCount{Court: f.By[0], Month: f.Period.From}] = n
		courts[f.By[0]] = courts[f.By[0]] || n > 0
	}
	var out []data.MonthCount
	for _, court := range slices.SortedFunc(maps.Keys(courts), l.compare) {
		for _, m := range p.Months() {
			if courts[court] {
				c := data.MonthCount{Court: court, Month: m.From}
				c.Cases = cells[c]
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// trust is what the pages say about the data of one court, kept until the next batch.
type trust struct{ rejected, gaps int64 }

// Trust sums up how far the figures of a scope can be believed. It is counted once per batch:
// every page asks for it.
func (a qualityDesk) Trust(ctx context.Context, at access.Scope) (overview.Trust, error) {
	s, err := officeDesk(a).State(ctx)
	if err != nil {
		return overview.Trust{}, err
	}
	byCourt, err := a.trustByCourt(ctx, s.DataDay)
	if err != nil {
		return overview.Trust{}, err
	}
	t := overview.Trust{Batch: s.Batch, Committed: s.Committed}
	for court, x := range byCourt {
		if at.City || court == at.Court {
			t.Rejected, t.Gaps = t.Rejected+x.rejected, t.Gaps+int(x.gaps)
		}
	}
	notes, err := a.ledgerNotes(ctx)
	if err != nil {
		return overview.Trust{}, err
	}
	for _, f := range notes.flagged {
		if at.Sees(f.Court, f.Division, f.Judge) {
			t.Flagged++
		}
	}
	return t, nil
}

// gapPeriod are the months looked at for courts that reported nothing: since January of last
// year.
func gapPeriod(day civil.Date) civil.Period {
	return civil.Period{From: civil.NewDate(day.Year()-1, 1, 1), To: day}
}

func (a *App) trustByCourt(ctx context.Context, day civil.Date) (map[string]trust, error) {
	a.mu.Lock()
	kept := a.trust
	a.mu.Unlock()
	if kept != nil {
		return kept, nil
	}
	out := map[string]trust{}
	counts, err := a.store.IssueCounts(ctx, store.IssueFilter{})
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		t := out[c.Court]
		t.rejected += c.Rejected
		out[c.Court] = t
	}
	if !day.IsZero() {
		months, err := a.filedByMonth(ctx, gapPeriod(day))
		if err != nil {
			return nil, err
		}
		for _, m := range months {
			if m.Cases == 0 {
				t := out[m.Court]
				t.gaps++
				out[m.Court] = t
			}
		}
	}
	a.mu.Lock()
	a.trust = out
	a.mu.Unlock()
	return out, nil
}
