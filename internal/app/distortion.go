package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/distortion"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/signals"
)

// cluePrefix begins the names of the lists behind questions: clue:rule:court:way.
const cluePrefix = "clue:"

// clueID names a question.
func clueID(q *distortion.Question) string {
	return cluePrefix + q.Rule.ID + ":" + q.Court + ":" + q.Way
}

// clues looks through the whole ledger once for each batch.
func (a *App) clues(ctx context.Context) (*distortion.Report, error) {
	return a.questions.of(a, struct{}{}, func() (*distortion.Report, error) { return a.look(ctx) })
}

func (a *App) look(ctx context.Context) (*distortion.Report, error) {
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return &distortion.Report{}, err
	}
	book, err := distortion.Load(a.cfg.Rules)
	if err != nil {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	var courts []string
	for _, c := range l.courts {
		courts = append(courts, c.Code)
	}
	var all []distortion.Case
	ids := map[[2]string]int64{}
	err = a.store.Export(ctx, 0, func(r *store.Record) error {
		all = append(all, distortion.Case{ID: r.ID, Case: r.Case})
		ids[[2]string{r.Court, r.Key}] = r.ID
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	var events []distortion.Event
	err = a.store.EventDays(ctx, func(court string, e docket.Event) error {
		events = append(events, distortion.Event{ID: ids[[2]string{court, e.CaseKey}], Court: court, Event: e})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("events: %w", err)
	}
	return book.Look(courts, all, events, day), nil
}

// Clues are the questions about the courts of a scope; parts of a court are too small to ask.
func (a signalsDesk) Clues(ctx context.Context, at access.Scope) (signals.Clues, error) {
	if err := at.Need(access.ViewFigures); err != nil {
		return signals.Clues{}, err
	}
	r, err := a.clues(ctx)
	if err != nil {
		return signals.Clues{}, err
	}
	book, err := distortion.Load(a.cfg.Rules)
	if err != nil {
		return signals.Clues{}, err
	}
	out := signals.Clues{Window: r.Window, Tested: r.Tested, Expected: r.Expected, Parties: r.Parties, Rules: book.Rules, Whole: at.City || at.Division == "" && at.Judge == ""}
	for i := range r.Questions {
		q := &r.Questions[i]
		if !out.Whole || !at.City && at.Court != q.Court {
			continue
		}
		clue := signals.Clue{ID: clueID(q), Question: *q}
		if clue.Words, err = a.clueWords(ctx, q); err != nil {
			return out, err
		}
		out.Questions = append(out.Questions, clue)
	}
	return out, nil
}

// clueWords writes a question in both languages.
func (a *App) clueWords(ctx context.Context, q *distortion.Question) (statute.Text, error) {
	l, err := a.officeLists(ctx)
	if err != nil {
		return statute.Text{}, err
	}
	values := map[string]string{
		"court": a.name(l, "court", q.Court), "seen": strconv.FormatInt(q.Seen, 10), "of": strconv.FormatInt(q.Of, 10),
		"expected": strconv.FormatFloat(q.Expected, 'f', 0, 64), "ratio": strconv.FormatFloat(q.Ratio, 'f', 1, 64),
		"days": strconv.Itoa(q.Rule.Days), "cases": strconv.Itoa(q.Rule.Cases),
	}
	values["way"] = a.words.Name("closing_way", q.Way, "zh")
	out := statute.Text{Zh: fill(q.Rule.Question, values).Zh}
	values["way"] = a.words.Name("closing_way", q.Way, "en")
	out.En = fill(q.Rule.Question, values).En
	return out, nil
}

// clue finds a question by its name.
func (a *App) clue(ctx context.Context, id string) (*distortion.Question, error) {
	r, err := a.clues(ctx)
	if err != nil {
		return nil, err
	}
	for i := range r.Questions {
		if clueID(&r.Questions[i]) == id {
			return &r.Questions[i], nil
		}
	}
	return nil, fault.NotFoundf("no question %q is open; the list may be older than the last batch", id)
}

// clued lists the cases behind a question, inside the reader's scope.
func (a *App) clued(ctx context.Context, q cases.Query, filter *indicator.Pred) (cases.List, error) {
	question, err := a.clue(ctx, q.Pick)
	if err != nil {
		return cases.List{}, err
	}
	refs, _, err := a.columns.List(ctx, &indicator.Pred{Op: indicator.True}, filter, question.Period, 0, -1)
	if err != nil {
		return cases.List{}, err
	}
	refs = slices.DeleteFunc(refs, func(r indicator.Ref) bool {
		_, ok := slices.BinarySearch(question.Evidence, r.ID)
		return !ok
	})
	out := cases.List{Total: len(refs), Name: question.Rule.Name, Definition: question.Rule.Innocent}
	refs = refs[min(max(q.Offset, 0), len(refs)):]
	if q.Limit >= 0 {
		refs = refs[:min(q.Limit, len(refs))]
	}
	if out.Rows, err = a.rows(ctx, refs); err != nil {
		return cases.List{}, err
	}
	why := question.Rule.Name
	if question.Way != "" {
		why.Zh, why.En = strings.Join([]string{why.Zh, a.words.Name("closing_way", question.Way, "zh")}, "："), why.En+": "+a.words.Name("closing_way", question.Way, "en")
	}
	for i := range out.Rows {
		out.Rows[i].Reason = why
	}
	return out, nil
}
