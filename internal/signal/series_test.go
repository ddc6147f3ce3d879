package signal_test

import (
	"math"
	"testing"

	"zhunsheng/internal/signal"
)

func TestTimes(t *testing.T) {
	for name, tc := range map[string]struct {
		labels []string
		step   signal.Step
		gap    int // from the first to the second
	}{
		"days":                 {[]string{"2024-02-28", "2024-03-01"}, signal.Days, 2},
		"months":               {[]string{"2023-12", "2024-02"}, signal.Months, 2},
		"ends of months":       {[]string{"2024-01-31", "2024-02-29"}, signal.Months, 1},
		"beginnings of months": {[]string{"2024-01-01", "2024-03-01"}, signal.Months, 2},
		"ends of quarters":     {[]string{"2023-12-31", "2024-03-31"}, signal.Quarters, 1},
		"quarters":             {[]string{"2023Q4", "2024Q2"}, signal.Quarters, 2},
		"ends of years":        {[]string{"2022-12-31", "2024-12-31"}, signal.Years, 2},
		"years":                {[]string{"2022", "2023"}, signal.Years, 1},
		"numbers":              {[]string{"1", "12"}, signal.Numbers, 11},
	} {
		step, at, err := signal.Times(tc.labels)
		if err != nil || step != tc.step || at[1]-at[0] != tc.gap {
			t.Errorf("%s: %s %v %v", name, step, at, err)
		}
	}
	for _, bad := range [][]string{{"May"}, {"2024-13"}, {"2024Q5"}, {"2024-01", "2024Q1"}, {"2024-02-30"}, {""}, {"-1"}, {"0000-01"}, {"1.5"}} {
		if step, at, err := signal.Times(bad); err == nil {
			t.Errorf("%q taken for %s %v", bad, step, at)
		}
	}
}

func FuzzTimes(f *testing.F) {
	for _, s := range []string{"2024-01-31", "2024-02", "2024Q3", "2024", "7", "9999-12-31", "0001-01-01", "99999999999999999999"} {
		f.Add(s, "2024-03")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		step, at, err := signal.Times([]string{a, b})
		if err != nil {
			return
		}
		if len(at) != 2 || step.PerYear() < 1 {
			t.Fatalf("%q %q: %s %v", a, b, step, at)
		}
		for _, x := range signal.Weekdays(step, at[:1]) {
			if len(x) != 1 || math.Abs(x[0]) > 0.2 {
				t.Fatalf("%q: weekdays %v", a, x)
			}
		}
	})
}

// January 2024 began on a Monday and had 23 weekdays; the mean of a month is 260.9/12.
func TestWeekdays(t *testing.T) {
	got := signal.Weekdays(signal.Months, []int{2024 * 12})[2024*12]
	if want := math.Log(23 / (260.9 / 12)); len(got) != 1 || math.Abs(got[0]-want) > 1e-12 {
		t.Errorf("January 2024: %v, want %v", got, want)
	}
	if signal.Weekdays(signal.Years, []int{2024}) != nil {
		t.Error("years have weekdays")
	}
}

func TestCollect(t *testing.T) {
	step, series, label, err := signal.Collect([]signal.Observation{
		{Series: "b", T: "2024-03", Value: 3}, {Series: "a", T: "2024-01", Value: 9}, {Series: "b", T: "2024-01", Value: 1},
	})
	if err != nil || step != signal.Months || len(series) != 2 || series[0].Name != "b" || series[0].Values[0] != 1 || series[0].Values[1] != 3 || label[series[0].At[1]] != "2024-03" {
		t.Errorf("%s %+v %v %v", step, series, label, err)
	}
	if _, _, _, err := signal.Collect([]signal.Observation{{Series: "a", T: "1"}, {Series: "a", T: "1"}}); err == nil {
		t.Error("two values at one time")
	}
}
