package indicator

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// maxExpression bounds the length of an expression in characters; a definition that needs
// more should be split into several counts.
const maxExpression = 4000

// maxDays and maxMonths bound the steps of days() and months(), so that a bound always is a day.
const (
	maxDays   = 40_000
	maxMonths = 1_200
)

// exprError is a fault inside an expression: line from 1, column from 0.
type exprError struct {
	line, column int
	text, remedy string
}

func (e exprError) Error() string {
	return fmt.Sprintf("%d:%d: %s; %s", e.line, e.column+1, e.text, e.remedy)
}

// Vocabulary lists the words that conditions may use, for error messages and help pages.
func Vocabulary() string {
	return "allowed: days [" + columnNames(docket.Day) + " from to day(\"YYYY-MM-DD\") days(d, n) months(d, n)], texts [" +
		columnNames(docket.Text) + "], yes/no [" + columnNames(docket.YesNo) + "], money in cents [" + columnNames(docket.Amount) +
		"], numbers [" + columnNames(docket.Number) + "], within(d), known(field), d - d, in [..], < <= == != >= > && || !"
}

// conditionEnv declares exactly our vocabulary to the CEL checker; nothing of the standard
// library is loaded, so whatever passes the checker has a meaning as a [Pred].
var conditionEnv = sync.OnceValues(func() (*cel.Env, error) {
	day := types.NewOpaqueType("day")
	kind := map[docket.Kind]*cel.Type{
		docket.Text: cel.StringType, docket.Day: day, docket.Amount: cel.IntType,
		docket.Number: cel.IntType, docket.YesNo: cel.BoolType,
	}
	opts := []cel.EnvOption{
		cel.ClearMacros(), cel.ParserExpressionSizeLimit(maxExpression),
		cel.Variable("from", day), cel.Variable("to", day),
		cel.Function("known", overloads("known", cel.BoolType, one(cel.StringType), one(day), one(cel.IntType), one(cel.BoolType))...),
		cel.Function("within", overloads("within", cel.BoolType, one(day))...),
		cel.Function("day", overloads("day", day, one(cel.StringType))...),
		cel.Function("days", overloads("days", day, []*cel.Type{day, cel.IntType})...),
		cel.Function("months", overloads("months", day, []*cel.Type{day, cel.IntType})...),
		cel.Function(operators.LogicalNot, overloads("not", cel.BoolType, one(cel.BoolType))...),
		cel.Function(operators.LogicalAnd, overloads("and", cel.BoolType, two(cel.BoolType))...),
		cel.Function(operators.LogicalOr, overloads("or", cel.BoolType, two(cel.BoolType))...),
		cel.Function(operators.In, overloads("in", cel.BoolType, []*cel.Type{cel.StringType, cel.ListType(cel.StringType)})...),
		cel.Function(operators.Subtract, overloads("sub", cel.IntType, two(day), two(cel.IntType))...),
		cel.Function(operators.Add, overloads("add", cel.IntType, two(cel.IntType))...),
		cel.Function(operators.Multiply, overloads("mul", cel.IntType, two(cel.IntType))...),
		cel.Function(operators.Negate, overloads("neg", cel.IntType, one(cel.IntType))...),
	}
	for name := range comparisons {
		args := [][]*cel.Type{two(day), two(cel.IntType)}
		if name == operators.Equals || name == operators.NotEquals {
			args = append(args, two(cel.StringType))
		}
		opts = append(opts, cel.Function(name, overloads(name, cel.BoolType, args...)...))
	}
	for _, f := range docket.Fields {
		opts = append(opts, cel.Variable(f.Name, kind[f.Kind]))
	}
	return cel.NewCustomEnv(opts...)
})

var comparisons = map[string]Cmp{
	operators.Less: LT, operators.LessEquals: LE, operators.Equals: EQ,
	operators.NotEquals: NE, operators.GreaterEquals: GE, operators.Greater: GT,
}

func one(t *cel.Type) []*cel.Type { return []*cel.Type{t} }
func two(t *cel.Type) []*cel.Type { return []*cel.Type{t, t} }

