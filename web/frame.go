package web

import (
	"net/http"
	"slices"
	"sync"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// view builds the state of one request of a signed-in user. The view is usable for an error
// page even when an error comes with it.
func (s *site) view(r *http.Request, who access.Scope) (*ui.View, error) {
	ctx := r.Context()
	v := &ui.View{
		Words: s.words(r), Theme: theme(r), Who: who, At: who,
		Path: r.URL.Path, Query: r.URL.Query(), Asset: s.assets.path,
		Names: func(_, code string) string { return code },
	}
	v.Nav = navigation(v.Words, who)
	state, err := s.deps.Office.State(ctx)
	if err != nil {
		return v, err
	}
	v.AsOf = ui.AsOf{Day: state.DataDay, Batch: state.Batch, Loaded: state.Committed, Interrupted: state.Interrupted, Running: state.Running, Percent: state.Percent}
	lists, err := s.deps.Office.Lists(ctx)
	if err != nil {
		return v, err
	}
	v.Names = lists.names(v.Words)
	waiting, err := s.deps.Office.Waiting(ctx, who)
	if err != nil {
		return v, err
	}
	for i := range v.Nav {
		v.Nav[i].Waiting = waiting[v.Nav[i].ID]
	}
	v.Period = ui.DefaultPeriod(state.DataDay)
	v.Periods = v.Menu(v.Period, state.DataDay)
	v.Units.Whole = v.T("scope.city")
	at, err := narrow(who, v.Query, lists)
	if err != nil {
		return v, err
	}
	v.At = at
	shape(v, lists)
	period, err := period(v, state.DataDay)
	if err != nil {
		return v, err
	}
	v.Period, v.Periods = period, v.Menu(period, state.DataDay)
	return v, nil
}

// period reads the period of the address: period=…, or from=…&to=… of the form for own days.
func period(v *ui.View, day civil.Date) (civil.Period, error) {
	text := v.Query.Get("period")
	if from, to := v.Query.Get("from"), v.Query.Get("to"); from != "" && to != "" {
		text = from + ".." + to
		v.Query.Del("from")
		v.Query.Del("to")
	}
	if text == "" {
		return ui.DefaultPeriod(day), nil
	}
	p, err := civil.ParsePeriod(text)
	if err != nil {
		return civil.Period{}, fault.At(v.T("period.label"), v.T("period.bad", "Text", text), "")
	}
	v.Query.Set("period", p.String())
	return p, nil
}

// shape fills the scope control and the units below the chosen scope, always in the order
// of the office's lists.
func shape(v *ui.View, lists Lists) {
	who, at := v.Who, v.At
	courts := lists.courts(who)
	v.Courts = courts
	divisions, judges := lists.divisions(at.Court), lists.judges(at.Court, at.Division, v.AsOf.Day)
	switch {
	case who.City:
		v.Pickers = append(v.Pickers, ui.Picker{Name: "court", Label: v.T("field.court"), All: v.T("scope.city"), Options: courts, Value: at.Court})
	case who.Division == "":
		v.Fixed = v.Names("court", who.Court)
	case who.Judge == "":
		v.Fixed = v.Names("court", who.Court) + " › " + v.Names("division", who.Division)
	case who.Role == access.Judge:
		v.Fixed = v.Names("judge", who.Judge) + " · " + v.T("scope.own")
	default:
		v.Fixed = v.Names("division", who.Division) + " › " + v.Names("judge", who.Judge)
	}
	if at.Court != "" && who.Division == "" && who.Judge == "" {
		v.Pickers = append(v.Pickers, ui.Picker{Name: "division", Label: v.T("field.division"), All: v.T("scope.all_divisions"), Options: divisions, Value: at.Division})
	}
	if at.Division != "" && who.Judge == "" {
		v.Pickers = append(v.Pickers, ui.Picker{Name: "judge", Label: v.T("field.judge"), All: v.T("scope.all_judges"), Options: judges, Value: at.Judge})
	}
	switch {
	case at.Judge != "":
		v.Units = ui.Units{Whole: v.Names("judge", at.Judge)}
	case at.Division != "":
		v.Units = ui.Units{Field: "judge", List: judges, Whole: v.Names("court", at.Court) + " " + v.Names("division", at.Division)}
	case at.Court != "":
		v.Units = ui.Units{Field: "division", List: divisions, Whole: v.Names("court", at.Court)}
	case at.City:
		v.Units = ui.Units{Field: "court", List: courts, Whole: v.T("scope.city")}
	}
}

func (l Lists) courts(who access.Scope) []ui.Option {
	sorted := slices.SortedStableFunc(slices.Values(l.Courts), func(a, b docket.Court) int { return a.Seq - b.Seq })
	var out []ui.Option
	for _, c := range sorted {
		if who.City || c.Code == who.Court {
			out = append(out, ui.Option{Value: c.Code, Label: c.Name})
		}
	}
	return out
}

func (l Lists) divisions(court string) []ui.Option {
	sorted := slices.SortedStableFunc(slices.Values(l.Divisions), func(a, b docket.Division) int { return a.Seq - b.Seq })
	var out []ui.Option
	for _, d := range sorted {
		if d.Court == court {
			out = append(out, ui.Option{Value: d.ID, Label: d.Name})
		}
	}
	return out
}

// judges are the quota judges in post in the division on the day, in roster order. Those who
// left are not offered; their cases still appear under their names.
func (l Lists) judges(court, division string, day civil.Date) []ui.Option {
	last := map[string]int{}
	for i, p := range l.Judges {
		if j, ok := last[p.Judge]; !ok || l.Judges[j].From <= p.From {
			last[p.Judge] = i
		}
	}
	var out []ui.Option
	for i, p := range l.Judges {
		if last[p.Judge] == i && p.Court == court && p.Division == division && p.Post == "quota_judge" && (p.To.IsZero() || p.To >= day) {
			out = append(out, ui.Option{Value: p.Judge, Label: p.Name})
		}
	}
	return out
}

// names returns the look-up of display names; the index is made when first asked.
func (l Lists) names(w ui.Words) func(field, code string) string {
	index := sync.OnceValue(func() map[[2]string]string {
		m := make(map[[2]string]string, len(l.Courts)+len(l.Divisions)+len(l.Judges)+len(l.Causes))
		for _, c := range l.Courts {
			m[[2]string{"court", c.Code}] = c.Name
		}
		for _, d := range l.Divisions {
			m[[2]string{"division", d.ID}] = d.Name
		}
		for _, p := range l.Judges {
			m[[2]string{"judge", p.Judge}] = p.Name
		}
		for _, c := range l.Causes {
			m[[2]string{"cause", c.Code}] = c.Name
		}
		return m
	})
	return func(field, code string) string {
		if field == "clerk" {
			field = "judge"
		}
		if t, ok := l.Vocabulary[field][code]; ok {
			return w.Pick(t)
		}
		if name := index()[[2]string{field, code}]; name != "" {
			return name
		}
		return code
	}
}
