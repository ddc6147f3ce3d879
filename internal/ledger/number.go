package ledger

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// units gives the power of ten of 分 in each unit of money.
var units = map[string]int{"": 2, "元": 2, "分": 0, "角": 1, "千元": 5, "万元": 6, "万": 6, "亿元": 10, "亿": 10}

// unitSuffixes are the units a cell may name behind its number, the longest first.
var unitSuffixes = []string{"千元", "万元", "亿元", "元", "角", "分", "万", "亿"}

// ParseAmount reads an amount of money given in unit: 元 (also for ""), 千元, 万元, 亿元, 角 or
// 分. A unit written in the cell itself ("12.5万元") goes before the unit of the column. Thousands
// separators, ¥, ￥ and full-width digits are understood; fractions of a 分 are rounded half away
// from zero. An empty cell is an unknown amount. The error is [fault.Invalid].
func ParseAmount(s string, unit string) (docket.Money, error) {
	power, ok := units[unit]
	if !ok {
		return docket.Money{}, fault.Invalidf("%q is not a unit of money; write 元, 千元, 万元, 亿元, 角 or 分", unit)
	}
	t := strings.TrimSpace(s)
	if t == "" {
		return docket.Money{}, nil
	}
	t = halfWidth(t)
	t, neg := strings.CutPrefix(t, "-")
	t = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(t, "¥"), "RMB"))
	for _, u := range unitSuffixes {
		if t == "" || t[len(t)-1] < utf8.RuneSelf {
			break
		}
		if rest, found := strings.CutSuffix(t, u); found {
			t, power = strings.TrimSpace(rest), units[u]
			break
		}
	}
	cents, ok := scaled(t, power)
	if !ok {
		return docket.Money{}, fault.At("", fmt.Sprintf("%q is not an amount of money", s), "write a plain number such as 12345.67")
	}
	if neg {
		cents = -cents
	}
	return docket.Money{Cents: cents, Known: true}, nil
}

// halfWidth turns the full-width forms U+FF01 to U+FF5E and ￥ into their ASCII twins and ¥.
func halfWidth(s string) string {
	for i := range len(s) {
		if s[i] == 0xEF {
			return strings.Map(func(r rune) rune {
				switch {
				case r >= 0xFF01 && r <= 0xFF5E:
					return r - 0xFEE0
				case r == '￥':
					return '¥'
				}
				return r
			}, s)
		}
	}
	return s
}

// scaled reads digits with thousands separators, a decimal point and an exponent, and returns
// the number times ten to the power, rounded half up.
func scaled(s string, power int) (int64, bool) {
	mant, exp, ok := exponent(s)
	if !ok {
		return 0, false
	}
	whole, frac, point := strings.Cut(mant, ".")
	if whole == "" && frac == "" || point && strings.ContainsRune(frac, ',') || !grouped(whole) {
		return 0, false
	}
	shift := power + exp - len(frac)
	var n int64
	full := false // digits far behind the point no longer count
	for k, part := range [2]string{whole, frac} {
		for i := range len(part) {
			c := int64(part[i]) - '0'
			switch {
			case part[i] == ',':
				continue
			case c < 0 || c > 9:
				return 0, false
			case full:
				shift++
			case n <= (math.MaxInt64-c)/10:
				n = n*10 + c
			case k == 0:
				return 0, false
			default:
				full = true
				shift++
			}
		}
	}
	if full && shift > 0 { // a digit that counts was lost
		return 0, false
	}
	return shifted(n, shift)
}

func shifted(n int64, shift int) (int64, bool) {
	for ; shift > 0 && n != 0; shift-- {
		if n > math.MaxInt64/10 {
			return 0, false
		}
		n *= 10
	}
	for ; shift < -1 && n != 0; shift++ {
		n /= 10
	}
	if shift == -1 {
		n = n/10 + (n%10)/5
	}
	return n, true
}

// exponent splits 1.2E+7 into 1.2 and 7, as workbooks store big numbers.
func exponent(s string) (mant string, exp int, ok bool) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, true
	}
	t, neg := strings.CutPrefix(s[i+1:], "-")
	n, rest, ok := digits(strings.TrimPrefix(t, "+"), 1, 3)
	if neg {
		n = -n
	}
	return s[:i], n, ok && rest == ""
}

// grouped reports whether commas, if there are any, stand before groups of three digits.
func grouped(s string) bool {
	first, rest, found := strings.Cut(s, ",")
	if !found {
		return true
	}
	if len(first) == 0 || len(first) > 3 {
		return false
	}
	for found {
		var group string
		if group, rest, found = strings.Cut(rest, ","); len(group) != 3 {
			return false
		}
	}
	return true
}
