package foresight

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/load"
	"zhunsheng/web/ui"
)

// burdenModel is the view model of load and need.
type burdenModel struct {
	Lead, Norm string
	Units      table
	Judges     table
	Kinds      table
	Source     string
	Unverified bool
	Calendar   table
	May        bool
	People     []ui.Option
	Reasons    []ui.Option
	Courts     []ui.Option
	Holding    []ui.Option // entries that can be taken back
	Form       map[string]string
	Failures   []string
}

// Load answers GET /foresight/load.
func (p *Pages) Load(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	m, err := p.burden(r.Context(), v)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, burdenPage(v, m))
}

func (p *Pages) burden(ctx context.Context, v *ui.View) (burdenModel, error) {
	b, err := p.source.Burden(ctx, v.At)
	if err != nil {
		return burdenModel{}, fmt.Errorf("load and need: %w", err)
	}
	m := burdenModel{Lead: v.T("foresight.load_lead", "Day", b.Day.String(), "To", b.Rest.To.String()), Form: map[string]string{},
		Norm:   v.T("foresight.norm", "N", ui.Decimal(b.Total.Need.Norm, 1), "From", b.Year.From.String(), "To", b.Year.To.String()),
		Source: b.Weights.Value.Source.String(), Unverified: !b.Weights.Value.Verified()}
	m.Units = unitTable(v, b)
	if len(b.Judges) > 0 {
		m.Judges = judgeTable(v, b)
	}
	m.Kinds = kindTable(v, b)
	m.Calendar = calendarTable(v, b)
	if m.May = v.Who.Can("plan_staffing"); m.May {
		for _, u := range v.Pickers {
			if u.Name == "judge" {
				m.People = u.Options
			}
		}
		for _, why := range load.Reasons() {
			m.Reasons = append(m.Reasons, ui.Option{Value: why, Label: v.T("foresight.why." + why)})
		}
		m.Courts = v.Courts
		m.Holding = holding(v, b)
	}
	return m, nil
}

// unitTable holds the work of units against their judges, in fixed order.
func unitTable(v *ui.View, b Burden) table {
	t := table{ID: "need", Title: v.T("foresight.need"), Note: v.T("table.fixed_order"), Heads: []string{v.T("field." + b.Field), v.T("volume.pending"), v.T("foresight.weighted"),
		v.T("foresight.filed_year"), v.T("foresight.closed_year"), v.T("foresight.expected"), v.T("foresight.judges"), v.T("foresight.now_each"), v.T("foresight.each"), v.T("foresight.keep"), v.T("foresight.gap")}}
	for _, u := range b.Units {
		t.Rows = append(t.Rows, unitRow(v, b, u, unitName(v, b.Field, u.Code), []string{b.Field, u.Code}))
	}
	total := unitRow(v, b, b.Total, v.T("table.total"), nil)
	total.Total = true
	t.Rows = append(t.Rows, total)
	return t
}

func unitRow(v *ui.View, b Burden, u Unit, name string, pairs []string) row {
	link := func(indicator string, p civil.Period) string {
		if len(pairs) > 0 && u.Code == "" {
			return "" // cases without division
		}
		return string(v.To("/cases", append([]string{"set", "volume", "indicator", indicator, "side", "numerator", "period", p.String()}, pairs...)...))
	}
	n := u.Need
	r := row{Name: name, Cells: []cell{{ui.Count(u.Pending), link("pending", civil.Period{From: b.Day, To: b.Day})}, {Text: ui.Decimal(n.Pending, 0)},
		{ui.Count(u.Filed), link("filed", b.Year)}, {ui.Count(u.Closed), link("closed", b.Year)}, {Text: ui.Decimal(n.Expected, 0)}, {Text: ui.Decimal(n.Judges, 1)}}}
	now := ui.None
	if n.Judges > 0 {
		now = ui.Decimal(n.Pending/n.Judges, 1)
	}
	each, ok := n.PerJudge()
	r.Cells = append(r.Cells, cell{Text: now}, value(each, 1, ok))
	keep, ok := n.Keep()
	r.Cells = append(r.Cells, value(keep, 1, ok))
	gap, ok := n.Gap()
	switch {
	case !ok:
		r.Cells = append(r.Cells, cell{Text: ui.None})
	case n.Judges < load.FewJudges:
		r.Cells = append(r.Cells, cell{Text: v.T("foresight.too_few")})
	case gap >= 0.05:
		r.Cells = append(r.Cells, cell{Text: v.T("foresight.short", "N", ui.Decimal(gap, 1))})
	case gap <= -0.05:
		r.Cells = append(r.Cells, cell{Text: v.T("foresight.spare", "N", ui.Decimal(-gap, 1))})
	default:
		r.Cells = append(r.Cells, cell{Text: v.T("foresight.even")})
	}
	return r
}

