package ledger

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/docket"
)

func TestParseAmount(t *testing.T) {
	for _, tc := range []struct {
		cell, unit string
		cents      int64
	}{
		{"1", "", 100},
		{"1", "元", 100},
		{"1", "分", 1},
		{"1", "角", 10},
		{"1", "千元", 100_000},
		{"1", "万元", 1_000_000},
		{"1", "亿元", 10_000_000_000},
		{"12.5万元", "元", 12_500_000},
		{"12.5 万", "分", 12_500_000},
		{"300元", "万元", 30_000},
		{"1,234,567.89", "元", 123_456_789},
		{"¥1,234.50", "元", 123_450},
		{"￥１，２３４．５０", "元", 123_450},
		{"-3.2", "元", -320},
		{"0", "元", 0},
		{"0.005", "元", 1},
		{"0.004999", "元", 0},
		{"1234.5599999999999", "元", 123_456},
		{"1.2E+7", "元", 1_200_000_000},
		{"5e-1", "元", 50},
		{".5", "元", 50},
		{"5.", "元", 500},
		{"0.000000000000000000000000001", "元", 0},
		{"0.333333333333333333333333333333333", "元", 33},
		{" 7 ", "元", 700},
		{"92233720368547758.07", "元", 9223372036854775807},
	} {
		got, err := ParseAmount(tc.cell, tc.unit)
		if err != nil || !got.Known || got.Cents != tc.cents {
			t.Errorf("ParseAmount(%q, %q) = %+v, %v; want %d", tc.cell, tc.unit, got, err, tc.cents)
		}
	}
	for _, cell := range []string{"abc", "1,23", "1,2345", ",123", "1.2,3", "1..2", "--1", "12万3", "1e", "1e99", "元", ".", "92233720368547758.08", "12 34", "0x10"} {
		if got, err := ParseAmount(cell, "元"); err == nil || got.Known {
			t.Errorf("ParseAmount(%q) = %+v, want an error", cell, got)
		}
	}
	if got, err := ParseAmount(" ", "元"); err != nil || got != (docket.Money{}) {
		t.Errorf("empty: %+v, %v", got, err)
	}
	for cell, want := range map[[2]string]string{
		{"abc", "元"}: `"abc" is not an amount of money; write a plain number such as 12345.67`,
		{"1", "USD"}: `"USD" is not a unit of money; write 元, 千元, 万元, 亿元, 角 or 分`,
	} {
		if _, err := ParseAmount(cell[0], cell[1]); err == nil || err.Error() != want {
			t.Errorf("%q: %v", cell, err)
		}
	}
}

// TestAmountRoundTrip: an amount written in 元 with separators is read back exactly.
func TestAmountRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(-1e15, 1e15).Draw(t, "cents")
		abs, sign := max(cents, -cents), ""
		if cents < 0 {
			sign = "-"
		}
		whole := fmt.Sprint(abs / 100)
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
		s := fmt.Sprintf("%s%s.%02d", sign, whole, abs%100)
		if got, err := ParseAmount(s, "元"); err != nil || got.Cents != cents {
			t.Fatalf("%s: %+v, %v", s, got, err)
		}
	})
}
