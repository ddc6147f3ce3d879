package ledger

import (
	"fmt"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// DateFormat names a way to write days. Writings with the year first cannot be mistaken for
// one another, so each of those formats reads all of them; the formats that put day or month
// first, and Excel serials, must be named or detected.
type DateFormat uint8

// The formats. The zero value is no format: it reads only writings with the year first.
const (
	DateUnknown    DateFormat = iota
	DateISO                   // YYYY-MM-DD, one or two digits for month and day
	DateSlash                 // YYYY/M/D
	DateDot                   // YYYY.M.D
	DateCompact               // YYYYMMDD
	DateChinese               // YYYY年M月D日
	DateTime                  // a date with a time, zone or not: the day as printed
	DateDMY                   // DD/MM/YYYY, also with - or .
	DateMDY                   // MM/DD/YYYY, also with - or .
	DateSerial1900            // Excel serial, day 1 is 1900-01-01
	DateSerial1904            // Excel serial of old Macintosh workbooks, day 0 is 1904-01-01
)

var dateNames = [...]string{
	"", "YYYY-MM-DD", "YYYY/M/D", "YYYY.M.D", "YYYYMMDD", "YYYY年M月D日", "timestamp",
	"DD/MM/YYYY", "MM/DD/YYYY", "serial-1900", "serial-1904",
}

// String returns the name used in mappings, "" for no format.
func (f DateFormat) String() string { return dateNames[f] }

// ParseDateFormat reads a name as [DateFormat.String] writes it.
func ParseDateFormat(name string) (DateFormat, error) {
	for i, n := range dateNames {
		if n == name {
			return DateFormat(i), nil
		}
	}
	return 0, fault.Invalidf("%q is not a date format; write one of %s", name, strings.Join(dateNames[1:], ", "))
}

// Parse reads one cell. An empty cell is no date and no error. A time of day and a zone may
// follow and are checked, but the day stays the day as printed: no shift to another zone.
// The error is [fault.Invalid] and repeats the cell.
func (f DateFormat) Parse(s string) (civil.Date, error) {
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		if d, ok := isoDay(s); ok {
			return d, nil
		}
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, nil
	}
	if d, ok := f.parse(s); ok {
		return d, nil
	}
	return 0, f.fail(s)
}

func (f DateFormat) parse(s string) (civil.Date, bool) {
	if d, _, ok := yearFirst(s); ok {
		return d, true
	}
	switch f {
	case DateDMY, DateMDY:
		a, b, y, ok := dayOrMonthFirst(s)
		if f == DateDMY {
			a, b = b, a
		}
		if !ok {
			return 0, false
		}
		return dayOf(y, a, b)
	case DateSerial1900, DateSerial1904:
		return serialDay(s, f == DateSerial1904)
	}
	return 0, false
}

func (f DateFormat) fail(s string) error {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	text := fmt.Sprintf("%q is not a day of the calendar", s)
	if f != DateUnknown && f != DateISO {
		text = fmt.Sprintf("%q is not a day written as %s", s, f)
	} else if _, _, _, ok := dayOrMonthFirst(s); ok {
		text = fmt.Sprintf("%q does not say which number is the day", s)
	}
	return fault.At("", text, "write YYYY-MM-DD")
}

// isoDay reads exactly YYYY-MM-DD; the caller has checked length and separators.
func isoDay(s string) (civil.Date, bool) {
	y0, y1, y2, y3 := s[0]-'0', s[1]-'0', s[2]-'0', s[3]-'0'
	m0, m1, d0, d1 := s[5]-'0', s[6]-'0', s[8]-'0', s[9]-'0'
	if max(y0, y1, y2, y3, m0, m1, d0, d1) > 9 {
		return 0, false
	}
	return dayOf(int(y0)*1000+int(y1)*100+int(y2)*10+int(y3), int(m0)*10+int(m1), int(d0)*10+int(d1))
}

// yearFirst reads every writing with a four-digit year in front and names the one it saw.
func yearFirst(s string) (civil.Date, DateFormat, bool) {
	y, rest, ok := digits(s, 4, 4)
	if !ok {
		return compactDay(s)
	}
	sep, after, f := separator(rest)
	if f == DateUnknown {
		return compactDay(s)
	}
	m, rest, ok := digits(after, 1, 2)
	if !ok {
		return 0, 0, false
	}
	want := sep
	if f == DateChinese {
		want = "月"
	}
	if rest, ok = strings.CutPrefix(rest, want); !ok {
		return 0, 0, false
	}
	d, rest, ok := digits(rest, 1, 2)
	if !ok {
		return 0, 0, false
	}
	if f == DateChinese {
		if rest, ok = strings.CutPrefix(rest, "日"); !ok {
			return 0, 0, false
		}
	}
	return withTime(y, m, d, rest, f)
}

