package indicator_test

import (
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/rules"
)

// TestAdoptedIntervalHoldsUntilTheNext: whatever is adopted in whatever order, on every day the
// interval of a level is the one whose first day is the latest that has come; of two decisions
// on one day the later counts.
func TestAdoptedIntervalHoldsUntilTheNext(t *testing.T) {
	first := civil.NewDate(2024, 1, 1)
	book, err := indicator.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	i, err := book.Find("spc-2024-01", "within_limit_rate")
	if err != nil {
		t.Fatal(err)
	}
	version := i.Versions[len(i.Versions)-1]
	rapid.Check(t, func(t *rapid.T) {
		version.Intervals = nil
		type decision struct {
			day   int
			value int64 // 0: withdrawn
		}
		var all []decision
		var xs []indicator.Interval
		for range rapid.IntRange(1, 5).Draw(t, "decisions") {
			d := decision{rapid.IntRange(0, 9).Draw(t, "day"), rapid.Int64Range(0, 9).Draw(t, "low")}
			all = append(all, d)
			x := indicator.Interval{Level: 4, From: first.AddDays(d.day)}
			if d.value > 0 {
				x.Low = big.NewRat(d.value, 10)
			}
			xs = append(xs, x)
		}
		if err := book.Adopt("spc-2024-01", "within_limit_rate", xs); err != nil {
			t.Fatal(err)
		}
		for day := range 12 {
			want := decision{day: -1}
			for _, d := range all {
				if d.day <= day && d.day >= want.day {
					want = d
				}
			}
			var got []int64
			for _, x := range version.Intervals {
				if d := first.AddDays(day); x.Level == 4 && x.From <= d && (x.To.IsZero() || d <= x.To) {
					got = append(got, new(big.Rat).Mul(x.Low, big.NewRat(10, 1)).Num().Int64())
				}
			}
			switch {
			case want.value == 0 && len(got) != 0, want.value > 0 && (len(got) != 1 || got[0] != want.value):
				t.Fatalf("day %d after %v: intervals %v, want %v", day, all, got, want)
			}
		}
	})
}

// TestAdoptRefuses: what cannot be an interval.
func TestAdoptRefuses(t *testing.T) {
	book, err := indicator.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	day, half := civil.NewDate(2024, 1, 1), big.NewRat(1, 2)
	for name, tc := range map[string]struct {
		key  string
		x    indicator.Interval
		want error
	}{
		"unknown":     {"nothing", indicator.Interval{From: day, Low: half}, fault.NotFound},
		"no day":      {"within_limit_rate", indicator.Interval{Low: half}, fault.Invalid},
		"upside down": {"within_limit_rate", indicator.Interval{From: day, Low: half, High: big.NewRat(1, 3)}, fault.Invalid},
		"no level":    {"within_limit_rate", indicator.Interval{From: day, Low: half, Level: 9}, fault.Invalid},
		"no line":     {"within_limit_rate", indicator.Interval{From: day, Low: half, Line: "naval"}, fault.Invalid},
	} {
		if err := book.Adopt("spc-2024-01", tc.key, []indicator.Interval{tc.x}); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
