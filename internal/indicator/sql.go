package indicator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// Dialect says where the case columns are. Days are integers since 1970-01-01, money is in
// cents, yes/no is 1 or 0, NULL is absent, an absent text is empty. Everything else that we write
// means the same in SQLite and PostgreSQL.
type Dialect struct {
	Table   string                    // table of case versions, without alias
	Where   string                    // restriction to the versions to count, over alias c; "" none
	ID      string                    // column with the id of the case version
	Column  func(field string) string // column of a docket field; nil: its name
	Collate string                    // clause for bytewise order of text, e.g. COLLATE "C"; "" where it is the default
	Scan    string                    // clause after the table for counting all courts; "" where the planner needs no help
	Beside  Beside                    // fields that stand in another table
}

// Beside is a second table with some of the fields. A scan that names none of them does not
// read it.
type Beside struct {
	Join    string            // clause after the table of case versions, e.g. " LEFT JOIN x l ON l.id = c.id"
	Columns map[string]string // by docket field: its expression
}

// SQLite and PostgreSQL return the dialect of the two databases for a table of current cases.
func SQLite(table, where, id string) Dialect {
	return Dialect{Table: table, Where: where, ID: id, Scan: " NOT INDEXED"}
}

// PostgreSQL is like [SQLite], with the collation that sorts text by bytes.
func PostgreSQL(table, where, id string) Dialect {
	return Dialect{Table: table, Where: where, ID: id, Collate: ` COLLATE "C"`}
}

// Statement is one query with its bound texts ($1 … $n), and how its rows are to be read.
type Statement struct {
	Text string
	Args []any

	by       int       // leading text columns
	pieces   bool      // then the number of the period
	measures []Measure // then their columns: N, and the sum of Days and Sum
	at       []int     // the position of each measure in the question
}

// SQL returns the statements that answer a question: one for all counts and sums, and one
// per [Spread]. Aggregates are bunched by the pair of day bounds they have in common, which
// then stands in WHERE; the bunches are added up over the groups.
func SQL(question Ask, d Dialect) []Statement {
	tally := Statement{by: len(question.By)}
	var out []Statement
	for i, m := range question.Measures {
		if m.Kind == Spread {
			out = append(out, spreadSQL(question, i, d))
			continue
		}
		tally.measures, tally.at = append(tally.measures, m), append(tally.at, i)
	}
	w := newWriter(d, question.Period)
	tally.Text = w.tally(tally.measures, question.By, question.Filter)
	tally.Args = w.args
	return append([]Statement{tally}, out...)
}

// SQLPeriods returns one statement that answers a question for many periods at once; each
// row carries the position of its period. Spread is not supported here.
func SQLPeriods(question Ask, periods []civil.Period, d Dialect) (Statement, error) {
	s := Statement{by: len(question.By), pieces: true, measures: question.Measures}
	w := newWriter(d, question.Period)
	var bounds []Bound
	w.bound = func(b Bound) string {
		i := slices.Index(bounds, b)
		if i < 0 {
			i = len(bounds)
			bounds = append(bounds, b)
		}
		return fmt.Sprintf("p.b%d", i)
	}
	by := append(w.columns(question.By), "p.n")
	selected := slices.Clone(by)
	for i, m := range question.Measures {
		if m.Kind == Spread {
			return s, fault.Invalidf("a histogram of days cannot be counted for several periods in one statement")
		}
		s.at = append(s.at, i)
		selected = append(selected, w.aggregates(m, m.Where, "")...)
	}
	where := w.where(question.Filter)
	s.Text = fmt.Sprintf("WITH %s SELECT %s FROM %s CROSS JOIN p%s GROUP BY %s",
		periodTable(periods, bounds), strings.Join(selected, ", "), w.from(""), where, strings.Join(by, ", "))
	s.Args = w.args
	return s, nil
}

