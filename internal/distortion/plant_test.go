package distortion_test

import (
	"fmt"
	"maps"
	"math/rand/v2"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/demo"
	"zhunsheng/internal/distortion"
	"zhunsheng/internal/docket"
)

// city is an invented city with a keyed hash for the parties of every case.
type city struct {
	courts []string
	cases  []distortion.Case
	events []distortion.Event
	day    civil.Date
}

// clean makes a city in which nothing is planted.
func clean(seed uint64, until civil.Date) (*city, error) {
	made, err := demo.Generate(demo.Options{Seed: seed, Until: until})
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(seed, 77))
	out := &city{day: until}
	for _, c := range made.Courts {
		out.courts = append(out.courts, c.Code)
	}
	place := map[string]int{}
	for i, c := range made.Cases {
		c.Extra = map[string]string{"party_key": fmt.Sprint(r.IntN(3 * len(made.Cases)))}
		place[c.Key] = i
		out.cases = append(out.cases, distortion.Case{ID: int64(i + 1), Case: c})
	}
	for _, e := range made.Events {
		i := place[e.CaseKey]
		out.events = append(out.events, distortion.Event{ID: int64(i + 1), Court: made.Cases[i].Court, Event: e})
	}
	return out, nil
}

// plant is one anomaly with its strengths, weak to strong.
type plant struct {
	rule      string
	strengths [3]float64
	what      string
	fixed     bool // named in the issue with these strengths: eight in ten are to be found at the middle one
	do        func(c *city, r *rand.Rand, court string, s float64)
}

// plants are fixed in the issue where it names strengths; the others are of the same kind.
var plants = []plant{
	{"limit_rush", [3]float64{1.5, 2, 3}, "×%v", true, func(c *city, r *rand.Rand, court string, s float64) {
		c.pull(r, court, s, func(x *distortion.Case) (bool, bool) {
			left := x.DueOn.Sub(x.ClosedOn)
			return !x.DueOn.IsZero() && left >= 5 && left < 90, left >= 0 && left < 5
		}, func(x *distortion.Case) { x.ClosedOn = x.DueOn.AddDays(-r.IntN(5)) })
	}},
	{"age_rush", [3]float64{1.5, 2, 3}, "×%v", false, func(c *city, r *rand.Rand, court string, s float64) {
		c.pull(r, court, s, func(x *distortion.Case) (bool, bool) {
			left := x.FiledOn.AddMonths(12).Sub(x.ClosedOn)
			return left < 0 && left > -150 || left >= 20 && left < 60, left >= 0 && left < 20
		}, func(x *distortion.Case) { x.ClosedOn = x.FiledOn.AddMonths(12).AddDays(-r.IntN(20)) })
	}},
	{"month_end", [3]float64{1.5, 2, 3}, "×%v", true, func(c *city, r *rand.Rand, court string, s float64) {
		last := func(d civil.Date) int { y, m, day := d.YMD(); return civil.DaysIn(y, m) - day }
		c.pull(r, court, s, func(x *distortion.Case) (bool, bool) { return last(x.ClosedOn) >= 5, last(x.ClosedOn) < 5 },
			func(x *distortion.Case) { x.ClosedOn = x.ClosedOn.AddDays(last(x.ClosedOn) - r.IntN(5)) })
	}},
	{"december_dip", [3]float64{0.15, 0.3, 0.5}, "−%.0f %%", true, func(c *city, r *rand.Rand, court string, s float64) {
		for i := range c.cases {
			x := &c.cases[i]
			if y, m, _ := x.FiledOn.YMD(); x.Court == court && m == 12 && y == c.window().From.Year() && r.Float64() < s {
				x.FiledOn = civil.NewDate(y+1, 1, 2+r.IntN(27))
			}
		}
	}},
	{"extension_spike", [3]float64{1.5, 2, 3}, "×%v", false, func(c *city, r *rand.Rand, court string, s float64) {
		n := 0
		for i := range c.cases {
			if x := &c.cases[i]; x.Court == court && c.window().Contains(x.ExtendedOn) {
				n++
			}
		}
		c.choose(r, court, float64(n)*(s-1), func(x *distortion.Case) bool { return x.ExtendedOn.IsZero() && x.ClosedOn.Sub(x.FiledOn) > 20 },
			func(x *distortion.Case) { x.ExtendedOn = x.ClosedOn.AddDays(-1 - r.IntN(10)) })
	}},
	{"deduction_spike", [3]float64{1.5, 2, 3}, "×%v", false, func(c *city, r *rand.Rand, court string, s float64) {
		c.pull(r, court, s, func(x *distortion.Case) (bool, bool) { return x.DeductedDays == 0, x.DeductedDays > 0 },
			func(x *distortion.Case) { x.DeductedDays = 30 })
	}},
	{"suspension_spike", [3]float64{1.5, 2, 3}, "×%v", false, func(c *city, r *rand.Rand, court string, s float64) {
		n := 0
		for _, e := range c.events {
			if e.Kind == "suspended" && e.Court == court && c.window().Contains(e.Day) {
				n++
			}
		}
		c.choose(r, court, float64(n)*(s-1), func(x *distortion.Case) bool { return x.ClosedOn.Sub(x.FiledOn) > 20 }, func(x *distortion.Case) {
			c.events = append(c.events, distortion.Event{ID: x.ID, Court: court, Event: docket.Event{CaseKey: x.Key, Kind: "suspended", Day: x.ClosedOn.AddDays(-10), EnteredOn: x.ClosedOn.AddDays(-9)}})
		})
	}},
	{"refile", [3]float64{2, 5, 10}, "%v %%", true, func(c *city, r *rand.Rand, court string, s float64) {
		c.some(r, court, s/100, func(x *distortion.Case) civil.Date { return pick(x.Line == "civil", x.FiledOn, 0) }, func(x *distortion.Case) {
			first := *x
			first.ClosedOn = x.FiledOn.AddDays(-1 - r.IntN(30))
			first.FiledOn = first.ClosedOn.AddDays(-20 - r.IntN(60))
			first.ClosingWay = "withdrawn"
			c.add(first)
		})
	}},
	{"splitting", [3]float64{2, 5, 10}, "%v %%", false, func(c *city, r *rand.Rand, court string, s float64) {
		c.some(r, court, s/500, func(x *distortion.Case) civil.Date { return pick(x.Line == "civil", x.FiledOn, 0) }, func(x *distortion.Case) {
			for range 4 {
				part := *x
				part.FiledOn = x.FiledOn.AddDays(r.IntN(3))
				part.ClosedOn = 0
				c.add(part)
			}
		})
	}},
	{"paper_closing", [3]float64{1, 3, 6}, "%v %%", true, func(c *city, r *rand.Rand, court string, s float64) {
		c.some(r, court, s/100, func(x *distortion.Case) civil.Date { return x.ClosedOn }, func(x *distortion.Case) {
			if x.ClosingWay == "withdrawn" || x.ClosingWay == "deemed_withdrawn" {
				return
			}
			again := *x
			again.FiledOn, again.ClosedOn, again.ClosingWay = x.ClosedOn.AddDays(1+r.IntN(40)), 0, ""
			c.add(again)
		})
	}},
	{"late_entry", [3]float64{2, 5, 10}, "%v %%", false, func(c *city, r *rand.Rand, court string, s float64) {
		w := c.window()
		for i := range c.events {
			if e := &c.events[i]; e.Court == court && w.Contains(e.EnteredOn) && r.Float64() < s/100 {
				e.EnteredOn = min(e.EnteredOn.AddDays(20+r.IntN(60)), w.To)
			}
		}
	}},
	{"closing_way", [3]float64{5, 10, 20}, "%v points", false, func(c *city, r *rand.Rand, court string, s float64) {
		c.some(r, court, s/100, func(x *distortion.Case) civil.Date {
			return pick(x.Line == "civil" && x.Instance == "first", x.ClosedOn, 0)
		}, func(x *distortion.Case) { x.ClosingWay = "deemed_withdrawn" })
	}},
}

