package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/internal/warning"
	"zhunsheng/web/page/limits"
	"zhunsheng/web/page/today"
)

// warned is one case with its highest stage.
type warned struct {
	docket.Case
	warning.Stage
}

// warned lists the cases of a scope that a role is warned of on the data day, the most urgent
// first: one entry for each case.
func (a *App) warned(ctx context.Context, at access.Scope, day civil.Date) ([]warned, error) {
	book, err := a.Limits(ctx)
	if err != nil {
		return nil, err
	}
	to, ok := a.receivers.At(day)
	if !ok {
		return nil, nil
	}
	within, ok := to.Reach(at.Role)
	if !ok {
		return nil, nil
	}
	scope, err := confine(at)
	if err != nil {
		return nil, err
	}
	end := indicator.Bound{Anchor: indicator.PeriodTo}
	where := indicator.All(openAt(), has("limit_due_on"), not(dayBound("limit_open_on", indicator.LE, end)))
	if within < warning.Always {
		where = indicator.All(where, dayBound("limit_due_on", indicator.LE, indicator.Bound{Anchor: indicator.PeriodTo, Days: within}))
	}
	cases, err := a.dueFirst(ctx, where, civil.Period{From: day, To: day}, scope)
	if err != nil {
		return nil, fmt.Errorf("warned cases: %w", err)
	}
	var out []warned
	for _, c := range cases {
		t := warning.Time{Rule: c.Limit.Rule, Start: c.Limit.FromOn, Due: c.Limit.DueOn, Open: c.Limit.OpenOn}
		if s, ok := warning.Of(book, t, day); ok && to.Gets(at.Role, s) {
			out = append(out, warned{c, s})
		}
	}
	slices.SortStableFunc(out, func(x, y warned) int { return cmp.Or(x.rank()-y.rank(), x.Left-y.Left) })
	return out, nil
}

// rank orders the stages, the most urgent first: over, d0, d3 … mark.
func (w warned) rank() int {
	switch w.Code {
	case warning.Over:
		return -1
	case warning.Mark:
		return warning.Always
	}
	days, _ := strconv.Atoi(w.Code[1:]) // d and the days, see warning.Stage
	return days
}

// ackKey is what an acknowledgement holds for: the next stage and another due day warn again.
type ackKey struct {
	court, key, stage string
	due               civil.Date
}

func (a *App) acksOf(ctx context.Context, login string) (map[ackKey]store.WarningAck, error) {
	list, err := a.store.WarningAcksOf(ctx, login)
	if err != nil {
		return nil, fmt.Errorf("warnings taken note of: %w", err)
	}
	out := make(map[ackKey]store.WarningAck, len(list))
	for _, x := range list {
		out[ackKey{x.Court, x.Key, x.Stage, x.Due}] = x
	}
	return out, nil
}

func (w warned) key() ackKey { return ackKey{w.Court, w.Key, w.Code, w.Limit.DueOn} }

// Warnings implements [limits.Source].
func (a limitDesk) Warnings(ctx context.Context, at access.Scope, stage string, offset, limit int) (limits.Warnings, error) {
	out := limits.Warnings{}
	if err := at.Need(access.ViewCases); err != nil {
		return out, err
	}
	var err error
	if out.Day, err = a.DataDay(ctx); err != nil {
		return out, err
	}
	all, err := a.warned(ctx, at, out.Day)
	if err != nil {
		return out, err
	}
	acks, err := a.acksOf(ctx, at.User)
	if err != nil {
		return out, err
	}
	for _, w := range all {
		line := limits.Line{Case: w.Case, Stage: w.Code, Left: w.Left}
		ack, noted := acks[w.key()]
		if noted {
			out.Acked++
			line.Ack = &limits.Ack{Who: ack.Who, Name: at.Name, Stage: ack.Stage, At: ack.At, Note: ack.Note}
		} else if k := len(out.Counts); k > 0 && out.Counts[k-1].Stage == w.Code {
			out.Counts[k-1].Cases++
		} else {
			out.Counts = append(out.Counts, limits.Count{Stage: w.Code, Cases: 1})
		}
		if noted == (stage == "acked") && (stage == "" || stage == "acked" || stage == w.Code) {
			out.Lines = append(out.Lines, line)
		}
	}
	out.Total = len(out.Lines)
	out.Lines = out.Lines[min(max(offset, 0), out.Total):]
	out.Lines = out.Lines[:min(limit, len(out.Lines))]
	return out, a.note(ctx, at, "warnings.list", stage, fmt.Sprint(out.Total))
}

