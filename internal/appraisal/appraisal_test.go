package appraisal_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/appraisal"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/rules"
)

func date(s string) civil.Date {
	d, err := civil.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func setup(t testing.TB) (*appraisal.Rules, *calendar.Calendar) {
	t.Helper()
	r, err := appraisal.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	b, err := calendar.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := b.Calendar(calendar.National)
	if err != nil {
		t.Fatal(err)
	}
	return r, cal
}

func entrusted(day string, complex bool, steps ...appraisal.Step) *appraisal.Appraisal {
	e := &appraisal.Entrustment{Court: "藏9801", Key: "k", CaseNo: "（2024）藏9801民初1号", Matter: "injury", Institution: "甲所", Complex: complex, Materials: "病历"}
	all := append([]appraisal.Step{{Act: appraisal.Entrust, Day: date(day), Detail: appraisal.Detail{Entrustment: e}}}, steps...)
	a, err := appraisal.Replay("A2024-0001", all)
	if err != nil {
		panic(err)
	}
	return a
}

func step(act appraisal.Act, day string) appraisal.Step {
	return appraisal.Step{Act: act, Day: date(day), Detail: appraisal.Detail{Note: "x"}}
}

// TestClockCountsWorkingDays against days counted by hand on the calendar of 2024.
func TestClockCountsWorkingDays(t *testing.T) {
	r, cal := setup(t)
	for _, x := range []struct {
		name string
		a    *appraisal.Appraisal
		on   string
		want string // limit used waited due left
	}{
		// 2 January 2024 was a Tuesday; 30 working days with the make-up Sunday 4 February
		// and nine days of Spring Festival from 10 February end on 9 February at the 29th.
		{"spring festival", entrusted("2024-01-02", false), "2024-02-09", "30 29 0 2024-02-18 1"},
		{"make-up Sunday", entrusted("2024-01-02", false), "2024-02-18", "30 30 0 2024-02-18 0"},
		{"one over", entrusted("2024-01-02", false), "2024-02-19", "30 31 0 2024-02-18 -1"},
		{"complex", entrusted("2024-03-01", true), "2024-03-04", "60 1 0 2024-05-28 59"},
		{"first day", entrusted("2024-03-01", false), "2024-03-01", "30 0 0 2024-04-15 30"},
		// materials asked for on Wednesday the 6th, there on Wednesday the 13th: the 7th to the
		// 13th, five working days, do not count
		{"supplement", entrusted("2024-03-01", false, step(appraisal.Ask, "2024-03-06"), step(appraisal.Supply, "2024-03-13")), "2024-03-14", "30 4 5 2024-04-22 26"},
		{"still waiting", entrusted("2024-03-01", false, step(appraisal.Ask, "2024-03-06")), "2024-03-20", "30 3 10 2024-04-28 27"},
		{"report stops the clock", entrusted("2024-03-01", false, step(appraisal.Report, "2024-03-08")), "2024-12-31", "30 5 0 2024-04-15 25"},
	} {
		c := x.a.Clock(r, cal, date(x.on))
		if got := fmt.Sprintf("%d %d %d %s %d", c.Limit, c.Used, c.Waited, c.Due, c.Left); got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
}

// TestClockAgreesWithCounting: on the due day exactly the limit is used, waiting moves the due
// day never earlier, and every working day is either used or waited.
func TestClockAgreesWithCounting(t *testing.T) {
	r, cal := setup(t)
	rapid.Check(t, func(t *rapid.T) {
		begun := date("2019-01-01").AddDays(rapid.IntRange(0, 2000).Draw(t, "begun"))
		steps := []appraisal.Step{}
		at := begun
		for range rapid.IntRange(0, 3).Draw(t, "gaps") {
			at = at.AddDays(rapid.IntRange(0, 25).Draw(t, "before"))
			steps = append(steps, appraisal.Step{Act: appraisal.Ask, Day: at, Detail: appraisal.Detail{Note: "x"}})
			at = at.AddDays(rapid.IntRange(0, 25).Draw(t, "wait"))
			steps = append(steps, appraisal.Step{Act: appraisal.Supply, Day: at, Detail: appraisal.Detail{Note: "x"}})
		}
		plain, with := entrusted(begun.String(), false), entrusted(begun.String(), false, steps...)
		due := with.Clock(r, cal, at).Due
		if first := plain.Clock(r, cal, at).Due; due < first {
			t.Fatalf("waiting moved the end from %s back to %s", first, due)
		}
		if c := with.Clock(r, cal, due); c.Used != c.Limit || c.Left != 0 || c.Over() {
			t.Fatalf("on the last day %+v", c)
		}
		on := begun.AddDays(rapid.IntRange(0, 200).Draw(t, "on"))
		working := 0
		for d := begun.AddDays(1); d <= on; d = d.AddDays(1) {
			if !cal.Off(d) {
				working++
			}
		}
		if c := with.Clock(r, cal, on); c.Used+c.Waited != working {
			t.Fatalf("used %d and waited %d of %d working days", c.Used, c.Waited, working)
		}
	})
}

func TestEntriesKeepTheirOrder(t *testing.T) {
	for _, x := range []struct {
		name string
		a    *appraisal.Appraisal
		s    appraisal.Step
		kind error
	}{
		{"supplied without being asked", entrusted("2024-03-01", false), step(appraisal.Supply, "2024-03-04"), fault.Conflict},
		{"a report while waiting", entrusted("2024-03-01", false, step(appraisal.Ask, "2024-03-04")), step(appraisal.Report, "2024-03-05"), fault.Conflict},
		{"a day before the last entry", entrusted("2024-03-01", false), step(appraisal.Report, "2024-02-28"), fault.Invalid},
		{"nothing said", entrusted("2024-03-01", false), appraisal.Step{Act: appraisal.Explain, Day: date("2024-03-05")}, fault.Invalid},
		{"after the end", entrusted("2024-03-01", false, step(appraisal.Stop, "2024-03-04")), step(appraisal.Explain, "2024-03-05"), fault.Conflict},
	} {
		before := x.a.State
		if err := x.a.Take(x.s); !errors.Is(err, x.kind) || x.a.State != before {
			t.Errorf("%s: %v, state %s", x.name, err, x.a.State)
		}
	}
}

func TestReminders(t *testing.T) {
	r, cal := setup(t)
	a := entrusted("2024-03-01", false) // due 2024-04-15
	for day, want := range map[string]string{"2024-03-20": "0 false", "2024-03-29": "10 true", "2024-04-09": "5 true", "2024-04-15": "0 true", "2024-05-01": "0 true"} {
		c := a.Clock(r, cal, date(day))
		stage, ok := c.Reminder(r.At(a.Entrusted), a.State)
		if got := fmt.Sprintf("%d %v", stage, ok); got != want {
			t.Errorf("%s, %d left: %s, want %s", day, c.Left, got, want)
		}
	}
	a = entrusted("2024-03-01", false, step(appraisal.Report, "2024-06-01"))
	if _, ok := a.Clock(r, cal, date("2024-06-30")).Reminder(r.At(a.Entrusted), a.State); ok {
		t.Error("a finished appraisal is still reminded of")
	}
}

// TestInstitutions: too few are not judged, the interval is Wilson's, and the order is that of
// the names.
func TestInstitutions(t *testing.T) {
	r, cal := setup(t)
	var all []*appraisal.Appraisal
	add := func(name string, n int, day string) {
		for range n {
			a := entrusted("2024-03-01", false, step(appraisal.Report, day))
			a.Institution = name
			all = append(all, a)
		}
	}
	add("乙所", 9, "2024-03-08")
	add("甲所", 8, "2024-03-08")
	add("甲所", 2, "2024-04-16") // one working day late
	got, err := appraisal.Institutions(all, r, cal, date("2024-06-30"))
	if err != nil || len(got) != 2 || got[0].Name != "乙所" || !got[0].Few || got[0].Days != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	i := got[1]
	// Wilson (1927) for 8 of 10 at 95 %: 0.4902 to 0.9433
	if i.Few || i.InTime != 8 || i.Finished != 10 || math.Abs(i.Share.Low-0.4902) > 5e-4 || math.Abs(i.Share.High-0.9433) > 5e-4 || i.Days != (8*5+2*31)/10.0 {
		t.Errorf("%+v", i)
	}
}
