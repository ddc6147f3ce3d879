package ledger

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
)

func TestParseDay(t *testing.T) {
	for _, tc := range []struct {
		format DateFormat
		cell   string
		want   string // "": no date; "!": refused
	}{
		{DateISO, "2024-03-05", "2024-03-05"},
		{DateISO, "", ""},
		{DateISO, "  ", ""},
		{DateISO, "2024-3-5", "2024-03-05"},
		{DateISO, " 2024/3/5 ", "2024-03-05"},
		{DateISO, "2024.03.05", "2024-03-05"},
		{DateISO, "20240305", "2024-03-05"},
		{DateISO, "2024年3月5日", "2024-03-05"},
		{DateISO, "2024年03月05日 10:30", "2024-03-05"},
		{DateISO, "2022-02-11T16:25:23.000Z", "2022-02-11"},
		{DateISO, "2022-02-11T23:59:59+08:00", "2022-02-11"},
		{DateISO, "2022-02-11 00:00:00", "2022-02-11"},
		{DateISO, "2022-02-11 7:05", "2022-02-11"},
		{DateISO, "2022-02-11 10:00:00 +0000 UTC", "!"},
		{DateISO, "20220211T102030", "!"},
		{DateISO, "20220211 10:20:30", "2022-02-11"},
		{DateISO, "2022/2/11 0:00:00", "2022-02-11"},
		{DateISO, "2024-02-29", "2024-02-29"},
		{DateISO, "2023-02-29", "!"},
		{DateISO, "1900-02-29", "!"},
		{DateISO, "2000-02-29", "2000-02-29"},
		{DateISO, "2024-13-01", "!"},
		{DateISO, "2024-00-10", "!"},
		{DateISO, "2024-04-31", "!"},
		{DateISO, "0000-01-01", "!"},
		{DateISO, "0001-01-01", "0001-01-01"},
		{DateISO, "9999-12-31", "9999-12-31"},
		{DateISO, "2024-03/05", "!"},
		{DateISO, "2024年3月", "!"},
		{DateISO, "2024-03-05x", "!"},
		{DateISO, "2024-03-05 25:00", "!"},
		{DateISO, "24-03-05", "!"},
		{DateISO, "05/03/2024", "!"},
		{DateISO, "45356", "!"},
		{DateDMY, "05/03/2024", "2024-03-05"},
		{DateDMY, "5.3.2024", "2024-03-05"},
		{DateDMY, "31-12-2024 10:00", "2024-12-31"},
		{DateDMY, "12/31/2024", "!"},
		{DateDMY, "2024-03-05", "2024-03-05"},
		{DateMDY, "05/03/2024", "2024-05-03"},
		{DateMDY, "12/31/2024", "2024-12-31"},
		{DateMDY, "31/12/2024", "!"},
		{DateMDY, "5/3/24", "!"},
		{DateSerial1900, "45356", "2024-03-05"},
		{DateSerial1900, "45356.75", "2024-03-05"},
		{DateSerial1900, "1", "1900-01-01"},
		{DateSerial1900, "59", "1900-02-28"},
		{DateSerial1900, "60", "!"},
		{DateSerial1900, "61", "1900-03-01"},
		{DateSerial1900, "0", "!"},
		{DateSerial1900, "-1", "!"},
		{DateSerial1900, "4e4", "!"},
		{DateSerial1900, "2958465", "9999-12-31"},
		{DateSerial1900, "2958466", "!"},
		{DateSerial1900, "20240305", "2024-03-05"},
		{DateSerial1904, "0", "1904-01-01"},
		{DateSerial1904, "43894", "2024-03-05"},
	} {
		got, err := tc.format.Parse(tc.cell)
		if s := got.String(); tc.want == "!" && err == nil || tc.want != "!" && (err != nil || s != tc.want) {
			t.Errorf("%v.Parse(%q) = %s, %v; want %s", tc.format, tc.cell, s, err, tc.want)
		}
	}
}

func TestDayErrors(t *testing.T) {
	for _, tc := range []struct {
		format     DateFormat
		cell, want string
	}{
		{DateISO, "2023-02-29", `"2023-02-29" is not a day of the calendar; write YYYY-MM-DD`},
		{DateISO, "15/03/2024", `"15/03/2024" does not say which number is the day; write YYYY-MM-DD`},
		{DateDMY, "12/31/2024", `"12/31/2024" is not a day written as DD/MM/YYYY; write YYYY-MM-DD`},
		{DateSerial1900, "60", `"60" is not a day written as serial-1900; write YYYY-MM-DD`},
	} {
		if _, err := tc.format.Parse(tc.cell); err == nil || err.Error() != tc.want {
			t.Errorf("%v %q: %v", tc.format, tc.cell, err)
		}
	}
}

func TestDateFormatNames(t *testing.T) {
	for f := DateUnknown; int(f) < len(dateNames); f++ {
		if got, err := ParseDateFormat(f.String()); err != nil || got != f {
			t.Errorf("%v: %v, %v", f, got, err)
		}
	}
	if _, err := ParseDateFormat("YY"); err == nil {
		t.Error("YY is no format")
	}
}

