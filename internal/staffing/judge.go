package staffing

import (
	"fmt"
	"math"
	"slices"

	"zhunsheng/internal/fault"
)

// Judge is one judge in post.
type Judge struct {
	ID        string   `json:"id"`
	Court     string   `json:"court"`
	Lines     []string `json:"lines,omitempty"`     // that the judge may handle
	Languages []string `json:"languages,omitempty"` // that the judge speaks
	Capacity  *float64 `json:"capacity,omitempty"`  // share of full time for cases; nil: 1
	MayGo     []string `json:"may_go,omitempty"`    // courts; left out: all
	Avoid     []string `json:"avoid,omitempty"`     // courts where the judge may not sit (任职回避)
	Stays     bool     `json:"stays,omitempty"`
}

// Time is the capacity of the judge.
func (j *Judge) Time() float64 {
	if j.Capacity == nil {
		return 1
	}
	return *j.Capacity
}

// Need asks that a court have judges who handle all of the lines and speak all of the languages.
type Need struct {
	Court     string   `json:"court"`
	Lines     []string `json:"lines,omitempty"`
	Languages []string `json:"languages,omitempty"`
	AtLeast   int      `json:"at_least"`
}

// Met reports whether a judge counts for the need.
func (n *Need) Met(j *Judge) bool {
	return within(n.Lines, j.Lines) && within(n.Languages, j.Languages)
}

func within(wanted, had []string) bool {
	for _, w := range wanted {
		if !slices.Contains(had, w) {
			return false
		}
	}
	return true
}

// MayMove reports whether the rules for single judges allow a move to court to.
func (p *Problem) MayMove(j *Judge, to *Court, home *Court) bool {
	switch {
	case j.Stays || to.ID == j.Court, j.MayGo != nil && !slices.Contains(j.MayGo, to.ID), slices.Contains(j.Avoid, to.ID):
		return false
	case p.Limits.WithinGroup && to.Group != home.Group:
		return false
	}
	return !slices.ContainsFunc(p.Limits.Refused, func(r Refusal) bool {
		if r.Judge != "" {
			return r.Judge == j.ID
		}
		return r.From == j.Court && r.To == to.ID
	})
}

// checkNames checks judges, needs and refusals, and counts the judges of courts that leave it open.
func (p *Problem) checkNames(place string) error {
	at := map[string]int{}
	for i, c := range p.Courts {
		at[c.ID] = i
	}
	counted := make([]int, len(p.Courts))
	seen := map[string]bool{}
	for _, j := range p.Judges {
		where := place + ", judge " + j.ID
		home, known := at[j.Court]
		switch {
		case j.ID == "" || seen[j.ID]:
			return fault.At(where, "the id is missing or given twice", "give each judge an id of its own")
		case !known:
			return fault.At(where, fmt.Sprintf("court %q is not listed", j.Court), "list the court or correct the judge")
		case !(j.Time() > 0 && j.Time() <= 1) || math.IsNaN(j.Time()):
			return fault.At(where, "capacity is a share above 0 and up to 1", "correct it")
		}
		for _, c := range append(slices.Clone(j.MayGo), j.Avoid...) {
			if _, ok := at[c]; !ok {
				return fault.At(where, fmt.Sprintf("court %q is not listed", c), "correct may_go or avoid")
			}
		}
		seen[j.ID] = true
		counted[home]++
	}
	if len(p.Judges) > 0 {
		for i := range p.Courts {
			c := &p.Courts[i]
			if c.Judges != 0 && c.Judges != counted[i] {
				return fault.At(place+", court "+c.ID, fmt.Sprintf("%d judges in post, %d are named", c.Judges, counted[i]), "name every judge, or leave the number out")
			}
			c.Judges = counted[i]
		}
	}
	return p.checkWishes(place, at, seen)
}

func (p *Problem) checkWishes(place string, courts map[string]int, judges map[string]bool) error {
	perCourt := map[string]int{}
	for n, need := range p.Needs {
		where := fmt.Sprintf("%s, need %d", place, n+1)
		perCourt[need.Court]++
		switch _, known := courts[need.Court]; {
		case len(p.Judges) == 0:
			return fault.At(where, "needs ask for named judges and there are none", "list the judges, or leave the needs out")
		case !known:
			return fault.At(where, fmt.Sprintf("court %q is not listed", need.Court), "correct it")
		case need.AtLeast < 0 || need.AtLeast > 1e6:
			return fault.At(where, "at_least is a number from 0 to a million", "correct it")
		case perCourt[need.Court] > maxNeeds:
			return fault.At(where, fmt.Sprintf("more than %d needs of one court", maxNeeds), "join some of them")
		}
	}
	for n, r := range p.Limits.Refused {
		_, from := courts[r.From]
		_, to := courts[r.To]
		if r.Judge != "" && !judges[r.Judge] || r.Judge == "" && !(from && to) {
			return fault.At(fmt.Sprintf("%s, refusal %d", place, n+1), "names neither a listed judge nor two listed courts", "correct it")
		}
	}
	return nil
}

// maxNeeds bounds the needs of one court, because their combinations are told apart.
const maxNeeds = 6
