package situation

import (
	"context"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the screen.
type Pages struct{ source Source }

// New builds the handlers.
func New(source Source) *Pages { return &Pages{source} }

// measures are the counts whose change can be looked at.
var measures = []string{"filed", "closed", "pending"}

// lines are the parts of the work in their fixed order.
var lines = []string{"criminal", "civil", "administrative", "enforcement", "compensation", "other", ""}

// model is the view model of the page.
type model struct {
	Sentence string
	Tabs     []tab
	Charts   []ui.Bars
	Splits   []table
	Ages     table
	Stages   table
	Day      string
}

type tab struct {
	Label, Link string
	On          bool
}

// table is rows of linked cells; the last row is the total.
type table struct {
	ID, Title, Note string
	Heads, Columns  []string
	Rows            []row
}

type row struct {
	Heads []string
	Cells []cell
	Total bool
}

type cell struct{ Text, Link string }

// known cuts the period at the data day, so that both years are compared over the same days.
func known(v *ui.View) (civil.Period, error) {
	p := v.Period
	p.To = min(p.To, v.AsOf.Day)
	if p.From > p.To {
		return p, fault.At(v.T("period.label"), v.T("situation.later", "Day", v.AsOf.Day.String()), "")
	}
	return p, nil
}

// Show answers GET /situation.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	m, err := p.model(r.Context(), v)
	if err != nil {
		return fmt.Errorf("situation: %w", err)
	}
	return ui.Render(w, r, http.StatusOK, page(v, m))
}

func (p *Pages) model(ctx context.Context, v *ui.View) (model, error) {
	of := v.Query.Get("of")
	if of == "" {
		of = measures[0]
	}
	if !slices.Contains(measures, of) {
		return model{}, fault.At("of", v.T("situation.bad_measure", "Text", of), "")
	}
	period, err := known(v)
	if err != nil {
		return model{}, err
	}
	m := model{Day: period.To.String()}
	for _, x := range measures {
		m.Tabs = append(m.Tabs, tab{v.T("volume." + x), string(v.Here("of", x)), x == of})
	}
	months, err := p.source.Months(ctx, v.At, period)
	if err != nil {
		return m, err
	}
	m.Charts = charts(v, months)
	change, err := p.source.Change(ctx, v.At, of, period)
	if err != nil {
		return m, err
	}
	m.Sentence = v.T("situation.sentence", "Period", v.PeriodName(change.Period), "Scope", v.Units.Whole, "Name", v.T("volume."+of),
		"Now", ui.Count(change.Now), "Change", v.OnYear(rat(change.Now), rat(change.Before)), "Diff", ui.Signed(change.Now-change.Before))
	for _, s := range change.Splits {
		m.Splits = append(m.Splits, splitTable(v, change, s))
	}
	bands, err := p.source.Ages(ctx, v.At, period)
	if err != nil {
		return m, err
	}
	m.Ages = ageTable(v, bands)
	stages, err := p.source.Stages(ctx, v.At, period)
	if err != nil {
		return m, err
	}
	m.Stages = stageTable(v, stages, period)
	return m, nil
}

// charts draws each count by month beside the same month of the year before.
func charts(v *ui.View, months []MonthFlow) []ui.Bars {
	var out []ui.Bars
	for _, of := range measures {
		b := ui.Bars{ID: of, Title: v.T("situation.by_month", "Name", v.T("volume."+of)), Axis: v.T("situation.month"), Now: v.T("situation.now"), Before: v.T("situation.before")}
		for _, m := range months {
			b.Labels = append(b.Labels, m.Month.String())
			b.Points = append(b.Points, ui.BarPoint{Now: m.Now[of], Before: m.Before[of], NowLink: list(v, of, m.Month, nil), BeforeLink: list(v, of, m.Last, nil)})
		}
		out = append(out, b)
	}
	return out
}

