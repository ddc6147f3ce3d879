package bulletin

import (
	"math"
	"math/big"
	"slices"
	"strings"

	"zhunsheng/internal/document"
	"zhunsheng/internal/indicator"
)

// value is a figure as a number; NaN when it has none.
func value(f figure) float64 {
	if f.Value == nil {
		return math.NaN()
	}
	v, _ := f.Value.Float64()
	return v
}

// column is one column of the indicator tables: all courts, or those of one level.
type column struct {
	name string
	grid grid
}

// columns are the whole, the intermediate court and the basic courts apart (product notes 5.1).
func (b *builder) columns() []column {
	p := b.brief.Period
	if b.subject != "" {
		return []column{{b.label("column.own"), b.ask(b.set, p, nil)}}
	}
	out := []column{{b.label("column.all"), b.askAll(b.set, p, nil)}}
	for _, l := range []struct {
		level int
		name  string
	}{{3, "intermediate"}, {4, "basic"}} {
		if codes := b.ofLevel(l.level); len(codes) > 0 {
			out = append(out, column{b.label("column." + l.name), b.compute(question{set: b.set, period: p, only: "level:" + l.name, courts: codes})})
		}
	}
	return out
}

func (b *builder) ofLevel(level int) []string {
	var out []string
	for _, c := range b.brief.Courts {
		if c.Level == level {
			out = append(out, c.Code)
		}
	}
	return out
}

// indicatorTable prints the indicators of one group: value, interval, change.
func (b *builder) indicatorTable(of string) {
	p := b.brief.Period
	columns := b.columns()
	before := b.ask(b.set, p.Shift(-12), nil)
	t := Table{Caption: b.phrase("caption.indicators", words{"group": word(b.label("group." + of))}).text,
		Head: []string{b.label("indicator")}, Widths: []int{17}, Numeric: []bool{false}, Note: b.label("note.indicators")}
	if b.local() {
		t.Note = b.label("note.local") + t.Note
	}
	for _, c := range columns {
		t.Head, t.Widths, t.Numeric = append(t.Head, c.name), append(t.Widths, 8), append(t.Numeric, true)
	}
	t.Head, t.Widths = append(t.Head, b.label("interval"), b.label("against_last_year")), append(t.Widths, 7, 14)
	for _, in := range b.book.Set(b.set) {
		if in.Group != of {
			continue
		}
		row := []Cell{{Text: b.indicatorName(in) + b.mark(in)}}
		for _, c := range columns {
			cell := b.cell(c.grid.get("", in.ID))
			cell.Text += b.stateWord(c.grid.get("", in.ID).Status)
			row = append(row, cell)
		}
		f := columns[0].grid.get("", in.ID)
		row = append(row, Cell{Text: b.interval(f)}, b.changeCell(f, before.get("", in.ID)))
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		b.say("indicators.none", words{"group": word(b.label("group." + of))})
		return
	}
	b.add(Part{Table: &t})
}

// indicatorName is an indicator's name in the document's language.
func (b *builder) indicatorName(in *indicator.Indicator) string { return in.Name.In(b.lang) }

// mark shows that a formula is a local definition, not verified against the official text.
func (b *builder) mark(in *indicator.Indicator) string {
	v, err := in.At(b.brief.Period.To)
	if err == nil && v.Evidence == "U" {
		return "*"
	}
	return ""
}

// local tells whether a definition of the set carries the mark.
func (b *builder) local() bool {
	for _, in := range b.book.Set(b.set) {
		if b.mark(in) != "" {
			return true
		}
	}
	return false
}

func (b *builder) stateWord(status string) string {
	switch status {
	case indicator.Below, indicator.Above, indicator.TooFew:
		return b.label("state." + status)
	}
	return ""
}

func (b *builder) interval(f figure) string {
	if f.Low == nil && f.High == nil {
		return b.label("interval.none")
	}
	return printValue(b.lang, f.unit, f.Low) + "—" + printValue(b.lang, f.unit, f.High)
}

