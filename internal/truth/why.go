package truth

import (
	"fmt"

	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
)

// changeWhy explains a finding about a change by the two numbers.
func changeWhy(rule Rule, now *number, base span, small int) statute.Text {
	was := indicator.RoundHalfUp(base.mid(), now.places)
	if rule != Base {
		return because("本期%s，基期%s", "now %s, before %s", now.text, was)
	}
	if base.hi.Sign() == 0 {
		return because("基期为0，不计算百分比", "the base is 0: no percentage")
	}
	return statute.Text{
		Zh: fmt.Sprintf("基期约%s件，少于%d件，只写增减件数", was, small),
		En: fmt.Sprintf("the base of about %s is under %d: give the difference in cases", was, small),
	}
}
