package app_test

import (
	"cmp"
	"maps"
	"os"
	"slices"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// demoMonths are the months of the demo city that are compared: a year and a half to the data
// day, or those of the period in ZHUNSHENG_MONTHS, e.g. 2020-01..2024-06. The months of
// comparison go back a year further.
func demoMonths(t *testing.T) []civil.Period {
	t.Helper()
	period := civil.Period{From: civil.NewDate(2023, 1, 1), To: civil.NewDate(2024, 6, 30)}
	if s := os.Getenv("ZHUNSHENG_MONTHS"); s != "" {
		var err error
		if period, err = civil.ParsePeriod(s); err != nil {
			t.Fatalf("ZHUNSHENG_MONTHS: %v", err)
		}
	}
	return period.Months()
}

// TestEverybodyAgrees compares, for every indicator of every set, the kernels, the compiled
// SQL and the hand-written check queries on both databases, and the slow evaluation of every
// case, in one GROUP BY court × division × judge × line × month.
func TestEverybodyAgrees(t *testing.T) {
	t.Parallel()
	t.Run("demo", func(t *testing.T) { agree(t, cityOf(t), demoMonths(t)) })
	for _, d := range dockets {
		t.Run(d.mapping, func(t *testing.T) {
			p := docketOf(t, d.mapping, d.files)
			agree(t, p, busiest(p.cases, 24))
		})
	}
}

func agree(t *testing.T, p *place, months []civil.Period) {
	e := gather(t, p, months)
	v, err := e.judge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range v.differences {
		t.Error(d)
	}
	t.Logf("%s: %d cases, %d months %s to %s, %d groups in the last, %d indicators: %d totals (%d not zero) the same from %d engines and case by case, %d figures (%d not zero) the same from check queries on both databases",
		p.name, len(p.cases), len(months), months[0], months[len(months)-1], v.groups, v.perIndicators, v.cells, v.full, len(e.engines), v.figures, v.numbers)
	t.Logf("%s: %d of %d indicators have figures that are not zero", p.name, len(v.reached), len(e.all))
	if p.name == "demo" {
		wantReached(t, e, v)
	}
}

// wantReached fails for indicators whose figures are all zero: agreement on those says little.
func wantReached(t *testing.T, e *evidence, v *verdict) {
	t.Helper()
	for _, a := range e.all {
		if !v.reached[a.String()] {
			t.Errorf("the demo does not reach %s: every figure is zero", a)
		}
	}
}

// busiest lists the n months with most filings and closings, in their order.
func busiest(cases []docket.Case, n int) []civil.Period {
	count := map[civil.Period]int{}
	for i := range cases {
		for _, d := range []civil.Date{cases[i].FiledOn, cases[i].ClosedOn} {
			if !d.IsZero() {
				y, m, _ := d.YMD()
				count[civil.Month(y, m)]++
			}
		}
	}
	months := slices.SortedFunc(maps.Keys(count), func(a, b civil.Period) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.From, b.From))
	})
	months = months[:min(n, len(months))]
	slices.SortFunc(months, func(a, b civil.Period) int { return cmp.Compare(a.From, b.From) })
	return months
}
