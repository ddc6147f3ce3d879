package app

import (
	"context"
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/cases"
)

// noteDesk keeps the notes on cases, each confined to the reader's scope.
type noteDesk struct{ *App }

// inScope refuses a case that is not in the ledger or not in the scope.
func (a noteDesk) inScope(ctx context.Context, at access.Scope, court, key string) (store.Record, error) {
	r, err := a.store.RecordByKey(ctx, court, key)
	if err != nil {
		return r, err
	}
	if !at.Sees(r.Court, r.Division, r.Judge) {
		return store.Record{}, fault.NotFoundf("case %s is not in your part of the ledger", key)
	}
	return r, nil
}

// Notes implements [cases.Notes].
func (a noteDesk) Notes(ctx context.Context, at access.Scope, court, key string) ([]cases.Note, error) {
	if err := at.Need(access.ViewCases); err != nil {
		return nil, err
	}
	if _, err := a.inScope(ctx, at, court, key); err != nil {
		return nil, err
	}
	list, err := a.store.Notes(ctx, court, key)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	names, err := a.userNames(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]cases.Note, len(list))
	for i, n := range list {
		out[i] = cases.Note{Who: n.Who, Name: names[n.Who], At: n.At, Body: n.Body}
	}
	return out, nil
}

// Acks implements [cases.Notes].
func (a noteDesk) Acks(ctx context.Context, at access.Scope, court, key string) ([]cases.Ack, error) {
	if err := at.Need(access.ViewCases); err != nil {
		return nil, err
	}
	if _, err := a.inScope(ctx, at, court, key); err != nil {
		return nil, err
	}
	list, err := a.store.WarningAcksOn(ctx, court, key)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	names, err := a.userNames(ctx)
	if err != nil {
		return nil, err
	}
	var out []cases.Ack
	for _, x := range list {
		out = append(out, cases.Ack{Note: cases.Note{Who: x.Who, Name: names[x.Who], At: x.At, Body: x.Note}, Stage: x.Stage, Due: x.Due})
	}
	return out, nil
}

// AddNote implements [cases.Notes]; the log says that a note was written, not what it says.
func (a noteDesk) AddNote(ctx context.Context, at access.Scope, court, key, body string) error {
	if err := at.Need(access.WriteNotes); err != nil {
		return err
	}
	r, err := a.inScope(ctx, at, court, key)
	if err != nil {
		return err
	}
	if err := a.store.AddNote(ctx, store.Note{Court: court, Key: key, Who: at.User, Body: body}); err != nil {
		return err
	}
	return a.note(ctx, at, "case.note", court+" "+r.CaseNo, fmt.Sprintf("%d characters", len([]rune(body))))
}
