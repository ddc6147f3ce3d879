package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/paper"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/documents"
)

// paperDesk keeps the official documents and their life.
type paperDesk struct{ *App }

// paperBody is what one version of a document's text holds.
type paperBody struct {
	Edition *bulletin.Edition   `json:"edition"`
	Lacks   []documents.Missing `json:"lacks,omitempty"`
}

// draft is a document with its newest text.
type draft struct {
	store.Paper
	recipe  recipe
	body    paperBody
	texts   map[string]store.PaperText // the last text of each sentence
	present *bulletin.Edition          // with what people wrote in place
}

// begun is the start of every document: who may read it at all.
func mayReadPaper(at access.Scope, p store.Paper, to []string) bool {
	if at.City {
		return true
	}
	return at.Court != "" && at.Division == "" && slices.Contains(to, at.Court) &&
		(p.State == paper.Issued || p.State == paper.Recalled || p.State == paper.Restated)
}

// Board implements [documents.Papers].
func (a paperDesk) Board(ctx context.Context, at access.Scope) (documents.Board, error) {
	var out documents.Board
	if err := at.Need(access.ViewBulletin); err != nil {
		return out, err
	}
	var err error
	if out.DataDay, err = a.DataDay(ctx); err != nil {
		return out, err
	}
	if out.Papers, err = a.cards(ctx, at); err != nil {
		return out, err
	}
	if !at.City {
		return out, nil
	}
	if at.Can(access.BuildBulletin) {
		out.Kinds = DocumentKinds
	}
	all, err := documentDesk(a).Editions(ctx, at)
	if err != nil {
		return out, err
	}
	for _, e := range all {
		if e.Paper == "" {
			out.Loose = append(out.Loose, e)
		}
	}
	attempts, err := a.store.PaperAttempts(ctx, 12)
	if err != nil {
		return out, err
	}
	for _, x := range attempts {
		p, err := civil.ParsePeriod(x.Period)
		if err != nil {
			return out, err
		}
		out.Attempts = append(out.Attempts, documents.Attempt{Kind: x.Kind, Court: x.Court, Period: p, State: x.State, Note: x.Note, At: x.At})
	}
	return out, nil
}

