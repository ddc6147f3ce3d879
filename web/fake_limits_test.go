package web

import (
	"context"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/limits"
)

// fakeLimits answers the pages of the time limits with two cases.
type fakeLimits struct{ *fake }

func (f fakeLimits) two(at access.Scope) []docket.Case {
	var out []docket.Case
	for _, c := range f.cases {
		if at.Sees(c.Court, c.Division, c.Judge) && len(out) < 2 {
			c.Limit = docket.Limit{Rule: "CV1", FromOn: civil.NewDate(2024, 1, 2), BaseDueOn: civil.NewDate(2024, 7, 2), DueOn: civil.NewDate(2024, 7, 2).AddDays(-4 * len(out))}
			out = append(out, c)
		}
	}
	return out
}

func (f fakeLimits) Overview(_ context.Context, at access.Scope) (limits.Overview, error) {
	n := int64(len(f.two(at)))
	return limits.Overview{Day: civil.NewDate(2024, 6, 30), States: 1, Field: "court", Period: civil.Period{From: civil.NewDate(2024, 1, 1), To: civil.NewDate(2024, 6, 30)},
		Columns:  []limits.Column{{Pick: "limit_over", Name: statute.Text{Zh: "已超审限", En: "over the limit"}}, {Pick: "limit_extended", Name: statute.Text{Zh: "已延长", En: "extended"}}},
		Rows:     []limits.Row{{Code: "藏9801", Counts: []int64{n, 0}}},
		Total:    limits.Row{Counts: []int64{n, 0}},
		Findings: []limits.Finding{{Code: "late", Pick: "limit_finding.late", Question: statute.Text{Zh: "为何在届满之后？", En: "Why after the end?"}, Evidence: "A", Count: 3}}}, nil
}

func (f fakeLimits) Cases(_ context.Context, at access.Scope, _ string, _, _ int) ([]docket.Case, int, error) {
	return f.two(at), len(f.two(at)), nil
}

func (f fakeLimits) Warnings(_ context.Context, at access.Scope, stage string, _, _ int) (limits.Warnings, error) {
	out := limits.Warnings{Day: civil.NewDate(2024, 6, 30)}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, c := range f.two(at) {
		l := limits.Line{Case: c, Stage: "d5", Left: c.Limit.DueOn.Sub(out.Day)}
		if i == 1 {
			l.Stage = "over"
		}
		if note, ok := f.acked[c.Key]; ok {
			out.Acked++
			l.Ack = &limits.Ack{Who: at.User, Name: at.Name, Stage: l.Stage, At: f.batches[0].Started, Note: note}
		} else {
			out.Counts = append(out.Counts, limits.Count{Stage: l.Stage, Cases: 1})
		}
		if (l.Ack != nil) == (stage == "acked") {
			out.Lines = append(out.Lines, l)
		}
	}
	out.Total = len(out.Lines)
	return out, nil
}

func (f fakeLimits) Acknowledge(_ context.Context, _ access.Scope, _, key, stage string, _ civil.Date, note string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if stage != "d5" && stage != "over" {
		return fault.Conflictf("the warning has changed")
	}
	if f.acked == nil {
		f.acked = map[string]string{}
	}
	f.acked[key] = note
	return nil
}

func (f fakeLimits) Digest(_ context.Context, who access.Scope, day civil.Date) (limits.Digest, []civil.Date, error) {
	today := civil.NewDate(2024, 6, 30)
	if !day.IsZero() && day != today {
		return limits.Digest{}, nil, fault.NotFoundf("no digest of %s", day)
	}
	d := limits.Digest{Day: today, At: time.Date(2024, 7, 1, 8, 0, 0, 0, time.UTC)}
	for _, c := range f.two(who) {
		d.Lines = append(d.Lines, limits.DigestLine{Court: c.Court, Key: c.Key, No: c.CaseNo, Judge: c.Judge, Stage: "d5", Due: c.Limit.DueOn, Left: c.Limit.DueOn.Sub(today), Fresh: true})
	}
	return d, []civil.Date{today}, nil
}

// Acks tells the warnings about a case that were taken note of.
func (f *fake) Acks(_ context.Context, at access.Scope, _, key string) ([]cases.Ack, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	note, ok := f.acked[key]
	if !ok {
		return nil, nil
	}
	return []cases.Ack{{Note: cases.Note{Who: at.User, Name: at.Name, At: f.batches[0].Started, Body: note}, Stage: "d5", Due: civil.NewDate(2024, 7, 2)}}, nil
}
