package columns

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

// opcode is the operation of a node.
type opcode uint8

const (
	opAll    opcode = iota // every row
	opHas                  // field present
	opRange                // field present and in [lo, hi]
	opText                 // field is one of set
	opPair                 // both present and field - field2 <= hi
	opMoney                // field known and in [lo, hi]
	opAnd                  // a and b
	opAndNot               // a and not b
	opOr                   // a or b
)

// node is one condition, computed at most once per block whoever needs it.
type node struct {
	op            opcode
	field, field2 int
	lo, hi        int64
	set           []string // sorted, for opText
	a, b          int32
	lazy          bool // evaluated only when the one who needs it asks
	slot          int  // buffer for the result
}

// literal is a node or, when odd, its complement.
type literal int32

const (
	always literal = 0 // node 0 is opAll
	never  literal = 1
)

func (l literal) not() literal { return l ^ 1 }
func (l literal) node() int32  { return int32(l >> 1) }
func (l literal) negated() bool {
	return l&1 != 0
}

// program is a compiled question: nodes in order of dependence, and one root per condition.
type program struct {
	nodes []node
	roots []int32
	slots int // buffers that the nodes share
}

// compiler turns conditions into a program in two steps. The first flattens them into
// conjunctions and disjunctions of literals, equal ones shared; the second orders the members
// by how often they occur and splits them into chains of two, so that common beginnings are
// computed once.
type compiler struct {
	period civil.Period
	nodes  []node // leaves, and wide nodes as place-holders with op opAnd or opOr
	wide   [][]literal
	known  map[string]int32
}

// compile builds the program of conditions within a period.
func compile(conditions []*indicator.Pred, period civil.Period) (*program, error) {
	c := &compiler{period: period, nodes: []node{{op: opAll}}, wide: [][]literal{nil}, known: map[string]int32{}}
	roots := make([]literal, len(conditions))
	for i, p := range conditions {
		if err := check(p); err != nil {
			return nil, err
		}
		roots[i] = c.pred(p)
	}
	return c.lower(roots), nil
}

// check refuses conditions that name no field or the wrong kind of field.
func check(p *indicator.Pred) error {
	if p == nil {
		return nil
	}
	bad := func() error { return fault.Invalidf("condition %d cannot be computed from the figure columns", p.Op) }
	kind := func(field int, kinds ...docket.Kind) bool {
		return field >= 0 && field < len(docket.Fields) && slices.Contains(kinds, docket.Fields[field].Kind)
	}
	ok := true
	switch p.Op {
	case indicator.True, indicator.False, indicator.And, indicator.Or:
	case indicator.Not:
		ok = len(p.Args) == 1 && p.Args[0] != nil
	case indicator.Has:
		ok = kind(p.Field, docket.Text, docket.Day, docket.Amount, docket.Number, docket.YesNo)
	case indicator.DayBound:
		ok = kind(p.Field, docket.Day)
	case indicator.DayPair, indicator.DaySpan:
		ok = kind(p.Field, docket.Day) && kind(p.Field2, docket.Day)
	case indicator.TextIn:
		ok = kind(p.Field, docket.Text)
	case indicator.AmountCmp:
		ok = kind(p.Field, docket.Amount)
	case indicator.NumberCmp:
		ok = kind(p.Field, docket.Number)
	case indicator.IsYes:
		ok = kind(p.Field, docket.YesNo)
	default:
		ok = false
	}
	if !ok {
		return bad()
	}
	for _, a := range p.Args {
		if a == nil {
			return bad()
		}
		if err := check(a); err != nil {
			return err
		}
	}
	return nil
}

// intern returns the node with this content, made if need be.
func (c *compiler) intern(n node, args []literal) literal {
	key := fmt.Sprintf("%d %d %d %d %d %v %q", n.op, n.field, n.field2, n.lo, n.hi, args, n.set)
	i, ok := c.known[key]
	if !ok {
		i = int32(len(c.nodes))
		c.nodes, c.wide = append(c.nodes, n), append(c.wide, args)
		c.known[key] = i
	}
	return literal(i << 1)
}

func (c *compiler) leaf(n node) literal { return c.intern(n, nil) }

