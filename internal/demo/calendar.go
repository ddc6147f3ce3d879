package demo

import (
	"sort"

	"zhunsheng/internal/civil"
)

// springEve is the eve of the Spring Festival (除夕) of the years the demo can reach.
var springEve = map[int]civil.Date{
	2019: civil.NewDate(2019, 2, 4), 2020: civil.NewDate(2020, 1, 24), 2021: civil.NewDate(2021, 2, 11),
	2022: civil.NewDate(2022, 1, 31), 2023: civil.NewDate(2023, 1, 21), 2024: civil.NewDate(2024, 2, 9),
	2025: civil.NewDate(2025, 1, 28), 2026: civil.NewDate(2026, 2, 16), 2027: civil.NewDate(2027, 2, 5),
}

// working reports whether the courts are open: not on Saturday, Sunday, New Year, the week
// of the Spring Festival, the first days of May and of October. Make-up working days
// (调休) are left out: an invented city may rest on them.
func working(d civil.Date) bool {
	if weekday(d) >= 5 {
		return false
	}
	_, m, day := d.YMD()
	switch {
	case m == 1 && day == 1, m == 5 && day <= 3, m == 10 && day <= 7:
		return false
	}
	if n := d.Sub(springEve[d.Year()]); n >= 0 && n <= 7 {
		return false
	}
	return true
}

// weekday counts from Monday = 0 to Sunday = 6; 1970-01-01 was a Thursday.
func weekday(d civil.Date) int { return (d.Unix()%7 + 7 + 3) % 7 }

// nextWorking returns d or the first working day after it.
func nextWorking(d civil.Date) civil.Date {
	for !working(d) {
		d++
	}
	return d
}

// lastWorking returns d or the last working day before it.
func lastWorking(d civil.Date) civil.Date {
	for !working(d) {
		d--
	}
	return d
}

// addWorking returns the n-th working day after d.
func addWorking(d civil.Date, n int) civil.Date {
	for n > 0 {
		d++
		if working(d) {
			n--
		}
	}
	return d
}

// season is the weight of filings by month: a slow February, a busy spring, and the dip of
// December in which parties wait for the new year.
var season = [12]float64{0.94, 0.86, 1.12, 1.06, 1.03, 1.05, 1.07, 1.04, 1.05, 0.94, 1.02, 0.78}

// byWeekday is the weight of filings from Monday to Friday.
var byWeekday = [5]float64{1.18, 1.08, 1.00, 0.95, 0.84}

// dayTable draws filing days of one year.
type dayTable struct {
	days []civil.Date
	cum  []float64 // running sum of weights
}

// newDayTable weighs every working day from the given one to the end of its year. slope is
// the growth from January to December, extra a factor of the caller (1 for none).
func newDayTable(from civil.Date, slope float64, extra func(civil.Date) float64) dayTable {
	var t dayTable
	year := civil.Year(from.Year())
	sum := 0.0
	for d := from; d <= year.To; d++ {
		if !working(d) {
			continue
		}
		_, m, _ := d.YMD()
		w := season[m-1] * byWeekday[weekday(d)] * extra(d)
		w *= 1 + slope*(float64(d.Sub(year.From))/365-0.5)
		if n := d.Sub(springEve[d.Year()]); n > 7 && n <= 14 || n < 0 && n >= -5 {
			w *= 0.55 // the weeks before and after the Spring Festival
		}
		sum += w
		t.days = append(t.days, d)
		t.cum = append(t.cum, sum)
	}
	return t
}

// draw returns one day.
func (t dayTable) draw(s stream) civil.Date {
	x := s.Float64() * t.cum[len(t.cum)-1]
	return t.days[sort.SearchFloat64s(t.cum, x)]
}
