package signal_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/signal"
	"zhunsheng/rules"
)

// Whatever the counts, the parts add up to the whole without remainder.
func TestExcessesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var order []string
		base, now := map[string]int64{}, map[string]int64{}
		for i := range rapid.IntRange(1, 8).Draw(t, "parts") {
			name := fmt.Sprint(i)
			order = append(order, name)
			base[name] = rapid.Int64Range(0, 50).Draw(t, "base")
			now[name] = rapid.Int64Range(0, 50).Draw(t, "now")
		}
		want := big.NewRat(rapid.Int64Range(0, 100000).Draw(t, "expected"), 100)
		parts, total, err := signal.Excesses(order, base, now, want)
		if err != nil {
			t.Fatal(err)
		}
		expected, excess, value := new(big.Rat), new(big.Rat), int64(0)
		for _, p := range parts {
			expected.Add(expected, p.Expected)
			excess.Add(excess, p.Excess)
			value += p.Value
		}
		if expected.Cmp(want) != 0 || excess.Cmp(total.Excess) != 0 || value != total.Value {
			t.Fatalf("parts %v %v %d, whole %+v", expected, excess, value, total)
		}
	})
	for name, f := range map[string]func() error{
		"twice": func() error { _, _, err := signal.Excesses([]string{"a", "a"}, nil, nil, new(big.Rat)); return err },
		"stranger": func() error {
			_, _, err := signal.Excesses(nil, map[string]int64{"a": 1}, nil, new(big.Rat))
			return err
		},
		"negative": func() error {
			_, _, err := signal.Excesses([]string{"a"}, map[string]int64{"a": -1}, nil, new(big.Rat))
			return err
		},
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The table of the lunar new year agrees with the published days off of every year there is,
// and the regressors split the festival between January and February.
func TestSpringFestival(t *testing.T) {
	festivals, err := signal.LoadFestivals(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	book, err := calendar.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	national, err := book.Calendar(calendar.National)
	if err != nil {
		t.Fatal(err)
	}
	spring := festivals[0]
	checked := 0
	for _, d := range spring.Days {
		if !national.HasFile(d.Year()) {
			continue
		}
		checked++
		if _, name := national.Kind(d); name != "春节" || !national.Off(d) {
			t.Errorf("%v is no day off of the Spring Festival: %q", d, name)
		}
	}
	if checked < 12 {
		t.Errorf("only %d years checked", checked)
	}
	at := []int{2023 * 12, 2023*12 + 1, 2024 * 12, 2024*12 + 1, 2024*12 + 2}
	rows := signal.Calendar(signal.Months, at, national, festivals)
	for i, want := range []float64{17. / 22, 5. / 22, 0, 1} { // 22 January 2023; 10 February 2024
		if i == 2 {
			continue
		}
		if got := rows[at[i]][1]; got != want {
			t.Errorf("month %d: share %v, want %v", at[i], got, want)
		}
	}
	if off := rows[2024*12+1][0]; off >= rows[2024*12+2][0] {
		t.Errorf("February 2024 has %v working days (log), not fewer than March", off)
	}
	if signal.Calendar(signal.Days, at, national, festivals) != nil {
		t.Error("days have a regressor")
	}
	if q := signal.Calendar(signal.Quarters, []int{2024 * 4}, national, festivals); q[2024*4][1] != 1 {
		t.Errorf("first quarter of 2024: %v", q)
	}
	if got := civil.NewDate(2024, 2, 10); spring.Days[24] != got {
		t.Errorf("2024: %v", spring.Days[24])
	}
}
