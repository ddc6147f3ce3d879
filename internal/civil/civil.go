// Package civil has legal days and periods: dates without a clock, a zone or a time of day.
package civil

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date is a day of the proleptic Gregorian calendar. The zero value means "no date";
// use [Date.IsZero]. Dates compare with < and >, a missing date is before every day.
type Date int32

// epochOffset is the number of days from 0001-01-01 to 1970-01-01, plus one so that
// the zero value stays free for "no date".
const epochOffset = 719162 + 1

// MinDate and MaxDate bound the days that a ledger accepts.
var (
	MinDate = NewDate(1, 1, 1)
	MaxDate = NewDate(9999, 12, 31)
)

// NewDate returns the given day; out-of-range months and days roll over as in [time.Date].
func NewDate(year, month, day int) Date {
	return FromUnix(int(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400))
}

// FromUnix returns the day that is n days after 1970-01-01.
func FromUnix(n int) Date { return Date(n + epochOffset) }

// FromTime returns the day shown by t's own clock face.
func FromTime(t time.Time) Date { return NewDate(t.Year(), int(t.Month()), t.Day()) }

// Unix returns the days since 1970-01-01. It panics on the zero date, which has none.
func (d Date) Unix() int {
	if d == 0 {
		panic("civil: Unix of no date")
	}
	return int(d) - epochOffset
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == 0 }

// Time returns midnight UTC of the day.
func (d Date) Time() time.Time { return time.Unix(int64(d.Unix())*86400, 0).UTC() }

// YMD returns year, month and day, all 0 for no date.
func (d Date) YMD() (year, month, day int) {
	if d == 0 {
		return 0, 0, 0
	}
	y, m, dd := d.Time().Date()
	return y, int(m), dd
}

// Year returns the calendar year, 0 for no date.
func (d Date) Year() int { y, _, _ := d.YMD(); return y }

// AddDays returns the day n days later.
func (d Date) AddDays(n int) Date {
	if d == 0 {
		return 0
	}
	return d + Date(n)
}

// Sub returns the days from e to d: d minus e.
func (d Date) Sub(e Date) int { return int(d) - int(e) }

// AddMonths returns the same day number n months later; where the month is too short,
// its last day (policy "last_day", as civil procedure counts: Civil Procedure Law art. 85
// gives no 31 February). Other policies belong to the engine that needs them.
func (d Date) AddMonths(n int) Date {
	if d == 0 {
		return 0
	}
	y, m, day := d.YMD()
	m0 := y*12 + (m - 1) + n
	y, m = m0/12, m0%12+1
	if last := DaysIn(y, m); day > last {
		day = last
	}
	return NewDate(y, m, day)
}

// DaysIn returns the number of days of a month.
func DaysIn(year, month int) int { return NewDate(year, month+1, 1).Sub(NewDate(year, month, 1)) }

// String returns YYYY-MM-DD, or "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	y, m, day := d.YMD()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// ParseDate reads exactly YYYY-MM-DD. Looser forms belong to the ledger's readers.
func ParseDate(s string) (Date, error) {
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		y, e1 := strconv.Atoi(s[:4])
		m, e2 := strconv.Atoi(s[5:7])
		d, e3 := strconv.Atoi(s[8:])
		if e1 == nil && e2 == nil && e3 == nil && Valid(y, m, d) {
			return NewDate(y, m, d), nil
		}
	}
	return 0, fmt.Errorf("%q is not a date: write YYYY-MM-DD", s)
}

// Valid reports whether year, month and day name a day between MinDate and MaxDate.
func Valid(year, month, day int) bool {
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= DaysIn(year, month)
}

// Period is a closed range of days.
type Period struct{ From, To Date }

// Days returns the number of days of the period.
func (p Period) Days() int { return p.To.Sub(p.From) + 1 }

// Contains reports whether d lies in the period; no date lies in none.
func (p Period) Contains(d Date) bool { return d != 0 && p.From <= d && d <= p.To }

// Year, Quarter and Month return whole calendar periods.
func Year(y int) Period { return Period{NewDate(y, 1, 1), NewDate(y, 12, 31)} }

// Quarter returns quarter q (1-4) of year y.
func Quarter(y, q int) Period { return Period{NewDate(y, 3*q-2, 1), NewDate(y, 3*q+1, 0)} }

