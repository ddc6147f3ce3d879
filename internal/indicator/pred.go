package indicator

import (
	"fmt"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// Op is the operation of a [Pred] node.
type Op uint8

// The operations. Logic is two-valued: a comparison with an absent value is false, so its
// negation is true. Every engine must follow this rule.
const (
	True      Op = iota
	False        //
	And          // all Args; True when empty
	Or           // any Args; False when empty
	Not          // not Args[0]
	Has          // Field is present
	DayBound     // Field Cmp Bound: a date column against a bound of the period
	DayPair      // Field Cmp Field2: two date columns
	DaySpan      // (Field - Field2) in days Cmp N: two date columns
	TextIn       // Field is one of Set (exact, case-sensitive); absent text is ""
	AmountCmp    // Field (money, in cents) Cmp N
	NumberCmp    // Field (count) Cmp N; counts are never absent
	IsYes        // Field (yes/no) is yes
)

// Cmp is a comparison.
type Cmp uint8

// The comparisons.
const (
	LT Cmp = iota
	LE
	EQ
	NE
	GE
	GT
)

// Pred is a checked condition on one case within one period: the common form that the
// column kernels, the SQL generator, the case lists and the explanations all start from.
// A Pred is immutable; engines may key caches by [Pred.String].
type Pred struct {
	Op            Op
	Args          []*Pred
	Field, Field2 int // positions in docket.Fields
	Cmp           Cmp
	Bound         Bound
	N             int64
	Set           []string
}

// Anchor is what a bound hangs on.
type Anchor uint8

// The anchors of a day bound.
const (
	Fixed      Anchor = iota // a day written in the definition
	PeriodFrom               // first day of the period
	PeriodTo                 // last day of the period
)

// Bound is a day known once the period is: an anchor moved by months, then days.
type Bound struct {
	Anchor Anchor
	Day    civil.Date // for Fixed
	Months int
	Days   int
}

// Resolve returns the day. Months keep the day number, cut to the month's last day.
func (b Bound) Resolve(p civil.Period) civil.Date {
	d := b.Day
	switch b.Anchor {
	case PeriodFrom:
		d = p.From
	case PeriodTo:
		d = p.To
	}
	return d.AddMonths(b.Months).AddDays(b.Days)
}

// Holds evaluates the condition on one case: the slow, obvious meaning that every engine
// is checked against.
func (p *Pred) Holds(c *docket.Case, period civil.Period) bool {
	switch p.Op {
	case True:
		return true
	case False:
		return false
	case And:
		for _, a := range p.Args {
			if !a.Holds(c, period) {
				return false
			}
		}
		return true
	case Or:
		for _, a := range p.Args {
			if a.Holds(c, period) {
				return true
			}
		}
		return false
	case Not:
		return !p.Args[0].Holds(c, period)
	}
	f := &docket.Fields[p.Field]
	switch p.Op {
	case Has:
		return has(f, c)
	case DayBound:
		d, b := *f.Day(c), p.Bound.Resolve(period)
		return !d.IsZero() && p.Cmp.ok(int64(d), int64(b))
	case DayPair, DaySpan:
		d, e := *f.Day(c), *docket.Fields[p.Field2].Day(c)
		if d.IsZero() || e.IsZero() {
			return false
		}
		if p.Op == DayPair {
			return p.Cmp.ok(int64(d), int64(e))
		}
		return p.Cmp.ok(int64(d.Sub(e)), p.N)
	case TextIn:
		v := *f.Text(c)
		for _, s := range p.Set {
			if s == v {
				return true
			}
		}
		return false
	case AmountCmp:
		m := *f.Money(c)
		return m.Known && p.Cmp.ok(m.Cents, p.N)
	case NumberCmp:
		return p.Cmp.ok(int64(*f.Number(c)), p.N)
	case IsYes:
		return *f.Flag(c) == docket.Yes
	}
	panic("indicator: unknown operation in condition")
}

func has(f *docket.Field, c *docket.Case) bool {
	switch f.Kind {
	case docket.Text:
		return *f.Text(c) != ""
	case docket.Day:
		return !f.Day(c).IsZero()
	case docket.Amount:
		return f.Money(c).Known
	case docket.YesNo:
		return *f.Flag(c) != docket.Unknown
	}
	return true
}

func (c Cmp) ok(a, b int64) bool {
	switch c {
	case LT:
		return a < b
	case LE:
		return a <= b
	case EQ:
		return a == b
	case NE:
		return a != b
	case GE:
		return a >= b
	}
	return a > b
}

// All joins conditions; nil ones are left out, and All() is True.
func All(ps ...*Pred) *Pred {
	var args []*Pred
	for _, p := range ps {
		if p != nil && p.Op != True {
			args = append(args, p)
		}
	}
	switch len(args) {
	case 0:
		return &Pred{Op: True}
	case 1:
		return args[0]
	}
	return &Pred{Op: And, Args: args}
}

// Match turns field values (a scope's limits, a page's filters) into a condition. An unknown
// or non-text field gives False: a wrong filter must never widen what is seen.
func Match(limits map[string]string) *Pred {
	var ps []*Pred
	for i := range docket.Fields {
		f := &docket.Fields[i]
		if v, ok := limits[f.Name]; ok && f.Kind == docket.Text {
			ps = append(ps, &Pred{Op: TextIn, Field: i, Set: []string{v}})
		}
	}
	if len(ps) != len(limits) {
		return &Pred{Op: False}
	}
	return All(ps...)
}

// String prints the condition unambiguously, for cache keys and error messages.
func (p *Pred) String() string {
	if p == nil {
		return "true"
	}
	var b strings.Builder
	p.print(&b)
	return b.String()
}

func (p *Pred) print(b *strings.Builder) {
	name := func(i int) string { return docket.Fields[i].Name }
	switch p.Op {
	case True, False:
		fmt.Fprint(b, p.Op == True)
	case And, Or, Not:
		b.WriteString([...]string{And: "and", Or: "or", Not: "not"}[p.Op])
		b.WriteByte('(')
		for i, a := range p.Args {
			if i > 0 {
				b.WriteString(", ")
			}
			a.print(b)
		}
		b.WriteByte(')')
	case Has:
		fmt.Fprintf(b, "has(%s)", name(p.Field))
	case DayBound:
		fmt.Fprintf(b, "%s %s %s", name(p.Field), p.Cmp, p.Bound)
	case DayPair:
		fmt.Fprintf(b, "%s %s %s", name(p.Field), p.Cmp, name(p.Field2))
	case DaySpan:
		fmt.Fprintf(b, "%s-%s %s %d", name(p.Field), name(p.Field2), p.Cmp, p.N)
	case TextIn:
		fmt.Fprintf(b, "%s in %q", name(p.Field), p.Set)
	case AmountCmp, NumberCmp:
		fmt.Fprintf(b, "%s %s %d", name(p.Field), p.Cmp, p.N)
	case IsYes:
		fmt.Fprintf(b, "yes(%s)", name(p.Field))
	}
}

// String prints the operator.
func (c Cmp) String() string { return [...]string{"<", "<=", "==", "!=", ">=", ">"}[c] }

// String prints the bound as the expression language writes it.
func (b Bound) String() string {
	s := [...]string{b.Day.String(), "from", "to"}[b.Anchor]
	if b.Months != 0 {
		s += fmt.Sprintf("%+dm", b.Months)
	}
	if b.Days != 0 {
		s += fmt.Sprintf("%+dd", b.Days)
	}
	return s
}