// periodTable is the common table expression p(n, b0, b1, …) of the bounds of each period.
func periodTable(periods []civil.Period, bounds []Bound) string {
	names := "n"
	for i := range bounds {
		names += fmt.Sprintf(", b%d", i)
	}
	rows := make([]string, len(periods))
	for n, p := range periods {
		row := strconv.Itoa(n)
		for _, b := range bounds {
			row += ", " + dayNumber(b.Resolve(p))
		}
		rows[n] = "(" + row + ")"
	}
	return fmt.Sprintf("p(%s) AS (VALUES %s)", names, strings.Join(rows, ", "))
}

// ListSQL returns the statement for a page of cases, in the order that [Engine] demands
// (rows: id, court), and the one that counts them all (one row: the number).
func ListSQL(where, filter *Pred, period civil.Period, offset, limit int, d Dialect) (page, total Statement) {
	w := newWriter(d, period)
	condition := w.where(conjunction(where, filter))
	var order []string
	for _, name := range []string{"court", "division", "judge", "line"} {
		order = append(order, w.column(name)+d.Collate)
	}
	order = append(order, w.column("filed_on")+" NULLS FIRST", "c."+quoted(d.ID))
	rows := "9223372036854775807"
	if limit >= 0 {
		rows = strconv.Itoa(limit)
	}
	page = Statement{Args: w.args, Text: fmt.Sprintf("SELECT c.%s, %s FROM %s%s ORDER BY %s LIMIT %s OFFSET %d",
		quoted(d.ID), w.column("court"), w.from(""), condition, strings.Join(order, ", "), rows, max(offset, 0))}
	total = Statement{Args: w.args, Text: fmt.Sprintf("SELECT count(*) FROM %s%s", w.from(""), condition)}
	return page, total
}

// writer prints conditions and aggregates, collecting the texts to bind.
type writer struct {
	d      Dialect
	bound  func(Bound) string
	args   []any
	beside bool // the scan being printed names a column of the second table
}

func newWriter(d Dialect, p civil.Period) *writer {
	return &writer{d: d, bound: func(b Bound) string { return dayNumber(b.Resolve(p)) }}
}

// dayNumber prints a day as the days since 1970-01-01.
func dayNumber(d civil.Date) string { return strconv.Itoa(d.Sub(civil.FromUnix(0))) }

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// from prints the tables of a scan whose columns and conditions are printed already.
func (w *writer) from(clause string) string {
	if w.beside {
		clause += w.d.Beside.Join
	}
	return w.d.Table + " AS c" + clause
}

// counted is the table for a question that groups. SQLite, to have courts in order, would
// look up every row of the table by an index that begins with the court, which takes three
// times as long as reading the table; the index is left to questions about single courts.
func (w *writer) counted(filter *Pred) string {
	if len(fixedBy(filter)["court"]) > 0 {
		return w.from("")
	}
	return w.from(w.d.Scan)
}

func (w *writer) column(field string) string {
	if expression, ok := w.d.Beside.Columns[field]; ok {
		w.beside = true
		return expression
	}
	if w.d.Column != nil {
		field = w.d.Column(field)
	}
	return "c." + quoted(field)
}

func (w *writer) at(position int) string { return w.column(docket.Fields[position].Name) }

func (w *writer) columns(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = w.column(name)
	}
	return out
}

// text binds a text, each distinct one once.
func (w *writer) text(s string) string {
	i := slices.Index(w.args, any(s))
	if i < 0 {
		i = len(w.args)
		w.args = append(w.args, s)
	}
	return fmt.Sprintf("$%d", i+1)
}

// where prints the WHERE clause for the dialect's restriction and a condition.
func (w *writer) where(parts ...*Pred) string {
	var all []string
	if w.d.Where != "" {
		all = append(all, "("+w.d.Where+")")
	}
	if p := conjunction(parts...); p.Op != True {
		all = append(all, w.pred(p))
	}
	if len(all) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(all, " AND ")
}

