package signals

import (
	"fmt"
	"net/http"
	"strconv"

	"zhunsheng/web/ui"
)

// clueModel is the view model of the questions.
type clueModel struct {
	Lead, Basis string
	Whole       bool
	Clues       []clueCard
	Rules       []clueRule
}

type clueCard struct {
	Name, Court, Words, Innocent, Link, Open string
	Facts                                    string
}

// clueRule says how many questions a rule asks now.
type clueRule struct{ Name, Innocent, Asked string }

// Distortion answers GET /signals/distortion.
func (p *Pages) Distortion(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	v.OnDataDay()
	c, err := p.source.Clues(r.Context(), v.At)
	if err != nil {
		return fmt.Errorf("distortion: %w", err)
	}
	m := clueModel{Whole: c.Whole, Basis: v.T("clue.basis.numbers"),
		Lead: v.T("clue.lead", "N", c.Tested, "Expected", fmt.Sprintf("%.1f", c.Expected))}
	if c.Parties {
		m.Basis = v.T("clue.basis.parties")
	}
	asked := map[string]int64{}
	for _, q := range c.Questions {
		asked[q.Rule.ID]++
		m.Clues = append(m.Clues, clueCard{
			Name: v.Pick(q.Rule.Name), Court: v.Names("court", q.Court), Words: v.Pick(q.Words), Innocent: v.Pick(q.Rule.Innocent),
			Link: string(v.To("/cases", "pick", q.ID)), Open: v.N("clue.open", int64(len(q.Evidence))),
			Facts: v.T("clue.facts", "Ratio", decimals(q.Ratio), "Low", decimals(q.Interval.Low), "High", decimals(q.Interval.High), "Period", v.PeriodName(q.Period)),
		})
	}
	for _, rule := range c.Rules {
		m.Rules = append(m.Rules, clueRule{v.Pick(rule.Name), v.Pick(rule.Innocent), ui.Count(asked[rule.ID])})
	}
	return ui.Render(w, r, http.StatusOK, cluePage(v, m))
}

func decimals(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
