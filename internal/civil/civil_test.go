package civil_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
)

func TestDateAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-700_000, 2_900_000).Draw(t, "days")
		d := civil.FromUnix(n)
		want := time.Unix(int64(n)*86400, 0).UTC()
		if got := d.String(); got != want.Format("2006-01-02") {
			t.Fatalf("day %d prints %s, want %s", n, got, want.Format("2006-01-02"))
		}
		back, err := civil.ParseDate(d.String())
		if err != nil || back != d || d.Unix() != n {
			t.Fatalf("%s reads back as %v (%v)", d, back, err)
		}
	})
}

func TestAddMonths(t *testing.T) {
	for _, tc := range []struct {
		from   string
		months int
		want   string
	}{
		{"2024-03-14", 3, "2024-06-14"},
		{"2023-11-30", 3, "2024-02-29"},
		{"2023-08-31", 6, "2024-02-29"},
		{"2024-02-29", 6, "2024-08-29"},
		{"2024-01-31", -2, "2023-11-30"},
		{"2024-01-15", -13, "2022-12-15"},
	} {
		d, err := civil.ParseDate(tc.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.AddMonths(tc.months).String(); got != tc.want {
			t.Errorf("%s %+d months = %s, want %s", tc.from, tc.months, got, tc.want)
		}
	}
}

func TestNoDateStaysNoDate(t *testing.T) {
	var d civil.Date
	if !d.IsZero() || d.String() != "" || !d.AddDays(3).IsZero() || !d.AddMonths(3).IsZero() || d.Year() != 0 {
		t.Errorf("arithmetic on no date made one: %v %v", d.AddDays(3), d.AddMonths(3))
	}
	if (civil.Year(2023)).Contains(d) {
		t.Error("no date lies in a period")
	}
}

func TestPeriods(t *testing.T) {
	for _, tc := range []struct{ in, from, to, print string }{
		{"2023", "2023-01-01", "2023-12-31", "2023"},
		{"2023Q4", "2023-10-01", "2023-12-31", "2023Q4"},
		{"2024-02", "2024-02-01", "2024-02-29", "2024-02"},
		{"2023-01..2023-12", "2023-01-01", "2023-12-31", "2023"},
		{"2023-02..2023-05", "2023-02-01", "2023-05-31", "2023-02..2023-05"},
		{"2023-01-05..2023-02-07", "2023-01-05", "2023-02-07", "2023-01-05..2023-02-07"},
		{"2024-06-30", "2024-06-30", "2024-06-30", "2024-06-30..2024-06-30"},
	} {
		p, err := civil.ParsePeriod(tc.in)
		if err != nil || p.From.String() != tc.from || p.To.String() != tc.to || p.String() != tc.print {
			t.Errorf("%s: %v..%v prints %q (%v)", tc.in, p.From, p.To, p, err)
		}
	}
	for _, bad := range []string{"", "23", "2023Q5", "2023-13", "2023-12..2023-01", "2023-02-30", "20231", "x..y"} {
		if p, err := civil.ParsePeriod(bad); err == nil {
			t.Errorf("%q read as %v", bad, p)
		}
	}
}

func TestShiftAndPreceding(t *testing.T) {
	for _, tc := range []struct{ in, lastYear, preceding string }{
		{"2024-02", "2023-02", "2024-01"},
		{"2023Q1", "2022Q1", "2022Q4"},
		{"2024", "2023", "2023"},
		{"2024-01..2024-06", "2023-01..2023-06", "2023-07..2023-12"},
		{"2024-01-10..2024-01-19", "2023-01-10..2023-01-19", "2023-12-31..2024-01-09"},
	} {
		p, err := civil.ParsePeriod(tc.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Shift(-12).String(); got != tc.lastYear {
			t.Errorf("%s last year = %s, want %s", tc.in, got, tc.lastYear)
		}
		if got := p.Preceding().String(); got != tc.preceding {
			t.Errorf("%s preceding = %s, want %s", tc.in, got, tc.preceding)
		}
	}
}

func TestSplitsCoverThePeriodOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := civil.FromUnix(rapid.IntRange(0, 20_000).Draw(t, "from"))
		p := civil.Period{From: from, To: from.AddDays(rapid.IntRange(0, 1200).Draw(t, "days"))}
		for _, pieces := range [][]civil.Period{p.Months(), p.Years()} {
			days := 0
			for i, q := range pieces {
				days += q.Days()
				if i > 0 && q.From != pieces[i-1].To.AddDays(1) {
					t.Fatalf("gap before %v", q)
				}
			}
			if days != p.Days() || pieces[0].From != p.From || pieces[len(pieces)-1].To != p.To {
				t.Fatalf("%v split into %v", p, pieces)
			}
		}
	})
}
