package calendar_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/sharedtest"
	"zhunsheng/rules"
)

func load(t testing.TB, more ...fs.FS) *calendar.Book {
	t.Helper()
	b, err := calendar.Load(rules.FS, more...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func named(t testing.TB, b *calendar.Book, name string) *calendar.Calendar {
	t.Helper()
	c, err := b.Calendar(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDays(t *testing.T) {
	b := load(t)
	for _, tc := range []struct {
		calendar, day string
		off           bool
		kind          calendar.Kind
		festival      string
	}{
		{"national", "2024-09-17", true, calendar.Holiday, "中秋节"},
		{"national", "2024-09-18", false, calendar.Workday, ""},
		{"national", "2026-02-28", false, calendar.MakeUp, "春节"},
		{"national", "2018-12-31", true, calendar.Holiday, "元旦"}, // listed in the file of 2019
		{"national", "2015-09-03", true, calendar.Holiday, "抗日战争暨世界反法西斯战争胜利70周年纪念日"},
		{"national", "2024-06-01", true, calendar.Weekend, ""},
		{"national", "2022-03-04", false, calendar.Workday, ""},
		{"lhasa", "2022-03-04", true, calendar.Holiday, "藏历新年"},
		{"lhasa", "2022-03-13", false, calendar.MakeUp, "藏历新年"},
		{"lhasa", "2024-09-17", true, calendar.Holiday, "中秋节"},  // not in the overlay: national value
		{"national", "2027-10-01", false, calendar.Workday, ""}, // a Friday of a year without a file
		{"national", "2013-10-05", true, calendar.Weekend, ""},
	} {
		c := named(t, b, tc.calendar)
		d := date(t, tc.day)
		kind, festival := c.Kind(d)
		if c.Off(d) != tc.off || kind != tc.kind || festival != tc.festival {
			t.Errorf("%s %s: off %v, %s %q; want %v, %s %q", tc.calendar, tc.day, c.Off(d), kind, festival, tc.off, tc.kind, tc.festival)
		}
	}
}

func TestWeekendAgreesWithTheClockFace(t *testing.T) {
	c := named(t, load(t), calendar.National)
	rapid.Check(t, func(t *rapid.T) {
		d := civil.FromUnix(rapid.IntRange(22_000, 60_000).Draw(t, "day")) // from 2030: no files
		w := d.Time().Weekday().String()
		if want := w == "Saturday" || w == "Sunday"; c.Off(d) != want {
			t.Fatalf("%s is a %s, off %v", d, w, c.Off(d))
		}
	})
}

func TestNextIsTheFirstWorkingDay(t *testing.T) {
	b := load(t)
	for _, name := range b.Names() {
		c := named(t, b, name)
		for d := civil.NewDate(2012, 1, 1); d < civil.NewDate(2030, 1, 1); d++ {
			want := d
			for c.Off(want) {
				want++
			}
			if got := c.Next(d); got != want {
				t.Fatalf("%s: next of %s = %s, want %s", name, d, got, want)
			}
		}
	}
}

func TestYearsWithoutCalendar(t *testing.T) {
	b := load(t)
	n, lhasa := named(t, b, "national"), named(t, b, "lhasa")
	if got := fmt.Sprint(n.Years()); got != "[2014 2015 2016 2017 2018 2019 2020 2021 2022 2023 2024 2025 2026]" {
		t.Errorf("years %s", got)
	}
	if !n.Published(2026) || n.Published(2027) || n.HasFile(2013) || !n.Gap(2026).IsZero() {
		t.Error("2014 to 2026 are published, the others are not")
	}
	if got := n.Gap(2027); got.En != "no calendar published for 2027 yet: weekends only" || !strings.Contains(got.Zh, "2027年尚无放假安排") {
		t.Errorf("gap of 2027: %+v", got)
	}
	if got := lhasa.Gap(2024); lhasa.Published(2024) || !strings.Contains(got.Zh, "藏历新年、雪顿节") || !strings.Contains(got.En, "Tibetan New Year") {
		t.Errorf("gap of Lhasa 2024: %+v", got)
	}
	if got := lhasa.Gap(2025); strings.Contains(got.Zh, "藏历新年") {
		t.Errorf("Tibetan New Year 2025 is known: %+v", got)
	}
}

// A court loads the next year from a folder of its own; a file for a known year replaces it.
func TestFurtherYears(t *testing.T) {
	own := fstest.MapFS{
		"calendars/national/2027.json": {Data: []byte(`{"year": 2027, "papers": [], "days": [{"name": "国庆节", "date": "2027-10-01", "isOffDay": true}]}`)},
		"calendars/national/2026.json": {Data: []byte(`{"year": 2026, "papers": [], "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": true}]}`)},
	}
	c := named(t, load(t, own), "national")
	if !c.Off(date(t, "2027-10-01")) || !c.Published(2027) {
		t.Error("2027 was not loaded")
	}
	if c.Off(date(t, "2026-10-01")) || !c.Off(date(t, "2026-01-01")) || !c.Off(date(t, "2025-10-01")) {
		t.Error("the file of 2026 does not replace that year alone")
	}
	if !named(t, load(t, own), "lhasa").Off(date(t, "2027-10-01")) {
		t.Error("local calendars do not stand on the new year")
	}
}

func TestFaults(t *testing.T) {
	for name, tc := range map[string]struct{ file, text, want string }{
		"unknown key":   {"national/2027.json", "{\"year\": 2027,\n\"dayz\": []}", `calendars/national/2027.json:2: unknown field "dayz"`},
		"no such day":   {"national/2027.json", `{"year": 2027, "days": [{"name": "x", "date": "2027-02-29", "isOffDay": true}]}`, "2027-02-29"},
		"wrong year":    {"national/2027.json", `{"year": 2028, "days": []}`, "holds the year 2028; name the file 2028.json"},
		"empty":         {"national/2027.json", `{"year": 2027, "days": []}`, "lists no days"},
		"other year":    {"national/2027.json", `{"year": 2027, "days": [{"name": "x", "date": "2024-02-29", "isOffDay": true}]}`, "is not a day of 2027"},
		"disagree":      {"national/2027.json", `{"year": 2027, "days": [{"name": "x", "date": "2026-10-01", "isOffDay": false}]}`, "off in one file and a working day in another"},
		"overlay id":    {"local/x.yaml", "id: y\nname: {zh: 甲, en: x}\n", `id "y" is not the name of the file`},
		"overlay name":  {"local/x.yaml", "id: x\n", "has no name"},
		"overlay order": {"local/x.yaml", "id: x\nname: {zh: 甲, en: x}\ndays: [{festival: f, off_from: 2024-02-02, off_to: 2024-02-01}]\n", "off from 2024-02-02 to 2024-02-01"},
		"overlay twice": {"local/x.yaml", "id: x\nname: {zh: 甲, en: x}\ndays: [{festival: f, off_from: 2024-02-01, off_to: 2024-02-02, workdays: [2024-02-02]}]\n", "2024-02-02 stands twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := calendar.Load(rules.FS, fstest.MapFS{"calendars/" + tc.file: {Data: []byte(tc.text)}})
			if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
	if _, err := load(t).Calendar("shigatse"); !errors.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "use one of: national, lhasa") {
		t.Errorf("unknown calendar: %v", err)
	}
	if _, err := calendar.Load(fstest.MapFS{}); err == nil {
		t.Error("no calendar at all is accepted")
	}
}

// The yearly files are the published ones, byte for byte, and their licence travels with them.
func TestFilesAreUnchangedCopies(t *testing.T) {
	for year := 2014; year <= 2026; year++ {
		sameBytes(t, fmt.Sprintf("calendars/national/%d.json", year), fmt.Sprintf("data/holidays/%d.json", year))
	}
	sameBytes(t, "calendars/national/LICENSE-holiday-cn.txt", "data/holidays/LICENSE-holiday-cn.txt")
}

func sameBytes(t *testing.T, ours, theirs string) {
	t.Helper()
	a, err := fs.ReadFile(rules.FS, ours)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(sharedtest.Path(t, theirs))
	if err != nil {
		t.Fatal(err)
	}
	if sha256.Sum256(a) != sha256.Sum256(b) {
		t.Errorf("%s is not the same as %s", ours, theirs)
	}
}

// Every listed day of the sources, read here by another decoder, comes out as it stands there.
func TestAgreesWithTheSources(t *testing.T) {
	c := named(t, load(t), "national")
	n := 0
	for year := 2014; year <= 2026; year++ {
		data, err := fs.ReadFile(rules.FS, fmt.Sprintf("calendars/national/%d.json", year))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Days []struct {
				Date     string `json:"date"`
				IsOffDay bool   `json:"isOffDay"`
			} `json:"days"`
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Days {
			n++
			if c.Off(date(t, d.Date)) != d.IsOffDay {
				t.Errorf("%s: off %v, the source says %v", d.Date, !d.IsOffDay, d.IsOffDay)
			}
		}
	}
	if n < 400 {
		t.Errorf("only %d days compared", n)
	}
}