func TestDetectDates(t *testing.T) {
	for name, tc := range map[string]struct {
		cells []string
		want  DateGuess
	}{
		"iso":       {[]string{"2024-03-05", "", "2024-03-06"}, DateGuess{Format: DateISO, Read: 2}},
		"slash":     {[]string{"2024/3/5"}, DateGuess{Format: DateSlash, Read: 1}},
		"dot":       {[]string{"2024.03.05"}, DateGuess{Format: DateDot, Read: 1}},
		"compact":   {[]string{"20240305"}, DateGuess{Format: DateCompact, Read: 1}},
		"chinese":   {[]string{"2024年3月5日"}, DateGuess{Format: DateChinese, Read: 1}},
		"timestamp": {[]string{"2022-02-11T16:25:23.000Z"}, DateGuess{Format: DateTime, Read: 1}},
		"day first": {[]string{"05/03/2024", "31/03/2024"}, DateGuess{Format: DateDMY, Read: 2}},
		"month first": {[]string{"05/03/2024", "03/31/2024", "2024-01-01"},
			DateGuess{Format: DateMDY, Read: 3, Note: "Also written as YYYY-MM-DD (1)."}},
		"ambiguous": {[]string{"05/03/2024", "06/03/2024"}, DateGuess{Unread: 2, Ambiguous: true,
			Note: `"05/03/2024" can be read with the day or the month first, and no cell of the sample settles it: choose DD/MM/YYYY or MM/DD/YYYY.`}},
		"both orders": {[]string{"31/03/2024", "30/03/2024", "03/31/2024"}, DateGuess{Format: DateDMY, Read: 2, Unread: 1,
			Note: "2 cells have the day first and 1 the month first: the column mixes two orders. 1 of 3 cells are not days."}},
		"serials": {[]string{"45356", "45357.5"}, DateGuess{Format: DateSerial1900, Read: 2}},
		"serials among texts": {[]string{"45356", "2024-03-05"}, DateGuess{Format: DateSerial1900, Read: 2,
			Note: "Also written as YYYY-MM-DD (1)."}},
		"not days": {[]string{"12", "abc"}, DateGuess{Unread: 2, Note: "2 of 2 cells are not days."}},
		"some bad": {[]string{"2024-03-05", "未知"}, DateGuess{Format: DateISO, Read: 1, Unread: 1, Note: "1 of 2 cells are not days."}},
		"empty":    {[]string{"", " "}, DateGuess{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := DetectDates(tc.cells, false); got != tc.want {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
		})
	}
	if g := DetectDates([]string{"43894"}, true); g.Format != DateSerial1904 {
		t.Errorf("1904: %+v", g)
	}
}

// TestDaysAgreeWithCivil: our arithmetic and package civil name the same days.
func TestDaysAgreeWithCivil(t *testing.T) {
	for d := civil.MinDate; d <= civil.MaxDate; d += 13 {
		y, m, dd := d.YMD()
		if got, ok := dayOf(y, m, dd); !ok || got != d {
			t.Fatalf("dayOf(%d, %d, %d) = %v, want %v", y, m, dd, got, d)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		y, m, d := rapid.IntRange(-1, 10001).Draw(t, "y"), rapid.IntRange(-1, 14).Draw(t, "m"), rapid.IntRange(-1, 33).Draw(t, "d")
		if _, ok := dayOf(y, m, d); ok != civil.Valid(y, m, d) {
			t.Fatalf("dayOf says %v", ok)
		}
	})
}

// FuzzDate: what is read, written in the same format, is read as the same day again; and no
// format but the two orders and the serials reads a cell differently from another.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2024-03-05", "2024年3月5日", "20240305", "05/03/2024", "45356", "2022-02-11T16:25:23.000Z", "2024-02-30", "5.3.2024 1:02"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		yearFirstDay, err := DateISO.Parse(s)
		for format := DateUnknown; int(format) < len(dateNames); format++ {
			d, ferr := format.Parse(s)
			if err == nil && (ferr != nil || d != yearFirstDay) {
				t.Fatalf("%q: %v as ISO, %v, %v as %v", s, yearFirstDay, d, ferr, format)
			}
			if ferr != nil {
				if d != 0 {
					t.Fatalf("%q: a day with an error", s)
				}
				continue
			}
			if again, err := format.Parse(writeDate(format, d)); err != nil || again != d {
				t.Fatalf("%q in %v: %v, again %v, %v", s, format, d, again, err)
			}
			if d != 0 && (d < civil.MinDate || d > civil.MaxDate) {
				t.Fatalf("%q: %v is out of range", s, d)
			}
		}
	})
}

// writeDate writes a day the way a format reads it.
func writeDate(f DateFormat, d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.YMD()
	switch f {
	case DateSlash:
		return fmt.Sprintf("%04d/%d/%d", y, m, day)
	case DateDot:
		return fmt.Sprintf("%04d.%02d.%d", y, m, day)
	case DateCompact:
		return fmt.Sprintf("%04d%02d%02d", y, m, day)
	case DateChinese:
		return fmt.Sprintf("%04d年%d月%d日", y, m, day)
	case DateTime:
		return d.String() + "T12:30:00+08:00"
	case DateDMY:
		return fmt.Sprintf("%02d/%02d/%04d", day, m, y)
	case DateMDY:
		return fmt.Sprintf("%d-%d-%04d", m, day, y)
	case DateSerial1900:
		if n := d.Unix() + 25569; n > 60 {
			return fmt.Sprint(n)
		}
	case DateSerial1904:
		if n := d.Unix() + 25569 - 1462; n >= 0 {
			return fmt.Sprint(n)
		}
	}
	return d.String()
}
