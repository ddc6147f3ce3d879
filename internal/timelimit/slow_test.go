package timelimit_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/timelimit"
)

// figures is a second transcription of the bases in section 2 of time-limits.md: months and
// days from a day on. The rules files are not consulted.
var figures = map[string][]figure{
	"CV1": {{"2013-01-01", 6, 0}}, "CVS": {{"2013-01-01", 3, 0}}, "CVX": {{"2013-01-01", 3, 0}, {"2022-01-01", 2, 0}},
	"CV2J": {{"2013-01-01", 3, 0}}, "CV2R": {{"2013-01-01", 0, 30}}, "CVSP": {{"2013-01-01", 0, 30}},
	"CV-PET": {{"2013-01-01", 3, 0}}, "CV-PAY": {{"2013-01-01", 0, 15}}, "CV-PRE-REC": {{"2016-12-01", 0, 10}},
	"CV-SANC": {{"2015-02-04", 0, 5}}, "CV-ARB": {{"1995-09-01", 2, 0}}, "CV-MAR": {{"2000-07-01", 12, 0}},
	"CR1": {{"2013-01-01", 2, 0}}, "CR1-PRIV": {{"2013-01-01", 6, 0}}, "CR-SIM": {{"2013-01-01", 0, 20}}, "CR-FAST": {{"2018-10-26", 0, 10}},
	"CR2": {{"2013-01-01", 2, 0}}, "CR-RE": {{"2013-01-01", 3, 0}}, "CR-PET": {{"2013-01-01", 3, 0}}, "CR-MED": {{"2013-01-01", 1, 0}},
	"CR-COMM": {{"2013-01-01", 1, 0}}, "CR-CONF": {{"2013-01-01", 2, 0}},
	"AD1": {{"1990-10-01", 3, 0}, {"2015-05-01", 6, 0}}, "ADS": {{"2015-05-01", 0, 45}}, "AD2": {{"1990-10-01", 2, 0}, {"2015-05-01", 3, 0}},
	"AD-PET": {{"2018-02-08", 6, 0}}, "AD-NL30": {{"2012-01-01", 0, 30}}, "AD-NLR": {{"2012-01-01", 0, 30}},
	"EN1": {{"2000-09-28", 6, 0}}, "EN-NL": {{"2000-09-28", 3, 0}}, "EN-CRIM": {{"2014-11-06", 6, 0}}, "EN-OBJ": {{"2013-01-01", 0, 15}},
	"EN-REC": {{"2009-01-01", 0, 30}}, "EN-ADD": {{"2016-12-01", 0, 60}},
	"SC-SELF": {{"2010-12-01", 2, 0}}, "SC-COM": {{"2010-12-01", 3, 0}}, "SC-SUP": {{"2017-05-01", 3, 0}}, "SC-RE": {{"2010-12-01", 2, 0}},
	"BK-ACC": {{"2007-06-01", 0, 15}},
}

type figure struct {
	from         string
	months, days int
}

var convertible = []string{"CV", "CR", "AD"}

// slow follows time-limits.md 3.7 word by word, with a set of days.
type slow struct {
	c                     *timelimit.Case
	set                   timelimit.Settings
	cal                   *calendar.Calendar
	custody, over3, over1 bool
	rule                  string
	day0                  civil.Date
	extMonths, extDays    int
	out                   []bool // deducted days, from accepted - 400
	lifts                 []civil.Date
	chained               civil.Date
	chainedOut            int
}

func (s *slow) figures() (months, days int) {
	for _, f := range figures[s.rule] {
		if from, _ := civil.ParseDate(f.from); from <= s.c.Accepted {
			months, days = f.months, f.days
		}
	}
	if s.set.PendingFollowsNew && s.rule == "CVX" && s.c.Accepted < civil.NewDate(2022, 1, 1) && s.months(s.c.Accepted, 2) >= civil.NewDate(2022, 1, 1) {
		return 2, 0
	}
	switch {
	case s.rule == "CR1-PRIV" && s.custody:
		return 2, 0
	case s.rule == "CR-SIM" && s.over3:
		return 1, 15
	case s.rule == "CR-FAST" && s.over1:
		return 0, 15
	}
	return months, days
}

