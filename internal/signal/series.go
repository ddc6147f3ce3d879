package signal

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Step is the distance of two neighbouring times of a series.
type Step string

// The steps an axis of times can have.
const (
	Days     Step = "day"
	Months   Step = "month"
	Quarters Step = "quarter"
	Years    Step = "year"
	Numbers  Step = "number" // 1, 2, 3 …
)

// Season is the number of steps after which the year, or the week, repeats itself.
func (s Step) Season() int {
	return map[Step]int{Days: 7, Months: 12, Quarters: 4}[s]
}

// PerYear is the number of steps in a year; 1 for plain numbers.
func (s Step) PerYear() float64 {
	if n, ok := map[Step]float64{Days: 365.25, Months: 12, Quarters: 4}[s]; ok {
		return n
	}
	return 1
}

// Times places labels of times on one axis: dates (YYYY-MM-DD), months (YYYY-MM), quarters
// (YYYYQn), years (four digits) or plain numbers, all of one form. Dates that are all the
// last, or all the first, day of a month are months; quarters if all of them are the ends, or
// the beginnings, of quarters; years if all are of one month. Neighbouring times differ by 1.
func Times(labels []string) (Step, []int, error) {
	if len(labels) == 0 {
		return Numbers, nil, nil
	}
	for _, f := range forms {
		if _, ok := f.parse(labels[0]); !ok {
			continue
		}
		at := make([]int, len(labels))
		for i, l := range labels {
			v, ok := f.parse(l)
			if !ok {
				return "", nil, fault.At(fmt.Sprintf("t %q", l), fmt.Sprintf("is not written like %q", labels[0]), "write all times in one form: YYYY-MM-DD, YYYY-MM, YYYYQn, YYYY or 1, 2, 3 …")
			}
			at[i] = v
		}
		step := f.step
		if step == Days {
			step, at = coarser(at)
		}
		return step, at, nil
	}
	return "", nil, fault.At(fmt.Sprintf("t %q", labels[0]), "is no time", "write YYYY-MM-DD, YYYY-MM, YYYYQn, YYYY or 1, 2, 3 …")
}

// forms are the ways to write a time; the first that fits the first label is the one.
var forms = []struct {
	step  Step
	parse func(string) (int, bool)
}{
	{Days, func(s string) (int, bool) {
		d, err := civil.ParseDate(s)
		if err != nil || d.IsZero() || len(s) != len("2006-01-02") {
			return 0, false
		}
		return d.Unix(), true
	}},
	{Months, func(s string) (int, bool) { return yearPart(s, "-", 12) }},
	{Quarters, func(s string) (int, bool) { return yearPart(s, "Q", 4) }},
	{Years, func(s string) (int, bool) { n, ok := digits(s); return n, ok && len(s) == 4 && n >= 1000 }},
	{Numbers, func(s string) (int, bool) { n, ok := digits(s); return n, ok && len(s) < 10 }},
}

// digits reads a number without sign.
func digits(s string) (int, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// yearPart reads a year and a part of it and counts parts since year 0.
func yearPart(s, sep string, parts int) (int, bool) {
	year, part, found := strings.Cut(s, sep)
	y, okYear := digits(year)
	n, okPart := digits(part)
	return y*parts + n - 1, found && okYear && okPart && len(year) == 4 && y >= 1 && n >= 1 && n <= parts
}

// coarser turns days that stand for months, quarters or years into those.
func coarser(days []int) (Step, []int) {
	firsts, lasts := true, true
	months, parts := make([]int, len(days)), map[int]bool{}
	for i, n := range days {
		y, m, day := civil.FromUnix(n).YMD()
		_, _, next := civil.FromUnix(n + 1).YMD()
		firsts, lasts = firsts && day == 1, lasts && next == 1
		months[i] = y*12 + m - 1
		parts[m] = true
	}
	if len(days) < 2 || !firsts && !lasts {
		return Days, days
	}
	step, size := Months, 1
	switch {
	case len(parts) == 1 && !same(months):
		step, size = Years, 12
	case firsts && within(parts, 1, 4, 7, 10) || lasts && within(parts, 3, 6, 9, 12):
		step, size = Quarters, 3
	}
	for i := range months {
		months[i] /= size
	}
	return step, months
}

func same(values []int) bool {
	return !slices.ContainsFunc(values, func(v int) bool { return v != values[0] })
}

// within tells whether all members are among the allowed ones.
func within(members map[int]bool, allowed ...int) bool {
	for m := range members {
		if !slices.Contains(allowed, m) {
			return false
		}
	}
	return true
}

// Weekdays is the regressor of the calendar: the logarithm of the number of days from Monday
// to Friday in each month or quarter, less that of the mean. It knows no holidays: those, the
// Spring Festival above all, are the caller's to add. Other steps have none.
func Weekdays(step Step, at []int) map[int][]float64 {
	if step != Months && step != Quarters {
		return nil
	}
	out := map[int][]float64{}
	for _, t := range at {
		p, mean := civil.Month(t/12, t%12+1), 260.9/12
		if step == Quarters {
			p, mean = civil.Quarter(t/4, t%4+1), 260.9/4
		}
		n := 0
		for d := p.From; d <= p.To; d = d.AddDays(1) {
			if w := weekday(d); w >= 1 && w <= 5 {
				n++
			}
		}
		out[t] = []float64{math.Log(float64(n) / mean)}
	}
	return out
}

// weekday counts from 0, Sunday, to 6; 1970-01-01 was a Thursday.
func weekday(d civil.Date) int { return ((d.Unix()+4)%7 + 7) % 7 }

// Observation is one row of a file of series.
type Observation struct {
	Series, T string
	Value     float64 // NaN where the file has none
}

// Collect sorts observations into series, in the order of their first appearance, each by
// rising time. It also returns the label of every position. Two values of one series at one
// time are an error.
func Collect(rows []Observation) (step Step, series []Series, label map[int]string, err error) {
	labels := make([]string, len(rows))
	for i, r := range rows {
		labels[i] = r.T
	}
	step, at, err := Times(labels)
	if err != nil {
		return "", nil, nil, err
	}
	label = map[int]string{}
	index := map[string]int{}
	where := [][]int{}
	for i, r := range rows {
		k, ok := index[r.Series]
		if !ok {
			k = len(series)
			index[r.Series] = k
			series, where = append(series, Series{Name: r.Series}), append(where, nil)
		}
		where[k] = append(where[k], i)
		label[at[i]] = r.T
	}
	for k := range series {
		slices.SortStableFunc(where[k], func(a, b int) int { return at[a] - at[b] })
		for n, i := range where[k] {
			if n > 0 && at[i] == at[where[k][n-1]] {
				return "", nil, nil, fault.At(fmt.Sprintf("series %s, t %s", series[k].Name, rows[i].T), "has two values", "keep one row for each series and time")
			}
			series[k].At = append(series[k].At, at[i])
			series[k].Values = append(series[k].Values, rows[i].Value)
		}
	}
	return step, series, label, nil
}