func value(f float64, digits int, ok bool) cell {
	if !ok {
		return cell{Text: ui.None}
	}
	return cell{Text: ui.Decimal(f, digits)}
}

// judgeTable holds the judges of a division with what they have and expect; together they are the
// division.
func judgeTable(v *ui.View, b Burden) table {
	t := table{ID: "judges", Title: v.T("foresight.by_judge"), Note: v.T("foresight.by_judge_note"), Heads: []string{v.T("field.judge"), v.T("volume.pending"), v.T("foresight.weighted"),
		v.T("foresight.expected_cases"), v.T("foresight.expected"), v.T("foresight.time"), v.T("foresight.full_now"), v.T("foresight.full_each")}}
	var sum Unit
	for _, u := range b.Judges {
		link := ""
		if u.Code != "" {
			link = string(v.To("/cases", "set", "volume", "indicator", "pending", "side", "numerator", "period", civil.Period{From: b.Day, To: b.Day}.String(), "judge", u.Code))
		}
		t.Rows = append(t.Rows, judgeRow(unitName(v, "judge", u.Code), link, u))
		sum.Pending, sum.Expected = sum.Pending+u.Pending, sum.Expected+u.Expected
		sum.Need.Pending, sum.Need.Expected, sum.Need.Judges = sum.Need.Pending+u.Need.Pending, sum.Need.Expected+u.Need.Expected, sum.Need.Judges+u.Need.Judges
	}
	total := judgeRow(v.T("table.total"), "", sum)
	total.Total = true
	t.Rows = append(t.Rows, total)
	return t
}

func judgeRow(name, link string, u Unit) row {
	now, n := ui.None, u.Need
	if n.Judges > 0 {
		now = ui.Decimal(n.Pending/n.Judges, 1)
	}
	each, ok := n.PerJudge()
	return row{Name: name, Cells: []cell{{ui.Count(u.Pending), link}, {Text: ui.Decimal(n.Pending, 1)}, {Text: ui.Decimal(u.Expected, 1)}, {Text: ui.Decimal(n.Expected, 1)},
		{Text: ui.Decimal(100*n.Judges, 0) + "%"}, {Text: now}, value(each, 1, ok)}}
}

