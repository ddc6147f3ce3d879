package app

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/page/foresight"
)

// TestPosted: the roster decides who is in post where it knows the judge; where it does not,
// cases do.
func TestPosted(t *testing.T) {
	day := civil.NewDate(2024, 7, 1)
	on := func(judge, division, post string, to civil.Date) docket.Posting {
		return docket.Posting{Judge: judge, Court: "c", Division: division, Post: post, From: civil.NewDate(2020, 1, 1), To: to}
	}
	june := civil.NewDate(2024, 6, 30)
	bench := indicator.Roster{on("stays", "d", "quota_judge", 0), on("left", "d", "quota_judge", june), on("moved", "d", "quota_judge", june), on("moved", "e", "quota_judge", 0),
		on("until then", "d", "quota_judge", day), on("clerk now", "d", "quota_judge", june), on("clerk now", "d", "clerk", 0)}
	for _, tc := range []struct {
		judge, division string
		want            bool
	}{
		{"stays", "d", true},
		{"stays", "x", true}, // cases of a division the roster does not tell of
		{"left", "d", false},
		{"left", "x", false},
		{"moved", "d", false},
		{"moved", "e", true},
		{"until then", "d", true},
		{"clerk now", "d", false},
		{"unknown", "d", true},
	} {
		if got := posted(bench, part{court: "c", division: tc.division, judge: tc.judge}, day); got != tc.want {
			t.Errorf("%s in %s: %v", tc.judge, tc.division, got)
		}
	}
}

// TestPartsAddUp: whatever judges and divisions had in the past and whoever is in post, the parts
// of every line of a court add up to its forecast in every month, divisions to the judges in them,
// and no bound lies below zero or on the wrong side of the mean.
func TestPartsAddUp(t *testing.T) {
	a := foresightDesk{nation(t, 1, 1)}
	rapid.Check(t, func(t *rapid.T) {
		o := foresight.Outlook{}
		for m := range rapid.IntRange(3, 40).Draw(t, "months") {
			o.Known = append(o.Known, civil.Month(2020, 1).Shift(m))
		}
		n := len(o.Known)
		for i := range foresightMonths {
			o.Ahead = append(o.Ahead, o.Known[n-1].Shift(i+1))
		}
		tree := newPartTree(o.Known)
		l := &lists{bench: map[string]indicator.Roster{}}
		cells := map[[3]string][]int64{}
		for j := range rapid.IntRange(1, 6).Draw(t, "judges") {
			judge := rapid.SampledFrom([]string{"", fmt.Sprint("j", j)}).Draw(t, "judge")
			p := part{court: "c", division: rapid.SampledFrom([]string{"", "d", "e"}).Draw(t, "division"), judge: judge, line: rapid.SampledFrom([]string{"civil", "criminal"}).Draw(t, "line"), field: "judge"}
			if to := rapid.IntRange(-1, n).Draw(t, "leaves"); to >= 0 {
				l.bench["c"] = append(l.bench["c"], docket.Posting{Judge: judge, Court: "c", Division: p.division, Post: "quota_judge", From: 1, To: civil.Month(2020, 1).Shift(to).To})
			}
			from, size := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.Int64Range(1, 30).Draw(t, "size")
			for m := range rapid.IntRange(from+1, n).Draw(t, "until") {
				if m < from {
					continue
				}
				cases := rapid.Int64Range(0, size).Draw(t, "cases")
				tree.add(p, m, cases)
				key := [3]string{"c", p.line, ""}
				if cells[key] == nil {
					cells[key] = make([]int64, n)
				}
				cells[key][m] += cases
			}
		}
		o.Series = l.filingSeries(cells, n)
		made, err := a.model(o.Known, o.Series, make([]int, len(o.Series)))
		if err != nil {
			t.Fatal(err)
		}
		if err := addUp(&o, made); err != nil {
			t.Fatal(err)
		}
		tree.choose(l, o)
		tree.sort(l)
		parts, err := a.shareAll(tree, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range disagreements(o, parts) {
			t.Error(problem)
		}
	})
}

// disagreements are the sums that do not hold, and the bounds that cannot be.
func disagreements(o foresight.Outlook, parts map[string][]foresight.Series) (out []string) {
	sum := func(court string, take func(*foresight.Series) bool, h int) (x float64) {
		for i := range parts[court] {
			if s := &parts[court][i]; take(s) {
				x += s.Forecast.Mean[h]
			}
		}
		return x
	}
	off := func(what string, h int, got, want float64) {
		if math.Abs(got-want) > 1e-9*(1+want) {
			out = append(out, fmt.Sprintf("%s, month %d: its parts are %.12f, not %.12f", what, h, got, want))
		}
	}
	for i := range o.Series {
		s := &o.Series[i]
		if s.Court == "" {
			continue
		}
		for h, want := range s.Forecast.Mean {
			for _, field := range []string{"division", "judge"} {
				off(s.ID+" by "+field, h, sum(s.Court, func(x *foresight.Series) bool { return x.Field == field && x.Line == s.Line }, h), want)
			}
		}
	}
	for court, list := range parts {
		for i := range list {
			s := &list[i]
			f := &s.Forecast
			for h, want := range f.Mean {
				if s.Field == "division" {
					off(s.ID, h, sum(court, func(x *foresight.Series) bool {
						return x.Field == "judge" && x.Division == s.Division && x.Line == s.Line
					}, h), want)
				}
				if f.Lo95[h] < 0 || f.Lo80[h] < f.Lo95[h] || want < f.Lo80[h] || f.Hi80[h] < want || f.Hi95[h] < f.Hi80[h] {
					out = append(out, fmt.Sprintf("%s, month %d: %v %v %v %v %v", s.ID, h, f.Lo95[h], f.Lo80[h], want, f.Hi80[h], f.Hi95[h]))
				}
			}
		}
	}
	return out
}
