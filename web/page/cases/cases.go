package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the screen.
type Pages struct {
	source    Source
	catalogue Catalogue
	notes     Notes
	law       Law
}

// New builds the handlers.
func New(source Source, catalogue Catalogue, notes Notes, law Law) *Pages {
	return &Pages{source, catalogue, notes, law}
}

// pageSize is the number of cases on one page of a list.
const pageSize = 50

// filterPrefix marks the parameters that filter by a column: f-line=civil. The value "~"
// means "not given".
const filterPrefix = "f-"

// listModel is the view model of the case list.
type listModel struct {
	Title, Lead string
	Chips       []chip
	Sides       []side // numerator, denominator, excluded of the indicator
	States      []side // all, open, closed, flagged: without an indicator
	Lines       []ui.Option
	Line        string
	Why         bool // the list explains why each case is in it
	Rows        []caseRow
	Makeup      makeup
	Page, Total int
	CanExport   bool
	CSV, XLSX   string
}

// chip is one condition of the list, with the way to drop it.
type chip struct{ Text, Drop string }

type side struct {
	Label, Link string
	On          bool
}

// caseRow is one line, already formatted.
type caseRow struct {
	No, Link, Court, Division, Judge, Cause, Procedure string
	Filed, Due, Closed                                 string
	StateShape, State                                  string
	Flags                                              []string
	Count, Reason                                      string
}

// List answers GET /cases: the cases of one side of a figure, or of the ledger.
func (p *Pages) List(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	q, err := query(v)
	if err != nil {
		return err
	}
	m := listModel{Page: pageNumber(v), CanExport: v.Who.Can(access.Export), Why: q.Indicator != "" || q.Pick != ""}
	q.Offset, q.Limit = (m.Page-1)*pageSize, pageSize
	list, err := p.find(r.Context(), v, q)
	if err != nil {
		return fmt.Errorf("case list: %w", err)
	}
	m.Total = list.Total
	titles, err := p.describe(v, q, &m)
	if err != nil {
		return err
	}
	if q.Pick != "" {
		describePick(v, list, &m)
	}
	m.Makeup = makeupOf(v, list.Makeup, titles)
	for _, row := range list.Rows {
		m.Rows = append(m.Rows, rowOf(v, row, titles))
	}
	m.Line = q.Filter["line"]
	for _, l := range []string{"criminal", "civil", "administrative", "enforcement", "compensation", "other"} {
		m.Lines = append(m.Lines, ui.Option{Value: l, Label: v.Names("line", l)})
	}
	m.CSV, m.XLSX = export(v, "csv"), export(v, "xlsx")
	return ui.Render(w, r, http.StatusOK, listPage(v, m))
}

// find asks for one page of the list; an installation without data has none.
func (p *Pages) find(ctx context.Context, v *ui.View, q Query) (List, error) {
	if v.AsOf.Day.IsZero() {
		return List{}, nil
	}
	return p.source.List(ctx, v.At, q)
}

// export is the address of the whole list as a file: the same conditions, all pages.
func export(v *ui.View, format string) string {
	link := string(v.Here("format", format))
	return "/cases/export" + strings.TrimPrefix(link, v.Path)
}

// query reads the conditions from the address; a filter on an unknown column is refused,
// because a wrong filter must not show more than was asked for.
func query(v *ui.View) (Query, error) {
	q := Query{
		Set: v.Query.Get("set"), Indicator: v.Query.Get("indicator"), Side: indicator.Side(v.Query.Get("side")), Period: v.Period,
		State: v.Query.Get("state"), Flag: v.Query.Get("flag"), Text: strings.TrimSpace(v.Query.Get("q")),
		Lang: v.Lang[:2], Filter: map[string]string{}, Pick: v.Query.Get("pick"),
	}
	if courts := v.Query.Get("courts"); courts != "" {
		q.Courts = strings.Split(courts, ",")
	}
	if text := v.Query.Get("batch"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return Query{}, fault.At("batch", v.T("cases.bad_batch"), "")
		}
		q.Batch = n
	}
	if q.Pick != "" && (q.Set != "" || q.Text != "" || q.Flag != "") {
		return Query{}, fault.At("pick", v.T("cases.pick_alone"), "")
	}
	var err error
	if q.Except, err = ui.ParseGroups(v.Query.Get("except")); err != nil {
		return Query{}, fault.At("except", v.T("cases.bad_except"), "")
	}
	for _, group := range q.Except {
		for field := range group {
			if f, known := docket.FieldByName(field); !known || f.Kind != docket.Text {
				return Query{}, fault.At("except", v.T("cases.bad_filter", "Field", field), "")
			}
		}
	}
	if (q.Set == "") != (q.Indicator == "") {
		return Query{}, fault.At("cases", v.T("cases.need_both"), "")
	}
	if q.Indicator != "" && q.Side == "" {
		q.Side = indicator.NumeratorSide
	}
	if q.State != "" && q.State != "open" && q.State != "closed" {
		return Query{}, fault.At("state", v.T("cases.bad_state", "State", q.State), "")
	}
	for name, values := range v.Query {
		field, ok := strings.CutPrefix(name, filterPrefix)
		if !ok {
			continue
		}
		if f, known := docket.FieldByName(field); !known || f.Kind != docket.Text {
			return Query{}, fault.At(name, v.T("cases.bad_filter", "Field", field), "")
		}
		q.Filter[field] = values[0]
		if values[0] == "~" {
			q.Filter[field] = ""
		}
	}
	return q, nil
}

