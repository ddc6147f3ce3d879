// Package staffing states the question which court lends how many judges to which, and checks
// answers to it. It knows no solver: a plan is judged by the problem and the plan alone.
package staffing

import (
	"fmt"
	"math"
	"slices"

	"zhunsheng/internal/fault"
)

// Problem is one question. Without Judges, judges are interchangeable and only their numbers move.
type Problem struct {
	Courts    []Court  `json:"courts"`
	Judges    []Judge  `json:"judges,omitempty"`
	Needs     []Need   `json:"needs,omitempty"` // only with Judges
	Travel    []Travel `json:"travel,omitempty"`
	Limits    Limits   `json:"limits"`
	Objective []string `json:"objective,omitempty"` // see Objectives; left out: all three

	// Period is what the loads are of; Loan is when lent judges are away, all at once. Without
	// Loan they are away for the whole period.
	Period *Span `json:"period,omitempty"`
	Loan   *Span `json:"loan,omitempty"`
}

// Court is one court with its judges in post and its yearly load in (weighted) cases.
type Court struct {
	ID           string   `json:"id"`
	Judges       int      `json:"judges"`
	Load         float64  `json:"load"`
	MinJudges    int      `json:"min_judges,omitempty"`     // present after the moves
	MaxLendShare *float64 `json:"max_lend_share,omitempty"` // of those in post, who may leave; nil: all
	Group        string   `json:"group,omitempty"`
}

// Travel is what one judge's move costs; it holds in both directions unless the other is
// given too. A pair that is not listed costs nothing.
type Travel struct {
	From string  `json:"from"`
	To   string  `json:"to"`
	Cost float64 `json:"cost"`
}

// Limits hold for the plan as a whole.
type Limits struct {
	MaxMoves    *int `json:"max_moves,omitempty"` // nil: any number
	WithinGroup bool `json:"within_group,omitempty"`

	// Refused are judges, or with interchangeable judges pairs of courts, that are not to be
	// moved: what is left when somebody says no.
	Refused []Refusal `json:"refused,omitempty"`
}

// Refusal names a judge who is not moved, or a way that nobody takes.
type Refusal struct {
	Judge string `json:"judge,omitempty"`
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
}

// Objectives are minimised in this order: the largest load per judge over the courts after the
// moves, the number of moves, the cost of travel. A problem may leave out the last ones.
var Objectives = []string{"max_load", "moves", "travel"}

// Plan is an answer.
type Plan struct {
	Status    string   `json:"status"` // optimal feasible infeasible
	Objective Values   `json:"objective"`
	Bound     Values   `json:"bound"`          // no plan can be better than this
	Loan      *Span    `json:"loan,omitempty"` // when lent judges are away; left out: the whole period
	Gap       float64  `json:"gap"`            // objective over bound of max_load, minus one
	Moves     []Move   `json:"moves"`
	Binding   []string `json:"binding"`  // what keeps the largest load from falling further
	Conflict  []string `json:"conflict"` // of an infeasible problem: what contradicts each other
}

// Values are the three objectives.
type Values struct {
	MaxLoad float64 `json:"max_load"`
	Moves   int     `json:"moves"`
	Travel  float64 `json:"travel"`
}

// Move sends judges from one court to another: a number, or one by name.
type Move struct {
	Judge  string `json:"judge,omitempty"`
	From   string `json:"from"`
	To     string `json:"to"`
	Count  int    `json:"count,omitempty"` // not with Judge
	Reason string `json:"reason,omitempty"`
}

// Size is the number of judges who move.
func (m *Move) Size() int {
	if m.Judge != "" {
		return 1
	}
	return m.Count
}

// check refuses what no plan can be made of.
func (p *Problem) check(place string) error {
	if len(p.Courts) == 0 {
		return fault.At(place, "it has no courts", "list at least one")
	}
	seen := map[string]bool{}
	for _, c := range p.Courts {
		at := place + ", court " + c.ID
		switch {
		case seen[c.ID]:
			return fault.At(at, "it is given twice", "list each court once")
		case c.Judges < 0 || c.MinJudges < 0 || c.Judges > 1e6 || c.MinJudges > 1e6:
			return fault.At(at, "judges and min_judges are numbers from 0 to a million", "correct them")
		case c.Load < 0 || c.Load > 1e12 || math.IsNaN(c.Load):
			return fault.At(at, "load is a number from 0 to 10^12", "correct it")
		case c.MaxLendShare != nil && (*c.MaxLendShare < 0 || *c.MaxLendShare > 1):
			return fault.At(at, "max_lend_share is a share from 0 to 1", "correct it")
		}
		seen[c.ID] = true
	}
	for _, t := range p.Travel {
		if !seen[t.From] || !seen[t.To] || t.Cost < 0 || t.Cost > 1e9 {
			return fault.At(fmt.Sprintf("%s, travel %s to %s", place, t.From, t.To), "a court that is not listed, or a cost outside 0 to 10^9", "correct it")
		}
	}
	if err := p.checkLoan(place); err != nil {
		return err
	}
	if p.Limits.MaxMoves != nil && *p.Limits.MaxMoves < 0 {
		return fault.At(place+", limits", "max_moves is negative", "give 0 or more")
	}
	if n := len(p.Objective); n > len(Objectives) || n > 0 && !slices.Equal(p.Objective, Objectives[:n]) {
		return fault.At(place+", objective", "only the order max_load, moves, travel is planned", "write them in this order; the last ones may be left out")
	}
	return nil
}

// Need is the smallest number of judges who must be present in c after the moves, whatever
// its load per judge.
func (c *Court) Need() int {
	if c.Load > 0 {
		return max(c.MinJudges, 1)
	}
	return c.MinJudges
}

// MayLeave is how many judges of c may be lent at most.
func (c *Court) MayLeave() int {
	if c.MaxLendShare == nil {
		return c.Judges
	}
	return int(math.Floor(*c.MaxLendShare*float64(c.Judges) + 1e-9))
}

// Costs answers what one move from a court to another costs.
func (p *Problem) Costs() func(from, to string) float64 {
	type pair struct{ from, to string }
	given := map[pair]float64{}
	for _, t := range p.Travel {
		given[pair{t.From, t.To}] = t.Cost
	}
	return func(from, to string) float64 {
		if c, ok := given[pair{from, to}]; ok {
			return c
		}
		return given[pair{to, from}]
	}
}
