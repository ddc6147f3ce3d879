package settings

import (
	"context"
	"errors"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/ui"
)

// IntervalDecision is one decision of the office about an interval.
type IntervalDecision struct {
	Interval  indicator.Interval // without bounds: none from that day on
	Reason    string
	Who, Name string
	At        time.Time
}

// IntervalEffect is what an interval would have changed in a period.
type IntervalEffect struct {
	Period civil.Period
	Courts []CourtEffect // in administrative order
}

// CourtEffect is the figure of a court with both states.
type CourtEffect struct{ Was, Is indicator.Figure }

// Intervals keeps the court's own intervals.
type Intervals interface {
	IntervalDecisions(ctx context.Context, at access.Scope, set, key string) ([]IntervalDecision, error)
	// TryInterval computes the last period as if the interval had been in force in it.
	TryInterval(ctx context.Context, at access.Scope, set, key string, x indicator.Interval, p civil.Period) (IntervalEffect, error)
	AdoptInterval(ctx context.Context, at access.Scope, set, key string, x indicator.Interval, reason string) error
}

// intervalForm is what was typed; shares are in per cent.
type intervalForm struct{ Level, Line, Low, High, From, Reason string }

// intervalModel is the view model of one indicator's intervals.
type intervalModel struct {
	Set, Key, Name, Unit, To string
	Form                     intervalForm
	Levels, Lines            []ui.Option
	Failures                 []string
	InForce                  []intervalLine
	Effect                   *effectModel
	History                  []intervalHistory
}

type intervalHistory struct{ From, Interval, Reason, By, At string }

type effectModel struct {
	Period, Sentence string
	Rows             []effectRow
	Changed          int
}

type effectRow struct {
	Court, Value            string
	WasShape, Was, WasRange string
	IsShape, Is, IsRange    string
	WasKind, IsKind         string
	Changed                 bool
}

// stateShapes are the states of figures by shape, as on the pages of indicators.
var stateShapes = map[string]string{indicator.Inside: "●", indicator.Below: "▼", indicator.Above: "▲"}

// Interval shows the intervals of one indicator with the form of a decision.
func (p *Pages) Interval(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.interval(w, r, v, http.StatusOK, intervalModel{Form: intervalForm{Level: "4", From: v.AsOf.Day.AddDays(1).String()}})
}

func (p *Pages) interval(w http.ResponseWriter, r *http.Request, v *ui.View, status int, m intervalModel) error {
	m.Set, m.Key = r.PathValue("set"), r.PathValue("key")
	i, err := p.source.Book().Find(m.Set, m.Key)
	if err != nil {
		return err
	}
	m.Name, m.Unit, m.To = v.Pick(i.Name), i.Unit, string(v.To("/settings/intervals/"+m.Set+"/"+m.Key))
	for _, l := range []int{0, 2, 3, 4} {
		m.Levels = append(m.Levels, ui.Option{Value: strconv.Itoa(l), Label: levelWord(v, l)})
	}
	m.Lines = []ui.Option{{Label: v.T("interval.all_lines")}}
	for _, l := range []string{"criminal", "civil", "administrative", "enforcement", "compensation", "other"} {
		m.Lines = append(m.Lines, ui.Option{Value: l, Label: v.Names("line", l)})
	}
	for _, version := range i.Versions {
		m.InForce = append(m.InForce, intervalLines(v, i, version, "")...)
	}
	decisions, err := p.intervals.IntervalDecisions(r.Context(), v.Who, m.Set, m.Key)
	if err != nil {
		return err
	}
	for n := len(decisions) - 1; n >= 0; n-- {
		d := decisions[n]
		m.History = append(m.History, intervalHistory{d.Interval.From.String(), levelLine(v, d.Interval) + ": " + rangeText(v, i.Unit, d.Interval.Low, d.Interval.High), d.Reason, d.Name, ui.Clock(d.At)})
	}
	return ui.Render(w, r, status, intervalPage(v, m))
}

func levelLine(v *ui.View, x indicator.Interval) string {
	if x.Line == "" {
		return levelWord(v, x.Level)
	}
	return levelWord(v, x.Level) + " " + v.Names("line", x.Line)
}