// Acknowledge implements [limits.Source]; the log says which stage was noted, not the note.
func (a limitDesk) Acknowledge(ctx context.Context, at access.Scope, court, key, stage string, due civil.Date, note string) error {
	if err := at.Need(access.WriteNotes); err != nil {
		return err
	}
	r, err := noteDesk(a).inScope(ctx, at, court, key)
	if err != nil {
		return err
	}
	day, err := a.DataDay(ctx)
	if err != nil {
		return err
	}
	book, err := a.Limits(ctx)
	if err != nil {
		return err
	}
	l := r.Limit
	s, ok := warning.Of(book, warning.Time{Rule: l.Rule, Start: l.FromOn, Due: l.DueOn, Open: l.OpenOn}, day)
	if !ok || !r.ClosedOn.IsZero() || s.Code != stage || l.DueOn != due {
		return fault.Conflictf("该提示已有变化，请刷新后再处理 / the warning has changed; load the page again")
	}
	err = a.store.AcknowledgeWarning(ctx, store.WarningAck{Who: at.User, Court: court, Key: key, Stage: stage, Due: due, Note: note})
	if errors.Is(err, fault.Conflict) {
		return fault.Conflictf("您已知悉该提示 / you have taken note of this warning already")
	}
	if err != nil {
		return err
	}
	return a.note(ctx, at, "warning.ack", court+" "+r.CaseNo, stage+" "+due.String())
}

// digestLine is one case of a digest, as it is stored.
type digestLine struct {
	Court string `json:"court"`
	Key   string `json:"key"`
	No    string `json:"no"`
	Judge string `json:"judge"`
	Stage string `json:"stage"`
	Due   string `json:"due"`
	Left  int    `json:"left"`
	Fresh bool   `json:"fresh,omitempty"`
	Acked bool   `json:"acked,omitempty"`
}

// Digest implements [limits.Source]: the digest of the data day is made when it is first asked
// for and stands from then on.
func (a limitDesk) Digest(ctx context.Context, who access.Scope, day civil.Date) (limits.Digest, []civil.Date, error) {
	if err := who.Need(access.ViewCases); err != nil {
		return limits.Digest{}, nil, err
	}
	newest, err := a.DataDay(ctx)
	if err != nil {
		return limits.Digest{}, nil, err
	}
	if err := a.keepDigest(ctx, who, newest); err != nil {
		return limits.Digest{}, nil, err
	}
	list, err := a.store.Digests(ctx, who.User, 0)
	if err != nil {
		return limits.Digest{}, nil, err
	}
	var out limits.Digest
	var days []civil.Date
	if day.IsZero() {
		day = newest
	}
	for _, d := range list {
		days = append(days, d.Day)
		if d.Day == day {
			if out, err = readDigest(d); err != nil {
				return out, nil, err
			}
		}
	}
	if out.Day.IsZero() {
		return out, nil, fault.NotFoundf("%s 没有您的摘要 / there is no digest of yours of %s", day, day)
	}
	return out, days, nil
}

func readDigest(d store.Digest) (limits.Digest, error) {
	out := limits.Digest{Day: d.Day, At: d.At}
	var lines []digestLine
	if err := json.Unmarshal(d.Body, &lines); err != nil {
		return out, fmt.Errorf("digest of %s on %s: %w", d.Who, d.Day, err)
	}
	for _, l := range lines {
		due, err := civil.ParseDate(l.Due)
		if err != nil {
			return out, fmt.Errorf("digest of %s on %s: %w", d.Who, d.Day, err)
		}
		out.Lines = append(out.Lines, limits.DigestLine{Court: l.Court, Key: l.Key, No: l.No, Judge: l.Judge, Stage: l.Stage, Due: due, Left: l.Left, Fresh: l.Fresh, Acked: l.Acked})
	}
	return out, nil
}

// keepDigest makes the digest of a person and a day, unless there is one. A stage that was not
// in the digest before is fresh.
func (a *App) keepDigest(ctx context.Context, who access.Scope, day civil.Date) error {
	have, err := a.store.Digests(ctx, who.User, 0)
	if err != nil || slices.ContainsFunc(have, func(d store.Digest) bool { return d.Day == day }) {
		return err
	}
	before := map[ackKey]bool{}
	if len(have) > 0 {
		last, err := readDigest(have[0])
		if err != nil {
			return err
		}
		for _, l := range last.Lines {
			before[ackKey{l.Court, l.Key, l.Stage, l.Due}] = true
		}
	}
	all, err := a.warned(ctx, who, day)
	if err != nil {
		return err
	}
	acks, err := a.acksOf(ctx, who.User)
	if err != nil {
		return err
	}
	lines := []digestLine{}
	for _, w := range all {
		_, noted := acks[w.key()]
		no := cmp.Or(w.CaseNo, w.Key)
		lines = append(lines, digestLine{w.Court, w.Key, no, w.Judge, w.Code, w.Limit.DueOn.String(), w.Left, !before[w.key()], noted})
	}
	body, err := json.Marshal(lines)
	if err != nil {
		return fmt.Errorf("digest: %w", err)
	}
	if _, err := a.store.KeepDigest(ctx, store.Digest{Who: who.User, Day: day, Cases: len(lines), Body: body}); err != nil {
		return err
	}
	return a.note(ctx, who, "digest.made", day.String(), fmt.Sprint(len(lines)))
}

