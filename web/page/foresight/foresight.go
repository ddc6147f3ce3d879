package foresight

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"net/http"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/forecast"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the screens.
type Pages struct{ source Source }

// New builds the handlers.
func New(source Source) *Pages { return &Pages{source} }

// table is rows of linked cells under one head.
type table struct {
	ID, Title, Note string
	Heads           []string // the first is of the names
	Rows            []row
}

type row struct {
	Name, Link string
	Cells      []cell
	Total, On  bool
}

type cell struct{ Text, Link string }

// outlookModel is the view model of the forecasts.
type outlookModel struct {
	Lead    string
	Table   table
	Chosen  string // name of the series that is drawn
	Plot    ui.Drawing
	Explain []string
	Months  table
	Past    table
	Kept    string
	Publish bool
}

// Show answers GET /foresight.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	o, err := p.source.Outlook(r.Context(), v.At)
	if err != nil {
		return fmt.Errorf("forecasts: %w", err)
	}
	if len(o.Known) == 0 {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	if len(o.Series) == 0 {
		return ui.Render(w, r, http.StatusOK, unseen(v))
	}
	m, err := p.outlook(r.Context(), v, o)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, outlookPage(v, m))
}

func (p *Pages) outlook(ctx context.Context, v *ui.View, o Outlook) (outlookModel, error) {
	last := o.Known[len(o.Known)-1]
	m := outlookModel{Lead: v.T("foresight.lead", "Last", v.PeriodName(last), "From", v.PeriodName(o.Ahead[0]), "To", v.PeriodName(o.Ahead[len(o.Ahead)-1]))}
	i := 0
	if id := v.Query.Get("series"); id != "" {
		if i = slices.IndexFunc(o.Series, func(s Series) bool { return s.ID == id }); i < 0 {
			return m, fault.NotFoundf("%s", v.T("foresight.no_series", "ID", id))
		}
	}
	chosen := &o.Series[i]
	m.Table = seriesTable(v, o, chosen)
	m.Chosen = name(v, chosen)
	m.Explain = reasons(v, chosen)
	past, err := p.source.Past(ctx, v.At, chosen.ID)
	if err != nil {
		return m, err
	}
	m.Plot = fan(v, o, chosen, past)
	m.Months = monthTable(v, o, chosen, past)
	m.Past = pastTable(v, past)
	m.Publish = v.At.City && v.Who.Can("plan_staffing") && o.Kept < last.To
	if !o.Kept.IsZero() {
		m.Kept = v.T("foresight.kept", "Day", o.Kept.String())
	}
	return m, nil
}

// reasons say what drives the forecast of a series.
func reasons(v *ui.View, s *Series) (out []string) {
	if s.Ended {
		return []string{v.T("foresight.ended")}
	}
	for _, t := range s.Forecast.Facts.Explain() {
		out = append(out, v.Pick(t))
	}
	switch {
	case s.Field == "judge" && s.Judge == "":
		out = append(out, v.T("foresight.unassigned_note"))
	case s.Field != "":
		out = append(out, v.T("foresight.shared"))
	}
	return out
}

// name is a series in words.
func name(v *ui.View, s *Series) string {
	whole := ""
	switch {
	case s.Field == "division":
		whole = unitName(v, s.Field, s.Division)
	case s.Field == "judge":
		whole = unitName(v, s.Field, s.Judge)
	case s.Court != "":
		whole = v.Names("court", s.Court)
	case s.Line == "":
		return v.T("table.total")
	default:
		return v.Names("line", s.Line)
	}
	if s.Line == "" {
		return whole
	}
	return whole + " · " + v.Names("line", s.Line)
}

// unitName is a court, division or judge in words; cases may have none yet.
func unitName(v *ui.View, field, code string) string {
	if code == "" {
		return v.T("foresight.unassigned")
	}
	return v.Names(field, code)
}

// cases is the list behind a count of a series; cases without division or judge have none.
func cases(v *ui.View, s *Series, indicator string, p civil.Period) string {
	pairs := []string{"set", "volume", "indicator", indicator, "side", "numerator", "period", p.String(), "f-line", s.Line}
	if s.Court != "" {
		pairs = append(pairs, "court", s.Court)
	}
	if s.Field != "" {
		pairs = append(pairs, "division", s.Division)
	}
	if s.Field == "judge" {
		pairs = append(pairs, "judge", s.Judge)
	}
	if s.Field != "" && (s.Division == "" || s.Field == "judge" && s.Judge == "") {
		return ""
	}
	return string(v.To("/cases", pairs...))
}

