package app_test

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

// draw is one random scope: who asks for which side of which indicator, line and period.
type draw struct {
	at        access.Scope
	line      string
	period    civil.Period
	set       string
	indicator *indicator.Indicator
	version   *indicator.Version
	side      indicator.Side
}

func (d draw) String() string {
	return fmt.Sprintf("%s court %q division %q judge %q line %q, %s %s/%s %s", d.at.Role, d.at.Court, d.at.Division, d.at.Judge, d.line,
		d.period, d.set, d.indicator.ID, d.side)
}

// TestCountEqualsList draws scopes (role × court, division, judge × line × period × indicator
// × side) and checks that the list behind a figure has exactly the cases that were counted:
// 20 scopes, or as many as ZHUNSHENG_SCOPES says.
func TestCountEqualsList(t *testing.T) {
	n := 20
	if s := os.Getenv("ZHUNSHENG_SCOPES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatalf("ZHUNSHENG_SCOPES: %v", err)
		}
	}
	p := cityOf(t)
	r := rand.New(rand.NewPCG(20, 200))
	book := p.app.Book()
	listed, filled, figures := 0, 0, 0
	sides, roles := map[indicator.Side]int{}, map[access.Role]int{}
	for range n {
		d := drawScope(r, book, p.cases)
		rows := d.rows(t, p.app)
		d.inside(t, rows)
		d.counted(t, p.cases, rows)
		if d.figure(t, p.app, rows) {
			figures++
		}
		listed += len(rows)
		if len(rows) > 0 {
			filled++
		}
		sides[d.side]++
		roles[d.at.Role]++
	}
	t.Logf("%d scopes (roles %v, sides %v): %d lists not empty, %d cases listed, %d numerators and denominators are those of their list", n, roles, sides, filled, listed, figures)
	if filled < n/2 || len(sides) < 3 || len(roles) < 5 {
		t.Errorf("the scopes are too poor to show anything")
	}
}

// scoped are the roles that see cases, with how far down they see.
var scoped = []struct {
	role  access.Role
	depth int // 0 the city, 1 a court, 2 a division, 3 a judge
}{
	{access.President, 0}, {access.OfficeHead, 0}, {access.Analyst, 0}, {access.CourtOffice, 1}, {access.CourtOffice, 1},
	{access.DivisionHead, 2}, {access.DivisionHead, 2}, {access.Judge, 3}, {access.Clerk, 3},
}

func drawScope(r *rand.Rand, book *indicator.Book, cases []docket.Case) draw {
	who, c := scoped[r.IntN(len(scoped))], &cases[r.IntN(len(cases))]
	d := draw{at: access.Scope{User: "u", Role: who.role, City: who.depth == 0}}
	if who.depth > 0 {
		d.at.Court = c.Court
	}
	if who.depth > 1 {
		d.at.Division = c.Division
	}
	if who.depth > 2 {
		d.at.Judge = c.Judge
	}
	if r.IntN(2) == 0 {
		d.line = c.Line
	}
	d.period = drawPeriod(r)
	d.set = book.Sets()[r.IntN(len(book.Sets()))]
	d.indicator = book.Set(d.set)[r.IntN(len(book.Set(d.set)))]
	d.version = d.indicator.Versions[0]
	if v, err := d.indicator.At(d.period.To); err == nil {
		d.version = v
	}
	d.side = []indicator.Side{indicator.NumeratorSide, indicator.NumeratorSide, indicator.DenominatorSide, indicator.ExcludedSide}[r.IntN(4)]
	return d
}

// drawPeriod draws a month, a quarter, a year or some days, all before the data day.
func drawPeriod(r *rand.Rand) civil.Period {
	year := 2021 + r.IntN(3)
	switch r.IntN(4) {
	case 0:
		return civil.Month(year, 1+r.IntN(12))
	case 1:
		return civil.Quarter(year, 1+r.IntN(4))
	case 2:
		return civil.Year(year)
	}
	from := civil.NewDate(year, 1, 1).AddDays(r.IntN(365))
	return civil.Period{From: from, To: from.AddDays(r.IntN(180))}
}

func (d draw) filter() *indicator.Pred {
	if d.line == "" {
		return nil
	}
	return indicator.Match(map[string]string{"line": d.line})
}

