package ui

import (
	"slices"
	"testing"
)

func TestRoundTicks(t *testing.T) {
	for _, tc := range []struct {
		low, high float64
		want      []float64
	}{
		{0, 100, []float64{0, 20, 40, 60, 80, 100}},
		{0, 4, []float64{0, 1, 2, 3, 4}},
		{0, 7499, []float64{0, 2000, 4000, 6000, 8000}},
		{93, 99, []float64{93, 94, 95, 96, 97, 98, 99}},
		{5, 5, []float64{5, 5.2, 5.4, 5.6, 5.8, 6}},
	} {
		if got := RoundTicks(tc.low, tc.high); !slices.EqualFunc(got, tc.want, func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }) {
			t.Errorf("RoundTicks(%v, %v) = %v, want %v", tc.low, tc.high, got, tc.want)
		}
	}
}

// TestLabelsStayInside: the last month is not cut by the edge, others stand where they belong.
func TestLabelsStayInside(t *testing.T) {
	var p Drawing
	x := Months(13)
	p.Below(x.At(6), "2024-12")
	p.Below(x.At(12), "2025-06")
	if p.Labels[0].X != Coordinate(x.At(6)) || p.Labels[1].X != "970.6" {
		t.Errorf("labels at %s and %s", p.Labels[0].X, p.Labels[1].X)
	}
}
