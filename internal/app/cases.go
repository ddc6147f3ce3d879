package app

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/audit"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/cases"
)

// caseDesk answers the case pages.
type caseDesk struct{ *App }

// List is one page of a case list, confined to the scope and written to the log.
func (a caseDesk) List(ctx context.Context, at access.Scope, q cases.Query) (cases.List, error) {
	if err := at.Need(access.ViewCases); err != nil {
		return cases.List{}, err
	}
	l, err := a.list(ctx, at, q)
	if err != nil {
		return cases.List{}, err
	}
	return l, a.note(ctx, at, "cases.list", path.Join(q.Set, q.Indicator), strings.TrimSpace(fmt.Sprintf("%s %s %s: %d", q.Side, q.Period, filterText(q), l.Total)))
}

func (a *App) list(ctx context.Context, at access.Scope, q cases.Query) (cases.List, error) {
	switch {
	case q.Text != "":
		return a.findCaseNo(ctx, at, q)
	case q.Indicator != "":
		return a.behindFigure(ctx, at, q)
	}
	where, err := statePred(q.State)
	if err != nil {
		return cases.List{}, err
	}
	scope, err := confine(at)
	if err != nil {
		return cases.List{}, err
	}
	filter := indicator.All(scope, filterOf(q))
	if strings.HasPrefix(q.Pick, cluePrefix) {
		return a.clued(ctx, q, indicator.All(where, filter))
	}
	if q.Pick != "" {
		return a.picked(ctx, q, indicator.All(where, filter))
	}
	if q.Flag != "" {
		return a.flagged(ctx, q, where, filter)
	}
	refs, total, err := a.columns.List(ctx, where, filter, q.Period, q.Offset, q.Limit)
	if err != nil {
		return cases.List{}, err
	}
	rows, err := a.rows(ctx, refs)
	return cases.List{Rows: rows, Total: total}, err
}

// filterOf is the condition of a list's filters.
func filterOf(q cases.Query) *indicator.Pred {
	ps := []*indicator.Pred{indicator.Match(q.Filter)}
	if len(q.Courts) > 0 {
		court, _ := docket.FieldIndex("court")
		ps = append(ps, &indicator.Pred{Op: indicator.TextIn, Field: court, Set: q.Courts})
	}
	for _, group := range q.Except {
		ps = append(ps, &indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{indicator.Match(group)}})
	}
	return indicator.All(ps...)
}

// picked lists a named selection with the reason why each case is in it.
func (a *App) picked(ctx context.Context, q cases.Query, filter *indicator.Pred) (cases.List, error) {
	day, err := a.DataDay(ctx)
	if err != nil {
		return cases.List{}, err
	}
	s, err := a.selection(q.Pick, q.Period, day)
	if err != nil {
		return cases.List{}, err
	}
	refs, err := a.refs(ctx, s, filter)
	if err != nil {
		return cases.List{}, err
	}
	out := cases.List{Total: len(refs), Name: s.name, Definition: s.definition}
	if s.period.From == s.period.To {
		out.Day = s.period.To
	}
	refs = refs[min(max(q.Offset, 0), len(refs)):]
	if q.Limit >= 0 {
		refs = refs[:min(q.Limit, len(refs))]
	}
	if out.Rows, err = a.rows(ctx, refs); err != nil {
		return cases.List{}, err
	}
	n, err := a.ledgerNotes(ctx)
	if err != nil {
		return cases.List{}, err
	}
	for i := range out.Rows {
		out.Rows[i].Reason = a.reason(s, n, out.Rows[i].ID, &out.Rows[i].Case)
	}
	return out, nil
}

// statePred is the condition of an open or closed case, by its closing date.
func statePred(state string) (*indicator.Pred, error) {
	closed, _ := docket.FieldIndex("closed_on")
	has := &indicator.Pred{Op: indicator.Has, Field: closed}
	switch state {
	case "":
		return &indicator.Pred{Op: indicator.True}, nil
	case "closed":
		return has, nil
	case "open":
		return &indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{has}}, nil
	}
	return nil, fault.Invalidf("state %q is neither open nor closed", state)
}

