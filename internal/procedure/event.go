package procedure

import (
	"strconv"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/timelimit"
)

// Event is the event of the case that an approved application becomes. Its Ref is the number of
// the application, so that entering it twice changes nothing. c is the case as the ledger has
// it; decided is the day of the approval and entered the day on which it was recorded.
func (p *Procedure) Event(b *timelimit.Book, c *docket.Case, decided, entered civil.Date) docket.Event {
	e := docket.Event{CaseKey: p.Key, Ref: p.ID, EnteredOn: entered, Extra: map[string]string{"procedure_no": p.ID, "entered_by": "office"}}
	put := func(name, text string) {
		if text != "" {
			e.Extra[name] = text
		}
	}
	paper := p.Paper
	if paper == "" {
		paper = "审批表 " + p.ID
	}
	put("paper", paper)
	switch p.Kind {
	case Extension:
		by := AuthorityName(b, p.By)
		e.Kind, e.Day = "extended", decided
		put("by", by)
		put("months", count(p.Months))
		put("days", count(p.Days))
		if !p.Asked.IsZero() {
			put("asked", p.Asked.String())
		}
		e.Result = by + "批准延长" + p.Length()
	case Deduction, Suspension:
		e.Kind, e.Day, e.Until = "deducted", p.From, p.Until
		if p.Kind == Suspension {
			e.Kind = "suspended"
		}
		put("why", p.causeWord(b))
		put("appraisal_no", p.Appraisal)
		e.Result = "扣除：" + p.causeWord(b)
		if p.Kind == Suspension {
			e.Result = "中止审理"
		}
	case Conversion:
		e.Kind, e.Day = "converted", p.On
		put("from", c.Procedure)
		put("to", p.To)
		e.Result = "转为" + p.To
		if r, err := b.Rule(p.To); err == nil {
			e.Result = "转为" + r.Name.Zh
		}
	}
	return e
}

// Length prints the extension: 3个月, 30日.
func (r Request) Length() string {
	if r.Months > 0 {
		return strconv.Itoa(r.Months) + "个月"
	}
	return strconv.Itoa(r.Days) + "日"
}

// causeWord is a text that the engine recognises as the cause.
func (p *Procedure) causeWord(b *timelimit.Book) string {
	for _, c := range b.Causes {
		if c.Code == p.Cause && len(c.Words) > 0 {
			return c.Words[0]
		}
	}
	return p.Cause
}

// AuthorityName is the Chinese name of an authority, the code itself when it is unknown.
func AuthorityName(b *timelimit.Book, code string) string {
	for _, a := range b.Authorities {
		if a.Code == code {
			return a.Name.Zh
		}
	}
	return code
}

// Columns are the heads of the file by which the office's events enter the ledger, in the
// order of [Row]; rules/mappings/office.yaml reads it.
func Columns() []string {
	return []string{"法院代码", "案号", "记录标识", "事件编号", "事件", "日期", "截止日期", "结果", "录入日期",
		"by", "months", "days", "asked", "why", "from", "to", "paper", "procedure_no", "appraisal_no", "entered_by"}
}

// Row is a line of that file.
func Row(court, caseNo string, e docket.Event) []string {
	row := []string{court, caseNo, e.CaseKey, e.Ref, e.Kind, day(e.Day), day(e.Until), e.Result, day(e.EnteredOn)}
	for _, name := range Columns()[9:] {
		row = append(row, e.Extra[name])
	}
	return row
}