// pred compiles one condition; nil is true.
func (c *compiler) pred(p *indicator.Pred) literal {
	if p == nil {
		return always
	}
	switch p.Op {
	case indicator.True:
		return always
	case indicator.False:
		return never
	case indicator.And:
		return c.and(p.Args)
	case indicator.Or:
		args := make([]literal, len(p.Args))
		for i, a := range p.Args {
			args[i] = c.pred(a)
		}
		return c.or(args)
	case indicator.Not:
		return c.pred(p.Args[0]).not()
	case indicator.Has:
		return c.has(p.Field)
	case indicator.DayBound:
		return c.compare(p.Field, p.Cmp, int64(p.Bound.Resolve(c.period)), c.inRange)
	case indicator.DayPair:
		return c.span(p.Field, p.Field2, p.Cmp, 0)
	case indicator.DaySpan:
		return c.span(p.Field, p.Field2, p.Cmp, p.N)
	case indicator.TextIn:
		return c.text(p.Field, p.Set)
	case indicator.AmountCmp:
		return c.compare(p.Field, p.Cmp, p.N, c.amount)
	case indicator.NumberCmp:
		return c.number(p.Field, p.Cmp, p.N)
	}
	return c.inRange(p.Field, int64(docket.Yes), int64(docket.Yes)) // IsYes
}

// has is presence. A count is never absent; whole-segment texts are compared with "".
func (c *compiler) has(field int) literal {
	if docket.Fields[field].Kind == docket.Number {
		return always
	}
	if s := storages[field]; s == byCourt || s == byRun {
		return c.text(field, []string{""}).not()
	}
	return c.leaf(node{op: opHas, field: field})
}

// limits returns the closed range of values v with "v Cmp n", for all comparisons but NE.
func limits(cmp indicator.Cmp, n int64) (lo, hi int64) {
	lo, hi = math.MinInt64, math.MaxInt64
	switch cmp {
	case indicator.LT:
		if n == math.MinInt64 {
			return 1, 0
		}
		hi = n - 1
	case indicator.LE:
		hi = n
	case indicator.EQ:
		lo, hi = n, n
	case indicator.GE:
		lo = n
	case indicator.GT:
		if n == math.MaxInt64 {
			return 1, 0
		}
		lo = n + 1
	}
	return lo, hi
}

// compare compiles "field Cmp n" with the given way to ask for a range.
func (c *compiler) compare(field int, cmp indicator.Cmp, n int64, inRange func(int, int64, int64) literal) literal {
	if cmp == indicator.NE {
		return c.join(c.has(field), inRange(field, n, n).not())
	}
	lo, hi := limits(cmp, n)
	return inRange(field, lo, hi)
}

// inRange is "field present and in [lo, hi]".
func (c *compiler) inRange(field int, lo, hi int64) literal {
	if lo > hi {
		return never
	}
	if lo == math.MinInt64 && hi == math.MaxInt64 {
		return c.leaf(node{op: opHas, field: field})
	}
	return c.leaf(node{op: opRange, field: field, lo: lo, hi: hi})
}

func (c *compiler) amount(field int, lo, hi int64) literal {
	if lo > hi {
		return never
	}
	return c.leaf(node{op: opMoney, field: field, lo: lo, hi: hi})
}

// number compiles a comparison of a count: 0 is stored as absent.
func (c *compiler) number(field int, cmp indicator.Cmp, n int64) literal {
	some := c.leaf(node{op: opHas, field: field})
	if cmp == indicator.NE {
		return c.number(field, indicator.EQ, n).not()
	}
	lo, hi := limits(cmp, n)
	in := c.inRange(field, lo, hi)
	if lo <= 0 && hi >= 0 {
		return c.or([]literal{some.not(), in})
	}
	return in
}

// span compiles "field - field2 Cmp n" over cases that have both days. The only comparison
// that the kernels know is "at most".
func (c *compiler) span(field, field2 int, cmp indicator.Cmp, n int64) literal {
	n = min(max(n, -1<<34), 1<<34) // beyond any difference of two days
	atMost := func(n int64) literal { return c.leaf(node{op: opPair, field: field, field2: field2, hi: n}) }
	both := c.join(c.has(field), c.has(field2))
	switch cmp {
	case indicator.LT:
		return atMost(n - 1)
	case indicator.LE:
		return atMost(n)
	case indicator.EQ:
		return c.join(atMost(n), atMost(n-1).not())
	case indicator.NE:
		return c.join(both, c.join(atMost(n), atMost(n-1).not()).not())
	case indicator.GE:
		return c.join(both, atMost(n-1).not())
	}
	return c.join(both, atMost(n).not())
}

// text compiles "field is one of set".
func (c *compiler) text(field int, set []string) literal {
	set = slices.Compact(slices.Sorted(slices.Values(set)))
	if len(set) == 0 {
		return never
	}
	if s := storages[field]; set[0] != "" || s == byCourt || s == byRun {
		return c.leaf(node{op: opText, field: field, set: set})
	}
	none := c.has(field).not()
	if len(set) == 1 {
		return none
	}
	return c.or([]literal{none, c.leaf(node{op: opText, field: field, set: set[1:]})})
}

