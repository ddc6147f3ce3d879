package indicators

import (
	"context"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/ui"
)

// timeline is the wordings of an indicator on a line of time; lengths are in units of the
// drawing, which is 1000 wide.
type timeline struct {
	Bars  []bar
	Ticks []tick
	Title string
}

type bar struct {
	X, Width, Middle string
	Label, Hint      string
	On, Open         bool
}

type tick struct{ X, Text string }

const lineWidth = 1000

// yearRoom is the width of half a year's number, which must not stick out of the drawing.
const yearRoom = 16

// lineOf draws the wordings. A wording in force from ever starts two years before the next
// one, one still in force ends two years after its start or after the data, as is later.
func lineOf(v *ui.View, i *indicator.Indicator, current *indicator.Version) timeline {
	first, last := edges(v, i.Versions)
	scale := func(d civil.Date) float64 {
		return float64(d-first) / float64(max(1, last-first)) * lineWidth
	}
	t := timeline{Title: v.T("indicator.timeline")}
	for _, ver := range i.Versions {
		from, to := max(ver.From, first), ver.To
		if to.IsZero() {
			to = last
		}
		x, end := scale(from), scale(min(to, last))
		t.Bars = append(t.Bars, bar{
			X: coordinate(x), Width: coordinate(max(4, end-x-3)), Middle: coordinate((x + end) / 2),
			Label: dayOr(ver.From, v.T("version.ever")), Hint: span(v, ver), On: ver == current, Open: ver.To.IsZero(),
		})
	}
	for y := first.Year() + 1; y <= last.Year(); y++ {
		if step := max(1, (last.Year()-first.Year())/8); y%step == 0 && scale(civil.NewDate(y, 1, 1)) < lineWidth-yearRoom {
			t.Ticks = append(t.Ticks, tick{coordinate(scale(civil.NewDate(y, 1, 1))), strconv.Itoa(y)})
		}
	}
	return t
}

func coordinate(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// edges are the first and last day of the drawing.
func edges(v *ui.View, versions []*indicator.Version) (first, last civil.Date) {
	for _, ver := range versions {
		for _, d := range []civil.Date{ver.From, ver.To} {
			if !d.IsZero() && (first.IsZero() || d < first) {
				first = d
			}
			last = max(last, d)
		}
	}
	last = max(last, v.AsOf.Day)
	if first.IsZero() {
		first = last
	}
	return first.AddDays(-2 * 365), last.AddDays(365)
}

// expression is the formula with the keys of the rule file.
func expression(version *indicator.Version) string {
	return strings.ReplaceAll(version.Value.String(), "×", "*")
}

// compared reads which period the figures stand against: the same of last year, the one
// before, or any other named by with=.
func (m *show) compared(v *ui.View) (civil.Period, error) {
	kind := v.Query.Get("compare")
	before := v.Period.Shift(-12)
	if kind == "preceding" {
		before = v.Period.Preceding()
	}
	text := v.Query.Get("with")
	if from, to := v.Query.Get("with-from"), v.Query.Get("with-to"); from != "" && to != "" {
		text = from + ".." + to
	}
	if text != "" {
		p, err := civil.ParsePeriod(text)
		if err != nil {
			return before, fault.At(v.T("compare.own"), v.T("period.bad", "Text", text), "")
		}
		before, m.With, kind = p, p, "own"
	}
	without := []string{"with", "", "with-from", "", "with-to", ""}
	m.Compare = []link{
		{v.T("compare.year"), string(v.Here(append(without, "compare", "")...)), kind == ""},
		{v.T("compare.preceding"), string(v.Here(append(without, "compare", "preceding")...)), kind == "preceding"},
	}
	return before, nil
}

// audit is the comparison of the figure columns with the SQL engine, made anew.
type audit struct {
	At     string
	Lines  []auditLine
	Figure int // figures compared
	Differ []string
}

type auditLine struct{ Engine, Num, Den, Value, Took string }

// reconcile asks both engines for the whole and for every unit below it.
func (p *Pages) reconcile(ctx context.Context, v *ui.View, set string, i *indicator.Indicator) (*audit, error) {
	out := &audit{}
	version, err := i.At(v.Period.To)
	if err != nil {
		return nil, err
	}
	req := indicator.Request{Set: set, Indicators: []string{i.ID}, Period: v.Period}
	whole, err := p.source.Reconcile(ctx, v.At, req)
	if err != nil {
		return nil, err
	}
	for _, w := range whole {
		f := w.Figures[0]
		out.Lines = append(out.Lines, auditLine{v.T("audit.engine." + w.Engine), sideOf(version, indicator.NumeratorSide, f), sideOf(version, indicator.DenominatorSide, f), ui.Value(i.Unit, f.Value), fmt.Sprintf("%.1f ms", float64(w.Took.Microseconds())/1000)})
	}
	out.compare(v, whole)
	if v.Units.Field != "" {
		req.By = []string{v.Units.Field}
		parts, err := p.source.Reconcile(ctx, v.At, req)
		if err != nil {
			return nil, err
		}
		out.compare(v, parts)
	}
	out.At = time.Now().Format("2006-01-02 15:04:05")
	return out, nil
}

// compare counts the figures and notes those on which the witnesses differ.
func (a *audit) compare(v *ui.View, witnesses []Witness) {
	mine, other := byGroup(witnesses[0].Figures), byGroup(witnesses[1].Figures)
	for group, f := range other {
		if _, ok := mine[group]; !ok {
			mine[group] = indicator.Figure{By: f.By}
		}
	}
	for _, group := range ui.SortedKeys(mine) {
		a.Figure++
		f, g := mine[group], other[group]
		if !same(f.Value, g.Value) || !same(f.Numerator, g.Numerator) || !same(f.Denominator, g.Denominator) {
			name := v.Units.Whole
			if len(f.By) > 0 {
				name = v.Names(v.Units.Field, f.By[0])
			}
			a.Differ = append(a.Differ, name)
		}
	}
}

func byGroup(figures []indicator.Figure) map[string]indicator.Figure {
	out := map[string]indicator.Figure{}
	for _, f := range figures {
		out[fmt.Sprint(f.By)] = f
	}
	return out
}

func same(a, b *big.Rat) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.Cmp(b) == 0
}

// local adds who adopted an indicator of the court's own, when and why.
func (p *Pages) local(ctx context.Context, v *ui.View, set, id string, m *show) error {
	if set != indicator.LocalSet {
		return nil
	}
	adopted, err := p.source.Adopted(ctx)
	if err != nil {
		return err
	}
	m.Adopted = adoptions(adopted, id)
	if v.Who.Can(access.DefineIndicators) {
		m.Reword = string(v.To("/indicators/draft", "of", id))
	}
	return nil
}
