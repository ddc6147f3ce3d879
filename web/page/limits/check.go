package limits

import (
	"errors"
	"slices"
	"strconv"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/timelimit"
	"zhunsheng/web/ui"
)

// problem is something wrong with one field, in words that say how to mend it.
type problem struct{ Field, Text string }

// asker reads a form against a book of limits and collects everything that is wrong with it.
type asker struct {
	ui.Words
	book     *timelimit.Book
	f        form
	problems []problem
}

func (a *asker) fail(field, id string, pairs ...any) {
	a.problems = append(a.problems, problem{field, a.T("calculator.bad."+id, pairs...)})
}

// date reads a date that may be missing.
func (a *asker) date(field, text string) civil.Date {
	if text == "" {
		return 0
	}
	d, err := civil.ParseDate(text)
	if err != nil || len(text) != len("2006-01-02") || d.Year() > 2200 {
		a.fail(field, "date", "Text", text)
		return 0
	}
	return d
}

// question turns the form into a case and its settings; ok is false while it is not complete.
func (a *asker) question() (c *timelimit.Case, set timelimit.Settings, ok bool) {
	set = a.book.Defaults
	rule, err := a.book.Rule(a.f.values["procedure"])
	if err != nil {
		if id := a.f.values["procedure"]; id != "" {
			a.fail("procedure", "procedure", "Text", id)
		}
		return nil, set, false
	}
	c = &timelimit.Case{Procedure: rule.ID, Accepted: a.date("accepted", a.f.values["accepted"])}
	a.inForce(rule, c.Accepted)
	if rule.Measure == timelimit.InHours {
		c.Clock = a.clock(a.f.values["time"])
	}
	set.Inclusive, set.ChainExtensions, set.PendingFollowsNew = a.f.on("inclusive"), a.f.on("chain_extensions"), a.f.on("pending_follows_new_law")
	set.OpenUntil = a.date("until", a.f.values["until"])
	if name := a.f.values["calendar"]; name != "" {
		if !slices.Contains(a.book.Calendars.Names(), name) {
			a.fail("calendar", "calendar", "Text", name)
		}
		set.Calendar = name
	}
	a.options(rule, c)
	for i, r := range a.f.events {
		a.event(rule, c, set, i+1, r)
	}
	return c, set, len(a.problems) == 0 && !c.Accepted.IsZero()
}

func (a *asker) inForce(rule *timelimit.Rule, day civil.Date) {
	first, last := rule.Versions[0], rule.Versions[len(rule.Versions)-1]
	switch {
	case day.IsZero():
	case day < first.From:
		a.fail("accepted", "too_early", "Limit", rule.ID, "Day", first.From)
	case !last.To.IsZero() && day > last.To:
		a.fail("accepted", "too_late", "Limit", rule.ID, "Day", last.To)
	}
}

// clock reads the time of day that limits in hours need.
func (a *asker) clock(text string) timelimit.Clock {
	_, clock, err := timelimit.ParseMoment("2000-01-01T" + text)
	if text == "" || err != nil {
		a.fail("time", "time", "Text", text)
		return 0
	}
	return clock
}

// options adds the facts of the case that its limit knows.
func (a *asker) options(rule *timelimit.Rule, c *timelimit.Case) {
	if rule.Custody && a.f.on("custody") {
		c.Events = append(c.Events, timelimit.Event{Kind: timelimit.CustodyEvent, Yes: true})
	}
	for _, name := range optionsOf(rule) {
		if a.f.on(name) {
			c.Events = append(c.Events, timelimit.Event{Kind: timelimit.OptionEvent, Name: name, Yes: true})
		}
	}
	if rule.Measure == timelimit.BeforeVote {
		on := a.date("election", a.f.values["election"])
		if a.f.values["election"] == "" {
			a.fail("election", "election")
		}
		c.Events = append(c.Events, timelimit.Event{Kind: timelimit.ElectionEvent, On: on})
	}
}