// describe gives the list its title and chips, and returns the names of the counts that its
// cases stand in.
func (p *Pages) describe(v *ui.View, q Query, m *listModel) (map[string]string, error) {
	m.Title, m.Lead = v.T("cases.title"), v.T("cases.lead")
	titles := map[string]string{}
	if q.Indicator != "" {
		i, err := p.catalogue.Book().Find(q.Set, q.Indicator)
		if err != nil {
			return nil, err
		}
		version, err := i.At(cmp.Or(v.Period.To, civil.MaxDate))
		if err != nil {
			return nil, err
		}
		for _, c := range version.Counts() {
			titles[c.Name] = v.Pick(c.Title)
			titles["prev_"+c.Name] = v.T("cases.prev", "Count", v.Pick(c.Title))
		}
		name := v.Pick(i.Name)
		sides := map[indicator.Side]string{}
		for _, s := range []indicator.Side{indicator.NumeratorSide, indicator.DenominatorSide, indicator.ExcludedSide} {
			sides[s] = v.T("side." + string(s))
		}
		if version.Denominator == nil { // a plain count has no fraction to speak of
			sides[indicator.NumeratorSide] = v.T("side.counted")
		}
		m.Title = v.T("cases.of", "Name", name, "Side", sides[q.Side])
		m.Lead = v.T("cases.lead_of", "Definition", v.Pick(version.Definition))
		m.Chips = append(m.Chips, chip{name, string(v.Here("set", "", "indicator", "", "side", ""))}, chip{v.Periods.Label, ""})
		for _, s := range []indicator.Side{indicator.NumeratorSide, indicator.DenominatorSide, indicator.ExcludedSide} {
			if s == indicator.DenominatorSide && version.Denominator == nil {
				continue
			}
			m.Sides = append(m.Sides, side{sides[s], string(v.Here("side", string(s))), s == q.Side})
		}
	} else if q.Pick == "" {
		for _, s := range []struct{ state, flag, label string }{
			{"", "", "cases.all"}, {"open", "", "cases.open"}, {"closed", "", "cases.closed"}, {"", "any", "cases.flagged"},
		} {
			m.States = append(m.States, side{v.T(s.label), string(v.Here("state", s.state, "flag", s.flag)), q.State == s.state && q.Flag == s.flag})
		}
	}
	if q.Text != "" {
		m.Chips = append(m.Chips, chip{v.T("cases.search", "Q", q.Text), string(v.Here("q", ""))})
	}
	if q.Flag != "" && q.Flag != "any" {
		m.Chips = append(m.Chips, chip{v.T("cases.flag", "Flag", v.Names("flags", q.Flag)), string(v.Here("flag", ""))})
	}
	if len(q.Courts) > 0 {
		names := make([]string, len(q.Courts))
		for i, c := range q.Courts {
			names[i] = v.Names("court", c)
		}
		m.Chips = append(m.Chips, chip{strings.Join(names, v.T("list.comma")), string(v.Here("courts", ""))})
	}
	if q.Batch > 0 {
		m.Chips = append(m.Chips, chip{v.T("cases.as_after", "Batch", q.Batch), string(v.Here("batch", ""))})
	}
	if len(q.Except) > 0 {
		m.Chips = append(m.Chips, chip{v.T("cases.except", "N", len(q.Except)), ""})
	}
	for _, f := range docket.Fields {
		if value, ok := q.Filter[f.Name]; ok {
			shown := v.Names(f.Name, value)
			if value == "" {
				shown = v.T("table.unstated")
			}
			m.Chips = append(m.Chips, chip{fieldName(v, &f) + " " + shown, string(v.Here(filterPrefix+f.Name, ""))})
		}
	}
	return titles, nil
}

// describePick names a selection as its rule does, with the day or period it is counted on.
func describePick(v *ui.View, list List, m *listModel) {
	if list.Name.IsZero() {
		return
	}
	m.Title, m.Lead = v.Pick(list.Name), v.T("cases.lead_of", "Definition", v.Pick(list.Definition))
	when := v.Periods.Label
	if !list.Day.IsZero() {
		when = v.T("cases.on", "Day", list.Day.String())
	}
	m.Chips = append([]chip{{v.Pick(list.Name), string(v.Here("pick", ""))}, {when, ""}}, m.Chips...)
}

