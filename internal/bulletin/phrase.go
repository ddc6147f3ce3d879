package bulletin

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
)

// printValue shows a value in its unit; no value is "–". Chinese texts print counts without
// separator (product notes 7), English ones with commas.
func printValue(lang, unit string, v *big.Rat) string {
	if v == nil {
		return "–"
	}
	switch unit {
	case "share":
		return indicator.RoundHalfUp(new(big.Rat).Mul(v, big.NewRat(100, 1)), 2) + "%"
	case "count":
		s := indicator.RoundHalfUp(v, 0)
		if !v.IsInt() {
			s = indicator.RoundHalfUp(v, 2)
		}
		if lang == "en" {
			return grouped(s)
		}
		return s
	case "days":
		return indicator.RoundHalfUp(v, 1)
	}
	return indicator.RoundHalfUp(v, 2)
}

// grouped puts commas between thousands.
func grouped(s string) string {
	whole, rest, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		rest = "." + rest
	}
	return sign + whole + rest
}

// periodName prints a period as official texts do: 2024年6月, 2024年1—6月, 2024年第2季度.
func periodName(lang string, p civil.Period) string {
	y, m, d := p.From.YMD()
	y2, m2, _ := p.To.YMD()
	quarter := (m + 2) / 3
	whole := y == y2 && d == 1 && p.To == civil.Month(y2, m2).To
	month := func(m int) string { return time.Month(m).String() }
	en := lang == "en"
	switch {
	case p == civil.Year(y):
		if en {
			return fmt.Sprint(y)
		}
		return fmt.Sprintf("%d年", y)
	case p == civil.Month(y, m):
		if en {
			return fmt.Sprintf("%s %d", month(m), y)
		}
		return fmt.Sprintf("%d年%d月", y, m)
	case p == civil.Quarter(y, quarter):
		if en {
			return fmt.Sprintf("the %s quarter of %d", [...]string{"first", "second", "third", "fourth"}[quarter-1], y)
		}
		return fmt.Sprintf("%d年第%d季度", y, quarter)
	case whole && en:
		return fmt.Sprintf("%s to %s %d", month(m), month(m2), y)
	case whole:
		return fmt.Sprintf("%d年%d—%d月", y, m, m2)
	case en:
		return dayName(lang, p.From) + " to " + dayName(lang, p.To)
	}
	return dayName(lang, p.From) + "至" + dayName(lang, p.To)
}

func dayName(lang string, d civil.Date) string {
	y, m, dd := d.YMD()
	if lang == "en" {
		return fmt.Sprintf("%d %s %d", dd, time.Month(m), y)
	}
	return fmt.Sprintf("%d年%d月%d日", y, m, dd)
}

// smallBase is the base under which a change is printed in cases, not in percent (product
// notes 5.4).
const smallBase = 20

// change words how a figure moved against a base: a count in percent, in cases where the base
// is small; a share in percentage points; anything else in its own unit. The change is a figure
// of its own, bound to both.
func (b *builder) change(now, base figure, against string) slot {
	label := slot{text: b.label("base." + against)}
	if against == "" {
		label = slot{}
	}
	say := func(form string, w words) slot {
		if w == nil {
			w = words{}
		}
		w["base"] = label
		return b.phrase(form, w)
	}
	if now.Value == nil || base.Value == nil || base.Value.Sign() == 0 && !b.held(base.Period) {
		return say("change.none", nil)
	}
	diff := new(big.Rat).Sub(now.Value, base.Value)
	way := "up"
	if diff.Sign() < 0 {
		way = "down"
	}
	size := new(big.Rat).Abs(diff)
	from := []string{b.bind(now), b.bind(base)}
	unit := now.unit
	derived := func(rule, unit string, v *big.Rat) slot { return b.derive(rule, unit, v, from...) }
	switch unit {
	case "count":
		switch {
		case base.Value.Sign() == 0 && diff.Sign() == 0:
			return say("change.same", nil)
		case base.Value.Sign() == 0:
			return say("change.zero_base", nil)
		case diff.Sign() == 0:
			return say("change.same", nil)
		case base.Value.Cmp(big.NewRat(smallBase, 1)) < 0:
			return say("change.cases_"+way, words{"n": derived("difference", "count", size)})
		}
		return say("change."+way, words{"x": derived("growth", "share", new(big.Rat).Quo(size, base.Value))})
	case "share":
		points := new(big.Rat).Mul(size, big.NewRat(100, 1))
		if indicator.RoundHalfUp(points, 2) == "0.00" {
			return say("change.same", nil)
		}
		return say("change.points_"+way, words{"p": derived("points", "points", points)})
	}
	if strings.Trim(printValue(b.lang, unit, size), "0.") == "" {
		return say("change.same", nil)
	}
	return say("change.amount_"+way, words{"d": derived("difference", unit, size)})
}

// held tells whether the ledger knows any case of a period: a count of 0 from the time before the
// ledger begins is no count.
func (b *builder) held(p civil.Period) bool {
	all := b.askAll("volume", p, nil, "accepted", "closed")
	return positive(all.get("", "accepted")) || positive(all.get("", "closed"))
}
