package app

import (
	"context"
	"fmt"
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

// Act implements [documents.Papers]. Every step is written to the log.
func (a paperDesk) Act(ctx context.Context, at access.Scope, id string, x documents.Act) error {
	p, to, err := a.readable(ctx, at, id)
	if err != nil {
		return err
	}
	m, err := paper.Find(p.State, x.Action)
	if err != nil {
		return err
	}
	if err := m.Check(at, x.Reason); err != nil {
		return err
	}
	if x.Action != paper.Acknowledge && !at.City {
		return fault.Forbiddenf("this step is for the office of the city")
	}
	if x.Seq != p.Seq && x.Action != paper.Acknowledge {
		return &fault.Error{Kind: fault.Conflict, Place: id, Text: "somebody took a step meanwhile", Remedy: "look at the document again"}
	}
	step := store.PaperStep{Seq: p.Seq + 1, Action: x.Action, State: m.To, Reason: x.Reason, Who: at.User}
	switch x.Action {
	case paper.Refresh:
		err = a.refreshPaper(ctx, at, p, step)
	case paper.Check:
		err = a.checkPaper(ctx, p, step)
	case paper.Approve:
		if x.Organ != "president" && x.Organ != "party_group" {
			return fault.At("organ", "say who approves", "choose the president or the party group")
		}
		step.Organ = x.Organ
		err = a.store.StepPaper(ctx, id, step)
	case paper.Issue:
		err = a.issuePaper(ctx, at, p, step, x.Courts)
	case paper.Acknowledge:
		err = a.acknowledge(ctx, at, p, step, to)
	case paper.Restate:
		_, err = a.restatePaper(ctx, at, p)
	default:
		err = a.store.StepPaper(ctx, id, step)
	}
	if err != nil {
		return err
	}
	return a.note(ctx, at, "paper."+string(x.Action), id, strings.TrimSpace(x.Organ+" "+x.Reason))
}

// refreshPaper generates the text again from the newest data; what people wrote stays.
func (a *App) refreshPaper(ctx context.Context, at access.Scope, p store.Paper, step store.PaperStep) error {
	d, err := a.draft(ctx, p)
	if err != nil {
		return err
	}
	o, err := d.recipe.order()
	if err != nil {
		return err
	}
	v, err := a.generate(ctx, at, o)
	if err != nil {
		return err
	}
	v.Version = p.Version + 1
	return a.store.StepPaper(ctx, p.ID, step, store.WithVersion(v))
}

// checkPaper lets a draft pass when no sentence is open and the truth checks find nothing.
func (a *App) checkPaper(ctx context.Context, p store.Paper, step store.PaperStep) error {
	d, err := a.draft(ctx, p)
	if err != nil {
		return err
	}
	if open := d.present.OpenSentences(); len(open) > 0 {
		return fault.At(open[0].ID, fmt.Sprintf("%d sentences are still to be written", len(open)), "write them, or restore those that may stand as generated")
	}
	found, err := d.findings()
	if err != nil {
		return err
	}
	for _, s := range d.present.Sentences {
		if f := found[s.ID]; len(f) > 0 {
			return fault.At(s.ID, fmt.Sprintf("%s: %s", f[0].Rule, f[0].Why.Zh), "correct the sentence, or restore the generated one")
		}
	}
	return a.store.StepPaper(ctx, p.ID, step)
}

// issuePaper freezes the document as an edition and sends it to courts. It is made once more
// from its recipe: what is issued is what was approved, or nothing is issued.
func (a *App) issuePaper(ctx context.Context, at access.Scope, p store.Paper, step store.PaperStep, courts []string) error {
	allowed, err := a.recipients(ctx, p)
	if err != nil {
		return err
	}
	if len(courts) == 0 {
		return fault.At("to", "nobody is chosen to receive it", "choose at least one court")
	}
	for _, c := range courts {
		if !slices.Contains(allowed, c) {
			return fault.At("to", "the document cannot be issued to "+c, "choose from the list")
		}
	}
	d, err := a.draft(ctx, p)
	if err != nil {
		return err
	}
	if d.recipe.Issued, err = a.approvalDay(ctx, p.ID); err != nil {
		return err
	}
	d.recipe.Printed, d.recipe.Sent = civil.FromTime(a.now()).String(), courts
	b, err := a.pastBasis(ctx, d.recipe)
	if err != nil {
		return err
	}
	made, err := b.compose(ctx, access.System())
	if err != nil {
		return err
	}
	for _, s := range bulletin.CompareSentences(d.present, made.Edition) {
		if s.Changed() {
			return &fault.Error{Kind: fault.Conflict, Place: s.ID, Text: "the document made again is not the one that was approved: " + s.Now, Remedy: "return it, bring it up to date and have it approved again"}
		}
	}
	e, err := b.frozen(ctx, made, at.User)
	if err != nil {
		return err
	}
	e.Paper, step.Edition = p.ID, e.ID
	changes := []store.PaperChange{store.WithRecipients(courts)}
	if _, err := a.store.Edition(ctx, e.ID); err == nil {
		e.ID += "-" + p.ID // the same bytes were built at the command line
		step.Edition = e.ID
	}
	changes = append(changes, store.WithEdition(e))
	if p.Replaces != "" {
		old, err := a.store.Paper(ctx, p.Replaces)
		if err != nil {
			return err
		}
		if old.State == paper.Issued {
			changes = append(changes, store.WithStep(old.ID, store.PaperStep{Seq: old.Seq + 1, Action: paper.Restate, State: paper.Restated, Edition: e.ID, Who: at.User}))
		}
	}
	return a.store.StepPaper(ctx, p.ID, step, changes...)
}

// approvalDay is the day on which a document was approved last: the date of an official document
// is that of the meeting or the signature that passed it (党政机关公文处理工作条例 2012, art. 9 (12)).
func (a *App) approvalDay(ctx context.Context, id string) (string, error) {
	steps, err := a.store.PaperSteps(ctx, id)
	if err != nil {
		return "", err
	}
	for _, s := range slices.Backward(steps) {
		if s.Action == paper.Approve {
			return civil.FromTime(s.At.In(a.now().Location())).String(), nil
		}
	}
	return "", fault.Conflictf("the document %s was not approved", id)
}

// acknowledge writes down that a receiving court has the document.
func (a *App) acknowledge(ctx context.Context, at access.Scope, p store.Paper, step store.PaperStep, to []string) error {
	if at.City || !slices.Contains(to, at.Court) {
		return fault.Forbiddenf("only the office of a receiving court acknowledges")
	}
	steps, err := a.store.PaperSteps(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if s.Action == paper.Acknowledge && s.Court == at.Court {
			return fault.Conflictf("your court acknowledged it on %s", s.At.Format("2006-01-02 15:04"))
		}
	}
	step.Court = at.Court
	return a.store.StepPaper(ctx, p.ID, step)
}

// restatePaper begins a draft that will take the place of an issued document; that one stays
// issued until then.
func (a *App) restatePaper(ctx context.Context, at access.Scope, p store.Paper) (string, error) {
	d, err := a.draft(ctx, p)
	if err != nil {
		return "", err
	}
	o, err := d.recipe.order()
	if err != nil {
		return "", err
	}
	return a.begin(ctx, at, o, at.User, p.ID)
}
