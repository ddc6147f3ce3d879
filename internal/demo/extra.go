package demo

import (
	"fmt"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// extraRow is a line of a file that no case of the city stands behind: it has to end on the
// issue list and not in a figure.
type extraRow struct {
	Fault
	row
	court int // whose file it stands in
	day   civil.Date
}

// extraRows invents rows of courts that no list knows and rows without a case number.
func extraRows(seed uint64, until civil.Date) []extraRow {
	s := newStream(seed, "extra")
	var out []extraRow
	span := until.Sub(eventsFrom)
	if span < 60 {
		return nil
	}
	for i := range quota[ruleCourt] + quota[ruleIdentity] {
		day := nextWorking(eventsFrom.AddDays(s.between(10, span-20)))
		code := fmt.Sprintf("藏98%02d", s.between(21, 29))
		x := extraRow{court: s.between(1, courtCount-1), day: day}
		x.Case = docket.Case{
			Court: code, CaseNo: fmt.Sprintf("（%d）%s民初%d号", day.Year(), code, s.between(1, 900)), TypeCode: "民初",
			Line: "civil", Instance: "first", Procedure: "summary", Cause: "M201", FiledOn: day, LimitStartOn: day,
			DueOn: months(3).due(day, 0, 0), ForeignRelated: docket.No,
		}
		x.Fault = Fault{Rule: ruleCourt, Court: code, CaseNo: x.Case.CaseNo, Column: "court", Value: code}
		if i >= quota[ruleCourt] {
			x.Case.Court, x.Case.CaseNo = fmt.Sprintf("藏98%02d", x.court), ""
			x.Fault = Fault{Rule: ruleIdentity, Court: x.Case.Court, Column: "case_no"}
		}
		out = append(out, x)
	}
	return out
}