func (c *compiler) join(a, b literal) literal { return c.conjunction([]literal{a, b}) }

// and compiles a conjunction. All bounds on one day become one range.
func (c *compiler) and(args []*indicator.Pred) literal {
	var lits []literal
	ranges := map[int][2]int64{}
	c.gather(args, &lits, ranges)
	fields := make([]int, 0, len(ranges))
	for f := range ranges {
		fields = append(fields, f)
	}
	sort.Ints(fields)
	for _, f := range fields {
		lits = append(lits, c.inRange(f, ranges[f][0], ranges[f][1]))
	}
	return c.conjunction(lits)
}

// gather collects the members of nested conjunctions.
func (c *compiler) gather(args []*indicator.Pred, lits *[]literal, ranges map[int][2]int64) {
	for _, p := range args {
		switch {
		case p.Op == indicator.And:
			c.gather(p.Args, lits, ranges)
		case p.Op == indicator.DayBound && p.Cmp != indicator.NE:
			lo, hi := limits(p.Cmp, int64(p.Bound.Resolve(c.period)))
			if r, ok := ranges[p.Field]; ok {
				lo, hi = max(lo, r[0]), min(hi, r[1])
			}
			ranges[p.Field] = [2]int64{lo, hi}
		default:
			*lits = append(*lits, c.pred(p))
		}
	}
}

// conjunction makes the wide node of all literals.
func (c *compiler) conjunction(lits []literal) literal {
	var flat []literal
	for _, l := range lits {
		if !l.negated() && c.nodes[l.node()].op == opAnd {
			flat = append(flat, c.wide[l.node()]...)
		} else if l != always {
			flat = append(flat, l)
		}
	}
	slices.Sort(flat)
	flat = c.withoutImplied(slices.Compact(flat))
	for i, l := range flat {
		if l == never || i > 0 && flat[i-1].not() == l {
			return never
		}
	}
	switch len(flat) {
	case 0:
		return always
	case 1:
		return flat[0]
	}
	if !slices.ContainsFunc(flat, func(l literal) bool { return !l.negated() }) {
		return c.disjunction(complements(flat)).not()
	}
	return c.intern(node{op: opAnd}, flat)
}

// withoutImplied drops "field present" where another member asks for a value of the field.
func (c *compiler) withoutImplied(lits []literal) []literal {
	return slices.DeleteFunc(lits, func(l literal) bool {
		has := &c.nodes[l.node()]
		return has.op == opHas && !l.negated() && slices.ContainsFunc(lits, func(m literal) bool {
			n := &c.nodes[m.node()]
			return !m.negated() && c.needs(n, has.field)
		})
	})
}

// needs reports whether a condition is false wherever the field is absent.
func (c *compiler) needs(n *node, field int) bool {
	switch n.op {
	case opRange, opMoney:
		return n.field == field
	case opText:
		return n.field == field && n.set[0] != ""
	case opPair:
		return n.field == field || n.field2 == field
	}
	return false
}

// or makes the disjunction of literals; one with complements in it is turned round.
func (c *compiler) or(lits []literal) literal { return c.conjunction(complements(lits)).not() }

// disjunction makes the wide node of positive literals.
func (c *compiler) disjunction(lits []literal) literal { return c.intern(node{op: opOr}, lits) }

func complements(lits []literal) []literal {
	out := make([]literal, len(lits))
	for i, l := range lits {
		out[i] = l.not()
	}
	slices.Sort(out)
	return out
}

// lower turns wide nodes into chains of two and drops what no root needs.
func (c *compiler) lower(roots []literal) *program {
	uses := make(map[literal]int)
	for _, args := range c.wide {
		for _, l := range args {
			uses[l]++
		}
	}
	lo := &lowering{c: c, uses: uses, done: map[int32]int32{}, known: map[[3]int32]int32{}}
	lo.emit(node{op: opAll})
	p := &program{}
	for _, r := range roots {
		n := lo.node(r.node())
		if r.negated() {
			n = lo.pair(opAndNot, 0, n)
		}
		p.roots = append(p.roots, n)
	}
	p.nodes = lo.out
	p.markLazy()
	p.assignSlots()
	return p
}

// markLazy finds the nodes that nobody shares and that are cheaper to evaluate by the one who
// needs them: roots that are conjunctions, which are counted without being written down, and
// comparisons of days under a conjunction.
func (p *program) markLazy() {
	uses := make([]int, len(p.nodes))
	for _, r := range p.roots {
		uses[r]++
	}
	for _, n := range p.nodes {
		if n.op >= opAnd {
			uses[n.a]++
			uses[n.b]++
		}
	}
	for _, r := range p.roots {
		n := &p.nodes[r]
		n.lazy = uses[r] == 1 && n.op == opAnd
	}
	for _, n := range p.nodes {
		if m := &p.nodes[n.b]; n.op == opAnd && m.op == opPair && uses[n.b] == 1 {
			m.lazy = true
		}
	}
}

