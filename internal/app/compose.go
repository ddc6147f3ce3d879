package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/document"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/store"
)

// composed is a document made from a basis, with the case lists it asked for.
type composed struct {
	*bulletin.Edition
	lists []listed
	lost  []string // sentences rewritten by a person that the document no longer has
}

// listed is one case list of a document as a set of ids.
type listed struct {
	Set       string         `json:"set"`
	Indicator string         `json:"indicator"`
	Side      indicator.Side `json:"side"`
	Period    string         `json:"period"`
	IDs       []int64        `json:"ids"` // of the case versions, in the order of the list
}

// compose makes the document of the basis. Figures are those of the document's own scope; the
// case lists are confined to who may see them.
func (b basis) compose(ctx context.Context, lists access.Scope) (composed, error) {
	words, skel, err := b.model()
	if err != nil {
		return composed{}, err
	}
	brief, err := b.brief(ctx, compared(skel))
	if err != nil {
		return composed{}, err
	}
	src := &source{basis: b, lists: lists}
	if src.at, err = b.scope(); err != nil {
		return composed{}, err
	}
	made, err := bulletin.Build(ctx, src, b.book, words, skel, brief)
	if err != nil {
		return composed{}, err
	}
	out := composed{Edition: made, lists: src.asked}
	for _, id := range slices.Sorted(maps.Keys(b.recipe.Texts)) {
		if err := made.Rewrite(id, b.recipe.Texts[id]); err != nil {
			out.lost = append(out.lost, id)
		}
	}
	return out, nil
}

// compared reports whether a document sees one court against all courts, which then only appear
// as totals.
func compared(skel *bulletin.Skeleton) bool { return skel.Subject == "court" }

// scope is what the figures of the document may cover.
func (b basis) scope() (access.Scope, error) {
	at := access.System()
	_, skel, err := b.model()
	if err == nil && b.recipe.Court != "" && !compared(skel) {
		at.City, at.Court = false, b.recipe.Court
	}
	return at, err
}

// source answers a bulletin's questions from a basis: figures under the document's scope, case
// lists also under the reader's.
type source struct {
	basis
	at, lists access.Scope
	asked     []listed
}

// Compute implements [bulletin.Source].
func (s *source) Compute(ctx context.Context, req indicator.Request) ([]indicator.Figure, error) {
	ask := func() ([]indicator.Figure, error) {
		return s.app.computeOn(ctx, s.at, s.book, s.eng, s.basis.lists, req)
	}
	if !s.at.City {
		return ask()
	}
	return s.figures.get(req, ask)
}

// Cases implements [bulletin.Source].
func (s *source) Cases(ctx context.Context, req indicator.CasesRequest) ([]bulletin.Listed, error) {
	for _, at := range []access.Scope{s.at, s.lists} {
		scope, err := confine(at)
		if err != nil {
			return nil, err
		}
		req.Filter = indicator.All(scope, req.Filter)
	}
	found := map[int64]docket.Case{}
	fetch := func(ids []int64) ([]docket.Case, error) {
		recs, err := s.app.store.RecordsAsOf(ctx, s.recipe.Batch, ids)
		out := make([]docket.Case, len(recs))
		for i, r := range recs {
			found[r.ID], out[i] = r.Case, r.Case
		}
		return out, err
	}
	reasoned, _, err := s.book.Cases(ctx, s.eng, fetch, req)
	if err != nil {
		return nil, err
	}
	out, l := make([]bulletin.Listed, len(reasoned)), listed{Set: req.Set, Indicator: req.Indicator, Side: req.Side, Period: req.Period.String()}
	for i, r := range reasoned {
		out[i] = bulletin.Listed{ID: r.ID, Case: found[r.ID], Reason: r.Reason}
		l.IDs = append(l.IDs, r.ID)
	}
	s.asked = append(s.asked, l)
	return out, nil
}

// brief gathers what a bulletin is told; compared ones are told of all courts.
func (b basis) brief(ctx context.Context, compared bool) (bulletin.Brief, error) {
	o, err := b.recipe.order()
	if err != nil {
		return bulletin.Brief{}, err
	}
	day, err := civil.ParseDate(b.recipe.DataDay)
	if err != nil {
		return bulletin.Brief{}, err
	}
	issued, err := dayOrNone(b.recipe.Issued)
	if err != nil {
		return bulletin.Brief{}, err
	}
	printed, err := dayOrNone(b.recipe.Printed)
	if err != nil {
		return bulletin.Brief{}, err
	}
	l := b.lists
	lang := b.recipe.Lang
	out := bulletin.Brief{
		Lang: lang, Org: l.office(lang), Place: l.place(o.Court, lang), Court: o.Court, Period: o.Period, Issued: issued, Printed: printed, DataDay: day,
		Batch: b.recipe.Batch, Program: b.recipe.Program, Registries: b.recipe.Registries, Given: b.recipe.Given,
		Name:  func(field, id string) string { return b.app.nameIn(l, field, id, lang) },
		Sheet: b.caseList, Calendar: b.workingDays,
	}
	only := o.Court
	if compared {
		only = ""
	}
	if out.Courts, err = b.courts(ctx, only); err != nil {
		return out, err
	}
	out.To = l.addressee(o.Kind, o.Court, b.recipe.Sent, lang)
	return out, nil
}

