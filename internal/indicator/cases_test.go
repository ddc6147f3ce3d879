package indicator_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// list prints a case list as "id count reason" lines, and the total.
func list(t testing.TB, b *indicator.Book, n indicatortest.Naive, req indicator.CasesRequest) string {
	t.Helper()
	req.Set, req.Period = "volume", civil.Year(2023)
	found, total, err := b.Cases(context.Background(), n, n.Fetch, req)
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprintf("%d\n", total)
	for _, r := range found {
		sign := ""
		if r.Minus {
			sign = "-"
		}
		out += fmt.Sprintf("%d %s%s %s | %s\n", r.ID, sign, r.Count, r.Reason.Zh, r.Reason.En)
	}
	return out
}

func TestCases(t *testing.T) {
	b := load(t, map[string]string{
		"in_time": "numerator: in_time, denominator: closed_with_limit",
		"rate":    "numerator: closed, denominator: opening_pending + filed",
		"growth":  "numerator: filed - prev_filed, denominator: prev_filed, compare: year",
		"median":  `value: "median(days_to_close)", denominator: cases(days_to_close)`,
		"judge":   "numerator: closed, denominator: judges",
	})
	for _, tc := range []struct {
		name, id      string
		side          indicator.Side
		offset, limit int
		want          string
	}{
		{"numerator", "in_time", indicator.NumeratorSide, 0, -1, "2\n1 in_time 审限内 | in time\n7 in_time 审限内 | in time\n"},
		{"reason with values", "in_time", indicator.DenominatorSide, 0, 1, "3\n1 closed_with_limit 有审限 | due 2023-02-01\n"},
		{"excluded, first rule that matches", "in_time", indicator.ExcludedSide, 0, -1,
			"2\n4 closed_with_limit 执行案件 | line enforcement\n5 closed_with_limit 无审限届满日 | no due date\n"},
		{"sum of counts", "rate", indicator.DenominatorSide, 0, -1, "6\n" +
			"1 opening_pending 2022-05-01 立案 | filed 2022-05-01\n5 opening_pending 2022-12-31 立案 | filed 2022-12-31\n" +
			"2 filed 2023-01-05 立案，在统计期内 | filed 2023-01-05, inside 2023-01-01 to 2023-12-31\n" +
			"3 filed 2023-02-01 立案，在统计期内 | filed 2023-02-01, inside 2023-01-01 to 2023-12-31\n" +
			"4 filed 2023-06-01 立案，在统计期内 | filed 2023-06-01, inside 2023-01-01 to 2023-12-31\n" +
			"6 filed 2023-12-31 立案，在统计期内 | filed 2023-12-31, inside 2023-01-01 to 2023-12-31\n"},
		{"page across counts", "rate", indicator.DenominatorSide, 1, 2, "6\n5 opening_pending 2022-12-31 立案 | filed 2022-12-31\n" +
			"2 filed 2023-01-05 立案，在统计期内 | filed 2023-01-05, inside 2023-01-01 to 2023-12-31\n"},
		{"page beyond", "rate", indicator.DenominatorSide, 9, 2, "6\n"},
		{"only the total", "rate", indicator.DenominatorSide, 0, 0, "6\n"},
		{"subtracted, earlier", "growth", indicator.NumeratorSide, 4, -1, "6\n" +
			"1 -prev_filed 2022-05-01 立案，在统计期内 | filed 2022-05-01, inside 2022-01-01 to 2022-12-31\n" +
			"5 -prev_filed 2022-12-31 立案，在统计期内 | filed 2022-12-31, inside 2022-01-01 to 2022-12-31\n"},
		{"median shows its cases", "median", indicator.NumeratorSide, 0, 1, "4\n1 days_to_close  | \n"},
		{"without dates", "median", indicator.ExcludedSide, 0, -1, "1\n7 days_to_close 缺少结案日期或立案日期 | closed on or filed on is not given\n"},
		{"roster has no cases", "judge", indicator.DenominatorSide, 0, -1, "0\n"},
		{"nothing excluded", "rate", indicator.ExcludedSide, 0, -1, "0\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			req := indicator.CasesRequest{Indicator: tc.id, Side: tc.side, Offset: tc.offset, Limit: tc.limit}
			if got := list(t, b, small(t), req); got != tc.want {
				t.Errorf("got\n%swant\n%s", got, tc.want)
			}
		})
	}
}

