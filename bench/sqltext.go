package main

import (
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

// statements are the forms in which a database is asked.
type form string

const (
	perIndicator form = "one statement an indicator"
	single       form = "one statement"
	bunched      form = "bunched by predicate"
)

// sqlWriter prints conditions over the flat columns: days and codes are numbers.
type sqlWriter struct {
	q *question
	f *flat
}

// cond prints a condition that is TRUE exactly when p holds.
func (w *sqlWriter) cond(p *indicator.Pred) string {
	name := docket.Fields[p.Field].Name
	switch p.Op {
	case indicator.True:
		return "TRUE"
	case indicator.And, indicator.Or:
		parts := make([]string, len(p.Args))
		for i, a := range p.Args {
			parts[i] = w.cond(a)
		}
		return "(" + strings.Join(parts, map[indicator.Op]string{indicator.And: " AND ", indicator.Or: " OR "}[p.Op]) + ")"
	case indicator.Not:
		return "(" + w.cond(p.Args[0]) + ") IS NOT TRUE"
	case indicator.Has:
		return name + " IS NOT NULL"
	case indicator.DayBound:
		return fmt.Sprintf("%s %s %d", name, sqlCmp(p.Cmp), day(p.Bound.Resolve(w.q.period)))
	case indicator.DayPair:
		return fmt.Sprintf("%s %s %s", name, sqlCmp(p.Cmp), docket.Fields[p.Field2].Name)
	case indicator.AmountCmp:
		return fmt.Sprintf("%s %s %d", name, sqlCmp(p.Cmp), p.N)
	case indicator.TextIn:
		var codes []string
		for _, v := range p.Set {
			if c := w.f.code(name, v); c >= 0 {
				codes = append(codes, fmt.Sprint(c))
			}
		}
		switch len(codes) {
		case 0:
			return "FALSE"
		case 1:
			return name + " = " + codes[0]
		}
		return name + " IN (" + strings.Join(codes, ", ") + ")"
	}
	panic("no SQL for " + p.String())
}

func sqlCmp(c indicator.Cmp) string { return [...]string{"<", "<=", "=", "<>", ">=", ">"}[c] }

// aggregate prints a measure over the rows where cond holds.
func (w *sqlWriter) aggregate(m indicator.Measure, cond string) string {
	a, b := docket.Fields[m.Field].Name, docket.Fields[m.Field2].Name
	switch m.Kind {
	case indicator.Days:
		return fmt.Sprintf("sum(CASE WHEN %s THEN CAST(%s AS INTEGER) - %s ELSE 0 END)", cond, a, b)
	case indicator.Sum:
		return fmt.Sprintf("sum(CASE WHEN %s THEN %s ELSE 0 END)", cond, a)
	}
	return fmt.Sprintf("sum(CASE WHEN %s THEN 1 ELSE 0 END)", cond)
}

// queries prints the statements that answer measures by some columns in a form.
func (w *sqlWriter) queries(kind form, measures []indicator.Measure, by []string) []string {
	keys := strings.Join(by, ", ")
	sel := func(where string, aggregates []string) string {
		s := "SELECT " + keys + ", " + strings.Join(aggregates, ", ") + " FROM c"
		if where != "" {
			s += " WHERE " + where
		}
		return s + " GROUP BY " + keys
	}
	all := func(which []int) string {
		var out []string
		for _, m := range which {
			out = append(out, w.aggregate(measures[m], w.cond(measures[m].Where)))
		}
		return sel("", out)
	}
	switch kind {
	case perIndicator:
		var out []string
		for _, which := range w.q.indicators {
			if len(which) > 0 {
				out = append(out, all(which))
			}
		}
		return out
	case single:
		which := make([]int, len(measures))
		for i := range which {
			which[i] = i
		}
		return []string{all(which)}
	}
	return w.bunches(measures, sel)
}

// bunches groups measures by the bounds on days that they have in common, which then stand
// in WHERE.
func (w *sqlWriter) bunches(measures []indicator.Measure, sel func(string, []string) string) []string {
	var order []string
	members := map[string][]string{}
	for _, m := range measures {
		var common, rest []string
		for _, p := range conjuncts(m.Where) {
			if p.Op == indicator.DayBound || p.Op == indicator.Not && p.Args[0].Op == indicator.DayBound {
				common = append(common, w.cond(p))
			} else {
				rest = append(rest, w.cond(p))
			}
		}
		slices.Sort(common)
		key := strings.Join(common, " AND ")
		if members[key] == nil {
			order = append(order, key)
		}
		if len(rest) == 0 {
			rest = []string{"TRUE"}
		}
		members[key] = append(members[key], w.aggregate(m, strings.Join(rest, " AND ")))
	}
	var out []string
	for _, key := range order {
		out = append(out, sel(key, members[key]))
	}
	return out
}

func conjuncts(p *indicator.Pred) []*indicator.Pred {
	if p.Op != indicator.And {
		return []*indicator.Pred{p}
	}
	return p.Args
}