// behindFigure lists the cases of one side of a figure with their reasons.
func (a *App) behindFigure(ctx context.Context, at access.Scope, q cases.Query) (cases.List, error) {
	side := q.Side
	if side == "" {
		side = indicator.NumeratorSide
	}
	req := indicator.CasesRequest{
		Set: q.Set, Indicator: q.Indicator, Side: side, Period: q.Period,
		Filter: filterOf(q), Offset: q.Offset, Limit: q.Limit,
	}
	eng := indicator.Engine(a.columns)
	var err error
	if q.Batch > 0 {
		if eng, err = a.engineAsOf(ctx, q.Batch); err != nil {
			return cases.List{}, err
		}
	}
	out, err := a.reasoned(ctx, at, eng, q.Batch, req)
	if err != nil {
		return cases.List{}, err
	}
	out.Makeup, err = a.makeup(ctx, at, eng, req)
	return out, err
}

// makeup says how a figure comes from its list, in the scope of the reader.
func (a *App) makeup(ctx context.Context, at access.Scope, eng indicator.Engine, req indicator.CasesRequest) (*indicator.Makeup, error) {
	scope, err := confine(at)
	if err != nil {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	req.Filter = indicator.All(scope, req.Filter)
	return a.Book().Makeup(ctx, eng, rosterIn(l.roster, at), req)
}

// reasoned lists cases with the reason why each is counted, from their records and limits as of
// a batch, which is the engine's too; 0 is the ledger in use.
func (a *App) reasoned(ctx context.Context, at access.Scope, eng indicator.Engine, batch int64, req indicator.CasesRequest) (cases.List, error) {
	scope, err := confine(at)
	if err != nil {
		return cases.List{}, err
	}
	req.Filter = indicator.All(scope, req.Filter)
	found := map[int64]store.Record{}
	fetch := func(ids []int64) ([]docket.Case, error) {
		recs, err := a.store.RecordsAsOf(ctx, batch, ids)
		out := make([]docket.Case, len(recs))
		for i, r := range recs {
			found[r.ID] = r
			out[i] = r.Case
		}
		return out, err
	}
	reasoned, total, err := a.Book().Cases(ctx, eng, fetch, req)
	if err != nil {
		return cases.List{}, err
	}
	out := cases.List{Total: total, Rows: make([]cases.Row, len(reasoned))}
	for i, r := range reasoned {
		rec := found[r.ID]
		out.Rows[i] = cases.Row{ID: r.ID, Case: rec.Case, Flags: rec.Flags, Count: r.Count, Minus: r.Minus, Reason: r.Reason}
	}
	return out, nil
}

// flagged lists doubtful records; the flags do not stand in the figure columns, so the list is
// filtered by the notes on the ledger.
func (a *App) flagged(ctx context.Context, q cases.Query, where, filter *indicator.Pred) (cases.List, error) {
	refs, _, err := a.columns.List(ctx, where, filter, q.Period, 0, -1)
	if err != nil {
		return cases.List{}, err
	}
	n, err := a.ledgerNotes(ctx)
	if err != nil {
		return cases.List{}, err
	}
	refs = slices.DeleteFunc(refs, func(r indicator.Ref) bool { return !carries(n.flags[r.ID], q.Flag) })
	out := cases.List{Total: len(refs)}
	refs = refs[min(max(q.Offset, 0), len(refs)):]
	if q.Limit >= 0 {
		refs = refs[:min(q.Limit, len(refs))]
	}
	out.Rows, err = a.rows(ctx, refs)
	return out, err
}

// carries reports whether one of the flags is the one looked for; "any" finds every flag.
func carries(flags []string, want string) bool {
	return len(flags) > 0 && (want == "any" || slices.Contains(flags, want))
}

// findCaseNo looks for a part of a case number inside the scope.
func (a *App) findCaseNo(ctx context.Context, at access.Scope, q cases.Query) (cases.List, error) {
	recs, err := a.store.FindCaseNo(ctx, q.Text, 1000)
	if err != nil {
		return cases.List{}, err
	}
	var rows []cases.Row
	for _, r := range recs {
		if at.Sees(r.Court, r.Division, r.Judge) {
			rows = append(rows, row(r))
		}
	}
	return page(rows, q.Offset, q.Limit), nil
}

func page(rows []cases.Row, offset, limit int) cases.List {
	out := cases.List{Total: len(rows)}
	rows = rows[min(max(offset, 0), len(rows)):]
	if limit >= 0 {
		rows = rows[:min(limit, len(rows))]
	}
	out.Rows = rows
	return out
}

func row(r store.Record) cases.Row { return cases.Row{ID: r.ID, Case: r.Case, Flags: r.Flags} }

// rows fetches the records of refs, in their order.
func (a *App) rows(ctx context.Context, refs []indicator.Ref) ([]cases.Row, error) {
	ids := make([]int64, len(refs))
	for i, r := range refs {
		ids[i] = r.ID
	}
	recs, err := a.store.Records(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]cases.Row, len(recs))
	for i, r := range recs {
		out[i] = row(r)
	}
	return out, nil
}