func fieldName(v *ui.View, f *docket.Field) string {
	if v.Lang == ui.English {
		return f.En
	}
	return f.Zh
}

func rowOf(v *ui.View, row Row, titles map[string]string) caseRow {
	c := row.Case
	out := caseRow{
		No: c.CaseNo, Link: one(v, c.Court, c.Key), Court: v.Names("court", c.Court), Division: v.Names("division", c.Division),
		Judge: v.Names("judge", c.Judge), Cause: v.Names("cause", c.Cause), Procedure: v.Names("procedure", c.Procedure),
		Filed: ui.Day(c.FiledOn), Due: ui.Day(dueOf(&c)), Closed: ui.Day(c.ClosedOn), Flags: row.Flags, Reason: v.Pick(row.Reason),
	}
	if out.No == "" {
		out.No = c.Key
	}
	out.StateShape, out.State = state(v, &c)
	if row.Count != "" {
		if out.Count = titles[row.Count]; out.Count == "" {
			out.Count = row.Count
		}
		if row.Minus {
			out.Count = "− " + out.Count
		}
	}
	return out
}

// dueOf is the due date computed by law where there is one, else that of the file.
func dueOf(c *docket.Case) civil.Date {
	if c.Limit.Rule != "" && c.Limit.Problem == "" {
		return c.Limit.DueOn
	}
	return c.DueOn
}

// state tells by the data day whether a case is closed, pending, standing still, or pending
// after its due day. On the due day itself it is not yet over.
func state(v *ui.View, c *docket.Case) (shape, word string) {
	due := dueOf(c)
	switch {
	case !c.ClosedOn.IsZero():
		return "●", v.T("case.closed")
	case !due.IsZero() && !c.Limit.OpenOn.IsZero() && c.Limit.OpenOn <= v.AsOf.Day:
		return "‖", v.T("case.suspended")
	case !due.IsZero() && due < v.AsOf.Day:
		return "▲", v.T("case.over")
	}
	return "○", v.T("case.pending")
}

func one(v *ui.View, court, key string) string {
	return string(v.To("/cases/one", "of", court, "key", key))
}

func pageNumber(v *ui.View) int {
	n, err := strconv.Atoi(v.Query.Get("page"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// Export answers GET /cases/export with the whole list as a file.
func (p *Pages) Export(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	q, err := query(v)
	if err != nil {
		return err
	}
	q.Limit = -1
	format := v.Query.Get("format")
	types := map[string]string{
		"csv":  "text/csv; charset=utf-8",
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}
	if types[format] == "" {
		return fault.At("format", v.T("cases.bad_format", "Format", format), "")
	}
	name := "cases"
	if q.Indicator != "" {
		name = strings.Join([]string{q.Indicator, string(q.Side), v.Period.String()}, "-")
	}
	if q.Pick != "" {
		name = q.Pick + "-" + v.Period.To.String()
	}
	out := &started{w: w, begin: func() {
		w.Header().Set("Content-Type", types[format])
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + "." + format}))
	}}
	return out.finish(p.source.Export(r.Context(), v.At, q, format, out))
}

// started sets the headers of a download with its first byte, so that an error before it
// can still become the error page.
type started struct {
	w     http.ResponseWriter
	begin func()
}

func (s *started) Write(b []byte) (int, error) {
	if s.begin != nil {
		s.begin()
		s.begin = nil
	}
	return s.w.Write(b)
}

// finish breaks the connection when a download fails half-way: a cut file must not look whole.
func (s *started) finish(err error) error {
	if err != nil && s.begin == nil {
		panic(http.ErrAbortHandler)
	}
	return err
}

// Show answers GET /cases/one: everything known about one case.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	court, key := v.Query.Get("of"), v.Query.Get("key")
	rec, err := p.source.Case(r.Context(), v.Who, court, key)
	if errors.Is(err, fault.NotFound) {
		return fault.NotFoundf("%s", v.T("case.not_found", "Court", v.Names("court", court), "Key", key))
	}
	if err != nil {
		return fmt.Errorf("case %s: %w", key, err)
	}
	notes, err := p.notes.Notes(r.Context(), v.Who, court, key)
	if err != nil {
		return fmt.Errorf("notes on case %s: %w", key, err)
	}
	acks, err := p.notes.Acks(r.Context(), v.Who, court, key)
	if err != nil {
		return fmt.Errorf("warnings noted on case %s: %w", key, err)
	}
	m := caseOf(v, rec)
	m.Acks = acksOf(v, acks)
	book, err := p.law.Limits(r.Context())
	if err != nil {
		return err
	}
	if m.Limit = limitOf(v, book, &rec); m.Limit.Shown {
		m.StateShape, m.State = m.Limit.Model.State.Shape, m.Limit.Model.State.Text
	}
	m.Notes, m.NoteTo = notesOf(notes), string(v.To("/cases/one/notes", "of", court, "key", key))
	return ui.Render(w, r, http.StatusOK, casePage(v, m))
}