// KeepDigests makes today's digest of everybody who gets warnings; it is run after every
// import and once a day, and does nothing where a digest stands already.
func (a *App) KeepDigests(ctx context.Context) error {
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return err
	}
	users, err := a.store.Users(ctx)
	if err != nil {
		return err
	}
	to, ok := a.receivers.At(day)
	for _, u := range users {
		if _, gets := to.Reach(u.Role); !ok || !gets || u.Disabled {
			continue
		}
		if err := a.keepDigest(ctx, u.Scope(), day); err != nil {
			return fmt.Errorf("digest of %s: %w", u.Login, err)
		}
	}
	return nil
}

// digestEvery is how often a serving process looks whether today's digests stand.
const digestEvery = 5 * time.Minute

// keepDigesting makes the digests of every new data day until ctx ends.
func (a *App) keepDigesting(ctx context.Context) {
	tick := time.NewTicker(digestEvery)
	defer tick.Stop()
	for {
		if err := a.KeepDigests(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "digests", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// shownFirst is how many cases the line of the work list names.
const shownFirst = 8

// warnings is the work list's line of the cases that the person is warned of and has not taken
// note of: one line for each of the most urgent, the highest stage only.
func (d desk) warnings(ctx context.Context, t task) ([]today.Item, error) {
	all, err := d.warned(ctx, d.at, d.day)
	if err != nil {
		return nil, err
	}
	acks, err := d.acksOf(ctx, d.at.User)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(w warned) bool { _, noted := acks[w.key()]; return noted })
	if len(all) == 0 {
		return nil, nil
	}
	i := today.Item{
		Kind: t.kind, ID: t.id, Count: int64(len(all)), Unit: "cases", Path: "/limits/warnings",
		Name: statute.Text{Zh: "审限届满提示", En: "warnings before the end of a limit"},
		Why:  statute.Text{Zh: "临近或超过审限、应由您知悉的案件，每件只列最高一级；写明情况后，到下一级再提示。", En: "Near or over their limit and for you to know; the highest stage only. Once noted they come back at the next stage."},
	}
	units, over := map[string]int64{}, 0
	field := below(d.at)
	for n, w := range all {
		if n < shownFirst {
			i.First = append(i.First, today.Line{Court: w.Court, Key: w.Key, No: cmp.Or(w.CaseNo, w.Key), Text: w.words(), Over: w.Left < 0})
		}
		if w.Left < 0 {
			over++
		}
		units[map[string]string{"court": w.Court, "division": w.Division, "judge": w.Judge}[field]]++
	}
	next := all[len(all)-1].Limit.DueOn
	for _, w := range all {
		if w.Left >= 0 {
			next = min(next, w.Limit.DueOn)
		}
	}
	if i.Over = over > 0; i.Over {
		i.Late = statute.Text{Zh: "已超审限 " + strconv.Itoa(over) + " 件", En: strconv.Itoa(over) + " over already"}
	} else {
		i.Late = statute.Text{Zh: "最近一件 " + next.String() + " 届满", En: "the next is due on " + next.String()}
	}
	if field != "" {
		for _, code := range d.lists.inOrder(field, units) {
			p := today.Part{Field: field, Code: code, Count: units[code]}
			if code != "" && field != "judge" {
				p.Query = []string{field, code}
			}
			i.Parts = append(i.Parts, p)
		}
	}
	return []today.Item{i}, nil
}

// words says how a warned case stands; on the due day it is not yet over.
func (w warned) words() statute.Text {
	day, left := w.Limit.DueOn.String(), strconv.Itoa(max(w.Left, -w.Left))
	switch {
	case w.Left < 0:
		return statute.Text{Zh: day + " 届满，已超 " + left + " 日", En: "due " + day + ", " + left + " days over"}
	case w.Left == 0:
		return statute.Text{Zh: day + " 今日届满，尚未超期", En: "due today, " + day + ", not yet over"}
	}
	return statute.Text{Zh: day + " 届满，还有 " + left + " 日", En: "due " + day + ", " + left + " days left"}
}