// The results of lazy nodes are used at once, and share a buffer each for roots and leaves.
const (
	slotLazyRoot = iota
	slotLazyLeaf
	firstSlot
)

// assignSlots gives every node a buffer that nobody needs any more, so that the buffers in
// use stay in the processor's nearest cache. Roots are asked for in their order; when a root
// is, the nodes up to the largest root so far are evaluated at most. The first root may be
// asked for at any time: it may be a filter.
func (p *program) assignSlots() {
	last := make([]int, len(p.nodes)) // the node up to which a result is needed
	for i, n := range p.nodes {
		if n.op >= opAnd && !n.lazy {
			last[n.a], last[n.b] = i, max(last[n.b], i)
		}
	}
	reached := 0
	for k, r := range p.roots {
		reached = max(reached, int(r))
		until := reached
		if k == 0 {
			until = len(p.nodes)
		}
		last[r] = max(last[r], until)
		if n := &p.nodes[r]; n.lazy {
			last[n.a], last[n.b] = max(last[n.a], until), max(last[n.b], until)
		}
	}
	p.slots = firstSlot
	var free []int
	ends := map[int][]int{} // node -> slots free after it
	for i := range p.nodes {
		n := &p.nodes[i]
		free = append(free, ends[i-1]...)
		switch {
		case n.op == opAll:
		case n.lazy && n.op == opAnd:
			n.slot = slotLazyRoot
		case n.lazy:
			n.slot = slotLazyLeaf
		default:
			if len(free) == 0 {
				free = append(free, p.slots)
				p.slots++
			}
			n.slot = free[len(free)-1]
			free = free[:len(free)-1]
			ends[max(last[i], i)] = append(ends[max(last[i], i)], n.slot)
		}
	}
}

type lowering struct {
	c     *compiler
	uses  map[literal]int
	out   []node
	done  map[int32]int32
	known map[[3]int32]int32
}

func (lo *lowering) emit(n node) int32 {
	lo.out = append(lo.out, n)
	return int32(len(lo.out) - 1)
}

func (lo *lowering) pair(op opcode, a, b int32) int32 {
	key := [3]int32{int32(op), a, b}
	n, ok := lo.known[key]
	if !ok {
		n = lo.emit(node{op: op, a: a, b: b})
		lo.known[key] = n
	}
	return n
}

// node returns the place of a compiler's node in the program.
func (lo *lowering) node(i int32) int32 {
	if i == 0 {
		return 0
	}
	if n, ok := lo.done[i]; ok {
		return n
	}
	src := lo.c.nodes[i]
	if src.op != opAnd && src.op != opOr {
		lo.done[i] = lo.emit(src)
		return lo.done[i]
	}
	args := slices.Clone(lo.c.wide[i])
	slices.SortFunc(args, func(x, y literal) int {
		return cmp.Or(cmp.Compare(lo.uses[y], lo.uses[x]), cmp.Compare(x, y))
	})
	first := slices.IndexFunc(args, func(l literal) bool { return !l.negated() })
	n := lo.node(args[first].node())
	for k, l := range args {
		switch {
		case k == first:
		case src.op == opOr:
			n = lo.pair(opOr, n, lo.node(l.node()))
		case l.negated():
			n = lo.pair(opAndNot, n, lo.node(l.node()))
		default:
			n = lo.pair(opAnd, n, lo.node(l.node()))
		}
	}
	lo.done[i] = n
	return n
}

// String prints the program, one node a line, for tests and curiosity.
func (p *program) String() string {
	var b strings.Builder
	for i, n := range p.nodes {
		fmt.Fprintf(&b, "%d: ", i)
		switch n.op {
		case opAll:
			b.WriteString("all")
		case opHas:
			fmt.Fprintf(&b, "has %s", docket.Fields[n.field].Name)
		case opRange, opMoney:
			fmt.Fprintf(&b, "%s in [%d, %d]", docket.Fields[n.field].Name, n.lo, n.hi)
		case opText:
			fmt.Fprintf(&b, "%s in %q", docket.Fields[n.field].Name, n.set)
		case opPair:
			fmt.Fprintf(&b, "%s - %s <= %d", docket.Fields[n.field].Name, docket.Fields[n.field2].Name, n.hi)
		default:
			fmt.Fprintf(&b, "%d %s %d", n.a, [...]string{opAnd: "and", opAndNot: "and not", opOr: "or"}[n.op], n.b)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "roots %v\n", p.roots)
	return b.String()
}
