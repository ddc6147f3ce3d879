package returns_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"zhunsheng/internal/returns"
)

// made are returns of invented units whose figures follow from one another, with changes from
// year to year of heavy tails.
func made(r *rand.Rand, units, years int) []returns.Row {
	var rows []returns.Row
	for u := range units {
		for _, kind := range []string{"civil/contract", "civil/family", "criminal"} {
			pending, level := int64(50+r.IntN(200)), 200+2000*r.Float64()
			for t := range years {
				if r.IntN(10) == 0 {
					level *= math.Exp(0.5 * r.NormFloat64())
				}
				f := returns.Figures{Opening: pending, Filed: int64(level * math.Exp(0.1*r.NormFloat64()))}
				f.Resolved = min(f.Filed+pending, int64(float64(f.Filed)*math.Exp(0.05*r.NormFloat64())))
				pending = max(0, pending+f.Filed-f.Resolved+int64(3*r.NormFloat64()))
				f.Pending = pending
				rows = append(rows, returns.Row{Unit: fmt.Sprint("u", u), T: t, Kind: kind, Figures: f})
			}
		}
	}
	return rows
}

// Under invented figures without anything wrong no more is found than stated, and no sum or
// stock is called wrong.
func TestFalseFindings(t *testing.T) {
	found, stated := 0, 0.0
	for seed := range 5 {
		rep, err := returns.Check(made(rand.New(rand.NewPCG(uint64(seed), 3)), 60, 15))
		if err != nil {
			t.Fatal(err)
		}
		found, stated = found+len(rep.Findings), stated+rep.Expected
		for _, f := range rep.Findings {
			if math.IsNaN(f.P) {
				t.Errorf("arithmetic: %+v", f)
			}
		}
	}
	t.Logf("%d findings, at most %.1f stated", found, stated)
	if float64(found) > stated+3*math.Sqrt(stated) {
		t.Errorf("%d findings, at most %.1f stated", found, stated)
	}
}

// A sum, a sum of sums and a stock that was not carried over are each named with what they
// should be; a short table is checked for these only.
func TestArithmetic(t *testing.T) {
	row := func(year int, kind string, opening, filed, resolved, pending int64) returns.Row {
		return returns.Row{Unit: "a", T: year, Kind: kind, Figures: returns.Figures{Opening: opening, Filed: filed, Resolved: resolved, Pending: pending}}
	}
	rep, err := returns.Check([]returns.Row{
		row(1, "civil", 3, 30, 20, 13), row(1, "civil/x", 1, 10, 10, 1), row(1, "civil/y", 2, 20, 10, 12), row(1, "total", 3, 31, 20, 13),
		row(2, "civil/x", 1, 5, 5, 1), row(2, "civil/y", 21, 5, 5, 21),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range rep.Findings {
		got = append(got, fmt.Sprint(f.T, f.What, f.Kind, f.Column, f.Printed, f.Should))
	}
	want := "1sumtotalfiled31 30|2carrycivil/yopening21 12"
	if s := strings.Join(got, "|"); s != want || rep.Judged != 0 || rep.Returns != 2 {
		t.Errorf("%s; %+v", s, rep)
	}
}

// Whatever is in the table, nothing panics: it is refused with a reason or nothing joint is
// said; the same twice.
func TestHostileReturns(t *testing.T) {
	zero := returns.Row{Unit: "a", T: 1, Kind: "x"}
	negative, huge, nameless := zero, zero, zero
	negative.Filed, huge.Pending, nameless.Kind = -1, math.MaxInt64, ""
	for name, rows := range map[string][]returns.Row{"negative": {negative}, "huge": {huge}, "no kind": {nameless}, "twice": {zero, zero}} {
		if _, err := returns.Check(rows); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	constant := made(rand.New(rand.NewPCG(1, 1)), 40, 12)
	for i := range constant {
		constant[i].Figures = returns.Figures{Opening: 5, Filed: 400, Resolved: 400, Pending: 5}
	}
	zeros := made(rand.New(rand.NewPCG(1, 1)), 40, 12)
	for i := range zeros {
		zeros[i].Figures = returns.Figures{}
	}
	for name, rows := range map[string][]returns.Row{"nothing": nil, "constant": constant, "zeros": zeros} {
		rep, err := returns.Check(rows)
		if err != nil || len(rep.Findings) > 0 {
			t.Errorf("%s: %v %+v", name, err, rep)
		}
		again, _ := returns.Check(rows)
		if !reflect.DeepEqual(rep, again) {
			t.Errorf("%s: differs the second time", name)
		}
	}
}
