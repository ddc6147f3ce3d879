package staffing

import "slices"

// Rule is a kind of condition that problems may have.
type Rule struct {
	Code     string // max_moves, max_lend_share, min_judges, within_group, needs, personal
	Sentence string // as plans name it among what binds or contradicts: "中文 / English"
	drop     func(*Problem) bool
}

var rules = []Rule{
	{"max_moves", "max_moves：调动人数上限 / the most moves", func(p *Problem) bool {
		was := p.Limits.MaxMoves != nil
		p.Limits.MaxMoves = nil
		return was
	}},
	{"max_lend_share", "max_lend_share：借出比例上限 / the largest share lent", func(p *Problem) (was bool) {
		for i := range p.Courts {
			was = was || p.Courts[i].MaxLendShare != nil
			p.Courts[i].MaxLendShare = nil
		}
		return was
	}},
	{"min_judges", "min_judges：最低留守人数 / the fewest judges present", func(p *Problem) (was bool) {
		for i := range p.Courts {
			was = was || p.Courts[i].MinJudges > 0
			p.Courts[i].MinJudges = 0
		}
		return was
	}},
	{"within_group", "within_group：不出本组 / moves inside the group", func(p *Problem) bool {
		was := p.Limits.WithinGroup
		p.Limits.WithinGroup = false
		return was
	}},
	{"needs", "needs：业务和语言需求 / lines and languages needed", func(p *Problem) bool {
		was := len(p.Needs) > 0
		p.Needs = nil
		return was
	}},
	{"personal", "may_go, avoid, stays, refused：个人限制、回避和不同意 / where single judges may go", func(p *Problem) bool {
		was := len(p.Limits.Refused) > 0
		p.Limits.Refused = nil
		for i := range p.Judges {
			j := &p.Judges[i]
			was = was || j.MayGo != nil || len(j.Avoid) > 0 || j.Stays
			j.MayGo, j.Avoid, j.Stays = nil, nil, false
		}
		return was
	}},
}

// Rules are all kinds of conditions, in the order in which plans name them.
func Rules() []Rule { return slices.Clone(rules) }

// RuleOf is the rule that a sentence of a plan names; false when it says something else.
func RuleOf(sentence string) (Rule, bool) {
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.Sentence == sentence })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}

// Without is the problem with a rule dropped; the problem itself stays as it is. It is false when
// the problem does not have the rule.
func (p *Problem) Without(r Rule) (*Problem, bool) {
	q := *p
	q.Courts, q.Judges, q.Needs = slices.Clone(p.Courts), slices.Clone(p.Judges), slices.Clone(p.Needs)
	return &q, r.drop(&q)
}
