package limits

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// pageSize is the number of cases on one page.
const pageSize = 30

// overviewModel is the view model of the overview.
type overviewModel struct {
	Head     string // of the units
	Columns  []columnModel
	Rows     []rowCells
	Total    rowCells
	Findings []findingModel
	Period   string
	Tabs     []tab
	Title    string
	All      string // the same cases with all columns, for export
	Page     int
	Found    int
	Cases    []caseModel
}

type columnModel struct{ Name, Hint string }

type rowCells struct {
	Name, Link string
	Cells      []figure
}

type figure struct{ Text, Link string }

type findingModel struct{ Code, Question, Evidence, EvidenceText, Count, Link string }

type tab struct {
	Label, Link string
	On          bool
}

// caseModel is one case of the list, ready to print.
type caseModel struct {
	No, Link, Court, Division, Judge, Limit string
	From, Base, Due, Left                   string
	Kind, Shape                             string
	Extended, Deducted, Open                string
}

// Overview answers GET /limits.
func (p *Pages) Overview(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	o, err := p.source.Overview(r.Context(), v.At)
	if err != nil {
		return fmt.Errorf("time limits: %w", err)
	}
	m := overviewOf(v, o)
	state := strings.TrimSpace(v.Query.Get("state"))
	if state == "" {
		state = o.Columns[0].Pick
	}
	at := slices.IndexFunc(o.Columns, func(c Column) bool { return c.Pick == state })
	if at < 0 {
		return fault.At("state", v.T("limits.bad_state", "Text", state), "")
	}
	for i, c := range o.Columns {
		m.Tabs = append(m.Tabs, tab{v.Pick(c.Name) + " " + ui.Count(o.Total.Counts[i]), string(v.Here("state", c.Pick)), i == at})
	}
	m.Title, m.All = v.Pick(o.Columns[at].Name), list(v, state)
	m.Page = pageNumber(v)
	found, total, err := p.source.Cases(r.Context(), v.At, state, (m.Page-1)*pageSize, pageSize)
	if err != nil {
		return fmt.Errorf("time limits: %w", err)
	}
	m.Found = total
	for i := range found {
		m.Cases = append(m.Cases, caseOf(v, &found[i], o.Day))
	}
	return ui.Render(w, r, http.StatusOK, overviewPage(v, m))
}

func pageNumber(v *ui.View) int {
	n, err := strconv.Atoi(v.Query.Get("page"))
	if err != nil {
		return 1
	}
	return max(n, 1)
}

func overviewOf(v *ui.View, o Overview) overviewModel {
	m := overviewModel{Head: v.Units.Whole, Period: v.PeriodName(o.Period)}
	if o.Field != "" {
		m.Head = v.T("field." + o.Field)
	}
	for _, c := range o.Columns {
		m.Columns = append(m.Columns, columnModel{v.Pick(c.Name), v.Pick(c.Hint)})
	}
	for _, x := range o.Rows {
		r := rowCells{Name: v.Names(o.Field, x.Code)}
		unit := []string{o.Field, x.Code}
		if x.Code == "" {
			r.Name, unit = v.T("table.unstated"), []string{"f-" + o.Field, "~"}
		} else {
			r.Link = string(v.To("/limits", unit...))
		}
		if o.Field == "judge" && x.Code != "" { // a judge who has moved since is found by filter only
			r.Link, unit[0] = "", "f-judge"
		}
		r.Cells = cells(v, o.Columns, x.Counts, unit)
		m.Rows = append(m.Rows, r)
	}
	m.Total = rowCells{Name: v.T("table.total"), Cells: cells(v, o.Columns, o.Total.Counts, nil)}
	for _, f := range o.Findings {
		if f.Count > 0 {
			m.Findings = append(m.Findings, findingModel{f.Code, v.Pick(f.Question), f.Evidence, v.Code("strip.evidence", f.Evidence), ui.Count(f.Count), list(v, f.Pick, "period", o.Period.String())})
		}
	}
	return m
}

func cells(v *ui.View, columns []Column, counts []int64, unit []string) []figure {
	var out []figure
	for i, n := range counts {
		out = append(out, figure{ui.Count(n), list(v, columns[i].Pick, unit...)})
	}
	return out
}

func list(v *ui.View, pick string, more ...string) string {
	return string(v.To("/cases", append([]string{"pick", pick}, more...)...))
}

// caseOf prints one case with where it stands on the day; on the due day it is not yet over.
func caseOf(v *ui.View, c *docket.Case, day civil.Date) caseModel {
	l := &c.Limit
	m := caseModel{No: c.CaseNo, Link: string(v.To("/cases/one", "of", c.Court, "key", c.Key)), Court: v.Names("court", c.Court), Division: v.Names("division", c.Division),
		Judge: v.Names("judge", c.Judge), Limit: l.Rule, From: ui.Day(l.FromOn), Base: ui.Day(l.BaseDueOn), Due: ui.Day(l.DueOn), Open: ui.Day(l.OpenOn), Deducted: ui.Count(int64(l.DeductedDays)), Extended: ui.None}
	if m.No == "" {
		m.No = c.Key
	}
	if l.Extended == docket.Yes {
		m.Extended = v.T("case.yes")
	}
	if l.Rule == "" {
		m.Limit = v.Code("limits.problem", l.Problem)
	}
	if !l.DueOn.IsZero() {
		m.Kind, m.Shape, m.Left = standing(v, l.DueOn.Sub(day))
	}
	return m
}

// standing says in shape and words how many days are left.
func standing(v *ui.View, left int) (kind, shape, text string) {
	switch {
	case left < 0:
		return "above", "▲", v.N("strip.over", int64(-left))
	case left == 0:
		return "below", "◆", v.T("strip.due_today")
	}
	return "case", "○", v.N("strip.left", int64(left))
}