// indicatorsByCourt prints all indicators by court on a turned page, and into the appendix.
func (b *builder) indicatorsByCourt() {
	all := b.book.Set(b.set)
	v := b.ask(b.set, b.brief.Period, nil)
	groups := []string{""}
	if b.subject == "" {
		v = b.askAll(b.set, b.brief.Period, []string{"court"})
		groups = orderOf(b.courtCodes(), v.groups, func(g string) bool { return silent(v.of[g]) })
	}
	var heads []string
	for _, id := range strings.Fields("indicator court_code court numerator denominator value low high status version") {
		heads = append(heads, b.label("column."+id))
	}
	sheet := b.sheet(b.label("sheet.by_court"), heads...)
	name := func(g string) string {
		if g == "" {
			g = b.subject
		}
		return b.called("court", g)
	}
	for _, in := range all {
		for _, g := range groups {
			f, code := v.get(g, in.ID), g
			if g == "" {
				code = b.subject
			}
			sheet.Rows = append(sheet.Rows, []any{b.indicatorName(in), code, name(g), number(f.Numerator), number(f.Denominator), number(f.Value), number(f.Low), number(f.High), f.Status, f.Version})
		}
	}
	if len(all) == 0 {
		return
	}
	cell := func(in *indicator.Indicator, g string) Cell {
		f := v.get(g, in.ID)
		c := b.cell(f)
		if f.Status == indicator.TooFew {
			c.Text += b.label("few")
		}
		return c
	}
	if len(groups) > acrossPage && len(all) <= acrossPage {
		b.courtsDown(all, groups, name, cell)
	} else {
		for from := 0; from < len(groups); from += acrossPage {
			b.courtsAcross(all, groups[from:min(from+acrossPage, len(groups))], name, cell)
		}
	}
	b.checkRates(sheet)
	b.addSheet(sheet)
	b.addSheet(b.definitions(all))
}

// silent tells whether a group has no figure at all.
func silent(of map[string]figure) bool {
	for _, f := range of {
		if f.Value != nil {
			return false
		}
	}
	return true
}

// acrossPage is how many courts, or indicators, stand side by side on a turned page.
const acrossPage = 12

// courtsAcross prints a line for each indicator and a column for each court.
func (b *builder) courtsAcross(all []*indicator.Indicator, groups []string, name func(string) string, cell func(*indicator.Indicator, string) Cell) {
	t := Table{Caption: b.phrase("caption.by_court", nil).text, Head: []string{b.label("indicator")}, Numeric: []bool{false}, Widths: []int{9},
		Wide: len(groups) > 4, Note: b.label("note.by_court")}
	for _, g := range groups {
		t.Head, t.Numeric, t.Widths = append(t.Head, b.shortName(name(g))), append(t.Numeric, true), append(t.Widths, 4)
	}
	for _, in := range all {
		row := []Cell{{Text: b.indicatorName(in) + b.mark(in)}}
		for _, g := range groups {
			row = append(row, cell(in, g))
		}
		t.Rows = append(t.Rows, row)
	}
	b.add(Part{Table: &t})
}

// courtsDown prints a line for each court and a column for each indicator.
func (b *builder) courtsDown(all []*indicator.Indicator, groups []string, name func(string) string, cell func(*indicator.Indicator, string) Cell) {
	t := Table{Caption: b.phrase("caption.by_court", nil).text, Head: []string{b.label("by.court")}, Numeric: []bool{false}, Widths: []int{8}, Wide: len(all) > 5, Note: b.label("note.by_court")}
	for _, in := range all {
		t.Head, t.Numeric, t.Widths = append(t.Head, b.indicatorName(in)+b.mark(in)), append(t.Numeric, true), append(t.Widths, 6)
	}
	for _, g := range groups {
		row := []Cell{{Text: name(g)}}
		for _, in := range all {
			row = append(row, cell(in, g))
		}
		t.Rows = append(t.Rows, row)
	}
	b.add(Part{Table: &t})
}

// shortName drops the common ending of a court's name in a narrow table head.
func (b *builder) shortName(name string) string {
	for _, end := range strings.Fields(b.label("court_endings")) {
		if s := strings.TrimSuffix(name, end); s != name && s != "" {
			return s
		}
	}
	return name
}