// months walks to the month and then to the day in it.
func (s *slow) months(d civil.Date, n int) civil.Date {
	if n == 0 {
		return d
	}
	y, m, number := d.YMD()
	_, _, tomorrow := d.AddDays(1).YMD()
	first := civil.NewDate(y, m+n, 1)
	end := civil.NewDate(y, m+n+1, 1).AddDays(-1)
	if strings.HasPrefix(s.rule, "CR") && tomorrow == 1 {
		return end
	}
	return min(first.AddDays(number-1), end)
}

func (s *slow) index(d civil.Date) int { return int(d-s.c.Accepted) + 400 }

func (s *slow) days() int {
	n := 0
	for _, out := range s.out {
		if out {
			n++
		}
	}
	return n
}

func (s *slow) reached() civil.Date {
	months, days := s.figures()
	d := s.months(s.day0, months+s.extMonths).AddDays(days + s.extDays)
	n := s.days()
	if s.chained != 0 {
		d, n = s.chained, n-s.chainedOut
	}
	for ; n > 0; n-- {
		d++
	}
	for _, l := range s.lifts {
		d = max(d, l)
	}
	return d
}

func (s *slow) end() civil.Date {
	d := s.reached()
	for !s.custody && s.cal.Off(d) {
		d++
	}
	return d
}

func when(e timelimit.Event) civil.Date {
	switch e.Kind {
	case timelimit.NoticeEvent:
		return e.To
	case timelimit.DeductEvent:
		return e.From
	}
	return e.On
}

func (s *slow) restart(d civil.Date) {
	s.day0, s.extMonths, s.extDays, s.chained = d, 0, 0, 0
	for i := range s.out {
		if i <= s.index(d) {
			s.out[i] = false
		}
	}
}

