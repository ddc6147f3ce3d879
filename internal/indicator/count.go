package indicator

import (
	"math/big"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/statute"
)

// CountKind says what a count adds up.
type CountKind uint8

// The kinds of counts.
const (
	CountCases  CountKind = iota // cases
	CountDays                    // days between two dates of the case
	CountMoney                   // cents of a money column
	CountJudges                  // mean daily number of persons in a post, from the roster
)

// Count is a named, additive total: the raw material of every indicator.
type Count struct {
	Name  string       // as written in formulas
	Title statute.Text // for people
	Eval  string       // the name of the total in `indicators eval`
	Kind  CountKind

	Where         *Pred       // the population, before exclusions; nil for CountJudges
	Excludes      []Exclusion // in the order they are tried
	Field, Field2 int         // CountDays: Field - Field2; CountMoney: Field
	Post          string      // CountJudges: the post counted
	Why           statute.Text
	Expression    string // Where as it is written in the definition
}

// Exclusion takes cases out of a count, with the reason to tell.
type Exclusion struct {
	When *Pred
	Why  statute.Text
}

// Selected is the condition of the cases that are counted: the population less the exclusions.
func (c *Count) Selected() *Pred {
	parts := []*Pred{c.Where}
	for _, x := range c.Excludes {
		parts = append(parts, negation(x.When))
	}
	return conjunction(parts...)
}

// Excluded is the condition of the cases of the population that are left out; False when
// the count has no exclusions.
func (c *Count) Excluded() *Pred {
	var any []*Pred
	for _, x := range c.Excludes {
		any = append(any, x.When)
	}
	return conjunction(c.Where, disjunction(any...))
}

// reason tells why a selected case is counted.
func (c *Count) reason(k *docket.Case, p civil.Period) statute.Text { return fill(c.Why, k, p) }

// exclusion tells why an excluded case is left out: by the first rule that takes it.
func (c *Count) exclusion(k *docket.Case, p civil.Period) statute.Text {
	for _, x := range c.Excludes {
		if x.When.Holds(k, p) {
			return fill(x.Why, k, p)
		}
	}
	return statute.Text{}
}

// onLines restricts the count to lines of cases (条线); none is no restriction.
func (c *Count) onLines(lines []string) *Count {
	if len(lines) == 0 || c.Kind == CountJudges {
		return c
	}
	f, _ := docket.FieldIndex("line")
	d := *c
	d.Where = conjunction(textIn(f, lines), c.Where)
	return &d
}

// requirePresent adds the exclusion of cases that lack what is to be added up.
func (c *Count) requirePresent() {
	switch c.Kind {
	case CountDays:
		a, b := docket.Fields[c.Field], docket.Fields[c.Field2]
		both := conjunction(&Pred{Op: Has, Field: c.Field}, &Pred{Op: Has, Field: c.Field2})
		c.Excludes = append(c.Excludes, Exclusion{negation(both), statute.Text{
			Zh: "缺少" + a.Zh + "或" + b.Zh, En: a.En + " or " + b.En + " is not given"}})
	case CountMoney:
		m := docket.Fields[c.Field]
		c.Excludes = append(c.Excludes, Exclusion{negation(&Pred{Op: Has, Field: c.Field}), statute.Text{
			Zh: "缺少" + m.Zh, En: m.En + " is not given"}})
	}
}

// fill replaces {field}, {from} and {to} in a template.
func fill(t statute.Text, k *docket.Case, p civil.Period) statute.Text {
	value := func(name string) (string, bool) {
		switch name {
		case "from":
			return p.From.String(), true
		case "to":
			return p.To.String(), true
		}
		f, ok := docket.FieldByName(name)
		if !ok {
			return "", false
		}
		return show(f, k), true
	}
	return statute.Text{Zh: expand(t.Zh, value), En: expand(t.En, value)}
}

// expand replaces every {name} that value knows; anything else stays as it is.
func expand(template string, value func(string) (string, bool)) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if v, known := value(name); closed && known {
			b.WriteString(v)
			template = after
			continue
		}
		b.WriteByte('{')
		template = rest
	}
}

// placeholders lists the names in braces of a template.
func placeholders(template string) []string {
	var names []string
	expand(template, func(name string) (string, bool) {
		names = append(names, name)
		return "", true
	})
	return names
}

// absent is how a value that is not given prints in reasons.
const absent = "–"

// show prints the value of a column for a reason: days as YYYY-MM-DD, money with two decimals.
func show(f *docket.Field, k *docket.Case) string {
	if !has(f, k) {
		return absent
	}
	switch f.Kind {
	case docket.Day:
		return f.Day(k).String()
	case docket.Amount:
		return RoundHalfUp(big.NewRat(f.Money(k).Cents, 100), 2)
	case docket.Number:
		return FormatRat(new(big.Rat).SetInt64(int64(*f.Number(k))))
	case docket.YesNo:
		if *f.Flag(k) == docket.Yes {
			return "是 yes"
		}
		return "否 no"
	}
	return *f.Text(k)
}

// measure is what an engine adds up for one use of the count, which is none of the roster's.
func (c *Count) measure(op formulaOp) Measure {
	m := Measure{Kind: Cases, Where: c.Selected()}
	switch {
	case op == opQuantile:
		m.Kind, m.Field, m.Field2 = Spread, c.Field, c.Field2
	case c.Kind == CountDays && op != opEntries:
		m.Kind, m.Field, m.Field2 = Days, c.Field, c.Field2
	case c.Kind == CountMoney && op != opEntries:
		m.Kind, m.Field = Sum, c.Field
	}
	return m
}
