package api

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/timelimit"
)

type dueIn struct {
	Procedure string `query:"procedure" required:"true" doc:"id of a limit, e.g. CVS"`
	Accepted  string `query:"accepted" required:"true" doc:"YYYY-MM-DD, or YYYY-MM-DDTHH:MM for limits in hours"`
	Events    string `query:"events" doc:"JSON list of events, as in docs/limits.md"`
	Until     string `query:"until" doc:"reporting day: end of deductions that still run"`
	Calendar  string `query:"calendar" doc:"national (default) or a local calendar"`
}

type dueBody struct {
	Due      string       `json:"due" doc:"last day, a day with the hour for limits in hours, or none"`
	Limit    dueLimit     `json:"limit"`
	Reached  string       `json:"reached,omitempty" doc:"last day before it was moved from a day off"`
	Extended string       `json:"extended,omitempty" doc:"extensions in effect: 3m, 15d …"`
	Deducted int          `json:"deducted_days"`
	Flags    []string     `json:"flags,omitempty" doc:"late, long, calendar, provisional"`
	Findings []dueFinding `json:"findings,omitempty"`
	Steps    []dueStep    `json:"steps"`
}

type dueLimit struct {
	ID       string `json:"id"`
	Name     words  `json:"name"`
	Base     string `json:"base"`
	From     string `json:"from" doc:"first day of the version"`
	To       string `json:"to,omitempty"`
	Source   string `json:"source"`
	Evidence string `json:"evidence" doc:"T text read, S secondary, U unverified"`
}

type dueFinding struct {
	Code  string `json:"code"`
	Event int    `json:"event" doc:"place in the list from 0; -1 for none"`
	Text  words  `json:"text"`
}

type dueStep struct {
	Kind     string `json:"kind"`
	Day      string `json:"day,omitempty"`
	Reached  string `json:"reached,omitempty" doc:"where the limit ends after the step, not moved"`
	Text     words  `json:"text"`
	Source   string `json:"source,omitempty"`
	Evidence string `json:"evidence,omitempty"`
}

// due computes when a case is due, with every step; no case of the ledger is involved.
func (s *server) due(ctx context.Context, in *dueIn) (*answer[dueBody], error) {
	if _, err := s.at(ctx, Where{}, access.ViewFigures); err != nil {
		return nil, err
	}
	book, err := s.source.Limits(ctx)
	if err != nil {
		return nil, err
	}
	c, set := timelimit.Case{Procedure: in.Procedure}, book.Defaults
	if c.Accepted, c.Clock, err = timelimit.ParseMoment(in.Accepted); err != nil {
		return nil, err
	}
	if c.Events, err = timelimit.ParseEvents(in.Events); err != nil {
		return nil, err
	}
	if in.Calendar != "" {
		set.Calendar = in.Calendar
	}
	if in.Until != "" {
		if set.OpenUntil, err = civil.ParseDate(in.Until); err != nil {
			return nil, fault.At("until", "is not a date", "write YYYY-MM-DD")
		}
	}
	r, err := timelimit.Compute(book, &c, set)
	if err != nil {
		return nil, err
	}
	return &answer[dueBody]{dueOf(r)}, nil
}

func dueOf(r *timelimit.Result) dueBody {
	l := r.Limit
	out := dueBody{Due: r.String(), Reached: text(r.Reached), Deducted: r.Deducted, Flags: r.Flags.Names(),
		Limit: dueLimit{l.ID, words(l.Name), l.Base, text(l.From), text(l.To), l.Source.String(), l.Source.Evidence}}
	if !r.Extended.IsZero() {
		out.Extended = r.Extended.String()
	}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, dueFinding{f.Code, f.Event, words(f.Text)})
	}
	for _, x := range r.Steps {
		out.Steps = append(out.Steps, dueStep{x.Kind, text(x.Day), text(x.Reached), words(x.Text), x.Source.String(), x.Source.Evidence})
	}
	return out
}