func overloads(id string, result *cel.Type, args ...[]*cel.Type) []cel.FunctionOpt {
	var out []cel.FunctionOpt
	for i, a := range args {
		out = append(out, cel.Overload(fmt.Sprintf("%s_%d", id, i), a, result))
	}
	return out
}

// ParseCondition reads a condition on one case (the expression language of the indicator
// files) into a [Pred]. The errors give line and column inside the text and the words allowed.
func ParseCondition(text string) (*Pred, error) {
	p, faults := parseCondition(text)
	if len(faults) > 0 {
		return nil, joinExpr(faults)
	}
	return p, nil
}

func parseCondition(text string) (*Pred, []exprError) {
	env, err := conditionEnv()
	if err != nil {
		return nil, []exprError{{1, 0, err.Error(), "this is a fault of the program"}}
	}
	checked, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, celFaults(issues)
	}
	c := &compiler{info: checked.NativeRep().SourceInfo()}
	root := checked.NativeRep().Expr()
	if checked.OutputType() != cel.BoolType {
		c.fail(root, "the expression is not a condition", "compare something, e.g. within(filed_on)")
	}
	p := c.condition(root)
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return p, nil
}

// celFaults restates the checker's messages with our vocabulary beside them.
func celFaults(issues *cel.Issues) []exprError {
	var out []exprError
	for _, e := range issues.Errors() {
		text, _, _ := strings.Cut(e.Message, " (in container")
		text = strings.TrimPrefix(text, "Syntax error: ")
		remedy := Vocabulary()
		switch {
		case strings.HasPrefix(text, "undeclared reference to 'has'"):
			remedy = "write known(field)"
		case strings.HasPrefix(text, "found no matching overload"):
			text = readable(text)
			remedy = "compare days with days, texts with \"texts\", numbers and money with whole numbers, and join conditions with && || !"
		}
		out = append(out, exprError{max(e.Location.Line(), 1), max(e.Location.Column(), 0), text, remedy})
	}
	return out
}

// readable turns "found no matching overload for '_<_' applied to '(string, day)'" into a
// sentence without the checker's internal operator names.
func readable(text string) string {
	parts := strings.Split(text, "'")
	if len(parts) < 4 {
		return text
	}
	name := parts[1]
	if op, ok := operators.FindReverse(name); ok && op != "" {
		name = op
	}
	return fmt.Sprintf("%s does not work on %s", name, parts[3])
}

func joinExpr(faults []exprError) error {
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = f.Error()
	}
	return fmt.Errorf("%s", strings.Join(texts, "\n"))
}

// compiler turns the checked syntax tree into a condition, folding what is constant.
type compiler struct {
	info   *ast.SourceInfo
	faults []exprError
}

func (c *compiler) fail(e ast.Expr, text, remedy string) {
	loc := c.info.GetStartLocation(e.ID())
	c.faults = append(c.faults, exprError{max(loc.Line(), 1), max(loc.Column(), 0), text, remedy})
}

func (c *compiler) condition(e ast.Expr) *Pred {
	switch e.Kind() {
	case ast.LiteralKind:
		if b, ok := e.AsLiteral().Value().(bool); ok && b {
			return &Pred{Op: True}
		}
		return &Pred{Op: False}
	case ast.IdentKind:
		f, _ := docket.FieldIndex(e.AsIdent())
		return &Pred{Op: IsYes, Field: f}
	case ast.CallKind:
		return c.call(e)
	}
	c.fail(e, "this form of expression is not supported", Vocabulary())
	return &Pred{Op: False}
}

