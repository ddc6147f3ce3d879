package app

import (
	"context"
	"fmt"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/appraisal"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/demo"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/procedure"
	"zhunsheng/web/page/procedures"
)

// demoPresident is the president of the basic court in which the demo's judge works; the
// president of the demo itself sits in the intermediate court above.
const demoPresident = "jcyuanzhang"

// demoPapers fills the registers of the demo: applications in every state, two of them waiting
// for a document of the high court or recorded by one, and outside appraisals, enough of one
// institution to judge it. Everything goes through the same steps as in an office.
func (a *App) demoPapers(ctx context.Context, city *demo.City, made []access.Scope) (access.Scope, error) {
	users := map[string]access.Scope{}
	for _, s := range made {
		users[s.User] = s
	}
	judge := users["faguan"]
	president := access.Scope{User: demoPresident, Name: a.demoName(city, judge.Court) + "院长", Role: access.President, Court: judge.Court}
	err := a.AddUser(ctx, User{Login: president.User, Name: president.Name, Role: president.Role, Court: president.Court}, demo.Password)
	if err != nil {
		return president, err
	}
	users[demoPresident] = president
	if err := a.store.SetSetting(ctx, workDayKey, city.Until.String()); err != nil {
		return president, err
	}
	a.posting.hold = true
	defer func() { a.posting.hold = false }()
	w := demoOffice{a: a, city: city, users: users, taken: map[string]bool{}}
	if err := w.applications(ctx); err != nil {
		return president, fmt.Errorf("applications of the demo: %w", err)
	}
	if err := w.appraisals(ctx); err != nil {
		return president, fmt.Errorf("appraisals of the demo: %w", err)
	}
	_, err = a.EnterApproved(ctx)
	return president, err
}

func (a *App) demoName(city *demo.City, court string) string {
	for _, c := range city.Courts {
		if c.Code == court {
			return c.Name
		}
	}
	return court
}

// demoOffice is the office of the demo at work.
type demoOffice struct {
	a     *App
	city  *demo.City
	users map[string]access.Scope
	taken map[string]bool // cases that have their paper
}

