package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
)

// selectionRule is one entry of rules/today/selections.yaml.
type selectionRule struct {
	ID         string             `yaml:"id"`
	Name       statute.Text       `yaml:"name"`
	Last       statute.Text       `yaml:"last"` // name of the last, open band
	Definition statute.Text       `yaml:"definition"`
	Why        statute.Text       `yaml:"why"`
	Source     statute.Source     `yaml:"source"`
	Versions   []selectionVersion `yaml:"versions"`
}

// selectionVersion holds the thresholds in force from a day on.
type selectionVersion struct {
	From   civil.Date     `yaml:"from"`
	Days   int            `yaml:"days"`
	Months int            `yaml:"months"`
	Steps  []int          `yaml:"steps"`
	Lines  map[string]int `yaml:"lines"` // days by line, where they differ
}

// stageRule is a part of a case's course between two days of the record.
type stageRule struct {
	ID    string       `yaml:"id"`
	Start string       `yaml:"start"`
	End   string       `yaml:"end"`
	Name  statute.Text `yaml:"name"`
}

// selectionBook is the whole file.
type selectionBook struct {
	Selections []selectionRule `yaml:"selections"`
	Stages     []stageRule     `yaml:"stages"`
}

// loadSelections reads the rules and refuses a file that the pages could not work with.
func loadSelections(a *App) (*selectionBook, error) {
	const file = "today/selections.yaml"
	var b selectionBook
	if err := statute.Decode(a.cfg.Rules, file, &b); err != nil {
		return nil, err
	}
	for _, r := range b.Selections {
		if r.Name.Zh == "" || r.Name.En == "" || r.Definition.Zh == "" || r.Definition.En == "" || r.Why.Zh == "" || r.Why.En == "" || len(r.Versions) == 0 {
			return nil, fault.At(file, "selection "+r.ID+" lacks a name, definition, reason or version", "give them in both languages")
		}
		if !slices.IsSortedFunc(r.Versions, func(x, y selectionVersion) int { return int(x.From - y.From) }) {
			return nil, fault.At(file, "versions of "+r.ID+" are not in order of their days", "list them oldest first")
		}
	}
	for _, id := range []string{"near_limit", "over_limit", "long_pending", "inactive", "age", "appeal_waiting", "appeal_late",
		"limit_over", "limit_near", "limit_running", "limit_suspended", "limit_none", "limit_unknown", "limit_extended"} {
		if !slices.ContainsFunc(b.Selections, func(r selectionRule) bool { return r.ID == id }) {
			return nil, fault.At(file, "the selection "+id+" is missing", "take it from the program's own rules")
		}
	}
	for _, s := range b.Stages {
		for _, name := range []string{s.Start, s.End} {
			if f, ok := docket.FieldByName(name); !ok || f.Kind != docket.Day {
				return nil, fault.At(file, fmt.Sprintf("stage %s: %q is no day of a case", s.ID, name), "name a date column of docs/data-dictionary.md")
			}
		}
	}
	return &b, nil
}

// rule finds a selection with the thresholds of a day.
func (b *selectionBook) rule(id string, day civil.Date) (selectionRule, selectionVersion, error) {
	for _, r := range b.Selections {
		if r.ID != id {
			continue
		}
		for _, v := range slices.Backward(r.Versions) {
			if v.From <= day {
				return r, v, nil
			}
		}
		return r, selectionVersion{}, fault.NotFoundf("selection %s has no version in force on %s", id, day)
	}
	return selectionRule{}, selectionVersion{}, fault.At("pick", fmt.Sprintf("no selection is named %q", id), "open the list from the page that counts it")
}

// selection is one named set of cases, bound to a day or period: the only place that decides
// both how many there are and which.
type selection struct {
	id               string
	name, definition statute.Text
	period           civil.Period // what where is evaluated under
	where            *indicator.Pred
	finding          string // code of a doubt about the limit; empty: does not matter
	idle             int    // days without activity at least; 0: does not matter
	stall            string // kind of the last activity; empty: any
	byAge            bool   // listed by court, then oldest first
	why              statute.Text
}

