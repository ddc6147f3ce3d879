package ui

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/civil"
)

// None stands for "no value": a zero denominator, an absent day.
const None = "–"

// Count prints a number with thousands separators.
func Count(n int64) string { return group(strconv.FormatInt(n, 10)) }

func group(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "−", digits[1:]
	}
	whole, frac, dotted := strings.Cut(digits, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if dotted {
		b.WriteString("." + frac)
	}
	return b.String()
}

// Decimal prints a number rounded to so many decimals, with thousands separators; no zero has a
// sign.
func Decimal(f float64, digits int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return None
	}
	text := strconv.FormatFloat(f, 'f', digits, 64)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return group(text)
}

// Value prints a figure by its unit, rounded half away from zero; nil is "–". Shares are
// per cent; money comes in cents and is printed in yuan.
func Value(unit string, r *big.Rat) string {
	if r == nil {
		return None
	}
	switch unit {
	case "count":
		if r.IsInt() {
			return group(r.FloatString(0))
		}
		return group(r.FloatString(2))
	case "share":
		return group(scale(r, 100).FloatString(2)) + "%"
	case "days":
		return group(r.FloatString(1))
	case "money":
		return group(new(big.Rat).Quo(r, big.NewRat(100, 1)).FloatString(2))
	}
	return group(r.FloatString(2))
}

// Number prints a numerator or denominator: a whole number without decimals.
func Number(r *big.Rat) string { return Value("count", r) }

func scale(r *big.Rat, by int64) *big.Rat { return new(big.Rat).Mul(r, big.NewRat(by, 1)) }

// Change prints the step from an earlier value: shares in percentage points, everything
// else in per cent of the base. It is "–" without a value or a base, or
// when both are zero, and names a base of zero.
func (w Words) Change(unit string, now, before *big.Rat) string {
	if now == nil || before == nil {
		return None
	}
	diff := new(big.Rat).Sub(now, before)
	if unit == "share" {
		return signed(scale(diff, 100).FloatString(2)) + w.T("unit.points")
	}
	if before.Sign() == 0 && now.Sign() == 0 {
		return None
	}
	if before.Sign() == 0 {
		return w.T("change.base_zero")
	}
	return signed(scale(diff.Quo(diff, new(big.Rat).Abs(before)), 100).FloatString(1)) + "%"
}

// OnYear says in words how a count moved from the same period last year: 同比上升 3.2%.
func (w Words) OnYear(now, before *big.Rat) string {
	switch {
	case now == nil || before == nil || before.Sign() == 0:
		return w.T("change.year_base_zero")
	case now.Cmp(before) == 0:
		return w.T("change.year_same")
	}
	diff := new(big.Rat).Sub(now, before)
	size := group(scale(diff.Abs(diff).Quo(diff, before), 100).FloatString(1)) + "%"
	if now.Cmp(before) > 0 {
		return w.T("change.year_up", "X", size)
	}
	return w.T("change.year_down", "X", size)
}

// Signed prints a difference of counts with its sign.
func Signed(n int64) string { return signed(strconv.FormatInt(n, 10)) }

func signed(s string) string {
	if strings.Trim(s, "-0.") == "" {
		return "±0"
	}
	if strings.HasPrefix(s, "-") {
		return group(s)
	}
	return "+" + group(s)
}

// Day prints a day, "–" for none.
func Day(d civil.Date) string {
	if d.IsZero() {
		return None
	}
	return d.String()
}

// Clock prints a moment to the minute, "–" for none.
func Clock(t time.Time) string {
	if t.IsZero() {
		return None
	}
	return t.Format("2006-01-02 15:04")
}

// Span prints a short length of time: seconds, from two minutes on minutes.
func (w Words) Span(d time.Duration) string {
	if d < 2*time.Minute {
		return w.T("span.seconds", "N", int(d.Round(time.Second).Seconds()))
	}
	return w.T("span.minutes", "N", int(d.Round(time.Minute).Minutes()))
}

// Bytes prints a size.
func Bytes(n int64) string {
	switch {
	case n >= 1<<30:
		return strconv.FormatFloat(float64(n)/(1<<30), 'f', 1, 64) + " GB"
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
	case n >= 1<<10:
		return strconv.FormatFloat(float64(n)/(1<<10), 'f', 1, 64) + " KB"
	}
	return strconv.FormatInt(n, 10) + " B"
}

// PeriodName prints a period as people say it: 2024年1—6月, Jan–Jun 2024.
func (w Words) PeriodName(p civil.Period) string {
	if p == (civil.Period{}) {
		return None
	}
	y, m, _ := p.From.YMD()
	y2, m2, _ := p.To.YMD()
	switch {
	case p == civil.Year(y):
		return w.T("period.year", "Y", y)
	case p == civil.Quarter(y, (m+2)/3):
		return w.T("period.quarter", "Y", y, "Q", w.T("quarter."+strconv.Itoa((m+2)/3)))
	case p == civil.Month(y, m):
		return w.T("period.month", "Y", y, "M", w.T("month."+strconv.Itoa(m)))
	case p.From == civil.NewDate(y, m, 1) && p.To == civil.NewDate(y2, m2+1, 0) && y == y2:
		return w.T("period.months", "Y", y, "A", w.T("month.from."+strconv.Itoa(m)), "B", w.T("month."+strconv.Itoa(m2)))
	case p.From == civil.NewDate(y, m, 1) && p.To == civil.NewDate(y2, m2+1, 0):
		return w.PeriodName(civil.Month(y, m)) + w.T("period.dash") + w.PeriodName(civil.Month(y2, m2))
	}
	return p.From.String() + w.T("period.dash") + p.To.String()
}

// Cents prints money kept in cents.
func Cents(n int64) string { return Value("money", new(big.Rat).SetInt64(n)) }
