package staffing

// named reports whether counting is not enough: judges have names, or some ways are refused.
func (c *checker) named() bool { return len(c.p.Judges) > 0 || len(c.p.Limits.Refused) > 0 }

// meet counts what the judges in post bring.
func (c *checker) meet() {
	c.time, c.meets = make([]float64, len(c.p.Courts)), make([]int, len(c.p.Needs))
	c.judges, c.gone = map[string]int{}, map[string]bool{}
	for i, court := range c.p.Courts {
		if len(c.p.Judges) == 0 {
			c.time[i] = float64(court.Judges)
		}
	}
	for n := range c.p.Judges {
		j := &c.p.Judges[n]
		c.judges[j.ID] = n
		c.time[c.at[j.Court]] += j.Time()
		c.count(j, j.Court, 1)
	}
}

// count adds a judge to the needs of a court, or takes one away.
func (c *checker) count(j *Judge, court string, by int) {
	for n := range c.p.Needs {
		if need := &c.p.Needs[n]; need.Court == court && need.Met(j) {
			c.meets[n] += by
		}
	}
}

// allowed checks the rules for single judges.
func (c *checker) allowed(m *Move, from, to int) bool {
	j := &Judge{Court: m.From}
	switch n, known := c.judges[m.Judge]; {
	case len(c.p.Judges) == 0 && m.Judge == "":
	case !known:
		c.say("从%s到%s的调动：法官 %q 不在所问之列", "move %s to %s: judge %q is none of the problem's", m.From, m.To, m.Judge)
		return false
	case c.gone[m.Judge]:
		c.say("法官%s被调动两次", "judge %s is moved twice", m.Judge)
		return false
	default:
		j = &c.p.Judges[n]
	}
	if j.Court != m.From || c.named() && !c.p.MayMove(j, &c.p.Courts[to], &c.p.Courts[from]) {
		c.say("法官%s不得从%s调往%s", "judge %s may not move from %s to %s", m.Judge, m.From, m.To)
		return false
	}
	return true
}

// carry carries one move out, or with exchanged courts back.
func (c *checker) carry(m *Move, from, to int) {
	size, time := m.Size(), float64(m.Size())
	if n, known := c.judges[m.Judge]; known {
		j := &c.p.Judges[n]
		time = j.Time()
		c.gone[m.Judge] = !c.gone[m.Judge]
		c.count(j, c.p.Courts[from].ID, -1)
		c.count(j, c.p.Courts[to].ID, 1)
	}
	time *= c.p.LoanShare()
	c.now[from] -= size
	c.now[to] += size
	c.time[from] -= time
	c.time[to] += time
}

// worst is the largest load per capacity present on average over the period.
func (c *checker) worst() float64 {
	worst := 0.0
	for i, court := range c.p.Courts {
		if court.Load > 0 {
			worst = max(worst, court.Load/c.time[i])
		}
	}
	return worst
}

// kept reports whether every rule holds as the judges stand now.
func (c *checker) kept() bool {
	was := len(c.faults)
	c.rules()
	ok := len(c.faults) == was
	c.faults = c.faults[:was]
	return ok
}

// nearby looks for better plans that differ from the stated one by a single step: a move left out,
// a move more. It knows no search, so it can refute a claim of the best plan but not prove it.
func (c *checker) nearby() {
	o, b := c.plan.Objective, c.plan.Bound
	if b.MaxLoad > o.MaxLoad*(1+tolerance) {
		c.say("最大人均工作量的下界 %v 高于方案的 %v", "bound of max_load %v lies above the plan's %v", b.MaxLoad, o.MaxLoad)
	}
	if c.plan.Status != "optimal" {
		return
	}
	if !same(b.MaxLoad, o.MaxLoad) || b.Moves != o.Moves || !same(b.Travel, o.Travel) {
		c.say("状态为最优，但目标值与下界不等", "status optimal, but objective and bound differ")
		return
	}
	if len(c.p.Objective) != 1 {
		c.without(o.MaxLoad)
	}
	c.onemore(o.MaxLoad)
}

// without leaves out each move.
func (c *checker) without(level float64) {
	for _, m := range c.plan.Moves {
		if m.Judge == "" {
			m.Count = 1
		}
		from, to := c.at[m.From], c.at[m.To]
		c.carry(&m, to, from)
		c.left[from]--
		c.moves--
		if c.kept() && c.worst() <= level*(1+tolerance) {
			c.say("调动人数的下界 %d：从%s到%s的调动可以省去", "bound of moves %d: the move from %s to %s can be left out", c.plan.Bound.Moves, m.From, m.To)
		}
		c.carry(&m, from, to)
		c.left[from]++
		c.moves++
	}
}

// mostTried is the number of judges up to which each is tried elsewhere.
const mostTried = 5000

// onemore sends each judge who stayed to each court with the largest load.
func (c *checker) onemore(level float64) {
	if len(c.p.Judges) > mostTried {
		return
	}
	for to := range c.p.Courts {
		if load := c.p.Courts[to].Load; load == 0 || load/c.time[to] < level*(1-tolerance) {
			continue
		}
		for n := range c.p.Judges {
			j := &c.p.Judges[n]
			from := c.at[j.Court]
			if c.gone[j.ID] || !c.p.MayMove(j, &c.p.Courts[to], &c.p.Courts[from]) {
				continue
			}
			m := Move{Judge: j.ID, From: j.Court, To: c.p.Courts[to].ID}
			c.carry(&m, from, to)
			c.left[from]++
			c.moves++
			if c.kept() && c.worst() < level*(1-tolerance) {
				c.say("最大人均工作量的下界 %v：法官%s调往%s可使其更小", "bound of max_load %v: judge %s to %s lowers it", level, m.Judge, m.To)
			}
			c.carry(&m, to, from)
			c.left[from]--
			c.moves--
		}
	}
}
