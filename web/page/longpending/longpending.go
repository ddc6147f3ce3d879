package longpending

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the screen.
type Pages struct{ source Source }

// New builds the handlers.
func New(source Source) *Pages { return &Pages{source} }

// pageSize is the number of inactive cases on one page.
const pageSize = 20

// model is the view model of the page.
type model struct {
	Head    string // of the units
	Columns []string
	Rows    []row
	Total   row
	Steps   []step
	Stalls  []row
	Idle    []idle
	Page    int
	Found   int
	Title   string
	All     string // the same list with all columns, for export
}

type row struct {
	Name  string
	Link  string
	Cells []cell
}

type cell struct{ Text, Link string }

type step struct {
	Label, Link string
	On          bool
}

type idle struct{ No, Link, Court, Division, Holder, Kind, Day, Days, Filed, Cause string }

// Show answers GET /longpending.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	stock, err := p.source.Stock(r.Context(), v.At)
	if err != nil {
		return fmt.Errorf("long-pending: %w", err)
	}
	m := modelOf(v, stock)
	if len(stock.Steps) > 0 {
		if err := p.idle(r, v, stock, &m); err != nil {
			return err
		}
	}
	return ui.Render(w, r, http.StatusOK, page(v, m))
}

func modelOf(v *ui.View, s Stock) model {
	m := model{Head: v.Units.Whole}
	if s.Field != "" {
		m.Head = v.T("field." + s.Field)
	}
	for _, c := range s.Columns {
		m.Columns = append(m.Columns, v.Pick(c.Name))
	}
	for _, x := range s.Rows {
		r := row{Name: v.Names(s.Field, x.Code)}
		unit := []string{s.Field, x.Code}
		if x.Code == "" {
			r.Name, unit = v.T("table.unstated"), []string{"f-" + s.Field, "~"}
		} else {
			r.Link = string(v.To("/longpending", unit...))
		}
		if s.Field == "judge" && x.Code != "" { // a judge who has moved since is found by filter only
			r.Link, unit[0] = "", "f-judge"
		}
		r.Cells = cells(v, s.Columns, x.Counts, unit)
		m.Rows = append(m.Rows, r)
	}
	m.Total = row{Name: v.T("table.total"), Cells: cells(v, s.Columns, s.Total.Counts, nil)}
	for _, x := range s.Stalls {
		r := row{Name: v.Names("event", x.Kind)}
		for i, n := range x.Counts {
			r.Cells = append(r.Cells, cell{ui.Count(n), list(v, "inactive_"+strconv.Itoa(s.Steps[i])+"."+x.Kind)})
		}
		m.Stalls = append(m.Stalls, r)
	}
	return m
}

func cells(v *ui.View, columns []Column, counts []int64, unit []string) []cell {
	var out []cell
	for i, n := range counts {
		out = append(out, cell{ui.Count(n), list(v, columns[i].Pick, unit...)})
	}
	return out
}

func list(v *ui.View, pick string, more ...string) string {
	return string(v.To("/cases", append([]string{"pick", pick}, more...)...))
}

// idle fills in one page of the inactive cases.
func (p *Pages) idle(r *http.Request, v *ui.View, s Stock, m *model) error {
	days := s.Steps[0]
	if text := v.Query.Get("days"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || !slices.Contains(s.Steps, n) {
			return fault.At("days", v.T("longpending.bad_days", "Text", text), "")
		}
		days = n
	}
	stall := v.Query.Get("stall")
	m.Page, _ = strconv.Atoi(v.Query.Get("page"))
	m.Page = max(m.Page, 1)
	found, total, err := p.source.Idle(r.Context(), v.At, days, stall, (m.Page-1)*pageSize, pageSize)
	if err != nil {
		return fmt.Errorf("long-pending: %w", err)
	}
	m.Found, m.Title = total, v.T("longpending.idle", "N", days)
	pick := "inactive_" + strconv.Itoa(days)
	if stall != "" {
		pick += "." + stall
	}
	m.All = list(v, pick)
	for _, n := range s.Steps {
		m.Steps = append(m.Steps, step{v.T("longpending.days", "N", n), string(v.Here("days", strconv.Itoa(n))), n == days})
	}
	for _, x := range found {
		c := x.Case
		i := idle{
			No: c.CaseNo, Link: string(v.To("/cases/one", "of", c.Court, "key", c.Key)), Court: v.Names("court", c.Court), Division: v.Names("division", c.Division),
			Holder: v.Names("judge", x.Holder), Kind: v.Names("event", x.Kind), Day: ui.Day(x.Day), Days: ui.Count(int64(x.Days)), Filed: ui.Day(c.FiledOn), Cause: v.Names("cause", c.Cause),
		}
		if i.No == "" {
			i.No = c.Key
		}
		m.Idle = append(m.Idle, i)
	}
	return nil
}
