package documents

import (
	"math/big"
	"net/http"
	"strconv"

	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/statute"
	"zhunsheng/web/ui"
)

// compareModel is the view model of two versions side by side.
type compareModel struct {
	Title, Back string
	Choices     []ui.Option
	Then, Now   string
	Sentences   []bulletin.SentenceChange
	Changed     int
	Figures     []figureChange
	Breaks      []breakModel
}

type figureChange struct{ ID, Then, Now, Link string }

// Compare lays two versions of a document side by side, sentence by sentence.
func (p *Pages) Compare(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id := r.PathValue("id")
	c, err := p.papers.Compare(r.Context(), v.Who, id, v.Query.Get("then"), v.Query.Get("now"))
	if err != nil {
		return err
	}
	m := compareModel{Title: v.T("papers.compare"), Back: string(v.To(path(id))), Then: c.Then, Now: c.Now, Sentences: c.Sentences}
	for _, x := range c.Choices {
		m.Choices = append(m.Choices, ui.Option{Value: x.ID, Label: v.Pick(x.Text) + " · " + ui.Clock(x.At)})
	}
	for _, s := range c.Sentences {
		if s.Changed() {
			m.Changed++
		}
	}
	now := Card{}
	for _, x := range c.Choices {
		if x.ID == c.Now {
			now.Batch = x.Batch
		}
	}
	for _, f := range c.Figures {
		m.Figures = append(m.Figures, figureChange{f.Figure.ID, orNone(f.Then), orNone(f.Now), casesOf(v, now, f.Figure)})
	}
	m.Breaks = breaksOf(v, c.Breaks)
	return ui.Render(w, r, http.StatusOK, comparePage(v, m))
}

func orNone(s string) string {
	if s == "" {
		return ui.None
	}
	return s
}

// restateModel is the view model of what an edition would say today.
type restateModel struct {
	Title, Back, Edition, Batch string
	Figures                     []movedFigure
	Breaks                      []breakModel
}

type movedFigure struct {
	ID, Name, Then, Now, Total, Definition, Reality string
	Cases                                           []movedCase
}

type movedCase struct {
	CaseNo, Court, Link, How string
	Why                      []string
}

// Restatement shows figure by figure what an edition would say today, and why.
func (p *Pages) Restatement(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id := r.PathValue("id")
	x, err := p.papers.Restate(r.Context(), v.Who, id)
	if err != nil {
		return err
	}
	m := restateModel{Title: v.T("papers.restatement"), Back: string(v.To(path(id))), Edition: x.Edition, Batch: strconv.FormatInt(x.Batch, 10)}
	for _, f := range x.Figures {
		out := movedFigure{ID: f.Figure.ID, Name: v.Pick(f.Name), Then: f.Figure.Text, Now: f.Now,
			Total: step(v, f.Figure.Unit, f.Jump.Total), Definition: step(v, f.Figure.Unit, f.Jump.Definition), Reality: step(v, f.Figure.Unit, f.Jump.Reality)}
		for _, c := range f.Cases {
			k := movedCase{CaseNo: c.CaseNo, Court: v.Names("court", c.Court), How: v.T("papers.moved_"+c.How) + v.T("papers.side_"+c.Side),
				Link: string(v.To("/cases/one", "court", c.Court, "key", c.Key))}
			for _, y := range c.Why {
				k.Why = append(k.Why, whyOf(v, y))
			}
			out.Cases = append(out.Cases, k)
		}
		m.Figures = append(m.Figures, out)
	}
	m.Breaks = breaksOf(v, x.Breaks)
	return ui.Render(w, r, http.StatusOK, restatePage(v, m))
}

func whyOf(v *ui.View, c FieldChange) string {
	if c.Field == (statute.Text{}) {
		return v.T("papers.why_new", "Batch", c.Batch)
	}
	return v.T("papers.why_field", "Batch", c.Batch, "Field", v.Pick(c.Field), "Was", orNone(c.Was), "Is", orNone(c.Is))
}

// step prints a change in the unit of its value; shares move in percentage points.
func step(v *ui.View, unit string, r *big.Rat) string {
	if r == nil {
		return ui.None
	}
	text := ui.Value(unit, r)
	if unit == "share" {
		text = ui.Value("ratio", new(big.Rat).Mul(r, big.NewRat(100, 1))) + v.T("unit.points")
	}
	if r.Sign() > 0 {
		return "+" + text
	}
	return text
}

// breakModel is an indicator redefined within the year.
type breakModel struct {
	Name, From, Total, Definition, Reality string
	Months                                 []bothWays
}

type bothWays struct {
	Month, Old, New string
	InForce         bool
}

func breaksOf(v *ui.View, list []Break) []breakModel {
	var out []breakModel
	for _, b := range list {
		m := breakModel{Name: v.Pick(b.Name), From: ui.Day(b.From), Total: step(v, b.Unit, b.Jump.Total), Definition: step(v, b.Unit, b.Jump.Definition), Reality: step(v, b.Unit, b.Jump.Reality)}
		for _, x := range b.Months {
			m.Months = append(m.Months, bothWays{v.PeriodName(x.Period), ui.Value(b.Unit, x.Old), ui.Value(b.Unit, x.New), x.InForce})
		}
		out = append(out, m)
	}
	return out
}
