package indicator_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

func day(t testing.TB, s string) civil.Date {
	t.Helper()
	if s == "" {
		return 0
	}
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ledger reads cases written as "court division judge line filed closed due", - for absent.
func ledger(t testing.TB, rows ...string) indicatortest.Naive {
	t.Helper()
	var out indicatortest.Naive
	for i, row := range rows {
		f := strings.Fields(strings.ReplaceAll(row, " -", " "+"\x00"))
		for k := range f {
			f[k] = strings.Trim(f[k], "\x00")
		}
		out = append(out, docket.Case{
			Key: fmt.Sprint(i), Court: f[0], Division: f[1], Judge: f[2], Line: f[3],
			FiledOn: day(t, f[4]), ClosedOn: day(t, f[5]), DueOn: day(t, f[6]),
		})
	}
	return out
}

// small is a ledger whose figures can be counted by eye.
func small(t testing.TB) indicatortest.Naive {
	return ledger(t,
		"A d1 j1 civil 2022-05-01 2023-01-10 2023-02-01",
		"A d1 j1 civil 2023-01-05 2023-03-05 2023-03-01",
		"A d1 j2 criminal 2023-02-01 - -",
		"A d2 j3 enforcement 2023-06-01 2023-06-11 2023-07-01",
		"B d3 j4 civil 2022-12-31 2023-01-01 -",
		"B d3 j4 civil 2023-12-31 - -",
		"B d3 - civil - 2023-05-05 2023-05-05",
	)
}

// lines prints figures as "by… indicator n/d=v status", which is easy to compare.
func lines(figures []indicator.Figure) string {
	var b strings.Builder
	for _, f := range figures {
		fmt.Fprintf(&b, "%s %s %s %s/%s=%s %s\n", f.Period, strings.Join(f.By, ","), f.Indicator,
			indicator.FormatRat(f.Numerator), indicator.FormatRat(f.Denominator), indicator.FormatRat(f.Value), f.Status)
	}
	return b.String()
}

func compute(t testing.TB, b *indicator.Book, eng indicator.Engine, roster indicator.Roster, req indicator.Request) []indicator.Figure {
	t.Helper()
	if req.Set == "" {
		req.Set = "volume"
	}
	out, err := b.Compute(context.Background(), eng, roster, nil, req)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func want(t *testing.T, figures []indicator.Figure, expected string) {
	t.Helper()
	expected = strings.TrimLeft(expected, "\n")
	if got := lines(figures); got != expected {
		t.Errorf("got\n%swant\n%s", got, expected)
	}
}

var volume = map[string]string{
	"closing_rate": "numerator: closed, denominator: opening_pending + filed, too_few: 3",
	"filed":        "numerator: filed",
	"mean_days":    "numerator: days_to_close, denominator: cases(days_to_close), too_few: 0",
	"median_days":  `value: "median(days_to_close)", denominator: cases(days_to_close), too_few: 0`,
	"growth":       "numerator: filed - prev_filed, denominator: prev_filed, compare: year, too_few: 0",
}

func TestComputeTotal(t *testing.T) {
	want(t, compute(t, load(t, volume), small(t), nil, indicator.Request{Period: civil.Year(2023)}), `
2023  closing_rate 5/6=0.833333333333333 not_loaded
2023  filed 4/=4 not_loaded
2023  growth 2/2=1 not_loaded
2023  mean_days 324/4=81 not_loaded
2023  median_days /4=34.5 not_loaded
`)
}

func TestComputeByCourtAndLine(t *testing.T) {
	req := indicator.Request{Period: civil.Year(2023), By: []string{"line", "court"}, Indicators: []string{"closing_rate", "growth"}}
	want(t, compute(t, load(t, volume), small(t), nil, req), `
2023 civil,A closing_rate 2/2=1 too_few
2023 civil,A growth 0/1=0 not_loaded
2023 civil,B closing_rate 2/2=1 too_few
2023 civil,B growth 0/1=0 not_loaded
2023 criminal,A closing_rate 0/1=0 too_few
2023 criminal,A growth 1/0= no_value
2023 enforcement,A closing_rate 1/1=1 too_few
2023 enforcement,A growth 1/0= no_value
`)
}

func TestComputeByMonth(t *testing.T) {
	req := indicator.Request{
		Period: civil.Period{From: day(t, "2022-12-15"), To: day(t, "2023-01-31")}, By: []string{"month", "court", "year"},
		Indicators: []string{"filed", "median_days"}, Filter: indicator.Match(map[string]string{"court": "B"}),
	}
	want(t, compute(t, load(t, volume), small(t), nil, req), `
2022-12-15..2022-12-31 2022-12,B,2022 filed 1/=1 not_loaded
2022-12-15..2022-12-31 2022-12,B,2022 median_days /0= no_value
2023-01 2023-01,B,2023 filed 0/=0 not_loaded
2023-01 2023-01,B,2023 median_days /1=1 not_loaded
`)
	req.By = []string{"year"}
	req.Indicators = []string{"filed"}
	want(t, compute(t, load(t, volume), small(t), nil, req), `
2022-12-15..2022-12-31 2022 filed 1/=1 not_loaded
2023-01 2023 filed 0/=0 not_loaded
`)
}

// The period before a month is the month before; lines restrict all counts of an indicator.
func TestPrecedingAndLines(t *testing.T) {
	b := load(t, map[string]string{
		"mom":   "value: filed - prev_filed, compare: preceding",
		"civil": "lines: [civil]\nversions: [{evidence: A, numerator: filed, denominator: prev_filed, compare: preceding, too_few: 0}]\n",
	})
	want(t, compute(t, b, small(t), nil, indicator.Request{Period: civil.Month(2023, 2)}), `
2023-02  civil 0/1=0 not_loaded
2023-02  mom /=0 not_loaded
`)
}

// Each distinct period is tallied once, each distinct measure in it once.
func TestComputeAsksOnce(t *testing.T) {
	counter := &counting{Engine: small(t)}
	b := load(t, map[string]string{
		"a": "numerator: closed, denominator: filed", "b": "numerator: filed, denominator: closed",
		"c": "numerator: filed, denominator: prev_filed, compare: year",
	})
	compute(t, b, counter, nil, indicator.Request{Period: civil.Period{From: day(t, "2022-01-01"), To: day(t, "2023-12-31")}, By: []string{"month"}})
	if len(counter.asked) != 36 {
		t.Errorf("%d tallies for 24 months and the 12 before", len(counter.asked))
	}
	for p, n := range counter.asked {
		if limit := map[bool]int{true: 2, false: 1}[p.From >= day(t, "2022-01-01")]; n != limit {
			t.Errorf("%s: %d measures, want %d", p, n, limit)
		}
	}
}

type counting struct {
	indicator.Engine
	asked map[civil.Period]int
}

func (c *counting) Tally(ctx context.Context, ask indicator.Ask) ([]indicator.Group, error) {
	if c.asked == nil {
		c.asked = map[civil.Period]int{}
	}
	if _, twice := c.asked[ask.Period]; twice {
		return nil, errors.New("asked twice for " + ask.Period.String())
	}
	c.asked[ask.Period] = len(ask.Measures)
	return c.Engine.Tally(ctx, ask)
}

func TestIntervals(t *testing.T) {
	b := load(t, map[string]string{"rate": `numerator: closed, denominator: opening_pending + filed, too_few: 1, intervals: [
      {level: basic, low: "0.6", high: "0.9", to: 2023-06-30}, {level: basic, low: "0.8", from: 2023-07-01},
      {level: intermediate, high: "0.5"}, {level: intermediate, line: civil, low: "1"}, {level: all, low: 1.5}]`})
	levels := map[string]int{"A": 4, "B": 3}
	for _, tc := range []struct {
		name   string
		by     []string
		filter *indicator.Pred
		period civil.Period
		want   string
	}{
		{"by court", []string{"court"}, nil, civil.Year(2023), "A 0.75 below [0.8,], B 1 above [,0.5]"},
		{"older interval", []string{"court"}, nil, civil.Quarter(2023, 1), "A 0.666666666666667 inside [0.6,0.9], B 1 above [,0.5]"},
		{"line before level", []string{"court", "line"}, nil, civil.Year(2023), "A,civil 1 inside [0.8,], A,criminal 0 below [0.8,], A,enforcement 1 inside [0.8,], B,civil 1 inside [1,]"},
		{"several levels", nil, nil, civil.Year(2023), " 0.833333333333333 below [1.5,]"},
		{"one court by filter", nil, indicator.Match(map[string]string{"court": "A"}), civil.Year(2023), " 0.75 below [0.8,]"},
		{"court and line by filter", nil, indicator.Match(map[string]string{"court": "B", "line": "civil"}), civil.Year(2023), " 1 inside [1,]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			figures, err := b.Compute(context.Background(), small(t), nil, func(c string) int { return levels[c] },
				indicator.Request{Set: "volume", Period: tc.period, By: tc.by, Filter: tc.filter})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range figures {
				got = append(got, fmt.Sprintf("%s %s %s [%s,%s]", strings.Join(f.By, ","), indicator.FormatRat(f.Value), f.Status, indicator.FormatRat(f.Low), indicator.FormatRat(f.High)))
			}
			if s := strings.Join(got, ", "); s != tc.want {
				t.Errorf("got  %s\nwant %s", s, tc.want)
			}
		})
	}
}