// pred prints a condition that is TRUE exactly when p holds, and else FALSE or NULL; only
// under Not does the difference matter, where IS NOT TRUE restores two-valued logic.
func (w *writer) pred(p *Pred) string {
	switch p.Op {
	case True:
		return "TRUE"
	case False:
		return "FALSE"
	case And:
		return w.joined(p.Args, " AND ", "TRUE")
	case Or:
		return w.joined(p.Args, " OR ", "FALSE")
	case Not:
		return "(" + w.pred(p.Args[0]) + " IS NOT TRUE)"
	}
	return w.atom(p)
}

func (w *writer) joined(args []*Pred, word, empty string) string {
	if len(args) == 0 {
		return empty
	}
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = w.pred(a)
	}
	return "(" + strings.Join(out, word) + ")"
}

var sqlCmp = [...]string{LT: "<", LE: "<=", EQ: "=", NE: "<>", GE: ">=", GT: ">"}

func (w *writer) atom(p *Pred) string {
	column := w.at(p.Field)
	switch p.Op {
	case Has:
		return w.present(p.Field)
	case DayBound:
		return fmt.Sprintf("(%s %s %s)", column, sqlCmp[p.Cmp], w.bound(p.Bound))
	case DayPair:
		return fmt.Sprintf("(%s %s %s)", column, sqlCmp[p.Cmp], w.at(p.Field2))
	case DaySpan:
		return fmt.Sprintf("(%s - %s %s %d)", column, w.at(p.Field2), sqlCmp[p.Cmp], p.N)
	case TextIn:
		if len(p.Set) == 0 {
			return "FALSE"
		}
		texts := make([]string, len(p.Set))
		for i, s := range p.Set {
			texts[i] = w.text(s)
		}
		return fmt.Sprintf("(%s IN (%s))", column, strings.Join(texts, ", "))
	case NumberCmp:
		return fmt.Sprintf("(coalesce(%s, 0) %s %d)", column, sqlCmp[p.Cmp], p.N)
	case AmountCmp:
		return fmt.Sprintf("(%s %s %d)", column, sqlCmp[p.Cmp], p.N)
	}
	return fmt.Sprintf("(%s = 1)", column)
}

func (w *writer) present(position int) string {
	switch docket.Fields[position].Kind {
	case docket.Text:
		return fmt.Sprintf("(%s <> '')", w.at(position))
	case docket.Number:
		return "TRUE"
	}
	return fmt.Sprintf("(%s IS NOT NULL)", w.at(position))
}

// aggregates prints the columns of a measure over the cases of a bunch where rest holds;
// name, when given, becomes their alias with n or s before it.
func (w *writer) aggregates(m Measure, rest *Pred, name string) []string {
	as := func(expression, prefix string) string {
		if name != "" {
			return expression + " AS " + prefix + name
		}
		return expression
	}
	condition := w.pred(conjunction(rest))
	if m.Kind == Cases {
		if condition == "TRUE" {
			return []string{as("count(*)", "n")}
		}
		return []string{as("coalesce(sum(CASE WHEN "+condition+" THEN 1 ELSE 0 END), 0)", "n")}
	}
	value := fmt.Sprintf("CASE WHEN %s THEN %s END", condition, w.amount(m))
	return []string{as("count("+value+")", "n"), as("CAST(coalesce(sum("+value+"), 0) AS BIGINT)", "s")}
}

// amount is what a measure adds up for one case.
func (w *writer) amount(m Measure) string {
	if m.Kind == Sum {
		return w.at(m.Field)
	}
	return w.at(m.Field) + " - " + w.at(m.Field2)
}

// bunch is a set of measures that share the conditions in common.
type bunch struct {
	common []*Pred
	member map[int]*Pred // position of the measure -> the rest of its condition
}

// bunches groups measures by the first pair of bounds that closes a range of days (closed in
// the period, filed in the period, …). The first bunch has nothing in common, sees every
// case of the filter, and so every group.
func bunches(measures []Measure) []*bunch {
	all := []*bunch{{member: map[int]*Pred{}}}
	index := map[string]*bunch{"": all[0]}
	for i, m := range measures {
		common, rest := closedRange(m.Where)
		key := conjunction(common...).String()
		if len(common) == 0 {
			key = ""
		}
		b := index[key]
		if b == nil {
			b = &bunch{common: common, member: map[int]*Pred{}}
			index[key] = b
			all = append(all, b)
		}
		b.member[i] = rest
	}
	return all
}

