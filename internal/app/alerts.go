package app

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/alert"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/documents"
	"zhunsheng/web/page/signals"
)

// alertWatch remembers up to which batch the alerts have been brought.
type alertWatch struct {
	mu    sync.Mutex
	batch int64
}

// alertBatchKey is the setting that holds the batch whose signals the alerts know, so that a
// restart is no new look at the data.
const alertBatchKey = "alerts.batch"

// watch brings the alerts up to the data once for each batch.
func (a *App) watch(ctx context.Context) error {
	batch := a.lastSeen()
	a.alertWatch.mu.Lock()
	defer a.alertWatch.mu.Unlock()
	if batch == 0 || batch == a.alertWatch.batch {
		return nil
	}
	if kept, ok, err := a.store.Setting(ctx, alertBatchKey); err != nil {
		return err
	} else if ok && kept == fmt.Sprint(batch) {
		a.alertWatch.batch = batch
		return nil
	}
	if err := a.updateAlerts(ctx); err != nil {
		return fmt.Errorf("alerts: %w", err)
	}
	a.alertWatch.batch = batch
	return a.store.SetSetting(ctx, alertBatchKey, fmt.Sprint(batch))
}

// updateAlerts compares what stands in the data with the alerts there are.
func (a *App) updateAlerts(ctx context.Context) error {
	book, err := alert.Load(a.cfg.Rules)
	if err != nil {
		return err
	}
	var now []alert.Signal
	for _, r := range book.Rules {
		found, err := map[string]func(context.Context, string) ([]alert.Signal, error){
			"intake": a.intakeSignals, "distortion": a.clueSignals, "lagging": a.lagSignals,
		}[r.Signal](ctx, r.ID)
		if err != nil {
			return fmt.Errorf("rule %s: %w", r.ID, err)
		}
		now = append(now, found...)
	}
	list, err := a.store.Alerts(ctx)
	if err != nil {
		return err
	}
	silences, err := a.store.Silences(ctx)
	if err != nil {
		return err
	}
	useful, err := a.store.AlertUsefulness(ctx)
	if err != nil {
		return err
	}
	before := map[int64]alert.State{}
	for _, x := range list {
		before[x.ID] = x.State
	}
	return a.store.UpdateAlerts(ctx, book.Update(list, now, silences, useful, a.now().UTC().Truncate(time.Millisecond)), before)
}

