package timelimit

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
)

// Measure says what a limit is counted in.
type Measure uint8

// The measures of a limit.
const (
	InDays        Measure = iota // days and months, moved from a day off
	InHours                      // from the next full hour, never moved
	InWorkingDays                // working days only
	BeforeVote                   // the day before the election
	NoLimit                      // the law sets none
)

// Span is a length in months and days; half a month is 15 days (刑诉解释 202).
type Span struct{ Months, Days int }

// IsZero reports an empty span.
func (s Span) IsZero() bool { return s == Span{} }

func (s Span) plus(o Span) Span { return Span{s.Months + o.Months, s.Days + o.Days} }

// String prints 3m, 15d or 1m+15d, the form of the rules files.
func (s Span) String() string {
	switch {
	case s.Months == 0:
		return fmt.Sprintf("%dd", s.Days)
	case s.Days == 0:
		return fmt.Sprintf("%dm", s.Months)
	}
	return fmt.Sprintf("%dm+%dd", s.Months, s.Days)
}

func (s Span) words() (zh, en string) {
	var zhs, ens []string
	if s.Months > 0 {
		zhs, ens = append(zhs, fmt.Sprintf("%d个月", s.Months)), append(ens, plural(s.Months, "month"))
	}
	if s.Days > 0 {
		zhs, ens = append(zhs, fmt.Sprintf("%d日", s.Days)), append(ens, plural(s.Days, "day"))
	}
	return strings.Join(zhs, "又"), strings.Join(ens, " and ")
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// Amount is the base of a limit: a span, hours, working days, or none.
type Amount struct {
	Measure Measure
	Span    Span // in days and months
	N       int  // hours or working days
}

// String prints the amount as the rules files write it.
func (a Amount) String() string {
	switch a.Measure {
	case InHours:
		return fmt.Sprintf("%dh", a.N)
	case InWorkingDays:
		return fmt.Sprintf("%dwd", a.N)
	case BeforeVote:
		return "election"
	case NoLimit:
		return "none"
	}
	return a.Span.String()
}

var amountForm = regexp.MustCompile(`^(?:(\d{1,3})m)?(?:\+?(\d{1,3})d)?$`)

// parseAmount reads 6m, 30d, 1m+15d, 72h, 7wd, election or none.
func parseAmount(s string) (Amount, bool) {
	switch s {
	case "none":
		return Amount{Measure: NoLimit}, true
	case "election":
		return Amount{Measure: BeforeVote}, true
	}
	for suffix, m := range map[string]Measure{"h": InHours, "wd": InWorkingDays} {
		if digits, ok := strings.CutSuffix(s, suffix); ok {
			n, err := strconv.Atoi(digits)
			return Amount{Measure: m, N: n}, err == nil && n > 0
		}
	}
	span, ok := parseSpan(s)
	return Amount{Span: span}, ok
}

// parseSpan reads 6m, 30d or 1m+15d.
func parseSpan(s string) (Span, bool) {
	m := amountForm.FindStringSubmatch(s)
	if m == nil || m[0] == "" || strings.HasPrefix(s, "+") {
		return Span{}, false
	}
	months, _ := strconv.Atoi(m[1]) // at most three digits
	days, _ := strconv.Atoi(m[2])
	return Span{months, days}, months+days > 0
}

// MonthEnd says where a period of months ends when month lengths differ.
type MonthEnd uint8

// The policies for month ends.
const (
	SameDay    MonthEnd = iota // same day number, else the last day of the month (民诉)
	LastToLast                 // also: from a last day of a month to a last day (刑诉解释 202)
)

// addMonths counts months from a day under a policy. 28 May + 3 months is 28 August.
func addMonths(d civil.Date, n int, policy MonthEnd) civil.Date {
	if n == 0 {
		return d
	}
	y, m, day := d.YMD()
	wasLast := day == daysIn(y, m)
	m0 := y*12 + m - 1 + n
	y, m = m0/12, m0%12+1
	last := daysIn(y, m)
	if day > last || wasLast && policy == LastToLast {
		day = last
	}
	return civil.NewDate(y, m, day)
}

// daysIn returns the length of a month.
func daysIn(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// add counts a span from a day: its months in one step, then its days.
func (s Span) add(d civil.Date, policy MonthEnd) civil.Date {
	return addMonths(d, s.Months, policy).AddDays(s.Days)
}
