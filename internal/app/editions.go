package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

// Deviation is something that a document made again does not have as it was frozen.
type Deviation struct {
	What string // file, sentence, figure, list or rules
	ID   string
	Then string
	Now  string
}

// Rebuilt is an edition made again from the ledger as of its batch and the definitions, without
// a look at its files.
type Rebuilt struct {
	Edition    store.Edition
	Files      []store.EditionFile
	Same       bool // every byte is as it was frozen
	Deviations []Deviation
}

// RebuildEdition makes an edition again and compares. Under the program and rules that froze it
// every byte is the same; under others text and figures must still agree, and what does not is
// named.
func (a *App) RebuildEdition(ctx context.Context, at access.Scope, id string) (Rebuilt, error) {
	if err := at.Need(access.BuildBulletin); err != nil {
		return Rebuilt{}, err
	}
	e, r, then, err := a.frozenEdition(ctx, id)
	if err != nil {
		return Rebuilt{}, err
	}
	b, err := a.pastBasis(ctx, r)
	if err != nil {
		return Rebuilt{}, err
	}
	c, err := b.compose(ctx, access.System())
	if err != nil {
		return Rebuilt{}, fmt.Errorf("make edition %s again: %w", id, err)
	}
	out := Rebuilt{Edition: e}
	if out.Files, err = c.files(r); err != nil {
		return out, err
	}
	out.Same = hashOf(out.Files) == e.Hash
	if !out.Same {
		rules, err := rulesHash(a.cfg.Rules)
		if err != nil {
			return out, err
		}
		out.Deviations = deviations(e, out.Files, then, c, r.Rules, rules)
	}
	return out, a.note(ctx, at, "bulletin.rebuild", id, fmt.Sprintf("same bytes %v, %d deviations", out.Same, len(out.Deviations)))
}

// frozenEdition reads an edition with its recipe and record.
func (a *App) frozenEdition(ctx context.Context, id string) (store.Edition, recipe, record, error) {
	var r recipe
	var rec record
	e, err := a.store.Edition(ctx, id)
	if err != nil {
		return e, r, rec, err
	}
	if e.Recipe == "" {
		return e, r, rec, &fault.Error{Kind: fault.Conflict, Place: id, Text: "was frozen before editions kept what they are made from", Remedy: "its files are unchanged and can be downloaded"}
	}
	if err := json.Unmarshal([]byte(e.Recipe), &r); err != nil {
		return e, r, rec, fmt.Errorf("recipe of %s: %w", id, err)
	}
	text, err := a.store.Kept(ctx, e.Record)
	if err != nil {
		return e, r, rec, fmt.Errorf("record of %s: %w", id, err)
	}
	if err := json.Unmarshal(text, &rec); err != nil {
		return e, r, rec, fmt.Errorf("record of %s: %w", id, err)
	}
	return e, r, rec, nil
}

// deviations names everything in which two makings of an edition differ.
func deviations(e store.Edition, files []store.EditionFile, then record, now composed, rulesThen, rulesNow string) []Deviation {
	var out []Deviation
	if e.Program != Version {
		out = append(out, Deviation{"program", "", e.Program, Version})
	}
	if rulesThen != rulesNow {
		out = append(out, Deviation{"rules", "", rulesThen[:12], rulesNow[:12]})
	}
	for _, f := range e.Files {
		i := slices.IndexFunc(files, func(n store.EditionFile) bool { return n.Name == f.Name })
		switch {
		case i < 0:
			out = append(out, Deviation{"file", f.Name, f.SHA256, ""})
		case files[i].SHA256 != f.SHA256:
			out = append(out, Deviation{"file", f.Name, f.SHA256, files[i].SHA256})
		}
	}
	for _, s := range bulletin.CompareSentences(then.Edition, now.Edition) {
		if s.Changed() {
			out = append(out, Deviation{"sentence", s.ID, s.Then, s.Now})
		}
	}
	for _, f := range bulletin.CompareFigures(then.Edition, now.Edition) {
		out = append(out, Deviation{"figure", f.Figure.ID, f.Then, f.Now})
	}
	return append(out, listDeviations(then.Lists, now.lists)...)
}

// listDeviations compares case lists as sets of ids.
func listDeviations(then, now []listed) []Deviation {
	name := func(l listed) string {
		return strings.Join([]string{l.Set, l.Indicator, l.Period, string(l.Side)}, "/")
	}
	var out []Deviation
	for i, l := range then {
		if i >= len(now) || name(now[i]) != name(l) {
			out = append(out, Deviation{"list", name(l), fmt.Sprintf("%d cases", len(l.IDs)), ""})
		} else if !slices.Equal(l.IDs, now[i].IDs) {
			out = append(out, Deviation{"list", name(l), fmt.Sprintf("%d cases", len(l.IDs)), fmt.Sprintf("%d cases", len(now[i].IDs))})
		}
	}
	return out
}

// verifyEditions checks the chain of editions, their files, and what they are made from.
func (a *App) verifyEditions(ctx context.Context, out []Finding) ([]Finding, error) {
	_, err := a.store.VerifyEditions(ctx)
	if out, err = found(out, "edition", err); err != nil {
		return nil, fmt.Errorf("chain of editions: %w", err)
	}
	editions, err := a.store.Editions(ctx)
	if err != nil {
		return nil, fmt.Errorf("editions: %w", err)
	}
	for _, e := range editions {
		full, err := a.store.Edition(ctx, e.ID)
		if err == nil {
			out = append(out, damagedFiles(full)...)
		}
		if out, err = found(out, "edition", err); err != nil {
			return nil, fmt.Errorf("edition %s: %w", e.ID, err)
		}
		if e.Recipe == "" {
			continue
		}
		_, r, _, err := a.frozenEdition(ctx, e.ID)
		if err == nil {
			_, err = a.store.Kept(ctx, r.Lists)
		}
		if out, err = found(out, "edition", err); err != nil {
			return nil, fmt.Errorf("edition %s: %w", e.ID, err)
		}
	}
	return out, nil
}

// damagedFiles says which files of an edition are not those that were frozen.
func damagedFiles(e store.Edition) []Finding {
	var out []Finding
	if hashOf(e.Files) != e.Hash {
		out = append(out, Finding{"edition", e.ID + ": the files do not give the hash of the edition"})
	}
	return out
}