// intakeSignals are the alarms of the last complete month, each within the wider one.
func (a *App) intakeSignals(ctx context.Context, rule string) ([]alert.Signal, error) {
	in, err := a.Intake(ctx, access.System())
	if err != nil || len(in.Months) == 0 {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	var out []alert.Signal
	var add func(x signals.Alarm, within string)
	add = func(x signals.Alarm, within string) {
		month := x.Month.String()
		zh, en := "多于", "above"
		if float64(x.Value) < x.Expected {
			zh, en = "少于", "below"
		}
		name := a.seriesName(l, x.By)
		s := alert.Signal{Rule: rule, Key: x.ID + "@" + month, Within: within, Court: x.By["court"], Outside: true, Path: "/signals/series?" + query("s", x.ID, "m", month),
			Title: statute.Text{
				Zh: fmt.Sprintf("%s %s收案 %d 件，%s预计的 %.0f 件", month, name, x.Value, zh, x.Expected),
				En: fmt.Sprintf("%s %s: %d filings, %s the %.0f expected", month, name, x.Value, en, x.Expected)}}
		out = append(out, s)
		for _, part := range x.Inside {
			add(part, s.Key)
		}
	}
	for _, x := range in.alarms(len(in.Months) - 1) {
		add(x, "")
	}
	return out, nil
}

// seriesName is a series in words.
func (a *App) seriesName(l *lists, by map[string]string) string {
	var parts []string
	for _, f := range intakeFields {
		if code, ok := by[f]; ok {
			parts = append(parts, a.name(l, f, code))
		}
	}
	return strings.Join(parts, " ")
}

// clueSignals are the questions about figures.
func (a *App) clueSignals(ctx context.Context, rule string) ([]alert.Signal, error) {
	r, err := a.clues(ctx)
	if err != nil {
		return nil, err
	}
	var out []alert.Signal
	for i := range r.Questions {
		q := &r.Questions[i]
		words, err := a.clueWords(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, alert.Signal{Rule: rule, Key: clueID(q), Court: q.Court, Title: words, Path: "/signals/distortion", Outside: true})
	}
	return out, nil
}

// lagSet is the set of indicators whose long-lagging units are raised as alerts.
const lagSet = "spc-2024-01"

// lagSignals are the courts that stand outside for long.
func (a *App) lagSignals(ctx context.Context, rule string) ([]alert.Signal, error) {
	day, err := a.DataDay(ctx)
	if err != nil || day.IsZero() {
		return nil, err
	}
	lagging, err := signalsDesk{a}.Lagging(ctx, access.System(), lagSet, civil.Period{From: day, To: day})
	if err != nil {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	var out []alert.Signal
	for _, x := range lagging.Lags {
		out = append(out, alert.Signal{Rule: rule, Key: lagSet + "/" + x.Indicator.ID + "@" + x.Code, Court: x.Code, Outside: true, Path: "/signals/lagging",
			Title: statute.Text{
				Zh: fmt.Sprintf("%s“%s”最近 %d 个月中有 %d 个月在界限之外", a.name(l, "court", x.Code), x.Indicator.Name.Zh, len(lagging.Months), x.Outside),
				En: fmt.Sprintf("%s: %s outside its limits in %d of the last %d months", a.name(l, "court", x.Code), x.Indicator.Name.En, x.Outside, len(lagging.Months))}})
	}
	return out, nil
}

// seesAlert tells whether an alert concerns a scope: the city sees all, a court its own.
func seesAlert(at access.Scope, a alert.Alert) bool {
	return at.City || at.Court != "" && at.Court == a.Court && at.Division == "" && at.Judge == ""
}

// Alerts is the board: what is raised, in hand, answered; closed ones of late.
func (a signalsDesk) Alerts(ctx context.Context, at access.Scope) (signals.Alerts, error) {
	var out signals.Alerts
	if err := at.Need(access.ViewFigures); err != nil {
		return out, err
	}
	if err := a.watch(ctx); err != nil {
		return out, err
	}
	book, err := alert.Load(a.cfg.Rules)
	if err != nil {
		return out, err
	}
	list, err := a.store.Alerts(ctx)
	if err != nil {
		return out, err
	}
	useful, err := a.store.AlertUsefulness(ctx)
	if err != nil {
		return out, err
	}
	for _, r := range book.Rules {
		out.Rules = append(out.Rules, signals.AlertRule{Rule: r, Usefulness: useful[r.ID], Retired: book.Retired(useful[r.ID])})
	}
	for _, x := range list {
		if !seesAlert(at, x) {
			continue
		}
		one := signals.Alert{Alert: x}
		if one.Steps, err = a.alertSteps(ctx, x.ID); err != nil {
			return out, err
		}
		out.List = append(out.List, one)
	}
	now := a.now()
	silences, err := a.store.Silences(ctx)
	for _, s := range silences {
		if now.Before(s.End) && (at.City || s.Court == at.Court) {
			out.Silences = append(out.Silences, s)
		}
	}
	return out, err
}

func (a *App) alertSteps(ctx context.Context, id int64) ([]signals.AlertStep, error) {
	steps, err := a.store.AlertSteps(ctx, id)
	out := make([]signals.AlertStep, len(steps))
	for i, s := range steps {
		out[i] = signals.AlertStep{At: s.At, Who: s.Who, Action: s.Action, Note: s.Note}
	}
	return out, err
}

// alert finds an alert of the scope that the person may handle.
func (a *App) alert(ctx context.Context, at access.Scope, id int64) (alert.Alert, error) {
	if err := at.Need(access.HandleAlerts); err != nil {
		return alert.Alert{}, err
	}
	list, err := a.store.Alerts(ctx)
	if err != nil {
		return alert.Alert{}, err
	}
	i := slices.IndexFunc(list, func(x alert.Alert) bool { return x.ID == id && seesAlert(at, x) })
	if i < 0 {
		return alert.Alert{}, fault.NotFoundf("no alert %d in your scope", id)
	}
	return list[i], nil
}

// MoveAlert takes an alert over, answers, closes or opens it again.
func (a signalsDesk) MoveAlert(ctx context.Context, at access.Scope, id int64, action alert.Action, note string) error {
	x, err := a.alert(ctx, at, id)
	if err != nil {
		return err
	}
	next, err := alert.Apply(x.State, action, note)
	if err != nil {
		return err
	}
	owner := x.Owner
	switch action {
	case alert.Take:
		owner = at.User
	case alert.Reopen:
		owner = ""
	}
	if err := a.store.MoveAlert(ctx, id, x.State, next, owner, store.AlertStep{Who: at.User, Action: string(action), Note: note}); err != nil {
		return err
	}
	return a.note(ctx, at, "alert."+string(action), x.Rule+" "+x.Key, note)
}

// AnswerAlert keeps whether an alert was useful.
func (a signalsDesk) AnswerAlert(ctx context.Context, at access.Scope, id int64, useful bool) error {
	x, err := a.alert(ctx, at, id)
	if err != nil {
		return err
	}
	if err := a.store.AnswerAlert(ctx, id, at.User, useful); err != nil {
		return err
	}
	return a.note(ctx, at, "alert.useful", x.Rule+" "+x.Key, fmt.Sprint(useful))
}

// Silence keeps a rule quiet until the end of a day.
func (a signalsDesk) Silence(ctx context.Context, at access.Scope, rule, court, reason string, end civil.Date) error {
	if err := at.Need(access.HandleAlerts); err != nil {
		return err
	}
	if !at.City {
		court = at.Court
	}
	book, err := alert.Load(a.cfg.Rules)
	if err != nil {
		return err
	}
	if _, ok := book.Rule(rule); !ok || end.IsZero() {
		return fault.Invalidf("silence of rule %q until %q; choose a rule and a day", rule, end)
	}
	now := a.now().UTC().Truncate(time.Millisecond)
	s := alert.Silence{Rule: rule, Court: court, Who: at.User, Reason: reason, From: now, End: end.AddDays(1).Time()}
	if err := a.store.AddSilence(ctx, s); err != nil {
		return err
	}
	return a.note(ctx, at, "alert.silence", strings.TrimSpace(rule+" "+court), fmt.Sprintf("until %s: %s", end, reason))
}

// EndSilence ends a silence before its day.
func (a signalsDesk) EndSilence(ctx context.Context, at access.Scope, id int64) error {
	if err := at.Need(access.HandleAlerts); err != nil {
		return err
	}
	list, err := a.store.Silences(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(s alert.Silence) bool { return s.ID == id && (at.City || s.Court == at.Court) }) {
		return fault.NotFoundf("no silence %d in your scope", id)
	}
	if err := a.store.EndSilence(ctx, id); err != nil {
		return err
	}
	return a.note(ctx, at, "alert.silence_end", fmt.Sprint(id), "")
}

// Document starts a document from an alert, with its evidence in it: a notice to the court of
// the alert, which has to pass the gate, or a special analysis. Both are kept as steps of the
// alert, an override of the gate with its reason. It returns the draft.
func (a signalsDesk) Document(ctx context.Context, at access.Scope, id int64, kind, court, reason string) (string, error) {
	if err := at.Need(access.BuildBulletin); err != nil {
		return "", err
	}
	x, err := a.alert(ctx, at, id)
	if err != nil {
		return "", err
	}
	action, note := kind, x.Title.Zh
	switch {
	case kind == "notice" && x.Court == "":
		return "", fault.Invalidf("a notice goes to one court, and this alert is of all of them; start a special analysis")
	case kind == "notice":
		overridden, err := alert.Gate(x, reason)
		if err != nil {
			return "", err
		}
		if overridden {
			action, note = "notice_override", reason
		}
	case kind != "special":
		return "", fault.Invalidf("no document %q starts from an alert; choose notice or special", kind)
	}
	if x.Court != "" {
		court = x.Court
	}
	order, err := a.orderFrom(ctx, x, kind, court)
	if err != nil {
		return "", err
	}
	paper, err := paperDesk(a).Begin(ctx, at, order)
	if err != nil {
		return "", err
	}
	if err := a.store.AddAlertStep(ctx, id, store.AlertStep{Who: at.User, Action: action, Note: note}); err != nil {
		return "", err
	}
	return paper, a.note(ctx, at, "alert."+action, x.Rule+" "+x.Key, note)
}

// orderFrom is the order of a document that has the evidence of an alert in it: what was seen,
// and what its owner found.
func (a *App) orderFrom(ctx context.Context, x alert.Alert, kind, court string) (documents.Order, error) {
	day, err := a.DataDay(ctx)
	if err != nil {
		return documents.Order{}, err
	}
	y, m, _ := day.YMD()
	period := civil.Month(y, m)
	if period.To > day {
		period = period.Shift(-1)
	}
	order := documents.Order{Kind: kind, Court: court, Period: period}
	order.Given.Evidence = []string{sentence(x.Title.Zh)}
	steps, err := a.store.AlertSteps(ctx, x.ID)
	for _, s := range steps {
		if s.Action == string(alert.Find) {
			order.Given.Evidence = append(order.Given.Evidence, sentence("经核实，"+s.Note))
		}
	}
	return order, err
}

// sentence ends a text as a sentence.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasSuffix(text, "。") || strings.HasSuffix(text, "？") {
		return text
	}
	return text + "。"
}

// query writes parameters of an address, in pairs.
func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q.Encode()
}
