package indicator

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"zhunsheng/internal/statute"
)

// earlier is the prefix of a count taken over the period of comparison.
const earlier = "prev_"

// formulaOp is the operation of a node of a [Formula].
type formulaOp uint8

const (
	opNumber   formulaOp = iota // n
	opCount                     // the total of a count: cases, days, cents, or mean judges in post
	opEntries                   // cases(x): the cases behind a total of days or money
	opMean                      // mean(x): total of days or money per case
	opQuantile                  // quantile(x, n) and median(x): of the days of single cases
	opAdd
	opSub
	opMul
	opDiv
	opNeg
)

// Formula is an exact calculation over counts: what a numerator, a denominator or a value is
// made of. A nil Formula stands for "not given".
type Formula struct {
	op   formulaOp
	n    *big.Rat // opNumber, and the share of opQuantile
	name string   // the count, for opCount to opQuantile
	prev bool     // taken over the period of comparison
	args []*Formula
}

// terms is what a formula is evaluated over. A nil result means "no value".
type terms interface {
	total(u use) *big.Rat
	entries(u use) *big.Rat
	quantile(u use, share *big.Rat) *big.Rat
}

// whole may be implemented by terms that know the total of a whole subformula.
type whole interface {
	sum(f *Formula) (*big.Rat, bool)
}

// eval computes the formula; nil where a part has no value or a divisor is zero.
func (f *Formula) eval(t terms) *big.Rat {
	if w, ok := t.(whole); ok {
		if v, known := w.sum(f); known {
			return v
		}
	}
	switch f.op {
	case opNumber:
		return f.n
	case opCount:
		return t.total(f.use())
	case opEntries:
		return t.entries(f.use())
	case opMean:
		return divide(t.total(f.use()), t.entries(f.use()))
	case opQuantile:
		return t.quantile(f.use(), f.n)
	}
	var args [2]*big.Rat
	for i, a := range f.args {
		if args[i] = a.eval(t); args[i] == nil {
			return nil
		}
	}
	a, b := args[0], args[1]
	switch f.op {
	case opAdd:
		return new(big.Rat).Add(a, b)
	case opSub:
		return new(big.Rat).Sub(a, b)
	case opMul:
		return new(big.Rat).Mul(a, b)
	case opDiv:
		return divide(a, b)
	}
	return new(big.Rat).Neg(a)
}

// divide is nil where either side has no value or b is zero: there is no such rate.
func divide(a, b *big.Rat) *big.Rat {
	if a == nil || b == nil || b.Sign() == 0 {
		return nil
	}
	return new(big.Rat).Quo(a, b)
}

// use is one count that a formula refers to.
type use struct {
	name  string
	prev  bool
	op    formulaOp
	minus bool // enters with a minus sign
}

// use returns what a leaf of the formula refers to, without sign.
func (f *Formula) use() use { return use{name: f.name, prev: f.prev, op: f.op} }

// uses lists the counts of the formula in the order they are written, each once.
func (f *Formula) uses() []use {
	var out []use
	f.walk(false, func(u use) {
		if !slices.Contains(out, u) {
			out = append(out, u)
		}
	})
	return out
}

func (f *Formula) walk(minus bool, fn func(use)) {
	if f == nil {
		return
	}
	if f.name != "" {
		fn(use{f.name, f.prev, f.op, minus})
	}
	for i, a := range f.args {
		a.walk(minus != (f.op == opNeg || f.op == opSub && i == 1), fn)
	}
}

// Words prints the formula with the names that title gives to counts; title gets a count's
// name and whether it is taken over the period of comparison.
func (f *Formula) Words(title func(name string, prev bool) string) string {
	return f.print(title, 0)
}

// String prints the formula as it could be written in a definition.
func (f *Formula) String() string {
	if f == nil {
		return ""
	}
	return f.Words(func(name string, prev bool) string {
		if prev {
			return earlier + name
		}
		return name
	})
}

var precedence = map[formulaOp]int{opAdd: 1, opSub: 1, opMul: 2, opDiv: 2, opNeg: 3}

func (f *Formula) print(title func(string, bool) string, outer int) string {
	var s string
	p := precedence[f.op]
	switch f.op {
	case opNumber:
		return FormatRat(f.n)
	case opCount:
		return title(f.name, f.prev)
	case opEntries:
		return "cases(" + title(f.name, f.prev) + ")"
	case opMean:
		return "mean(" + title(f.name, f.prev) + ")"
	case opQuantile:
		if f.n.Cmp(half) == 0 {
			return "median(" + title(f.name, f.prev) + ")"
		}
		return "quantile(" + title(f.name, f.prev) + ", " + FormatRat(f.n) + ")"
	case opNeg:
		s = "-" + f.args[0].print(title, p)
	default:
		sign := map[formulaOp]string{opAdd: " + ", opSub: " - ", opMul: " × ", opDiv: " / "}[f.op]
		s = f.args[0].print(title, p) + sign + f.args[1].print(title, p+1)
	}
	if p < outer {
		return "(" + s + ")"
	}
	return s
}

var half = big.NewRat(1, 2)

// formulaEnv parses formulas; names are checked by our own walk, which knows the counts.
var formulaEnv = sync.OnceValues(func() (*cel.Env, error) {
	return cel.NewCustomEnv(cel.ClearMacros(), cel.ParserExpressionSizeLimit(maxExpression))
})

