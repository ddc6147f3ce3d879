package app

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/document"
	"zhunsheng/internal/fault"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/ui"
)

// Export writes a whole case list as csv or xlsx: the same rows, under the same scope, as the
// page shows.
func (a caseDesk) Export(ctx context.Context, at access.Scope, q cases.Query, format string, w io.Writer) error {
	if err := at.Need(access.Export); err != nil {
		return err
	}
	q.Offset, q.Limit = 0, -1
	l, err := a.list(ctx, at, q)
	if err != nil {
		return err
	}
	if err := a.note(ctx, at, "cases.export", path.Join(q.Set, q.Indicator), fmt.Sprintf("%s %s %s %v: %d", format, q.Side, q.Period, q.Filter, l.Total)); err != nil {
		return err
	}
	names, err := a.officeLists(ctx)
	if err != nil {
		return err
	}
	sheet := a.caseSheet(names, "案件清单", l.Rows, q.Lang)
	switch format {
	case "csv":
		return writeCSV(w, sheet)
	case "xlsx":
		day, err := a.DataDay(ctx)
		if err != nil {
			return err
		}
		sheet.Notes = []string{
			"数据截至 " + day.String() + "  共 " + fmt.Sprint(l.Total) + " 件",
			"指标 " + orDash(strings.Trim(q.Set+"/"+q.Indicator+" "+string(q.Side), "/ ")) + "  统计期 " + periodText(q),
			"筛选 " + orDash(filterText(q)),
		}
		return document.WriteXlsx(w, document.Workbook{Sheets: []document.Sheet{sheet}})
	}
	return fault.Invalidf("format %q is neither csv nor xlsx", format)
}

func periodText(q cases.Query) string {
	if q.Period.From.IsZero() {
		return "–"
	}
	return q.Period.String()
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// filterText prints the filters of a list in a fixed order.
func filterText(q cases.Query) string {
	var parts []string
	for k, v := range q.Filter {
		parts = append(parts, k+"="+v)
	}
	slices.Sort(parts)
	for _, p := range []struct{ name, value string }{{"pick", q.Pick}, {"except", ui.JoinGroups(q.Except)}, {"state", q.State}, {"flag", q.Flag}, {"text", q.Text}} {
		if p.value != "" {
			parts = append(parts, p.name+"="+p.value)
		}
	}
	return strings.Join(parts, " ")
}

// caseSheet prints case rows as typed cells: every canonical column, names beside ids, flags
// and the reason why the case is in the list.
func (a *App) caseSheet(l *lists, name string, rows []cases.Row, lang string) document.Sheet {
	s := document.Sheet{Name: name}
	head := func(f *docket.Field) string {
		if lang == "en" {
			return f.En
		}
		return f.Zh
	}
	shown := exportFields()
	for _, f := range shown {
		width := 12.0
		if f.Name == "case_no" || f.Name == "related_no" {
			width = 26
		}
		s.Columns = append(s.Columns, document.Column{Title: head(f), Width: width})
	}
	last := []string{"存疑规则", "列入原因"}
	if lang == "en" {
		last = []string{"flags", "why it is here"}
	}
	s.Columns = append(s.Columns, document.Column{Title: last[0]}, document.Column{Title: last[1], Width: 40})
	for i := range rows {
		r := &rows[i]
		cells := make([]any, 0, len(s.Columns))
		for _, f := range shown {
			cells = append(cells, a.cell(l, f, &r.Case, lang))
		}
		reason := r.Reason.Zh
		if lang == "en" {
			reason = r.Reason.En
		}
		s.Rows = append(s.Rows, append(cells, strings.Join(r.Flags, " "), reason))
	}
	return s
}

// exportFields are the columns of an export: all but the technical key.
func exportFields() []*docket.Field {
	var out []*docket.Field
	for i := range docket.Fields {
		if f := &docket.Fields[i]; f.Name != "key" {
			out = append(out, f)
		}
	}
	return out
}

// cell is one typed value of a case, codes and ids in words.
func (a *App) cell(l *lists, f *docket.Field, c *docket.Case, lang string) any {
	switch f.Kind {
	case docket.Day:
		return *f.Day(c)
	case docket.Amount:
		m := *f.Money(c)
		if !m.Known {
			return nil
		}
		return float64(m.Cents) / 100
	case docket.Number:
		return int64(*f.Number(c))
	case docket.YesNo:
		if lang == "en" {
			return [...]string{docket.Unknown: "", docket.No: "no", docket.Yes: "yes"}[*f.Flag(c)]
		}
		return [...]string{docket.Unknown: "", docket.No: "否", docket.Yes: "是"}[*f.Flag(c)]
	}
	return a.nameIn(l, f.Name, *f.Text(c), lang)
}

// writeCSV prints a sheet as UTF-8 with a header row; dates are YYYY-MM-DD, no value is empty.
func writeCSV(w io.Writer, s document.Sheet) error {
	out := csv.NewWriter(w)
	line := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		line[i] = c.Title
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for _, r := range s.Rows {
		for i, v := range r {
			line[i] = ""
			if v != nil {
				line[i] = fmt.Sprint(v)
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
