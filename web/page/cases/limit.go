package cases

import (
	"context"

	"zhunsheng/internal/caselimit"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/timelimit"
	"zhunsheng/web/strip"
	"zhunsheng/web/ui"
)

// Law gives the limits of the law that the office has accepted.
type Law interface {
	Limits(ctx context.Context) (*timelimit.Book, error)
}

// limitModel is the time limit of a case: shown, or why it cannot be.
type limitModel struct {
	Shown   bool
	Model   strip.Model
	Problem string // why there is no date
	Remedy  string
	Tries   []ui.Option // the calculator for every limit that is possible
	Doubts  []strip.Finding
	Differs string // the due date of the file is another one
}

// limitOf explains the limit of a case on the data day.
func limitOf(v *ui.View, book *timelimit.Book, rec *Record) limitModel {
	c := &rec.Case
	set := book.Defaults
	set.OpenUntil = v.AsOf.Day
	asked, problem := caselimit.Of(book, c, rec.Events)
	kept := caselimit.Assess(book, c, rec.Events, &set)
	if !problem.None() || !kept.Problem.None() {
		return unknown(v, book, rec, kept.Problem)
	}
	days, result, err := timelimit.Days(book, &asked, set)
	if err != nil {
		return limitModel{Problem: err.Error(), Remedy: v.T("case.limit_mend")}
	}
	if len(days) > strip.MaxDays {
		days = nil
	}
	m := limitModel{Shown: true, Model: strip.Of(v.Words, strip.Input{Book: book, Case: &asked, Result: result, Days: days,
		Today: v.AsOf.Day, Closed: c.ClosedOn, Standing: string(kept.On(book, c.ClosedOn, v.AsOf.Day).State)})}
	m.Doubts = doubts(v, kept.Findings, result)
	if !c.DueOn.IsZero() && c.DueOn != result.Day {
		m.Differs = v.T("case.limit_differs", "File", c.DueOn, "Due", ui.Day(result.Day))
	}
	return m
}

// doubts are the findings that reading the ledger gave, beside those of the engine.
func doubts(v *ui.View, codes []string, result *timelimit.Result) []strip.Finding {
	known := map[string]bool{}
	for _, f := range result.Findings {
		known[f.Code] = true
	}
	var out []strip.Finding
	for _, code := range codes {
		if id := "case.doubt." + code; !known[code] && v.Has(id) {
			out = append(out, strip.Finding{Code: code, Text: v.T(id)})
		}
	}
	return out
}

// unknown says why there is no date and what to do, with the calculator for every limit that
// the case can have.
func unknown(v *ui.View, book *timelimit.Book, rec *Record, p caselimit.Problem) limitModel {
	c := &rec.Case
	m := limitModel{Problem: v.Pick(p.Text), Remedy: v.Pick(p.Remedy)}
	start := c.LimitStartOn
	if start.IsZero() {
		start = c.FiledOn
	}
	for _, id := range book.For(c.TypeCode, c.Procedure, c.ForeignRelated == docket.Yes).Limits {
		if rule, err := book.Rule(id); err == nil {
			m.Tries = append(m.Tries, ui.Option{Value: "/limits/calculator?accepted=" + start.String() + "&procedure=" + id, Label: id + " " + v.Pick(rule.Name)})
		}
	}
	return m
}