// dayOrNone reads a day; an empty text is the zero day.
func dayOrNone(text string) (civil.Date, error) {
	if text == "" {
		return civil.Date(0), nil
	}
	return civil.ParseDate(text)
}

// courts are those with cases in the ledger, in administrative order; one for a court's own
// document.
func (b basis) courts(ctx context.Context, only string) ([]docket.Court, error) {
	if b.active != nil {
		return oneOf(b.active, only), nil
	}
	epochs, err := b.app.store.Epochs(ctx, b.recipe.Batch)
	if err != nil {
		return nil, err
	}
	var out []docket.Court
	for court := range epochs {
		if len(b.lists.courts) == 0 && (only == "" || only == court) {
			out = append(out, docket.Court{Code: court, Name: court})
		}
	}
	for _, c := range b.lists.courts {
		if _, used := epochs[c.Code]; used && (only == "" || only == c.Code) {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return nil, fault.NotFoundf("no cases of court %q in the ledger", only)
	}
	slices.SortStableFunc(out, func(x, y docket.Court) int { return b.lists.compare(x.Code, y.Code) })
	return out, nil
}

// oneOf is the court with a code; all of them without one.
func oneOf(all []docket.Court, only string) []docket.Court {
	if only == "" {
		return all
	}
	i := slices.IndexFunc(all, func(c docket.Court) bool { return c.Code == only })
	return all[i : i+1]
}

// The files of an edition.
const (
	letterFile   = "bulletin.docx"
	appendixFile = "appendix.xlsx"
	figuresFile  = "figures.json"
)

// files writes the document as it is frozen: the letter, the appendix and the figures.
func (c composed) files(r recipe) ([]store.EditionFile, error) {
	var docx, xlsx bytes.Buffer
	if err := document.WriteDocx(&docx, c.Letter()); err != nil {
		return nil, err
	}
	if err := document.WriteXlsx(&xlsx, c.Appendix); err != nil {
		return nil, err
	}
	figures, err := json.MarshalIndent(map[string]any{
		"title": c.Title, "period": r.Period, "as_of": r.DataDay, "batch": r.Batch, "program": r.Program, "sentences": c.Sentences, "figures": c.Figures,
	}, "", " ")
	if err != nil {
		return nil, err
	}
	var out []store.EditionFile
	for _, f := range []store.EditionFile{{Name: letterFile, Data: docx.Bytes()}, {Name: appendixFile, Data: xlsx.Bytes()}, {Name: figuresFile, Data: figures}} {
		h := sha256.Sum256(f.Data)
		f.SHA256, f.Media, f.Bytes = hex.EncodeToString(h[:]), mediaType(f.Name), int64(len(f.Data))
		out = append(out, f)
	}
	return out, nil
}

// hashOf is the hash over the files of an edition.
func hashOf(files []store.EditionFile) string {
	sum := sha256.New()
	for _, f := range files {
		h := sha256.Sum256(f.Data)
		sum.Write(h[:])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// record is what is kept of an edition besides its files: the document as data and the case
// lists as sets of ids.
type record struct {
	Edition *bulletin.Edition `json:"edition"`
	Lists   []listed          `json:"lists"`
}

// frozen is the edition of a composed document, ready to be saved.
func (b basis) frozen(ctx context.Context, c composed, who string) (store.Edition, error) {
	r := b.recipe
	e := store.Edition{Kind: r.Kind, Title: c.Title, Court: r.Court, Period: r.Period, Batch: r.Batch, Created: b.app.now(), Who: who, Program: r.Program}
	var err error
	if e.Files, err = c.files(r); err != nil {
		return e, err
	}
	e.Hash = hashOf(e.Files)
	e.ID = strings.Trim(fmt.Sprintf("%s-%s-%s-b%d-%s", r.Kind, r.Court, r.Period, r.Batch, e.Hash[:8]), "-")
	e.ID = strings.ReplaceAll(strings.ReplaceAll(e.ID, "--", "-"), "..", "_")
	text, err := json.Marshal(record{c.Edition, c.lists})
	if err != nil {
		return e, err
	}
	if e.Record, err = b.app.store.Keep(ctx, text); err != nil {
		return e, err
	}
	how, err := json.Marshal(r)
	e.Recipe = string(how)
	return e, err
}

// BuildBulletin builds, freezes and returns an edition; the same ledger, rules and lists give
// the same edition again.
func (a *App) BuildBulletin(ctx context.Context, at access.Scope, o Order) (store.Edition, error) {
	if err := at.Need(access.BuildBulletin); err != nil {
		return store.Edition{}, err
	}
	if !mayRead(at, o.Court) {
		return store.Edition{}, fault.Forbiddenf("the bulletin would reach beyond your part of the ledger")
	}
	o, err := a.withEarlier(ctx, o)
	if err != nil {
		return store.Edition{}, err
	}
	b, err := a.presentBasis(ctx, o)
	if err != nil {
		return store.Edition{}, err
	}
	made, err := b.compose(ctx, at)
	if err != nil {
		return store.Edition{}, err
	}
	e, err := b.frozen(ctx, made, at.User)
	if err != nil {
		return store.Edition{}, err
	}
	if have, err := a.store.Edition(ctx, e.ID); err == nil {
		return have, nil // the same bytes were frozen before
	}
	if err := a.store.SaveEdition(ctx, e); err != nil {
		return e, err
	}
	return e, a.note(ctx, at, "bulletin.build", e.ID, e.Hash)
}