// open finds the n first open cases of a kind that have no paper yet, the oldest first, due
// within some days of the data day.
func (w *demoOffice) open(n int, from, to int, ok func(c *docket.Case) bool) []*docket.Case {
	var all []*docket.Case
	for i := range w.city.Cases {
		c := &w.city.Cases[i]
		due := c.DueOn.Sub(w.city.Until)
		if c.ClosedOn.IsZero() && !c.DueOn.IsZero() && due >= from && due <= to && c.ExtendedOn.IsZero() && c.SuspendedOn.IsZero() && !w.taken[c.Key] && ok(c) {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(x, y *docket.Case) int { return x.FiledOn.Sub(y.FiledOn) })
	all = all[:min(n, len(all))]
	for _, c := range all {
		w.taken[c.Key] = true
	}
	return all
}

// judgeOf is the judge of a case as somebody signed in.
func (w *demoOffice) judgeOf(c *docket.Case) access.Scope {
	if own := w.users["faguan"]; own.Judge == c.Judge {
		return own
	}
	s := access.Scope{User: c.Judge, Name: c.Judge, Role: access.Judge, Court: c.Court, Division: c.Division, Judge: c.Judge}
	for _, p := range w.city.Roster {
		if p.Judge == c.Judge {
			s.Name = p.Name
		}
	}
	return s
}

// reaches says how far an application of the demo goes.
type reaches int

const (
	drafted reaches = iota
	applied
	reviewed // the division head agreed
	refused
	withdrawn
	signed   // the own president signed too
	approved // by everybody in the chain
)

// file takes an application through its steps.
func (w *demoOffice) file(ctx context.Context, c *docket.Case, r procedure.Request, until reaches) error {
	d := procedureDesk{w.a}
	judge := w.judgeOf(c)
	r.Court, r.Key = c.Court, c.Key
	author := judge
	if until == drafted && judge.User == "faguan" {
		author = w.users["shujiyuan"]
	}
	id, err := d.Save(ctx, author, "", 0, r)
	if err != nil || until == drafted {
		return err
	}
	if err := d.Apply(ctx, judge, id, 1, ""); err != nil {
		return err
	}
	if until == withdrawn {
		return d.Withdraw(ctx, judge, id, 2, "当事人已达成调解")
	}
	for version := 2; until > applied; version++ {
		one, err := d.Procedure(ctx, judge, id)
		if err != nil || one.State != procedure.Applied {
			return err
		}
		if until == refused {
			return d.Decide(ctx, w.head(c), id, version, false, "事由不足以说明须延长，请先安排开庭")
		}
		if one.Paper {
			paper := procedures.Paper{No: "审批单2024-31", Note: "同意", Day: w.city.Until}
			if one.Procedure.Next() == procedure.HighCourt {
				paper.No = "藏高法延〔2024〕31号"
			}
			err = d.Record(ctx, w.users["zhuren"], id, version, true, paper)
		} else {
			err = d.Decide(ctx, w.seat(c, one.Line.Procedure.Next()), id, version, true, "同意")
		}
		if err != nil || until == reviewed || until == signed && version == 3 {
			return err
		}
	}
	return nil
}

// head is the division head of a case.
func (w *demoOffice) head(c *docket.Case) access.Scope {
	if t := w.users["tingzhang"]; t.Division == c.Division {
		return t
	}
	return access.Scope{User: "tz-" + c.Division, Name: "庭长", Role: access.DivisionHead, Court: c.Court, Division: c.Division}
}

// seat is who decides for an authority.
func (w *demoOffice) seat(c *docket.Case, authority string) access.Scope {
	switch {
	case authority == procedure.DivisionHead:
		return w.head(c)
	case c.Court == w.users[demoPresident].Court && authority == procedure.President:
		return w.users[demoPresident]
	}
	return w.users["yuanzhang"]
}

// applications files one after the other; a city without enough fitting cases has fewer.
func (w *demoOffice) applications(ctx context.Context) error {
	home := w.users["tingzhang"]
	mine := func(c *docket.Case) bool { return c.Division == home.Division && c.Procedure == "ordinary" }
	own := func(c *docket.Case) bool { return c.Judge == w.users["faguan"].Judge && c.Procedure == "ordinary" }
	extend := procedure.Request{Kind: procedure.Extension, By: procedure.President, Months: 3, Reason: "案情复杂，须追加当事人并重新组织质证"}
	for _, x := range []struct {
		ok    func(*docket.Case) bool
		r     procedure.Request
		until reaches
	}{
		{own, extend, drafted}, {own, extend, applied}, {mine, extend, reviewed}, {mine, extend, refused}, {mine, extend, withdrawn}, {mine, extend, approved},
		{mine, procedure.Request{Kind: procedure.Extension, By: procedure.CourtAbove, Months: 3, Reason: "本院已延长六个月，工程造价争议仍未查清"}, signed},
		{mine, procedure.Request{Kind: procedure.Deduction, Cause: "public_notice", From: w.city.Until.AddDays(-40), Until: w.city.Until.AddDays(-10), Reason: "被告下落不明，公告送达", Paper: "公告（2024）第118号"}, approved},
		{mine, procedure.Request{Kind: procedure.Suspension, Cause: "suspension", From: w.city.Until.AddDays(-20), Reason: "须以另案审理结果为依据，另案尚未审结", Paper: "中止审理裁定书"}, approved},
		{func(c *docket.Case) bool { return c.Division == home.Division && c.Procedure == "summary" },
			procedure.Request{Kind: procedure.Conversion, To: "CV1", On: w.city.Until.AddDays(-2), Reason: "案情复杂，不宜适用简易程序", Paper: "程序转换裁定书"}, approved},
		{func(c *docket.Case) bool {
			return c.TypeCode == "行初" && c.Procedure == "ordinary" && c.Court != home.Court
		},
			procedure.Request{Kind: procedure.Extension, By: procedure.HighCourt, Months: 2, Reason: "涉及规范性文件的合法性审查"}, signed},
	} {
		for _, c := range w.open(1, 5, 150, x.ok) {
			if err := w.file(ctx, c, x.r, x.until); err != nil {
				return fmt.Errorf("%s of %s: %w", x.r.Kind, c.CaseNo, err)
			}
		}
	}
	return nil
}

// appraisals entrusts to three institutions; the first has enough finished to be judged.
func (w *demoOffice) appraisals(ctx context.Context) error {
	d := appraisalDesk{w.a}
	institutions := []string{"安和司法鉴定中心", "明德工程造价咨询公司", "诚信资产评估事务所"}
	matters := [][]string{{"injury", "medical", "handwriting"}, {"engineering"}, {"valuation"}}
	for i := range 22 {
		x := demoAppraisal(i, w.city.Until)
		c := w.entrustable(x)
		if c == nil {
			continue
		}
		keeper := w.users["zhuren"]
		id, err := d.Entrust(ctx, keeper, x.entrusted, appraisal.Entrustment{Court: c.Court, Key: c.Key, Matter: matters[x.institution][i%len(matters[x.institution])], Institution: institutions[x.institution],
			Complex: i < 13 && i%6 == 5, Question: "损失数额及因果关系", Materials: "起诉状及证据目录\n相关图纸、票据\n当事人确认的材料清单"})
		if err != nil {
			return fmt.Errorf("appraisal %d on %s: %w", i, c.CaseNo, err)
		}
		for n, s := range x.steps {
			if err := d.Enter(ctx, keeper, id, n+1, s.Act, s.Day, s.Note); err != nil {
				return fmt.Errorf("entry %d of %s: %w", n+2, id, err)
			}
		}
	}
	return nil
}

// entrustable finds a case that was pending from before the entrustment to its last entry.
func (w *demoOffice) entrustable(x demoStory) *docket.Case {
	last := w.city.Until
	if len(x.steps) > 0 && x.steps[len(x.steps)-1].Act == appraisal.Report {
		last = x.steps[len(x.steps)-1].Day
	}
	for i := range w.city.Cases {
		c := &w.city.Cases[i]
		before := x.entrusted.Sub(c.FiledOn)
		if c.Line == "civil" && c.Procedure == "ordinary" && before >= 5 && before <= 90 && (c.ClosedOn.IsZero() || c.ClosedOn > last) && !w.taken[c.Key] {
			w.taken[c.Key] = true
			return c
		}
	}
	return nil
}

// demoStory is what happens to one appraisal of the demo.
type demoStory struct {
	entrusted   civil.Date
	steps       []appraisal.Step
	institution int
}

func entryOf(act appraisal.Act, day civil.Date, note string) appraisal.Step {
	return appraisal.Step{Act: act, Day: day, Detail: appraisal.Detail{Note: note}}
}

// demoAppraisal invents the story of the i-th appraisal: the first thirteen are finished, the
// later ones run, wait for materials, are near their end or over it.
func demoAppraisal(i int, until civil.Date) demoStory {
	x := demoStory{institution: 1 + i%2}
	if i < 12 {
		x.institution = 0
	}
	if i < 13 {
		x.entrusted = until.AddDays(-150 - 11*i)
		length := 38
		if i%5 == 2 {
			length = 61
		}
		if i%4 == 1 {
			x.steps = append(x.steps, entryOf(appraisal.Ask, x.entrusted.AddDays(12), "施工日志原件"), entryOf(appraisal.Supply, x.entrusted.AddDays(33), "施工日志原件三册"))
			length += 21
		}
		x.steps = append(x.steps, entryOf(appraisal.Report, x.entrusted.AddDays(length), "已出具意见书"))
		return x
	}
	switch i % 4 {
	case 0:
		x.entrusted = until.AddDays(-30)
		x.steps = append(x.steps, entryOf(appraisal.Ask, until.AddDays(-12), "原始票据"))
	case 1:
		x.entrusted = until.AddDays(-70)
		x.steps = append(x.steps, entryOf(appraisal.Explain, until.AddDays(-5), "现场勘验因天气推迟"))
	case 2:
		x.entrusted = until.AddDays(-37)
	default:
		x.entrusted = until.AddDays(-9)
	}
	return x
}
