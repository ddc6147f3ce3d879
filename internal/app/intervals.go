package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/big"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/settings"
)

// intervalKind is the kind of decision that adopts an interval; its name is set/key.
const intervalKind = "interval"

// intervalBody is how such a decision is kept; bounds are exact fractions, shares between 0 and 1.
type intervalBody struct {
	Level int    `json:"level"`
	Line  string `json:"line,omitempty"`
	From  string `json:"from"`
	Low   string `json:"low,omitempty"`
	High  string `json:"high,omitempty"`
}

// intervalDecisions reads the decisions about intervals, by indicator, oldest first.
func (a *App) intervalDecisions(ctx context.Context) (map[string][]settings.IntervalDecision, error) {
	decisions, err := a.store.Decisions(ctx, intervalKind)
	if err != nil {
		return nil, fmt.Errorf("intervals of the court: %w", err)
	}
	names, err := a.displayNames(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string][]settings.IntervalDecision{}
	for _, d := range decisions {
		var b intervalBody
		if err := json.Unmarshal([]byte(d.Body), &b); err != nil {
			return nil, fmt.Errorf("interval of %s, decision %d: %w", d.Name, d.Version, err)
		}
		x := settings.IntervalDecision{Reason: d.Reason, Who: d.Who, Name: cmp.Or(names[d.Who], d.Who), At: d.At}
		x.Interval = indicator.Interval{Level: b.Level, Line: b.Line, Low: fraction(b.Low), High: fraction(b.High),
			Source: statute.Source{Cite: fmt.Sprintf("本院决定（%s，%s）：%s", x.Name, d.At.Format("2006-01-02"), d.Reason), Evidence: "U"}}
		if x.Interval.From, err = civil.ParseDate(b.From); err != nil {
			return nil, fmt.Errorf("interval of %s, decision %d: %w", d.Name, d.Version, err)
		}
		out[d.Name] = append(out[d.Name], x)
	}
	return out, nil
}

func fraction(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil
	}
	return r
}

// withIntervals reads the catalogue with the court's own indicators and intervals over it;
// tried are laid over all.
func (a *App) withIntervals(ctx context.Context, trees []fs.FS, tried map[string]indicator.Interval) (*indicator.Book, error) {
	book, err := indicator.Load(a.cfg.Rules, trees...)
	if err != nil {
		return nil, err
	}
	decided, err := a.intervalDecisions(ctx)
	if err != nil {
		return nil, err
	}
	lists := map[string][]indicator.Interval{}
	for name, ds := range decided {
		for _, d := range ds {
			lists[name] = append(lists[name], d.Interval)
		}
	}
	for name, x := range tried {
		lists[name] = append(lists[name], x)
	}
	for name, xs := range lists {
		set, key, _ := strings.Cut(name, "/")
		if err := book.Adopt(set, key, xs); err != nil {
			return nil, fmt.Errorf("interval of %s: %w", name, err)
		}
	}
	return book, nil
}

// intervalName is under which name the decisions about an indicator are kept: by the first of
// the sets it stands in.
func (a *App) intervalName(set, key string) (string, error) {
	i, err := a.Book().Find(set, key)
	if err != nil {
		return "", err
	}
	return i.Sets[0] + "/" + i.ID, nil
}

// IntervalDecisions implements [settings.Intervals].
func (a settingsDesk) IntervalDecisions(ctx context.Context, at access.Scope, set, key string) ([]settings.IntervalDecision, error) {
	if err := at.Need(access.DefineIndicators); err != nil {
		return nil, err
	}
	name, err := a.intervalName(set, key)
	if err != nil {
		return nil, err
	}
	all, err := a.intervalDecisions(ctx)
	return all[name], err
}

// TryInterval implements [settings.Intervals]: the interval is tried as if it had been in force
// in the period, because the question is what it would have shown.
func (a settingsDesk) TryInterval(ctx context.Context, at access.Scope, set, key string, x indicator.Interval, p civil.Period) (settings.IntervalEffect, error) {
	out := settings.IntervalEffect{Period: p}
	if err := at.Need(access.DefineIndicators); err != nil {
		return out, err
	}
	tried, err := a.tryInterval(ctx, set, key, x, p.To)
	if err != nil {
		return out, err
	}
	req := indicator.Request{Set: set, Indicators: []string{key}, Period: p, By: []string{"court"}}
	was, err := a.compute(ctx, at, a.columns, req)
	if err != nil {
		return out, err
	}
	is, err := a.computeBy(ctx, at, tried, a.columns, req)
	if err != nil {
		return out, err
	}
	for i := range was {
		out.Courts = append(out.Courts, settings.CourtEffect{Was: was[i], Is: is[i]})
	}
	return out, nil
}

// tryInterval is the catalogue with an interval in it that begins on a day.
func (a *App) tryInterval(ctx context.Context, set, key string, x indicator.Interval, day civil.Date) (*indicator.Book, error) {
	name, err := a.intervalName(set, key)
	if err != nil {
		return nil, err
	}
	adopted, err := a.adopted(ctx)
	if err != nil {
		return nil, err
	}
	trees, err := localTrees(adopted, "")
	if err != nil {
		return nil, err
	}
	x.From = day
	return a.withIntervals(ctx, trees, map[string]indicator.Interval{name: x})
}

// AdoptInterval implements [settings.Intervals].
func (a settingsDesk) AdoptInterval(ctx context.Context, at access.Scope, set, key string, x indicator.Interval, reason string) error {
	if err := at.Need(access.DefineIndicators); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return fault.At("reason", "说明采用的理由 / say why the interval is adopted", "")
	}
	if _, err := a.tryInterval(ctx, set, key, x, x.From); err != nil {
		return err
	}
	name, err := a.intervalName(set, key)
	if err != nil {
		return err
	}
	b := intervalBody{Level: x.Level, Line: x.Line, From: x.From.String()}
	if x.Low != nil {
		b.Low = x.Low.RatString()
	}
	if x.High != nil {
		b.High = x.High.RatString()
	}
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if err := a.store.Decide(ctx, store.Decision{Kind: intervalKind, Name: name, Body: string(body), Reason: reason, Who: at.User}); err != nil {
		return err
	}
	if err := a.loadBook(ctx); err != nil {
		return err
	}
	return a.note(ctx, at, "interval.adopt", name, string(body))
}
