package main

import (
	"fmt"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/rules"
)

// set is the indicator set that is measured.
const set = "spc-2024-01"

// question is what every engine is asked: the counts of a set for one month.
type question struct {
	period     civil.Period
	names      []string            // indicator/count of each measure
	measures   []indicator.Measure // distinct counts of cases
	indicators [][]int             // per indicator, its measures
	money      []indicator.Measure // sums of money
	spread     []indicator.Measure // histograms of days, for medians
	days       []indicator.Measure // sums of days
}

// newQuestion takes the measures out of the catalogue. Counts that two indicators share are
// measured once; sums and histograms are kept apart, as they are timed apart.
func newQuestion(period civil.Period) (*question, error) {
	book, err := indicator.Load(rules.FS)
	if err != nil {
		return nil, err
	}
	q := &question{period: period}
	known := map[string]int{}
	for _, ind := range book.Set(set) {
		v, err := ind.At(period.To)
		if err != nil {
			continue
		}
		var mine []int
		for _, c := range v.Counts() {
			if c.Kind == indicator.CountJudges {
				continue
			}
			where := c.Selected()
			if q.values(c, where); c.Kind == indicator.CountMoney {
				continue
			}
			at, ok := known[where.String()]
			if !ok {
				at = len(q.measures)
				known[where.String()] = at
				q.names = append(q.names, ind.ID+"/"+c.Name)
				q.measures = append(q.measures, indicator.Measure{Where: where})
			}
			mine = append(mine, at)
		}
		q.indicators = append(q.indicators, mine)
	}
	if len(q.measures) == 0 {
		return nil, fmt.Errorf("set %s has no counts on %s", set, period.To)
	}
	return q, nil
}

// values keeps the sums that belong to a count.
func (q *question) values(c *indicator.Count, where *indicator.Pred) {
	switch c.Kind {
	case indicator.CountDays:
		q.days = append(q.days, indicator.Measure{Kind: indicator.Days, Where: where, Field: c.Field, Field2: c.Field2})
		q.spread = append(q.spread, indicator.Measure{Kind: indicator.Spread, Where: where, Field: c.Field, Field2: c.Field2})
	case indicator.CountMoney:
		q.money = append(q.money, indicator.Measure{Kind: indicator.Sum, Where: where, Field: c.Field})
	}
}