// Case is one record with its events, relatives, versions and issues.
func (a caseDesk) Case(ctx context.Context, at access.Scope, court, key string) (cases.Record, error) {
	if err := at.Need(access.ViewCases); err != nil {
		return cases.Record{}, err
	}
	r, err := a.store.RecordByKey(ctx, court, key)
	if err != nil {
		return cases.Record{}, err
	}
	if !at.Sees(r.Court, r.Division, r.Judge) {
		return cases.Record{}, fault.NotFoundf("case %s is not in your part of the ledger", key)
	}
	out := cases.Record{Row: row(r), FromBatch: r.FromBatch, File: r.File, Sheet: r.Sheet, Line: r.Row}
	events, err := a.store.Events(ctx, court, key)
	if err != nil {
		return out, fmt.Errorf("events: %w", err)
	}
	for _, e := range events {
		out.Events = append(out.Events, e.Event)
	}
	if out.Related, err = a.related(ctx, at, r); err != nil {
		return out, fmt.Errorf("related cases: %w", err)
	}
	if out.Versions, err = a.versions(ctx, court, key); err != nil {
		return out, fmt.Errorf("versions: %w", err)
	}
	if out.Issues, err = a.issuesOf(ctx, r); err != nil {
		return out, fmt.Errorf("issues: %w", err)
	}
	return out, a.note(ctx, at, "case.view", court+" "+r.CaseNo, "")
}

func (a *App) related(ctx context.Context, at access.Scope, r store.Record) ([]cases.Related, error) {
	recs, err := a.store.Related(ctx, r)
	if err != nil {
		return nil, err
	}
	var out []cases.Related
	known := false
	for _, x := range recs {
		c := x.Case
		if !at.Sees(c.Court, c.Division, c.Judge) {
			c = docket.Case{CaseNo: c.CaseNo, Court: c.Court}
		}
		relation := r.Relation
		if x.CaseNo != r.RelatedNo {
			relation = "has_" + x.Relation
		} else {
			known = true
		}
		out = append(out, cases.Related{Relation: relation, Case: c})
	}
	if r.RelatedNo != "" && !known {
		out = append(out, cases.Related{Relation: r.Relation, Case: docket.Case{CaseNo: r.RelatedNo}})
	}
	return out, nil
}

func (a *App) versions(ctx context.Context, court, key string) ([]cases.Version, error) {
	recs, err := a.store.Versions(ctx, court, key)
	if err != nil {
		return nil, err
	}
	out := make([]cases.Version, len(recs))
	for i, r := range recs {
		b, err := a.store.Batch(ctx, r.FromBatch)
		if err != nil {
			return nil, err
		}
		out[i] = cases.Version{FromBatch: r.FromBatch, ToBatch: r.ToBatch, Committed: b.Committed, File: r.File, Sheet: r.Sheet, Line: r.Row, Case: r.Case}
	}
	slices.SortStableFunc(out, func(x, y cases.Version) int { return int(y.FromBatch - x.FromBatch) })
	return out, nil
}

// issuesOf finds the issues that the row of this version raised.
func (a *App) issuesOf(ctx context.Context, r store.Record) ([]ledger.Issue, error) {
	if len(r.Flags) == 0 {
		return nil, nil
	}
	var out []ledger.Issue
	for i, err := range a.store.Issues(ctx, store.IssueFilter{Batch: r.FromBatch, Court: r.Court, File: r.File}) {
		if err != nil {
			return nil, err
		}
		if i.Row == r.Row && i.Sheet == r.Sheet {
			out = append(out, i.Issue)
		}
	}
	return out, nil
}

// note writes a line of the audit log.
func (a *App) note(ctx context.Context, who access.Scope, action, object, detail string) error {
	_, err := a.store.AppendAudit(ctx, audit.Entry{Who: who.User, Action: action, Object: object, Detail: detail})
	if err != nil {
		return fmt.Errorf("write the log: %w", err)
	}
	a.badges.noted(action)
	return nil
}
