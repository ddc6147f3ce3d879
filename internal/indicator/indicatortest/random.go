package indicatortest

import (
	"fmt"
	"math/rand/v2"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

// pools are the texts that cases and conditions draw from: few, so that conditions hit;
// "" is absent; the rest tests bytewise order, quoting and languages.
var pools = map[string][]string{
	"court":       {"藏98", "藏9801", "藏9802", "B1", "b1", "São"},
	"division":    {"", "d1", "D1", "民一庭"},
	"judge":       {"", "j1", "j2", "O'Neil", "央金"},
	"line":        {"criminal", "civil", "administrative", "enforcement", ""},
	"closing_way": {"", "judgment", "withdrawn", "mediated"},
}

var anyPool = []string{"", "x", "y%", `"z"`, "other"}

func pool(field string) []string {
	if p, ok := pools[field]; ok {
		return p
	}
	return anyPool
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// RandomDay draws a day from 2019 to 2024 with month and year ends over-represented, and
// now and then one from the edges of the calendar.
func RandomDay(r *rand.Rand) civil.Date {
	switch r.IntN(40) {
	case 0:
		return pick(r, []civil.Date{civil.MinDate, civil.MaxDate, civil.NewDate(1899, 12, 31), civil.NewDate(1970, 1, 1), civil.NewDate(1969, 12, 31)})
	case 1, 2, 3:
		return civil.NewDate(2019+r.IntN(6), 1+r.IntN(12), 1)
	case 4, 5, 6:
		return civil.NewDate(2019+r.IntN(6), 1+r.IntN(12), 0)
	case 7:
		return civil.NewDate(pick(r, []int{2020, 2024}), 2, 29)
	}
	return civil.NewDate(2019, 1, 1).AddDays(r.IntN(6 * 365))
}

// RandomPeriod draws a month, a quarter, a year or any range of days from 2019 to 2024.
func RandomPeriod(r *rand.Rand) civil.Period {
	y := 2019 + r.IntN(6)
	switch r.IntN(4) {
	case 0:
		return civil.Month(y, 1+r.IntN(12))
	case 1:
		return civil.Quarter(y, 1+r.IntN(4))
	case 2:
		return civil.Year(y)
	}
	from := civil.NewDate(y, 1, 1).AddDays(r.IntN(365))
	return civil.Period{From: from, To: from.AddDays(r.IntN(400))}
}

// RandomCases makes n cases with absent values in every column, dates in impossible order
// and equal dates among them. Keys are unique.
func RandomCases(r *rand.Rand, n int) []docket.Case {
	out := make([]docket.Case, n)
	for i := range out {
		c := &out[i]
		for k := range docket.FileFields {
			randomValue(r, &docket.FileFields[k], c)
		}
		c.Key = fmt.Sprintf("k%d", i)
		if c.Court == "" {
			c.Court = pools["court"][0]
		}
		if !c.FiledOn.IsZero() && r.IntN(2) == 0 {
			c.ClosedOn = c.FiledOn.AddDays(min(r.IntN(500)-20, civil.MaxDate.Sub(c.FiledOn)))
		}
	}
	for i := range out {
		for k := len(docket.FileFields); k < len(docket.Fields); k++ {
			randomValue(r, &docket.Fields[k], &out[i])
		}
	}
	return out
}

func randomValue(r *rand.Rand, f *docket.Field, c *docket.Case) {
	switch f.Kind {
	case docket.Text:
		*f.Text(c) = pick(r, pool(f.Name))
	case docket.Day:
		if r.IntN(4) > 0 {
			*f.Day(c) = RandomDay(r)
		}
	case docket.Amount:
		if r.IntN(3) > 0 {
			*f.Money(c) = docket.Money{Cents: r.Int64N(2000) - 100, Known: true}
		}
	case docket.Number:
		*f.Number(c) = int32(r.IntN(5))
	case docket.YesNo:
		*f.Flag(c) = docket.Flag(r.IntN(3))
	}
}

// Random draws a condition: every operation, nested up to three deep, including such as no
// definition would write.
func Random(r *rand.Rand) *indicator.Pred { return random(r, 3) }

func random(r *rand.Rand, depth int) *indicator.Pred {
	if depth == 0 || r.IntN(4) == 0 {
		return randomAtom(r)
	}
	switch r.IntN(7) {
	case 0:
		return &indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{random(r, depth-1)}}
	case 1, 2:
		return &indicator.Pred{Op: indicator.Or, Args: randomArgs(r, depth)}
	case 3:
		return within(r, random(r, depth-1))
	}
	return &indicator.Pred{Op: indicator.And, Args: randomArgs(r, depth)}
}

func randomArgs(r *rand.Rand, depth int) []*indicator.Pred {
	args := make([]*indicator.Pred, r.IntN(4))
	for i := range args {
		args[i] = random(r, depth-1)
	}
	return args
}

// within is the form that most counts have: a day of the case inside the period, and more.
func within(r *rand.Rand, more *indicator.Pred) *indicator.Pred {
	f := fieldOf(r, docket.Day)
	return &indicator.Pred{Op: indicator.And, Args: []*indicator.Pred{
		{Op: indicator.DayBound, Field: f, Cmp: indicator.GE, Bound: indicator.Bound{Anchor: indicator.PeriodFrom}},
		{Op: indicator.DayBound, Field: f, Cmp: indicator.LE, Bound: indicator.Bound{Anchor: indicator.PeriodTo}},
		more,
	}}
}

// fieldOf draws a column of a kind; the filing and closing dates come up often.
func fieldOf(r *rand.Rand, kind docket.Kind) int {
	if kind == docket.Day && r.IntN(2) == 0 {
		f, _ := docket.FieldIndex(pick(r, []string{"filed_on", "closed_on"}))
		return f
	}
	var all []int
	for i, f := range docket.Fields {
		if f.Kind == kind {
			all = append(all, i)
		}
	}
	return pick(r, all)
}

func randomAtom(r *rand.Rand) *indicator.Pred {
	p := &indicator.Pred{Cmp: indicator.Cmp(r.IntN(6))}
	switch r.IntN(12) {
	case 0:
		p.Op = pick(r, []indicator.Op{indicator.True, indicator.False})
	case 1:
		p.Op, p.Field = indicator.Has, r.IntN(len(docket.Fields))
	case 2, 3, 4, 5:
		p.Op, p.Field, p.Bound = indicator.DayBound, fieldOf(r, docket.Day), randomBound(r)
	case 6:
		p.Op, p.Field, p.Field2 = indicator.DayPair, fieldOf(r, docket.Day), fieldOf(r, docket.Day)
	case 7:
		p.Op, p.Field, p.Field2 = indicator.DaySpan, fieldOf(r, docket.Day), fieldOf(r, docket.Day)
		p.N = r.Int64N(500) - 50
	case 8:
		p.Op, p.Field, p.N = indicator.AmountCmp, fieldOf(r, docket.Amount), r.Int64N(2000)-100
	case 9:
		p.Op, p.Field, p.N = indicator.NumberCmp, fieldOf(r, docket.Number), r.Int64N(6)-1
	case 10:
		p.Op, p.Field = indicator.IsYes, fieldOf(r, docket.YesNo)
	default:
		p.Op, p.Field = indicator.TextIn, fieldOf(r, docket.Text)
		from := pool(docket.Fields[p.Field].Name)
		for range r.IntN(4) {
			p.Set = append(p.Set, pick(r, from))
		}
	}
	return p
}

func randomBound(r *rand.Rand) indicator.Bound {
	b := indicator.Bound{Anchor: indicator.Anchor(r.IntN(3))}
	if b.Anchor == indicator.Fixed {
		b.Day = RandomDay(r)
		return b
	}
	if r.IntN(3) == 0 {
		b.Months = r.IntN(49) - 24
	}
	if r.IntN(3) == 0 {
		b.Days = r.IntN(61) - 30
	}
	return b
}

// RandomMeasure draws a measure of any kind.
func RandomMeasure(r *rand.Rand) indicator.Measure {
	m := indicator.Measure{Kind: pick(r, []indicator.MeasureKind{indicator.Cases, indicator.Cases, indicator.Days, indicator.Spread, indicator.Sum}), Where: Random(r)}
	switch m.Kind {
	case indicator.Days, indicator.Spread:
		m.Field, m.Field2 = fieldOf(r, docket.Day), fieldOf(r, docket.Day)
	case indicator.Sum:
		m.Field = fieldOf(r, docket.Amount)
	}
	return m
}

// RandomBy draws up to four grouping fields, without repetition.
func RandomBy(r *rand.Rand) []string {
	var names []string
	for _, f := range docket.Fields {
		if f.Group {
			names = append(names, f.Name)
		}
	}
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names[:r.IntN(5)]
}

// RandomAsk draws a question of one to eight measures, mostly over the usual groups.
func RandomAsk(r *rand.Rand) indicator.Ask {
	a := indicator.Ask{Period: RandomPeriod(r), By: RandomBy(r)}
	if r.IntN(2) == 0 {
		usual := []string{"court", "division", "judge", "line"}
		a.By = usual[:r.IntN(5)]
	}
	for range 1 + r.IntN(8) {
		a.Measures = append(a.Measures, RandomMeasure(r))
	}
	if r.IntN(3) > 0 {
		a.Filter = RandomScope(r)
	}
	return a
}

// RandomScope draws a filter such as a user's scope or a page sets: a court, a court and
// division, a judge, or any condition.
func RandomScope(r *rand.Rand) *indicator.Pred {
	limits := map[string]string{"court": pick(r, pools["court"])}
	switch r.IntN(4) {
	case 0:
		return random(r, 1)
	case 1:
		limits["division"] = pick(r, pools["division"])
	case 2:
		limits["judge"] = pick(r, pools["judge"])
	}
	return indicator.Match(limits)
}
