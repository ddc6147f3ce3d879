package app

import (
	"context"
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/documents"
)

// Compare implements [documents.Papers].
func (a paperDesk) Compare(ctx context.Context, at access.Scope, id, then, now string) (documents.Comparison, error) {
	p, _, err := a.readable(ctx, at, id)
	if err != nil {
		return documents.Comparison{}, err
	}
	if !at.City {
		return documents.Comparison{}, fault.Forbiddenf("the versions before the edition are the office's own; ask one of: %v", access.RolesFor(access.BuildBulletin))
	}
	texts, choices, err := a.versionsOf(ctx, p)
	if err != nil {
		return documents.Comparison{}, err
	}
	out := documents.Comparison{Choices: choices, Then: then, Now: now}
	if texts[out.Now] == nil {
		out.Now = choices[len(choices)-1].ID
	}
	if texts[out.Then] == nil {
		out.Then = choices[max(0, len(choices)-2)].ID
	}
	out.Sentences = bulletin.CompareSentences(texts[out.Then], texts[out.Now])
	out.Figures = bulletin.CompareFigures(texts[out.Then], texts[out.Now])
	d, err := a.draft(ctx, p)
	if err != nil {
		return out, err
	}
	b, err := a.pastBasis(ctx, d.recipe)
	if err != nil {
		return out, err
	}
	b.book = a.Book()
	found, err := b.breaks(ctx, d.present.Figures)
	if err != nil {
		return out, err
	}
	out.Breaks = pageBreaks(found)
	return out, nil
}

// versionsOf gathers what can be compared, oldest first: the edition that the document
// restates, its generations, and its text as people left it.
func (a *App) versionsOf(ctx context.Context, p store.Paper) (map[string]*bulletin.Edition, []documents.Choice, error) {
	texts := map[string]*bulletin.Edition{}
	var choices []documents.Choice
	if p.Replaces != "" {
		old, err := a.store.Paper(ctx, p.Replaces)
		if err != nil {
			return nil, nil, err
		}
		e, _, rec, err := a.frozenEdition(ctx, old.Edition)
		if err != nil {
			return nil, nil, err
		}
		texts["earlier"] = rec.Edition
		choices = append(choices, documents.Choice{ID: "earlier", Batch: e.Batch, At: e.Created, Text: statute.Text{Zh: "前一版（已印发）", En: "the earlier edition"}})
	}
	versions, err := a.store.PaperVersions(ctx, p.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, v := range versions {
		d, err := readVersion(p, v)
		if err != nil {
			return nil, nil, err
		}
		id := fmt.Sprintf("v%d", v.Version)
		texts[id] = d.body.Edition
		choices = append(choices, documents.Choice{ID: id, Batch: v.Batch, At: v.At,
			Text: statute.Text{Zh: fmt.Sprintf("第%d稿，自动生成（第%d批）", v.Version, v.Batch), En: fmt.Sprintf("draft %d as generated (batch %d)", v.Version, v.Batch)}})
	}
	d, err := a.draft(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	texts["present"] = d.present
	choices = append(choices, documents.Choice{ID: "present", Batch: p.Batch, At: p.At, Text: statute.Text{Zh: "现稿", En: "the present text"}})
	return texts, choices, nil
}

// Restate implements [documents.Papers].
func (a paperDesk) Restate(ctx context.Context, at access.Scope, id string) (documents.Restated, error) {
	p, _, err := a.readable(ctx, at, id)
	if err != nil {
		return documents.Restated{}, err
	}
	if p.Edition == "" {
		return documents.Restated{}, fault.Conflictf("the document %s was not issued: there is nothing to restate", id)
	}
	r, err := a.RestateEdition(ctx, at, p.Edition)
	if err != nil {
		return documents.Restated{}, err
	}
	out := documents.Restated{Edition: p.Edition, Batch: r.Batch, Breaks: pageBreaks(r.Breaks)}
	for _, f := range r.Figures {
		m := documents.Moved{Figure: f.Then, Name: a.figureName(f.Then), Now: f.Now.Text, Jump: f.Jump}
		for _, c := range f.Cases {
			k := documents.MovedCase{Court: c.Court, Key: c.Key, CaseNo: c.CaseNo, Side: string(c.Side), How: c.How}
			for _, w := range c.Why {
				x := documents.FieldChange{Batch: w.Batch, Was: w.Was, Is: w.Is}
				if field, ok := docket.FieldByName(w.Field); ok {
					x.Field = statute.Text{Zh: field.Zh, En: field.En}
				}
				k.Why = append(k.Why, x)
			}
			m.Cases = append(m.Cases, k)
		}
		out.Figures = append(out.Figures, m)
	}
	return out, nil
}

// figureName is what a figure counts, in words.
func (a *App) figureName(f bulletin.Printed) statute.Text {
	if i, err := a.Book().Find(f.Set, f.Indicator); err == nil {
		return i.Name
	}
	return statute.Text{Zh: "推算值", En: "calculated"}
}

// pageBreaks shows redefinitions to the pages.
func pageBreaks(list []DefinitionBreak) []documents.Break {
	var out []documents.Break
	for _, b := range list {
		x := documents.Break{Name: b.Name, Unit: b.Unit, From: b.From, Jump: b.Jump}
		for _, m := range b.Months {
			x.Months = append(x.Months, documents.BothWays{Period: m.Period, Old: m.Old, New: m.New, InForce: m.Official})
		}
		out = append(out, x)
	}
	return out
}