func (c *compiler) call(e ast.Expr) *Pred {
	call := e.AsCall()
	args := call.Args()
	switch call.FunctionName() {
	case operators.LogicalAnd:
		return conjunction(c.condition(args[0]), c.condition(args[1]))
	case operators.LogicalOr:
		return disjunction(c.condition(args[0]), c.condition(args[1]))
	case operators.LogicalNot:
		return negation(c.condition(args[0]))
	case operators.In:
		return c.membership(e, args[0], args[1])
	case "known":
		return c.known(e, args[0])
	case "within":
		d := c.day(args[0])
		from := c.compareDays(e, d, GE, dayTerm{field: -1, bound: Bound{Anchor: PeriodFrom}})
		return conjunction(from, c.compareDays(e, d, LE, dayTerm{field: -1, bound: Bound{Anchor: PeriodTo}}))
	}
	if cmp, ok := comparisons[call.FunctionName()]; ok {
		return c.compare(e, args[0], cmp, args[1])
	}
	c.fail(e, "this form of expression is not supported", Vocabulary())
	return &Pred{Op: False}
}

func (c *compiler) known(e, arg ast.Expr) *Pred {
	f, ok := field(arg)
	if !ok {
		c.fail(e, "known() wants the name of a column", Vocabulary())
		return &Pred{Op: False}
	}
	if docket.Fields[f].Kind == docket.Number {
		c.fail(e, docket.Fields[f].Name+" is never absent", "compare it with a number, e.g. "+docket.Fields[f].Name+" > 0")
	}
	return &Pred{Op: Has, Field: f}
}

func (c *compiler) membership(e, left, right ast.Expr) *Pred {
	f, ok := field(left)
	if !ok || right.Kind() != ast.ListKind {
		c.fail(e, "in wants a text column on the left and a list of texts on the right", `e.g. line in ["civil", "criminal"]`)
		return &Pred{Op: False}
	}
	var set []string
	for _, item := range right.AsList().Elements() {
		s, ok := literal[string](item)
		if !ok {
			c.fail(item, "the list holds something that is not a written text", `e.g. line in ["civil", "criminal"]`)
		}
		set = append(set, s)
	}
	return textIn(f, set)
}

// textIn makes the condition with its set sorted and without repetitions, so that equal
// conditions print equally; an empty set is False.
func textIn(f int, set []string) *Pred {
	set = slices.Clone(set)
	slices.Sort(set)
	set = slices.Compact(set)
	if len(set) == 0 {
		return &Pred{Op: False}
	}
	return &Pred{Op: TextIn, Field: f, Set: set}
}

// compare dispatches on what stands on the two sides; the checker made sure that both are
// of one type.
func (c *compiler) compare(e, left ast.Expr, cmp Cmp, right ast.Expr) *Pred {
	switch {
	case c.isDay(left):
		return c.compareDays(e, c.day(left), cmp, c.day(right))
	case isText(left) || isText(right):
		return c.compareTexts(e, left, cmp, right)
	}
	return c.compareNumbers(e, c.number(left), cmp, c.number(right))
}

func (c *compiler) compareTexts(e, left ast.Expr, cmp Cmp, right ast.Expr) *Pred {
	if _, ok := field(left); !ok {
		left, right = right, left
	}
	f, ok := field(left)
	s, written := literal[string](right)
	if !ok || !written {
		c.fail(e, "a text comparison wants a column on one side and a written text on the other", `e.g. closing_way == "judgment"`)
		return &Pred{Op: False}
	}
	p := textIn(f, []string{s})
	if cmp == NE {
		return negation(p)
	}
	return p
}

// dayTerm is a day: a column moved by shift days, or (field < 0) a bound.
type dayTerm struct {
	field, shift int
	bound        Bound
}

func (c *compiler) isDay(e ast.Expr) bool {
	switch e.Kind() {
	case ast.IdentKind:
		f, ok := docket.FieldByName(e.AsIdent())
		return !ok || f.Kind == docket.Day // from and to are no columns
	case ast.CallKind:
		name := e.AsCall().FunctionName()
		return name == "day" || name == "days" || name == "months"
	}
	return false
}

