package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/appraisal"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/document"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/signal"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/procedures"
)

// appraisalDesk keeps the register of outside appraisals.
type appraisalDesk struct{ *App }

// assessing is what one request about appraisals needs.
type assessing struct {
	paperwork
	rules *appraisal.Rules
	cal   *calendar.Calendar
}

func (a *App) assessing(ctx context.Context, who access.Scope) (assessing, error) {
	p, err := a.paperwork(ctx, who)
	if err != nil {
		return assessing{}, err
	}
	x := assessing{paperwork: p}
	if x.rules, err = appraisal.Load(a.cfg.Rules); err != nil {
		return x, err
	}
	x.cal, err = a.law.Calendars.Calendar(a.law.Defaults.Calendar)
	return x, err
}

// readAppraisal makes an appraisal of what the store keeps.
func (x assessing) readAppraisal(ctx context.Context, id string) (*appraisal.Appraisal, error) {
	kept, err := x.store.Proceeding(ctx, id)
	if err != nil {
		return nil, err
	}
	if kept.Kind != appraisal.Kind {
		return nil, fault.NotFoundf("%s 不是对外委托 / is no appraisal", id)
	}
	out := &appraisal.Appraisal{ID: id}
	for _, s := range kept.Steps {
		d, err := appraisal.ParseDetail(s.Body)
		if err != nil {
			return nil, err
		}
		err = out.Take(appraisal.Step{Act: appraisal.Act(s.Act), Who: s.Who, Name: s.Name, Role: access.Role(s.Role), At: s.At, Day: s.Day, Detail: d})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// all reads the appraisals of a scope, courts in administrative order, by number; f narrows them
// by case or state.
func (x assessing) all(ctx context.Context, at access.Scope, f store.ProceedingFilter) ([]procedures.Appraised, error) {
	f.Kind = appraisal.Kind
	if !at.City && f.Court == "" {
		f.Court = at.Court
	}
	found, err := x.store.Proceedings(ctx, f)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(p, q store.Proceeding) int { return x.lists.order[p.Court] - x.lists.order[q.Court] })
	var out []procedures.Appraised
	for _, f := range found {
		r, err := x.store.RecordByKey(ctx, f.Court, f.Key)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !at.Sees(r.Court, r.Division, r.Judge) {
			continue
		}
		a, err := x.readAppraisal(ctx, f.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, x.appraised(a, r))
	}
	return out, nil
}

func (x assessing) appraised(a *appraisal.Appraisal, r store.Record) procedures.Appraised {
	out := procedures.Appraised{Appraisal: a, Case: r.Case, Clock: a.Clock(x.rules, x.cal, x.day)}
	_, out.Remind = out.Clock.Reminder(x.rules.At(a.Entrusted), a.State)
	return out
}

// Appraisals implements [procedures.Appraisers]. The institutions are counted over the whole
// scope, whatever the list is narrowed to.
func (d appraisalDesk) Appraisals(ctx context.Context, at access.Scope, q procedures.AppraisalQuery) (procedures.Appraisals, error) {
	if err := at.Need(access.ViewCases); err != nil {
		return procedures.Appraisals{}, err
	}
	x, err := d.assessing(ctx, at)
	if err != nil {
		return procedures.Appraisals{}, err
	}
	lines, err := x.all(ctx, at, store.ProceedingFilter{Court: q.Court, Key: q.Key})
	if err != nil {
		return procedures.Appraisals{}, err
	}
	out := procedures.Appraisals{Day: x.day, Rules: x.rules.At(x.day), City: signal.Interval{Low: math.NaN(), High: math.NaN()}}
	var counted []*appraisal.Appraisal
	inTime, finished := 0, 0
	for _, l := range lines {
		counted = append(counted, l.Appraisal)
		if l.State == appraisal.Finished {
			finished++
			if !l.Clock.Over() {
				inTime++
			}
		}
		if (q.State == "" || l.State == q.State) && (q.Institution == "" || l.Institution == q.Institution) && (!q.Due || l.Remind) {
			out.Lines = append(out.Lines, l)
		}
	}
	if out.Institutions, err = appraisal.Institutions(counted, x.rules, x.cal, x.day); err != nil {
		return out, err
	}
	if finished >= out.Rules.Few {
		out.City, err = signal.Wilson(float64(inTime), float64(finished), 0.95)
	}
	return out, err
}

// Appraisal implements [procedures.Appraisers].
func (d appraisalDesk) Appraisal(ctx context.Context, who access.Scope, id string) (procedures.OneAppraisal, error) {
	x, err := d.assessing(ctx, who)
	if err != nil {
		return procedures.OneAppraisal{}, err
	}
	a, err := x.readAppraisal(ctx, id)
	if err != nil {
		return procedures.OneAppraisal{}, err
	}
	r, err := x.seen(ctx, who, a.Court, a.Key)
	if err != nil {
		return procedures.OneAppraisal{}, err
	}
	out := procedures.OneAppraisal{Appraised: x.appraised(a, r), May: who.Can(access.KeepAppraisals), Day: x.day}
	of, err := x.store.Proceedings(ctx, store.ProceedingFilter{Court: a.Court, Key: a.Key})
	if err != nil {
		return out, err
	}
	for _, f := range of {
		if !slices.Contains(procedure.Kinds(), procedure.Kind(f.Kind)) {
			continue
		}
		p, err := x.read(ctx, f.ID)
		if err != nil {
			return out, err
		}
		if p.Appraisal == id {
			out.Deduction = append(out.Deduction, p)
		}
	}
	return out, nil
}

// Entrust implements [procedures.Appraisers].
func (d appraisalDesk) Entrust(ctx context.Context, who access.Scope, day civil.Date, e appraisal.Entrustment) (string, error) {
	if err := who.Need(access.KeepAppraisals); err != nil {
		return "", err
	}
	x, err := d.assessing(ctx, who)
	if err != nil {
		return "", err
	}
	r, err := x.seen(ctx, who, e.Court, e.Key)
	if err != nil {
		return "", err
	}
	if day > x.day {
		return "", fault.At("day", "委托日不能晚于今天 "+x.day.String()+" / the day of entrusting cannot lie ahead", "")
	}
	e.CaseNo = r.CaseNo
	a := &appraisal.Appraisal{}
	s := appraisal.Step{Act: appraisal.Entrust, Day: day, Detail: appraisal.Detail{Entrustment: &e}}
	if err := a.Take(s); err != nil {
		return "", err
	}
	kept, err := x.entry(s)
	if err != nil {
		return "", err
	}
	id, err := x.store.AddProceeding(ctx, fmt.Sprintf("A%d", x.day.Year()), store.Proceeding{Kind: appraisal.Kind, Court: e.Court, Key: e.Key, CaseNo: e.CaseNo, State: string(a.State)}, kept)
	if err != nil {
		return "", err
	}
	return id, x.note(ctx, who, "appraisal."+string(s.Act), id+" "+e.CaseNo, e.Matter+" "+e.Institution)
}

// entry is an entry of the register as the store keeps it.
func (x assessing) entry(s appraisal.Step) (store.ProceedingStep, error) {
	body, err := s.Body()
	return store.ProceedingStep{Act: string(s.Act), Who: x.who.User, Name: x.who.Name, Role: string(x.who.Role), Day: s.Day, Body: body}, err
}

// Enter implements [procedures.Appraisers].
func (d appraisalDesk) Enter(ctx context.Context, who access.Scope, id string, version int, act appraisal.Act, day civil.Date, note string) error {
	if err := who.Need(access.KeepAppraisals); err != nil {
		return err
	}
	x, err := d.assessing(ctx, who)
	if err != nil {
		return err
	}
	a, err := x.readAppraisal(ctx, id)
	if err != nil {
		return err
	}
	if _, err := x.seen(ctx, who, a.Court, a.Key); err != nil {
		return err
	}
	if version != len(a.Steps) {
		return fault.Conflictf("他人已先一步登记，请看现在的记录 / somebody else has made an entry since; look at it first")
	}
	if day > x.day {
		return fault.At("day", "日期不能晚于今天 "+x.day.String()+" / the day cannot lie ahead", "")
	}
	s := appraisal.Step{Act: act, Day: day, Detail: appraisal.Detail{Note: note}}
	if err := a.Take(s); err != nil {
		return err
	}
	kept, err := x.entry(s)
	if err != nil {
		return err
	}
	if err := x.store.Advance(ctx, store.Proceeding{ID: id, Version: version, State: string(a.State)}, kept, ""); err != nil {
		return err
	}
	return x.note(ctx, who, "appraisal."+string(act), id+" "+a.CaseNo, "")
}

// AppraisalXlsx implements [procedures.Appraisers]: the register and the institutions.
func (d appraisalDesk) AppraisalXlsx(ctx context.Context, at access.Scope, q procedures.AppraisalQuery, lang string, w io.Writer) error {
	if err := at.Need(access.Export); err != nil {
		return err
	}
	reg, err := d.Appraisals(ctx, at, q)
	if err != nil {
		return err
	}
	l, err := d.officeLists(ctx)
	if err != nil {
		return err
	}
	in := bilingual(lang)
	rows := document.Sheet{Name: in("对外委托鉴定", "outside appraisals"), Notes: []string{in("截至 ", "as of ") + reg.Day.String(), in("期限依据：", "limits by: ") + reg.Rules.Source.String()},
		Columns: columnsOf(in("编号|案号|法院|委托事项|机构|委托日|期限（工作日）|已用|等待材料|届满日|状态|办结日|超期说明|结果", "no.|case|court|matter|institution|entrusted|limit (working days)|used|waited|due|state|closed|explanation|result"))}
	for _, x := range reg.Lines {
		rows.Rows = append(rows.Rows, []any{x.ID, x.CaseNo, l.court[x.Court].Name, appraisal.MatterName(x.Matter).In(lang), x.Institution, x.Entrusted, x.Clock.Limit, x.Clock.Used, x.Clock.Waited, dayCell(x.Clock.Due), x.State.Name().In(lang), dayCell(x.Closed), x.Explained, x.Result})
	}
	by := document.Sheet{Name: in("机构", "institutions"), Notes: []string{in("按机构名称排列，不排名次", "in the order of names, no ranking")},
		Columns: columnsOf(in("机构|在办|在办超期|办结|期限内办结|下限|上限|平均工作日", "institution|open|open and over|finished|in time|low|high|mean working days"))}
	for i := 5; i <= 6; i++ {
		by.Columns[i].Share = true
	}
	for _, i := range reg.Institutions {
		row := []any{i.Name, i.Open, i.Over, i.Finished, i.InTime, nil, nil, nil}
		if i.Few {
			row[4] = in("案件数过少，不作判断", "too few to judge")
		} else {
			row[5], row[6], row[7] = i.Share.Low, i.Share.High, i.Days
		}
		by.Rows = append(by.Rows, row)
	}
	if err := document.WriteXlsx(w, document.Workbook{Sheets: []document.Sheet{rows, by}}); err != nil {
		return err
	}
	return d.note(ctx, at, "appraisal.export", "", fmt.Sprintf("%d", len(reg.Lines)))
}
