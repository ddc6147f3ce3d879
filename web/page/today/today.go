package today

import (
	"fmt"
	"math/big"
	"net/http"
	"strings"

	"zhunsheng/web/ui"
)

// Pages are the handlers of the screen.
type Pages struct{ source Source }

// New builds the handlers.
func New(source Source) *Pages { return &Pages{source} }

// model is the view model of the page.
type model struct {
	Lead     string
	Leads    bool
	Changes  []change
	Sections []section
	Idle     []string // names of the kinds with nothing to do
}

type section struct {
	Kind        Kind
	Mark, Title string
	Lines       []line
}

type line struct {
	ID, Name, Why, Late string
	Over                bool
	Count, Unit, Link   string
	Parts               []part
	First               []caseLine
}

// caseLine is one case of a line, with how it stands.
type caseLine struct {
	No, Link, Text string
	Over           bool
}

type part struct{ Name, Count, Link string }

type change struct {
	ID, Text, Link, More string
	Up                   bool
	Parts                []changePart
}

// changePart is one contribution, opened on both sides.
type changePart struct{ Name, Diff, Now, NowLink, Before, BeforeLink string }

// Show answers GET /today.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	work, err := p.source.Work(r.Context(), v.At)
	if err != nil {
		return fmt.Errorf("today: %w", err)
	}
	return ui.Render(w, r, http.StatusOK, page(v, modelOf(v, work)))
}

func modelOf(v *ui.View, work Work) model {
	m := model{Leads: work.Leads}
	for _, c := range work.Changes {
		m.Changes = append(m.Changes, changeOf(v, c))
	}
	for _, k := range Kinds() {
		s := section{Kind: k, Mark: v.T("today." + string(k) + ".mark"), Title: v.T("today." + string(k))}
		for _, i := range work.Items {
			if i.Kind == k && i.Count > 0 {
				s.Lines = append(s.Lines, lineOf(v, i))
			}
		}
		if len(s.Lines) == 0 {
			m.Idle = append(m.Idle, s.Title)
			continue
		}
		m.Sections = append(m.Sections, s)
	}
	lines := 0
	for _, s := range m.Sections {
		lines += len(s.Lines)
	}
	m.Lead = v.T("today.lead", "Day", v.AsOf.Day.String(), "N", lines)
	if lines == 0 {
		m.Lead = v.T("today.lead_none", "Day", v.AsOf.Day.String())
	}
	return m
}

func lineOf(v *ui.View, i Item) line {
	l := line{
		ID: i.ID, Name: v.Pick(i.Name), Why: v.Pick(i.Why), Late: v.Pick(i.Late), Over: i.Over,
		Count: ui.Count(i.Count), Unit: v.T("today.unit." + i.Unit), Link: string(v.To(i.Path, i.Query...)),
	}
	for _, x := range i.First {
		l.First = append(l.First, caseLine{x.No, string(v.To("/cases/one", "of", x.Court, "key", x.Key)), v.Pick(x.Text), x.Over})
	}
	for _, x := range i.Parts {
		if x.Count == 0 {
			continue
		}
		name := v.Names(x.Field, x.Code)
		if x.Code == "" {
			name = v.T("table.unstated")
		}
		out := part{Name: name, Count: ui.Count(x.Count)}
		if len(x.Query) > 0 {
			out.Link = string(v.To(i.Path, append(append([]string{}, i.Query...), x.Query...)...))
		}
		l.Parts = append(l.Parts, out)
	}
	return l
}

// changeOf writes a change as the quarterly analysis does: how much, and which parts it came
// from.
func changeOf(v *ui.View, c Change) change {
	diff := c.Now - c.Before
	out := change{ID: c.Indicator, Up: diff > 0, Link: list(v, c.Indicator, c.Period.String()), More: string(v.To("/situation", "of", c.Indicator, "period", c.Period.String()))}
	word := "today.change_up"
	if diff < 0 {
		word = "today.change_down"
	}
	out.Text = v.T(word, "Name", v.T("volume."+c.Indicator), "Now", ui.Count(c.Now), "Diff", ui.Count(max(diff, -diff)),
		"Rate", strings.TrimPrefix(strings.TrimPrefix(v.Change("count", rat(c.Now), rat(c.Before)), "+"), "−"))
	for _, x := range c.Parts {
		pairs := []string{"court", x.Court, "f-line", orUnstated(x.Line), "f-cause", orUnstated(x.Cause)}
		out.Parts = append(out.Parts, changePart{
			Name: strings.Join([]string{v.Names("court", x.Court), v.Names("line", x.Line), v.Names("cause", x.Cause)}, " · "),
			Diff: ui.Signed(x.Diff), Now: ui.Count(x.Now), NowLink: list(v, c.Indicator, c.Period.String(), pairs...),
			Before: ui.Count(x.Before), BeforeLink: list(v, c.Indicator, c.Last.String(), pairs...),
		})
	}
	return out
}

func rat(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

func orUnstated(s string) string {
	if s == "" {
		return "~"
	}
	return s
}

func list(v *ui.View, indicator, period string, more ...string) string {
	pairs := append([]string{"set", "volume", "indicator", indicator, "side", "numerator", "period", period}, more...)
	return string(v.To("/cases", pairs...))
}