// due returns the last day, the day before the move, and whether an event came too late.
func (s *slow) due() (due, reached civil.Date, late bool) {
	list := slices.Clone(s.c.Events)
	list = slices.DeleteFunc(list, func(e timelimit.Event) bool { return e.Kind > timelimit.DeductEvent })
	for i := range list { // a stable sort by insertion
		for j := i; j > 0 && (when(list[j]) < when(list[j-1]) || when(list[j]) == when(list[j-1]) && list[j].Kind < list[j-1].Kind); j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	for _, e := range list {
		if e.Kind != timelimit.RestartEvent && e.Kind != timelimit.NoticeEvent && when(e) > s.end() {
			late = true
			continue
		}
		s.event(e)
	}
	return s.end(), s.reached(), late
}

func (s *slow) event(e timelimit.Event) {
	switch e.Kind {
	case timelimit.RestartEvent, timelimit.NoticeEvent:
		s.restart(when(e))
	case timelimit.ConvertEvent:
		s.rule, s.extMonths, s.extDays, s.chained = e.Name, 0, 0, 0
		if strings.HasPrefix(s.rule, "CR") {
			s.restart(e.On)
		}
	case timelimit.ExtendEvent:
		at := s.reached()
		s.extMonths, s.extDays = s.extMonths+e.Months, s.extDays+e.Days
		if s.set.ChainExtensions {
			s.chained, s.chainedOut = s.months(at, e.Months).AddDays(e.Days), s.days()
		}
	case timelimit.DeductEvent:
		first := e.From + 1
		if s.set.Inclusive {
			first = e.From
		}
		for d := first; d <= e.To; d++ {
			if d > s.day0 {
				s.out[s.index(d)] = true
			}
		}
		s.lifts = append(s.lifts, e.To)
	}
}

// newSlow reads the facts of a case; of equal facts the last in the list holds.
func newSlow(c *timelimit.Case, set timelimit.Settings, cals map[string]*calendar.Calendar) *slow {
	s := &slow{c: c, set: set, cal: cals[set.Calendar], rule: c.Procedure, day0: c.Accepted, out: make([]bool, 900)}
	for _, e := range c.Events {
		switch {
		case e.Kind == timelimit.CalendarEvent:
			s.cal = cals[e.Name]
		case e.Kind == timelimit.CustodyEvent:
			s.custody = e.Yes
		case e.Kind == timelimit.OptionEvent && e.Name == "over_three_years":
			s.over3 = e.Yes
		case e.Kind == timelimit.OptionEvent && e.Name == "over_one_year":
			s.over1 = e.Yes
		}
	}
	return s
}

func calendars(t testing.TB) map[string]*calendar.Calendar {
	t.Helper()
	out := map[string]*calendar.Calendar{}
	for _, name := range book.Calendars.Names() {
		c, err := book.Calendars.Calendar(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = c
	}
	return out
}

var procedures = func() []string {
	var out []string
	for id := range figures {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}()

// random makes a valid case with up to six events, many of them near the end of the limit.
func random(r *rand.Rand) *timelimit.Case {
	c := &timelimit.Case{Procedure: procedures[r.IntN(len(procedures))]}
	first, _ := civil.ParseDate("2013-01-01")
	for _, f := range figures[c.Procedure][:1] {
		if from, _ := civil.ParseDate(f.from); from > first {
			first = from
		}
	}
	c.Accepted = first.AddDays(r.IntN(civil.NewDate(2027, 1, 1).Sub(first)))
	for range r.IntN(7) {
		c.Events = append(c.Events, randomEvent(r, c))
	}
	return c
}

func randomEvent(r *rand.Rand, c *timelimit.Case) timelimit.Event {
	on := c.Accepted.AddDays(r.IntN([]int{20, 60, 100, 200, 400}[r.IntN(5)]))
	e := timelimit.Event{Kind: timelimit.DeductEvent, From: on.AddDays(-r.IntN(8)), On: on}
	switch line := c.Procedure[:2]; r.IntN(10) {
	case 0:
		return timelimit.Event{Kind: timelimit.RestartEvent, On: on}
	case 1:
		if c.Procedure == "CVSP" {
			return timelimit.Event{Kind: timelimit.NoticeEvent, From: c.Accepted.AddDays(-3), To: on}
		}
		return timelimit.Event{Kind: timelimit.CalendarEvent, Name: []string{"lhasa", "national"}[r.IntN(2)]}
	case 2:
		if line == "CR" {
			return timelimit.Event{Kind: timelimit.CustodyEvent, Yes: r.IntN(2) == 0}
		}
		return timelimit.Event{Kind: timelimit.OptionEvent, Name: "party", Why: "x"}
	case 3:
		return timelimit.Event{Kind: timelimit.OptionEvent, Name: []string{"over_three_years", "over_one_year", "urgent"}[r.IntN(3)], Yes: r.IntN(2) == 0}
	case 4:
		if to := procedures[r.IntN(len(procedures))]; slices.Contains(convertible, line) && to[:2] == line {
			if from, _ := civil.ParseDate(figures[to][0].from); from <= c.Accepted {
				return timelimit.Event{Kind: timelimit.ConvertEvent, On: on, Name: to}
			}
		}
		fallthrough
	case 5, 6:
		if r.IntN(3) == 0 {
			return timelimit.Event{Kind: timelimit.ExtendEvent, On: on, Days: 1 + r.IntN(40), By: "院长"}
		}
		return timelimit.Event{Kind: timelimit.ExtendEvent, On: on, Months: 1 + r.IntN(6), By: []string{"", "high court", "president"}[r.IntN(3)]}
	}
	e.To = e.From.AddDays(r.IntN(90))
	return e
}

// The engine agrees with the slow one on a million random cases, under every setting.
func TestAgreesWithTheSlowEngine(t *testing.T) {
	cals := calendars(t)
	n := 1_000_000
	if testing.Short() {
		n = 50_000
	}
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(4, uint64(w)))
			for range n / workers {
				if !agrees(t, random(r), cals, r.IntN(16)) {
					return
				}
			}
		})
	}
	wg.Wait()
}

func agrees(t *testing.T, c *timelimit.Case, cals map[string]*calendar.Calendar, bits int) bool {
	set := book.Defaults
	set.Inclusive, set.ChainExtensions, set.PendingFollowsNew = bits&1 != 0, bits&2 != 0, bits&4 != 0
	if bits&8 != 0 {
		set.Calendar = "lhasa"
	}
	got, flags, err := timelimit.Due(book, c, &set)
	want, _, late := newSlow(c, set, cals).due()
	if err != nil || got.Day != want || (flags&timelimit.Late != 0) != late {
		t.Errorf("%+v\nsettings %+v\ngot %s %s %v, want %s, late %v", c, set, got, flags, err, want, late)
		return false
	}
	return true
}
