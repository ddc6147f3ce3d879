package web

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/audit"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/rules"
	"zhunsheng/web/page/data"
	"zhunsheng/web/page/search"
	"zhunsheng/web/page/settings"
	"zhunsheng/web/page/situation"
)

// changedCases are what the last batch of the fake changed.
var changedCases = []data.ChangedCase{
	{Kind: "new", Court: "藏9801", Key: "k1", CaseNo: "（2024）藏9801民初1号", File: "ledger-2024-06.csv.gz", Row: 2, Open: true},
	{Kind: "closed", Court: "藏9801", Key: "k2", CaseNo: "（2024）藏9801民初2号", File: "ledger-2024-06.csv.gz", Row: 3, Open: true, Values: []data.ChangedValue{{Field: "closed_on", Is: "2024-06-28"}, {Field: "closing_way", Is: "judgment"}}},
	{Kind: "changed", Court: "藏9802", Key: "k3", File: "ledger-2024-06.csv.gz", Row: 4, Open: true, Values: []data.ChangedValue{{Field: "备注", Was: "甲", Is: "乙"}}},
}

func (f *fake) ChangeCounts(_ context.Context, at access.Scope, _ int64) ([]data.ChangeCount, []data.FieldCount, error) {
	var out []data.ChangeCount
	for _, c := range changedCases {
		if at.City || at.Court == c.Court {
			out = append(out, data.ChangeCount{Court: c.Court, Kind: c.Kind, Cases: 1})
		}
	}
	return out, []data.FieldCount{{Field: "closed_on", Cases: 1}}, nil
}

func (f *fake) Changes(_ context.Context, at access.Scope, q data.ChangeQuery) ([]data.ChangedCase, int, error) {
	var out []data.ChangedCase
	for _, c := range changedCases {
		if (at.City || at.Court == c.Court) && (q.Kind == "" || q.Kind == c.Kind) {
			out = append(out, c)
		}
	}
	return out, len(out), nil
}

// fakeDisputes keeps the windows and doubts of the fake.
type fakeDisputes struct {
	windows []data.Window
	doubts  []data.Doubt
}

func (f *fake) Windows(context.Context, access.Scope) ([]data.Window, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.disputes.windows), nil
}

func (f *fake) SetWindow(_ context.Context, at access.Scope, p civil.Period, until civil.Date, reason string) error {
	if until < p.To {
		return fault.At("until", "before the end of the period", "choose a later day")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.disputes.windows = append(f.disputes.windows, data.Window{Period: p, Until: until, Reason: reason, Who: at.User, Name: at.Name, Version: 1, Current: true, Open: true})
	return nil
}

func (f *fake) Doubts(context.Context, access.Scope) ([]data.Doubt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.disputes.doubts), nil
}

func (f *fake) Subject(_ context.Context, at access.Scope, _ civil.Period, s data.Subject) (data.Subject, error) {
	if s.Key != "" {
		s.CaseNo = "（2024）藏9802民初1号"
		return s, nil
	}
	i, err := f.book.Find(s.Set, s.Indicator)
	if err != nil {
		return s, err
	}
	s.Court, s.Name, s.Shown, s.Batch = at.Court, i.Name, "96.30% = 26 / 27", 12
	return s, nil
}

func (f *fake) Raise(ctx context.Context, at access.Scope, p civil.Period, s data.Subject, body string) (int64, error) {
	s, err := f.Subject(ctx, at, p, s)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.disputes.doubts = append(f.disputes.doubts, data.Doubt{ID: int64(len(f.disputes.doubts) + 1), Period: p, Court: at.Court, About: s, Who: at.User, Name: at.Name, Body: body})
	return int64(len(f.disputes.doubts)), err
}

func (f *fake) Answer(_ context.Context, at access.Scope, id int64, outcome, body string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := &f.disputes.doubts[id-1]
	d.Answers = append(d.Answers, data.Answer{Outcome: outcome, Who: at.User, Name: at.Name, Body: body})
	return nil
}

func (f *fake) IntervalDecisions(context.Context, access.Scope, string, string) ([]settings.IntervalDecision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.intervals), nil
}

