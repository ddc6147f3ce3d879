package demo

import (
	"fmt"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// extraRow is a line of a file that belongs to none of the nine courts' cases.
type extraRow struct {
	Fault
	docket.Case
	court int        // whose file it stands in
	day   civil.Date // when it was written
}

// extraRows invents rows of courts that no list knows: old cases of a court long merged,
// closed before the case system opened. They load with a mark and touch no planned year. Rows
// without a case number are refused.
func extraRows(seed uint64, until civil.Date) []extraRow {
	s := newStream(seed, "extra")
	var out []extraRow
	for i := range quota[ruleCourt] {
		filed := nextWorking(civil.NewDate(2019, 1, 4).AddDays(s.between(0, 70)))
		code := fmt.Sprintf("藏98%02d", s.between(21, 23))
		x := extraRow{court: surgeCourt, day: opened, Case: oldCase(s, code, i+1, filed)}
		x.Fault = Fault{Rule: ruleCourt, Court: code, CaseNo: x.Case.CaseNo, Column: "court", Value: code}
		out = append(out, x)
	}
	from := max(opened, min(eventsFrom, until.AddDays(-90)))
	for i := range quota[ruleIdentity] {
		day := nextWorking(from.AddDays(s.between(0, max(0, until.Sub(from)-30))))
		court := fmt.Sprintf("藏98%02d", 1+i)
		x := extraRow{court: 1 + i, day: day, Case: oldCase(s, court, 0, day)}
		x.Case.Key, x.Case.CaseNo = "", ""
		x.Case.ClosedOn, x.Case.ClosingWay, x.Case.EffectiveOn, x.Case.Published = 0, "", 0, docket.Unknown
		x.Fault = Fault{Rule: ruleIdentity, Court: court, Column: "case_no"}
		out = append(out, x)
	}
	return out
}

// oldCase is a loan suit settled within three months.
func oldCase(s stream, court string, seq int, filed civil.Date) docket.Case {
	no := fmt.Sprintf("（%d）%s民初%d号", filed.Year(), court, seq)
	closed := nextWorking(filed.AddDays(s.between(20, 80)))
	return docket.Case{
		Key: key(court, no), Court: court, CaseNo: no, TypeCode: "民初", Line: "civil", Instance: "first",
		Procedure: "summary", Cause: "M201", FiledOn: filed, LimitStartOn: filed, DueOn: months(3).due(filed, 0, 0),
		ClosedOn: closed, ClosingWay: "mediation", EffectiveOn: closed, Published: docket.No, ForeignRelated: docket.No,
	}
}
