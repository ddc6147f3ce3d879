package app

import (
	"context"
	"fmt"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/paper"
	"zhunsheng/internal/statute"
	"zhunsheng/web/page/documents"
	"zhunsheng/web/page/today"
)

// documents are the official documents whose next step is this person's, one line for each
// step, and what the schedule could not draft.
func (d desk) documents(ctx context.Context, t task) ([]today.Item, error) {
	if !d.at.Can(access.ViewBulletin) {
		return nil, nil
	}
	cards, err := d.cards(ctx, d.at)
	if err != nil {
		return nil, err
	}
	var out []today.Item
	for _, step := range documentSteps {
		var mine []documents.Card
		for _, c := range cards {
			if c.State == step.state && d.mayTake(step.action, c) {
				mine = append(mine, c)
			}
		}
		if len(mine) > 0 {
			out = append(out, d.documentItem(t, step, mine))
		}
	}
	failed, err := d.failedDrafts(ctx)
	return append(out, failed...), err
}

// documentStep is a step forward as a line of the work list.
type documentStep struct {
	state     paper.State
	action    paper.Action
	name, why statute.Text
}

var documentSteps = []documentStep{
	{paper.Draft, paper.Check, statute.Text{Zh: "公文草稿待校核", En: "drafts of documents to check"}, statute.Text{Zh: "逐句核对、填写待写的句子后提交会签。", En: "Read sentence by sentence, write what is open, hand on."}},
	{paper.Checked, paper.Cosign, statute.Text{Zh: "公文待会签", En: "documents to co-sign"}, statute.Text{Zh: "已校核无问题。", En: "Checked without findings."}},
	{paper.Cosigned, paper.Approve, statute.Text{Zh: "公文待签批", En: "documents to approve"}, statute.Text{Zh: "已校核、会签，由院长或党组签批。", En: "Checked and co-signed; the president or the party group approves."}},
	{paper.Approved, paper.Issue, statute.Text{Zh: "公文待印发", En: "documents to issue"}, statute.Text{Zh: "已签批，选择收文法院后印发。", En: "Approved; choose the courts and issue."}},
	{paper.Issued, paper.Acknowledge, statute.Text{Zh: "公文待签收", En: "documents to acknowledge"}, statute.Text{Zh: "已印发本院。", En: "Issued to your court."}},
}

// mayTake reports whether the next step of a document is this person's.
func (d desk) mayTake(a paper.Action, c documents.Card) bool {
	m, err := paper.Find(c.State, a)
	if err != nil || !d.at.Can(m.Need) {
		return false
	}
	if a == paper.Acknowledge {
		return !d.at.City && c.Acknowledged.IsZero()
	}
	return d.at.City
}

func (d desk) documentItem(t task, step documentStep, mine []documents.Card) today.Item {
	i := today.Item{Kind: t.kind, ID: "documents_" + string(step.action), Name: step.name, Why: step.why, Count: int64(len(mine)), Unit: "documents", Path: "/documents"}
	if len(mine) == 1 {
		i.Path = "/documents/papers/" + mine[0].ID
	}
	var titles []string
	for _, c := range mine[:min(3, len(mine))] {
		titles = append(titles, c.Title)
	}
	i.Why.Zh, i.Why.En = strings.Join(titles, "；")+"。"+i.Why.Zh, strings.Join(titles, "; ")+". "+i.Why.En
	if step.state == paper.Draft {
		due := mine[len(mine)-1].Period.To.AddDays(d.rules.BulletinDay)
		i.Late, i.Over = statute.Text{Zh: due.String() + " 前编成", En: "due by " + due.String()}, d.day > due
		return i
	}
	since := mine[0].At
	for _, c := range mine {
		if c.At.Before(since) {
			since = c.At
		}
	}
	i.Late = statute.Text{Zh: "自 " + since.Format("2006-01-02") + " 等待", En: "waiting since " + since.Format("2006-01-02")}
	return i
}

// failedDrafts are the documents whose last try of the schedule failed.
func (d desk) failedDrafts(ctx context.Context) ([]today.Item, error) {
	if !d.at.City || !d.at.Can(access.BuildBulletin) {
		return nil, nil
	}
	attempts, err := d.store.PaperAttempts(ctx, 20)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var out []today.Item
	for _, x := range attempts {
		key := x.Kind + x.Court + x.Period
		if seen[key] {
			continue
		}
		if seen[key] = true; x.State != "failed" {
			continue
		}
		out = append(out, today.Item{Kind: today.Fix, ID: "documents_failed", Count: 1, Unit: "documents", Path: "/documents", Over: true,
			Name: statute.Text{Zh: fmt.Sprintf("%s %s 未能自动起草", d.kindName(x.Kind).Zh, x.Period), En: fmt.Sprintf("the draft of %s, %s, failed", d.kindName(x.Kind).En, x.Period)},
			Why:  statute.Text{Zh: x.Note, En: x.Note}, Late: statute.Text{Zh: "稍后自动重试", En: "it is tried again"}})
	}
	return out, nil
}

// kindName is the name of a kind of document.
func (a *App) kindName(kind string) statute.Text {
	switch kind {
	case "monthly":
		return statute.Text{Zh: "月度通报", En: "monthly bulletin"}
	case "quarterly":
		return statute.Text{Zh: "季度态势分析", En: "quarterly analysis"}
	}
	return statute.Text{Zh: kind, En: kind}
}
