package web

import (
	"context"
	"math"
	"math/big"

	"zhunsheng/internal/access"
	"zhunsheng/internal/alert"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/distortion"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/signal"
	"zhunsheng/internal/statute"
	"zhunsheng/web/page/signals"
)

// fakeSignals has one series with one alarm, and no units that lag.
type fakeSignals struct{ *fake }

func (f fakeSignals) Book() *indicator.Book { return f.book }

func (f fakeSignals) alarm() signals.Alarm {
	return signals.Alarm{ID: "藏9801/civil", By: map[string]string{"court": "藏9801", "line": "civil"}, Month: civil.Month(2024, 5), Kind: signal.Spike, Value: 9, Expected: 4, Low: 1, High: 7, P: 0.001}
}

func (f fakeSignals) Board(_ context.Context, _ access.Scope, _ civil.Period) (signals.Board, error) {
	return signals.Board{Months: []civil.Period{civil.Month(2024, 5)}, Alarms: []signals.Alarm{f.alarm()}, Series: 1, Expected: 0.1}, nil
}

func (f fakeSignals) Series(_ context.Context, _ access.Scope, id string) (signals.Series, error) {
	a := f.alarm()
	if id != a.ID {
		return signals.Series{}, fault.NotFoundf("no series %q", id)
	}
	before := a
	before.Month, before.Kind, before.Value = civil.Month(2024, 4), signal.NoChange, 4
	before.Expected, before.Low, before.High = math.NaN(), math.NaN(), math.NaN()
	return signals.Series{ID: id, By: a.By, Points: []signals.Point{{Alarm: before}, {Alarm: a, Judged: true}}}, nil
}

func (f fakeSignals) Course(_ context.Context, _ access.Scope, set, key string, _ civil.Period) (signals.Course, error) {
	i, err := f.book.Find(set, key)
	if err != nil {
		return signals.Course{}, err
	}
	c := signals.Course{Set: set, Indicator: i}
	values := []float64{.5, .52, .49, .51, .5, .9}
	points, err := signal.XmR(values, nil)
	if err != nil {
		return c, err
	}
	for k, x := range points {
		month := civil.Month(2024, 1+k)
		figure := indicator.Figure{Period: month, Indicator: key, Numerator: big.NewRat(int64(x.Value*100), 1), Denominator: big.NewRat(100, 1), Value: big.NewRat(int64(x.Value*100), 100)}
		c.Months = append(c.Months, signals.CoursePoint{Month: month, Figure: figure, Judged: x, Break: k == 2})
	}
	return c, nil
}

func (f fakeSignals) Parts(_ context.Context, _ access.Scope, _, _ string, month civil.Period) (signals.Parts, error) {
	part := signals.UnitPart{Before: signal.Fraction{Numerator: 5, Denominator: 10}, After: signal.Fraction{Numerator: 9, Denominator: 10}}
	part.Name, part.Within, part.Mix = "藏9801", big.NewRat(3, 10), big.NewRat(1, 10)
	return signals.Parts{Field: "court", Before: month.Shift(-1), Change: big.NewRat(4, 10), Units: []signals.UnitPart{part}}, nil
}

func (f fakeSignals) Splits(context.Context, access.Scope, string, string) ([]signals.Split, error) {
	whole := signal.Excess{Expected: big.NewRat(4, 1), Value: 9, Excess: big.NewRat(5, 1)}
	part := whole
	part.Name = "M203"
	return []signals.Split{{By: "cause", Parts: []signal.Excess{part}, Total: whole}}, nil
}

func (f fakeSignals) Rebase(context.Context, access.Scope, string, string, string) error { return nil }