func (f *fake) TryInterval(ctx context.Context, at access.Scope, set, key string, x indicator.Interval, p civil.Period) (settings.IntervalEffect, error) {
	out := settings.IntervalEffect{Period: p}
	if x.Low != nil && x.High != nil && x.Low.Cmp(x.High) > 0 {
		return out, fault.At("low", "low is above high", "exchange the two")
	}
	figures, err := f.Compute(ctx, at, indicator.Request{Set: set, Indicators: []string{key}, Period: p, By: []string{"court"}})
	for _, was := range figures {
		is := was
		is.Status, is.Low, is.High = indicator.Inside, x.Low, x.High
		out.Courts = append(out.Courts, settings.CourtEffect{Was: was, Is: is})
	}
	return out, err
}

func (f *fake) AdoptInterval(_ context.Context, at access.Scope, _, _ string, x indicator.Interval, reason string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.intervals = append(f.intervals, settings.IntervalDecision{Interval: x, Reason: reason, Who: at.User, Name: at.Name})
	return nil
}

func (f *fake) ExportIssueBook(_ context.Context, _ access.Scope, _ data.IssueQuery, w io.Writer) error {
	_, err := io.WriteString(w, "PK")
	return err
}

func (f *fake) LogOf(_ context.Context, _ access.Scope, action string, _ time.Time) ([]audit.Record, error) {
	return []audit.Record{{Seq: 7, Entry: audit.Entry{Who: "x", Action: action, Object: "x"}, Hash: "0123456789abcdef"}}, nil
}

func (f *fake) Settle(_ context.Context, at access.Scope, batch int64, reason string) error {
	if reason == "" {
		return fault.At("reason", "say what was done", "")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.batches {
		if f.batches[i].ID == batch {
			f.batches[i].Settled = at.Name + "：" + reason
		}
	}
	return nil
}

func (f *fake) Months(ctx context.Context, at access.Scope, p civil.Period) ([]situation.MonthFlow, error) {
	y, m, _ := p.To.YMD()
	var out []situation.MonthFlow
	for i := -2; i <= 0; i++ {
		x := situation.MonthFlow{Month: civil.Month(y, m).Shift(i)}
		x.Last = x.Month.Shift(-12)
		var err error
		if x.Now, err = f.Flow(ctx, at, x.Month); err != nil {
			return nil, err
		}
		if x.Before, err = f.Flow(ctx, at, x.Last); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func (f *fake) Tiles(context.Context, access.Scope, civil.Period) ([]situation.Tile, error) {
	return []situation.Tile{{Court: "藏98", Row: 1, Column: 2}, {Court: "藏9801", Row: 2, Column: 1, Counts: map[string]int64{"pending": 7}}}, nil
}

// Waiting has the open doubts wait for the office.
func (f *fake) Waiting(_ context.Context, who access.Scope) (map[string]int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := map[string]int{}
	for _, d := range f.disputes.doubts {
		if len(d.Answers) == 0 && who.Can(access.SettleDoubts) {
			out["data"]++
		}
	}
	return out, nil
}

func (f *fake) Documents(context.Context, access.Scope) ([]search.Document, error) {
	var out []search.Document
	for _, e := range f.built {
		out = append(out, search.Document{Title: e.Title, Link: "/documents", Period: e.Period, Built: e.Built})
	}
	return out, nil
}

func (f *fake) Calendars(context.Context) (*calendar.Book, error) { return calendar.Load(rules.FS) }

func (f *fake) TryYear(_ context.Context, _ access.Scope, file []byte) (settings.YearEffect, error) {
	if !strings.Contains(string(file), "2026") {
		return settings.YearEffect{}, fault.Invalidf("not a year")
	}
	book, err := calendar.Load(rules.FS)
	if err != nil {
		return settings.YearEffect{}, err
	}
	c, err := book.Calendar(calendar.National)
	return settings.YearEffect{Year: 2026, Calendar: c, Cases: 10, Moved: 1, First: []settings.MovedCase{{Court: "藏9801", Key: "k", CaseNo: "（2025）藏9801民初1号", Was: civil.NewDate(2026, 2, 16), Is: civil.NewDate(2026, 2, 24)}}}, err
}

func (f *fake) AcceptYear(ctx context.Context, at access.Scope, file []byte, _ string) (settings.YearEffect, error) {
	return f.TryYear(ctx, at, file)
}