// selection reads a name: near_limit, inactive_90, inactive_90.heard, age_3_6, age_24,
// stage_filed_heard, kind_civil_other. Selections of open cases look at the last day of the period, at the
// latest the data day; inactivity is only known on the data day itself.
func (a *App) selection(id string, period civil.Period, dataDay civil.Date) (*selection, error) {
	if stage, ok := strings.CutPrefix(id, "stage_"); ok {
		return a.stageSelection(stage, period)
	}
	if kind, ok := strings.CutPrefix(id, "kind_"); ok {
		return a.kindSelection(kind, dataDay)
	}
	day := dataDay
	if period.To != 0 {
		day = min(day, period.To)
	}
	s := &selection{id: id, period: civil.Period{From: day, To: day}}
	base, stall, _ := strings.Cut(id, ".")
	words := strings.Split(base, "_")
	switch {
	case words[0] == "inactive" && len(words) == 2:
		return a.inactive(s, words[1], stall, dataDay)
	case words[0] == "age" && len(words) >= 2:
		return a.ageBand(s, words[1:], day)
	case words[0] == "limit":
		return a.limitSelection(s, base, stall, period)
	}
	r, v, err := a.selections.rule(id, day)
	if err != nil {
		return nil, err
	}
	switch id {
	case "near_limit":
		s.where = indicator.All(openAt(), dueWithin(v))
	case "over_limit":
		s.where = indicator.All(openAt(), dayBound("due_on", indicator.LT, indicator.Bound{Anchor: indicator.PeriodTo}))
	case "long_pending":
		s.where = indicator.All(openAt(), dayBound("filed_on", indicator.LT, indicator.Bound{Anchor: indicator.PeriodTo, Months: -v.Months}))
		s.byAge = true
	case "appeal_waiting":
		s.where = appealWaiting(dayBound("appealed_on", indicator.LE, indicator.Bound{Anchor: indicator.PeriodTo}))
	case "appeal_late":
		s.where = appealWaiting(dayBound("appealed_on", indicator.LT, indicator.Bound{Anchor: indicator.PeriodTo, Days: -v.Days}))
	default:
		return nil, fault.At("pick", fmt.Sprintf("no selection is named %q", id), "open the list from the page that counts it")
	}
	s.describe(r, v, nil)
	return s, nil
}

func (a *App) stageSelection(id string, period civil.Period) (*selection, error) {
	for _, st := range a.selections.Stages {
		if st.ID != id {
			continue
		}
		where := indicator.All(
			dayBound(st.End, indicator.GE, indicator.Bound{Anchor: indicator.PeriodFrom}),
			dayBound(st.End, indicator.LE, indicator.Bound{Anchor: indicator.PeriodTo}),
			&indicator.Pred{Op: indicator.DaySpan, Field: fieldAt(st.End), Field2: fieldAt(st.Start), Cmp: indicator.GE})
		return &selection{id: "stage_" + id, name: st.Name, period: period, where: where,
			definition: statute.Text{Zh: "统计期内走完这一阶段、起止日期齐全且先后相合的案件。", En: "Cases that completed this stage in the period, with both days known and in order."},
			why:        statute.Text{Zh: "{" + st.Start + "} 至 {" + st.End + "}", En: "{" + st.Start + "} to {" + st.End + "}"},
		}, nil
	}
	return nil, fault.At("pick", fmt.Sprintf("no stage is named %q", id), "open the list from the situation page")
}

// inactive reads inactive_<days>, with .kind for cases that stand still after that step.
func (a *App) inactive(s *selection, days, stall string, dataDay civil.Date) (*selection, error) {
	r, v, err := a.selections.rule("inactive", dataDay)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(days)
	if err != nil || !slices.Contains(v.Steps, n) {
		return nil, fault.At("pick", fmt.Sprintf("%q is no step of inactivity", days), fmt.Sprintf("choose one of %v days", v.Steps))
	}
	if s.period.To != dataDay {
		return nil, fault.At("period", "inactivity is known for the data day only", "choose a period that reaches the data day")
	}
	s.where, s.idle, s.stall, s.byAge = openAt(), n, stall, true
	s.describe(r, v, map[string]string{"days": days})
	return s, nil
}

// ageBand reads age_<a>_<b> (more than a, at most b months) and age_<a> (more than a).
func (a *App) ageBand(s *selection, bounds []string, day civil.Date) (*selection, error) {
	r, v, err := a.selections.rule("age", day)
	if err != nil {
		return nil, err
	}
	for _, b := range bandsOf(v.Steps) {
		if !slices.Equal(b.words(), bounds) {
			continue
		}
		s.where, s.byAge = indicator.All(openAt(), b.where()), true
		if b.to == 0 {
			r.Name = r.Last
		}
		s.describe(r, v, map[string]string{"a": strconv.Itoa(b.from), "b": strconv.Itoa(b.to)})
		return s, nil
	}
	return nil, fault.At("pick", fmt.Sprintf("no age band is named %q", strings.Join(bounds, "_")), "open the list from the page that counts it")
}

