package procedure

import (
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// moves is the whole machine: from a state by an act to a state.
var moves = map[State]map[Act]State{
	"":       {Save: Draft},
	Draft:    {Save: Draft, Apply: Applied, Withdraw: Withdrawn},
	Applied:  {Agree: Applied, Approve: Approved, Refuse: Refused, Withdraw: Withdrawn},
	Approved: {Enter: Entered},
	Entered:  {End: Ending},
	Ending:   {Enter: Entered},
}

// May reports whether an act is possible in a state.
func May(s State, a Act) bool { _, ok := moves[s][a]; return ok }

// Replay makes an application of its steps. A step that the machine does not know is a
// conflict: the steps are damaged, or somebody was faster.
func Replay(id string, steps []Step) (*Procedure, error) {
	p := &Procedure{ID: id}
	for _, s := range steps {
		if err := p.Take(s); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Take adds a step.
func (p *Procedure) Take(s Step) error {
	to, ok := moves[p.State][s.Act]
	switch {
	case !ok:
		return fault.Conflictf("%s: %s is not possible while it is %s", p.ID, s.Act, p.State)
	case s.Act == Refuse && strings.TrimSpace(s.Note) == "":
		return fault.At("note", "不同意须写明理由 / a refusal needs a reason", "")
	case s.Act == Apply && len(s.Chain) == 0:
		return fault.Invalidf("%s: nobody is named to decide it", p.ID)
	case s.Act == Agree && p.Last(), s.Act == Approve && !p.Last():
		return fault.Conflictf("%s: %s does not fit the place in the chain", p.ID, s.Act)
	case s.Act == End && !p.Open():
		return fault.Conflictf("%s has its last day already", p.ID)
	}
	if err := p.apply(s); err != nil {
		return err
	}
	p.State, p.Steps = to, append(p.Steps, s)
	return nil
}

// apply takes over what the step carries.
func (p *Procedure) apply(s Step) error {
	switch s.Act {
	case Save:
		r, err := ParseRequest(s.Request)
		if err != nil {
			return err
		}
		p.Request = r
	case Apply:
		p.Chain, p.At, p.Asked = s.Chain, 0, s.Day
	case Agree:
		p.At++
	case Approve, Refuse:
		p.Decided = s.Day
	case End:
		day, err := civil.ParseDate(s.Until)
		if err != nil {
			return fault.At("until", "结束日须写作 2024-06-30 / the last day is written 2024-06-30", "")
		}
		if day < p.From {
			return fault.At("until", "结束日早于起始日 "+p.From.String()+" / before the first day", "")
		}
		p.Until = day
	}
	return nil
}

// Fields writes the request as text, for keeping and for forms; empty fields are left out.
func (r Request) Fields() map[string]string {
	out := map[string]string{}
	for name, text := range map[string]string{
		"kind": string(r.Kind), "court": r.Court, "key": r.Key, "case_no": r.CaseNo, "limit": r.Limit, "by": r.By,
		"months": count(r.Months), "days": count(r.Days), "from": day(r.From), "until": day(r.Until), "cause": r.Cause,
		"on": day(r.On), "to": r.To, "reason": r.Reason, "paper": r.Paper, "appraisal": r.Appraisal,
	} {
		if text != "" {
			out[name] = text
		}
	}
	return out
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func day(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// ParseRequest reads what [Request.Fields] writes. A field that cannot be read is
// fault.Invalid at the name of the field; the other fields are returned all the same, so that
// nothing typed is lost.
func ParseRequest(f map[string]string) (Request, error) {
	r := Request{Kind: Kind(f["kind"]), Court: f["court"], Key: f["key"], CaseNo: f["case_no"], Limit: f["limit"], By: f["by"], Cause: f["cause"],
		To: f["to"], Reason: f["reason"], Paper: f["paper"], Appraisal: f["appraisal"]}
	var first error
	fail := func(err error) {
		if first == nil {
			first = err
		}
	}
	for name, to := range map[string]*int{"months": &r.Months, "days": &r.Days} {
		text := strings.TrimSpace(f[name])
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 999 {
			fail(fault.At(name, "「"+text+"」不是 0 至 999 的整数 / not a whole number from 0 to 999", ""))
			continue
		}
		*to = n
	}
	for name, to := range map[string]*civil.Date{"from": &r.From, "until": &r.Until, "on": &r.On} {
		text := strings.TrimSpace(f[name])
		if text == "" {
			continue
		}
		d, err := civil.ParseDate(text)
		if err != nil {
			fail(fault.At(name, "「"+text+"」不是日期，须写作 2024-06-30 / not a day, write 2024-06-30", ""))
			continue
		}
		*to = d
	}
	return r, first
}

// Check says what is missing before the request can be applied for, one fault per field.
func (r Request) Check() []*fault.Error {
	var out []*fault.Error
	need := func(field string, bad bool, text string) {
		if bad {
			out = append(out, &fault.Error{Kind: fault.Invalid, Place: field, Text: text})
		}
	}
	need("reason", strings.TrimSpace(r.Reason) == "", "请写明事由 / state the reason")
	switch r.Kind {
	case Extension:
		need("by", r.By == "", "请选批准机关 / choose who grants it")
		need("months", (r.Months == 0) == (r.Days == 0), "请填延长的月数或天数，二者填一 / state the months or the days, not both")
	case Deduction, Suspension:
		need("cause", r.Cause == "", "请选扣除或中止的事由 / choose the cause")
		need("from", r.From.IsZero(), "请填起始日 / state the first day")
		need("until", !r.Until.IsZero() && r.Until < r.From, "结束日早于起始日 / the last day is before the first")
	case Conversion:
		need("to", r.To == "" || r.To == r.Limit, "请选转换后的程序 / choose the new procedure")
		need("on", r.On.IsZero(), "请填裁定或决定之日 / state the day of the ruling")
	default:
		need("kind", true, "未知的申请种类 / unknown kind")
	}
	return out
}
