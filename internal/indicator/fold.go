package indicator

// truth is the constant condition.
func truth(b bool) *Pred {
	if b {
		return &Pred{Op: True}
	}
	return &Pred{Op: False}
}

// conjunction joins with "and": nested ones are flattened, repetitions and True left out.
func conjunction(ps ...*Pred) *Pred { return join(And, True, False, ps) }

// disjunction joins with "or": nested ones are flattened, repetitions and False left out.
func disjunction(ps ...*Pred) *Pred { return join(Or, False, True, ps) }

// join folds one of the two dual operations: neutral adds nothing, absorbing decides all.
func join(op, neutral, absorbing Op, ps []*Pred) *Pred {
	var args []*Pred
	seen := map[string]bool{}
	var add func(*Pred) bool
	add = func(p *Pred) bool {
		switch p.Op {
		case absorbing:
			return false
		case neutral:
			return true
		case op:
			for _, a := range p.Args {
				if !add(a) {
					return false
				}
			}
			return true
		}
		if key := p.String(); !seen[key] {
			seen[key] = true
			args = append(args, p)
		}
		return true
	}
	for _, p := range ps {
		if p != nil && !add(p) {
			return &Pred{Op: absorbing}
		}
	}
	switch len(args) {
	case 0:
		return &Pred{Op: neutral}
	case 1:
		return args[0]
	}
	return &Pred{Op: op, Args: args}
}

// negation turns a condition round; logic is two-valued, so two negations cancel.
func negation(p *Pred) *Pred {
	switch p.Op {
	case True:
		return &Pred{Op: False}
	case False:
		return &Pred{Op: True}
	case Not:
		return p.Args[0]
	}
	return &Pred{Op: Not, Args: []*Pred{p}}
}

// conjuncts returns the parts of a conjunction, or the condition itself.
func (p *Pred) conjuncts() []*Pred {
	switch {
	case p == nil || p.Op == True:
		return nil
	case p.Op == And:
		return p.Args
	}
	return []*Pred{p}
}

// fields calls fn with the position of every column that the condition looks at.
func (p *Pred) fields(fn func(int)) {
	if p == nil {
		return
	}
	for _, a := range p.Args {
		a.fields(fn)
	}
	switch p.Op {
	case True, False, And, Or, Not:
	case DayPair, DaySpan:
		fn(p.Field)
		fn(p.Field2)
	default:
		fn(p.Field)
	}
}
