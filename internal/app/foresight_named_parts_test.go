package app

import (
	"testing"

	loads "zhunsheng/internal/load"
	"zhunsheng/internal/staffing"
)

// TestPartsOfAJudge: a judge lent for part of the time is planned at home with what is left, and
// stays at the other court with the rest; time of courts that are not planned and less than half a
// hundredth count for nothing.
func TestPartsOfAJudge(t *testing.T) {
	courts := map[string]bool{"A": true, "B": true}
	j := staffing.Judge{ID: "j1", Court: "A", Avoid: []string{"B"}}
	got := parts(j, map[loads.Place]float64{{Court: "A", Division: "x"}: 0.25, {Court: "A", Division: "y"}: 0.351, {Court: "B"}: 0.399, {Court: "C"}: 1}, courts)
	if len(got) != 2 || got[0].ID != "j1" || got[0].Time() != 0.6 || got[0].Stays || len(got[0].Avoid) != 1 ||
		got[1].ID == "j1" || got[1].Court != "B" || got[1].Time() != 0.4 || !got[1].Stays || got[1].Avoid != nil {
		t.Errorf("%+v", got)
	}
	if got := parts(j, map[loads.Place]float64{{Court: "A"}: 1}, courts); len(got) != 1 || got[0].Capacity != nil {
		t.Errorf("full time: %+v", got)
	}
	if got := parts(j, map[loads.Place]float64{{Court: "A"}: 0.004}, courts); len(got) != 0 {
		t.Errorf("no time: %+v", got)
	}
}
