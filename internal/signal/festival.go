package signal

import (
	"fmt"
	"io/fs"
	"math"
	"slices"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// Festival is a holiday that falls on another day of the solar year each time, with the days
// before and after it in which courts receive other numbers of cases than usual.
type Festival struct {
	ID     string         `yaml:"id"`
	Name   statute.Text   `yaml:"name"`
	Before int            `yaml:"before"`
	After  int            `yaml:"after"`
	Likely float64        `yaml:"likely"` // expected effect on the log count before anything is seen
	Source statute.Source `yaml:"source"`
	Days   []civil.Date   `yaml:"days"`
}

// festivalsAt is the file of the moving festivals in a rules tree.
const festivalsAt = "calendars/moving.yaml"

// LoadFestivals reads the moving festivals of a rules tree.
func LoadFestivals(fsys fs.FS) ([]Festival, error) {
	var out []Festival
	if err := statute.Decode(fsys, festivalsAt, &out); err != nil {
		return nil, err
	}
	for _, f := range out {
		if f.ID == "" || f.Name.Zh == "" || f.Name.En == "" || f.Before < 0 || f.After < 0 || f.Before+f.After > 60 || !(f.Likely >= -2 && f.Likely <= 2) || len(f.Days) == 0 {
			return nil, fault.At(festivalsAt, fmt.Sprintf("festival %q lacks a name or days, or touches more than two months", f.ID), "give id, name in both languages, before, after (days) and the days")
		}
		if !slices.IsSorted(f.Days) {
			return nil, fault.At(festivalsAt, "the days of "+f.ID+" are not in order", "list them oldest first")
		}
	}
	return out, nil
}

// share is the part of the festival's days that lies in a period: 1 when all do.
func (f Festival) share(p civil.Period) float64 {
	n := 0
	for _, day := range f.Days {
		from, to := max(p.From, day.AddDays(-f.Before)), min(p.To, day.AddDays(f.After))
		n += max(0, to.Sub(from)+1)
	}
	return float64(n) / float64(f.Before+f.After+1)
}

// LikelyCalendar is what the regressors of Calendar are expected to do before anything is seen:
// twice the working days, twice the cases; the festivals what their file says.
func LikelyCalendar(festivals []Festival) []float64 {
	out := []float64{1}
	for _, f := range festivals {
		out = append(out, f.Likely)
	}
	return out
}

// Calendar is the regressor of a country's calendar: the logarithm of the number of working
// days of each month or quarter, less that of the mean, and for each moving festival the share
// of it that falls there. Other steps have none. A year without published days off counts its
// Mondays to Fridays.
func Calendar(step Step, at []int, days *calendar.Calendar, festivals []Festival) map[int][]float64 {
	if step != Months && step != Quarters {
		return nil
	}
	const workdays = 250.0 // a year
	out := map[int][]float64{}
	for _, t := range at {
		p, mean := civil.Month(t/12, t%12+1), workdays/12
		if step == Quarters {
			p, mean = civil.Quarter(t/4, t%4+1), workdays/4
		}
		n := 0
		for d := p.From; d <= p.To; d++ {
			if !days.Off(d) {
				n++
			}
		}
		row := []float64{math.Log(max(1, float64(n)) / mean)}
		for _, f := range festivals {
			row = append(row, f.share(p))
		}
		out[t] = row
	}
	return out
}
