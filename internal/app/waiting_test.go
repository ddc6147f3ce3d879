package app

import (
	"context"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/web/page/data"
)

// TestWhatWaitsIsSaidAtOnce: the count beside the section follows every step, though it is kept
// between them.
func TestWhatWaitsIsSaidAtOnce(t *testing.T) {
	ctx := context.Background()
	a := office(t)
	desk, head, court := disputeDesk{a}, scopeOf(t, a, "zhuren"), scopeOf(t, a, "jiban")
	june := civil.Month(2024, 6)
	want := func(ofHead, ofCourt int) {
		t.Helper()
		for range 2 { // the second time from what is kept
			h, err := officeDesk{a}.Waiting(ctx, head)
			if err != nil {
				t.Fatal(err)
			}
			c, err := officeDesk{a}.Waiting(ctx, court)
			if err != nil {
				t.Fatal(err)
			}
			if h["data"] != ofHead || c["data"] != ofCourt {
				t.Errorf("%d wait for the office and %d for the court, want %d and %d", h["data"], c["data"], ofHead, ofCourt)
			}
		}
	}
	want(0, 0)
	if err := desk.SetWindow(ctx, head, june, civil.NewDate(2024, 7, 10), "例会决定"); err != nil {
		t.Fatal(err)
	}
	want(0, 1)
	id, err := desk.Raise(ctx, court, june, data.Subject{Set: "volume", Indicator: "closing_rate"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	want(1, 1)
	if err := desk.Answer(ctx, head, id, "stands", "x"); err != nil {
		t.Fatal(err)
	}
	want(0, 1)
}
