package app

import (
	"context"
	"errors"
	"math/big"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

// TestOwnInterval: tried without touching anything, adopted from its day on, the past as it was,
// and there again after a restart.
func TestOwnInterval(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	desk, head := settingsDesk{a}, scopeOf(t, a, "zhuren")
	const set, key = indicator.LocalSet, "quick"
	if err := (indicatorDesk{a}).Adopt(ctx, head, quick("2023-01-01"), "例会"); err != nil {
		t.Fatal(err)
	}
	x := indicator.Interval{Level: 4, From: civil.NewDate(2023, 4, 1), Low: big.NewRat(9, 10)}
	state := func(p civil.Period) map[string]string {
		figures, err := a.Compute(ctx, head, indicator.Request{Set: set, Indicators: []string{key}, Period: p, By: []string{"court"}})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, f := range figures {
			out[f.By[0]] = f.Status
		}
		return out
	}
	first, second := civil.Quarter(2023, 1), civil.Quarter(2023, 2)
	before := state(first)

	effect, err := desk.TryInterval(ctx, head, set, key, x, first)
	if err != nil || len(effect.Courts) == 0 {
		t.Fatalf("effect %+v, %v", effect, err)
	}
	changed := map[string]string{}
	for _, c := range effect.Courts {
		if c.Was.Status != c.Is.Status {
			changed[c.Was.By[0]] = c.Is.Status
		}
	}
	if changed["藏9801"] != indicator.Below || changed["藏9802"] != indicator.Inside {
		t.Errorf("in the first quarter the interval would give %v", changed)
	}
	if got := state(first)["藏9801"]; got != before["藏9801"] {
		t.Errorf("trying changed the state to %s", got)
	}
	for name, err := range map[string]error{
		"no reason":   desk.AdoptInterval(ctx, head, set, key, x, " "),
		"upside down": desk.AdoptInterval(ctx, head, set, key, indicator.Interval{From: x.From, Low: big.NewRat(2, 1), High: big.NewRat(1, 1)}, "x"),
	} {
		if !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := desk.AdoptInterval(ctx, access.Scope{User: "x", Role: access.Judge}, set, key, x, "x"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a judge adopted: %v", err)
	}
	if err := desk.AdoptInterval(ctx, head, set, key, x, "第5次例会"); err != nil {
		t.Fatal(err)
	}
	if got := state(second)["藏9801"]; got != indicator.Below {
		t.Errorf("after its first day the state is %s", got)
	}
	if got := state(first)["藏9801"]; got != before["藏9801"] {
		t.Errorf("the past changed to %s", got)
	}
	if err := a.loadBook(ctx); err != nil {
		t.Fatal(err)
	}
	if got := state(second)["藏9801"]; got != indicator.Below {
		t.Errorf("after a restart the state is %s", got)
	}
	history, err := desk.IntervalDecisions(ctx, head, set, key)
	if err != nil || len(history) != 1 || history[0].Reason != "第5次例会" || history[0].Name != "央金" || history[0].Interval.Low.Cmp(x.Low) != 0 {
		t.Errorf("history %+v, %v", history, err)
	}
}