// rangeText prints a range; without bounds it is none.
func rangeText(v *ui.View, unit string, low, high *big.Rat) string {
	if low == nil && high == nil {
		return v.T("interval.none")
	}
	a, b := "…", "…"
	if low != nil {
		a = ui.Value(unit, low)
	}
	if high != nil {
		b = ui.Value(unit, high)
	}
	return a + v.T("period.dash") + b
}

// boundsText is the interval a figure was held against; nothing where there is none, as its state
// says so.
func boundsText(v *ui.View, unit string, f indicator.Figure) string {
	if f.Low == nil && f.High == nil {
		return ""
	}
	return rangeText(v, unit, f.Low, f.High)
}

// SaveInterval shows the effect of an interval, or adopts it when the form says so.
func (p *Pages) SaveInterval(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	m := intervalModel{Form: intervalForm{field("level"), field("line"), field("low"), field("high"), field("from"), field("reason")}}
	set, key := r.PathValue("set"), r.PathValue("key")
	i, err := p.source.Book().Find(set, key)
	if err != nil {
		return err
	}
	adopt := field("do") == "adopt"
	x := m.Form.interval(v, i.Unit, &m.Failures)
	if adopt && m.Form.Reason == "" {
		m.Failures = append(m.Failures, v.T("interval.no_reason"))
	}
	if len(m.Failures) > 0 {
		return p.interval(w, r, v, http.StatusUnprocessableEntity, m)
	}
	if adopt {
		err = p.intervals.AdoptInterval(r.Context(), v.Who, set, key, x, m.Form.Reason)
		if err == nil {
			http.Redirect(w, r, string(v.To("/settings/intervals/"+set+"/"+key)), http.StatusSeeOther)
			return nil
		}
	} else {
		var e IntervalEffect
		if e, err = p.intervals.TryInterval(r.Context(), v.Who, set, key, x, v.Period); err == nil {
			m.Effect = effectOf(v, i.Unit, e)
		}
	}
	var wrong *fault.Error
	if errors.Is(err, fault.Invalid) && errors.As(err, &wrong) {
		m.Failures = []string{wrong.Text}
		return p.interval(w, r, v, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return p.interval(w, r, v, http.StatusOK, m)
}

// interval reads the form; what cannot be read is a failure.
func (f intervalForm) interval(v *ui.View, unit string, failures *[]string) indicator.Interval {
	var x indicator.Interval
	var err error
	if x.Level, err = strconv.Atoi(f.Level); err != nil {
		*failures = append(*failures, v.T("interval.bad_level"))
	}
	x.Line = f.Line
	if x.From, err = civil.ParseDate(f.From); err != nil {
		*failures = append(*failures, v.T("dispute.bad_day", "Text", f.From))
	}
	bound := func(text string) *big.Rat {
		if text == "" {
			return nil
		}
		n, ok := new(big.Rat).SetString(strings.TrimSuffix(text, "%"))
		if !ok || strings.ContainsAny(text, "eExX_/") {
			*failures = append(*failures, v.T("interval.bad_number", "Text", text))
			return nil
		}
		if unit == "share" {
			n.Quo(n, big.NewRat(100, 1))
		}
		return n
	}
	x.Low, x.High = bound(f.Low), bound(f.High)
	return x
}

// effectOf prints which courts' states would change.
func effectOf(v *ui.View, unit string, e IntervalEffect) *effectModel {
	m := &effectModel{Period: v.PeriodName(e.Period)}
	for _, c := range e.Courts {
		r := effectRow{Court: v.Names("court", c.Was.By[0]), Value: ui.Value(unit, c.Was.Value), Changed: c.Was.Status != c.Is.Status, WasKind: c.Was.Status, IsKind: c.Is.Status,
			WasShape: shape(c.Was.Status), Was: v.T("status." + c.Was.Status), WasRange: boundsText(v, unit, c.Was),
			IsShape: shape(c.Is.Status), Is: v.T("status." + c.Is.Status), IsRange: boundsText(v, unit, c.Is)}
		if r.Changed {
			m.Changed++
		}
		m.Rows = append(m.Rows, r)
	}
	m.Sentence = v.T("interval.effect", "Period", m.Period, "N", m.Changed, "All", len(m.Rows))
	return m
}

func shape(status string) string {
	if s := stateShapes[status]; s != "" {
		return s
	}
	return "○"
}
