package demo

import (
	"sync"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/rules"
)

// limit is the base limit (基本审限) of a kind of case: months, days or working days from the
// day the limit starts; all zero where the law sets none.
type limit struct{ months, days, workdays int }

func (l limit) none() bool { return l == limit{} }

// national is the calendar of days off by which due dates are moved; the city's own working
// days are simpler.
var national = sync.OnceValue(func() *calendar.Calendar {
	book, err := calendar.Load(rules.FS)
	if err != nil {
		panic(err) // the embedded rules are tested
	}
	c, err := book.Calendar(calendar.National)
	if err != nil {
		panic(err)
	}
	return c
})

// due returns the last day of the limit started on from, prolonged by months and days. A day
// off moves to the next working day (民诉法 85; 3.7 step 6 of the office's rules).
func (l limit) due(from civil.Date, months, days int) civil.Date {
	if l.none() {
		return 0
	}
	d := from
	for range l.workdays {
		d = national().Next(d + 1)
	}
	d = d.AddMonths(l.months + months)
	return national().Next(d.AddDays(l.days + days))
}

// way is a way of closing (结案方式) and its weight among the closings of a kind.
type way struct {
	code   string
	weight int
}

// kind is a sort of case: a type code in one procedure. Its weights say how many of the
// trial, or of the enforcement, filings of a basic and of the intermediate court it makes.
type kind struct {
	code, line, instance, procedure string
	class                           class
	basic, city                     int // weights, per mille
	since                           civil.Date

	median, sigma float64 // days from filing to closing, before the year is fitted
	fixed         bool    // short by nature: its duration is not fitted
	limit         limit
	oldLimit      limit // where another limit holds for cases filed before 2022-01-01
	extend        int   // months that the president may grant, 0: none
	heard         float64
	ways          []way

	relation string // what cases of this kind are to the case they follow
}

// limitOn returns the base limit by the law in force on the day of filing.
func (k *kind) limitOn(filed civil.Date) limit {
	if !k.oldLimit.none() && filed < civil.NewDate(2022, 1, 1) {
		return k.oldLimit
	}
	return k.limit
}

var (
	civilWays = []way{{"judgment", 430}, {"mediation", 270}, {"withdrawn", 205}, {"deemed_withdrawn", 40}, {"dismissed", 35}, {"transferred", 12}, {"terminated", 6}, {"joined", 2}}
	quickWays = []way{{"judgment", 380}, {"mediation", 340}, {"withdrawn", 230}, {"deemed_withdrawn", 35}, {"dismissed", 15}}
	crimWays  = []way{{"judgment", 960}, {"ruling", 15}, {"withdrawn", 15}, {"transferred", 6}, {"terminated", 4}}
	adminWays = []way{{"judgment", 480}, {"withdrawn", 270}, {"dismissed", 190}, {"mediation", 30}, {"transferred", 20}, {"terminated", 10}}
	appeals   = []way{{"upheld", 735}, {"reversed", 78}, {"remanded", 22}, {"mediation", 55}, {"withdrawn", 85}, {"deemed_withdrawn", 25}}
	rulings   = []way{{"upheld", 880}, {"reversed", 70}, {"remanded", 0}, {"withdrawn", 50}}
	petitions = []way{{"application_dismissed", 880}, {"withdrawn", 80}, {"terminated", 40}}
	first     = []way{{"completed", 380}, {"terminated_for_now", 395}, {"ended", 195}, {"struck", 12}, {"refused", 8}, {"application_dismissed", 10}}
	resumed   = []way{{"completed", 300}, {"terminated_for_now", 480}, {"ended", 220}}
	reviews   = []way{{"application_dismissed", 650}, {"granted", 230}, {"withdrawn", 120}}
	grants    = []way{{"granted", 820}, {"application_dismissed", 110}, {"withdrawn", 70}}
)

func months(n int) limit { return limit{months: n} }
func days(n int) limit   { return limit{days: n} }

