package app

import (
	"context"
	"fmt"
	"io"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/document"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/data"
)

// issuePlace is one table of one file of a batch.
type issuePlace struct {
	batch       int64
	file, sheet string
}

// issueMarks are the issues of a table by row, in the order in which they were found.
type issueMarks map[int][]store.Issue

// ExportIssueBook writes the issues a scope may see as a workbook that clerks can work in: one
// sheet for each table of their files, with the table's own columns and only the rows that have
// an issue, in the order of the file. The doubtful cells are marked; three columns at the right
// say which rule, where, and how to mend it.
func (a qualityDesk) ExportIssueBook(ctx context.Context, at access.Scope, q data.IssueQuery, w io.Writer) error {
	q.Offset, q.Limit = 0, 0
	f, err := a.issueFilter(ctx, at, q)
	if err != nil {
		return err
	}
	places := map[issuePlace]issueMarks{}
	for i, err := range a.store.Issues(ctx, f) {
		if err != nil {
			return err
		}
		p := issuePlace{i.Batch, i.File, i.Sheet}
		if places[p] == nil {
			places[p] = issueMarks{}
		}
		places[p][i.Row] = append(places[p][i.Row], i)
	}
	rules, err := ledger.LoadRules(a.cfg.Rules)
	if err != nil {
		return err
	}
	book, err := a.issueSheets(ctx, places, rules)
	if err != nil {
		return err
	}
	if len(book.Sheets) == 0 {
		book.Sheets = []document.Sheet{{Name: "无问题", Notes: []string{"没有数据问题 / no issues"}}}
	}
	if err := document.WriteXlsx(w, book); err != nil {
		return err
	}
	return a.note(ctx, at, "issues.export", q.Rule, q.Court)
}

// issueSheets reads the archived files again, in the order of the batches and files.
func (a *App) issueSheets(ctx context.Context, places map[issuePlace]issueMarks, rules *ledger.Rules) (document.Workbook, error) {
	var book document.Workbook
	batches, err := a.store.Batches(ctx)
	if err != nil {
		return book, err
	}
	touched := map[[2]any]bool{}
	for p := range places {
		touched[[2]any{p.batch, p.file}] = true
	}
	names := map[string]bool{}
	for i := len(batches) - 1; i >= 0; i-- {
		for _, f := range batches[i].Files {
			if !touched[[2]any{f.Batch, f.Name}] {
				continue
			}
			err := a.importer.Reread(ctx, f, func(t *ledger.Table) error {
				marks := places[issuePlace{f.Batch, f.Name, t.Sheet}]
				if len(marks) == 0 {
					return nil
				}
				s, err := issueSheet(t, marks, rules)
				s.Name = sheetName(names, f.Batch, f.Name, t.Sheet)
				s.Notes = []string{fmt.Sprintf("批次 %d  %s  %s", f.Batch, f.Name, t.Sheet)}
				book.Sheets = append(book.Sheets, s)
				return err
			})
			if err != nil {
				return book, fmt.Errorf("read %s of batch %d again: %w", f.Name, f.Batch, err)
			}
		}
	}
	return book, nil
}

// issueSheet keeps the rows of a table that have issues.
func issueSheet(t *ledger.Table, marks issueMarks, rules *ledger.Rules) (document.Sheet, error) {
	var s document.Sheet
	for _, h := range t.Header {
		s.Columns = append(s.Columns, document.Column{Title: h, Width: 14})
	}
	s.Columns = append(s.Columns, document.Column{Title: "行号"}, document.Column{Title: "问题", Width: 30}, document.Column{Title: "如何更正", Width: 46})
	err := t.Each(func(line int, cells []string) error {
		issues := marks[line]
		if len(issues) == 0 {
			return nil
		}
		row := make([]any, len(t.Header)+3)
		for i := range t.Header {
			row[i] = ""
			if i < len(cells) {
				row[i] = cells[i]
			}
		}
		var found, remedies []string
		for _, x := range issues {
			effect := "存疑"
			if x.Reject {
				effect = "未入库"
			}
			found = append(found, strings.TrimSpace(effect+" "+x.Column+" "+ruleName(rules, x.Rule).Zh))
			remedies = append(remedies, x.Remedy)
			for i, h := range t.Header {
				if text, ok := row[i].(string); ok && h == x.Column {
					row[i] = document.Marked(text)
				}
			}
		}
		row[len(row)-3], row[len(row)-2], row[len(row)-1] = int64(line), strings.Join(found, "；"), strings.Join(remedies, "；")
		s.Rows = append(s.Rows, row)
		return nil
	})
	return s, err
}

// sheetName is a name of at most 31 characters that no other sheet of the book has.
func sheetName(taken map[string]bool, batch int64, file, sheet string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return '_'
		}
		return r
	}, strings.TrimSpace(file+" "+sheet))
	head := fmt.Sprintf("%d ", batch)
	for n := 1; ; n++ {
		tail := ""
		if n > 1 {
			tail = fmt.Sprintf(" %d", n)
		}
		r := []rune(clean)
		name := head + string(r[:min(len(r), 31-len(head)-len(tail))]) + tail
		if key := strings.ToLower(name); !taken[key] {
			taken[key] = true
			return name
		}
	}
}
