package docket

import "fmt"

// String prints the amount in whole units with two decimals, "" when it is not known.
func (m Money) String() string {
	if !m.Known {
		return ""
	}
	sign, cents := "", uint64(m.Cents)
	if m.Cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}
