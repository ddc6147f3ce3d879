package indicator

import (
	"math/big"
	"strings"
)

// significant is the number of significant digits of an endless decimal fraction.
const significant = 15

// FormatRat prints a number as a decimal: exactly when it ends, else rounded half up to 15
// significant digits. Trailing zeros are left out; nil prints as "" (no value).
func FormatRat(r *big.Rat) string {
	if r == nil {
		return ""
	}
	if r.IsInt() {
		return r.Num().String()
	}
	if n, exact := r.FloatPrec(); exact && n <= significant {
		return r.FloatString(n)
	}
	return trimZeros(RoundHalfUp(r, significant-magnitude(r)))
}

// magnitude returns the number of digits before the decimal point, or minus the number of
// zeros after it: 12.3 gives 2, 0.5 gives 0, 0.05 gives -1.
func magnitude(r *big.Rat) int {
	abs := new(big.Rat).Abs(r)
	whole := new(big.Int).Quo(abs.Num(), abs.Denom())
	if whole.Sign() > 0 {
		return len(whole.String())
	}
	n := 0
	for tenth := big.NewRat(1, 10); abs.Cmp(tenth) < 0; n-- {
		abs.Mul(abs, big.NewRat(10, 1))
	}
	return n
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// RoundHalfUp prints a number with n decimals, exactly; a five goes away from zero, as
// printed court statistics do (四舍五入). A negative n rounds to tens, hundreds and so on.
// nil prints as "".
func RoundHalfUp(r *big.Rat, n int) string {
	if r == nil {
		return ""
	}
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil))
	x := new(big.Rat).Abs(r)
	if n >= 0 {
		x.Mul(x, scale)
	} else {
		x.Quo(x, scale)
	}
	x.Add(x, half)
	digits := new(big.Int).Quo(x.Num(), x.Denom())
	sign := ""
	if r.Sign() < 0 && digits.Sign() != 0 {
		sign = "-"
	}
	return sign + pointed(digits.String(), n)
}

// pointed puts the decimal point before the last n digits, or appends -n zeros.
func pointed(digits string, n int) string {
	if n <= 0 {
		if digits == "0" {
			return digits
		}
		return digits + strings.Repeat("0", -n)
	}
	if len(digits) <= n {
		digits = strings.Repeat("0", n-len(digits)+1) + digits
	}
	return digits[:len(digits)-n] + "." + digits[len(digits)-n:]
}
