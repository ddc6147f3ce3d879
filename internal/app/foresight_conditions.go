package app

import (
	"encoding/json"
	"fmt"
	"slices"

	"zhunsheng/internal/solve"
	"zhunsheng/internal/staffing"
	"zhunsheng/web/page/foresight"
)

// solution is a problem's plan with everything that follows from the problem alone. It is shared:
// read only.
type solution struct {
	plan              staffing.Plan
	objections        []string
	confirmed         bool
	others            []solve.Alternative
	binding, conflict []foresight.Limit
}

// solve solves a problem once.
func (a foresightDesk) solve(p *staffing.Problem) (*solution, error) {
	key, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("staffing problem: %w", err)
	}
	return a.solutions.of(a.App, string(key), func() (*solution, error) {
		s := &solution{plan: solve.Plan(p)}
		if s.plan.Status == unsolved {
			s.conflict = said(s.plan.Conflict)
			return s, nil
		}
		s.objections, s.confirmed = staffing.Check(p, &s.plan), staffing.Confirmed(p, &s.plan)
		s.binding, s.conflict = said(s.plan.Binding), contradiction(p, &s.plan)
		s.others = refusals(p, &s.plan)
		return s, nil
	})
}

// refusals asks for every move of a plan what is best when it is refused. Where somebody else can go
// with the same result, that is best: a refusal never makes a plan better.
func refusals(p *staffing.Problem, plan *staffing.Plan) []solve.Alternative {
	var out []solve.Alternative
	instead, hard := exchanges(p, plan), hard(p)
	for i, m := range plan.Moves[:min(alternatives, len(plan.Moves))] {
		refused := staffing.Refusal{Judge: m.Judge}
		switch {
		case len(instead[m.Judge]) > 0:
			moves := slices.Clone(plan.Moves)
			moves[i].Judge = instead[m.Judge][0]
			out = append(out, solve.Alternative{Refused: refused, Status: plan.Status, Objective: plan.Objective, Moves: moves})
		case hard:
			out = append(out, solve.Alternative{Refused: refused, Status: unasked})
		default:
			out = append(out, solve.Alternatives(p, &staffing.Plan{Moves: []staffing.Move{m}}, 1)...)
		}
	}
	if n := len(out); n > 0 && !hard {
		out = append(out, solve.Further(p, out[0], max(0, fewAlternatives-n))...)
	}
	return out
}

// unsolved is the status of a search that was given up without a plan.
const unsolved = "unknown"

// unasked is the status of an alternative that is solved only when somebody asks for it.
const unasked = "unasked"

// easyNeeds is how many needs a problem with part-time judges has at most for its alternatives to be
// solved in advance: beyond, one search can take seconds.
const easyNeeds = 4

// hard reports whether one search of a problem can take seconds.
func hard(p *staffing.Problem) bool {
	return len(p.Needs) > easyNeeds && slices.ContainsFunc(p.Judges, func(j staffing.Judge) bool { return j.Time() < 1 })
}

// contradiction is a set of conditions of a problem without a plan of which none can be spared:
// with any of them dropped there is a plan. What is asked of single courts is tried last, one by
// one. What the solver says stays where the conditions explain nothing.
func contradiction(p *staffing.Problem, plan *staffing.Plan) (out []foresight.Limit) {
	if plan.Status != "infeasible" {
		return nil
	}
	if len(p.Judges) == 0 {
		return said(plan.Conflict)
	}
	for _, r := range slices.Backward(staffing.Rules()) {
		q, had := p.Without(r)
		switch {
		case !had || r.Code == needed:
		case impossible(q):
			p = q
		default:
			out = append(out, foresight.Limit{Rule: r.Code})
		}
	}
	for n, x := range met(p, nil) {
		q := *p
		q.Needs = slices.Clone(p.Needs)
		if q.Needs[n].AtLeast = 0; impossible(&q) {
			p = &q
			continue
		}
		out = append(out, foresight.Limit{Rule: needed, Need: &x})
	}
	if len(out) == 0 {
		return said(plan.Conflict)
	}
	return out
}

// needed is the code of the rule of lines and languages.
const needed = "needs"

// impossible reports whether a problem has no plan whatever the load. How much time judges have, how
// much there is to do and how far it is do not matter to that.
func impossible(p *staffing.Problem) bool {
	q := *p
	q.Courts, q.Judges, q.Travel, q.Objective = slices.Clone(p.Courts), slices.Clone(p.Judges), nil, staffing.Objectives[:1]
	for i := range q.Courts {
		q.Courts[i].MinJudges, q.Courts[i].Load = p.Courts[i].Need(), 0
	}
	for i := range q.Judges {
		q.Judges[i].Capacity = nil
	}
	plan := solve.Plan(&q)
	return plan.Status == "infeasible"
}

// said tells the conditions that the solver names apart from its other sentences.
func said(sentences []string) (out []foresight.Limit) {
	for _, s := range sentences {
		if r, ok := staffing.RuleOf(s); ok {
			out = append(out, foresight.Limit{Rule: r.Code})
			continue
		}
		out = append(out, foresight.Limit{Text: s})
	}
	return out
}
