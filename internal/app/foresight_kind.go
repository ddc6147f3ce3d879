package app

import (
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	loads "zhunsheng/internal/load"
	"zhunsheng/internal/statute"
)

// yearTo is the 365 days up to a day, in which kinds of cases are counted.
func yearTo(day civil.Date) civil.Period { return civil.Period{From: day.AddDays(-364), To: day} }

// weightsAt are the case weights in force on a day.
func (a *App) weightsAt(day civil.Date) (statute.Version[loads.Weights], error) {
	book, err := loads.Load(a.cfg.Rules)
	if err != nil {
		return statute.Version[loads.Weights]{}, err
	}
	return book.At(day)
}

// kindSelection lists the cases closed in the year up to the data day that a case weight is held
// against: those of its kind that no kind before it took.
func (a *App) kindSelection(id string, day civil.Date) (*selection, error) {
	v, err := a.weightsAt(day)
	if err != nil {
		return nil, err
	}
	kinds := v.Value.Weights
	i := slices.IndexFunc(kinds, func(w loads.Weight) bool { return w.ID == id })
	if i < 0 {
		return nil, fault.At("pick", "no kind of cases is named "+id, "open the list from the page of loads")
	}
	where := []*indicator.Pred{
		dayBound("closed_on", indicator.GE, indicator.Bound{Anchor: indicator.PeriodFrom}),
		dayBound("closed_on", indicator.LE, indicator.Bound{Anchor: indicator.PeriodTo}),
		{Op: indicator.DaySpan, Field: fieldAt("closed_on"), Field2: fieldAt("filed_on"), Cmp: indicator.GE},
		ofKind(&kinds[i]),
	}
	for k := range i {
		where = append(where, &indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{ofKind(&kinds[k])}})
	}
	return &selection{id: "kind_" + id, name: kinds[i].Name, period: yearTo(day), where: indicator.All(where...),
		definition: statute.Text{Zh: "近一年结案、立案和结案日期先后相合的本类案件；自上而下归入第一个相符的类别。", En: "Cases of this kind closed in the past year with filing and closing in order; a case belongs to the first kind that fits."},
		why:        statute.Text{Zh: "{filed_on} 至 {closed_on}", En: "{filed_on} to {closed_on}"},
	}, nil
}

// ofKind is the condition of one kind of cases, without regard to the kinds before it.
func ofKind(w *loads.Weight) *indicator.Pred {
	ps := []*indicator.Pred{{Op: indicator.True}}
	in := func(field string, set []string) {
		if len(set) > 0 {
			ps = append(ps, &indicator.Pred{Op: indicator.TextIn, Field: fieldAt(field), Set: set})
		}
	}
	if w.Line != "" {
		in("line", []string{w.Line})
	}
	in("type_code", w.Types)
	in("procedure", w.Procedures)
	return indicator.All(ps...)
}
