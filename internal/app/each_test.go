package app

import (
	"errors"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

// TestEachCourtAsOneByOne: a run over all courts gives, byte for byte, the editions that
// building them one by one gives, although it counts once for all.
func TestEachCourtAsOneByOne(t *testing.T) {
	a := office(t)
	for _, kind := range []string{"monthly", "notice"} {
		o := Order{Kind: kind, Period: civil.Month(2023, 2)}
		made := map[string]string{}
		err := a.BuildEach(t.Context(), access.System(), o, func(x EachBuilt) error {
			if x.Skipped != "" {
				made[x.Court] = ""
				return nil
			}
			made[x.Court] = x.Edition.ID
			if x.Of != 2 || x.Done != len(made) || len(x.Edition.Files) != 3 {
				t.Errorf("%d of %d, %d files", x.Done, x.Of, len(x.Edition.Files))
			}
			return nil
		})
		if err != nil || len(made) != 2 {
			t.Fatal(made, err)
		}
		for court, id := range made {
			o.Court = court
			one, err := a.BuildBulletin(t.Context(), access.System(), o)
			if id == "" && !errors.Is(err, fault.Invalid) || id != "" && err != nil || one.ID != id {
				t.Errorf("%s of %s: together %s, alone %s, %v", kind, court, id, one.ID, err)
			}
		}
	}
	stop := errors.New("disk full")
	if err := a.BuildEach(t.Context(), access.System(), Order{Kind: "monthly", Period: civil.Month(2023, 2)}, func(EachBuilt) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("a failure to write: %v", err)
	}
	if err := a.BuildEach(t.Context(), here, Order{Kind: "monthly", Period: civil.Month(2023, 2)}, nil); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a court builds for all: %v", err)
	}
}

func TestSplitCourt(t *testing.T) {
	court, _ := docket.FieldIndex("court")
	line, _ := docket.FieldIndex("line")
	one := &indicator.Pred{Op: indicator.TextIn, Field: court, Set: []string{"藏9801"}}
	two := &indicator.Pred{Op: indicator.TextIn, Field: court, Set: []string{"藏9801", "藏9802"}}
	civilLine := &indicator.Pred{Op: indicator.TextIn, Field: line, Set: []string{"civil"}}
	for name, tc := range map[string]struct {
		filter      *indicator.Pred
		court, rest string
	}{
		"nothing":      {nil, "", ""},
		"one court":    {one, "藏9801", indicator.All().String()},
		"with a line":  {indicator.All(civilLine, one), "藏9801", civilLine.String()},
		"two courts":   {two, "", two.String()},
		"only a line":  {civilLine, "", civilLine.String()},
		"not one":      {&indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{one}}, "", (&indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{one}}).String()},
		"nested twice": {indicator.All(civilLine, &indicator.Pred{Op: indicator.And, Args: []*indicator.Pred{one, civilLine}}), "藏9801", ""},
	} {
		got, rest := splitCourt(tc.filter)
		if got != tc.court || (tc.rest != "" && rest.String() != tc.rest) {
			t.Errorf("%s: %q and %v", name, got, rest)
		}
	}
}