// seriesTable lists the whole, its lines and courts, and the lines of the chosen court; or a court,
// division or judge with its parts.
func seriesTable(v *ui.View, o Outlook, chosen *Series) table {
	t := table{ID: "series", Title: v.T("foresight.series"), Note: v.T("foresight.series_note"), Heads: []string{v.T("foresight.what"), v.T("foresight.year_past"),
		v.PeriodName(o.Ahead[0]), v.T("foresight.range80"), v.T("foresight.year_ahead"), v.T("foresight.range80"), v.T("foresight.change")}}
	if !v.At.City {
		t.Title, t.Note = v.T("foresight.parts"), v.T("foresight.parts_note")
	}
	n := len(o.Known)
	for i := range o.Series {
		s := &o.Series[i]
		if s.Court != "" && s.Line != "" && s.Court != chosen.Court {
			continue
		}
		year := int64(0)
		for _, c := range s.Counts[max(0, n-12):] {
			year += c
		}
		mean, half := ahead(s.Forecast)
		if year == 0 && mean < 0.5 && s != chosen {
			continue // a court long gone, or a number that names none
		}
		r := row{Name: name(v, s), Link: string(v.Here("series", s.ID)), On: s == chosen, Total: i == 0, Cells: []cell{
			{ui.Count(year), cases(v, s, "filed", civil.Period{From: o.Known[max(0, n-12)].From, To: o.Known[n-1].To})},
			{Text: whole(s.Forecast.Mean[0])}, {Text: span(s.Forecast.Lo80[0], s.Forecast.Hi80[0])},
			{Text: whole(mean)}, {Text: span(max(0, mean-half), mean+half)}, {Text: changeOf(v, s, mean, year)}}}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// ahead sums a forecast over its months, with the half width of the 80 % interval of the sum:
// half of the error variance is taken as shared by all months, as the what-if does.
func ahead(f forecast.Forecast) (mean, half float64) {
	plain, square := 0.0, 0.0
	for h := range f.Mean {
		x := (f.Hi80[h] - f.Lo80[h]) / 2
		mean, plain, square = mean+f.Mean[h], plain+x, square+x*x
	}
	return mean, math.Sqrt((plain*plain + square) / 2)
}

// changeOf is the change against the past year; who was not there for all of it, or is no longer,
// has none.
func changeOf(v *ui.View, s *Series, mean float64, year int64) string {
	came := slices.IndexFunc(s.Counts, func(n int64) bool { return n > 0 })
	if year == 0 || s.Ended || s.Field == "judge" && came > max(0, len(s.Counts)-12) {
		return ui.None
	}
	return v.Change("count", new(big.Rat).SetInt64(int64(math.Round(mean))), new(big.Rat).SetInt64(year))
}

// latest is the newest forecast that was kept before a day.
func latest(past []Past, before civil.Date) *Past {
	for i := len(past) - 1; i >= 0; i-- {
		if past[i].Score.Points > 0 && past[i].Months[0].From <= before {
			return &past[i]
		}
	}
	return nil
}

// shownMonths is how many past months are drawn and listed.
const shownMonths = 24

func monthTable(v *ui.View, o Outlook, s *Series, past []Past) table {
	t := table{ID: "months", Heads: []string{v.T("foresight.month"), v.T("foresight.filed"), v.T("foresight.mean"), v.T("foresight.range80"), v.T("foresight.range95"), v.T("foresight.earlier")}}
	old := latest(past, v.AsOf.Day)
	before := func(m civil.Period) cell {
		if old != nil {
			if h := slices.Index(old.Months, m); h >= 0 {
				return cell{Text: whole(old.Forecast.Mean[h]) + " (" + span(old.Forecast.Lo80[h], old.Forecast.Hi80[h]) + ")"}
			}
		}
		return cell{Text: ui.None}
	}
	n := len(o.Known)
	for k := max(0, n-shownMonths); k < n; k++ {
		m := o.Known[k]
		t.Rows = append(t.Rows, row{Name: m.String(), Cells: []cell{{ui.Count(s.Counts[k]), cases(v, s, "filed", m)}, {Text: ui.None}, {Text: ui.None}, {Text: ui.None}, before(m)}})
	}
	f := s.Forecast
	for h, m := range o.Ahead {
		t.Rows = append(t.Rows, row{Name: m.String(), Cells: []cell{{Text: ui.None}, {Text: whole(f.Mean[h])}, {Text: span(f.Lo80[h], f.Hi80[h])}, {Text: span(f.Lo95[h], f.Hi95[h])}, before(m)}})
	}
	return t
}

// pastTable holds earlier forecasts against what came, oldest first.
func pastTable(v *ui.View, past []Past) table {
	t := table{ID: "past", Title: v.T("foresight.past"), Note: v.T("foresight.past_note"), Heads: []string{v.T("foresight.origin"), v.T("foresight.came"),
		v.T("foresight.smape"), v.T("foresight.mase"), v.T("foresight.bias"), v.T("foresight.inside80"), v.T("foresight.inside95"), v.T("foresight.model")}}
	for _, p := range past {
		s := p.Score
		r := row{Name: p.Months[0].Shift(-1).To.String()}
		if s.Points == 0 {
			r.Cells = []cell{{Text: v.T("foresight.not_yet")}, {Text: ui.None}, {Text: ui.None}, {Text: ui.None}, {Text: ui.None}, {Text: ui.None}}
		} else {
			r.Cells = []cell{{Text: ui.Count(int64(s.Points))}, {Text: ui.Decimal(s.SMAPE, 1) + "%"}, {Text: ui.Decimal(s.MASE, 2)}, {Text: signed(s.Bias, 1)},
				{Text: fmt.Sprintf("%d/%d", s.Inside80, s.Points)}, {Text: fmt.Sprintf("%d/%d", s.Inside95, s.Points)}}
		}
		r.Cells = append(r.Cells, cell{Text: p.Forecast.Model})
		t.Rows = append(t.Rows, r)
	}
	return t
}

// Publish answers POST /foresight/publish.
func (p *Pages) Publish(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if _, err := p.source.Publish(r.Context(), v.At); err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To("/foresight")), http.StatusSeeOther)
	return nil
}

func whole(f float64) string { return ui.Decimal(f, 0) }

func span(low, high float64) string { return whole(low) + "–" + whole(high) }

func signed(f float64, digits int) string {
	s := ui.Decimal(f, digits)
	if strings.HasPrefix(s, "−") || s == ui.Decimal(0, digits) || s == ui.None {
		return s
	}
	return "+" + s
}