// kindTable shows the weights in force and what the days of the past year say beside them.
func kindTable(v *ui.View, b Burden) table {
	t := table{ID: "weights", Title: v.T("foresight.weights"), Note: v.T("foresight.weights_note"), Heads: []string{v.T("foresight.kind"), v.T("foresight.weight"), v.T("foresight.relative"),
		v.T("foresight.sample"), v.T("foresight.mean_days"), v.T("foresight.ratio"), v.T("foresight.range95")}}
	for _, k := range b.Kinds {
		r := row{Name: v.Pick(k.Name), Cells: []cell{{Text: ui.Decimal(k.Weight.Weight, 2)}, {Text: ui.Decimal(k.Relative, 2)}, {ui.Count(int64(k.Estimate.Cases)), sample(v, k)}}}
		if k.Estimate.Cases == 0 || k.Estimate.TooFew {
			r.Cells = append(r.Cells, cell{Text: v.T("foresight.too_few_cases")}, cell{Text: ui.None}, cell{Text: ui.None})
		} else {
			e := k.Estimate
			r.Cells = append(r.Cells, cell{Text: ui.Decimal(e.Mean, 0)}, cell{Text: ui.Decimal(e.Ratio, 2)}, cell{Text: ui.Decimal(e.Low, 2) + "–" + ui.Decimal(e.High, 2)})
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// sample is the list of the cases that a kind was estimated from; the estimate is of the whole
// city, so that other scopes could not see all of them.
func sample(v *ui.View, k Kind) string {
	if !v.At.City || k.Estimate.Cases == 0 {
		return ""
	}
	return string(v.To("/cases", "pick", "kind_"+k.ID))
}

func calendarTable(v *ui.View, b Burden) table {
	t := table{ID: "calendar", Title: v.T("foresight.calendar"), Note: v.T("foresight.calendar_note"), Heads: []string{v.T("field.judge"), v.T("foresight.why"), v.T("foresight.share"), v.T("period.from"), v.T("period.to"), v.T("foresight.reason"), v.T("foresight.who"), v.T("foresight.state")}}
	for _, e := range b.Calendar {
		why := v.T("foresight.why." + e.Why)
		if e.To != "" {
			why += " → " + v.Names("court", e.To)
		}
		state := v.T("foresight.holds")
		if b := e.Back; b != nil {
			state = v.T("foresight.taken_back", "Day", ui.Day(civil.FromTime(b.At)), "Who", b.Who, "Reason", b.Reason)
		}
		t.Rows = append(t.Rows, row{Name: v.Names("judge", e.Judge), Cells: []cell{{Text: why}, {Text: ui.Decimal(100*e.Share, 0) + "%"}, {Text: e.From.String()}, {Text: e.Until.String()}, {Text: e.Reason}, {Text: e.Who}, {Text: state}}})
	}
	return t
}

// holding lists the entries that can be taken back; the value is judge and version.
func holding(v *ui.View, b Burden) (out []ui.Option) {
	for _, e := range b.Calendar {
		if e.Back == nil {
			out = append(out, ui.Option{Value: e.Judge + "/" + strconv.Itoa(e.Version), Label: v.Names("judge", e.Judge) + " · " + v.T("foresight.why."+e.Why) + " · " + e.From.String() + "–" + e.Until.String()})
		}
	}
	return out
}

// Withdraw answers POST /foresight/capacity/withdraw.
func (p *Pages) Withdraw(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	judge, text, _ := strings.Cut(r.PostFormValue("entry"), "/")
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	version, err := strconv.Atoi(text)
	switch {
	case err != nil:
		err = fault.At(v.T("foresight.entry"), v.T("foresight.no_entry"), "")
	case reason == "":
		err = fault.At(v.T("foresight.reason"), v.T("foresight.reason_missing"), "")
	default:
		err = p.source.Withdraw(r.Context(), v.At, judge, version, reason)
	}
	return p.changed(w, r, v, err)
}

// changed goes back to the page, or shows it again with what is wrong and what was typed.
func (p *Pages) changed(w http.ResponseWriter, r *http.Request, v *ui.View, err error) error {
	if err == nil {
		http.Redirect(w, r, string(v.To("/foresight/load")), http.StatusSeeOther)
		return nil
	}
	if !errors.Is(err, fault.Invalid) {
		return err
	}
	m, again := p.burden(r.Context(), v)
	if again != nil {
		return again
	}
	for name := range r.PostForm {
		m.Form[name] = r.PostFormValue(name)
	}
	m.Failures = []string{err.Error()}
	return ui.Render(w, r, http.StatusUnprocessableEntity, burdenPage(v, m))
}

// Enter answers POST /foresight/capacity.
func (p *Pages) Enter(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	a, reason, err := entry(v, r)
	if err == nil {
		err = p.source.Enter(r.Context(), v.At, a, reason)
	}
	return p.changed(w, r, v, err)
}

// entry reads the form of the capacity calendar.
func entry(v *ui.View, r *http.Request) (load.Absence, string, error) {
	a := load.Absence{Judge: r.PostFormValue("who"), Why: r.PostFormValue("why"), To: r.PostFormValue("to")}
	if a.Why != load.Lent {
		a.To = ""
	}
	percent, err := strconv.ParseFloat(strings.TrimSpace(r.PostFormValue("share")), 64)
	if err != nil {
		return a, "", fault.At(v.T("foresight.share"), v.T("foresight.not_number"), "")
	}
	a.Share = percent / 100
	if a.From, err = civil.ParseDate(r.PostFormValue("from")); err != nil {
		return a, "", err
	}
	if a.Until, err = civil.ParseDate(r.PostFormValue("until")); err != nil {
		return a, "", err
	}
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if reason == "" {
		return a, "", fault.At(v.T("foresight.reason"), v.T("foresight.reason_missing"), "")
	}
	return a, reason, nil
}
