package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
)

// explain prints one result in the format asked for.
func (e *env) explain(c *timelimit.Case, r *timelimit.Result, days []timelimit.Day, withDays bool) error {
	switch {
	case e.format == "json":
		return e.explainJSON(c, r, days)
	case e.format == "csv" && withDays:
		return e.dayTable(days)
	case e.format == "csv":
		return e.stepTable(r)
	}
	note := explainNote(c, r)
	if _, err := fmt.Fprint(e.out, note); err != nil {
		return err
	}
	if !withDays {
		return nil
	}
	if _, err := fmt.Fprintln(e.out, "\n逐日 / day by day"); err != nil {
		return err
	}
	return e.dayTable(days)
}

// explainNote is the note that a lawyer reads: answer, limit, settings, steps, doubts.
func explainNote(c *timelimit.Case, r *timelimit.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s / %s\n", r.Limit.ID, r.Limit.Name.Zh, r.Limit.Name.En)
	fmt.Fprintf(&b, "届满 / due        %s\n", r)
	fmt.Fprintf(&b, "期限 / limit      %s，%s，%s\n", r.Limit.Base, cited(r.Limit.Source), version(r.Limit))
	fmt.Fprintf(&b, "日历 / calendar   %s\n", r.Calendar)
	fmt.Fprintf(&b, "设置 / settings   %s\n", settings(r.Settings))
	if names := r.Flags.Names(); len(names) > 0 {
		fmt.Fprintf(&b, "标记 / flags      %s\n", strings.Join(names, " "))
	}
	b.WriteByte('\n')
	for i, s := range r.Steps {
		fmt.Fprintf(&b, "%2d. %s\n    %s\n", i+1, s.Text.Zh, s.Text.En)
		if s.Source.Doc != "" {
			fmt.Fprintf(&b, "    【%s】\n", cited(s.Source))
		}
	}
	if len(r.Findings) > 0 {
		b.WriteString("\n请核对 / to be looked at\n")
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, " - %s%s：%s / %s\n", f.Code, eventPlace(c, f.Event), f.Text.Zh, f.Text.En)
	}
	return b.String()
}

// eventPlace names the event a finding is about.
func eventPlace(c *timelimit.Case, i int) string {
	if i < 0 || i >= len(c.Events) {
		return ""
	}
	return fmt.Sprintf(" (%s, event %d)", c.Events[i].Kind, i+1)
}

// evidence spells out the marks of the sources.
var evidence = map[string]string{"T": "已读原文 text read", "S": "二手来源 secondary source", "U": "未核实 unverified"}

// cited prints a source the way lawyers cite it, with what is known of it.
func cited(s statute.Source) string {
	out := s.Doc
	if s.No != "" {
		if strings.Trim(s.No, "0123456789、→") == "" {
			s.No = "第" + s.No + "条"
		}
		out += " " + s.No
	}
	if s.Cite != "" {
		out += "（" + s.Cite + "）"
	}
	if mark := evidence[s.Evidence]; mark != "" {
		out += "；" + mark
	}
	return out
}

// version says when the wording used is in force.
func version(l timelimit.Limit) string {
	if l.To.IsZero() {
		return fmt.Sprintf("%s起施行 / in force from %s", l.From, l.From)
	}
	return fmt.Sprintf("%s至%s施行 / in force until %s", l.From, l.To, l.To)
}

func settings(s timelimit.Settings) string {
	word := map[bool]string{true: "yes", false: "no"}
	return fmt.Sprintf("inclusive=%s chain_extensions=%s pending_follows_new_law=%s", word[s.Inclusive], word[s.ChainExtensions], word[s.PendingFollowsNew])
}

func (e *env) stepTable(r *timelimit.Result) error {
	t := e.table("step", "kind", "event", "day", "reached", "text_zh", "text_en", "source", "evidence")
	for i, s := range r.Steps {
		t.add(i+1, s.Kind, eventNumber(s.Event), s.Day.String(), s.Reached.String(), s.Text.Zh, s.Text.En, s.Source.String(), s.Source.Evidence)
	}
	return t.end()
}

func (e *env) dayTable(days []timelimit.Day) error {
	t := e.table("day", "kind", "event", "cause", "paper")
	for _, d := range days {
		t.add(d.Day.String(), string(d.Kind), eventNumber(d.Event), d.Cause, d.Paper)
	}
	return t.end()
}

// eventNumber counts events from 1; empty for none.
func eventNumber(i int) any {
	if i < 0 {
		return nil
	}
	return i + 1
}

// The JSON form of a result.
type (
	resultJSON struct {
		Procedure string             `json:"procedure"`
		Due       string             `json:"due"`
		Reached   string             `json:"reached,omitempty"`
		DayZero   string             `json:"day_zero"`
		Limit     limitJSON          `json:"limit"`
		Extended  string             `json:"extended,omitempty"`
		Deducted  int                `json:"deducted_days"`
		Flags     []string           `json:"flags"`
		Findings  []findingJSON      `json:"findings"`
		Settings  timelimit.Settings `json:"settings"`
		Calendar  string             `json:"calendar"`
		Steps     []stepJSON         `json:"steps"`
		Days      []dayJSON          `json:"days,omitempty"`
	}
	limitJSON struct {
		ID       string `json:"id"`
		NameZh   string `json:"name_zh"`
		NameEn   string `json:"name_en"`
		Base     string `json:"base"`
		From     string `json:"from"`
		To       string `json:"to,omitempty"`
		Source   string `json:"source"`
		Evidence string `json:"evidence"`
	}
	findingJSON struct {
		Code  string `json:"code"`
		Event int    `json:"event,omitempty"`
		Zh    string `json:"zh"`
		En    string `json:"en"`
	}
	stepJSON struct {
		Kind     string `json:"kind"`
		Event    int    `json:"event,omitempty"`
		Day      string `json:"day"`
		Reached  string `json:"reached,omitempty"`
		Zh       string `json:"zh"`
		En       string `json:"en"`
		Source   string `json:"source,omitempty"`
		Evidence string `json:"evidence,omitempty"`
	}
	dayJSON struct {
		Day   string `json:"day"`
		Kind  string `json:"kind"`
		Event int    `json:"event,omitempty"`
		Cause string `json:"cause,omitempty"`
		Paper string `json:"paper,omitempty"`
	}
)

func (e *env) explainJSON(c *timelimit.Case, r *timelimit.Result, days []timelimit.Day) error {
	out := resultJSON{Procedure: c.Procedure, Due: r.String(), Reached: r.Reached.String(), DayZero: r.DayZero.String(), Deducted: r.Deducted,
		Flags: append([]string{}, r.Flags.Names()...), Findings: []findingJSON{}, Settings: r.Settings, Calendar: r.Calendar,
		Limit: limitJSON{r.Limit.ID, r.Limit.Name.Zh, r.Limit.Name.En, r.Limit.Base, r.Limit.From.String(), r.Limit.To.String(), r.Limit.Source.String(), r.Limit.Source.Evidence}}
	if !r.Extended.IsZero() {
		out.Extended = r.Extended.String()
	}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, findingJSON{f.Code, f.Event + 1, f.Text.Zh, f.Text.En})
	}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, stepJSON{s.Kind, s.Event + 1, s.Day.String(), s.Reached.String(), s.Text.Zh, s.Text.En, s.Source.String(), s.Source.Evidence})
	}
	for _, d := range days {
		out.Days = append(out.Days, dayJSON{d.Day.String(), string(d.Kind), d.Event + 1, d.Cause, d.Paper})
	}
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