// parseFormula reads an arithmetic expression over the counts that lookup knows.
func parseFormula(text string, lookup func(name string) *Count) (*Formula, []exprError) {
	env, err := formulaEnv()
	if err != nil {
		return nil, []exprError{{1, 0, err.Error(), "this is a fault of the program"}}
	}
	parsed, issues := env.Parse(text)
	if issues.Err() != nil {
		faults := celFaults(issues)
		for i := range faults {
			faults[i].remedy = formulaVocabulary
		}
		return nil, faults
	}
	r := &formulaReader{compiler: compiler{info: parsed.NativeRep().SourceInfo()}, lookup: lookup}
	f := r.formula(parsed.NativeRep().Expr())
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	return f, nil
}

const formulaVocabulary = "allowed: names of counts, prev_ before a name for the period of comparison, numbers, + - * / ( ), " +
	"cases(x), mean(x), median(x), quantile(x, 0.9) of a count of days"

// formulaReader turns the syntax tree of a formula into a [Formula].
type formulaReader struct {
	compiler
	lookup func(name string) *Count
}

func (r *formulaReader) formula(e ast.Expr) *Formula {
	switch e.Kind() {
	case ast.LiteralKind:
		if n := number(e); n != nil {
			return &Formula{op: opNumber, n: n}
		}
	case ast.IdentKind:
		return r.count(e, opCount)
	case ast.CallKind:
		return r.operation(e)
	}
	r.fail(e, "this form of expression is not supported", formulaVocabulary)
	return &Formula{op: opNumber, n: new(big.Rat)}
}

// number reads a written number exactly: 0.9 is nine tenths.
func number(e ast.Expr) *big.Rat {
	if n, ok := literal[int64](e); ok {
		return new(big.Rat).SetInt64(n)
	}
	x, ok := literal[float64](e)
	if !ok || x > 1e15 || x < -1e15 {
		return nil
	}
	n, _ := new(big.Rat).SetString(strconv.FormatFloat(x, 'f', -1, 64))
	return n
}

func (r *formulaReader) operation(e ast.Expr) *Formula {
	call := e.AsCall()
	ops := map[string]formulaOp{
		operators.Add: opAdd, operators.Subtract: opSub, operators.Multiply: opMul,
		operators.Divide: opDiv, operators.Negate: opNeg,
	}
	if op, ok := ops[call.FunctionName()]; ok {
		f := &Formula{op: op}
		for _, a := range call.Args() {
			f.args = append(f.args, r.formula(a))
		}
		if op == opNeg && f.args[0].op == opNumber {
			return &Formula{op: opNumber, n: new(big.Rat).Neg(f.args[0].n)}
		}
		return f
	}
	return r.function(e, call)
}

func (r *formulaReader) function(e ast.Expr, call ast.CallExpr) *Formula {
	ops := map[string]formulaOp{"cases": opEntries, "mean": opMean, "median": opQuantile, "quantile": opQuantile}
	op, ok := ops[call.FunctionName()]
	want := 1
	if call.FunctionName() == "quantile" {
		want = 2
	}
	if !ok || call.IsMemberFunction() || len(call.Args()) != want || call.Args()[0].Kind() != ast.IdentKind {
		r.fail(e, fmt.Sprintf("%s(…) is not understood", call.FunctionName()), formulaVocabulary)
		return &Formula{op: opNumber, n: new(big.Rat)}
	}
	f := r.count(call.Args()[0], op)
	if op == opQuantile {
		f.n = half
	}
	if want == 2 {
		share := call.Args()[1]
		if f.n = number(share); f.n == nil || f.n.Sign() < 0 || f.n.Cmp(big.NewRat(1, 1)) > 0 {
			r.fail(share, "the share is not a number from 0 to 1", "e.g. quantile(days_to_close, 0.9)")
			f.n = half
		}
	}
	return f
}

// count resolves a name and checks that the count can be used this way.
func (r *formulaReader) count(e ast.Expr, op formulaOp) *Formula {
	written := e.AsIdent()
	name, prev := strings.CutPrefix(written, earlier)
	c := r.lookup(name)
	if c == nil {
		r.fail(e, fmt.Sprintf("no count is named %q", name), "declare it in counts.yaml or under counts: of this file; "+formulaVocabulary)
		return &Formula{op: opNumber, n: new(big.Rat)}
	}
	switch {
	case op == opQuantile && c.Kind != CountDays:
		r.fail(e, fmt.Sprintf("median and quantile want a count of days, %q is none", name), "give the count a days: formula")
	case op == opMean && c.Kind != CountDays && c.Kind != CountMoney:
		r.fail(e, fmt.Sprintf("mean wants a count of days or money, %q is none", name), "write a fraction of two counts")
	case op == opEntries && c.Kind == CountJudges:
		r.fail(e, fmt.Sprintf("%q comes from the roster and has no cases", name), "use the count itself")
	}
	return &Formula{op: op, name: name, prev: prev}
}

// place joins expression faults to the place of the expression in its file.
func place(file string, at statute.Placed, faults []exprError) []error {
	var out []error
	for _, f := range faults {
		line, column := at.At(f.line, f.column)
		out = append(out, faultAt(statute.Place(file, line, column), f.text, f.remedy))
	}
	return out
}
