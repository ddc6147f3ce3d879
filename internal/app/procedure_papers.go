package app

import (
	"context"
	"fmt"
	"io"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/document"
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
	q.Offset, q.Limit = 0, -1
	reg, err := a.Procedures(ctx, at, q)
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
	for _, x := range reg.Lines {
		before, after := "", ""
		for _, st := range x.Steps {
			if st.After != "" {
				before, after = st.Before, st.After
			}
		}
		s.Rows = append(s.Rows, []any{x.ID, x.Kind.Name().In(lang), x.CaseNo, l.court[x.Court].Name, l.judge[x.Case.Judge], x.Asks.In(lang), x.Reason, x.State.Name().In(lang), x.Next.In(lang), dayCell(x.Asked), dayCell(x.Decided), before, after})
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