// rows asks for the whole list, and once more page by page.
func (d draw) rows(t *testing.T, a *app.App) []app.CaseRow {
	t.Helper()
	req := indicator.CasesRequest{Set: d.set, Indicator: d.indicator.ID, Side: d.side, Period: d.period, Filter: d.filter(), Limit: -1}
	rows := listRows(t, a, d.at, req)
	req.Offset, req.Limit = len(rows)/3, 7
	want := rows[req.Offset:min(req.Offset+req.Limit, len(rows))]
	same := func(x, y app.CaseRow) bool { return x.ID == y.ID && x.Count == y.Count }
	if page := listRows(t, a, d.at, req); !slices.EqualFunc(page, want, same) {
		t.Errorf("%s: the page from %d is not that part of the list", d, req.Offset)
	}
	return rows
}

func listRows(t *testing.T, a *app.App, at access.Scope, req indicator.CasesRequest) []app.CaseRow {
	t.Helper()
	var rows []app.CaseRow
	err := a.CasesAsOf(t.Context(), at, 0, req, func(r app.CaseRow) error {
		rows = append(rows, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// inside fails for a listed case outside the scope or line, for one without a reason, and for
// one that stands twice in a count.
func (d draw) inside(t *testing.T, rows []app.CaseRow) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range rows {
		if !d.at.Sees(r.Case.Court, r.Case.Division, r.Case.Judge) || d.line != "" && r.Case.Line != d.line {
			t.Fatalf("%s: lists %s of %s/%s/%s, line %s", d, r.Case.CaseNo, r.Case.Court, r.Case.Division, r.Case.Judge, r.Case.Line)
		}
		if r.Reason.Zh == "" || r.Reason.En == "" || strings.ContainsAny(r.Reason.En, "{}") {
			t.Fatalf("%s: %s is listed with reason %+v", d, r.Case.CaseNo, r.Reason)
		}
		key := fmt.Sprint(r.Count, r.Minus, r.ID)
		if seen[key] {
			t.Fatalf("%s: %s is listed twice in %s", d, r.Case.CaseNo, r.Count)
		}
		seen[key] = true
	}
}

// counted compares the length of the list, count by count, with the slow evaluation of every
// case of the ledger.
func (d draw) counted(t *testing.T, cases []docket.Case, rows []app.CaseRow) {
	t.Helper()
	got := map[string]int{}
	for _, r := range rows {
		got[fmt.Sprint(r.Count, r.Minus)]++
	}
	for key, n := range got {
		name := strings.TrimSuffix(strings.TrimSuffix(key, "true"), "false")
		if want := d.slow(cases, name); n != want {
			t.Errorf("%s: %d cases listed in %s, %d found one by one", d, n, name, want)
		}
	}
	for _, name := range d.names() {
		if got[name+"false"]+got[name+"true"] == 0 && d.slow(cases, name) > 0 {
			t.Errorf("%s: no case of %s is listed, %d found one by one", d, name, d.slow(cases, name))
		}
	}
}

// names lists the counts of the side as they are written in its formula.
func (d draw) names() []string {
	formula := map[indicator.Side]string{
		indicator.NumeratorSide: d.version.Numerator.String(), indicator.DenominatorSide: d.version.Denominator.String(),
		indicator.ExcludedSide: d.version.Numerator.String() + " " + d.version.Denominator.String() + " " + d.version.Value.String(),
	}[d.side]
	if formula == "" && d.side == indicator.NumeratorSide {
		formula = d.version.Value.String() // a median has no numerator: its list is that of the value
	}
	words := strings.FieldsFunc(formula, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789_", r) })
	slices.Sort(words)
	words = slices.Compact(words)
	return slices.DeleteFunc(words, func(w string) bool {
		c := d.count(w)
		return c == nil || c.Kind == indicator.CountJudges
	})
}

// count finds a count of the version by its name in a formula, nil for another word.
func (d draw) count(name string) *indicator.Count {
	for _, c := range d.version.Counts() {
		if c.Name == strings.TrimPrefix(name, "prev_") {
			return c
		}
	}
	return nil
}

// slow counts the cases of a side's count in the scope, one by one.
func (d draw) slow(cases []docket.Case, name string) int {
	where, period, n := d.where(name), d.period, 0
	if strings.HasPrefix(name, "prev_") {
		period = period.Shift(-12)
		if d.version.Compare == "preceding" {
			period = d.period.Preceding()
		}
	}
	for i := range cases {
		c := &cases[i]
		if d.at.Sees(c.Court, c.Division, c.Judge) && (d.line == "" || c.Line == d.line) && where.Holds(c, period) {
			n++
		}
	}
	return n
}

func (d draw) where(name string) *indicator.Pred {
	c := d.count(name)
	if d.side == indicator.ExcludedSide {
		return c.Excluded()
	}
	return c.Selected()
}

// figure computes the side of the figure from the listed cases alone, by the formula over
// totals that `indicators eval` uses, and compares it with the figure. It reports whether
// there was such a side to compare.
func (d draw) figure(t *testing.T, a *app.App, rows []app.CaseRow) bool {
	t.Helper()
	if d.side == indicator.ExcludedSide || len(d.names()) == 0 {
		return false
	}
	got, err := a.Compute(t.Context(), d.at, indicator.Request{Set: d.set, Indicators: []string{d.indicator.ID}, Period: d.period, Filter: d.filter()})
	if err != nil || len(got) != 1 {
		t.Fatalf("%s: %d figures, error %v", d, len(got), err)
	}
	totals, err := a.Book().Eval(d.set, d.totals(rows))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(totals, func(f indicator.Figure) bool { return f.Indicator == d.indicator.ID })
	have, want := got[0].Numerator, totals[i].Numerator
	if d.side == indicator.DenominatorSide {
		have, want = got[0].Denominator, totals[i].Denominator
	}
	if d.side == indicator.NumeratorSide && d.version.Numerator == nil {
		return false // the value of a median is checked by its cases
	}
	if have == nil || want == nil || have.Cmp(want) != 0 {
		t.Errorf("%s: the figure says %s, its %d cases give %s", d, indicator.FormatRat(have), len(rows), indicator.FormatRat(want))
	}
	return true
}

// totals adds up the listed cases by count, under the names that Eval knows.
func (d draw) totals(rows []app.CaseRow) map[string]*big.Rat {
	out := map[string]*big.Rat{}
	for _, name := range d.names() {
		c, sum, cases := d.count(name), new(big.Rat), int64(0)
		minus := slices.ContainsFunc(rows, func(r app.CaseRow) bool { return r.Count == name && !r.Minus })
		for i := range rows {
			if r := &rows[i]; r.Count == name && r.Minus != minus {
				sum.Add(sum, weight(c, &r.Case))
				cases++
			}
		}
		eval := strings.TrimSuffix(name, c.Name) + c.Eval
		out[eval], out["cases("+eval+")"] = sum, new(big.Rat).SetInt64(cases)
	}
	return out
}

// weight is what one case adds to a count: itself, its days, or its cents.
func weight(c *indicator.Count, k *docket.Case) *big.Rat {
	switch c.Kind {
	case indicator.CountDays:
		return big.NewRat(int64(docket.Fields[c.Field].Day(k).Sub(*docket.Fields[c.Field2].Day(k))), 1)
	case indicator.CountMoney:
		return big.NewRat(docket.Fields[c.Field].Money(k).Cents, 1)
	}
	return big.NewRat(1, 1)
}

// TestOutsiders checks that roles without cases, and scopes without a place, see nothing.
func TestOutsiders(t *testing.T) {
	p := cityOf(t)
	list := indicator.CasesRequest{Set: "volume", Indicator: "filed", Side: indicator.NumeratorSide, Period: civil.Year(2023), Limit: -1}
	for _, at := range []access.Scope{
		{User: "admin", Role: access.Administrator}, {User: "admin", Role: access.Administrator, City: true},
		{User: "lost", Role: access.Judge}, {},
	} {
		_, err := p.app.Compute(t.Context(), at, indicator.Request{Set: "volume", Period: civil.Year(2023)})
		if !errors.Is(err, fault.Forbidden) {
			t.Errorf("figures for %+v: error %v, want forbidden", at, err)
		}
		err = p.app.CasesAsOf(t.Context(), at, 0, list, func(app.CaseRow) error { return errors.New("a case") })
		if !errors.Is(err, fault.Forbidden) {
			t.Errorf("cases for %+v: error %v, want forbidden", at, err)
		}
	}
}