func pick(yes bool, a, b civil.Date) civil.Date {
	if yes {
		return a
	}
	return b
}

// only is the part of a city that one court makes up.
func (c *city) only(court string) *city {
	out := &city{courts: c.courts, day: c.day}
	for _, x := range c.cases {
		if x.Court == court {
			out.cases = append(out.cases, x)
		}
	}
	for _, e := range c.events {
		if e.Court == court {
			out.events = append(out.events, e)
		}
	}
	return out
}

// copied is a city that may be changed.
func (c *city) copied() *city {
	out := *c
	out.cases = append([]distortion.Case(nil), c.cases...)
	out.events = append([]distortion.Event(nil), c.events...)
	return &out
}

// window is the twelve months looked at.
func (c *city) window() civil.Period {
	return civil.Period{From: civil.Month(c.day.Year(), int(monthOf(c.day))).Shift(-11).From, To: c.day}
}

func monthOf(d civil.Date) int { _, m, _ := d.YMD(); return m }

// add puts one more case into the ledger, with a number of its own and the same parties.
func (c *city) add(x distortion.Case) {
	x.ID = int64(len(c.cases) + 1)
	x.CaseNo = fmt.Sprintf("%s-%d", x.CaseNo, x.ID)
	x.Key = x.Court + "|" + x.CaseNo
	x.RelatedNo, x.Relation = "", ""
	x.Extra = maps.Clone(x.Extra)
	c.cases = append(c.cases, x)
}

// pull moves closings of the window until s times as many as before show.
func (c *city) pull(r *rand.Rand, court string, s float64, look func(*distortion.Case) (can, shows bool), move func(*distortion.Case)) {
	n := 0
	for i := range c.cases {
		x := &c.cases[i]
		if x.Court == court && c.window().Contains(x.ClosedOn) {
			if _, shows := look(x); shows {
				n++
			}
		}
	}
	c.choose(r, court, float64(n)*(s-1), func(x *distortion.Case) bool { can, _ := look(x); return can }, move)
}

// choose changes so many cases closed in the window at random.
func (c *city) choose(r *rand.Rand, court string, n float64, can func(*distortion.Case) bool, change func(*distortion.Case)) {
	var list []int
	for i := range c.cases {
		if x := &c.cases[i]; x.Court == court && c.window().Contains(x.ClosedOn) && can(x) {
			list = append(list, i)
		}
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for _, i := range list[:min(len(list), int(n+0.5))] {
		change(&c.cases[i])
	}
}

// some changes a share of the cases whose day lies in the window.
func (c *city) some(r *rand.Rand, court string, share float64, day func(*distortion.Case) civil.Date, change func(*distortion.Case)) {
	for i := range len(c.cases) {
		if x := c.cases[i]; x.Court == court && c.window().Contains(day(&x)) && r.Float64() < share {
			change(&c.cases[i])
		}
	}
}