// describe fills the thresholds into the words of the rule.
func (s *selection) describe(r selectionRule, v selectionVersion, more map[string]string) {
	values := map[string]string{"days": strconv.Itoa(v.Days), "months": strconv.Itoa(v.Months)}
	for line, n := range v.Lines {
		values["days_"+line] = strconv.Itoa(n)
	}
	maps.Copy(values, more)
	s.name, s.definition, s.why = fill(r.Name, values), fill(r.Definition, values), fill(r.Why, values)
}

// fill puts values at their {places}; places without a value stay.
func fill(t statute.Text, values map[string]string) statute.Text {
	pairs := make([]string, 0, 2*len(values))
	for _, k := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, "{"+k+"}", values[k])
	}
	r := strings.NewReplacer(pairs...)
	return statute.Text{Zh: r.Replace(t.Zh), En: r.Replace(t.En)}
}

// band is a range of months since filing: more than from, at most to; to 0 is without end.
type band struct{ from, to int }

// bandsOf cuts the time since filing at the steps.
func bandsOf(steps []int) []band {
	var out []band
	from := 0
	for _, to := range steps {
		out = append(out, band{from, to})
		from = to
	}
	return append(out, band{from, 0})
}

func (b band) words() []string {
	if b.to == 0 {
		return []string{strconv.Itoa(b.from)}
	}
	return []string{strconv.Itoa(b.from), strconv.Itoa(b.to)}
}

// pick is the name of the band as a selection.
func (b band) pick() string { return "age_" + strings.Join(b.words(), "_") }

// where is the band's condition on the day of filing; an open case without that day is in none.
func (b band) where() *indicator.Pred {
	var ps []*indicator.Pred
	if b.from > 0 {
		ps = append(ps, dayBound("filed_on", indicator.LT, indicator.Bound{Anchor: indicator.PeriodTo, Months: -b.from}))
	}
	if b.to > 0 {
		ps = append(ps, dayBound("filed_on", indicator.GE, indicator.Bound{Anchor: indicator.PeriodTo, Months: -b.to}))
	}
	return indicator.All(ps...)
}

// openAt is "pending on the last day of the period", as the count pending says it.
func openAt() *indicator.Pred {
	end := indicator.Bound{Anchor: indicator.PeriodTo}
	return indicator.All(dayBound("filed_on", indicator.LE, end),
		&indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{dayBound("closed_on", indicator.LE, end)}})
}

// dueWithin is "due from today on, within the days of the case's line".
func dueWithin(v selectionVersion) *indicator.Pred {
	upTo := func(days int) *indicator.Pred {
		return dayBound("due_on", indicator.LE, indicator.Bound{Anchor: indicator.PeriodTo, Days: days})
	}
	line := fieldAt("line")
	named := &indicator.Pred{Op: indicator.TextIn, Field: line, Set: slices.Sorted(maps.Keys(v.Lines))}
	or := []*indicator.Pred{indicator.All(&indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{named}}, upTo(v.Days))}
	for _, l := range named.Set {
		or = append(or, indicator.All(&indicator.Pred{Op: indicator.TextIn, Field: line, Set: []string{l}}, upTo(v.Lines[l])))
	}
	return indicator.All(dayBound("due_on", indicator.GE, indicator.Bound{Anchor: indicator.PeriodTo}), &indicator.Pred{Op: indicator.Or, Args: or})
}

func appealWaiting(appealed *indicator.Pred) *indicator.Pred {
	return indicator.All(appealed, absent("transferred_on"), absent("appeal_closed_on"))
}

func dayBound(field string, cmp indicator.Cmp, b indicator.Bound) *indicator.Pred {
	return &indicator.Pred{Op: indicator.DayBound, Field: fieldAt(field), Cmp: cmp, Bound: b}
}

func absent(field string) *indicator.Pred {
	return &indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{{Op: indicator.Has, Field: fieldAt(field)}}}
}

