package indicatortest

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/big"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
)

// CheckGrain is the finest grain of the catalogue, at which check queries are compared; a
// figure of any wider group is an addition over it.
var CheckGrain = []string{"court", "division", "judge", "line"}

// monthsBack are the moves of the last day that check queries may ask for.
var monthsBack = []int{12, 18, 24, 36}

// PeriodTable returns the statements that make the table p of the check queries anew, one
// row for each month: its bounds as text and as days since 1970, those of the period of
// comparison (compare is that of the version; the year before where it has none), and the
// last day moved back by months.
func PeriodTable(months []civil.Period, compare string) []string {
	columns := "month TEXT NOT NULL PRIMARY KEY, d_from TEXT, d_to TEXT, n_from INTEGER, n_to INTEGER, d_prev_from TEXT, d_prev_to TEXT"
	for _, back := range monthsBack {
		columns += fmt.Sprintf(", d_to_minus_%dm TEXT", back)
	}
	rows := make([]string, len(months))
	for i, m := range months {
		prev := m.Shift(-12)
		if compare == "preceding" {
			prev = m.Preceding()
		}
		row := fmt.Sprintf("'%s', '%s', '%s', %d, %d, '%s', '%s'", monthName(m), m.From, m.To, m.From.Unix(), m.To.Unix(), prev.From, prev.To)
		for _, back := range monthsBack {
			row += fmt.Sprintf(", '%s'", m.To.AddMonths(-back))
		}
		rows[i] = "(" + row + ")"
	}
	return []string{"DROP TABLE IF EXISTS p", "CREATE TABLE p (" + columns + ")", "INSERT INTO p VALUES " + strings.Join(rows, ", ")}
}

func monthName(m civil.Period) string { return m.From.String()[:7] }

// CheckQuery returns one statement that asks every check over v_case c and p at once, by
// month and [CheckGrain]: month, group, then numerator, denominator and value of each check.
// What a check does not say is NULL.
func CheckQuery(checks []indicator.Check) string {
	keys := "p.month"
	for _, name := range CheckGrain {
		keys += ", c." + name
	}
	selected := []string{keys}
	for _, c := range checks {
		for _, part := range []string{c.Numerator, c.Denominator, c.Value} {
			if part == "" {
				part = "NULL"
			}
			selected = append(selected, part)
		}
	}
	return "SELECT " + strings.Join(selected, ", ") + " FROM p CROSS JOIN v_case c GROUP BY " + keys
}

// Answer is what a check query says of one group and month; not valid: no value.
type Answer struct{ Numerator, Denominator, Value sql.NullFloat64 }

// ReadChecks asks the checks and hands over every row, in the order of the database.
func ReadChecks(ctx context.Context, db indicator.Querier, checks []indicator.Check, fn func(month string, by []string, answers []Answer) error) error {
	return db.Query(ctx, CheckQuery(checks), nil, func(scan func(...any) error) error {
		var month string
		by, answers := make([]string, len(CheckGrain)), make([]Answer, len(checks))
		dest := []any{&month}
		for i := range by {
			dest = append(dest, &by[i])
		}
		for i := range answers {
			dest = append(dest, &answers[i].Numerator, &answers[i].Denominator, &answers[i].Value)
		}
		if err := scan(dest...); err != nil {
			return fmt.Errorf("read a row of check queries: %w", err)
		}
		return fn(month, by, answers)
	})
}

// Differs says where a figure and its check query disagree, "" where they do not. Judges in
// post come from the roster, which check queries do not see; a value is compared where the
// check states one, since else it is the fraction.
func (a Answer) Differs(v *indicator.Version, f *indicator.Figure) string {
	for _, c := range []struct {
		name    string
		exact   *big.Rat
		checked sql.NullFloat64
		skip    bool
	}{
		{"numerator", f.Numerator, a.Numerator, false},
		{"denominator", f.Denominator, a.Denominator, v.Denominator == nil || OnRoster(v)},
		{"value", f.Value, a.Value, v.Check.Value == ""},
	} {
		if !c.skip && !agrees(c.exact, c.checked) {
			return fmt.Sprintf("%s is %s, the check query says %s", c.name, indicator.FormatRat(c.exact), printed(c.checked))
		}
	}
	return ""
}

// OnRoster tells whether a version divides by judges in post.
func OnRoster(v *indicator.Version) bool {
	for _, c := range v.Counts() {
		if c.Kind == indicator.CountJudges {
			return true
		}
	}
	return false
}

// agrees compares an exact number with what SQL printed; a NULL stands for no value.
func agrees(r *big.Rat, q sql.NullFloat64) bool {
	if r == nil || !q.Valid {
		return r == nil && !q.Valid
	}
	x, _ := r.Float64()
	return math.Abs(x-q.Float64) <= 1e-9*math.Max(1, math.Abs(x))
}

func printed(q sql.NullFloat64) string {
	if !q.Valid {
		return "no value"
	}
	return fmt.Sprint(q.Float64)
}