func (c *compiler) day(e ast.Expr) dayTerm {
	if e.Kind() == ast.IdentKind {
		switch name := e.AsIdent(); name {
		case "from":
			return dayTerm{field: -1, bound: Bound{Anchor: PeriodFrom}}
		case "to":
			return dayTerm{field: -1, bound: Bound{Anchor: PeriodTo}}
		default:
			f, _ := docket.FieldIndex(name)
			return dayTerm{field: f}
		}
	}
	if e.Kind() != ast.CallKind {
		c.fail(e, "this is not a day", Vocabulary())
		return dayTerm{field: -1}
	}
	call := e.AsCall()
	switch call.FunctionName() {
	case "day":
		return c.written(e, call.Args()[0])
	case "days":
		return c.moveDays(c.day(call.Args()[0]), c.step(call.Args()[1], maxDays))
	case "months":
		return c.moveMonths(e, c.day(call.Args()[0]), c.step(call.Args()[1], maxMonths))
	}
	c.fail(e, "this is not a day", Vocabulary())
	return dayTerm{field: -1}
}

func (c *compiler) written(e, arg ast.Expr) dayTerm {
	s, _ := literal[string](arg)
	d, err := civil.ParseDate(s)
	if err != nil {
		c.fail(e, "day() wants a written date", `e.g. day("2024-01-31")`)
	}
	return dayTerm{field: -1, bound: Bound{Anchor: Fixed, Day: d}}
}

func (c *compiler) step(e ast.Expr, limit int64) int {
	t := c.number(e)
	if t.kind != constant || t.n < -limit || t.n > limit {
		c.fail(e, "the second argument is not a small whole number", fmt.Sprintf("write a number between -%d and %d", limit, limit))
		return 0
	}
	return int(t.n)
}

func (c *compiler) moveDays(d dayTerm, n int) dayTerm {
	switch {
	case d.field >= 0:
		d.shift += n
	case d.bound.Anchor == Fixed:
		d.bound.Day = d.bound.Day.AddDays(n)
	default:
		d.bound.Days += n
	}
	return d
}

func (c *compiler) moveMonths(e ast.Expr, d dayTerm, n int) dayTerm {
	switch {
	case d.field >= 0:
		c.fail(e, "months() of a column is not supported", "move the other side instead, e.g. filed_on <= months(to, -12)")
	case d.bound.Anchor == Fixed:
		d.bound.Day = d.bound.Day.AddMonths(n)
	case d.bound.Days != 0:
		c.fail(e, "months() of a day that days() has moved is not supported", "move by months first: days(months(to, -12), 1)")
	default:
		d.bound.Months += n
	}
	return d
}

// compareDays reduces a comparison of two days to a column against a bound, a pair of
// columns, or the days between two columns.
func (c *compiler) compareDays(e ast.Expr, a dayTerm, cmp Cmp, b dayTerm) *Pred {
	switch {
	case a.field >= 0 && b.field >= 0:
		if n := b.shift - a.shift; n != 0 {
			return &Pred{Op: DaySpan, Field: a.field, Field2: b.field, Cmp: cmp, N: int64(n)}
		}
		return &Pred{Op: DayPair, Field: a.field, Field2: b.field, Cmp: cmp}
	case a.field >= 0:
		bound := c.moveDays(dayTerm{field: -1, bound: b.bound}, -a.shift).bound
		return &Pred{Op: DayBound, Field: a.field, Cmp: cmp, Bound: bound}
	case b.field >= 0:
		return c.compareDays(e, b, cmp.flip(), a)
	case a.bound.Anchor == Fixed && b.bound.Anchor == Fixed:
		return truth(cmp.ok(int64(a.bound.Day), int64(b.bound.Day)))
	}
	c.fail(e, "this comparison does not look at the case", "compare a column with a day")
	return &Pred{Op: False}
}

// numberKind says what a whole number comes from.
type numberKind uint8

const (
	constant numberKind = iota
	amountOf            // a money column
	numberOf            // a count column
	spanOf              // days from day b to day a
)

// numberTerm is a whole number; n is the constant, and for the other kinds what is added.
type numberTerm struct {
	kind  numberKind
	n     int64
	field int
	a, b  dayTerm
}

func (c *compiler) number(e ast.Expr) numberTerm {
	switch e.Kind() {
	case ast.LiteralKind:
		n, _ := literal[int64](e)
		return c.limit(e, numberTerm{n: n})
	case ast.IdentKind:
		f, _ := docket.FieldIndex(e.AsIdent())
		kind := numberOf
		if docket.Fields[f].Kind == docket.Amount {
			kind = amountOf
		}
		return numberTerm{kind: kind, field: f}
	case ast.CallKind:
		return c.arithmetic(e)
	}
	c.fail(e, "this is not a number", Vocabulary())
	return numberTerm{}
}