// kinds is the whole catalogue. Limits follow the office's collection of time limits; kinds
// without one (保全, 司法救助) have no due date.
var kinds = []kind{
	{code: "民初", line: "civil", instance: "first", procedure: "ordinary", basic: 150, city: 60, median: 84, sigma: 0.62, limit: months(6), extend: 6, heard: 0.85, ways: civilWays},
	{code: "民初", line: "civil", instance: "first", procedure: "summary", basic: 375, median: 39, sigma: 0.58, limit: months(3), extend: 1, heard: 0.70, ways: civilWays},
	{code: "民初", line: "civil", instance: "first", procedure: "small_claims", basic: 185, median: 24, sigma: 0.52, limit: months(2), oldLimit: months(3), extend: 1, heard: 0.60, ways: quickWays},
	{code: "刑初", line: "criminal", instance: "first", procedure: "ordinary", basic: 25, city: 22, median: 46, sigma: 0.35, limit: months(2), extend: 1, heard: 0.98, ways: crimWays},
	{code: "刑初", line: "criminal", instance: "first", procedure: "summary", basic: 20, median: 12, sigma: 0.22, fixed: true, limit: days(20), heard: 1, ways: crimWays},
	{code: "刑初", line: "criminal", instance: "first", procedure: "fast_track", basic: 25, median: 6, sigma: 0.20, fixed: true, limit: days(10), heard: 1, ways: []way{{"judgment", 1}}},
	{code: "行初", line: "administrative", instance: "first", procedure: "ordinary", basic: 12, city: 70, median: 92, sigma: 0.40, limit: months(6), extend: 3, heard: 0.80, ways: adminWays},
	{code: "行初", line: "administrative", instance: "first", procedure: "summary", basic: 4, median: 27, sigma: 0.22, fixed: true, limit: days(45), heard: 0.80, ways: adminWays},
	{code: "行审", line: "administrative", instance: "special", procedure: "special", basic: 25, median: 5, sigma: 0.25, fixed: true, limit: limit{workdays: 7}, ways: grants},
	{code: "民特", line: "civil", instance: "special", procedure: "special", basic: 20, city: 20, median: 17, sigma: 0.28, fixed: true, limit: days(30), heard: 0.2, ways: grants},
	{code: "诉前调确", line: "civil", instance: "special", procedure: "special", basic: 90, since: civil.NewDate(2022, 1, 4), median: 6, sigma: 0.45, fixed: true, limit: days(30), ways: []way{{"confirmed", 955}, {"application_dismissed", 20}, {"withdrawn", 25}}},
	{code: "民督", line: "civil", instance: "special", procedure: "payment_order", basic: 18, median: 8, sigma: 0.22, fixed: true, limit: days(15), ways: []way{{"granted", 620}, {"terminated", 330}, {"application_dismissed", 50}}},
	{code: "财保", line: "other", instance: "special", procedure: "special", basic: 30, median: 2, sigma: 0.4, fixed: true, ways: grants},
	{code: "司救民", line: "compensation", instance: "other", procedure: "other", basic: 6, city: 8, median: 25, sigma: 0.4, fixed: true, ways: grants},
	{code: "法赔", line: "compensation", instance: "first", procedure: "other", basic: 2, city: 4, median: 40, sigma: 0.2, fixed: true, limit: months(2), ways: []way{{"decision", 1}}},
	{code: "委赔", line: "compensation", instance: "second", procedure: "other", city: 4, median: 55, sigma: 0.2, fixed: true, limit: months(3), extend: 3, ways: []way{{"decision", 1}}},

	{code: "民终", line: "civil", instance: "second", procedure: "second_instance", city: 330, since: appealsFrom, median: 52, sigma: 0.40, limit: months(3), extend: 3, heard: 0.45, ways: appeals, relation: "appeal_of"},
	{code: "民辖终", line: "civil", instance: "jurisdiction", procedure: "second_instance", city: 25, since: appealsFrom, median: 14, sigma: 0.28, fixed: true, limit: days(30), ways: rulings, relation: "appeal_of"},
	{code: "刑终", line: "criminal", instance: "second", procedure: "second_instance", city: 55, since: appealsFrom, median: 38, sigma: 0.28, limit: months(2), extend: 2, heard: 0.36, ways: appeals, relation: "appeal_of"},
	{code: "行终", line: "administrative", instance: "second", procedure: "second_instance", city: 24, since: appealsFrom, median: 54, sigma: 0.30, limit: months(3), extend: 3, heard: 0.30, ways: appeals, relation: "appeal_of"},
	{code: "刑更", line: "criminal", instance: "other", procedure: "other", city: 200, median: 19, sigma: 0.22, fixed: true, limit: months(1), extend: 1, heard: 0.3, ways: []way{{"ruling", 960}, {"withdrawn", 40}}},
	{code: "民申", line: "civil", instance: "review", procedure: "retrial", city: 70, since: petitionsFrom, median: 58, sigma: 0.28, limit: months(3), extend: 3, ways: petitions, relation: "review_of"},
	{code: "刑申", line: "criminal", instance: "review", procedure: "retrial", city: 12, since: petitionsFrom, median: 58, sigma: 0.28, limit: months(3), extend: 3, ways: petitions, relation: "review_of"},
	{code: "民再", line: "civil", instance: "retrial", procedure: "retrial", city: 14, since: retrialsFrom, median: 75, sigma: 0.30, limit: months(3), extend: 3, heard: 0.9, ways: []way{{"upheld", 380}, {"reversed", 360}, {"remanded", 140}, {"mediation", 60}, {"withdrawn", 60}}, relation: "retrial_of"},

	{code: "执", line: "enforcement", instance: "enforcement", procedure: "enforcement", class: enforcement, basic: 720, city: 350, median: 82, sigma: 0.65, limit: months(6), extend: 3, ways: first, relation: "enforcement_of"},
	{code: "执恢", line: "enforcement", instance: "enforcement", procedure: "enforcement", class: enforcement, basic: 120, city: 90, since: civil.NewDate(2020, 3, 2), median: 70, sigma: 0.65, limit: months(6), extend: 3, ways: resumed, relation: "resumed_from"},
	{code: "执保", line: "enforcement", instance: "enforcement", procedure: "enforcement", class: enforcement, basic: 110, city: 60, median: 3, sigma: 0.4, fixed: true, ways: []way{{"preserved", 930}, {"withdrawn", 40}, {"refused", 30}}},
	{code: "执异", line: "enforcement", instance: "enforcement_review", procedure: "enforcement", class: enforcement, basic: 50, city: 150, since: civil.NewDate(2019, 9, 2), median: 9, sigma: 0.22, fixed: true, limit: days(15), heard: 0.2, ways: reviews, relation: "review_of"},
	{code: "执复", line: "enforcement", instance: "enforcement_review", procedure: "enforcement", class: enforcement, city: 350, since: civil.NewDate(2019, 11, 4), median: 18, sigma: 0.22, fixed: true, limit: days(30), ways: []way{{"upheld", 790}, {"reversed", 130}, {"remanded", 30}, {"withdrawn", 50}}, relation: "review_of"},
}

// Kinds that follow other cases begin only when there are closed cases to follow: the case
// system opened in July 2019.
var (
	appealsFrom   = civil.NewDate(2019, 10, 8)
	petitionsFrom = civil.NewDate(2020, 1, 2)
	retrialsFrom  = civil.NewDate(2020, 4, 1)
)

// weight is the share of the kind in the filings of a court in a year; court 0 is the
// intermediate court.
func (k *kind) weight(court, year int) int {
	w := k.basic
	if court == 0 {
		w = k.city
	}
	if k.since.Year() > year {
		return 0
	}
	return w
}