func separator(s string) (sep, rest string, f DateFormat) {
	switch {
	case strings.HasPrefix(s, "-"):
		return "-", s[1:], DateISO
	case strings.HasPrefix(s, "/"):
		return "/", s[1:], DateSlash
	case strings.HasPrefix(s, "."):
		return ".", s[1:], DateDot
	case strings.HasPrefix(s, "年"):
		return "年", s[len("年"):], DateChinese
	}
	return "", s, DateUnknown
}

// compactDay reads YYYYMMDD, alone or with a time behind a space or T.
func compactDay(s string) (civil.Date, DateFormat, bool) {
	n, rest, ok := digits(s, 8, 8)
	if !ok {
		return 0, 0, false
	}
	return withTime(n/10000, n/100%100, n%100, rest, DateCompact)
}

func withTime(y, m, d int, rest string, f DateFormat) (civil.Date, DateFormat, bool) {
	if rest != "" {
		if !clockFace(rest) {
			return 0, 0, false
		}
		f = DateTime
	}
	day, ok := dayOf(y, m, d)
	return day, f, ok
}

// dayOrMonthFirst reads N/N/YYYY with / - or . between and returns the three numbers.
func dayOrMonthFirst(s string) (a, b, year int, ok bool) {
	a, rest, ok := digits(s, 1, 2)
	if !ok || rest == "" || !strings.ContainsRune("/-.", rune(rest[0])) {
		return 0, 0, 0, false
	}
	sep := rest[0]
	b, rest, ok = digits(rest[1:], 1, 2)
	if !ok || rest == "" || rest[0] != sep {
		return 0, 0, 0, false
	}
	year, rest, ok = digits(rest[1:], 4, 4)
	if !ok || rest != "" && !clockFace(rest) {
		return 0, 0, 0, false
	}
	return a, b, year, true
}

// digits reads between low and high ASCII digits and no more.
func digits(s string, low, high int) (n int, rest string, ok bool) {
	i := 0
	for i < len(s) && s[i]-'0' <= 9 {
		if i == high {
			return 0, "", false
		}
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:], i >= low
}

// clockFace reports whether s is a time of day behind a date: a space or T, hours and
// minutes, perhaps seconds and their fraction, perhaps a zone.
func clockFace(s string) bool {
	if s[0] != 'T' && s[0] != ' ' {
		return false
	}
	s = strings.TrimLeft(s[1:], " ")
	h, s, ok := digits(s, 1, 2)
	if !ok || h > 23 || s == "" || s[0] != ':' {
		return false
	}
	m, s, ok := digits(s[1:], 2, 2)
	if !ok || m > 59 {
		return false
	}
	if s != "" && s[0] == ':' {
		var sec int
		if sec, s, ok = digits(s[1:], 2, 2); !ok || sec > 60 {
			return false
		}
		if s != "" && (s[0] == '.' || s[0] == ',') {
			if _, s, ok = digits(s[1:], 1, 9); !ok {
				return false
			}
		}
	}
	return zone(strings.TrimLeft(s, " "))
}

func zone(s string) bool {
	switch s {
	case "", "Z", "UTC", "GMT":
		return true
	}
	if s[0] != '+' && s[0] != '-' {
		return false
	}
	s = strings.Replace(s[1:], ":", "", 1)
	n, rest, ok := digits(s, 2, 4)
	return ok && rest == "" && len(s) != 3 && (len(s) == 2 && n <= 14 || len(s) == 4 && n/100 <= 14 && n%100 <= 59)
}

// serialDay reads an Excel serial; a fraction is a time of day and is cut off. Serial 60 of
// the 1900 system is 29 February 1900, which never was, and is refused.
func serialDay(s string, from1904 bool) (civil.Date, bool) {
	whole, frac, _ := strings.Cut(s, ".")
	if len(whole) > 7 || whole == "" {
		return 0, false
	}
	n, err := strconv.ParseUint(whole, 10, 32)
	if err != nil {
		return 0, false
	}
	for i := range len(frac) {
		if frac[i]-'0' > 9 {
			return 0, false
		}
	}
	return fromSerial(int(n), from1904)
}

// lastSerial is 9999-12-31 in the 1900 system, the last day that Excel knows.
const lastSerial = 2958465

func fromSerial(n int, from1904 bool) (civil.Date, bool) {
	if from1904 {
		n += 1462
	} else if n < 1 || n == 60 {
		return 0, false
	}
	if n > lastSerial {
		return 0, false
	}
	if n < 60 {
		n++ // before the day that never was
	}
	return civil.FromUnix(n - 25569), true
}

var monthDays = [13]int8{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// dayOf is the day of valid numbers; it neither allocates nor goes through package time.
func dayOf(y, m, d int) (civil.Date, bool) {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > int(monthDays[m]) {
		return 0, false
	}
	if m == 2 && d == 29 && (y%4 != 0 || y%100 == 0 && y%400 != 0) {
		return 0, false
	}
	if m <= 2 { // years begin in March, so that the leap day is the last
		y--
		m += 12
	}
	days := 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1
	return civil.FromUnix(days - 719468), true
}
