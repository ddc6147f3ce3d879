package ui

import "zhunsheng/internal/civil"

// PeriodMenu is what the period control offers; values are written as civil.ParsePeriod
// reads them.
type PeriodMenu struct {
	Label                   string
	Value                   string
	Before, After           string // the step of the same length back and on; After is empty when it starts after the data
	Default                 string
	Years, Quarters, Months []Option
	From, To                civil.Date
}

// DefaultPeriod is the year of the data day up to the end of that day's month; without data
// there is none.
func DefaultPeriod(day civil.Date) civil.Period {
	if day.IsZero() {
		return civil.Period{}
	}
	y, m, _ := day.YMD()
	return civil.Period{From: civil.NewDate(y, 1, 1), To: civil.Month(y, m).To}
}

// Menu builds the period control around p for data up to day.
func (w Words) Menu(p civil.Period, day civil.Date) PeriodMenu {
	if p == (civil.Period{}) {
		return PeriodMenu{Label: w.PeriodName(p)}
	}
	menu := PeriodMenu{Label: w.PeriodName(p), Value: p.String(), Before: p.Preceding().String(), From: p.From, To: p.To}
	if next := following(p); next.From <= day {
		menu.After = next.String()
	}
	if day.IsZero() {
		return menu
	}
	def := DefaultPeriod(day)
	menu.Default = def.String()
	last := day.Year()
	for y := last; y > last-5; y-- {
		menu.Years = append(menu.Years, w.option(civil.Year(y)))
	}
	y := p.To.Year()
	for q := 1; q <= 4; q++ {
		if quarter := civil.Quarter(y, q); quarter.From <= day {
			menu.Quarters = append(menu.Quarters, w.option(quarter))
		}
	}
	for m := 1; m <= 12; m++ {
		if month := civil.Month(y, m); month.From <= day {
			menu.Months = append(menu.Months, w.option(month))
		}
	}
	return menu
}

func (w Words) option(p civil.Period) Option { return Option{p.String(), w.PeriodName(p)} }

// following is the period of the same length just after p: the inverse of Preceding.
func following(p civil.Period) civil.Period {
	y, m, d := p.From.YMD()
	y2, m2, _ := p.To.YMD()
	if d == 1 && p.To == civil.Month(y2, m2).To {
		return p.Shift((y2*12 + m2) - (y*12 + m) + 1)
	}
	return civil.Period{From: p.To.AddDays(1), To: p.To.AddDays(p.Days())}
}