// optionsOf names the facts that change the base of a limit.
func optionsOf(rule *timelimit.Rule) []string {
	names := map[timelimit.Facts]string{timelimit.OverThreeYears: "over_three_years", timelimit.OverOneYear: "over_one_year", timelimit.Urgent: "urgent"}
	var out []string
	for i := range rule.Versions {
		for _, w := range rule.Versions[i].When {
			if name := names[w.If]; name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// kindsOf names the events that can move a limit.
func kindsOf(rule *timelimit.Rule) []string {
	if rule.Measure != timelimit.InDays && rule.Measure != timelimit.NoLimit {
		return nil
	}
	out := []string{"extend", "deduct"}
	if rule.Convert != nil {
		out = append(out, "convert")
	}
	out = append(out, "restart")
	if rule.Notice != nil {
		out = append(out, "notice")
	}
	return out
}

// event reads the n-th event and adds it to the case.
func (a *asker) event(rule *timelimit.Rule, c *timelimit.Case, set timelimit.Settings, n int, r row) {
	if !slices.Contains(kindsOf(rule), r.kind) {
		a.fail(param(n, ""), "kind", "Kind", a.T("calculator.kind."+r.kind), "Limit", rule.ID)
		return
	}
	day := map[string]civil.Date{}
	for _, in := range fieldsOf(r.kind) {
		text := r.values[in.name]
		if in.needed && text == "" {
			a.fail(param(n, in.name), "missing", "Field", a.T("calculator.field."+in.name), "N", n, "Kind", a.T("calculator.kind."+r.kind))
		}
		if in.shape == "date" {
			day[in.name] = a.date(param(n, in.name), text)
		}
	}
	e := timelimit.Event{On: day["on"], From: day["from"], To: day["to"], Asked: day["asked"], Entered: day["entered"],
		By: r.values["by"], Why: r.values["why"], Paper: r.values["paper"], Name: r.values["target"]}
	switch r.kind {
	case "extend":
		e.Kind = timelimit.ExtendEvent
		a.length(n, r, &e)
	case "deduct":
		e.Kind = timelimit.DeductEvent
		if e.To.IsZero() && r.values["to"] == "" && set.OpenUntil.IsZero() {
			a.fail(param(n, "to"), "running", "N", n)
		}
	case "convert":
		e.Kind = timelimit.ConvertEvent
	case "restart":
		e.Kind = timelimit.RestartEvent
	case "notice":
		e.Kind = timelimit.NoticeEvent
	}
	a.order(n, c, &e)
	c.Events = append(c.Events, e)
}

// length reads how much an extension grants.
func (a *asker) length(n int, r row, e *timelimit.Event) {
	if r.values["length"] == "" {
		return
	}
	size, err := strconv.Atoi(r.values["length"])
	if err != nil || size < 1 || size > 400 {
		a.fail(param(n, "length"), "length", "Text", r.values["length"])
		return
	}
	if r.values["unit"] == "days" {
		e.Days = size
	} else {
		e.Months = size
	}
}

// order refuses intervals that end before they begin and steps before the acceptance.
func (a *asker) order(n int, c *timelimit.Case, e *timelimit.Event) {
	if !e.From.IsZero() && !e.To.IsZero() && e.To < e.From {
		a.fail(param(n, "to"), "order", "From", e.From, "To", e.To)
	}
	if !e.On.IsZero() && e.On < c.Accepted {
		a.fail(param(n, "on"), "before", "Day", e.On, "Accepted", c.Accepted)
	}
	if e.Kind == timelimit.NoticeEvent && !e.To.IsZero() && e.To < c.Accepted {
		a.fail(param(n, "to"), "before", "Day", e.To, "Accepted", c.Accepted)
	}
}

// refused notes what the engine itself refused.
func (a *asker) refused(err error) {
	var f *fault.Error
	text := err.Error()
	if errors.As(err, &f) {
		text = f.Error()
	}
	a.problems = append(a.problems, problem{"", text})
}