// fieldAt is the position of a column that the catalogue has.
func fieldAt(name string) int {
	i, ok := docket.FieldIndex(name)
	if !ok {
		panic("app: the catalogue of columns has no " + name)
	}
	return i
}

// refs lists the cases of a selection inside filter, in the order of its list. Those that stand
// still are found case by case, once for each batch: the list is shared, to be read only.
func (a *App) refs(ctx context.Context, s *selection, filter *indicator.Pred) ([]indicator.Ref, error) {
	if err := a.withFinding(ctx, s); err != nil {
		return nil, err
	}
	if s.idle == 0 {
		return a.findRefs(ctx, s, filter)
	}
	key := fmt.Sprint(s.where, filter, s.period, s.idle, s.stall, s.byAge)
	return a.stalled.of(a, key, func() ([]indicator.Ref, error) { return a.findRefs(ctx, s, filter) })
}

func (a *App) findRefs(ctx context.Context, s *selection, filter *indicator.Pred) ([]indicator.Ref, error) {
	refs, _, err := a.columns.List(ctx, s.where, filter, s.period, 0, -1)
	if err != nil || s.idle == 0 && !s.byAge {
		return refs, err
	}
	n, err := a.ledgerNotes(ctx)
	if err != nil {
		return nil, err
	}
	if s.idle > 0 {
		refs = slices.DeleteFunc(refs, func(r indicator.Ref) bool { return !n.idles(r.ID, s) })
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(refs, func(x, y indicator.Ref) int {
		if c := l.compare(x.Court, y.Court); c != 0 || !s.byAge {
			return c
		}
		return int(n.open[x.ID].FiledOn - n.open[y.ID].FiledOn)
	})
	return refs, nil
}

// idles reports whether an open case has stood still as long as the selection asks.
func (n *ledgerNotes) idles(id int64, s *selection) bool {
	a, ok := n.open[id]
	return ok && !a.Day.IsZero() && s.period.To.Sub(a.Day) >= s.idle && (s.stall == "" || s.stall == a.Kind)
}

// ledgerNotes is what the selections know beside the figure columns, read once per batch.
type ledgerNotes struct {
	open    map[int64]store.Activity // by case version
	flagged []store.FlaggedCase      // by id
	flags   map[int64][]string
}

// ledgerNotes reads the last activity of open cases and the doubtful records, and keeps them
// until the next batch.
func (a *App) ledgerNotes(ctx context.Context) (*ledgerNotes, error) {
	a.mu.Lock()
	kept := a.notes
	a.mu.Unlock()
	if kept != nil {
		return kept, nil
	}
	day, err := a.DataDay(ctx)
	if err != nil {
		return nil, err
	}
	n := &ledgerNotes{open: map[int64]store.Activity{}, flags: map[int64][]string{}}
	if !day.IsZero() {
		err = a.store.Activities(ctx, day, func(x store.Activity) error {
			n.open[x.ID] = x
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("last activities: %w", err)
		}
	}
	err = a.store.Flagged(ctx, func(f store.FlaggedCase) error {
		n.flagged, n.flags[f.ID] = append(n.flagged, f), f.Flags
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("doubtful records: %w", err)
	}
	a.mu.Lock()
	a.notes = n
	a.mu.Unlock()
	return n, nil
}

// reason says in both languages why a case is in the selection.
func (a *App) reason(s *selection, n *ledgerNotes, id int64, c *docket.Case) statute.Text {
	day := s.period.To
	values := map[string]string{
		"limit_left": strconv.Itoa(c.Limit.DueOn.Sub(day)), "limit_over": strconv.Itoa(day.Sub(c.Limit.DueOn)),
		"left": strconv.Itoa(c.DueOn.Sub(day)), "over": strconv.Itoa(day.Sub(c.DueOn)), "age": strconv.Itoa(day.Sub(c.FiledOn)),
	}
	for i := range docket.Fields {
		if f := &docket.Fields[i]; f.Kind == docket.Day {
			values[f.Name] = f.Day(c).String()
		}
	}
	last := n.open[id]
	values["last_on"], values["idle"] = last.Day.String(), strconv.Itoa(day.Sub(last.Day))
	out := statute.Text{}
	values["last"] = a.words.Name(docket.EventWords, last.Kind, "zh")
	out.Zh = fill(s.why, values).Zh
	values["last"] = a.words.Name(docket.EventWords, last.Kind, "en")
	out.En = fill(s.why, values).En
	return out
}