// definitions lists the definitions used, with version, source and evidence; a Chinese sheet
// gives the English names, too.
func (b *builder) definitions(all []*indicator.Indicator) document.Sheet {
	columns := strings.Fields("indicator other_name definition from evidence source")
	if b.lang == "en" {
		columns = slices.Delete(columns, 1, 2)
	}
	var heads []string
	for _, id := range columns {
		heads = append(heads, b.label("column."+id))
	}
	s := b.sheet(b.label("sheet.definitions"), heads...)
	s.Columns[len(heads)-4].Width = 60
	for _, in := range all {
		row := []any{b.indicatorName(in)}
		if b.lang != "en" {
			row = append(row, in.Name.En)
		}
		if v, err := in.At(b.brief.Period.To); err != nil {
			row = append(row, b.label("definition.none"))
		} else {
			row = append(row, v.Definition.In(b.lang), v.From, v.Evidence, strings.TrimSpace(v.Source.Doc+" "+v.Source.No+" "+v.Source.Cite))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// ages prints how old the stock is by court (or by line in a document about one court).
func (b *builder) ages() {
	keys := []string{"pending", "pending_over_12m", "pending_over_18m", "pending_over_24m", "pending_over_36m"}
	b.countTable("caption.ages", keys, nil)
}

// staff prints judges' work by court: filings and closings per judge, months of stock. No
// person is named.
func (b *builder) staff() {
	b.countTable("caption.staff", []string{"filed", "closed", "filed_per_judge", "closed_per_judge", "months_of_stock"}, []string{"note.staff"})
}

// countTable prints keys of the volume set by court, with a total.
func (b *builder) countTable(caption string, keys, notes []string) {
	p := b.brief.Period
	by, order := "court", b.courtCodes()
	if b.subject != "" || len(order) < 2 {
		by, order = "line", b.skel.Lines
	}
	now, total := b.ask("volume", p, []string{by}, keys...), b.ask("volume", p, nil, keys...)
	t := Table{Caption: b.phrase(caption, nil).text, Head: []string{b.label("by." + by)}, Numeric: []bool{false}, Widths: []int{8}}
	for _, k := range keys {
		t.Head, t.Numeric, t.Widths = append(t.Head, b.label("flow."+k)), append(t.Numeric, true), append(t.Widths, 4)
	}
	for _, n := range notes {
		t.Note += b.label(n)
	}
	add := func(name string, of map[string]figure) {
		row := []Cell{{Text: name}}
		for _, k := range keys {
			row = append(row, b.cell(of[k]))
		}
		t.Rows = append(t.Rows, row)
	}
	for _, g := range orderOf(order, now.groups, func(g string) bool { return !positive(now.get(g, keys[0])) }) {
		add(b.called(by, g), now.of[g])
	}
	add(b.label("total"), total.of[""])
	b.add(Part{Table: &t})
}

// lists adds the case lists of the skeleton to the workbook.
func (b *builder) lists() {
	for _, l := range b.skel.Lists {
		set := l.Set
		if set == official {
			set = b.set
		}
		if _, err := b.book.Find(set, l.Indicator.Text); err != nil {
			continue // the set in force does not have it
		}
		name := l.Name.In(b.lang)
		rows := b.cases(listQuery{set: set, key: l.Indicator.Text, side: l.Side, unless: l.Unless, court: b.subject})
		s := b.brief.Sheet(name, rows)
		s.Notes = append(b.notes(), b.phrase("sheet.list", words{"list": word(name), "n": b.plainCount(len(rows))}).text)
		if l.Unless == "" {
			b.checkList(s, b.one(set, l.Indicator.Text, b.brief.Period))
		}
		b.addSheet(s)
	}
}

func (b *builder) plainCount(n int) slot {
	return slot{text: printValue(b.lang, "count", big.NewRat(int64(n), 1)), plain: true, unit: "count", one: n == 1}
}

// listQuery asks for a case list: one side of a figure, without the cases of another side.
type listQuery struct {
	set, key     string
	side, unless indicator.Side
	court        string
}

func (b *builder) cases(q listQuery) []Listed {
	ask := func(side indicator.Side) []Listed {
		if b.err != nil {
			return nil
		}
		req := indicator.CasesRequest{Set: q.set, Indicator: q.key, Side: side, Period: b.brief.Period, Limit: -1}
		if q.court != "" {
			req.Filter = indicator.Match(map[string]string{"court": q.court})
		}
		rows, err := b.src.Cases(b.ctx, req)
		if err != nil {
			b.fail(err)
		}
		return rows
	}
	rows := ask(q.side)
	if q.unless != "" {
		return without(rows, ask(q.unless))
	}
	return rows
}

func without(rows, not []Listed) []Listed {
	gone := map[int64]bool{}
	for _, r := range not {
		gone[r.ID] = true
	}
	var out []Listed
	for _, r := range rows {
		if !gone[r.ID] {
			out = append(out, r)
		}
	}
	return out
}