func TestCasesRefuses(t *testing.T) {
	b, n := load(t, map[string]string{"x": "versions: [{from: 2024-01-01, evidence: A, numerator: filed}]\n"}), small(t)
	for name, tc := range map[string]struct {
		req  indicator.CasesRequest
		kind error
		want string
	}{
		"side":       {indicator.CasesRequest{Indicator: "x", Side: "left", Period: civil.Year(2024)}, fault.Invalid, "choose numerator, denominator or excluded"},
		"indicator":  {indicator.CasesRequest{Indicator: "y", Side: "numerator", Period: civil.Year(2024)}, fault.NotFound, "choose one of: x"},
		"no version": {indicator.CasesRequest{Indicator: "x", Side: "numerator", Period: civil.Year(2023)}, fault.NotFound, "no version in force on 2023-12-31"},
	} {
		tc.req.Set = "volume"
		_, _, err := b.Cases(context.Background(), n, n.Fetch, tc.req)
		if !errors.Is(err, tc.kind) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	short := func([]int64) ([]docket.Case, error) { return nil, nil }
	req := indicator.CasesRequest{Set: "volume", Indicator: "x", Side: "numerator", Period: civil.Year(2024), Limit: -1}
	n = append(n, docket.Case{FiledOn: day(t, "2024-05-05")})
	if _, _, err := b.Cases(context.Background(), n, short, req); err == nil {
		t.Error("too few records are accepted")
	}
}

func TestValuesInReasons(t *testing.T) {
	counts := "counts:\n  x: {name: {zh: a, en: b}, where: 'true', why: {zh: '{claimed} {recovered} {published} {foreign_related} {deducted_days} {judge}', en: '{from} {line} {to'}}\n"
	fsys := tree(map[string]string{"y": "numerator: x"})
	fsys["indicators/counts.yaml"].Data = []byte(counts)
	b, err := indicator.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	n := indicatortest.Naive{{Claimed: docket.Money{Cents: -1234567, Known: true}, Published: docket.Yes, ForeignRelated: docket.No, DeductedDays: 3}}
	want := "1\n1 x -12345.67 – 是 yes 否 no 3 – | 2023-01-01 – {to\n"
	if got := list(t, b, n, indicator.CasesRequest{Indicator: "y", Side: indicator.NumeratorSide, Limit: -1}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// At any grain the groups' numbers add up to the total, and each case list is as long as its
// count: nothing is averaged and nothing is counted twice.
func TestFiguresAreSums(t *testing.T) {
	b := load(t, map[string]string{
		"rate":    "numerator: closed, denominator: opening_pending + filed",
		"in_time": "numerator: in_time, denominator: closed_with_limit",
		"mean":    "numerator: days_to_close, denominator: cases(days_to_close)",
		"stock":   "numerator: pending, denominator: closed",
	})
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		cases := indicatortest.Naive(indicatortest.RandomCases(r, 60))
		req := indicator.Request{Set: "volume", Period: indicatortest.RandomPeriod(r), Filter: indicatortest.RandomScope(r)}
		total, err := b.Compute(context.Background(), cases, nil, nil, req)
		if err != nil {
			t.Fatal(err)
		}
		req.By = indicatortest.RandomBy(r)
		fine, err := b.Compute(context.Background(), cases, nil, nil, req)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range total {
			numerator, denominator := new(big.Rat), new(big.Rat)
			for _, g := range fine {
				if g.Indicator == f.Indicator {
					numerator.Add(numerator, g.Numerator)
					denominator.Add(denominator, g.Denominator)
				}
			}
			if numerator.Cmp(f.Numerator) != 0 || denominator.Cmp(f.Denominator) != 0 {
				t.Fatalf("%s by %v: %s/%s, total %s/%s", f.Indicator, req.By, numerator, denominator, f.Numerator, f.Denominator)
			}
			sides := map[indicator.Side]*big.Rat{indicator.NumeratorSide: f.Numerator, indicator.DenominatorSide: f.Denominator}
			if f.Indicator == "mean" {
				sides[indicator.NumeratorSide] = f.Denominator // days of as many cases
			}
			for side, count := range sides {
				lr := indicator.CasesRequest{Set: "volume", Indicator: f.Indicator, Side: side, Period: req.Period, Filter: req.Filter, Limit: -1}
				found, n, err := b.Cases(context.Background(), cases, cases.Fetch, lr)
				if err != nil || n != len(found) || count.Cmp(big.NewRat(int64(n), 1)) != 0 {
					t.Fatalf("%s %s: counted %s, listed %d of %d, %v", f.Indicator, side, count, len(found), n, err)
				}
			}
		}
	})
}