func (f fakeSignals) Funnel(_ context.Context, _ access.Scope, set, key string, _ civil.Period) (signals.Funnel, error) {
	i, err := f.book.Find(set, key)
	if err != nil {
		return signals.Funnel{}, err
	}
	plot, err := signal.Funnel([]signal.Unit{{Name: "藏9801", Ratio: signal.Ratio{Numerator: 90, Denominator: 100}}, {Name: "藏9802", Ratio: signal.Ratio{Numerator: 3, Denominator: 4}}}, signal.FunnelOptions{})
	return signals.Funnel{Set: set, Indicator: i, Field: "court", Plot: plot}, err
}

func (f fakeSignals) Lagging(_ context.Context, _ access.Scope, set string, _ civil.Period) (signals.Lagging, error) {
	return signals.Lagging{Set: set, Field: "court", Need: 4, Months: civil.Year(2023).Months()[:6]}, nil
}

func (f fakeSignals) Clues(context.Context, access.Scope) (signals.Clues, error) {
	rule := distortion.Rule{ID: "month_end", Name: statute.Text{Zh: "月末集中结案", En: "closings at the end of the month"}, Innocent: statute.Text{Zh: "可能是集中送达。", En: "Perhaps served together."}}
	q := distortion.Question{Rule: &rule, Court: "藏9801", Period: civil.Year(2023), Seen: 200, Of: 900, Expected: 100, Ratio: 2, Interval: signal.Interval{Low: 1.5, High: 2.6}, P: 0.0001}
	words := statute.Text{Zh: "结案是否集中到月末报结？", En: "Are closings reported together?"}
	return signals.Clues{Rules: []distortion.Rule{rule}, Window: q.Period, Tested: 9, Expected: 0.5, Whole: true, Questions: []signals.Clue{{ID: "clue:month_end:藏9801:", Question: q, Words: words}}}, nil
}

func (f fakeSignals) Alerts(context.Context, access.Scope) (signals.Alerts, error) {
	rule := alert.Rule{ID: "intake", Signal: "intake", Name: statute.Text{Zh: "收案异动", En: "departure of intake"}, Ask: statute.Text{Zh: "核实由什么构成。", En: "Find out."}}
	one := func(id int64, state alert.State) signals.Alert {
		return signals.Alert{Alert: alert.Alert{ID: id, State: state, Signal: alert.Signal{Rule: "intake", Key: string(state), Court: "藏9801", Title: statute.Text{Zh: "收案" + string(state), En: "filings"}, Path: "/signals", Outside: true}},
			Steps: []signals.AlertStep{{Who: "analyst", Action: "take", Note: "已核实"}}}
	}
	return signals.Alerts{Rules: []signals.AlertRule{{Rule: rule, Usefulness: alert.Usefulness{Useful: 1, Useless: 2}}},
		List:     []signals.Alert{one(1, alert.Firing), one(2, alert.Acknowledged), one(3, alert.Found), one(4, alert.Closed), one(5, alert.Pending)},
		Silences: []alert.Silence{{ID: 1, Rule: "intake", Who: "analyst", Reason: "已知批量案件"}}}, nil
}

func (f fakeSignals) MoveAlert(_ context.Context, _ access.Scope, _ int64, action alert.Action, note string) error {
	_, err := alert.Apply(alert.Acknowledged, action, note)
	return err
}

func (f fakeSignals) AnswerAlert(context.Context, access.Scope, int64, bool) error { return nil }

func (f fakeSignals) Silence(_ context.Context, _ access.Scope, rule, _, reason string, end civil.Date) error {
	now := civil.NewDate(2024, 7, 1).Time()
	return alert.Silence{Rule: rule, Who: "analyst", Reason: reason, From: now, End: end.Time()}.Check()
}

func (f fakeSignals) EndSilence(context.Context, access.Scope, int64) error { return nil }

func (f fakeSignals) Document(_ context.Context, _ access.Scope, id int64, kind, _, reason string) (string, error) {
	if kind == "notice" {
		if _, err := alert.Gate(alert.Alert{State: alert.Firing}, reason); err != nil {
			return "", err
		}
	}
	return "2024-06-n1", nil
}