// cards lists the documents that a reader may see, newest period first, then by kind and in
// administrative order.
func (a *App) cards(ctx context.Context, at access.Scope) ([]documents.Card, error) {
	court := ""
	if !at.City {
		if court = at.Court; court == "" {
			return nil, nil
		}
	}
	list, err := a.store.Papers(ctx, court)
	if err != nil {
		return nil, err
	}
	to, err := a.store.PaperRecipients(ctx, "")
	if err != nil {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	names, err := a.userNames(ctx)
	if err != nil {
		return nil, err
	}
	later := map[string]string{}
	for _, p := range list {
		if p.Replaces != "" {
			later[p.Replaces] = p.ID
		}
	}
	var out []documents.Card
	for _, p := range list {
		if !mayReadPaper(at, p, to[p.ID]) {
			continue
		}
		c, err := a.card(ctx, at, p, names)
		if err != nil {
			return nil, fmt.Errorf("document %s: %w", p.ID, err)
		}
		c.Sent, c.ReplacedBy = len(to[p.ID]), later[p.ID]
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(x, y documents.Card) int {
		return cmp.Or(cmp.Compare(y.Period.To, x.Period.To), cmp.Compare(x.Period.From, y.Period.From),
			cmp.Compare(slices.Index(DocumentKinds, x.Kind), slices.Index(DocumentKinds, y.Kind)), l.compare(x.Court, y.Court))
	})
	return out, nil
}

// card is one document in a list. Drafts are looked into for what they lack and for typed
// figures; issued ones for acknowledgements.
func (a *App) card(ctx context.Context, at access.Scope, p store.Paper, names map[string]string) (documents.Card, error) {
	period, err := civil.ParsePeriod(p.Period)
	if err != nil {
		return documents.Card{}, err
	}
	c := documents.Card{ID: p.ID, Kind: p.Kind, Title: p.Title, Court: p.Court, Period: period, State: p.State, Seq: p.Seq, At: p.At, By: nameOr(names, p.By),
		Scheduled: p.Origin == scheduleOrigin, Edition: p.Edition, Replaces: p.Replaces, Batch: p.Batch}
	switch p.State {
	case paper.Draft:
		b, err := a.burden(ctx, p)
		if err != nil {
			return c, err
		}
		c.Missing, c.Typed = b.lacks, b.typed
	case paper.Issued:
		steps, err := a.store.PaperSteps(ctx, p.ID)
		if err != nil {
			return c, err
		}
		for _, s := range steps {
			if s.Action == paper.Acknowledge {
				c.Signed++
				if s.Court == at.Court {
					c.Acknowledged = s.At
				}
			}
		}
	}
	return c, nil
}

func nameOr(names map[string]string, login string) string {
	if n := names[login]; n != "" {
		return n
	}
	return login
}

// userNames are the display names of everybody who may sign in, by login.
func (a *App) userNames(ctx context.Context) (map[string]string, error) {
	users, err := a.store.Users(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, u := range users {
		out[u.Login] = u.Name
	}
	return out, nil
}

// draft reads the newest text of a document.
func (a *App) draft(ctx context.Context, p store.Paper) (draft, error) {
	versions, err := a.store.PaperVersions(ctx, p.ID)
	if err != nil {
		return draft{}, err
	}
	d, err := readVersion(p, versions[len(versions)-1])
	if err != nil {
		return d, err
	}
	texts, err := a.store.PaperTexts(ctx, p.ID)
	if err != nil {
		return d, err
	}
	for _, t := range texts {
		d.texts[t.Sentence] = t // by version: the last one stays
	}
	d.recipe.Texts = map[string]string{}
	for id, t := range d.texts {
		if t.Body != "" {
			d.recipe.Texts[id] = t.Body
		}
	}
	if d.present, err = rewritten(d.body.Edition, d.recipe.Texts); err != nil || p.Edition == "" {
		return d, err
	}
	_, _, frozen, err := a.frozenEdition(ctx, p.Edition)
	if err == nil {
		d.present.Head = frozen.Edition.Head // with the day of approval and whom it was sent to
	}
	return d, err
}

func readVersion(p store.Paper, v store.PaperVersion) (draft, error) {
	d := draft{Paper: p, texts: map[string]store.PaperText{}}
	if err := json.Unmarshal([]byte(v.Recipe), &d.recipe); err != nil {
		return d, fmt.Errorf("recipe of %s: %w", p.ID, err)
	}
	if err := json.Unmarshal([]byte(v.Body), &d.body); err != nil {
		return d, fmt.Errorf("text of %s: %w", p.ID, err)
	}
	return d, nil
}

// rewritten is a copy of a document with texts in place of its sentences. A text whose sentence
// the newest version no longer has is kept in the store and left out here.
func rewritten(e *bulletin.Edition, texts map[string]string) (*bulletin.Edition, error) {
	out := *e
	out.Sentences = slices.Clone(e.Sentences)
	for _, id := range slices.Sorted(maps.Keys(texts)) {
		if _, err := out.Sentence(id); err != nil {
			continue
		}
		if err := out.Rewrite(id, texts[id]); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// readable returns a document that the reader may see, or forbids it without a word about it.
func (a *App) readable(ctx context.Context, at access.Scope, id string) (store.Paper, []string, error) {
	if err := at.Need(access.ViewBulletin); err != nil {
		return store.Paper{}, nil, err
	}
	p, err := a.store.Paper(ctx, id)
	if err != nil {
		return p, nil, err
	}
	to, err := a.store.PaperRecipients(ctx, id)
	if err != nil {
		return p, nil, err
	}
	if !mayReadPaper(at, p, to[id]) {
		return store.Paper{}, nil, fault.Forbiddenf("the document %s was not issued to your court", id)
	}
	return p, to[id], nil
}

// Paper implements [documents.Papers].
func (a paperDesk) Paper(ctx context.Context, at access.Scope, id string) (documents.Paper, error) {
	p, to, err := a.readable(ctx, at, id)
	if err != nil {
		return documents.Paper{}, err
	}
	d, err := a.draft(ctx, p)
	if err != nil {
		return documents.Paper{}, err
	}
	names, err := a.userNames(ctx)
	if err != nil {
		return documents.Paper{}, err
	}
	out := documents.Paper{Version: p.Version, Doc: d.present, Program: d.recipe.Program, Rules: d.recipe.Rules[:min(12, len(d.recipe.Rules))]}
	if out.DataDay, err = civil.ParseDate(d.recipe.DataDay); err != nil {
		return out, err
	}
	all, err := a.cards(ctx, at)
	if err != nil {
		return out, err
	}
	if i := slices.IndexFunc(all, func(c documents.Card) bool { return c.ID == id }); i >= 0 {
		out.Card = all[i]
	}
	out.Edits = p.State == paper.Draft && at.City && at.Can(access.BuildBulletin)
	if out.Lines, out.Findings, err = d.lines(names, p.State == paper.Draft); err != nil {
		return out, err
	}
	if at.City {
		last, err := a.lastBatch(ctx)
		if err != nil {
			return out, err
		}
		if p.State == paper.Draft {
			out.Lacks = d.body.Lacks
			if last != p.Batch {
				out.Newer = last
			}
		}
	}
	if err := a.lifeOf(ctx, at, p, to, names, &out); err != nil {
		return out, err
	}
	out.Files = paperFiles(at)
	return out, a.note(ctx, at, "paper.view", id, string(p.State))
}

// paperFiles are the files that a reader may take.
func paperFiles(at access.Scope) []documents.File {
	names := []string{letterFile, appendixFile}
	if at.City {
		names = append(names, figuresFile)
	}
	var out []documents.File
	for _, n := range names {
		out = append(out, documents.File{Name: n, Type: mediaType(n)})
	}
	return out
}

// lifeOf adds the steps so far, those that the reader may take, and the recipients.
func (a *App) lifeOf(ctx context.Context, at access.Scope, p store.Paper, to []string, names map[string]string, out *documents.Paper) error {
	steps, err := a.store.PaperSteps(ctx, p.ID)
	if err != nil {
		return err
	}
	signed := map[string]store.PaperStep{}
	for _, s := range steps {
		if s.Action == paper.Acknowledge {
			signed[s.Court] = s
		}
		if at.City || s.Action == paper.Issue || s.Action == paper.Recall || s.Action == paper.Restate || (s.Action == paper.Acknowledge && s.Court == at.Court) {
			out.Steps = append(out.Steps, documents.Step{Seq: s.Seq, Action: s.Action, State: s.State, At: s.At, Who: nameOr(names, s.Who), Court: s.Court, Organ: s.Organ, Edition: s.Edition, Reason: s.Reason})
		}
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(to, l.compare)
	for _, court := range to {
		if at.City || court == at.Court {
			out.Recipients = append(out.Recipients, documents.Recipient{Court: court, Acknowledged: signed[court].At, By: nameOr(names, signed[court].Who)})
		}
	}
	for _, m := range paper.Moves(p.State) {
		if a.mayMove(at, m, to, signed) {
			out.Moves = append(out.Moves, m)
		}
	}
	out.Courts, err = a.recipients(ctx, p)
	return err
}

// mayMove reports whether a step is this reader's: those of the office are for people who see
// the whole city, the acknowledgement for the office of a receiving court.
func (a *App) mayMove(at access.Scope, m paper.Move, to []string, signed map[string]store.PaperStep) bool {
	if !at.Can(m.Need) {
		return false
	}
	if m.Action == paper.Acknowledge {
		_, done := signed[at.Court]
		return !at.City && slices.Contains(to, at.Court) && !done
	}
	return at.City
}

// recipients are the courts that a document may be issued to, in administrative order: all of
// the list, or the one that a court's own document is about.
func (a *App) recipients(ctx context.Context, p store.Paper) ([]string, error) {
	if p.Court != "" {
		return []string{p.Court}, nil
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	return l.receivers(), nil
}

// lines are the sentences as they stand, beside what was generated.
func (d draft) lines(names map[string]string, judged bool) ([]documents.Line, int, error) {
	var found map[string][]documents.Finding
	if judged {
		var err error
		if found, err = d.findings(); err != nil {
			return nil, 0, err
		}
	}
	var out []documents.Line
	count := 0
	for i, s := range d.present.Sentences {
		t := d.texts[s.ID]
		l := documents.Line{Sentence: s, Generated: d.body.Edition.Sentences[i].Text, Version: t.Version, By: nameOr(names, t.Who), At: t.At, Findings: found[s.ID]}
		for _, id := range s.Figures {
			if f, err := d.present.Figure(id); err == nil {
				l.Figures = append(l.Figures, f)
			}
		}
		count += len(l.Findings)
		out = append(out, l)
	}
	return out, count, nil
}

// Begin implements [documents.Papers].
func (a paperDesk) Begin(ctx context.Context, at access.Scope, o documents.Order) (string, error) {
	if err := at.Need(access.BuildBulletin); err != nil {
		return "", err
	}
	if !at.City {
		return "", fault.Forbiddenf("documents are drafted by the office of the city")
	}
	return a.begin(ctx, at, o, at.User, "")
}

// begin drafts a document from the newest data. One that restates an edition, and one of a kind
// and period that has an ended life already, get a number.
func (a *App) begin(ctx context.Context, at access.Scope, o documents.Order, origin, replaces string) (string, error) {
	v, err := a.generate(ctx, at, o)
	if err != nil {
		return "", err
	}
	p := store.Paper{Kind: o.Kind, Court: o.Court, Period: o.Period.String(), Origin: origin, Replaces: replaces, Who: at.User}
	if p.ID, err = a.freePaper(ctx, o, replaces); err != nil {
		return "", err
	}
	if err := a.store.AddPaper(ctx, p, v); err != nil {
		return "", err
	}
	return p.ID, a.note(ctx, at, "paper.begin", p.ID, v.Title)
}

// freePaper finds the id of a new document. While one of the same kind, court and period is
// being worked on, or is issued and not restated, there is no second one.
func (a *App) freePaper(ctx context.Context, o documents.Order, replaces string) (string, error) {
	base := strings.ReplaceAll(strings.Join(slices.DeleteFunc([]string{o.Kind, o.Court, o.Period.String()}, func(s string) bool { return s == "" }), "-"), "..", "_")
	list, err := a.store.Papers(ctx, "")
	if err != nil {
		return "", err
	}
	n := 1
	for _, p := range list {
		if p.Kind != o.Kind || p.Court != o.Court || p.Period != o.Period.String() {
			continue
		}
		n++
		if len(paper.Moves(p.State)) > 0 && p.ID != replaces {
			return "", &fault.Error{Kind: fault.Conflict, Place: p.ID, Text: "there is already a document of this kind and period (" + string(p.State) + ")", Remedy: "go on with it, or drop it first"}
		}
	}
	if n == 1 {
		return base, nil
	}
	return fmt.Sprintf("%s-r%d", base, n), nil
}

// generate makes the text of a document from the newest data.
func (a *App) generate(ctx context.Context, at access.Scope, o documents.Order) (store.PaperVersion, error) {
	o, err := a.withEarlier(ctx, o)
	if err != nil {
		return store.PaperVersion{}, err
	}
	b, err := a.presentBasis(ctx, o)
	if err != nil {
		return store.PaperVersion{}, err
	}
	if _, err := a.columns.Refresh(ctx); err != nil {
		return store.PaperVersion{}, err
	}
	made, err := b.compose(ctx, access.System())
	if err != nil {
		return store.PaperVersion{}, err
	}
	body := paperBody{Edition: made.Edition}
	if body.Lacks, err = b.lacks(ctx, made.Edition); err != nil {
		return store.PaperVersion{}, err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return store.PaperVersion{}, err
	}
	how, err := json.Marshal(b.recipe)
	return store.PaperVersion{Version: 1, Title: made.Title, Batch: b.recipe.Batch, Recipe: string(how), Body: string(text), Who: at.User}, err
}

// Write implements [documents.Papers].
func (a paperDesk) Write(ctx context.Context, at access.Scope, id string, w documents.Writing) error {
	if err := at.Need(access.BuildBulletin); err != nil {
		return err
	}
	p, _, err := a.readable(ctx, at, id)
	if err != nil {
		return err
	}
	if p.State != paper.Draft || !at.City {
		return fault.Forbiddenf("the document is %s: its sentences no longer change; return it first", p.State)
	}
	d, err := a.draft(ctx, p)
	if err != nil {
		return err
	}
	s, err := d.body.Edition.Sentence(w.Sentence)
	if err != nil {
		return err
	}
	last := d.texts[w.Sentence]
	if w.Text == s.Text {
		w.Text = "" // the generated sentence again
	}
	if last.Body == w.Text {
		return nil // nothing to keep
	}
	if w.Base < last.Version && last.Who == at.User {
		w.Base = last.Version // one's own earlier save: the answer had not arrived yet
	}
	if w.Base < last.Version {
		return &fault.Error{Kind: fault.Conflict, Place: w.Sentence, Text: "somebody else wrote this sentence meanwhile", Remedy: "compare both texts and save again"}
	}
	if err := a.store.WritePaper(ctx, id, store.PaperText{Sentence: w.Sentence, Version: w.Base + 1, Body: w.Text, Who: at.User}); err != nil {
		return err
	}
	return a.note(ctx, at, "paper.write", id+" "+w.Sentence, fmt.Sprintf("version %d, %d characters", w.Base+1, len([]rune(w.Text))))
}

// Take implements [documents.Papers].
func (a paperDesk) Take(ctx context.Context, at access.Scope, id, name string) (documents.File, io.ReadCloser, error) {
	p, _, err := a.readable(ctx, at, id)
	if err != nil {
		return documents.File{}, nil, err
	}
	if !slices.ContainsFunc(paperFiles(at), func(f documents.File) bool { return f.Name == name }) {
		return documents.File{}, nil, fault.NotFoundf("the document %s has no file %s for you", id, name)
	}
	var files []store.EditionFile
	switch {
	case p.Edition != "" && (at.City || name == letterFile):
		e, err := a.store.Edition(ctx, p.Edition)
		if err != nil {
			return documents.File{}, nil, err
		}
		files = e.Files
	default:
		if files, err = a.madeFor(ctx, at, p); err != nil {
			return documents.File{}, nil, err
		}
	}
	i := slices.IndexFunc(files, func(f store.EditionFile) bool { return f.Name == name })
	if i < 0 {
		return documents.File{}, nil, fault.NotFoundf("the document %s has no file %s", id, name)
	}
	f := documents.File{Name: id + "-" + name, Type: mediaType(name), Bytes: int64(len(files[i].Data))}
	return f, io.NopCloser(bytes.NewReader(files[i].Data)), a.note(ctx, at, "paper.take", id, name)
}

// madeFor makes the files of a document for one reader: the case lists hold only cases of the
// reader's scope.
func (a *App) madeFor(ctx context.Context, at access.Scope, p store.Paper) ([]store.EditionFile, error) {
	d, err := a.draft(ctx, p)
	if err != nil {
		return nil, err
	}
	r := d.recipe
	if p.Edition != "" {
		if _, r, _, err = a.frozenEdition(ctx, p.Edition); err != nil {
			return nil, err
		}
	}
	b, err := a.pastBasis(ctx, r)
	if err != nil {
		return nil, err
	}
	c, err := b.compose(ctx, at)
	if err != nil {
		return nil, err
	}
	return c.files(r)
}