// maxConstant bounds written numbers so that folding cannot overflow (ten trillion yuan).
const maxConstant = int64(1e15)

func (c *compiler) limit(e ast.Expr, t numberTerm) numberTerm {
	if t.n > maxConstant || t.n < -maxConstant {
		c.fail(e, "the number is too large", "write a number below 1000000000000000")
		t.n = 0
	}
	return t
}

func (c *compiler) arithmetic(e ast.Expr) numberTerm {
	call := e.AsCall()
	args := call.Args()
	name := call.FunctionName()
	if name == operators.Subtract && c.isDay(args[0]) {
		return numberTerm{kind: spanOf, a: c.day(args[0]), b: c.day(args[1])}
	}
	x := c.number(args[0])
	if name == operators.Negate {
		x, name = numberTerm{}, operators.Subtract
		args = []ast.Expr{nil, args[0]}
	}
	y := c.number(args[1])
	switch {
	case name == operators.Multiply && x.kind == constant && y.kind == constant:
		if x.n != 0 && (x.n*y.n)/x.n != y.n {
			c.fail(e, "the number is too large", "write a smaller number")
			return numberTerm{}
		}
		return c.limit(e, numberTerm{n: x.n * y.n})
	case name == operators.Add && y.kind == constant:
		x.n += y.n
		return c.limit(e, x)
	case name == operators.Add && x.kind == constant:
		y.n += x.n
		return c.limit(e, y)
	case name == operators.Subtract && y.kind == constant:
		x.n -= y.n
		return c.limit(e, x)
	}
	c.fail(e, "this calculation is not supported in a condition", "compare one column, or the days between two, with a whole number")
	return numberTerm{}
}

func (c *compiler) compareNumbers(e ast.Expr, a numberTerm, cmp Cmp, b numberTerm) *Pred {
	if a.kind == constant && b.kind != constant {
		a, b, cmp = b, a, cmp.flip()
	}
	if b.kind != constant {
		c.fail(e, "two columns of this kind cannot be compared", "compare one of them with a whole number")
		return &Pred{Op: False}
	}
	n := b.n - a.n
	switch a.kind {
	case constant:
		return truth(cmp.ok(a.n, b.n))
	case amountOf:
		return &Pred{Op: AmountCmp, Field: a.field, Cmp: cmp, N: n}
	case numberOf:
		return &Pred{Op: NumberCmp, Field: a.field, Cmp: cmp, N: n}
	}
	return c.compareSpan(e, a, cmp, n)
}

// compareSpan reads a - b cmp n as a cmp b + n days.
func (c *compiler) compareSpan(e ast.Expr, t numberTerm, cmp Cmp, n int64) *Pred {
	if n < -maxDays || n > maxDays {
		c.fail(e, "the number of days is too large", fmt.Sprintf("write a number between -%d and %d", maxDays, maxDays))
		return &Pred{Op: False}
	}
	return c.compareDays(e, t.a, cmp, c.moveDays(t.b, int(n)))
}

// flip is the comparison with its sides exchanged.
func (c Cmp) flip() Cmp {
	return [...]Cmp{LT: GT, LE: GE, EQ: EQ, NE: NE, GE: LE, GT: LT}[c]
}

func field(e ast.Expr) (int, bool) {
	if e.Kind() != ast.IdentKind {
		return 0, false
	}
	return docket.FieldIndex(e.AsIdent())
}

func isText(e ast.Expr) bool {
	if _, ok := literal[string](e); ok {
		return true
	}
	f, ok := field(e)
	return ok && docket.Fields[f].Kind == docket.Text
}

func literal[T any](e ast.Expr) (T, bool) {
	if e.Kind() != ast.LiteralKind {
		var zero T
		return zero, false
	}
	v, ok := e.AsLiteral().Value().(T)
	return v, ok
}
