package data

import (
	"context"
	"net/http"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// ChangeQuery narrows what a batch changed; empty texts choose everything.
type ChangeQuery struct {
	Batch         int64
	Kind, Field   string // of ChangeKinds; a column of a case
	Offset, Limit int
}

// ChangeKinds are what a batch can do to a case, in the order of the page; came and gone are
// moves between the divisions and judges of a court.
var ChangeKinds = []string{"new", "closed", "reopened", "changed", "came", "gone"}

// ChangeCount is the number of cases of a court that a batch changed in one way.
type ChangeCount struct {
	Court, Kind string
	Cases       int64
}

// FieldCount is how many known cases got another value in a column.
type FieldCount struct {
	Field string
	Cases int64
}

// ChangedCase is a case that a batch wrote.
type ChangedCase struct {
	Kind, Court, Key, CaseNo string
	File, Sheet              string
	Row                      int
	Open                     bool // the reader may open the case; one that moved away stays closed
	Values                   []ChangedValue
}

// ChangedValue is a column before and after; codes are not in words yet.
type ChangedValue struct {
	Field   string // of the catalogue, or the head of a column kept as it was
	Was, Is string // empty: absent
}

// Ledger tells what a batch changed.
type Ledger interface {
	ChangeCounts(ctx context.Context, at access.Scope, batch int64) ([]ChangeCount, []FieldCount, error)
	Changes(ctx context.Context, at access.Scope, q ChangeQuery) (rows []ChangedCase, total int, err error)
}

// changePage is the number of changed cases on one page.
const changePage = 50

// changesModel is the view model of the page.
type changesModel struct {
	Batch   string
	Lead    string
	Batches []ui.Option
	Kinds   []string // headings of the matrix
	Rows    []changeRow
	Fields  []changeLink
	Chips   []changeLink // conditions of the list, each with the way to drop it
	Cases   []changedLine
	Page    int
	Total   int
}

type changeRow struct {
	Court string
	Cells []changeLink
	Total bool
}

type changeLink struct{ Text, Count, Link string }

type changedLine struct {
	No, Link, Kind, Court, Place string
	Values                       []changedText
}

type changedText struct{ Label, Was, Is string }

// Changes shows what the last import, or the one named by batch=, changed.
func (p *Pages) Changes(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	all, err := p.imports.Batches(r.Context(), v.At)
	if err != nil {
		return err
	}
	m := changesModel{Page: pageNumber(v)}
	q, err := changeQuery(v, &m, all)
	if err != nil {
		return err
	}
	if q.Batch == 0 {
		return ui.Render(w, r, http.StatusOK, changesPage(v, m))
	}
	counts, fields, err := p.ledger.ChangeCounts(r.Context(), v.At, q.Batch)
	if err != nil {
		return err
	}
	changeMatrix(v, &m, counts)
	for _, f := range fields {
		m.Fields = append(m.Fields, changeLink{fieldName(v, f.Field), ui.Count(f.Cases), string(v.Here("field", f.Field, "kind", "")) + "#list"})
	}
	q.Offset, q.Limit = (m.Page-1)*changePage, changePage
	rows, total, err := p.ledger.Changes(r.Context(), v.At, q)
	if err != nil {
		return err
	}
	m.Total = total
	for _, c := range rows {
		m.Cases = append(m.Cases, changedLineOf(v, c))
	}
	return ui.Render(w, r, http.StatusOK, changesPage(v, m))
}

// changeQuery reads the address and fills the choice of batches.
func changeQuery(v *ui.View, m *changesModel, all []Batch) (ChangeQuery, error) {
	q := ChangeQuery{Kind: v.Query.Get("kind"), Field: v.Query.Get("field")}
	asked := v.Query.Get("batch")
	for _, b := range all {
		if b.State != "committed" {
			continue
		}
		id := strconv.FormatInt(b.ID, 10)
		m.Batches = append(m.Batches, ui.Option{Value: id, Label: v.T("changes.batch", "ID", id, "Time", ui.Clock(b.Committed))})
		if asked == id || asked == "" && q.Batch == 0 && b.Mapping != "office" { // what the office posts by itself is no import
			q.Batch, m.Batch = b.ID, id
			m.Lead = v.T("changes.of", "ID", id, "Time", ui.Clock(b.Committed))
		}
	}
	if asked != "" && q.Batch == 0 {
		return q, fault.NotFoundf("%s", v.T("changes.no_batch", "ID", asked))
	}
	if q.Kind != "" {
		m.Chips = append(m.Chips, changeLink{Text: v.Code("changes.kind", q.Kind), Link: string(v.Here("kind", ""))})
	}
	if q.Field != "" {
		m.Chips = append(m.Chips, changeLink{Text: v.T("changes.field", "Name", fieldName(v, q.Field)), Link: string(v.Here("field", ""))})
	}
	return q, nil
}

// changeMatrix fills court × kind; the kinds that cannot occur in the scope are left out.
func changeMatrix(v *ui.View, m *changesModel, counts []ChangeCount) {
	kinds := ChangeKinds
	if v.At.Division == "" && v.At.Judge == "" {
		kinds = kinds[:4]
	}
	courts := v.Courts
	if v.At.Court != "" {
		courts = []ui.Option{{Value: v.At.Court, Label: v.Names("court", v.At.Court)}}
	}
	number := map[string]map[string]int64{}
	for _, c := range counts {
		if indexOf(courts, c.Court) < 0 {
			courts = append(courts[:len(courts):len(courts)], ui.Option{Value: c.Court, Label: v.Names("court", c.Court)})
		}
		if number[c.Court] == nil {
			number[c.Court] = map[string]int64{}
		}
		number[c.Court][c.Kind] += c.Cases
		number[""] = sumInto(number[""], c.Kind, c.Cases)
	}
	for _, k := range kinds {
		m.Kinds = append(m.Kinds, v.T("changes.kind."+k))
	}
	for _, court := range courts {
		m.Rows = append(m.Rows, changeCells(v, kinds, court, number[court.Value]))
	}
	total := changeCells(v, kinds, ui.Option{Value: v.At.Court, Label: v.T("table.total")}, number[""])
	total.Total = true
	m.Rows = append(m.Rows, total)
}

func sumInto(m map[string]int64, key string, n int64) map[string]int64 {
	if m == nil {
		m = map[string]int64{}
	}
	m[key] += n
	return m
}

func changeCells(v *ui.View, kinds []string, court ui.Option, n map[string]int64) changeRow {
	row := changeRow{Court: court.Label}
	sum := int64(0)
	for _, k := range kinds {
		row.Cells = append(row.Cells, changeLink{Count: ui.Count(n[k]), Link: string(v.Here("court", court.Value, "kind", k, "field", "")) + "#list"})
		sum += n[k]
	}
	row.Cells = append(row.Cells, changeLink{Count: ui.Count(sum), Link: string(v.Here("court", court.Value, "kind", "", "field", "")) + "#list"})
	return row
}

func changedLineOf(v *ui.View, c ChangedCase) changedLine {
	l := changedLine{No: c.CaseNo, Kind: v.Code("changes.kind", c.Kind), Court: v.Names("court", c.Court), Place: c.File}
	if l.No == "" {
		l.No = c.Key
	}
	if c.Open {
		l.Link = string(v.To("/cases/one", "of", c.Court, "key", c.Key))
	}
	if c.Sheet != "" {
		l.Place += " · " + c.Sheet
	}
	l.Place += " · " + v.T("data.row", "N", c.Row)
	for _, x := range c.Values {
		l.Values = append(l.Values, changedText{fieldName(v, x.Field), valueText(v, x.Field, x.Was), valueText(v, x.Field, x.Is)})
	}
	return l
}

// valueText is a stored value in words, "–" for an absent one.
func valueText(v *ui.View, field, value string) string {
	if f, ok := docket.FieldByName(field); ok && f.Kind == docket.YesNo && value != "" {
		return v.T("case." + value)
	}
	if value == "" {
		return ui.None
	}
	return v.Names(field, value)
}