func TestNoVersionInForce(t *testing.T) {
	b := load(t, map[string]string{"x": "versions: [{from: 2024-01-01, evidence: A, numerator: filed}]\n"})
	want(t, compute(t, b, small(t), nil, indicator.Request{Period: civil.Year(2023)}), "2023  x /= no_value\n")
}

func TestComputeRefuses(t *testing.T) {
	b := load(t, volume)
	for name, tc := range map[string]struct {
		req  indicator.Request
		kind error
		want string
	}{
		"set":       {indicator.Request{Set: "vol", Period: civil.Year(2023)}, fault.NotFound, "choose one of: volume local"},
		"indicator": {indicator.Request{Set: "volume", Indicators: []string{"x"}, Period: civil.Year(2023)}, fault.NotFound, "choose one of: closing_rate"},
		"by":        {indicator.Request{Set: "volume", By: []string{"case_no"}, Period: civil.Year(2023)}, fault.Invalid, "choose from: court type_code line"},
		"by twice":  {indicator.Request{Set: "volume", By: []string{"court", "court"}, Period: civil.Year(2023)}, fault.Invalid, "named twice"},
		"period":    {indicator.Request{Set: "volume"}, fault.Invalid, "period is empty"},
	} {
		_, err := b.Compute(context.Background(), small(t), nil, nil, tc.req)
		if !errors.Is(err, tc.kind) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	down := errors.New("engine is down")
	if _, err := b.Compute(context.Background(), failing{down}, nil, nil, indicator.Request{Set: "volume", Period: civil.Year(2023)}); !errors.Is(err, down) {
		t.Errorf("engine failure: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Tally(context.Context, indicator.Ask) ([]indicator.Group, error) { return nil, f.err }
func (f failing) List(context.Context, *indicator.Pred, *indicator.Pred, civil.Period, int, int) ([]indicator.Ref, int, error) {
	return nil, 0, f.err
}

// roster reads postings written as "judge court division post from to", - for open.
func roster(t testing.TB, rows ...string) indicator.Roster {
	var out indicator.Roster
	for _, row := range rows {
		f := strings.Fields(row)
		for i := range f {
			f[i] = strings.TrimPrefix(f[i], "-")
		}
		out = append(out, docket.Posting{Judge: f[0], Court: f[1], Division: f[2], Post: f[3], From: day(t, f[4]), To: day(t, f[5])})
	}
	return out
}

func TestRoster(t *testing.T) {
	b := load(t, map[string]string{"per_judge": "numerator: closed, denominator: judges, too_few: 0"})
	people := roster(t,
		"j1 A d1 quota_judge - -",
		"j2 A d1 quota_judge 2023-07-01 -", // 184 of 365 days
		"j3 A d2 quota_judge 2020-01-01 2023-01-31",
		"j3 B d3 quota_judge 2023-01-01 2023-12-31", // overlaps: the posting that began last counts
		"j4 B d3 assistant - -",
		"j5 A d1 quota_judge 2024-01-01 -",
		"j6 A d1 quota_judge - 2022-12-31",
	)
	year := civil.Year(2023)
	for _, tc := range []struct {
		name   string
		roster indicator.Roster
		by     []string
		filter *indicator.Pred
		want   string
	}{
		{"total", people, nil, nil, "2023  per_judge 5/2.5041095890411=1.99671772428884 not_loaded\n"},
		{"by court", people, []string{"court"}, nil, "2023 A per_judge 3/1.5041095890411=1.99453551912568 not_loaded\n2023 B per_judge 2/1=2 not_loaded\n"},
		{"by judge", people, []string{"judge"}, indicator.Match(map[string]string{"court": "A"}),
			"2023 j1 per_judge 2/1=2 not_loaded\n2023 j2 per_judge 0/0.504109589041096=0 not_loaded\n2023 j3 per_judge 1/0= no_value\n"},
		{"by line", people, []string{"line"}, indicator.Match(map[string]string{"court": "B"}), "2023 civil per_judge 2/= no_value\n"},
		{"filter by line", people, nil, indicator.Match(map[string]string{"line": "civil"}), "2023  per_judge 4/= no_value\n"},
		{"no roster", nil, nil, nil, "2023  per_judge 5/= no_value\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := lines(compute(t, b, small(t), tc.roster, indicator.Request{Period: year, By: tc.by, Filter: tc.filter}))
			if strings.TrimSpace(got) != strings.TrimSpace(tc.want) {
				t.Errorf("got\n%swant\n%s", got, tc.want)
			}
		})
	}
}

func TestEval(t *testing.T) {
	b := load(t, map[string]string{
		"rate":       "numerator: closed, denominator: opening_pending + filed",
		"congestion": "numerator: pending, denominator: closed + pending",
		"growth":     "numerator: filed - prev_filed, denominator: prev_filed, compare: year",
		"change":     "value: closed / (opening_pending + filed) - prev_closed / (prev_opening_pending + prev_filed), compare: year",
		"median":     `value: "median(days_to_close)"`,
		"mean":       `value: "mean(days_to_close)"`,
	})
	for _, tc := range []struct{ name, totals, id, want string }{
		{"parts", "opening_pending=10 filed=90 closed=80", "rate", "80/100=0.8 not_loaded"},
		{"composite", "accepted=100 closed=80", "rate", "80/100=0.8 not_loaded"},
		{"composite goes before parts", "accepted=101 opening_pending=10 filed=90 closed=80", "rate", "80/101=0.792079207920792 not_loaded"},
		{"composite derived", "pending_end=20 closed=80", "rate", "80/100=0.8 not_loaded"},
		{"derived stock", "accepted=100 closed=80", "congestion", "20/100=0.2 not_loaded"},
		{"given stock", "pending_end=109 closed=92", "congestion", "109/201=0.54228855721393 not_loaded"},
		{"numerator derived", "accepted=100 pending_end=20", "rate", "80/100=0.8 not_loaded"},
		{"part derived", "accepted=100 opening_pending=40 prev_filed=50", "growth", "10/50=0.2 not_loaded"},
		{"earlier composite", "accepted=100 closed=80 prev_accepted=50 prev_closed=30", "change", "/=0.2 not_loaded"},
		{"few", "accepted=10 closed=8", "rate", "8/10=0.8 too_few"},
		{"zero", "accepted=0 closed=0", "rate", "0/0= no_value"},
		{"missing", "filed=3", "rate", "/= no_value wants closed opening_pending"},
		{"missing earlier", "filed=3", "growth", "/= no_value wants prev_filed"},
		{"quantile given", "median(days_to_close)=33", "median", "/=33 not_loaded"},
		{"mean of totals", "days_to_close=300 cases(days_to_close)=4", "mean", "/=75 not_loaded"},
		{"mean, no cases", "days_to_close=300", "mean", "/= no_value wants cases(days_to_close)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			totals := map[string]*big.Rat{}
			for _, pair := range strings.Fields(tc.totals) {
				name, v, _ := strings.Cut(pair, "=")
				totals[name] = rat(t, v)
			}
			figures, err := b.Eval("volume", totals)
			if err != nil {
				t.Fatal(err)
			}
			f := figures[slices.IndexFunc(figures, func(f indicator.Figure) bool { return f.Indicator == tc.id })]
			got := fmt.Sprintf("%s/%s=%s %s", indicator.FormatRat(f.Numerator), indicator.FormatRat(f.Denominator), indicator.FormatRat(f.Value), f.Status)
			if len(f.Missing) > 0 {
				got += " wants " + strings.Join(f.Missing, " ")
			}
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
	if _, err := b.Eval("nowhere", nil); !errors.Is(err, fault.NotFound) {
		t.Errorf("unknown set: %v", err)
	}
}