func rat(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// splitTable prints the parts of a change; every number opens to its cases, the rest too.
func splitTable(v *ui.View, c Change, s Split) table {
	t := table{ID: strings.Join(s.Fields, "-"), Note: v.T("situation.parts_note", "Last", v.PeriodName(c.Last))}
	t.Title = v.T("situation.by." + t.ID)
	for _, f := range s.Fields {
		t.Heads = append(t.Heads, v.T("field."+f))
	}
	t.Columns = []string{v.T("situation.now"), v.T("situation.before"), v.T("situation.diff"), v.T("situation.share")}
	var groups []map[string]string
	for _, x := range s.Parts {
		groups = append(groups, x.By)
		var heads, pairs []string
		for _, f := range s.Fields {
			name, value := v.Names(f, x.By[f]), x.By[f]
			if value == "" {
				name, value = v.T("table.unstated"), "~"
			}
			heads, pairs = append(heads, name), append(pairs, "f-"+f, value)
		}
		t.Rows = append(t.Rows, changeRow(v, c, heads, x, pairs))
	}
	if s.Others > 0 {
		r := changeRow(v, c, []string{v.T("situation.others", "N", s.Others)}, s.Rest, []string{"except", ui.JoinGroups(groups)})
		t.Rows = append(t.Rows, r)
	}
	total := changeRow(v, c, []string{v.T("table.total")}, Cell{Now: c.Now, Before: c.Before}, nil)
	total.Total = true
	t.Rows = append(t.Rows, total)
	return t
}

func changeRow(v *ui.View, c Change, heads []string, x Cell, pairs []string) row {
	share := ui.None
	if whole := c.Now - c.Before; whole != 0 {
		share = ui.Value("share", big.NewRat(x.Now-x.Before, whole))
	}
	return row{Heads: heads, Cells: []cell{
		{ui.Count(x.Now), list(v, c.Indicator, c.Period, pairs)}, {ui.Count(x.Before), list(v, c.Indicator, c.Last, pairs)},
		{Text: ui.Signed(x.Now - x.Before)}, {Text: share},
	}}
}

func list(v *ui.View, indicator string, p civil.Period, more []string) string {
	pairs := append([]string{"set", "volume", "indicator", indicator, "side", "numerator", "period", p.String()}, more...)
	return string(v.To("/cases", pairs...))
}

func ageTable(v *ui.View, bands []Band) table {
	t := table{ID: "ages", Title: v.T("situation.ages"), Note: v.T("situation.ages_note"), Heads: []string{v.T("field.line")}}
	total := row{Heads: []string{v.T("table.total")}, Total: true}
	for _, b := range bands {
		t.Columns = append(t.Columns, v.Pick(b.Name))
		total.Cells = append(total.Cells, cell{ui.Count(b.Total), string(v.To("/cases", "pick", b.Pick))})
	}
	for _, l := range lines {
		r := row{Heads: []string{v.Names("line", l)}}
		pairs := []string{"f-line", l}
		if l == "" {
			r.Heads, pairs[1] = []string{v.T("table.unstated")}, "~"
		}
		sum := int64(0)
		for _, b := range bands {
			r.Cells = append(r.Cells, cell{ui.Count(b.Lines[l]), string(v.To("/cases", append([]string{"pick", b.Pick}, pairs...)...))})
			sum += b.Lines[l]
		}
		if sum > 0 {
			t.Rows = append(t.Rows, r)
		}
	}
	t.Rows = append(t.Rows, total)
	return t
}

func stageTable(v *ui.View, stages []Stage, p civil.Period) table {
	t := table{ID: "stages", Title: v.T("situation.stages"), Note: v.T("situation.stages_note"), Heads: []string{v.T("situation.stage")},
		Columns: []string{v.T("situation.cases"), v.T("situation.median"), v.T("situation.mean"), v.T("situation.long")}}
	for _, s := range stages {
		r := row{Heads: []string{v.Pick(s.Name)}, Cells: []cell{{ui.Count(s.Cases), string(v.To("/cases", "pick", s.Pick, "period", p.String()))}}}
		if s.Cases == 0 {
			r.Cells = append(r.Cells, cell{Text: ui.None}, cell{Text: ui.None}, cell{Text: ui.None})
		} else {
			r.Cells = append(r.Cells, cell{Text: ui.Count(int64(s.Median))}, cell{Text: ui.Value("days", new(big.Rat).SetFloat64(s.Mean))}, cell{Text: ui.Count(int64(s.Long))})
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// screenModel is the large screen: the figures of the last day of the data, its month and year.
type screenModel struct {
	Scope, Day string
	Pending    cell
	Groups     []screenGroup
	Tiles      []tileShape
	Box        string // of the drawing
}

// tileShape is a court's tile, ready to draw.
type tileShape struct{ X, Y, MidX, NameY, StockY, FlowY, Name, Stock, Flow, Link string }

// The size of a tile in units of the drawing.
const tileWidth, tileHeight, tileGap = 250, 104, 10

// refreshEvery is after how many seconds the large screen asks again.
const refreshEvery = "300"

type screenGroup struct {
	Title         string
	Filed, Closed cell
}

// Screen answers GET /situation/screen.
func (p *Pages) Screen(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	day := v.AsOf.Day
	y, month, _ := day.YMD()
	m := screenModel{Scope: v.Units.Whole, Day: day.String()}
	for _, x := range []struct {
		title  string
		period civil.Period
	}{
		{v.T("situation.the_day", "Day", day.String()), civil.Period{From: day, To: day}},
		{v.T("situation.the_month"), civil.Period{From: civil.NewDate(y, month, 1), To: day}},
		{v.T("situation.the_year"), civil.Period{From: civil.NewDate(y, 1, 1), To: day}},
	} {
		n, err := p.source.Flow(r.Context(), v.At, x.period)
		if err != nil {
			return fmt.Errorf("large screen: %w", err)
		}
		m.Groups = append(m.Groups, screenGroup{x.title, cell{ui.Count(n["filed"]), list(v, "filed", x.period, nil)}, cell{ui.Count(n["closed"]), list(v, "closed", x.period, nil)}})
		m.Pending = cell{ui.Count(n["pending"]), list(v, "pending", x.period, nil)}
	}
	if v.Units.Field == "court" {
		month := civil.Period{From: civil.NewDate(y, month, 1), To: day}
		tiles, err := p.source.Tiles(r.Context(), v.At, month)
		if err != nil {
			return fmt.Errorf("large screen: %w", err)
		}
		drawTiles(v, &m, tiles, month)
	}
	w.Header().Set("Refresh", refreshEvery) // the browser asks again by itself, without any script
	return ui.Render(w, r, http.StatusOK, screen(v, m))
}

// drawTiles puts every court at its fixed place; all tiles look the same.
func drawTiles(v *ui.View, m *screenModel, tiles []Tile, month civil.Period) {
	rows, columns := 1, 1
	for _, t := range tiles {
		rows, columns = max(rows, t.Row), max(columns, t.Column)
		x, y := (t.Column-1)*(tileWidth+tileGap), (t.Row-1)*(tileHeight+tileGap)
		m.Tiles = append(m.Tiles, tileShape{
			X: strconv.Itoa(x), Y: strconv.Itoa(y), MidX: strconv.Itoa(x + tileWidth/2),
			NameY: strconv.Itoa(y + 26), StockY: strconv.Itoa(y + 62), FlowY: strconv.Itoa(y + 88),
			Name: v.Names("court", t.Court), Stock: v.T("situation.tile_stock", "N", ui.Count(t.Counts["pending"])),
			Flow: v.T("situation.tile_flow", "Filed", ui.Count(t.Counts["filed"]), "Closed", ui.Count(t.Counts["closed"])),
			Link: list(v, "pending", month, []string{"court", t.Court}),
		})
	}
	m.Box = fmt.Sprintf("-1 -1 %d %d", columns*(tileWidth+tileGap)-tileGap+2, rows*(tileHeight+tileGap)-tileGap+2)
}
