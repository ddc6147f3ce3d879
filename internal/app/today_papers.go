package app

import (
	"context"
	"strconv"

	"zhunsheng/internal/appraisal"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/procedures"
	"zhunsheng/web/page/today"
)

// papers counts the applications that wait for the person: drafts to be handed in, or those to
// be decided or recorded; late by the first last day for deciding.
func (d desk) papers(ctx context.Context, t task) ([]today.Item, error) {
	q := procedures.Query{Mine: true, Limit: -1}
	item := today.Item{
		Kind: t.kind, ID: t.id, Unit: "applications", Path: "/limits/procedures", Query: []string{"with", "me"},
		Name: statute.Text{Zh: "待我决定的审限申请", En: "applications that wait for my decision"},
		Why:  statute.Text{Zh: "延长、扣除、中止或程序转换，轮到您审核、批准或登记。", En: "Extension, deduction, suspension or conversion: your turn to agree, approve or record."},
	}
	if t.id == "drafts" {
		q = procedures.Query{State: procedure.Draft, Limit: -1}
		item.Query = []string{"state", string(procedure.Draft)}
		item.Name = statute.Text{Zh: "未提交的审限申请草稿", En: "drafts not handed in"}
		item.Why = statute.Text{Zh: "书记员或您本人起草，由法官提交后才进入审批。", En: "Drafted by the clerk or by you; only the judge hands them in."}
	}
	reg, err := procedureDesk{d.App}.Procedures(ctx, d.at, q)
	if err != nil || reg.Total == 0 {
		return nil, err
	}
	item.Count = int64(reg.Total)
	if t.id == "procedures" {
		if item.Late, item.Over, err = d.decideBy(ctx, reg.Lines); err != nil {
			return nil, err
		}
	}
	return []today.Item{item}, nil
}

// decideBy is the first last day for deciding among applications.
func (d desk) decideBy(ctx context.Context, lines []procedures.Line) (statute.Text, bool, error) {
	first := civil.MaxDate
	day, err := d.workDay(ctx)
	if err != nil {
		return statute.Text{}, false, err
	}
	for _, l := range lines {
		one, err := procedureDesk{d.App}.Procedure(ctx, d.at, l.ID)
		if err != nil {
			return statute.Text{}, false, err
		}
		if w := one.Preview.Window; w != nil {
			first = min(first, w.DecideBy)
		}
	}
	if first == civil.MaxDate {
		return statute.Text{}, false, nil
	}
	return statute.Text{Zh: "最早须于 " + first.String() + " 前决定", En: "the first to be decided by " + first.String()}, first < day, nil
}

// appraisals counts the outside appraisals near their end or over it.
func (d desk) appraisals(ctx context.Context, t task) ([]today.Item, error) {
	x, err := d.assessing(ctx, d.at)
	if err != nil {
		return nil, err
	}
	running, err := x.all(ctx, d.at, store.ProceedingFilter{State: string(appraisal.Running)})
	if err != nil {
		return nil, err
	}
	due, over := int64(0), 0
	for _, l := range running {
		if l.Remind {
			due++
		}
		if l.Clock.Over() {
			over++
		}
	}
	if due == 0 {
		return nil, nil
	}
	item := today.Item{
		Kind: t.kind, ID: t.id, Count: due, Unit: "appraisals", Path: "/limits/appraisals", Query: []string{"due", "1"},
		Name: statute.Text{Zh: "临近或超过期限的对外委托", En: "outside appraisals near or over their limit"},
		Why:  statute.Text{Zh: "请催办，超期的请登记原因。", En: "Remind the institution; say why where it is late."},
	}
	if over > 0 {
		item.Over = true
		item.Late = statute.Text{Zh: "已超期 " + strconv.Itoa(over) + " 件", En: strconv.Itoa(over) + " over already"}
	}
	return []today.Item{item}, nil
}
