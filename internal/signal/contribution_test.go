package signal_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/signal"
)

func TestContributionsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8).Draw(t, "parts")
		var order []string
		before, after := map[string]int64{}, map[string]int64{}
		for i := range n {
			name := fmt.Sprint("court ", i)
			order = append(order, name)
			if rapid.Bool().Draw(t, "was there") {
				before[name] = rapid.Int64Range(0, 1e12).Draw(t, "before")
			}
			if rapid.Bool().Draw(t, "is there") {
				after[name] = rapid.Int64Range(0, 1e12).Draw(t, "after")
			}
		}
		parts, total, err := signal.Contributions(order, before, after)
		if err != nil {
			t.Fatal(err)
		}
		sum, shares := int64(0), new(big.Rat)
		for i, p := range parts {
			if p.Name != order[i] {
				t.Fatal("order changed")
			}
			sum += p.Change
			if p.Share != nil {
				shares.Add(shares, p.Share)
			}
		}
		if sum != total.Change || total.Change != total.After-total.Before || total.Change != 0 && shares.Cmp(big.NewRat(1, 1)) != 0 {
			t.Fatalf("parts add up to %d and %v, the change is %+v", sum, shares, total)
		}
	})
}

func TestRateContributionsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := []string{"a", "b", "c", "d"}
		draw := func(label string) map[string]signal.Fraction {
			m := map[string]signal.Fraction{"a": {3, 10}}
			for _, name := range order[1:] {
				d := rapid.Int64Range(0, 10000).Draw(t, label)
				m[name] = signal.Fraction{Numerator: rapid.Int64Range(0, d).Draw(t, label), Denominator: d}
			}
			return m
		}
		parts, change, err := signal.RateContributions(order, draw("before"), draw("after"))
		if err != nil {
			t.Fatal(err)
		}
		sum := new(big.Rat)
		for _, p := range parts {
			sum.Add(sum, p.Within).Add(sum, p.Mix)
		}
		if sum.Cmp(change) != 0 {
			t.Fatalf("parts add up to %v, the change is %v", sum, change)
		}
	})
}

// The same rates in another mix: all of the change is mix.
func TestSimpson(t *testing.T) {
	parts, change, err := signal.RateContributions([]string{"civil", "enforcement"},
		map[string]signal.Fraction{"civil": {90, 100}, "enforcement": {50, 100}},
		map[string]signal.Fraction{"civil": {45, 50}, "enforcement": {75, 150}})
	if err != nil {
		t.Fatal(err)
	}
	if change.Cmp(big.NewRat(-1, 10)) != 0 {
		t.Errorf("change %v", change)
	}
	for i, mix := range []*big.Rat{big.NewRat(-1, 16), big.NewRat(-3, 80)} {
		if p := parts[i]; p.Within.Sign() != 0 || p.Mix.Cmp(mix) != 0 {
			t.Errorf("%s: within %v, mix %v", p.Name, p.Within, p.Mix)
		}
	}
}

func TestContributionsRefuse(t *testing.T) {
	if _, _, err := signal.Contributions([]string{"a", "a"}, nil, nil); err == nil {
		t.Error("a part stands twice")
	}
	if _, _, err := signal.Contributions([]string{"a"}, map[string]int64{"b": 1}, nil); err == nil {
		t.Error("a part without place")
	}
	if _, _, err := signal.RateContributions([]string{"a"}, map[string]signal.Fraction{"a": {1, 0}}, nil); err == nil {
		t.Error("1 of 0")
	}
	if _, _, err := signal.RateContributions([]string{"a"}, map[string]signal.Fraction{"a": {1, 2}}, nil); err == nil {
		t.Error("nothing afterwards")
	}
}

func TestRollup(t *testing.T) {
	fine := []signal.Series{
		{Name: "c1/civil/loan", At: []int{1, 2}, Values: []float64{5, 6}},
		{Name: "c1/civil/sale", At: []int{2, 3}, Values: []float64{1, 2}},
		{Name: "c2/criminal/theft", At: []int{1, 3}, Values: []float64{10, 20}},
	}
	all, err := signal.Rollup(fine, "all")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"all", "c1", "c2", "c1/civil", "c2/criminal", "c1/civil/loan", "c1/civil/sale", "c2/criminal/theft"}
	for i, s := range all {
		if s.Name != want[i] {
			t.Errorf("series %d is %s, want %s", i, s.Name, want[i])
		}
	}
	if got := fmt.Sprint(all[0].At, all[0].Values, all[1].Values); got != "[1 2 3] [15 7 22] [5 7 2]" {
		t.Error(got)
	}
	if _, err := signal.Rollup([]signal.Series{{Name: "a/b"}, {Name: "a"}}, "all"); err == nil {
		t.Error("two depths")
	}
}
