package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/store"
	"zhunsheng/internal/truth"
	"zhunsheng/web/page/documents"
)

// findings judges the text as it stands, with full knowledge of its figures, by sentence.
func (d draft) findings() (map[string][]documents.Finding, error) {
	figures, err := knownFigures(d.present, d.recipe.Batch)
	if err != nil {
		return nil, err
	}
	text, at := paragraphsOf(d.present)
	out := map[string][]documents.Finding{}
	for _, f := range truth.Check(text, truth.Known{Figures: figures}) {
		if id := at.sentence(f.Line, f.Col); id != "" {
			out[id] = append(out[id], documents.Finding{Rule: string(f.Rule), Printed: f.Printed, Recomputed: f.Recomputed, Why: f.Why})
		}
	}
	return out, nil
}

// draftBurden is what a draft still asks of people: what its data lack, and the figures they
// typed.
type draftBurden struct {
	version      int
	texts        int // written so far; they are only ever added
	lacks, typed int
}

// burden counts the work in a draft, anew when there is another version or text.
func (a *App) burden(ctx context.Context, p store.Paper) (draftBurden, error) {
	texts, err := a.store.PaperTexts(ctx, p.ID)
	if err != nil {
		return draftBurden{}, err
	}
	if kept, ok := a.burdens.Load(p.ID); ok {
		if b := kept.(draftBurden); b.version == p.Version && b.texts == len(texts) {
			return b, nil
		}
	}
	d, err := a.draft(ctx, p)
	if err != nil {
		return draftBurden{}, err
	}
	found, err := d.findings()
	if err != nil {
		return draftBurden{}, err
	}
	b := draftBurden{version: p.Version, texts: len(texts), lacks: len(d.body.Lacks), typed: d.typed(found)}
	a.burdens.Store(p.ID, b)
	return b, nil
}

// typed counts the figures that a person typed: numbers of rewritten sentences that are no
// figure of the document.
func (d draft) typed(found map[string][]documents.Finding) int {
	n := 0
	for id := range d.recipe.Texts {
		for _, f := range found[id] {
			if f.Rule == string(truth.Traceability) {
				n++
			}
		}
	}
	return n
}

// knownFigures are the figures of a document as the truth checks know them.
func knownFigures(e *bulletin.Edition, batch int64) ([]truth.Figure, error) {
	if len(e.Figures) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(map[string]any{"batch": batch, "figures": e.Figures})
	if err != nil {
		return nil, err
	}
	return truth.ReadFigures(figuresFile, text)
}

// places says which sentence stands where in the paragraphs that were checked.
type places [][]placed

type placed struct {
	id      string
	from, n int // first character from 1, and how many
}

// sentence is the sentence at a place.
func (p places) sentence(line, col int) string {
	if line < 1 || line > len(p) {
		return ""
	}
	for _, s := range slices.Backward(p[line-1]) {
		if col >= s.from {
			return s.id
		}
	}
	return ""
}

// paragraphsOf lays a document out as its reader sees it: one paragraph for each part of
// sentences. A paragraph may print the figures of its sentences and of the whole document;
// tables are generated and not judged here.
func paragraphsOf(e *bulletin.Edition) ([]truth.Paragraph, places) {
	space := ""
	if e.Lang == "en" {
		space = " "
	}
	said := make(map[string]bulletin.Sentence, len(e.Sentences))
	for _, s := range e.Sentences {
		said[s.ID] = s
	}
	var out []truth.Paragraph
	var at places
	for _, part := range slices.Concat(e.Body, e.Annex) {
		if len(part.Says) == 0 {
			continue
		}
		var text strings.Builder
		var line []placed
		for i, id := range part.Says {
			if i > 0 {
				text.WriteString(space)
			}
			s := said[id]
			line = append(line, placed{id, len([]rune(text.String())) + 1, len([]rune(s.Text))})
			text.WriteString(s.Text)
		}
		out = append(out, truth.Paragraph{Line: len(out) + 1, Text: text.String(), Heading: part.Level > 0})
		at = append(at, line)
	}
	return out, at
}

// lacks says what the data of a document lack: months not reported, rows not in the ledger,
// doubtful records, intervals not loaded.
func (b basis) lacks(ctx context.Context, e *bulletin.Edition) ([]documents.Missing, error) {
	inside := func(court string) bool { return b.recipe.Court == "" || court == b.recipe.Court }
	day, err := civil.ParseDate(b.recipe.DataDay)
	if err != nil {
		return nil, err
	}
	byCourt, err := b.app.trustByCourt(ctx, day)
	if err != nil {
		return nil, err
	}
	gaps, rejected, flagged := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for court, t := range byCourt {
		if inside(court) {
			gaps[court] += t.gaps
		}
	}
	counts, err := b.app.store.IssueCounts(ctx, store.IssueFilter{Batch: b.recipe.Batch, OnlyReject: true, Court: b.recipe.Court})
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		rejected[c.Court] += c.Rejected
	}
	notes, err := b.app.ledgerNotes(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range notes.flagged {
		if inside(f.Court) {
			flagged[f.Court]++
		}
	}
	var out []documents.Missing
	for _, x := range []struct {
		what   string
		counts map[string]int64
	}{{"gaps", gaps}, {"rejected", rejected}, {"flagged", flagged}} {
		m := documents.Missing{What: x.what}
		for _, court := range b.lists.inOrder("court", x.counts) {
			m.Count += x.counts[court]
			if court != "" && b.recipe.Court == "" {
				m.Courts = append(m.Courts, court)
			}
		}
		if m.Count > 0 {
			out = append(out, m)
		}
	}
	without := map[string]bool{}
	for _, f := range e.Figures {
		if f.Status == indicator.NotLoaded && len(f.Of) == 0 {
			without[f.Set+"/"+f.Indicator] = true
		}
	}
	if len(without) > 0 {
		out = append(out, documents.Missing{What: "intervals", Count: int64(len(without))})
	}
	return out, nil
}
