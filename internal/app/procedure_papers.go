package app

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/document"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/procedure"
	"zhunsheng/web/page/procedures"
)

// bilingual picks between the two languages of a file.
func bilingual(lang string) func(zh, en string) string {
	return func(zh, en string) string {
		if lang == "en" {
			return en
		}
		return zh
	}
}

// columnsOf makes columns of heads with | between them.
func columnsOf(heads string) []document.Column {
	var out []document.Column
	for _, h := range strings.Split(heads, "|") {
		out = append(out, document.Column{Title: h, Width: 16})
	}
	return out
}

// dayCell is a day, or an empty cell.
func dayCell(d civil.Date) any {
	if d.IsZero() {
		return nil
	}
	return d
}

// ProcedureXlsx implements [procedures.Source].
func (a procedureDesk) ProcedureXlsx(ctx context.Context, at access.Scope, q procedures.Query, lang string, w io.Writer) error {
	if err := at.Need(access.Export); err != nil {
		return err
	}
	all, err := a.applications(ctx, at, q)
	if err != nil {
		return err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return err
	}
	in := bilingual(lang)
	day, err := a.workDay(ctx)
	if err != nil {
		return err
	}
	s := document.Sheet{Name: in("审限申请", "applications"), Notes: []string{in("截至 ", "as of ") + day.String()},
		Columns: columnsOf(in("编号|种类|案号|法院|承办法官|申请事项|事由|状态|现由谁决定|申请日|决定日|原届满日|批准后届满日", "no.|kind|case|court|judge|asks for|reason|state|decides next|asked|decided|due before|due after"))}
	for _, x := range all {
		s.Rows = append(s.Rows, []any{x.ID, x.Kind.Name().In(lang), x.CaseNo, l.court[x.Court].Name, l.judge[x.Case.Judge], x.Asks.In(lang), x.Reason, x.State.Name().In(lang), x.Next.In(lang), dayCell(x.Asked), dayCell(x.Decided), x.Before, x.After})
	}
	if err := document.WriteXlsx(w, document.Workbook{Sheets: []document.Sheet{s}}); err != nil {
		return err
	}
	return a.note(ctx, at, "procedure.export", string(q.Kind), fmt.Sprintf("%d", len(s.Rows)))
}

// ProcedureForm implements [procedures.Source].
func (a procedureDesk) ProcedureForm(ctx context.Context, who access.Scope, id string, w io.Writer) error {
	one, err := a.Procedure(ctx, who, id)
	if err != nil {
		return err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return err
	}
	c := one.Case
	f := procedure.Form{
		Court: l.court[c.Court].Name, Division: l.division[c.Division].Name, Judge: l.judge[c.Judge], Cause: l.cause[c.Cause], Filed: c.FiledOn,
		Limit: one.Options.Limit.Zh, Asks: one.Asks.Zh, Before: one.Preview.Before, After: one.Preview.After, Grant: one.Preview.Grant.Zh, Window: one.Preview.Window,
	}
	if f.Cause == "" {
		f.Cause = c.Cause
	}
	for _, s := range one.Preview.Findings {
		f.Findings = append(f.Findings, s.Zh)
	}
	for _, s := range one.Preview.Chain {
		f.Seats = append(f.Seats, s.Name.Zh)
	}
	if err := document.WriteDocx(w, f.Document(one.Line.Procedure)); err != nil {
		return err
	}
	return a.note(ctx, who, "procedure.form", id, string(one.Kind))
}

// Papers chooses applications; empty fields choose everything.
type Papers struct {
	Kind  procedure.Kind
	State procedure.State
}

// Check refuses a kind or state that does not exist.
func (q Papers) Check() error {
	if q.Kind != "" && !slices.Contains(procedure.Kinds(), q.Kind) {
		return fault.Invalidf("there is no kind %q; there are %v", q.Kind, procedure.Kinds())
	}
	if q.State != "" && !slices.Contains(procedure.States(), q.State) {
		return fault.Invalidf("there is no state %q; there are %v", q.State, procedure.States())
	}
	return nil
}

// Application is an application with the due days last shown to somebody who took a step, and
// the batch that holds its event.
type Application struct {
	procedures.Line
	Before, After string
	Batch         int64 // 0: not in the ledger
}

// Applications lists the applications of a scope, courts in administrative order.
func (a *App) Applications(ctx context.Context, at access.Scope, q Papers) ([]Application, error) {
	return procedureDesk{a}.applications(ctx, at, procedures.Query{Kind: q.Kind, State: q.State})
}

// applications lists what a query chooses, without pages.
func (a procedureDesk) applications(ctx context.Context, at access.Scope, q procedures.Query) ([]Application, error) {
	q.Offset, q.Limit = 0, -1
	reg, err := a.Procedures(ctx, at, q)
	var out []Application
	for _, l := range reg.Lines {
		x := Application{Line: l}
		for _, s := range l.Steps {
			if s.After != "" {
				x.Before, x.After = s.Before, s.After
			}
			x.Batch = max(x.Batch, s.Batch)
		}
		out = append(out, x)
	}
	return out, err
}
