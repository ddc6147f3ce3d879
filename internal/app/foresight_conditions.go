package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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

// rule is a condition of a problem that can be dropped.
type rule struct {
	limit foresight.Limit
	drop  func(*staffing.Problem) bool // false: it is not there
}

// rulesOf lists the conditions of a problem, those asked for one by one last.
func rulesOf(p *staffing.Problem) []rule {
	out := []rule{
		{foresight.Limit{Rule: "personal"}, func(p *staffing.Problem) bool {
			was := len(p.Limits.Refused) > 0
			p.Limits.Refused = nil
			for i := range p.Judges {
				j := &p.Judges[i]
				was = was || j.Stays || len(j.Avoid) > 0
				j.Stays, j.Avoid = false, nil
			}
			return was
		}},
		{foresight.Limit{Rule: "within_group"}, func(p *staffing.Problem) bool {
			was := p.Limits.WithinGroup
			p.Limits.WithinGroup = false
			return was
		}},
		{foresight.Limit{Rule: "min_judges"}, func(p *staffing.Problem) (was bool) {
			for i := range p.Courts {
				was = was || p.Courts[i].MinJudges > 0
				p.Courts[i].MinJudges = 0
			}
			return was
		}},
		{foresight.Limit{Rule: "max_lend_share"}, func(p *staffing.Problem) (was bool) {
			for i := range p.Courts {
				was = was || p.Courts[i].MaxLendShare != nil
				p.Courts[i].MaxLendShare = nil
			}
			return was
		}},
		{foresight.Limit{Rule: "max_moves"}, func(p *staffing.Problem) bool {
			was := p.Limits.MaxMoves != nil
			p.Limits.MaxMoves = nil
			return was
		}},
	}
	for n, x := range met(p, nil) {
		out = append(out, rule{foresight.Limit{Rule: "needs", Need: &x}, func(p *staffing.Problem) bool {
			p.Needs[n].AtLeast = 0
			return true
		}})
	}
	return out
}

// contradiction is a set of conditions of a problem without a plan of which none can be spared:
// with any of them dropped there is a plan. What the solver says stays where they explain nothing.
func contradiction(p *staffing.Problem, plan *staffing.Plan) (out []foresight.Limit) {
	if plan.Status != "infeasible" {
		return nil
	}
	if len(p.Judges) == 0 {
		return said(plan.Conflict)
	}
	for _, r := range rulesOf(p) {
		q := *p
		q.Courts, q.Judges, q.Needs = slices.Clone(p.Courts), slices.Clone(p.Judges), slices.Clone(p.Needs)
		if !r.drop(&q) {
			continue
		}
		if impossible(&q) {
			p = &q
			continue
		}
		out = append(out, r.limit)
	}
	if len(out) == 0 {
		return said(plan.Conflict)
	}
	return out
}

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
	named := map[string]string{"max_moves：调动人数上限": "max_moves", "max_lend_share：借出比例上限": "max_lend_share", "min_judges：最低留守人数": "min_judges",
		"within_group：不出本组": "within_group", "needs：业务和语言需求": "needs", "may_go, avoid, stays, refused：个人限制、回避和不同意": "personal"}
	for _, s := range sentences {
		zh, _, _ := strings.Cut(s, " / ")
		if rule := named[zh]; rule != "" {
			out = append(out, foresight.Limit{Rule: rule})
			continue
		}
		out = append(out, foresight.Limit{Text: s})
	}
	return out
}