// Month returns month m of year y.
func Month(y, m int) Period { return Period{NewDate(y, m, 1), NewDate(y, m+1, 0)} }

// ParsePeriod reads 2023, 2023Q4, 2023-12, 2023-01..2023-12 and 2023-01-01..2023-12-31.
func ParsePeriod(s string) (Period, error) {
	if a, b, ok := strings.Cut(s, ".."); ok {
		from, err := parseSimple(a)
		if err != nil {
			return Period{}, err
		}
		to, err := parseSimple(b)
		if err != nil {
			return Period{}, err
		}
		if to.To < from.From {
			return Period{}, fmt.Errorf("period %q ends before it starts", s)
		}
		return Period{from.From, to.To}, nil
	}
	return parseSimple(s)
}

func parseSimple(s string) (Period, error) {
	bad := fmt.Errorf("%q is not a period: write 2023, 2023Q4, 2023-12, 2023-01..2023-12 or 2023-01-01..2023-12-31", s)
	switch {
	case len(s) == 4:
		if y, err := strconv.Atoi(s); err == nil && y >= 1 {
			return Year(y), nil
		}
	case len(s) == 6 && (s[4] == 'Q' || s[4] == 'q'):
		y, err := strconv.Atoi(s[:4])
		if q := int(s[5] - '0'); err == nil && y >= 1 && q >= 1 && q <= 4 {
			return Quarter(y, q), nil
		}
	case len(s) == 7 && s[4] == '-':
		y, e1 := strconv.Atoi(s[:4])
		m, e2 := strconv.Atoi(s[5:])
		if e1 == nil && e2 == nil && y >= 1 && m >= 1 && m <= 12 {
			return Month(y, m), nil
		}
	case len(s) == 10:
		if d, err := ParseDate(s); err == nil {
			return Period{d, d}, nil
		}
	}
	return Period{}, bad
}

// String names whole years, quarters and months shortly and other periods by their days.
func (p Period) String() string {
	y, m, _ := p.From.YMD()
	switch p {
	case Year(y):
		return fmt.Sprintf("%04d", y)
	case Month(y, m):
		return fmt.Sprintf("%04d-%02d", y, m)
	case Quarter(y, (m+2)/3):
		return fmt.Sprintf("%04dQ%d", y, (m+2)/3)
	}
	y2, m2, _ := p.To.YMD()
	if p.From == NewDate(y, m, 1) && p.To == NewDate(y2, m2+1, 0) {
		return fmt.Sprintf("%04d-%02d..%04d-%02d", y, m, y2, m2)
	}
	return p.From.String() + ".." + p.To.String()
}

// Shift moves the period by whole months; month ends stay month ends.
func (p Period) Shift(months int) Period {
	to := p.To.AddMonths(months)
	if p.To == p.To.monthEnd() {
		to = to.monthEnd()
	}
	return Period{p.From.AddMonths(months), to}
}

func (d Date) monthEnd() Date { y, m, _ := d.YMD(); return NewDate(y, m+1, 0) }

// Preceding returns the period of the same length in whole months just before p
// (环比); for periods that are not whole months, the same number of days before.
func (p Period) Preceding() Period {
	y, m, d := p.From.YMD()
	y2, m2, _ := p.To.YMD()
	if d == 1 && p.To == p.To.monthEnd() {
		return p.Shift(-((y2*12 + m2) - (y*12 + m) + 1))
	}
	return Period{p.From.AddDays(-p.Days()), p.From.AddDays(-1)}
}

// Months and Years split the period into calendar pieces, the first and last cut to p.
func (p Period) Months() []Period {
	return p.split(func(d Date) Period { y, m, _ := d.YMD(); return Month(y, m) })
}

// Years splits the period into calendar years, the first and last cut to p.
func (p Period) Years() []Period { return p.split(func(d Date) Period { return Year(d.Year()) }) }

func (p Period) split(whole func(Date) Period) []Period {
	var out []Period
	for d := p.From; d <= p.To; {
		q := whole(d)
		piece := Period{max(q.From, p.From), min(q.To, p.To)}
		out = append(out, piece)
		d = piece.To + 1
	}
	return out
}
