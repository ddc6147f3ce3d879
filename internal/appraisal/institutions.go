package appraisal

import (
	"cmp"
	"slices"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/signal"
)

// level is the probability of the intervals.
const level = 0.95

// Institution is how one institution keeps its time. Institutions stand in the order of their
// names; nothing orders them by their figures.
type Institution struct {
	Name     string
	Open     int             // running or waiting on the day
	Over     int             // of the open ones, over the limit
	Finished int             // with a report
	InTime   int             // of the finished ones
	Few      bool            // too few finished to judge
	Share    signal.Interval // of InTime among Finished, 95 %; zero when too few
	Days     float64         // mean of counted working days of the finished ones; 0 when too few
	IDs      []string        // every appraisal counted here
}

// Institutions counts appraisals by institution on a day.
func Institutions(all []*Appraisal, r *Rules, cal *calendar.Calendar, day civil.Date) ([]Institution, error) {
	at := map[string]*Institution{}
	sum := map[string]int{}
	for _, a := range all {
		i := at[a.Institution]
		if i == nil {
			i = &Institution{Name: a.Institution}
			at[a.Institution] = i
		}
		i.IDs = append(i.IDs, a.ID)
		c := a.Clock(r, cal, day)
		switch a.State {
		case Finished:
			i.Finished++
			sum[a.Institution] += c.Used
			if !c.Over() {
				i.InTime++
			}
		case Running, Waiting:
			i.Open++
			if c.Over() {
				i.Over++
			}
		}
	}
	few := r.At(day).Few
	var out []Institution
	for name, i := range at {
		if i.Few = i.Finished < few; !i.Few {
			share, err := signal.Wilson(float64(i.InTime), float64(i.Finished), level)
			if err != nil {
				return nil, err
			}
			i.Share, i.Days = share, float64(sum[name])/float64(i.Finished)
		}
		out = append(out, *i)
	}
	slices.SortFunc(out, func(a, b Institution) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}
