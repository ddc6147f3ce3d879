package demo

import (
	"math/big"
	"sync"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// theCity is the default city of seed 1, made once for all tests.
var theCity = sync.OnceValue(func() *City {
	c, err := Generate(Options{Seed: 1})
	if err != nil {
		panic(err)
	}
	return c
})

// tally counts the flow of a year by the definitions of the office, with nothing but the
// dates of the cases.
type tally struct{ opening, filed, closed, pending int }

func count(cases []docket.Case, year civil.Period, ok func(*docket.Case) bool) tally {
	var t tally
	for i := range cases {
		c := &cases[i]
		if !ok(c) {
			continue
		}
		if c.FiledOn < year.From && !(c.ClosedOn > 0 && c.ClosedOn < year.From) {
			t.opening++
		}
		if year.Contains(c.FiledOn) {
			t.filed++
		}
		if year.Contains(c.ClosedOn) {
			t.closed++
		}
		if c.FiledOn <= year.To && !(c.ClosedOn > 0 && c.ClosedOn <= year.To) {
			t.pending++
		}
	}
	return t
}

func everything(*docket.Case) bool      { return true }
func isEnforcement(c *docket.Case) bool { return c.Line == "enforcement" }
func ofCourt(s string) func(*docket.Case) bool {
	return func(c *docket.Case) bool { return c.Court == s }
}

// reference is the published table of 2023: judges, opening, filed, closed.
var reference = [courtCount][4]int{
	{44, 300, 3200, 3235}, {42, 1000, 11458, 11086}, {36, 270, 4930, 4732}, {29, 195, 3805, 3700}, {22, 135, 2665, 2580},
	{17, 95, 1905, 1844}, {15, 110, 1590, 1571}, {14, 90, 1510, 1478}, {12, 114, 1480, 1403},
}

func TestReferenceTable2023(t *testing.T) {
	for _, seed := range []uint64{1, 20240630} {
		c := theCity()
		if seed != 1 {
			var err error
			if c, err = Generate(Options{Seed: seed}); err != nil {
				t.Fatal(err)
			}
		}
		above := 0
		for i, want := range reference {
			code := c.Courts[i].Code
			got := count(c.Cases, civil.Year(2023), ofCourt(code))
			if got.opening != want[1] || got.filed != want[2] || got.closed != want[3] {
				t.Errorf("seed %d, %s 2023: opening, filed, closed = %+v, want %v", seed, code, got, want[1:])
			}
			if judges := meanJudges(c.Roster, code, civil.Year(2023)); judges.Cmp(big.NewRat(int64(want[0]), 1)) != 0 {
				t.Errorf("seed %d, %s 2023: mean daily judges in post %v, want %d", seed, code, judges, want[0])
			}
			if got.closed*10 > (got.opening+got.filed)*9 {
				above++
			}
		}
		if above != 7 {
			t.Errorf("seed %d: %d of nine courts close more than 90 %%, want 7", seed, above)
		}
	}
}

func TestYearTotals(t *testing.T) {
	c := theCity()
	for _, want := range []struct{ year, accepted, closed, judges int }{
		{2020, 13800, 12600, 218}, {2021, 16900, 15350, 221}, {2022, 20852, 18543, 225}, {2023, 34852, 31629, 231},
	} {
		p := civil.Year(want.year)
		got := count(c.Cases, p, everything)
		if got.opening+got.filed != want.accepted || got.closed != want.closed {
			t.Errorf("%d: accepted %d closed %d, want %d and %d", want.year, got.opening+got.filed, got.closed, want.accepted, want.closed)
		}
		if judges := meanJudges(c.Roster, "", p); judges.Cmp(big.NewRat(int64(want.judges), 1)) != 0 {
			t.Errorf("%d: mean daily judges in post %v, want %d", want.year, judges, want.judges)
		}
	}
	rates := map[string]struct {
		rat    *big.Rat
		digits int
	}{
		"90.75":  {big.NewRat(31629*100, 34852), 2},
		"88.93":  {big.NewRat(18543*100, 20852), 2},
		"136.92": {big.NewRat(31629, 231), 2},
	}
	for want, r := range rates {
		if got := r.rat.FloatString(r.digits); got != want {
			t.Errorf("published figure %s, recomputed %s", want, got)
		}
	}
}

func TestAbnormalCourt(t *testing.T) {
	c := theCity()
	a := count(c.Cases, civil.Year(2023), ofCourt("藏9801"))
	if got := (a.opening + a.filed) / 42; got < 294 || got > 300 {
		t.Errorf("court A accepted %d cases per judge, want about 297", got)
	}
	loans := map[civil.Period]int{}
	before := civil.Period{From: civil.NewDate(2023, 4, 1), To: civil.NewDate(2023, 7, 31)}
	for i := range c.Cases {
		x := &c.Cases[i]
		if x.Court != "藏9801" || x.Cause != bankLoan || x.TypeCode != "民初" {
			continue
		}
		for _, p := range []civil.Period{before, surge} {
			if p.Contains(x.FiledOn) {
				loans[p]++
			}
		}
	}
	if loans[surge] < 4*loans[before] {
		t.Errorf("loan suits of court A: %d in the surge, %d in the four months before", loans[surge], loans[before])
	}
}

func TestEnforcement(t *testing.T) {
	c := theCity()
	for _, want := range []struct{ year, accepted, closed int }{{2022, 6200, 5270}, {2023, 11900, 10710}} {
		got := count(c.Cases, civil.Year(want.year), isEnforcement)
		if got.opening+got.filed != want.accepted || got.closed != want.closed {
			t.Errorf("enforcement %d: accepted %d closed %d, want %d and %d (85.0 %% and 90.0 %%)",
				want.year, got.opening+got.filed, got.closed, want.accepted, want.closed)
		}
	}
}

// TestPendingOver12Months uses the office's definition: filed before the day twelve months
// earlier, not closed by the end.
func TestPendingOver12Months(t *testing.T) {
	c := theCity()
	for year, want := range map[int]int{2022: 260, 2023: 52} {
		end := civil.Year(year).To
		got, suspended := 0, 0
		for i := range c.Cases {
			x := &c.Cases[i]
			if x.FiledOn < end.AddMonths(-12) && !(x.ClosedOn > 0 && x.ClosedOn <= end) {
				got++
			}
			if x.ClosedOn.IsZero() && !x.SuspendedOn.IsZero() {
				suspended++
			}
		}
		if got != want {
			t.Errorf("pending over 12 months at the end of %d: %d, want %d", year, got, want)
		}
		if suspended == 0 {
			t.Error("no pending case is suspended")
		}
	}
}

func TestStockIdentity(t *testing.T) {
	c := theCity()
	for _, court := range c.Courts {
		for _, part := range []func(*docket.Case) bool{everything, isEnforcement} {
			ok := func(x *docket.Case) bool { return x.Court == court.Code && part(x) }
			last := -1
			for year := 2019; year <= 2024; year++ {
				got := count(c.Cases, civil.Year(year), ok)
				if got.opening+got.filed-got.closed != got.pending || last >= 0 && got.opening != last {
					t.Errorf("%s %d: %+v after %d pending", court.Code, year, got, last)
				}
				last = got.pending
			}
		}
	}
}

func TestGrowth2024(t *testing.T) {
	c := theCity()
	h := func(year int) int {
		p := civil.Period{From: civil.NewDate(year, 1, 1), To: civil.NewDate(year, 6, 30)}
		return count(c.Cases, p, everything).filed
	}
	if a, b := h(2023), h(2024); b*100 < a*120 {
		t.Errorf("first half: %d filed in 2023, %d in 2024: growth under 20 %%", a, b)
	}
}

// meanJudges is the mean daily number of judges in post over a period, exactly.
func meanJudges(roster []docket.Posting, court string, p civil.Period) *big.Rat {
	days := 0
	for _, x := range roster {
		if x.Post != "quota_judge" || court != "" && x.Court != court {
			continue
		}
		to := p.To
		if !x.To.IsZero() {
			to = min(to, x.To)
		}
		if from := max(p.From, x.From); from <= to {
			days += to.Sub(from) + 1
		}
	}
	return big.NewRat(int64(days), int64(p.Days()))
}

func TestRosterMoves(t *testing.T) {
	c := theCity()
	courtsOf, divisionsOf, byDay := map[string]map[string]bool{}, map[string]map[string]bool{}, map[string]bool{}
	daily := map[int]bool{}
	for _, p := range c.Roster {
		if !p.To.IsZero() && p.To < p.From {
			t.Errorf("posting %+v ends before it begins", p)
		}
		if courtsOf[p.Judge] == nil {
			courtsOf[p.Judge], divisionsOf[p.Judge] = map[string]bool{}, map[string]bool{}
		}
		courtsOf[p.Judge][p.Court], divisionsOf[p.Judge][p.Division] = true, true
		if key := p.Judge + p.From.String(); byDay[key] {
			t.Errorf("%s has two postings from %v", p.Judge, p.From)
		} else {
			byDay[key] = true
		}
	}
	movedCourt, movedDivision := 0, 0
	for id := range courtsOf {
		if len(courtsOf[id]) > 1 {
			movedCourt++
		}
		if len(divisionsOf[id]) > 1 {
			movedDivision++
		}
	}
	if movedCourt < 5 || movedDivision < 20 {
		t.Errorf("%d people changed court and %d division, want some", movedCourt, movedDivision)
	}
	for d := civil.NewDate(2023, 1, 1); d.Year() == 2023; d++ {
		daily[int(meanJudges(c.Roster, "", civil.Period{From: d, To: d}).Num().Int64())] = true
	}
	if len(daily) < 3 {
		t.Errorf("judges in post by day take only the values %v: the mean would not matter", daily)
	}
}

func TestShape(t *testing.T) {
	c := theCity()
	var limited, inTime, first, appealed, civilClosed, mediated int
	year := civil.Year(2023)
	for i := range c.Cases {
		x := &c.Cases[i]
		if year.Contains(x.ClosedOn) && !x.DueOn.IsZero() {
			limited++
			if x.ClosedOn <= x.DueOn {
				inTime++
			}
		}
		if year.Contains(x.ClosedOn) && x.Instance == "first" {
			first++
			if !x.AppealedOn.IsZero() {
				appealed++
			}
			if x.Line == "civil" {
				civilClosed++
				if x.ClosingWay == "mediation" {
					mediated++
				}
			}
		}
	}
	for name, r := range map[string]struct{ got, lo, hi float64 }{
		"closed inside the limit": {float64(inTime) / float64(limited), 0.98, 0.99},
		"appeal rate":             {float64(appealed) / float64(first), 0.06, 0.16},
		"mediation rate":          {float64(mediated) / float64(civilClosed), 0.25, 0.33},
		"cases in all":            {float64(len(c.Cases)), 100_000, 115_000},
	} {
		if r.got < r.lo || r.got > r.hi {
			t.Errorf("%s: %g, want between %g and %g", name, r.got, r.lo, r.hi)
		}
	}
}