// closedRange finds a column with both a lower and an upper bound among the conjuncts.
func closedRange(p *Pred) (common []*Pred, rest *Pred) {
	parts := p.conjuncts()
	for i, low := range parts {
		if low.Op != DayBound || low.Cmp != GE && low.Cmp != GT {
			continue
		}
		for k, high := range parts {
			if high.Op != DayBound || high.Field != low.Field || high.Cmp != LE && high.Cmp != LT {
				continue
			}
			var others []*Pred
			for n, q := range parts {
				if n != i && n != k {
					others = append(others, q)
				}
			}
			return []*Pred{low, high}, conjunction(others...)
		}
	}
	return nil, conjunction(p)
}

// tally prints the statement for all additive measures.
func (w *writer) tally(measures []Measure, by []string, filter *Pred) string {
	all := bunches(measures)
	if len(all) == 1 {
		return w.bunch(all[0], measures, by, filter)
	}
	parts := make([]string, len(all))
	for i, b := range all {
		parts[i] = w.bunch(b, measures, by, filter)
	}
	var columns []string
	for i := range by {
		columns = append(columns, fmt.Sprintf("u.g%d", i))
	}
	groupBy := ""
	if len(by) > 0 {
		groupBy = " GROUP BY " + strings.Join(columns, ", ")
	}
	for i, m := range measures {
		columns = append(columns, fmt.Sprintf("CAST(sum(u.n%d) AS BIGINT)", i))
		if m.Kind != Cases {
			columns = append(columns, fmt.Sprintf("CAST(sum(u.s%d) AS BIGINT)", i))
		}
	}
	return fmt.Sprintf("SELECT %s FROM (%s) AS u%s", strings.Join(columns, ", "), strings.Join(parts, " UNION ALL "), groupBy)
}

// bunch prints one scan; measures of other bunches are zero in it.
func (w *writer) bunch(b *bunch, measures []Measure, by []string, filter *Pred) string {
	w.beside = false
	columns := w.columns(by)
	groupBy := ""
	if len(by) > 0 {
		groupBy = " GROUP BY " + strings.Join(columns, ", ")
	}
	for i := range columns {
		columns[i] += fmt.Sprintf(" AS g%d", i)
	}
	for i, m := range measures {
		name := strconv.Itoa(i)
		switch rest, mine := b.member[i]; {
		case mine:
			columns = append(columns, w.aggregates(m, rest, name)...)
		case m.Kind == Cases:
			columns = append(columns, "0 AS n"+name)
		default:
			columns = append(columns, "0 AS n"+name, "0 AS s"+name)
		}
	}
	if len(columns) == 0 {
		columns = []string{"1"}
	}
	where := w.where(append(slices.Clone(b.common), filter)...)
	text := fmt.Sprintf("SELECT %s FROM %s%s%s", strings.Join(columns, ", "), w.counted(filter), where, groupBy)
	if len(by) == 0 && len(measures) == 0 {
		text += " LIMIT 1"
	}
	return text
}

// spreadSQL prints the statement for one histogram: groups, days, cases.
func spreadSQL(question Ask, position int, d Dialect) Statement {
	w := newWriter(d, question.Period)
	m := question.Measures[position]
	days := w.amount(m)
	keys := append(w.columns(question.By), days)
	have := conjunction(&Pred{Op: Has, Field: m.Field}, &Pred{Op: Has, Field: m.Field2})
	where := w.where(m.Where, question.Filter, have)
	return Statement{
		Text: fmt.Sprintf("SELECT %s, count(*) FROM %s%s GROUP BY %s", strings.Join(keys, ", "), w.counted(question.Filter), where, strings.Join(keys, ", ")),
		Args: w.args, by: len(question.By), measures: []Measure{m}, at: []int{position},
	}
}
