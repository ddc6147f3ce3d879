package data

import (
	"bytes"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"zhunsheng/internal/civil"
	"zhunsheng/web/ui"
)

// issuesModel is the view model of the issue list.
type issuesModel struct {
	Courts  []ui.Option // columns of the matrix, administrative order
	Rules   []ruleLine
	Totals  []string
	Rule    string
	Court   string
	Reject  bool
	Open    bool
	Batch   string
	Rows    []issueLine
	Page    int
	Total   int
	AnyRule bool
}

type ruleLine struct {
	Rule, Name string
	Rejects    bool
	Cells      []string // by court, the last is the total
}

type issueLine struct {
	Batch, Court, Place, Column, Value, Rule, Remedy string
	Reject                                           bool
}

// issuePage is the number of issues on one page.
const issuePage = 100

func issueQuery(v *ui.View) IssueQuery {
	q := IssueQuery{Rule: v.Query.Get("rule"), Court: v.At.Court, Reject: v.Query.Get("reject") == "1", Open: v.Query.Get("open") == "1"}
	if n, err := strconv.ParseInt(v.Query.Get("batch"), 10, 64); err == nil {
		q.Batch = n
	}
	return q
}

// Issues shows what is wrong by rule and court, and the places.
func (p *Pages) Issues(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	q := issueQuery(v)
	m := issuesModel{Rule: q.Rule, Court: q.Court, Reject: q.Reject, Open: q.Open, Page: pageNumber(v)}
	if q.Batch > 0 {
		m.Batch = strconv.FormatInt(q.Batch, 10)
	}
	counts, err := p.quality.IssueCounts(r.Context(), v.At)
	if err != nil {
		return err
	}
	names := matrix(v, &m, counts)
	q.Offset, q.Limit = (m.Page-1)*issuePage, issuePage
	rows, total, err := p.quality.Issues(r.Context(), v.At, q)
	if err != nil {
		return err
	}
	m.Total = total
	for _, i := range rows {
		l := issueLine{
			Batch: strconv.FormatInt(i.Batch, 10), Court: v.Names("court", i.Court), Column: i.Column, Value: i.Value,
			Rule: names[i.Rule], Remedy: i.Remedy, Reject: i.Reject, Place: i.File,
		}
		if l.Rule == "" {
			l.Rule = i.Rule
		}
		if i.Sheet != "" {
			l.Place += " · " + i.Sheet
		}
		l.Place += " · " + v.T("data.row", "N", i.Row)
		m.Rows = append(m.Rows, l)
	}
	return ui.Render(w, r, http.StatusOK, issuesPage(v, m))
}

// matrix fills rule × court and returns the rules' names. Courts that are on no list share
// the last column, so that the parts add up.
func matrix(v *ui.View, m *issuesModel, counts []IssueCount) map[string]string {
	m.Courts = v.Courts
	if v.At.Court != "" {
		m.Courts = []ui.Option{{Value: v.At.Court, Label: v.Names("court", v.At.Court)}}
	}
	if slices.ContainsFunc(counts, func(c IssueCount) bool { return indexOf(m.Courts, c.Court) < 0 }) {
		m.Courts = append(slices.Clone(m.Courts), ui.Option{Label: v.T("table.unlisted")})
	}
	names := map[string]string{}
	cells := map[string][]int64{}
	rejects := map[string]bool{}
	var order []string
	totals := make([]int64, len(m.Courts)+1)
	for _, c := range counts {
		at := indexOf(m.Courts, c.Court)
		if at < 0 {
			at = len(m.Courts) - 1
		}
		if cells[c.Rule] == nil {
			cells[c.Rule] = make([]int64, len(m.Courts)+1)
			order = append(order, c.Rule)
			names[c.Rule] = v.Pick(c.Name)
		}
		rejects[c.Rule] = rejects[c.Rule] || c.Rejects
		for _, i := range []int{at, len(m.Courts)} {
			cells[c.Rule][i] += c.Rows
			totals[i] += c.Rows
		}
	}
	slices.Sort(order)
	for _, rule := range order {
		m.Rules = append(m.Rules, ruleLine{rule, names[rule], rejects[rule], printed(cells[rule])})
	}
	m.Totals = printed(totals)
	return names
}

func printed(ns []int64) []string {
	out := make([]string, len(ns))
	for i, n := range ns {
		out[i] = ui.Count(n)
		if n == 0 {
			out[i] = ui.None
		}
	}
	return out
}

// ExportIssues gives the list back to the clerks: as csv, or with format=xlsx as their own rows.
func (p *Pages) ExportIssues(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	q := issueQuery(v)
	q.Limit = -1
	format, media, write := "csv", "text/csv; charset=utf-8", p.quality.ExportIssues
	if v.Query.Get("format") == "xlsx" {
		format, media, write = "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", p.quality.ExportIssueBook
	}
	var body bytes.Buffer // the list of issues is short, and an error still becomes a page
	if err := write(r.Context(), v.At, q, &body); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": attachment("issues", v.Query.Get("batch"), q.Court, q.Rule) + "." + format}))
	_, err := w.Write(body.Bytes())
	return err
}

// gaps is the view model of completeness.
type gaps struct {
	Months []string
	Rows   []gapRow
	Totals []string
	Empty  bool
}

type gapRow struct {
	Court string
	Cells []gapCell
	Total string
}

type gapCell struct {
	Text, Link string
	Missing    bool // a month without any case where one is expected
}

// Completeness shows how many cases were filed by court and month, so that a missing file
// is seen.
func (p *Pages) Completeness(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, completenessPage(v, gaps{Empty: true}))
	}
	counts, err := p.quality.Completeness(r.Context(), v.At, v.Period)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, completenessPage(v, gapsOf(v, counts)))
}

func gapsOf(v *ui.View, counts []MonthCount) gaps {
	courts := v.Courts
	if v.At.Court != "" {
		courts = []ui.Option{{Value: v.At.Court, Label: v.Names("court", v.At.Court)}}
	}
	number := map[string]map[civil.Date]int64{}
	for _, c := range counts {
		if number[c.Court] == nil {
			number[c.Court] = map[civil.Date]int64{}
		}
		number[c.Court][c.Month] += c.Cases
		if indexOf(courts, c.Court) < 0 {
			courts = append(slices.Clone(courts), ui.Option{Value: c.Court, Label: v.Names("court", c.Court)})
		}
	}
	months := v.Period.Months()
	m := gaps{Empty: len(counts) == 0}
	totals := make([]int64, len(months)+1)
	for _, p := range months {
		m.Months = append(m.Months, p.From.String()[:7])
	}
	for _, court := range courts {
		row := gapRow{Court: court.Label}
		var sum int64
		for i, p := range months {
			y, mo, _ := p.From.YMD()
			n := number[court.Value][civil.NewDate(y, mo, 1)]
			cell := gapCell{Text: ui.Count(n)}
			switch {
			case n > 0:
				cell.Link = string(v.To("/cases", "court", court.Value, "division", "", "judge", "", "period", p.String(), "set", "volume", "indicator", "filed", "side", "numerator"))
			case p.From > v.AsOf.Day:
				cell.Text = ""
			default:
				cell.Text, cell.Missing = v.T("data.missing"), true
			}
			sum += n
			totals[i] += n
			row.Cells = append(row.Cells, cell)
		}
		totals[len(months)] += sum
		row.Total = ui.Count(sum)
		m.Rows = append(m.Rows, row)
	}
	m.Totals = printed(totals)
	return m
}
