package indicator_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/indicator"
)

func rat(t testing.TB, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return r
}

func TestFormatRat(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "7": "7", "-7": "-7", "1/2": "0.5", "31629/34852": "0.907523241133938", "2/3": "0.666666666666667",
		"-1/3": "-0.333333333333333", "100/3": "33.3333333333333", "1/3000": "0.000333333333333333", "1/1000000": "0.000001",
		"99999999999999999999/100": "999999999999999999.99", "123456789012345678/7": "17636684144620800", "5/8": "0.625",
	} {
		if got := indicator.FormatRat(rat(t, in)); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if got := indicator.FormatRat(nil); got != "" {
		t.Errorf("no value: %q", got)
	}
}

func TestRoundHalfUp(t *testing.T) {
	for _, tc := range []struct {
		in   string
		n    int
		want string
	}{
		{"1/8", 2, "0.13"}, {"-1/8", 2, "-0.13"}, {"0.125", 3, "0.125"}, {"1", 2, "1.00"}, {"0.994", 2, "0.99"}, {"0.995", 2, "1.00"},
		{"2.5", 0, "3"}, {"-2.5", 0, "-3"}, {"-0.4", 0, "0"}, {"0.004", 2, "0.00"}, {"-0.004", 2, "0.00"}, {"1250", -2, "1300"},
		{"49", -2, "0"}, {"31629/34852", 4, "0.9075"}, {"1/3", 0, "0"},
	} {
		if got := indicator.RoundHalfUp(rat(t, tc.in), tc.n); got != tc.want {
			t.Errorf("%s to %d: %s, want %s", tc.in, tc.n, got, tc.want)
		}
	}
	if got := indicator.RoundHalfUp(nil, 2); got != "" {
		t.Errorf("no value: %q", got)
	}
}

// Printing loses at most half a unit of the last digit, and keeps the sign.
func TestPrintingIsClose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := big.NewRat(rapid.Int64().Draw(t, "a"), rapid.Int64Range(1, 1<<40).Draw(t, "b"))
		n := rapid.IntRange(0, 12).Draw(t, "n")
		back, ok := new(big.Rat).SetString(indicator.RoundHalfUp(r, n))
		unit := big.NewRat(1, 1).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
		miss := new(big.Rat).Sub(r, back)
		if twice := miss.Add(miss, miss).Abs(miss); !ok || twice.Cmp(unit) > 0 {
			t.Fatalf("%s to %d prints %s", r, n, indicator.RoundHalfUp(r, n))
		}
		text := indicator.FormatRat(r)
		back, ok = new(big.Rat).SetString(text)
		if !ok || strings.HasSuffix(text, ".") {
			t.Fatalf("%s prints %q", r, text)
		}
		miss = new(big.Rat).Sub(r, back)
		bound := new(big.Rat).Mul(new(big.Rat).Abs(r), big.NewRat(1, 1e14))
		if miss.Abs(miss).Cmp(bound) > 0 {
			t.Fatalf("%s prints %s: not 14 significant digits", r, text)
		}
	})
}

func TestQuantile(t *testing.T) {
	for name, tc := range map[string]struct {
		hist  map[int]int64
		share string
		want  string
	}{
		"no case":        {nil, "1/2", ""},
		"emptied":        {map[int]int64{3: 0}, "1/2", ""},
		"one case":       {map[int]int64{3: 1}, "9/10", "3"},
		"odd":            {map[int]int64{1: 1, 5: 1, 30: 1}, "1/2", "5"},
		"even":           {map[int]int64{1: 2, 4: 2}, "1/2", "2.5"},
		"negative days":  {map[int]int64{-10: 1, 0: 1}, "1/4", "-7.5"},
		"ninth of ten":   {map[int]int64{1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1}, "9/10", "9.1"},
		"largest":        {map[int]int64{1: 1, 7: 3}, "1", "7"},
		"smallest":       {map[int]int64{1: 1, 7: 3}, "0", "1"},
		"heavy repeated": {map[int]int64{0: 1_000_000, 100: 1}, "999999/1000000", "0"},
	} {
		if got := indicator.FormatRat(indicator.Quantile(tc.hist, rat(t, tc.share))); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
