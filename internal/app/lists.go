package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
)

// lists are the office's own lists with look-ups by id.
type lists struct {
	courts    []docket.Court // administrative order
	divisions []docket.Division
	causes    []docket.Cause
	roster    indicator.Roster

	court    map[string]docket.Court
	order    map[string]int              // court code → place in the administrative order
	bench    map[string]indicator.Roster // postings by court
	division map[string]docket.Division
	cause    map[string]string
	judge    map[string]string
	words    map[string]map[string]statute.Text // field → code → name
}

// officeLists reads the lists once and keeps them until forget is called.
func (a *App) officeLists(ctx context.Context) (*lists, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lists != nil {
		return a.lists, nil
	}
	courts, err := a.store.Courts(ctx)
	if err != nil {
		return nil, fmt.Errorf("courts: %w", err)
	}
	divisions, err := a.store.Divisions(ctx)
	if err != nil {
		return nil, fmt.Errorf("divisions: %w", err)
	}
	causes, err := a.store.Causes(ctx)
	if err != nil {
		return nil, fmt.Errorf("causes: %w", err)
	}
	roster, err := a.store.Roster(ctx)
	if err != nil {
		return nil, fmt.Errorf("roster: %w", err)
	}
	flags, err := a.flagNames()
	if err != nil {
		return nil, err
	}
	a.lists = a.listsOf(courts, divisions, causes, roster)
	a.lists.words["flags"] = flags
	return a.lists, nil
}

// listsOf makes the look-ups of lists.
func (a *App) listsOf(courts []docket.Court, divisions []docket.Division, causes []docket.Cause, roster indicator.Roster) *lists {
	l := &lists{courts: courts, divisions: divisions, causes: causes, roster: roster,
		court: map[string]docket.Court{}, order: map[string]int{}, bench: map[string]indicator.Roster{}, division: map[string]docket.Division{}, cause: map[string]string{}, judge: map[string]string{}}
	slices.SortStableFunc(l.courts, func(x, y docket.Court) int {
		if x.Seq != y.Seq {
			return x.Seq - y.Seq
		}
		return strings.Compare(x.Code, y.Code)
	})
	for i, c := range l.courts {
		l.court[c.Code], l.order[c.Code] = c, i
	}
	for _, d := range l.divisions {
		l.division[d.ID] = d
	}
	for _, c := range l.causes {
		l.cause[c.Code] = c.Name
	}
	for _, p := range l.roster {
		l.judge[p.Judge] = p.Name
		l.bench[p.Court] = append(l.bench[p.Court], p)
	}
	l.words = namesOf(a.words)
	return l
}

// namesOf gives the names of all codes of the vocabulary.
func namesOf(v *docket.Vocabulary) map[string]map[string]statute.Text {
	fields := []string{docket.EventWords, docket.PostWords, docket.YesNoWords, docket.LanguageWords}
	for i := range docket.Fields {
		fields = append(fields, docket.Fields[i].Name)
	}
	out := map[string]map[string]statute.Text{}
	for _, f := range fields {
		for _, t := range v.Terms(f) {
			if out[f] == nil {
				out[f] = map[string]statute.Text{}
			}
			out[f][t.Code] = statute.Text{Zh: t.Zh, En: t.En}
		}
	}
	return out
}

// forget drops what is kept in memory so that the next question reads it again.
func (a *App) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lists, a.trust, a.notes = nil, nil, nil
	a.read++
}

// follow notices a batch that was committed since the last look, by this process or another
// one, and brings columns, lists and trust notes up to it.
func (a *App) follow(ctx context.Context, last int64) error {
	a.mu.Lock()
	behind := last != a.seen
	a.mu.Unlock()
	if !behind {
		return nil
	}
	if _, err := a.columns.Refresh(ctx); err != nil {
		return fmt.Errorf("figure columns: %w", err)
	}
	if _, err := a.Limits(ctx); err != nil {
		return err
	}
	a.forget()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen = last
	return nil
}

// level is the court level an interval is chosen by; 0 when the list does not know the court.
func (l *lists) level(court string) int { return l.court[court].Level }

// compare orders courts administratively; unknown courts follow, by code.
func (l *lists) compare(x, y string) int {
	i, okX := l.order[x]
	j, okY := l.order[y]
	switch {
	case okX && okY:
		return i - j
	case okX:
		return -1
	case okY:
		return 1
	}
	return strings.Compare(x, y)
}

// name shows an id of a grouping field in words; ids without a name stay as they are.
func (a *App) name(l *lists, field, id string) string {
	var s string
	switch field {
	case "court":
		s = l.court[id].Name
	case "division":
		s = l.division[id].Name
	case "judge":
		s = l.judge[id]
	case "cause":
		s = l.cause[id]
	default:
		s = a.words.Name(field, id, "zh")
	}
	if s == "" {
		return id
	}
	return s
}

func notInstalled(data string) error {
	return &fault.Error{Kind: fault.NotFound, Place: data, Text: "no installation here",
		Remedy: "run `zhunsheng demo` for an invented city, or `zhunsheng import` to begin your own"}
}
